//! Tencent's live API 3.0, version 2018-08-01: the envelope, and the actions on one stream.
//!
//! Refusals come with HTTP 200 too; their texts are the simulator's.

use std::borrow::Cow;

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::tencent::sandbox::demo::ACCOUNT;
use crate::api::tencent::sandbox::signature::{V3Refusal, verify};
use crate::sandbox::names::{is_foreign_domain, is_unknown};
use crate::sandbox::request::{JsonBody, header, parse_moment};
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

/// The parameters that every action requires.
const STREAM: [&str; 3] = ["AppName", "DomainName", "StreamName"];

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
    (StatusCode::OK, json!({ "Response": response }))
}

fn invalid_value(message: impl Into<Cow<'static, str>>) -> V3Refusal {
    Refusal::new("InvalidParameterValue", message)
}

fn perform(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> Result<Value, V3Refusal> {
    let action = V3Action::read(header(request, "x-tc-action").unwrap_or_default())?;
    if header(request, "x-tc-version") != Some(VERSION) {
        return Err(Refusal::new("NoSuchVersion", format!("X-TC-Version is not {VERSION}")));
    }
    verify(request, ACCOUNT, now)?;
    let body = V3Body::read(request, action)?;
    match action {
        V3Action::Describe => {
            return Ok(json!({ "StreamState": body.stream_state(state, now) }));
        }
        V3Action::Forbid => state.streams.forbid(body.known_stream()?, body.ban(now)?),
        V3Action::Resume => state.streams.lift(body.known_stream()?, now),
        V3Action::Drop => state.streams.interrupt(body.known_stream()?, now),
    }
    Ok(json!({}))
}

/// What can be done to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum V3Action {
    Forbid,
    Resume,
    Drop,
    Describe,
}

impl V3Action {
    fn read(name: &str) -> Result<Self, V3Refusal> {
        match name {
            "ForbidLiveStream" => Ok(Self::Forbid),
            "ResumeLiveStream" => Ok(Self::Resume),
            "DropLiveStream" => Ok(Self::Drop),
            "DescribeLiveStreamState" => Ok(Self::Describe),
            _ => {
                Err(Refusal::new("InvalidAction", "X-TC-Action names no action that there is here"))
            }
        }
    }

    fn takes(self, parameter: &str) -> bool {
        STREAM.contains(&parameter)
            || self == Self::Forbid && matches!(parameter, "ResumeTime" | "Reason")
    }
}

/// The parameters in the body, of which those of the stream are all there.
struct V3Body {
    stream: StreamKey,
    body: JsonBody,
}

impl V3Body {
    fn read(request: &SandboxRequest, action: V3Action) -> Result<Self, V3Refusal> {
        let body = JsonBody::read(request)
            .ok_or_else(|| Refusal::new("InvalidParameter", "the body is not a JSON object"))?;
        if let Some((name, _)) = body.members().find(|(name, _)| !action.takes(name)) {
            let message = format!("{name} is no parameter of this action");
            return Err(Refusal::new("UnknownParameter", message));
        }
        let is_text = |value: &Value| value.is_string() || value.is_null();
        if let Some((name, _)) = body.members().find(|(_, value)| !is_text(value)) {
            return Err(Refusal::new("InvalidParameter", format!("{name} is a string")));
        }
        if let Some(name) = STREAM.iter().find(|name| body.text(name).is_empty()) {
            return Err(Refusal::new("MissingParameter", format!("{name} is required")));
        }
        if is_foreign_domain(body.text("DomainName")) {
            return Err(Refusal::new("FailedOperation", "domain is not yours"));
        }
        Ok(Self { stream: StreamKey::by_name(body.text("StreamName")), body })
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    fn known_stream(&self) -> Result<StreamKey, V3Refusal> {
        if is_unknown(&self.stream.name) {
            Err(Refusal::new("FailedOperation", "stream does not exist"))
        } else {
            Ok(self.stream.clone())
        }
    }

    /// The word for the stream's state; an unknown stream is just not pushed.
    fn stream_state(&self, state: &VendorState, now: Timestamp) -> &'static str {
        match state.streams.get(&self.stream, now) {
            _ if is_unknown(&self.stream.name) => "inactive",
            StreamState::Live(_) => "active",
            StreamState::Idle => "inactive",
            StreamState::Forbidden => "forbid",
        }
    }

