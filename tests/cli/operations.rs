//! The operations that each version of the vendors' APIs offers: what is sent, how it is signed, how responses are reported,
//! and what is read back.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::fault_server::request::ReceivedRequest;
use super::faults::say_skipped;
use super::fixture::{
    OPENAPI_SECRET, RunOutput, TestHome, V3_SECRET, VendorServer, lines, newer_profile,
};
use super::hashes::{hex, hmac_chain, sha256_hex};
use super::recording_server::{MockResponse, RecordingServer, accepted, response};
use super::secrets::{encodings, leak, leak_in_files};

/// Outcome, error kind and attempts.
fn told(result: &Value) -> (&str, &str, u64) {
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let kind = result["error"]["kind"].as_str().unwrap_or_default();
    assert_eq!(text(&result["error"]["kind"]), kind);
    (result["outcome"].as_str().unwrap(), kind, result["attempts"].as_u64().unwrap())
}

/// The parts of an `Authorization` header: algorithm, credential, the names of the signed headers, signature.
fn authorization(request: &ReceivedRequest) -> [String; 4] {
    let header = request.header("authorization").unwrap();
    let (algorithm, rest) = header.split_once(' ').unwrap();
    let parts: Vec<_> = rest.split(", ").collect();
    let value = |index: usize, name: &str| parts[index].strip_prefix(name).unwrap().to_owned();
    assert_eq!(parts.len(), 3, "{header}");
    [
        algorithm.to_owned(),
        value(0, "Credential="),
        value(1, "SignedHeaders="),
        value(2, "Signature="),
    ]
}

/// The headers named, as canonical requests hold them.
fn canonical_headers(
    request: &ReceivedRequest,
    names: &str,
    value: impl Fn(&str, &str) -> String,
) -> String {
    let line = |name: &str| format!("{name}:{}\n", value(name, request.header(name).unwrap()));
    names.split(';').map(line).collect()
}

