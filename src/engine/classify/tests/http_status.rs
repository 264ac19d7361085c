//! HTTP statuses and the waits that they ask for.

use std::time::Duration;

use super::*;

#[test]
fn retry_after_is_reported() {
    let jd = jd::tests::account("u", "k");
    let hint = |status, header: &str| {
        let reply = Response { retry_after: Some(header.into()), ..Response::new(status, "") };
        answered(&jd, &Request::get("/", vec![]), &reply).fault.unwrap().hint
    };
    let unknown = "it may have taken effect; read the state before it is sent again";
    for (status, next) in [(429, "lower --rate, or try again later"), (503, unknown)] {
        assert_eq!(
            hint(status, "90"),
            Some(format!("the reply asks to wait 1m30s before another; {next}"))
        );
        let plain = Some(next.to_owned());
        assert_eq!((hint(status, "0"), hint(status, "soon")), (plain.clone(), plain));
    }
    let path = "check the endpoint and the proxy in the profile";
    assert_eq!(hint(404, "90").as_deref(), Some(path));
    let refused = hint(403, "90").unwrap();
    assert!(refused.contains(path) && refused.contains("address is allowed"), "{refused}");
}

#[test]
fn failed_look_has_no_effect_to_warn_of() {
    let jd = jd::tests::account("u", "k");
    let look =
        Request { question: Some(ResponseReader::new(|_, _| None)), ..Request::get("/", vec![]) };
    let result = answered(&jd, &look, &Response::new(502, ""));
    let hint = result.fault.unwrap().hint.unwrap();
    assert!(hint.ends_with("try again later") && !hint.contains("effect"), "{hint}");
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let jd = jd::tests::account("u", "k");
    let wait = |header: &str| {
        let reply = Response { retry_after: Some(header.into()), ..Response::new(503, "") };
        match answered(&jd, &Request::get("/", vec![]), &reply).retry {
            Retry::Backoff(wait) => wait,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait("3"), Some(Duration::from_secs(3)));
    assert_eq!(wait("Sat, 21 Nov 2026 10:00:05 GMT"), Some(Duration::from_secs(5)));
    assert_eq!(wait("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
    for junk in ["soon", "", "-3", "3.5"] {
        assert_eq!(wait(junk), None, "{junk}");
    }
}
