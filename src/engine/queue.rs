//! The queue of one vendor: its batches and jobs, its pace and quota, its consecutive failures.
//!
//! Owns the order in which jobs leave. What follows a result is the scheduler's decision.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use tokio::time::Instant;

use crate::api::spec::Api;
use crate::engine::job::{Job, VendorContext};
use crate::engine::pace::Pace;
use crate::engine::quota::Quota;
use crate::engine::retry::AttemptResult;
use crate::input::batch::Batch;
use crate::outcome::Status;
use crate::outcome::fault::{Fault, FaultKind};
use crate::secret::redact::RedactorCache;

/// The queue of one vendor.
// Each vendor has its own, so that trouble at one never slows another.
pub(super) struct VendorQueue {
    pub(super) context: Rc<VendorContext>,
    /// Jobs that act.
    pub(super) acts: Lane,
    /// Jobs that only look: states, lists, and what is read after a success. They leave when no act can.
    // A look that left between two acts took its turn of the pace: 60 verified bans took twice as long.
    pub(super) looks: Lane,
    /// Looks at targets that have gone off air and are held there. They leave when no other look can: a target that was
    /// never looked at comes first.
    pub(super) held: Lane,
    /// Jobs whose next step needs no request: they wait for a moment, or until viewers get something else.
    pub(super) parked: WaitingJobs,
    /// Spaces the starts of attempts.
    pub(super) pace: Pace,
    pub(super) quota: Quota,
    pub(super) failures: FailureStreak,
    pub(super) in_flight: usize,
    /// Why nothing of this queue is sent any more, except looks at what has succeeded.
    pub(super) closed: Option<Fault>,
    /// These are not sent either.
    pub(super) ends_looks: bool,
    /// It was noted how often its targets are looked at.
    pub(super) has_noted_pace: bool,
    /// It was noted why a state could not be read.
    pub(super) has_noted_unread: bool,
    /// Until when it waits after failures, where rows come while the run lasts. One is tried then; `None` after that.
    pub(super) trial_at: Option<Instant>,
}

/// Jobs that wait for a moment, by that moment and their first row.
// A row is in one job at a time, so no two keys are the same. Of jobs that are due together, the order of the
// input decides.
type WaitingJobs = BTreeMap<(Instant, u32), Job>;

/// Jobs of one vendor that wait for their turn.
#[derive(Default)]
pub(super) struct Lane {
    /// Batches not tried yet.
    pub(super) batches: VecDeque<Batch>,
    /// Jobs that leave before them: the streams of a refused group, the next page of a list, verifications.
    pub(super) ready: VecDeque<Job>,
    /// Jobs that wait before their next attempt.
    pub(super) waiting: WaitingJobs,
}

impl Lane {
    pub(super) fn has_work(&self) -> bool {
        !(self.batches.is_empty() && self.ready.is_empty() && self.waiting.is_empty())
    }

    /// The next job whose time has come.
    fn take(&mut self, now: Instant) -> Option<Job> {
        // A retry before a new target: targets settle close to the order of the input, and the run
        // of failures that `--max-failures` counts is one of neighbours.
        take_due(&mut self.waiting, now)
            .or_else(|| self.ready.pop_front())
            .or_else(|| self.batches.pop_front().map(Job::new))
    }

    /// When the next job may leave, where the queue opens at this moment.
    fn next_due(&self, opens_at: Instant) -> Option<Instant> {
        if !(self.batches.is_empty() && self.ready.is_empty()) {
            return Some(opens_at);
        }
        // A retry keeps to pace and quota like everything else.
        first_due(&self.waiting).map(|due| due.max(opens_at))
    }

    /// Takes out the jobs that have been tried and whose operation has not succeeded.
    pub(super) fn take_tried(&mut self) -> Vec<Job> {
        let is_open = |job: &Job| job.verification.is_none();
        let (ready, verified) = std::mem::take(&mut self.ready).into_iter().partition(is_open);
        self.ready = verified;
        let waiting = self.waiting.extract_if(.., |_, job| is_open(job)).map(|(_, job)| job);
        waiting.chain::<VecDeque<_>>(ready).collect()
    }

