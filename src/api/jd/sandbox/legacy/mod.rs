//! JD's live API at the `opencdn` gateway, by its documents; its successor is [`openapi`](super::openapi).
//!
//! The status codes are those of the gateway's published table; 1 ("failed") serves where it has none.

pub(crate) mod forbidden;

use std::borrow::Cow;

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::jd::sandbox::demo;
use crate::api::signing::md5_hex;
use crate::sandbox::names::{is_foreign_domain, is_host_name, is_unknown};
use crate::sandbox::request::JsonBody;
use crate::sandbox::simulator::{Refusal, SandboxCall, SandboxReply};
use crate::sandbox::stream_state::{Ban, StreamKey};
use crate::time::Timestamp;

/// The records of push timeouts in seconds, by domain.
pub(super) const TIMEOUTS: &str = "timeouts";

/// The vendor's maximum for a push timeout, in seconds.
// It advises 2 to 60, and gives no minimum.
const MAX_TIMEOUT: u8 = 120;

/// The most streams of one `permitStream`.
const MAX_STREAMS: usize = 100;

/// The time zone of the date in a signature: Beijing's.
// No page of the manual gives the zone. Beijing has no summer time.
const BEIJING: TimeDelta = TimeDelta::hours(8);

/// `setPushStreamTimeout`: how long players wait for an interrupted push.
pub(crate) fn set_push_stream_timeout(call: &mut SandboxCall) -> SandboxReply {
    envelope(GatewayRequest::read(call).and_then(|body| {
        let seconds = body.timeout()?;
        call.state.records_mut(TIMEOUTS).insert(body.domain.to_lowercase(), seconds.into());
        // With a capital, unlike the member of `queryDomainConfig`. The text of a success varies by operation.
        Ok(json!({ "status": 0, "msg": "", "data": { "PublishNormalTimeout": seconds } }))
    }))
}

/// `permitStream`: permits pushes to streams of one domain, all of them or none.
pub(crate) fn permit_stream(call: &mut SandboxCall) -> SandboxReply {
    envelope(GatewayRequest::read(call).and_then(|body| {
        let streams = body.delete_streams()?;
        // All before the first is lifted: a refused request changes nothing.
        streams.iter().try_for_each(known)?;
        for stream in streams {
            call.state.streams.lift(stream, call.now);
        }
        Ok(json!({ "status": 0, "msg": "Successful", "data": body.domain }))
    }))
}

/// `forbidStream`: forbids pushes to a stream, for some minutes or permanently.
pub(crate) fn forbid_stream(call: &mut SandboxCall) -> SandboxReply {
    envelope(GatewayRequest::read(call).and_then(|body| {
        let stream = body.named_stream()?;
        let ban = body.ban(call.now)?;
        known(&stream)?;
        call.state.streams.forbid(stream, ban);
        Ok(json!({ "status": 0, "msg": "Successful", "data": body.domain }))
    }))
}

/// `queryDomainConfig`: settings of a domain, of which the simulator has those that livectl reads.
pub(crate) fn query_domain_config(call: &mut SandboxCall) -> SandboxReply {
    envelope(GatewayRequest::read(call).map(|body| {
        // JD reports 0 for a domain without one.
        let timeouts = call.state.records(TIMEOUTS);
        let timeout = timeouts.get(&body.domain.to_lowercase()).cloned().unwrap_or(0.into());
        let config = json!({ "type": "live", "status": "online", "publishNormalTimeout": timeout });
        json!({ "status": 0, "msg": "", "data": config })
    }))
}

/// A malformed parameter, for which the table has no code.
fn failed(message: impl Into<Cow<'static, str>>) -> Refusal<i32> {
    Refusal::new(1, message)
}

/// A parameter that is absent or empty.
fn empty(name: &str) -> Refusal<i32> {
    Refusal::new(2, format!("{name} is empty"))
}

/// Puts a result into the gateway's envelope.
fn envelope(result: Result<Value, Refusal<i32>>) -> SandboxReply {
    let document = result.unwrap_or_else(
        |Refusal { code, message }| json!({ "status": code, "msg": message, "data": null }),
    );
    (StatusCode::OK, document)
}

/// A request with an accepted signature and domain.
struct GatewayRequest {
    domain: String,
    body: JsonBody,
}

impl GatewayRequest {
    fn read(call: &SandboxCall) -> Result<Self, Refusal<i32>> {
        let body =
            JsonBody::read(call.request).ok_or_else(|| failed("the body is not a JSON object"))?;
        identify(&body, call.now)?;
        let domain = own_domain(body.text("domain"))?.to_owned();
        Ok(Self { domain, body })
    }

