//! All recorded changes, target by target, put together from the intents and results of many files.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use crate::api::spec::Vendors;
use crate::journal::run_record::RunRecord;
use crate::log::change::RecordedChange;
use crate::log::file::read_records;
use crate::log::record::{LogLine, LogRecord, OperationFields};
use crate::log::scope::AccountScopes;
use crate::outcome::effect::Effect;
use crate::output::run_id::RunId;
use crate::time::Timestamp;

/// The changes that a set of files records.
pub struct Ledger {
    vendors: Vendors,
    scopes: AccountScopes,
    runs: Vec<LedgerRun>,
    by_id: HashMap<RunId, usize>,
    targets: HashMap<ScopedTarget, Vec<TargetChange>>,
    /// The only targets that are kept; all of them where there is no choice.
    // An undo reads the records of all runs, which may have millions of targets.
    only: Option<HashSet<TargetKey>>,
    /// Profiles and reasons, each once.
    // They are the same in all records of a run.
    words: HashSet<Rc<str>>,
}

/// A run of the files.
#[derive(Clone, Debug)]
pub struct LedgerRun {
    /// Its id.
    pub id: RunId,
    /// Its first record; none in a journal from before runs had one.
    pub record: Option<RunRecord>,
    /// Its exit code; `None` where it did not end.
    pub exit: Option<u8>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct RecordedHistory {
    /// The runs.
    pub runs: Vec<LedgerRun>,
    /// The changes of each target, in the order in which they started.
    pub targets: HashMap<ScopedTarget, Vec<TargetChange>>,
}

/// A target, and the account that it belongs to.
pub type ScopedTarget = (usize, TargetKey);

/// What distinguishes a target of an account from all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TargetKey(Rc<str>);

/// A change of a target, and the run that made it.
#[derive(Clone, Debug)]
pub struct TargetChange {
    /// The run's index among the runs.
    pub run: usize,
    /// The profile that it used.
    pub profile: Option<Rc<str>>,
    /// The change.
    pub change: RecordedChange,
    /// Why.
    pub reason: Option<Rc<str>>,
    /// It was refused or not sent after all.
    is_void: bool,
}

/// One file as far as it is read.
#[derive(Debug, Default)]
struct LedgerFile {
    /// The runs that an earlier file has.
    known: HashSet<RunId>,
    /// For each run and target the change, by its index, whose result is still to come.
    open: HashMap<(usize, ScopedTarget), usize>,
}

/// An intent or a result of a run.
struct TargetRecord<'a> {
    run: usize,
    at: Timestamp,
    profile: Option<&'a str>,
    operation: &'a OperationFields<'a>,
}

impl Ledger {
    /// An empty ledger for operations of these vendors.
    #[must_use]
    pub fn new(vendors: Vendors) -> Self {
        Self {
            vendors,
            scopes: AccountScopes::new(vendors),
            runs: Vec::new(),
            by_id: HashMap::new(),
            targets: HashMap::new(),
            only: None,
            words: HashSet::new(),
        }
    }

    /// A ledger that keeps these targets alone.
    #[must_use]
    pub fn only(vendors: Vendors, targets: HashSet<TargetKey>) -> Self {
        Self { only: Some(targets), ..Self::new(vendors) }
    }

    /// Reads a file; returns remarks on what could not be read.
    // Runs of an earlier file are passed over: with --journal, a run has the same records in the memory.
    pub fn read(&mut self, path: &Path) -> Vec<String> {
        let known = self.by_id.keys().cloned().collect();
        let mut file = LedgerFile { known, ..LedgerFile::default() };
        read_records(path, &mut |_, line| self.take(&mut file, line))
    }

    /// Puts the records of one account together.
    #[must_use]
    pub fn finish(self) -> RecordedHistory {
        let Self { scopes, runs, targets, .. } = self;
        let mut merged: HashMap<ScopedTarget, Vec<TargetChange>> = HashMap::new();
        for ((scope, key), mut changes) in targets {
            changes.retain(|change| !change.is_void);
            if !changes.is_empty() {
                merged.entry((scopes.root(scope), key)).or_default().extend(changes);
            }
        }
        // Within a moment the order of the records holds.
        let by_start = |change: &TargetChange| (change.change.started, change.change.last_seen());
        merged.values_mut().for_each(|changes| changes.sort_by_key(by_start));
        RecordedHistory { runs, targets: merged }
    }

