//! A vendor that answers each request by a rule and records the requests that it answered.
//!
//! Built on `httpmock`, which speaks HTTP as it should be. What needs bytes, waits that depend on the request, or the
//! moment of arrival needs the fault server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use super::fault_server::request::ReceivedRequest;
use super::vendor_messages::success;

/// A server on loopback.
pub struct RecordingServer {
    server: MockServer,
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct MockResponse {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// An HTTP status and a body.
pub fn response(status: u16, body: impl AsRef<[u8]>) -> MockResponse {
    MockResponse { status, headers: Vec::new(), body: body.as_ref().to_vec() }
}

/// The vendor's own success, whatever was asked.
pub fn accepted(request: &ReceivedRequest) -> MockResponse {
    response(200, success(request).to_string())
}

impl MockResponse {
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The client may try again at once.
    pub fn retry_now(self) -> Self {
        self.header("retry-after", "0")
    }
}

impl RecordingServer {
    /// Answers each request by a rule.
    pub fn start(rule: impl Fn(&ReceivedRequest) -> MockResponse + Send + Sync + 'static) -> Self {
        Self::delayed(Duration::ZERO, rule)
    }

    /// Answers each request by a rule, this long after it came; a request given up before that is not recorded.
    pub fn delayed(
        delay: Duration,
        rule: impl Fn(&ReceivedRequest) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        let server = Self { server: MockServer::start(), requests: Arc::default() };
        server.answer(delay, usize::MAX, rule);
        server
    }

    /// Answers the first request this long after it came, and the others at once.
    pub fn delayed_first(
        delay: Duration,
        rule: impl Fn(&ReceivedRequest) -> MockResponse + Send + Sync + Clone + 'static,
    ) -> Self {
        let server = Self { server: MockServer::start(), requests: Arc::default() };
        server.answer(delay, 1, rule.clone());
        server.answer(Duration::ZERO, usize::MAX, rule);
        server
    }

    fn answer(
        &self,
        delay: Duration,
        times: usize,
        rule: impl Fn(&ReceivedRequest) -> MockResponse + Send + Sync + 'static,
    ) {
        let requests = Arc::clone(&self.requests);
        self.server.mock(|when, then| {
            when.any_request();
            let then = if times == usize::MAX { then } else { then.up_to_n_times(times) };
            then.delay(delay).respond_with(move |request: &HttpMockRequest| {
                let mut requests = requests.lock().unwrap();
                let request = received(requests.len() + 1, request);
                let answer = rule(&request);
                requests.push(request);
                HttpMockResponse::builder()
                    .status(answer.status)
                    .headers(answer.headers)
                    .body(answer.body)
                    .build()
            });
        });
    }

    /// The same answer to every request.
    pub fn always(answer: MockResponse) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// The same HTTP status and body for every request.
    pub fn replies(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::always(response(status, body))
    }

    /// What acts succeeds, and a look gets the body of a rule.
    pub fn with_looks(rule: impl Fn(&ReceivedRequest) -> String + Send + Sync + 'static) -> Self {
        Self::start(move |request| {
            if request.is_look() { response(200, rule(request)) } else { accepted(request) }
        })
    }

    /// One answer after another, and the last of them from then on.
    pub fn script(answers: impl IntoIterator<Item = MockResponse>) -> Self {
        let answers: Vec<_> = answers.into_iter().collect();
        Self::start(move |request| answers[request.number.min(answers.len()) - 1].clone())
    }

    /// Every request succeeds.
    pub fn accepting() -> Self {
        Self::start(accepted)
    }

    /// Such as `http://127.0.0.1:1234`.
    pub fn url(&self) -> String {
        self.server.base_url()
    }

    /// The requests, in the order of arrival.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// The one request that came.
    #[track_caller]
    pub fn only_request(&self) -> ReceivedRequest {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

fn received(number: usize, request: &HttpMockRequest) -> ReceivedRequest {
    let uri = request.uri();
    let target = uri.path_and_query().map_or_else(|| uri.to_string(), ToString::to_string);
    let mut head = format!("{} {target} HTTP/1.1\r\n", request.method_str());
    for (name, value) in request.headers_vec() {
        head += &format!("{name}: {value}\r\n");
    }
    ReceivedRequest::new(number, head + "\r\n", request.body_string())
}
