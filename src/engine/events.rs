//! [`Events`]: what the loop of a run waits for, and which of it comes first.
//!
//! Owns the order alone. What follows from an event is the scheduler's decision.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use crate::engine::arrivals::{Arrivals, NextLine};
use crate::engine::context::{Interruption, Observer, ViewerProbe};
use crate::engine::job::Completion;
use crate::engine::probes::Viewing;
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;

/// How often it is asked whether the observer has room again.
const ROOM_POLL: Duration = Duration::from_millis(20);

/// An event of the loop.
pub(super) enum Event {
    Arrived(NextLine),
    Completed(u64, Completion),
    /// Viewers of this row get something else.
    Viewed(u32),
    Due,
    Interrupted(Interruption),
}

/// The sources of events.
pub(super) struct Events<'r, F> {
    pub(super) attempts: FuturesUnordered<F>,
    pub(super) interruptions: &'r mut UnboundedReceiver<Interruption>,
    /// Probes that begin to look.
    pub(super) probes: UnboundedReceiver<(u32, Box<dyn ViewerProbe>)>,
    pub(super) arrivals: Option<&'r mut dyn Arrivals>,
}

impl<F: Future<Output = (u64, Completion)>> Events<'_, F> {
    /// The next event; without room, lines and new jobs wait.
    pub(super) async fn next<T: Transport, O: Observer>(
        &mut self,
        scheduler: &mut Scheduler<'_, '_, T, O>,
        has_room: bool,
    ) -> Event {
        let takes_lines = has_room && self.arrivals.is_some() && scheduler.has_room_for_line();
        let due = if has_room { scheduler.next_due() } else { Some(Instant::now() + ROOM_POLL) };
        let mut timer = pin!(sleep_until(due));
        poll_fn(|cx| {
            if let Poll::Ready(event) = self.poll(cx, scheduler, takes_lines) {
                return Poll::Ready(event);
            }
            timer.as_mut().poll(cx).map(|()| Event::Due)
        })
        .await
    }

    fn poll<T: Transport, O: Observer>(
        &mut self,
        cx: &mut Context<'_>,
        scheduler: &mut Scheduler<'_, '_, T, O>,
        takes_lines: bool,
    ) -> Poll<Event> {
        // Completions come first: a request whose response is there settles by it, even
        // where a second signal arrives in the same wake-up and would make it unknown.
        if let Poll::Ready(Some((number, completion))) = self.attempts.poll_next_unpin(cx) {
            return Poll::Ready(Event::Completed(number, completion));
        }
        if let Poll::Ready(Some(interruption)) = self.interruptions.poll_recv(cx) {
            return Poll::Ready(Event::Interrupted(interruption));
        }
        while let Poll::Ready(Some((row, probe))) = self.probes.poll_recv(cx) {
            // A signal ends all looks, those that are about to begin too.
            if !scheduler.is_closed {
                scheduler.probes.watch(row, probe, Viewing::default());
            }
        }
        if let Poll::Ready(row) = scheduler.probes.poll_change(cx) {
            return Poll::Ready(Event::Viewed(row));
        }
        match self.arrivals.as_deref_mut().filter(|_| takes_lines) {
            Some(arrivals) => arrivals.poll_next(cx).map(Event::Arrived),
            None => Poll::Pending,
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
