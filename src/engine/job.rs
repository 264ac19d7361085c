//! [`Job`]: the rows of one request on their way to an outcome, with their verification; [`InFlight`]: its request.
//!
//! Owns the evidence so far and the clocks of its deadlines. When it is sent is the queue's decision.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::api::spec::Api;
use crate::engine::context::Limits;
use crate::engine::pace::Pace;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::verification::PendingVerification;
use crate::input::batch::Batch;
use crate::outcome::Status;
use crate::outcome::fault::Fault;
use crate::secret::redact::RedactorCache;
use crate::time::Timestamp;

/// The rows of one request, and everything known of them so far.
pub(super) struct Job {
    pub(super) batch: Batch,
    /// It only looks, so that what acts leaves before it.
    pub(super) is_look: bool,
    /// Requests sent for these rows, a group's before this job included.
    pub(super) attempts: u32,
    /// Requests sent by this job; `--attempts` bounds these.
    pub(super) own_attempts: u32,
    /// When the first request for these rows left.
    pub(super) first_sent: Option<(Timestamp, Instant)>,
    /// When this job's first request left; its deadline counts from here.
    pub(super) started: Option<Instant>,
    /// When its last request left.
    pub(super) last_sent: Option<Instant>,
    /// Since when it waits for its vendor's quota; its deadline does not run meanwhile.
    pub(super) paused_at: Option<Instant>,
    /// The result of the attempt whose outcome is not known, if there was one.
    pub(super) unknown: Option<AttemptResult>,
    /// The result unless another attempt is made.
    pub(super) result: Option<AttemptResult>,
    /// The request of a look that takes several, counted from 0.
    pub(super) step: u32,
    /// The next page of a list, counted from 1.
    pub(super) page: u32,
    /// The items of the pages read so far.
    pub(super) items: Vec<Value>,
    /// The verification under way, once the rows are applied.
    // It travels with the job: looked up again before it is sent, a look that is missing would send
    // the operation itself a second time, without an intent.
    pub(super) verification: Option<Box<PendingVerification>>,
}

impl Job {
    pub(super) fn new(batch: Batch) -> Self {
        Self {
            batch,
            is_look: false,
            attempts: 0,
            own_attempts: 0,
            first_sent: None,
            started: None,
            last_sent: None,
            paused_at: None,
            unknown: None,
            result: None,
            step: 0,
            page: 1,
            items: Vec::new(),
            verification: None,
        }
    }

    /// The row that represents all of them.
    pub(super) fn first_row(&self) -> usize {
        self.batch.rows()[0] as usize
    }

    /// The job of one row of a group, which keeps what the group's attempts proved.
    pub(super) fn for_row(&self, row: u32) -> Self {
        Self {
            attempts: self.attempts,
            first_sent: self.first_sent,
            unknown: self.unknown.clone(),
            result: self.result.clone(),
            // Its own attempts and deadline begin anew: a slow group must not leave its
            // streams without a try.
            ..Self::new(Batch::One(row))
        }
    }

    /// A copy of a look, whose original its attempt still borrows.
    pub(super) fn copy(&self) -> Self {
        Self {
            is_look: self.is_look,
            last_sent: self.last_sent,
            verification: self.verification.clone(),
            ..self.for_row(self.batch.rows()[0])
        }
    }

    /// Whether its next request is the first for a further page, or of a further step.
    pub(super) fn is_next_page(&self) -> bool {
        (self.page > 1 || self.step > 0) && self.own_attempts == 0
    }

    /// Goes to a step of its look, at the first page.
    pub(super) fn start_step(&mut self, step: u32) {
        self.step = step;
        self.page = 1;
        self.items.clear();
    }

    /// Whether the deadline leaves no time for another request at this moment.
    pub(super) fn is_late(&self, limits: &Limits, at: Instant) -> bool {
        // A page arrives over the open connection; within less, hardly any does.
        const PAGE: Duration = Duration::from_millis(100);
        // 200 ms to connect, and the margin which proves that a failed connect sent nothing.
        const RETRY: Duration = Duration::from_millis(250);
        let needed = if self.is_next_page() { PAGE } else { RETRY.min(limits.timeout) };
        self.started.is_some_and(|started| at + needed > started + limits.deadline)
    }

    /// Goes on after a pause.
    pub(super) fn resume(&mut self, now: Instant) {
        let Some(paused_at) = self.paused_at.take() else { return };
        let pause = now.saturating_duration_since(paused_at);
        // The vendor asked for the pause, so neither deadline runs during it.
        self.started = self.started.map(|started| started + pause);
        if let Some(verification) = &mut self.verification {
            verification.extend(pause);
        }
    }

    /// Keeps the result of an attempt beside those before it.
    pub(super) fn record(&mut self, result: AttemptResult) {
        // An attempt that may have arrived outlives every later result but a success.
        let result = result.merge(self.unknown.take());
        if result.status == Status::Unknown {
            self.unknown = Some(result.clone());
        }
        self.result = Some(result);
    }

    /// The job as it settles when the run stops here.
    pub(super) fn cut_short(mut self, fault: &Fault) -> Self {
        if let Some(verification) = &mut self.verification {
            verification.is_cut_short = true;
        }
        // The pages read so far are no list: what is missing could be the stream that the operator looks for.
        if self.is_next_page() && self.verification.is_none() {
            let fault =
                Fault::new(fault.kind, "the run stopped before the list was read to its end");
            self.result = Some(AttemptResult::not_applied(Retry::No, fault));
        }
        self
    }
}

/// What all requests to one vendor share.
pub(super) struct VendorContext {
    pub(super) vendor: Rc<dyn Api>,
    pub(super) redactors: RedactorCache,
    /// Spaces the requests as they leave.
    // The same rate as that of their starts: an intent waits for the disk after its start was spaced,
    // and a slow sync makes several of them durable at once. Sent together they would be a burst.
    pub(super) departures: RefCell<Pace>,
}

/// A job whose request is being recorded or is on its way.
pub(super) struct InFlight {
    pub(super) context: Rc<VendorContext>,
    /// The index of its queue.
    pub(super) queue: usize,
    pub(super) job: Job,
    /// When the request left; `None` while its intent is being recorded.
    pub(super) sent: Cell<Option<(Timestamp, Instant)>>,
    /// Its queue was closed: it is not sent unless it has left already.
    pub(super) is_cancelled: Cell<bool>,
}

/// How a job comes back from its attempt: with a result where the request left.
// Boxed: the future of each attempt has room for it.
pub(super) type Completion = Result<Box<AttemptResult>, NotSent>;

/// Why a request did not leave after all.
#[derive(Clone, Copy)]
pub(super) enum NotSent {
    /// The operation's end has passed.
    Expired(Timestamp),
    /// The deadline leaves no time to connect.
    Late,
    /// The intent could not be recorded.
    Unrecorded,
    /// The run was stopped meanwhile.
    Cancelled,
}
