use std::fs;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::api::VENDORS;

const RUN: &str = "20261121T100000Z-7k2m";

/// The lines of a run as livectl writes them.
struct RunLines(Vec<String>);

impl RunLines {
    fn new() -> Self {
        let lines = Self(Vec::new());
        lines.add(&json!({
            "schema": "livectl-journal/1", "record": "run", "at": "2026-11-21T10:00:00.000Z", "run": RUN,
            "by": {"user": "op", "sudo_user": null, "host": "h", "pid": 1}, "version": "1",
            "command": "livectl apply x", "config": null, "profile": "prod",
            "accounts": {"tencent": {"api": "legacy", "endpoint": "http://e", "id": "1"}}, "undoes": null,
        }))
    }

    fn add(mut self, line: &serde_json::Value) -> Self {
        self.0.push(line.to_string());
        self
    }

    fn intent(self, target: &str, attempt: u32) -> Self {
        let operation = json!({"vendor": "tencent", "action": "forbid", "target": target});
        self.add(&json!({
            "schema": "livectl-journal/1", "record": "intent", "at": "2026-11-21T10:00:00.000Z", "run": RUN,
            "profile": "prod", "asked": operation, "operation": operation, "attempt": attempt, "result": null,
        }))
    }

    fn result(self, target: &str, attempts: u32, ok: bool, outcome: &str) -> Self {
        let operation = json!({"vendor": "tencent", "action": "forbid", "target": target});
        let result =
            json!({"ok": ok, "outcome": outcome, "operation": operation, "error": {"kind": "x"}});
        self.add(&json!({
            "schema": "livectl-journal/1", "record": "result", "at": "2026-11-21T10:00:01.000Z", "run": RUN,
            "profile": "prod", "asked": operation, "operation": operation, "attempt": attempts, "result": result,
        }))
    }

    fn end(self, exit: u8) -> Self {
        self.add(&json!({
            "schema": "livectl-journal/1", "record": "end", "at": "2026-11-21T10:00:02.000Z", "run": RUN,
            "exit": exit,
        }))
    }

    fn text(&self) -> String {
        self.0.iter().map(|line| format!("{line}\n")).collect()
    }
}

fn parsed(text: &str) -> (Vec<RunSummary>, Vec<String>) {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("j");
    fs::write(&path, text).unwrap();
    parse(&path, &RecordFilter::open(VENDORS))
}

fn counts(text: &str) -> Summary {
    parsed(text).0[0].counts
}

#[test]
fn outcomes_are_counted() {
    let lines = RunLines::new()
        .intent("a", 1)
        .intent("b", 1)
        .intent("a", 2)
        .result("a", 2, true, "applied")
        .result("b", 1, false, "unknown")
        .intent("c", 1)
        .result("c", 1, false, "not_applied")
        .result("d", 0, false, "skipped")
        .result("e", 0, true, "skipped")
        .end(4);
    let run = search(lines.text().as_bytes()).unwrap();
    assert_eq!(
        run.counts,
        Summary {
            applied: 1,
            not_applied: 1,
            unknown: 1,
            skipped: 2,
            done_before: 1,
            ..Summary::default()
        }
    );
    assert_eq!((run.exit, run.id.short(), run.profile.as_deref()), (Some(4), "7k2m", Some("prod")));
    assert_eq!(run.record.unwrap().by.user.as_deref(), Some("op"));
    assert_eq!((run.counts.total(), run.counts.exit_code()), (5, 4));
    assert_eq!(counts(&lines.text()), run.counts);
}

#[test]
fn killed_run_leaves_targets_unknown() {
    let lines = RunLines::new().intent("a", 1).result("a", 1, true, "applied").intent("b", 1);
    assert!(search(lines.text().as_bytes()).is_none());
    let (runs, _) = parsed(&lines.text());
    assert_eq!((runs[0].counts.applied, runs[0].counts.unknown, runs[0].exit), (1, 1, None));
}

#[test]
fn amended_result_is_counted_once() {
    let lines = RunLines::new()
        .intent("a", 1)
        .result("a", 1, true, "applied")
        .result("a", 1, false, "unknown")
        .end(4);
    assert!(search(lines.text().as_bytes()).is_none());
    let expected = Summary { unknown: 1, ..Summary::default() };
    assert_eq!(counts(&lines.text()), expected);
}

