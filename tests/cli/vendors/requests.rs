//! The requests of the legacy APIs and of Shumei.

use chrono::{DateTime, TimeDelta, Utc};

use super::{applied, attempts};
use crate::fixture::{JD_SECRET, SHUMEI_SECRET, TENCENT_SECRET};
use crate::hashes::md5_hex;
use crate::prelude::*;

/// The signature that JD expects for a request that left between two moments; they may lie on both sides of midnight.
fn jd_signatures(times: [DateTime<Utc>; 2]) -> [String; 2] {
    times.map(|at| {
        let date = (at + TimeDelta::hours(8)).format("%Y%m%d");
        md5_hex(&format!("{date}jcloud_00{JD_SECRET}"))
    })
}

/// The signature of the body, which is one of the two that were good while the run lasted.
#[track_caller]
fn jd_signature(request: &ReceivedRequest, before: DateTime<Utc>) -> String {
    let signature = request.json()["signature"].as_str().unwrap().to_owned();
    assert!(jd_signatures([before, Utc::now()]).contains(&signature), "{signature}");
    signature
}

#[track_caller]
fn is_json_post(request: &ReceivedRequest, server: &RecordingServer) {
    assert_eq!(request.method, "POST");
    assert_eq!(request.query, "");
    assert_headers(request, server);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
}

