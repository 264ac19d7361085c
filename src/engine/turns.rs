//! [`Turns`]: the order of rows of one target, which are done one after another where they come while a run lasts.

use std::collections::VecDeque;

use hashbrown::HashMap;

/// The rows under way, by target.
#[derive(Default)]
pub(super) struct Turns {
    /// The target of each row under way.
    targets: HashMap<u32, u64>,
    /// For each target with a row under way, the rows that come after it.
    after: HashMap<u64, VecDeque<WaitingRow>>,
    /// How many rows wait for another of their target.
    pub(super) waiting: usize,
    /// The rows whose turn has come.
    next: VecDeque<WaitingRow>,
}

/// A row that waits for its turn, and its queue.
#[derive(Clone, Copy)]
pub(super) struct WaitingRow {
    pub(super) queue: usize,
    pub(super) row: u32,
}

impl Turns {
    /// Takes a row of a target; returns it where nothing of that target is under way.
    pub(super) fn begin(&mut self, target: u64, row: WaitingRow) -> Option<WaitingRow> {
        self.targets.insert(row.row, target);
        if let Some(after) = self.after.get_mut(&target) {
            after.push_back(row);
            self.waiting += 1;
            return None;
        }
        self.after.insert(target, VecDeque::new());
        Some(row)
    }

    /// A row has settled.
    pub(super) fn end(&mut self, row: u32) {
        let Some(target) = self.targets.remove(&row) else { return };
        let Some(after) = self.after.get_mut(&target) else { return };
        if let Some(next) = after.pop_front() {
            self.next.push_back(next);
        } else {
            self.after.remove(&target);
        }
    }

    /// A row whose turn has come.
    pub(super) fn next(&mut self) -> Option<WaitingRow> {
        let next = self.next.pop_front()?;
        self.waiting -= 1;
        Some(next)
    }

    /// Whether the turn of a row has come.
    pub(super) fn has_next(&self) -> bool {
        !self.next.is_empty()
    }

    /// How many rows are under way.
    pub(super) fn rows(&self) -> usize {
        self.targets.len()
    }
}