#[test]
fn line_in_another_form_is_parsed() {
    let lines = RunLines::new().intent("a", 1).result("a", 1, true, "applied").end(0);
    let spaced = lines.text().replace(r#","result":"#, r#", "result": "#);
    let torn = lines.text().trim_end().to_owned();
    for text in [spaced, torn] {
        let (runs, notes) = parsed(&text);
        assert_eq!((runs[0].counts.applied, runs[0].exit, notes.len()), (1, Some(0), 0), "{text}");
    }
    let spaced = lines.text().replace(r#","result":"#, r#", "result": "#);
    assert!(search(spaced.as_bytes()).is_none());
}

#[test]
fn filter_finds_runs_by_target_and_vendor() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join(format!("{RUN}.jsonl"));
    let lines = RunLines::new().intent("a\"1", 1).result("a\"1", 1, true, "applied").end(0);
    fs::write(&path, lines.text()).unwrap();
    let files = [LogFile::new(path)];
    for (target, vendor, is_found) in [
        (None, None, true),
        (Some("a\"1"), None, true),
        (Some("\"1"), Some("tencent"), true),
        (None, Some("TENCENT"), true),
        (Some("b"), None, false),
        (Some("prod"), None, false),
        (None, Some("jd"), false),
        (Some("a"), Some("jd"), false),
    ] {
        let filter = RecordFilter {
            vendors: VENDORS,
            target: target.map(str::to_owned),
            vendor: vendor.map(str::to_owned),
        };
        let (runs, notes) = summarize_all(&files, &filter);
        assert_eq!((runs.len() == 1, notes.len()), (is_found, 0), "{target:?} {vendor:?}");
    }
}

#[test]
fn runs_of_many_files_are_sorted_by_time() {
    let folder = tempfile::TempDir::new().unwrap();
    let lines = RunLines::new().end(0).text();
    let files: Vec<_> = (0..9)
        .rev()
        .map(|second| {
            let id = format!("20261121T10000{second}Z-7k2m");
            let path = folder.path().join(format!("{id}.jsonl"));
            let text = lines.replace(RUN, &id).replace("10:00:00", &format!("10:00:0{second}"));
            fs::write(&path, text).unwrap();
            LogFile::new(path)
        })
        .collect();
    let copies = [&files[..], &files[..3]].concat();
    let (runs, notes) = summarize_all(&copies, &RecordFilter::open(VENDORS));
    let ids: Vec<_> = runs.iter().map(|run| run.id.as_str()[14..15].to_owned()).collect();
    assert_eq!((ids.concat(), notes.len()), ("012345678".into(), 0));
    assert_eq!(summarize_all(&[], &RecordFilter::open(VENDORS)).0.len(), 0);
}

/// A step of a run: a target, and what is recorded of it.
fn step() -> impl Strategy<Value = (String, u32, Option<(&'static str, bool)>)> {
    let target = prop_oneof![
        "[a-c]",
        Just("\",\"attempt\":1,\"result\":null}".to_owned()),
        Just("\\\"run\":\"\n\u{202e}".to_owned()),
    ];
    let outcome = prop::sample::select(vec![
        ("applied", true),
        ("not_applied", false),
        ("unknown", false),
        ("skipped", false),
        ("skipped", true),
    ]);
    (target, 0u32..3, prop::option::of(outcome))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// To search counts what to parse counts, wherever it dares to.
    #[test]
    fn searched_counts_are_the_parsed_ones(
        steps in prop::collection::vec(step(), 0..8),
        has_end: bool,
        cut in 0usize..40,
    ) {
        let mut lines = RunLines::new();
        for (target, attempt, outcome) in steps {
            lines = match outcome {
                None => lines.intent(&target, attempt.max(1)),
                Some((outcome, ok)) => lines.result(&target, attempt, ok, outcome),
            };
        }
        let mut text = if has_end { lines.end(0).text() } else { lines.text() };
        if cut < 10 {
            text.truncate(text.floor_char_boundary(text.len() - cut));
        }
        if let Some(run) = search(text.as_bytes()) {
            let (parsed, _) = parsed(&text);
            prop_assert_eq!(parsed.len(), 1);
            prop_assert_eq!(parsed[0].exit, run.exit);
            prop_assert_eq!(parsed[0].counts, run.counts);
        }
    }
}
