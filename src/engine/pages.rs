//! Lists that come in pages: when a list is whole, and its items once each.
//!
//! Owns no format: the vendor's reader yields the items and the total of a page.

use std::collections::HashSet;

use serde_json::Value;

use crate::api::operation::Operation;
use crate::engine::classify::no_state;
use crate::engine::context::Observer;
use crate::engine::job::Job;
use crate::engine::retry::{AttemptResult, Retry};
use crate::engine::scheduler::Scheduler;
use crate::net::client::Transport;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::visible;

/// The most pages of a list that are read; a list without an end is a protocol error.
pub(super) const MAX_PAGES: u32 = 1000;

impl<T: Transport, O: Observer> Scheduler<'_, '_, T, O> {
    /// Appends a page and returns whether there are more.
    pub(super) fn add_page(&self, index: usize, job: &mut Job, result: &mut AttemptResult) -> bool {
        let Some(items) = result.items.take() else { return false };
        let is_empty = items.is_empty();
        // The same page twice: the server ignores the page number, or the list moved by a page.
        let is_repeated = !is_empty && job.items.ends_with(&items);
        job.items.extend(items);
        // Items read twice count. A list may change while it is read: an item moves to a later
        // page, or to one that was read. Counting distinct items, such a list would never end.
        let read = job.items.len() as u64;
        let is_counted = result.total.is_some_and(|total| read < total);
        // A list that is counted ends at an empty page: it has become shorter. Where the reader decides, it may have left out
        // every row of a page, and the list goes on.
        let has_more = result.has_more.unwrap_or(is_counted && !is_empty);
        let is_cut = result.has_more.is_none() && is_counted && is_empty;
        let title = self.queues[index].title();
        let finds_state =
            self.engine.request(job).question.is_some_and(|reader| reader.find.is_some());
        // A state is searched in the whole list alone: the target may be in the part that is missing,
        // and "not banned" would be a lie.
        let wrong = if finds_state && (is_repeated || is_cut) {
            format!("the list of {title} is not whole")
        } else if !has_more {
            self.complete_list(job, result, title);
            return false;
        } else if job.page < MAX_PAGES {
            return true;
        } else {
            format!("the list of {title} has more than {MAX_PAGES} pages")
        };
        let fault = Fault::new(FaultKind::Protocol, wrong);
        replace(result, AttemptResult::not_applied(Retry::No, fault));
        false
    }

    /// Gives the result the items of the whole list, or the state that the request asks to find in it.
    fn complete_list(&self, job: &mut Job, result: &mut AttemptResult, title: &str) {
        let items = std::mem::take(&mut job.items);
        let request = self.engine.request(job);
        let Some(find) = request.question.and_then(|reader| reader.find) else {
            result.items = Some(items);
            return;
        };
        match find(&request, &items, (self.engine.clock)()) {
            Some(observation) => result.answer.state = observation.state,
            None => replace(result, AttemptResult::unknown(Retry::No, no_state(title))),
        }
    }

    /// The items of a list in the shape of all lists, each once. Fewer than the vendor counts are a note.
    pub(super) fn list_items(
        &self,
        operation: &dyn Operation,
        items: Vec<Value>,
        total: Option<u64>,
    ) -> Vec<ListItem> {
        let mut list: Vec<ListItem> = Vec::with_capacity(items.len());
        let mut seen = HashSet::new();
        for item in items {
            let item = operation.list_item(item);
            // An item that moved between two pages was read twice.
            if seen.insert(item.identity()) {
                list.push(item);
            }
        }
        let read = list.len() as u64;
        list.retain(|item| operation.lists(item));
        if let Some(total) = total.filter(|total| *total > read) {
            self.engine.observer.note(&format!(
                "{} {}: the list has {} of {total} items, since it changed while it was read",
                operation.spec().title(),
                visible(operation.target()),
                read
            ));
        }
        list
    }

    /// Whether the response to a look reports no state, and another request of the look may.
    pub(super) fn has_next_step(&self, job: &Job, result: &AttemptResult) -> bool {
        let operation = self.engine.operations.get(job.first_row());
        // Asked first: the request of what acts need not be built again.
        let is_look = job.verification.is_some() || operation.spec().effect == Effect::None;
        is_look && result.answer.state.is_none() && self.engine.request(job).next.is_some()
    }

    /// Requests the page or the step that a look has come to. Each has its own attempts; all share one deadline.
    pub(super) fn request_more(&mut self, index: usize, mut job: Job) {
        if job.verification.is_none() {
            // The result if the next page comes too late: part of a list is not reported as the list.
            let late = Fault::new(
                FaultKind::Timeout,
                "the list was not read to its end before the deadline",
            );
            let late =
                AttemptResult::not_applied(Retry::No, late.hint("--deadline gives more time"));
            job = Job { own_attempts: 0, unknown: None, result: Some(late), ..job };
        }
        match self.queues[index].closed_for(&job).cloned() {
            // Before other jobs: the longer a list takes, the more of it has changed.
            None => self.queues[index].lane(&job).ready.push_front(job),
            Some(fault) => {
                self.report(job.cut_short(&fault));
            }
        }
    }
}

/// Replaces a result, but for the vendor's answer.
fn replace(result: &mut AttemptResult, other: AttemptResult) {
    let answer = std::mem::take(&mut result.answer);
    *result = AttemptResult { answer, ..other };
}
