//! The simulator's answers to signed requests: the success of each, the refusals, and the state in between.

use super::signature::tests::signed;
use super::*;
use crate::sandbox::authorization::AccessKey;
use crate::sandbox::tests::support::{NOON, at, handle};

/// A vendor whose streams were all live at noon.
struct HuaweiStage(VendorState);

impl HuaweiStage {
    fn new() -> Self {
        Self(VendorState::new(at(NOON - 60)))
    }

    /// The answer to a request for something of the project, signed with this key.
    fn send_as(&mut self, key: AccessKey, request: (&str, &str, &str), now: i64) -> SandboxReply {
        let (method, target, body) = request;
        let request = signed(method, target, body, key, at(now));
        let is_meant = |route: &&SandboxRoute| {
            route.matches(request.uri().path()) && route.accepts(request.method())
        };
        let route = SIMULATOR.routes.iter().find(is_meant).unwrap();
        assert!(route.is_marked(request.headers()));
        handle(route.handler, &mut self.0, &request, at(now))
    }

    fn send(&mut self, method: &str, rest: &str, body: &Value, now: i64) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let target = format!("/v1/{PROJECT_ID}/{rest}");
        let (status, document) = self.send_as(ACCESS_KEY, (method, &target, &body), now);
        (status.as_u16(), document)
    }

    fn get(&mut self, rest: &str, now: i64) -> Value {
        let (status, document) = self.send("GET", rest, &Value::Null, now);
        assert_eq!(status, 200, "{rest}: {document}");
        document
    }

    /// The ends of the bans of `push.example.com`.
    fn bans(&mut self, now: i64) -> Value {
        self.get("stream/blocks?domain=PUSH.example.com", now)["blocks"].clone()
    }
}

fn cam1(end: Option<&str>) -> Value {
    let mut named =
        json!({ "domain": "push.example.com", "app_name": "live", "stream_name": "cam1" });
    if let Some(end) = end {
        named["resume_time"] = end.into();
    }
    named
}

const CAM1: &str = "domain=push.example.com&app_name=live&stream_name=cam1";
const DONE: (u16, Value) = (204, Value::Null);

#[test]
fn ban_is_listed_until_it_is_ended() {
    let mut stage = HuaweiStage::new();
    let until =
        |end: &str| json!([{ "app_name": "live", "stream_name": "cam1", "resume_time": end }]);
    let end = Some("2026-11-21T14:00:00Z");
    assert_eq!(stage.send("POST", "stream/blocks", &cam1(end), NOON), DONE);
    assert_eq!(stage.bans(NOON), until("2026-11-21T14:00:00Z"));
    assert_eq!(stage.bans(NOON + 7200), json!([]));

    let end = Some("2026-11-21T12:30:00Z");
    assert_eq!(stage.send("PUT", "stream/blocks", &cam1(end), NOON), DONE);
    assert_eq!(stage.bans(NOON), until("2026-11-21T12:30:00Z"));

    let resume = format!("stream/blocks?{CAM1}");
    assert_eq!(stage.send("DELETE", &resume, &Value::Null, NOON), DONE);
    assert_eq!(stage.bans(NOON), json!([]));
    let (status, refusal) = stage.send("PUT", "stream/blocks", &cam1(end), NOON);
    assert_eq!((status, &refusal["error_code"]), (400, &json!("LIVE.100011001")));

    assert_eq!(stage.send("POST", "stream/blocks", &cam1(None), NOON), DONE);
    assert_eq!(stage.bans(NOON), until("2026-11-28T12:00:00Z"));
}

