//! The laws of a run, tried on runs that nobody would think of: a paused clock, and vendors that keep to a script.

mod crashes;
mod envelopes;
mod looks;
mod midnight;
mod retries;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::api::operation::{PlanContext, to_json};
use crate::api::operation_input::OperationInput;
use crate::api::spec::Api;
use crate::api::tests::shumei_in;
use crate::api::{VENDORS, jd, shumei, tencent};
use crate::engine::context::Limits;
use crate::engine::pace::Pace;
use crate::input::lines::InputLine;
use crate::input::plan::{self, Planner};
use crate::journal::writer::Journal;
use crate::net::message::{Response, SignedRequest};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::{Outcome, Status, Summary};
use crate::time::{Clock, Timestamp};

const CASES: u32 = 10_000;

/// The kind of line that only Shumei reads.
const SHUMEI: u8 = 5;
/// The first kind of line whose target others share.
const SHARED: u8 = 6;

fn base() -> Timestamp {
    "2026-11-21T02:00:00Z".parse().unwrap()
}

// A run to try

#[derive(Clone, Debug, Default)]
struct Case {
    asks: Vec<TestOperation>,
    concurrency: usize,
    rate: u32,
    attempts: u32,
    timeout: u64,
    deadline: u64,
    max_failures: u32,
    /// When signals come, in milliseconds from the start.
    signals: Vec<u64>,
}

/// One line of the input, and what its target hears, attempt by attempt; after that, that all is well.
#[derive(Clone, Debug)]
struct TestOperation {
    kind: u8,
    name: u8,
    turns: Vec<Turn>,
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    said: Reaction,
    millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reaction {
    Yes,
    No,
    Throttled,
    Credentials,
    Redirect,
    Unsent,
    Fault,
    Nonsense,
    SendError,
}

/// What an attempt proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proves {
    Applied,
    NotApplied,
    Nothing,
}

impl Reaction {
    fn proves(self) -> Proves {
        match self {
            Self::Yes => Proves::Applied,
            Self::No | Self::Throttled | Self::Credentials | Self::Redirect | Self::Unsent => {
                Proves::NotApplied
            }
            Self::Fault | Self::Nonsense | Self::SendError => Proves::Nothing,
        }
    }

    fn reply(self) -> Result<Response, SendError> {
        let reply = |status, retry_after: Option<&str>, body: &'static str| {
            Ok(Response {
                retry_after: retry_after.map(str::to_owned),
                ..Response::new(status, body)
            })
        };
        let lost = |sent| {
            Err(SendError {
                sent,
                fault: Fault::new(FaultKind::Network, "the line is down"),
                retry: true,
                out_of_files: false,
            })
        };
        match self {
            Self::Yes => reply(200, None, r#"{"status":0,"ret":0,"code":1100}"#),
            Self::No => reply(200, None, r#"{"status":1,"ret":1,"code":1902}"#),
            Self::Throttled => reply(429, Some("1"), ""),
            Self::Credentials => reply(401, None, ""),
            Self::Redirect => reply(302, None, ""),
            Self::Unsent => lost(Delivery::NotSent),
            Self::Fault => reply(500, None, ""),
            Self::Nonsense => reply(200, None, "<html>"),
            Self::SendError => lost(Delivery::Unknown),
        }
    }
}

/// What is heard, each as often as it stands here; a case that is made simpler moves to the front.
const HEARD: [Reaction; 20] = {
    use Reaction::{Credentials, Fault, No, Nonsense, Redirect, SendError, Throttled, Unsent, Yes};
    [
        Yes,
        Yes,
        Yes,
        Yes,
        Yes,
        No,
        No,
        No,
        No,
        Throttled,
        Throttled,
        Redirect,
        Unsent,
        Unsent,
        Fault,
        Fault,
        Nonsense,
        SendError,
        SendError,
        Credentials,
    ]
};

/// One number for each turn, since ten thousand cases of many parts take their time.
fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (0..HEARD.len() * 900)
        .prop_map(|n| Turn { said: HEARD[n / 900], millis: (n % 900) as u64 });
    prop::collection::vec(turn, 0..4)
}

