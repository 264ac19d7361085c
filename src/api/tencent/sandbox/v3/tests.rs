//! The actions on one stream, and the envelope.

use super::*;
use crate::api::tencent::sandbox::signature::tests::signed;
use crate::sandbox::simulator::SandboxRequest;
use crate::sandbox::state::VendorState;
use crate::sandbox::tests::support::{self, NOON, at, handle, post, set};
use serde_json::Value;

/// A signed request for an action.
pub(crate) fn request(action: &str, body: &Value, now: Timestamp) -> SandboxRequest {
    let mut request = post("/", body);
    set(&mut request, "x-tc-action", action);
    set(&mut request, "x-tc-version", VERSION);
    signed(request, ACCESS_KEY, now)
}

fn send(state: &mut VendorState, request: &SandboxRequest, now: i64) -> Value {
    let (status, mut document) = handle(act, state, request, at(now));
    assert_eq!(status, StatusCode::OK);
    let response = document["Response"].as_object_mut().unwrap();
    let request_id = response.remove("RequestId").unwrap();
    let lengths: Vec<_> = request_id.as_str().unwrap().split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    document["Response"].take()
}

/// The reply to an action on `cam1` at noon, with a parameter in addition or in place of another.
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
fn ban_lasts_7_to_90_days() {
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
    for (time, message) in [
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
        assert_eq!(refusal, ("InvalidParameterValue".into(), message.into()), "{time}");
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
        for name in ["AppName", "DomainName", "StreamName"] {
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
    let body = json!({ "AppName": "live", "DomainName": "push.example.com", "StreamName": "cam1" });
    assert_eq!(
        code(&request("DropLiveStream", &body, at(NOON - 301))),
        "AuthFailure.SignatureExpire"
    );
    let mut changed = request("DropLiveStream", &body, at(NOON));
    *changed.body_mut() = "{}".into();
    assert_eq!(code(&changed), "AuthFailure.SignatureFailure");
}

#[test]
fn get_requests_carry_parameters_in_the_query() {
    let target = "/?AppName=live&DomainName=push.example.com&StreamName=cam1";
    let get = |target: &str| {
        let mut request = support::get(target);
        set(&mut request, "x-tc-action", "DescribeLiveStreamState");
        set(&mut request, "x-tc-version", VERSION);
        signed(request, ACCESS_KEY, at(NOON))
    };
    let reply = send(&mut VendorState::default(), &get(target), NOON);
    assert_eq!(reply, json!({ "StreamState": "active" }));
    assert_eq!(code(&get("/?AppName=live")), "MissingParameter");
    assert_eq!(code(&get("/?AppName=%")), "InvalidParameter");
}

#[test]
fn refusals_stay_in_the_envelope() {
    let mut request = request("DropLiveStream", &json!({}), at(NOON));
    *request.method_mut() = Method::PUT;
    assert_eq!(code(&request), "UnsupportedProtocol");
    request.headers_mut().remove("x-tc-action");
    *request.method_mut() = Method::POST;
    assert_eq!(code(&request), "InvalidAction");
}

#[test]
fn temporary_key_is_accepted_with_its_token() {
    let mut request = request("DropLiveStream", &json!({}), at(NOON));
    request = signed(request, TEMPORARY_KEY, at(NOON));
    assert_eq!(code(&request), "AuthFailure.TokenFailure");
    set(&mut request, "x-tc-token", "livectl-sandbox-security-token");
    assert_eq!(code(&request), "MissingParameter");
}
