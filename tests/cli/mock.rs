//! A vendor of the test's own: it answers as it is told and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use serde_json::Value;

use super::stage::Stage;

/// What each vendor says when all is well, in one document that every vendor's rule accepts.
pub const DONE: &str = r#"{"status":0,"ret":0,"code":1100}"#;

/// A server on loopback.
pub struct Mock {
    server: MockServer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// As it stood in the URL.
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// When it was answered.
    pub at: Instant,
}

/// What is said to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// An HTTP status and a body.
pub fn says(status: u16, body: impl AsRef<[u8]>) -> Answer {
    Answer { status, headers: Vec::new(), body: body.as_ref().to_vec() }
}

impl Answer {
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The client may try again at once.
    pub fn again_at_once(self) -> Self {
        self.header("retry-after", "0")
    }
}

impl Mock {
    /// Answers each request by a rule.
    pub fn start(rule: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::slow(Duration::ZERO, rule)
    }

    /// Answers each request by a rule, this long after it came; what is given up before that is not remembered.
    pub fn slow(delay: Duration, rule: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let mock = Self { server: MockServer::start(), seen: Arc::default() };
        mock.classify_code(delay, usize::MAX, rule);
        mock
    }

    /// Lets the first request wait so long, and says the same to all.
    pub fn slow_at_first(delay: Duration, answer: Answer) -> Self {
        let mock = Self { server: MockServer::start(), seen: Arc::default() };
        let again = answer.clone();
        mock.classify_code(delay, 1, move |_| again.clone());
        mock.classify_code(Duration::ZERO, usize::MAX, move |_| answer.clone());
        mock
    }

    fn classify_code(
        &self,
        delay: Duration,
        times: usize,
        rule: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) {
        let memory = Arc::clone(&self.seen);
        self.server.mock(|when, then| {
            when.any_request();
            let then = if times == usize::MAX { then } else { then.up_to_n_times(times) };
            then.delay(delay).respond_with(move |request: &HttpMockRequest| {
                let request = Seen::of(request);
                let answer = rule(&request);
                memory.lock().unwrap().push(request);
                let headers =
                    answer.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
                HttpMockResponse::builder()
                    .status(answer.status)
                    .headers(headers)
                    .body(answer.body)
                    .build()
            });
        });
    }

    /// Says the same to all.
    pub fn always(answer: Answer) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// Says one thing after another, and the last of them from then on.
    pub fn script(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: Vec<_> = answers.into_iter().collect();
        let next = Mutex::new(0);
        Self::start(move |_| {
            let mut next = next.lock().unwrap();
            let answer = answers[(*next).min(answers.len() - 1)].clone();
            *next += 1;
            answer
        })
    }

    /// All is well, whoever asks.
    pub fn content() -> Self {
        Self::always(says(200, DONE))
    }

    /// Such as `http://127.0.0.1:1234`.
    pub fn url(&self) -> String {
        self.server.base_url()
    }

    /// A profile that reaches all vendors here.
    pub fn stage(&self) -> Stage {
        Stage::new(&self.url())
    }

    /// A profile of the later generations that reaches all vendors here.
    pub fn later_stage(&self) -> Stage {
        Stage::later(&self.url())
    }

    /// What was asked, in the order of arrival.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The one request that came.
    #[track_caller]
    pub fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }
}

impl Seen {
    fn of(request: &HttpMockRequest) -> Self {
        let uri = request.uri();
        Self {
            method: request.method_str().to_owned(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers: request
                .headers_vec()
                .iter()
                .map(|(name, value)| (name.to_lowercase(), value.clone()))
                .collect(),
            body: request.body_string(),
            at: Instant::now(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, decoded.
    pub fn param(&self, name: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The streams that a `permitStream` names.
    pub fn streams(&self) -> Vec<String> {
        let body = self.json();
        let name = |stream: &Value| {
            format!("{}/{}", stream["app"].as_str().unwrap(), stream["stream"].as_str().unwrap())
        };
        body["deleteStreams"].as_array().unwrap().iter().map(name).collect()
    }
}

/// MD5 as the signers write it.
pub fn md5_hex(text: &str) -> String {
    use md5::{Digest, Md5};
    let hex =
        Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    hex.concat()
}

/// SHA-256 and its HMAC, as the signers of the later APIs use them.
pub fn sha256_hex(text: &str) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref())
}

/// The key of a signature: each word signed with the one before it.
pub fn hmac_chain<'w>(secret: &str, words: impl IntoIterator<Item = &'w str>) -> Vec<u8> {
    let sign = |key: &[u8], text: &str| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
        ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    words.into_iter().fold(secret.as_bytes().to_vec(), |key, word| sign(&key, word))
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One a line, as lists and `apply` are read.
pub fn lines(items: impl IntoIterator<Item = impl ToString>) -> String {
    let lines: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    lines.join("\n")
}
