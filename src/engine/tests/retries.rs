//! Which attempts follow which, and when: quotas by the minute, operations that are not repeated, files that run out.

use super::*;
use crate::api::spec::Api;
use crate::api::tests::versions;
use crate::input::batch::Batch;
use crate::input::rows::Rows;

/// A scripted world: the reply to the request of this number, for this target.
struct ScriptedTransport<F> {
    start: Instant,
    reply: F,
    /// How long each intent takes to be durable.
    intents: Vec<u64>,
    left: RefCell<Vec<(Duration, String)>>,
    settled: RefCell<BTreeMap<usize, Outcome>>,
    notes: RefCell<Vec<String>>,
    recorded: Cell<usize>,
    in_flight: Cell<usize>,
}

/// A reply after this many milliseconds.
struct After(u64, Result<Response, SendError>);

fn reply(status: u16, body: &str) -> After {
    After(10, Ok(Response::new(status, body.to_owned())))
}

/// The success of Tencent's legacy API, and of JD's `OpenAPI`.
const DONE: &str = r#"{"ret":0}"#;
const JD_DONE: &str = r#"{"requestId":"r","result":{}}"#;
const QUOTA: &str =
    r#"{"requestId":"r","error":{"code":429,"status":"RATE_LIMIT","message":"too many"}}"#;

impl<F: Fn(usize, &str) -> After> Transport for ScriptedTransport<F> {
    async fn send(&self, request: &SignedRequest, _: Duration) -> Result<Response, SendError> {
        let body = request.body.as_deref().unwrap_or_default();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let query = request.url.query_pairs().find(|(name, _)| name == "Param.s.channel_id");
        let channel = query.map(|(_, value)| value.into_owned());
        let target = body["streamName"].as_str().map(str::to_owned).or(channel).unwrap();
        let number = self.left.borrow().len();
        self.left.borrow_mut().push((self.start.elapsed(), target.clone()));
        self.in_flight.set(self.in_flight.get() + 1);
        let After(millis, result) = (self.reply)(number, &target);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.in_flight.set(self.in_flight.get() - 1);
        result
    }
}

impl<F> Observer for ScriptedTransport<F> {
    async fn intent(&self, _rows: &[u32], _attempt: u32) -> bool {
        let number = self.recorded.replace(self.recorded.get() + 1);
        if let Some(millis) = self.intents.get(number) {
            tokio::time::sleep(Duration::from_millis(*millis)).await;
        }
        true
    }

    fn settled(&self, row: usize, outcome: Outcome) {
        assert!(self.settled.borrow_mut().insert(row, outcome).is_none());
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, text: &str) {
        self.notes.borrow_mut().push(text.to_owned());
    }

    fn failure(&self) -> Option<Fault> {
        None
    }
}

/// The outcomes of a run.
struct Played {
    left: Vec<(Duration, String)>,
    outcomes: Vec<Outcome>,
    notes: Vec<String>,
}

impl Played {
    fn ends(&self) -> Vec<(Status, Option<FaultKind>, u32)> {
        let kind = |outcome: &Outcome| outcome.fault.as_ref().map(|fault| fault.kind);
        self.outcomes.iter().map(|end| (end.status, kind(end), end.attempts)).collect()
    }

    fn times(&self) -> Vec<u64> {
        self.left.iter().map(|(at, _)| u64::try_from(at.as_millis()).unwrap()).collect()
    }
}

pub(super) fn limits() -> Limits {
    Limits {
        concurrency: 8,
        rate: Some(0),
        attempts: 3,
        timeout: Duration::from_secs(8),
        deadline: Duration::from_secs(30),
        max_failures: 10,
        verify: None,
        verify_viewers: Duration::from_secs(90),
        hold: None,
    }
}

