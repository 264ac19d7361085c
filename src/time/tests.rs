//! Durations, moments and ends as people write them.

use super::*;

fn now() -> Timestamp {
    DateTime::parse_from_rfc3339("2026-11-21T10:00:00.700Z").unwrap().to_utc()
}

#[test]
fn durations_parse() {
    for (text, millis) in [
        ("500ms", 500),
        ("90s", 90_000),
        ("30m", 1_800_000),
        ("2h", 7_200_000),
        ("3d", 259_200_000),
        ("2h30m", 9_000_000),
        ("1s500ms", 1_500),
    ] {
        assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
    }
}

#[test]
fn spans_have_at_most_two_units() {
    for (seconds, text) in [
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (599, "9 min 59 s"),
        (1_529, "25 min"),
        (3_599, "1 h"),
        (3_944, "1 h 6 min"),
        (7_200, "2 h"),
        (86_399, "1 d"),
        (90_000, "1 d 1 h"),
        (89 * 86_400, "89 d"),
    ] {
        assert_eq!(span(seconds), text, "{seconds}");
    }
}

#[test]
fn end_has_its_distance_from_now() {
    let end = |seconds: i64| {
        let text = local_end(now() + TimeDelta::milliseconds(seconds * 1000 + 700), now());
        text.rsplit(", ").next().unwrap().to_owned()
    };
    assert_eq!([end(7200), end(30), end(-600)], ["in 2 h", "in 30 s", "9 min 59 s ago"]);
}

#[test]
fn http_dates_have_three_forms() {
    for date in [
        "Sat, 21 Nov 2026 10:00:00 GMT",
        "Saturday, 21-Nov-26 10:00:00 GMT",
        "Sat Nov 21 10:00:00 2026",
    ] {
        assert_eq!(http_date(date).map(seconds).as_deref(), Some("2026-11-21T10:00:00Z"), "{date}");
    }
    assert_eq!(
        http_date("Sat Nov  1 10:00:00 2025").map(seconds).as_deref(),
        Some("2025-11-01T10:00:00Z")
    );
    for junk in ["", "yesterday", "2026-11-21T10:00:00Z", "Sunday, 21-Nov-26 10:00:00 GMT"] {
        assert_eq!(http_date(junk), None, "{junk}");
    }
}

#[test]
fn clock_difference_has_a_tolerance() {
    for (seconds, expected) in [
        (0, "agrees with"),
        (2, "agrees with"),
        (-2, "agrees with"),
        (3, "is 3s ahead of"),
        (-7200, "is 2h behind"),
    ] {
        let here = now() + TimeDelta::seconds(seconds);
        assert!(difference(here, now()).contains(expected), "{seconds}");
    }
}

#[test]
fn length_round_trips() {
    for (seconds, text) in
        [(1, "1s"), (60, "1m"), (9000, "2h30m"), (86_400, "1d"), (90_061, "1d1h1m1s")]
    {
        assert_eq!(length(seconds), text);
        assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
    }
}

#[test]
fn invalid_durations_are_refused() {
    for text in [
        "",
        "2",
        "h",
        "2 h",
        "-2h",
        "+2h",
        "2h2h",
        "30m2h",
        "1.5h",
        "2H",
        "0s",
        "2hours",
        "99999999999999999999s",
        "9999999999999999d",
        "２h",
    ] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn end_is_rounded_up_to_the_second() {
    assert_eq!(seconds(end_after("2h", now()).unwrap().at), "2026-11-21T12:00:01Z");
    let whole = now() - TimeDelta::milliseconds(700);
    assert_eq!(seconds(end_after("2h", whole).unwrap().at), "2026-11-21T12:00:00Z");
    for moment in ["2026-11-21T20:00:00.001+08:00", "2026-11-21T20:00:00.9+08:00"] {
        assert_eq!(seconds(end_at(moment, now()).unwrap().at), "2026-11-21T12:00:01Z");
    }
    assert_eq!(seconds(end_at("1795262400", now()).unwrap().at), "2026-11-21T12:00:00Z");
}

#[test]
fn end_is_capped_at_89_days() {
    let end = end_after("90d", now()).unwrap();
    assert_eq!((seconds(end.at).as_str(), end.capped), ("2027-02-18T10:00:00Z", true));
    let end = end_after("89d", now()).unwrap();
    assert_eq!((seconds(end.at).as_str(), end.capped), ("2027-02-18T10:00:00Z", false));
    assert!(end_at("99999999999", now()).unwrap().capped);
    assert!(end_after("999999999d", now()).unwrap().capped);
    assert_eq!(end_latest(now()).at, end.at);
}

#[test]
fn ambiguous_moments_are_refused() {
    for (text, expected) in [
        ("2026-11-21T20:00:00", "without a zone"),
        ("2026-11-21 20:00", "without a zone"),
        ("1795262400000", "milliseconds"),
        ("tomorrow", "a moment is written"),
        ("-5", "a moment is written"),
        ("", "a moment is written"),
    ] {
        let error = end_at(text, now()).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn end_may_have_passed() {
    for (text, at) in
        [("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"), ("2", "1970-01-01T00:00:02Z")]
    {
        let end = end_at(text, now()).unwrap();
        assert_eq!((seconds(end.at).as_str(), end.capped, end.is_past), (at, false, true));
    }
    assert_eq!(past(now()), "2026-11-21T10:00:00Z is in the past; use a moment in the future");
}

#[test]
fn duration_errors_are_specific() {
    assert!(duration("").unwrap_err().contains("is written like"));
    assert_eq!(duration("0s").unwrap_err(), "a duration must be greater than zero");
    for text in ["500ms", "1s500ms"] {
        assert!(end_after(text, now()).unwrap_err().contains("whole seconds"), "{text}");
    }
}

#[test]
fn last_instant_of_a_second_is_not_capped() {
    let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00.999Z").unwrap().to_utc();
    assert!(!end_after("89d", now).unwrap().capped);
    assert_eq!(millis(now), "2026-11-21T10:00:00.999Z");
}
