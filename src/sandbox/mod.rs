//! The embedded simulator for the three vendors, over real HTTP/1.1.
//!
//! It speaks the vendors' own paths, verifies every signature and parameter as their documents say, keeps what it was
//! told while it serves, and answers in the documents' shapes, refusals included. Where the documents are silent, it is
//! strict, so that a mistake shows here rather than in production.
//!
//! | request | what the documents call it |
//! |---|---|
//! | `POST /api/live/setPushStreamTimeout` | JD: set the push time-out of a domain |
//! | `POST /api/live/permitStream` | JD: streams may be pushed again |
//! | `POST /api/live/forbidStream` | JD: a stream may not be pushed, for minutes or for good |
//! | `POST /api/live/queryForbidden` | JD: the bans that stand |
//! | `POST /api/live/queryDomainConfig` | JD: what is set for a domain, its push time-out among it |
//! | `PUT /v1/streams:forbid`, `:resume`, `:interrupt` | JD's `OpenAPI`: the same for one stream, or cut it off once; `:` or `%3A` |
//! | `GET /v1/streams/{domain}/onlineList?…` | JD's `OpenAPI`: what is being pushed to a domain |
//! | `GET` or `POST /common_access?…` | Tencent: `channel_manager`, action `forbid` or `resume`; `Live_Channel_SetStatus`, `Live_Channel_GetStatus` |
//! | `POST /` | Tencent's API 3.0: `ForbidLiveStream`, `ResumeLiveStream`, `DropLiveStream`, `DescribeLiveStreamState` |
//! | `POST /finish_videostream/v4`, `/finish_audiostream/v4` | Shumei: close a moderated stream |
//! | `GET /sandbox/state` | the sandbox's own: what it holds now; names and times, no credentials |
//!
//! Any other path is answered with 404, another method with 405, a body over 1 MiB with 413. What a vendor refuses comes
//! with HTTP 200 and the vendor's code; only JD's `OpenAPI` has an HTTP status for it.
//!
//! Both generations of a vendor's API act on the same streams. One that nobody has spoken of is live; a ban takes it off air
//! until its end, and it stays idle after that; lifting the ban brings it back; cutting it off does so for 5 seconds.
//!
//! A name that ends in `_gone` is one that the vendor does not know, so that refusals can be tried out: a Tencent channel
//! (`ret` 20601; `FailedOperation`, or `inactive` when asked for its state), a JD stream (`status` 1 for the whole request,
//! naming it; 404), a Shumei request id (`code` 1902). A domain whose first label ends in `-gone` is not yours (JD `status`
//! 15; 404; Tencent `FailedOperation`, whatever is asked).
//!
//! Each vendor has a module of its own, whose functions take the state, the request and the time, and know no socket.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::{NaiveDateTime, Utc};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::time::Timestamp;

use state::State;

mod authorization;
pub mod demo;
mod jd;
mod query;
mod shumei;
mod state;
mod stream_state;
mod tencent;

/// Where `livectl sandbox` listens unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8787));

/// The longest body that is read, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// How long to wait before accepting again when the system has no socket left to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The simulator, bound to its address and ready to serve.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    address: SocketAddr,
}

impl Sandbox {
    /// Binds; port 0 picks a free one.
    pub async fn bind(listen: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until dropped, and drops its connections with it.
    pub async fn serve(self) {
        let state = Arc::new(Mutex::new(State::starting(Utc::now())));
        let mut connections = JoinSet::new();
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => drop(connections.spawn(converse(stream, Arc::clone(&state)))),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }

    /// A ready-made profile file for a sandbox at this address, with the demo credentials.
    #[must_use]
    pub fn profile(address: SocketAddr) -> String {
        demo::profile(reachable(address))
    }
}

/// The address to call for one that is listened on: "everywhere" is called as loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// A request, read whole.
type Call = Request<Bytes>;

/// What is answered: an HTTP status and a JSON document.
type SandboxReply = (StatusCode, Value);

/// One path, the methods it takes, and who answers.
struct Route {
    /// A part that is `*` stands for any text.
    path: &'static str,
    methods: &'static [&'static str],
    answer: fn(&mut State, &Call, Timestamp) -> SandboxReply,
}

impl Route {
    const fn post(
        path: &'static str,
        answer: fn(&mut State, &Call, Timestamp) -> SandboxReply,
    ) -> Self {
        Self { path, methods: &["POST"], answer }
    }

    const fn put(
        path: &'static str,
        answer: fn(&mut State, &Call, Timestamp) -> SandboxReply,
    ) -> Self {
        Self { path, methods: &["PUT"], answer }
    }

