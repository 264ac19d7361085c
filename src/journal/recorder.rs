//! [`Recorder`]: writes a run's intents and results to its journal, if it has one, and to the memory, unless that is
//! off.
//!
//! Owns which outcomes are recorded, and in which order with the requests. The files belong to `writer` and `run_file`.

use std::cell::{Cell, RefCell, RefMut};
use std::future::poll_fn;
use std::path::PathBuf;
use std::rc::Rc;
use std::task::Poll;

use chrono::Utc;
use hashbrown::HashMap;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use tokio::sync::oneshot::Receiver;

use crate::api::operation::Operation;
use crate::api::operation_json::{OperationJson, to_json};
use crate::console::Console;
use crate::journal::history::operation_key;
use crate::journal::ids::{IdHistory, IdKey, OperationDigest};
use crate::journal::record::{Record, SCHEMA};
use crate::journal::run_file::{MemoryFolder, RunFile};
use crate::journal::run_record::{EndRecord, RunRecord};
use crate::journal::writer::Journal;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::{Outcome, Status};
use crate::output::RunInfo;
use crate::output::json::{self, ResultLine};
use crate::output::run_id::RunId;
use crate::time;

/// The targets of a run that may have another state than before, which lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangedTargets {
    /// There are none.
    Nothing,
    /// Settings of domains alone, of which only an earlier record has the value before.
    Settings,
    /// Streams.
    Streams,
}

/// The JSON of an operation.
struct OperationText {
    asked: Box<RawValue>,
    sent: Box<RawValue>,
}

/// The records of a run.
pub struct Recorder {
    run: RunId,
    info: Rc<RunInfo>,
    journal: Option<Journal>,
    file: Option<RunFile>,
    /// The run's first record, until something follows it in the journal.
    first: RefCell<Vec<u8>>,
    /// The operations of the rows in flight: an intent and its result have the same.
    // To serialize them for each record took a sixth of what the memory costs.
    texts: RefCell<HashMap<u32, OperationText>>,
    /// The targets that may have another state than before.
    changed: Cell<ChangedTargets>,
    /// The ids that the journal has, where lines come with some.
    ids: Option<RefCell<IdHistory>>,
}

