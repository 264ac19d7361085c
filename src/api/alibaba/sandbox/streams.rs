//! The actions on one stream. `play.example.com` is the play domain of the push domain `push.example.com`.

use chrono::Months;
use serde_json::json;

use crate::sandbox::names::{is_foreign_domain, is_host_name, is_unknown};
use crate::sandbox::parameters::{ActionCall, Parameters};
use crate::sandbox::request::parse_moment;
use crate::sandbox::simulator::{ActionResult, Refusal};
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::Timestamp;

/// The most streams that an account may ban.
// The page of a sibling product gives 1000.
pub(super) const MOST_BANS: usize = 10_000;

/// The length of a ban without `ResumeTime`.
// Seven or ninety days at the other vendors, so livectl always sends the end.
const DEFAULT_BAN: Months = Months::new(6);

/// `ForbidLiveStream`: bans a stream, or cuts it once.
pub(super) fn forbid(call: &mut ActionCall) -> ActionResult {
    let (parameters, now) = (call.request, call.now);
    let stream = pushed_stream(parameters)?;
    if parameters.word("Oneshot", &["no", "yes"])? == "yes" {
        // It counts for no ban: the stream is on no list, and the limit stays as it was.
        call.state.streams.interrupt(stream, now);
        return Ok(json!({}));
    }
    let until = match parameters.text("ResumeTime") {
        None => now + DEFAULT_BAN,
        Some(text) => resume_time(text, now)?,
    };
    // A ban that replaces another takes no further place.
    let others = call.state.streams.active_bans(now).filter(|(key, _)| **key != stream);
    if others.count() >= MOST_BANS {
        let message = format!("the account has {MOST_BANS} banned streams");
        return Err(Refusal::new("QuotaExceeded.Blacklist", message));
    }
    call.state.streams.forbid(stream, Ban::until(now, until));
    Ok(json!({}))
}

fn resume_time(text: &str, now: Timestamp) -> ActionResult<Timestamp> {
    let moment = parse_moment(text, "%Y-%m-%dT%H:%M:%SZ");
    moment.filter(|until| *until > now).ok_or_else(|| {
        let message = "ResumeTime is a moment to come, written like 2015-12-01T17:37:00Z";
        Refusal::new("InvalidResumeTime.Malformed", message)
    })
}

/// `ResumeLiveStream`: ends the ban of a stream, or with the application `*` those of its name in all applications.
pub(super) fn resume(call: &mut ActionCall) -> ActionResult {
    let stream = pushed_stream(call.request)?;
    // `*` lifts more than was named, at Alibaba too: livectl refuses it before it sends.
    let is_meant = |key: &&StreamKey| {
        stream.app == "*" && key.domain == stream.domain && key.name == stream.name
    };
    let banned = call.state.streams.active_bans(call.now).map(|(key, _)| key);
    let meant: Vec<_> = banned.filter(is_meant).cloned().collect();
    let named = if stream.app == "*" { meant } else { vec![stream] };
    named.into_iter().for_each(|key| call.state.streams.lift(key, call.now));
    Ok(json!({}))
}

/// `DescribeLiveStreamState`: whether a stream is pushed now.
pub(super) fn stream_state(call: &mut ActionCall) -> ActionResult {
    let mut stream = stream(call.request)?;
    // Here the play domain is taken too.
    if let Some(push) = push_domain(&stream.domain) {
        stream.domain = push;
    }
    let is_live = matches!(call.state.streams.get(&stream, call.now), StreamState::Live(_));
    // A banned stream is `offline`, like one that is not pushed.
    let word = if is_live && !is_unknown(&stream.name) { "online" } else { "offline" };
    Ok(json!({ "StreamState": word, "Type": "push" }))
}

fn stream(parameters: &Parameters) -> ActionResult<StreamKey> {
    let domain = owned_domain(parameters)?;
    let (app, name) = (parameters.required("AppName")?, parameters.required("StreamName")?);
    Ok(StreamKey::new(domain, app, name))
}

/// A stream to change, which is named by its push domain.
fn pushed_stream(parameters: &Parameters) -> ActionResult<StreamKey> {
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

/// The push domain of a play domain.
pub(super) fn push_domain(domain: &str) -> Option<String> {
    let rest = domain.to_lowercase();
    rest.strip_prefix("play.").map(|rest| format!("push.{rest}"))
}

/// A domain of this account.
pub(super) fn owned_domain(parameters: &Parameters) -> ActionResult<&str> {
    let domain = parameters.required("DomainName")?;
    if is_foreign_domain(domain) || !is_host_name(domain) {
        let message = "The domain provided does not exist in our records.";
        return Err(Refusal::new("InvalidDomain.NotFound", message));
    }
    Ok(domain)
}
