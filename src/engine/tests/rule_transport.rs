//! Vendors that answer by a rule, which knows how often it was asked the same before.

use super::*;
use crate::outcome::answer::ListItem;

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

pub(super) fn purpose(request: &SignedRequest) -> Purpose {
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

pub(super) fn responds(millis: u64, body: impl std::fmt::Display) -> TimedResponse {
    TimedResponse(millis, Ok(Response::new(200, body.to_string())))
}

pub(super) fn fails(millis: u64) -> TimedResponse {
    TimedResponse(millis, Ok(Response::new(500, "")))
}

/// A page of permanent bans, from one number to another.
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
    pub(super) timeout: Duration,
    pub(super) purpose: Purpose,
    /// When its answer came, and whether it came at all.
    pub(super) back: Option<(Duration, bool)>,
}

thread_local! {
    /// How long it takes until a record is written.
    pub(super) static WRITE_TIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A world that answers by a rule, which gets how often it was asked the same before.
pub(super) struct RuleTransport<'j, R> {
    pub(super) journal: Option<&'j Journal>,
    pub(super) rule: R,
    pub(super) start: Instant,
    pub(super) left: RefCell<Vec<LoggedRequest>>,
    pub(super) settled: RefCell<Vec<(usize, Outcome)>>,
    pub(super) answered: RefCell<Vec<Answered>>,
    pub(super) notes: RefCell<Vec<String>>,
    pub(super) in_flight: Cell<usize>,
    pub(super) peak: Cell<usize>,
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
    pub(super) peak: usize,
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

pub(super) fn hurried() -> RunSetup {
    RunSetup { attempts: 3, timeout: 8_000, deadline: 30_000, ..RunSetup::default() }
}

/// Plays the lines; a signal comes at each of these moments.
pub(super) fn run_lines(
    lines: impl IntoIterator<Item = Value>,
    limits: Limits,
    signals: &[u64],
    rule: impl Fn(&Purpose, usize) -> TimedResponse,
) -> RunLog {
    run_viewed(lines, limits, signals, &NoViewers, rule)
}

/// The same with probes of what viewers get.
pub(super) fn run_viewed(
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

pub(super) async fn run(
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

pub(super) fn settled_as(outcome: &Outcome) -> (Status, Option<FaultKind>, u32) {
    (outcome.status, outcome.fault.as_ref().map(|fault| fault.kind), outcome.attempts)
}

pub(super) fn names(outcome: &Outcome) -> Option<Vec<String>> {
    outcome.answer.items.as_ref().map(|items| {
        let target = |item: &ListItem| item.target.clone().unwrap();
        items.iter().map(|item| target(item).replace("live/", "")).collect()
    })
}

/// Every act is done at once; a look gets the answer of the rule for its target and the number of the look.
pub(super) fn verifying(
    said: impl Fn(&str, usize) -> TimedResponse,
) -> impl Fn(&Purpose, usize) -> TimedResponse {
    move |purpose, before| match purpose {
        Verification(target) => said(target, before),
        Act(_) | Page(..) => responds(10, DONE),
    }
}
