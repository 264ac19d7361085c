//! A vendor's quota that only the next minute renews.
//!
//! Retries within the minute are refused too and use up attempts, so the whole queue waits instead.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::time;

/// The pauses of one vendor's queue.
#[derive(Default)]
pub(super) struct Quota {
    paused_until: Option<Instant>,
    /// Pauses since the last success.
    pauses: u32,
}

impl Quota {
    const MINUTE: Duration = Duration::from_secs(60);
    /// A quota that does not open after two minutes is not one by the minute.
    const MOST_PAUSES: u32 = 2;

    pub(super) fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    /// A request that left at `sent` is refused at `now`. Returns when the queue opens again, and whether that is news;
    /// `None` where waiting has not helped.
    fn refuse(&mut self, sent: Instant, now: Instant) -> Option<(Instant, bool)> {
        let until = sent + Self::MINUTE;
        match self.paused_until {
            // It left before the pause began, or while that lasted: the same minute's quota.
            Some(paused) if sent < paused => {
                let until = until.min(paused).max(now);
                self.paused_until = Some(until);
                Some((until, false))
            }
            _ if self.pauses == Self::MOST_PAUSES => None,
            _ => {
                self.pauses += 1;
                self.paused_until = Some(until);
                Some((until, true))
            }
        }
    }
}

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
            queue.quota.pauses = 0;
        }
        let is_refused = match result.retry {
            // A longer wait is not for this quota.
            Retry::Throttled(requested) => requested.is_none_or(|wait| wait <= Quota::MINUTE),
            Retry::No | Retry::Backoff(_) | Retry::OutOfFiles => false,
        };
        if !is_refused || !queue.vendor.version().has_minute_quota || queue.closed.is_some() {
            return Some(job);
        }
        let now = Instant::now();
        let pause = queue.quota.refuse(job.last_sent.unwrap_or(now), now);
        if job.verification.is_none() {
            job.record(result.clone());
        }
        let Some((until, is_new)) = pause else {
            // Other targets fare the same, so these are not failures of which ten stop the rest.
            self.report(job);
            return None;
        };
        // The pause uses up no attempt, and the job's time stands still.
        job.own_attempts = job.own_attempts.saturating_sub(1);
        job.paused_at = Some(now);
        queue.wait(job, until);
        if is_new {
            let title = queue.vendor.name().title();
            let at = (self.engine.clock)() + (until - now);
            self.engine.observer.note(&format!(
                "{title} allows no more requests this minute; its queue waits until {}",
                time::seconds(at)
            ));
        }
        None
    }
}
