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

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use crate::api::spec::Api;
use crate::engine::arrivals::{Arrivals, NextLine};
use crate::engine::context::{Engine, Interruption, Observer};
use crate::engine::job::Completion;
use crate::engine::scheduler::Scheduler;
use crate::input::batch::Batch;
use crate::net::client::Transport;
use crate::outcome::fault::{Fault, FaultKind};

/// How often it is asked whether the observer has room again.
const ROOM_POLL: Duration = Duration::from_millis(20);

/// An event of the loop.
enum Event {
    Arrived(NextLine),
    Completed(u64, Completion),
    /// Viewers of this row get something else.
    Viewed(u32),
    Due,
    Interrupted(Interruption),
}

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

    async fn run_with(
        &self,
        mut scheduler: Scheduler<'_, '_, T, O>,
        mut arrivals: Option<&mut dyn Arrivals>,
        interruptions: &mut UnboundedReceiver<Interruption>,
    ) {
        let mut attempts = FuturesUnordered::new();
        let (opened, mut probes) = unbounded_channel();
        loop {
            // Asked before every departure: what can be neither recorded nor reported must not be sent.
            scheduler.close_on_failure();
            scheduler.start_turns();
            let has_room = self.observer.has_room();
            while has_room && let Some((number, in_flight)) = scheduler.next_to_send() {
                let queue = &scheduler.queues[in_flight.queue];
                let (vendor, redactors) = (Rc::clone(&queue.vendor), Rc::clone(&queue.redactors));
                let (pace, opened) = (Rc::clone(&queue.departures), opened.clone());
                attempts.push(async move {
                    (number, self.attempt(&*vendor, &pace, &redactors, &opened, &in_flight).await)
                });
            }
            // A row that settled without a request makes room for the next one of its target.
            if scheduler.has_turns() {
                continue;
            }
            // What is closed takes no line any more: it would never be tried.
            arrivals = arrivals.take_if(|_| !scheduler.is_closed);
            if scheduler.is_done() && arrivals.is_none() {
                return;
            }
            let takes_lines = has_room && arrivals.is_some() && scheduler.has_room_for_line();
            let event = {
                let due =
                    if has_room { scheduler.next_due() } else { Some(Instant::now() + ROOM_POLL) };
                let mut timer = pin!(sleep_until(due));
                poll_fn(|cx| {
                    // Completions come first: a request whose response is there settles by it, even
                    // where a second signal arrives in the same wake-up and would make it unknown.
                    if let Poll::Ready(Some((number, completion))) = attempts.poll_next_unpin(cx) {
                        return Poll::Ready(Event::Completed(number, completion));
                    }
                    if let Poll::Ready(Some(interruption)) = interruptions.poll_recv(cx) {
                        return Poll::Ready(Event::Interrupted(interruption));
                    }
                    while let Poll::Ready(Some((row, probe))) = probes.poll_recv(cx) {
                        // A signal ends all looks, those that are about to begin too.
                        if !scheduler.is_closed {
                            scheduler.probes.start(row, probe);
                        }
                    }
                    if let Poll::Ready(row) = scheduler.probes.poll_change(cx) {
                        return Poll::Ready(Event::Viewed(row));
                    }
                    if let Some(arrivals) = arrivals.as_deref_mut().filter(|_| takes_lines)
                        && let Poll::Ready(line) = arrivals.poll_next(cx)
                    {
                        return Poll::Ready(Event::Arrived(line));
                    }
                    timer.as_mut().poll(cx).map(|()| Event::Due)
                })
                .await
            };
            match event {
                Event::Completed(number, completion) => scheduler.complete(number, completion),
                Event::Viewed(row) => scheduler.view(row),
                Event::Arrived(NextLine::Row(arrival)) => scheduler.add(arrival),
                Event::Arrived(NextLine::End) => arrivals = None,
                Event::Arrived(NextLine::Settled) | Event::Due => {}
                Event::Interrupted(how) => {
                    let cut_short = scheduler.close_all(&Fault::new(
                        FaultKind::Interrupted,
                        "a signal stopped the run before this target's turn",
                    ));
                    match how {
                        Interruption::Gently => {
                            self.observer.note(&scheduler.interruption_note(cut_short));
                        }
                        // Returning drops the futures, and with them the connections that never answered.
                        Interruption::AtOnce => return scheduler.give_up_in_flight(),
                    }
                }
            }
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        // A completion or a signal ends the wait.
        None => std::future::pending().await,
    }
}
