//! [`History`]: the operations that a journal records, and which of them a resumed run may skip.
//!
//! Reads alone; [`writer`](crate::journal::writer) appends. The plan decides what follows from an entry.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::operation::OperationSpec;
use crate::api::operation_input::ID;
use crate::api::signing::md5;
use crate::api::spec::Vendors;
use crate::error::{Error, Result};
use crate::journal::file::{failure, open_for_reading};
use crate::journal::ids::{IdHistory, IdKey};
use crate::journal::record::SCHEMA;
use crate::outcome::Status;
use crate::outcome::effect::Effect;
use crate::outcome::fault::FaultKind;
use crate::text::visible;
use crate::time;
use crate::time::Timestamp;

/// The operations that a journal records.
pub struct History {
    vendors: Vendors,
    operations: HashMap<Key, LastKnown>,
    /// For each target, the operation that last changed it or may have, and the number of that record.
    latest: HashMap<Key, (Key, u32)>,
    /// For each target, the operation whose intent has no result yet, and the number of that record.
    open: HashMap<Key, (Key, u32)>,
    records: u32,
    /// The ids of lines.
    pub ids: IdHistory,
    /// Nothing but the ids is kept.
    has_ids_only: bool,
    pub(super) tail: Tail,
}

type Key = [u8; 16];

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

/// The parts of a record that a later run reads.
#[derive(Deserialize)]
struct JournalLine<'a> {
    schema: &'a str,
    record: &'a str,
    at: &'a str,
    profile: Option<String>,
    asked: Map<String, Value>,
    operation: Map<String, Value>,
    attempt: u32,
    result: Option<Settled>,
}

/// A record that opens or closes a run.
#[derive(Deserialize)]
struct RunBoundary<'a> {
    schema: &'a str,
    record: &'a str,
}

#[derive(Deserialize)]
struct Settled {
    outcome: String,
    error: Option<SettledFault>,
}

#[derive(Deserialize)]
struct SettledFault {
    kind: String,
}

impl Settled {
    /// Whether the line was no operation, or not the one of its id.
    fn is_bad_line(&self) -> bool {
        let is_input = |fault: &SettledFault| fault.kind == FaultKind::Input.as_str();
        self.error.as_ref().is_some_and(is_input)
    }
}

impl History {
    /// A history without records, of operations at these vendors.
    #[must_use]
    pub fn new(vendors: Vendors) -> Self {
        Self {
            vendors,
            operations: HashMap::new(),
            latest: HashMap::new(),
            open: HashMap::new(),
            records: 0,
            ids: IdHistory::default(),
            has_ids_only: false,
            tail: Tail::Whole,
        }
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
        let known = self.operations.get(&operation_key(profile, asked))?;
        (!self.is_superseded(profile, asked, known)).then_some(known)
    }

