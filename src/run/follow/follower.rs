//! [`Follower`]: turns each line into a row, or into its result where it is not sent.
//!
//! Every operation passes the policy here, as every planned run passes it in `guard`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use chrono::Utc;
use serde_json::{Map, Value};
use tokio::time::{Instant, Sleep};

use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::api::operation_input::PROFILE;
use crate::api::operation_json::to_json;
use crate::api::spec::Api;
use crate::engine::arrivals::{AHEAD, Arrival, Arrivals, NextLine};
use crate::engine::context::Observer;
use crate::error::Error;
use crate::input::line_plan::BadLine;
use crate::input::line_source::{LineSource, NextText};
use crate::input::plan::{Planner, target_hash};
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::policy::rules::Policy;
use crate::run::follow::results::{FollowedRun, UnsentLine};
use crate::run::follow::target_window::TargetWindow;
use crate::run::guard::Guard;
use crate::run::input::key_of_secret;
use crate::run::viewers::PlayUrls;
use crate::secret::redact::Redactor;
use crate::text::{count, shell_word, visible};

/// The bytes that are read at once of what others wait behind.
// No more lines than may be read ahead, since each has a character and its end: the rest stays in the queue before it.
const PIECE: usize = AHEAD * 2;

/// How often a note reports that reading waits for `--max-targets`.
const NOTE_INTERVAL: Duration = Duration::from_mins(1);

/// The most notes that are distinguished.
// Of lines that come for weeks, each may bring another note.
const MOST_NOTES: usize = 100;

/// The rules that every line is checked against.
pub(super) struct LineRules<'a> {
    pub(super) guard: Guard<'a>,
    pub(super) policy: Cow<'a, Policy>,
    pub(super) play_urls: &'a PlayUrls,
    /// The vendors that cannot be used, and why.
    pub(super) unusable: HashMap<VendorName, Error>,
}

/// The lines of a run.
pub(super) struct Follower<'a> {
    run: &'a FollowedRun,
    source: LineSource,
    planner: Planner<'a>,
    rules: LineRules<'a>,
    redactor: Redactor,
    window: TargetWindow,
    /// The line that waits for room among the targets of a minute.
    waiting: Option<PlannedLine>,
    timer: Pin<Box<Sleep>>,
    /// When a note last reported that lines wait.
    said: Option<Instant>,
    notes: Vec<String>,
    failure: Option<Error>,
}

/// A line whose operation may be sent.
struct PlannedLine {
    number: u64,
    operation: Rc<dyn Operation>,
    vendor: Rc<dyn Api>,
    target: u64,
    /// Nothing is sent for it: its id is done.
    is_done: bool,
}

impl<'a> Follower<'a> {
    /// The lines of this source, of at most so many distinct targets in a minute.
    pub(super) fn new(
        run: &'a FollowedRun,
        source: LineSource,
        planner: Planner<'a>,
        rules: LineRules<'a>,
        most: usize,
    ) -> Self {
        let now = Instant::now();
        Self {
            run,
            source,
            planner,
            rules,
            redactor: Redactor::new(run.info.vendors.iter().flat_map(|api| api.secrets())),
            window: TargetWindow::new(most, now),
            waiting: None,
            timer: Box::pin(tokio::time::sleep_until(now)),
            said: None,
            notes: Vec::new(),
            failure: None,
        }
    }

    /// The lines that were read and are not under way, and why reading has ended before the end.
    pub(super) fn end(self) -> (usize, Option<Error>) {
        (usize::from(self.waiting.is_some()), self.failure)
    }

    /// Reads a line; refuses it where it may not be sent.
    fn plan(&mut self, line: NextText) -> Option<PlannedLine> {
        let NextText { number, text } = line;
        let planned = match &text {
            Ok(text) => self.planner.plan_line(text, number, Utc::now()),
            Err(what) => Err(BadLine { message: format!("line {number}: {what}"), hint: None }),
        };
        self.print_notes();
        // Taken for each line: a line for another vendor lacks nothing.
        let missing = self.planner.take_missing();
        let operation = match planned {
            Ok(operation) => operation,
            Err(BadLine { message, hint }) => {
                let fault = Fault { hint, ..Fault::new(FaultKind::Input, message) };
                let readable = text.map(|text| self.planner.readable(&text)).unwrap_or_default();
                self.refuse(number, readable, Effect::None, fault);
                return None;
            }
        };
        let vendor = operation.spec().vendor;
        let api = self.run.info.vendors.iter().find(|api| api.name() == vendor).cloned();
        let fault = self.objection(&*operation, number, missing);
        match (fault, api) {
            (None, Some(vendor)) => {
                let (target, is_done) = (target_hash(&*operation), self.run.is_done(&*operation));
                Some(PlannedLine { number, operation: operation.into(), vendor, target, is_done })
            }
            (fault, _) => {
                let fault = fault.unwrap_or_else(|| self.unusable(vendor, number));
                let json = self.json(&*operation);
                self.refuse(number, json, operation.spec().effect, fault);
                None
            }
        }
    }

