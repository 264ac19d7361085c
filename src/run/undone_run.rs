//! [`UndoneRun`]: the run that is taken back, found in the memory or in a journal, and the account that it used.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::path::Path;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use crate::api::spec::{AccountIdentity, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::log::{folder, since};
use crate::cli::undo::UndoOptions;
use crate::config::load::profile_names;
use crate::config::selector::{ProfileSelector, SANDBOX_PROFILE};
use crate::console::Console;
use crate::error::{Error, Result};
use crate::input::lines::comments_note;
use crate::input::{list, source};
use crate::journal::run_file::check_writers;
use crate::journal::run_record::{AccountRecord, RunRecord};
use crate::log::find::find_run;
use crate::log::folder::{self as log_folder, LogFile};
use crate::log::overview::{RecordFilter, RunSummary, summarize_all};
use crate::outcome::fault::{Fault, FaultKind};
use crate::process;
use crate::run::accounts::Accounts;
use crate::run::record::absolute;
use crate::run::settings::AccountChoice;
use crate::text::{quoted_list, reason, shell_file, shell_quoted, visible, visible_path};
use crate::time;
use crate::undo::plan::{AlreadyUndone, Author, ChangedBy, UndoStep, WithoutInverse};
use crate::undo::target::{UndoTargets, read};

/// The run to undo, with its targets.
pub(super) struct UndoneRun {
    pub(super) summary: RunSummary,
    pub(super) targets: UndoTargets,
    pub(super) notes: Vec<String>,
}

