//! A run from its operations to its exit code: settings, plan, engine, summary.
//!
//! Owns the order of the stages, and nothing of what a stage does.

pub(crate) mod accounts;
pub(crate) mod execution;
mod follow;
mod guard;
mod input;
pub mod invocation;
mod looks;
mod record;
mod resume;
pub mod settings;
pub mod signals;
pub mod undo;
mod viewers;
pub mod watch;

use chrono::Utc;

use crate::api::operation::Operation;
use crate::api::operation_json::to_json;
use crate::cli::operations::{OperationCommand, TargetSource};
use crate::error::Result;
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::journal::history::History;
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::output::summary::resume_hint;
use crate::output::{Format, targets};
use crate::run::accounts::Accounts;
use crate::run::execution::{OpenVendors, ReadyRun};
use crate::run::guard::Guard;
use crate::run::invocation::Invocation;
use crate::run::record::RunContext;
use crate::run::settings::Settings;
use crate::run::viewers::PlayUrls;

/// Does the operations and returns the exit code; an error means that nothing was sent.
pub fn run(call: &Invocation<'_>, command: &OperationCommand) -> Result<u8> {
    if command.is_followed {
        return follow::follow(call, command);
    }
    let (accounts, settings) = accounts::resolve(call, command.looks, &command.source)?;
    let (journal, history) = resume::open_journal(&settings, History::new(call.vendors))?;
    // Without --resume a journal is only written, and what it records skips nothing.
    let history = history.filter(|_| call.global.resume);
    // Bad input is reported before a bad profile: it is what the operator has just typed.
    let plan = read_plan(call, command, accounts.as_ref().ok(), &settings, history.as_ref())?;
    let accounts = accounts?;
    let mut plan = plan.complete()?;
    let notes = check_plan(call, command, &plan, &accounts, &settings)?;
    notes.iter().for_each(|note| settings.console.note(note));
    if let Some(shard) = command.shard {
        plan.keep_shard(shard);
    }
    let play_urls = PlayUrls::of_run(command.play.as_deref(), &settings, &accounts, &plan)?;

    let open = OpenVendors::open(&accounts, &settings, &plan.operations)?;
    let (profile, history) = (accounts.name(), history.as_ref());
    let settled = resume::done_before(&plan.operations, profile, history, settings.console);
    let context = RunContext { call, accounts: &accounts, settings: &settings, undoes: None };
    let ready = ReadyRun { context, journal, operations: plan.operations, settled, play_urls };
    let has_journal = settings.journal.is_some();
    let reads_input = input::is_standard_input(&command.source);
    let line = || call.typed_line();
    ready.carry_out(
        open,
        None,
        &TypedRun {
            vendors: call.vendors,
            line: &line,
            kind: match command.source {
                TargetSource::File(..) => TypedKind::Lines,
                TargetSource::Targets(..) => TypedKind::Targets,
            },
            reads_input,
            has_journal,
            resume: &|info| resume_hint(line(), &info.operations, has_journal, reads_input),
        },
    )
}

/// Reads the operations.
// Of the same operation in the journal the end is kept: a run that is resumed must not lengthen a ban.
fn read_plan(
    call: &Invocation<'_>,
    command: &OperationCommand,
    accounts: Option<&Accounts>,
    settings: &Settings,
    history: Option<&History>,
) -> Result<Plan> {
    let kept_end = |operation: &dyn Operation| {
        history?.kept_end(accounts?.name(), &to_json(operation, operation.requested()))
    };
    let context = input::plan_context(call.global, command, accounts, &kept_end);
    let syntax = call.syntax();
    let planner = Planner::new(call.vendors, context).typed(TypedCommand::new(&syntax));
    input::read(command, planner, settings.console)
}

/// Checks the plan against the policy and against what its output can show; returns the notes of the run.
fn check_plan(
    call: &Invocation<'_>,
    command: &OperationCommand,
    plan: &Plan,
    accounts: &Accounts,
    settings: &Settings,
) -> Result<Vec<String>> {
    let operations = &plan.operations;
    // Every worker checks all lines, so that a fault in one stops all, and counts its own targets.
    let targets = match command.shard {
        Some(shard) => operations.iter().filter(|operation| shard.has(&***operation)).count(),
        None => operations.len(),
    };
    input::check_size(targets, settings.max_targets)?;
    let now = Utc::now();
    let guard = Guard { call, source: guard::source(&command.source), names_its_run: false };
    let unread = guard.check(plan, |_| true, &accounts.policy(), now)?;
    let mut notes = accounts.notes();
    notes.extend(plan.notes.iter().cloned().chain(unread));
    if settings.format == Format::Targets {
        let mixed = targets::check(call.vendors, operations, &accounts.planned(None))?;
        notes.extend(mixed.map(str::to_owned));
    }
    if settings.limits.verify.is_some() {
        notes.extend(input::unverifiable(operations));
    }
    let hold = settings.limits.hold;
    notes.extend(hold.and_then(|hold| input::bans_shorter_than(hold, operations, now)));
    Ok(notes)
}