fn cases() -> impl Strategy<Value = Case> {
    let ask =
        (0..36u8, turns()).prop_map(|(n, turns)| TestOperation { kind: n % 6, name: n / 6, turns });
    let limits = (1..6usize, 0..4usize, 1..6u32, 100..1_000u64, 100..4_000u64, 0..5u32);
    let signals = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(0..2_000u64, 1..3)];
    (prop::collection::vec(ask, 1..10), limits, signals).prop_map(
        |(asks, (concurrency, rate, attempts, timeout, deadline, max_failures), signals)| Case {
            asks,
            concurrency,
            rate: [0, 3, 20, 700][rate],
            attempts,
            timeout,
            deadline,
            max_failures,
            signals,
        },
    )
}

impl TestOperation {
    fn line(&self) -> String {
        let name = self.name;
        let line = match self.kind {
            0 => {
                json!({"vendor": "jd", "action": "timeout", "target": format!("d{name}.cn"), "seconds": 30})
            }
            1 => {
                json!({"vendor": "jd", "action": "permit", "target": format!("live/{name}"), "domain": format!("{}.cn", name % 2)})
            }
            2 => {
                json!({"vendor": "tencent", "action": "forbid", "target": format!("f{name}"), "for": "30d"})
            }
            3 => {
                json!({"vendor": "tencent", "action": "forbid", "target": format!("e{name}"), "for": format!("{}s", 1 + name)})
            }
            4 => json!({"vendor": "tencent", "action": "resume", "target": format!("r{name}")}),
            SHUMEI => json!({"vendor": "shumei", "action": "close", "target": format!("s{name}")}),
            // Operations that undo each other.
            6 => {
                json!({"vendor": "tencent", "action": "forbid", "target": format!("c{name}"), "for": "30d"})
            }
            7 => {
                json!({"vendor": "tencent", "action": "forbid", "target": format!("c{name}"), "for": "60d"})
            }
            8 => json!({"vendor": "tencent", "action": "resume", "target": format!("c{name}")}),
            9 => {
                json!({"vendor": "jd", "action": "timeout", "target": format!("c{name}.cn"), "seconds": 30})
            }
            10 => {
                json!({"vendor": "jd", "action": "timeout", "target": format!("c{name}.cn"), "seconds": 40})
            }
            _ => {
                json!({"vendor": "jd", "action": "permit", "target": format!("live/c{name}"), "domain": "a.cn"})
            }
        };
        line.to_string()
    }
}

impl Case {
    fn limits(&self) -> Limits {
        let (timeout, deadline) =
            (Duration::from_millis(self.timeout), Duration::from_millis(self.deadline));
        Limits {
            concurrency: self.concurrency,
            rate: Some(self.rate),
            attempts: self.attempts,
            timeout,
            deadline,
            max_failures: self.max_failures,
            verify: None,
        }
    }

    fn operations(&self) -> Vec<Box<dyn Operation>> {
        plan(self.asks.iter().map(TestOperation::line), base(), &|_| None)
    }

    fn play(&self) -> Story {
        let operations = self.operations();
        let targets = operations.iter().map(|operation| operation.target().to_owned()).collect();
        let vendors = operations.iter().map(|operation| operation.spec().vendor).collect();
        let until = operations.iter().map(|operation| operation.until()).collect();
        let mut turns: HashMap<String, Vec<Turn>> = HashMap::new();
        for ask in &self.asks {
            let line: Value = serde_json::from_str(&ask.line()).unwrap();
            turns
                .entry(line["target"].as_str().unwrap().to_owned())
                .or_insert_with(|| ask.turns.clone());
        }
        let world = World::new(turns);
        play(&world, &operations, self.limits(), base(), |_| true, &self.signals);
        Story {
            limits: self.limits(),
            targets,
            vendors,
            until,
            peak: world.peak.get(),
            events: world.events.into_inner(),
        }
    }
}

