//! Jobs in, outcomes out: pace, concurrency, retries, doubt, interruption.
//!
//! One loop owns all that changes: each vendor has a [`VendorQueue`] with its queue, its pace and its count of failures, so that
//! one vendor's trouble never slows another. What leaves is a future that owns nothing but its flight; what it brings back
//! is a [`AttemptResult`]. Every row settles exactly once.

pub mod classify;
mod reading;
pub mod retry;

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::time::Instant;

use crate::api::request::{Request, SignedRequest, SigningContext};
use crate::api::{Operation, Vendor};
use crate::engine::retry::{AttemptResult, Retry};
use crate::input::plan::Batch;
use crate::journal::Journal;
use crate::net::{Delivery, SendError, Transport};
use crate::outcome::{Fault, FaultKind, Outcome, Status};
use crate::redact::{Redactor, RedactorCache};
use crate::text::{count, visible};
use crate::time::Clock;
use crate::time::Timestamp;
use reading::PendingVerification;

/// How much, how often, how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests in flight.
    pub concurrency: usize,
    /// Requests a second to one vendor; 0 lifts it.
    pub rate: u32,
    /// Attempts for one target, the first included.
    pub attempts: u32,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How long one target may take from its first attempt on.
    pub deadline: Duration,
    /// How long connecting may take.
    pub connect: Duration,
    /// Failures of one vendor in a row after which the rest is not tried; 0 lifts it.
    pub max_failures: u32,
    /// How long to wait for the state read back to agree; `None` not to read it.
    pub verify: Option<Duration>,
}

impl Limits {
    /// Whether the deadline leaves a job no time: to connect, or for a page that follows over the same connection.
    fn are_too_short(&self, job: &Job, at: Instant) -> bool {
        /// Within less, hardly any page comes.
        const PAGE: Duration = Duration::from_millis(100);
        let needed = if job.is_next_page() { PAGE } else { self.connect };
        job.since.is_some_and(|since| at + needed > since + self.deadline)
    }
}

/// What the engine tells as it goes.
pub trait Observer {
    /// A row has settled.
    fn settled(&self, row: usize, outcome: Outcome);
    /// The journal's lines for an intent to send these rows, for the attempt of this number.
    fn intents(&self, rows: &[u32], attempt: u32) -> Vec<u8>;
    /// Something that only a curious operator wants to know.
    fn detail(&self, text: &dyn Fn() -> String);
    /// Whether there is no use in going on: nobody hears what is settled.
    fn is_gone(&self) -> bool;
}

/// Everything that a run needs and that does not change while it lasts.
pub struct Engine<'a, T: Transport, O: Observer> {
    /// Where requests leave.
    pub transport: &'a T,
    /// All operations; a row is a place in it.
    pub operations: &'a [Box<dyn Operation>],
    /// Limits.
    pub limits: Limits,
    /// The time that requests are stamped with.
    pub clock: Clock,
    /// Where intents are recorded.
    pub journal: Option<&'a Journal>,
    /// Who is told.
    pub observer: &'a O,
}

/// Whether a request has left this process; after that, a fault of ours leaves its outcome unknown.
pub static HAS_LEFT: AtomicBool = AtomicBool::new(false);

/// A request to stop, made by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Nothing new leaves; what is in flight settles.
    Gently,
    /// What is in flight is given up too.
    AtOnce,
}

/// A vendor's share of the run.
struct VendorQueue {
    vendor: Rc<dyn Vendor>,
    redactors: Rc<RedactorCache>,
    queue: VecDeque<Batch>,
    /// Streams of a group that the vendor refused, to be sent one by one.
    singles: VecDeque<Job>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    pace: Pace,
    failures: Failures,
    in_flight: usize,
    closed: Option<Fault>,
}

