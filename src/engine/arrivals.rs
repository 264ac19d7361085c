//! [`Arrivals`]: rows that come while a run lasts, each a line of an input that is read as it grows.
//!
//! Owns how a row joins the queues. What a line means, and whether it is allowed, is decided before.

use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::time::Instant;

use crate::api::spec::Api;
use crate::engine::context::Observer;
use crate::engine::queue::VendorQueue;
use crate::engine::scheduler::Scheduler;
use crate::engine::turns::WaitingRow;
use crate::input::batch::Batch;
use crate::net::client::Transport;

/// A row that has come.
pub struct Arrival {
    /// Who is asked.
    pub vendor: Rc<dyn Api>,
    /// Its row.
    pub row: u32,
    /// A hash of its target. Rows of one target are done one after another.
    pub target: u64,
}

/// What has come.
pub enum NextLine {
    /// An operation to do.
    Row(Arrival),
    /// A line that has its result already.
    Settled,
    /// The end of the input; it is not asked again.
    End,
}

/// Where rows come from while a run lasts.
pub trait Arrivals {
    /// The next line. It reads nothing before it is asked.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<NextLine>;
}

/// How many rows wait for their first request, beside as many as may be in flight.
///
/// The reader holds at most as many lines again, those in its buffer included, so that a run is never more than 64 lines
/// and its requests in flight ahead.
pub const AHEAD: usize = 32;

/// How many rows are under way at most, those included whose state is being watched.
// Where a vendor's pace leaves no time for looks, the rows that wait for theirs would fill the memory.
const MOST_UNDER_WAY: usize = 16_384;

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Whether another line may be read.
    pub(super) fn has_room_for_line(&self) -> bool {
        let most = self.engine.limits.concurrency + AHEAD;
        let rows = self.turns.rows();
        rows < most || rows < MOST_UNDER_WAY && self.unanswered() < most
    }

    /// The rows whose operation the vendor has not answered yet.
    fn unanswered(&self) -> usize {
        let waiting: usize = self.queues.iter().map(VendorQueue::unanswered).sum();
        let in_flight =
            self.in_flight.values().filter(|request| request.job.verification.is_none());
        waiting + in_flight.count() + self.turns.waiting
    }

    /// Takes a row over: it is sent when it is its turn.
    pub(super) fn add(&mut self, arrival: Arrival) {
        let Arrival { vendor, row, target } = arrival;
        let name = vendor.name();
        let known = self.queues.iter().position(|queue| queue.context.vendor.name() == name);
        let queue = known.unwrap_or_else(|| {
            let rate = self.engine.limits.rate;
            self.queues.push(VendorQueue::new(vendor, rate, Instant::now()));
            self.queues.len() - 1
        });
        let row = WaitingRow { queue, row };
        if let Some(row) = self.turns.begin(target, row) {
            self.enqueue(row);
        }
    }

    /// Lets those rows into their queues whose target is free again; a queue that is closed skips them.
    pub(super) fn start_turns(&mut self) {
        while let Some(row) = self.turns.next() {
            self.enqueue(row);
        }
    }

    fn enqueue(&mut self, WaitingRow { queue, row }: WaitingRow) {
        if let Some(outcome) = self.engine.observer.outcome_before(row as usize) {
            return self.settled_before(row, outcome);
        }
        let batch = Batch::One(row);
        if let Some(fault) = self.queues[queue].closed.clone() {
            return self.skip(&batch, &fault);
        }
        let is_look = self.engine.is_look(&batch);
        self.queues[queue].add(batch, is_look);
    }
}
