//! [`History`]: the operations that a journal records, and which of them a resumed run may skip.
//!
//! Reads alone; [`writer`](crate::journal::writer) appends. The plan decides what follows from an entry.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use serde_json::{Map, Value};

use crate::api::operation::OperationSpec;
use crate::api::signing::md5;
use crate::api::spec::Vendors;
use crate::error::Result;
use crate::journal::file::{failure, open_for_reading};
use crate::journal::ids::{IdHistory, IdKey};
use crate::journal::line::{OperationRecord, damaged, foreign, has_record, is_torn};
use crate::outcome::Status;
use crate::outcome::effect::Effect;
use crate::time::Timestamp;

/// The operations that a journal records.
#[derive(Default)]
pub struct History {
    vendors: Vendors,
    operations: HashMap<HistoryKey, LastKnown>,
    /// For each target, the operation that last changed it or may have, and the number of that record.
    latest: HashMap<HistoryKey, (HistoryKey, u32)>,
    /// For each target, the operation whose intent has no result yet, and the number of that record.
    open: HashMap<HistoryKey, (HistoryKey, u32)>,
    records: u32,
    /// The ids of lines.
    pub ids: IdHistory,
    /// Nothing but the ids is kept.
    has_ids_only: bool,
    pub(super) tail: Tail,
}

type HistoryKey = [u8; 16];

/// The last time that an operation was tried.
#[derive(Default)]
struct LastKnown {
    /// The number of the record with which that began.
    since: u32,
    until: Option<Timestamp>,
    applied_at: Option<Timestamp>,
}

/// The state of the last line.
#[derive(Clone, Copy, Default)]
pub(super) enum Tail {
    #[default]
    Whole,
    /// A whole record without its line end.
    NoLineEnd,
    /// Cut short by a crash; the lines before it end here.
    Torn(u64),
}

impl History {
    /// A history without records, of operations at these vendors.
    #[must_use]
    pub fn new(vendors: Vendors) -> Self {
        Self { vendors, ..Self::default() }
    }

    /// A history that keeps the ids of lines alone.
    // The operations of a journal that grows for weeks would need more memory than all that follows.
    #[must_use]
    pub fn of_ids(vendors: Vendors) -> Self {
        Self { has_ids_only: true, ..Self::new(vendors) }
    }

    /// Reads a journal without opening it for writing; one that is not there counts as empty.
    pub fn peek(path: &Path, empty: Self) -> Result<Self> {
        match open_for_reading(path)? {
            Some(mut file) => empty.read(&mut file, path),
            None => Ok(empty),
        }
    }

    /// Whether its last line was cut short, as by a crash.
    #[must_use]
    pub fn was_torn(&self) -> bool {
        matches!(self.tail, Tail::Torn(_))
    }

    /// When the operation was applied, if no later one changed its target.
    #[must_use]
    pub fn applied_at(
        &self,
        profile: Option<&str>,
        asked: &Map<String, Value>,
    ) -> Option<Timestamp> {
        self.find(profile, asked)?.applied_at
    }

    /// The end that an earlier run resolved for it.
    #[must_use]
    pub fn kept_end(&self, profile: Option<&str>, asked: &Map<String, Value>) -> Option<Timestamp> {
        self.find(profile, asked)?.until
    }

    fn find(&self, profile: Option<&str>, asked: &Map<String, Value>) -> Option<&LastKnown> {
        let operation = operation_key(profile, asked);
        let known = self.operations.get(&operation)?;
        let target = self.target_key(profile, asked);
        (!self.is_superseded(target, operation, known)).then_some(known)
    }

    /// Whether another operation changed the target since, or may have.
    fn is_superseded(&self, target: HistoryKey, operation: HistoryKey, known: &LastKnown) -> bool {
        let others = self.latest.get(&target).into_iter().chain(self.open.get(&target));
        // A later act on the target, or one in doubt, makes this record worthless: with its `forbid`
        // skipped as applied, a stream that was resumed since would stay on air.
        others.into_iter().any(|(other, number)| *number > known.since && *other != operation)
    }

