//! Property tests of a run, with a paused clock and scripted vendors.

mod arrivals;
mod crashes;
mod envelopes;
mod holds;
mod intents;
mod laws;
mod lists;
mod look_laws;
mod midnight;
mod retries;
mod rule_transport;
mod scripted_vendors;
mod verifications;
mod viewer_laws;
mod viewers;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;

use self::scripted_vendors::*;
use super::*;
use crate::api::name::VendorName;
use crate::api::operation::Operation;
use crate::api::operation::PlanContext;
use crate::api::operation_input::OperationInput;
use crate::api::operation_json::to_json;
use crate::api::spec::Api;
use crate::api::tests::shumei_in;
use crate::api::{VENDORS, alibaba, huawei, jd, shumei, tencent, volcengine};
use crate::engine::context::{Limits, NoViewers, Viewers};
use crate::engine::pace::Pace;
use crate::input::batch;
use crate::input::lines::InputLine;
use crate::input::plan::Planner;
use crate::input::rows::Rows;
use crate::journal::history::History;
use crate::journal::writer::Journal;
use crate::net::message::{Response, SignedRequest};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::fault::{Fault, FaultKind};
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

/// One line of the input, and the answers that its target gets, attempt by attempt; after those, a success.
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
            // The second comes after the first, whatever the times.
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

/// Tries as many cases as there must be; one that breaks a law is made as simple as it can be.
fn try_all<S: Strategy>(cases: S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    if let Err(error) = TestRunner::new(config).run(&cases, holds) {
        panic!("{error}");
    }
}