    /// Takes out the jobs that have been tried, and those that have not.
    pub(super) fn drain(&mut self) -> (Vec<Job>, VecDeque<Batch>) {
        let waiting = std::mem::take(&mut self.waiting).into_values();
        let tried = waiting.chain(std::mem::take(&mut self.ready)).collect();
        (tried, std::mem::take(&mut self.batches))
    }
}

impl VendorQueue {
    pub(super) fn new(vendor: Rc<dyn Api>, rate: Option<u32>, now: Instant) -> Self {
        let rate = rate.unwrap_or(vendor.version().rate);
        let departures = RefCell::new(Pace::new(rate, now));
        let redactors = RedactorCache::default();
        Self {
            context: Rc::new(VendorContext { vendor, redactors, departures }),
            acts: Lane::default(),
            looks: Lane::default(),
            held: Lane::default(),
            parked: BTreeMap::new(),
            pace: Pace::new(rate, now),
            quota: Quota::default(),
            failures: FailureStreak::default(),
            in_flight: 0,
            closed: None,
            ends_looks: false,
            has_noted_pace: false,
            has_noted_unread: false,
            trial_at: None,
        }
    }

    /// The vendor's name in messages.
    pub(super) fn title(&self) -> &'static str {
        self.context.vendor.name().title()
    }

    /// Adds a batch of operations that look, or that act.
    pub(super) fn add(&mut self, batch: Batch, is_look: bool) {
        let lane = if is_look { &mut self.looks } else { &mut self.acts };
        lane.batches.push_back(batch);
    }

    /// The lane of this job.
    pub(super) fn lane(&mut self, job: &Job) -> &mut Lane {
        match &job.verification {
            Some(verification) if verification.is_off_air() => &mut self.held,
            _ if job.is_look => &mut self.looks,
            _ => &mut self.acts,
        }
    }

    fn lanes(&self) -> [&Lane; 3] {
        [&self.acts, &self.looks, &self.held]
    }

    pub(super) fn has_work(&self) -> bool {
        self.lanes().iter().any(|lane| lane.has_work()) || !self.parked.is_empty()
    }

    /// Why this job is not sent any more.
    pub(super) fn closed_for(&self, job: &Job) -> Option<&Fault> {
        self.closed.as_ref().filter(|_| job.verification.is_none() || self.ends_looks)
    }

    /// Whether it needs room among the requests in flight at this moment.
    pub(super) fn needs_room(&self, now: Instant) -> bool {
        // A target between two of its looks takes none.
        let has_look = |lane: &Lane| lane.next_due(now).is_some_and(|due| due <= now);
        let is_looking = || has_look(&self.looks) || has_look(&self.held);
        self.in_flight > 0 || self.acts.has_work() || is_looking()
    }

    /// The next job that may leave now.
    pub(super) fn take_job(&mut self, now: Instant, share: usize) -> Option<Job> {
        if self.in_flight >= share || self.opens_at() > now || self.is_on_trial() {
            return None;
        }
        let look = |job| Job { is_look: true, ..job };
        let looks = || self.looks.take(now).or_else(|| self.held.take(now)).map(look);
        self.acts.take(now).or_else(looks)
    }

    /// Takes the job out that waits for its next look at this row, if there is one.
    pub(super) fn take_row(&mut self, row: u32) -> Option<Job> {
        let looks = [&mut self.parked, &mut self.looks.waiting, &mut self.held.waiting];
        looks.into_iter().find_map(|jobs| {
            let is_it =
                |(_, job): &(_, &Job)| job.verification.is_some() && job.batch.rows() == [row];
            let (key, _) = jobs.iter().find(is_it)?;
            let key = *key;
            jobs.remove(&key)
        })
    }

    /// When a job may leave next, unless a request in flight has to come back first.
    pub(super) fn next_due(&self, share: usize) -> Option<Instant> {
        if self.in_flight >= share || self.is_on_trial() {
            return None;
        }
        let opens_at = self.opens_at();
        self.lanes().into_iter().filter_map(|lane| lane.next_due(opens_at)).min()
    }

    /// When pace, quota and a pause after failures allow the next request.
    fn opens_at(&self) -> Instant {
        let pauses = [self.quota.paused_until, self.trial_at];
        pauses.into_iter().flatten().fold(self.pace.next, Instant::max)
    }

    /// Whether the one request after a pause is in flight.
    fn is_on_trial(&self) -> bool {
        self.trial_at.is_some() && self.in_flight > 0
    }

    /// Whether it waits after failures.
    pub(super) fn is_paused(&self, now: Instant) -> bool {
        self.trial_at.is_some_and(|at| at > now)
    }

    /// The rows whose operation the vendor has not answered yet.
    pub(super) fn unanswered(&self) -> usize {
        let is_answered = |job: &Job| job.verification.is_some();
        let lane = |lane: &Lane| {
            let jobs = lane.waiting.values().chain(&lane.ready);
            lane.batches.len() + jobs.filter(|job| !is_answered(job)).count()
        };
        lane(&self.acts) + lane(&self.looks)
    }

    /// Completes the hint of a refusal while nothing shows that this vendor accepts the credentials.
    pub(super) fn add_credentials_hint(&self, result: &mut AttemptResult) {
        // Some APIs refuse a wrong key with the code that they have for anything else. Once one
        // request has succeeded, the key is not the reason.
        let Some(hint) = result.credentials_hint.take().filter(|_| !self.failures.has_succeeded)
        else {
            return;
        };
        if let Some(fault) = &mut result.fault {
            let own = fault.hint.take().map(|own| format!("{own}; "));
            fault.hint = Some(format!("{}{hint}", own.unwrap_or_default()));
        }
    }

    /// Takes out all jobs that only look, those of the parked ones too, and the looks that were not tried.
    pub(super) fn drain_looks(&mut self) -> (Vec<Job>, VecDeque<Batch>) {
        let (mut tried, untried) = self.looks.drain();
        tried.extend(self.held.drain().0);
        tried.extend(std::mem::take(&mut self.parked).into_values());
        (tried, untried)
    }

    /// Lets a job wait for a moment at which nothing is sent.
    pub(super) fn park(&mut self, job: Job, due: Instant) {
        self.parked.insert((due, job.batch.rows()[0]), job);
    }

    /// Lets a job wait for its next attempt.
    pub(super) fn wait(&mut self, job: Job, due: Instant) {
        self.lane(&job).waiting.insert((due, job.batch.rows()[0]), job);
    }
}

