//! Tencent's `common_access` gateway, as far as its documents tell; its successor is in [`v3`].
//!
//! They give numbers for success and for a channel that does not exist only; the other numbers are the sandbox's own.

use std::collections::BTreeMap;

use chrono::{DateTime, Months};
use hyper::StatusCode;
use serde_json::{Value, json};

use super::state::State;
use super::stream_state::{Ban, StreamState};
use super::{Call, SandboxReply, demo, is_gone, query};
use crate::api::signing::md5_hex;
use crate::time::Timestamp;

mod signature;
pub(super) mod v3;

/// How far ahead a request may expire, in seconds.
const LONGEST_VALIDITY: i64 = 86_400;

/// The longest ban; the vendor cuts a longer one to it in silence.
const LONGEST_BAN: Months = Months::new(3);

/// `channel_manager`, `Live_Channel_SetStatus` and `Live_Channel_GetStatus`: put a channel off or on air, or ask about it.
pub(super) fn common_access(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    let done = Parameters::read(call.uri().query().unwrap_or_default()).and_then(|parameters| {
        identify(&parameters, now)?;
        perform(state, &parameters, now)
    });
    let document =
        done.unwrap_or_else(|Refusal { ret, message }| json!({ "ret": ret, "message": message }));
    (StatusCode::OK, document)
}

fn success() -> Value {
    json!({ "ret": 0, "message": "success" })
}

/// What Tencent says instead of doing it.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    ret: i32,
    message: &'static str,
}

impl Refusal {
    const fn app_id() -> Self {
        Self { ret: 1, message: "appid is invalid" }
    }

    const fn interface() -> Self {
        Self { ret: 2, message: "cmd is invalid" }
    }

    const fn validity(message: &'static str) -> Self {
        Self { ret: 3, message }
    }

    const fn signature() -> Self {
        Self { ret: 4, message: "sign is invalid" }
    }

    const fn parameter(message: &'static str) -> Self {
        Self { ret: 5, message }
    }

    const fn unknown_channel() -> Self {
        Self { ret: 20601, message: "channel does not exist" }
    }
}

/// The query's parameters, decoded; each is there once.
#[derive(Debug)]
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn read(query: &str) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in query::pairs(query).map_err(Refusal::parameter)? {
            if parameters.insert(name, value).is_some() {
                return Err(Refusal::parameter("a parameter is given twice"));
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter's value; the empty text where it is absent.
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A parameter that is a Unix second in decimal digits.
    fn second(&self, name: &str) -> Option<i64> {
        let text = self.text(name);
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    }
}

/// Whether the request is for this account and still valid, and signed: `MD5(key + t)`.
fn identify(parameters: &Parameters, now: Timestamp) -> Result<(), Refusal> {
    if parameters.text("appid") != demo::TENCENT_APP_ID {
        return Err(Refusal::app_id());
    }
    if !matches!(
        parameters.text("interface"),
        "channel_manager" | "Live_Channel_SetStatus" | "Live_Channel_GetStatus"
    ) {
        return Err(Refusal::interface());
    }
    let t = parameters.second("t").ok_or(Refusal::validity("t is not a Unix second"))?;
    if parameters.text("sign") != md5_hex(&[demo::TENCENT_API_KEY, parameters.text("t")]) {
        return Err(Refusal::signature());
    }
    if t < now.timestamp() {
        Err(Refusal::validity("t has passed"))
    } else if t - now.timestamp() > LONGEST_VALIDITY {
        Err(Refusal::validity("t lies more than a day ahead"))
    } else {
        Ok(())
    }
}

fn perform(state: &mut State, parameters: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let channel = match parameters.text("Param.s.channel_id") {
        "" => return Err(Refusal::parameter("Param.s.channel_id is empty")),
        channel => channel.to_owned(),
    };
    match parameters.text("interface") {
        "Live_Channel_GetStatus" => return status(state, &channel, now),
        // The English page's example gives it the parameters of channel_manager.
        "Live_Channel_SetStatus" if parameters.has("Param.n.status") => {
            set_status(state, parameters, channel, now)?
        }
        _ => manage(state, parameters, channel, now)?,
    }
    Ok(success())
}

fn manage(
    state: &mut State,
    parameters: &Parameters,
    channel: String,
    now: Timestamp,
) -> Result<(), Refusal> {
    let end = parameters.second("Param.n.abstime_end");
    let end = end.ok_or(Refusal::parameter("Param.n.abstime_end is not a Unix second"))?;
    match parameters.text("Param.s.action") {
        "forbid" => {
            let until = ban_end(end, now)?;
            known(&channel)?;
            state.tencent_channels.forbid(channel, Ban::until(now, until));
        }
        // The end is required here too and has no meaning: the documents' own samples give long gone ones.
        "resume" => {
            known(&channel)?;
            state.tencent_channels.lift(channel, now);
        }
        _ => return Err(Refusal::parameter("Param.s.action is neither forbid nor resume")),
    }
    Ok(())
}

fn set_status(
    state: &mut State,
    parameters: &Parameters,
    channel: String,
    now: Timestamp,
) -> Result<(), Refusal> {
    let status = parameters.text("Param.n.status");
    if !matches!(status, "0" | "1" | "2") {
        return Err(Refusal::parameter("Param.n.status is none of 0, 1 and 2"));
    }
    known(&channel)?;
    match status {
        "0" => state.tencent_channels.forbid(channel, Ban::until(now, latest_end(now))),
        "1" => state.tencent_channels.lift(channel, now),
        _ => state.tencent_channels.interrupt(channel, now),
    }
    Ok(())
}

fn status(state: &State, channel: &String, now: Timestamp) -> Result<Value, Refusal> {
    known(channel)?;
    let (status, width, height) = match state.tencent_channels.state(channel, now) {
        StreamState::Idle => (0, 0, 0),
        StreamState::Live(_) => (1, 1280, 720),
        StreamState::Forbidden => (3, 0, 0),
    };
    let output = json!({ "rate_type": 0, "recv_type": 1, "status": status, "width": width, "height": height });
    let mut document = success();
    document["output"] = json!([output]);
    Ok(document)
}

/// The moment when a ban lifts itself: the one asked for, or the latest that there is.
fn ban_end(second: i64, now: Timestamp) -> Result<Timestamp, Refusal> {
    let latest = latest_end(now);
    match DateTime::from_timestamp(second, 0) {
        Some(end) if end <= now => Err(Refusal::parameter("Param.n.abstime_end has passed")),
        Some(end) => Ok(end.min(latest)),
        None => Ok(latest),
    }
}

fn latest_end(now: Timestamp) -> Timestamp {
    now.checked_add_months(LONGEST_BAN).unwrap_or(now)
}

fn known(channel: &str) -> Result<(), Refusal> {
    if is_gone(channel) { Err(Refusal::unknown_channel()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
