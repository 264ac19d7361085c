//! The request of each operation at each API version, signed as the manuals have it.

use chrono::Utc;

use super::{is_signed_for_jd, is_signed_for_tencent, told};
use crate::prelude::*;

/// Nothing travels beside these, and what HTTP itself asks for.
#[track_caller]
fn has_only(request: &ReceivedRequest, server: &RecordingServer, own: &[&str]) {
    let usual = [
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "content-type",
        "content-length",
        "authorization",
    ];
    for (name, value) in &request.headers {
        assert!(usual.contains(&name.as_str()) || own.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(request.header("host"), server.url().strip_prefix("http://"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}

#[test]
fn jd_openapi_requests_match_the_manual() {
    let body = |rest: &str| {
        format!(
            r#"{{"publishDomain":"push.example.com","appName":"直播","streamName":"a/b"{rest}}}"#
        )
    };
    for (line, sent, effect, setting) in [
        (
            "jd forbid 直播/a/b --domain push.example.com --for 90s",
            ("PUT", "/v1/streams%3Aforbid", "", body(r#","forbidTime":90"#)),
            "off_air",
            json!({"domain": "push.example.com", "for": "1m30s"}),
        ),
        (
            "jd forbid 直播/a/b --domain push.example.com --permanent",
            ("PUT", "/v1/streams%3Aforbid", "", body(r#","forbidTime":0"#)),
            "off_air",
            json!({"domain": "push.example.com", "permanent": true}),
        ),
        (
            "jd permit 直播/a/b --domain push.example.com",
            ("PUT", "/v1/streams%3Aresume", "", body("")),
            "on_air",
            json!({"domain": "push.example.com"}),
        ),
        (
            "jd drop 直播/a/b --domain push.example.com --reason 换主播",
            ("PUT", "/v1/streams%3Ainterrupt", "", body("")),
            "cut_once",
            json!({"domain": "push.example.com", "reason": "换主播"}),
        ),
    ] {
        let server = RecordingServer::always(response(200, r#"{"requestId":"r-1","result":{}}"#));
        let home = TestHome::newer(&format!("{}/gate way", server.url()).replace(' ', "%20"));
        let before = Utc::now();

        let output = home.run_json(line).exits(0);

        let request = server.only_request();
        has_only(&request, &server, &["x-jdcloud-date", "x-jdcloud-nonce"]);
        is_signed_for_jd(&request, [before, Utc::now()]);
        let (method, path, query, body) = sent;
        assert_eq!(
            (request.method.as_str(), request.query.as_str(), request.body),
            (method, query, body),
            "{line}"
        );
        assert_eq!(request.path, format!("/gate%20way{path}"));
        let result = output.only_result();
        assert_eq!((told(&result), &result["effect"]), (("applied", "", 1), &json!(effect)));
        let mut operation = json!({"vendor": "jd", "action": line.split(' ').nth(1), "target": "直播/a/b", "profile": "prod"});
        operation.as_object_mut().unwrap().extend(setting.as_object().unwrap().clone());
        assert_eq!(result["operation"], operation);
        assert_eq!(result["response"], json!({"requestId": "r-1", "result": {}}));
        assert_eq!((&result["code"], &result["http_status"]), (&Value::Null, &json!(200)));
    }
}

#[test]
fn jd_openapi_sends_one_request_per_stream() {
    let server = RecordingServer::accepting();
    let output =
        server.newer_home().run_json("jd permit live/a live/b live/c --domain push.example.com");

    assert_eq!(output.code, Some(0), "{output:?}");
    let mut nonces: Vec<_> = server
        .requests()
        .iter()
        .map(|seen| seen.header("x-jdcloud-nonce").unwrap().to_owned())
        .collect();
    let mut streams: Vec<_> = server
        .requests()
        .iter()
        .map(|seen| seen.json()["streamName"].clone().to_string())
        .collect();
    nonces.sort_unstable();
    nonces.dedup();
    streams.sort_unstable();
    assert_eq!(
        (nonces.len(), streams),
        (3, ["\"a\"", "\"b\"", "\"c\""].map(str::to_owned).to_vec())
    );
    assert!(
        nonces.iter().all(|nonce| nonce.len() == 36 && nonce.as_bytes()[14] == b'4'),
        "{nonces:?}"
    );
}

#[test]
fn tencent_v3_requests_match_the_manual() {
    for (line, action, extra, effect) in [
        ("tencent resume 8888_测试 --reason 误封", "ResumeLiveStream", "", "on_air"),
        ("tencent drop 8888_测试", "DropLiveStream", "", "cut_once"),
        ("tencent status 8888_测试", "DescribeLiveStreamState", "", "none"),
        (
            "tencent forbid 8888_测试 --until 2099-01-01T00:00:00Z --reason 侵权",
            "ForbidLiveStream",
            r#","ResumeTime":"$until","Reason":"侵权""#,
            "off_air",
        ),
        (
            "tencent forbid 8888_测试 --for 2h",
            "ForbidLiveStream",
            r#","ResumeTime":"$until""#,
            "off_air",
        ),
    ] {
        let server = RecordingServer::always(response(
            200,
            r#"{"Response":{"RequestId":"r-1","StreamState":"inactive"}}"#,
        ));
        let home = TestHome::empty();
        home.write_config(
            &newer_profile(&server.url()).replace("domain =", "app_name = \"秀\"\ndomain ="),
        );
        let before = Utc::now();

        // An hour in which Beijing, and whoever is ahead of it, may already have another date.
        let output = RunOutput::from(
            home.livectl(line.split(' ').chain(["-o", "json"]))
                .env("TZ", "Pacific/Kiritimati")
                .output()
                .unwrap(),
        );

        let request = server.only_request();
        has_only(&request, &server, &["x-tc-action", "x-tc-version", "x-tc-timestamp"]);
        is_signed_for_tencent(&request, [before, Utc::now()]);
        let result = output.only_result();
        let until = result["operation"]["until"].as_str().unwrap_or_default();
        let extra = extra.replace("$until", until);
        assert_eq!(request.header("x-tc-action"), Some(action));
        assert_eq!(
            (request.path.as_str(), request.body),
            (
                "/",
                format!(
                    r#"{{"AppName":"秀","DomainName":"push.example.com","StreamName":"8888_测试"{extra}}}"#
                )
            )
        );
        assert_eq!(
            (output.code, told(&result), &result["effect"]),
            (Some(0), (if effect == "none" { "read" } else { "applied" }, "", 1), &json!(effect))
        );
    }
}

#[test]
fn jd_legacy_forbids_by_whole_minutes() {
    for (length, kind, time, setting) in [
        ("--for 90m", 2, 90, json!({"for": "1h30m"})),
        ("--for 1d", 2, 1440, json!({"for": "1d"})),
        ("--permanent", 1, 0, json!({"permanent": true})),
    ] {
        let server = RecordingServer::always(response(
            200,
            r#"{"status":0,"msg":"","data":"PUSH.example.com "}"#,
        ));
        let line = format!("jd forbid live/a live/b/c --domain push.example.com {length}");

        let output = server.home().run_json(&line).exits(0);

        let mut bodies: Vec<_> = server.requests().iter().map(ReceivedRequest::json).collect();
        bodies.sort_by_key(|body| body["stream"].to_string());
        for (body, stream) in bodies.iter().zip(["a", "b/c"]) {
            let expected = json!({
                "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "live",
                "stream": stream, "type": kind, "time": time,
            });
            assert_eq!(body, &expected);
        }
        assert!(
            server
                .requests()
                .iter()
                .all(|seen| seen.path == "/api/live/forbidStream" && seen.method == "POST")
        );
        let operation = &output.results()[0]["operation"];
        assert!(
            setting.as_object().unwrap().iter().all(|(key, value)| operation[key] == *value),
            "{operation}"
        );
    }
}

#[test]
fn fractional_ban_units_are_refused() {
    let server = RecordingServer::accepting();
    for (home, length, is_taken) in [
        (server.home(), "59s", false),
        (server.home(), "90s", false),
        (server.home(), "500ms", false),
        (server.home(), "0m", false),
        (server.home(), "-5m", false),
        (server.home(), "120s", true),
        (server.newer_home(), "59s", true),
        (server.newer_home(), "1500ms", false),
    ] {
        let line = format!("jd forbid live/a --domain push.example.com -n --for={length}");
        home.run_line(&line).exits(if is_taken { 0 } else { 2 });
    }
    for line in [
        "jd forbid live/a --domain push.example.com",
        "jd forbid live/a --domain push.example.com --for 1m --permanent",
    ] {
        assert_eq!(server.home().run_json(line).code, Some(2), "{line}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn tencent_legacy_drop_and_status_match_the_manual() {
    let server =
        RecordingServer::always(response(200, r#"{"ret":0,"message":"","output":[{"status":1}]}"#));
    let home = server.home();

    let dropped = home.run_json("tencent drop 8888_a&b").only_result();
    let status = home.run_json("tencent status 8888_a&b").only_result();

    let [drop, look] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    for (request, interface) in
        [(&drop, "Live_Channel_SetStatus"), (&look, "Live_Channel_GetStatus")]
    {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/common_access"));
        assert_eq!(request.param("interface").as_deref(), Some(interface));
        assert_eq!(request.param("Param.s.channel_id").as_deref(), Some("8888_a&b"));
        assert!(
            !request.query.contains("Param.s.action") && request.param("sign").is_some(),
            "{}",
            request.query
        );
    }
    assert_eq!(
        (drop.param("Param.n.status").as_deref(), look.param("Param.n.status")),
        (Some("2"), None)
    );
    assert_eq!((told(&dropped), &dropped["effect"]), (("applied", "", 1), &json!("cut_once")));
    assert_eq!((told(&status), &status["state"]), (("read", "", 1), &json!("live")));
}

#[test]
fn shumei_audio_has_its_own_path() {
    let server =
        RecordingServer::always(response(200, r#"{"code":1904,"message":"x","requestId":"r"}"#));
    let home = server.home();

    let audio = home.run_json("shumei close 1639 --audio").only_result();
    let video = home.run_json("shumei close 1639").only_result();

    let paths: Vec<_> = server.requests().iter().map(|seen| seen.path.clone()).collect();
    assert_eq!(paths, ["/finish_audiostream/v4", "/finish_videostream/v4"]);
    assert_eq!(
        (told(&audio), told(&video)),
        (("not_applied", "refused", 1), ("not_applied", "refused", 1))
    );
    assert_eq!(
        audio["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "1639", "audio": true, "profile": "prod"})
    );
    let hint = |result: &Value| result["error"]["hint"].as_str().unwrap().to_owned();
    assert!(
        hint(&audio).contains("pulling") && hint(&video).contains("concurrent"),
        "{audio} {video}"
    );
}

#[test]
fn tencent_results_carry_domain_and_app() {
    let operation = |api: &str| {
        let home = TestHome::empty();
        let mut command = home.livectl("--sandbox tencent resume cam1 -o json".split(' '));
        let output = RunOutput::from(command.env("LIVECTL_TENCENT_API", api).output().unwrap());
        let operation = &output.only_result()["operation"];
        (operation["domain"].clone(), operation["app"].clone())
    };
    assert_eq!(operation("v3"), (json!("push.example.com"), json!("live")));
    assert_eq!(operation("legacy"), (Value::Null, Value::Null));
}
