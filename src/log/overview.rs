//! The runs of a file, each with its author and the number of its outcomes.
//!
//! A thousand runs are read while somebody waits, so that the lines of a whole run are not parsed but searched: a run's file
//! begins with its first record, ends with its last one, and every line between is written by livectl in one form. Whatever
//! is not exactly so is parsed.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::num::NonZero;
use std::path::Path;

use memchr::memmem;

use crate::api::spec::Vendors;
use crate::journal::run_record::RunRecord;
use crate::log::file::{open, read_records};
use crate::log::folder::LogFile;
use crate::log::ledger::TargetKey;
use crate::log::record::{LogLine, LogRecord, OperationFields};
use crate::outcome::effect::Effect;
use crate::output::json;
use crate::output::run_id::{LENGTH, RunId};
use crate::time::Timestamp;

/// A run and what became of its targets.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// When it began.
    pub at: Timestamp,
    /// Its first record; none in a journal from before runs had one.
    pub record: Option<RunRecord>,
    /// The profile; `None` for the environment alone.
    pub profile: Option<String>,
    /// Its exit code; `None` where it did not end.
    pub exit: Option<u8>,
    /// How many targets came out how.
    pub counts: OutcomeCounts,
}

/// How many targets came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutcomeCounts {
    /// Applied.
    pub applied: u64,
    /// Looks that were answered.
    pub read: u64,
    /// Not applied.
    pub not_applied: u64,
    /// Unknown, or without a result because the run was killed.
    pub unknown: u64,
    /// Skipped, done before included.
    pub skipped: u64,
    /// Those of the skipped that needed nothing.
    pub done_before: u64,
}

impl OutcomeCounts {
    /// All targets.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.applied + self.read + self.not_applied + self.unknown + self.skipped
    }

    /// Whether a result is not ok.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.not_applied > 0 || self.unknown > 0 || self.skipped > self.done_before
    }

    fn add(&mut self, outcome: &[u8], is_ok: bool) -> Option<()> {
        match outcome {
            b"applied" => self.applied += 1,
            b"read" => self.read += 1,
            b"not_applied" => self.not_applied += 1,
            b"unknown" => self.unknown += 1,
            b"skipped" => {
                self.skipped += 1;
                self.done_before += u64::from(is_ok);
            }
            _ => return None,
        }
        Some(())
    }
}

/// Which records a reading counts.
#[derive(Clone)]
pub struct RecordFilter {
    /// The vendors whose operations are known.
    pub vendors: Vendors,
    /// A part of the target.
    pub target: Option<String>,
    /// The vendor.
    pub vendor: Option<String>,
}

impl RecordFilter {
    /// One that lets every record pass.
    #[must_use]
    pub fn open(vendors: Vendors) -> Self {
        Self { vendors, target: None, vendor: None }
    }

    /// Whether it lets every record pass.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.target.is_none() && self.vendor.is_none()
    }

    /// Whether a record that passes may stand in these lines; `false` only where none can.
    fn may_pass(&self, lines: &[u8]) -> bool {
        let written = |text: &str| json::to_line(&text).unwrap_or_default();
        let has = |part: &str| memmem::find(lines, part.as_bytes()).is_some();
        self.target.as_deref().is_none_or(|part| has(written(part).trim_matches('"')))
            && self.vendor.as_deref().is_none_or(|vendor| {
                has(&format!(r#""vendor":{}"#, written(&vendor.to_ascii_lowercase())))
            })
    }

    /// Whether it lets the operation pass.
    #[must_use]
    pub fn passes(&self, operation: &OperationFields<'_>) -> bool {
        self.passes_target(&operation.vendor, &operation.target)
    }

    /// Whether it lets operations on this target pass.
    #[must_use]
    pub fn passes_target(&self, vendor: &str, target: &str) -> bool {
        self.vendor.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(vendor))
            && self.target.as_deref().is_none_or(|part| target.contains(part))
    }
}

