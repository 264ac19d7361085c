//! Opens the journal of a run, and finds the targets that it records as applied. What a record proves is decided in
//! [`history`](crate::journal::history).

use chrono::Utc;

use crate::api::operation::Operation;
use crate::api::operation_json::to_json;
use crate::console::Console;
use crate::error::Result;
use crate::journal::file::note;
use crate::journal::history::History;
use crate::journal::writer::Journal;
use crate::outcome::Outcome;
use crate::outcome::fault::{Fault, FaultKind};
use crate::run::settings::{JournalSettings, Settings};
use crate::text::count;
use crate::time::{self, Timestamp};

/// The journal to write, and what it records, added to an empty history.
// A dry run writes none, and takes no lock: it may be made while another run writes.
pub(super) fn open_journal(
    settings: &Settings,
    empty: History,
) -> Result<(Option<Journal>, Option<History>)> {
    let Some(JournalSettings { path, is_resumed }) = &settings.journal else {
        return Ok((None, None));
    };
    let (console, shown) = (settings.console, path.display());
    if *is_resumed && !path.exists() {
        let what = "is not there yet, so there is nothing to resume";
        console.note(&format!("the journal {shown} {what}"));
    }
    if settings.is_dry_run {
        return Ok((None, Some(History::peek(path, empty)?)));
    }
    let (journal, history) = Journal::open(path, empty)?;
    note(path).iter().for_each(|note| console.note(note));
    if history.was_torn() {
        console.note(&format!("the last line of the journal {shown} was torn, and is cut off"));
    }
    Ok((Some(journal), Some(history)))
}

/// The outcome of a row that is not sent, decided before the run.
pub(super) enum SettledRow {
    /// The journal records it as applied.
    DoneBefore(DoneBefore),
    /// Anything else.
    Other(Box<Outcome>),
}

impl SettledRow {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Other(outcome) => *outcome,
            Self::DoneBefore(done) => done.outcome(),
        }
    }
}

/// An operation that the journal records as applied.
// Small, without its outcome: of a large list that is resumed, nearly all rows may be done before.
#[derive(Clone, Copy)]
pub(super) struct DoneBefore {
    at: Timestamp,
    /// Its end, where that has passed.
    ended: Option<Timestamp>,
}

impl DoneBefore {
    fn outcome(self) -> Outcome {
        let ended = self.ended.map(|end| format!("; it ended at {}", time::seconds(end)));
        let at = time::seconds(self.at);
        let message = format!("done before: the journal records it as applied at {at}");
        let message = message + &ended.unwrap_or_default();
        Outcome::skipped(Fault::new(FaultKind::DoneBefore, message))
    }
}

/// The rows that the journal records as applied. A ban that has ended is none of them, and is noted.
pub(super) fn done_before(
    operations: &[Box<dyn Operation>],
    profile: Option<&str>,
    history: Option<&History>,
    console: Console,
) -> Vec<(usize, SettledRow)> {
    let Some(history) = history else { return Vec::new() };
    let (now, mut renewed) = (Utc::now(), 0);
    let mut of = |operation: &dyn Operation| {
        let asked = to_json(operation, operation.requested());
        let at = history.applied_at(profile, &asked)?;
        let recorded = history.kept_end(profile, &asked);
        let ended = operation.recorded_end(at, recorded).filter(|end| *end <= now);
        // Asked for with `--for`, a ban that has ended by itself is a new one: skipped as done, the
        // stream would be on air and the exit code 0.
        if ended.is_some() && operation.renews() {
            renewed += 1;
            return None;
        }
        Some(SettledRow::DoneBefore(DoneBefore { at, ended }))
    };
    let rows = operations.iter().enumerate();
    let done = rows.filter_map(|(row, operation)| Some((row, of(&**operation)?))).collect();
    if renewed > 0 {
        let bans = count(renewed, "ban");
        let verb = if renewed == 1 { "has ended and is" } else { "have ended and are" };
        console.note(&format!("{bans} of the journal {verb} sent again"));
    }
    done
}