fn plan(
    lines: impl IntoIterator<Item = String>,
    now: Timestamp,
    kept_end: &dyn Fn(&dyn Operation) -> Option<Timestamp>,
) -> Vec<Box<dyn Operation>> {
    let mut planner = Planner::new(
        VENDORS,
        PlanContext { accounts: shumei_in("sh"), kept_end, ..PlanContext::at(now) },
    );
    for line in lines {
        planner
            .add(&serde_json::from_str::<OperationInput<'_>>(&line).unwrap(), InputLine::Arguments);
    }
    planner.finish().unwrap().operations
}

fn vendor(name: VendorName) -> Rc<dyn Api> {
    match name.as_str() {
        "jd" => Rc::new(jd::tests::account("u", "secret-of-jd")),
        "tencent" => Rc::new(tencent::tests::account("secret-of-tencent")),
        _ => Rc::new(shumei::tests::account("secret-of-shumei")),
    }
}

fn play(
    world: &World<'_>,
    operations: &[Box<dyn Operation>],
    limits: Limits,
    now: Timestamp,
    due: impl Fn(usize) -> bool,
    signals: &[u64],
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    // The waits between attempts are the same when a case is tried again.
    fastrand::seed(20_261_121);
    runtime.block_on(async {
        let start = Instant::now();
        world.start.set(Some(start));
        let (sender, mut interruptions) = unbounded_channel();
        for (number, millis) in signals.iter().enumerate() {
            let (sender, due) = (sender.clone(), start + Duration::from_millis(*millis));
            let how = if number == 0 { Interruption::Gently } else { Interruption::AtOnce };
            // The second comes after the first whatever the times say.
            let due = due + if number == 0 { Duration::ZERO } else { Duration::from_secs(2) };
            tokio::spawn(async move {
                tokio::time::sleep_until(due).await;
                let _ = sender.send(how);
            });
        }
        let batches = plan::batches(operations, due)
            .into_iter()
            .map(|(name, batches)| (vendor(name), batches))
            .collect();
        let clock = move || now + TimeDelta::from_std(start.elapsed()).unwrap();
        let engine =
            Engine { transport: world, operations, limits, clock: Rc::new(clock), observer: world };
        engine.run(batches, &mut interruptions).await;
    });
}

// The world that a run acts on

struct World<'j> {
    journal: Option<&'j Journal>,
    turns: HashMap<String, Vec<Turn>>,
    start: Cell<Option<Instant>>,
    sends: RefCell<HashMap<String, usize>>,
    in_flight: Cell<usize>,
    peak: Cell<usize>,
    events: RefCell<Vec<LogEvent>>,
}

#[derive(Clone, Debug)]
enum LogEvent {
    Left(Departure),
    /// The reply to the request of this number came and proves this; what was asked of its targets.
    Came(usize, Reaction, Proves),
    Settled(usize, Box<Outcome>),
}

#[derive(Clone, Debug)]
struct Departure {
    number: usize,
    at: Duration,
    timeout: Duration,
    vendor: VendorName,
    targets: Vec<String>,
}

impl World<'_> {
    fn new(turns: HashMap<String, Vec<Turn>>) -> Self {
        Self {
            journal: None,
            turns,
            start: Cell::default(),
            sends: RefCell::default(),
            in_flight: Cell::default(),
            peak: Cell::default(),
            events: RefCell::default(),
        }
    }

    fn tell(&self, event: LogEvent) {
        self.events.borrow_mut().push(event);
    }

    fn turn(&self, targets: &[String]) -> Turn {
        let mut sends = self.sends.borrow_mut();
        let nth = sends.get(&targets[0]).copied().unwrap_or_default();
        targets.iter().for_each(|target| *sends.entry(target.clone()).or_default() += 1);
        let turn = self.turns.get(&targets[0]).and_then(|turns| turns.get(nth));
        turn.copied().unwrap_or(Turn { said: Reaction::Yes, millis: 10 })
    }
}

