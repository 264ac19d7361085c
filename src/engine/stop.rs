//! Stops: the end of a vendor's queue or of all queues before their time, and what then becomes of each job.
//!
//! Owns when a queue is closed. The choice of the next job belongs to [`Scheduler`].

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::retry::{AttemptResult, FatalCause, Retry};
use crate::engine::scheduler::Scheduler;
use crate::input::batch::Batch;
use crate::net::client::Transport;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::{Outcome, Status};
use crate::text::count;

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    pub(super) fn count_failure(&mut self, index: usize, status: Status, kind: Option<FaultKind>) {
        let max = self.engine.limits.max_failures;
        let queue = &mut self.queues[index];
        queue.failures.count(status, kind);
        if max > 0 && queue.failures.in_a_row >= max && queue.closed.is_none() {
            let title = queue.vendor.name().title();
            let what = count(max as usize, "target");
            let fault = Fault::new(
                FaultKind::Stopped,
                format!("{what} of {title} failed one after another, so the rest is not tried"),
            )
            .hint("--max-failures sets how many may fail");
            self.close(index, &fault);
        }
    }

    pub(super) fn close_for(&mut self, index: usize, cause: FatalCause) {
        let title = self.queues[index].vendor.name().title();
        let why = match cause {
            FatalCause::Credentials => "refused the credentials",
            FatalCause::Address => "does not accept this machine's IP address",
        };
        let message = format!("{title} {why}, so the rest is not tried");
        self.close(index, &Fault::new(FaultKind::Stopped, message));
    }

    /// Sends nothing of this queue any more: jobs that wait for another attempt settle as they are, the rest is skipped.
    pub(super) fn close(&mut self, index: usize, fault: &Fault) {
        let queue = &mut self.queues[index];
        if queue.closed.is_some() {
            return;
        }
        queue.closed = Some(fault.clone());
        self.in_flight
            .values()
            .filter(|in_flight| in_flight.queue == index)
            // Holds back a request whose intent is still being recorded; one that has left settles
            // by its response.
            .for_each(|in_flight| in_flight.is_cancelled.set(true));
        for (tried, untried) in [queue.acts.drain(), queue.looks.drain()] {
            // Settled by what their attempts brought: `skipped` would deny that they were sent. Not
            // through `settle`, which would count failures of a closed queue.
            for job in tried {
                self.report(job.cut_short(fault));
            }
            for batch in untried {
                self.skip(&batch, fault);
            }
        }
    }

    pub(super) fn close_all(&mut self, fault: &Fault) {
        self.is_closed = true;
        for index in 0..self.queues.len() {
            self.close(index, fault);
        }
    }

    pub(super) fn close_on_failure(&mut self) {
        if !self.is_closed
            && let Some(fault) = self.engine.observer.failure()
        {
            self.close_all(&fault);
        }
    }

    /// The note for a first signal.
    pub(super) fn interruption_note(&self) -> String {
        let sent = self.in_flight.values().filter(|in_flight| in_flight.sent.get().is_some());
        match sent.count() {
            0 => "interrupted; no request is in flight".into(),
            1 => "interrupted; 1 request is in flight, and a second signal gives it up".into(),
            sent => {
                format!(
                    "interrupted; {sent} requests are in flight, and a second signal gives them up"
                )
            }
        }
    }

    /// Settles what is in flight without waiting.
    pub(super) fn give_up_in_flight(&mut self) {
        let fault = || {
            Fault::new(
                FaultKind::Interrupted,
                "a second signal stopped the run while the request was under way",
            )
        };
        for in_flight in std::mem::take(&mut self.in_flight).into_values() {
            let job = &in_flight.job;
            // A look that is cut off leaves the outcome as it was: the answer to the operation is there.
            let sent = in_flight.sent.get().filter(|_| job.verification.is_none());
            let result = match (&job.result, sent) {
                // It has left, so it may have arrived.
                (_, Some(_)) => AttemptResult::unknown(Retry::No, fault()),
                // Its intent was still being recorded; the attempt before decides.
                (Some(result), None) => result.clone(),
                (None, None) => {
                    let unsent = "a signal stopped the run before the request left";
                    self.skip(&job.batch, &Fault::new(FaultKind::Interrupted, unsent));
                    continue;
                }
            };
            self.report(Job {
                attempts: job.attempts + u32::from(sent.is_some()),
                first_sent: job.first_sent.or(sent),
                result: Some(result),
                // A state that was read and disagrees stays a contradiction, however the looks ended.
                verification: job.verification.clone(),
                ..Job::new(job.batch.clone())
            });
        }
    }

    pub(super) fn settle_unsent(&mut self, index: usize, job: Job, fault: &Fault) {
        // An earlier attempt was sent, and its result may be unknown.
        if job.result.is_some() {
            return self.settle(index, job);
        }
        self.skip(&job.batch, fault);
    }

    pub(super) fn skip(&self, batch: &Batch, fault: &Fault) {
        for row in batch.rows() {
            self.engine.observer.settled(*row as usize, Outcome::skipped(fault.clone()));
        }
    }
}
