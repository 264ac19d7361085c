//! Runs operations: pace, concurrency, retries, deadlines, interruption. Every row settles exactly once.
//!
//! ```text
//!  batch ──► job ──► intent recorded ──► sent ──► classified ─┬─► retry: wait ──► job
//!              ▲            │ not sent      │ second signal   ├─► next page ────► job
//!              │            ▼               ▼                 ├─► refused group ► one job a row
//!              │         skipped         unknown              ├─► success to verify: look ► job
//!              └──────────────────────────────────────────────┴─► outcome of each row
//! ```
//!
//! A run has all its batches at the start, or its rows come while it lasts ([`Arrivals`]).
//!
//! One loop owns all state: the `Scheduler` decides which job is sent next, each attempt is a future that borrows its job
//! and returns an [`AttemptResult`](retry::AttemptResult). Owns neither the signing (`api`) nor the sending (`net`) nor the
//! files (`journal`, `output`): it sees those through [`Transport`] and [`Observer`].

pub mod arrivals;
pub mod attempt;
pub mod classify;
pub mod context;
mod events;
mod job;
pub mod look_pace;
mod pace;
mod pages;
mod pause;
mod probes;
mod queue;
mod quota;
pub mod retry;
mod scheduler;
mod settle;
mod stop;
#[cfg(test)]
mod tests;
mod turns;
mod verification;
mod verify;

use std::rc::Rc;

use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::api::spec::Api;
use crate::engine::arrivals::{Arrivals, NextLine};
use crate::engine::context::{Engine, Interruption, Observer};
use crate::engine::events::{Event, Events};
use crate::engine::scheduler::Scheduler;
use crate::input::batch::Batch;
use crate::net::client::Transport;

impl<T: Transport, O: Observer> Engine<'_, T, O> {
    /// Settles every row of these batches. `interruptions` yields each request to stop as it comes.
    pub async fn run(
        &self,
        batches: Vec<(Rc<dyn Api>, Vec<Batch>)>,
        interruptions: &mut UnboundedReceiver<Interruption>,
    ) {
        self.run_with(Scheduler::new(self, batches), None, interruptions).await;
    }

    /// Settles every row that comes, until there are no more.
    pub async fn follow(
        &self,
        arrivals: &mut dyn Arrivals,
        interruptions: &mut UnboundedReceiver<Interruption>,
    ) {
        self.run_with(Scheduler::following(self), Some(arrivals), interruptions).await;
    }

    async fn run_with<'r>(
        &self,
        mut scheduler: Scheduler<'_, '_, T, O>,
        arrivals: Option<&'r mut dyn Arrivals>,
        interruptions: &'r mut UnboundedReceiver<Interruption>,
    ) {
        let (opened, probes) = unbounded_channel();
        let attempts = FuturesUnordered::new();
        let mut events = Events { attempts, interruptions, probes, arrivals };
        loop {
            // Asked before every departure: what can be neither recorded nor reported must not be sent.
            scheduler.close_on_failure();
            scheduler.start_turns();
            let has_room = self.observer.has_room();
            while has_room && let Some((number, in_flight)) = scheduler.next_to_send() {
                let opened = opened.clone();
                let attempt = async move { (number, self.attempt(&opened, &in_flight).await) };
                events.attempts.push(attempt);
            }
            // A row that settled without a request makes room for the next one of its target.
            if scheduler.turns.has_next() {
                continue;
            }
            // What is closed takes no line any more: it would never be tried.
            events.arrivals.take_if(|_| scheduler.is_closed);
            if scheduler.is_done() && events.arrivals.is_none() {
                return;
            }
            match events.next(&mut scheduler, has_room).await {
                Event::Completed(number, completion) => scheduler.complete(number, completion),
                Event::Viewed(row) => scheduler.view(row),
                Event::Arrived(NextLine::Row(arrival)) => scheduler.add(arrival),
                Event::Arrived(NextLine::End) => events.arrivals = None,
                Event::Arrived(NextLine::Settled) | Event::Due => {}
                Event::Interrupted(Interruption::Gently) => scheduler.interrupt(),
                // Returning drops the futures, and with them the connections that never answered.
                Event::Interrupted(Interruption::AtOnce) => return scheduler.give_up(),
            }
        }
    }
}
