//! The actions on one stream.

use chrono::Months;
use serde_json::{Value, json};

use crate::api::alibaba::sandbox::domains::{owned_domain, push_domain};
use crate::api::alibaba::sandbox::parameters::RpcParameters;
use crate::api::alibaba::sandbox::refusal::RpcRefusal;
use crate::sandbox::names::is_unknown;
use crate::sandbox::request::parse_moment;
use crate::sandbox::simulator::Refusal;
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

/// The most streams that an account may ban.
pub(super) const MOST_BANS: usize = 10_000;

/// The length of a ban without `ResumeTime`.
const DEFAULT_BAN: Months = Months::new(6);

/// `ForbidLiveStream`: bans a stream, or cuts it once.
pub(super) fn forbid(
    state: &mut VendorState,
    parameters: &RpcParameters,
    now: Timestamp,
) -> Result<Value, RpcRefusal> {
    let stream = pushed_stream(parameters)?;
    if parameters.word("Oneshot", &["no", "yes"])? == "yes" {
        state.streams.interrupt(stream, now);
        return Ok(json!({}));
    }
    let until = match parameters.text("ResumeTime") {
        None => now + DEFAULT_BAN,
        Some(text) => resume_time(text, now)?,
    };
    let others = state.streams.active_bans(now).filter(|(key, _)| **key != stream);
    if others.count() >= MOST_BANS {
        let message = format!("the account has {MOST_BANS} banned streams");
        return Err(Refusal::new("QuotaExceeded.Blacklist", message));
    }
    state.streams.forbid(stream, Ban::until(now, until));
    Ok(json!({}))
}

fn resume_time(text: &str, now: Timestamp) -> Result<Timestamp, RpcRefusal> {
    let moment = parse_moment(text, "%Y-%m-%dT%H:%M:%SZ");
    moment.filter(|until| *until > now).ok_or_else(|| {
        let message = "ResumeTime is a moment to come, written like 2015-12-01T17:37:00Z";
        Refusal::new("InvalidResumeTime.Malformed", message)
    })
}

/// `ResumeLiveStream`: ends the ban of a stream, or with the application `*` those of its name in all applications.
pub(super) fn resume(
    state: &mut VendorState,
    parameters: &RpcParameters,
    now: Timestamp,
) -> Result<Value, RpcRefusal> {
    let stream = pushed_stream(parameters)?;
    let is_meant = |key: &&StreamKey| {
        stream.app == "*" && key.domain == stream.domain && key.name == stream.name
    };
    let banned = state.streams.active_bans(now).map(|(key, _)| key);
    let meant: Vec<_> = banned.filter(is_meant).cloned().collect();
    let named = if stream.app == "*" { meant } else { vec![stream] };
    named.into_iter().for_each(|key| state.streams.lift(key, now));
    Ok(json!({}))
}

/// `DescribeLiveStreamState`: whether a stream is pushed now.
pub(super) fn stream_state(
    state: &mut VendorState,
    parameters: &RpcParameters,
    now: Timestamp,
) -> Result<Value, RpcRefusal> {
    let mut stream = stream(parameters)?;
    // Here the play domain is taken too.
    if let Some(push) = push_domain(&stream.domain) {
        stream.domain = push;
    }
    let is_live = matches!(state.streams.get(&stream, now), StreamState::Live(_));
    // A banned stream is `offline`, like one that nobody pushes.
    let word = if is_live && !is_unknown(&stream.name) { "online" } else { "offline" };
    Ok(json!({ "StreamState": word, "Type": "push" }))
}

fn stream(parameters: &RpcParameters) -> Result<StreamKey, RpcRefusal> {
    let domain = owned_domain(parameters)?;
    let (app, name) = (parameters.required("AppName")?, parameters.required("StreamName")?);
    Ok(StreamKey::new(domain, app, name))
}

/// A stream to change, which is named by its push domain.
fn pushed_stream(parameters: &RpcParameters) -> Result<StreamKey, RpcRefusal> {
    let stream = stream(parameters)?;
    parameters.required("LiveStreamType")?;
    parameters.word("LiveStreamType", &["publisher"])?;
    if push_domain(&stream.domain).is_some() {
        let message = "DomainName is a play domain; this action takes the push domain";
        return Err(Refusal::new("IllegalOperation", message));
    }
    if is_unknown(&stream.name) {
        return Err(Refusal::new("InvalidParam", "stream does not exist"));
    }
    Ok(stream)
}
