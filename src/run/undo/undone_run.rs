//! [`UndoneRun`]: the run that is undone, found in the memory or in a journal, with its targets.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use crate::api::spec::Vendors;
use crate::cli::log::{folder, since};
use crate::cli::undo::UndoOptions;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::input::lines::comments_note;
use crate::input::{list, source};
use crate::journal::run_file::check_writers;
use crate::log::filter::RecordFilter;
use crate::log::find::find_run;
use crate::log::folder::{self as log_folder, LogFile};
use crate::log::overview::summarize_all;
use crate::log::run_summary::RunSummary;
use crate::process;
use crate::run::invocation::Invocation;
use crate::run::undo::target::{UndoTargets, read};
use crate::text::{quoted_list, reason, shell_file, shell_quoted, visible, visible_path};

/// The run to undo, with its targets.
pub(super) struct UndoneRun {
    pub(super) summary: RunSummary,
    pub(super) targets: UndoTargets,
    pub(super) notes: Vec<String>,
}

impl UndoneRun {
    /// Finds the run that the command names, and reads what the records have of its targets.
    pub(super) fn find(call: &Invocation<'_>, options: &UndoOptions) -> Result<Self> {
        let (vendors, global) = (call.vendors, call.global);
        if options.run.as_deref() == Some("last") {
            // It may be cron's.
            return Err(Error::usage("there is no `undo last`: the last run may be another's")
                .hint("`livectl log` lists the runs; name the one that is meant"));
        }
        let console = Console { quiet: global.quiet, verbose: global.verbose };
        let memory = folder(vendors, global, console);
        // What others can write, they can forge: an undo would act on streams that no run changed.
        check_writers(&memory.path)?;
        let of_folder = log_folder::list(&memory.path);
        of_folder.iter().flatten().try_for_each(|file| check_writers(&file.path))?;
        let mut notes = Vec::new();
        if let Err(error) = &of_folder {
            notes.push(format!("{} cannot be read: {}", visible_path(&memory.path), reason(error)));
        }
        let of_folder = of_folder.unwrap_or_default();
        let (summary, file) = match &options.run {
            Some(_) if global.journal.is_none() && !notes.is_empty() => {
                return Err(Error::config(notes.join("; ")));
            }
            run => named_run(call, run.as_deref(), &of_folder)?,
        };
        check_ended(&summary)?;
        check_choice_of_targets(&summary, options)?;
        let since = options.since.as_deref().map(|text| since(text, Utc::now())).transpose()?;
        let mut targets = read(vendors, &summary.id, &file.path, &of_folder, since);
        check_profiles(&summary, &targets.profiles, &file.path)?;
        notes.append(&mut targets.notes);
        let mut undone = Self { summary, targets, notes };
        undone.keep_only(&options.targets)?;
        Ok(undone)
    }

    /// Leaves the targets that are named; all of them where none is.
    fn keep_only(&mut self, named: &[String]) -> Result<()> {
        let run = self.summary.id.short();
        if self.targets.targets.is_empty() {
            return Err(Error::input(format!("run {run} changed nothing that could be undone")));
        }
        let wanted = match named {
            [] => return Ok(()),
            [only] if only == "-" => {
                let known = &self.targets.names;
                let input = source::open(Path::new("-"))?;
                let is_known = |name: &str| !known.find(name).is_empty();
                let (read, comments) = list::read_names(input, &is_known)?;
                self.notes.extend(comments_note(comments));
                if read.is_empty() {
                    return Err(Error::input("nothing to do: the input holds no target"));
                }
                self.wanted(&read)?
            }
            named => self.wanted(named)?,
        };
        let mut index = 0..;
        self.targets.targets.retain(|_| index.next().is_some_and(|index| wanted.contains(&index)));
        Ok(())
    }

    /// The targets that these names mean, one each.
    fn wanted(&self, named: &[String]) -> Result<HashSet<usize>> {
        let run = self.summary.id.short();
        let found: Vec<_> = named.iter().map(|name| self.targets.names.find(name)).collect();
        let strange: Vec<_> =
            named.iter().zip(&found).filter(|(_, found)| found.is_empty()).collect();
        if !strange.is_empty() {
            let strange = quoted_list(strange.into_iter().map(|(name, _)| name));
            return Err(Error::input(format!("run {run} did not change {strange}"))
                .hint(format!("`livectl log {run}` lists its targets")));
        }
        if let Some((name, several)) = named.iter().zip(&found).find(|(_, found)| found.len() > 1) {
            let several = several.iter().map(|index| &self.targets.targets[*index].name);
            let message = format!("{:?} means several targets of run {run}", visible(name));
            return Err(Error::input(message).hint(format!(
                "nothing was sent; name those to put back: {}",
                quoted_list(several)
            )));
        }
        Ok(found.into_iter().flatten().collect())
    }
}

