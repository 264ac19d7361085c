//! [`Scheduler`]: which job is sent next, what follows its completion, and how rows settle.
//!
//! Owns all state that changes while a run lasts. The rules of a single queue are in `queue`, those of lists in
//! `pages`, of quotas in `pause`, of looks in `verify`, of stops in `stop`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::spec::Api;
use crate::engine::context::{Engine, Observer};
use crate::engine::job::{Completion, InFlight, Job, NotSent};
use crate::engine::probes::Probes;
use crate::engine::queue::{VendorQueue, first_due};
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::turns::Turns;
use crate::input::batch::Batch;
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::visible;

/// All state that changes while a run lasts.
pub(super) struct Scheduler<'e, 'a, T: Transport, O: Observer> {
    pub(super) engine: &'e Engine<'a, T, O>,
    pub(super) queues: Vec<VendorQueue>,
    /// Requests in flight by their number.
    pub(super) in_flight: BTreeMap<u64, Rc<InFlight>>,
    /// How many requests may be in flight: `--concurrency`, or fewer where files have run out.
    most_in_flight: usize,
    sent: u64,
    pub(super) probes: Probes,
    /// The queue that is asked first, so that each has its turn when few requests may be in flight.
    first_queue: usize,
    pub(super) is_closed: bool,
    /// Rows come while the run lasts.
    pub(super) is_following: bool,
    /// The order of those of one target.
    pub(super) turns: Turns,
}

impl<'e, 'a, T: Transport, O: Observer> Scheduler<'e, 'a, T, O> {
    pub(super) fn new(
        engine: &'e Engine<'a, T, O>,
        batches: Vec<(Rc<dyn Api>, Vec<Batch>)>,
    ) -> Self {
        let (now, rate) = (Instant::now(), engine.limits.rate);
        let queues = batches.into_iter().map(|(vendor, batches)| {
            let mut queue = VendorQueue::new(vendor, rate, now);
            batches.into_iter().for_each(|batch| {
                let is_look = engine.is_look(&batch);
                queue.add(batch, is_look);
            });
            queue
        });
        Self {
            engine,
            queues: queues.collect(),
            in_flight: BTreeMap::new(),
            most_in_flight: engine.limits.concurrency,
            sent: 0,
            probes: Probes::default(),
            first_queue: 0,
            is_closed: false,
            is_following: false,
            turns: Turns::default(),
        }
    }

    /// A scheduler of rows that come while the run lasts.
    pub(super) fn following(engine: &'e Engine<'a, T, O>) -> Self {
        Self { is_following: true, ..Self::new(engine, Vec::new()) }
    }

    pub(super) fn is_done(&self) -> bool {
        self.in_flight.is_empty() && self.queues.iter().all(|queue| !queue.has_work())
    }

    /// How many requests one queue may have in flight.
    fn share(&self, now: Instant) -> usize {
        // A queue without work needs no room. Rounding up may give out too much; `is_full` bounds it.
        let active = self.queues.iter().filter(|queue| queue.needs_room(now));
        // A vendor that does not answer must leave room for the others.
        self.most_in_flight.div_ceil(active.count().max(1))
    }

    fn is_full(&self) -> bool {
        self.in_flight.len() >= self.most_in_flight
    }

    /// The next job to send, with the number of its request.
    pub(super) fn next_to_send(&mut self) -> Option<(u64, Rc<InFlight>)> {
        let now = Instant::now();
        self.wake_parked(now);
        if self.is_full() {
            return None;
        }
        let share = self.share(now);
        for offset in 0..self.queues.len() {
            let index = (self.first_queue + offset) % self.queues.len();
            // A job that settles here uses up no turn of the pace: the next one leaves in its place.
            while let Some(mut job) = self.queues[index].take_job(now, share) {
                // Before any limit is looked at: time in a pause does not count.
                job.resume(now);
                if !Self::is_look_due(&mut job, now) {
                    // Its time may have run out while it waited for its turn.
                    job.start_step(0);
                    self.follow(index, job, now);
                } else if job.is_late(&self.engine.limits, now) {
                    self.settle(index, job);
                } else if let Some(until) = self.engine.passed_end(&job, &*self.engine.clock) {
                    self.settle_unsent(index, job, &Fault::expired(until));
                } else {
                    // Otherwise the first vendor would take every place that becomes free.
                    self.first_queue = index + 1;
                    return Some(self.start(index, job, now));
                }
            }
        }
        None
    }