/// Whom a request asks, and about which targets.
fn read(request: &SignedRequest) -> (VendorName, Vec<String>) {
    let body = || serde_json::from_slice::<Value>(request.body.as_deref().unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match request.url.path() {
        "/common_access" => {
            let channel =
                request.url.query_pairs().find(|(name, _)| name == "Param.s.channel_id").unwrap();
            (tencent::profile::NAME, vec![channel.1.into_owned()])
        }
        "/finish_videostream/v4" => (shumei::profile::NAME, vec![text(&body()["requestId"])]),
        "/api/live/permitStream" => {
            let body = body();
            let streams = body["deleteStreams"].as_array().unwrap();
            let name =
                |stream: &Value| format!("{}/{}", text(&stream["app"]), text(&stream["stream"]));
            (jd::profile::NAME, streams.iter().map(name).collect())
        }
        _ => (jd::profile::NAME, vec![text(&body()["domain"])]),
    }
}

impl Transport for World<'_> {
    async fn send(
        &self,
        request: &SignedRequest,
        timeout: Duration,
    ) -> Result<Response, SendError> {
        let (vendor, targets) = read(request);
        let turn = self.turn(&targets);
        let number = self.events.borrow().len();
        self.tell(LogEvent::Left(Departure {
            number,
            at: self.start.get().unwrap().elapsed(),
            timeout,
            vendor,
            targets,
        }));
        self.in_flight.set(self.in_flight.get() + 1);
        self.peak.set(self.peak.get().max(self.in_flight.get()));
        let wait = Duration::from_millis(turn.millis);
        tokio::time::sleep(wait.min(timeout)).await;
        self.in_flight.set(self.in_flight.get() - 1);
        let said = if wait < timeout { turn.said } else { Reaction::SendError };
        self.tell(LogEvent::Came(number, said, said.proves()));
        said.reply()
    }
}

impl Observer for World<'_> {
    fn settled(&self, row: usize, outcome: Outcome) {
        self.tell(LogEvent::Settled(row, Box::new(outcome)));
    }

    async fn intent(&self, _rows: &[u32], _attempt: u32) -> bool {
        match self.journal {
            Some(journal) => journal.intend(b"intent\n".to_vec()).await,
            None => true,
        }
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, _text: &str) {}

    fn failure(&self) -> Option<Fault> {
        None
    }
}

/// What happened in a run.
struct Story {
    limits: Limits,
    targets: Vec<String>,
    vendors: Vec<VendorName>,
    until: Vec<Option<Timestamp>>,
    peak: usize,
    events: Vec<LogEvent>,
}

impl Story {
    fn departures(&self) -> impl Iterator<Item = &Departure> {
        self.events.iter().filter_map(|event| {
            if let LogEvent::Left(departure) = event { Some(departure) } else { None }
        })
    }

    fn of(&self, target: &str) -> Vec<&Departure> {
        self.departures()
            .filter(|departure| departure.targets.iter().any(|known| known == target))
            .collect()
    }

    fn signature(&self, departure: &Departure) -> Option<Proves> {
        self.events.iter().find_map(|event| match event {
            LogEvent::Came(number, _, proves) if *number == departure.number => Some(*proves),
            _ => None,
        })
    }

    fn outcomes(&self) -> impl Iterator<Item = (usize, &Outcome)> {
        self.events.iter().filter_map(|event| {
            if let LogEvent::Settled(row, outcome) = event {
                Some((*row, &**outcome))
            } else {
                None
            }
        })
    }

    /// Whether this vendor refused the credentials.
    fn is_refused_altogether(&self, vendor: VendorName) -> bool {
        let is_asked =
            |number| self.departures().any(|left| left.number == number && left.vendor == vendor);
        self.events.iter().any(|event| matches!(event, LogEvent::Came(number, Reaction::Credentials, _) if is_asked(*number)))
    }
}

