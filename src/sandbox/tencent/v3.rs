//! Tencent's live API 3.0, version 2018-08-01: the successor of the gateway, on the same streams.
//!
//! A ban matches by the stream's name alone, as it does for accounts without groups of domains. HTTP 200 comes with
//! refusals too; their texts are the sandbox's own.

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::signature::{DemoAccount, verify};
use crate::sandbox::authorization::header;
use crate::sandbox::state::State;
use crate::sandbox::stream_state::{Ban, StreamState};
use crate::sandbox::{Call, SandboxReply, demo, is_foreign, is_gone, moment, object};
use crate::time::Timestamp;

const VERSION: &str = "2018-08-01";

/// The longest ban; the vendor cuts a longer one to it in silence.
const LONGEST_BAN: TimeDelta = TimeDelta::days(90);

/// How long a ban lasts whose end is not asked for.
const USUAL_BAN: TimeDelta = TimeDelta::days(7);

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 2048;

/// What every action needs.
const STREAM: [&str; 3] = ["AppName", "DomainName", "StreamName"];

const ACCOUNT: DemoAccount = DemoAccount {
    secret_id: demo::TENCENT_SECRET_ID,
    secret_key: demo::TENCENT_SECRET_KEY,
    service: "live",
};

/// The action that `X-TC-Action` names.
pub(in crate::sandbox) fn act(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    let request_id = uuid(&state.answer_id(now));
    let mut response = match perform(state, call, now) {
        Ok(result) => result,
        Err(Refusal { code, message }) => json!({ "Error": { "Code": code, "Message": message } }),
    };
    response["RequestId"] = request_id.into();
    (StatusCode::OK, json!({ "Response": response }))
}

/// What Tencent says instead of doing it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn value(message: &str) -> Self {
        Self::new("InvalidParameterValue", message)
    }
}

