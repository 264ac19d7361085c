//! What comes after a success: the next page of a list, and the state read back.

use std::cmp::Reverse;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::{Job, Observer, Scheduler, Waiting};
use crate::api::Name;
use crate::api::request::Verification;
use crate::engine::retry::{AttemptResult, Retry};
use crate::input::plan::Batch;
use crate::net::Transport;
use crate::outcome::{Answer, Fault, FaultKind, Status};
use crate::text::visible;
use crate::time::Timestamp;

/// How the state of what was applied is read back.
#[derive(Clone)]
pub(super) struct PendingVerification {
    pub(super) check: Verification,
    /// For so long.
    patience: Duration,
    /// Until this moment; the time begins when the first request for it leaves, not while it waits for its turn.
    until: Option<Instant>,
}

impl PendingVerification {
    /// The first request for it leaves.
    pub(super) fn start(&mut self, now: Instant) {
        self.until.get_or_insert(now + self.patience);
    }

    /// How long the state may still take to agree.
    pub(super) fn left(&self, now: Instant) -> Duration {
        self.until.map_or(self.patience, |until| until.saturating_duration_since(now))
    }

    /// The state that a whole list tells.
    fn find(&self, items: &[Value], now: Timestamp) -> Option<String> {
        (self.check.find?)(&self.check.request, items, now).map(str::to_owned)
    }

    /// Whether the state that was read last is as it should be.
    fn agrees(&self, answer: &Answer) -> Option<bool> {
        answer.state.as_deref().map(|state| self.check.expected.holds_for(state))
    }

    /// What the state that was read last makes of a success; one that could not be read proves nothing.
    pub(super) fn weigh(&self, applied: AttemptResult, vendor: Name) -> AttemptResult {
        let verified = self.agrees(&applied.answer);
        let answer = Answer { verified, ..applied.answer };
        if verified != Some(false) {
            return AttemptResult { answer, ..applied };
        }
        let state = visible(answer.state.as_deref().unwrap_or_default());
        let (title, expected) = (vendor.title(), &self.check.expected);
        let message = format!(
            "{title} said that it was done, and then that the state is {state}, not {expected}"
        );
        let fault = Fault::new(FaultKind::Unverified, message)
            .hint("look at the vendor's console before anything else");
        AttemptResult { answer, ..AttemptResult::unknown(Retry::No, fault) }
    }
}

/// The most pages of a list that are read; a list without an end is no list.
pub(super) const MOST_PAGES: u32 = 1000;

/// How long to wait before a state is read again that does not agree yet.
pub(super) const CHECK_PAUSE: Duration = Duration::from_millis(500);

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Puts a page to those before it; whether the list goes on. One that ends before its end is no list.
    pub(super) fn collect(&self, index: usize, job: &mut Job, result: &mut AttemptResult) -> bool {
        let Some(items) = result.answer.items.take() else { return false };
        let is_empty = items.is_empty();
        let is_repeated = !is_empty && job.items.ends_with(&items);
        job.items.extend(items);
        let read = job.items.len();
        let title = self.lanes[index].vendor.name().title();
        let wrong = match result.total.filter(|total| (read as u64) < *total) {
            _ if is_repeated => {
                format!("the list of {title} says on page {} what it said before", job.page)
            }
            None => {
                result.answer.items = Some(std::mem::take(&mut job.items));
                return false;
            }
            Some(total) if is_empty => {
                format!("the list of {title} ends after {read} of {total} items")
            }
            Some(_) if job.page == MOST_PAGES => {
                format!("the list of {title} has more than {MOST_PAGES} pages")
            }
            Some(_) => return true,
        };
        let answer = std::mem::take(&mut result.answer);
        *result = AttemptResult {
            answer,
            ..AttemptResult::not_applied(Retry::No, Fault::new(FaultKind::Protocol, wrong))
        };
        false
    }

    /// Each page has attempts of its own, and all together one deadline; half a list is none.
    pub(super) fn turn_page(&mut self, index: usize, mut job: Job) {
        job.page += 1;
        if job.readback.is_none() {
            let late = Fault::new(
                FaultKind::Timeout,
                "the list was not read to its end before the deadline",
            );
            let last =
                AttemptResult::not_applied(Retry::No, late.hint("--deadline gives more time"));
            job = Job { tries: 0, doubt: None, last: Some(last), ..job };
        }
        match self.lanes[index].closed.clone() {
            None => self.lanes[index].singles.push_front(job),
            Some(fault) => {
                self.report(job.cut_short(&fault));
            }
        }
    }

    /// What was applied is read back when that is asked for and the API can tell; everything else settles.
    pub(super) fn check(&mut self, index: usize, job: Job) {
        let is_applied = job.last.as_ref().is_some_and(|result| result.status == Status::Applied);
        let is_open = self.lanes[index].closed.is_none();
        let Some(patience) = self.engine.limits.verify.filter(|_| is_applied && is_open) else {
            return self.settle(index, job);
        };
        for row in job.batch.rows() {
            let Job { attempts, first, last, .. } = &job;
            let single = Job {
                attempts: *attempts,
                first: *first,
                last: last.clone(),
                ..Job::new(Batch::One(*row))
            };
            match self.engine.operations[*row as usize].check() {
                Some(check) => {
                    let readback =
                        Some(Box::new(PendingVerification { check, patience, until: None }));
                    self.lanes[index].singles.push_back(Job { readback, ..single });
                }
                None => self.settle(index, single),
            }
        }
    }

    /// What the vendor says of the state against what it should be, until they agree or the time is over.
    pub(super) fn compare(&mut self, index: usize, mut job: Job, result: AttemptResult) {
        let (Some(readback), Some(applied)) = (&job.readback, &mut job.last) else {
            return self.settle(index, job);
        };
        if let Some(fault) = &result.fault {
            let operation = &self.engine.operations[job.batch.rows()[0] as usize];
            self.engine.observer.detail(&|| {
                let (title, target) = (operation.spec().title(), visible(operation.target()));
                format!("{title} {target}: the state could not be read: {}", fault.message)
            });
        }
        let now = Instant::now();
        let Answer { state, items, .. } = result.answer;
        let state = state.or_else(|| readback.find(&items?, (self.engine.clock)()));
        // The next look begins anew.
        job.page = 1;
        job.items.clear();
        let pause = match state {
            Some(_) => Some(CHECK_PAUSE),
            None => result.retry.wait(1, 1.0).map(|pause| pause.max(CHECK_PAUSE)),
        };
        let answer = &mut applied.answer;
        answer.state = state.or(answer.state.take());
        let agrees = readback.agrees(answer) == Some(true);
        match pause.filter(|pause| {
            *pause < readback.left(now) && !agrees && self.lanes[index].closed.is_none()
        }) {
            None => self.settle(index, job),
            Some(pause) => {
                self.lanes[index].waiting.push(Reverse(Waiting { due: now + pause, job }))
            }
        }
    }
}

impl Job {
    /// Whether what it sends next is a page that it has not asked for yet.
    pub(super) fn is_next_page(&self) -> bool {
        self.page > 1 && self.tries == 0
    }

    /// Between two pages of a list it is the run's end that holds, not the list's.
    pub(super) fn cut_short(mut self, fault: &Fault) -> Self {
        if self.is_next_page() && self.readback.is_none() {
            let fault =
                Fault::new(fault.kind, "the run stopped before the list was read to its end");
            self.last = Some(AttemptResult::not_applied(Retry::No, fault));
        }
        self
    }
}
