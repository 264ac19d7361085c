//! The runs of files, each with its author and the number of its outcomes.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::path::Path;

use crate::log::file::read_records;
use crate::log::filter::RecordFilter;
use crate::log::folder::LogFile;
use crate::log::ledger::TargetKey;
use crate::log::record::{LogLine, LogRecord};
use crate::log::run_summary::{RunSummary, add};
use crate::log::search::{load, search};
use crate::outcome::effect::Effect;
use crate::outcome::summary::Summary;
use crate::output::run_id::RunId;

/// The runs of all files, sorted by when they began, and remarks on what could not be read.
// The files are shared out among the processors: somebody waits, and a thousand runs are as many files.
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

/// A run while its file is parsed.
// Of a run that was killed the last targets have intents alone, and count as unknown.
struct OpenRun {
    summary: RunSummary,
    /// Targets whose last intent has no result yet.
    open: HashSet<TargetKey>,
    passes: bool,
}

/// Parses each line of a file.
// Of a run only the targets in flight are kept, so that a file of any size can be read.
fn parse(path: &Path, filter: &RecordFilter) -> (Vec<RunSummary>, Vec<String>) {
    let mut runs: Vec<OpenRun> = Vec::new();
    let mut by_id: HashMap<RunId, usize> = HashMap::new();
    let notes = read_records(path, &mut |_, line| {
        let run = by_id.get(&line.run).copied().unwrap_or_else(|| {
            by_id.insert(line.run.clone(), runs.len());
            runs.push(OpenRun::new(&line, filter.is_open()));
            runs.len() - 1
        });
        runs[run].take(line, filter);
    });
    let passing = runs.into_iter().filter(|run| run.passes);
    (passing.map(OpenRun::finish).collect(), notes)
}

impl OpenRun {
    fn new(line: &LogLine<'_>, passes: bool) -> Self {
        let summary = RunSummary {
            id: line.run.clone(),
            at: line.at,
            record: None,
            profile: line.profile.as_deref().map(str::to_owned),
            exit: None,
            counts: Summary::default(),
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
                self.summary.counts.unknown += usize::from(is_open && attempt == 1);
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
                let counts = &mut self.summary.counts;
                if add(counts, result.outcome.as_bytes(), result.ok).is_none() {
                    counts.unknown += 1;
                }
            }
        }
    }

    fn finish(mut self) -> RunSummary {
        self.summary.counts.unknown += self.open.len();
        self.summary
    }
}

#[cfg(test)]
mod tests;