/// Runs one action on these targets at Tencent's legacy API or JD's `OpenAPI`.
fn run(
    api: &Rc<dyn Api>,
    action: &str,
    targets: &[&str],
    limits: Limits,
    intents: &[u64],
    reply: impl Fn(usize, &str) -> After,
) -> Played {
    let is_jd = api.name().as_str() == "jd";
    let line = |target: &&str| {
        let mut line = json!({"vendor": "tencent", "action": action, "target": target});
        if is_jd {
            line["vendor"] = "jd".into();
            line["target"] = format!("live/{target}").into();
            line["domain"] = "a.cn".into();
        }
        line.to_string()
    };
    let accounts = versions("openapi", "legacy");
    let mut planner = Planner::new(VENDORS, PlanContext { accounts, ..PlanContext::at(base()) });
    for line in targets.iter().map(line) {
        let input = serde_json::from_str::<OperationInput<'_>>(&line).unwrap();
        planner.add(&input, InputLine::Arguments);
    }
    let operations = planner.finish().unwrap().operations;
    let runtime = paused_runtime();
    runtime.block_on(async {
        let start = Instant::now();
        let (_sender, mut interruptions) = unbounded_channel();
        let transport = ScriptedTransport {
            start,
            reply,
            intents: intents.to_vec(),
            left: RefCell::default(),
            settled: RefCell::default(),
            notes: RefCell::default(),
            recorded: Cell::default(),
            in_flight: Cell::default(),
        };
        let clock = move || base() + TimeDelta::from_std(start.elapsed()).unwrap();
        let engine = Engine {
            transport: &transport,
            operations: Rows::Listed(&operations),
            limits,
            clock: Rc::new(clock),
            observer: &transport,
            viewers: &NoViewers,
        };
        let rows = (0..u32::try_from(operations.len()).unwrap()).map(Batch::One).collect();
        engine.run(vec![(Rc::clone(api), rows)], &mut interruptions).await;
        Played {
            left: transport.left.into_inner(),
            outcomes: transport.settled.into_inner().into_values().collect(),
            notes: transport.notes.into_inner(),
        }
    })
}

fn openapi() -> Rc<dyn Api> {
    Rc::new(jd::openapi::tests::account("i", "k", "https://a.cn"))
}

fn tencent() -> Rc<dyn Api> {
    Rc::new(tencent::tests::account("k"))
}

const APPLIED: (Status, Option<FaultKind>, u32) = (Status::Applied, None, 1);

// A quota by the minute

#[test]
fn used_up_quota_is_waited_out() {
    let targets: Vec<_> = (0..30).map(|number| number.to_string()).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let limits =
        Limits { concurrency: 4, attempts: 1, deadline: Duration::from_secs(5), ..limits() };
    // Twenty requests are allowed; what comes within the minute after them is refused.
    let played = run(&openapi(), "permit", &targets, limits, &[], |number, _| match number {
        20..24 => reply(429, QUOTA),
        _ => reply(200, JD_DONE),
    });
    assert!(played.ends().iter().all(|(status, ..)| *status == Status::Applied));
    let attempts: Vec<_> = played.outcomes.iter().map(|end| end.attempts).collect();
    assert_eq!(attempts.iter().filter(|attempts| **attempts == 2).count(), 4);
    let first_refused = played.left[20].0;
    assert_eq!(played.left[24].0, first_refused + Duration::from_mins(1));
    assert_eq!(
        played.notes,
        ["JD allows no more requests this minute; its queue waits until 2026-11-21T02:01:00Z"]
    );
}

#[test]
fn third_pause_in_a_row_settles_the_refused() {
    let targets: Vec<_> = (0..12).map(|number| number.to_string()).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let played = run(&openapi(), "permit", &targets, limits(), &[], |_, _| reply(429, QUOTA));
    let throttled = |attempts| (Status::NotApplied, Some(FaultKind::Throttled), attempts);
    assert_eq!(played.ends(), [[throttled(3); 8].as_slice(), &[throttled(1); 4]].concat());
    assert_eq!(played.notes.len(), 2);
    assert!(played.left.last().unwrap().0 < Duration::from_secs(125));
}

#[test]
fn success_between_two_pauses_counts_anew() {
    let played = run(
        &openapi(),
        "permit",
        &["a", "b", "c", "d"],
        Limits { concurrency: 1, ..limits() },
        &[],
        |number, _| if number % 2 == 0 { reply(429, QUOTA) } else { reply(200, JD_DONE) },
    );
    assert_eq!(played.ends(), [(Status::Applied, None, 2); 4]);
    assert_eq!(played.notes.len(), 4);
}

#[test]
fn wait_over_a_minute_ends_the_target() {
    let played = run(&openapi(), "permit", &["a"], limits(), &[], |_, _| {
        let inputs = Response { retry_after: Some("61".into()), ..Response::new(429, QUOTA) };
        After(10, Ok(inputs))
    });
    assert_eq!(played.ends(), [(Status::NotApplied, Some(FaultKind::Throttled), 1)]);
}

#[test]
fn throttled_request_is_repeated_after_its_wait() {
    let played = run(&tencent(), "resume", &["a"], limits(), &[], |number, _| match number {
        0 => reply(429, ""),
        _ => reply(200, DONE),
    });
    assert_eq!(played.ends(), [(Status::Applied, None, 2)]);
    assert!(played.left[1].0 <= Duration::from_secs(2) && played.notes.is_empty());
}

