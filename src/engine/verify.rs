//! Verification: reads the state back after a success, until it agrees or the time is over.
//!
//! Owns when to look again. How a state is read belongs to the vendor's operation; the verdict to [`PendingVerification`].

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::context::Observer;
use crate::engine::job::{Job, PendingVerification};
use crate::engine::retry::AttemptResult;
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::text::visible;

/// The pause before a state that does not agree yet is read again.
pub(super) const VERIFY_INTERVAL: Duration = Duration::from_millis(500);

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Verifies a success where `--verify` is given and the API has a look for it; everything else settles.
    pub(super) fn verify(&mut self, index: usize, job: Job) {
        let is_applied = job.result.as_ref().is_some_and(|result| result.status == Status::Applied);
        let is_open = self.queues[index].closed.is_none();
        let Some(timeout) = self.engine.limits.verify.filter(|_| is_applied && is_open) else {
            return self.settle(index, job);
        };
        for row in job.batch.rows() {
            // Stream by stream: a request reads the state of one.
            let mut single = job.for_row(*row);
            match self.engine.operations.get(*row as usize).check() {
                Some(spec) => {
                    single.verification = Some(Box::new(PendingVerification::new(spec, timeout)));
                    single.is_look = true;
                    self.queues[index].looks.ready.push_back(single);
                }
                // This API has no request for the state.
                None => self.settle(index, single),
            }
        }
    }

    /// Compares the state read with the expected one, and looks again while time is left.
    pub(super) fn compare(&mut self, index: usize, mut job: Job, result: AttemptResult) {
        // The next look begins with the first page of its first request.
        job.start_step(0);
        let (Some(verification), Some(applied)) = (&job.verification, &mut job.result) else {
            return self.settle(index, job);
        };
        if let Some(fault) = &result.fault {
            let operation = self.engine.operations.get(job.batch.rows()[0] as usize);
            // A look that fails is a detail, no failure of the target: the operation has succeeded.
            self.engine.observer.detail(&|| {
                let (title, target) = (operation.spec().title(), visible(operation.target()));
                format!("{title} {target}: the state could not be read: {}", fault.message)
            });
        }
        let now = Instant::now();
        let state = result.answer.state;
        // A state that does not agree may do so in a moment. One that could not be read is asked
        // for again only where another attempt may help.
        let pause = match state {
            Some(_) => Some(VERIFY_INTERVAL),
            // Without jitter: a Retry-After is kept whole, and a single look needs no spread.
            None => result.retry.wait(1, 1.0).map(|pause| pause.max(VERIFY_INTERVAL)),
        };
        // A failed look does not erase what an earlier one has seen: a state that contradicted
        // stays a contradiction.
        applied.answer.state = state.or(applied.answer.state.take());
        let agrees = verification.agrees(&applied.answer) == Some(true);
        let pause = pause.filter(|pause| {
            *pause < verification.time_left(now) && !agrees && self.queues[index].closed.is_none()
        });
        match pause {
            None => self.settle(index, job),
            Some(pause) => self.queues[index].wait(job, now + pause),
        }
    }
}