/// What must hold of every run.
type Law = fn(&Case, &Story) -> Result<(), TestCaseError>;

/// Tries as many cases as there must be; one that breaks a law is made as simple as it can be.
fn try_all<S: Strategy>(cases: S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    if let Err(error) = TestRunner::new(config).run(&cases, holds) {
        panic!("{error}");
    }
}

macro_rules! laws {
    ($($law:ident),* $(,)?) => { [$((stringify!($law), $law as Law)),*] };
}

#[test]
fn the_laws_of_a_run_hold() {
    let laws = laws![
        one_distinct_row_in_is_one_outcome_out,
        the_summary_adds_up,
        no_request_starts_after_its_deadline_or_lasts_beyond_it,
        no_request_leaves_after_the_end_that_it_asks_for,
        the_attempts_reported_are_the_requests_that_carried_the_target,
        no_target_is_sent_more_often_than_allowed,
        only_a_success_clears_a_unknown,
        nothing_is_sent_again_after_a_success_or_a_plain_no,
        requests_to_one_vendor_are_evenly_spaced_without_a_burst,
        no_more_requests_are_in_flight_than_allowed,
        after_a_signal_nothing_leaves,
        so_many_failures_one_after_another_stop_a_vendor_and_nothing_else_does,
        nobody_is_asked_after_refusing_the_credentials,
    ];
    try_all(cases(), |case| {
        let story = case.play();
        laws.iter().try_for_each(|(name, law)| {
            law(&case, &story).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))
        })
    });
}

// The laws

fn one_distinct_row_in_is_one_outcome_out(case: &Case, story: &Story) -> Result<(), TestCaseError> {
    let distinct: BTreeSet<_> = case.asks.iter().map(TestOperation::line).collect();
    prop_assert_eq!(story.targets.len(), distinct.len());
    let mut rows: Vec<_> = story.outcomes().map(|(row, _)| row).collect();
    rows.sort_unstable();
    prop_assert_eq!(rows, (0..distinct.len()).collect::<Vec<_>>());
    Ok(())
}

fn the_summary_adds_up(_: &Case, story: &Story) -> Result<(), TestCaseError> {
    let mut summary = Summary::default();
    story.outcomes().for_each(|(_, outcome)| summary.count(outcome));
    let number = |status| story.outcomes().filter(|(_, outcome)| outcome.status == status).count();
    prop_assert_eq!(summary.total(), story.targets.len());
    prop_assert_eq!(summary.applied, number(Status::Applied));
    prop_assert_eq!(summary.not_applied, number(Status::NotApplied));
    prop_assert_eq!(summary.unknown, number(Status::Unknown));
    prop_assert_eq!(
        (summary.skipped, summary.planned, summary.done_before),
        (number(Status::Skipped), 0, 0)
    );
    let is_ok = story.outcomes().all(|(_, outcome)| outcome.is_ok());
    let expected = if summary.unknown > 0 {
        4
    } else if is_ok {
        0
    } else {
        5
    };
    prop_assert_eq!(summary.exit_code(), expected);
    Ok(())
}

fn no_request_starts_after_its_deadline_or_lasts_beyond_it(
    _: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    let mut first: HashMap<&[String], Duration> = HashMap::new();
    for departure in story.departures() {
        let Limits { deadline, timeout, .. } = story.limits;
        let needed = Duration::from_millis(250).min(timeout);
        let since = *first.entry(&departure.targets).or_insert(departure.at);
        prop_assert!(departure.timeout <= timeout);
        prop_assert!(
            departure.at + departure.timeout <= since + deadline,
            "{departure:?} since {since:?}"
        );
        prop_assert!(departure.at == since || departure.at + needed <= since + deadline);
    }
    Ok(())
}

