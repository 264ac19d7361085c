//! [`RunSummary`]: a run, and how many of its targets ended in each way.

use crate::journal::run_record::RunRecord;
use crate::outcome::summary::Summary;
use crate::output::run_id::RunId;
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
    /// How many targets ended in each way.
    // One without a result, because the run was killed, is unknown.
    pub counts: Summary,
}

/// Counts a recorded outcome; `None` for one that this version does not know.
// By its bytes, since the quick search of a file parses nothing.
pub(super) fn add(counts: &mut Summary, outcome: &[u8], is_ok: bool) -> Option<()> {
    match outcome {
        b"applied" => counts.applied += 1,
        b"read" => counts.read += 1,
        b"not_applied" => counts.not_applied += 1,
        b"unknown" => counts.unknown += 1,
        b"skipped" => {
            counts.skipped += 1;
            counts.done_before += usize::from(is_ok);
        }
        _ => return None,
    }
    Some(())
}