// Operations that are not repeated

#[test]
fn drop_in_doubt_is_not_sent_again() {
    let lost = || {
        let fault = Fault::new(FaultKind::Network, "the line is down");
        Err(SendError { sent: Delivery::Unknown, fault, retry: true, out_of_files: false })
    };
    let unknown = |kind| vec![(Status::Unknown, Some(kind), 1)];
    for api in [openapi(), tencent()] {
        for (first, expected) in [
            (lost as fn() -> Result<Response, SendError>, unknown(FaultKind::Network)),
            (|| Ok(Response::new(500, "")), unknown(FaultKind::Http)),
            (|| Ok(Response::new(408, "")), unknown(FaultKind::Http)),
            (|| Ok(Response::new(200, "<html>")), unknown(FaultKind::Protocol)),
        ] {
            let done = if api.name().as_str() == "jd" { JD_DONE } else { DONE };
            let played = |action| {
                run(&api, action, &["a"], limits(), &[], |number, _| match number {
                    0 => After(10, first()),
                    _ => reply(200, done),
                })
            };
            assert_eq!(played("drop").ends(), expected);
            let other = if api.name().as_str() == "jd" { "permit" } else { "resume" };
            assert_eq!(played(other).ends(), [(Status::Applied, None, 2)]);
        }
    }
}

#[test]
fn drop_certainly_not_done_is_sent_again() {
    let unsent = || {
        let fault = Fault::new(FaultKind::Network, "refused");
        Err(SendError { sent: Delivery::NotSent, fault, retry: true, out_of_files: false })
    };
    let played = run(&tencent(), "drop", &["a"], limits(), &[], |number, _| match number {
        0 => After(10, unsent()),
        1 => reply(429, ""),
        _ => reply(200, DONE),
    });
    assert_eq!(played.ends(), [(Status::Applied, None, 3)]);
    // Once it is in doubt, a connection that fails does not let it be sent again either.
    let played = run(&tencent(), "drop", &["a"], limits(), &[], |number, _| match number {
        0 => After(10, unsent()),
        1 => reply(500, ""),
        _ => reply(200, DONE),
    });
    assert_eq!(played.ends(), [(Status::Unknown, Some(FaultKind::Http), 2)]);
}

// Time

#[test]
fn retry_leaves_while_a_connect_has_time() {
    for (millis, deadline, attempts) in [
        // 250 ms: 200 to connect, 50 as the margin.
        (700, 1_000, 2),
        (760, 1_000, 1),
        // An attempt that is shorter itself needs no more than that.
        (80, 300, 3),
    ] {
        let limits = Limits {
            timeout: Duration::from_millis(if deadline < 1_000 { 100 } else { 8_000 }),
            deadline: Duration::from_millis(deadline),
            ..limits()
        };
        let played = run(&tencent(), "resume", &["a"], limits, &[], |_, _| {
            let inputs = Response { retry_after: Some("0".into()), ..Response::new(503, "") };
            After(millis, Ok(inputs))
        });
        assert_eq!(played.outcomes[0].attempts, attempts, "{millis} of {deadline}");
    }
}

#[test]
fn requests_are_evenly_spaced_when_intents_are_late() {
    let targets: Vec<_> = (0..12).map(|number| number.to_string()).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let limits = Limits { rate: Some(20), ..limits() };
    // The disk lets several intents go at once.
    let intents = [0, 170, 120, 70, 20, 0, 90, 40, 0, 0, 200, 150];
    let played = run(&tencent(), "resume", &targets, limits, &intents, |_, _| reply(200, DONE));
    assert_eq!(played.ends(), [APPLIED; 12]);
    for pair in played.times().windows(2) {
        assert!(pair[1] - pair[0] >= 48, "{:?}", played.times());
    }
}

// Files

#[test]
fn request_without_free_file_waits() {
    let targets: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let open = Rc::new(Cell::new(0usize));
    let limits = Limits { concurrency: 20, ..limits() };
    let files = Rc::clone(&open);
    let played = run(&tencent(), "resume", &targets, limits, &[], move |number, _| {
        // Ten replies take 100 ms; what comes meanwhile finds no file.
        if (10..20).contains(&number) && files.replace(files.get() + 1) < 10 {
            let fault = Fault::new(FaultKind::Network, "too many open files");
            let error =
                SendError { sent: Delivery::NotSent, fault, retry: true, out_of_files: true };
            return After(0, Err(error));
        }
        After(100, Ok(Response::new(200, DONE)))
    });
    assert_eq!(played.ends(), [APPLIED; 40]);
    assert_eq!(played.left.len(), 50);
}
