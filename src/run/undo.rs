//! `livectl undo RUN`: puts back what a run changed, through the same stages as any run.
//!
//! What is done with each target is decided in [`crate::undo`]; here it is planned, held to the policy, looked at and sent.

use crate::input::rows::Rows;
use crate::journal::history::History;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::rc::Rc;

use chrono::Utc;

use crate::api::operation::{Operation, PlanContext, RunProfile};
use crate::api::spec::{Api, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::undo::UndoOptions;
use crate::engine::context::{Engine, NoViewers};
use crate::error::{Error, Result};
use crate::input::batch::batches;
use crate::input::lines::InputLine;
use crate::input::meant::TypedCommand;
use crate::input::plan::{Plan, Planner};
use crate::log::change::{BanEnd, TargetState};
use crate::outcome::fault::Fault;
use crate::outcome::{Outcome, Status};
use crate::output::next_steps::{TypedKind, TypedRun};
use crate::policy::refusal::CommandSource;
use crate::run::accounts::Accounts;
use crate::run::execution::{OpenVendors, ReadyRun, SettledRow, client, limits_of};
use crate::run::guard::{CommandSyntax, PlannedRun};
use crate::run::look_observer::LookObserver;
use crate::run::record::RunIdentity;
use crate::run::settings::Settings;
use crate::run::signals::SignalListener;
use crate::run::undone_run::UndoneRun;
use crate::run::viewers::PlayUrls;
use crate::run::{guard, resume};
use crate::text::{quoted_list, visible};
use crate::time::Timestamp;
use crate::undo::plan::{ObservedState, UndoStep, WithoutInverse, plan};
use crate::undo::restored_ban::RestoredBan;
use crate::undo::restoring::{restoring, without_run};
use crate::undo::state_look::{StateLook, observed};
use crate::undo::target::UndoTarget;

/// Puts back what the run changed and returns the exit code. An error means that no change was sent; where it refuses the
/// undo, not even a look was.
pub fn run(
    vendors: Vendors,
    global: &GlobalOptions,
    options: &UndoOptions,
    args: &[OsString],
) -> Result<u8> {
    let undone = UndoneRun::find(vendors, global, options)?;
    let accounts = undone.accounts(vendors, global)?;
    let settings = Settings::resolve(global, options.verify.limits(), accounts.profile())?;
    undone.notes.iter().for_each(|note| settings.console.note(note));
    let (journal, _) = resume::open_journal(&settings, History::new(vendors))?;
    let undo = Undo { vendors, options, undone: &undone, accounts: &accounts, now: Utc::now() };
    let (rows, mut plan) = undo.plan(args)?;
    let is_due = |row: usize| matches!(rows[row].step, UndoStep::Restore(_));
    let targets: Vec<_> =
        rows.iter().map(|row| (row.target.key.parts()[3], &*row.target.name)).collect();
    let guarded = PlannedRun {
        vendors,
        operations: &plan.operations,
        lines: &plan.lines,
        repeats: &plan.repeats,
        is_due: &is_due,
        even_protected: &global.even_protected,
        source: CommandSource::Undo { run: undone.summary.id.short(), targets: &targets },
        names_its_run: options.reason.is_none(),
        now: undo.now,
        args,
    };
    let notes = guard::check_plan(
        &plan,
        &guarded,
        &accounts,
        (plan.operations.len(), settings.max_targets),
    )?;
    accounts.notes().iter().chain(&notes).for_each(|note| settings.console.note(note));
    let open = OpenVendors::open(&accounts, &settings, &plan.operations)?;
    let (settled, listener) = if settings.is_dry_run {
        settings.console.note("a dry run does not ask the vendors for the states of the targets");
        (undo.settled(&rows, &HashMap::new(), &plan), None)
    } else {
        let (states, listener) = undo.look(&rows, &plan, &open, &settings)?;
        (undo.settled(&rows, &states, &plan), listener)
    };
    let settled = settled.into_iter().map(|(row, outcome)| (row, SettledRow::Other(outcome)));
    let ready = ReadyRun {
        accounts: &accounts,
        settings: &settings,
        journal,
        operations: std::mem::take(&mut plan.operations),
        settled: settled.collect(),
        play_urls: PlayUrls::default(),
        identity: RunIdentity::new(args, global, Some(undone.summary.id.clone())),
    };
    let line = || guard::typed_line(vendors, args);
    let typed = TypedRun {
        vendors,
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
    vendors: Vendors,
    options: &'a UndoOptions,
    undone: &'a UndoneRun,
    accounts: &'a Accounts,
    now: Timestamp,
}

/// A target of the run: a row of the undo.
struct UndoRow<'a> {
    target: &'a UndoTarget,
    /// The decision from the records alone.
    step: UndoStep,
    /// The operation of the run, which tells what it left.
    left: Box<dyn Operation>,
}

/// The answers to the looks, by row.
type Looks = HashMap<usize, Outcome>;

impl<'a> Undo<'a> {
    /// Plans an operation for each target: the one that restores, or, where there is none, that of the run.
    fn plan(&self, args: &[OsString]) -> Result<(Vec<UndoRow<'a>>, Plan)> {
        let mut context = self.context();
        let typed = CommandSyntax::new(self.vendors, args);
        let mut planner =
            Planner::new(self.vendors, self.context()).typed(TypedCommand::new(&typed));
        let (mut rows, mut permits) = (Vec::new(), Vec::new());
        for target in &self.undone.targets.targets {
            let step = self.decide(target, ObservedState::Untold, self.options.even_changed);
            // What would be restored if nothing stood against it: that is what the row shows.
            let wanted = match self.decide(target, ObservedState::Untold, true) {
                UndoStep::Restore(state) => restoring(self.vendors, &target.recorded, state),
                UndoStep::DoneBefore(_) | UndoStep::NoInverse(_) | UndoStep::Changed(_) => None,
            };
            let recorded = without_run(&target.recorded);
            let left = self.read(&recorded, &mut context)?;
            let shown = serde_json::Value::Object(wanted.unwrap_or(recorded)).to_string();
            let input = planner.input(&shown).map_err(|error| unreadable(&error))?;
            planner.add(&input, InputLine::Arguments);
            permits.push(match step {
                UndoStep::Restore(TargetState::Banned(BanEnd::At(_))) => {
                    let permit = restoring(self.vendors, &target.recorded, TargetState::Allowed);
                    permit.map(|permit| self.read(&permit, &mut context)).transpose()?
                }
                _ => None,
            });
            rows.push(UndoRow { target, step, left });
        }
        let mut plan = planner.finish()?;
        if let Some(error) = plan.missing.take() {
            return Err(error);
        }
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
        operation: &serde_json::Map<String, serde_json::Value>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>> {
        let text = serde_json::Value::Object(operation.clone()).to_string();
        let params = self.vendors.params();
        let input = crate::api::operation_input::OperationInput::from_json(&text, &params)
            .map_err(|error| unreadable(&error))?;
        self.vendors.read(&input, context).map_err(|problem| {
            Error::input(format!(
                "target {}: {}: {}",
                visible(&input.target),
                problem.key,
                problem.message
            ))
            .hint("nothing was sent; the record cannot be read as an operation of today's profile")
        })
    }

    fn decide(&self, target: &UndoTarget, state: ObservedState, even_changed: bool) -> UndoStep {
        match plan(&target.changes, state, self.now, even_changed) {
            UndoStep::Restore(state)
                if restoring(self.vendors, &target.recorded, state).is_none() =>
            {
                UndoStep::NoInverse(WithoutInverse::Unsupported)
            }
            step => step,
        }
    }

    /// Asks the vendors for the states of the targets that would be changed.
    fn look(
        &self,
        rows: &[UndoRow<'_>],
        plan: &Plan,
        open: &OpenVendors,
        settings: &Settings,
    ) -> Result<(Looks, Option<SignalListener>)> {
        let mut looks: Vec<Box<dyn Operation>> = Vec::new();
        let mut looked_at = Vec::new();
        for (index, row) in rows.iter().enumerate().filter(|_| !self.options.even_changed) {
            let operations = [&*row.left, &*plan.operations[index]];
            let look = StateLook::of(self.vendors, operations);
            if let (UndoStep::Restore(_), Some(look)) = (row.step, look) {
                looks.push(Box::new(look));
                looked_at.push(index);
            }
        }
        if looks.is_empty() {
            return Ok((Looks::new(), None));
        }
        let api = |name| open.apis.iter().find(|api| api.name() == name).map(Rc::clone);
        let batches: Vec<_> = batches(&looks, |_| true)
            .into_iter()
            .filter_map(|(name, batches)| Some((api(name)?, batches)))
            .collect();
        let is_remote = batches.iter().any(|(api, batches): &(Rc<dyn Api>, Vec<_>)| {
            let row: &crate::input::batch::Batch = &batches[0];
            let request = looks[row.rows()[0] as usize].request(&[]);
            api.is_remote(&request)
        });
        let transport = client(settings.limits, self.accounts, is_remote)?;
        let outcomes = RefCell::new(HashMap::new());
        let settled = |row, outcome| {
            outcomes.borrow_mut().insert(row, outcome);
        };
        let observer = LookObserver { console: settings.console, settled };
        let engine = Engine {
            transport: &transport,
            operations: Rows::Listed(&looks),
            limits: limits_of(settings.limits, self.accounts),
            clock: Rc::new(Utc::now),
            observer: &observer,
            viewers: &NoViewers,
        };
        let mut listener = SignalListener::start(&open.runtime).map_err(Error::internal)?;
        let interruptions = &mut listener.signals.interruptions;
        listener.tasks.block_on(&open.runtime, engine.run(batches, interruptions));
        Ok((by_row(looked_at, outcomes.into_inner()), Some(listener)))
    }

    /// The rows that are not sent, and why; `states` are the answers of the vendors.
    fn settled(
        &self,
        rows: &[UndoRow<'_>],
        states: &Looks,
        plan: &Plan,
    ) -> Vec<(usize, Box<Outcome>)> {
        let settle = |(index, row): (usize, &UndoRow<'_>)| {
            let outcome = match (row.step, states.get(&index)) {
                (UndoStep::Restore(_), Some(look)) if look.status != Status::Read => {
                    not_looked_at(look)
                }
                (UndoStep::Restore(wanted), Some(look)) => {
                    let left = (&*row.left, row.target.left()?);
                    let wanted = (&*plan.operations[index], wanted);
                    let state = observed(look.answer.state.as_deref(), left, wanted);
                    Outcome::skipped(self.fault(self.decide(row.target, state, false))?)
                }
                (step, _) => Outcome::skipped(self.fault(step)?),
            };
            Some((index, Box::new(outcome)))
        };
        rows.iter().enumerate().filter_map(settle).collect()
    }

    /// Why nothing is done; `None` where something is.
    fn fault(&self, step: UndoStep) -> Option<Fault> {
        self.undone.fault(step)
    }
}

/// The answer to the look of each row. A look that was not made leaves its row alone: it must not be restored unseen.
fn by_row(looked_at: Vec<usize>, mut outcomes: HashMap<usize, Outcome>) -> Looks {
    let answer = |(look, row)| {
        (row, outcomes.remove(&look).unwrap_or_else(|| Outcome::skipped(Fault::internal())))
    };
    looked_at.into_iter().enumerate().map(answer).collect()
}

/// A target whose state could not be read is left alone.
fn not_looked_at(look: &Outcome) -> Outcome {
    let fault = look.fault.clone().unwrap_or_else(Fault::internal);
    let message = format!("its state could not be read: {}", fault.message);
    let status = match look.status {
        Status::Skipped => Status::Skipped,
        _ => Status::NotApplied,
    };
    Outcome { status, attempts: 0, fault: Some(Fault { message, ..fault }), ..look.clone() }
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::input(format!("a record cannot be read as an operation: {error}"))
        .hint("nothing was sent; a newer livectl may have written it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_that_was_not_made_leaves_its_row_alone() {
        let mut looks = by_row(vec![2, 5], HashMap::from([(0, Outcome::planned())]));
        assert_eq!(looks.remove(&2).map(|look| look.status), Some(Status::Planned));
        let missing = not_looked_at(&looks[&5]);
        assert_eq!(missing.status, Status::Skipped);
        assert!(missing.fault.unwrap().message.starts_with("its state could not be read"));
    }
}
