//! Lists that come page by page, and states that are read back after a success.

use super::*;
use crate::engine::look_pace::LOOK_INTERVAL;
use crate::engine::pages::MAX_PAGES;
use crate::outcome::answer::{JsonText, ListItem};

/// A request, by what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// It changes these targets.
    Act(Vec<String>),
    /// It asks for this page of a domain's list.
    Page(String, u64),
    /// It asks how this stream or channel is.
    Verification(String),
}

use Purpose::{Act, Page, Verification};

fn purpose(request: &SignedRequest) -> Purpose {
    let body: Value = request
        .body
        .as_deref()
        .map(|body| serde_json::from_slice(body).unwrap())
        .unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap().to_owned();
    match request.url.path() {
        "/api/live/queryForbidden" if body["stream"].is_null() => {
            Page(text("domain"), body["pageNumber"].as_u64().unwrap())
        }
        "/api/live/queryForbidden" => Verification(format!("{}/{}", text("app"), text("stream"))),
        "/api/live/forbidStream" => Act(vec![format!("{}/{}", text("app"), text("stream"))]),
        "/common_access" if request.url.query().unwrap().contains("GetStatus") => {
            Verification(read(request).1.concat())
        }
        _ => Act(read(request).1),
    }
}

/// The answer to a request, and how long it takes.
#[derive(Clone, Debug)]
pub(super) struct TimedResponse(pub(super) u64, pub(super) Result<Response, SendError>);

pub(super) fn says(millis: u64, body: impl std::fmt::Display) -> TimedResponse {
    TimedResponse(millis, Ok(Response::new(200, body.to_string())))
}

pub(super) fn fails(millis: u64) -> TimedResponse {
    TimedResponse(millis, Ok(Response::new(500, "")))
}

/// A page of bans that stand for good, from one number to another.
pub(super) fn page(numbers: std::ops::Range<u64>, total: u64) -> Value {
    let ban = |number: u64| json!({"app": "live", "stream": number.to_string(), "type": 1});
    json!({"status": 0, "data": {"total": total, "streams": numbers.map(ban).collect::<Vec<_>>()}})
}

/// The answers to looks at a stream or channel of this name.
pub(super) fn state(target: &str, is_forbidden: bool) -> Value {
    let (app, stream) = target.split_once('/').unwrap_or_default();
    let streams =
        if is_forbidden { json!([{"app": app, "stream": stream, "type": 1}]) } else { json!([]) };
    json!({
        "status": 0, "data": {"total": u8::from(is_forbidden), "streams": streams},
        "ret": 0, "output": [{"status": if is_forbidden { 3 } else { 1 }}],
    })
}

pub(super) const DONE: &str = r#"{"status":0,"ret":0}"#;

/// A request that left.
#[derive(Clone, Debug)]
pub(super) struct LoggedRequest {
    pub(super) at: Duration,
    timeout: Duration,
    pub(super) purpose: Purpose,
    /// When its answer came, and whether it came at all.
    back: Option<(Duration, bool)>,
}

thread_local! {
    /// How long it takes until a record is written.
    pub(super) static WRITE_TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A world that answers by a rule, which is told how often it was asked the same before.
struct RuleTransport<'j, R> {
    journal: Option<&'j Journal>,
    rule: R,
    start: Instant,
    left: RefCell<Vec<LoggedRequest>>,
    settled: RefCell<Vec<(usize, Outcome)>>,
    answered: RefCell<Vec<Answered>>,
    notes: RefCell<Vec<String>>,
    in_flight: Cell<usize>,
    peak: Cell<usize>,
}

impl<R: Fn(&Purpose, usize) -> TimedResponse> Transport for RuleTransport<'_, R> {
    async fn send(
        &self,
        request: &SignedRequest,
        timeout: Duration,
    ) -> Result<Response, SendError> {
        let purpose = purpose(request);
        let before = self.left.borrow().iter().filter(|leaving| leaving.purpose == purpose).count();
        let number = self.left.borrow().len();
        let TimedResponse(millis, said) = (self.rule)(&purpose, before);
        self.left.borrow_mut().push(LoggedRequest {
            at: self.start.elapsed(),
            timeout,
            purpose,
            back: None,
        });
        self.in_flight.set(self.in_flight.get() + 1);
        self.peak.set(self.peak.get().max(self.in_flight.get()));
        let wait = Duration::from_millis(millis);
        tokio::time::sleep(wait.min(timeout)).await;
        self.in_flight.set(self.in_flight.get() - 1);
        self.left.borrow_mut()[number].back = Some((self.start.elapsed(), wait < timeout));
        if wait < timeout { said } else { ReplyKind::SendError.reply() }
    }
}

