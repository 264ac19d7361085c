//! The pauses of a vendor's queue: while its [`Quota`] is used up, and after failures, where rows come while a run lasts.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::queue::Lane;
use crate::engine::quota::Quota;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::count;
use crate::time;

/// How long a queue waits after failures before it tries again.
const FAILURE_PAUSE: Duration = Duration::from_secs(30);

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Lets a job wait for the next minute where its vendor's quota is used up; settles it where waiting has not helped.
    /// Returns the job where it is not about the quota.
    pub(super) fn wait_for_quota(
        &mut self,
        index: usize,
        mut job: Job,
        result: &AttemptResult,
    ) -> Option<Job> {
        let queue = &mut self.queues[index];
        if result.status == Status::Applied {
            // Only pauses in a row count: a long list uses up the quota of many minutes.
            queue.quota.pauses = 0;
        }
        let has_quota = queue.context.vendor.version().has_minute_quota;
        if !has_quota || !is_used_up(result.retry) || queue.closed_for(&job).is_some() {
            return Some(job);
        }
        let now = Instant::now();
        // The minute began when the request left, not when its response came.
        let pause = queue.quota.refuse(job.last_sent.unwrap_or(now), now);
        // Kept as the result if the run stops during the pause. A refused look proves nothing about
        // the operation, which has been applied.
        if job.verification.is_none() {
            job.record(result.clone());
        }
        let Some((until, is_new)) = pause else {
            // Every other target meets the same refusal: `settle` would count a failure for each, and ten
            // of them would stop the vendor.
            self.report(job);
            return None;
        };
        // The pause uses up no attempt, and the job's deadline does not run.
        job.own_attempts = job.own_attempts.saturating_sub(1);
        job.paused_at = Some(now);
        queue.wait(job, until);
        // Every request in flight meets the same refusal; one note is enough.
        if is_new {
            let at = time::seconds((self.engine.clock)() + (until - now));
            let why = format!("{} allows no more requests this minute", queue.title());
            self.engine.observer.note(&format!("{why}; its queue waits until {at}"));
        }
        None
    }

    /// Pauses a queue after `--max-failures` failures in a row, and then lets one row try.
    pub(super) fn pause_on_failures(&mut self, index: usize, status: Status) {
        let (max, now) = (self.engine.limits.max_failures, Instant::now());
        let queue = &mut self.queues[index];
        if status == Status::Skipped || queue.closed.is_some() || queue.is_paused(now) {
            return;
        }
        if max == 0 || queue.failures.in_a_row < max {
            queue.trial_at = None;
            return;
        }
        queue.trial_at = Some(now + FAILURE_PAUSE);
        let tried: Vec<_> =
            [&mut queue.acts, &mut queue.looks].into_iter().flat_map(Lane::take_tried).collect();
        let (targets, title) = (count(max as usize, "target"), queue.title());
        let at = time::seconds((self.engine.clock)() + FAILURE_PAUSE);
        self.engine.observer.note(&format!(
            "{targets} of {title} failed one after another; its lines wait until {at}, then one is tried"
        ));
        // Their deadline would run out meanwhile. Not through `settle`, which would count them.
        let fault = Fault::new(FaultKind::Stopped, "");
        for job in tried {
            self.report(job.cut_short(&fault));
        }
    }
}

/// Whether an attempt ended as it does where a quota is used up.
fn is_used_up(retry: Retry) -> bool {
    match retry {
        // A wait of more than a minute that the vendor asks for has another reason than this quota.
        Retry::Throttled(requested) => requested.is_none_or(|wait| wait <= Quota::MINUTE),
        Retry::No | Retry::Backoff(_) | Retry::OutOfFiles => false,
    }
}