/// Returns once each of the requests that are about to leave has come this far, in their order.
async fn let_others_go_first() {
    let mut is_back = false;
    // tokio's own `yield_now` wakes the last one first, and the requests would leave in reverse.
    poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Recorder {
    /// Records this run in this journal, and in this folder.
    #[must_use]
    pub fn new(
        run: RunId,
        first: &RunRecord,
        info: Rc<RunInfo>,
        journal: Option<Journal>,
        memory: Option<(MemoryFolder, Console)>,
    ) -> Self {
        let first = line_of(first);
        let begin = |(folder, console)| RunFile::new(folder, run.clone(), console, first.clone());
        Self {
            file: memory.map(begin),
            run,
            info,
            journal,
            first: RefCell::new(first),
            texts: RefCell::default(),
            changed: Cell::new(ChangedTargets::Nothing),
            ids: None,
        }
    }

    /// The recorder of a run whose lines come with ids, of which the journal has these.
    #[must_use]
    pub fn with_ids(self, ids: IdHistory) -> Self {
        Self { ids: Some(RefCell::new(ids)), ..self }
    }

    /// Makes the intent to send these rows durable; returns false where that failed.
    pub async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        if self.journal.is_none() && self.file.is_none() {
            return true;
        }
        let intents = |lines: &mut Vec<u8>| self.append_intents(lines, rows, attempt);
        let mut lines = Vec::new();
        if self.journal.is_some() {
            intents(&mut lines);
        }
        if let Some(file) = self.file.as_ref().filter(|file| self.is_remembered(file, rows)) {
            // Straight into what is written next: an allocation for each intent took 3,000 instructions.
            file.hold(|held| if lines.is_empty() { intents(held) } else { held.extend(&lines) });
            // Other requests that are about to leave add their intents: 1,500 requests, 64 at a time, take 157 writes.
            let_others_go_first().await;
            // Before the request leaves: `undo` has to know of all that may have been sent.
            file.write();
        }
        // The memory never holds back a request, also where it cannot be written.
        let Some(journal) = &self.journal else { return true };
        let mut first = self.first.take();
        first.extend(lines);
        journal.intend(first).await
    }

    /// Whether the memory takes a request for these rows. Lines that only look begin no file: such a run is not remembered.
    fn is_remembered(&self, file: &RunFile, rows: &[u32]) -> bool {
        let acts = |row: &u32| self.info.row(*row as usize).0.spec().effect != Effect::None;
        self.info.arrived.is_none() || file.is_begun() || rows.iter().any(acts)
    }

    /// Returns once everything that was recorded is written; false where that failed.
    pub async fn written(&self) -> bool {
        self.flush();
        match &self.journal {
            Some(journal) => journal.intend(Vec::new()).await,
            // The memory holds nothing back.
            None => true,
        }
    }

    /// Records the outcome of a row, unless an earlier run has recorded it. A second one amends the first.
    pub fn result(&self, row: usize, outcome: &Outcome) {
        let lines = self.lines_of_result(row, outcome);
        if let Some(journal) = self.journal.as_ref().filter(|_| !lines.is_empty()) {
            journal.record(lines);
        }
    }

    /// The same; where there is a journal, the receiver is notified once the result and all before it are on disk.
    pub fn result_on_disk(&self, row: usize, outcome: &Outcome) -> Option<Receiver<bool>> {
        let lines = self.lines_of_result(row, outcome);
        self.journal.as_ref().map(|journal| journal.put(lines))
    }

    /// Where there is a journal, the receiver is notified once everything so far is on disk.
    #[must_use]
    pub fn on_disk(&self) -> Option<Receiver<bool>> {
        self.journal.as_ref().map(|journal| journal.put(Vec::new()))
    }

    /// Records the outcome in the memory, and returns the lines for the journal.
    fn lines_of_result(&self, row: usize, outcome: &Outcome) -> Vec<u8> {
        // An operation done before keeps the record of the run that applied it, with its time and end.
        if outcome.is_ok() && outcome.status == Status::Skipped {
            return Vec::new();
        }
        let (operation, _) = self.info.row(row);
        let changed = match operation.spec().effect {
            Effect::OffAir | Effect::OnAir => ChangedTargets::Streams,
            Effect::DomainSetting => ChangedTargets::Settings,
            Effect::CutOnce | Effect::ModerationEnded | Effect::None => ChangedTargets::Nothing,
        };
        if matches!(outcome.status, Status::Applied | Status::Unknown) {
            self.changed.set(self.changed.get().max(changed));
        }
        if let Some((mut ids, id, digest)) = self.identify(&*operation) {
            ids.settle(id, digest, outcome.status == Status::Applied);
        }
        let text = u32::try_from(row).ok().and_then(|row| self.texts.borrow_mut().remove(&row));
        let text = text.unwrap_or_else(|| self.text_of(row));
        let line = self.info.rows().line(row);
        self.lines_of(&text, outcome.attempts, || {
            ResultLine::of(&self.info, &*operation, outcome, &*text.sent).at(line)
        })
    }

    /// Records a line that is not sent, with as much of its operation as can be read; the receiver is notified once it is on disk.
    pub fn bad_line(
        &self,
        operation: &Map<String, Value>,
        outcome: &Outcome,
        (effect, line): (Effect, u64),
    ) -> Option<Receiver<bool>> {
        let text = OperationText { asked: raw(operation), sent: raw(operation) };
        let lines = self.lines_of(&text, 0, || {
            ResultLine::unsent(&self.info, effect, outcome, operation).at(Some(line))
        });
        self.journal.as_ref().map(|journal| journal.put(lines))
    }

    /// Takes back the intent of a row that is not sent after all, and has no outcome.
    pub fn withdraw(&self, row: usize) {
        let is_intended =
            u32::try_from(row).is_ok_and(|row| self.texts.borrow().contains_key(&row));
        if is_intended {
            let why = "a signal stopped the run before the request left";
            self.result(row, &Outcome::skipped(Fault::new(FaultKind::Interrupted, why)));
        }
    }

    /// Appends a result to the memory, and returns the lines for the journal.
    fn lines_of<'r, O: Serialize>(
        &self,
        text: &OperationText,
        attempts: u32,
        result: impl Fn() -> ResultLine<'r, O>,
    ) -> Vec<u8> {
        // A result may wait. Lost with a killed process, its target counts as in doubt, which is true. Of lines that
        // come, those before the first request would fill the memory.
        let keeps = |file: &&RunFile| self.info.arrived.is_none() || file.is_begun();
        if let Some(file) = self.file.as_ref().filter(keeps) {
            file.hold(|held| self.append(held, text, "result", attempts, Some(result().brief())));
        }
        if self.journal.is_none() {
            return Vec::new();
        }
        let mut lines = self.first.take();
        self.append(&mut lines, text, "result", attempts, Some(result()));
        lines
    }

    /// Takes note of the id of a line that has come; false where it came with another operation before.
    #[must_use]
    pub fn claim(&self, operation: &dyn Operation) -> bool {
        self.identify(operation).is_none_or(|(mut ids, id, digest)| ids.claim(id, digest))
    }

    /// Whether the journal has the id of this operation as applied.
    #[must_use]
    pub fn is_done(&self, operation: &dyn Operation) -> bool {
        self.identify(operation).is_some_and(|(mut ids, id, _)| ids.is_applied(id))
    }

    /// The ids, and those of the line that the operation comes from; `None` where it has none.
    fn identify(
        &self,
        operation: &dyn Operation,
    ) -> Option<(RefMut<'_, IdHistory>, IdKey, OperationDigest)> {
        let (ids, id) = (self.ids.as_ref()?.borrow_mut(), operation.id()?);
        let profile = self.info.profile.as_deref();
        let asked = to_json(operation, operation.requested());
        Some((ids, IdKey::of(profile, id), operation_key(profile, &asked).into()))
    }

    /// The targets that may have another state than before.
    #[must_use]
    pub fn changed(&self) -> ChangedTargets {
        self.changed.get()
    }

    /// The run's file, where it has everything so far.
    #[must_use]
    pub fn remembered(&self) -> Option<PathBuf> {
        let path = self.file.as_ref().filter(|file| !file.has_failed())?.path();
        // It may have been moved while the run went on.
        path.is_file().then_some(path)
    }

    /// Writes the lines that wait in the memory. To be called now and then.
    pub fn flush(&self) {
        if let Some(file) = &self.file {
            file.flush();
        }
    }

    /// Why nothing more can be recorded.
    #[must_use]
    pub fn failure(&self) -> Option<Fault> {
        self.journal.as_ref()?.failure().map(|reason| {
            Fault::new(
                FaultKind::Stopped,
                format!("the journal could not be written ({reason}), so the rest is not tried"),
            )
        })
    }

    /// Waits until everything is on disk; fails with the reason where something could not be written.
    pub fn finish(&self) -> Result<(), String> {
        self.flush();
        self.journal.as_ref().map_or(Ok(()), Journal::finish).map_err(str::to_owned)
    }

    /// Closes the records with the exit code. What cannot be written now has been reported before.
    pub fn end(self, exit: u8) {
        let end = line_of(&EndRecord {
            schema: SCHEMA.into(),
            record: "end".into(),
            at: time::millis(Utc::now()),
            run: self.run.to_string(),
            exit,
        });
        if let Some(file) = &self.file {
            file.hold(|held| held.extend(&end));
            file.flush();
        }
        // A journal that has no record of this run needs none of its end.
        if let Some(journal) = self.journal.as_ref().filter(|_| self.first.borrow().is_empty()) {
            journal.record(end);
        }
    }

    fn text_of(&self, row: usize) -> OperationText {
        let (operation, _) = self.info.row(row);
        OperationText {
            asked: raw(&OperationJson::as_asked(&*operation)),
            sent: raw(&OperationJson::as_sent(&*operation, self.info.profile.as_deref())),
        }
    }

    fn append_intents(&self, lines: &mut Vec<u8>, rows: &[u32], attempt: u32) {
        let mut texts = self.texts.borrow_mut();
        for row in rows {
            let text = texts.entry(*row).or_insert_with(|| self.text_of(*row as usize));
            self.append(lines, text, "intent", attempt, None::<()>);
        }
    }

    fn append<R: Serialize>(
        &self,
        lines: &mut Vec<u8>,
        text: &OperationText,
        record: &'static str,
        attempt: u32,
        result: Option<R>,
    ) {
        let record = Record {
            schema: SCHEMA,
            record,
            at: time::millis(Utc::now()),
            run: self.run.as_str(),
            profile: self.info.profile.as_deref(),
            asked: &text.asked,
            operation: &text.sent,
            attempt,
            result,
        };
        append_line(lines, &record);
    }
}

fn raw(operation: &impl Serialize) -> Box<RawValue> {
    // Only a map whose keys are no texts cannot be written, and no operation has one.
    to_raw_value(operation).expect("an operation is JSON")
}

fn line_of(record: &impl Serialize) -> Vec<u8> {
    let mut line = Vec::new();
    append_line(&mut line, record);
    line
}

fn append_line(lines: &mut Vec<u8>, record: &impl Serialize) {
    // No record has a map whose keys are no texts either. An empty line would be damage to `--resume`.
    json::append_line(lines, record).expect("a record is JSON");
}
