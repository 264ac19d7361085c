//! What comes after a success: the next page of a list, and the state read back.

use std::cmp::Reverse;
use std::time::Duration;

use tokio::time::Instant;

use super::{Board, Job, Observer, Waiting};
use crate::outcome::{Answer, Fault, Kind, Status};
use crate::plan::Batch;
use crate::request::Check;
use crate::retry::{Again, Lesson};
use crate::text::visible;
use crate::transport::Transport;

/// How the state of what was applied is read back.
pub(super) struct Readback {
    pub(super) check: Check,
    /// For so long.
    patience: Duration,
    /// Until this moment; the time begins when the first request for it leaves, not while it waits for its turn.
    until: Option<Instant>,
}

impl Readback {
    /// The first request for it leaves.
    pub(super) fn start(&mut self, now: Instant) {
        self.until.get_or_insert(now + self.patience);
    }

    /// How long the state may still take to agree.
    pub(super) fn left(&self, now: Instant) -> Duration {
        self.until.map_or(self.patience, |until| until.saturating_duration_since(now))
    }

    /// Whether the state that was read last is as it should be.
    fn agrees(&self, answer: &Answer) -> Option<bool> {
        answer.state.as_deref().map(|state| self.check.expected.holds_for(state))
    }
}

/// The most pages of a list that are read; a list without an end is no list.
pub(super) const MOST_PAGES: u32 = 1000;

/// How long to wait before a state is read again that does not agree yet.
pub(super) const CHECK_PAUSE: Duration = Duration::from_millis(500);

impl<T: Transport, O: Observer> Board<'_, '_, T, O> {
    /// Puts a page to those before it; whether the list goes on. One that ends before its end is no list.
    pub(super) fn collect(&self, index: usize, job: &mut Job, lesson: &mut Lesson) -> bool {
        let Some(items) = lesson.answer.items.take() else { return false };
        let is_empty = items.is_empty();
        job.items.extend(items);
        let read = job.items.len();
        let title = self.lanes[index].vendor.name().title();
        let wrong = match lesson.total.filter(|total| (read as u64) < *total) {
            None => {
                lesson.answer.items = Some(std::mem::take(&mut job.items));
                return false;
            }
            Some(total) if is_empty => format!("the list of {title} ends after {read} of {total} items"),
            Some(_) if job.page == MOST_PAGES => format!("the list of {title} has more than {MOST_PAGES} pages"),
            Some(_) => return true,
        };
        let answer = std::mem::take(&mut lesson.answer);
        *lesson = Lesson { answer, ..Lesson::not_applied(Again::Never, Fault::new(Kind::Protocol, wrong)) };
        false
    }

    /// Each page is a request with attempts and a deadline of its own; half a list is none.
    pub(super) fn turn_page(&mut self, index: usize, job: Job) {
        let kind = self.lanes[index].closed.as_ref().map_or(Kind::Stopped, |fault| fault.kind);
        let fault = Fault::new(kind, "the run stopped before the list was read to its end");
        let job = Job {
            page: job.page + 1,
            tries: 0,
            since: None,
            doubt: None,
            last: Some(Lesson::not_applied(Again::Never, fault)),
            ..job
        };
        if self.lanes[index].closed.is_some() {
            self.report(job);
        } else {
            self.lanes[index].singles.push_front(job);
        }
    }

    /// What was applied is read back when that is asked for and the API can tell; everything else settles.
    pub(super) fn check(&mut self, index: usize, job: Job) {
        let is_applied = job.last.as_ref().is_some_and(|lesson| lesson.status == Status::Applied);
        let is_open = self.lanes[index].closed.is_none();
        let Some(patience) = self.engine.limits.verify.filter(|_| is_applied && is_open) else {
            return self.settle(index, job);
        };
        for row in job.batch.rows() {
            let Job { attempts, first, last, .. } = &job;
            let single = Job { attempts: *attempts, first: *first, last: last.clone(), ..Job::new(Batch::One(*row)) };
            match self.engine.operations[*row as usize].check() {
                Some(check) => {
                    let readback = Some(Box::new(Readback { check, patience, until: None }));
                    self.lanes[index].singles.push_back(Job { readback, ..single });
                }
                None => self.settle(index, single),
            }
        }
    }

    /// What the vendor says of the state against what it should be, until they agree or the time is over.
    pub(super) fn compare(&mut self, index: usize, mut job: Job, lesson: Lesson) {
        let (Some(readback), Some(applied)) = (&job.readback, &mut job.last) else { return self.settle(index, job) };
        let now = Instant::now();
        let pause = match lesson.answer.state {
            Some(_) => Some(CHECK_PAUSE),
            None => lesson.again.wait(1, 1.0).map(|pause| pause.max(CHECK_PAUSE)),
        };
        let answer = &mut applied.answer;
        answer.state = lesson.answer.state.or(answer.state.take());
        match pause.filter(|pause| *pause < readback.left(now) && readback.agrees(answer) != Some(true)) {
            None => self.conclude(index, job),
            Some(_) if self.lanes[index].closed.is_some() => self.settle(index, job),
            Some(pause) => self.lanes[index].waiting.push(Reverse(Waiting { due: now + pause, job })),
        }
    }

    /// The state that was read last holds; one that could not be read proves nothing.
    pub(super) fn conclude(&mut self, index: usize, mut job: Job) {
        let (Some(readback), Some(applied)) = (&job.readback, &mut job.last) else { return self.settle(index, job) };
        let answer = &mut applied.answer;
        answer.verified = readback.agrees(answer);
        if answer.verified == Some(false) {
            let title = self.lanes[index].vendor.name().title();
            let state = visible(answer.state.as_deref().unwrap_or_default()).into_owned();
            let expected = &readback.check.expected;
            let message = format!("{title} said that it was done, and then that the state is {state}, not {expected}");
            let fault = Fault::new(Kind::Unverified, message).hint("look at the vendor's console before anything else");
            let answer = std::mem::take(answer);
            *applied = Lesson { answer, ..Lesson::in_doubt(Again::Never, fault) };
        }
        self.settle(index, job);
    }
}