/// Rows on their way to an outcome, and all that is known of them.
struct Job {
    batch: Batch,
    /// Requests sent for them, a group's before this job included.
    attempts: u32,
    /// Requests sent by this job.
    tries: u32,
    /// When the first request left.
    first: Option<(Timestamp, Instant)>,
    /// When this job's first request left; its deadline counts from here.
    since: Option<Instant>,
    doubt: Option<AttemptResult>,
    /// What holds when it is not sent again.
    last: Option<AttemptResult>,
    /// The page of a list that comes next, counted from 1.
    page: u32,
    /// The items of the pages before it.
    items: Vec<Value>,
    /// It was applied, and its state is read back.
    readback: Option<Box<PendingVerification>>,
}

struct Waiting {
    due: Instant,
    job: Job,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

/// A job that left the board, until its future brings back what it learned.
struct InFlight {
    lane: usize,
    job: Job,
    left: Cell<Option<(Timestamp, Instant)>>,
    /// Its lane was closed, and it stays unless it has left already.
    is_cancelled: Cell<bool>,
}

/// What a flight brings back.
enum Completion {
    /// The request left, and taught this.
    Learned(Box<AttemptResult>),
    /// It did not leave.
    NotSent(NotSent),
}

/// Why a request did not leave after all.
enum NotSent {
    /// The operation's end has passed.
    Expired,
    /// The deadline leaves no time to connect.
    Late,
    /// The intent could not be recorded.
    Unrecorded,
    /// The run was stopped meanwhile.
    Cancelled,
}

enum Event {
    Landed(u64, Completion),
    Due,
    Interrupted(Interruption),
}

/// Evenly spaced departures.
struct Pace {
    interval: Duration,
    next: Instant,
}

impl Pace {
    /// What the timer may be late without the rate falling behind; too short to make a burst.
    const SLACK: Duration = Duration::from_millis(2);

    fn new(rate: u32, now: Instant) -> Self {
        let interval = if rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / rate };
        Self { interval, next: now }
    }

    fn depart(&mut self, now: Instant) {
        let late = now.saturating_duration_since(self.next);
        self.next = if late > Self::SLACK { now } else { self.next } + self.interval;
    }
}

/// Failures of one vendor, one after another.
#[derive(Default)]
struct Failures {
    in_a_row: u32,
    has_applied: bool,
}

impl Failures {
    /// A refusal proves that the vendor listens, unless it refuses everything.
    fn count(&mut self, status: Status, kind: Option<FaultKind>) {
        match status {
            Status::Applied => *self = Self { in_a_row: 0, has_applied: true },
            Status::NotApplied | Status::Unknown
                if kind == Some(FaultKind::Refused) && self.has_applied => {}
            Status::NotApplied | Status::Unknown => self.in_a_row += 1,
            Status::Skipped | Status::Planned => {}
        }
    }
}