/// The runs of all files, sorted by when they began, and remarks on what could not be read.
#[must_use]
pub fn summarize_all(files: &[LogFile], filter: &RecordFilter) -> (Vec<RunSummary>, Vec<String>) {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(threads).max(1);
    let (mut runs, mut notes) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let summarize_share = |files: &[LogFile]| {
            let mut buffer = Vec::new();
            files.iter().map(|file| summarize(&file.path, filter, &mut buffer)).collect::<Vec<_>>()
        };
        let mut shares = files.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || summarize_share(share))).collect();
        let own = summarize_share(own);
        let others = others.into_iter().flat_map(|thread| thread.join().unwrap_or_default());
        for (of_file, of_file_notes) in own.into_iter().chain(others) {
            runs.extend(of_file);
            notes.extend(of_file_notes);
        }
    });
    // A journal may hold what a file of the folder holds too.
    let mut known = HashSet::new();
    runs.retain(|run: &RunSummary| known.insert(run.id.clone()));
    runs.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    (runs, notes)
}

/// The runs of a file that have a record which passes the filter, and remarks on what could not be read.
fn summarize(
    path: &Path,
    filter: &RecordFilter,
    buffer: &mut Vec<u8>,
) -> (Vec<RunSummary>, Vec<String>) {
    if let Ok(true) = load(path, buffer) {
        if !filter.may_pass(buffer) && !buffer.is_empty() {
            return (Vec::new(), Vec::new());
        }
        if let Some(run) = search(buffer).filter(|_| filter.is_open()) {
            return (vec![run], Vec::new());
        }
    }
    parse(path, filter)
}

/// The largest file that is searched in memory at once; larger ones are read line by line.
const LARGEST: u64 = 8 << 20;

/// Reads a file that is small enough to be searched; returns whether it is.
fn load(path: &Path, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut file = open(path)?.into_inner();
    buffer.clear();
    if file.metadata()?.len() > LARGEST {
        return Ok(false);
    }
    file.read_to_end(buffer)?;
    Ok(true)
}

