//! Lists that come in pages.

use serde_json::Value;

use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::{Fault, FaultKind};

/// The most pages of a list that are read; a list without an end is a protocol error.
pub(super) const MAX_PAGES: u32 = 1000;

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Appends a page and returns whether there are more. A list that ends early is a protocol error.
    pub(super) fn add_page(&self, index: usize, job: &mut Job, result: &mut AttemptResult) -> bool {
        let Some(items) = result.answer.items.take() else { return false };
        let is_empty = items.is_empty();
        let is_repeated = !is_empty && job.items.ends_with(&items);
        job.items.extend(items);
        let read = job.items.len();
        let title = self.queues[index].vendor.name().title();
        let wrong = match result.total.filter(|total| (read as u64) < *total) {
            _ if is_repeated => {
                format!("the list of {title} says on page {} what it said before", job.page)
            }
            None => {
                let items = std::mem::take(&mut job.items);
                self.finish_list(job, items, result, title);
                return false;
            }
            Some(total) if is_empty => {
                format!("the list of {title} ends after {read} of {total} items")
            }
            Some(_) if job.page == MAX_PAGES => {
                format!("the list of {title} has more than {MAX_PAGES} pages")
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

    /// Takes the whole list as the answer, or finds the state in it that the request asks for.
    fn finish_list(&self, job: &Job, items: Vec<Value>, result: &mut AttemptResult, title: &str) {
        let request = self.engine.request(&*self.engine.operations[job.first_row()], job);
        let Some(find) = request.question.and_then(|reader| reader.find) else {
            result.answer.items = Some(items);
            return;
        };
        if let Some(observation) = find(&request, &items, (self.engine.clock)()) {
            result.answer.state = observation.state;
        } else {
            let message = format!("{title} answers without saying how things stand");
            let answer = std::mem::take(&mut result.answer);
            let fault = Fault::new(FaultKind::Protocol, message);
            *result = AttemptResult { answer, ..AttemptResult::unknown(Retry::No, fault) };
        }
    }

    /// Each page has attempts of its own, and all of them share one deadline. Half a list is reported as none.
    pub(super) fn request_next_page(&mut self, index: usize, mut job: Job) {
        job.page += 1;
        if job.verification.is_none() {
            let late = Fault::new(
                FaultKind::Timeout,
                "the list was not read to its end before the deadline",
            );
            let late =
                AttemptResult::not_applied(Retry::No, late.hint("--deadline gives more time"));
            job = Job { own_attempts: 0, unknown: None, result: Some(late), ..job };
        }
        match self.queues[index].closed.clone() {
            None => self.queues[index].ready.push_front(job),
            Some(fault) => {
                self.report(job.cut_short(&fault));
            }
        }
    }
}
