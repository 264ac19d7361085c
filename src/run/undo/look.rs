//! The looks of an undo: asks the vendors for the states of its targets, and settles the rows that stay as they are.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::api::operation::Operation;
use crate::error::{Error, Result};
use crate::input::batch::batches;
use crate::input::plan::Plan;
use crate::input::rows::Rows;
use crate::outcome::fault::Fault;
use crate::outcome::{Outcome, Status};
use crate::run::execution::{OpenVendors, client, is_any_remote, limits_of, of_apis};
use crate::run::looks::Looks;
use crate::run::settings::Settings;
use crate::run::signals::SignalListener;
use crate::run::undo::plan::UndoStep;
use crate::run::undo::state_look::{StateLook, observed};
use crate::run::undo::{Undo, UndoRow};

/// The answers to the looks, by row.
type States = HashMap<usize, Outcome>;

/// Rows that are not sent, and why.
type SettledRows = Vec<(usize, Box<Outcome>)>;

impl Undo<'_> {
    /// The rows that are not sent, and why, from the records and the states of the targets; the signals since the first look.
    pub(super) fn settle(
        &self,
        rows: &[UndoRow<'_>],
        plan: &Plan,
        open: &OpenVendors,
        settings: &Settings,
    ) -> Result<(SettledRows, Option<SignalListener>)> {
        let (states, listener) = if settings.is_dry_run {
            let note = "a dry run does not ask the vendors for the states of the targets";
            settings.console.note(note);
            (States::new(), None)
        } else {
            self.look(rows, plan, open, settings)?
        };
        Ok((self.settled(rows, &states, plan), listener))
    }

    /// Asks the vendors for the states of the targets that would be changed.
    fn look(
        &self,
        rows: &[UndoRow<'_>],
        plan: &Plan,
        open: &OpenVendors,
        settings: &Settings,
    ) -> Result<(States, Option<SignalListener>)> {
        let mut operations: Vec<Box<dyn Operation>> = Vec::new();
        let mut looked_at = Vec::new();
        for (index, row) in rows.iter().enumerate().filter(|_| !self.options.even_changed) {
            let of_row = [&*row.left, &*plan.operations[index]];
            let look = StateLook::of(self.call.vendors, of_row);
            if let (UndoStep::Restore(_), Some(look)) = (row.step, look) {
                operations.push(Box::new(look));
                looked_at.push(index);
            }
        }
        if operations.is_empty() {
            return Ok((States::new(), None));
        }
        let batches = of_apis(batches(&operations, |_| true), &open.apis);
        let is_remote = is_any_remote(&batches, Rows::Listed(&operations));
        let outcomes = RefCell::new(HashMap::new());
        let settled = |row, outcome| {
            outcomes.borrow_mut().insert(row, outcome);
        };
        let looks = Looks {
            operations: &operations,
            transport: &client(settings.limits, self.accounts, is_remote)?,
            limits: limits_of(settings.limits, self.accounts),
            console: settings.console,
        };
        let mut listener = SignalListener::start(&open.runtime).map_err(Error::internal)?;
        let interruptions = &mut listener.signals.interruptions;
        let look = looks.make(batches, interruptions, settled);
        listener.tasks.block_on(&open.runtime, look);
        Ok((by_row(looked_at, outcomes.into_inner()), Some(listener)))
    }

    /// The rows that are not sent, and why; `states` are the answers of the vendors.
    fn settled(&self, rows: &[UndoRow<'_>], states: &States, plan: &Plan) -> SettledRows {
        let settle = |(index, row): (usize, &UndoRow<'_>)| {
            let outcome = match (row.step, states.get(&index)) {
                (UndoStep::Restore(_), Some(look)) if look.status != Status::Read => {
                    not_looked_at(look)
                }
                (UndoStep::Restore(wanted), Some(look)) => {
                    let left = (&*row.left, row.target.left()?);
                    let wanted = (&*plan.operations[index], wanted);
                    let state = observed(look.answer.state.as_deref(), left, wanted);
                    Outcome::skipped(self.undone.fault(self.decide(row.target, state, false))?)
                }
                (step, _) => Outcome::skipped(self.undone.fault(step)?),
            };
            Some((index, Box::new(outcome)))
        };
        rows.iter().enumerate().filter_map(settle).collect()
    }
}

/// The answer to the look of each row.
// A look that was not made, after a signal, leaves its row alone: it must not be restored unseen.
fn by_row(looked_at: Vec<usize>, mut outcomes: HashMap<usize, Outcome>) -> States {
    let answer = |(look, row)| {
        (row, outcomes.remove(&look).unwrap_or_else(|| Outcome::skipped(Fault::internal())))
    };
    looked_at.into_iter().enumerate().map(answer).collect()
}

/// The outcome of a target whose state could not be read, which is left alone.
// No attempt counts: nothing was sent that could have changed it.
fn not_looked_at(look: &Outcome) -> Outcome {
    let fault = look.fault.clone().unwrap_or_else(Fault::internal);
    let message = format!("its state could not be read: {}", fault.message);
    let status = match look.status {
        Status::Skipped => Status::Skipped,
        _ => Status::NotApplied,
    };
    Outcome { status, attempts: 0, fault: Some(Fault { message, ..fault }), ..look.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_look_leaves_its_row_alone() {
        let mut looks = by_row(vec![2, 5], HashMap::from([(0, Outcome::planned())]));
        assert_eq!(looks.remove(&2).map(|look| look.status), Some(Status::Planned));
        let missing = not_looked_at(&looks[&5]);
        assert_eq!(missing.status, Status::Skipped);
        assert!(missing.fault.unwrap().message.starts_with("its state could not be read"));
    }
}
