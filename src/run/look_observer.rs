//! [`LookObserver`]: receives the outcomes of looks, which change nothing and leave no record.

use crate::console::Console;
use crate::engine::context::Observer;
use crate::outcome::Outcome;
use crate::outcome::fault::Fault;

/// Passes on the outcome of each look.
pub(super) struct LookObserver<F: Fn(usize, Outcome)> {
    pub(super) console: Console,
    /// Receives the row and its outcome.
    pub(super) settled: F,
}

impl<F: Fn(usize, Outcome)> Observer for LookObserver<F> {
    async fn intent(&self, _: &[u32], _: u32) -> bool {
        true
    }

    fn settled(&self, row: usize, outcome: Outcome) {
        (self.settled)(row, outcome);
    }

    fn detail(&self, text: &dyn Fn() -> String) {
        self.console.detail(text);
    }

    fn note(&self, text: &str) {
        self.console.note(text);
    }

    fn failure(&self) -> Option<Fault> {
        None
    }
}
