//! Vendors that answer as a script has it, and the events of a run at them.

use super::*;

pub(super) struct ScriptedVendors<'j> {
    pub(super) journal: Option<&'j Journal>,
    pub(super) replies: HashMap<String, Vec<ScriptedReply>>,
    pub(super) start: Cell<Option<Instant>>,
    pub(super) sends: RefCell<HashMap<String, usize>>,
    pub(super) in_flight: Cell<usize>,
    pub(super) peak: Cell<usize>,
    pub(super) events: RefCell<Vec<LogEvent>>,
}

#[derive(Clone, Debug)]
pub(super) enum LogEvent {
    Left(SentRequest),
    /// The reply to the request of this number came and proves this; what was asked of its targets.
    Came(usize, ReplyKind, Evidence),
    Settled(usize, Box<Outcome>),
}

#[derive(Clone, Debug)]
pub(super) struct SentRequest {
    pub(super) number: usize,
    pub(super) at: Duration,
    pub(super) timeout: Duration,
    pub(super) vendor: VendorName,
    pub(super) targets: Vec<String>,
}

impl ScriptedVendors<'_> {
    pub(super) fn new(replies: HashMap<String, Vec<ScriptedReply>>) -> Self {
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

    pub(super) fn log(&self, event: LogEvent) {
        self.events.borrow_mut().push(event);
    }

    pub(super) fn reply(&self, targets: &[String]) -> ScriptedReply {
        let mut sends = self.sends.borrow_mut();
        let nth = sends.get(&targets[0]).copied().unwrap_or_default();
        targets.iter().for_each(|target| *sends.entry(target.clone()).or_default() += 1);
        let reply = self.replies.get(&targets[0]).and_then(|replies| replies.get(nth));
        reply.copied().unwrap_or(ScriptedReply { said: ReplyKind::Yes, millis: 10 })
    }
}

/// Whom a request asks, and about which targets.
pub(super) fn read(request: &SignedRequest) -> (VendorName, Vec<String>) {
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
        self.log(LogEvent::Left(SentRequest {
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
        self.log(LogEvent::Came(number, said, said.proves()));
        said.reply()
    }
}

impl Observer for ScriptedVendors<'_> {
    fn settled(&self, row: usize, outcome: Outcome) {
        self.log(LogEvent::Settled(row, Box::new(outcome)));
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
pub(super) struct EventLog {
    pub(super) limits: Limits,
    pub(super) targets: Vec<String>,
    pub(super) vendors: Vec<VendorName>,
    pub(super) until: Vec<Option<Timestamp>>,
    pub(super) peak: usize,
    pub(super) events: Vec<LogEvent>,
}

impl EventLog {
    pub(super) fn departures(&self) -> impl Iterator<Item = &SentRequest> {
        self.events.iter().filter_map(|event| {
            if let LogEvent::Left(departure) = event { Some(departure) } else { None }
        })
    }

    pub(super) fn of(&self, target: &str) -> Vec<&SentRequest> {
        self.departures()
            .filter(|departure| departure.targets.iter().any(|known| known == target))
            .collect()
    }

    pub(super) fn signature(&self, departure: &SentRequest) -> Option<Evidence> {
        self.events.iter().find_map(|event| match event {
            LogEvent::Came(number, _, proves) if *number == departure.number => Some(*proves),
            _ => None,
        })
    }

    pub(super) fn outcomes(&self) -> impl Iterator<Item = (usize, &Outcome)> {
        self.events.iter().filter_map(|event| {
            if let LogEvent::Settled(row, outcome) = event {
                Some((*row, &**outcome))
            } else {
                None
            }
        })
    }

    /// Whether this vendor refused the credentials.
    pub(super) fn is_refused_altogether(&self, vendor: VendorName) -> bool {
        let is_asked =
            |number| self.departures().any(|left| left.number == number && left.vendor == vendor);
        self.events.iter().any(|event| matches!(event, LogEvent::Came(number, ReplyKind::Credentials, _) if is_asked(*number)))
    }
}
