use std::fs;

use super::*;
use crate::api::VENDORS;
use crate::log::change::{BanEnd, ChangeEffect, TargetState};

/// A journal of these lines: at this second, of this run, the rest of the record.
#[derive(Default)]
struct JournalLines(String);

const OLD: &str = "";

impl JournalLines {
    fn line(mut self, second: u32, run: &str, rest: &str) -> Self {
        let run = match run {
            OLD => String::new(),
            run => format!(r#""run":"20261121T100000Z-{run}","#),
        };
        let at = format!("2026-11-21T10:00:{second:02}.000Z");
        self.0 += &format!(r#"{{"schema":"livectl-journal/1","at":"{at}",{run}{rest}}}"#);
        self.0 += "\n";
        self
    }

    fn begins(self, run: &str, id: &str) -> Self {
        let accounts = format!(r#"{{"tencent":{{"api":"legacy","endpoint":null,"id":"{id}"}}}}"#);
        let by = r#"{"user":"op","sudo_user":null,"host":"h","pid":1}"#;
        let rest = format!(
            r#""record":"run","by":{by},"version":"1","command":"c","config":null,"profile":"prod","accounts":{accounts},"undoes":null"#
        );
        self.line(0, run, &rest)
    }

    fn intent(self, second: u32, run: &str, target: &str, attempt: u32) -> Self {
        let rest = format!(
            r#""record":"intent","profile":"prod","operation":{},"attempt":{attempt},"result":null"#,
            operation(target)
        );
        self.line(second, run, &rest)
    }

    fn result(self, second: u32, run: &str, target: &str, attempts: u32, outcome: &str) -> Self {
        let rest = format!(
            r#""record":"result","profile":"prod","operation":{},"attempt":{attempts},"result":{{"ok":false,"outcome":"{outcome}"}}"#,
            operation(target)
        );
        self.line(second, run, &rest)
    }

    fn whole(self, second: u32, run: &str, target: &str, outcome: &str) -> Self {
        self.intent(second, run, target, 1).result(second + 1, run, target, 1, outcome)
    }
}

/// A target that ends in `!` is allowed, others are banned.
fn operation(target: &str) -> String {
    match target.strip_suffix('!') {
        Some(target) => format!(r#"{{"vendor":"tencent","action":"resume","target":"{target}"}}"#),
        None => format!(
            r#"{{"vendor":"tencent","action":"forbid","target":"{target}","until":"2026-11-21T12:00:00Z","reason":"spam"}}"#
        ),
    }
}

/// Reads these files in turn; for each target its changes: run, start, end, whether it bans, whether it is certain.
fn read(scripts: &[JournalLines]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::TempDir::new().unwrap();
    let mut ledger = Ledger::new(VENDORS);
    for (script, number) in scripts.iter().zip(0..) {
        let path = folder.path().join(format!("{number}.jsonl"));
        fs::write(&path, &script.0).unwrap();
        assert_eq!(ledger.read(&path), Vec::<String>::new());
    }
    let RecordedHistory { runs, targets } = ledger.finish();
    let second = |at: Timestamp| at.format("%-S").to_string();
    let mut told: Vec<_> = targets
        .iter()
        .map(|((_, key), changes)| {
            let changes = changes.iter().map(|TargetChange { run, change, .. }| {
                let is_ban = match change.effect {
                    ChangeEffect::Sets(TargetState::Banned(BanEnd::At(_))) => "ban",
                    _ => "resume",
                };
                let sure = if change.is_certain { "" } else { "?" };
                let ended = change.ended.map_or("-".into(), second);
                format!(
                    " {}:{is_ban}{sure}@{}-{ended}",
                    runs[*run].id.short(),
                    second(change.started)
                )
            });
            format!("{}{}", key.parts()[3], changes.collect::<String>())
        })
        .collect();
    told.sort();
    let runs = runs.iter().map(|run| format!("{}:{:?}", run.id.short(), run.exit)).collect();
    (told, runs)
}

fn changes(script: JournalLines) -> Vec<String> {
    read(&[script]).0
}

#[test]
fn intents_and_results_become_changes() {
    let script = JournalLines::default()
        .begins("aaaa", "1")
        .intent(1, "aaaa", "x", 1)
        .intent(1, "aaaa", "y", 1)
        .result(2, "aaaa", "y", 1, "not_applied")
        .intent(3, "aaaa", "x", 2)
        .result(4, "aaaa", "x", 2, "applied")
        .whole(5, "aaaa", "z", "unknown")
        .result(7, "aaaa", "w", 0, "skipped")
        .line(8, "aaaa", r#""record":"end","exit":4"#);
    let (told, runs) = read(&[script]);
    assert_eq!(told, ["x aaaa:ban@1-4", "z aaaa:ban?@5-6"]);
    assert_eq!(runs, ["aaaa:Some(4)"]);
}

#[test]
fn intent_of_a_killed_run_is_in_doubt() {
    let script = JournalLines::default()
        .intent(1, "aaaa", "x", 1)
        .intent(2, "aaaa", "x", 2)
        .whole(3, "bbbb", "x", "applied");
    let (told, runs) = read(&[script]);
    assert_eq!(told, ["x aaaa:ban?@1-- bbbb:ban@3-4"]);
    assert_eq!(runs, ["aaaa:None", "bbbb:None"]);
}

#[test]
fn unsent_intent_is_no_change() {
    let script =
        JournalLines::default().intent(1, "aaaa", "x", 1).result(2, "aaaa", "x", 0, "skipped");
    assert_eq!(changes(script), Vec::<String>::new());
}

#[test]
fn later_result_amends_the_earlier_one() {
    let script = JournalLines::default()
        .whole(1, "aaaa", "x", "applied")
        .result(9, "aaaa", "x", 1, "unknown")
        .whole(1, "aaaa", "y", "applied")
        .result(9, "aaaa", "y", 1, "applied");
    assert_eq!(changes(script), ["x aaaa:ban?@1-2", "y aaaa:ban@1-2"]);
}

#[test]
fn old_journal_is_one_run() {
    let script = JournalLines::default()
        .intent(1, OLD, "x", 1)
        .result(2, OLD, "x", 0, "skipped")
        .whole(3, OLD, "x", "applied")
        .whole(5, OLD, "y", "applied");
    let told = changes(script);
    let id = &told[0][2..6];
    assert_eq!(told, [format!("x {id}:ban?@1-- {id}:ban@3-4"), format!("y {id}:ban@5-6")]);
}

#[test]
fn run_of_two_files_is_read_once() {
    let script = || JournalLines::default().begins("aaaa", "1").whole(1, "aaaa", "x", "applied");
    let old = || JournalLines::default().whole(3, OLD, "x", "applied");
    let (told, runs) = read(&[script(), script(), old(), old()]);
    assert_eq!(runs.len(), 2);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].matches("ban").count(), 2);
}

#[test]
fn changes_of_one_account_are_sorted_by_time() {
    let late = JournalLines::default().begins("bbbb", "1").whole(5, "bbbb", "x!", "applied");
    let early = JournalLines::default().begins("aaaa", "1").whole(1, "aaaa", "x", "applied");
    let other = JournalLines::default().begins("cccc", "2").whole(7, "cccc", "x", "applied");
    let (told, _) = read(&[late, early, other]);
    assert_eq!(told, ["x aaaa:ban@1-2 bbbb:resume@5-6", "x cccc:ban@7-8"]);
}

#[test]
fn only_wanted_targets_are_kept() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("j");
    let script =
        JournalLines::default().whole(1, "aaaa", "x", "applied").whole(3, "aaaa", "y", "applied");
    fs::write(&path, script.0).unwrap();
    let fields: OperationFields<'_> =
        serde_json::from_str(r#"{"vendor":"tencent","action":"resume","target":"y"}"#).unwrap();
    let mut ledger = Ledger::only(VENDORS, [TargetKey::of(VENDORS, &fields)].into());
    ledger.read(&path);
    let RecordedHistory { targets, .. } = ledger.finish();
    let names: Vec<_> = targets.keys().map(|(_, key)| key.parts()[3].to_owned()).collect();
    assert_eq!(names, ["y"]);
}

#[test]
fn target_key_has_vendor_domain_app_name() {
    let key = |json: &str| TargetKey::of(VENDORS, &serde_json::from_str(json).unwrap());
    let one = key(r#"{"vendor":"jd","action":"forbid","target":"live/a","domain":"A.cn"}"#);
    assert_eq!(one, key(r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"a.CN"}"#));
    assert_eq!(one.parts(), ["jd", "a.cn", "", "live/a"]);
    for other in [
        r#"{"vendor":"jd","action":"forbid","target":"live/A","domain":"a.cn"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"live/a","domain":"b.cn"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"live/a"}"#,
        r#"{"vendor":"jd","action":"forbid","target":"live/a","domain":"a.cn","app":"x"}"#,
        r#"{"vendor":"tencent","action":"forbid","target":"live/a","domain":"a.cn"}"#,
    ] {
        assert_ne!(one, key(other), "{other}");
    }
    let domain = |target: &str| {
        key(&format!(r#"{{"vendor":"jd","action":"timeout","target":"{target}","seconds":5}}"#))
    };
    assert_eq!(domain("A.cn"), domain("a.cn"));
    let with_nul = key(r#"{"vendor":"tencent","action":"forbid","target":"a\u0000b\u0000"}"#);
    assert_eq!(with_nul.parts()[3], "a\0b\0");
}
