//! Real and made-up responses, and what each proves.

mod http_status;
mod kept;
mod refusal;
mod unreadable;

use super::*;
use crate::api::request::Echo;
use crate::api::{jd, shumei, tencent};
use crate::outcome::Status;

fn result_of(vendor: &dyn Api, status: u16, body: &[u8]) -> AttemptResult {
    let request = Request { echo: Some(Echo::Seconds(10)), ..Request::get("/", vec![]) };
    answered(vendor, &request, &Response::new(status, body.to_vec()))
}

fn verdict(result: &AttemptResult) -> (Status, Option<FaultKind>, Retry) {
    (result.status, result.fault.as_ref().map(|fault| fault.kind), result.retry)
}

/// The result of a request that gets this response at the moment at which it leaves.
fn answered(vendor: &dyn Api, request: &Request, response: &Response) -> AttemptResult {
    let at = "2026-11-21T10:00:00Z".parse().unwrap();
    let redactor = Redactor::new(vendor.secrets());
    classify(vendor, request, SigningContext::fresh(at), response, at, &redactor)
}

#[test]
fn only_the_vendors_success_value_succeeds() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let unknown = (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None));
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "0",
        "\"ok\"",
        "<html>",
        "[{\"status\":0}]",
        "{\"status\":0.0}",
        "{\"status\":null}",
        "{\"status\":true}",
        "{\"status\":\"\"}",
        "{\"status\":\"0.0\"}",
        "{\"status\":\"+0\"}",
        "{\"status\":\" 0\"}",
        "{\"status\":-0}",
        "{\"status\":00}",
        "{\"status\":99999999999999999999}",
        "{\"data\":{\"status\":0}}",
        "{\"code\":1100}",
        "{\"ret\":0}",
        "{\"Status\":0}",
        "{\"status\":0,\"status\":0}",
        "{\"status\":0,\"status\":7}",
        "{\"status\":0}x",
        "{\"status\":0}{\"status\":0}",
        "{\"status\":0",
        "\u{feff}{\"status\":0}",
        "{\"status\":0,\"msg\":\"a\",\"msg\":\"b\"}",
    ] {
        assert_eq!(verdict(&result_of(&jd, 200, body.as_bytes())), unknown, "{body}");
    }
    assert_eq!(
        verdict(&result_of(&jd, 200, b"{\"status\":0,\"msg\":\"\xb3\xc9\xb9\xa6\"}")),
        unknown
    );
    for body in [
        "{\"status\":0}",
        "{\"status\":\"0\"}",
        " {\"status\" : 0, \"msg\":\"failed\"} \n",
        "{\"msg\":null,\"status\":0,\"data\":null}",
    ] {
        assert_eq!(
            verdict(&result_of(&jd, 200, body.as_bytes())),
            (Status::Applied, None, Retry::No),
            "{body}"
        );
        assert_eq!(
            verdict(&result_of(&jd, 201, body.as_bytes())),
            (Status::Applied, None, Retry::No),
            "{body}"
        );
        assert_ne!(result_of(&jd, 302, body.as_bytes()).status, Status::Applied, "{body}");
        assert_ne!(result_of(&jd, 500, body.as_bytes()).status, Status::Applied, "{body}");
    }
}

#[test]
fn tencents_two_names_for_the_verdict_must_agree() {
    let tencent = tencent::tests::account("key-of-tencent");
    assert_eq!(result_of(&tencent, 200, b"{\"ret\":0,\"retcode\":0}").status, Status::Applied);
    assert_eq!(result_of(&tencent, 200, b"{\"ret\":0}").status, Status::Applied);
    assert_eq!(result_of(&tencent, 200, b"{\"ret\":0,\"retcode\":1}").status, Status::Unknown);
    assert_eq!(result_of(&tencent, 200, b"{\"retcode\":0}").status, Status::Unknown);
    assert_eq!(
        result_of(&tencent, 200, b"{\"ret\":1,\"errmsg\":\"no\"}").answer.message.as_deref(),
        Some("no")
    );
}

