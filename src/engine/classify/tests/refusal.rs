//! Refusals and the hints beside them.

use super::*;

#[test]
fn refused_signature_reports_the_clock() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let at = "2026-11-21T10:00:00.500Z".parse().unwrap();
    let hint = |body: &str, date: Option<&str>| {
        let reply =
            Response { date: date.map(str::to_owned), ..Response::new(200, body.to_owned()) };
        classify(
            &jd,
            &Request::get("/", vec![]),
            SigningContext::fresh(at),
            &reply,
            at,
            &Redactor::default(),
        )
        .fault
        .unwrap()
        .hint
    };
    let refused = r#"{"status":7}"#;
    let ahead = hint(refused, Some("Sat, 21 Nov 2026 09:51:00 GMT")).unwrap();
    assert!(ahead.ends_with("; this machine's clock is 9m ahead of the server's"), "{ahead}");
    let agrees = hint(refused, Some("Sat, 21 Nov 2026 10:00:00 GMT")).unwrap();
    assert!(agrees.ends_with("; this machine's clock agrees with the server's"), "{agrees}");
    for junk in [None, Some(""), Some("yesterday")] {
        assert!(!hint(refused, junk).unwrap().contains("this machine's clock is"), "{junk:?}");
    }
    assert_eq!(
        hint(r#"{"status":12}"#, Some("Sat, 21 Nov 2026 09:51:00 GMT"))
            .map(|hint| hint.contains("9m")),
        Some(false)
    );
}

#[test]
fn outdated_signature_is_not_a_wrong_key() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let reply = Response::new(200, "{\"status\":7}");
    let context = SigningContext::fresh("2026-11-21T15:59:59.900Z".parse().unwrap());
    let now = "2026-11-21T16:00:00.100Z".parse().unwrap();
    let result =
        classify(&jd, &Request::get("/", vec![]), context, &reply, now, &Redactor::default());
    assert_eq!(
        verdict(&result),
        (Status::NotApplied, Some(FaultKind::Credentials), Retry::Backoff(None))
    );
    assert!(result.fatal.is_none());
}

#[test]
fn vendor_message_is_redacted() {
    let jd = jd::tests::account("u", "k3y-of-jd");
    let result = result_of(
        &jd,
        200,
        b"{\"status\":12,\"msg\":\" key K3Y-of-jd is bad\\u001b[2J \",\"data\":{\"k3y-of-jd\":1}}",
    );
    assert_eq!(result.answer.message.as_deref(), Some("key *** is bad\u{1b}[2J"));
    assert!(result.answer.response.unwrap().as_str().ends_with(r#""data":{"***":1}}"#));
    assert_eq!(result.fault.unwrap().message, "JD refused: key *** is bad\\u{1b}[2J (status 12)");
}

#[test]
fn vendor_code_is_redacted() {
    let v3 = tencent::v3::tests::account();
    let body =
        r#"{"Response":{"RequestId":"r","Error":{"Code":"Bad.k3y-OF-tencent","Message":"m"}}}"#;
    let result = result_of(&v3, 200, body.as_bytes());
    assert_eq!(result.answer.code, Some(Code::Word("Bad.***".into())));
    assert_eq!(result.fault.unwrap().message, "Tencent refused: m (Bad.***)");
}
