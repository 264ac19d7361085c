//! The targets of the run to undo, each with all that the records have of it.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::spec::Vendors;
use crate::log::change::{ChangeEffect, RecordedChange, TargetState};
use crate::log::file::read_records;
use crate::log::folder::LogFile;
use crate::log::ledger::{Ledger, LedgerRun, ScopedTarget, TargetChange, TargetKey};
use crate::log::record::LogRecord;
use crate::output::run_id::RunId;
use crate::run::undo::plan::Author;
use crate::run::undo::target_name::NameIndex;
use crate::time::Timestamp;

/// A target that the run changed or may have changed.
#[derive(Debug)]
pub(super) struct UndoTarget {
    /// What distinguishes it from others.
    pub key: TargetKey,
    /// The shortest name that no other target of the run has.
    pub name: String,
    /// The last operation of the run on it, as it was sent.
    pub recorded: Map<String, Value>,
    /// All recorded changes of it, in the order in which they started.
    pub changes: Vec<(Author, RecordedChange)>,
}

impl UndoTarget {
    /// What the run left, as far as its last change shows.
    #[must_use]
    pub(super) fn left(&self) -> Option<TargetState> {
        let own = self.changes.iter().rev().filter(|(author, _)| *author == Author::ThisRun);
        own.map(|(_, change)| change.effect).find_map(|effect| match effect {
            ChangeEffect::Sets(state) => Some(state),
            ChangeEffect::Momentary => None,
        })
    }

    /// Whether it is a whole domain.
    fn is_domain(&self) -> bool {
        matches!(self.left(), Some(TargetState::Setting(_)))
    }

    fn first(&self) -> Option<Timestamp> {
        let mut own = self.changes.iter().filter(|(author, _)| *author == Author::ThisRun);
        own.next().map(|(_, change)| change.started)
    }
}

/// The targets of a run, and the runs that changed them too.
#[derive(Default)]
pub(super) struct UndoTargets {
    /// In the order in which the run changed them.
    pub targets: Vec<UndoTarget>,
    /// The runs of the records; [`Author::Other`] is an index into them.
    pub runs: Vec<LedgerRun>,
    /// The names of all targets; each means an index into them.
    pub names: NameIndex,
    /// The profiles with which the run changed them. A journal from before runs had ids may have several.
    pub profiles: BTreeSet<Option<Rc<str>>>,
    /// Remarks on what could not be read.
    pub notes: Vec<String>,
}

/// Reads the targets of a run from its file, and what all files have of them. Acts of the run before `since` are not undone.
// They count as another run's: they are what held before.
#[must_use]
pub(super) fn read(
    vendors: Vendors,
    run: &RunId,
    own: &Path,
    files: &[LogFile],
    since: Option<Timestamp>,
) -> UndoTargets {
    let recorded = recorded_operations(vendors, run, own);
    let mut ledger = Ledger::only(vendors, recorded.keys().cloned().collect());
    let mut notes = ledger.read(own);
    for file in files.iter().filter(|file| file.path != own) {
        notes.extend(ledger.read(&file.path));
    }
    let history = ledger.finish();
    let author = |change: &TargetChange| {
        let is_own = since.is_none_or(|since| change.change.started >= since);
        author_of(change, &history.runs[change.run], run, is_own)
    };
    let all = history.targets.values().flatten();
    let own_changes = all.filter(|change| author(change) == Author::ThisRun);
    let profiles = own_changes.map(|change| change.profile.clone()).collect();
    let target = |((_, key), changes): (&ScopedTarget, &Vec<TargetChange>)| {
        let changes: Vec<_> = changes.iter().map(|c| (author(c), c.change)).collect();
        let is_own = changes.iter().any(|(author, _)| *author == Author::ThisRun);
        let recorded = recorded.get(key).filter(|_| is_own)?.clone();
        Some(UndoTarget { key: key.clone(), name: String::new(), recorded, changes })
    };
    let mut targets: Vec<_> = history.targets.iter().filter_map(target).collect();
    // Those of one moment by name: the order of the rows must not differ from one undo to the next.
    targets.sort_by(|one, other| {
        (one.first(), one.key.parts()).cmp(&(other.first(), other.key.parts()))
    });
    let names = name_all(&mut targets);
    UndoTargets { targets, runs: history.runs, names, profiles, notes }
}

/// Who made a change, as seen from this run; of its own, only those that are undone count.
fn author_of(change: &TargetChange, by: &LedgerRun, run: &RunId, is_undone: bool) -> Author {
    let undoes = by.record.as_ref().and_then(|record| record.undoes.as_deref());
    if by.id == *run && is_undone {
        Author::ThisRun
    } else if undoes == Some(run.as_str()) {
        Author::ItsUndo
    } else {
        Author::Other(change.run)
    }
}

/// Gives each target its shortest name; returns all names.
fn name_all(targets: &mut [UndoTarget]) -> NameIndex {
    let mut names = NameIndex::default();
    for (index, target) in targets.iter().enumerate() {
        names.add(index, &target.key, target.is_domain());
    }
    for target in targets {
        target.name = names.shortest(&target.key, target.is_domain());
    }
    names
}

/// The last operation of the run on each target.
fn recorded_operations(
    vendors: Vendors,
    run: &RunId,
    path: &Path,
) -> HashMap<TargetKey, Map<String, Value>> {
    #[derive(Deserialize)]
    struct OperationField {
        operation: Map<String, Value>,
    }
    let mut recorded = HashMap::new();
    read_records(path, &mut |text, line| {
        if line.run == *run
            && let LogRecord::Intent(fields, _) | LogRecord::Result(fields, ..) = &line.record
            && let Ok(OperationField { operation }) = serde_json::from_slice(text)
        {
            recorded.insert(TargetKey::of(vendors, fields), operation);
        }
    });
    recorded
}