    fn ban(&self, now: Timestamp) -> Result<Ban, V3Refusal> {
        if self.optional("Reason").is_some_and(|reason| reason.len() > MAX_REASON) {
            return Err(invalid_value("Reason is longer than 2048 bytes"));
        }
        let until = match self.optional("ResumeTime") {
            None => now + DEFAULT_BAN,
            Some(text) => {
                let shape = "ResumeTime is written like 2018-11-29T19:00:00Z";
                parse_moment(text, "%Y-%m-%dT%H:%M:%SZ").ok_or_else(|| invalid_value(shape))?
            }
        };
        if until <= now {
            return Err(invalid_value("ResumeTime has passed"));
        }
        Ok(Ban::until(now, until.min(now + MAX_BAN)))
    }
}

/// 32 hex digits, divided as in a UUID.
fn uuid(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::tencent::sandbox::signature::tests::signed;
    use crate::sandbox::testing::{NOON, at, post, set};

    /// A signed request for an action.
    pub(crate) fn request(action: &str, body: &Value, now: Timestamp) -> SandboxRequest {
        let mut request = post("/", body);
        set(&mut request, "x-tc-action", action);
        set(&mut request, "x-tc-version", VERSION);
        signed(request, ACCOUNT, now)
    }

    fn send(state: &mut VendorState, request: &SandboxRequest, now: i64) -> Value {
        let (status, mut document) = act(state, request, at(now));
        assert_eq!(status, StatusCode::OK);
        let response = document["Response"].as_object_mut().unwrap();
        let request_id = response.remove("RequestId").unwrap();
        let lengths: Vec<_> = request_id.as_str().unwrap().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        document["Response"].take()
    }

    /// What an action on `cam1` says at noon, with a parameter in addition or in place of its own.
    fn answer(state: &mut VendorState, action: &str, parameter: &str, value: Value) -> Value {
        let mut body =
            json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });
        body[parameter] = value;
        send(state, &request(action, &body, at(NOON)), NOON)
    }

    fn refusal(action: &str, parameter: &str, value: Value) -> (String, String) {
        let answer = answer(&mut VendorState::default(), action, parameter, value);
        let text = |name: &str| answer["Error"][name].as_str().unwrap().to_owned();
        (text("Code"), text("Message"))
    }

    fn code(request: &SandboxRequest) -> Value {
        send(&mut VendorState::default(), request, NOON)["Error"]["Code"].take()
    }

    fn state_of(state: &mut VendorState, now: i64) -> Value {
        let body =
            json!({ "AppName": "live", "DomainName": "other.example.com", "StreamName": "cam1" });
        send(state, &request("DescribeLiveStreamState", &body, at(now)), now)["StreamState"].take()
    }

    fn end(resume_time: Value) -> i64 {
        let mut state = VendorState::default();
        assert_eq!(answer(&mut state, "ForbidLiveStream", "ResumeTime", resume_time), json!({}));
        let end = state.streams.active_bans(at(NOON)).next().unwrap().1.until;
        end.unwrap().timestamp()
    }

    #[test]
    fn stream_state_follows_a_ban() {
        let mut state = VendorState::default();

        assert_eq!(state_of(&mut state, NOON), "active");
        let until = json!("2026-11-21T13:00:00Z");
        assert_eq!(answer(&mut state, "ForbidLiveStream", "ResumeTime", until), json!({}));
        assert_eq!(state_of(&mut state, NOON + 3599), "forbid");
        assert_eq!(state_of(&mut state, NOON + 3600), "inactive");
    }

    #[test]
    fn resumed_and_dropped_streams_come_back() {
        let mut state = VendorState::default();
        answer(&mut state, "ForbidLiveStream", "Reason", json!("rehearsal"));

        assert_eq!(answer(&mut state, "DropLiveStream", "AppName", json!("live")), json!({}));
        assert_eq!(state_of(&mut state, NOON), "forbid");
        assert_eq!(answer(&mut state, "ResumeLiveStream", "AppName", json!("live")), json!({}));
        assert_eq!(state_of(&mut state, NOON), "active");
        assert_eq!(answer(&mut state, "DropLiveStream", "AppName", json!("live")), json!({}));
        assert_eq!(state_of(&mut state, NOON + 4), "inactive");
        assert_eq!(state_of(&mut state, NOON + 5), "active");
    }

    #[test]
    fn ban_lasts_7_days_by_default_90_at_most() {
        const DAY: i64 = 86_400;
        assert_eq!(end(json!(null)), NOON + 7 * DAY);
        assert_eq!(end(json!("2026-11-21T12:00:01Z")), NOON + 1);
        assert_eq!(end(json!("2027-02-19T12:00:00Z")), NOON + 90 * DAY);
        assert_eq!(end(json!("2027-02-19T12:00:01Z")), NOON + 90 * DAY);
        assert_eq!(end(json!("9999-12-31T23:59:59Z")), NOON + 90 * DAY);
    }

    #[test]
    fn resume_time_is_a_future_moment_in_utc() {
        let written = "ResumeTime is written like 2018-11-29T19:00:00Z";
        for (time, says) in [
            ("", written),
            ("2026-11-22", written),
            ("2026-11-22T12:00:00", written),
            ("2026-11-22T12:00:00.5Z", written),
            ("2026-11-22T12:00:00+08:00", written),
            ("2026-11-31T12:00:00Z", written),
            ("1795262460", written),
            ("2026-11-21T12:00:00Z", "ResumeTime has passed"),
            ("2018-11-29T19:00:00Z", "ResumeTime has passed"),
        ] {
            let refusal = refusal("ForbidLiveStream", "ResumeTime", json!(time));
            assert_eq!(refusal, ("InvalidParameterValue".into(), says.into()), "{time}");
        }
    }

    #[test]
    fn reason_has_at_most_2048_bytes() {
        let mut state = VendorState::default();
        assert_eq!(
            answer(&mut state, "ForbidLiveStream", "Reason", json!("x".repeat(2048))),
            json!({})
        );
        assert_eq!(
            refusal("ForbidLiveStream", "Reason", json!("直".repeat(683))).0,
            "InvalidParameterValue"
        );
    }

    #[test]
    fn every_action_requires_the_stream() {
        for action in
            ["ForbidLiveStream", "ResumeLiveStream", "DropLiveStream", "DescribeLiveStreamState"]
        {
            for name in STREAM {
                for value in [json!(null), json!("")] {
                    let missing = ("MissingParameter".into(), format!("{name} is required"));
                    assert_eq!(refusal(action, name, value), missing);
                }
                assert_eq!(
                    refusal(action, name, json!(7)),
                    ("InvalidParameter".into(), format!("{name} is a string"))
                );
            }
            assert_eq!(refusal(action, "streamName", json!("cam1")).0, "UnknownParameter");
            assert_eq!(code(&request(action, &json!([]), at(NOON))), "InvalidParameter");
        }
        assert_eq!(
            refusal("ResumeLiveStream", "ResumeTime", json!("2026-11-22T12:00:00Z")).0,
            "UnknownParameter"
        );
    }

    #[test]
    fn unknown_stream_is_refused_and_inactive() {
        for action in ["ForbidLiveStream", "ResumeLiveStream", "DropLiveStream"] {
            let failed = ("FailedOperation".into(), "stream does not exist".into());
            assert_eq!(refusal(action, "StreamName", json!("cam_gone")), failed);
        }
        let described = answer(
            &mut VendorState::default(),
            "DescribeLiveStreamState",
            "StreamName",
            json!("cam_gone"),
        );
        assert_eq!(described, json!({ "StreamState": "inactive" }));
    }

    #[test]
    fn foreign_domain_is_refused_by_every_action() {
        for action in
            ["ForbidLiveStream", "ResumeLiveStream", "DropLiveStream", "DescribeLiveStreamState"]
        {
            let failed = ("FailedOperation".into(), "domain is not yours".into());
            assert_eq!(refusal(action, "DomainName", json!("push-gone.example.com")), failed);
        }
        let ours = answer(
            &mut VendorState::default(),
            "DropLiveStream",
            "DomainName",
            json!("push.example-gone.com"),
        );
        assert_eq!(ours, json!({}));
    }

    #[test]
    fn unknown_actions_and_versions_are_refused() {
        for action in ["", "forbidlivestream", "DescribeLiveForbidStreamList"] {
            assert_eq!(code(&request(action, &json!({}), at(NOON))), "InvalidAction", "{action}");
        }
        let mut changed = request("DropLiveStream", &json!({}), at(NOON));
        set(&mut changed, "x-tc-version", "2017-03-12");
        assert_eq!(code(&changed), "NoSuchVersion");
        changed.headers_mut().remove("x-tc-version");
        assert_eq!(code(&changed), "NoSuchVersion");
    }

    #[test]
    fn expired_and_forged_requests_are_refused() {
        let body =
            json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });
        assert_eq!(
            code(&request("DropLiveStream", &body, at(NOON - 301))),
            "AuthFailure.SignatureExpire"
        );
        let mut changed = request("DropLiveStream", &body, at(NOON));
        *changed.body_mut() = "{}".into();
        assert_eq!(code(&changed), "AuthFailure.SignatureFailure");
    }
}