    // An intent without a result was left in doubt: its run was killed. A result without an intent since the last one amends
    // that one: the state that was read back did not agree.
    fn take(&mut self, file: &mut LedgerFile, line: LogLine<'_>) {
        let LogLine { at, is_named, profile, record, .. } = line;
        let Some(run) = self.run_of(file, line.run) else { return };
        let profile = profile.as_deref();
        match record {
            LogRecord::Run(record) => self.runs[run].record = Some(*record),
            LogRecord::End(exit) => self.runs[run].exit = Some(exit),
            LogRecord::Intent(operation, attempt) => {
                let record = TargetRecord { run, at, profile, operation: &operation };
                let Some(target) = self.target_of(&record) else { return };
                let place = (run, target);
                // A first attempt while another is open: the run that left that one was killed.
                if attempt == 1 || !file.open.contains_key(&place) {
                    let index = self.add(&record, &place.1);
                    file.open.insert(place, index);
                }
            }
            LogRecord::Result(operation, attempts, result) => {
                let record = TargetRecord { run, at, profile, operation: &operation };
                let Some(target) = self.target_of(&record) else { return };
                // All runs of an old journal are one: what a later one did not send settles no intent of an earlier one.
                if attempts == 0 && !is_named {
                    return;
                }
                let open = file.open.remove(&(run, target.clone()));
                if open.is_none() && attempts == 0 {
                    return;
                }
                let index = open
                    .or_else(|| self.last_of(run, &target))
                    .unwrap_or_else(|| self.add(&record, &target));
                self.settle(&record, &target, index, &result.outcome);
            }
        }
    }

    /// The number of a run; `None` where an earlier file has it.
    fn run_of(&mut self, file: &LedgerFile, id: RunId) -> Option<usize> {
        if file.known.contains(&id) {
            return None;
        }
        let run = self.by_id.get(&id).copied().unwrap_or_else(|| {
            self.by_id.insert(id.clone(), self.runs.len());
            self.runs.push(LedgerRun { id, record: None, exit: None });
            self.runs.len() - 1
        });
        Some(run)
    }

    /// The target of an operation that changes it, where it is one to keep.
    fn target_of(&mut self, record: &TargetRecord<'_>) -> Option<ScopedTarget> {
        let TargetRecord { run, profile, operation, .. } = record;
        let key = TargetKey::of(self.vendors, operation);
        if operation.effect(self.vendors) == Some(Effect::None)
            || self.only.as_ref().is_some_and(|only| !only.contains(&key))
        {
            return None;
        }
        let of_run = self.runs[*run].record.as_ref();
        let account = of_run.and_then(|record| record.accounts.get(&*operation.vendor));
        Some((self.scopes.scope(&operation.vendor, *profile, account), key))
    }

    /// Adds a change in doubt; returns its index among those of its target.
    fn add(&mut self, record: &TargetRecord<'_>, target: &ScopedTarget) -> usize {
        let TargetRecord { run, at, profile, operation } = *record;
        let Some(effect) = operation.change(self.vendors, at) else { return usize::MAX };
        let change = RecordedChange { started: at, ended: None, effect, is_certain: false };
        let profile = profile.map(|word| self.word(word));
        let reason = operation.reason.as_deref().map(|word| self.word(word));
        let changes = self.targets.entry(target.clone()).or_default();
        changes.push(TargetChange { run, profile, change, reason, is_void: false });
        changes.len() - 1
    }

    /// The last change of the run, which has its result already.
    fn last_of(&self, run: usize, target: &ScopedTarget) -> Option<usize> {
        self.targets.get(target)?.iter().rposition(|change| change.run == run)
    }

    fn settle(
        &mut self,
        record: &TargetRecord<'_>,
        target: &ScopedTarget,
        index: usize,
        outcome: &str,
    ) {
        let changes = self.targets.get_mut(target);
        let Some(settled) = changes.and_then(|changes| changes.get_mut(index)) else { return };
        settled.is_void = !matches!(outcome, "applied" | "unknown");
        settled.change.is_certain = outcome == "applied";
        // An amended result does not move the answer, from which JD's length counts.
        if settled.change.ended.is_none() {
            settled.change.ended = Some(record.at);
            let effect = record.operation.change(self.vendors, record.at);
            settled.change.effect = effect.unwrap_or(settled.change.effect);
        }
    }

    fn word(&mut self, text: &str) -> Rc<str> {
        if let Some(word) = self.words.get(text) {
            return Rc::clone(word);
        }
        let word: Rc<str> = Rc::from(text);
        self.words.insert(Rc::clone(&word));
        word
    }
}

impl TargetKey {
    /// Of the operation's target: its vendor, domain, application and name, domains without regard to case.
    #[must_use]
    pub fn of(vendors: Vendors, operation: &OperationFields<'_>) -> Self {
        let (domain, app) = (operation.domain.as_deref(), operation.app.as_deref());
        let domain = domain.unwrap_or_default().to_lowercase();
        let is_domain = operation.effect(vendors) == Some(Effect::DomainSetting);
        let target = &*operation.target;
        let target = if is_domain { target.to_lowercase() } else { target.to_owned() };
        // The target comes last: a name may contain anything.
        let app = app.unwrap_or_default();
        Self(format!("{}\0{domain}\0{app}\0{target}", operation.vendor).into())
    }

    /// Vendor, domain, application and target; the two in the middle are empty where there is none.
    #[must_use]
    pub fn parts(&self) -> [&str; 4] {
        let mut parts = self.0.splitn(4, '\0');
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
