//! [`Looks`]: requests for states, which change nothing and leave no record.

use std::rc::Rc;

use chrono::Utc;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::api::operation::Operation;
use crate::api::spec::Api;
use crate::console::Console;
use crate::engine::context::{Engine, Interruption, Limits, NoViewers, Observer};
use crate::input::batch::Batch;
use crate::input::rows::Rows;
use crate::net::client::HttpClient;
use crate::outcome::Outcome;
use crate::outcome::fault::Fault;

/// Operations that look, and how they are sent.
pub(super) struct Looks<'a> {
    pub(super) operations: &'a [Box<dyn Operation>],
    pub(super) transport: &'a HttpClient,
    pub(super) limits: Limits,
    pub(super) console: Console,
}

impl Looks<'_> {
    /// Makes these looks, and passes on each row's outcome as it comes.
    pub(super) async fn make(
        &self,
        batches: Vec<(Rc<dyn Api>, Vec<Batch>)>,
        interruptions: &mut UnboundedReceiver<Interruption>,
        settled: impl Fn(usize, Outcome),
    ) {
        let observer = LookObserver { console: self.console, settled };
        let engine = Engine {
            transport: self.transport,
            operations: Rows::Listed(self.operations),
            limits: self.limits,
            clock: Rc::new(Utc::now),
            observer: &observer,
            viewers: &NoViewers,
        };
        engine.run(batches, interruptions).await;
    }
}

/// Passes on the outcome of each look.
// No intent is recorded: a look that was not answered leaves nothing in doubt.
struct LookObserver<F: Fn(usize, Outcome)> {
    console: Console,
    /// Receives the row and its outcome.
    settled: F,
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