/// What JD's signer makes of the request that came, from the manual alone.
#[track_caller]
fn is_signed_for_jd(request: &ReceivedRequest, between: [DateTime<Utc>; 2]) {
    let [algorithm, credential, names, signature] = authorization(request);
    let date_time = request.header("x-jdcloud-date").unwrap();
    let at = NaiveDateTime::parse_from_str(date_time, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
    assert!(between[0].timestamp() <= at.timestamp() && at <= between[1], "{date_time}");
    let date = &date_time[..8];
    let scope = format!("{date}/jdcloud-api/live/jdcloud2_request");
    assert_eq!(credential, format!("JDC_4715/{scope}"));
    assert_eq!(
        (algorithm.as_str(), names.as_str()),
        ("JDCLOUD2-HMAC-SHA256", "content-type;host;x-jdcloud-date;x-jdcloud-nonce")
    );
    assert!(!request.path.contains(':'), "{}", request.path);
    let mut query: Vec<_> = request.query.split('&').collect();
    query.sort_unstable();
    let headers = canonical_headers(request, &names, |_, value| value.to_owned());
    let canonical = [
        request.method.as_str(),
        &request.path,
        &query.join("&"),
        &headers,
        &names,
        &sha256_hex(&request.body),
    ]
    .join("\n");
    let string_to_sign = format!("{algorithm}\n{date_time}\n{scope}\n{}", sha256_hex(&canonical));
    let key = format!("JDCLOUD2{OPENAPI_SECRET}");
    let chain = [date, "jdcloud-api", "live", "jdcloud2_request", &string_to_sign];
    assert_eq!(signature, hex(&hmac_chain(&key, chain)));
}

/// What Tencent's signer makes of the request that came, from the manual alone.
#[track_caller]
fn is_signed_for_tencent(request: &ReceivedRequest, between: [DateTime<Utc>; 2]) {
    let [algorithm, credential, names, signature] = authorization(request);
    let timestamp = request.header("x-tc-timestamp").unwrap();
    let at = DateTime::from_timestamp(timestamp.parse().unwrap(), 0).unwrap();
    assert!(between[0].timestamp() <= at.timestamp() && at <= between[1], "{timestamp}");
    let date = at.format("%Y-%m-%d").to_string();
    assert_eq!(credential, format!("AKID4716/{date}/live/tc3_request"));
    assert_eq!(
        (algorithm.as_str(), names.as_str()),
        ("TC3-HMAC-SHA256", "content-type;host;x-tc-action")
    );
    assert_eq!((request.method.as_str(), request.query.as_str()), ("POST", ""));
    assert_eq!(request.header("x-tc-version"), Some("2018-08-01"));
    let lower = |name: &str, value: &str| {
        if name == "x-tc-action" { value.to_lowercase() } else { value.to_owned() }
    };
    let headers = canonical_headers(request, &names, lower);
    let canonical = ["POST", "/", "", &headers, &names, &sha256_hex(&request.body)].join("\n");
    let string_to_sign =
        format!("{algorithm}\n{timestamp}\n{date}/live/tc3_request\n{}", sha256_hex(&canonical));
    let chain = [&date, "live", "tc3_request", &string_to_sign];
    assert_eq!(signature, hex(&hmac_chain(&format!("TC3{V3_SECRET}"), chain)));
}

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

// What is sent

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

        let output = home.run_json(line);

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
        assert_eq!(
            (output.code, told(&result), &result["effect"]),
            (Some(0), ("applied", "", 1), &json!(effect))
        );
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

        let output = server.home().run_json(&line);

        assert_eq!(output.code, Some(0), "{output:?}");
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
        let output = home.run_line(&line);

        assert_eq!(output.code, Some(if is_taken { 0 } else { 2 }), "{length}: {output:?}");
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

// How replies are told

#[test]
fn tencent_state_has_the_same_words() {
    let old =
        |body: &str| (RecordingServer::home as fn(&RecordingServer) -> TestHome, body.to_owned());
    let new = |word: &str| {
        let body = json!({"Response": {"RequestId": "r", "StreamState": word}});
        (RecordingServer::newer_home as fn(&RecordingServer) -> TestHome, body.to_string())
    };
    for ((home, body), state) in [
        (old(r#"{"ret":0,"output":[{"status":0}]}"#), "idle"),
        (old(r#"{"ret":0,"output":[{"status":"1"}]}"#), "live"),
        (old(r#"{"ret":0,"output":[{"status":0},{"status":3},{"status":1}]}"#), "forbidden"),
        (old(r#"{"ret":0,"output":{"status":1}}"#), "live"),
        (old(r#"{"ret":20601,"message":"no such channel"}"#), "never_pushed"),
        (new("active"), "live"),
        (new("inactive"), "idle"),
        (new("forbid"), "forbidden"),
    ] {
        let server = RecordingServer::always(response(200, &body));
        let output = home(&server).run_json("tencent status 8888_a");

        let result = output.only_result();
        assert_eq!(
            (output.code, told(&result), &result["state"]),
            (Some(0), ("read", "", 1), &json!(state)),
            "{body}"
        );
        assert_eq!((&result["items"], &result["verified"]), (&Value::Null, &Value::Null));
    }
    for (home, body) in [
        old(r#"{"ret":0}"#),
        old(r#"{"ret":0,"output":[]}"#),
        old(r#"{"ret":0,"output":[{"status":7}]}"#),
        old(r#"{"ret":0,"output":[{}]}"#),
        new("ACTIVE"),
        new(""),
        (RecordingServer::newer_home, r#"{"Response":{"RequestId":"r"}}"#.to_owned()),
    ] {
        let server = RecordingServer::always(response(200, &body).retry_now());
        let output = home(&server).run_json("tencent status 8888_a");

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(4), ("unknown", "protocol", 3)), "{body}");
        assert_eq!(result["state"], Value::Null);
    }
}

#[test]
fn tencent_v3_errors_have_classes() {
    for (code, expected, exit_code, says_more) in [
        ("InvalidParameterValue", ("not_applied", "refused", 1), 5, ""),
        (
            "ResourceNotFound.ForbidService",
            ("not_applied", "refused", 1),
            5,
            "not there or not open",
        ),
        ("UnauthorizedOperation", ("not_applied", "refused", 1), 5, "may not do this"),
        ("ActionOffline", ("not_applied", "refused", 1), 5, "out of service"),
        ("Brand.New", ("not_applied", "refused", 1), 5, ""),
        ("AuthFailure.SignatureFailure", ("not_applied", "credentials", 1), 5, "secret_key"),
        ("AuthFailure.SecretIdNotFound", ("not_applied", "credentials", 1), 5, "secret_id"),
        ("AuthFailure.SignatureExpire", ("not_applied", "credentials", 1), 5, "clock"),
        ("RequestLimitExceeded", ("not_applied", "throttled", 2), 5, ""),
        ("InternalError.GetStreamInfoError", ("unknown", "http", 2), 4, ""),
        ("FailedOperation.CallOtherSvrFailed", ("unknown", "http", 2), 4, ""),
    ] {
        let body = json!({"Response": {"RequestId": "r", "Error": {"Code": code, "Message": "words\u{1b}[2J"}}});
        let server = RecordingServer::always(response(200, body.to_string()).retry_now());
        let output = server.newer_home().run_json("tencent resume 8888_a --attempts 2");

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(exit_code), expected), "{code}");
        assert_eq!((&result["code"], &result["http_status"]), (&json!(code), &json!(200)));
        let error = &result["error"];
        assert!(error["message"].as_str().unwrap().ends_with(&format!("({code})")), "{error}");
        assert!(error["hint"].as_str().unwrap_or_default().contains(says_more), "{error}");
    }
}

#[test]
fn jd_openapi_errors_have_classes() {
    for (status, code, expected, exit_code) in [
        (400, 400, ("not_applied", "refused", 1), 5),
        (403, 403, ("not_applied", "refused", 1), 5),
        (404, 404, ("not_applied", "refused", 1), 5),
        (200, 404, ("not_applied", "refused", 1), 5),
        (401, 401, ("not_applied", "credentials", 1), 5),
        (500, 500, ("unknown", "http", 2), 4),
        (503, 503, ("unknown", "http", 2), 4),
    ] {
        let error = json!({"code": code, "status": "WORD", "message": "words"});
        let server = RecordingServer::always(
            response(status, json!({"requestId": "r", "error": error}).to_string()).retry_now(),
        );
        let line = "jd permit live/a --domain push.example.com --attempts 2";
        let output = server.newer_home().run_json(line);

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(exit_code), expected), "{status}");
        let answered = (&result["code"], &result["http_status"], &result["message"]);
        assert_eq!(answered, (&json!(code), &json!(status), &json!("words")));
    }
}

#[test]
fn refused_signature_reports_the_clock_difference() {
    let refusals = [
        (
            RecordingServer::newer_home as fn(&RecordingServer) -> TestHome,
            "tencent drop a b c -j1",
            200,
            r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureExpire","Message":"m"}}}"#,
        ),
        (
            RecordingServer::newer_home,
            "jd drop live/a live/b live/c --domain push.example.com -j1",
            401,
            r#"{"requestId":"r","error":{"code":401,"status":"UNAUTHENTICATED","message":"m"}}"#,
        ),
        (
            RecordingServer::home,
            "jd forbid live/a live/b live/c --domain push.example.com --for 1h -j1",
            200,
            r#"{"status":7}"#,
        ),
    ];
    for (home, line, status, body) in refusals {
        for (off, tells) in
            [(600, "behind the server's"), (-7200, "ahead of the server's"), (0, "agrees with")]
        {
            let date = move || {
                (Utc::now() + TimeDelta::seconds(off)).format("%a, %d %b %Y %T GMT").to_string()
            };
            let server =
                RecordingServer::start(move |_| response(status, body).header("date", date()));
            let output = home(&server).run_json(line);

            server.only_request();
            let results = output.results();
            assert_eq!(told(&results[0]), ("not_applied", "credentials", 1), "{output:?}");
            assert_eq!(
                (told(&results[1]), told(&results[2])),
                (("skipped", "stopped", 0), ("skipped", "stopped", 0))
            );
            assert!(
                results[0]["error"]["hint"].as_str().unwrap().contains(tells),
                "{off}: {output:?}"
            );
        }
    }
}

// Lists

/// The page asked for of a list of so many items.
fn page_of(total: u64, request: &ReceivedRequest) -> MockResponse {
    page_of_a_wrong_total(total, total, request)
}

/// The same from a vendor that has `count` items and says that they are `total`.
fn page_of_a_wrong_total(count: u64, total: u64, request: &ReceivedRequest) -> MockResponse {
    let is_old = request.path == "/api/live/queryForbidden";
    let (number, size): (u64, u64) = if is_old {
        let body = request.json();
        (body["pageNumber"].as_u64().unwrap(), body["pageSize"].as_u64().unwrap())
    } else {
        let number = |name| request.param(name).unwrap().parse().unwrap();
        (number("pageNum"), number("pageSize"))
    };
    let numbers = (number - 1) * size..count.min(number * size);
    let body = if is_old {
        let ban = |number| json!({"app": "live", "stream": format!("s{number}"), "type": 2, "endTime": "2099-01-01 08:00:00"});
        json!({"status": 0, "data": {"total": total, "streams": numbers.map(ban).collect::<Vec<_>>()}})
    } else {
        let stream = |number| json!({"appName": "live", "streamName": format!("s{number}"), "publishTime": "2026-11-21T10:00:00Z"});
        let streams: Vec<_> = numbers.map(stream).collect();
        json!({"requestId": "r", "result": {"totalCount": total, "pageNumber": number, "onlineStreamInfos": streams}})
    };
    response(200, body.to_string())
}

/// The command, its profile, and a page's size.
type Listing = (fn(&RecordingServer) -> TestHome, &'static str, u64);

const LISTS: [Listing; 2] = [
    (RecordingServer::home, "jd forbidden --domain push.example.com", 10),
    (RecordingServer::newer_home, "jd online --domain push.example.com", 100),
];

#[test]
fn list_reads_every_page() {
    for (home, line, size) in LISTS {
        let total = size * 2 + 5;
        let server = RecordingServer::start(move |request| page_of(total, request));
        let before = Utc::now();

        let output = home(&server).run_json(line);

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(0), ("read", "", 3)), "{output:?}");
        let action = line.split(' ').nth(1);
        assert_eq!(
            result["operation"],
            json!({"vendor": "jd", "action": action, "target": "push.example.com", "profile": "prod"})
        );
        assert_eq!((&result["effect"], &result["state"]), (&json!("none"), &Value::Null));
        let name = |item: &Value| item["target"].as_str().unwrap().replace("live/", "");
        let names: Vec<_> = result["items"].as_array().unwrap().iter().map(name).collect();
        assert_eq!(names, (0..total).map(|number| format!("s{number}")).collect::<Vec<_>>());
        assert_eq!(server.requests().len(), 3);
        if size == 100 {
            let after = Utc::now();
            server.requests().iter().for_each(|request| is_signed_for_jd(request, [before, after]));
        }
    }
}

#[test]
fn list_requests_match_the_manual() {
    let server = RecordingServer::start(|request| page_of(1, request));

    let old =
        server.home().run_json("jd forbidden --domain push.example.com --app 直播 --stream a/b");
    let new = server.newer_home().run_json("jd online --domain push.example.com --app 直播&x=1");

    assert_eq!((old.code, new.code), (Some(0), Some(0)), "{old:?} {new:?}");
    let [forbidden, online] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    let body = forbidden.json();
    assert_eq!(
        (forbidden.method.as_str(), forbidden.path.as_str()),
        ("POST", "/api/live/queryForbidden")
    );
    assert_eq!(
        body,
        json!({
            "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "直播",
            "stream": "a/b", "start_time": "2016-01-01 00:00", "pageNumber": 1, "pageSize": 10,
        })
    );
    assert_eq!((online.method.as_str(), online.body.as_str()), ("GET", ""));
    assert_eq!(online.path, "/v1/streams/push.example.com/onlineList");
    assert_eq!(online.query, "appName=%E7%9B%B4%E6%92%AD%26x%3D1&pageNum=1&pageSize=100");
    assert_eq!(online.header("content-type"), Some("application/json"));
    let operation = &old.only_result()["operation"];
    assert_eq!((&operation["app"], &operation["stream"]), (&json!("直播"), &json!("a/b")));
}

#[test]
fn list_with_a_failed_page_fails() {
    for (home, line, size) in LISTS {
        let calls = AtomicUsize::new(0);
        let server =
            RecordingServer::start(move |request| match calls.fetch_add(1, Ordering::Relaxed) {
                0 => page_of(size * 3, request),
                _ => response(503, "").retry_now(),
            });
        let output = home(&server).run_json(line);

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(4), ("unknown", "http", 4)), "{output:?}");
        assert_eq!((&result["items"], &result["http_status"]), (&Value::Null, &json!(503)));
    }
}

#[test]
fn list_may_change_while_it_is_read() {
    for (home, line, size) in LISTS {
        let server = RecordingServer::start(|request| page_of(0, request));
        let result = home(&server).run_json(line).only_result();
        assert_eq!((told(&result), &result["items"]), (("read", "", 1), &json!([])));

        let calls = AtomicUsize::new(0);
        let grown = RecordingServer::start(move |request| {
            page_of(size + 1 + calls.fetch_add(1, Ordering::Relaxed) as u64, request)
        });
        let result = home(&grown).run_json(line).only_result();
        assert_eq!(
            (told(&result), result["items"].as_array().unwrap().len() as u64),
            (("read", "", 2), size + 2)
        );

        let short =
            RecordingServer::start(move |request| page_of_a_wrong_total(size, size * 2, request));
        let output = home(&short).run_json(line);
        let result = output.only_result();
        assert_eq!(
            (told(&result), result["items"].as_array().unwrap().len() as u64),
            (("read", "", 2), size)
        );
        let note = format!("the list has {size} of {} items", size * 2);
        assert!(output.stderr.contains(&note), "{output:?}");
    }
}

#[test]
fn look_table_shows_streams() {
    let server = RecordingServer::start(|request| page_of(2, request));
    let output = server.home().run_line("jd forbidden --domain push.example.com");
    let rows: Vec<_> = output.stdout.lines().collect();
    assert_eq!(rows.len(), 3, "{output:?}");
    assert!(rows[1].starts_with("live/s0  forbidden  2099-01-01 08:00:00 +08:00, in "), "{rows:?}");
    let output = server.newer_home().run_line("jd online --domain push.example.com");
    assert!(
        output.stdout.contains("live/s1  live   since 2026-11-21 18:00:00 +08:00"),
        "{output:?}"
    );
    let server = RecordingServer::always(response(200, r#"{"ret":20601}"#));
    let output = server.home().run_line("tencent status 8888_a");
    assert!(output.stdout.lines().nth(1).unwrap().ends_with("never_pushed"), "{output:?}");
}

// Reading back

/// A vendor that says that all is well, and whose streams are forbidden as the rule has it.
fn vendor(
    is_forbidden: impl Fn(&ReceivedRequest) -> bool + Send + Sync + 'static,
) -> RecordingServer {
    RecordingServer::start(move |request| {
        if request.is_look() {
            response(200, state(request, is_forbidden(request)))
        } else {
            accepted(request)
        }
    })
}

/// The state that is read, of a stream that is forbidden, or permitted and idle.
fn state(request: &ReceivedRequest, is_forbidden: bool) -> String {
    if request.header("x-tc-action").is_some() {
        let state = if is_forbidden { "forbid" } else { "inactive" };
        return json!({"Response": {"RequestId": "r", "StreamState": state}}).to_string();
    }
    let body = if request.body.is_empty() { Value::Null } else { request.json() };
    let ban = json!({"app": body["app"], "stream": body["stream"], "type": 1});
    let streams: Vec<_> = is_forbidden.then_some(ban).into_iter().collect();
    json!({
        "status": 0, "data": {"total": streams.len(), "streams": streams, "publishNormalTimeout": 30},
        "ret": 0, "output": [{"status": if is_forbidden { 3 } else { 0 }}],
    })
    .to_string()
}

fn verify(home: &TestHome, line: &str) -> RunOutput {
    home.run_json(&format!("{line} --verify --verify-timeout 1200ms"))
}

/// The commands that can be verified, whether at the later API, whether they forbid, and the state where they agree.
const VERIFIABLE: [(&str, bool, bool, &str); 8] = [
    ("jd forbid live/a --domain push.example.com --for 1h", false, true, "forbidden"),
    ("jd permit live/a --domain push.example.com", false, false, "permitted"),
    ("tencent forbid 8888_a --for 1h", false, true, "forbidden"),
    ("tencent resume 8888_a", false, false, "idle"),
    ("tencent drop 8888_a", false, false, "idle"),
    ("tencent forbid 8888_a --for 1h", true, true, "forbidden"),
    ("tencent resume 8888_a", true, false, "idle"),
    ("tencent drop 8888_a", true, false, "idle"),
];

#[test]
fn agreeing_state_is_verified() {
    for (line, is_newer, forbids, seen) in VERIFIABLE {
        let server = vendor(move |_| forbids);
        let home = if is_newer { server.newer_home() } else { server.home() };
        let output = verify(&home, line);

        let result = output.only_result();
        assert_eq!(
            (output.code, told(&result)),
            (Some(0), ("applied", "", 1)),
            "{line}: {output:?}"
        );
        assert_eq!((&result["verified"], &result["state"]), (&json!(true), &json!(seen)), "{line}");
        assert_eq!(server.requests().len(), 2, "{line}");
    }
}

#[test]
fn disagreeing_state_is_unverified() {
    for (line, is_newer, forbids, _) in
        VERIFIABLE.into_iter().filter(|(line, ..)| !line.contains("drop"))
    {
        for is_slow in [false, true] {
            let checks = AtomicUsize::new(0);
            let server =
                vendor(move |_| forbids == (is_slow && checks.fetch_add(1, Ordering::Relaxed) > 0));
            let home = if is_newer { server.newer_home() } else { server.home() };
            let started = Instant::now();
            let output = verify(&home, line);

            let result = output.only_result();
            if is_slow {
                assert_eq!(
                    (told(&result), &result["verified"]),
                    (("applied", "", 1), &json!(true)),
                    "{line}"
                );
                assert_eq!(server.requests().len(), 3, "{line}");
            } else {
                assert_eq!(
                    (output.code, told(&result)),
                    (Some(4), ("unknown", "unverified", 1)),
                    "{line}: {output:?}"
                );
                assert_eq!(result["verified"], false);
                assert!(
                    result["error"]["message"]
                        .as_str()
                        .unwrap()
                        .contains(result["state"].as_str().unwrap())
                );
                assert!(started.elapsed() > Duration::from_millis(900), "it had time to agree");
            }
        }
    }
}

#[test]
fn timeout_is_verified_to_the_second() {
    for (answers, verified, kind, seen) in [
        (r#"{"status":0,"data":{"publishNormalTimeout":30}}"#, json!(true), "", json!("30s")),
        (
            r#"{"status":0,"data":{"publishNormalTimeout":"31"}}"#,
            json!(false),
            "unverified",
            json!("31s"),
        ),
        (r#"{"status":0,"data":{}}"#, Value::Null, "", Value::Null),
        (r#"{"status":12,"msg":"no"}"#, Value::Null, "", Value::Null),
    ] {
        let server = RecordingServer::start(move |request| {
            if request.is_look() { response(200, answers) } else { accepted(request) }
        });
        let output = verify(&server.home(), "jd timeout push.example.com --seconds 30");

        let result = output.only_result();
        assert_eq!(
            (&result["verified"], &result["state"], told(&result).1),
            (&verified, &seen, kind),
            "{answers}"
        );
        let request = server.requests()[1].clone();
        assert_eq!(request.path, "/api/live/queryDomainConfig");
        assert_eq!(request.json()["domain"], "push.example.com");
    }
}

#[test]
fn streams_of_a_batch_are_verified_separately() {
    let server = vendor(|request| request.json()["stream"] == "b");
    let output = verify(&server.home(), "jd permit live/a live/b --domain push.example.com");

    let results = output.results();
    assert_eq!(server.requests()[0].streams(), ["live/a", "live/b"]);
    assert_eq!(
        (told(&results[0]), told(&results[1])),
        (("applied", "", 1), ("unknown", "unverified", 1))
    );
    assert_eq!((&results[0]["verified"], &results[1]["verified"]), (&json!(true), &json!(false)));
    assert_eq!(output.code, Some(4));
}

#[test]
fn unverifiable_operation_is_noted() {
    // The OpenAPI does not tell whether a stream may be pushed.
    let server = RecordingServer::accepting();
    let output = verify(&server.newer_home(), "jd permit live/a --domain push.example.com");

    server.only_request();
    let result = output.only_result();
    assert_eq!(
        (output.code, &result["verified"], &result["state"]),
        (Some(0), &Value::Null, &Value::Null)
    );
    assert!(output.stderr.contains("cannot be verified"), "{output:?}");
}

#[test]
fn verify_timeout_needs_verify() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let output = home.run_json("tencent resume 8888_a --verify-timeout 5s");
    assert_eq!((output.code, server.requests().len()), (Some(2), 0), "{output:?}");
    assert!(output.stderr.contains("--verify"), "{output:?}");
    assert_eq!(home.run_json("tencent resume 8888_a --verify-timeout 50ms --verify").code, Some(2));
    assert_eq!(home.run_json("tencent resume 8888_a").code, Some(0));
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

#[test]
fn verify_looks_only_after_a_success() {
    let server = RecordingServer::accepting();
    let output = server.home().run_json("tencent forbid 8888_a --for 1h");
    assert_eq!(
        (output.code, &output.only_result()["verified"], server.requests().len()),
        (Some(0), &Value::Null, 1)
    );

    let server = RecordingServer::always(response(200, r#"{"ret":7}"#));
    let output = verify(&server.home(), "tencent forbid 8888_a --for 1h");
    assert_eq!(
        (told(&output.only_result()), server.requests().len()),
        (("not_applied", "refused", 1), 1)
    );
}

#[test]
#[cfg(unix)]
fn signal_during_verify_takes_nothing_back() {
    let server = RecordingServer::start(|request| {
        if request.is_look() { response(200, state(request, false)) } else { accepted(request) }
    });
    let home = server.home();
    let line = "tencent forbid 8888_a --for 1h --verify --verify-timeout 30s --journal j -o json";
    let child = home.process(line.split(' ')).spawn().unwrap();
    let started = Instant::now();
    server.wait_for(2);
    let sent =
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let output = RunOutput::from(child.wait_with_output().unwrap());

    assert!(sent.success() && started.elapsed() < Duration::from_secs(20));
    let result = output.only_result();
    assert_eq!((output.code, told(&result)), (Some(130), ("applied", "", 1)), "{output:?}");
    assert_eq!((&result["verified"], &result["held"]), (&Value::Null, &Value::Null));
    assert!(output.stderr.contains("1 target was not looked at to the end"), "{output:?}");
    let kinds: Vec<_> = home
        .read("j")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone())
        .collect();
    // The state that was read is recorded once more.
    assert_eq!(kinds, ["run", "intent", "result", "result", "end"]);
}

#[test]
fn verify_result_is_recorded() {
    let is_obeyed = Arc::new(AtomicBool::new(false));
    let server = {
        let is_obeyed = Arc::clone(&is_obeyed);
        vendor(move |_| is_obeyed.load(Ordering::Relaxed))
    };
    let home = server.home();
    let line = "tencent forbid 8888_a --for 1h --journal j --resume";

    assert_eq!(told(&verify(&home, line).only_result()), ("unknown", "unverified", 1));
    is_obeyed.store(true, Ordering::Relaxed);
    let acts =
        || server.requests().into_iter().filter(|request| !request.is_look()).collect::<Vec<_>>();
    assert_eq!(told(&verify(&home, line).only_result()), ("applied", "", 1));
    assert_eq!(told(&verify(&home, line).only_result()), ("skipped", "done_before", 0));

    let ends: Vec<_> = acts().iter().map(|act| act.param("Param.n.abstime_end").unwrap()).collect();
    assert_eq!((ends.len(), &ends[0]), (2, &ends[1]));
}

// Reasons

#[test]
fn reason_is_recorded_and_sent() {
    let server = RecordingServer::accepting();
    let home = server.newer_home();
    let run = |reason: &str| {
        let line = "tencent forbid 8888_a --for 1h --journal j --resume -o json";
        home.run(line.split(' ').chain(["--reason", reason]))
    };

    let first = run("rights \"claim\" 4711");
    let second = run("another word for it");

    assert_eq!(server.only_request().json()["Reason"], "rights \"claim\" 4711");
    assert_eq!(first.only_result()["operation"]["reason"], "rights \"claim\" 4711");
    let second = second.only_result();
    assert_eq!(told(&second), ("skipped", "done_before", 0));
    let records: Vec<Value> =
        home.read("j").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for record in &records[1..3] {
        assert_eq!(record["operation"]["reason"], "rights \"claim\" 4711");
        assert_eq!(record["asked"].get("reason"), None);
    }
    // The second run has nothing to record.
    assert_eq!(records.len(), 4);
}

#[test]
fn reason_is_not_sent_where_unsupported() {
    for (line, is_newer) in [
        ("jd timeout push.example.com --seconds 30", false),
        ("jd forbid live/a --domain push.example.com --for 1h", false),
        ("jd permit live/a --domain push.example.com", false),
        ("tencent forbid 8888_a --for 1h", false),
        ("tencent drop 8888_a", false),
        ("shumei close 1639", false),
        ("jd forbid live/a --domain push.example.com --for 1h", true),
        ("tencent resume 8888_a", true),
    ] {
        let server = RecordingServer::accepting();
        let home = if is_newer { server.newer_home() } else { server.home() };
        let output = home.run_json(&format!("{line} --reason canary-reason"));

        let request = server.only_request();
        assert_eq!(output.only_result()["operation"]["reason"], "canary-reason", "{line}");
        assert!(!format!("{request:?}").contains("canary-reason"), "{line}: {request:?}");
    }
}

#[test]
fn line_reason_overrides_the_flag() {
    let server = RecordingServer::always(response(
        200,
        r#"{"Response":{"RequestId":"r","StreamState":"active"}}"#,
    ));
    let home = server.newer_home();
    let operations = [
        json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "1h", "reason": "its own"}),
        json!({"vendor": "tencent", "action": "forbid", "target": "b", "for": "1h"}),
        json!({"vendor": "tencent", "action": "status", "target": "c"}),
    ];
    let mut command = home.livectl(["apply", "-", "--reason", "of all", "-j1", "-o", "json"]);
    let output = RunOutput::from(command.write_stdin(lines(operations)).output().unwrap());

    let reasons: Vec<_> =
        server.requests().iter().map(|request| request.json()["Reason"].clone()).collect();
    assert_eq!(reasons, [json!("its own"), json!("of all"), Value::Null], "{output:?}");

    let asked = r#"{"vendor":"tencent","action":"status","target":"c","reason":"none"}"#;
    let output = home.run_with_input("apply -", asked);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("tencent status takes no `reason`"), "{output:?}");
    let long = "x".repeat(2049);
    for reason in ["", " x", "x\u{202e}", &long] {
        assert_eq!(
            home.run(["tencent", "drop", "a", "--reason", reason]).code,
            Some(2),
            "{reason:?}"
        );
    }
    assert_eq!(server.requests().len(), 3);
}

// What is not offered

#[test]
fn unsupported_operation_names_the_other_api() {
    for (line, is_newer, remedy) in [
        ("jd drop live/a --domain push.example.com", false, "api = \"openapi\""),
        ("jd online --domain push.example.com", false, "api = \"openapi\""),
        ("jd forbidden --domain push.example.com", true, "api = \"legacy\""),
        ("jd timeout push.example.com --seconds 30", true, "api = \"legacy\""),
    ] {
        let server = RecordingServer::accepting();
        let home = if is_newer { server.newer_home() } else { server.home() };
        for more in ["", " -n"] {
            let output = home.run_json(&format!("{line}{more}"));

            assert_eq!(
                (output.code, &output.json()["error"]["kind"]),
                (Some(2), &json!("input")),
                "{line}: {output:?}"
            );
            assert!(
                output.stderr.contains(remedy) && output.stderr.contains("LIVECTL_JD_API="),
                "{line}: {output:?}"
            );
        }
        assert_eq!(server.requests().len(), 0);
    }
    let server = RecordingServer::accepting();
    let operations = [
        json!({"vendor": "tencent", "action": "drop", "target": "a"}),
        json!({"vendor": "jd", "action": "drop", "target": "live/a", "domain": "push.example.com"}),
        json!({"vendor": "jd", "action": "online", "target": "push.example.com"}),
    ];
    let output = server.home().run_with_input("apply -", lines(operations));
    assert_eq!((output.code, server.requests().len()), (Some(2), 0));
    assert!(output.stderr.contains("line 2: ") && output.stderr.contains("line 3: "), "{output:?}");
}

// In every mode

/// Every operation of the legacy APIs, or of the newer ones, and how many requests they make.
fn everything(is_newer: bool) -> Vec<Value> {
    let domain = "push.example.com";
    let mut all = vec![
        json!({"vendor": "jd", "action": "forbid", "target": "live/a", "domain": domain, "for": "1h"}),
        json!({"vendor": "jd", "action": "forbid", "target": "live/b", "domain": domain, "permanent": true}),
        json!({"vendor": "jd", "action": "permit", "target": "live/c", "domain": domain}),
        json!({"vendor": "tencent", "action": "forbid", "target": "f", "for": "1h"}),
        json!({"vendor": "tencent", "action": "resume", "target": "r"}),
        json!({"vendor": "tencent", "action": "drop", "target": "d"}),
        json!({"vendor": "tencent", "action": "status", "target": "s"}),
        json!({"vendor": "shumei", "action": "close", "target": "1639", "audio": true}),
    ];
    all.extend(if is_newer {
        vec![
            json!({"vendor": "jd", "action": "drop", "target": "live/d", "domain": domain}),
            json!({"vendor": "jd", "action": "online", "target": domain, "app": "live"}),
        ]
    } else {
        vec![
            json!({"vendor": "jd", "action": "timeout", "target": domain, "seconds": 30}),
            json!({"vendor": "jd", "action": "forbidden", "target": "b.example.com", "app": "live", "stream": "x"}),
        ]
    });
    all
}

fn csv(operations: &[Value]) -> String {
    let columns = [
        "vendor",
        "action",
        "target",
        "domain",
        "for",
        "permanent",
        "audio",
        "app",
        "stream",
        "seconds",
    ];
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |operation: &Value| {
        let cells =
            columns.iter().map(|column| operation.get(column).map(cell).unwrap_or_default());
        cells.collect::<Vec<_>>().join(",")
    };
    lines(std::iter::once(columns.join(",")).chain(operations.iter().map(row)))
}

/// A vendor that is content with everything, lists and states included.
fn contents(request: &ReceivedRequest) -> MockResponse {
    if request.path.ends_with("/queryForbidden") || request.path.ends_with("/onlineList") {
        return page_of(2, request);
    }
    accepted(request)
}

#[test]
fn every_operation_works_in_every_mode() {
    for is_newer in [false, true] {
        let operations = everything(is_newer);
        for (format, text) in [("jsonl", lines(&operations)), ("csv", csv(&operations))] {
            let server = RecordingServer::start(contents);
            let home = if is_newer { server.newer_home() } else { server.home() };
            let apply = |more: &str| {
                let line = format!("apply - --format {format} --journal j -o json {more}");
                home.run_with_input(&line, text.clone())
            };

            let planned = apply("-n");
            assert_eq!((planned.code, server.requests().len()), (Some(0), 0), "{planned:?}");
            let output = apply("");
            assert_eq!(
                (
                    output.code,
                    &output.json()["summary"]["applied"],
                    &output.json()["summary"]["read"]
                ),
                (Some(0), &json!(8), &json!(2)),
                "{output:?}"
            );
            assert_eq!(server.requests().len(), 10);
            for ((operation, result), plan) in
                operations.iter().zip(output.results()).zip(planned.results())
            {
                assert_eq!(result["operation"]["target"], operation["target"]);
                assert_eq!(
                    (plan["outcome"].as_str(), &plan["effect"]),
                    (Some("planned"), &result["effect"])
                );
                let request = &plan["request"];
                let sent = |seen: &ReceivedRequest| {
                    let url = request["url"].as_str().unwrap();
                    request["method"] == seen.method && url.contains(seen.path.as_str())
                };
                assert!(server.requests().iter().any(sent), "{request}");
            }
            // Looks are never skipped.
            let again = apply("--resume");
            let summary = &again.json()["summary"];
            assert_eq!(
                (again.code, &summary["done_before"], &summary["read"]),
                (Some(0), &json!(8), &json!(2)),
                "{again:?}"
            );
            assert_eq!(server.requests().len(), 12);
        }
    }
}

#[test]
fn operations_of_results_can_be_repeated() {
    for is_newer in [false, true] {
        let server = RecordingServer::start(contents);
        let home = if is_newer { server.newer_home() } else { server.home() };
        let apply = |text: String| home.run_with_input("apply - -o json", text);
        let first = apply(lines(everything(is_newer))).operations();
        let second = apply(lines(&first));

        assert_eq!((second.code, second.operations()), (Some(0), first), "{second:?}");
    }
}

// Nothing leaks

#[test]
fn echoed_requests_are_redacted() {
    let echo = |request: &ReceivedRequest| {
        let [.., signature] = authorization(request);
        let sent = format!(
            "{} {request:?} {}",
            request.header("authorization").unwrap(),
            encodings(&signature).join(" ")
        );
        json!({
            "requestId": "r", "error": {"code": 400, "status": &sent, "message": &sent, &sent: [&sent]},
            "Response": {"RequestId": &sent, "Error": {"Code": &sent, "Message": &sent}},
        })
    };
    for (status, line) in [
        (200, "tencent forbid 8888_a --for 1h"),
        (500, "tencent drop 8888_a"),
        (400, "jd drop live/a --domain push.example.com"),
        (200, "jd online --domain push.example.com"),
    ] {
        for format in ["table", "json", "jsonl"] {
            let server = RecordingServer::start(move |request| {
                response(status, echo(request).to_string()).retry_now()
            });
            let home = server.newer_home();
            let args = line.split(' ').chain(["-o", format, "-vvv", "--journal", "j"]);
            let output =
                RunOutput::from(home.livectl(args).env("RUST_LOG", "trace").output().unwrap());

            let signatures: Vec<_> =
                server.requests().iter().map(|seen| authorization(seen)[3].clone()).collect();
            assert!([Some(4), Some(5)].contains(&output.code), "{output:?}");
            assert!(
                !signatures.is_empty() && output.stdout.contains("***") || status == 500,
                "{output:?}"
            );
            assert_eq!(leak(&output.stdout, &signatures), None, "{line} {format}");
            assert_eq!(leak(&output.stderr, &signatures), None, "{line} {format}");
            assert_eq!(leak_in_files(home.folder.path(), &signatures), None, "{line} {format}");
        }
    }
}

#[test]
fn dry_run_shows_headers_without_signatures() {
    for format in ["table", "json", "jsonl", "curl"] {
        let home = TestHome::newer("http://127.0.0.1:9");
        let line = format!("apply - -n -o {format}");
        let output = home.run_with_input(&line, lines(everything(true)));

        assert_eq!(
            (output.code, leak(&output.stdout, &[]), leak(&output.stderr, &[])),
            (Some(0), None, None),
            "{output:?}"
        );
        if format == "json" {
            for result in
                output.results().iter().filter(|result| result["operation"]["vendor"] != "shumei")
            {
                let headers = &result["request"]["headers"];
                let authorization = headers["authorization"].as_str().unwrap();
                assert!(authorization.ends_with("Signature=***"), "{headers}");
                assert_eq!(headers["content-type"], "application/json");
            }
        }
    }
}

/// Whether this machine has what the lines of `-o curl` take.
pub fn can_run_curl_lines() -> bool {
    let script = "perl -MDigest::SHA=hmac_sha256_hex -e 1 && curl --version && echo x | sha256sum && echo x | md5sum && od --version";
    Command::new("sh").args(["-c", script]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn curl_lines_sign_like_the_program() {
    if !can_run_curl_lines() {
        return say_skipped("the lines of -o curl");
    }
    let server = RecordingServer::start(contents);
    let home = TestHome::newer(&format!("{}/it's%20100%25", server.url()));
    let mut operations = everything(true);
    operations.push(
        json!({"vendor": "jd", "action": "drop", "target": "直'播/a\"b\\n%s$HOME", "domain": "push.example.com"}),
    );
    operations
        .push(json!({"vendor": "tencent", "action": "drop", "target": "直'播\"b\\n%s$HOME~~`id`"}));
    let mut command = home.livectl(["apply", "-", "-n", "-o", "curl", "--reason", "it's \"so\""]);
    let plan = RunOutput::from(command.write_stdin(lines(&operations)).output().unwrap());
    assert_eq!(plan.code, Some(0), "{plan:?}");
    let sent_by_itself = {
        let mut command =
            home.livectl(["apply", "-", "-j1", "-o", "json", "--reason", "it's \"so\""]);
        RunOutput::from(command.write_stdin(lines(&operations)).output().unwrap())
    };
    let by_itself = server.requests();
    assert_eq!(
        (sent_by_itself.code, by_itself.len()),
        (Some(0), operations.len()),
        "{sent_by_itself:?}"
    );

    for line in plan.stdout.lines() {
        let before = Utc::now();
        let count = server.requests().len();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", line])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TZ", "Asia/Shanghai");
        shell
            .env("LIVECTL_JD_SECRET_ACCESS_KEY", OPENAPI_SECRET)
            .env("LIVECTL_TENCENT_SECRET_KEY", V3_SECRET);
        shell.env("LIVECTL_SHUMEI_ACCESS_KEY", super::fixture::SHUMEI_SECRET);
        let output = shell.output().unwrap();

        assert!(output.status.success() && output.stderr.is_empty(), "{line}\n{output:?}");
        let request = server.requests().get(count).unwrap_or_else(|| panic!("{line}")).clone();
        let between = [before, Utc::now()];
        if request.header("x-jdcloud-date").is_some() {
            is_signed_for_jd(&request, between);
        } else if request.header("x-tc-action").is_some() {
            is_signed_for_tencent(&request, between);
        } else {
            assert_eq!(request.path, "/it's%20100%25/finish_audiostream/v4");
        }
        // A moment apart, the end of a ban may be another second.
        let same = |text: &str| text.split("ResumeTime").next().unwrap().to_owned();
        let is_same = |own: &&ReceivedRequest| {
            (&own.method, &own.path, &own.query, same(&own.body))
                == (&request.method, &request.path, &request.query, same(&request.body))
        };
        assert!(by_itself.iter().any(|own| is_same(&own)), "{request:?}");
    }
    assert_eq!(server.requests().len(), 2 * operations.len());
}
