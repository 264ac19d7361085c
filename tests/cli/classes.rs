//! Classes of refusals that are easily confused: permission and credentials, throttles, an old signature.

use super::fixture::outcome;
use super::refusals::settled;
use crate::prelude::*;

fn v3_error(code: &str) -> String {
    json!({"Response": {"RequestId": "r", "Error": {"Code": code, "Message": "no"}}}).to_string()
}

#[test]
fn missing_permission_stops_nothing() {
    for code in [
        "AuthFailure.UnauthorizedOperation",
        "UnauthorizedOperation",
        "InternalError.NotPermmitOperat",
    ] {
        let server = RecordingServer::start(move |request| {
            if request.header("x-tc-action") == Some("ForbidLiveStream") {
                response(200, v3_error(code))
            } else {
                accepted(request)
            }
        });
        let line = |action: &str, target: &str| json!({"vendor": "tencent", "action": action, "target": target});
        let ban = json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "1h"});
        let input = [ban, line("resume", "b"), line("drop", "c"), line("status", "d")];
        let output = server.newer_home().run_with_input("apply - -j 1 -o json", lines(input));
        let expected = ["a not_applied refused", "b applied", "c applied", "d read"];
        assert_eq!(settled(&output), expected, "{code}: {output:?}");
        let error = output.results()[0]["error"].clone();
        assert_eq!(error["again"], false, "{error}");
        if code != "InternalError.NotPermmitOperat" {
            assert!(error["hint"].as_str().unwrap().contains("grant"), "{code}: {error}");
        }
    }
}

#[test]
fn tencent_v3_codes_have_their_class() {
    for (code, expected) in [
        ("LimitExceeded.RateLimitExceeded", "not_applied throttled"),
        ("RequestLimitExceeded.IPLimitExceeded", "not_applied throttled"),
        ("InternalError.ConfigNotExist", "not_applied refused"),
        ("FailedOperation.CallOtherSvrError", "unknown http"),
        ("FailedOperation.CallOtherSvrFailed", "unknown http"),
        ("AuthFailure.TokenFailure", "not_applied credentials"),
        ("AuthFailure.MFAFailure", "not_applied credentials"),
        ("ResourceNotFound.DomainNotExist", "not_applied refused"),
        ("ResourceNotFound.ChannelNotExist", "not_applied refused"),
    ] {
        let server = RecordingServer::always(response(200, v3_error(code)).retry_now());
        let output = server.newer_home().run_json("tencent resume a --attempts 2");
        assert_eq!(output.outcomes(), [expected], "{code}: {output:?}");
        let hint = output.only_result()["error"]["hint"].as_str().unwrap_or_default().to_owned();
        assert!(!hint.contains("service"), "{code}: {hint}");
        match code {
            "AuthFailure.TokenFailure" => assert!(hint.contains("token"), "{hint}"),
            "AuthFailure.MFAFailure" => assert!(hint.contains("MFA"), "{hint}"),
            _ => {}
        }
    }
}