impl UndoneRun {
    /// Finds the run that the command names, and reads what the records tell of its targets.
    pub(super) fn find(
        vendors: Vendors,
        global: &GlobalOptions,
        options: &UndoOptions,
    ) -> Result<Self> {
        if options.run.as_deref() == Some("last") {
            return Err(Error::usage("there is no `undo last`: the last run may be another's")
                .hint("`livectl log` lists the runs; name the one that is meant"));
        }
        let console = Console { quiet: global.quiet, verbose: global.verbose };
        let memory = folder(vendors, global, console);
        check_writers(&memory.path)?;
        let of_folder = log_folder::list(&memory.path);
        of_folder.iter().flatten().try_for_each(|file| check_writers(&file.path))?;
        let mut notes = Vec::new();
        if let Err(error) = &of_folder {
            notes.push(format!("{} cannot be read: {}", visible_path(&memory.path), reason(error)));
        }
        let of_folder = of_folder.unwrap_or_default();
        let (summary, file) = match (&global.journal, &options.run) {
            (None, Some(_)) if !notes.is_empty() => return Err(Error::config(notes.join("; "))),
            (None, Some(name)) => run_of_folder(vendors, &of_folder, name)?,
            (Some(path), Some(name)) => run_of_journal(vendors, path, name)?,
            (Some(path), None) => only_run(vendors, path)?,
            (None, None) => return Err(Error::usage("RUN is missing")),
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
        let from_input: Vec<String>;
        let named = if matches!(named, [only] if only == "-") {
            let known = &self.targets.names;
            let input = source::open(Path::new("-"))?;
            let (read, comments) = list::read_names(input, &|name| !known.find(name).is_empty())?;
            self.notes.extend(comments_note(comments));
            if read.is_empty() {
                return Err(Error::input("nothing to do: the input holds no target"));
            }
            from_input = read;
            &from_input
        } else {
            named
        };
        if named.is_empty() {
            return Ok(());
        }
        let wanted = self.wanted(named)?;
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

    /// The accounts of today with which the run was made, where they are still the same.
    pub(super) fn accounts(&self, vendors: Vendors, global: &GlobalOptions) -> Result<Accounts> {
        let run = self.summary.id.short();
        let profile = self.summary.profile.as_deref();
        if profile == Some(SANDBOX_PROFILE) {
            return Err(Error::input(format!("run {run} was made at the embedded sandbox"))
                .hint("its state is gone; nothing was sent"));
        }
        let record = self.summary.record.as_ref();
        self.check_choice(global, record)?;
        let sections = vendors.sections();
        let config = record.and_then(|record| record.config.clone());
        let env = |name: &str| -> Option<OsString> {
            match name {
                "LIVECTL_CONFIG" if record.is_some() => config.clone().map(OsString::from),
                "LIVECTL_PROFILE" => profile.map(OsString::from),
                _ => std::env::var_os(name),
            }
        };
        let by_flag = global.config.clone().filter(|_| record.is_none());
        let selector = ProfileSelector {
            config: by_flag,
            profile: None,
            env: &env,
            default_dir: dirs::config_dir(),
            sections: &sections,
        };
        if let Some(path) = config.as_deref().filter(|path| !Path::new(path).exists()) {
            return Err(Error::config(format!(
                "there is no {}, which run {run} used",
                visible(path)
            ))
            .hint("restore the file to undo the run"));
        }
        if let Some(name) = profile.filter(|_| config.is_some()) {
            let names = profile_names(&selector);
            if !names.is_empty() && !names.iter().any(|known| known == name) {
                let path = visible(config.as_deref().unwrap_or_default()).into_owned();
                return Err(Error::config(format!(
                    "there is no profile {:?} in {path}, which run {run} used",
                    visible(name)
                ))
                .hint("restore the profile to undo the run"));
            }
        }
        let accounts = Accounts::of(vendors, &AccountChoice { is_sandbox: false, selector }, None)?;
        if accounts.name() != profile {
            let today = accounts.name().map_or("the environment alone".to_owned(), visible_profile);
            let then = profile.map_or("the environment alone".to_owned(), visible_profile);
            return Err(Error::input(format!("run {run} used {then}; today it would be {today}"))
                .hint("nothing was sent"));
        }
        for (vendor, recorded) in record.iter().flat_map(|record| &record.accounts) {
            self.check_account(vendors, vendor, recorded, &accounts)?;
        }
        Ok(accounts)
    }

    /// Refuses `-c` and `-p` that name another file or profile than the run's.
    fn check_choice(&self, global: &GlobalOptions, record: Option<&RunRecord>) -> Result<()> {
        let run = self.summary.id.short();
        let refuse = |flag: &str, then: Option<&str>| {
            let then = then.map_or("none".into(), |then| visible(then).into_owned());
            Err(Error::usage(format!("{flag} names another one than run {run} used: {then}"))
                .hint(format!("leave out {flag}; an undo uses the account of its run")))
        };
        if let (Some(path), Some(record)) = (&global.config, record)
            && record.config.as_deref() != Some(&*absolute(path))
        {
            return refuse("-c", record.config.as_deref());
        }
        match &global.profile {
            Some(name) if self.summary.profile.as_ref() != Some(name) => {
                refuse("-p", self.summary.profile.as_deref())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses an account that is another today.
    fn check_account(
        &self,
        vendors: Vendors,
        name: &str,
        recorded: &AccountRecord,
        accounts: &Accounts,
    ) -> Result<()> {
        let is_used = self.targets.targets.iter().any(|target| target.key.parts()[0] == name);
        let Some(vendor) = vendors.iter().find(|vendor| vendor.name.as_str() == name && is_used)
        else {
            return Ok(());
        };
        let today = accounts.record_of(vendor);
        let version = vendor.apis.iter().find(|version| version.name == today.api);
        let id = match version.map(|version| version.identity) {
            Some(AccountIdentity::Account(key)) => Some((key, &recorded.id, &today.id)),
            Some(AccountIdentity::None | AccountIdentity::Key(_)) | None => None,
        };
        let (then, now) = (Some(recorded.api.clone()), Some(today.api.clone()));
        let settings = [
            Some(("api", &then, &now)),
            Some(("endpoint", &recorded.endpoint, &today.endpoint)),
            id,
        ];
        let Some((key, then, now)) =
            settings.into_iter().flatten().find(|(_, then, now)| then != now)
        else {
            return Ok(());
        };
        let shown = |value: &Option<String>| {
            value.as_deref().map_or("not set".into(), |text| visible(text).into_owned())
        };
        let run = self.summary.id.short();
        Err(Error::input(format!(
            "{name}.{key} is {}, and was {} for run {run}",
            shown(now),
            shown(then)
        ))
        .hint(format!(
            "nothing was sent; to undo the run, set {key} = {:?} in the profile's section {name}",
            shown(then)
        )))
    }

    /// Why nothing is done with a target; `None` where something is.
    pub(super) fn fault(&self, step: UndoStep) -> Option<Fault> {
        let run = |author: Author| match author {
            Author::Other(index) => self.targets.runs[index].id.short(),
            Author::ThisRun | Author::ItsUndo => self.summary.id.short(),
        };
        Some(match step {
            UndoStep::Restore(_) => return None,
            UndoStep::DoneBefore(why) => Fault::new(
                FaultKind::DoneBefore,
                match why {
                    AlreadyUndone::Ended => "done before: its ban has ended by itself".to_owned(),
                    AlreadyUndone::PutBack(at) => {
                        format!("done before: put back at {}", time::seconds(at))
                    }
                    AlreadyUndone::SameAsBefore => {
                        "done before: the run set what already held".to_owned()
                    }
                },
            ),
            UndoStep::NoInverse(why) => Fault::new(
                FaultKind::NoInverse,
                match why {
                    WithoutInverse::Momentary => {
                        "it was done once, which leaves nothing to put back".to_owned()
                    }
                    WithoutInverse::Untold => "no record holds the earlier state".to_owned(),
                    WithoutInverse::Unsupported => {
                        "the vendor has no operation that sets what held before".to_owned()
                    }
                    WithoutInverse::InDoubt(author) => format!(
                        "run {} left it in doubt, so that what held before is not known",
                        run(author)
                    ),
                },
            ),
            UndoStep::Changed(by) => Fault::new(
                FaultKind::Changed,
                match by {
                    ChangedBy::Record(author, at) => {
                        format!("run {} changed it at {}", run(author), time::seconds(at))
                    }
                    ChangedBy::Vendor => {
                        "the vendor's state is not the one that the run left".to_owned()
                    }
                },
            )
            .hint("--even-changed puts it back all the same"),
        })
    }
}

fn visible_profile(name: &str) -> String {
    format!("profile {}", visible(name))
}

/// The run of this name among those that are remembered.
fn run_of_folder(vendors: Vendors, files: &[LogFile], name: &str) -> Result<(RunSummary, LogFile)> {
    let hint = "`livectl log` lists the runs; --journal FILE reads a journal";
    find_run(vendors, files, name, hint).map(|found| (found.run, found.file))
}

/// The run of this name in a journal.
fn run_of_journal(vendors: Vendors, path: &Path, name: &str) -> Result<(RunSummary, LogFile)> {
    let file = LogFile { path: path.to_owned(), run: None };
    let hint =
        format!("`livectl log --from {}` lists its runs", shell_file(&path.to_string_lossy()));
    find_run(vendors, &[file], name, &hint).map(|found| (found.run, found.file))
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
    let all: Vec<_> = all
        .into_iter()
        .map(|profile| profile.map_or("the environment alone".to_owned(), visible_profile))
        .collect();
    let json = serde_json::Value::from(other.as_deref());
    let filter = shell_quoted(&format!("select(.profile == {json})"));
    let file = shell_file(&path.to_string_lossy());
    Err(Error::input(format!(
        "run {} was made with several accounts: {}",
        summary.id.short(),
        all.join(", ")
    ))
    .hint(format!(
        "nothing was sent; undo the records of each: `jq -c {filter} {file} > one.jsonl && livectl undo --journal one.jsonl`"
    )))
}

/// The one run of a journal, its undos not counted.
fn only_run(vendors: Vendors, path: &Path) -> Result<(RunSummary, LogFile)> {
    let file = LogFile { path: path.to_owned(), run: None };
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

/// Refuses a run as a whole whose lines came while it lasted: it may have done the work of weeks.
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
