//! The requests of the legacy APIs and of Shumei.

use super::assert_only_headers;
use crate::hashes::md5_hex;
use crate::prelude::*;

/// The signature in the body of a request to JD, which is good for one of the dates, in a zone of so many hours, while
/// the run lasted.
#[track_caller]
fn jd_signature(request: &ReceivedRequest, before: DateTime<Utc>, hours: i64) -> String {
    let signature = request.json()["signature"].as_str().unwrap().to_owned();
    let good = [before, Utc::now()].map(|at| {
        let date = (at + TimeDelta::hours(hours)).format("%Y%m%d");
        md5_hex(&format!("{date}jcloud_00{JD_SECRET}"))
    });
    assert!(good.contains(&signature), "{signature}");
    signature
}

/// Nothing travels that the manuals do not ask for.
#[track_caller]
fn assert_json_post(request: &ReceivedRequest, server: &RecordingServer) {
    assert_eq!((&*request.method, &*request.query), ("POST", ""));
    assert_only_headers(request, server, &[]);
    assert_no_authorization(request);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
}

#[track_caller]
fn assert_no_authorization(request: &ReceivedRequest) {
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("user-agent"), Some(concat!("livectl/", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn jd_timeout_posts_seconds_as_a_string() {
    let body = r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#;
    let server = RecordingServer::replies(200, body);
    let home = TestHome::new(&format!("{}/gateway/v1/", server.url()));
    let before = Utc::now();

    let output = home.run_json("jd timeout push.example.com --seconds 30");

    let result = output.settles(0, "applied", 1);
    let request = server.only_request();
    assert_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/v1/api/live/setPushStreamTimeout");
    let signature = jd_signature(&request, before, 8);
    let rest = r#""domain":"push.example.com","timeout":"30"}"#;
    let body = format!(r#"{{"username":"jcloud_00","signature":"{signature}",{rest}"#);
    assert_eq!(request.body, body);
    let operation = operation("jd timeout", "push.example.com", &json!({"seconds": 30}));
    assert_eq!(result["operation"], operation);
    assert_eq!(result["endpoint"], format!("{}/gateway/v1", server.url()));
    let response = json!({"status": 0, "msg": "", "data": {"PublishNormalTimeout": 30}});
    assert_eq!(result["response"], response);
    assert_members(&result, &json!({"code": 0, "message": "", "http_status": 200}));
    assert_eq!(result["effect"], "domain_setting");
}

#[test]
fn jd_permit_posts_one_array() {
    let body = r#"{"status":0,"msg":"Successful","data":"push.example.com"}"#;
    let server = RecordingServer::replies(200, body);
    let home = TestHome::new(&format!("{}/gateway", server.url()));
    let before = Utc::now();

    let output = home.run_json("jd permit App1/s1 直播/a/b --domain push.example.com");

    let request = server.only_request();
    assert_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/api/live/permitStream");
    let signature = jd_signature(&request, before, 8);
    let streams = r#"[{"app":"App1","stream":"s1"},{"app":"直播","stream":"a/b"}]"#;
    let rest = format!(r#""domain":"push.example.com","deleteStreams":{streams}}}"#);
    let body = format!(r#"{{"username":"jcloud_00","signature":"{signature}",{rest}"#);
    assert_eq!(request.body, body);
    assert_eq!(output.outcomes(), ["applied"; 2]);
    assert_eq!(output.attempts(), [1, 1]);
    let domain = json!({"domain": "push.example.com"});
    assert_eq!(output.operations()[1], operation("jd permit", "直播/a/b", &domain));
    assert_eq!(output.results()[1]["effect"], "on_air");
}

#[test]
fn jd_signature_date_follows_utc_offset() {
    let (server, home) = RecordingServer::accepting().with_home();
    // Two zones that are never on one date.
    for (offset, hours) in [("+14:00", 14), ("-11:00", -11)] {
        let keys = format!("utc_offset = \"{offset}\"\nsecret_key");
        home.write_config(&profile(&server.url()).replace("secret_key", &keys));
        let before = Utc::now();
        let line = ["jd", "timeout", "push.example.com", "--seconds", "30"];
        home.run_with(&[("TZ", "America/New_York")], line).exits(0);
        jd_signature(server.requests().last().unwrap(), before, hours);
    }
}

/// The parameters that all Tencent requests share are right; returns `t`.
#[track_caller]
fn assert_tencent_request(
    request: &ReceivedRequest,
    server: &RecordingServer,
    left_between: [DateTime<Utc>; 2],
    ttl: i64,
) -> i64 {
    assert_eq!((&*request.method, &*request.body), ("GET", ""));
    assert_only_headers(request, server, &[]);
    assert_no_authorization(request);
    let t: i64 = request.param("t").unwrap().parse().unwrap();
    let [from, to] = left_between.map(|at| at.timestamp() + ttl);
    assert!((from..=to).contains(&t), "{t}");
    assert_eq!(request.param("sign"), Some(md5_hex(&format!("{TENCENT_SECRET}{t}"))));
    t
}

#[test]
fn tencent_forbid_puts_all_into_the_query() {
    let server = RecordingServer::replies(200, r#"{"ret":0,"message":"success"}"#);
    let home = TestHome::new(&format!("{}/p", server.url()));
    let before = Utc::now();

    let output = home.run_json("tencent forbid 8888_测试&x=1 --for 2h --exact");

    let result = output.settles(0, "applied", 1);
    let (request, after) = (server.only_request(), Utc::now());
    let t = assert_tencent_request(&request, &server, [before, after], 60);
    let sign = request.param("sign").unwrap();
    let until = result["operation"]["until"].as_str().unwrap().to_owned();
    let end = DateTime::parse_from_rfc3339(&until).unwrap().timestamp();
    // An end is rounded up to the second.
    assert!((before.timestamp() + 7200..=after.timestamp() + 7201).contains(&end), "{end}");
    assert!(until.len() == 20 && until.ends_with('Z'), "{until}");
    assert_eq!(request.path, "/p/common_access");
    let channel = "Param.s.channel_id=8888_%E6%B5%8B%E8%AF%95%26x%3D1";
    let action = format!("{channel}&Param.s.action=forbid&Param.n.abstime_end={end}");
    let head = format!("appid=1251234567&interface=channel_manager&t={t}&sign={sign}");
    assert_eq!(request.query, format!("{head}&{action}"));
    assert_eq!(result["effect"], "off_air");
    let operation = operation("tencent forbid", "8888_测试&x=1", &json!({"until": until}));
    assert_eq!(result["operation"], operation);
}

#[test]
fn tencent_resume_ends_now() {
    let (server, home) =
        RecordingServer::replies(200, r#"{"ret":0,"message":"success"}"#).with_home();
    let before = Utc::now();
    let result = home.run_json("tencent resume 8888_a").settles(0, "applied", 1);
    let (request, after) = (server.only_request(), Utc::now());
    assert_tencent_request(&request, &server, [before, after], 60);
    assert_eq!(request.path, "/common_access");
    assert_eq!(request.param("Param.s.channel_id").as_deref(), Some("8888_a"));
    assert_eq!(request.param("Param.s.action").as_deref(), Some("resume"));
    let end: i64 = request.param("Param.n.abstime_end").unwrap().parse().unwrap();
    assert!((before.timestamp()..=after.timestamp()).contains(&end), "{end}");
    assert_eq!(result["operation"], operation("tencent resume", "8888_a", &json!({})));
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn tencent_interface_and_sign_ttl_are_configurable() {
    let (server, home) = RecordingServer::accepting().with_home();
    let keys = "interface = \"Live_Channel_SetStatus\"\nsign_ttl = 600\napp_id = \"0042\"";
    home.write_config(&profile(&server.url()).replace("app_id = 1251234567", keys));
    let before = Utc::now();
    home.run_json("tencent resume 8888_a").settles(0, "applied", 1);
    let request = server.only_request();
    assert_tencent_request(&request, &server, [before, Utc::now()], 600);
    let start = "appid=0042&interface=Live_Channel_SetStatus&t=";
    assert!(request.query.starts_with(start), "{}", request.query);
}

#[test]
fn shumei_close_posts_key_and_request_id() {
    let body = r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#;
    let server = RecordingServer::replies(200, body);
    let home = TestHome::new(&format!("{}/a/b", server.url()));
    let result = home.run_json("shumei close 1639825145166").settles(0, "applied", 1);
    let request = server.only_request();
    assert_json_post(&request, &server);
    assert_eq!(request.path, "/a/b/finish_videostream/v4");
    let body = format!(r#"{{"accessKey":"{SHUMEI_SECRET}","requestId":"1639825145166"}}"#);
    assert_eq!(request.body, body);
    assert_eq!(result["operation"], operation("shumei close", "1639825145166", &json!({})));
    let expected = json!({"effect": "moderation_ended", "code": 1100, "message": "成功"});
    assert_members(&result, &expected);
}

#[test]
fn each_attempt_signs_afresh() {
    let busy = response(503, "").header("retry-after", "1");
    let (server, home) = RecordingServer::script([busy, response(200, r#"{"ret":0}"#)]).with_home();
    home.run_json("tencent forbid 8888_a --for 2h").settles(0, "applied", 2);
    let [first, second] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    assert_ne!(first.param("t"), second.param("t"));
    assert_ne!(first.param("sign"), second.param("sign"));
    assert_eq!(first.param("Param.n.abstime_end"), second.param("Param.n.abstime_end"));
}
