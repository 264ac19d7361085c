//! Stops: the end of a vendor's queue or of all queues before their time, and what then becomes of each job.
//!
//! Owns when a queue is closed. The choice of the next job belongs to [`Scheduler`].

use std::rc::Rc;

use tokio::time::Instant;

use crate::engine::context::Observer;
use crate::engine::job::{InFlight, Job};
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::count;

/// Whether what has succeeded is looked at after a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LooksAfterStop {
    GoOn,
    End,
}

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    pub(super) fn count_failure(&mut self, index: usize, status: Status, kind: Option<FaultKind>) {
        let max = self.engine.limits.max_failures;
        let queue = &mut self.queues[index];
        queue.failures.count(status, kind);
        if self.is_following {
            return self.pause_on_failures(index, status);
        }
        if max > 0 && queue.failures.in_a_row >= max && queue.closed.is_none() {
            let title = queue.title();
            let what = count(max as usize, "target");
            let fault = Fault::new(
                FaultKind::Stopped,
                format!("{what} of {title} failed one after another, so the rest is not tried"),
            )
            .hint("--max-failures sets how many may fail");
            // What has succeeded can still be looked at: most of those looks come after all acts.
            self.close(index, &fault, LooksAfterStop::GoOn);
        }
    }

    /// Closes a queue whose other targets would fail the same way.
    pub(super) fn close_for(&mut self, index: usize, why: &str) {
        let message = format!("{} {why}, so the rest is not tried", self.queues[index].title());
        let fault = Fault::new(FaultKind::Stopped, message);
        // More lines come: a worker that lives on and sends nothing would look healthy to what runs it.
        if self.is_following {
            self.close_all(&fault);
        } else {
            self.close(index, &fault, LooksAfterStop::End);
        }
    }

    /// Sends nothing of this queue any more: jobs that wait for another attempt settle as they are, the rest is skipped.
    /// Returns how many targets are not looked at to the end.
    fn close(&mut self, index: usize, fault: &Fault, looks: LooksAfterStop) -> usize {
        let queue = &mut self.queues[index];
        queue.ends_looks |= looks == LooksAfterStop::End;
        queue.closed.get_or_insert_with(|| fault.clone());
        let is_ended = queue.ends_looks;
        self.in_flight
            .values()
            .filter(|in_flight| in_flight.queue == index && in_flight.job.verification.is_none())
            // Holds back a request whose intent is still being recorded; one that has left settles
            // by its response.
            .for_each(|in_flight| in_flight.is_cancelled.set(true));
        let (acts, looks) = (queue.acts.drain(), queue.drain_looks());
        let after_success = |job: &Job| job.verification.is_some();
        let (followed, looks_tried): (Vec<_>, Vec<_>) =
            looks.0.into_iter().partition(after_success);
        // Settled by what their attempts brought: `skipped` would deny that they were sent. Not
        // through `settle`, which would count failures of a closed queue.
        for job in acts.0.into_iter().chain(looks_tried) {
            self.report(job.cut_short(fault));
        }
        for batch in acts.1.into_iter().chain(looks.1) {
            self.skip(&batch, fault);
        }
        if !is_ended {
            let now = Instant::now();
            followed.into_iter().for_each(|job| self.follow(index, job, now));
            return 0;
        }
        let cut_short = followed.into_iter().chain(self.take_looks_in_flight(index));
        let cut_short: Vec<_> = cut_short.map(|job| job.cut_short(fault)).collect();
        let count = cut_short.len();
        for job in cut_short {
            self.report(job);
        }
        count
    }

    /// Takes the looks in flight back. They change nothing, so their answers are not waited for.
    fn take_looks_in_flight(&mut self, index: usize) -> Vec<Job> {
        let is_look = |_: &u64, in_flight: &mut Rc<InFlight>| {
            in_flight.queue == index && in_flight.job.verification.is_some()
        };
        let looks: Vec<_> = self.in_flight.extract_if(.., is_look).collect();
        self.queues[index].in_flight -= looks.len();
        // One that waits for its turn, or for a record, does not leave after all.
        looks.iter().for_each(|(_, in_flight)| in_flight.is_cancelled.set(true));
        looks.iter().map(|(_, in_flight)| in_flight.job.copy()).collect()
    }

    /// Closes all queues, and ends all looks. Returns how many targets are not looked at to the end.
    pub(super) fn close_all(&mut self, fault: &Fault) -> usize {
        self.is_closed = true;
        self.probes.stop_all();
        (0..self.queues.len()).map(|index| self.close(index, fault, LooksAfterStop::End)).sum()
    }

    pub(super) fn close_on_failure(&mut self) {
        if !self.is_closed
            && let Some(fault) = self.engine.observer.failure()
        {
            self.close_all(&fault);
        }
    }

    fn close_on_signal(&mut self) -> usize {
        let why = "a signal stopped the run before this target's turn";
        self.close_all(&Fault::new(FaultKind::Interrupted, why))
    }

    /// Stops at a first signal: what is in flight settles by its response.
    pub(super) fn interrupt(&mut self) {
        let cut_short = self.close_on_signal();
        let sent = self.in_flight.values().filter(|in_flight| in_flight.sent.get().is_some());
        let requests = match sent.count() {
            0 => "no request is in flight".to_owned(),
            1 => "1 request is in flight, and a second signal gives it up".into(),
            sent => format!("{sent} requests are in flight, and a second signal gives them up"),
        };
        let looks = match cut_short {
            0 => String::new(),
            1 => "; 1 target was not looked at to the end".into(),
            _ => format!("; {cut_short} targets were not looked at to the end"),
        };
        self.engine.observer.note(&format!("interrupted; {requests}{looks}"));
    }

    /// Stops at a second signal: what is in flight settles without its response.
    pub(super) fn give_up(&mut self) {
        self.close_on_signal();
        let fault = || {
            Fault::new(
                FaultKind::Interrupted,
                "a second signal stopped the run while the request was under way",
            )
        };
        for in_flight in std::mem::take(&mut self.in_flight).into_values() {
            let (job, sent) = (&in_flight.job, in_flight.sent.get());
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
                ..Job::new(job.batch.clone())
            });
        }
        self.start_turns();
    }

    pub(super) fn settle_unsent(&mut self, index: usize, job: Job, fault: &Fault) {
        // An earlier attempt was sent, and its result may be unknown.
        if job.result.is_some() {
            return self.settle(index, job);
        }
        self.skip(&job.batch, fault);
    }
}
