//! `livectl undo RUN`: puts back what a run changed, through the same stages as any run.
//!
//! What is done with each target is decided in [`mod@plan`], from records and from the state that the vendor reports: that
//! sends nothing and reads no profile. The run that is undone is found by [`undone_run`], the looks are in [`look`]. Here the
//! operations are planned, checked against the policy and sent.

mod account;
mod fault;
mod look;
mod plan;
mod restored_ban;
mod restoring;
mod state_look;
mod target;
mod target_name;
mod undone_run;

use std::rc::Rc;

use chrono::Utc;
use serde_json::{Map, Value};

use crate::api::operation::{Operation, PlanContext, RunProfile};
use crate::api::operation_input::{OperationInput, Problem};
use crate::cli::undo::UndoOptions;
use crate::error::{Error, Result};
use crate::input::lines::InputLine;
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::journal::history::History;
use crate::log::change::{BanEnd, TargetState};
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::policy::refusal::CommandSource;
use crate::run::accounts::Accounts;
use crate::run::execution::{OpenVendors, ReadyRun};
use crate::run::guard::Guard;
use crate::run::invocation::Invocation;
use crate::run::record::RunContext;
use crate::run::resume::SettledRow;
use crate::run::settings::Settings;
use crate::run::undo::plan::{ObservedState, UndoStep, WithoutInverse, plan};
use crate::run::undo::restored_ban::RestoredBan;
use crate::run::undo::restoring::{restoring, without_run};
use crate::run::undo::target::UndoTarget;
use crate::run::undo::undone_run::UndoneRun;
use crate::run::viewers::PlayUrls;
use crate::run::{input, resume};
use crate::text::{quoted_list, visible};
use crate::time::Timestamp;

/// Puts back what the run changed and returns the exit code. An error means that no change was sent; where it refuses the
/// undo, not even a look was.
pub fn run(call: &Invocation<'_>, options: &UndoOptions) -> Result<u8> {
    let undone = UndoneRun::find(call, options)?;
    let accounts = undone.accounts(call)?;
    let settings = Settings::resolve(call.global, options.verify.limits(), accounts.profile())?;
    undone.notes.iter().for_each(|note| settings.console.note(note));
    let (journal, _) = resume::open_journal(&settings, History::new(call.vendors))?;
    let undo = Undo { call, options, undone: &undone, accounts: &accounts, now: Utc::now() };
    let (rows, plan) = undo.plan()?;
    let notes = undo.check(&rows, &plan, &settings)?;
    notes.iter().for_each(|note| settings.console.note(note));
    let open = OpenVendors::open(&accounts, &settings, &plan.operations)?;
    let (settled, listener) = undo.settle(&rows, &plan, &open, &settings)?;
    let id = Some(&undone.summary.id);
    let context = RunContext { call, accounts: &accounts, settings: &settings, undoes: id };
    let settled = settled.into_iter().map(|(row, outcome)| (row, SettledRow::Other(outcome)));
    let ready = ReadyRun {
        context,
        journal,
        operations: plan.operations,
        settled: settled.collect(),
        play_urls: PlayUrls::default(),
    };
    let line = || call.typed_line();
    let typed = TypedRun {
        vendors: call.vendors,
        line: &line,
        kind: TypedKind::Undo,
        reads_input: false,
        has_journal: false,
        resume: &|_| format!("interrupted; the same command does the rest: {}", line()),
    };
    ready.carry_out(open, listener, &typed)
}

/// An undo while it is planned.
struct Undo<'a> {
    call: &'a Invocation<'a>,
    options: &'a UndoOptions,
    undone: &'a UndoneRun,
    accounts: &'a Accounts,
    now: Timestamp,
}

/// A target of the run: a row of the undo.
// Each has a row, also where nothing can be done: a partial undo must not look whole.
struct UndoRow<'a> {
    target: &'a UndoTarget,
    /// The decision from the records alone.
    step: UndoStep,
    /// The operation of the run, which shows what it left.
    left: Box<dyn Operation>,
}

impl<'a> Undo<'a> {
    /// Plans an operation for each target: the one that restores, or, where there is none, that of the run.
    fn plan(&self) -> Result<(Vec<UndoRow<'a>>, Plan)> {
        let mut context = self.context();
        let syntax = self.call.syntax();
        let mut planner = Planner::new(self.call.vendors, self.context());
        planner = planner.typed(TypedCommand::new(&syntax));
        let (mut rows, mut permits) = (Vec::new(), Vec::new());
        for target in &self.undone.targets.targets {
            let step = self.decide(target, ObservedState::Untold, self.options.even_changed);
            let recorded = without_run(&target.recorded);
            let left = self.read(&recorded, &mut context)?;
            let shown = Value::Object(self.wanted(target).unwrap_or(recorded)).to_string();
            let input = planner.input(&shown).map_err(|error| unreadable(&error))?;
            planner.add(&input, InputLine::Arguments);
            permits.push(self.permit(target, step, &mut context)?);
            rows.push(UndoRow { target, step, left });
        }
        let mut plan = planner.finish()?.complete()?;
        // The planner drops a repeated operation: every later row would get the operation of another.
        if plan.operations.len() != rows.len() {
            return Err(self.repeated_target());
        }
        let operations = plan.operations.into_iter().zip(permits);
        let operations = operations.map(|(operation, permit)| match permit {
            Some(permit) => Box::new(RestoredBan::new(operation, permit)) as Box<dyn Operation>,
            None => operation,
        });
        plan.operations = operations.collect();
        Ok((rows, plan))
    }

