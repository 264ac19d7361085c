//! A run from its operations to its exit code: settings, plan, engine, summary.
//!
//! Owns the order of the stages, and nothing of what a stage does.

pub(crate) mod accounts;
pub(crate) mod execution;
mod follow;
mod guard;
mod input;
mod look_observer;
mod record;
mod resume;
pub mod settings;
pub mod signals;
pub mod undo;
mod undone_run;
mod viewers;
pub mod watch;

use std::ffi::OsString;

use chrono::Utc;

use crate::api::operation::{Operation, to_json};
use crate::api::spec::Vendors;
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::error::Result;
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::journal::history::History;
use crate::output::Format;
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::output::summary::resume_hint;
use crate::output::targets;
use crate::run::accounts::Accounts;
use crate::run::execution::{OpenVendors, ReadyRun, SettledRow};
use crate::run::guard::{CommandSyntax, PlannedRun};
use crate::run::record::RunIdentity;
use crate::run::settings::Settings;
use crate::run::viewers::PlayUrls;

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(
    vendors: Vendors,
    global: &GlobalOptions,
    command: &OperationCommand,
    args: &[OsString],
) -> Result<u8> {
    if command.is_followed {
        return follow::follow(vendors, global, command, args);
    }
    let sections = vendors.sections();
    let choice = settings::account_choice(global, &sections);
    let accounts = Accounts::load(vendors, &choice, &command.source);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, command.looks, profile)?;
    let (journal, history) = resume::open_journal(&settings, History::new(vendors))?;
    let history = history.filter(|_| global.resume);
    // Bad input is reported before a bad profile: it is what the operator has just typed.
    let known = accounts.as_ref().ok();
    let kept_end = |operation: &dyn Operation| {
        let (history, accounts) = (history.as_ref()?, known?);
        history.kept_end(accounts.name(), &to_json(operation, operation.requested()))
    };
    let context = input::plan_context(global, command, known, &kept_end);
    let typed = CommandSyntax::new(vendors, args);
    let planner = Planner::new(vendors, context).typed(TypedCommand::new(&typed));
    let mut plan = input::read(command, planner, settings.console)?;
    let accounts = accounts?;
    if let Some(error) = plan.missing.take() {
        return Err(error);
    }
    let notes = check_plan(vendors, global, command, args, (&plan, &accounts, &settings))?;
    notes.iter().for_each(|note| settings.console.note(note));
    if let Some(shard) = command.shard {
        plan.keep_shard(shard);
    }

    let play_urls = PlayUrls::of_run(command.play.as_deref(), &settings, &accounts, &plan)?;

    let open = OpenVendors::open(&accounts, &settings, &plan.operations)?;
    let (profile, now) = (accounts.name(), Utc::now());
    let done =
        resume::done_before(&plan.operations, profile, history.as_ref(), now, settings.console);
    let settled = done.into_iter().map(|(row, done)| (row, SettledRow::DoneBefore(done))).collect();
    let has_journal = settings.journal.is_some();
    let reads_input = input::is_standard_input(&command.source);
    let line = || guard::typed_line(vendors, args);
    let typed = TypedRun {
        vendors,
        line: &line,
        kind: match command.source {
            TargetSource::File(..) => TypedKind::Lines,
            TargetSource::Targets(..) => TypedKind::Targets,
        },
        reads_input,
        has_journal,
        resume: &|info| resume_hint(line(), &info.operations, has_journal, reads_input),
    };
    let ready = ReadyRun {
        accounts: &accounts,
        settings: &settings,
        journal,
        operations: plan.operations,
        settled,
        play_urls,
        identity: RunIdentity::new(args, global, None),
    };
    ready.carry_out(open, None, &typed)
}

/// Holds the plan to the policy and to what its output can show; returns the notes of the run.
fn check_plan(
    vendors: Vendors,
    global: &GlobalOptions,
    command: &OperationCommand,
    args: &[OsString],
    (plan, accounts, settings): (&Plan, &Accounts, &Settings),
) -> Result<Vec<String>> {
    let guarded = PlannedRun {
        vendors,
        operations: &plan.operations,
        lines: &plan.lines,
        repeats: &plan.repeats,
        even_protected: &global.even_protected,
        source: guard::source(&command.source),
        names_its_run: false,
        is_due: &|_| true,
        now: Utc::now(),
        args,
    };
    // Every worker checks all lines, so that a fault in one stops all, and counts the targets of its own.
    let targets = match command.shard {
        Some(shard) => plan.operations.iter().filter(|operation| shard.has(&***operation)).count(),
        None => plan.operations.len(),
    };
    let sizes = (targets, settings.max_targets);
    let mut notes = guard::check_plan(plan, &guarded, accounts, sizes)?;
    if settings.format == Format::Targets {
        let mixed = targets::check(vendors, &plan.operations, &accounts.planned(None))?;
        notes.extend(mixed.map(str::to_owned));
    }
    let unverifiable = settings.limits.verify.map(|_| input::unverifiable(&plan.operations));
    let hold = settings.limits.hold;
    let short = hold.and_then(|hold| input::bans_shorter_than(hold, &plan.operations, Utc::now()));
    let notes = accounts.notes().into_iter().chain(notes);
    Ok(notes.chain(unverifiable.unwrap_or_default()).chain(short).collect())
}
