//! [`FollowedRun`]: records and prints what becomes of each line. A result is printed once the journal, if there is one, has it
//! on disk.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Map, Value};
use tokio::sync::Notify;
use tokio::sync::oneshot::Receiver;

use crate::api::operation::Operation;
use crate::engine::context::Observer;
use crate::journal::recorder::Recorder;
use crate::outcome::Outcome;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::output::RunInfo;
use crate::output::json::{ResultLine, to_line};
use crate::output::reporter::Reporter;
use crate::run::execution;

/// How much waits for the reader of the results before no more lines are read, in bytes.
// The reader's own pipe holds as much again.
const ROOM: usize = 64 << 10;

/// How many results may wait for the disk before no more lines are read.
// A disk that hangs must not let them fill the memory.
const MOST_UNPRINTED: usize = 1024;

/// What the engine sees of the output and the records.
pub(super) struct FollowedRun {
    pub(super) info: Rc<RunInfo>,
    pub(super) recorder: Option<Recorder>,
    pub(super) reporter: Reporter,
    results: RefCell<VecDeque<UnprintedResult>>,
    /// Another result is there, or there will be no more.
    news: Notify,
    has_ended: Cell<bool>,
    untried: Cell<usize>,
}

/// A result on its way to standard output.
struct UnprintedResult {
    /// Tells when the journal has it, and everything before it.
    recorded: Option<Receiver<bool>>,
    line: String,
}

/// A line that is not sent anywhere.
pub(super) struct UnsentLine {
    /// Its number, from 1.
    pub(super) number: u64,
    /// As much of its operation as can be read.
    pub(super) operation: Map<String, Value>,
    /// The effect that it would have.
    pub(super) effect: Effect,
    /// Why it is not sent.
    pub(super) fault: Fault,
}

impl FollowedRun {
    pub(super) fn new(info: Rc<RunInfo>, recorder: Option<Recorder>, reporter: Reporter) -> Self {
        Self {
            info,
            recorder,
            reporter,
            results: RefCell::default(),
            news: Notify::new(),
            has_ended: Cell::new(false),
            untried: Cell::new(0),
        }
    }

    /// Records and prints that a line is not sent.
    pub(super) fn refuse(&self, unsent: UnsentLine) {
        let UnsentLine { number, operation, effect, fault } = unsent;
        let outcome = Outcome::skipped(fault);
        let recorded = self
            .recorder
            .as_ref()
            .and_then(|recorder| recorder.bad_line(&operation, &outcome, (effect, number)));
        let result = ResultLine::unsent(&self.info, effect, &outcome, &operation);
        self.print_when(recorded, to_line(&result.at(Some(number))), &outcome);
    }

    /// Whether the id of an operation is free, or its own.
    pub(super) fn claims(&self, operation: &dyn Operation) -> bool {
        self.recorder.as_ref().is_none_or(|recorder| recorder.claim(operation))
    }

    /// Whether the id of an operation is that of one which was applied.
    pub(super) fn is_done(&self, operation: &dyn Operation) -> bool {
        self.recorder.as_ref().is_some_and(|recorder| recorder.is_done(operation))
    }

    fn print_when(
        &self,
        recorded: Option<Receiver<bool>>,
        line: std::io::Result<String>,
        outcome: &Outcome,
    ) {
        self.reporter.count(outcome);
        let line = line.expect("a result is JSON");
        self.results.borrow_mut().push_back(UnprintedResult { recorded, line });
        self.news.notify_one();
    }

    /// Prints the results in their order, each once it is recorded, until [`end`](Self::end) and none is left.
    pub(super) async fn print(&self) {
        loop {
            let next = self.results.borrow_mut().pop_front();
            match next {
                Some(UnprintedResult { recorded, line }) => {
                    let is_recorded = match recorded {
                        Some(recorded) => recorded.await.unwrap_or(false),
                        None => true,
                    };
                    // Printed without a record, a line would be taken for done and sent again all the same.
                    if is_recorded {
                        self.reporter.line(&line);
                    }
                }
                None if self.has_ended.get() => return,
                None => self.news.notified().await,
            }
        }
    }

    /// No more results come.
    pub(super) fn end(&self) {
        self.has_ended.set(true);
        self.news.notify_one();
    }

    /// Counts lines that were read and not tried.
    pub(super) fn leave(&self, lines: usize) {
        self.untried.set(self.untried.get() + lines);
    }

    /// How many lines were read and not tried, and have no result.
    pub(super) fn untried(&self) -> usize {
        self.untried.get()
    }
}

impl Observer for FollowedRun {
    async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        let Some(recorder) = &self.recorder else { return true };
        recorder.intent(rows, attempt).await
    }

    fn settled(&self, row: usize, outcome: Outcome) {
        let records = self.recorder.as_ref();
        let recorded = records.and_then(|records| records.result_on_disk(row, &outcome));
        self.print_row(row, recorded, &outcome);
    }

    fn answered(&self, row: usize, outcome: &Outcome) {
        self.recorder.iter().for_each(|recorder| recorder.result(row, outcome));
    }

    // The result was recorded when the vendor answered, and its lines may still be on their way to the disk.
    fn unchanged(&self, row: usize, outcome: Outcome) {
        let recorded = self.recorder.as_ref().and_then(Recorder::on_disk);
        self.print_row(row, recorded, &outcome);
    }

    async fn written(&self) -> bool {
        let Some(recorder) = &self.recorder else { return true };
        recorder.written().await
    }

    fn outcome_before(&self, row: usize) -> Option<Outcome> {
        let (operation, _) = self.info.row(row);
        self.is_done(&*operation).then(|| {
            let why = "done before: the journal records its id as applied";
            Outcome::skipped(Fault::new(FaultKind::DoneBefore, why))
        })
    }

    fn untried(&self, row: usize) {
        self.recorder.iter().for_each(|recorder| recorder.withdraw(row));
        self.leave(1);
        self.release(row);
    }

    fn detail(&self, text: &dyn Fn() -> String) {
        self.reporter.detail(text);
    }

    fn note(&self, text: &str) {
        self.reporter.note(text);
    }

    fn has_room(&self) -> bool {
        self.results.borrow().len() < MOST_UNPRINTED && self.reporter.has_room_of(ROOM)
    }

    fn failure(&self) -> Option<Fault> {
        execution::failure(&self.reporter, self.recorder.as_ref())
    }
}

impl FollowedRun {
    /// Prints the outcome of a row once it is recorded, and forgets the row.
    fn print_row(&self, row: usize, recorded: Option<Receiver<bool>>, outcome: &Outcome) {
        let (operation, _) = self.info.row(row);
        let result = ResultLine::new(&self.info, &*operation, outcome);
        let line = to_line(&result.at(self.info.rows().line(row)));
        self.print_when(recorded, line, outcome);
        self.release(row);
    }

    fn release(&self, row: usize) {
        let arrived = self.info.arrived.as_ref().zip(u32::try_from(row).ok());
        arrived.into_iter().for_each(|(arrived, row)| arrived.release(row));
    }
}
