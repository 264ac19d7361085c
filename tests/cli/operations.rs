//! The operations that each generation of the vendors' APIs offers: what is sent, how it is signed, how replies are told,
//! and what is read back.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::faults::say_skipped;
use super::mock::{Answer, DONE, Mock, Seen, hex, hmac_chain, lines, says, sha256_hex};
use super::secrets::{dresses, leak, leak_in_files};
use super::stage::{OPENAPI_SECRET, Ran, Stage, V3_SECRET, later_profile};

/// The success of the API that a request is for. JD's OpenAPI and Tencent's API 3.0 accept no
/// other verdict beside theirs.
fn done(request: &Seen) -> &'static str {
    if request.header("x-tc-action").is_some() {
        r#"{"Response":{"RequestId":"r-1"}}"#
    } else if request.path.contains("/v1/") {
        r#"{"requestId":"r-1","result":{}}"#
    } else {
        DONE
    }
}

impl Mock {
    /// Succeeds at any version of any API.
    fn content_at_all() -> Self {
        Self::start(|request| says(200, done(request)))
    }
}

/// The words of a command line and `-o json`.
fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).chain(["-o".into(), "json".into()]).collect()
}

fn results(ran: &Ran) -> Vec<Value> {
    ran.json()["results"].as_array().unwrap_or_else(|| panic!("{ran:?}")).clone()
}

#[track_caller]
fn only_result(ran: &Ran) -> Value {
    let results = results(ran);
    assert_eq!(results.len(), 1, "{ran:?}");
    results[0].clone()
}

/// Outcome, error kind and attempts.
fn told(result: &Value) -> (&str, &str, u64) {
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let kind = result["error"]["kind"].as_str().unwrap_or_default();
    assert_eq!(text(&result["error"]["kind"]), kind);
    (result["outcome"].as_str().unwrap(), kind, result["attempts"].as_u64().unwrap())
}