fn no_request_leaves_after_the_end_that_it_asks_for(
    _: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    for (target, until) in story.targets.iter().zip(&story.until) {
        let Some(until) = until else { continue };
        for departure in story.of(target) {
            prop_assert!(
                base() + TimeDelta::from_std(departure.at).unwrap() < *until,
                "{departure:?}"
            );
        }
    }
    Ok(())
}

fn the_attempts_reported_are_the_requests_that_carried_the_target(
    _: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    for (row, outcome) in story.outcomes() {
        let sends = story.of(&story.targets[row]);
        prop_assert_eq!(outcome.attempts as usize, sends.len());
        let first =
            sends.first().map(|departure| base() + TimeDelta::from_std(departure.at).unwrap());
        prop_assert_eq!(outcome.started_at, first);
    }
    Ok(())
}

fn no_target_is_sent_more_often_than_allowed(
    case: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    let mut times: BTreeMap<&[String], u32> = BTreeMap::new();
    story.departures().for_each(|departure| *times.entry(&departure.targets).or_default() += 1);
    prop_assert!(times.values().all(|times| *times <= case.attempts), "{times:?}");
    Ok(())
}

fn only_a_success_clears_a_unknown(_: &Case, story: &Story) -> Result<(), TestCaseError> {
    for (row, outcome) in story.outcomes() {
        let sends = story.of(&story.targets[row]);
        // What was given up under way proves nothing either.
        let proofs: Vec<_> =
            sends.iter().map(|send| story.signature(send).unwrap_or(Proves::Nothing)).collect();
        let expected = if proofs.is_empty() {
            Status::Skipped
        } else if proofs.contains(&Proves::Applied) {
            Status::Applied
        } else if proofs.contains(&Proves::Nothing) {
            Status::Unknown
        } else {
            Status::NotApplied
        };
        prop_assert_eq!(outcome.status, expected, "{:?}", proofs);
        prop_assert_eq!(outcome.fault.is_none(), expected == Status::Applied);
    }
    Ok(())
}

fn nothing_is_sent_again_after_a_success_or_a_plain_no(
    _: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    for target in &story.targets {
        let sends = story.of(target);
        for (index, send) in sends.iter().enumerate() {
            let said = story.events.iter().find_map(|event| match event {
                LogEvent::Came(number, said, _) if *number == send.number => Some(*said),
                _ => None,
            });
            let is_last = index + 1 == sends.len();
            match said {
                None | Some(Reaction::Yes | Reaction::Redirect | Reaction::Credentials) => {
                    prop_assert!(is_last);
                }
                // The streams of a group that was refused are tried one by one.
                Some(Reaction::No) => prop_assert!(is_last || send.targets.len() > 1),
                Some(
                    Reaction::Throttled
                    | Reaction::Unsent
                    | Reaction::Fault
                    | Reaction::Nonsense
                    | Reaction::SendError,
                ) => {}
            }
        }
    }
    Ok(())
}

fn requests_to_one_vendor_are_evenly_spaced_without_a_burst(
    case: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    if case.rate == 0 {
        return Ok(());
    }
    let interval = Duration::from_secs(1) / case.rate;
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let times: Vec<_> =
            story.departures().filter(|left| left.vendor == vendor).map(|left| left.at).collect();
        for (earlier, later) in
            (0..times.len()).flat_map(|later| (0..later).map(move |earlier| (earlier, later)))
        {
            let least = interval * u32::try_from(later - earlier).unwrap();
            prop_assert!(times[later] + Pace::SLACK >= times[earlier] + least, "{times:?}");
        }
    }
    Ok(())
}

fn no_more_requests_are_in_flight_than_allowed(
    case: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    prop_assert!(story.peak <= case.concurrency, "{}", story.peak);
    Ok(())
}