    /// Adds what a journal records.
    pub(super) fn read(mut self, file: &mut File, path: &Path) -> Result<Self> {
        let unreadable = |error: io::Error| failure("read", path, &error);
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        let mut length = 0;
        for number in 1u64.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            let is_ended = line.last() == Some(&b'\n');
            match (self.read_line(&line), is_ended) {
                (Some(()), true) => length += read as u64,
                (Some(()), false) => self.tail = Tail::NoLineEnd,
                // Only a last line without its end can be the work of a crash.
                (None, false) if self.records > 0 || is_torn(&line) => {
                    self.tail = Tail::Torn(length);
                }
                (None, _) if self.records == 0 && !has_record(&line, &mut reader) => {
                    return Err(foreign(path));
                }
                // Passing over it could hide that a target was applied, and it would be sent twice.
                (None, _) => return Err(damaged(path, number, &line)),
            }
            // Another process may be adding to it: what follows an unfinished line is not its next line.
            if !is_ended {
                break;
            }
        }
        Ok(self)
    }

    pub(super) fn read_line(&mut self, line: &[u8]) -> Option<()> {
        let record = OperationRecord::parse(line).ok()?;
        self.records += 1;
        if let Some(record) = record {
            self.keep_id(&record);
            // A look changes nothing and is never skipped: the state may be another one by now.
            if !self.has_ids_only && self.changes_its_target(&record.asked) {
                self.keep_operation(&record);
            }
        }
        Some(())
    }

    fn keep_id(&mut self, record: &OperationRecord) {
        let Some(id) = record.id() else { return };
        let profile = record.profile.as_deref();
        let (id, digest) = (IdKey::of(profile, id), operation_key(profile, &record.asked).into());
        match record.outcome.as_deref() {
            None => drop(self.ids.claim(id, digest)),
            // What was not sent leaves the id as it was.
            Some(_) if record.attempt == 0 => {}
            Some(outcome) => self.ids.settle(id, digest, outcome == Status::Applied.as_str()),
        }
    }

    fn keep_operation(&mut self, record: &OperationRecord) {
        let (profile, asked) = (record.profile.as_deref(), &record.asked);
        let (operation, target) = (operation_key(profile, asked), self.target_key(profile, asked));
        let starts_anew = match self.operations.get(&operation) {
            // A run without `--resume` sends again what was applied, and its result counts.
            Some(known) if record.outcome.is_none() && known.applied_at.is_some() => true,
            Some(known) => self.is_superseded(target, operation, known),
            None => true,
        };
        if starts_anew {
            let (since, until) = (self.records, record.until());
            self.operations.insert(operation, LastKnown { since, until, applied_at: None });
        }
        if let Some(outcome) = &record.outcome {
            return self.keep_result(record, outcome, operation, target);
        }
        let open = self.open.insert(target, (operation, self.records));
        // A first attempt while another intent is open: the run that recorded that one was killed, and
        // its request may have arrived.
        if let Some(killed) = open.filter(|_| record.attempt == 1) {
            self.latest.insert(target, killed);
        }
    }

    fn keep_result(
        &mut self,
        record: &OperationRecord,
        outcome: &str,
        operation: HistoryKey,
        target: HistoryKey,
    ) {
        // Without an attempt it was skipped, which answers no intent of an earlier run.
        if record.attempt > 0 {
            self.open.remove(&target);
        }
        // A refusal has changed nothing, so the record before it still holds.
        if matches!(outcome, "applied" | "unknown") {
            self.latest.insert(target, (operation, self.records));
        }
        let known = self.operations.entry(operation).or_default();
        match outcome {
            // A run that did not resume may have resolved another end since. A record that amends one does not
            // move the moment: JD's length counts from the answer.
            "applied" => {
                known.until = record.until();
                known.applied_at.get_or_insert(record.at);
            }
            // It amends what was applied: the stream came back, or its state does not agree.
            "unknown" => known.applied_at = None,
            _ => {}
        }
    }

    fn spec_of(&self, asked: &Map<String, Value>) -> Option<&'static OperationSpec> {
        let word = |key| asked.get(key).and_then(Value::as_str);
        self.vendors.operations().find(|spec| {
            word("vendor") == Some(spec.vendor.as_str()) && word("action") == Some(spec.name)
        })
    }

    /// Whether it may leave its target in another state; an operation that only asks does not.
    fn changes_its_target(&self, asked: &Map<String, Value>) -> bool {
        // An operation that this version does not know is taken for one that changes its target.
        self.spec_of(asked).is_none_or(|spec| spec.effect != Effect::None)
    }

    pub(super) fn target_key(
        &self,
        profile: Option<&str>,
        asked: &Map<String, Value>,
    ) -> HistoryKey {
        let part = |key| asked.get(key).map(Value::to_string).unwrap_or_default();
        let target = part("target");
        let target =
            self.spec_of(asked).map_or(Cow::Borrowed(&*target), |spec| spec.identity(&target));
        md5(&[
            &format!("{profile:?}"),
            &part("vendor"),
            ",",
            &target,
            ",",
            // Host names ignore case.
            &part("domain").to_lowercase(),
            &part("app"),
        ])
    }
}

/// The key of a profile, an operation and its settings as asked.
pub(super) fn operation_key(profile: Option<&str>, asked: &Map<String, Value>) -> HistoryKey {
    let mut members: Vec<_> = asked.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
    // The order of the members means nothing.
    members.sort_unstable();
    // A digest of 16 bytes, because a journal may have a million records. `{:?}`
    // distinguishes a profile called `None` from no profile.
    md5(&[&format!("{profile:?}"), &members.join(",")])
}