impl<T: Transport, O: Observer> Engine<'_, T, O> {
    /// Settles every row of the lanes.
    ///
    /// `interruptions` yields each request to stop as it comes.
    pub async fn run(
        &self,
        lanes: Vec<(Rc<dyn Vendor>, Vec<Batch>)>,
        interruptions: &mut tokio::sync::mpsc::UnboundedReceiver<Interruption>,
    ) {
        let mut board = Scheduler::new(self, lanes);
        let mut in_flight = FuturesUnordered::new();
        loop {
            board.close_if_gone();
            while let Some((number, flight)) = board.next_departure() {
                let lane = &board.lanes[flight.lane];
                let (vendor, redactors) = (Rc::clone(&lane.vendor), Rc::clone(&lane.redactors));
                in_flight
                    .push(async move { (number, self.fly(&*vendor, &redactors, &flight).await) });
            }
            if board.flights.is_empty() && board.is_done() {
                return;
            }
            let event = {
                let mut timer = pin!(sleep_until(board.next_due()));
                poll_fn(|cx| {
                    if let Poll::Ready(Some((number, landing))) = in_flight.poll_next_unpin(cx) {
                        return Poll::Ready(Event::Landed(number, landing));
                    }
                    if let Poll::Ready(Some(interruption)) = interruptions.poll_recv(cx) {
                        return Poll::Ready(Event::Interrupted(interruption));
                    }
                    timer.as_mut().poll(cx).map(|()| Event::Due)
                })
                .await
            };
            match event {
                Event::Landed(number, landing) => board.land(number, landing),
                Event::Due => {}
                Event::Interrupted(how) => {
                    board.close_all(&Fault::new(
                        FaultKind::Interrupted,
                        "a signal stopped the run before this target's turn",
                    ));
                    if how == Interruption::AtOnce {
                        return board.give_up_flights();
                    }
                }
            }
        }
    }

    /// One attempt, from the intent on disk to the result. A fault of ours after the request left is a doubt, not a crash.
    async fn fly(
        &self,
        vendor: &dyn Vendor,
        redactors: &RedactorCache,
        flight: &InFlight,
    ) -> Completion {
        // A future bound to a name before it is awaited is kept twice, and each row pays for its size.
        AssertUnwindSafe(self.attempt(vendor, redactors, flight))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| {
                let fault = own_fault();
                Completion::Learned(Box::new(match flight.left.get() {
                    Some(_) => AttemptResult::unknown(Retry::No, fault),
                    None => AttemptResult::not_applied(Retry::No, fault),
                }))
            })
    }

    async fn attempt(
        &self,
        vendor: &dyn Vendor,
        redactors: &RedactorCache,
        flight: &InFlight,
    ) -> Completion {
        let job = &flight.job;
        let operation = &self.operations[job.batch.rows()[0] as usize];
        if let Some(journal) = self.journal.filter(|_| job.readback.is_none())
            && !journal.intend(self.observer.intents(job.batch.rows(), job.attempts + 1)).await
        {
            return Completion::NotSent(NotSent::Unrecorded);
        }
        if flight.is_cancelled.get() {
            return Completion::NotSent(NotSent::Cancelled);
        }
        // The disk may have taken its time.
        let (at, now) = ((self.clock)(), Instant::now());
        if job.readback.is_none() && operation.until().is_some_and(|until| until <= at) {
            return Completion::NotSent(NotSent::Expired);
        }
        if self.limits.are_too_short(job, now) {
            return Completion::NotSent(NotSent::Late);
        }
        flight.left.set(Some((at, now)));
        HAS_LEFT.store(true, Ordering::Relaxed);

        let request = self.request(&**operation, job);
        let stamp = SigningContext::fresh(at);
        let (signed, redactor) = self.sign(vendor, redactors, &request, stamp);
        let left = match &job.readback {
            Some(readback) => readback.left(now),
            None => {
                job.since.map_or(self.limits.deadline, |since| (since + self.limits.deadline) - now)
            }
        };
        let result = match self.transport.send(&signed, self.limits.timeout.min(left)).await {
            Ok(reply) => {
                classify::classify(vendor, &request, stamp, &reply, (self.clock)(), &redactor)
            }
            Err(lost) => lost.into_result(vendor, &redactor),
        };
        Completion::Learned(Box::new(result))
    }

    /// The request that a job sends next.
    fn request(&self, operation: &dyn Operation, job: &Job) -> Request {
        let request = if let Some(readback) = &job.readback {
            readback.check.request.clone()
        } else {
            let targets: Vec<_> = job
                .batch
                .rows()
                .iter()
                .map(|row| self.operations[*row as usize].target())
                .collect();
            operation.request(&targets)
        };
        if job.page > 1 { request.turned_to(job.page) } else { request }
    }

    /// The request as it leaves, and what blanks its secrets in the answer.
    fn sign(
        &self,
        vendor: &dyn Vendor,
        redactors: &RedactorCache,
        request: &Request,
        stamp: SigningContext,
    ) -> (SignedRequest, Rc<Redactor>) {
        let signature = vendor.sign(request, stamp);
        let signed = vendor.authorize(request, &signature);
        let secrets = self.transport.secrets().iter().chain([vendor.secret()]);
        let redactor = redactors
            .hiding(secrets, vendor.secret_fields().iter().map(|field| signature.get(field)));
        (signed, redactor)
    }
}