impl<R> Observer for RuleTransport<'_, R> {
    fn settled(&self, row: usize, outcome: Outcome) {
        self.settled.borrow_mut().push((row, outcome));
    }

    fn answered(&self, row: usize, outcome: &Outcome) {
        let (at, outcome) = (self.start.elapsed(), outcome.clone());
        self.answered.borrow_mut().push(Answered { at, row, outcome, is_last: false });
    }

    async fn written(&self) -> bool {
        tokio::time::sleep(WRITE_TIME.get()).await;
        true
    }

    fn unchanged(&self, row: usize, outcome: Outcome) {
        let mut answered = self.answered.borrow_mut();
        let answered = answered.iter_mut().find(|answered| answered.row == row);
        answered.expect("it was answered").is_last = true;
        self.settled(row, outcome);
    }

    async fn intent(&self, rows: &[u32], attempt: u32) -> bool {
        match self.journal {
            Some(journal) => {
                let bytes =
                    rows.iter().flat_map(|row| format!("{row} {attempt}\n").into_bytes()).collect();
                journal.intend(bytes).await
            }
            None => true,
        }
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, text: &str) {
        self.notes.borrow_mut().push(text.to_owned());
    }

    fn failure(&self) -> Option<Fault> {
        None
    }
}

/// The outcome of a row as it was answered.
pub(super) struct Answered {
    pub(super) at: Duration,
    pub(super) row: usize,
    pub(super) outcome: Outcome,
    /// The looks have not changed it.
    pub(super) is_last: bool,
}

/// The outcomes of a run.
pub(super) struct RunLog {
    pub(super) notes: Vec<String>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) answered: Vec<Answered>,
    /// When the run ended.
    pub(super) ended: Duration,
    pub(super) left: Vec<LoggedRequest>,
    peak: usize,
}

impl RunLog {
    pub(super) fn purposes(&self) -> Vec<Purpose> {
        self.left.iter().map(|leaving| leaving.purpose.clone()).collect()
    }

    pub(super) fn of(&self, is_it: impl Fn(&Purpose) -> bool) -> Vec<&LoggedRequest> {
        self.left.iter().filter(|leaving| is_it(&leaving.purpose)).collect()
    }
}

pub(super) fn limits() -> Limits {
    Limits {
        rate: Some(0),
        verify: Some(Duration::from_secs(10)),
        ..RunSetup { concurrency: 4, ..hurried() }.limits()
    }
}

fn hurried() -> RunSetup {
    RunSetup { attempts: 3, timeout: 8_000, deadline: 30_000, ..RunSetup::default() }
}

/// Plays the lines; a signal comes at each of these moments.
pub(super) fn tell(
    lines: impl IntoIterator<Item = Value>,
    limits: Limits,
    signals: &[u64],
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
) -> RunLog {
    tell_viewed(lines, limits, signals, &NoViewers, rule)
}

/// The same with probes of what viewers get.
pub(super) fn tell_viewed(
    lines: impl IntoIterator<Item = Value>,
    limits: Limits,
    signals: &[u64],
    viewers: &dyn Viewers,
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
) -> RunLog {
    let operations = plan(lines.into_iter().map(|line| line.to_string()), base(), &|_| None);
    let runtime = paused_runtime();
    runtime.block_on(run(&operations, limits, signals, viewers, rule, None))
}

async fn run(
    operations: &[Box<dyn Operation>],
    limits: Limits,
    signals: &[u64],
    viewers: &dyn Viewers,
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
    journal: Option<&Journal>,
) -> RunLog {
    let start = Instant::now();
    let (sender, mut interruptions) = unbounded_channel();
    for (millis, how) in signals.iter().zip([Interruption::Gently, Interruption::AtOnce]) {
        let (sender, due) = (sender.clone(), start + Duration::from_millis(*millis));
        tokio::spawn(async move {
            tokio::time::sleep_until(due).await;
            let _ = sender.send(how);
        });
    }
    let transport = RuleTransport {
        journal,
        rule,
        start,
        left: RefCell::default(),
        settled: RefCell::default(),
        answered: RefCell::default(),
        notes: RefCell::default(),
        in_flight: Cell::default(),
        peak: Cell::default(),
    };
    let clock: Clock = Rc::new(move || base() + TimeDelta::from_std(start.elapsed()).unwrap());
    let engine = Engine {
        transport: &transport,
        operations: Rows::Listed(operations),
        limits,
        clock,
        observer: &transport,
        viewers,
    };
    let batches = batch::batches(operations, |_| true)
        .into_iter()
        .map(|(name, batches)| (vendor(name), batches))
        .collect();
    engine.run(batches, &mut interruptions).await;
    let mut settled = transport.settled.into_inner();
    settled.sort_by_key(|(row, _)| *row);
    assert!(
        settled.iter().enumerate().all(|(index, (row, _))| index == *row),
        "each row settles once: {settled:?}"
    );
    RunLog {
        ended: start.elapsed(),
        answered: transport.answered.into_inner(),
        notes: transport.notes.into_inner(),
        outcomes: settled.into_iter().map(|(_, outcome)| outcome).collect(),
        left: transport.left.into_inner(),
        peak: transport.peak.get(),
    }
}

