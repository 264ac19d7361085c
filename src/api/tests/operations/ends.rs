//! Ends of bans: lengths, moments, and what a resumed run keeps.

use super::*;

#[test]
fn ban_has_a_length_or_is_permanent() {
    const MISSING: &str =
        "for: the end of the ban is missing; give --for DUR, --until TIME or --permanent";
    let ban = |end: &str| {
        read_in(
            &mut first(),
            &format!(r#"{{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com"{end}}}"#),
        )
    };
    for (end, problem) in [
        ("", MISSING),
        (r#","permanent":false"#, MISSING),
        (
            r#","for":"1m","permanent":true"#,
            "permanent: one end is enough: --for DUR, --until TIME or --permanent",
        ),
        (r#","longest":true"#, "longest: JD bans without an end instead; give --permanent"),
        (
            r#","for":"2147483648m""#,
            "for: JD takes 2147483647 minutes at most; a ban without an end is `permanent`",
        ),
        (
            r#","until":"2026-11-21T09:00:00Z""#,
            "until: 2026-11-21T09:00:00Z is in the past; use a moment in the future",
        ),
        (r#","for":"90s""#, "for: JD's legacy API takes whole minutes, such as 30m or 2h"),
    ] {
        assert_eq!(ban(end).unwrap_err(), problem);
    }
    assert!(ban(r#","for":"1m","permanent":false"#).is_ok());
    let fraction = JD_FORBID.replace("90m", "1500ms");
    assert_eq!(
        read_in(&mut later(), &fraction).unwrap_err(),
        "for: JD takes whole seconds, such as 90s or 2h"
    );
}

#[test]
fn long_end_has_a_note() {
    let ban =
        |end: &str| read(&format!(r#"{{"vendor":"tencent","action":"forbid","target":"c"{end}}}"#));
    let all = "--for DUR, --until TIME or --longest";
    for (end, problem) in [
        ("", format!("for: the end of the ban is missing; give {all}")),
        (r#","longest":false"#, format!("for: the end of the ban is missing; give {all}")),
        (r#","for":"2h","until":"1795262400""#, format!("until: one end is enough: {all}")),
        (r#","for":"2h","longest":true"#, format!("longest: one end is enough: {all}")),
        (
            r#","permanent":true"#,
            "permanent: Tencent has no ban without an end, and keeps one for 89 days for certain; give --longest".into(),
        ),
        (
            r#","until":"2026-11-21T10:00:00Z""#,
            "until: 2026-11-21T10:00:00Z is in the past; use a moment in the future".into(),
        ),
    ] {
        assert_eq!(ban(end).unwrap_err(), problem);
    }
    for (end, is_noted) in
        [(r#","longest":true"#, false), (r#","for":"89d""#, false), (r#","for":"90d""#, true)]
    {
        let mut context = context();
        let line = format!(r#"{{"vendor":"tencent","action":"forbid","target":"c"{end}}}"#);
        let operation = read_in(&mut context, &line).unwrap();
        assert_eq!(operation.settings(), [("until", "2027-02-18T10:00:00Z".into())]);
        assert_eq!(operation.requested().len(), 1);
        assert_eq!(
            context.notes.iter().any(|note| note.contains("89 days from now")),
            is_noted,
            "{end}"
        );
    }
}

#[test]
fn length_in_place_of_a_target_is_recognized() {
    for line in [
        r#"{"vendor":"tencent","action":"forbid","target":"2h"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"2h","domain":"a.com"}"#,
    ] {
        assert_eq!(read(line).unwrap_err(), "target: it reads as the length of a ban: --for 2h");
    }
    let named = r#"{"vendor":"tencent","action":"forbid","target":"2h","for":"30m"}"#;
    assert_eq!(read(named).unwrap().target(), "2h");
}

#[test]
fn file_ends_are_keys_and_may_have_passed() {
    let file = || PlanContext { is_file: true, ..later() };
    let past = [
        r#"{"vendor":"tencent","action":"forbid","target":"c","until":"2026-11-21T09:00:00Z"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com","until":"2026-11-21T09:00:00Z"}"#,
    ];
    for line in past {
        let operation = read_in(&mut file(), line).unwrap();
        assert_eq!(operation.until(), "2026-11-21T09:00:00Z".parse().ok(), "{line}");
    }
    let missing = r#"{"vendor":"tencent","action":"forbid","target":"c"}"#;
    assert_eq!(
        read_in(&mut file(), missing).unwrap_err(),
        "for: the end of the ban is missing; give `for`, `until` or `longest`"
    );
}

#[test]
fn jd_end_is_sent_as_time_left() {
    let line = r#"{"vendor":"jd","action":"forbid","target":"a/b","domain":"a.com","until":"2026-11-21T10:02:30.5Z"}"#;
    for (mut context, member, left) in [
        (first(), "time", [("10:00:00", 3), ("10:01:31", 1), ("10:02:30.9", 1)]),
        (later(), "forbidTime", [("10:00:00", 151), ("10:01:31", 60), ("10:02:30.9", 1)]),
    ] {
        let operation = read_in(&mut context, line).unwrap();
        assert_eq!(operation.settings()[1], ("until", "2026-11-21T10:02:31Z".into()));
        assert_eq!(operation.requested()[1], ("until", "2026-11-21T10:02:30.5Z".into()));
        for (at, units) in left {
            let at = format!("2026-11-21T{at}Z").parse().unwrap();
            let request = operation.request(&["a/b"]).leaving_at(at);
            let body = request.body.unwrap();
            let sent = body.iter().find(|(name, _)| *name == member).unwrap();
            assert_eq!(sent.1, Value::from(units), "{member} at {at}");
            assert!(member != "time" || body.contains(&("type", 2.into())));
        }
    }
}

#[test]
fn end_that_an_earlier_run_resolved_is_kept() {
    let (ahead, past): (Timestamp, Timestamp) =
        ("2026-11-21T11:00:00Z".parse().unwrap(), "2026-11-21T09:00:00Z".parse().unwrap());
    for (kept, asked, until) in [
        (ahead, r#""for":"2h""#, "2026-11-21T11:00:00Z"),
        (ahead, r#""longest":true"#, "2026-11-21T11:00:00Z"),
        // A length whose end has passed counts anew; a moment stays what it is.
        (past, r#""for":"2h""#, "2026-11-21T12:00:00Z"),
        (past, r#""longest":true"#, "2027-02-18T10:00:00Z"),
        (past, r#""until":"2026-11-21T09:00:00Z""#, "2026-11-21T09:00:00Z"),
    ] {
        let mut context = PlanContext { kept_end: &|_| Some(kept), ..context() };
        let line = format!(r#"{{"vendor":"tencent","action":"forbid","target":"c",{asked}}}"#);
        let operation = read_in(&mut context, &line).unwrap();
        assert_eq!(operation.until(), until.parse().ok(), "{asked}");
        assert_eq!(operation.renews(), !asked.contains("until"));
    }
}