impl SendError {
    fn into_result(self, vendor: &dyn Vendor, redactor: &Redactor) -> AttemptResult {
        let retry = if self.retry { Retry::Backoff(None) } else { Retry::No };
        // An address that somebody has set is more likely wrong than the vendor's own.
        let own = (!vendor.uses_default_endpoint()).then_some("check the endpoint that is set");
        let hints: Vec<_> = own.into_iter().chain(vendor.when_unreachable()).collect();
        let hint = self.fault.hint.or_else(|| (!hints.is_empty()).then(|| hints.join("; ")));
        let fault =
            Fault { message: redactor.text(&self.fault.message).into_owned(), hint, ..self.fault };
        match self.sent {
            Delivery::NotSent => AttemptResult::not_applied(retry, fault),
            Delivery::Unknown => AttemptResult::unknown(retry, fault),
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// All that changes while a run lasts.
struct Scheduler<'e, 'a, T: Transport, O: Observer> {
    engine: &'e Engine<'a, T, O>,
    lanes: Vec<VendorQueue>,
    flights: BTreeMap<u64, Rc<InFlight>>,
    departures: u64,
    /// The lane that is asked first, so that each has its turn when few may be in flight.
    turn: usize,
    halted: bool,
}

impl<'e, 'a, T: Transport, O: Observer> Scheduler<'e, 'a, T, O> {
    fn new(engine: &'e Engine<'a, T, O>, lanes: Vec<(Rc<dyn Vendor>, Vec<Batch>)>) -> Self {
        let now = Instant::now();
        let lanes = lanes.into_iter().map(|(vendor, batches)| VendorQueue {
            vendor,
            redactors: Rc::default(),
            queue: batches.into(),
            singles: VecDeque::new(),
            waiting: BinaryHeap::new(),
            pace: Pace::new(engine.limits.rate, now),
            failures: Failures::default(),
            in_flight: 0,
            closed: None,
        });
        Self {
            engine,
            lanes: lanes.collect(),
            flights: BTreeMap::new(),
            departures: 0,
            turn: 0,
            halted: false,
        }
    }

    fn is_done(&self) -> bool {
        self.lanes.iter().all(|lane| !lane.has_work())
    }

    /// How many requests a lane may have in flight, so that a vendor who does not answer leaves room for the others.
    fn share(&self) -> usize {
        let active = self.lanes.iter().filter(|lane| lane.has_work() || lane.in_flight > 0).count();
        self.engine.limits.concurrency.div_ceil(active.max(1))
    }

    fn next_departure(&mut self) -> Option<(u64, Rc<InFlight>)> {
        if self.flights.len() >= self.engine.limits.concurrency {
            return None;
        }
        let (now, share) = (Instant::now(), self.share());
        for offset in 0..self.lanes.len() {
            let index = (self.turn + offset) % self.lanes.len();
            while let Some(job) = self.lanes[index].take_job(now, share) {
                let is_check_over =
                    job.readback.as_ref().is_some_and(|readback| readback.left(now).is_zero());
                if is_check_over || self.engine.limits.are_too_short(&job, now) {
                    self.settle(index, job);
                    continue;
                }
                if let Some(fault) = self.expired(&job) {
                    self.settle_unsent(index, job, &fault);
                    continue;
                }
                self.turn = index + 1;
                return Some(self.depart(index, job, now));
            }
        }
        None
    }

    fn depart(&mut self, index: usize, job: Job, now: Instant) -> (u64, Rc<InFlight>) {
        let lane = &mut self.lanes[index];
        lane.pace.depart(now);
        lane.in_flight += 1;
        self.departures += 1;
        let flight = Rc::new(InFlight {
            lane: index,
            job,
            left: Cell::new(None),
            is_cancelled: Cell::new(false),
        });
        self.flights.insert(self.departures, Rc::clone(&flight));
        (self.departures, flight)
    }

    fn next_due(&self) -> Option<Instant> {
        if self.flights.len() >= self.engine.limits.concurrency {
            return None;
        }
        let share = self.share();
        self.lanes.iter().filter_map(|lane| lane.next_due(share)).min()
    }

    fn expired(&self, job: &Job) -> Option<Fault> {
        if job.readback.is_some() {
            return None;
        }
        let until = self.engine.operations[job.batch.rows()[0] as usize].until()?;
        let ended = until <= (self.engine.clock)();
        ended.then(|| {
            let message = format!(
                "its end, {}, had passed before the request could leave",
                crate::time::seconds(until)
            );
            Fault::new(FaultKind::Expired, message).hint("give a later end")
        })
    }

    fn land(&mut self, number: u64, landing: Completion) {
        let Some(flight) = self.flights.remove(&number) else { return };
        // The future that shared it has ended.
        let Ok(InFlight { lane, mut job, left, .. }) = Rc::try_unwrap(flight) else { return };
        self.lanes[lane].in_flight -= 1;
        match (left.get(), &mut job.readback) {
            (Some((_, instant)), Some(readback)) => readback.start(instant),
            (Some((at, instant)), None) => {
                job.attempts += 1;
                job.tries += 1;
                job.first.get_or_insert((at, instant));
                job.since.get_or_insert(instant);
            }
            (None, _) => {}
        }
        match landing {
            Completion::Learned(result) => self.learn(lane, job, *result),
            Completion::NotSent(NotSent::Late) => self.settle(lane, job),
            Completion::NotSent(NotSent::Expired) => {
                let fault = self
                    .expired(&job)
                    .unwrap_or_else(|| Fault::new(FaultKind::Expired, "its end has passed"));
                self.settle_unsent(lane, job, &fault);
            }
            Completion::NotSent(NotSent::Cancelled) => {
                let fault = self.lanes[lane].closed.clone().unwrap_or_else(unrecorded);
                self.settle_unsent(lane, job, &fault);
            }
            Completion::NotSent(NotSent::Unrecorded) => {
                let fault = unrecorded();
                self.settle_unsent(lane, job, &fault);
                self.close_all(&fault);
            }
        }
    }

    fn learn(&mut self, index: usize, mut job: Job, mut result: AttemptResult) {
        if result.status == Status::Applied && self.collect(index, &mut job, &mut result) {
            return self.turn_page(index, job);
        }
        if job.readback.is_some() {
            return self.compare(index, job, result);
        }
        let (retry, is_fatal) = (result.retry, result.is_fatal);
        let is_refused =
            result.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Refused);
        let result = result.merge(job.doubt.take());
        if result.status == Status::Unknown {
            job.doubt = Some(result.clone());
        }
        job.last = Some(result);
        if is_fatal && self.lanes[index].closed.is_none() {
            let title = self.lanes[index].vendor.name().title();
            self.close(
                index,
                &Fault::new(
                    FaultKind::Stopped,
                    format!("{title} refused the credentials, so the rest is not tried"),
                ),
            );
        }
        match self.next_attempt(index, &job, retry) {
            Some(due) => self.lanes[index].waiting.push(Reverse(Waiting { due, job })),
            // The vendor refused a group, which says nothing of each of its targets.
            None if is_refused && matches!(job.batch, Batch::Many(_)) => {
                self.send_one_by_one(index, &job)
            }
            None => self.check(index, job),
        }
    }

    fn next_attempt(&self, index: usize, job: &Job, retry: Retry) -> Option<Instant> {
        let limits = &self.engine.limits;
        if job.tries >= limits.attempts || self.lanes[index].closed.is_some() {
            return None;
        }
        let wait = retry.wait(job.tries, fastrand::f64())?;
        let due = Instant::now().checked_add(wait)?;
        let operation = &self.engine.operations[job.batch.rows()[0] as usize];
        let leaves_at =
            (self.engine.clock)().checked_add_signed(chrono::TimeDelta::from_std(wait).ok()?)?;
        if operation.until().is_some_and(|until| until <= leaves_at)
            || limits.are_too_short(job, due)
        {
            return None;
        }
        self.engine.observer.detail(&|| {
            let what = job
                .last
                .as_ref()
                .and_then(|result| result.fault.as_ref())
                .map_or("", |fault| &fault.message);
            let target = visible(operation.target()).into_owned();
            format!(
                "{} {target}: {what}; attempt {} in {} ms",
                operation.spec().title(),
                job.tries + 1,
                wait.as_millis()
            )
        });
        Some(due)
    }

    fn send_one_by_one(&mut self, index: usize, job: &Job) {
        self.count_failure(index, Status::NotApplied, Some(FaultKind::Refused));
        let singles = job.batch.rows().iter().map(|row| Job {
            attempts: job.attempts,
            first: job.first,
            doubt: job.doubt.clone(),
            last: job.last.clone(),
            ..Job::new(Batch::One(*row))
        });
        if self.lanes[index].closed.is_some() {
            for single in singles {
                self.report(single);
            }
        } else {
            self.lanes[index].singles.extend(singles);
        }
    }

    fn count_failure(&mut self, index: usize, status: Status, kind: Option<FaultKind>) {
        let max = self.engine.limits.max_failures;
        let lane = &mut self.lanes[index];
        lane.failures.count(status, kind);
        if max > 0 && lane.failures.in_a_row >= max && lane.closed.is_none() {
            let title = lane.vendor.name().title();
            let what = count(max as usize, "target");
            let fault = Fault::new(
                FaultKind::Stopped,
                format!("{what} of {title} failed one after another, so the rest is not tried"),
            )
            .hint("--max-failures sets how many may fail");
            self.close(index, &fault);
        }
    }

    /// Nothing of this lane leaves any more: what waits for another attempt settles as it stands, the rest is skipped.
    fn close(&mut self, index: usize, fault: &Fault) {
        let lane = &mut self.lanes[index];
        if lane.closed.is_some() {
            return;
        }
        lane.closed = Some(fault.clone());
        self.flights
            .values()
            .filter(|flight| flight.lane == index)
            .for_each(|flight| flight.is_cancelled.set(true));
        let tried =
            std::mem::take(&mut lane.waiting).into_iter().map(|Reverse(waiting)| waiting.job);
        let tried: Vec<_> = tried.chain(std::mem::take(&mut lane.singles)).collect();
        let untried = std::mem::take(&mut lane.queue);
        for job in tried {
            self.report(job.cut_short(fault));
        }
        for batch in untried {
            self.skip(&batch, fault);
        }
    }

    fn close_all(&mut self, fault: &Fault) {
        self.halted = true;
        for index in 0..self.lanes.len() {
            self.close(index, fault);
        }
    }

    fn close_if_gone(&mut self) {
        if self.halted {
            return;
        }
        if self.engine.observer.is_gone() {
            self.close_all(&Fault::new(
                FaultKind::Stopped,
                "the output could not be written, so the rest is not tried",
            ));
        } else if self.engine.journal.is_some_and(Journal::is_broken) {
            self.close_all(&unrecorded());
        }
    }

    /// Those whose request has left may have arrived; those whose intent was still being recorded have not left.
    fn give_up_flights(&mut self) {
        let fault = || {
            Fault::new(
                FaultKind::Interrupted,
                "a second signal stopped the run while the request was under way",
            )
        };
        for flight in std::mem::take(&mut self.flights).into_values() {
            let job = &flight.job;
            let left = flight.left.get().filter(|_| job.readback.is_none());
            let result = match (&job.last, left) {
                (_, Some(_)) => AttemptResult::unknown(Retry::No, fault()),
                (Some(result), None) => result.clone(),
                (None, None) => {
                    let unsent = "a signal stopped the run before the request left";
                    self.skip(&job.batch, &Fault::new(FaultKind::Interrupted, unsent));
                    continue;
                }
            };
            let attempts = job.attempts + u32::from(left.is_some());
            let (first, readback) = (job.first.or(left), job.readback.clone());
            self.report(Job {
                attempts,
                first,
                last: Some(result),
                readback,
                ..Job::new(job.batch.clone())
            });
        }
    }

    fn settle_unsent(&mut self, index: usize, job: Job, fault: &Fault) {
        if job.last.is_some() {
            return self.settle(index, job);
        }
        self.skip(&job.batch, fault);
    }

    fn skip(&self, batch: &Batch, fault: &Fault) {
        for row in batch.rows() {
            self.engine.observer.settled(*row as usize, Outcome::skipped(fault.clone()));
        }
    }

    fn settle(&mut self, index: usize, job: Job) {
        let rows = job.batch.rows().len();
        let (status, kind) = self.report(job);
        for _ in 0..rows {
            self.count_failure(index, status, kind);
        }
    }

    /// Tells what became of each row of the job, and returns it.
    fn report(&self, job: Job) -> (Status, Option<FaultKind>) {
        let (last, others) = job.batch.rows().split_last().expect("a batch has a row");
        let result = job.last.unwrap_or_else(|| AttemptResult::not_applied(Retry::No, own_fault()));
        let result = match job.readback {
            Some(readback) => {
                readback.weigh(result, self.engine.operations[*last as usize].spec().vendor)
            }
            None => result,
        };
        let told = (result.status, result.fault.as_ref().map(|fault| fault.kind));
        let outcome = Outcome {
            status: result.status,
            attempts: job.attempts,
            started_at: job.first.map(|(at, _)| at),
            elapsed: job.first.map(|(_, instant)| instant.elapsed()),
            answer: result.answer,
            fault: result.fault,
        };
        for row in others {
            self.engine.observer.settled(*row as usize, outcome.clone());
        }
        self.engine.observer.settled(*last as usize, outcome);
        told
    }
}

fn own_fault() -> Fault {
    Fault::new(FaultKind::Internal, "livectl itself failed; please report this")
}

fn unrecorded() -> Fault {
    Fault::new(FaultKind::Stopped, "the journal could not be written, so the rest is not tried")
}

impl Job {
    fn new(batch: Batch) -> Self {
        Self {
            batch,
            attempts: 0,
            tries: 0,
            first: None,
            since: None,
            doubt: None,
            last: None,
            page: 1,
            items: Vec::new(),
            readback: None,
        }
    }
}

impl VendorQueue {
    fn has_work(&self) -> bool {
        !(self.queue.is_empty() && self.singles.is_empty() && self.waiting.is_empty())
    }

    /// The next job that may leave now: one that waited for its turn retry, before one that is new.
    fn take_job(&mut self, now: Instant, share: usize) -> Option<Job> {
        if self.in_flight >= share || self.pace.next > now {
            return None;
        }
        if self.waiting.peek().is_some_and(|Reverse(waiting)| waiting.due <= now) {
            return self.waiting.pop().map(|Reverse(waiting)| waiting.job);
        }
        self.singles.pop_front().or_else(|| self.queue.pop_front().map(Job::new))
    }

    fn next_due(&self, share: usize) -> Option<Instant> {
        if self.in_flight >= share || !self.has_work() {
            return None;
        }
        let has_ready = !(self.queue.is_empty() && self.singles.is_empty());
        let waiting = self.waiting.peek().map(|Reverse(waiting)| waiting.due);
        let ready = if has_ready { Some(self.pace.next) } else { None };
        ready.into_iter().chain(waiting.map(|due| due.max(self.pace.next))).min()
    }
}

#[cfg(test)]
mod tests;
