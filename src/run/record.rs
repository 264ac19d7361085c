//! [`RunContext`]: who runs what, with which accounts; and the records of that.
//!
//! What of each target is recorded is decided in [`recorder`](crate::journal::recorder).

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::Utc;

use crate::api::spec::Api;
use crate::journal::record::SCHEMA;
use crate::journal::recorder::{ChangedTargets, Recorder};
use crate::journal::run_record::{RunAuthor, RunRecord};
use crate::journal::writer::Journal;
use crate::outcome::effect::Effect;
use crate::output::RunInfo;
use crate::output::run_id::RunId;
use crate::run::accounts::Accounts;
use crate::run::invocation::Invocation;
use crate::run::settings::{DEFAULTS, Settings};
use crate::secret::redact::{self, Redactor};
use crate::text::{shell_file, shell_word};
use crate::time;

/// A run: who asks for it, and with which accounts and settings.
#[derive(Clone, Copy)]
pub(super) struct RunContext<'a> {
    pub(super) call: &'a Invocation<'a>,
    pub(super) accounts: &'a Accounts,
    pub(super) settings: &'a Settings,
    /// The run that it undoes.
    pub(super) undoes: Option<&'a RunId>,
}

impl RunContext<'_> {
    /// What all results have in common, without the operations.
    pub(super) fn info(&self, vendors: Vec<Rc<dyn Api>>) -> RunInfo {
        let Self { accounts, settings, .. } = self;
        RunInfo {
            operations: Vec::new(),
            due: Vec::new(),
            arrived: None,
            profile: accounts.name().map(str::to_owned),
            vendors,
            id: (!settings.is_dry_run).then(|| RunId::fresh(Utc::now())),
            is_sandbox: accounts.is_simulated(),
            is_dry_run: settings.is_dry_run,
            looks_at: settings.looks_at(),
        }
    }

    /// The records of a run that is sent: those of its journal, and, where it changes anything but the sandbox, those of the
    /// memory.
    pub(super) fn recorder(
        &self,
        simulator: SocketAddr,
        info: &Rc<RunInfo>,
        journal: Option<Journal>,
    ) -> Option<Recorder> {
        let Self { call, accounts, settings, undoes } = self;
        let run = info.id.clone()?;
        // What lines that come will do is not known yet.
        let acts = info.arrived.is_some()
            || info.rows().find(|operation| operation.spec().effect != Effect::None).is_some();
        // A run against a simulator is not remembered: `undo` would act on streams that it never changed.
        let memory = settings.memory.clone().filter(|_| acts && !accounts.is_simulated());
        if journal.is_none() && memory.is_none() {
            return None;
        }
        let first = RunRecord {
            schema: SCHEMA.into(),
            record: "run".into(),
            at: time::millis(Utc::now()),
            run: run.to_string(),
            by: RunAuthor::of_this_process(),
            version: env!("CARGO_PKG_VERSION").into(),
            command: recorded_command(call.args, &info.vendors),
            config: accounts.file().map(absolute),
            profile: info.profile.clone(),
            accounts: accounts.records(&info.vendors, simulator),
            even_protected: call.global.even_protected.clone(),
            follows: info.arrived.is_some(),
            undoes: undoes.map(ToString::to_string),
        };
        let memory = memory.map(|folder| (folder, settings.console));
        Some(Recorder::new(run, &first, Rc::clone(info), journal, memory))
    }

    /// The command that takes the run back, where it changed something that can be and is remembered.
    ///
    /// `is_recorded` means that the journal, if there is one, has everything and is where it was.
    pub(super) fn take_back(
        &self,
        recorder: &Recorder,
        is_recorded: bool,
        info: &RunInfo,
    ) -> Option<String> {
        let Self { call, accounts, settings, .. } = self;
        let limit = match recorder.changed() {
            ChangedTargets::Nothing => return None,
            // Whether there is one is not looked up here: that reads all records, and a run must not wait for it.
            ChangedTargets::Settings => {
                "\na setting goes back to the value that an earlier run recorded"
            }
            ChangedTargets::Streams => "",
        };
        // By its last four characters, which can be typed from another screen.
        let mut command = format!("livectl undo {}", info.id.as_ref()?.short());
        let mut add = |flag: &str, value: &str| command.push_str(&format!(" {flag} {value}"));
        if recorder.remembered().is_some() {
            // Only the profile file names where the shared folder is.
            let is_shared = settings.memory.as_ref().is_some_and(|memory| memory.is_shared);
            if let Some(path) = call.global.config.as_ref().filter(|_| is_shared) {
                add("-c", &shell_file(&path.to_string_lossy()));
            }
        } else {
            let is_kept = is_recorded && !accounts.is_sandbox();
            let journal = settings.journal.as_ref().filter(|_| is_kept)?;
            add("--journal", &shell_file(&journal.path.to_string_lossy()));
        }
        if info.arrived.is_some() {
            // Of all that such a run did, hardly ever everything is meant.
            return Some(format!("take a target of it back: {command} TARGET...{limit}"));
        }
        let is_large = info.operations.len() > DEFAULTS.max_targets;
        if let Some(most) = call.global.max_targets.filter(|_| is_large) {
            add("--max-targets", &most.to_string());
        }
        Some(format!("take it back: {command}{limit}"))
    }
}

/// Writes the records that wait to be written together; never returns.
pub(super) async fn keep_written(recorder: Option<&Recorder>) {
    // A write for each result would be a system call a row.
    const PAUSE: Duration = Duration::from_millis(50);
    loop {
        tokio::time::sleep(PAUSE).await;
        recorder.into_iter().for_each(Recorder::flush);
    }
}

/// The path from the root.
pub(super) fn absolute(path: &Path) -> String {
    // `undo` reads it, perhaps in another folder.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().into_owned()
}

/// The command line as it is recorded: without the secrets of URLs and of the run, and cut where it is long.
fn recorded_command(args: &[OsString], apis: &[Rc<dyn Api>]) -> String {
    // A list of targets on the command line may have megabytes.
    const LONGEST: usize = 4096;
    // A pasted push URL has a secret in its query. A target or reason that holds one of the run's was refused; any other word
    // may hold one.
    let redactor = Redactor::new(apis.iter().flat_map(|api| api.secrets()));
    // The program has its name, wherever this process was started from.
    let typed = args.iter().skip(1).map(|word| redact::urls(&word.to_string_lossy()).into_owned());
    let words = std::iter::once("livectl".to_owned()).chain(typed);
    let words: Vec<_> = words.map(|word| shell_word(&redactor.text(&word))).collect();
    let mut command = words.join(" ");
    let end = (0..=LONGEST.min(command.len())).rev().find(|end| command.is_char_boundary(*end));
    command.truncate(end.unwrap_or_default());
    command
}
