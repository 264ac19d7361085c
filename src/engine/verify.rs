//! The looks after a success: reads the state back, and waits for what viewers get, until the verdict.
//!
//! Owns when a look leaves. What follows from it is decided by [`PendingVerification`]; how a state is read belongs to the
//! vendor's operation.

use tokio::time::Instant;

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::look_pace::LOOK_INTERVAL;
use crate::engine::queue::take_due;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::engine::verification::{NextLook, PendingVerification};
use crate::net::client::Transport;
use crate::outcome::Status;
use crate::outcome::fault::Fault;
use crate::text::visible;

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Looks at a success where that is asked for and there is a way to; everything else settles.
    pub(super) fn verify(&mut self, index: usize, job: Job) {
        let is_applied = job.result.as_ref().is_some_and(|result| result.status == Status::Applied);
        let is_asked = self.engine.limits.verify.is_some() || self.probes.are_open();
        if !is_applied || !is_asked || self.queues[index].ends_looks {
            return self.settle(index, job);
        }
        let now = Instant::now();
        let acted_at = job.last_sent.unwrap_or(now);
        for row in job.batch.rows() {
            // Stream by stream: a request reads the state of one.
            let mut single = job.for_row(*row);
            single.last_sent = job.last_sent;
            let operation = self.engine.operations.get(*row as usize);
            let (spec, effect) = (operation.check(), operation.spec().effect);
            let viewing = self.probes.viewing(*row);
            let limits = &self.engine.limits;
            let Some(pending) = PendingVerification::new(spec, effect, limits, acted_at, viewing)
            else {
                // This API has no request for the state.
                self.settle(index, single);
                continue;
            };
            self.engine.observer.answered(*row as usize, &self.outcome_of(&single));
            // Now, because the looks of the last targets come long after: until then their failures would
            // be counted as if nothing had succeeded.
            self.count_failure(index, Status::Applied, None);
            single.is_look = true;
            single.verification = Some(Box::new(pending));
            self.follow(index, single, now);
        }
    }

    /// Lets a job wait for what follows from what was seen so far.
    pub(super) fn follow(&mut self, index: usize, mut job: Job, now: Instant) {
        let queue = &mut self.queues[index];
        let Some(verification) = job.verification.as_mut().filter(|_| !queue.ends_looks) else {
            return self.settle(index, job);
        };
        match verification.next(now) {
            // In the order in which they came: all are due now.
            NextLook::At(at) if at <= now => queue.lane(&job).ready.push_back(job),
            NextLook::At(at) => queue.wait(job, at),
            NextLook::Wait(at) => queue.park(job, at),
            NextLook::Settle => self.settle(index, job),
        }
    }

    /// Takes what a look has read, and goes on from there.
    pub(super) fn compare(&mut self, index: usize, mut job: Job, result: AttemptResult) {
        // The next look begins with the first page of its first request.
        job.start_step(0);
        if let Some(fault) = &result.fault {
            self.report_unread(index, job.first_row(), fault, result.retry);
        }
        let (now, row) = (Instant::now(), job.batch.rows()[0]);
        if let Some(verification) = &mut job.verification {
            let sent = job.last_sent.unwrap_or(now);
            verification.observe(sent, now, result.answer.state, result.retry);
            // They may have changed while the look was under way.
            verification.viewing = self.probes.viewing(row).or(verification.viewing);
        }
        self.follow(index, job, now);
    }

    /// Reports why a state could not be read: no failure of the target, whose operation has succeeded.
    fn report_unread(&mut self, index: usize, row: usize, fault: &Fault, retry: Retry) {
        let operation = self.engine.operations.get(row);
        let text = || {
            let (title, target) = (operation.spec().title(), visible(operation.target()));
            format!("{title} {target}: the state could not be read: {}", fault.message)
        };
        // One note for a vendor: what is wrong for good, such as a play domain, is so for all.
        let is_final = matches!(retry, Retry::No);
        if is_final && !std::mem::replace(&mut self.queues[index].has_noted_unread, true) {
            self.engine.observer.note(&text());
        } else {
            self.engine.observer.detail(&text);
        }
    }

    /// Viewers of this row get something else.
    pub(super) fn view(&mut self, row: u32) {
        let Some(viewing) = self.probes.viewing(row) else { return };
        let mut found = self.queues.iter_mut().map(|queue| queue.take_row(row)).enumerate();
        let Some((index, mut job)) = found.find_map(|(index, job)| Some((index, job?))) else {
            return;
        };
        job.verification.iter_mut().for_each(|pending| pending.viewing = Some(viewing));
        self.follow(index, job, Instant::now());
    }

    /// Goes on with the jobs whose moment has come and that need no request.
    pub(super) fn wake_parked(&mut self, now: Instant) {
        for index in 0..self.queues.len() {
            while let Some(job) = take_due(&mut self.queues[index].parked, now) {
                self.follow(index, job, now);
            }
        }
    }

    /// Whether the look of this job, which is its turn, leaves now.
    pub(super) fn is_look_due(job: &mut Job, now: Instant) -> bool {
        let is_started = job.step > 0 || job.page > 1;
        let Some(verification) = &mut job.verification else { return true };
        if is_started {
            return !verification.time_left(now).is_zero();
        }
        matches!(verification.next(now), NextLook::At(at) if at <= now)
    }

    /// Notes once how often the targets that are held are looked at, where the pace of their vendor is too slow for all. A look
    /// takes this many requests.
    pub(super) fn note_slow_looks(&mut self, index: usize, requests: u32) {
        let queue = &self.queues[index];
        // Before that, more targets are about to be held.
        if queue.has_noted_pace || queue.acts.has_work() || queue.looks.has_work() {
            return;
        }
        let is_held =
            |job: &Job| job.verification.as_ref().is_some_and(|pending| pending.is_off_air());
        let in_flight = self.in_flight.values().filter(|in_flight| in_flight.queue == index);
        let in_flight = in_flight.filter(|in_flight| is_held(&in_flight.job)).count();
        let targets = queue.held.waiting.len() + in_flight;
        let requests = targets.saturating_mul(requests as usize);
        let each = queue.pace.interval * u32::try_from(requests).unwrap_or(u32::MAX);
        if each <= LOOK_INTERVAL {
            return;
        }
        let title = queue.title();
        self.queues[index].has_noted_pace = true;
        self.engine.observer.note(&format!(
            "{title}: at this rate, each of the {targets} targets that are held is looked at every {:.1} s",
            each.as_secs_f64()
        ));
    }
}