/// The parts of an `Authorization` header: algorithm, credential, the names of the signed headers, signature.
fn authorization(request: &Seen) -> [String; 4] {
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
fn canonical_headers(request: &Seen, names: &str, value: impl Fn(&str, &str) -> String) -> String {
    let line = |name: &str| format!("{name}:{}\n", value(name, request.header(name).unwrap()));
    names.split(';').map(line).collect()
}

/// What JD's signer makes of the request that came, from the manual alone.
#[track_caller]
fn is_signed_for_jd(request: &Seen, between: [DateTime<Utc>; 2]) {
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
fn is_signed_for_tencent(request: &Seen, between: [DateTime<Utc>; 2]) {
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
fn has_only(request: &Seen, mock: &Mock, own: &[&str]) {
    let usual = ["host", "user-agent", "accept", "content-type", "content-length", "authorization"];
    for (name, value) in &request.headers {
        assert!(usual.contains(&name.as_str()) || own.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(request.header("host"), mock.url().strip_prefix("http://"));
    assert_eq!(request.header("content-type"), Some("application/json"));
}

// What is sent

#[test]
fn each_operation_at_jds_openapi_is_what_the_manual_asks_for_and_signed() {
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
        let mock = Mock::always(says(200, r#"{"requestId":"r-1","result":{}}"#));
        let stage = Stage::later(&format!("{}/gate way", mock.url()).replace(' ', "%20"));
        let before = Utc::now();

        let ran = stage.run(words(line));

        let request = mock.only();
        has_only(&request, &mock, &["x-jdcloud-date", "x-jdcloud-nonce"]);
        is_signed_for_jd(&request, [before, Utc::now()]);
        let (method, path, query, body) = sent;
        assert_eq!(
            (request.method.as_str(), request.query.as_str(), request.body),
            (method, query, body),
            "{line}"
        );
        assert_eq!(request.path, format!("/gate%20way{path}"));
        let result = only_result(&ran);
        assert_eq!(
            (ran.code, told(&result), &result["effect"]),
            (Some(0), ("applied", "", 1), &json!(effect))
        );
        let mut operation =
            json!({"vendor": "jd", "action": line.split(' ').nth(1), "target": "直播/a/b"});
        operation.as_object_mut().unwrap().extend(setting.as_object().unwrap().clone());
        assert_eq!(result["operation"], operation);
        assert_eq!(result["response"], json!({"requestId": "r-1", "result": {}}));
        assert_eq!((&result["code"], &result["http_status"]), (&Value::Null, &json!(200)));
    }
}

#[test]
fn at_jds_openapi_each_stream_is_a_request_with_a_nonce_of_its_own() {
    let mock = Mock::content_at_all();
    let ran =
        mock.later_stage().run(words("jd permit live/a live/b live/c --domain push.example.com"));

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut nonces: Vec<_> =
        mock.seen().iter().map(|seen| seen.header("x-jdcloud-nonce").unwrap().to_owned()).collect();
    let mut streams: Vec<_> =
        mock.seen().iter().map(|seen| seen.json()["streamName"].clone().to_string()).collect();
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
fn each_operation_at_tencents_api_3_is_what_the_manual_asks_for_and_signed() {
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
        let mock =
            Mock::always(says(200, r#"{"Response":{"RequestId":"r-1","StreamState":"inactive"}}"#));
        let stage = Stage::empty();
        stage.write_config(
            &later_profile(&mock.url()).replace("domain =", "app_name = \"秀\"\ndomain ="),
        );
        let before = Utc::now();

        // An hour in which Beijing, and whoever is ahead of it, may already have another date.
        let ran =
            Ran::from(stage.livectl(words(line)).env("TZ", "Pacific/Kiritimati").output().unwrap());

        let request = mock.only();
        has_only(&request, &mock, &["x-tc-action", "x-tc-version", "x-tc-timestamp"]);
        is_signed_for_tencent(&request, [before, Utc::now()]);
        let result = only_result(&ran);
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
            (ran.code, told(&result), &result["effect"]),
            (Some(0), ("applied", "", 1), &json!(effect))
        );
    }
}

#[test]
fn jds_older_api_forbids_by_whole_minutes_one_request_a_stream() {
    for (length, kind, time, setting) in [
        (&["--for", "90m"][..], 2, 90, json!({"for": "1h30m"})),
        (&["--for", "1d"], 2, 1440, json!({"for": "1d"})),
        (&["--permanent"], 1, 0, json!({"permanent": true})),
    ] {
        let mock = Mock::always(says(200, r#"{"status":0,"msg":"","data":"PUSH.example.com "}"#));
        let mut args = words("jd forbid live/a live/b/c --domain push.example.com");
        args.extend(length.iter().map(|word| (*word).to_owned()));

        let ran = mock.stage().run(args);

        assert_eq!(ran.code, Some(0), "{ran:?}");
        let mut bodies: Vec<_> = mock.seen().iter().map(Seen::json).collect();
        bodies.sort_by_key(|body| body["stream"].to_string());
        for (body, stream) in bodies.iter().zip(["a", "b/c"]) {
            let expected = json!({
                "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "live",
                "stream": stream, "type": kind, "time": time,
            });
            assert_eq!(body, &expected);
        }
        assert!(
            mock.seen()
                .iter()
                .all(|seen| seen.path == "/api/live/forbidStream" && seen.method == "POST")
        );
        let operation = &results(&ran)[0]["operation"];
        assert!(
            setting.as_object().unwrap().iter().all(|(key, value)| operation[key] == *value),
            "{operation}"
        );
    }
}

#[test]
fn a_length_that_is_not_whole_in_the_apis_unit_is_refused_and_nothing_sent() {
    let mock = Mock::content_at_all();
    for (stage, length, is_taken) in [
        (mock.stage(), "59s", false),
        (mock.stage(), "90s", false),
        (mock.stage(), "500ms", false),
        (mock.stage(), "0m", false),
        (mock.stage(), "-5m", false),
        (mock.stage(), "120s", true),
        (mock.later_stage(), "59s", true),
        (mock.later_stage(), "1500ms", false),
    ] {
        let ran = stage.run([
            "jd",
            "forbid",
            "live/a",
            "--domain",
            "push.example.com",
            "-n",
            "--for",
            length,
        ]);

        assert_eq!(ran.code, Some(if is_taken { 0 } else { 2 }), "{length}: {ran:?}");
    }
    for line in [
        "jd forbid live/a --domain push.example.com",
        "jd forbid live/a --domain push.example.com --for 1m --permanent",
    ] {
        assert_eq!(mock.stage().run(words(line)).code, Some(2), "{line}");
    }
    assert_eq!(mock.seen().len(), 0);
}

#[test]
fn tencents_older_api_drops_with_a_status_and_tells_one() {
    let mock = Mock::always(says(200, r#"{"ret":0,"message":"","output":[{"status":1}]}"#));
    let stage = mock.stage();

    let dropped = only_result(&stage.run(words("tencent drop 8888_a&b")));
    let status = only_result(&stage.run(words("tencent status 8888_a&b")));

    let [drop, look] = <[Seen; 2]>::try_from(mock.seen()).unwrap();
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
    assert_eq!((told(&status), &status["state"]), (("applied", "", 1), &json!("live")));
}

#[test]
fn shumei_closes_an_audio_stream_at_a_path_of_its_own() {
    let mock = Mock::always(says(200, r#"{"code":1904,"message":"x","requestId":"r"}"#));
    let stage = mock.stage();

    let audio = only_result(&stage.run(words("shumei close 1639 --audio")));
    let video = only_result(&stage.run(words("shumei close 1639")));

    let paths: Vec<_> = mock.seen().iter().map(|seen| seen.path.clone()).collect();
    assert_eq!(paths, ["/finish_audiostream/v4", "/finish_videostream/v4"]);
    assert_eq!(
        (told(&audio), told(&video)),
        (("not_applied", "refused", 1), ("not_applied", "refused", 1))
    );
    assert_eq!(
        audio["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "1639", "audio": true})
    );
    let hint = |result: &Value| result["error"]["hint"].as_str().unwrap().to_owned();
    assert!(
        hint(&audio).contains("pulling") && hint(&video).contains("concurrent"),
        "{audio} {video}"
    );
}

// How replies are told

#[test]
fn a_channels_state_is_told_in_the_same_words_at_either_api() {
    let old = |body: &str| (Mock::stage as fn(&Mock) -> Stage, body.to_owned());
    let new = |word: &str| {
        let body = json!({"Response": {"RequestId": "r", "StreamState": word}});
        (Mock::later_stage as fn(&Mock) -> Stage, body.to_string())
    };
    for ((stage, body), state) in [
        (old(r#"{"ret":0,"output":[{"status":0}]}"#), "idle"),
        (old(r#"{"ret":0,"output":[{"status":"1"}]}"#), "live"),
        (old(r#"{"ret":0,"output":[{"status":0},{"status":3},{"status":1}]}"#), "forbidden"),
        (old(r#"{"ret":0,"output":{"status":1}}"#), "live"),
        (old(r#"{"ret":20601,"message":"no such channel"}"#), "never_pushed"),
        (new("active"), "live"),
        (new("inactive"), "idle"),
        (new("forbid"), "forbidden"),
    ] {
        let mock = Mock::always(says(200, &body));
        let ran = stage(&mock).run(words("tencent status 8888_a"));

        let result = only_result(&ran);
        assert_eq!(
            (ran.code, told(&result), &result["state"]),
            (Some(0), ("applied", "", 1), &json!(state)),
            "{body}"
        );
        assert_eq!((&result["items"], &result["verified"]), (&Value::Null, &Value::Null));
    }
    for (stage, body) in [
        old(r#"{"ret":0}"#),
        old(r#"{"ret":0,"output":[]}"#),
        old(r#"{"ret":0,"output":[{"status":7}]}"#),
        old(r#"{"ret":0,"output":[{}]}"#),
        new("ACTIVE"),
        new(""),
        (Mock::later_stage, r#"{"Response":{"RequestId":"r"}}"#.to_owned()),
    ] {
        let mock = Mock::always(says(200, &body).again_at_once());
        let ran = stage(&mock).run(words("tencent status 8888_a"));

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(4), ("unknown", "protocol", 3)), "{body}");
        assert_eq!(result["state"], Value::Null);
    }
}

#[test]
fn each_error_of_tencents_api_3_has_its_class_though_http_says_200() {
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
        let mock = Mock::always(says(200, body.to_string()).again_at_once());
        let mut args = words("tencent resume 8888_a");
        args.extend(["--attempts".to_owned(), "2".to_owned()]);
        let ran = mock.later_stage().run(args);

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(exit_code), expected), "{code}");
        assert_eq!((&result["code"], &result["http_status"]), (&json!(code), &json!(200)));
        let error = &result["error"];
        assert!(error["message"].as_str().unwrap().ends_with(&format!("({code})")), "{error}");
        assert!(error["hint"].as_str().unwrap_or_default().contains(says_more), "{error}");
    }
}

#[test]
fn each_error_of_jds_openapi_has_its_class() {
    for (status, code, expected, exit_code) in [
        (400, 400, ("not_applied", "refused", 1), 5),
        (403, 403, ("not_applied", "refused", 1), 5),
        (404, 404, ("not_applied", "refused", 1), 5),
        (200, 404, ("not_applied", "refused", 1), 5),
        (401, 401, ("not_applied", "credentials", 1), 5),
        (429, 429, ("not_applied", "throttled", 2), 5),
        (500, 500, ("unknown", "http", 2), 4),
        (503, 503, ("unknown", "http", 2), 4),
    ] {
        let error = json!({"code": code, "status": "WORD", "message": "words"});
        let mock = Mock::always(
            says(status, json!({"requestId": "r", "error": error}).to_string()).again_at_once(),
        );
        let mut args = words("jd drop live/a --domain push.example.com");
        args.extend(["--attempts".to_owned(), "2".to_owned()]);
        let ran = mock.later_stage().run(args);

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(exit_code), expected), "{status}");
        let answered = (&result["code"], &result["http_status"], &result["message"]);
        assert_eq!(answered, (&json!(code), &json!(status), &json!("words")));
    }
}

#[test]
fn a_refused_signature_stops_the_rest_and_tells_how_far_the_clock_is_off() {
    let refusals = [
        (
            Mock::later_stage as fn(&Mock) -> Stage,
            "tencent drop a b c -j1",
            200,
            r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureExpire","Message":"m"}}}"#,
        ),
        (
            Mock::later_stage,
            "jd drop live/a live/b live/c --domain push.example.com -j1",
            401,
            r#"{"requestId":"r","error":{"code":401,"status":"UNAUTHENTICATED","message":"m"}}"#,
        ),
        (
            Mock::stage,
            "jd forbid live/a live/b live/c --domain push.example.com --for 1h -j1",
            200,
            r#"{"status":7}"#,
        ),
    ];
    for (stage, line, status, body) in refusals {
        for (off, tells) in
            [(600, "behind the server's"), (-7200, "ahead of the server's"), (0, "agrees with")]
        {
            let date = move || {
                (Utc::now() + TimeDelta::seconds(off)).format("%a, %d %b %Y %T GMT").to_string()
            };
            let mock = Mock::start(move |_| says(status, body).header("date", date()));
            let ran = stage(&mock).run(words(line));

            mock.only();
            let results = results(&ran);
            assert_eq!(told(&results[0]), ("not_applied", "credentials", 1), "{ran:?}");
            assert_eq!(
                (told(&results[1]), told(&results[2])),
                (("skipped", "stopped", 0), ("skipped", "stopped", 0))
            );
            assert!(
                results[0]["error"]["hint"].as_str().unwrap().contains(tells),
                "{off}: {ran:?}"
            );
        }
    }
}

// Lists

/// The page asked for of a list of so many items.
fn page_of(total: u64, request: &Seen) -> Answer {
    page_of_a_liar(total, total, request)
}

/// The same from a vendor that has `count` items and says that they are `total`.
fn page_of_a_liar(count: u64, total: u64, request: &Seen) -> Answer {
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
    says(200, body.to_string())
}

/// The command, its profile, and a page's size.
type Listing = (fn(&Mock) -> Stage, &'static str, u64);

const LISTS: [Listing; 2] = [
    (Mock::stage, "jd forbidden --domain push.example.com", 10),
    (Mock::later_stage, "jd online --domain push.example.com", 100),
];

#[test]
fn a_list_is_read_to_its_end_a_signed_request_a_page() {
    for (stage, line, size) in LISTS {
        let total = size * 2 + 5;
        let mock = Mock::start(move |request| page_of(total, request));
        let before = Utc::now();

        let ran = stage(&mock).run(words(line));

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(0), ("applied", "", 3)), "{ran:?}");
        let action = line.split(' ').nth(1);
        assert_eq!(
            result["operation"],
            json!({"vendor": "jd", "action": action, "target": "push.example.com"})
        );
        assert_eq!((&result["effect"], &result["state"]), (&json!("none"), &Value::Null));
        let name = |item: &Value| {
            item["stream"].as_str().or(item["streamName"].as_str()).unwrap().to_owned()
        };
        let names: Vec<_> = result["items"].as_array().unwrap().iter().map(name).collect();
        assert_eq!(names, (0..total).map(|number| format!("s{number}")).collect::<Vec<_>>());
        assert_eq!(mock.seen().len(), 3);
        if size == 100 {
            let after = Utc::now();
            mock.seen().iter().for_each(|request| is_signed_for_jd(request, [before, after]));
        }
    }
}

#[test]
fn what_a_list_asks_for_is_what_the_manual_asks_for() {
    let mock = Mock::start(|request| page_of(1, request));

    let old =
        mock.stage().run(words("jd forbidden --domain push.example.com --app 直播 --stream a/b"));
    let new = mock.later_stage().run(words("jd online --domain push.example.com --app 直播&x=1"));

    assert_eq!((old.code, new.code), (Some(0), Some(0)), "{old:?} {new:?}");
    let [forbidden, online] = <[Seen; 2]>::try_from(mock.seen()).unwrap();
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
    let operation = &only_result(&old)["operation"];
    assert_eq!((&operation["app"], &operation["stream"]), (&json!("直播"), &json!("a/b")));
}

#[test]
fn a_list_whose_second_page_fails_is_no_list() {
    for (stage, line, size) in LISTS {
        let calls = AtomicUsize::new(0);
        let mock = Mock::start(move |request| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => page_of(size * 3, request),
            _ => says(503, "").again_at_once(),
        });
        let ran = stage(&mock).run(words(line));

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(4), ("unknown", "http", 4)), "{ran:?}");
        assert_eq!((&result["items"], &result["http_status"]), (&Value::Null, &json!(503)));
    }
}

#[test]
fn a_list_may_be_empty_or_grow_but_not_stop_short() {
    for (stage, line, size) in LISTS {
        let mock = Mock::start(|request| page_of(0, request));
        let result = only_result(&stage(&mock).run(words(line)));
        assert_eq!((told(&result), &result["items"]), (("applied", "", 1), &json!([])));

        let calls = AtomicUsize::new(0);
        let grown = Mock::start(move |request| {
            page_of(size + 1 + calls.fetch_add(1, Ordering::Relaxed) as u64, request)
        });
        let result = only_result(&stage(&grown).run(words(line)));
        assert_eq!(
            (told(&result), result["items"].as_array().unwrap().len() as u64),
            (("applied", "", 2), size + 2)
        );

        let short = Mock::start(move |request| page_of_a_liar(size, size * 2, request));
        let result = only_result(&stage(&short).run(words(line)));
        assert_eq!(
            (told(&result), &result["items"]),
            (("not_applied", "protocol", 2), &Value::Null)
        );
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.contains(&format!("ends after {size} of {}", size * 2)), "{message}");
    }
}

#[test]
fn a_table_shows_what_was_seen_a_stream_at_a_time() {
    let mock = Mock::start(|request| page_of(2, request));
    let ran = mock.stage().run(["jd", "forbidden", "--domain", "push.example.com"]);
    assert!(
        ran.stdout
            .contains("2 streams; live/s0 until 2099-01-01 08:00:00 in Beijing; live/s1 until"),
        "{ran:?}"
    );
    let ran = mock.later_stage().run(["jd", "online", "--domain", "push.example.com"]);
    assert!(
        ran.stdout.contains("2 streams; live/s0 since 2026-11-21T10:00:00Z; live/s1 since"),
        "{ran:?}"
    );
    let mock = Mock::always(says(200, r#"{"ret":20601}"#));
    let ran = mock.stage().run(["tencent", "status", "8888_a"]);
    assert!(ran.stdout.lines().nth(1).unwrap().ends_with("never_pushed"), "{ran:?}");
}

// Reading back

/// A vendor that says that all is well, and whose streams are forbidden as the rule has it.
fn vendor(is_forbidden: impl Fn(&Seen) -> bool + Send + Sync + 'static) -> Mock {
    Mock::start(move |request| {
        match is_check(request).then(|| state(request, is_forbidden(request))) {
            Some(state) => says(200, state),
            None => says(200, done(request)),
        }
    })
}

fn is_check(request: &Seen) -> bool {
    request.path.ends_with("/queryForbidden")
        || request.path.ends_with("/queryDomainConfig")
        || request.query.contains("Live_Channel_GetStatus")
        || request.header("x-tc-action") == Some("DescribeLiveStreamState")
}

/// The state that is read, of a stream that is forbidden, or permitted and idle.
fn state(request: &Seen, is_forbidden: bool) -> String {
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

const VERIFY: [&str; 3] = ["--verify", "--verify-timeout", "1200ms"];

fn verify(stage: &Stage, line: &str) -> Ran {
    stage.run(words(line).iter().map(String::as_str).chain(VERIFY))
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
fn a_state_that_agrees_is_verified() {
    for (line, is_later, forbids, seen) in VERIFIABLE {
        let mock = vendor(move |_| forbids);
        let stage = if is_later { mock.later_stage() } else { mock.stage() };
        let ran = verify(&stage, line);

        let result = only_result(&ran);
        assert_eq!((ran.code, told(&result)), (Some(0), ("applied", "", 1)), "{line}: {ran:?}");
        assert_eq!((&result["verified"], &result["state"]), (&json!(true), &json!(seen)), "{line}");
        assert_eq!(mock.seen().len(), 2, "{line}");
    }
}

#[test]
fn a_state_that_disagrees_for_good_is_unknown_and_one_that_changes_its_mind_is_not() {
    for (line, is_later, forbids, _) in
        VERIFIABLE.into_iter().filter(|(line, ..)| !line.contains("drop"))
    {
        for is_slow in [false, true] {
            let checks = AtomicUsize::new(0);
            let mock =
                vendor(move |_| forbids == (is_slow && checks.fetch_add(1, Ordering::Relaxed) > 0));
            let stage = if is_later { mock.later_stage() } else { mock.stage() };
            let started = Instant::now();
            let ran = verify(&stage, line);

            let result = only_result(&ran);
            if is_slow {
                assert_eq!(
                    (told(&result), &result["verified"]),
                    (("applied", "", 1), &json!(true)),
                    "{line}"
                );
                assert_eq!(mock.seen().len(), 3, "{line}");
            } else {
                assert_eq!(
                    (ran.code, told(&result)),
                    (Some(4), ("unknown", "unverified", 1)),
                    "{line}: {ran:?}"
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
fn a_time_out_is_verified_to_the_second() {
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
        let mock =
            Mock::start(move |request| says(200, if is_check(request) { answers } else { DONE }));
        let ran = verify(&mock.stage(), "jd timeout push.example.com --seconds 30");

        let result = only_result(&ran);
        assert_eq!(
            (&result["verified"], &result["state"], told(&result).1),
            (&verified, &seen, kind),
            "{answers}"
        );
        let request = mock.seen()[1].clone();
        assert_eq!(request.path, "/api/live/queryDomainConfig");
        assert_eq!(request.json()["domain"], "push.example.com");
    }
}

#[test]
fn each_stream_of_a_group_is_verified_on_its_own() {
    let mock = vendor(|request| request.json()["stream"] == "b");
    let ran = verify(&mock.stage(), "jd permit live/a live/b --domain push.example.com");

    let results = results(&ran);
    assert_eq!(mock.seen()[0].streams(), ["live/a", "live/b"]);
    assert_eq!(
        (told(&results[0]), told(&results[1])),
        (("applied", "", 1), ("unknown", "unverified", 1))
    );
    assert_eq!((&results[0]["verified"], &results[1]["verified"]), (&json!(true), &json!(false)));
    assert_eq!(ran.code, Some(4));
}

#[test]
fn what_the_api_cannot_tell_is_said_and_stays_unverified() {
    for line in [
        "jd forbid live/a --domain push.example.com --for 1h",
        "jd permit live/a --domain push.example.com",
        "jd drop live/a --domain push.example.com",
    ] {
        let mock = Mock::content_at_all();
        let ran = verify(&mock.later_stage(), line);

        mock.only();
        let result = only_result(&ran);
        assert_eq!(
            (ran.code, &result["verified"], &result["state"]),
            (Some(0), &Value::Null, &Value::Null),
            "{line}"
        );
        assert!(ran.stderr.contains("cannot be verified"), "{ran:?}");
    }
}

#[test]
fn a_time_to_verify_without_verify_is_a_mistake() {
    let mock = Mock::content_at_all();
    let stage = mock.stage();
    let ran = stage.run(words("tencent resume 8888_a --verify-timeout 5s"));
    assert_eq!((ran.code, mock.seen().len()), (Some(2), 0), "{ran:?}");
    assert!(ran.stderr.contains("--verify"), "{ran:?}");
    assert_eq!(
        stage.run(words("tencent resume 8888_a --verify-timeout 50ms --verify")).code,
        Some(2)
    );
    assert_eq!(stage.run(words("tencent resume 8888_a")).code, Some(0));
}

#[test]
fn the_closing_line_tells_in_which_domain_and_application_tencents_streams_are() {
    let process = |api: &str| {
        let stage = Stage::empty();
        let mut command = stage.livectl(words("--sandbox tencent resume cam1"));
        Ran::from(command.env("LIVECTL_TENCENT_API", api).output().unwrap()).stderr
    };
    assert!(process("v3").contains("; tencent streams of push.example.com/live)"));
    assert!(!process("legacy").contains("streams of"));
}

#[test]
fn nothing_is_read_back_unless_that_is_asked_for_and_something_was_applied() {
    let mock = Mock::content_at_all();
    let ran = mock.stage().run(words("tencent forbid 8888_a --for 1h"));
    assert_eq!(
        (ran.code, &only_result(&ran)["verified"], mock.seen().len()),
        (Some(0), &Value::Null, 1)
    );

    let mock = Mock::always(says(200, r#"{"ret":7}"#));
    let ran = verify(&mock.stage(), "tencent forbid 8888_a --for 1h");
    assert_eq!((told(&only_result(&ran)), mock.seen().len()), (("not_applied", "refused", 1), 1));
}

#[test]
#[cfg(unix)]
fn a_signal_while_a_state_that_does_not_agree_is_read_back_leaves_it_unverified() {
    let mock = Mock::start(|request| {
        says(200, if is_check(request) { state(request, false) } else { DONE.to_owned() })
    });
    let stage = mock.stage();
    let mut process = stage
        .process(words("tencent forbid 8888_a --for 1h --verify --verify-timeout 30s --journal j"));
    let child = process
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while mock.seen().len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent =
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());

    assert!(sent.success() && started.elapsed() < Duration::from_secs(20));
    let result = only_result(&ran);
    assert_eq!((ran.code, told(&result)), (Some(130), ("unknown", "unverified", 1)), "{ran:?}");
    assert_eq!(result["verified"], false);
    let journal = std::fs::read_to_string(stage.path("j")).unwrap();
    let kinds: Vec<_> = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone())
        .collect();
    assert_eq!(kinds, ["intent", "result"]);
}

#[test]
fn what_is_verified_is_recorded_as_it_settled_and_resumed_accordingly() {
    let is_obeyed = Arc::new(AtomicBool::new(false));
    let mock = {
        let is_obeyed = Arc::clone(&is_obeyed);
        vendor(move |_| is_obeyed.load(Ordering::Relaxed))
    };
    let stage = mock.stage();
    let line = "tencent forbid 8888_a --for 1h --journal j --resume";

    assert_eq!(told(&only_result(&verify(&stage, line))), ("unknown", "unverified", 1));
    is_obeyed.store(true, Ordering::Relaxed);
    let acts = || mock.seen().into_iter().filter(|request| !is_check(request)).collect::<Vec<_>>();
    assert_eq!(told(&only_result(&verify(&stage, line))), ("applied", "", 1));
    assert_eq!(told(&only_result(&verify(&stage, line))), ("skipped", "done_before", 0));

    let ends: Vec<_> = acts().iter().map(|act| act.param("Param.n.abstime_end").unwrap()).collect();
    assert_eq!((ends.len(), &ends[0]), (2, &ends[1]));
}

// Reasons

#[test]
fn a_reason_goes_into_the_journal_and_to_the_vendor_that_takes_one() {
    let mock = Mock::content_at_all();
    let stage = mock.later_stage();
    let run = |reason: &str| {
        stage.run([
            "tencent",
            "forbid",
            "8888_a",
            "--for",
            "1h",
            "--reason",
            reason,
            "--journal",
            "j",
            "--resume",
            "-o",
            "json",
        ])
    };

    let first = run("rights \"claim\" 4711");
    let second = run("another word for it");

    assert_eq!(mock.only().json()["Reason"], "rights \"claim\" 4711");
    assert_eq!(only_result(&first)["operation"]["reason"], "rights \"claim\" 4711");
    let second = only_result(&second);
    assert_eq!(told(&second), ("skipped", "done_before", 0));
    let records: Vec<Value> = std::fs::read_to_string(stage.path("j"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for record in &records {
        assert_eq!(record["operation"]["reason"], "rights \"claim\" 4711");
        assert_eq!(record["asked"].get("reason"), None);
    }
    assert_eq!(records.len(), 2);
}

#[test]
fn a_reason_that_the_vendor_has_no_place_for_is_not_sent() {
    for (line, is_later) in [
        ("jd timeout push.example.com --seconds 30", false),
        ("jd forbid live/a --domain push.example.com --for 1h", false),
        ("jd permit live/a --domain push.example.com", false),
        ("tencent forbid 8888_a --for 1h", false),
        ("tencent drop 8888_a", false),
        ("shumei close 1639", false),
        ("jd forbid live/a --domain push.example.com --for 1h", true),
        ("tencent resume 8888_a", true),
    ] {
        let mock = Mock::content_at_all();
        let stage = if is_later { mock.later_stage() } else { mock.stage() };
        let ran =
            stage.run(words(line).into_iter().chain(["--reason".into(), "canary-reason".into()]));

        let request = mock.only();
        assert_eq!(only_result(&ran)["operation"]["reason"], "canary-reason", "{line}");
        assert!(!format!("{request:?}").contains("canary-reason"), "{line}: {request:?}");
    }
}

#[test]
fn a_lines_own_reason_goes_over_that_of_the_run_and_a_question_has_none() {
    let mock = Mock::always(says(200, r#"{"Response":{"RequestId":"r","StreamState":"active"}}"#));
    let stage = mock.later_stage();
    let operations = [
        json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "1h", "reason": "its own"}),
        json!({"vendor": "tencent", "action": "forbid", "target": "b", "for": "1h"}),
        json!({"vendor": "tencent", "action": "status", "target": "c"}),
    ];
    let mut command = stage.livectl(["apply", "-", "--reason", "of all", "-j1", "-o", "json"]);
    let ran = Ran::from(command.write_stdin(lines(operations)).output().unwrap());

    let reasons: Vec<_> =
        mock.seen().iter().map(|request| request.json()["Reason"].clone()).collect();
    assert_eq!(reasons, [json!("its own"), json!("of all"), Value::Null], "{ran:?}");

    let asked = r#"{"vendor":"tencent","action":"status","target":"c","reason":"none"}"#;
    let ran = Ran::from(stage.livectl(["apply", "-"]).write_stdin(asked).output().unwrap());
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("tencent status takes no `reason`"), "{ran:?}");
    let long = "x".repeat(2049);
    for reason in ["", " x", "x\u{202e}", &long] {
        assert_eq!(
            stage.run(["tencent", "drop", "a", "--reason", reason]).code,
            Some(2),
            "{reason:?}"
        );
    }
    assert_eq!(mock.seen().len(), 3);
}

// What is not offered

#[test]
fn what_the_chosen_api_does_not_offer_is_refused_with_the_remedy() {
    for (line, is_later, remedy) in [
        ("jd drop live/a --domain push.example.com", false, "api = \"openapi\""),
        ("jd online --domain push.example.com", false, "api = \"openapi\""),
        ("jd forbidden --domain push.example.com", true, "api = \"legacy\""),
        ("jd timeout push.example.com --seconds 30", true, "api = \"legacy\""),
    ] {
        let mock = Mock::content_at_all();
        let stage = if is_later { mock.later_stage() } else { mock.stage() };
        for more in [&[][..], &["-n".to_owned()]] {
            let ran = stage.run([words(line), more.to_vec()].concat());

            assert_eq!(
                (ran.code, &ran.json()["error"]["kind"]),
                (Some(2), &json!("input")),
                "{line}: {ran:?}"
            );
            assert!(
                ran.stderr.contains(remedy) && ran.stderr.contains("LIVECTL_JD_API="),
                "{line}: {ran:?}"
            );
        }
        assert_eq!(mock.seen().len(), 0);
    }
    let mock = Mock::content_at_all();
    let operations = [
        json!({"vendor": "tencent", "action": "drop", "target": "a"}),
        json!({"vendor": "jd", "action": "drop", "target": "live/a", "domain": "push.example.com"}),
        json!({"vendor": "jd", "action": "online", "target": "push.example.com"}),
    ];
    let ran = Ran::from(
        mock.stage().livectl(["apply", "-"]).write_stdin(lines(operations)).output().unwrap(),
    );
    assert_eq!((ran.code, mock.seen().len()), (Some(2), 0));
    assert!(ran.stderr.contains("line 2: ") && ran.stderr.contains("line 3: "), "{ran:?}");
}

// In every mode

/// Every operation that the legacy generations offer, or the later ones, and how many requests they make.
fn everything(is_later: bool) -> Vec<Value> {
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
    all.extend(if is_later {
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
fn contents(request: &Seen) -> Answer {
    if request.path.ends_with("/queryForbidden") || request.path.ends_with("/onlineList") {
        return page_of(2, request);
    }
    let mut body: Value = serde_json::from_str(done(request)).unwrap();
    match body.get_mut("Response") {
        Some(response) => response["StreamState"] = "active".into(),
        None => body["output"] = json!([{"status": 1}]),
    }
    says(200, body.to_string())
}

#[test]
fn any_mix_of_them_is_applied_resumed_and_planned_from_lines_and_from_cells() {
    for is_later in [false, true] {
        let operations = everything(is_later);
        for (format, text) in [("jsonl", lines(&operations)), ("csv", csv(&operations))] {
            let mock = Mock::start(contents);
            let stage = if is_later { mock.later_stage() } else { mock.stage() };
            let apply = |more: &[&str]| {
                let mut command = stage.livectl([
                    "apply",
                    "-",
                    "--format",
                    format,
                    "--journal",
                    "j",
                    "-o",
                    "json",
                ]);
                Ran::from(command.args(more).write_stdin(text.clone()).output().unwrap())
            };

            let planned = apply(&["-n"]);
            assert_eq!((planned.code, mock.seen().len()), (Some(0), 0), "{planned:?}");
            let ran = apply(&[]);
            assert_eq!(
                (ran.code, &ran.json()["summary"]["applied"]),
                (Some(0), &json!(10)),
                "{ran:?}"
            );
            assert_eq!(mock.seen().len(), 10);
            for ((operation, result), plan) in
                operations.iter().zip(results(&ran)).zip(results(&planned))
            {
                assert_eq!(result["operation"]["target"], operation["target"]);
                assert_eq!(
                    (plan["outcome"].as_str(), &plan["effect"]),
                    (Some("planned"), &result["effect"])
                );
                let request = &plan["request"];
                let sent = |seen: &Seen| {
                    let url = request["url"].as_str().unwrap();
                    request["method"] == seen.method && url.contains(seen.path.as_str())
                };
                assert!(mock.seen().iter().any(sent), "{request}");
            }
            let again = apply(&["--resume"]);
            assert_eq!(
                (again.code, &again.json()["summary"]["skipped"]),
                (Some(0), &json!(10)),
                "{again:?}"
            );
            assert_eq!(mock.seen().len(), 10);
        }
    }
}

#[test]
fn what_a_result_says_it_did_can_be_done_again() {
    for is_later in [false, true] {
        let mock = Mock::start(contents);
        let stage = if is_later { mock.later_stage() } else { mock.stage() };
        let apply = |text: String| {
            Ran::from(
                stage.livectl(["apply", "-", "-o", "json"]).write_stdin(text).output().unwrap(),
            )
        };
        let operations = |ran: &Ran| {
            results(ran).iter().map(|result| result["operation"].clone()).collect::<Vec<_>>()
        };

        let first = operations(&apply(lines(everything(is_later))));
        let second = apply(lines(&first));

        assert_eq!((second.code, operations(&second)), (Some(0), first), "{second:?}");
    }
}

// Nothing leaks

#[test]
fn a_vendor_that_repeats_all_it_was_sent_gives_nothing_away() {
    let echo = |request: &Seen| {
        let [.., signature] = authorization(request);
        let sent = format!(
            "{} {request:?} {}",
            request.header("authorization").unwrap(),
            dresses(&signature).join(" ")
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
            let mock =
                Mock::start(move |request| says(status, echo(request).to_string()).again_at_once());
            let stage = mock.later_stage();
            let args = line.split(' ').chain(["-o", format, "-vvv", "--journal", "j"]);
            let ran = Ran::from(stage.livectl(args).env("RUST_LOG", "trace").output().unwrap());

            let signatures: Vec<_> =
                mock.seen().iter().map(|seen| authorization(seen)[3].clone()).collect();
            assert!([Some(4), Some(5)].contains(&ran.code), "{ran:?}");
            assert!(
                !signatures.is_empty() && ran.stdout.contains("***") || status == 500,
                "{ran:?}"
            );
            assert_eq!(leak(&ran.stdout, &signatures), None, "{line} {format}");
            assert_eq!(leak(&ran.stderr, &signatures), None, "{line} {format}");
            assert_eq!(leak_in_files(stage.folder.path(), &signatures), None, "{line} {format}");
        }
    }
}

#[test]
fn a_plan_shows_every_header_and_no_signature() {
    for format in ["table", "json", "jsonl", "curl"] {
        let stage = Stage::later("http://127.0.0.1:9");
        let mut command = stage.livectl(["apply", "-", "-n", "-o", format]);
        let ran = Ran::from(command.write_stdin(lines(everything(true))).output().unwrap());

        assert_eq!(
            (ran.code, leak(&ran.stdout, &[]), leak(&ran.stderr, &[])),
            (Some(0), None, None),
            "{ran:?}"
        );
        if format == "json" {
            for result in
                results(&ran).iter().filter(|result| result["operation"]["vendor"] != "shumei")
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
fn can_run_curl_lines() -> bool {
    let script = "perl -MDigest::SHA=hmac_sha256_hex -e 1 && curl --version && echo x | sha256sum && echo x | md5sum && od --version";
    Command::new("sh").args(["-c", script]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_shell_that_runs_the_lines_of_a_plan_signs_as_the_program_does() {
    if !can_run_curl_lines() {
        return say_skipped("the lines of -o curl");
    }
    let mock = Mock::start(contents);
    let stage = Stage::later(&format!("{}/it's%20100%25", mock.url()));
    let mut operations = everything(true);
    operations.push(
        json!({"vendor": "jd", "action": "drop", "target": "直'播/a\"b\\n%s$HOME", "domain": "push.example.com"}),
    );
    operations
        .push(json!({"vendor": "tencent", "action": "drop", "target": "直'播\"b\\n%s$HOME~~`id`"}));
    let mut command = stage.livectl(["apply", "-", "-n", "-o", "curl", "--reason", "it's \"so\""]);
    let plan = Ran::from(command.write_stdin(lines(&operations)).output().unwrap());
    assert_eq!(plan.code, Some(0), "{plan:?}");
    let sent_by_itself = {
        let mut command =
            stage.livectl(["apply", "-", "-j1", "-o", "json", "--reason", "it's \"so\""]);
        Ran::from(command.write_stdin(lines(&operations)).output().unwrap())
    };
    let by_itself = mock.seen();
    assert_eq!(
        (sent_by_itself.code, by_itself.len()),
        (Some(0), operations.len()),
        "{sent_by_itself:?}"
    );

    for line in plan.stdout.lines() {
        let before = Utc::now();
        let count = mock.seen().len();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", line])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TZ", "Asia/Shanghai");
        shell
            .env("LIVECTL_JD_SECRET_ACCESS_KEY", OPENAPI_SECRET)
            .env("LIVECTL_TENCENT_SECRET_KEY", V3_SECRET);
        shell.env("LIVECTL_SHUMEI_ACCESS_KEY", super::stage::SHUMEI_SECRET);
        let output = shell.output().unwrap();

        assert!(output.status.success() && output.stderr.is_empty(), "{line}\n{output:?}");
        let request = mock.seen().get(count).unwrap_or_else(|| panic!("{line}")).clone();
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
        let is_same = |own: &&Seen| {
            (&own.method, &own.path, &own.query, same(&own.body))
                == (&request.method, &request.path, &request.query, same(&request.body))
        };
        assert!(by_itself.iter().any(|own| is_same(&own)), "{request:?}");
    }
    assert_eq!(mock.seen().len(), 2 * operations.len());
}