/// Nothing travels that the manuals do not ask for.
#[track_caller]
fn assert_headers(request: &ReceivedRequest, server: &RecordingServer) {
    let usual =
        ["host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"];
    for (name, value) in &request.headers {
        assert!(usual.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(request.header("host"), server.url().strip_prefix("http://"));
    assert_eq!(request.header("user-agent"), Some(concat!("livectl/", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn jd_timeout_posts_seconds_as_a_string() {
    let server = RecordingServer::always(response(
        200,
        r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#,
    ));
    let home = TestHome::new(&format!("{}/gateway/v1/", server.url()));
    let before = Utc::now();

    let result = applied(&home.run_line("jd timeout push.example.com --seconds 30 -o json"));

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/v1/api/live/setPushStreamTimeout");
    let signature = jd_signature(&request, before);
    let body = r#"{"username":"jcloud_00","signature":"#;
    assert_eq!(
        request.body,
        format!(r#"{body}"{signature}","domain":"push.example.com","timeout":"30"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30, "profile": "prod"})
    );
    assert_eq!(result["effect"], "domain_setting");
    assert_eq!(result["endpoint"], format!("{}/gateway/v1", server.url()));
    assert_eq!(
        result["response"],
        json!({"status": 0, "msg": "", "data": {"PublishNormalTimeout": 30}})
    );
    assert_members(&result, &json!({"code": 0, "message": "", "http_status": 200}));
}

#[test]
fn jd_permit_posts_one_array() {
    let server = RecordingServer::always(response(
        200,
        r#"{"status":0,"msg":"Successful","data":"push.example.com"}"#,
    ));
    let home = TestHome::new(&format!("{}/gateway", server.url()));
    let before = Utc::now();

    let output = home.run_line("jd permit App1/s1 直播/a/b --domain push.example.com -o json");

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/api/live/permitStream");
    let signature = jd_signature(&request, before);
    assert_eq!(
        request.body,
        format!(
            r#"{{"username":"jcloud_00","signature":"{signature}","domain":"push.example.com","deleteStreams":[{{"app":"App1","stream":"s1"}},{{"app":"直播","stream":"a/b"}}]}}"#
        )
    );
    assert_eq!(output.outcomes(), ["applied", "applied"]);
    assert_eq!(attempts(&output), [1, 1]);
    let result = &output.json()["results"][1];
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "permit", "target": "直播/a/b", "domain": "push.example.com", "profile": "prod"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn jd_signature_date_follows_utc_offset() {
    let (server, home) = RecordingServer::accepting().with_home();
    // Two zones that are never on one date.
    for (offset, hours) in [("+14:00", 14), ("-11:00", -11)] {
        home.write_config(
            &profile(&server.url())
                .replace("secret_key", &format!("utc_offset = \"{offset}\"\nsecret_key")),
        );
        let before = Utc::now();

        let mut command = home.livectl(["jd", "timeout", "push.example.com", "--seconds", "30"]);
        command.env("TZ", "America/New_York").assert().success();

        let signature = server.requests().last().unwrap().json()["signature"].clone();
        let good = [before, Utc::now()].map(|at| {
            let date = (at + TimeDelta::hours(hours)).format("%Y%m%d");
            json!(md5_hex(&format!("{date}jcloud_00{JD_SECRET}")))
        });
        assert!(good.contains(&signature), "{offset}");
    }
}

/// The parameters that all Tencent requests share are right; returns `t`.
#[track_caller]
fn is_tencent_request(
    request: &ReceivedRequest,
    server: &RecordingServer,
    left_between: [DateTime<Utc>; 2],
    ttl: i64,
) -> i64 {
    assert_eq!((request.method.as_str(), request.body.as_str()), ("GET", ""));
    assert_headers(request, server);
    let t: i64 = request.param("t").unwrap().parse().unwrap();
    assert!(
        (left_between[0].timestamp() + ttl..=left_between[1].timestamp() + ttl).contains(&t),
        "{t}"
    );
    assert_eq!(request.param("sign"), Some(md5_hex(&format!("{TENCENT_SECRET}{t}"))));
    t
}

#[test]
fn tencent_forbid_puts_all_into_the_query() {
    let server = RecordingServer::always(response(200, r#"{"ret":0,"message":"success"}"#));
    let home = TestHome::new(&format!("{}/p", server.url()));
    let before = Utc::now();

    let result = applied(&home.run_line("tencent forbid 8888_测试&x=1 --for 2h --exact -o json"));

    let (request, after) = (server.only_request(), Utc::now());
    let t = is_tencent_request(&request, &server, [before, after], 60);
    let sign = request.param("sign").unwrap();
    let until =
        DateTime::parse_from_rfc3339(result["operation"]["until"].as_str().unwrap()).unwrap();
    let end = until.timestamp();
    // An end is rounded up to the second.
    assert!((before.timestamp() + 7200..=after.timestamp() + 7201).contains(&end), "{end}");
    assert_eq!(request.path, "/p/common_access");
    assert_eq!(
        request.query,
        format!(
            "appid=1251234567&interface=channel_manager&t={t}&sign={sign}&Param.s.channel_id=8888_%E6%B5%8B%E8%AF%95%26x%3D1&Param.s.action=forbid&Param.n.abstime_end={end}"
        )
    );
    assert_eq!(result["effect"], "off_air");
    assert_eq!(
        result["operation"],
        json!({"vendor": "tencent", "action": "forbid", "target": "8888_测试&x=1", "until": until.format("%FT%TZ").to_string(), "profile": "prod"})
    );
}

#[test]
fn tencent_resume_ends_now() {
    let server = RecordingServer::always(response(200, r#"{"ret":0,"message":"success"}"#));
    let before = Utc::now();

    let result = applied(&server.home().run_line("tencent resume 8888_a -o json"));

    let (request, after) = (server.only_request(), Utc::now());
    is_tencent_request(&request, &server, [before, after], 60);
    assert_eq!(request.path, "/common_access");
    assert_eq!(request.param("Param.s.channel_id").as_deref(), Some("8888_a"));
    assert_eq!(request.param("Param.s.action").as_deref(), Some("resume"));
    let end: i64 = request.param("Param.n.abstime_end").unwrap().parse().unwrap();
    assert!((before.timestamp()..=after.timestamp()).contains(&end), "{end}");
    assert_eq!(
        result["operation"],
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a", "profile": "prod"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn tencent_interface_and_sign_ttl_are_configurable() {
    let (server, home) = RecordingServer::accepting().with_home();
    let keys = "interface = \"Live_Channel_SetStatus\"\nsign_ttl = 600\napp_id = \"0042\"";
    home.write_config(&profile(&server.url()).replace("app_id = 1251234567", keys));
    let before = Utc::now();

    applied(&home.run_line("tencent resume 8888_a -o json"));

    let request = server.only_request();
    is_tencent_request(&request, &server, [before, Utc::now()], 600);
    assert!(
        request.query.starts_with("appid=0042&interface=Live_Channel_SetStatus&t="),
        "{}",
        request.query
    );
}

#[test]
fn shumei_close_posts_key_and_request_id() {
    let server = RecordingServer::always(response(
        200,
        r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#,
    ));
    let home = TestHome::new(&format!("{}/a/b", server.url()));

    let result = applied(&home.run_line("shumei close 1639825145166 -o json"));

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/a/b/finish_videostream/v4");
    assert_eq!(
        request.body,
        format!(r#"{{"accessKey":"{SHUMEI_SECRET}","requestId":"1639825145166"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166", "profile": "prod"})
    );
    assert_eq!(result["effect"], "moderation_ended");
    assert_eq!((&result["code"], &result["message"]), (&json!(1100), &json!("成功")));
}

#[test]
fn each_attempt_signs_afresh() {
    let server = RecordingServer::script([
        response(503, "").header("retry-after", "1"),
        response(200, r#"{"ret":0}"#),
    ]);

    let result = applied(&server.home().run_line("tencent forbid 8888_a --for 2h -o json"));

    let [first, second] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    assert_ne!(first.param("t"), second.param("t"));
    assert_ne!(first.param("sign"), second.param("sign"));
    assert_eq!(first.param("Param.n.abstime_end"), second.param("Param.n.abstime_end"));
    assert_eq!(result["attempts"], 2);
}
