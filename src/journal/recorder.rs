//! Writes a run's intents and results to its journal.

use std::rc::Rc;

use chrono::Utc;
use serde::Serialize;

use crate::api::operation::OperationJson;
use crate::journal::record::{Record, SCHEMA};
use crate::journal::writer::Journal;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::{Outcome, Status};
use crate::output::RunInfo;
use crate::output::json::{self, ResultLine};
use crate::time;

/// A journal, and the run that is recorded in it.
pub struct Recorder {
    journal: Journal,
    info: Rc<RunInfo>,
}

impl Recorder {
    /// Records this run in this journal.
    #[must_use]
    pub fn new(journal: Journal, info: Rc<RunInfo>) -> Self {
        Self { journal, info }
    }

    /// Makes the intent to send these rows durable; returns false where that failed.
    pub async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        let lines =
            rows.iter().flat_map(|row| self.line(*row as usize, "intent", attempt, None::<()>));
        self.journal.intend(lines.collect()).await
    }

    /// Records the outcome of a row, unless an earlier run has recorded it.
    pub fn result(&self, row: usize, outcome: &Outcome) {
        if outcome.is_ok() && !matches!(outcome.status, Status::Applied | Status::Read) {
            return;
        }
        let result = ResultLine::new(&self.info, row, outcome);
        self.journal.record(self.line(row, "result", outcome.attempts, Some(result)));
    }

    /// Why nothing more can be recorded.
    #[must_use]
    pub fn failure(&self) -> Option<Fault> {
        self.journal.failure().map(|reason| {
            Fault::new(
                FaultKind::Stopped,
                format!("the journal could not be written ({reason}), so the rest is not tried"),
            )
        })
    }

    /// Waits until everything is on disk; fails with the reason where something could not be written.
    pub fn finish(&self) -> Result<(), String> {
        self.journal.finish().map_err(str::to_owned)
    }

    fn line<R: Serialize>(
        &self,
        row: usize,
        record: &'static str,
        attempt: u32,
        result: Option<R>,
    ) -> Vec<u8> {
        let (operation, _) = self.info.row(row);
        let line = json::to_line(&Record {
            schema: SCHEMA,
            record,
            at: time::millis(Utc::now()),
            profile: self.info.profile.as_deref(),
            asked: OperationJson::as_asked(operation),
            operation: OperationJson::as_sent(operation, self.info.profile.as_deref()),
            attempt,
            result,
        });
        let mut bytes = line.unwrap_or_default().into_bytes();
        bytes.push(b'\n');
        bytes
    }
}