    /// What would be restored if nothing stood against it: that is what the row shows.
    fn wanted(&self, target: &UndoTarget) -> Option<Map<String, Value>> {
        match self.decide(target, ObservedState::Untold, true) {
            UndoStep::Restore(state) => restoring(self.call.vendors, &target.recorded, state),
            UndoStep::DoneBefore(_) | UndoStep::NoInverse(_) | UndoStep::Changed(_) => None,
        }
    }

    /// The operation that lifts a ban, in place of setting one whose end has passed by then.
    // Looks and retries take time, in which a short ban may end.
    fn permit(
        &self,
        target: &UndoTarget,
        step: UndoStep,
        context: &mut PlanContext<'_>,
    ) -> Result<Option<Box<dyn Operation>>> {
        let UndoStep::Restore(TargetState::Banned(BanEnd::At(_))) = step else { return Ok(None) };
        let permit = restoring(self.call.vendors, &target.recorded, TargetState::Allowed);
        permit.map(|permit| self.read(&permit, context)).transpose()
    }

    /// Checks the plan against the limit of targets and the policy; returns the notes of the run.
    fn check(&self, rows: &[UndoRow<'_>], plan: &Plan, settings: &Settings) -> Result<Vec<String>> {
        input::check_size(plan.operations.len(), settings.max_targets)?;
        let targets: Vec<_> =
            rows.iter().map(|row| (row.target.key.parts()[3], &*row.target.name)).collect();
        let run = self.undone.summary.id.short();
        let guard = Guard {
            call: self.call,
            source: CommandSource::Undo { run, targets: &targets },
            names_its_run: self.options.reason.is_none(),
        };
        let is_due = |row: usize| matches!(rows[row].step, UndoStep::Restore(_));
        let unread = guard.check(plan, is_due, &self.accounts.policy(), self.now)?;
        let notes = self.accounts.notes().into_iter().chain(plan.notes.iter().cloned());
        Ok(notes.chain(unread).collect())
    }

    /// The records name a target with its domain and without, and mean the same today.
    fn repeated_target(&self) -> Error {
        let targets = &self.undone.targets.targets;
        let is_repeated = |name: &str| {
            targets.iter().filter(|target| target.key.parts()[3] == name).nth(1).is_some()
        };
        let names = targets.iter().filter(|target| is_repeated(target.key.parts()[3]));
        let names = quoted_list(names.map(|target| &target.name));
        let run = self.undone.summary.id.short();
        Error::input(format!("run {run} names one target in several ways: {names}"))
            .hint("nothing was sent; name the one to put back, and the other targets of the run")
    }

    fn context(&self) -> PlanContext<'static> {
        let own = format!("undo of {}", self.undone.summary.id.short());
        let reason = self.options.reason.as_deref().unwrap_or(&own);
        PlanContext {
            profile: match self.accounts.name() {
                Some(name) => RunProfile::Named(name.to_owned()),
                None => RunProfile::Environment,
            },
            // They were accepted when they were recorded.
            is_exact: true,
            // A recorded end may have passed.
            is_file: true,
            accounts: self.accounts.planned(None),
            reason: Some(Rc::from(reason)),
            ..PlanContext::at(self.now)
        }
    }

    fn read(
        &self,
        operation: &Map<String, Value>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>> {
        let text = Value::Object(operation.clone()).to_string();
        let params = self.call.vendors.params();
        let input =
            OperationInput::from_json(&text, &params).map_err(|error| unreadable(&error))?;
        self.call.vendors.read(&input, context).map_err(|Problem { key, message }| {
            let target = visible(&input.target);
            Error::input(format!("target {target}: {key}: {message}")).hint(
                "nothing was sent; the record cannot be read as an operation of today's profile",
            )
        })
    }

    fn decide(&self, target: &UndoTarget, state: ObservedState, even_changed: bool) -> UndoStep {
        match plan(&target.changes, state, self.now, even_changed) {
            UndoStep::Restore(state)
                if restoring(self.call.vendors, &target.recorded, state).is_none() =>
            {
                UndoStep::NoInverse(WithoutInverse::Unsupported)
            }
            step => step,
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::input(format!("a record cannot be read as an operation: {error}"))
        .hint("nothing was sent; a newer livectl may have written it")
}