fn after_a_signal_nothing_leaves(case: &Case, story: &Story) -> Result<(), TestCaseError> {
    let Some(signal) = case.signals.first().map(|millis| Duration::from_millis(*millis)) else {
        return Ok(());
    };
    prop_assert!(story.departures().all(|departure| departure.at <= signal));
    let is_late = |outcome: &Outcome| {
        outcome.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Interrupted)
    };
    prop_assert!(
        story
            .outcomes()
            .all(|(_, outcome)| !is_late(outcome) || outcome.status != Status::NotApplied)
    );
    Ok(())
}

/// Counts a vendor's failures in the order in which they settle, as the contract words it.
fn so_many_failures_one_after_another_stop_a_vendor_and_nothing_else_does(
    case: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    let kind = |outcome: &Outcome| outcome.fault.as_ref().map(|fault| fault.kind);
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let (mut in_a_row, mut has_applied, mut is_stopped) = (0, false, false);
        let mut groups: BTreeMap<usize, bool> = BTreeMap::new();
        for event in &story.events {
            let has_failed = match event {
                LogEvent::Left(departure) if departure.vendor == vendor => {
                    prop_assert!(!is_stopped, "{departure:?} left all the same");
                    groups.insert(departure.number, departure.targets.len() > 1);
                    false
                }
                // A group that is refused counts once, and then each of its streams.
                LogEvent::Came(number, Reaction::No, _) if groups.get(number) == Some(&true) => {
                    !has_applied
                }
                LogEvent::Settled(row, outcome) if story.vendors[*row] == vendor => match outcome
                    .status
                {
                    Status::Applied | Status::Read => {
                        (in_a_row, has_applied) = (0, true);
                        false
                    }
                    Status::NotApplied if kind(outcome) == Some(FaultKind::Refused) => !has_applied,
                    Status::NotApplied | Status::Unknown => true,
                    Status::Skipped | Status::Planned => false,
                },
                LogEvent::Left(_) | LogEvent::Came(..) | LogEvent::Settled(..) => false,
            };
            in_a_row += u32::from(has_failed);
            is_stopped |= case.max_failures > 0 && in_a_row >= case.max_failures;
        }
        let is_stopped = is_stopped || story.is_refused_altogether(vendor);
        for (row, outcome) in story.outcomes().filter(|(row, _)| story.vendors[*row] == vendor) {
            prop_assert!(
                kind(outcome) != Some(FaultKind::Stopped) || is_stopped,
                "row {row}: {outcome:?}"
            );
            let may_skip = is_stopped || !case.signals.is_empty() || story.until[row].is_some();
            prop_assert!(outcome.status != Status::Skipped || may_skip, "row {row}: {outcome:?}");
        }
    }
    Ok(())
}

fn nobody_is_asked_after_refusing_the_credentials(
    _: &Case,
    story: &Story,
) -> Result<(), TestCaseError> {
    let mut vendors = HashMap::new();
    let mut closed = BTreeSet::new();
    for event in &story.events {
        match event {
            LogEvent::Left(departure) => {
                prop_assert!(!closed.contains(departure.vendor.as_str()), "{departure:?}");
                vendors.insert(departure.number, departure.vendor.as_str());
            }
            LogEvent::Came(number, Reaction::Credentials, _) => {
                closed.insert(vendors[number]);
            }
            LogEvent::Came(..) | LogEvent::Settled(..) => {}
        }
    }
    Ok(())
}

#[test]
fn each_stream_of_a_refused_group_has_attempts_and_a_deadline_of_its_own() {
    let slow = |said| Turn { said, millis: 900 };
    let permit = |name| TestOperation {
        kind: 1,
        name,
        turns: vec![slow(Reaction::No), slow(Reaction::SendError), slow(Reaction::Yes)],
    };
    let limits =
        Case { concurrency: 2, attempts: 2, timeout: 1_000, deadline: 2_500, ..Case::default() };

    let story = Case { asks: vec![permit(0), permit(2)], ..limits }.play();

    let sizes: Vec<_> = story.departures().map(|departure| departure.targets.len()).collect();
    assert_eq!(sizes, [2, 1, 1, 1, 1]);
    assert!(story.departures().all(|departure| departure.timeout == Duration::from_secs(1)));
    let told = |(_, outcome): (usize, &Outcome)| (outcome.status, outcome.attempts);
    assert_eq!(story.outcomes().map(told).collect::<Vec<_>>(), [(Status::Applied, 3); 2]);
}

