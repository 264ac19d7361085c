//! Tencent's `common_access` gateway, by its documents; its successor is [`v3`](super::v3).
//!
//! The documents give codes only for success and for an unknown channel; the other codes are the simulator's.

use std::collections::BTreeMap;

use chrono::{DateTime, Months};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::signing::md5_hex;
use crate::api::tencent::sandbox::demo;
use crate::sandbox::names::is_unknown;
use crate::sandbox::request::query;
use crate::sandbox::simulator::{Refusal, SandboxCall, SandboxReply, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

/// How far ahead a request may expire, in seconds.
// Tencent publishes no limit; public clients go up to a day.
const MAX_VALIDITY: i64 = 86_400;

/// The longest ban.
// Tencent cuts a longer one to it in silence.
const MAX_BAN: Months = Months::new(3);

/// `channel_manager`, `Live_Channel_SetStatus` and `Live_Channel_GetStatus`: changes or reads a channel.
pub(crate) fn common_access(call: &mut SandboxCall) -> SandboxReply {
    let result = GatewayQuery::read(call.request).and_then(|query| {
        identify(&query, call.now)?;
        perform(&mut call.with(&query))
    });
    let document = result
        .unwrap_or_else(|Refusal { code, message }| json!({ "ret": code, "message": message }));
    (StatusCode::OK, document)
}

fn success() -> Value {
    json!({ "ret": 0, "message": "success" })
}

fn invalid_time(message: &'static str) -> Refusal<i32> {
    Refusal::new(3, message)
}

fn invalid(message: &'static str) -> Refusal<i32> {
    Refusal::new(5, message)
}

/// The query's parameters, decoded; each may be there once.
#[derive(Debug)]
struct GatewayQuery(BTreeMap<String, String>);

impl GatewayQuery {
    fn read(request: &SandboxRequest) -> Result<Self, Refusal<i32>> {
        let mut parameters = BTreeMap::new();
        for (name, value) in query(request).map_err(invalid)? {
            if parameters.insert(name, value).is_some() {
                return Err(invalid("a parameter is given twice"));
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter's value; empty where it is absent.
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

/// Checks the account, the signature `MD5(key + t)`, and that `t` has not passed.
fn identify(query: &GatewayQuery, now: Timestamp) -> Result<(), Refusal<i32>> {
    if query.text("appid") != demo::APP_ID {
        return Err(Refusal::new(1, "appid is invalid"));
    }
    if !matches!(
        query.text("interface"),
        "channel_manager" | "Live_Channel_SetStatus" | "Live_Channel_GetStatus"
    ) {
        return Err(Refusal::new(2, "cmd is invalid"));
    }
    let t = query.second("t").ok_or(invalid_time("t is not a Unix second"))?;
    // By its formula, the signature covers neither the account nor the parameters.
    if query.text("sign") != md5_hex(&[demo::API_KEY, query.text("t")]) {
        return Err(Refusal::new(4, "sign is invalid"));
    }
    if t < now.timestamp() {
        Err(invalid_time("t has passed"))
    } else if t - now.timestamp() > MAX_VALIDITY {
        Err(invalid_time("t lies more than a day ahead"))
    } else {
        Ok(())
    }
}

/// A call whose query was read.
type GatewayCall<'a> = SandboxCall<'a, GatewayQuery>;

fn perform(call: &mut GatewayCall) -> Result<Value, Refusal<i32>> {
    let query = call.request;
    let channel = match query.text("Param.s.channel_id") {
        "" => return Err(invalid("Param.s.channel_id is empty")),
        channel => channel,
    };
    match query.text("interface") {
        "Live_Channel_GetStatus" => return status(call.state, channel, call.now),
        // The English page's example gives it the parameters of channel_manager.
        "Live_Channel_SetStatus" if query.has("Param.n.status") => {
            set_status(call, channel)?;
        }
        _ => manage(call, channel)?,
    }
    Ok(success())
}

fn manage(call: &mut GatewayCall, channel: &str) -> Result<(), Refusal<i32>> {
    let (query, now) = (call.request, call.now);
    let end = query.second("Param.n.abstime_end");
    let end = end.ok_or(invalid("Param.n.abstime_end is not a Unix second"))?;
    match query.text("Param.s.action") {
        "forbid" => {
            let until = ban_end(end, now)?;
            known(channel)?;
            call.state.streams.forbid(StreamKey::by_name(channel), Ban::until(now, until));
        }
        // The end is required here too and has no meaning: the documents' own samples give long gone ones.
        "resume" => {
            known(channel)?;
            call.state.streams.lift(StreamKey::by_name(channel), now);
        }
        _ => return Err(invalid("Param.s.action is neither forbid nor resume")),
    }
    Ok(())
}

fn set_status(call: &mut GatewayCall, channel: &str) -> Result<(), Refusal<i32>> {
    let (query, now) = (call.request, call.now);
    let status = query.text("Param.n.status");
    if !matches!(status, "0" | "1" | "2") {
        return Err(invalid("Param.n.status is none of 0, 1 and 2"));
    }
    known(channel)?;
    let (streams, key) = (&mut call.state.streams, StreamKey::by_name(channel));
    match status {
        // Three months by the English page, seven days by the Chinese one.
        "0" => streams.forbid(key, Ban::until(now, latest_end(now))),
        "1" => streams.lift(key, now),
        _ => streams.interrupt(key, now),
    }
    Ok(())
}

fn status(state: &VendorState, channel: &str, now: Timestamp) -> Result<Value, Refusal<i32>> {
    known(channel)?;
    let (status, width, height) = match state.streams.get(&StreamKey::by_name(channel), now) {
        StreamState::Idle => (0, 0, 0),
        StreamState::Live(_) => (1, 1280, 720),
        StreamState::Forbidden => (3, 0, 0),
    };
    let output = json!({ "rate_type": 0, "recv_type": 1, "status": status, "width": width, "height": height });
    let mut document = success();
    document["output"] = json!([output]);
    Ok(document)
}

/// The moment when a ban ends by itself: the requested one, at most the latest possible.
fn ban_end(second: i64, now: Timestamp) -> Result<Timestamp, Refusal<i32>> {
    let latest = latest_end(now);
    match DateTime::from_timestamp(second, 0) {
        Some(end) if end <= now => Err(invalid("Param.n.abstime_end has passed")),
        Some(end) => Ok(end.min(latest)),
        // A second beyond the calendar is a late end like others.
        None => Ok(latest),
    }
}

fn latest_end(now: Timestamp) -> Timestamp {
    now.checked_add_months(MAX_BAN).unwrap_or(now)
}

fn known(channel: &str) -> Result<(), Refusal<i32>> {
    // Documented for a channel that was never pushed.
    if is_unknown(channel) { Err(Refusal::new(20601, "channel does not exist")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
