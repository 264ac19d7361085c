//! The outcome that follows from each answer.

use crate::prelude::*;

const JD: &str = "jd timeout push.example.com --seconds 30";
const PERMIT: &str = "jd permit live/a --domain push.example.com";
const TENCENT: &str = "tencent resume 8888_a";
const SHUMEI: &str = "shumei close 1639825145166";

/// What must follow from an answer: the outcome, the requests, the exit code.
type Expected = (&'static str, u64, i32);

const APPLIED: Expected = ("applied", 1, 0);
const REFUSED: Expected = ("not_applied refused", 1, 5);
const CREDENTIALS: Expected = ("not_applied credentials", 1, 5);
const THROTTLED: Expected = ("not_applied throttled", 3, 5);
const UNKNOWN: Expected = ("unknown http", 3, 4);
const NO_VERDICT: Expected = ("unknown protocol", 3, 4);

#[track_caller]
fn settles(command: &str, answer: MockResponse, expected: Expected) -> Value {
    let (outcome, requests, code) = expected;
    let (server, home) = RecordingServer::always(answer).with_home();
    let result = home.run_json(&format!("{command} --rate 0")).settles(code, outcome, requests);
    assert_eq!(server.requests().len() as u64, requests);
    result
}

#[test]
fn vendor_codes_have_classes() {
    for (command, field, codes, expected) in [
        (JD, "status", &[1, 2, 12, 15, 18, 999, 1100][..], REFUSED),
        (JD, "status", &[3, 4, 7, 20], CREDENTIALS),
        (JD, "status", &[-1, 8], UNKNOWN),
        (TENCENT, "ret", &[1, 7, 20601, -1, 1901], REFUSED),
        (SHUMEI, "code", &[0, 1902, 1904, 9100, 1], REFUSED),
        (SHUMEI, "code", &[9101], CREDENTIALS),
        (SHUMEI, "code", &[1901], THROTTLED),
        (SHUMEI, "code", &[1101, 1903], UNKNOWN),
    ] {
        for code in codes {
            let body = json!({field: code, "message": "why", "msg": "why"}).to_string();
            let result = settles(command, response(200, body).retry_now(), expected);
            let expected = json!({"code": code, "message": "why", "response": {field: code}});
            assert_members(&result, &expected);
        }
    }
}

#[test]
fn http_statuses_have_classes() {
    for (statuses, expected) in [
        (&[200, 201][..], APPLIED),
        (&[301, 302, 303, 307, 308], ("not_applied redirect", 1, 5)),
        (&[400, 403, 404, 405, 407, 410, 413, 422], ("not_applied http", 1, 5)),
        (&[401], CREDENTIALS),
        (&[429], THROTTLED),
        (&[408, 500, 502, 503, 504, 524], UNKNOWN),
    ] {
        for status in statuses {
            let answer =
                response(*status, r#"{"ret":0}"#).retry_now().header("location", "/elsewhere");
            let result = settles(TENCENT, answer, expected);
            assert_eq!(result["http_status"], *status);
        }
    }
    settles(TENCENT, response(204, ""), NO_VERDICT);
}

#[test]
fn success_needs_the_verdict() {
    for (command, body, expected) in [
        (JD, r#"{"status":"0"}"#, APPLIED),
        (JD, r#"{"msg":"failed","status":0,"data":null}"#, APPLIED),
        (TENCENT, r#"{"ret":"0"}"#, APPLIED),
        (SHUMEI, r#"{"code":"1100"}"#, APPLIED),
        (JD, r#"{"code":1100,"ret":0}"#, NO_VERDICT),
        (JD, r#"[{"status":0}]"#, NO_VERDICT),
        (JD, r#"{"status":0,"status":0}"#, NO_VERDICT),
        (JD, r#"{"status":0.0}"#, NO_VERDICT),
        (TENCENT, "success", NO_VERDICT),
        (TENCENT, "", NO_VERDICT),
        (SHUMEI, r#"{"code":null}"#, NO_VERDICT),
        (SHUMEI, r#"{"code":1100"#, NO_VERDICT),
    ] {
        settles(command, response(200, body), expected);
    }
}

#[test]
fn reply_is_read_up_to_1_mib() {
    let padded = |length: usize| {
        let frame = r#"{"ret":0,"message":""}"#.len();
        format!(r#"{{"ret":0,"message":"{}"}}"#, "x".repeat(length - frame))
    };
    settles(TENCENT, response(200, padded(1 << 20)), APPLIED);
    let result = settles(TENCENT, response(200, padded((1 << 20) + 1)), NO_VERDICT);
    assert_contains(&result["error"]["message"], "longer than 1048576 bytes");
    assert_eq!((&result["response"], &result["code"]), (&Value::Null, &Value::Null));
}

#[test]
fn tencent_ret_and_retcode_must_agree() {
    let result = settles(TENCENT, response(200, r#"{"ret":0,"retcode":0,"errmsg":"ok"}"#), APPLIED);
    assert_eq!(result["message"], "ok");
    let body = r#"{"ret":20601,"retcode":20601,"errmsg":"no channel"}"#;
    let result = settles(TENCENT, response(200, body), REFUSED);
    assert_eq!(result["error"]["message"], "Tencent refused: no channel (ret 20601)");
    assert!(result["error"]["hint"].as_str().unwrap().contains("never pushed"), "{result}");
    for body in [
        r#"{"ret":0,"retcode":1}"#,
        r#"{"ret":1,"retcode":0}"#,
        r#"{"retcode":0}"#,
        r#"{"ret":0,"retcode":"x"}"#,
    ] {
        settles(TENCENT, response(200, body), NO_VERDICT);
    }
}

#[test]
fn differing_echo_is_unknown() {
    let differs = ("unknown echo", 1, 4);
    for (command, data, expected) in [
        (JD, json!({"PublishNormalTimeout": 30}), APPLIED),
        (JD, json!({"PublishNormalTimeout": " 30 "}), APPLIED),
        (JD, json!({"publishNormalTimeout": "30"}), APPLIED),
        (JD, json!({"PublishNormalTimeout": null}), APPLIED),
        (JD, json!({}), APPLIED),
        (JD, json!(null), APPLIED),
        (JD, json!({"PublishNormalTimeout": 60}), differs),
        (JD, json!({"PublishNormalTimeout": "3O"}), differs),
        (PERMIT, json!(" PUSH.example.com "), APPLIED),
        (PERMIT, json!(null), APPLIED),
        (PERMIT, json!("other.example.com"), differs),
    ] {
        settles(command, response(200, json!({"status": 0, "data": data}).to_string()), expected);
    }
    let result =
        settles(JD, response(200, r#"{"status":0,"data":{"PublishNormalTimeout":60}}"#), differs);
    assert_eq!(result["error"]["message"], "JD answers with a time-out of 60 after 30 was set");
    assert_eq!(result["code"], 0);
}

#[test]
fn redirect_is_not_followed() {
    let server = RecordingServer::start(|request| match request.path.as_str() {
        "/common_access" => response(307, "").header("location", "/elsewhere"),
        _ => accepted(request),
    });
    server.home().run_line("tencent resume 8888_a -o json").with_outcomes(["not_applied redirect"]);
    server.only_request();
}

#[test]
fn refused_connection_is_retried() {
    let free = closed_address();
    let output = TestHome::new(&format!("http://{free}")).run_line("tencent resume 8888_a -o json");
    assert_eq!(output.outcomes(), ["not_applied network"]);
    assert_eq!((output.attempts(), output.code), (vec![3], Some(5)));
    let result = &output.json()["results"][0];
    assert_members(result, &json!({"http_status": null, "code": null, "response": null}));
    assert!(result["started_at"].is_string() && result["elapsed_ms"].is_u64(), "{result}");
}

#[test]
fn overlong_target_is_not_retried() {
    let server = RecordingServer::accepting();
    let output = server.home().run(["tencent", "resume", &"x".repeat(100_000), "-o", "json"]);
    assert_eq!(output.outcomes(), ["not_applied network"]);
    assert_eq!((output.attempts(), output.code), (vec![1], Some(5)));
    assert_eq!(output.json()["results"][0]["error"]["hint"], "use a shorter target");
    assert!(server.requests().is_empty());
}

#[test]
fn refused_credentials_stop_one_vendor() {
    let operations = [
        json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 5}),
        json!({"vendor": "jd", "action": "timeout", "target": "b.example.com", "seconds": 5}),
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a"}),
        json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.example.com"}),
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166"}),
    ];
    for answer in [response(200, r#"{"status":7,"msg":"sign error"}"#), response(401, "")] {
        let server = RecordingServer::start(move |request| {
            if request.path.starts_with("/api/live") { answer.clone() } else { accepted(request) }
        });
        let home = server.home();

        let output = home.run_with_input("apply - -o json -j 1", lines(&operations));

        assert_eq!(
            output.outcomes(),
            ["not_applied credentials", "skipped stopped", "applied", "skipped stopped", "applied"]
        );
        assert_eq!((output.attempts(), output.code), (vec![1, 0, 1, 0, 1], Some(5)));
        assert_eq!(server.requests().len(), 3);
    }
}