#[test]
fn each_vendor_goes_at_a_pace_of_its_own_whatever_becomes_of_the_others() {
    let times = |case: &Case| {
        let story = case.play();
        let shumei = story.departures().filter(|left| left.vendor == shumei::profile::NAME);
        shumei.map(|left| (left.targets.clone(), left.at)).collect::<Vec<_>>()
    };
    try_all(cases(), |mut case| {
        (case.concurrency, case.signals) = (3 * case.asks.len(), Vec::new());
        // Nothing of Shumei's is tried again, since the waits between attempts are random.
        case.asks.iter_mut().step_by(2).for_each(|ask| ask.kind = SHUMEI);
        for turn in
            case.asks.iter_mut().filter(|ask| ask.kind == SHUMEI).flat_map(|ask| &mut ask.turns)
        {
            *turn = Turn {
                said: if turn.millis % 2 == 0 { Reaction::Yes } else { Reaction::No },
                millis: turn.millis % 100,
            };
        }
        case.asks.retain({
            let mut seen = BTreeSet::new();
            move |ask| seen.insert((ask.kind, ask.name))
        });
        let asks = case.asks.iter().filter(|ask| ask.kind == SHUMEI).cloned().collect();
        let alone = times(&Case { asks, ..case.clone() });
        let mixed = times(&case);
        prop_assert_eq!(mixed.len(), alone.len());
        for ((target, with), (same, without)) in mixed.iter().zip(&alone) {
            prop_assert_eq!(target, same);
            prop_assert!(
                with.abs_diff(*without) <= Pace::SLACK,
                "{:?} with others, {:?} alone",
                with,
                without
            );
        }
        Ok(())
    });
}

// With a journal

/// Two signals, or one, that are there before anything can leave.
fn called_off(signals: &[Interruption]) -> (Vec<LogEvent>, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = Journal::open(&path, VENDORS).unwrap();
    let case = |name| TestOperation { kind: 4, name, turns: Vec::new() };
    let operations =
        plan([case(1), case(2), case(3)].iter().map(TestOperation::line), base(), &|_| None);
    let world = World { journal: Some(&journal), ..World::new(HashMap::new()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (sender, mut interruptions) = unbounded_channel();
        signals.iter().for_each(|signal| sender.send(*signal).unwrap());
        world.start.set(Some(Instant::now()));
        let limits = Case { concurrency: 2, ..Case::default() }.limits();
        let engine = Engine {
            transport: &world,
            operations: &operations,
            limits,
            clock: Rc::new(base),
            observer: &world,
        };
        let batches = plan::batches(&operations, |_| true).into_iter();
        engine
            .run(
                batches.map(|(name, batches)| (vendor(name), batches)).collect(),
                &mut interruptions,
            )
            .await;
    });
    let events = world.events.into_inner();
    drop(journal);
    (events, std::fs::read_to_string(path).unwrap())
}

#[test]
fn what_waits_for_the_disk_when_a_signal_comes_does_not_leave() {
    for signals in [&[Interruption::Gently][..], &[Interruption::Gently, Interruption::AtOnce]] {
        let (events, journal) = called_off(signals);
        let skipped = |event: &LogEvent| match event {
            LogEvent::Settled(_, outcome) => {
                outcome.status == Status::Skipped
                    && outcome.fault.as_ref().unwrap().kind == FaultKind::Interrupted
            }
            LogEvent::Left(_) | LogEvent::Came(..) => false,
        };
        assert!(events.len() == 3 && events.iter().all(skipped), "{events:?}");
        assert_eq!(journal, "intent\nintent\n");
    }
}
