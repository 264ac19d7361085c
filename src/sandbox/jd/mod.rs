//! JD's live API of the `opencdn` gateway, as far as its documents tell; its successor is in [`openapi`].
//!
//! The status codes are those of the gateway's published table; 1 ("failed") stands where it has none.

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::state::State;
use super::stream_state::Ban;
use super::{Call, SandboxReply, demo, is_foreign, is_gone, object, text};
use crate::api::signing::md5_hex;
use crate::time::Timestamp;

mod forbidden;
pub(super) mod openapi;
mod signature;

pub(super) use forbidden::query_forbidden;

/// The vendor's ceiling for a push time-out, in seconds.
const LONGEST_TIMEOUT: u8 = 120;

/// The most streams that one `permitStream` may name here.
const MOST_STREAMS: usize = 100;

/// The zone whose date stands in a signature: Beijing's, UTC+8 all year.
const BEIJING: TimeDelta = TimeDelta::hours(8);

/// One stream, as JD names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stream {
    /// In lower case, since host names know none.
    domain: String,
    app: String,
    name: String,
}

impl Stream {
    pub(super) fn new(domain: &str, app: &str, name: &str) -> Self {
        Self { domain: domain.to_lowercase(), app: app.to_owned(), name: name.to_owned() }
    }

    /// How the sandbox shows it, with one thing to say of it.
    pub(super) fn json(&self, key: &str, value: &Value) -> Value {
        json!({ "domain": self.domain, "app": self.app, "stream": self.name, key: value })
    }

    fn is_gone(&self) -> bool {
        is_gone(&self.name)
    }
}

/// `setPushStreamTimeout`: how long players wait for a push that broke off.
pub(super) fn set_push_stream_timeout(
    state: &mut State,
    call: &Call,
    now: Timestamp,
) -> SandboxReply {
    settle(StreamFields::read(call, now).and_then(|asked| {
        let seconds = asked.timeout()?;
        state.jd_timeouts.insert(asked.domain.to_lowercase(), seconds);
        Ok(json!({ "status": 0, "msg": "", "data": { "PublishNormalTimeout": seconds } }))
    }))
}

/// `permitStream`: streams of one domain may be pushed again, all of them or none.
pub(super) fn permit_stream(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    settle(StreamFields::read(call, now).and_then(|asked| {
        let streams = asked.delete_streams()?;
        streams.iter().try_for_each(known)?;
        for stream in streams {
            state.jd_streams.lift(stream, now);
        }
        Ok(json!({ "status": 0, "msg": "Successful", "data": asked.domain }))
    }))
}

/// `forbidStream`: a stream may not be pushed, for some minutes or for good.
pub(super) fn forbid_stream(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    settle(StreamFields::read(call, now).and_then(|asked| {
        let stream = asked.named_stream()?;
        let ban = asked.ban(now)?;
        known(&stream)?;
        state.jd_streams.forbid(stream, ban);
        Ok(json!({ "status": 0, "msg": "Successful", "data": asked.domain }))
    }))
}

/// `queryDomainConfig`: what is set for a domain; of the many settings, those that livectl has to do with.
pub(super) fn query_domain_config(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    settle(StreamFields::read(call, now).map(|asked| {
        let timeout =
            state.jd_timeouts.get(&asked.domain.to_lowercase()).copied().unwrap_or_default();
        let config = json!({ "type": "live", "status": "online", "publishNormalTimeout": timeout });
        json!({ "status": 0, "msg": "", "data": config })
    }))
}

/// What JD says instead of doing it.
struct Refusal {
    status: i32,
    msg: String,
}

impl Refusal {
    fn new(status: i32, msg: impl Into<String>) -> Self {
        Self { status, msg: msg.into() }
    }

    /// A parameter that is malformed, for which the table has no code of its own.
    fn failed(msg: impl Into<String>) -> Self {
        Self::new(1, msg)
    }

    /// A parameter that is absent or empty.
    fn empty(name: &str) -> Self {
        Self::new(2, format!("{name} is empty"))
    }
}

fn settle(answer: Result<Value, Refusal>) -> SandboxReply {
    let document = answer.unwrap_or_else(
        |Refusal { status, msg }| json!({ "status": status, "msg": msg, "data": null }),
    );
    (StatusCode::OK, document)
}

/// A request whose sender and domain are accepted.
struct StreamFields {
    domain: String,
    body: Map<String, Value>,
}

impl StreamFields {
    fn read(call: &Call, now: Timestamp) -> Result<Self, Refusal> {
        let body = object(call).ok_or_else(|| Refusal::failed("the body is not a JSON object"))?;
        identify(&body, now)?;
        let domain = own_domain(text(&body, "domain"))?.to_owned();
        Ok(Self { domain, body })
    }