pub(super) fn list(domain: &str) -> Value {
    json!({"vendor": "jd", "action": "forbidden", "target": domain})
}

pub(super) fn forbid(stream: &str) -> Value {
    json!({"vendor": "jd", "action": "forbid", "target": stream, "domain": "d.cn", "permanent": true})
}

pub(super) fn permit(stream: &str) -> Value {
    json!({"vendor": "jd", "action": "permit", "target": stream, "domain": "d.cn"})
}

pub(super) fn told(outcome: &Outcome) -> (Status, Option<FaultKind>, u32) {
    (outcome.status, outcome.fault.as_ref().map(|fault| fault.kind), outcome.attempts)
}

fn names(outcome: &Outcome) -> Option<Vec<String>> {
    outcome.answer.items.as_ref().map(|items| {
        let target = |item: &ListItem| item.target.clone().unwrap();
        items.iter().map(|item| target(item).replace("live/", "")).collect()
    })
}

// Lists

/// The list of a domain, of which a request sees `total(page)` items, ten a page.
fn listing(total: impl Fn(u64) -> u64) -> impl Fn(&Purpose, usize) -> TimedResponse {
    move |purpose, _| {
        let Page(_, number) = purpose else { panic!("{purpose:?}") };
        let total = total(*number);
        says(10, page((number - 1) * 10..total.min(number * 10).max((number - 1) * 10), total))
    }
}

#[test]
fn list_is_read_to_its_end() {
    let count_up = |count: u64| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
    for (total, items, pages) in [
        (Box::new(|_| 25u64) as Box<dyn Fn(u64) -> u64>, 25, 3),
        (Box::new(|_| 20), 20, 2),
        (Box::new(|_| 1), 1, 1),
        (Box::new(|_| 0), 0, 1),
        // It grows by five each time that somebody looks.
        (Box::new(|page| 15 + page * 5), 30, 3),
        (Box::new(|page| if page == 1 { 30 } else { 12 }), 12, 2),
        (Box::new(|page| if page < 3 { 21 } else { 20 }), 20, 3),
    ] {
        let log = tell([list("a.cn")], limits(), &[], listing(total));

        let outcome = &log.outcomes[0];
        assert_eq!(told(outcome), (Status::Read, None, pages), "{items}");
        assert_eq!(names(outcome).unwrap(), count_up(items));
        let numbers: Vec<_> =
            (1..=pages).map(|number| Page("a.cn".into(), number.into())).collect();
        assert_eq!(log.purposes(), numbers);
    }
}

