//! Bodies that are not the vendor's.

use super::*;
use crate::engine::classify::unreadable::QUOTED;

#[test]
fn protocol_error_names_the_reason() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let message =
        |status, body: &str| result_of(&jd, status, body.as_bytes()).fault.unwrap().message;
    assert_eq!(message(200, ""), "the answer to a request to JD is empty");
    assert_eq!(
        message(200, "<html>\n login"),
        "the answer to a request to JD is not one JSON object, each of its keys once: <html>\\u{a} login"
    );
    assert_eq!(
        message(200, "{\"ok\":1}"),
        "the answer to a request to JD holds no single whole number `status`: {\"ok\":1}"
    );
    assert_eq!(message(200, "{\"status\":12}"), "JD refused: no reason given (status 12)");
    assert_eq!(message(407, ""), "JD answered HTTP 407: a proxy wants a user name and a password");
    assert_eq!(message(503, ""), "JD answered HTTP 503");
    let body = "{\"status\":0}".to_owned() + &" ".repeat(Response::LIMIT - 12);
    let reply = Response { oversized: true, ..Response::new(200, body) };
    let result = answered(&jd, &Request::get("/", vec![]), &reply);
    assert_eq!(
        verdict(&result),
        (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None))
    );
    assert!(
        result
            .fault
            .unwrap()
            .message
            .starts_with("the answer to a request to JD is longer than 1048576 bytes")
    );
}

#[test]
fn secret_at_the_excerpt_edge_is_redacted() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let body = format!("{}k3y-of-jd", "x".repeat(QUOTED - 4));
    let message = result_of(&jd, 200, body.as_bytes()).fault.unwrap().message;
    assert!(!message.contains("k3y"), "{message}");
}

#[test]
fn compressed_answer_is_reported_as_such() {
    let jd = jd::tests::account("u", "k");
    let gzip = Some("gzip".to_owned());
    let reply = Response { content_encoding: gzip, ..Response::new(200, &b"\x1f\x8b\x08"[..]) };
    let result = answered(&jd, &Request::get("/", vec![]), &reply);
    let fault = result.fault.unwrap();
    assert_eq!(
        fault.message,
        "the answer to a request to JD is compressed (gzip), which was not asked for"
    );
    assert!(!fault.hint.unwrap().contains("captive portal"));
}
