//! Tencent's live API 3.0, version 2018-08-01: the envelope, and the actions on one stream.
//!
//! Refusals come with HTTP 200 too; their texts are the simulator's.

use std::borrow::Cow;

use chrono::TimeDelta;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::tencent::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::tencent::sandbox::online;
use crate::api::tencent::sandbox::parameters::V3Parameters;
use crate::api::tencent::sandbox::signature::{V3Refusal, verify};
use crate::sandbox::names::is_unknown;
use crate::sandbox::request::{header, parse_moment};
use crate::sandbox::simulator::{Refusal, SandboxReply, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

const VERSION: &str = "2018-08-01";

/// The longest ban; the vendor cuts a longer one to it in silence.
const MAX_BAN: TimeDelta = TimeDelta::days(90);

/// The length of a ban without `ResumeTime`.
const DEFAULT_BAN: TimeDelta = TimeDelta::days(7);

/// The longest reason, in bytes.
const MAX_REASON: usize = 2048;

/// An action with the parameters that it knows.
struct V3Action {
    name: &'static str,
    texts: &'static [&'static str],
    numbers: &'static [&'static str],
    perform: fn(&mut VendorState, &V3Parameters, Timestamp) -> Result<Value, V3Refusal>,
}

impl V3Action {
    /// An action on one stream.
    const fn on_stream(
        name: &'static str,
        perform: fn(&mut VendorState, &V3Parameters, Timestamp) -> Result<Value, V3Refusal>,
    ) -> Self {
        Self { name, texts: &["AppName", "DomainName", "StreamName"], numbers: &[], perform }
    }
}

const ACTIONS: [V3Action; 5] = [
    V3Action {
        texts: &["AppName", "DomainName", "StreamName", "ResumeTime", "Reason"],
        ..V3Action::on_stream("ForbidLiveStream", forbid)
    },
    V3Action::on_stream("ResumeLiveStream", resume),
    V3Action::on_stream("DropLiveStream", interrupt),
    V3Action::on_stream("DescribeLiveStreamState", stream_state),
    V3Action {
        numbers: &["PageNum", "PageSize"],
        ..V3Action::on_stream("DescribeLiveStreamOnlineList", online::online_list)
    },
];

/// Performs the action that `X-TC-Action` names.
pub(crate) fn act(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> SandboxReply {
    let request_id = uuid(&state.request_id(now));
    let mut response = match perform(state, request, now) {
        Ok(result) => result,
        Err(Refusal { code, message }) => json!({ "Error": { "Code": code, "Message": message } }),
    };
    response["RequestId"] = request_id.into();
    // Refusals too: Tencent answers errors with HTTP 200.
    (StatusCode::OK, json!({ "Response": response }))
}

fn perform(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    if ![Method::GET, Method::POST].contains(request.method()) {
        return Err(Refusal::new("UnsupportedProtocol", "the method is neither GET nor POST"));
    }
    let name = header(request, "x-tc-action").ok_or_else(|| {
        let message = "X-TC-Action is missing; only requests of TC3-HMAC-SHA256 are accepted";
        Refusal::new("InvalidAction", message)
    })?;
    let action = ACTIONS.iter().find(|action| action.name == name).ok_or_else(|| {
        Refusal::new("InvalidAction", "X-TC-Action names no action of the simulator")
    })?;
    if header(request, "x-tc-version") != Some(VERSION) {
        return Err(Refusal::new("NoSuchVersion", format!("X-TC-Version is not {VERSION}")));
    }
    verify(request, &[ACCESS_KEY, TEMPORARY_KEY], "live", now)?;
    let parameters = V3Parameters::read(request, action.texts, action.numbers)?;
    (action.perform)(state, &parameters, now)
}

fn forbid(
    state: &mut VendorState,
    parameters: &V3Parameters,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    let ban = ban(parameters, now)?;
    let stream = changed_stream(state, parameters)?;
    state.streams.forbid(stream, ban);
    Ok(json!({}))
}

fn resume(
    state: &mut VendorState,
    parameters: &V3Parameters,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    let stream = changed_stream(state, parameters)?;
    state.streams.lift(stream, now);
    Ok(json!({}))
}

fn interrupt(
    state: &mut VendorState,
    parameters: &V3Parameters,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    let stream = changed_stream(state, parameters)?;
    state.streams.interrupt(stream, now);
    Ok(json!({}))
}

/// `DescribeLiveStreamState`: whether a stream is pushed, and whether it may be.
fn stream_state(
    state: &mut VendorState,
    parameters: &V3Parameters,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    let stream = stream(parameters)?;
    let word = match state.streams.get(&stream, now) {
        // No error: a stream that was never pushed is not pushed now.
        _ if is_unknown(&stream.name) => "inactive",
        StreamState::Live(_) => "active",
        StreamState::Idle => "inactive",
        StreamState::Forbidden => "forbid",
    };
    Ok(json!({ "StreamState": word }))
}

/// The stream that the parameters name.
fn stream(parameters: &V3Parameters) -> Result<StreamKey, V3Refusal> {
    for name in ["AppName", "DomainName", "StreamName"] {
        if parameters.text(name).is_none_or(str::is_empty) {
            return Err(Refusal::new("MissingParameter", format!("{name} is required")));
        }
    }
    online::check_owner(parameters)?;
    Ok(StreamKey::by_name(parameters.text("StreamName").unwrap_or_default()))
}

/// A stream to change, which the list of live streams knows from now on.
fn changed_stream(
    state: &mut VendorState,
    parameters: &V3Parameters,
) -> Result<StreamKey, V3Refusal> {
    let stream = stream(parameters)?;
    if is_unknown(&stream.name) {
        return Err(Refusal::new("FailedOperation", "stream does not exist"));
    }
    online::record(state, parameters);
    Ok(stream)
}

fn ban(parameters: &V3Parameters, now: Timestamp) -> Result<Ban, V3Refusal> {
    if parameters.text("Reason").is_some_and(|reason| reason.len() > MAX_REASON) {
        return Err(invalid_value("Reason is longer than 2048 bytes"));
    }
    let until = match parameters.text("ResumeTime") {
        None => now + DEFAULT_BAN,
        Some(text) => {
            let message = "ResumeTime is written like 2018-11-29T19:00:00Z";
            parse_moment(text, "%Y-%m-%dT%H:%M:%SZ").ok_or_else(|| invalid_value(message))?
        }
    };
    if until <= now {
        return Err(invalid_value("ResumeTime has passed"));
    }
    Ok(Ban::until(now, until.min(now + MAX_BAN)))
}

fn invalid_value(message: impl Into<Cow<'static, str>>) -> V3Refusal {
    Refusal::new("InvalidParameterValue", message)
}

/// 32 hex digits, divided as in a UUID.
fn uuid(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
pub(crate) mod tests;
