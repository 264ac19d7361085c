//! Reasons and ids: what is recorded, what is sent, and what is refused.

use super::*;

#[test]
fn reason_is_recorded_and_sent() {
    let why = |line: &str| line.replace('}', r#","reason":"court order"}"#);
    let mut context = later();
    let operation = read_in(&mut context, &why(FORBID)).unwrap();
    assert_eq!(operation.settings()[3], ("reason", "court order".into()));
    let asked =
        [("domain", "push.example.com".into()), ("app", "live".into()), ("for", "2h".into())];
    assert_eq!(operation.requested(), asked);
    assert_eq!(
        shown(&operation.request(&["c"])),
        r#"POST / ForbidLiveStream {"AppName":"live","DomainName":"push.example.com","StreamName":"c","ResumeTime":"2026-11-21T12:00:00Z","Reason":"court order"}"#
    );
    let plain = read_in(&mut context, FORBID).unwrap();
    assert_eq!((operation.target(), operation.until()), (plain.target(), plain.until()));
    assert_eq!(operation.spec().title(), "tencent forbid");
    assert_eq!(operation.check().unwrap().expected, plain.check().unwrap().expected);

    let permit = read_in(&mut first(), &why(PERMIT)).unwrap();
    assert_eq!(permit.batch_key().map(|word| &**word), Some("a.com"));
    assert!(!shown(&permit.request(&["live/a"])).contains("court"));
    assert_eq!(read(&why(STATUS)).unwrap_err(), "reason: tencent status takes no `reason`");
}

#[test]
fn id_is_recorded_and_not_sent() {
    let with = |id: &str| FORBID.replace('}', &format!(r#","id":{id}}}"#));
    let mut context = later();
    let operation = read_in(&mut context, &with(r#""msg 1""#)).unwrap();
    assert_eq!(operation.id(), Some("msg 1"));
    assert_eq!(operation.settings().last(), Some(&("id", "msg 1".into())));
    let plain = read_in(&mut context, FORBID).unwrap();
    assert_eq!((operation.requested(), plain.id()), (plain.requested(), None));
    assert_eq!(shown(&operation.request(&["c"])), shown(&plain.request(&["c"])));
    // A look has no reason, and may have an id.
    let look = read(&STATUS.replace('}', r#","id":"a"}"#)).unwrap();
    assert_eq!((look.settings().len(), look.id()), (1, Some("a")));
    for (id, problem) in [
        (r#""""#, "id: an id is not empty; leave out the key"),
        (
            r#""https://a.com/x?key=1""#,
            "id: an id is no URL with a query or user info, which may be secret",
        ),
    ] {
        assert_eq!(read(&with(id)).unwrap_err(), problem);
    }
    assert!(read(&with("7")).is_err() && read(&with(r#"" a""#)).is_err());
    assert!(read(&with(&format!("{:?}", "x".repeat(1025)))).is_err());
}

#[test]
fn run_reason_applies_to_acting_operations() {
    let mut context = PlanContext { reason: Some("of the run".into()), ..first() };
    let mut reason = |line: &str| {
        let settings = read_in(&mut context, line).unwrap().settings();
        settings.into_iter().find(|(key, _)| *key == "reason").map(|(_, reason)| reason)
    };
    assert_eq!(reason(RESUME), Some("of the run".into()));
    assert_eq!(reason(&RESUME.replace('}', r#","reason":"its own"}"#)), Some("its own".into()));
    assert_eq!(reason(STATUS), None);
}

#[test]
fn reason_limits() {
    let because = |reason: &str| read(&RESUME.replace('}', &format!(r#","reason":"{reason}"}}"#)));
    assert!(because(&"r".repeat(2048)).is_ok());
    for (reason, problem) in [
        ("r".repeat(2049), "reason: a reason has at most 2048 bytes"),
        (String::new(), "reason: it is empty"),
        (" r".into(), "reason: it begins or ends with a blank"),
    ] {
        assert_eq!(because(&reason).unwrap_err(), problem);
    }
}