/// When the next of these jobs is due.
pub(super) fn first_due(jobs: &WaitingJobs) -> Option<Instant> {
    jobs.first_key_value().map(|((due, _), _)| *due)
}

/// Takes the next of these jobs whose moment has come.
pub(super) fn take_due(jobs: &mut WaitingJobs, now: Instant) -> Option<Job> {
    first_due(jobs).filter(|due| *due <= now)?;
    jobs.pop_first().map(|(_, job)| job)
}

/// Consecutive failures of one vendor.
#[derive(Default)]
pub(super) struct FailureStreak {
    pub(super) in_a_row: u32,
    pub(super) has_succeeded: bool,
}

impl FailureStreak {
    /// Counts one outcome.
    pub(super) fn count(&mut self, status: Status, kind: Option<FaultKind>) {
        match status {
            Status::Applied | Status::Read => *self = Self { in_a_row: 0, has_succeeded: true },
            // A refusal is an answer about one target. It counts only while nothing has succeeded: a
            // vendor that refuses everything is most likely asked the wrong way.
            Status::NotApplied | Status::Unknown
                if kind == Some(FaultKind::Refused) && self.has_succeeded => {}
            // The vendor did what it was asked; somebody or something else undid it.
            Status::Unknown if kind == Some(FaultKind::CameBack) => {}
            Status::NotApplied | Status::Unknown => self.in_a_row += 1,
            // Nothing was sent, so they show nothing about the vendor.
            Status::Skipped | Status::Planned => {}
        }
    }
}