    fn timeout(&self) -> Result<u8, Refusal<i32>> {
        let timeout = match self.body.get("timeout") {
            None => return Err(empty("timeout")),
            Some(Value::String(timeout)) if timeout.is_empty() => {
                return Err(empty("timeout"));
            }
            Some(Value::String(timeout)) => timeout,
            // The manual types it as a string. Strict, so that a wrong type shows here and not at JD.
            Some(_) => return Err(failed("timeout is a string of digits, not a number")),
        };
        if !timeout.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(failed("timeout is a string of digits"));
        }
        match timeout.parse() {
            Ok(seconds @ 1..=MAX_TIMEOUT) => Ok(seconds),
            _ => Err(failed(format!("timeout is 1 to {MAX_TIMEOUT} seconds"))),
        }
    }

    fn delete_streams(&self) -> Result<Vec<StreamKey>, Refusal<i32>> {
        // The sample's single quotes are no JSON; JD's client for the CDN sends an array of objects.
        let streams = match self.body.get("deleteStreams") {
            None => return Err(empty("deleteStreams")),
            Some(Value::Array(streams)) => streams,
            Some(_) => return Err(failed("deleteStreams is an array")),
        };
        match streams.len() {
            0 => Err(empty("deleteStreams")),
            1..=MAX_STREAMS => streams.iter().map(|stream| self.stream(stream)).collect(),
            _ => Err(failed(format!("deleteStreams names at most {MAX_STREAMS} streams"))),
        }
    }

    /// The one stream of a body that has `app` and `stream` beside the domain.
    fn named_stream(&self) -> Result<StreamKey, Refusal<i32>> {
        // One stream: the manual mentions several, and gives no separator.
        match (self.body.text("app"), self.body.text("stream")) {
            ("", _) => Err(empty("app")),
            (_, "") => Err(empty("stream")),
            (app, name) => Ok(StreamKey::new(&self.domain, app, name)),
        }
    }

    fn ban(&self, now: Timestamp) -> Result<Ban, Refusal<i32>> {
        let kind = match self.body.get("type") {
            None => return Err(Refusal::new(5, "type is empty")),
            Some(kind) => kind.as_i64(),
        };
        let minutes = match self.body.get("time") {
            None => return Err(empty("time")),
            Some(time) => {
                time.as_i64().ok_or_else(|| failed("time is a number of whole minutes"))?
            }
        };
        match (kind, minutes) {
            (Some(1), 0) => Ok(Ban::permanent(now)),
            (Some(1), _) => Err(failed("time is 0 where type is 1 (permanent)")),
            (Some(2), 1..) => Ban::lasting(now, TimeDelta::try_minutes(minutes))
                .ok_or_else(|| failed("time lies beyond the calendar")),
            (Some(2), _) => Err(failed("time is at least 1 minute where type is 2 (timed)")),
            _ => Err(Refusal::new(16, "type is the number 1 (permanent) or 2 (timed)")),
        }
    }

    fn stream(&self, stream: &Value) -> Result<StreamKey, Refusal<i32>> {
        let malformed = || failed("deleteStreams holds objects of a non-empty app and stream");
        match (stream["app"].as_str(), stream["stream"].as_str()) {
            (Some(app), Some(name)) if !app.is_empty() && !name.is_empty() => {
                Ok(StreamKey::new(&self.domain, app, name))
            }
            _ => Err(malformed()),
        }
    }
}

/// Checks the signature: `MD5(yyyymmdd + username + SecretKey)`.
fn identify(body: &JsonBody, now: Timestamp) -> Result<(), Refusal<i32>> {
    let username = body.text("username");
    let signature = body.text("signature");
    // From 16:00 UTC on, it is that of the next day.
    let date = (now + BEIJING).format("%Y%m%d").to_string();
    // The codes of the CDN at the same gateway: the live pages have none.
    if username.is_empty() {
        Err(Refusal::new(3, "user name is empty"))
    } else if username != demo::USERNAME {
        Err(Refusal::new(20, "user name does not exist"))
    } else if signature.is_empty() {
        Err(Refusal::new(4, "signature is empty"))
    } else if signature != md5_hex(&[&date, username, demo::SECRET_KEY]) {
        Err(Refusal::new(7, "signature is incorrect"))
    } else {
        Ok(())
    }
}

fn own_domain(domain: &str) -> Result<&str, Refusal<i32>> {
    if domain.is_empty() {
        Err(Refusal::new(12, "domain is empty"))
    } else if !is_host_name(domain) {
        Err(Refusal::new(15, "domain is not a single host name"))
    } else if is_foreign_domain(domain) {
        Err(Refusal::new(15, "domain is not yours"))
    } else {
        Ok(domain)
    }
}

fn known(stream: &StreamKey) -> Result<(), Refusal<i32>> {
    if is_unknown(&stream.name) {
        Err(failed(format!("stream {}/{} does not exist", stream.app, stream.name)))
    } else {
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
