//! Counts the outcomes of a run's file without parsing its lines.
//!
//! Whatever is not written exactly as livectl writes it is left to [`overview`](super::overview), which parses it.

use std::hash::BuildHasher;
use std::io::{self, Read};
use std::path::Path;

use memchr::memmem;

use crate::log::file::open;
use crate::log::record::{LogLine, LogRecord};
use crate::log::run_summary::{RunSummary, add};
use crate::outcome::summary::Summary;
use crate::output::run_id::{LENGTH, RunId};

/// The largest file that is searched in memory at once.
// Larger ones are read line by line: several threads have a file each.
const LARGEST: u64 = 8 << 20;

/// Reads a file that is small enough to be searched; returns whether it is.
pub(super) fn load(path: &Path, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut file = open(path)?.into_inner();
    buffer.clear();
    if file.metadata()?.len() > LARGEST {
        return Ok(false);
    }
    file.read_to_end(buffer)?;
    Ok(true)
}

/// Counts the outcomes of a file that holds one whole run, written as livectl writes it; `None` for any other content.
// A thousand runs are read while somebody waits. A run's file begins with its first record, ends with its last one, and every
// line between has one form, so that a few fields are searched for.
pub(super) fn search(bytes: &[u8]) -> Option<RunSummary> {
    let body = bytes.strip_suffix(b"\n")?;
    let first_end = memchr::memchr(b'\n', body)?;
    let last_start = memchr::memrchr(b'\n', body)?;
    let first = LogLine::parse(&body[..first_end], &mut None)?;
    let last = LogLine::parse(&body[last_start + 1..], &mut None)?;
    let (LogRecord::Run(record), LogRecord::End(exit)) = (first.record, last.record) else {
        return None;
    };
    if !first.is_named || first.run != last.run {
        return None;
    }
    let counts = count(body.get(first_end + 1..last_start).unwrap_or_default(), &first.run)?;
    Some(RunSummary {
        id: first.run,
        at: first.at,
        profile: record.profile.clone(),
        record: Some(*record),
        exit: Some(exit),
        counts,
    })
}

/// The outcomes of these lines; `None` where an intent has no result, or a line another form.
fn count(lines: &[u8], run: &RunId) -> Option<Summary> {
    let search = LineSearch::new(run);
    let mut counts = Summary::default();
    let mut open = hashbrown::HashSet::new();
    let mut rest = lines;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = search.line(&rest[..end])?;
        // A hash of what is written is enough: to keep the texts would cost more than all else.
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
                add(&mut counts, outcome, is_ok)?;
            }
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    open.is_empty().then_some(counts)
}

/// Finds the few fields that count in lines of one run.
struct LineSearch {
    run: [u8; LENGTH],
    attempt: memmem::Finder<'static>,
}

/// What a line of an intent or a result contains.
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

    /// `None` for a line in another form.
    // A quote within a text is escaped, so that what is searched for with its quotes is never a part of a text.
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
