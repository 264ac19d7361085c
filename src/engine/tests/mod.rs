//! Property tests of a run, with a paused clock and scripted vendors.

mod arrivals;
mod crashes;
mod envelopes;
mod holds;
mod looks;
mod midnight;
mod retries;
mod viewers;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
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
use crate::api::{VENDORS, alibaba, huawei, jd, shumei, tencent, volcengine};
use crate::engine::context::{Limits, NoViewers, Viewers};
use crate::engine::pace::Pace;
use crate::input::batch;
use crate::input::lines::InputLine;
use crate::input::plan::Planner;
use crate::input::rows::Rows;
use crate::journal::writer::Journal;
use crate::net::message::{Response, SignedRequest};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::summary::Summary;
use crate::outcome::{Outcome, Status};
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
struct RunSetup {
    inputs: Vec<TestOperation>,
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
    replies: Vec<ScriptedReply>,
}

#[derive(Clone, Copy, Debug)]
struct ScriptedReply {
    said: ReplyKind,
    millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReplyKind {
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

/// The evidence of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    Applied,
    NotApplied,
    Nothing,
}

impl ReplyKind {
    fn proves(self) -> Evidence {
        match self {
            Self::Yes => Evidence::Applied,
            Self::No | Self::Throttled | Self::Credentials | Self::Redirect | Self::Unsent => {
                Evidence::NotApplied
            }
            Self::Fault | Self::Nonsense | Self::SendError => Evidence::Nothing,
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

/// The scripted answers, each as often as it is listed; a case that is made simpler moves to the front.
const HEARD: [ReplyKind; 20] = {
    use ReplyKind::{
        Credentials, Fault, No, Nonsense, Redirect, SendError, Throttled, Unsent, Yes,
    };
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
fn replies() -> impl Strategy<Value = Vec<ScriptedReply>> {
    let reply = (0..HEARD.len() * 900)
        .prop_map(|n| ScriptedReply { said: HEARD[n / 900], millis: (n % 900) as u64 });
    prop::collection::vec(reply, 0..4)
}

fn cases() -> impl Strategy<Value = RunSetup> {
    let input = (0..36u8, replies()).prop_map(|(n, replies)| TestOperation {
        kind: n % 6,
        name: n / 6,
        replies,
    });
    let limits = (1..6usize, 0..4usize, 1..6u32, 100..1_000u64, 100..4_000u64, 0..5u32);
    let signals = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(0..2_000u64, 1..3)];
    (prop::collection::vec(input, 1..10), limits, signals).prop_map(
        |(inputs, (concurrency, rate, attempts, timeout, deadline, max_failures), signals)| {
            RunSetup {
                inputs,
                concurrency,
                rate: [0, 3, 20, 700][rate],
                attempts,
                timeout,
                deadline,
                max_failures,
                signals,
            }
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

impl RunSetup {
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
            verify_viewers: Duration::from_secs(90),
            hold: None,
        }
    }

    fn operations(&self) -> Vec<Box<dyn Operation>> {
        plan(self.inputs.iter().map(TestOperation::line), base(), &|_| None)
    }

    fn play(&self) -> EventLog {
        let operations = self.operations();
        let targets = operations.iter().map(|operation| operation.target().to_owned()).collect();
        let vendors = operations.iter().map(|operation| operation.spec().vendor).collect();
        let until = operations.iter().map(|operation| operation.until()).collect();
        let mut replies: HashMap<String, Vec<ScriptedReply>> = HashMap::new();
        for input in &self.inputs {
            let line: Value = serde_json::from_str(&input.line()).unwrap();
            replies
                .entry(line["target"].as_str().unwrap().to_owned())
                .or_insert_with(|| input.replies.clone());
        }
        let transport = ScriptedVendors::new(replies);
        play(&transport, &operations, self.limits(), base(), |_| true, &self.signals);
        EventLog {
            limits: self.limits(),
            targets,
            vendors,
            until,
            peak: transport.peak.get(),
            events: transport.events.into_inner(),
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
    for (line, number) in lines.into_iter().zip(1..) {
        let input = serde_json::from_str::<OperationInput<'_>>(&line).unwrap();
        // Of a file, where a comma is part of a name.
        planner.add(&input, InputLine::Line(number));
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

/// A runtime whose clock moves on only while nothing else does, with the same waits between attempts in every run.
fn paused_runtime() -> tokio::runtime::Runtime {
    fastrand::seed(20_261_121);
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

fn play(
    transport: &ScriptedVendors<'_>,
    operations: &[Box<dyn Operation>],
    limits: Limits,
    now: Timestamp,
    due: impl Fn(usize) -> bool,
    signals: &[u64],
) {
    let runtime = paused_runtime();
    runtime.block_on(async {
        let start = Instant::now();
        transport.start.set(Some(start));
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
        let batches = batch::batches(operations, due)
            .into_iter()
            .map(|(name, batches)| (vendor(name), batches))
            .collect();
        let clock = move || now + TimeDelta::from_std(start.elapsed()).unwrap();
        let engine = Engine {
            transport,
            operations: Rows::Listed(operations),
            limits,
            clock: Rc::new(clock),
            observer: transport,
            viewers: &NoViewers,
        };
        engine.run(batches, &mut interruptions).await;
    });
}

// The world that a run acts on

struct ScriptedVendors<'j> {
    journal: Option<&'j Journal>,
    replies: HashMap<String, Vec<ScriptedReply>>,
    start: Cell<Option<Instant>>,
    sends: RefCell<HashMap<String, usize>>,
    in_flight: Cell<usize>,
    peak: Cell<usize>,
    events: RefCell<Vec<LogEvent>>,
}

#[derive(Clone, Debug)]
enum LogEvent {
    Left(SentRequest),
    /// The reply to the request of this number came and proves this; what was asked of its targets.
    Came(usize, ReplyKind, Evidence),
    Settled(usize, Box<Outcome>),
}

#[derive(Clone, Debug)]
struct SentRequest {
    number: usize,
    at: Duration,
    timeout: Duration,
    vendor: VendorName,
    targets: Vec<String>,
}

impl ScriptedVendors<'_> {
    fn new(replies: HashMap<String, Vec<ScriptedReply>>) -> Self {
        Self {
            journal: None,
            replies,
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

    fn reply(&self, targets: &[String]) -> ScriptedReply {
        let mut sends = self.sends.borrow_mut();
        let nth = sends.get(&targets[0]).copied().unwrap_or_default();
        targets.iter().for_each(|target| *sends.entry(target.clone()).or_default() += 1);
        let reply = self.replies.get(&targets[0]).and_then(|replies| replies.get(nth));
        reply.copied().unwrap_or(ScriptedReply { said: ReplyKind::Yes, millis: 10 })
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

impl Transport for ScriptedVendors<'_> {
    async fn send(
        &self,
        request: &SignedRequest,
        timeout: Duration,
    ) -> Result<Response, SendError> {
        let (vendor, targets) = read(request);
        let reply = self.reply(&targets);
        let number = self.events.borrow().len();
        self.tell(LogEvent::Left(SentRequest {
            number,
            at: self.start.get().unwrap().elapsed(),
            timeout,
            vendor,
            targets,
        }));
        self.in_flight.set(self.in_flight.get() + 1);
        self.peak.set(self.peak.get().max(self.in_flight.get()));
        let wait = Duration::from_millis(reply.millis);
        tokio::time::sleep(wait.min(timeout)).await;
        self.in_flight.set(self.in_flight.get() - 1);
        let said = if wait < timeout { reply.said } else { ReplyKind::SendError };
        self.tell(LogEvent::Came(number, said, said.proves()));
        said.reply()
    }
}

impl Observer for ScriptedVendors<'_> {
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

/// The events of a run.
struct EventLog {
    limits: Limits,
    targets: Vec<String>,
    vendors: Vec<VendorName>,
    until: Vec<Option<Timestamp>>,
    peak: usize,
    events: Vec<LogEvent>,
}

impl EventLog {
    fn departures(&self) -> impl Iterator<Item = &SentRequest> {
        self.events.iter().filter_map(|event| {
            if let LogEvent::Left(departure) = event { Some(departure) } else { None }
        })
    }

    fn of(&self, target: &str) -> Vec<&SentRequest> {
        self.departures()
            .filter(|departure| departure.targets.iter().any(|known| known == target))
            .collect()
    }

    fn signature(&self, departure: &SentRequest) -> Option<Evidence> {
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
        self.events.iter().any(|event| matches!(event, LogEvent::Came(number, ReplyKind::Credentials, _) if is_asked(*number)))
    }
}

/// The laws of every run.
type Law = fn(&RunSetup, &EventLog) -> Result<(), TestCaseError>;

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
fn laws_of_a_run() {
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
        let log = case.play();
        laws.iter().try_for_each(|(name, law)| {
            law(&case, &log).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))
        })
    });
}

// The laws

fn one_distinct_row_in_is_one_outcome_out(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let distinct: BTreeSet<_> = case.inputs.iter().map(TestOperation::line).collect();
    prop_assert_eq!(log.targets.len(), distinct.len());
    let mut rows: Vec<_> = log.outcomes().map(|(row, _)| row).collect();
    rows.sort_unstable();
    prop_assert_eq!(rows, (0..distinct.len()).collect::<Vec<_>>());
    Ok(())
}

fn the_summary_adds_up(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let mut summary = Summary::default();
    log.outcomes().for_each(|(_, outcome)| summary.count(outcome));
    let number = |status| log.outcomes().filter(|(_, outcome)| outcome.status == status).count();
    prop_assert_eq!(summary.total(), log.targets.len());
    prop_assert_eq!(summary.applied, number(Status::Applied));
    prop_assert_eq!(summary.not_applied, number(Status::NotApplied));
    prop_assert_eq!(summary.unknown, number(Status::Unknown));
    prop_assert_eq!(
        (summary.skipped, summary.planned, summary.done_before),
        (number(Status::Skipped), 0, 0)
    );
    let is_ok = log.outcomes().all(|(_, outcome)| outcome.is_ok());
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
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let mut first: HashMap<&[String], Duration> = HashMap::new();
    for departure in log.departures() {
        let Limits { deadline, timeout, .. } = log.limits;
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
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    for (target, until) in log.targets.iter().zip(&log.until) {
        let Some(until) = until else { continue };
        for departure in log.of(target) {
            prop_assert!(
                base() + TimeDelta::from_std(departure.at).unwrap() < *until,
                "{departure:?}"
            );
        }
    }
    Ok(())
}

fn the_attempts_reported_are_the_requests_that_carried_the_target(
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    for (row, outcome) in log.outcomes() {
        let sends = log.of(&log.targets[row]);
        prop_assert_eq!(outcome.attempts as usize, sends.len());
        let first =
            sends.first().map(|departure| base() + TimeDelta::from_std(departure.at).unwrap());
        prop_assert_eq!(outcome.started_at, first);
    }
    Ok(())
}

fn no_target_is_sent_more_often_than_allowed(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let mut times: BTreeMap<&[String], u32> = BTreeMap::new();
    log.departures().for_each(|departure| *times.entry(&departure.targets).or_default() += 1);
    prop_assert!(times.values().all(|times| *times <= case.attempts), "{times:?}");
    Ok(())
}

fn only_a_success_clears_a_unknown(_: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    for (row, outcome) in log.outcomes() {
        let sends = log.of(&log.targets[row]);
        // A request that was given up in flight proves nothing either.
        let proofs: Vec<_> =
            sends.iter().map(|send| log.signature(send).unwrap_or(Evidence::Nothing)).collect();
        let expected = if proofs.is_empty() {
            Status::Skipped
        } else if proofs.contains(&Evidence::Applied) {
            Status::Applied
        } else if proofs.contains(&Evidence::Nothing) {
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
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    for target in &log.targets {
        let sends = log.of(target);
        for (index, send) in sends.iter().enumerate() {
            let said = log.events.iter().find_map(|event| match event {
                LogEvent::Came(number, said, _) if *number == send.number => Some(*said),
                _ => None,
            });
            let is_last = index + 1 == sends.len();
            match said {
                None | Some(ReplyKind::Yes | ReplyKind::Redirect | ReplyKind::Credentials) => {
                    prop_assert!(is_last);
                }
                // The streams of a group that was refused are tried one by one.
                Some(ReplyKind::No) => prop_assert!(is_last || send.targets.len() > 1),
                Some(
                    ReplyKind::Throttled
                    | ReplyKind::Unsent
                    | ReplyKind::Fault
                    | ReplyKind::Nonsense
                    | ReplyKind::SendError,
                ) => {}
            }
        }
    }
    Ok(())
}

fn requests_to_one_vendor_are_evenly_spaced_without_a_burst(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    if case.rate == 0 {
        return Ok(());
    }
    let interval = Duration::from_secs(1) / case.rate;
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let times: Vec<_> =
            log.departures().filter(|left| left.vendor == vendor).map(|left| left.at).collect();
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
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    prop_assert!(log.peak <= case.concurrency, "{}", log.peak);
    Ok(())
}

fn after_a_signal_nothing_leaves(case: &RunSetup, log: &EventLog) -> Result<(), TestCaseError> {
    let Some(signal) = case.signals.first().map(|millis| Duration::from_millis(*millis)) else {
        return Ok(());
    };
    prop_assert!(log.departures().all(|departure| departure.at <= signal));
    let is_late = |outcome: &Outcome| {
        outcome.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Interrupted)
    };
    prop_assert!(
        log.outcomes()
            .all(|(_, outcome)| !is_late(outcome) || outcome.status != Status::NotApplied)
    );
    Ok(())
}

/// Counts a vendor's failures in the order in which they settle, as the contract words it.
fn so_many_failures_one_after_another_stop_a_vendor_and_nothing_else_does(
    case: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let kind = |outcome: &Outcome| outcome.fault.as_ref().map(|fault| fault.kind);
    for vendor in VENDORS.iter().map(|vendor| vendor.name) {
        let (mut in_a_row, mut has_applied, mut is_stopped) = (0, false, false);
        let mut groups: BTreeMap<usize, bool> = BTreeMap::new();
        for event in &log.events {
            let has_failed = match event {
                LogEvent::Left(departure) if departure.vendor == vendor => {
                    prop_assert!(!is_stopped, "{departure:?} left all the same");
                    groups.insert(departure.number, departure.targets.len() > 1);
                    false
                }
                // A group that is refused counts once, and then each of its streams.
                LogEvent::Came(number, ReplyKind::No, _) if groups.get(number) == Some(&true) => {
                    !has_applied
                }
                LogEvent::Settled(row, outcome) if log.vendors[*row] == vendor => match outcome
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
        let is_stopped = is_stopped || log.is_refused_altogether(vendor);
        for (row, outcome) in log.outcomes().filter(|(row, _)| log.vendors[*row] == vendor) {
            prop_assert!(
                kind(outcome) != Some(FaultKind::Stopped) || is_stopped,
                "row {row}: {outcome:?}"
            );
            let may_skip = is_stopped || !case.signals.is_empty() || log.until[row].is_some();
            prop_assert!(outcome.status != Status::Skipped || may_skip, "row {row}: {outcome:?}");
        }
    }
    Ok(())
}

fn nobody_is_asked_after_refusing_the_credentials(
    _: &RunSetup,
    log: &EventLog,
) -> Result<(), TestCaseError> {
    let mut vendors = HashMap::new();
    let mut closed = BTreeSet::new();
    for event in &log.events {
        match event {
            LogEvent::Left(departure) => {
                prop_assert!(!closed.contains(departure.vendor.as_str()), "{departure:?}");
                vendors.insert(departure.number, departure.vendor.as_str());
            }
            LogEvent::Came(number, ReplyKind::Credentials, _) => {
                closed.insert(vendors[number]);
            }
            LogEvent::Came(..) | LogEvent::Settled(..) => {}
        }
    }
    Ok(())
}

#[test]
fn refused_batch_restarts_attempts_and_deadlines() {
    let slow = |said| ScriptedReply { said, millis: 900 };
    let permit = |name| TestOperation {
        kind: 1,
        name,
        replies: vec![slow(ReplyKind::No), slow(ReplyKind::SendError), slow(ReplyKind::Yes)],
    };
    let limits = RunSetup {
        concurrency: 2,
        attempts: 2,
        timeout: 1_000,
        deadline: 2_500,
        ..RunSetup::default()
    };

    let log = RunSetup { inputs: vec![permit(0), permit(2)], ..limits }.play();

    let sizes: Vec<_> = log.departures().map(|departure| departure.targets.len()).collect();
    assert_eq!(sizes, [2, 1, 1, 1, 1]);
    assert!(log.departures().all(|departure| departure.timeout == Duration::from_secs(1)));
    let told = |(_, outcome): (usize, &Outcome)| (outcome.status, outcome.attempts);
    assert_eq!(log.outcomes().map(told).collect::<Vec<_>>(), [(Status::Applied, 3); 2]);
}

#[test]
fn vendors_have_separate_rates() {
    let times = |case: &RunSetup| {
        let log = case.play();
        let shumei = log.departures().filter(|left| left.vendor == shumei::profile::NAME);
        shumei.map(|left| (left.targets.clone(), left.at)).collect::<Vec<_>>()
    };
    try_all(cases(), |mut case| {
        (case.concurrency, case.signals) = (3 * case.inputs.len(), Vec::new());
        // Nothing of Shumei's is tried again, since the waits between attempts are random.
        case.inputs.iter_mut().step_by(2).for_each(|input| input.kind = SHUMEI);
        for reply in case
            .inputs
            .iter_mut()
            .filter(|input| input.kind == SHUMEI)
            .flat_map(|input| &mut input.replies)
        {
            *reply = ScriptedReply {
                said: if reply.millis % 2 == 0 { ReplyKind::Yes } else { ReplyKind::No },
                millis: reply.millis % 100,
            };
        }
        case.inputs.retain({
            let mut seen = BTreeSet::new();
            move |input| seen.insert((input.kind, input.name))
        });
        let inputs = case.inputs.iter().filter(|input| input.kind == SHUMEI).cloned().collect();
        let alone = times(&RunSetup { inputs, ..case.clone() });
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
    let case = |name| TestOperation { kind: 4, name, replies: Vec::new() };
    let operations =
        plan([case(1), case(2), case(3)].iter().map(TestOperation::line), base(), &|_| None);
    let transport =
        ScriptedVendors { journal: Some(&journal), ..ScriptedVendors::new(HashMap::new()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (sender, mut interruptions) = unbounded_channel();
        signals.iter().for_each(|signal| sender.send(*signal).unwrap());
        transport.start.set(Some(Instant::now()));
        let limits = RunSetup { concurrency: 2, ..RunSetup::default() }.limits();
        let engine = Engine {
            transport: &transport,
            operations: Rows::Listed(&operations),
            limits,
            clock: Rc::new(base),
            observer: &transport,
            viewers: &NoViewers,
        };
        let batches = batch::batches(&operations, |_| true).into_iter();
        engine
            .run(
                batches.map(|(name, batches)| (vendor(name), batches)).collect(),
                &mut interruptions,
            )
            .await;
    });
    let events = transport.events.into_inner();
    drop(journal);
    (events, std::fs::read_to_string(path).unwrap())
}

#[test]
fn request_waiting_for_its_intent_is_cancelled() {
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