fn perform(state: &mut State, call: &Call, now: Timestamp) -> Result<Value, Refusal> {
    let action = V3Action::read(header(call, "x-tc-action").unwrap_or_default())?;
    if header(call, "x-tc-version") != Some(VERSION) {
        return Err(Refusal::new("NoSuchVersion", format!("X-TC-Version is not {VERSION}")));
    }
    verify(call, ACCOUNT, now)?;
    let parameters = Parameters::read(call, action)?;
    let streams = &mut state.tencent_channels;
    match action {
        V3Action::Describe => {
            return Ok(json!({ "StreamState": parameters.state_word(state, now) }));
        }
        V3Action::Forbid => streams.forbid(parameters.known()?, parameters.ban(now)?),
        V3Action::Resume => streams.lift(parameters.known()?, now),
        V3Action::Drop => streams.interrupt(parameters.known()?, now),
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
    fn read(name: &str) -> Result<Self, Refusal> {
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

/// The parameters in the body; the stream's are all there.
struct Parameters {
    stream: String,
    body: Map<String, Value>,
}

impl Parameters {
    fn read(call: &Call, action: V3Action) -> Result<Self, Refusal> {
        let body = object(call)
            .ok_or_else(|| Refusal::new("InvalidParameter", "the body is not a JSON object"))?;
        if let Some(unknown) = body.keys().find(|name| !action.takes(name)) {
            return Err(Refusal::new(
                "UnknownParameter",
                format!("{unknown} is no parameter of this action"),
            ));
        }
        if let Some((name, _)) =
            body.iter().find(|(_, value)| !value.is_string() && !value.is_null())
        {
            return Err(Refusal::new("InvalidParameter", format!("{name} is a string")));
        }
        let mut parameters = Self { stream: String::new(), body };
        for name in STREAM {
            let value = parameters.optional(name).filter(|value| !value.is_empty());
            let value = value
                .ok_or_else(|| Refusal::new("MissingParameter", format!("{name} is required")))?;
            parameters.stream = value.to_owned();
        }
        if parameters.optional("DomainName").is_some_and(is_foreign) {
            return Err(Refusal::new("FailedOperation", "domain is not yours"));
        }
        Ok(parameters)
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    fn known(&self) -> Result<String, Refusal> {
        if is_gone(&self.stream) {
            Err(Refusal::new("FailedOperation", "stream does not exist"))
        } else {
            Ok(self.stream.clone())
        }
    }

    /// The state of the stream; one that there is not is just not pushed.
    fn state_word(&self, state: &State, now: Timestamp) -> &'static str {
        match state.tencent_channels.state(&self.stream, now) {
            _ if is_gone(&self.stream) => "inactive",
            StreamState::Live(_) => "active",
            StreamState::Idle => "inactive",
            StreamState::Forbidden => "forbid",
        }
    }

    fn ban(&self, now: Timestamp) -> Result<Ban, Refusal> {
        if self.optional("Reason").is_some_and(|reason| reason.len() > LONGEST_REASON) {
            return Err(Refusal::value("Reason is longer than 2048 bytes"));
        }
        let until = match self.optional("ResumeTime") {
            None => now + USUAL_BAN,
            Some(text) => {
                let shape = "ResumeTime is written like 2018-11-29T19:00:00Z";
                moment(text, "%Y-%m-%dT%H:%M:%SZ").ok_or_else(|| Refusal::value(shape))?
            }
        };
        if until <= now {
            return Err(Refusal::value("ResumeTime has passed"));
        }
        Ok(Ban::until(now, until.min(now + LONGEST_BAN)))
    }
}

/// 32 hex digits, divided as in a UUID.
fn uuid(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
pub(in crate::sandbox) mod tests {
    use super::*;
    use crate::sandbox::tencent::signature::tests::signed;
    use crate::sandbox::tests::{NOON, at, post};

    /// A signed request for an action.
    pub(in crate::sandbox) fn request(action: &str, body: &Value, now: Timestamp) -> Call {
        let mut call = post("/", body);
        call.headers_mut().insert("x-tc-action", action.parse().unwrap());
        call.headers_mut().insert("x-tc-version", VERSION.parse().unwrap());
        signed(call, ACCOUNT, now)
    }

    fn send(state: &mut State, call: &Call, now: i64) -> Value {
        let (status, mut document) = act(state, call, at(now));
        assert_eq!(status, StatusCode::OK);
        let response = document["Response"].as_object_mut().unwrap();
        let request_id = response.remove("RequestId").unwrap();
        let lengths: Vec<_> = request_id.as_str().unwrap().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        document["Response"].take()
    }

    /// What an action on `cam1` says at noon, with a parameter in addition or in place of its own.
    fn answer(state: &mut State, action: &str, parameter: &str, value: Value) -> Value {
        let mut body =
            json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });
        body[parameter] = value;
        send(state, &request(action, &body, at(NOON)), NOON)
    }

    fn refusal(action: &str, parameter: &str, value: Value) -> (String, String) {
        let answer = answer(&mut State::default(), action, parameter, value);
        let text = |name: &str| answer["Error"][name].as_str().unwrap().to_owned();
        (text("Code"), text("Message"))
    }

    fn code(call: &Call) -> Value {
        send(&mut State::default(), call, NOON)["Error"]["Code"].take()
    }

    fn state_of(state: &mut State, now: i64) -> Value {
        let body =
            json!({ "AppName": "live", "DomainName": "other.example.com", "StreamName": "cam1" });
        send(state, &request("DescribeLiveStreamState", &body, at(now)), now)["StreamState"].take()
    }

    fn end(resume_time: Value) -> i64 {
        let mut state = State::default();
        assert_eq!(answer(&mut state, "ForbidLiveStream", "ResumeTime", resume_time), json!({}));
        let end = state.tencent_channels.standing(at(NOON)).next().unwrap().1.until;
        end.unwrap().timestamp()
    }

    #[test]
    fn a_stream_is_active_forbidden_until_the_end_and_inactive_after_it() {
        let mut state = State::default();

        assert_eq!(state_of(&mut state, NOON), "active");
        let until = json!("2026-11-21T13:00:00Z");
        assert_eq!(answer(&mut state, "ForbidLiveStream", "ResumeTime", until), json!({}));
        assert_eq!(state_of(&mut state, NOON + 3599), "forbid");
        assert_eq!(state_of(&mut state, NOON + 3600), "inactive");
    }

    #[test]
    fn a_stream_that_is_resumed_is_active_and_one_that_is_dropped_comes_back() {
        let mut state = State::default();
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
    fn a_ban_lasts_7_days_unless_asked_otherwise_and_90_at_most() {
        const DAY: i64 = 86_400;
        assert_eq!(end(json!(null)), NOON + 7 * DAY);
        assert_eq!(end(json!("2026-11-21T12:00:01Z")), NOON + 1);
        assert_eq!(end(json!("2027-02-19T12:00:00Z")), NOON + 90 * DAY);
        assert_eq!(end(json!("2027-02-19T12:00:01Z")), NOON + 90 * DAY);
        assert_eq!(end(json!("9999-12-31T23:59:59Z")), NOON + 90 * DAY);
    }

    #[test]
    fn an_end_is_a_moment_in_utc_that_lies_ahead() {
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
    fn a_reason_has_at_most_2048_bytes() {
        let mut state = State::default();
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
    fn every_action_needs_an_app_a_domain_and_a_stream_that_are_strings() {
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
    fn a_stream_that_is_gone_cannot_be_acted_on_and_is_inactive() {
        for action in ["ForbidLiveStream", "ResumeLiveStream", "DropLiveStream"] {
            let failed = ("FailedOperation".into(), "stream does not exist".into());
            assert_eq!(refusal(action, "StreamName", json!("cam_gone")), failed);
        }
        let described = answer(
            &mut State::default(),
            "DescribeLiveStreamState",
            "StreamName",
            json!("cam_gone"),
        );
        assert_eq!(described, json!({ "StreamState": "inactive" }));
    }

    #[test]
    fn a_domain_of_somebody_else_is_refused_whatever_is_asked() {
        for action in
            ["ForbidLiveStream", "ResumeLiveStream", "DropLiveStream", "DescribeLiveStreamState"]
        {
            let failed = ("FailedOperation".into(), "domain is not yours".into());
            assert_eq!(refusal(action, "DomainName", json!("push-gone.example.com")), failed);
        }
        let ours = answer(
            &mut State::default(),
            "DropLiveStream",
            "DomainName",
            json!("push.example-gone.com"),
        );
        assert_eq!(ours, json!({}));
    }

    #[test]
    fn an_action_and_a_version_are_those_that_there_are() {
        for action in ["", "forbidlivestream", "DescribeLiveForbidStreamList"] {
            assert_eq!(code(&request(action, &json!({}), at(NOON))), "InvalidAction", "{action}");
        }
        let mut call = request("DropLiveStream", &json!({}), at(NOON));
        call.headers_mut().insert("x-tc-version", "2017-03-12".parse().unwrap());
        assert_eq!(code(&call), "NoSuchVersion");
        call.headers_mut().remove("x-tc-version");
        assert_eq!(code(&call), "NoSuchVersion");
    }

    #[test]
    fn a_request_of_another_time_or_another_sender_is_not_looked_at() {
        let body =
            json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });
        assert_eq!(
            code(&request("DropLiveStream", &body, at(NOON - 301))),
            "AuthFailure.SignatureExpire"
        );
        let mut call = request("DropLiveStream", &body, at(NOON));
        *call.body_mut() = "{}".into();
        assert_eq!(code(&call), "AuthFailure.SignatureFailure");
    }
}