    fn start(&mut self, index: usize, job: Job, now: Instant) -> (u64, Rc<InFlight>) {
        let queue = &mut self.queues[index];
        // Counted from here and not from the departure: intents of several jobs are recorded at the
        // same time, and `departures` spaces the requests themselves.
        queue.pace.advance(now);
        queue.in_flight += 1;
        self.sent += 1;
        let (context, sent) = (Rc::clone(&queue.context), Cell::new(None));
        let in_flight =
            Rc::new(InFlight { context, queue: index, job, sent, is_cancelled: Cell::new(false) });
        self.in_flight.insert(self.sent, Rc::clone(&in_flight));
        let pending = in_flight.job.verification.as_ref();
        if let Some(held) = pending.filter(|pending| pending.is_off_air()) {
            self.note_slow_looks(index, held.requests());
        }
        (self.sent, in_flight)
    }

    /// When the next job may be sent.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let parked = self.queues.iter().filter_map(|queue| first_due(&queue.parked)).min();
        if self.is_full() {
            return parked;
        }
        let share = self.share(Instant::now());
        self.queues.iter().filter_map(|queue| queue.next_due(share)).chain(parked).min()
    }

    /// Takes a job back from its attempt.
    pub(super) fn complete(&mut self, number: u64, completion: Completion) {
        let Some(in_flight) = self.in_flight.remove(&number) else { return };
        // The future that shared it has ended.
        let Ok(InFlight { queue, mut job, sent, .. }) = Rc::try_unwrap(in_flight) else { return };
        self.queues[queue].in_flight -= 1;
        match (sent.get(), &mut job.verification) {
            // A look is no attempt: `attempts` counts the requests that carried the operation.
            (Some((_, instant)), Some(verification)) => {
                job.last_sent = Some(instant);
                verification.start(instant);
            }
            (Some((at, instant)), None) => {
                job.last_sent = Some(instant);
                job.attempts += 1;
                job.own_attempts += 1;
                // Of the first attempt: no retry moves `started_at` or the deadline.
                job.first_sent.get_or_insert((at, instant));
                job.started.get_or_insert(instant);
            }
            // No byte has left, so there is no attempt to count.
            (None, _) => {}
        }
        match completion {
            Ok(result) => self.handle(queue, job, *result),
            Err(reason) => self.handle_unsent(queue, job, reason),
        }
    }

    fn handle_unsent(&mut self, index: usize, job: Job, reason: NotSent) {
        match reason {
            NotSent::Late => self.settle(index, job),
            NotSent::Expired(until) => self.settle_unsent(index, job, &Fault::expired(until)),
            NotSent::Cancelled => {
                let fault = self.queues[index].closed.clone().unwrap_or_else(Fault::internal);
                self.settle_unsent(index, job, &fault);
            }
            NotSent::Unrecorded => {
                // One journal serves all vendors, so this stops every queue.
                let fault = self.engine.observer.failure().unwrap_or_else(Fault::internal);
                self.settle_unsent(index, job, &fault);
                self.close_all(&fault);
            }
        }
    }

    /// Chooses what follows a result: the next page, the next look, another attempt, or the outcome.
    fn handle(&mut self, index: usize, job: Job, mut result: AttemptResult) {
        // First: a used-up quota is neither an attempt nor a failure of the target.
        let Some(mut job) = self.wait_for_quota(index, job, &result) else { return };
        // With nothing in flight no file will become free; then it is a failed connect like another.
        if result.retry == Retry::OutOfFiles && !self.in_flight.is_empty() {
            return self.wait_for_file(index, job, result);
        }
        if result.status == Status::Applied && self.add_page(index, &mut job, &mut result) {
            job.page += 1;
            return self.request_more(index, job);
        }
        if result.status == Status::Applied && self.has_next_step(&job, &result) {
            job.start_step(job.step + 1);
            return self.request_more(index, job);
        }
        if job.verification.is_some() {
            return self.compare(index, job, result);
        }
        let queue = &mut self.queues[index];
        // In this order: a success in this run shows that the key is right, and the hint would send
        // the operator to look for a fault in it.
        queue.failures.has_succeeded |= result.status == Status::Applied;
        queue.add_credentials_hint(&mut result);
        let (retry, fatal) = (result.retry, result.fatal);
        let is_refused =
            result.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Refused);
        job.record(result);
        // Before the next attempt is chosen, because a closed queue has none.
        if let Some(why) = fatal {
            self.close_for(index, why);
        }
        match self.next_attempt(index, &job, retry) {
            Some(due) => self.queues[index].wait(job, due),
            // The vendor refused a group, which proves nothing about each of its targets.
            None if is_refused && matches!(job.batch, Batch::Many(_)) => {
                self.send_one_by_one(index, &job);
            }
            None => self.verify(index, job),
        }
    }

    /// Waits until a request in flight has ended: it may close the file that this one lacks.
    fn wait_for_file(&mut self, index: usize, mut job: Job, result: AttemptResult) {
        const PAUSE: Duration = Duration::from_millis(50);
        // For the rest of the run: as many connections as are open now are what the limit allows.
        // When each of these counted as a failure, -j 10000 under a limit of 1,024 files left
        // 11,086 of 20,000 targets not applied.
        self.most_in_flight = self.in_flight.len();
        if job.verification.is_none() {
            // `complete` has counted it, but no request was sent.
            job.attempts -= 1;
            job.own_attempts -= 1;
            job.record(result);
        }
        let now = Instant::now();
        if job.is_late(&self.engine.limits, now + PAUSE)
            || self.queues[index].closed_for(&job).is_some()
        {
            return self.settle(index, job);
        }
        self.queues[index].wait(job, now + PAUSE);
    }

    /// When the next attempt is due; `None` when this was the last.
    fn next_attempt(&self, index: usize, job: &Job, retry: Retry) -> Option<Instant> {
        let limits = &self.engine.limits;
        let queue = &self.queues[index];
        // The one row that is tried after a pause has one attempt.
        let is_stopped = queue.closed.is_some() || queue.trial_at.is_some();
        if job.own_attempts >= limits.attempts || is_stopped {
            return None;
        }
        let operation = self.engine.operations.get(job.first_row());
        // A drop that may have arrived is not repeated: it would cut a publisher that is back on air.
        if job.unknown.is_some() && !operation.spec().effect.is_repeatable() {
            return None;
        }
        let wait = retry.wait(job.own_attempts, fastrand::f64())?;
        // A Retry-After of centuries lies beyond the clock.
        let due = Instant::now().checked_add(wait)?;
        // The end is a time of the wall clock, the deadline one of the monotonic clock, which stays
        // right when the wall clock is set.
        let leaves_at =
            (self.engine.clock)().checked_add_signed(chrono::TimeDelta::from_std(wait).ok()?)?;
        if operation.until().is_some_and(|until| until <= leaves_at) || job.is_late(limits, due) {
            return None;
        }
        self.engine.observer.detail(&|| {
            let fault = job.result.as_ref().and_then(|result| result.fault.as_ref());
            format!(
                "{} {}: {}; attempt {} in {} ms",
                operation.spec().title(),
                visible(operation.target()),
                fault.map_or("", |fault| &fault.message),
                job.own_attempts + 1,
                wait.as_millis()
            )
        });
        Some(due)
    }

    fn send_one_by_one(&mut self, index: usize, job: &Job) {
        // One failure whatever the size of the group: it shows nothing about each of its streams.
        self.count_failure(index, Status::NotApplied, Some(FaultKind::Refused));
        let singles = job.batch.rows().iter().map(|row| job.for_row(*row));
        if self.queues[index].closed.is_some() {
            // The failure counted above has closed the queue. Each stream keeps the answer to the
            // group: `skipped` would deny that it was sent.
            singles.for_each(|single| {
                self.report(single);
            });
        } else {
            self.queues[index].acts.ready.extend(singles);
        }
    }
}
