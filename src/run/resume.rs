//! Opens the journal of a run, and finds the targets that it records as applied. What a record proves is decided in
//! [`history`](crate::journal::history).

use crate::api::operation::{Operation, to_json};
use crate::console::Console;
use crate::error::Result;
use crate::journal::file::note;
use crate::journal::history::History;
use crate::journal::writer::Journal;
use crate::run::settings::{JournalSettings, Settings};
use crate::text::count;
use crate::time::Timestamp;

/// The journal to write, and what it records, added to an empty history. A dry run writes none.
pub(super) fn open_journal(
    settings: &Settings,
    empty: History,
) -> Result<(Option<Journal>, Option<History>)> {
    let Some(JournalSettings { path, is_resumed }) = &settings.journal else {
        return Ok((None, None));
    };
    if *is_resumed && !path.exists() {
        settings.console.note(&format!(
            "the journal {} is not there yet, so there is nothing to resume",
            path.display()
        ));
    }
    let (journal, history) = if settings.is_dry_run {
        (None, History::peek(path, empty)?)
    } else {
        let (journal, history) = Journal::open_into(path, empty)?;
        note(path).iter().for_each(|note| settings.console.note(note));
        if history.was_torn() {
            settings.console.note(&format!(
                "the last line of the journal {} was torn, and is cut off",
                path.display()
            ));
        }
        (Some(journal), history)
    };
    Ok((journal, Some(history)))
}

/// An operation that the journal records as applied.
#[derive(Clone, Copy)]
pub(super) struct DoneBefore {
    pub(super) at: Timestamp,
    /// Its end, where that has passed.
    pub(super) ended: Option<Timestamp>,
}

/// The rows that the journal records as applied. A ban that has ended is none of them, and is noted.
pub(super) fn done_before(
    operations: &[Box<dyn Operation>],
    profile: Option<&str>,
    history: Option<&History>,
    now: Timestamp,
    console: Console,
) -> Vec<(usize, DoneBefore)> {
    let Some(history) = history else { return Vec::new() };
    let mut renewed = 0;
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
        Some(DoneBefore { at, ended })
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
