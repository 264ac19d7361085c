//! The request of each operation at each API version, signed as the manuals have it.

use super::{assert_only_headers, signed_for_jd, signed_for_tencent};
use crate::prelude::*;

#[test]
fn jd_openapi_requests_match_the_manual() {
    let named = r#""publishDomain":"push.example.com","appName":"直播","streamName":"a/b""#;
    for (name, line, more, effect, settings) in [
        ("forbid", "forbid --for 90s", r#","forbidTime":90"#, "off_air", json!({"for": "1m30s"})),
        (
            "forbid",
            "forbid --permanent",
            r#","forbidTime":0"#,
            "off_air",
            json!({"permanent": true}),
        ),
        ("resume", "permit", "", "on_air", json!({})),
        ("interrupt", "drop --reason 换主播", "", "cut_once", json!({"reason": "换主播"})),
    ] {
        let server = RecordingServer::replies(200, r#"{"requestId":"r-1","result":{}}"#);
        let home = TestHome::newer(&format!("{}/gate%20way", server.url()));
        let before = Utc::now();

        let output = home.run_json(&format!("jd {line} 直播/a/b --domain push.example.com"));

        let request = server.only_request();
        assert_only_headers(&request, &server, &["x-jdcloud-date", "x-jdcloud-nonce"]);
        signed_for_jd(&request, [before, Utc::now()]);
        assert_eq!((&*request.method, &*request.query), ("PUT", ""), "{line}");
        assert_eq!(request.path, format!("/gate%20way/v1/streams%3A{name}"));
        assert_eq!(request.body, format!("{{{named}{more}}}"), "{line}");
        let result = output.settles(0, "applied", 1);
        let mut expected = json!({"domain": "push.example.com"});
        expected.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let command = format!("jd {}", line.split(' ').next().unwrap());
        assert_eq!(result["operation"], operation(&command, "直播/a/b", &expected));
        assert_eq!(result["response"], json!({"requestId": "r-1", "result": {}}));
        assert_members(&result, &json!({"effect": effect, "code": null, "http_status": 200}));
    }
}

#[test]
fn jd_openapi_sends_one_request_per_stream() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    home.run_json("jd permit live/a live/b live/c --domain push.example.com").exits(0);
    let requests = server.requests();
    let nonces = requests.iter().map(|seen| seen.header("x-jdcloud-nonce").unwrap());
    let nonces: BTreeSet<_> = nonces.collect();
    let streams = requests.iter().map(|seen| seen.json()["streamName"].to_string());
    let mut streams: Vec<_> = streams.collect();
    streams.sort_unstable();
    assert_eq!((nonces.len(), streams.join(" ")), (3, r#""a" "b" "c""#.to_owned()));
    let is_uuid = |nonce: &&str| nonce.len() == 36 && nonce.as_bytes()[14] == b'4';
    assert!(nonces.iter().all(is_uuid), "{nonces:?}");
}

#[test]
fn tencent_v3_requests_match_the_manual() {
    let named = r#""AppName":"秀","DomainName":"push.example.com","StreamName":"8888_测试""#;
    let ended = r#","ResumeTime":"$until""#;
    let far = "forbid --until 2099-01-01T00:00:00Z --reason 侵权";
    for (line, action, more, effect) in [
        ("resume --reason 误封", "ResumeLiveStream", "", "on_air"),
        ("drop", "DropLiveStream", "", "cut_once"),
        ("status", "DescribeLiveStreamState", "", "none"),
        (far, "ForbidLiveStream", &format!(r#"{ended},"Reason":"侵权""#), "off_air"),
        ("forbid --for 2h", "ForbidLiveStream", ended, "off_air"),
    ] {
        let body = r#"{"Response":{"RequestId":"r-1","StreamState":"inactive"}}"#;
        let server = RecordingServer::replies(200, body);
        let home = TestHome::empty();
        let profile = newer_profile(&server.url());
        home.write_config(&profile.replace("domain =", "app_name = \"秀\"\ndomain ="));
        let before = Utc::now();

        // An hour in which Beijing, and whoever is ahead of it, may already have another date.
        let line = format!("tencent {line} 8888_测试 -o json");
        let output = home.run_with(&[("TZ", "Pacific/Kiritimati")], line.split(' '));

        let request = server.only_request();
        assert_only_headers(&request, &server, &["x-tc-action", "x-tc-version", "x-tc-timestamp"]);
        signed_for_tencent(&request, [before, Utc::now()]);
        let result = output.settles(0, if effect == "none" { "read" } else { "applied" }, 1);
        assert_eq!(result["effect"], effect);
        let until = result["operation"]["until"].as_str().unwrap_or_default();
        assert_eq!(request.header("x-tc-action"), Some(action));
        assert_eq!(request.path, "/");
        assert_eq!(request.body, format!("{{{named}{}}}", more.replace("$until", until)));
    }
}

#[test]
fn jd_legacy_forbids_by_whole_minutes() {
    for (length, kind, time, settings) in [
        ("--for 90m", 2, 90, json!({"for": "1h30m"})),
        ("--for 1d", 2, 1440, json!({"for": "1d"})),
        ("--permanent", 1, 0, json!({"permanent": true})),
    ] {
        let body = r#"{"status":0,"msg":"","data":"PUSH.example.com "}"#;
        let (server, home) = RecordingServer::replies(200, body).with_home();
        let line = format!("jd forbid live/a live/b/c --domain push.example.com {length}");

        let output = home.run_json(&line).exits(0);

        let mut requests = server.requests();
        requests.sort_by_key(|request| request.json()["stream"].to_string());
        for (request, stream) in requests.iter().zip(["a", "b/c"]) {
            let body = request.json();
            let expected = json!({
                "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "live",
                "stream": stream, "type": kind, "time": time,
            });
            assert_eq!(body, expected);
            assert_eq!((&*request.path, &*request.method), ("/api/live/forbidStream", "POST"));
        }
        assert_members(&output.operations()[0], &settings);
    }
}

#[test]
fn fractional_ban_units_are_refused() {
    let server = RecordingServer::accepting();
    for (is_newer, length, code) in [
        (false, "--for=59s", 2),
        (false, "--for=90s", 2),
        (false, "--for=500ms", 2),
        (false, "--for=0m", 2),
        (false, "--for=-5m", 2),
        (false, "--for=120s", 0),
        (true, "--for=59s", 0),
        (true, "--for=1500ms", 2),
        (false, "", 2),
        (false, "--for 1m --permanent", 2),
    ] {
        let line = format!("jd forbid live/a --domain push.example.com -n {length}");
        server.home_at(is_newer).run_line(&line).exits(code);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn tencent_legacy_drop_and_status_match_the_manual() {
    let body = r#"{"ret":0,"message":"","output":[{"status":1}]}"#;
    let (server, home) = RecordingServer::replies(200, body).with_home();
    let dropped = home.run_json("tencent drop 8888_a&b").settles(0, "applied", 1);
    let status = home.run_json("tencent status 8888_a&b").settles(0, "read", 1);
    let interfaces = [("Live_Channel_SetStatus", Some("2")), ("Live_Channel_GetStatus", None)];
    for (request, (interface, value)) in server.requests().iter().zip(interfaces) {
        let sent = |name: &str| request.param(name);
        assert_eq!((&*request.method, &*request.path), ("GET", "/common_access"));
        assert_eq!(sent("interface").as_deref(), Some(interface));
        assert_eq!(sent("Param.s.channel_id").as_deref(), Some("8888_a&b"));
        assert_eq!(sent("Param.n.status").as_deref(), value);
        assert!(sent("Param.s.action").is_none() && sent("sign").is_some(), "{}", request.query);
    }
    assert_eq!(server.requests().len(), 2);
    assert_eq!((&dropped["effect"], &status["state"]), (&json!("cut_once"), &json!("live")));
}

#[test]
fn shumei_audio_has_another_path() {
    let body = r#"{"code":1904,"message":"x","requestId":"r"}"#;
    let (server, home) = RecordingServer::replies(200, body).with_home();
    let audio = home.run_json("shumei close 1639 --audio").settles(5, "not_applied refused", 1);
    let video = home.run_json("shumei close 1639").settles(5, "not_applied refused", 1);
    let paths: Vec<_> = server.requests().iter().map(|seen| seen.path.clone()).collect();
    assert_eq!(paths, ["/finish_audiostream/v4", "/finish_videostream/v4"]);
    assert_eq!(audio["operation"], operation("shumei close", "1639", &json!({"audio": true})));
    assert_contains(&audio["error"]["hint"], "pulling");
    assert_contains(&video["error"]["hint"], "concurrent");
}

#[test]
fn tencent_results_carry_domain_and_app() {
    let line = "--sandbox tencent resume cam1 -o json";
    for (api, domain, app) in
        [("v3", json!("push.example.com"), json!("live")), ("legacy", Value::Null, Value::Null)]
    {
        let environment = [("LIVECTL_TENCENT_API", api)];
        let output = TestHome::empty().run_with(&environment, line.split(' '));
        assert_members(&output.only_result()["operation"], &json!({"domain": domain, "app": app}));
    }
}
