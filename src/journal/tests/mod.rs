//! What a journal records, and which operations a resumed run may skip.

mod files;

use std::fs::OpenOptions;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::file::{holder_in, note};
use super::history::History;
use super::record::{Record, SCHEMA};
use super::writer::Journal;
use crate::api::VENDORS;
use crate::time::Timestamp;

const AT: &str = "2026-11-21T10:00:00.000Z";
const LATER: &str = "2026-11-21T12:00:00Z";
const LATEST: &str = "2026-11-21T18:00:00Z";

fn asked(action: &str, length: &str) -> Map<String, Value> {
    let Value::Object(asked) =
        json!({"vendor": "tencent", "action": action, "target": "c1", "for": length})
    else {
        unreachable!()
    };
    asked
}

fn record(asked: &Map<String, Value>, until: &str, attempt: u32, outcome: Option<&str>) -> String {
    let mut operation = asked.clone();
    operation.remove("for");
    operation.insert("until".into(), until.into());
    let record = if outcome.is_some() { "result" } else { "intent" };
    let result = outcome.map(|outcome| json!({"outcome": outcome}));
    let record = Record {
        schema: SCHEMA,
        record,
        at: AT.into(),
        run: "20261121T100000Z-7k2m",
        profile: Some("prod"),
        asked,
        operation: &operation,
        attempt,
        result,
    };
    serde_json::to_string(&record).unwrap()
}

/// Reads one more line.
pub(crate) fn learn(history: &mut History, line: &str) {
    history.read_line(line.as_bytes()).unwrap();
}

/// An operation as asked, its end, the attempt, and the outcome of a result.
type Step<'a> = (&'a Map<String, Value>, &'a str, u32, Option<&'a str>);

