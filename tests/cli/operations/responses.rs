//! The outcomes, states and error classes of responses.

use chrono::{TimeDelta, Utc};

use super::told;
use crate::prelude::*;

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
        let output = home(&server).run_json("tencent status 8888_a").exits(0);

        let result = output.only_result();
        assert_eq!((told(&result), &result["state"]), (("read", "", 1), &json!(state)), "{body}");
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
            assert_contains(&results[0]["error"]["hint"], tells);
        }
    }
}