/// Counts the outcomes of a file that holds one whole run, written as livectl writes it; `None` for any other content.
fn search(bytes: &[u8]) -> Option<RunSummary> {
    let body = bytes.strip_suffix(b"\n")?;
    let first_end = memchr::memchr(b'\n', body)?;
    let last_start = memchr::memrchr(b'\n', body)?;
    let first = LogLine::parse(&body[..first_end])?;
    let last = LogLine::parse(&body[last_start + 1..])?;
    let (LogRecord::Run(record), LogRecord::End(exit)) = (first.record, last.record) else {
        return None;
    };
    let id = first.run.filter(|id| last.run.as_ref() == Some(id))?;
    let between = body.get(first_end + 1..last_start).unwrap_or_default();
    let search = LineSearch::new(&id);
    let mut counts = OutcomeCounts::default();
    let mut open = hashbrown::HashSet::new();
    let mut rest = between;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = search.line(&rest[..end])?;
        let operation = open.hasher().hash_one(line.operation);
        match line.outcome {
            None if line.attempt == 1 && open.insert(operation) => {}
            None if line.attempt > 1 && open.contains(&operation) => {}
            None => return None,
            Some((outcome, is_ok)) => {
                // What answers no intent amends a result.
                if !open.remove(&operation) && line.attempt > 0 {
                    return None;
                }
                counts.add(outcome, is_ok)?;
            }
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    open.is_empty().then(|| RunSummary {
        id,
        at: first.at,
        profile: record.profile.clone(),
        record: Some(*record),
        exit: Some(exit),
        counts,
    })
}

/// Finds the few fields that count in lines of one run.
struct LineSearch {
    run: [u8; LENGTH],
    attempt: memmem::Finder<'static>,
}

/// What a line of an intent or a result tells.
struct SearchedLine<'a> {
    /// The profile and the operation, as they are written.
    operation: &'a [u8],
    attempt: u32,
    /// Of a result its outcome, and whether it is ok.
    outcome: Option<(&'a [u8], bool)>,
}

impl LineSearch {
    fn new(run: &RunId) -> Self {
        let mut id = [0; LENGTH];
        id.copy_from_slice(run.as_str().as_bytes());
        Self { run: id, attempt: memmem::Finder::new(b",\"attempt\":") }
    }

    /// `None` for a line in another form. A quote within a text is escaped, so that what is searched for with its quotes is
    /// never a part of a text.
    fn line<'a>(&self, line: &'a [u8]) -> Option<SearchedLine<'a>> {
        let rest = line.strip_prefix(br#"{"schema":"livectl-journal/1","record":""#)?;
        let (is_intent, rest) = match rest.strip_prefix(b"intent") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(b"result")?),
        };
        let rest = rest.strip_prefix(br#"","at":""#)?;
        let rest = rest.get("2026-11-21T10:00:00.000Z".len()..)?.strip_prefix(br#"","run":""#)?;
        let rest = rest.strip_prefix(&self.run)?.strip_prefix(b"\",")?;
        let (operation, rest) = rest.split_at(self.attempt.find(rest)?);
        let rest = rest.strip_prefix(br#","attempt":"#)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at(digits);
        let attempt = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let rest = rest.strip_prefix(br#","result":"#)?;
        if is_intent {
            let outcome = None;
            return (rest == b"null}").then_some(SearchedLine { operation, attempt, outcome });
        }
        let rest = rest.strip_prefix(br#"{"ok":"#)?;
        let (is_ok, rest) = match rest.strip_prefix(b"true") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(b"false")?),
        };
        let rest = rest.strip_prefix(br#","outcome":""#)?;
        let outcome = Some((&rest[..memchr::memchr(b'"', rest)?], is_ok));
        line.ends_with(b"}}").then_some(SearchedLine { operation, attempt, outcome })
    }
}

/// A run while its file is parsed.
struct OpenRun {
    summary: RunSummary,
    /// Targets whose last intent has no result yet.
    open: HashSet<TargetKey>,
    passes: bool,
}

/// Parses each line of a file. Of a run only the targets in flight are kept, so that a file of any size can be read.
fn parse(path: &Path, filter: &RecordFilter) -> (Vec<RunSummary>, Vec<String>) {
    let mut runs: Vec<OpenRun> = Vec::new();
    let mut by_id: HashMap<RunId, usize> = HashMap::new();
    let mut unnamed: Option<usize> = None;
    let notes = read_records(path, &mut |text, line| {
        let known = match &line.run {
            Some(id) => by_id.get(id).copied(),
            None => unnamed,
        };
        let run = known.unwrap_or_else(|| {
            let run = OpenRun::new(&line, text, filter.is_open());
            by_id.insert(run.summary.id.clone(), runs.len());
            runs.push(run);
            runs.len() - 1
        });
        if line.run.is_none() {
            unnamed = Some(run);
        }
        runs[run].take(line, filter);
    });
    let passing = runs.into_iter().filter(|run| run.passes);
    (passing.map(OpenRun::finish).collect(), notes)
}

impl OpenRun {
    fn new(line: &LogLine<'_>, text: &[u8], passes: bool) -> Self {
        let id = line
            .run
            .clone()
            .unwrap_or_else(|| RunId::of_old_journal(line.at, &String::from_utf8_lossy(text)));
        let summary = RunSummary {
            id,
            at: line.at,
            record: None,
            profile: line.profile.as_deref().map(str::to_owned),
            exit: None,
            counts: OutcomeCounts::default(),
        };
        Self { summary, open: HashSet::new(), passes }
    }

    fn take(&mut self, line: LogLine<'_>, filter: &RecordFilter) {
        match line.record {
            LogRecord::Run(record) => {
                self.summary.profile.clone_from(&record.profile);
                self.summary.record = Some(*record);
            }
            LogRecord::End(exit) => self.summary.exit = Some(exit),
            LogRecord::Intent(operation, attempt) => {
                self.passes |= filter.passes(&operation);
                let is_open = !self.open.insert(TargetKey::of(filter.vendors, &operation));
                // Left by a killed run of an old journal, where all runs are one.
                self.summary.counts.unknown += u64::from(is_open && attempt == 1);
            }
            LogRecord::Result(operation, attempts, result) => {
                self.passes |= filter.passes(&operation);
                let was_open = self.open.remove(&TargetKey::of(filter.vendors, &operation));
                let changes = operation.effect(filter.vendors) != Some(Effect::None);
                if attempts > 0 && !was_open && changes {
                    // It amends a result, which was a success: only what was applied is looked at again.
                    let applied = &mut self.summary.counts.applied;
                    *applied = applied.saturating_sub(1);
                }
                // An outcome of a later version is at least none that is known to be well.
                if self.summary.counts.add(result.outcome.as_bytes(), result.ok).is_none() {
                    self.summary.counts.unknown += 1;
                }
            }
        }
    }

    fn finish(mut self) -> RunSummary {
        self.summary.counts.unknown += self.open.len() as u64;
        self.summary
    }
}

#[cfg(test)]
mod tests;
