//! The requests that act on one stream.

use chrono::TimeDelta;

use crate::api::huawei::sandbox::parameters::LiveParameters;
use crate::api::huawei::sandbox::refusal::{LiveRefusal, illegal};
use crate::sandbox::request::parse_moment;
use crate::sandbox::simulator::SandboxRequest;
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::{Ban, StreamState};
use crate::time::Timestamp;

/// The length of a ban without `resume_time`.
const DEFAULT_BAN: TimeDelta = TimeDelta::days(7);

/// The longest ban.
const LONGEST_BAN: TimeDelta = TimeDelta::days(90);

/// The members that name a stream.
const NAMES: [&str; 3] = ["domain", "app_name", "stream_name"];

const MEMBERS: [&str; 4] = ["domain", "app_name", "stream_name", "resume_time"];

/// `POST stream/blocks`: bans a stream.
pub(super) fn forbid(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<(), LiveRefusal> {
    let parameters = LiveParameters::of_body(request, &MEMBERS)?;
    let stream = parameters.stream()?;
    let until = end(&parameters, now)?;
    state.streams.forbid(stream, Ban::until(now, until));
    Ok(())
}

/// `PUT stream/blocks`: gives a ban another end.
pub(super) fn change(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<(), LiveRefusal> {
    let stream = LiveParameters::of_body(request, &MEMBERS)?.stream()?;
    if state.streams.get(&stream, now) != StreamState::Forbidden {
        return Err(illegal("the stream is not banned"));
    }
    forbid(state, request, now)
}

/// `DELETE stream/blocks`: ends the ban of a stream.
pub(super) fn resume(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<(), LiveRefusal> {
    let stream = LiveParameters::of_query(request, &NAMES)?.stream()?;
    state.streams.lift(stream, now);
    Ok(())
}

/// `POST stream/block-once`: disconnects a stream.
pub(super) fn cut(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<(), LiveRefusal> {
    let stream = LiveParameters::of_body(request, &NAMES)?.stream()?;
    state.streams.interrupt(stream, now);
    Ok(())
}

fn end(parameters: &LiveParameters, now: Timestamp) -> Result<Timestamp, LiveRefusal> {
    let Some(text) = parameters.text("resume_time") else { return Ok(now + DEFAULT_BAN) };
    let end = parse_moment(text, "%Y-%m-%dT%H:%M:%SZ");
    end.filter(|end| *end > now && *end - now <= LONGEST_BAN).ok_or_else(|| {
        illegal("resume_time is a moment of the next 90 days, written like 2020-11-30T01:00:00Z")
    })
}
