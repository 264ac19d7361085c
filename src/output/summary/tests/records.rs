//! The records of a run in its journal.

use std::path::Path;

use serde_json::Value;

use super::*;
use crate::journal::history::History;
use crate::journal::recorder::Recorder;
use crate::journal::run_record::{RunAuthor, RunRecord};
use crate::journal::writer::Journal;

fn recorder(journal: Journal, info: Rc<RunInfo>) -> Recorder {
    let first = RunRecord {
        follows: false,
        schema: "livectl-journal/1".into(),
        record: "run".into(),
        at: "2026-11-21T10:00:00.000Z".into(),
        run: info.id.as_ref().unwrap().to_string(),
        by: RunAuthor::default(),
        version: "1".into(),
        command: "livectl".into(),
        config: None,
        profile: info.profile.clone(),
        accounts: BTreeMap::new(),
        even_protected: Vec::new(),
        undoes: None,
    };
    Recorder::new(info.id.clone().unwrap(), &first, info, Some(journal), None)
}

fn records(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn intent_has_a_line_per_target() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let recorder = recorder(journal, context(&[FORBID, RESUME], Some("prod"), &[]));

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(recorder.intent(&[0, 1], 2)));

    let lines = records(&path);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["record"], "run");
    for (line, asked, operation) in [
        (
            &lines[1],
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "2h"}),
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "until": "2026-11-21T12:00:01Z", "profile": "prod"}),
        ),
        (
            &lines[2],
            json!({"vendor": "tencent", "action": "resume", "target": "b"}),
            json!({"vendor": "tencent", "action": "resume", "target": "b", "profile": "prod"}),
        ),
    ] {
        let at = &line["at"];
        assert_eq!(
            *line,
            json!({"schema": "livectl-journal/1", "record": "intent", "at": at, "run": "20261121T100000Z-7k2m", "profile": "prod", "asked": asked,
                   "operation": operation, "attempt": 2, "result": null})
        );
    }
}

#[test]
fn journal_records_each_result() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let recorder = recorder(journal, context(&[FORBID], Some("prod"), &[]));

    for outcome in [
        applied(),
        settled(Status::NotApplied, FaultKind::Refused),
        settled(Status::Unknown, FaultKind::Timeout),
        settled(Status::Skipped, FaultKind::Stopped),
        settled(Status::Skipped, FaultKind::DoneBefore),
    ] {
        recorder.result(0, &outcome);
    }

    assert!(recorder.finish().is_ok());
    let records = &records(&path)[1..];
    let outcomes: Vec<_> =
        records.iter().map(|record| record["result"]["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["applied", "not_applied", "unknown", "skipped"]);
    assert!(records.iter().all(|record| record["record"] == "result"));
    assert_eq!((&records[0]["attempt"], &records[3]["attempt"]), (&json!(1), &json!(0)));
}

#[test]
fn awaited_records_are_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let recorder = recorder(journal, context(&[FORBID], Some("prod"), &[]));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let results = || records(&path).iter().filter(|line| line["record"] == "result").count();

    recorder.result(0, &applied());
    assert!(runtime.block_on(recorder.written()));
    assert_eq!(results(), 1);
    recorder.result(0, &applied());
    assert_eq!(runtime.block_on(recorder.on_disk().unwrap()), Ok(true));
    assert_eq!(results(), 2);
    let on_disk = recorder.result_on_disk(0, &applied()).unwrap();
    assert_eq!(runtime.block_on(on_disk), Ok(true));
    assert_eq!(results(), 3);
}

#[test]
fn withdrawn_intent_is_recorded_as_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("j");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let recorder = recorder(journal, context(&[FORBID, RESUME], Some("prod"), &[]));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(recorder.intent(&[0], 1)));

    // The second row has no intent to withdraw.
    recorder.withdraw(0);
    recorder.withdraw(1);

    assert!(recorder.finish().is_ok());
    let lines = records(&path);
    assert_eq!(lines.len(), 3);
    let result = &lines[2]["result"];
    assert_eq!(
        (&result["outcome"], &result["error"]["kind"]),
        (&json!("skipped"), &json!("interrupted"))
    );
}

#[test]
fn run_names_its_process() {
    assert_eq!(RunAuthor::of_this_process().pid, std::process::id());
}