#[test]
fn unaccepted_address_is_no_wrong_key() {
    let gateway = |word: &str, message: &str| {
        json!({"requestId": "r", "error": {"code": 403, "status": word, "message": message}})
            .to_string()
    };
    let forbidden = gateway("HTTP_FORBIDDEN", "Your IP address is not allowed");
    for (line, status, body, console) in [
        ("tencent resume a b", 200, v3_error("IpNotInWhitelist"), "Tencent Cloud's console"),
        ("tencent drop a b", 200, v3_error("IpInBlacklist"), "Tencent Cloud's console"),
        ("jd drop l/a l/b --domain p.test", 403, forbidden.clone(), "JD Cloud's console"),
        ("jd drop l/a l/b --domain p.test", 200, forbidden, "JD Cloud's console"),
    ] {
        let server = RecordingServer::replies(status, body);
        let output = server.newer_home().run_json(&format!("{line} -j 1"));
        assert_eq!(output.outcomes(), ["not_applied credentials", "skipped stopped"], "{line}");
        assert_eq!(server.requests().len(), 1, "{line}");
        let error = output.results()[0]["error"].clone();
        let (message, hint) = (error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
        assert!(message.contains("this machine's IP address"), "{error}");
        assert!(hint.contains(console) && hint.contains("key is not the reason"), "{error}");
        assert!(!format!("{output:?}").contains("refused the credentials"), "{output:?}");
    }
    // Any other refusal of this kind is the account's policy.
    let server = RecordingServer::replies(403, gateway("HTTP_FORBIDDEN", "no"));
    let output = server.newer_home().run_json("jd drop l/a l/b --domain p.test");
    assert_eq!(output.outcomes(), ["not_applied refused"; 2], "{output:?}");
}

#[test]
fn tencent_legacy_refusal_reports_the_clock() {
    let dated = |off: i64| {
        move |_: &ReceivedRequest| {
            let date = (Utc::now() + TimeDelta::seconds(off)).format("%a, %d %b %Y %T GMT");
            response(200, r#"{"ret":3,"message":"t has passed"}"#).header("date", date.to_string())
        }
    };
    let hint = |off: i64| {
        let server = RecordingServer::start(dated(off));
        let output = server.home().run_json("tencent resume a");
        assert_eq!(output.outcomes(), ["not_applied refused"]);
        output.only_result()["error"]["hint"].as_str().unwrap_or_default().to_owned()
    };
    let (behind, ahead, near) = (hint(125), hint(-125), hint(50));
    assert!(behind.contains("api_key") && behind.contains("2m"), "{behind}");
    assert!(behind.contains("behind the server's"), "{behind}");
    assert!(ahead.contains("api_key") && ahead.contains("ahead of the server's"), "{ahead}");
    // A signature holds for `sign_ttl`, 60 seconds here, so this difference is not the reason.
    assert!(near.contains("api_key") && !near.contains("clock"), "{near}");
    // The code of a channel that never pushed is documented.
    let server = RecordingServer::replies(200, r#"{"ret":20601}"#);
    let output = server.home().run_json("tencent resume a");
    let hint = output.only_result()["error"]["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("never pushed") && !hint.contains("api_key"), "{hint}");
}

#[test]
fn accepted_key_is_not_doubted() {
    // Once the vendor has applied something, key and clock are right; another vendor's success proves nothing.
    let tencent = json!({"vendor": "tencent", "action": "resume", "target": "a"});
    let shumei = json!({"vendor": "shumei", "action": "close", "target": "a"});
    for (first, flags, is_doubted) in [
        (&tencent, "", false),
        (&tencent, "--verify --verify-timeout 1s", false),
        (&shumei, "", true),
    ] {
        let server = RecordingServer::start(|request| {
            let date = (Utc::now() + TimeDelta::hours(2)).format("%a, %d %b %Y %T GMT");
            let refused = response(200, r#"{"ret":3}"#).header("date", date.to_string());
            if request.number == 1 { accepted(request) } else { refused }
        });
        let second = json!({"vendor": "tencent", "action": "resume", "target": "b"});
        let line = format!("apply - -o json -j 1 {flags}");
        let output = server.home().run_with_input(&line, lines([first, &second]));
        let refused = output.results().pop().unwrap();
        assert_eq!(outcome(&refused), "not_applied refused", "{output:?}");
        let hint = refused["error"]["hint"].as_str().unwrap_or_default().to_owned();
        let is_named = hint.contains("api_key") && hint.contains("behind");
        assert_eq!((is_named, hint.is_empty()), (is_doubted, !is_doubted), "{hint}");
    }
}

#[test]
fn jd_openapi_sends_16_a_second() {
    let server = RecordingServer::accepting();
    let streams: Vec<_> = (0..17).map(|number| format!("live/{number}")).collect();
    let line = format!("jd drop --domain push.example.com -j 20 {}", streams.join(" "));
    server.newer_home().run_json(&line).exits(0);
    let requests = server.requests();
    let took = (requests[16].at - requests[0].at).as_millis();
    assert!((950..4_000).contains(&took), "{took} ms for 16 intervals");
}

#[test]
fn compressed_reply_is_named() {
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 4, 0, 0x43, 0xbe, 0xb7, 0xe8, 1, 0, 0, 0];
    for (header, word) in [("gzip", "gzip"), ("br", "br"), ("deflate", "deflate")] {
        let server = RecordingServer::always(
            response(200, gzip).header("content-encoding", header).retry_now(),
        );
        let output = server.home().run_json("tencent resume a --attempts 1");
        let error = output.only_result()["error"].clone();
        assert_eq!(output.outcomes(), ["unknown protocol"]);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("compressed") && message.contains(word), "{error}");
        assert!(!message.contains('\u{1f}') && !format!("{error}").contains("portal"), "{error}");
        assert_eq!(server.only_request().header("accept-encoding"), Some("identity"));
    }
}
