//! [`Rows`]: the operations of a run by row. A list has all of them from the start; lines that come while the run lasts have
//! a row from when they are read until they have settled.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use crate::api::operation::Operation;
use crate::api::request::Request;

/// The operations of a run by row.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// Those of a list.
    Listed(&'a [Box<dyn Operation>]),
    /// Those of lines that come.
    Arrived(&'a ArrivedRows),
}

impl<'a> Rows<'a> {
    /// The operation of a row.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    #[must_use]
    pub fn get(self, row: usize) -> OperationRef<'a> {
        match self {
            Self::Listed(operations) => OperationRef::Listed(&*operations[row]),
            Self::Arrived(arrived) => OperationRef::Arrived(arrived.slot(row).operation),
        }
    }

    /// The one request that carries these rows.
    ///
    /// # Panics
    ///
    /// When there are none.
    #[must_use]
    pub fn request(self, rows: &[u32]) -> Request {
        let operation = self.get(rows[0] as usize);
        if let [_] = rows {
            return operation.request(&[operation.target()]);
        }
        let all: Vec<_> = rows.iter().map(|row| self.get(*row as usize)).collect();
        let targets: Vec<_> = all.iter().map(|operation| operation.target()).collect();
        operation.request(&targets)
    }

    /// The line of a row of lines that come, from 1.
    #[must_use]
    pub fn line(self, row: usize) -> Option<u64> {
        match self {
            Self::Listed(_) => None,
            Self::Arrived(arrived) => Some(arrived.slot(row).line),
        }
    }

    /// The first operation of a list that is like this, or the first of its kind among lines that come.
    #[must_use]
    pub fn find(self, is_it: impl Fn(&dyn Operation) -> bool) -> Option<OperationRef<'a>> {
        match self {
            Self::Listed(operations) => {
                let found = operations.iter().find(|operation| is_it(&***operation));
                found.map(|operation| OperationRef::Listed(&**operation))
            }
            Self::Arrived(arrived) => {
                let slots = arrived.slots.borrow();
                let found = slots.kinds.iter().find(|operation| is_it(&***operation));
                found.map(|operation| OperationRef::Arrived(Rc::clone(operation)))
            }
        }
    }
}

/// The operation of a row.
pub enum OperationRef<'a> {
    /// Of a list.
    Listed(&'a dyn Operation),
    /// Of a line that has come.
    Arrived(Rc<dyn Operation>),
}

impl<'a> Deref for OperationRef<'a> {
    type Target = dyn Operation + 'a;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Listed(operation) => *operation,
            Self::Arrived(operation) => &**operation,
        }
    }
}

/// The operations of lines that have come and not settled yet.
#[derive(Default)]
pub struct ArrivedRows {
    slots: RefCell<Slots>,
}

#[derive(Default)]
struct Slots {
    rows: Vec<Option<ArrivedLine>>,
    /// The rows that are free: however many lines come, only as many as are under way have room.
    free: Vec<u32>,
    /// The first operation of each kind.
    // What is printed about the whole run depends on the kinds of its operations, and lines that have settled are gone.
    kinds: Vec<Rc<dyn Operation>>,
}

#[derive(Clone)]
struct ArrivedLine {
    operation: Rc<dyn Operation>,
    /// Its number, from 1.
    line: u64,
}

impl ArrivedRows {
    fn slot(&self, row: usize) -> ArrivedLine {
        self.slots.borrow().rows[row].clone().expect("the row has not settled")
    }

    /// Gives the operation of a line a row.
    ///
    /// # Panics
    ///
    /// When four billion lines are under way.
    pub fn add(&self, operation: Rc<dyn Operation>, line: u64) -> u32 {
        let slots = &mut *self.slots.borrow_mut();
        let spec = operation.spec();
        if !slots.kinds.iter().any(|kind| std::ptr::eq(kind.spec(), spec)) {
            slots.kinds.push(Rc::clone(&operation));
        }
        let arrived = Some(ArrivedLine { operation, line });
        if let Some(row) = slots.free.pop() {
            slots.rows[row as usize] = arrived;
            return row;
        }
        slots.rows.push(arrived);
        u32::try_from(slots.rows.len() - 1).expect("fewer than four billion lines are under way")
    }

    /// Frees the row of a line that has settled.
    pub fn release(&self, row: u32) {
        let slots = &mut *self.slots.borrow_mut();
        if slots.rows[row as usize].take().is_some() {
            slots.free.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::api::operation::PlanContext;
    use crate::api::operation_input::OperationInput;

    fn resume(target: &str) -> Rc<dyn Operation> {
        let input = OperationInput::new("tencent", "resume");
        let mut context = PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap());
        VENDORS.read(&input.on(target), &mut context).unwrap().into()
    }

    #[test]
    fn settled_rows_are_used_again() {
        let arrived = ArrivedRows::default();
        let rows = Rows::Arrived(&arrived);
        assert_eq!([arrived.add(resume("a"), 1), arrived.add(resume("b"), 2)], [0, 1]);
        arrived.release(0);
        for line in 3..1000 {
            assert_eq!(arrived.add(resume("c"), line), 0);
            assert_eq!((rows.get(0).target(), rows.line(0)), ("c", Some(line)));
            assert_eq!(rows.get(1).target(), "b");
            arrived.release(0);
        }
        let first = rows.find(|_| true).map(|row| row.target().to_owned());
        assert_eq!(first.as_deref(), Some("a"), "one of each kind");
        assert!(rows.find(|row| row.target() == "b").is_none());
    }
}
