//! Tencent's live API 3.0, version 2018-08-01: the envelope, and the actions on one stream.
//!
//! Refusals come with HTTP 200 too; their texts are the simulator's.

use chrono::TimeDelta;
use hyper::{Method, StatusCode};
use serde_json::json;

use crate::api::tencent::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::tencent::sandbox::signature::{TC3, signature_code};
use crate::api::tencent::sandbox::{online, parameters};
use crate::sandbox::names::is_unknown;
use crate::sandbox::parameters::{ActionCall, Parameters, SandboxAction};
use crate::sandbox::request::{header, parse_moment};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxCall, SandboxReply};
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

const VERSION: &str = "2018-08-01";

/// The longest ban.
// Tencent cuts a longer one to it in silence.
const MAX_BAN: TimeDelta = TimeDelta::days(90);

/// The length of a ban without `ResumeTime`.
const DEFAULT_BAN: TimeDelta = TimeDelta::days(7);

/// The longest reason, in bytes.
const MAX_REASON: usize = 2048;

const ACTIONS: [SandboxAction; 5] = [
    SandboxAction {
        name: "ForbidLiveStream",
        parameters: "AppName DomainName StreamName ResumeTime Reason",
        perform: forbid,
    },
    SandboxAction { name: "ResumeLiveStream", parameters: STREAM, perform: resume },
    SandboxAction { name: "DropLiveStream", parameters: STREAM, perform: interrupt },
    SandboxAction { name: "DescribeLiveStreamState", parameters: STREAM, perform: stream_state },
    SandboxAction {
        name: "DescribeLiveStreamOnlineList",
        parameters: "AppName DomainName StreamName PageNum PageSize",
        perform: online::online_list,
    },
];

/// The parameters that name a stream.
const STREAM: &str = "AppName DomainName StreamName";

/// Performs the action that `X-TC-Action` names.
pub(crate) fn act(call: &mut SandboxCall) -> SandboxReply {
    let request_id = call.state.request_uuid(call.now);
    let mut response = match perform(call) {
        Ok(result) => result,
        Err(Refusal { code, message }) => json!({ "Error": { "Code": code, "Message": message } }),
    };
    response["RequestId"] = request_id.into();
    // Refusals too: Tencent answers errors with HTTP 200.
    (StatusCode::OK, json!({ "Response": response }))
}

fn perform(call: &mut SandboxCall) -> ActionResult {
    let request = call.request;
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
    TC3.verify(request, &[ACCESS_KEY, TEMPORARY_KEY], call.now)
        .map_err(|refusal| refusal.with_code(signature_code))?;
    let parameters = parameters::read(request, action.parameters)?;
    (action.perform)(&mut call.with(&parameters))
}

fn forbid(call: &mut ActionCall) -> ActionResult {
    let ban = ban(call.request, call.now)?;
    let stream = changed_stream(call)?;
    call.state.streams.forbid(stream, ban);
    Ok(json!({}))
}

fn resume(call: &mut ActionCall) -> ActionResult {
    let stream = changed_stream(call)?;
    call.state.streams.lift(stream, call.now);
    Ok(json!({}))
}

fn interrupt(call: &mut ActionCall) -> ActionResult {
    let stream = changed_stream(call)?;
    // A success for a stream that is not live too.
    call.state.streams.interrupt(stream, call.now);
    Ok(json!({}))
}

/// `DescribeLiveStreamState`: whether a stream is pushed, and whether it may be.
fn stream_state(call: &mut ActionCall) -> ActionResult {
    let stream = stream(call.request)?;
    let word = match call.state.streams.get(&stream, call.now) {
        // No error: a stream that was never pushed is not pushed now.
        _ if is_unknown(&stream.name) => "inactive",
        StreamState::Live(_) => "active",
        StreamState::Idle => "inactive",
        StreamState::Forbidden => "forbid",
    };
    Ok(json!({ "StreamState": word }))
}

/// The stream that the parameters name.
fn stream(parameters: &Parameters) -> ActionResult<StreamKey> {
    STREAM.split(' ').try_for_each(|name| parameters.required(name).map(drop))?;
    online::check_owner(parameters)?;
    Ok(StreamKey::by_name(parameters.required("StreamName")?))
}

/// A stream to change, which the list of live streams knows from now on.
fn changed_stream(call: &mut ActionCall) -> ActionResult<StreamKey> {
    let stream = stream(call.request)?;
    if is_unknown(&stream.name) {
        return Err(Refusal::new("FailedOperation", "stream does not exist"));
    }
    online::record(call.state, call.request);
    Ok(stream)
}

fn ban(parameters: &Parameters, now: Timestamp) -> ActionResult<Ban> {
    if parameters.text("Reason").is_some_and(|reason| reason.len() > MAX_REASON) {
        return Err(parameters.invalid("Reason is longer than 2048 bytes"));
    }
    let until = match parameters.given("ResumeTime") {
        None => now + DEFAULT_BAN,
        Some(text) => {
            let message = "ResumeTime is written like 2018-11-29T19:00:00Z";
            parse_moment(text, "%Y-%m-%dT%H:%M:%SZ").ok_or_else(|| parameters.invalid(message))?
        }
    };
    if until <= now {
        return Err(parameters.invalid("ResumeTime has passed"));
    }
    Ok(Ban::until(now, until.min(now + MAX_BAN)))
}

#[cfg(test)]
pub(crate) mod tests;
