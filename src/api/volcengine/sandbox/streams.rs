//! The actions on one stream. A domain space has the name of its push domain here, so either names the stream.

use chrono::TimeDelta;
use serde_json::json;

use crate::api::volcengine::sandbox::parameters::{host, missing, name};
use crate::sandbox::names::{is_foreign_domain, is_unknown};
use crate::sandbox::parameters::{ActionCall, Parameters};
use crate::sandbox::request::parse_moment;
use crate::sandbox::simulator::{ActionResult, Refusal};
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

/// The length of the longest ban, and of one without `EndTime`.
const LONGEST_BAN: TimeDelta = TimeDelta::days(90);

/// `ForbidStream`: bans a stream.
pub(super) fn forbid(call: &mut ActionCall) -> ActionResult {
    let stream = known_stream(call.request)?;
    let until = match call.request.text("EndTime") {
        None => call.now + LONGEST_BAN,
        Some(text) => end_time(text, call.now)?,
    };
    call.state.streams.forbid(stream, Ban::until(call.now, until));
    Ok(json!({}))
}

fn end_time(text: &str, now: Timestamp) -> ActionResult<Timestamp> {
    // With milliseconds, unlike the moments of the other vendors.
    let moment = parse_moment(text, "%Y-%m-%dT%H:%M:%S%.3fZ");
    moment.filter(|until| *until > now && *until <= now + LONGEST_BAN).ok_or_else(|| {
        let message = "EndTime is a moment within 90 days, written like 2026-11-21T14:00:00.000Z";
        Refusal::new("InvalidParam.Format", message)
    })
}

/// `ResumeStream`: ends the ban of a stream.
pub(super) fn resume(call: &mut ActionCall) -> ActionResult {
    call.state.streams.lift(known_stream(call.request)?, call.now);
    Ok(json!({}))
}

/// `KillStream`: cuts a stream once.
pub(super) fn kill(call: &mut ActionCall) -> ActionResult {
    call.state.streams.interrupt(known_stream(call.request)?, call.now);
    Ok(json!({}))
}

/// `DescribeLiveStreamState`: whether a stream is pushed now, or banned.
pub(super) fn stream_state(call: &mut ActionCall) -> ActionResult {
    let stream = stream(call.request)?;
    let word = match call.state.streams.get(&stream, call.now) {
        StreamState::Forbidden => "forbidden",
        StreamState::Live(_) if !is_unknown(&stream.name) => "online",
        StreamState::Live(_) | StreamState::Idle => "offline",
    };
    // In snake case, unlike all other members.
    Ok(json!({ "stream_state": word, "type": "push" }))
}

fn stream(parameters: &Parameters) -> ActionResult<StreamKey> {
    let domain = match (host(parameters, "Domain")?, host(parameters, "Vhost")?) {
        (Some(_), Some(_)) => {
            return Err(Refusal::new("InvalidParam", "give one of Domain and Vhost"));
        }
        (Some(place), None) | (None, Some(place)) => own(place)?,
        (None, None) => return Err(missing("Vhost")),
    };
    let app = name(parameters, "App", 30)?.ok_or_else(|| missing("App"))?;
    let name = name(parameters, "Stream", 100)?.ok_or_else(|| missing("Stream"))?;
    Ok(StreamKey::new(domain, app, name))
}

fn known_stream(parameters: &Parameters) -> ActionResult<StreamKey> {
    let stream = stream(parameters)?;
    if is_unknown(&stream.name) {
        return Err(Refusal::new("InvalidParam", "stream not found"));
    }
    Ok(stream)
}

/// A domain or a space of this account.
pub(super) fn own(place: &str) -> ActionResult<&str> {
    if is_foreign_domain(place) {
        let message = "The domain does not belong to this account.";
        return Err(Refusal::new("RequestForbidden.AccountIDNotAllow", message));
    }
    Ok(place)
}