    /// Whether another operation changed the target since, or may have.
    fn is_superseded(
        &self,
        profile: Option<&str>,
        asked: &Map<String, Value>,
        known: &LastKnown,
    ) -> bool {
        let (target, own) = (self.target_key(profile, asked), operation_key(profile, asked));
        let others = self.latest.get(&target).into_iter().chain(self.open.get(&target));
        // A later act on the target, or one in doubt, makes this record worthless: with its `forbid`
        // skipped as applied, a stream that was resumed since would stay on air.
        others.into_iter().any(|(operation, number)| *number > known.since && *operation != own)
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
        let entry = serde_json::from_slice(line).ok();
        let Some(line) = entry.filter(|line: &JournalLine<'_>| line.schema == SCHEMA) else {
            return is_boundary(line).then(|| self.records += 1);
        };
        let outcome = match (line.record, line.result) {
            ("intent", None) => None,
            ("result", Some(result)) if result.is_bad_line() => {
                self.records += 1;
                return Some(());
            }
            ("result", Some(result)) => Some(result.outcome),
            _ => return None,
        };
        let at = DateTime::parse_from_rfc3339(line.at).ok()?;
        self.records += 1;
        if let Some(id) = line.operation.get(ID).and_then(Value::as_str) {
            let digest = operation_key(line.profile.as_deref(), &line.asked).into();
            let id = IdKey::of(line.profile.as_deref(), id);
            match outcome.as_deref() {
                // What was not sent leaves the id as it was.
                Some(outcome) if line.attempt > 0 => {
                    self.ids.settle(id, digest, outcome == Status::Applied.as_str());
                }
                Some(_) => {}
                None => drop(self.ids.claim(id, digest)),
            }
        }
        // A look changes nothing and is never skipped: the state may be another one by now.
        if self.has_ids_only || !self.changes_its_target(&line.asked) {
            return Some(());
        }
        let profile = line.profile.as_deref();
        let operation = operation_key(profile, &line.asked);
        let target = self.target_key(profile, &line.asked);
        // A run without `--resume` sends again what was applied, and its result counts.
        let starts_anew = match self.operations.get(&operation) {
            Some(known) if outcome.is_none() && known.applied_at.is_some() => true,
            Some(known) => self.is_superseded(profile, &line.asked, known),
            None => true,
        };
        let until = line
            .operation
            .get("until")
            .and_then(Value::as_str)
            .and_then(|text| time::moment_at(text).ok());
        if starts_anew {
            self.operations
                .insert(operation, LastKnown { since: self.records, until, applied_at: None });
        }
        let Some(outcome) = outcome else {
            // A first attempt while another intent is open: the run that recorded that one was killed,
            // and its request may have arrived.
            if let Some(killed) =
                self.open.insert(target, (operation, self.records)).filter(|_| line.attempt == 1)
            {
                self.latest.insert(target, killed);
            }
            return Some(());
        };
        // Without an attempt it was skipped, which answers no intent of an earlier run.
        if line.attempt > 0 {
            self.open.remove(&target);
        }
        // A refusal has changed nothing, so the record before it still holds.
        if matches!(outcome.as_str(), "applied" | "unknown") {
            self.latest.insert(target, (operation, self.records));
        }
        let known = self.operations.entry(operation).or_default();
        match outcome.as_str() {
            // A run that did not resume may have resolved another end since. A record that amends one does not
            // move the moment: JD's length counts from the answer.
            "applied" => {
                known.until = until;
                known.applied_at.get_or_insert(at.to_utc());
            }
            // It amends what was applied: the stream came back, or its state does not agree.
            "unknown" => known.applied_at = None,
            _ => {}
        }
        Some(())
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

    pub(super) fn target_key(&self, profile: Option<&str>, asked: &Map<String, Value>) -> Key {
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
pub(super) fn operation_key(profile: Option<&str>, asked: &Map<String, Value>) -> Key {
    let mut members: Vec<_> = asked.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
    // The order of the members means nothing.
    members.sort_unstable();
    // A digest of 16 bytes, because a journal may have a million records. `{:?}` tells the profile
    // `None` from no profile.
    md5(&[&format!("{profile:?}"), &members.join(",")])
}

/// Whether the lines of a file whose first is no record are a journal's all the same.
fn has_record(first: &[u8], rest: &mut impl BufRead) -> bool {
    // Enough to know a journal by; a file of another kind may be large.
    const LINES: usize = 1000;
    let mut rest = rest.split(b'\n').take(LINES).map_while(io::Result::ok);
    is_record(first) || rest.any(|line| is_record(&line))
}

/// Whether the line begins like a record, of whatever version of the format.
fn is_record(line: &[u8]) -> bool {
    line.starts_with(b"{\"schema\":\"livectl-journal/")
}

fn foreign(path: &Path) -> Error {
    let path = visible(&path.to_string_lossy()).into_owned();
    Error::input(format!("{path} is no livectl journal"))
        .hint("it was left as it is; name a new file, or one that livectl has written")
}

fn damaged(path: &Path, number: u64, line: &[u8]) -> Error {
    #[derive(Deserialize)]
    struct Versioned {
        schema: String,
    }
    let path = visible(&path.to_string_lossy()).into_owned();
    let version = serde_json::from_slice(line).map(|line: Versioned| line.schema);
    match version {
        Ok(version) if version.starts_with("livectl-journal/") && version != SCHEMA => {
            let version = visible(&version).into_owned();
            Error::input(format!("line {number} of the journal {path} has the format {version}"))
                .hint("a newer livectl wrote it; use that one, or start a new journal")
        }
        _ => Error::input(format!("line {number} of the journal {path} is damaged")).hint(
            "what it recorded is lost; start a new journal, or take the line out once you know its target's state",
        ),
    }
}

/// Whether a line opens or closes a run, which names no target.
fn is_boundary(line: &[u8]) -> bool {
    let read: Result<RunBoundary<'_>, _> = serde_json::from_slice(line);
    read.is_ok_and(|line| line.schema == SCHEMA && matches!(line.record, "run" | "end"))
}

/// Whether a first line without an end is the beginning of a record, so that it may be cut off.
fn is_torn(line: &[u8]) -> bool {
    // Anything else may be a file that was never a journal, named by mistake; it is not cut.
    let head = format!("{{\"schema\":\"{SCHEMA}\",");
    line.starts_with(head.as_bytes())
        || head.as_bytes().starts_with(line)
        // After a power cut, some file systems leave zeros where the line was to be.
        || line.iter().all(|byte| *byte == 0)
}
