//! The legacy gateway.

use super::*;
use crate::api::jd::sandbox::openapi;
use crate::sandbox::simulator::{Handler, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::sandbox::tests::support::{NOON, at, handle, merged, post};

fn signature(now: Timestamp, secret_key: &str) -> String {
    let date = (now + BEIJING).format("%Y%m%d").to_string();
    md5_hex(&[&date, demo::USERNAME, secret_key])
}

/// A body about `a.live.com` that is signed at this moment, with members beside the usual ones or in their place.
pub(crate) fn signed_body(members: Value, now: Timestamp) -> Value {
    let body = json!({
        "username": demo::USERNAME,
        "signature": signature(now, demo::SECRET_KEY),
        "domain": "a.live.com",
    });
    merged(body, members)
}

pub(super) fn body(members: Value) -> Value {
    signed_body(members, at(NOON))
}

fn timeout(members: Value) -> Value {
    handle(
        set_push_stream_timeout,
        &mut VendorState::default(),
        &post("/", &body(members)),
        at(NOON),
    )
    .1
}

fn permit(members: Value) -> Value {
    handle(permit_stream, &mut VendorState::default(), &post("/", &body(members)), at(NOON)).1
}

/// The reply to a ban of `live/cam1` for an hour, with these members in place of the usual ones.
fn forbid(members: Value) -> Value {
    let usual = json!({ "app": "live", "stream": "cam1", "type": 2, "time": 60 });
    let body = body(merged(usual, members));
    handle(forbid_stream, &mut VendorState::default(), &post("/", &body), at(NOON)).1
}

fn config(state: &mut VendorState, members: Value) -> Value {
    handle(query_domain_config, state, &post("/", &body(members)), at(NOON)).1
}

pub(in crate::api::jd::sandbox) fn refusal(answer: &Value) -> (i64, &str) {
    assert_eq!(answer["data"], Value::Null);
    (answer["status"].as_i64().unwrap(), answer["msg"].as_str().unwrap())
}

fn streams(streams: &[(&str, &str)]) -> Value {
    let streams: Vec<_> =
        streams.iter().map(|(app, stream)| json!({ "app": app, "stream": stream })).collect();
    json!({ "deleteStreams": streams })
}

#[test]
fn timeout_is_kept_and_echoed_as_number() {
    let mut state = VendorState::default();
    let call = post("/", &body(json!({ "domain": "Test.jcloud.com", "timeout": "10" })));

    let answer = handle(set_push_stream_timeout, &mut state, &call, at(NOON));

    let document = json!({ "status": 0, "msg": "", "data": { "PublishNormalTimeout": 10 } });
    assert_eq!(answer, (StatusCode::OK, document));
    assert_eq!(state.records(TIMEOUTS)["test.jcloud.com"], 10);
}

#[test]
fn permit_lifts_bans_and_echoes_the_domain() {
    let mut state = VendorState::default();
    for name in ["stream1", "stream2", "stream3"] {
        state.streams.forbid(
            StreamKey::new("a.live.com", "App1", name),
            Ban::until(at(NOON), at(NOON + 60)),
        );
    }
    let mut members = streams(&[("App1", "stream1"), ("App1", "stream2")]);
    members["domain"] = "A.live.com".into();

    let answer = handle(permit_stream, &mut state, &post("/", &body(members)), at(NOON));

    assert_eq!(
        answer,
        (StatusCode::OK, json!({ "status": 0, "msg": "Successful", "data": "A.live.com" }))
    );
    let left: Vec<_> =
        state.streams.active_bans(at(NOON)).map(|(stream, _)| stream.name.as_str()).collect();
    assert_eq!(left, ["stream3"]);
}

#[test]
fn missing_and_unknown_user_names_are_refused() {
    for username in [json!(""), json!(null), json!(7)] {
        assert_eq!(refusal(&timeout(json!({ "username": username }))), (3, "user name is empty"));
    }
    assert_eq!(
        refusal(&timeout(json!({ "username": "someone" }))),
        (20, "user name does not exist")
    );
}

#[test]
fn each_operation_refuses_a_wrong_signature() {
    let wrong = signature(at(NOON), "another key");
    let upper_case = signature(at(NOON), demo::SECRET_KEY).to_uppercase();
    let config = |members| config(&mut VendorState::default(), members);
    let listed = |members| {
        handle(
            forbidden::query_forbidden,
            &mut VendorState::default(),
            &post("/", &body(members)),
            at(NOON),
        )
        .1
    };
    let operations: [&dyn Fn(Value) -> Value; 5] = [&timeout, &permit, &forbid, &config, &listed];
    for operation in operations {
        assert_eq!(refusal(&operation(json!({ "signature": "" }))), (4, "signature is empty"));
        assert_eq!(
            refusal(&operation(json!({ "signature": wrong }))),
            (7, "signature is incorrect")
        );
        assert_eq!(
            refusal(&operation(json!({ "signature": upper_case }))),
            (7, "signature is incorrect")
        );
    }
}

#[test]
fn signature_date_is_beijings() {
    let before_midnight = at(1_795_276_799); // 2026-11-21T15:59:59Z
    let call = post(
        "/",
        &json!({
            "username": demo::USERNAME, "domain": "a.live.com", "timeout": "10",
            "signature": md5_hex(&["20261121", demo::USERNAME, demo::SECRET_KEY]),
        }),
    );

    let today =
        handle(set_push_stream_timeout, &mut VendorState::default(), &call, before_midnight).1;
    let tomorrow = handle(
        set_push_stream_timeout,
        &mut VendorState::default(),
        &call,
        before_midnight + TimeDelta::seconds(1),
    )
    .1;

    assert_eq!(today["status"], 0);
    assert_eq!(refusal(&tomorrow), (7, "signature is incorrect"));
}

#[test]
fn published_signatures_are_reproduced() {
    assert_eq!(md5_hex(&["20171205", "jd_cdntest", ""]), "914a3f412fd9bc1eec14bb5eb104d253");
    let worked = md5_hex(&["20161023", "jcloud_00", "e7a31b1c5ea0efa9aa2f29c6559f7d61"]);
    assert_eq!(worked, "a35685491fd80a80b40a718c3a5c5c56");
}

#[test]
fn domain_is_one_host_name_of_the_account() {
    assert_eq!(refusal(&timeout(json!({ "domain": "" }))), (12, "domain is empty"));
    let many_labels = "a.".repeat(150) + "com";
    for domain in [
        "a.com,b.com",
        "http://a.com",
        "a.com:80",
        "a.com/x",
        "a..com",
        " a.com",
        ".",
        &many_labels,
    ] {
        assert_eq!(
            refusal(&timeout(json!({ "domain": domain }))),
            (15, "domain is not a single host name"),
            "{domain}"
        );
    }
    assert_eq!(
        refusal(&timeout(json!({ "domain": "x-gone.live.com" }))),
        (15, "domain is not yours")
    );
    assert_eq!(timeout(json!({ "domain": "直播.example.com", "timeout": "10" }))["status"], 0);
}

#[test]
fn timeout_is_digits_from_1_to_120() {
    for (timeout_, status, message) in [
        (json!(null), 2, "timeout is empty"),
        (json!(""), 2, "timeout is empty"),
        (json!(10), 1, "timeout is a string of digits, not a number"),
        (json!("ten"), 1, "timeout is a string of digits"),
        (json!("+10"), 1, "timeout is a string of digits"),
        (json!("10.0"), 1, "timeout is a string of digits"),
        (json!("0"), 1, "timeout is 1 to 120 seconds"),
        (json!("121"), 1, "timeout is 1 to 120 seconds"),
        (json!("99999999999999999999"), 1, "timeout is 1 to 120 seconds"),
    ] {
        assert_eq!(
            refusal(&timeout(json!({ "timeout": timeout_ }))),
            (status, message),
            "{timeout_}"
        );
    }
    for seconds in [1, 120] {
        let answer = timeout(json!({ "timeout": seconds.to_string() }));
        assert_eq!(answer["data"]["PublishNormalTimeout"], seconds);
    }
}

#[test]
fn delete_streams_is_an_array_of_objects() {
    let shape = "deleteStreams holds objects of a non-empty app and stream";
    for (streams, status, message) in [
        (json!(null), 2, "deleteStreams is empty"),
        (json!([]), 2, "deleteStreams is empty"),
        (json!("[{'app':'App1','stream':'stream1'}]"), 1, "deleteStreams is an array"),
        (json!(["App1/stream1"]), 1, shape),
        (json!([{ "app": "App1" }]), 1, shape),
        (json!([{ "app": "App1", "stream": "" }]), 1, shape),
        (json!([{ "app": "", "stream": "stream1" }]), 1, shape),
        (json!([{ "app": 1, "stream": 2 }]), 1, shape),
    ] {
        assert_eq!(
            refusal(&permit(json!({ "deleteStreams": streams }))),
            (status, message),
            "{streams}"
        );
    }
}

#[test]
fn permit_takes_at_most_100_streams() {
    assert_eq!(permit(streams(&vec![("App1", "stream1"); 100]))["status"], 0);
    let refused = permit(streams(&vec![("App1", "stream1"); 101]));
    assert_eq!(refusal(&refused), (1, "deleteStreams names at most 100 streams"));
}

#[test]
fn unknown_stream_fails_the_whole_permit() {
    let mut state = VendorState::default();
    state.streams.forbid(StreamKey::new("a.live.com", "App1", "stream1"), Ban::permanent(at(NOON)));
    let call = post("/", &body(streams(&[("App1", "stream1"), ("App2", "x_gone")])));

    let (_, answer) = handle(permit_stream, &mut state, &call, at(NOON));

    assert_eq!(refusal(&answer), (1, "stream App2/x_gone does not exist"));
    assert_eq!(state.streams.active_bans(at(NOON)).count(), 1);
}

#[test]
fn body_must_be_a_json_object() {
    for body in [&b"[]"[..], b"", b"{'username':'x'}", b"\xff"] {
        let call = SandboxRequest::new(bytes::Bytes::from_static(body));
        let (_, answer) = handle(permit_stream, &mut VendorState::default(), &call, at(NOON));
        assert_eq!(refusal(&answer), (1, "the body is not a JSON object"));
    }
}

#[test]
fn ban_lasts_minutes_or_is_permanent() {
    for (kind, time, until) in
        [(2, 1, Some(at(NOON + 60))), (2, 60, Some(at(NOON + 3600))), (1, 0, None)]
    {
        let mut state = VendorState::default();
        let members = json!({ "domain": "A.live.com", "app": "live", "stream": "cam1", "type": kind, "time": time });

        let answer = handle(forbid_stream, &mut state, &post("/", &body(members)), at(NOON));

        assert_eq!(
            answer,
            (StatusCode::OK, json!({ "status": 0, "msg": "Successful", "data": "A.live.com" }))
        );
        let stream = StreamKey::new("a.live.com", "live", "cam1");
        let ban = Ban { from: at(NOON), until };
        assert_eq!(state.streams.active_bans(at(NOON)).collect::<Vec<_>>(), [(&stream, ban)]);
    }
}

#[test]
fn type_and_time_must_agree() {
    let number = "type is the number 1 (permanent) or 2 (timed)";
    for (kind, time, status, message) in [
        (json!(null), json!(60), 5, "type is empty"),
        (json!(2), json!(null), 2, "time is empty"),
        (json!("2"), json!(60), 16, number),
        (json!(3), json!(60), 16, number),
        (json!(0), json!(0), 16, number),
        (json!(2), json!("60"), 1, "time is a number of whole minutes"),
        (json!(2), json!(1.5), 1, "time is a number of whole minutes"),
        (json!(2), json!(0), 1, "time is at least 1 minute where type is 2 (timed)"),
        (json!(2), json!(-1), 1, "time is at least 1 minute where type is 2 (timed)"),
        (json!(1), json!(60), 1, "time is 0 where type is 1 (permanent)"),
        (json!(2), json!(i64::MAX), 1, "time lies beyond the calendar"),
        (json!(2), json!(i64::MAX / 60_000), 1, "time lies beyond the calendar"),
    ] {
        assert_eq!(
            refusal(&forbid(json!({ "type": kind, "time": time }))),
            (status, message),
            "{kind} {time}"
        );
    }
}

#[test]
fn forbid_needs_an_app_and_a_known_stream() {
    for (members, status, message) in [
        (json!({ "app": "" }), 2, "app is empty"),
        (json!({ "app": 7 }), 2, "app is empty"),
        (json!({ "stream": null }), 2, "stream is empty"),
        (json!({ "stream": "cam_gone" }), 1, "stream live/cam_gone does not exist"),
        (json!({ "domain": "x-gone.live.com" }), 15, "domain is not yours"),
    ] {
        assert_eq!(refusal(&forbid(members.clone())), (status, message), "{members}");
    }
}

#[test]
fn domain_config_reports_the_timeout() {
    let mut state = VendorState::default();
    state.records_mut(TIMEOUTS).insert("a.live.com".into(), json!(10));

    for (domain, seconds) in [("A.live.com", 10), ("b.live.com", 0)] {
        let answer = config(&mut state, json!({ "domain": domain }));
        assert_eq!(
            (&answer["status"], &answer["data"]["publishNormalTimeout"]),
            (&json!(0), &json!(seconds))
        );
    }
}

/// How many bans the gateway lists at noon, after an operation of the `OpenAPI` on `live/cam1`.
fn listed_after(state: &mut VendorState, verb: &str, operation: Handler) -> Value {
    let stream = json!({ "publishDomain": "a.live.com", "appName": "live", "streamName": "cam1", "forbidTime": 3600 });
    let (status, _) =
        handle(operation, state, &openapi::tests::put(verb, &stream, at(NOON)), at(NOON));
    assert_eq!(status, StatusCode::OK);
    listed(state)
}

fn listed(state: &mut VendorState) -> Value {
    let (_, reply) =
        handle(forbidden::query_forbidden, state, &post("/", &body(json!({}))), at(NOON));
    reply["data"]["total"].clone()
}

#[test]
fn both_apis_act_on_the_same_streams() {
    let mut state = VendorState::new(at(NOON));
    assert_eq!(listed_after(&mut state, "forbid", openapi::forbid), 1);

    let permit = post("/", &body(streams(&[("live", "cam1")])));
    assert_eq!(handle(permit_stream, &mut state, &permit, at(NOON)).1["status"], 0);
    assert_eq!(listed(&mut state), 0);

    let forbid = body(json!({ "app": "live", "stream": "cam1", "type": 1, "time": 0 }));
    assert_eq!(handle(forbid_stream, &mut state, &post("/", &forbid), at(NOON)).1["status"], 0);
    assert_eq!(listed(&mut state), 1);

    assert_eq!(listed_after(&mut state, "resume", openapi::resume), 0);
}