#[test]
fn live_list_follows_bans_and_cuts() {
    let mut stage = HuaweiStage::new();
    let names = |stage: &mut HuaweiStage, filter: &str, now| -> Vec<String> {
        let list = format!("realtime/streams?publish_domain=push.example.com{filter}");
        let list = stage.get(&list, now);
        let rows = list["streams"].as_array().unwrap();
        rows.iter().map(|row| row["stream"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&mut stage, "", NOON), ["cam1", "cam2", "cam3"]);
    assert_eq!(names(&mut stage, "&offset=1&limit=1", NOON), ["cam2"]);
    assert_eq!(names(&mut stage, "&app=show", NOON), [""; 0]);
    assert_eq!(names(&mut stage, "&app=show&stream=x%2Fy", NOON), ["x/y"]);
    assert_eq!(names(&mut stage, "&app=live&stream=x_gone", NOON), [""; 0]);

    assert_eq!(stage.send("POST", "stream/block-once", &cam1(None), NOON), DONE);
    assert_eq!(names(&mut stage, "&app=live&stream=cam1", NOON), [""; 0]);
    assert_eq!(names(&mut stage, "&app=live&stream=cam1", NOON + 5), ["cam1"]);

    let end = Some("2026-11-21T14:00:00Z");
    assert_eq!(stage.send("POST", "stream/blocks", &cam1(end), NOON + 5), DONE);
    assert_eq!(names(&mut stage, "", NOON + 5), ["cam2", "cam3"]);
    let page = stage.get("realtime/streams?publish_domain=push.example.com&limit=1", NOON + 5);
    assert_eq!([&page["total_num"], &page["total_page"], &page["limit"]], [2, 2, 1]);
}

#[test]
fn bans_are_paged_from_0() {
    let mut stage = HuaweiStage::new();
    for name in ["a", "b", "c"] {
        let mut body = cam1(Some("2026-11-21T14:00:00Z"));
        body["stream_name"] = name.into();
        assert_eq!(stage.send("POST", "stream/blocks", &body, NOON), DONE);
    }
    let list = stage.get("stream/blocks?domain=push.example.com&page=1&size=2", NOON);
    assert_eq!((&list["total"], &list["blocks"][0]["stream_name"]), (&json!(3), &json!("c")));
    let list = stage.get("stream/blocks?domain=push.example.com&stream_name=b", NOON);
    assert_eq!((&list["total"], &list["blocks"][0]["stream_name"]), (&json!(1), &json!("b")));
}

#[test]
fn wrong_parameters_are_refused() {
    let mut stage = HuaweiStage::new();
    let with = |name: &str, value: Value| {
        let mut body = cam1(Some("2026-11-21T14:00:00Z"));
        body[name] = value;
        ("POST", "stream/blocks".to_owned(), body)
    };
    let list = |query: &str| ("GET", format!("stream/blocks?{query}"), Value::Null);
    let live = |query: &str| ("GET", format!("realtime/streams?{query}"), Value::Null);
    for (method, rest, body) in [
        with("resume_time", json!("2026-11-21T12:00:00Z")),
        with("resume_time", json!("2027-02-19T12:00:01Z")),
        with("resume_time", json!("2026-11-21T14:00:00+00:00")),
        with("resume_time", json!(1_795_269_600)),
        with("stream_name", json!("*")),
        with("stream_name", json!("x_gone")),
        with("stream_name", json!("a".repeat(513))),
        with("app_name", json!("a".repeat(129))),
        with("app_name", json!("")),
        with("domain", json!("push-gone.example.com")),
        with("domain", json!("a b")),
        with("other", json!("a")),
        ("POST", "stream/blocks".to_owned(), json!([])),
        ("POST", "stream/block-once".to_owned(), cam1(Some("2026-11-21T14:00:00Z"))),
        ("DELETE", "stream/blocks?domain=push.example.com&app_name=live".to_owned(), Value::Null),
        ("DELETE", format!("stream/blocks?{CAM1}&{CAM1}"), Value::Null),
        list("app_name=live"),
        list("domain=a.com&size=101"),
        list("domain=a.com&page=-1"),
        live("publish_domain=a.com&stream=cam1"),
        live("publish_domain=a.com&limit=0"),
        live("domain=a.com"),
    ] {
        let (status, refusal) = stage.send(method, &rest, &body, NOON);
        let code = refusal["error_code"].as_str().unwrap_or_default();
        assert_eq!((status, code), (400, "LIVE.100011001"), "{method} {rest} {body}");
    }
    let longest = cam1(Some("2027-02-19T12:00:00Z"));
    assert_eq!(stage.send("POST", "stream/blocks", &longest, NOON), DONE);
}

#[test]
fn wrong_keys_projects_and_paths_are_refused() {
    let mut stage = HuaweiStage::new();
    let list = format!("/v1/{PROJECT_ID}/stream/blocks?domain=push.example.com");
    let wrong = AccessKey { secret: "wrong", ..ACCESS_KEY };
    let other = "/v1/0123456789abcdef0123456789abcdef/stream/blocks?domain=push.example.com";
    for (key, method, target, status, code) in [
        (ACCESS_KEY, "GET", &*list, 200, ""),
        (TEMPORARY_KEY, "GET", &*list, 200, ""),
        (wrong, "GET", &*list, 401, "APIGW.0301"),
        (ACCESS_KEY, "GET", other, 403, "APIGW.0310"),
        (ACCESS_KEY, "PATCH", &*list, 404, "APIGW.0101"),
        (ACCESS_KEY, "GET", "/v1/p/domain", 404, "APIGW.0101"),
        (ACCESS_KEY, "GET", "/v1/p/stream/block-once", 404, "APIGW.0101"),
        (ACCESS_KEY, "POST", "/v1/p/realtime/streams", 404, "APIGW.0101"),
    ] {
        let (http, document) = stage.send_as(key, (method, target, ""), NOON);
        let found = document["error_code"].as_str().unwrap_or_default();
        assert_eq!((http.as_u16(), found), (status, code), "{method} {target}");
    }
}