#[test]
fn codes_and_statuses_have_results() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let shumei = shumei::tests::account("key-of-shumei");
    let (no, unknown) = (Status::NotApplied, Status::Unknown);
    for (vendor, status, body, expected) in [
        (&jd as &dyn Api, 200, "{\"status\":12}", (no, Some(FaultKind::Refused), Retry::No)),
        (&jd, 200, "{\"status\":7}", (no, Some(FaultKind::Credentials), Retry::No)),
        (&jd, 200, "{\"status\":-1}", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (
            &jd,
            200,
            "{\"status\":0,\"data\":{\"PublishNormalTimeout\":9}}",
            (unknown, Some(FaultKind::Echo), Retry::No),
        ),
        (&shumei, 200, "{\"code\":1901}", (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
        (&shumei, 200, "{\"code\":1903}", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 200, "{\"code\":1101}", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 200, "{\"code\":9101}", (no, Some(FaultKind::Credentials), Retry::No)),
        (&shumei, 200, "{\"code\":0}", (no, Some(FaultKind::Refused), Retry::No)),
        (&shumei, 302, "", (no, Some(FaultKind::Redirect), Retry::No)),
        (&shumei, 400, "", (no, Some(FaultKind::Http), Retry::No)),
        (&shumei, 401, "", (no, Some(FaultKind::Credentials), Retry::No)),
        (&shumei, 404, "{\"code\":1100}", (no, Some(FaultKind::Http), Retry::No)),
        (&shumei, 407, "", (no, Some(FaultKind::Http), Retry::No)),
        (&shumei, 101, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 408, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 429, "", (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
        (&shumei, 500, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 524, "{\"code\":1100}", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (&shumei, 204, "", (unknown, Some(FaultKind::Protocol), Retry::Backoff(None))),
    ] {
        let result = result_of(vendor, status, body.as_bytes());
        assert_eq!(verdict(&result), expected, "{status} {body}");
        assert_eq!(
            result.fatal.is_some(),
            result.fault.unwrap().kind == FaultKind::Credentials,
            "{status} {body}"
        );
    }
}

#[test]
fn jd_openapi_refuses_with_http_status() {
    let jd = jd::openapi::tests::account("id", "k3y-of-jd", "https://live.jdcloud-api.com");
    let (no, unknown) = (Status::NotApplied, Status::Unknown);
    for (status, code, expected) in [
        (200, 404, (no, Some(FaultKind::Refused), Retry::No)),
        (400, 400, (no, Some(FaultKind::Refused), Retry::No)),
        (404, 404, (no, Some(FaultKind::Refused), Retry::No)),
        (401, 401, (no, Some(FaultKind::Credentials), Retry::No)),
        (400, 401, (no, Some(FaultKind::Credentials), Retry::No)),
        (429, 429, (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
        (400, 500, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (408, 408, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (503, 503, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (500, 404, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        // Where the two differ, a plain refusal does not hide the HTTP status.
        (401, 400, (no, Some(FaultKind::Credentials), Retry::No)),
        (407, 400, (no, Some(FaultKind::Http), Retry::No)),
        (408, 400, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
        (429, 400, (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
        (302, 404, (no, Some(FaultKind::Redirect), Retry::No)),
    ] {
        let error = format!(r#"{{"code":{code},"status":"WORD","message":"words"}}"#);
        let result =
            result_of(&jd, status, format!(r#"{{"requestId":"r","error":{error}}}"#).as_bytes());
        assert_eq!(verdict(&result), expected, "{status} {code}");
        assert_eq!(
            result.fatal.is_some(),
            expected.1 == Some(FaultKind::Credentials),
            "{status} {code}"
        );
        let answer = result.answer;
        assert_eq!(
            (answer.code, answer.message.as_deref()),
            (Some(Code::Number(code)), Some("words")),
            "{status}"
        );
    }
    for (status, code, word, expected) in [
        (429, 429, "RATE_LIMIT", (FaultKind::Throttled, Retry::Throttled(None), false)),
        (
            200,
            400,
            "HTTP_RATE_LIMIT_EXCEEDED",
            (FaultKind::Throttled, Retry::Throttled(None), false),
        ),
        (401, 401, "ACCESS_ERROR", (FaultKind::Credentials, Retry::No, true)),
        (403, 403, "HTTP_FORBIDDEN", (FaultKind::Refused, Retry::No, false)),
        (404, 404, "NOT_FOUND", (FaultKind::Refused, Retry::No, false)),
    ] {
        let body = format!(
            r#"{{"error":{{"message":"m","status":"{word}","code":{code}}},"requestId":"r"}}"#
        );
        let result = result_of(&jd, status, body.as_bytes());
        let (_, kind, retry) = verdict(&result);
        assert_eq!((kind.unwrap(), retry, result.fatal.is_some()), expected, "{word}");
    }
    assert_eq!(verdict(&result_of(&jd, 404, b"<html>")), (no, Some(FaultKind::Http), Retry::No));
    assert_eq!(result_of(&jd, 404, br#"{"requestId":"r","result":{}}"#).status, no);
}

#[test]
fn look_is_answered_by_state_or_list() {
    let tencent = tencent::tests::account("key-of-tencent");
    let question = ResponseReader {
        answers: &[(20601, "never_pushed")],
        read: |_, reply| {
            let items = reply.get("items")?.as_array()?.clone();
            Some(Observation { items: Some(items), total: Some(7), ..Observation::state("live") })
        },
        find: None,
    };
    let request = Request { question: Some(question), ..Request::get("/", vec![]) };
    let ask = |body: &'static str| answered(&tencent, &request, &Response::new(200, body));

    let seen = ask(r#"{"ret":0,"items":["a","key-of-tencent"]}"#);
    assert_eq!(
        (seen.status, seen.answer.state.as_deref(), seen.total),
        (Status::Applied, Some("live"), Some(7))
    );
    assert_eq!(seen.items, Some(vec!["a".into(), "***".into()]));
    let known = ask(r#"{"ret":20601,"message":"never pushed"}"#);
    assert_eq!(
        (known.status, known.answer.state.as_deref()),
        (Status::Applied, Some("never_pushed"))
    );
    assert_eq!(known.answer.code, Some(Code::Number(20601)));
    let refused = ask(r#"{"ret":1,"items":[]}"#);
    assert_eq!((refused.status, refused.answer.state), (Status::NotApplied, None));
    let silent = ask(r#"{"ret":0}"#);
    assert_eq!(
        verdict(&silent),
        (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None))
    );
    assert_eq!(silent.fault.unwrap().message, "Tencent answers without the state");
}
