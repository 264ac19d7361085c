//! The requests that act on one stream.

use chrono::TimeDelta;
use serde_json::Value;

use crate::api::huawei::sandbox::parameters::{illegal, of_body, of_query, stream};
use crate::sandbox::parameters::Parameters;
use crate::sandbox::request::parse_moment;
use crate::sandbox::simulator::{ActionResult, SandboxCall};
use crate::sandbox::stream_state::{Ban, StreamState};
use crate::time::Timestamp;

/// The length of a ban without `resume_time`.
const DEFAULT_BAN: TimeDelta = TimeDelta::days(7);

/// The longest ban.
const LONGEST_BAN: TimeDelta = TimeDelta::days(90);

/// The members that name a stream.
const NAMES: &str = "domain app_name stream_name";

const MEMBERS: &str = "domain app_name stream_name resume_time";

/// `POST stream/blocks`: bans a stream.
pub(super) fn forbid(call: &mut SandboxCall) -> ActionResult {
    let parameters = of_body(call.request, MEMBERS)?;
    let stream = stream(&parameters)?;
    let until = end(&parameters, call.now)?;
    call.state.streams.forbid(stream, Ban::until(call.now, until));
    Ok(Value::Null)
}

/// `PUT stream/blocks`: gives a ban another end.
pub(super) fn change(call: &mut SandboxCall) -> ActionResult {
    let stream = stream(&of_body(call.request, MEMBERS)?)?;
    // PUT changes a ban and begins none.
    if call.state.streams.get(&stream, call.now) != StreamState::Forbidden {
        return Err(illegal("the stream is not banned"));
    }
    forbid(call)
}

/// `DELETE stream/blocks`: ends the ban of a stream.
pub(super) fn resume(call: &mut SandboxCall) -> ActionResult {
    let stream = stream(&of_query(call.request, NAMES)?)?;
    call.state.streams.lift(stream, call.now);
    Ok(Value::Null)
}

/// `POST stream/block-once`: disconnects a stream.
pub(super) fn cut(call: &mut SandboxCall) -> ActionResult {
    let stream = stream(&of_body(call.request, NAMES)?)?;
    call.state.streams.interrupt(stream, call.now);
    Ok(Value::Null)
}

fn end(parameters: &Parameters, now: Timestamp) -> ActionResult<Timestamp> {
    let Some(text) = parameters.text("resume_time") else { return Ok(now + DEFAULT_BAN) };
    let end = parse_moment(text, "%Y-%m-%dT%H:%M:%SZ");
    end.filter(|end| *end > now && *end - now <= LONGEST_BAN).ok_or_else(|| {
        illegal("resume_time is a moment of the next 90 days, written like 2020-11-30T01:00:00Z")
    })
}
