//! The outcomes, states and error classes of responses.

use crate::prelude::*;

#[test]
fn tencent_state_has_the_same_words() {
    let old = |body: &str| (false, body.to_owned());
    let new = |word: &str| {
        (true, json!({"Response": {"RequestId": "r", "StreamState": word}}).to_string())
    };
    for ((is_newer, body), state) in [
        (old(r#"{"ret":0,"output":[{"status":0}]}"#), "idle"),
        (old(r#"{"ret":0,"output":[{"status":"1"}]}"#), "live"),
        (old(r#"{"ret":0,"output":[{"status":0},{"status":3},{"status":1}]}"#), "forbidden"),
        (old(r#"{"ret":0,"output":{"status":1}}"#), "live"),
        (old(r#"{"ret":20601,"message":"no such channel"}"#), "never_pushed"),
        (new("active"), "live"),
        (new("inactive"), "idle"),
        (new("forbid"), "forbidden"),
    ] {
        let server = RecordingServer::replies(200, &body);
        let output = server.home_at(is_newer).run_json("tencent status 8888_a");
        let result = output.settles(0, "read", 1);
        assert_members(&result, &json!({"state": state, "items": null, "verified": null}));
    }
    for (is_newer, body) in [
        old(r#"{"ret":0}"#),
        old(r#"{"ret":0,"output":[]}"#),
        old(r#"{"ret":0,"output":[{"status":7}]}"#),
        old(r#"{"ret":0,"output":[{}]}"#),
        new("ACTIVE"),
        new(""),
        (true, r#"{"Response":{"RequestId":"r"}}"#.to_owned()),
    ] {
        let server = RecordingServer::always(response(200, &body).retry_now());
        let output = server.home_at(is_newer).run_json("tencent status 8888_a");
        assert_eq!(output.settles(4, "unknown protocol", 3)["state"], Value::Null, "{body}");
    }
}

#[test]
fn tencent_v3_errors_have_classes() {
    for (code, outcome, attempts, exit_code, hint) in [
        ("InvalidParameterValue", "not_applied refused", 1, 5, ""),
        ("ResourceNotFound.ForbidService", "not_applied refused", 1, 5, "not there or not open"),
        ("UnauthorizedOperation", "not_applied refused", 1, 5, "may not do this"),
        ("ActionOffline", "not_applied refused", 1, 5, "out of service"),
        ("Brand.New", "not_applied refused", 1, 5, ""),
        ("AuthFailure.SignatureFailure", "not_applied credentials", 1, 5, "secret_key"),
        ("AuthFailure.SecretIdNotFound", "not_applied credentials", 1, 5, "secret_id"),
        ("AuthFailure.SignatureExpire", "not_applied credentials", 1, 5, "clock"),
        ("RequestLimitExceeded", "not_applied throttled", 2, 5, ""),
        ("InternalError.GetStreamInfoError", "unknown http", 2, 4, ""),
        ("FailedOperation.CallOtherSvrFailed", "unknown http", 2, 4, ""),
    ] {
        let body = json!({"Response": {"RequestId": "r", "Error": {"Code": code, "Message": "words\u{1b}[2J"}}});
        let server = RecordingServer::always(response(200, body.to_string()).retry_now());
        let output = server.newer_home().run_json("tencent resume 8888_a --attempts 2");

        let result = output.settles(exit_code, outcome, attempts);
        assert_members(&result, &json!({"code": code, "http_status": 200}));
        let error = &result["error"];
        assert!(error["message"].as_str().unwrap().ends_with(&format!("({code})")), "{error}");
        assert!(error["hint"].as_str().unwrap_or_default().contains(hint), "{error}");
    }
}

#[test]
fn jd_openapi_errors_have_classes() {
    for (status, code, outcome, attempts, exit_code) in [
        (400, 400, "not_applied refused", 1, 5),
        (403, 403, "not_applied refused", 1, 5),
        (404, 404, "not_applied refused", 1, 5),
        (200, 404, "not_applied refused", 1, 5),
        (401, 401, "not_applied credentials", 1, 5),
        (500, 500, "unknown http", 2, 4),
        (503, 503, "unknown http", 2, 4),
    ] {
        let error = json!({"code": code, "status": "WORD", "message": "words"});
        let body = json!({"requestId": "r", "error": error}).to_string();
        let server = RecordingServer::always(response(status, body).retry_now());
        let line = "jd permit live/a --domain push.example.com --attempts 2";

        let result = server.newer_home().run_json(line).settles(exit_code, outcome, attempts);

        let expected = json!({"code": code, "http_status": status, "message": "words"});
        assert_members(&result, &expected);
    }
}

#[test]
fn refused_signature_reports_the_clock_difference() {
    let expired = r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureExpire","Message":"m"}}}"#;
    let unknown =
        r#"{"requestId":"r","error":{"code":401,"status":"UNAUTHENTICATED","message":"m"}}"#;
    let jd = "live/a live/b live/c --domain push.example.com -j1";
    for (is_newer, line, status, body) in [
        (true, "tencent drop a b c -j1", 200, expired),
        (true, &format!("jd drop {jd}"), 401, unknown),
        (false, &format!("jd forbid {jd} --for 1h"), 200, r#"{"status":7}"#),
    ] {
        for (off, words) in
            [(600, "behind the server's"), (-7200, "ahead of the server's"), (0, "agrees with")]
        {
            let date = move || {
                (Utc::now() + TimeDelta::seconds(off)).format("%a, %d %b %Y %T GMT").to_string()
            };
            let server =
                RecordingServer::start(move |_| response(status, body).header("date", date()));
            let output = server.home_at(is_newer).run_json(line);

            server.only_request();
            let expected = ["not_applied credentials", "skipped stopped", "skipped stopped"];
            assert_eq!(output.outcomes(), expected);
            assert_eq!(output.attempts(), [1, 0, 0]);
            assert_contains(&output.results()[0]["error"]["hint"], words);
        }
    }
}