#[test]
fn list_that_changes_is_no_fault() {
    let bans = |names: &[u64]| {
        let names: Vec<_> = names.iter().map(|name| page(*name..name + 1, 5)).collect();
        let streams: Vec<_> = names.iter().map(|page| page["data"]["streams"][0].clone()).collect();
        json!({"status": 0, "data": {"total": 5, "streams": streams}})
    };
    for (pages, expected, note) in [
        // An item moved to a later page, and one to a page that was read.
        (vec![bans(&[0, 1, 2]), bans(&[2, 3])], vec!["0", "1", "2", "3"], Some(4)),
        // It became shorter.
        (vec![bans(&[0, 1, 2]), bans(&[])], vec!["0", "1", "2"], Some(3)),
        // A page that comes twice in full.
        (vec![bans(&[0, 1, 2]), bans(&[0, 1, 2])], vec!["0", "1", "2"], Some(3)),
        (vec![bans(&[0, 1, 2]), bans(&[3, 4])], vec!["0", "1", "2", "3", "4"], None),
    ] {
        let log = tell([list("a.cn")], limits(), &[], |purpose, _| {
            let Page(_, number) = purpose else { panic!("{purpose:?}") };
            says(10, &pages[usize::try_from(*number).unwrap() - 1])
        });
        assert_eq!(told(&log.outcomes[0]), (Status::Read, None, 2));
        assert_eq!(names(&log.outcomes[0]).unwrap(), expected);
        let expected = note.map(|read| {
            format!("jd forbidden a.cn: the list has {read} of 5 items, since it changed while it was read")
        });
        assert_eq!(log.notes, expected.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn half_a_list_proves_no_state() {
    let log = tell([forbid("live/a")], limits(), &[], |purpose, _| match purpose {
        Verification(_) => says(10, page(0..0, 25)),
        _ => says(10, DONE),
    });
    let outcome = &log.outcomes[0];
    assert_eq!((told(outcome), outcome.answer.verified), ((Status::Applied, None, 1), None));
}

#[test]
fn endless_list_is_limited() {
    let log = tell([list("a.cn")], limits(), &[], |purpose, _| match purpose {
        Page(_, number) => says(1, page(*number..number + 1, 1_000_000_000)),
        _ => panic!("{purpose:?}"),
    });

    let outcome = &log.outcomes[0];
    assert_eq!(told(outcome), (Status::NotApplied, Some(FaultKind::Protocol), MAX_PAGES));
    assert_eq!((log.left.len(), names(outcome)), (MAX_PAGES as usize, None));
}

#[test]
fn unreadable_page_leaves_no_partial_list() {
    let log = tell([list("a.cn"), list("b.cn")], limits(), &[], |purpose, _| match purpose {
        Page(domain, 2) if domain == "a.cn" => fails(10),
        Page(_, number) => says(10, page((number - 1) * 10..number * 10, 20)),
        _ => panic!("{purpose:?}"),
    });

    assert_eq!(told(&log.outcomes[0]), (Status::Unknown, Some(FaultKind::Http), 1 + 3));
    assert_eq!(names(&log.outcomes[0]), None);
    assert_eq!(
        (told(&log.outcomes[1]), names(&log.outcomes[1]).unwrap().len()),
        ((Status::Read, None, 2), 20)
    );
}

#[test]
fn each_page_has_its_own_attempts() {
    let log = tell([list("a.cn")], limits(), &[], |purpose, before| match purpose {
        Page(_, number) if before == 2 => says(900, page((number - 1) * 10..number * 10, 30)),
        _ => fails(900),
    });

    assert_eq!(told(&log.outcomes[0]), (Status::Read, None, 9));
}

#[test]
fn unknown_page_does_not_affect_the_next() {
    let log = tell([list("a.cn")], limits(), &[], |purpose, before| match (purpose, before) {
        (Page(_, 1), 0) => fails(10),
        (Page(_, 1), _) => says(10, page(0..10, 20)),
        _ => says(10, json!({"status": 1, "msg": "no"})),
    });

    assert_eq!(told(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Refused), 3));
}

#[test]
fn all_pages_of_a_list_have_one_deadline() {
    for (millis, kind, pages) in [(440, FaultKind::Timeout, 9), (1_500, FaultKind::Network, 3)] {
        let limits = Limits { deadline: Duration::from_secs(4), ..limits() };
        let log = tell([list("a.cn")], limits, &[], |purpose, _| match purpose {
            Page(_, number) => says(millis, page((number - 1) * 10..number * 10, 1_000)),
            _ => panic!("{purpose:?}"),
        });

        let outcome = &log.outcomes[0];
        assert_eq!(
            (outcome.fault.as_ref().map(|fault| fault.kind), outcome.attempts),
            (Some(kind), pages),
            "{outcome:?}"
        );
        assert_eq!(names(outcome), None);
        assert!(outcome.elapsed.unwrap() <= Duration::from_secs(4), "{outcome:?}");
    }
}

#[test]
fn next_page_needs_no_time_to_connect() {
    let limits =
        Limits { deadline: Duration::from_secs(3), timeout: Duration::from_secs(3), ..limits() };
    let log = tell([list("a.cn")], limits, &[], |purpose, _| match purpose {
        Page(_, number) => says(400, page((number - 1) * 10..number * 10, 70)),
        _ => panic!("{purpose:?}"),
    });
    assert_eq!(told(&log.outcomes[0]), (Status::Read, None, 7));
}

#[test]
fn stop_between_pages_leaves_no_partial_list() {
    let slow = |purpose: &Purpose, _| match purpose {
        Page(_, number) => says(1_000, page((number - 1) * 10..number * 10, 30)),
        _ => panic!("{purpose:?}"),
    };
    let log = tell([list("a.cn")], limits(), &[1_500], slow);
    assert_eq!(told(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Interrupted), 2));
    assert_eq!((names(&log.outcomes[0]), log.left.len()), (None, 2));

    let log = tell([list("a.cn")], limits(), &[1_200, 1_500], slow);
    assert_eq!(told(&log.outcomes[0]), (Status::Unknown, Some(FaultKind::Interrupted), 2));
    assert_eq!(names(&log.outcomes[0]), None);
}

// Checks

/// All is done at once, and a check hears what the rule says of this target, asked the so manieth time.
pub(super) fn checked(
    said: impl Fn(&str, usize) -> TimedResponse,
) -> impl Fn(&Purpose, usize) -> TimedResponse {
    move |purpose, before| match purpose {
        Verification(target) => said(target, before),
        Act(_) | Page(..) => says(10, DONE),
    }
}

#[test]
fn verification_looks_are_no_attempts() {
    let log = tell(
        [forbid("live/a")],
        limits(),
        &[],
        checked(|target, before| says(10, state(target, before == 2))),
    );

    let outcome = &log.outcomes[0];
    assert_eq!(told(outcome), (Status::Applied, None, 1));
    assert_eq!(
        (outcome.answer.verified, outcome.answer.state.as_deref()),
        (Some(true), Some("forbidden"))
    );
    let (act, check) = (Act(vec!["live/a".into()]), Verification("live/a".into()));
    assert_eq!(log.purposes(), [act, check.clone(), check.clone(), check]);
    let times: Vec<_> = log.left.iter().map(|leaving| leaving.at.as_millis()).collect();
    assert_eq!(times, [0, 10, 520, 1030]);
    // The answer is that of the request that acted.
    assert_eq!(outcome.answer.response.as_ref().map(JsonText::as_str), Some(DONE));
}

#[test]
fn late_agreement_is_unknown() {
    let log = tell(
        [forbid("live/a")],
        limits(),
        &[],
        checked(|target, _| says(10, state(target, false))),
    );

    let outcome = &log.outcomes[0];
    assert_eq!(told(outcome), (Status::Unknown, Some(FaultKind::Unverified), 1));
    assert_eq!(
        (outcome.answer.verified, outcome.answer.state.as_deref()),
        (Some(false), Some("permitted"))
    );
    assert_eq!(
        outcome.fault.as_ref().unwrap().message,
        "JD reported success, but the state is permitted (expected forbidden)"
    );
    assert_eq!(log.left.len(), 1 + 20);
    assert!(outcome.elapsed.unwrap() < Duration::from_millis(10_100), "{outcome:?}");
}

#[test]
fn unreadable_state_verifies_nothing() {
    for (said, checks) in [
        // It may yet be read.
        (fails(100), 17),
        (TimedResponse(100, ReplyKind::SendError.reply()), 17),
        (says(100, r#"{"status":0,"data":{}}"#), 17),
        // It never will.
        (says(100, r#"{"status":12}"#), 1),
        (TimedResponse(100, Ok(Response::new(401, ""))), 1),
        (
            TimedResponse(
                100,
                Ok(Response { retry_after: Some("3600".into()), ..Response::new(429, "") }),
            ),
            1,
        ),
        (
            TimedResponse(
                100,
                Ok(Response { retry_after: Some("4".into()), ..Response::new(429, "") }),
            ),
            3,
        ),
    ] {
        let log =
            tell([forbid("live/a"), forbid("live/b")], limits(), &[], checked(|_, _| said.clone()));

        for outcome in &log.outcomes {
            assert_eq!(told(outcome), (Status::Applied, None, 1), "{said:?}");
            assert_eq!((outcome.answer.verified, &outcome.answer.state), (None, &None), "{said:?}");
        }
        assert_eq!(log.left.len(), 2 + 2 * checks, "{said:?}");
    }
}

#[test]
fn streams_of_a_batch_are_verified_separately() {
    let lines = ["live/a", "live/b", "live/c,d"].map(permit);
    let log = tell(
        lines,
        limits(),
        &[],
        checked(|target, _| says(10, state(target, target == "live/b"))),
    );

    assert_eq!(log.purposes()[0], Act(vec!["live/a".into(), "live/b".into(), "live/c,d".into()]));
    let verified: Vec<_> = log.outcomes.iter().map(|outcome| outcome.answer.verified).collect();
    assert_eq!(verified, [Some(true), Some(false), None]);
    assert_eq!(told(&log.outcomes[1]), (Status::Unknown, Some(FaultKind::Unverified), 1));
    assert!(log.of(|purpose| *purpose == Verification("live/c,d".into())).is_empty());
}

#[test]
fn only_applied_changes_are_verified() {
    let log = tell([forbid("live/a"), list("a.cn")], limits(), &[], |purpose, _| match purpose {
        Act(_) => says(10, r#"{"status":12}"#),
        _ => says(10, page(0..0, 0)),
    });

    assert_eq!(told(&log.outcomes[0]), (Status::NotApplied, Some(FaultKind::Refused), 1));
    assert_eq!(told(&log.outcomes[1]), (Status::Read, None, 1));
    assert_eq!((log.left.len(), log.outcomes[1].answer.verified), (2, None));
}

#[test]
fn first_signal_ends_looks_at_once() {
    for (signals, state_read) in [
        (&[700, 750][..], None),
        (&[700], None),
        (&[2_000], Some("permitted")),
        (&[1_100, 1_200], Some("permitted")),
    ] {
        let log = tell(
            [forbid("live/a")],
            limits(),
            signals,
            checked(|target, _| says(1_000, state(target, false))),
        );

        let outcome = &log.outcomes[0];
        assert_eq!(told(outcome), (Status::Applied, None, 1), "{signals:?}");
        assert_eq!((outcome.answer.verified, outcome.answer.state.as_deref()), (None, state_read));
        let end = Duration::from_millis(signals[0]);
        assert!(log.left.iter().all(|leaving| leaving.at < end), "{signals:?}");
        // A look in flight is not waited for: nothing depends on its answer.
        assert!(log.ended < end + Duration::from_millis(20), "{signals:?}: {:?}", log.ended);
        assert_eq!(
            log.notes,
            ["interrupted; no request is in flight; 1 target was not looked at to the end"]
        );
    }
}

#[test]
fn closed_queue_keeps_a_disagreeing_state_unknown() {
    let limits = Limits { max_failures: 1, verify: Some(Duration::from_secs(2)), ..limits() };
    let lines = ["live/a", "live/b", "live/c"].map(forbid);
    let log =
        tell(lines, limits, &[], checked(|target, _| says(10, state(target, target == "live/c"))));

    let is: Vec<_> =
        log.outcomes.iter().map(|outcome| (outcome.status, outcome.answer.verified)).collect();
    assert_eq!(
        is,
        [
            (Status::Unknown, Some(false)),
            (Status::Unknown, Some(false)),
            (Status::Applied, Some(true))
        ]
    );
}

#[test]
fn verification_searches_every_page() {
    let ban = |end: &str| json!({"app": "live", "stream": "a", "type": 2, "endTime": end});
    let look = |last: &str, line: Value| {
        let log = tell([line], limits(), &[], |purpose, before| match purpose {
            Verification(_) => {
                let streams = match before % 3 {
                    2 => vec![ban(last)],
                    page => (0..10)
                        .map(|second| ban(&format!("202{page}-01-01 00:00:0{second}")))
                        .collect(),
                };
                says(10, json!({"status": 0, "data": {"total": 21, "streams": streams}}))
            }
            _ => says(10, DONE),
        });
        (told(&log.outcomes[0]), log.outcomes[0].answer.verified, log.left.len())
    };

    assert_eq!(
        look("2099-01-01 00:00:00", forbid("live/a")),
        ((Status::Applied, None, 1), Some(true), 4)
    );
    assert_eq!(
        look("2020-01-01 00:00:00", permit("live/a")),
        ((Status::Applied, None, 1), Some(true), 4)
    );
    let (told, verified, asked) = look("2099-01-01 00:00:00", permit("live/a"));
    assert_eq!((told, verified), ((Status::Unknown, Some(FaultKind::Unverified), 1), Some(false)));
    assert_eq!((asked - 1) % 3, 0);
}

#[test]
fn repeated_page_verifies_nothing() {
    let bans = vec![
        json!({"app": "live", "stream": "a", "type": 2, "endTime": "2020-01-01 00:00:00"});
        10
    ];
    let reply = json!({"status": 0, "data": {"total": 20, "streams": bans}});
    let log = tell([permit("live/a")], limits(), &[], checked(|_, _| says(10, &reply)));

    let outcome = &log.outcomes[0];
    assert_eq!(
        (told(outcome), outcome.answer.verified, log.left.len()),
        ((Status::Applied, None, 1), None, 3)
    );
}

#[test]
fn expired_ban_is_still_verified() {
    let line = json!({"vendor": "tencent", "action": "forbid", "target": "8888_a", "for": "1s"});
    let log = tell(
        [line],
        limits(),
        &[],
        checked(|target, before| says(600, state(target, before == 2))),
    );

    assert_eq!(
        (told(&log.outcomes[0]), log.outcomes[0].answer.verified),
        ((Status::Applied, None, 1), Some(true))
    );
}

#[test]
fn verify_timeout_starts_at_the_first_look() {
    let limits = Limits { rate: Some(2), verify: Some(Duration::from_secs(1)), ..limits() };
    let lines = (0..20).map(|number| permit(&format!("live/{number}")));
    let log = tell(lines, limits, &[], checked(|target, _| says(10, state(target, false))));

    let checks = log.of(|purpose| matches!(purpose, Verification(_)));
    assert_eq!(checks.len(), 20);
    assert!(checks.iter().all(|check| check.timeout == Duration::from_secs(1)), "{checks:?}");
    assert!(log.outcomes.iter().all(|outcome| outcome.answer.verified == Some(true)));
}

#[test]
fn verification_looks_have_no_intent() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = Journal::open(&path, VENDORS).unwrap();
    let operations =
        plan([forbid("live/a"), list("a.cn")].map(|line| line.to_string()), base(), &|_| None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let limits = Limits { concurrency: 1, ..limits() };
    let log = runtime.block_on(run(
        &operations,
        limits,
        &[],
        &NoViewers,
        |purpose, before| match purpose {
            Act(_) if before == 0 => fails(0),
            Act(_) => says(0, DONE),
            Verification(target) => says(0, state(target, before == 1)),
            Page(_, number) => says(0, page((number - 1) * 10..number * 10, 20)),
        },
        Some(&journal),
    ));
    drop(journal);

    assert_eq!(log.outcomes[0].answer.verified, Some(true));
    let mut intents: Vec<_> =
        std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    intents.sort();
    assert_eq!(intents, ["0 1", "0 2", "1 1", "1 2"]);
}

// Laws

/// A run of lists and of bans that are checked, with what each request hears in its turn.
#[derive(Clone, Debug)]
struct LookRun {
    lists: u8,
    bans: u8,
    concurrency: usize,
    rate: u32,
    attempts: u32,
    timeout: u64,
    deadline: u64,
    verify: u64,
    signals: Vec<u64>,
    /// The answers; each request takes one by its name and number.
    heard: Vec<(LookReply, u64)>,
}

#[derive(Clone, Copy, Debug)]
enum LookReply {
    Yes,
    NotYet,
    Fault,
    SendError,
    Busy,
    No,
}

fn rounds() -> impl Strategy<Value = LookRun> {
    use LookReply::{Busy, Fault, No, NotYet, SendError, Yes};
    let heard = prop::sample::select(vec![
        Yes, Yes, Yes, Yes, Yes, NotYet, NotYet, Fault, SendError, Busy, No,
    ]);
    let limits = (1..5usize, 0..3usize, 1..4u32, 100..900u64, 500..4_000u64, 100..3_000u64);
    let signals = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(0..3_000u64, 1..3)];
    (0..3u8, 0..4u8, limits, signals, prop::collection::vec((heard, 0..950u64), 1..12)).prop_map(
        |(
            lists,
            bans,
            (concurrency, rate, attempts, timeout, deadline, verify),
            mut signals,
            heard,
        )| {
            signals.sort_unstable();
            let bans = bans + u8::from(lists == 0);
            let rate = [0, 5, 50][rate];
            LookRun {
                lists,
                bans,
                concurrency,
                rate,
                attempts,
                timeout,
                deadline,
                verify,
                signals,
                heard,
            }
        },
    )
}

/// How many items each list has.
const ITEMS: u64 = 25;

impl LookRun {
    fn limits(&self) -> Limits {
        let Self { concurrency, rate, attempts, timeout, deadline, .. } = *self;
        let case =
            RunSetup { concurrency, rate, attempts, timeout, deadline, ..RunSetup::default() };
        Limits { verify: Some(Duration::from_millis(self.verify)), ..case.limits() }
    }

    fn heard(&self, purpose: &Purpose, before: usize) -> (LookReply, u64) {
        let name = format!("{purpose:?}{before}")
            .bytes()
            .fold(7usize, |sum, byte| sum * 31 % 1009 + usize::from(byte));
        self.heard[name % self.heard.len()]
    }

    fn says(&self, purpose: &Purpose, before: usize) -> TimedResponse {
        let (heard, millis) = self.heard(purpose, before);
        match (heard, purpose) {
            (LookReply::Fault, _) => fails(millis),
            (LookReply::SendError, _) => TimedResponse(millis, ReplyKind::SendError.reply()),
            (LookReply::Busy, _) => TimedResponse(millis, ReplyKind::Throttled.reply()),
            (LookReply::No, _) => TimedResponse(millis, ReplyKind::No.reply()),
            (LookReply::Yes | LookReply::NotYet, Act(_)) => says(millis, DONE),
            (LookReply::Yes | LookReply::NotYet, Page(_, number)) => {
                says(millis, page((number - 1) * 10..ITEMS.min(number * 10), ITEMS))
            }
            (LookReply::Yes, Verification(target)) => says(millis, state(target, true)),
            (LookReply::NotYet, Verification(target)) => says(millis, state(target, false)),
        }
    }

    fn lines(&self) -> Vec<Value> {
        let lists = (0..self.lists).map(|number| list(&format!("{number}.cn")));
        lists.chain((0..self.bans).map(|number| forbid(&format!("live/{number}")))).collect()
    }

    fn tell(&self) -> RunLog {
        tell(self.lines(), self.limits(), &self.signals, |purpose, before| {
            self.says(purpose, before)
        })
    }
}

#[test]
fn laws_of_pages_and_verification() {
    try_all(rounds(), |round| {
        let log = round.tell();
        pace_and_concurrency_bound_every_request(&round, &log)?;
        for (row, outcome) in log.outcomes.iter().enumerate() {
            match row.checked_sub(round.lists.into()) {
                None => a_list_is_whole_or_none(&round, &log, &format!("{row}.cn"), outcome)?,
                Some(number) => {
                    a_check_follows_a_success(&round, &log, &format!("live/{number}"), outcome)?;
                }
            }
        }
        Ok(())
    });
}

fn pace_and_concurrency_bound_every_request(
    round: &LookRun,
    log: &RunLog,
) -> Result<(), TestCaseError> {
    prop_assert!(log.peak <= round.concurrency, "{}", log.peak);
    if let Some(signal) = round.signals.first() {
        prop_assert!(log.left.iter().all(|leaving| leaving.at <= Duration::from_millis(*signal)));
    }
    let interval =
        if round.rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / round.rate };
    for pair in log.left.windows(2) {
        prop_assert!(pair[1].at + Pace::SLACK >= pair[0].at + interval, "{pair:?}");
    }
    prop_assert!(log.left.iter().all(|leaving| leaving.timeout <= round.limits().timeout));
    Ok(())
}

/// Whether this request heard what it asked for.
fn has_heard(round: &LookRun, leaving: &LoggedRequest, before: usize) -> bool {
    let is_yes =
        matches!(round.heard(&leaving.purpose, before).0, LookReply::Yes | LookReply::NotYet);
    is_yes && leaving.back.is_some_and(|(_, has_come)| has_come)
}

fn a_list_is_whole_or_none(
    round: &LookRun,
    log: &RunLog,
    domain: &str,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let sends = log.of(|purpose| matches!(purpose, Page(known, _) if known == domain));
    prop_assert_eq!(outcome.attempts as usize, sends.len());
    let (mut next, mut tries, mut began) = (1, 0, None);
    for send in sends {
        let Page(_, number) = send.purpose else { unreachable!() };
        prop_assert_eq!(number, next, "pages come in order, each once it is its turn");
        let since = *began.get_or_insert(send.at);
        prop_assert!(send.at + send.timeout <= since + round.limits().deadline);
        tries += 1;
        prop_assert!(tries <= round.attempts);
        if has_heard(round, send, tries as usize - 1) {
            (next, tries, began) = (next + 1, 0, None);
        }
    }
    let names = names(outcome);
    prop_assert_eq!(outcome.status == Status::Read, next == 4);
    prop_assert_eq!(names.is_some(), next == 4);
    prop_assert_eq!(outcome.answer.verified, None);
    if let Some(names) = names {
        prop_assert_eq!(names, (0..ITEMS).map(|number| number.to_string()).collect::<Vec<_>>());
    }
    Ok(())
}

fn a_check_follows_a_success(
    round: &LookRun,
    log: &RunLog,
    target: &str,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let acts = log.of(|purpose| *purpose == Act(vec![target.to_owned()]));
    let checks = log.of(|purpose| *purpose == Verification(target.to_owned()));
    prop_assert_eq!(outcome.attempts as usize, acts.len(), "a check is no attempt");
    let is_done = acts.iter().enumerate().any(|(before, act)| has_heard(round, act, before));
    prop_assert!(is_done || checks.is_empty());
    let mut state = None;
    let mut earlier: Option<&LoggedRequest> = None;
    for (before, check) in checks.iter().enumerate() {
        prop_assert!(state != Some(true), "nothing is asked once it agrees");
        let since = checks[0].at;
        prop_assert!(check.at + check.timeout <= since + Duration::from_millis(round.verify));
        if let Some((back, _)) = earlier.and_then(|earlier| earlier.back) {
            prop_assert!(check.at >= back + LOOK_INTERVAL);
        }
        if has_heard(round, check, before) {
            state = Some(matches!(round.heard(&check.purpose, before).0, LookReply::Yes));
        }
        earlier = Some(check);
    }
    let verified = outcome.answer.verified;
    let is_interrupted = !round.signals.is_empty();
    prop_assert!(
        verified == state || verified.is_none() && (is_interrupted || state.is_none()),
        "{:?}",
        verified
    );
    let expected = match (is_done, verified) {
        (true, Some(true) | None) => Status::Applied,
        (true, Some(false)) => Status::Unknown,
        (false, _) => outcome.status,
    };
    prop_assert_eq!(outcome.status, expected);
    prop_assert_eq!(
        outcome.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Unverified),
        verified == Some(false)
    );
    Ok(())
}