    fn timeout(&self) -> Result<u8, Refusal> {
        let timeout = match self.body.get("timeout") {
            None | Some(Value::Null) => return Err(Refusal::empty("timeout")),
            Some(Value::String(timeout)) if timeout.is_empty() => {
                return Err(Refusal::empty("timeout"));
            }
            Some(Value::String(timeout)) => timeout,
            Some(_) => return Err(Refusal::failed("timeout is a string of digits, not a number")),
        };
        if !timeout.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::failed("timeout is a string of digits"));
        }
        match timeout.parse() {
            Ok(seconds @ 1..=LONGEST_TIMEOUT) => Ok(seconds),
            _ => Err(Refusal::failed(format!("timeout is 1 to {LONGEST_TIMEOUT} seconds"))),
        }
    }

    fn delete_streams(&self) -> Result<Vec<Stream>, Refusal> {
        let streams = match self.body.get("deleteStreams") {
            None | Some(Value::Null) => return Err(Refusal::empty("deleteStreams")),
            Some(Value::Array(streams)) => streams,
            Some(_) => return Err(Refusal::failed("deleteStreams is an array")),
        };
        match streams.len() {
            0 => Err(Refusal::empty("deleteStreams")),
            1..=MOST_STREAMS => streams.iter().map(|stream| self.stream(stream)).collect(),
            _ => {
                Err(Refusal::failed(format!("deleteStreams names at most {MOST_STREAMS} streams")))
            }
        }
    }

    /// The one stream of a body that has `app` and `stream` beside the domain.
    fn named_stream(&self) -> Result<Stream, Refusal> {
        match (text(&self.body, "app"), text(&self.body, "stream")) {
            ("", _) => Err(Refusal::empty("app")),
            (_, "") => Err(Refusal::empty("stream")),
            (app, name) => Ok(Stream::new(&self.domain, app, name)),
        }
    }

    fn ban(&self, now: Timestamp) -> Result<Ban, Refusal> {
        let kind = match self.body.get("type") {
            None | Some(Value::Null) => return Err(Refusal::new(5, "type is empty")),
            Some(kind) => kind.as_i64(),
        };
        let minutes = match self.body.get("time") {
            None | Some(Value::Null) => return Err(Refusal::empty("time")),
            Some(time) => {
                time.as_i64().ok_or_else(|| Refusal::failed("time is a number of whole minutes"))?
            }
        };
        match (kind, minutes) {
            (Some(1), 0) => Ok(Ban::for_good(now)),
            (Some(1), _) => Err(Refusal::failed("time is 0 where type is 1 (permanent)")),
            (Some(2), 1..) => Ban::lasting(now, TimeDelta::try_minutes(minutes))
                .ok_or_else(|| Refusal::failed("time lies beyond the calendar")),
            (Some(2), _) => {
                Err(Refusal::failed("time is at least 1 minute where type is 2 (timed)"))
            }
            _ => Err(Refusal::new(16, "type is the number 1 (permanent) or 2 (timed)")),
        }
    }

    fn stream(&self, stream: &Value) -> Result<Stream, Refusal> {
        let malformed =
            || Refusal::failed("deleteStreams holds objects of a non-empty app and stream");
        let stream = stream.as_object().ok_or_else(malformed)?;
        match (text(stream, "app"), text(stream, "stream")) {
            ("", _) | (_, "") => Err(malformed()),
            (app, name) => Ok(Stream::new(&self.domain, app, name)),
        }
    }
}

/// Whether the sender is who the signature says: `MD5(yyyymmdd + username + SecretKey)`.
fn identify(body: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let username = text(body, "username");
    let signature = text(body, "signature");
    let date = (now + BEIJING).format("%Y%m%d").to_string();
    if username.is_empty() {
        Err(Refusal::new(3, "user name is empty"))
    } else if username != demo::JD_USERNAME {
        Err(Refusal::new(20, "user name does not exist"))
    } else if signature.is_empty() {
        Err(Refusal::new(4, "signature is empty"))
    } else if signature != md5_hex(&[&date, username, demo::JD_SECRET_KEY]) {
        Err(Refusal::new(7, "signature is incorrect"))
    } else {
        Ok(())
    }
}

fn own_domain(domain: &str) -> Result<&str, Refusal> {
    if domain.is_empty() {
        Err(Refusal::new(12, "domain is empty"))
    } else if !is_host_name(domain) {
        Err(Refusal::new(15, "domain is not a single host name"))
    } else if is_foreign(domain) {
        Err(Refusal::new(15, "domain is not yours"))
    } else {
        Ok(domain)
    }
}

fn known(stream: &Stream) -> Result<(), Refusal> {
    if stream.is_gone() {
        Err(Refusal::failed(format!("stream {}/{} does not exist", stream.app, stream.name)))
    } else {
        Ok(())
    }
}

/// One host name, in any script: no list, scheme, port or path.
fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_'))
        })
}

#[cfg(test)]
mod tests;
