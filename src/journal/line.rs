//! [`OperationRecord`]: a line of a journal as a later run reads it, and the errors about lines that are none.
//!
//! Owns the form of a line. What follows from the operations is decided by [`history`](crate::journal::history).

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::Path;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::operation_input::ID;
use crate::error::Error;
use crate::journal::record::SCHEMA;
use crate::outcome::fault::FaultKind;
use crate::text::{visible, visible_path};
use crate::time::{self, Timestamp};

/// A line that is damaged or of another format.
pub(super) struct UnreadableLine;

/// What a line records of an operation: an intent, or a result.
pub(super) struct OperationRecord {
    pub(super) profile: Option<String>,
    pub(super) asked: Map<String, Value>,
    operation: Map<String, Value>,
    pub(super) at: Timestamp,
    pub(super) attempt: u32,
    /// The word of its outcome; `None` for an intent.
    pub(super) outcome: Option<String>,
}

/// A line as it is written.
#[derive(Deserialize)]
struct WrittenLine<'a> {
    schema: &'a str,
    record: &'a str,
    at: &'a str,
    profile: Option<String>,
    asked: Map<String, Value>,
    operation: Map<String, Value>,
    attempt: u32,
    result: Option<WrittenResult>,
}

#[derive(Deserialize)]
struct WrittenResult {
    outcome: String,
    error: Option<WrittenFault>,
}

#[derive(Deserialize)]
struct WrittenFault {
    kind: String,
}

/// The beginning that all lines share, of whatever version of the format.
#[derive(Deserialize)]
struct LineHead<'a> {
    #[serde(borrow)]
    schema: Cow<'a, str>,
    #[serde(borrow, default)]
    record: Cow<'a, str>,
}

impl OperationRecord {
    /// Reads a line; `None` for one that opens or closes a run, or of a line of the input that was no operation.
    pub(super) fn parse(line: &[u8]) -> Result<Option<Self>, UnreadableLine> {
        let written = serde_json::from_slice(line).ok();
        let Some(written) = written.filter(|line: &WrittenLine<'_>| line.schema == SCHEMA) else {
            let head: Option<LineHead<'_>> = serde_json::from_slice(line).ok();
            let is_boundary = head.is_some_and(|head| {
                head.schema == SCHEMA && matches!(&*head.record, "run" | "end")
            });
            return if is_boundary { Ok(None) } else { Err(UnreadableLine) };
        };
        let outcome = match (written.record, written.result) {
            ("intent", None) => None,
            // The line of the input was no operation, or not the one of its id.
            ("result", Some(WrittenResult { error: Some(fault), .. }))
                if fault.kind == FaultKind::Input.as_str() =>
            {
                return Ok(None);
            }
            ("result", Some(result)) => Some(result.outcome),
            _ => return Err(UnreadableLine),
        };
        let WrittenLine { profile, asked, operation, attempt, .. } = written;
        let at = DateTime::parse_from_rfc3339(written.at).map_err(|_| UnreadableLine)?.to_utc();
        Ok(Some(Self { profile, asked, operation, at, attempt, outcome }))
    }

    /// The id of its line.
    pub(super) fn id(&self) -> Option<&str> {
        self.operation.get(ID)?.as_str()
    }

    /// The end that the run resolved.
    pub(super) fn until(&self) -> Option<Timestamp> {
        time::moment_at(self.operation.get("until")?.as_str()?).ok()
    }
}

/// Whether the lines of a file whose first is no record are a journal's all the same.
pub(super) fn has_record(first: &[u8], rest: &mut impl BufRead) -> bool {
    // Enough to know a journal by; a file of another kind may be large.
    const LINES: usize = 1000;
    // Of whatever version of the format.
    let is_record = |line: &[u8]| line.starts_with(b"{\"schema\":\"livectl-journal/");
    let mut rest = rest.split(b'\n').take(LINES).map_while(io::Result::ok);
    is_record(first) || rest.any(|line| is_record(&line))
}

/// Whether a first line without an end is the beginning of a record, so that it may be cut off.
pub(super) fn is_torn(line: &[u8]) -> bool {
    // Anything else may be a file that was never a journal, named by mistake; it is not cut.
    let head = format!("{{\"schema\":\"{SCHEMA}\",");
    line.starts_with(head.as_bytes())
        || head.as_bytes().starts_with(line)
        // After a power cut, some file systems leave zeros where the line was to be.
        || line.iter().all(|byte| *byte == 0)
}

/// The error about a file that was never a journal.
pub(super) fn foreign(path: &Path) -> Error {
    Error::input(format!("{} is no livectl journal", visible_path(path)))
        .hint("it was left as it is; name a new file, or one that livectl has written")
}

/// The error about a line that cannot be read.
pub(super) fn damaged(path: &Path, number: u64, line: &[u8]) -> Error {
    let line_of_journal = format!("line {number} of the journal {}", visible_path(path));
    match serde_json::from_slice(line).map(|head: LineHead<'_>| head.schema) {
        Ok(version) if version.starts_with("livectl-journal/") && version != SCHEMA => {
            let version = visible(&version);
            Error::input(format!("{line_of_journal} has the format {version}"))
                .hint("a newer livectl wrote it; use that one, or start a new journal")
        }
        _ => Error::input(format!("{line_of_journal} is damaged")).hint(
            "what it recorded is lost; start a new journal, or take the line out once you know its target's state",
        ),
    }
}