/// The run that the command names, in a journal or among these files, and its file.
fn named_run(
    call: &Invocation<'_>,
    name: Option<&str>,
    of_folder: &[LogFile],
) -> Result<(RunSummary, LogFile)> {
    let found = match (&call.global.journal, name) {
        (None, Some(name)) => {
            let hint = "`livectl log` lists the runs; --journal FILE reads a journal";
            find_run(call.vendors, of_folder, name, hint)?
        }
        (Some(path), Some(name)) => {
            let from = shell_file(&path.to_string_lossy());
            let hint = format!("`livectl log --from {from}` lists its runs");
            find_run(call.vendors, &[LogFile::of_journal(path)], name, &hint)?
        }
        (Some(path), None) => return only_run(call.vendors, LogFile::of_journal(path)),
        (None, None) => return Err(Error::usage("RUN is missing")),
    };
    Ok((found.run, found.file))
}

/// A profile as messages name it; `None` is the environment.
pub(super) fn visible_profile(name: Option<&str>) -> String {
    name.map_or("the environment alone".to_owned(), |name| format!("profile {}", visible(name)))
}

/// Refuses records of several profiles as one run, which a journal from before runs had ids is.
fn check_profiles(
    summary: &RunSummary,
    profiles: &BTreeSet<Option<Rc<str>>>,
    path: &Path,
) -> Result<()> {
    let own = summary.profile.as_deref();
    // An undo uses one account: the others' targets would be changed there.
    let Some(other) = profiles.iter().find(|profile| profile.as_deref() != own) else {
        return Ok(());
    };
    let all: BTreeSet<_> = profiles.iter().map(Option::as_deref).chain([own]).collect();
    let all: Vec<_> = all.into_iter().map(visible_profile).collect();
    let json = serde_json::Value::from(other.as_deref());
    let filter = shell_quoted(&format!("select(.profile == {json})"));
    let file = shell_file(&path.to_string_lossy());
    let (run, all) = (summary.id.short(), all.join(", "));
    Err(Error::input(format!("run {run} was made with several accounts: {all}")).hint(format!(
        "nothing was sent; undo the records of each: `jq -c {filter} {file} > one.jsonl && livectl undo --journal one.jsonl`"
    )))
}

/// The one run of a journal, its undos not counted.
fn only_run(vendors: Vendors, file: LogFile) -> Result<(RunSummary, LogFile)> {
    let (mut runs, notes) =
        summarize_all(std::slice::from_ref(&file), &RecordFilter::open(vendors));
    let ids: HashSet<String> = runs.iter().map(|run| run.id.to_string()).collect();
    runs.retain(|run| {
        let undoes = run.record.as_ref().and_then(|record| record.undoes.as_ref());
        undoes.is_none_or(|undone| !ids.contains(undone))
    });
    if runs.len() > 1 {
        let ids: Vec<_> = runs.iter().map(|run| run.id.to_string()).collect();
        return Err(Error::input(format!("the journal holds several runs: {}", ids.join(", ")))
            .hint("name the one to undo"));
    }
    runs.pop().map(|run| (run, file)).ok_or_else(|| {
        let notes = if notes.is_empty() { "it holds no run".into() } else { notes.join("; ") };
        Error::input(format!("the journal cannot be undone: {notes}"))
    })
}

/// Refuses a run as a whole whose lines came while it lasted.
// It may have done the work of weeks.
fn check_choice_of_targets(summary: &RunSummary, options: &UndoOptions) -> Result<()> {
    let follows = summary.record.as_ref().is_some_and(|record| record.follows);
    if !follows || options.since.is_some() || !options.targets.is_empty() {
        return Ok(());
    }
    let run = summary.id.short();
    Err(Error::usage(format!("run {run} did lines as they came; it is not taken back as a whole"))
        .hint(format!(
            "name its targets, which `livectl log {run}` lists: livectl undo {run} TARGET...; or what it did since a time: livectl undo {run} --since 10m"
        )))
}

/// Refuses a run that still goes on in another process of this machine.
// It would change again what is put back. What runs on another machine cannot be seen from here.
fn check_ended(summary: &RunSummary) -> Result<()> {
    let Some(record) = summary.record.as_ref().filter(|_| summary.exit.is_none()) else {
        return Ok(());
    };
    let at = DateTime::parse_from_rfc3339(&record.at).map_or(summary.at, |at| at.to_utc());
    if record.by.host != process::host() || !process::is_alive(record.by.pid, at) {
        return Ok(());
    }
    Err(Error::busy(format!("run {} goes on in process {}", summary.id.short(), record.by.pid))
        .hint("wait until it ends, or stop it; then undo it"))
}