    /// Why an operation may not be sent.
    fn objection(
        &self,
        operation: &dyn Operation,
        number: u64,
        missing: Option<Error>,
    ) -> Option<Fault> {
        let input = |what: String| Fault::new(FaultKind::Input, format!("line {number}: {what}"));
        if let Some(key) = key_of_secret(operation, &self.redactor) {
            return Some(input(format!("`{key}` holds a secret of this run")));
        }
        if let Some(objection) = self.rules.objection(operation, number) {
            return Some(objection);
        }
        if let Some(error) = missing {
            // The line is right, and may be done once the profile has what is missing.
            let message = format!("line {number}: {error}");
            return Some(Fault { hint: error.hint, ..Fault::new(FaultKind::Stopped, message) });
        }
        let has_play_url = operation.spec().effect.takes_off_air();
        if let Err(error) =
            self.rules.play_urls.check(has_play_url.then_some(operation).into_iter())
        {
            return Some(Fault { hint: error.hint.clone(), ..input(error.to_string()) });
        }
        let is_free = self.run.claims(operation);
        (!is_free).then(|| input("its id came with another operation before".to_owned()))
    }

    fn unusable(&self, vendor: VendorName, number: u64) -> Fault {
        let why = self.rules.unusable.get(&vendor);
        let hint = why.and_then(|error| error.hint.clone());
        let why = why.map_or("the profile has no account there".into(), Error::to_string);
        let what = format!("line {number}: {} cannot be used: {why}", vendor.as_str());
        Fault { hint, ..Fault::new(FaultKind::Stopped, what) }
    }

    /// The operation as results have it.
    // With the profile, so that the line of a result can be sent again at this account alone.
    fn json(&self, operation: &dyn Operation) -> Map<String, Value> {
        let mut json = to_json(operation, operation.settings());
        let profile = self.run.info.profile.iter();
        json.extend(profile.map(|name| (PROFILE.to_owned(), name.as_str().into())));
        json
    }

    fn refuse(&self, number: u64, mut operation: Map<String, Value>, effect: Effect, fault: Fault) {
        for (_, value) in &mut operation {
            if let Some(text) = value.as_str() {
                *value = self.redactor.text(text).into_owned().into();
            }
        }
        let message = self.redactor.text(&fault.message).into_owned();
        let fault = Fault { message, ..fault };
        self.run.refuse(UnsentLine { number, operation, effect, fault });
    }

    /// Prints the notes on the last line, each of a kind once.
    fn print_notes(&mut self) {
        for note in self.planner.take_notes() {
            if self.notes.len() < MOST_NOTES && !self.notes.contains(&note) {
                self.run.note(&note);
                self.notes.push(note);
            }
        }
    }

    /// Lets the line that waits go on, where there is room for its target.
    // Nothing is dropped: while it waits no further line is read, and the queue keeps the rest.
    fn poll_waiting(&mut self, context: &mut Context<'_>) -> Poll<Option<Arrival>> {
        loop {
            let Some(line) = &self.waiting else { return Poll::Ready(None) };
            // Lines that a queue delivers again take no room.
            if line.is_done {
                break;
            }
            let now = Instant::now();
            let Err(at) = self.window.admit(line.target, now) else { break };
            let is_new = self.said.is_none_or(|said| now >= said + NOTE_INTERVAL);
            if is_new {
                self.said = Some(now);
                let most = count(self.window.most(), "distinct target");
                self.run.note(&format!(
                    "{most} in a minute are as many as --max-targets allows; reading waits until there is room"
                ));
            }
            self.timer.as_mut().reset(at.min(now + NOTE_INTERVAL));
            ready!(self.timer.as_mut().poll(context));
        }
        let line = self.waiting.take();
        let arrived = self.run.info.arrived.as_ref();
        Poll::Ready(line.zip(arrived).map(|(line, arrived)| Arrival {
            row: arrived.add(line.operation, line.number),
            vendor: line.vendor,
            target: line.target,
        }))
    }
}

impl Arrivals for Follower<'_> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<NextLine> {
        if self.waiting.is_none() {
            match ready!(self.source.poll_line(context, PIECE)) {
                Ok(Some(line)) => self.waiting = self.plan(line),
                Ok(None) => return Poll::Ready(NextLine::End),
                Err(error) => {
                    self.failure = Some(error);
                    return Poll::Ready(NextLine::End);
                }
            }
        }
        let arrival = ready!(self.poll_waiting(context));
        Poll::Ready(arrival.map_or(NextLine::Settled, NextLine::Row))
    }
}

impl LineRules<'_> {
    /// What the policy has against an operation.
    fn objection(&self, operation: &dyn Operation, line: u64) -> Option<Fault> {
        let objection = self.guard.objection(operation, line, &self.policy, Utc::now())?;
        if !objection.is_protected {
            return Some(Fault::new(FaultKind::Input, objection.message));
        }
        let target = shell_word(&visible(operation.target()));
        Some(Fault::new(FaultKind::Protected, objection.message).hint(format!(
            "if it is meant: give the line a reason, and start with --even-protected {target}"
        )))
    }
}