    const fn get(
        path: &'static str,
        answer: fn(&mut State, &Call, Timestamp) -> SandboxReply,
    ) -> Self {
        Self { path, methods: &["GET"], answer }
    }

    fn takes(&self, path: &str) -> bool {
        let (ours, theirs) = (self.path.split('/'), path.split('/'));
        ours.clone().count() == theirs.clone().count()
            && ours.zip(theirs).all(|(our, their)| is_part(our, their))
    }
}

/// Whether a part of a path, escaped or not, is the one of a route.
fn is_part(ours: &str, theirs: &str) -> bool {
    match ours {
        "*" => !theirs.is_empty(),
        _ => percent_decode_str(theirs).eq(ours.bytes()),
    }
}

const ROUTES: [Route; 14] = [
    Route::post("/api/live/setPushStreamTimeout", jd::set_push_stream_timeout),
    Route::post("/api/live/permitStream", jd::permit_stream),
    Route::post("/api/live/forbidStream", jd::forbid_stream),
    Route::post("/api/live/queryForbidden", jd::query_forbidden),
    Route::post("/api/live/queryDomainConfig", jd::query_domain_config),
    Route::put("/v1/streams:forbid", jd::openapi::forbid),
    Route::put("/v1/streams:resume", jd::openapi::resume),
    Route::put("/v1/streams:interrupt", jd::openapi::interrupt),
    Route::get("/v1/streams/*/onlineList", jd::openapi::online_list),
    Route { path: "/common_access", methods: &["GET", "POST"], answer: tencent::common_access },
    Route::post("/", tencent::v3::act),
    Route::post("/finish_videostream/v4", shumei::finish_videostream),
    Route::post("/finish_audiostream/v4", shumei::finish_audiostream),
    Route::get("/sandbox/state", state::show),
];

/// One connection, for as long as the client keeps it.
async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) {
    // Small answers on a kept connection wait for the client's delayed acknowledgement otherwise.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &state));
    // A connection that breaks is the client's own loss; there is nobody to tell.
    let _ = http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    state: &Mutex<State>,
) -> hyper::Result<Response<Full<Bytes>>> {
    let Some(route) = ROUTES.iter().find(|route| route.takes(request.uri().path())) else {
        return Ok(response(trouble(StatusCode::NOT_FOUND, "no vendor's operation has this path")));
    };
    if !route.methods.contains(&request.method().as_str()) {
        return Ok(not_allowed(route));
    }
    let Some(call) = whole(request).await? else {
        return Ok(response(trouble(StatusCode::PAYLOAD_TOO_LARGE, "a body holds at most 1 MiB")));
    };
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(response((route.answer)(&mut state, &call, Utc::now())))
}

/// The request with its body, or `None` when that is too long.
async fn whole(request: Request<Incoming>) -> hyper::Result<Option<Call>> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Ok(None);
    }
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(Some(Request::from_parts(head, body.to_bytes()))),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => error.downcast().map_or(Ok(None), |broken| Err(*broken)),
    }
}

fn trouble(status: StatusCode, message: &str) -> SandboxReply {
    (status, json!({ "error": message }))
}

fn not_allowed(route: &Route) -> Response<Full<Bytes>> {
    let allowed = route.methods.join(", ");
    let message = format!("this path takes {allowed}");
    let mut response = response(trouble(StatusCode::METHOD_NOT_ALLOWED, &message));
    if let Ok(allowed) = HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

fn response((status, document): SandboxReply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The body as a JSON object, as far as it is one.
fn object(call: &Call) -> Option<Map<String, Value>> {
    serde_json::from_slice(call.body()).ok()
}

/// A member that is a text; the empty text where it is absent or something else.
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The moment of a text that is written exactly like this, in UTC.
fn moment(text: &str, format: &str) -> Option<Timestamp> {
    let moment = NaiveDateTime::parse_from_str(text, format).ok()?;
    // The library reads one digit where two are written.
    (moment.format(format).to_string() == text).then(|| moment.and_utc())
}

/// A page of a list, by its number from 1 on and its size.
fn page<T>(list: &[T], (number, size): (usize, usize)) -> &[T] {
    let start = (number - 1).saturating_mul(size).min(list.len());
    &list[start..start.saturating_add(size).min(list.len())]
}

/// Whether a target's name is one that the vendors here do not know.
fn is_gone(name: &str) -> bool {
    name.ends_with("_gone")
}

/// Whether a domain belongs to somebody else.
fn is_foreign(domain: &str) -> bool {
    domain.split('.').next().is_some_and(|label| label.ends_with("-gone"))
}

#[cfg(test)]
mod tests;