/// The history after these records: what was asked, its end, the attempt, and the outcome of a result.
fn after(steps: &[Step<'_>]) -> History {
    let mut history = History::new(VENDORS);
    for (asked, until, attempt, outcome) in steps {
        learn(&mut history, &record(asked, until, *attempt, *outcome));
    }
    history
}

#[expect(clippy::unnecessary_wraps, reason = "as the journal tells it")]
fn moment(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn is_done(history: &History, asked: &Map<String, Value>) -> bool {
    history.applied_at(Some("prod"), asked).is_some()
}

#[test]
fn intent_alone_keeps_its_end() {
    let forbid = asked("forbid", "2h");
    let history = after(&[(&forbid, LATER, 1, None)]);
    assert_eq!(history.applied_at(Some("prod"), &forbid), None);
    assert_eq!(history.kept_end(Some("prod"), &forbid), moment(LATER));
}

#[test]
fn look_supersedes_nothing() {
    let (forbid, status) = (asked("forbid", "2h"), asked("status", "2h"));
    let history = after(&[
        (&forbid, LATER, 1, Some("applied")),
        (&status, LATER, 1, None),
        (&status, LATER, 1, Some("unknown")),
        (&status, LATER, 1, None),
    ]);
    assert!(is_done(&history, &forbid));
    assert!(!is_done(&history, &status));
}

#[test]
fn applied_record_has_its_time() {
    let forbid = asked("forbid", "2h");
    let history = after(&[(&forbid, LATER, 1, None), (&forbid, LATER, 1, Some("applied"))]);
    assert_eq!(history.applied_at(Some("prod"), &forbid), moment(AT));
    for other in [asked("forbid", "3h"), asked("resume", "2h")] {
        assert_eq!(history.applied_at(Some("prod"), &other), None);
    }
    for other in [None, Some("sandbox"), Some("Prod")] {
        assert_eq!(history.applied_at(other, &forbid), None, "{other:?}");
    }
}

#[test]
fn later_send_replaces_an_applied_record() {
    let forbid = asked("forbid", "2h");
    let done = [(&forbid, LATER, 1, None), (&forbid, LATER, 1, Some("applied"))];
    let intent = (&forbid, LATEST, 1, None);
    for (steps, is_done_still) in [
        (vec![intent], false),
        (vec![intent, (&forbid, LATEST, 1, Some("unknown"))], false),
        (vec![intent, (&forbid, LATEST, 1, Some("not_applied"))], false),
        (vec![intent, (&forbid, LATEST, 1, Some("applied"))], true),
        (vec![(&forbid, LATEST, 0, Some("skipped"))], true),
    ] {
        let history = after(&[&done[..], &steps].concat());
        let is_sent_again = steps[0].3.is_none();
        assert_eq!(is_done(&history, &forbid), is_done_still, "{steps:?}");
        let end = if is_sent_again { LATEST } else { LATER };
        assert_eq!(history.kept_end(Some("prod"), &forbid), moment(end), "{steps:?}");
    }
}

#[test]
fn last_record_of_a_result_counts() {
    let forbid = asked("forbid", "2h");
    let applied = [(&forbid, LATER, 1, None), (&forbid, LATER, 1, Some("applied"))];
    for (amended, is_done_still) in [("unknown", false), ("applied", true)] {
        let steps = [&applied[..], &[(&forbid, LATER, 1, Some(amended))]].concat();
        let history = after(&steps);
        assert_eq!(is_done(&history, &forbid), is_done_still, "{amended}");
        assert_eq!(history.kept_end(Some("prod"), &forbid), moment(LATER), "{amended}");
    }
    // The moment from which a length counts is that of the answer, not that of the last look.
    let mut history = after(&applied);
    let later = record(&forbid, LATER, 1, Some("applied")).replace(AT, "2026-11-21T10:59:59.000Z");
    assert!(later.contains("10:59:59"));
    learn(&mut history, &later);
    assert_eq!(history.applied_at(Some("prod"), &forbid), moment(AT));
}

#[test]
fn only_applied_is_done() {
    let forbid = asked("forbid", "2h");
    for outcome in ["not_applied", "unknown", "skipped"] {
        assert!(!is_done(&after(&[(&forbid, LATER, 1, Some(outcome))]), &forbid), "{outcome}");
    }
}

#[test]
fn record_key_order_is_ignored() {
    let forbid = asked("forbid", "2h");
    let history = after(&[(&forbid, LATER, 1, Some("applied"))]);
    assert!(is_done(&history, &forbid.into_iter().rev().collect()));
}

#[test]
fn later_change_makes_an_operation_new() {
    let (forbid, resume) = (asked("forbid", "2h"), asked("resume", "-"));
    let done = [(&forbid, LATER, 1, None), (&forbid, LATER, 1, Some("applied"))];
    let then = |steps: &[Step<'_>]| after(&[&done[..], steps].concat());
    let intent = (&resume, AT, 1, None);

    for (steps, is_new) in [
        (vec![intent, (&resume, AT, 1, Some("applied"))], true),
        (vec![intent, (&resume, AT, 1, Some("unknown"))], true),
        (vec![intent, (&resume, AT, 1, Some("not_applied"))], false),
        (vec![(&resume, AT, 0, Some("skipped"))], false),
        // Killed in flight; the second run does not know more than that its own attempt was refused, or not made.
        (vec![intent], true),
        (vec![intent, (&resume, AT, 0, Some("skipped"))], true),
        (vec![intent, intent, (&resume, AT, 1, Some("not_applied"))], true),
        (vec![intent, (&resume, AT, 2, None), (&resume, AT, 2, Some("not_applied"))], false),
    ] {
        let history = then(&steps);
        assert_eq!(is_done(&history, &forbid), !is_new, "{steps:?}");
        assert_eq!(
            history.kept_end(Some("prod"), &forbid),
            if is_new { None } else { moment(LATER) },
            "{steps:?}"
        );
    }
}

#[test]
fn other_targets_change_nothing() {
    let (forbid, resume) = (asked("forbid", "2h"), asked("resume", "-"));
    let done = record(&forbid, LATER, 1, Some("applied"));
    let later = record(&resume, AT, 1, Some("applied"));
    for (part, other, is_new) in [
        ("\"c1\"", "\"c1\"", true),
        ("\"c1\"", "\"c2\"", false),
        ("\"tencent\"", "\"shumei\"", false),
        ("\"prod\"", "\"test\"", false),
        ("\"prod\"", "null", false),
    ] {
        let mut history = History::new(VENDORS);
        learn(&mut history, &done);
        learn(&mut history, &later.replace(part, other));
        assert_eq!(is_done(&history, &forbid), !is_new, "{other}");
    }
}

#[test]
fn only_host_names_ignore_case() {
    let domain = |name| json!({"vendor": "jd", "action": "timeout", "target": name});
    let stream = |name, domain| json!({"vendor": "jd", "action": "permit", "target": name, "domain": domain});
    let channel = |name| json!({"vendor": "tencent", "action": "resume", "target": name});
    for (one, other, is_same) in [
        (domain("a.com"), domain("A.Com"), true),
        (stream("live/a", "a.com"), stream("live/a", "A.Com"), true),
        (stream("live/a", "a.com"), stream("live/A", "a.com"), false),
        (stream("live/a", "a.com"), stream("live/a", "b.com"), false),
        (channel("8888_a"), channel("8888_A"), false),
    ] {
        let key = |asked: &Value| {
            History::new(VENDORS).target_key(Some("prod"), asked.as_object().unwrap())
        };
        assert_eq!(key(&one) == key(&other), is_same, "{one} {other}");
    }
}

#[test]
fn new_operation_has_a_new_end() {
    let (forbid, resume) = (asked("forbid", "2h"), asked("resume", "-"));
    let mut history = after(&[
        (&forbid, LATER, 1, Some("applied")),
        (&resume, AT, 1, Some("applied")),
        (&forbid, LATEST, 1, None),
    ]);
    assert_eq!(history.kept_end(Some("prod"), &forbid), moment(LATEST));
    assert!(!is_done(&history, &forbid));
    learn(&mut history, &record(&forbid, LATEST, 1, Some("applied")));
    assert!(is_done(&history, &forbid) && !is_done(&history, &resume));
}

#[test]
fn first_end_holds_until_another_is_applied() {
    let forbid = asked("forbid", "2h");
    let doubts = [(&forbid, LATER, 1, Some("unknown")), (&forbid, LATEST, 1, Some("unknown"))];
    assert_eq!(after(&doubts).kept_end(Some("prod"), &forbid), moment(LATER));
    let applied = [(&forbid, LATER, 1, Some("unknown")), (&forbid, LATEST, 1, Some("applied"))];
    assert_eq!(after(&applied).kept_end(Some("prod"), &forbid), moment(LATEST));
}

#[test]
fn line_that_is_no_record_is_damage() {
    let good = record(&asked("forbid", "2h"), LATER, 1, Some("applied"));
    assert_eq!(History::new(VENDORS).read_line(good.as_bytes()), Some(()));
    for (part, other) in [
        ("livectl-journal/1", "livectl-journal/2"),
        ("\"record\":\"result\"", "\"record\":\"intent\""),
        ("\"record\":\"result\"", "\"record\":\"other\""),
        (AT, "yesterday"),
        ("\"asked\"", "\"other\""),
        ("{", ""),
        ("}}", "}"),
    ] {
        assert!(good.contains(part));
        assert_eq!(
            History::new(VENDORS).read_line(good.replacen(part, other, 1).as_bytes()),
            None,
            "{other}"
        );
    }
}
