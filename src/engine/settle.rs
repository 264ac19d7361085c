//! How rows settle: the outcome of each from the result of its job, the verdict of its looks and what viewers get.
//!
//! Owns what the observer receives. When a job settles is decided elsewhere.

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::input::batch::Batch;
use crate::net::client::Transport;
use crate::outcome::answer::Answer;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::{Outcome, Status};

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    pub(super) fn settle(&mut self, index: usize, job: Job) {
        let (rows, was_counted) = (job.batch.rows().len(), job.verification.is_some());
        let (status, kind) = self.report(job);
        // A success was counted when the vendor answered.
        if was_counted && status == Status::Applied {
            return;
        }
        // `--max-failures` counts targets, not requests.
        for _ in 0..rows {
            self.count_failure(index, status, kind);
        }
    }

    /// Reports the outcome of each row of the job, and returns it.
    pub(super) fn report(&mut self, mut job: Job) -> (Status, Option<FaultKind>) {
        let title = self.engine.operations.get(job.first_row()).spec().vendor.title();
        let result = job.result.take().unwrap_or_else(no_result);
        let is_applied = result.status == Status::Applied;
        let (result, held) = match &job.verification {
            Some(verification) => verification.verdict(result, title),
            None => (result, None),
        };
        let outcome = Outcome { held, ..self.outcome(&job, result) };
        let reported = (outcome.status, outcome.fault.as_ref().map(|fault| fault.kind));
        // The last row takes the outcome without a copy; most batches have one row.
        let (last, others) = job.batch.rows().split_last().expect("a batch has a row");
        for row in others {
            self.emit(*row, &job, is_applied, outcome.clone());
        }
        self.emit(*last, &job, is_applied, outcome);
        reported
    }

    /// Hands the outcome of a row to the observer, with what its viewers get.
    fn emit(&mut self, row: u32, job: &Job, is_applied: bool, mut outcome: Outcome) {
        if let Some(viewing) = self.probes.viewing(row) {
            let acted_at = job.verification.as_ref().map(|pending| pending.acted_at);
            let acted_at = acted_at.or(job.last_sent).filter(|_| is_applied);
            outcome.viewer = viewing.state();
            let off_at = viewing.off_at.zip(acted_at);
            outcome.off_after = off_at.map(|(off, acted)| off.saturating_duration_since(acted));
            let hint = viewing.hint().unwrap_or_default();
            outcome.viewer_hint = outcome.viewer.is_none().then_some(hint);
            self.probes.stop(row);
        }
        self.end_turn(row);
        if job.verification.is_some() && outcome.is_as_answered() {
            self.engine.observer.unchanged(row as usize, outcome);
        } else {
            self.engine.observer.settled(row as usize, outcome);
        }
    }

    /// A row has an outcome, and the next one of its target may have its turn.
    fn end_turn(&mut self, row: u32) {
        if self.is_following {
            self.turns.end(row);
        }
    }

    /// A row has come and is done before it is sent.
    pub(super) fn settled_before(&mut self, row: u32, outcome: Outcome) {
        self.end_turn(row);
        self.engine.observer.settled(row as usize, outcome);
    }

    /// The outcome of a job as the vendor has answered.
    pub(super) fn outcome_of(&self, job: &Job) -> Outcome {
        self.outcome(job, job.result.clone().unwrap_or_else(no_result))
    }

    fn outcome(&self, job: &Job, result: AttemptResult) -> Outcome {
        let operation = &*self.engine.operations.get(job.first_row());
        let status = match result.status {
            // A look changes nothing, so nothing was applied.
            Status::Applied if operation.spec().effect == Effect::None => Status::Read,
            status => status,
        };
        let items = result.items.map(|items| self.list_items(operation, items, result.total));
        Outcome {
            status,
            attempts: job.attempts,
            started_at: job.first_sent.map(|(at, _)| at),
            elapsed: job.first_sent.map(|(_, instant)| instant.elapsed()),
            answer: Answer { items, ..result.answer },
            fault: result.fault,
            ..Outcome::planned()
        }
    }

    /// Reports rows that were not sent.
    pub(super) fn skip(&mut self, batch: &Batch, fault: &Fault) {
        for row in batch.rows() {
            self.probes.stop(*row);
            self.end_turn(*row);
            if self.is_following && self.is_without_result(fault) {
                self.engine.observer.untried(*row as usize);
            } else {
                self.engine.observer.settled(*row as usize, Outcome::skipped(fault.clone()));
            }
        }
    }

    /// Whether a line that is not tried for this reason gets no result, so that the queue it came from delivers it again.
    fn is_without_result(&self, fault: &Fault) -> bool {
        fault.kind == FaultKind::Interrupted || self.engine.observer.failure().is_some()
    }
}

fn no_result() -> AttemptResult {
    AttemptResult::not_applied(Retry::No, Fault::internal())
}
