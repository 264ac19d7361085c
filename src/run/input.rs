//! Reads the operations of a run, and checks what depends on the whole run: its size, its secrets, its verification.
//!
//! The planner checks the operations themselves.

use std::io::IsTerminal;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};

use crate::api::operation::{Operation, PlanContext, RunProfile};
use crate::api::plan_texts::Warnings;
use crate::api::spec::Api;
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::console::Console;
use crate::error::{Error, Result};
use crate::input::lines::InputLine;
use crate::input::plan::{Plan, Planner};
use crate::input::{list, source};
use crate::outcome::effect::Effect;
use crate::run::accounts::Accounts;
use crate::secret::redact::Redactor;
use crate::text::count;
use crate::time::Timestamp;

/// Whether the operations come from standard input.
// It cannot be read again, so that a command that resumes needs the same input.
pub(super) fn is_standard_input(source: &TargetSource) -> bool {
    match source {
        TargetSource::File(path, _) => path == Path::new("-") || path == Path::new("/dev/stdin"),
        TargetSource::Targets(targets, _) => matches!(&targets[..], [only] if only == "-"),
    }
}

/// The facts of the run that operations are checked against.
pub(super) fn plan_context<'a>(
    global: &GlobalOptions,
    command: &OperationCommand,
    accounts: Option<&Accounts>,
    kept_end: &'a dyn Fn(&dyn Operation) -> Option<Timestamp>,
) -> PlanContext<'a> {
    // Each account takes time, and a command that is no `apply` names its one vendor.
    let vendor = match &command.source {
        TargetSource::Targets(_, input) => Some(&*input.vendor),
        TargetSource::File(..) => None,
    };
    PlanContext {
        profile: accounts.map_or(RunProfile::Unknown, |accounts| match accounts.name() {
            Some(name) => RunProfile::Named(name.to_owned()),
            None => RunProfile::Environment,
        }),
        is_exact: global.exact,
        is_file: matches!(command.source, TargetSource::File(..)),
        accounts: accounts.map(|accounts| accounts.planned(vendor)).unwrap_or_default(),
        reason: command.reason.as_deref().map(Rc::from),
        kept_end,
        ..PlanContext::at(Utc::now())
    }
}

/// Reads and checks every operation.
pub(super) fn read(
    command: &OperationCommand,
    mut planner: Planner<'_>,
    console: Console,
) -> Result<Plan> {
    match &command.source {
        TargetSource::File(path, format) => {
            let format = format.map_or_else(|| source::InputFormat::of(path), Ok)?;
            let name = path.to_string_lossy();
            planner.set_file(&name, (format == source::InputFormat::Csv).then_some("csv"));
            source::read(source::open(path)?, &name, format, &mut planner)?;
        }
        TargetSource::Targets(_, ask) if is_standard_input(&command.source) => {
            if std::io::stdin().is_terminal() {
                console.note("reads targets from this terminal, one a line; Ctrl-D ends the list");
            } else if std::fs::metadata("/dev/stdin").is_ok_and(|file| file.is_file()) {
                // The shell opened the file, and its name is not known here.
                planner.set_file("FILE", None);
            }
            list::read(source::open(Path::new("-"))?, ask, &mut planner)?;
        }
        TargetSource::Targets(targets, ask) => {
            if targets.iter().any(|target| target == "-") {
                let what = "`-` reads all targets from standard input, so no other target may be beside it";
                return Err(Error::usage(what));
            }
            // A list may leave its domain to the profile.
            let none = [String::new()];
            for target in if targets.is_empty() { &none } else { &targets[..] } {
                planner.add(&ask.on(target), InputLine::Arguments);
            }
        }
    }
    planner.finish()
}

/// A note on each kind of operation whose state the vendor's API does not report.
pub(super) fn unverifiable(operations: &[Box<dyn Operation>]) -> Vec<String> {
    let mut notes = Warnings::default();
    for operation in operations {
        let action = operation.spec();
        if action.effect != Effect::None && operation.check().is_none() {
            let why =
                operation.unverified().unwrap_or("the vendor's API does not report the state");
            notes.add(format!("{} cannot be verified here: {why}", action.title()));
        }
    }
    notes.iter().map(str::to_owned).collect()
}

/// Notes bans that end while they are held.
// A stream that returns then has not broken its ban, and is reported as if it had.
pub(super) fn bans_shorter_than(
    hold: Duration,
    operations: &[Box<dyn Operation>],
    now: Timestamp,
) -> Option<String> {
    let end = TimeDelta::from_std(hold).ok().and_then(|hold| now.checked_add_signed(hold))?;
    let ends = operations.iter().filter_map(|operation| operation.until());
    let bans = match ends.filter(|until| *until < end).count() {
        0 => return None,
        1 => "1 ban ends".to_owned(),
        bans => format!("{bans} bans end"),
    };
    Some(format!("{bans} before --hold does: a stream that returns then is reported as came_back"))
}

/// Refuses an operation that contains one of the run's secrets, in its target or in a setting such as the reason.
pub(super) fn check_secrets(operations: &[Box<dyn Operation>], apis: &[Rc<dyn Api>]) -> Result<()> {
    // A profile that is piped in as a list would go to the vendor line by line, over plain HTTP at
    // Tencent's legacy API. A reason goes into records that others read.
    let redactor = Redactor::new(apis.iter().flat_map(|api| api.secrets()));
    let found = (1..)
        .zip(operations)
        .find_map(|(number, operation)| Some((number, key_of_secret(&**operation, &redactor)?)));
    let (what, hint) = match found {
        None => return Ok(()),
        Some((number, "target")) => {
            let hint = "is the input a profile file instead of a list of targets?";
            (format!("target {number}"), hint)
        }
        Some((number, key)) => (format!("`{key}` of target {number}"), "leave the secret out"),
    };
    let error = Error::input(format!("{what} holds a secret of this run"));
    Err(error.hint(format!("nothing was sent; {hint}")))
}

/// The key whose value contains a secret, `target` first.
// A text that the redactor would change contains one, in whatever encoding.
pub(super) fn key_of_secret(
    operation: &dyn Operation,
    redactor: &Redactor,
) -> Option<&'static str> {
    let is_secret = |text: &str| redactor.text(text) != text;
    if is_secret(operation.target()) {
        return Some("target");
    }
    let mut settings = operation.settings().into_iter();
    settings.find(|(_, value)| value.as_str().is_some_and(is_secret)).map(|(key, _)| key)
}

/// Refuses more distinct targets than the run may have.
// No prompt asks back: a list that is longer than was thought is the slip that costs most, in cron as in a shell.
pub(super) fn check_size(targets: usize, most: usize) -> Result<()> {
    if targets <= most {
        return Ok(());
    }
    let distinct = count(targets, "distinct target");
    Err(Error::input(format!("{distinct} are more than --max-targets {most} allows"))
        .hint(format!("nothing was sent; if all are meant, pass --max-targets {targets}")))
}
