//! The records that an undo reads.

use super::{id, remembered, states, undo};
use crate::log::{records, run_files};
use crate::prelude::*;

/// The records of a journal as they were before runs had ids.
fn without_runs(journal: &str) -> Vec<Value> {
    let records = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let strip = |mut record: Value| {
        let is_kept = record["record"] == "intent" || record["record"] == "result";
        record.as_object_mut().unwrap().remove("run");
        is_kept.then_some(record)
    };
    records.filter_map(strip).collect()
}

#[test]
fn old_journal_of_several_profiles_is_refused() {
    let served = remembered();
    let home = &served.home;
    let config = home.read("livectl/config.toml");
    let (local, _) = config.split_once("[profiles.next").unwrap();
    let (_, local) = local.split_once("[profiles.local").unwrap();
    let other = format!("[profiles.local{local}").replace("profiles.local", "profiles.other");
    home.write_config(&format!("{config}\n{other}"));
    for line in ["tencent forbid a --for 2h -p local", "tencent forbid b --for 2h -p other"] {
        home.run_line(&format!("{line} --no-log --journal j")).exits(0);
    }
    home.write("old.jsonl", lines(without_runs(&home.read("j"))));
    let refused = home.run_line("undo --journal old.jsonl -p local").exits(2);
    assert!(refused.stderr.contains("profile local, profile other"), "{refused:?}");
    assert_eq!(states(home, "a b -p local"), ["forbidden"; 2]);
    let command = refused.stderr.split('`').nth(1).unwrap_or_else(|| panic!("{refused:?}"));
    home.run_printed(command).exits(0);
    assert_eq!(states(home, "a -p local"), ["forbidden"]);
    assert_ne!(states(home, "b -p other"), ["forbidden"]);
}

#[test]
fn target_named_in_two_ways_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let section = "[profiles.prod.jd]\n";
    home.replace_in_config(section, &format!("{section}domain = \"push.example.com\"\n"));
    home.run_json("jd forbid live/a live/b --permanent --journal j --no-log");
    let mut records = without_runs(&home.read("j"));
    // Records from before a stream was its domain too.
    for record in records.clone().iter_mut().filter(|r| r["operation"]["target"] == "live/a") {
        record["operation"].as_object_mut().unwrap().remove("domain");
        records.insert(0, record.clone());
    }
    home.write("old.jsonl", lines(records));
    let sent = server.requests().len();
    let refused = home.run_line("undo --journal old.jsonl --no-log").exits(2);
    assert!(refused.stderr.contains("names one target in several ways"), "{refused:?}");
    assert_eq!(server.requests().len(), sent);
    let run = home.run_json("log --from old.jsonl").json()["runs"][0]["run"].clone();
    let run = run.as_str().unwrap();
    let names = "push.example.com/live/a live/b --even-changed --journal old.jsonl --no-log";
    home.run_json(&format!("undo {run} {names}")).with_outcomes(["applied"; 2]);
}

#[test]
fn state_without_operation_is_not_restored() {
    let served = remembered();
    let home = &served.home;
    home.run_json("tencent forbid a --for 9h");
    let file = &run_files(home)[0];
    let permanent = |mut record: Value| {
        if let Some(operation) = record["operation"].as_object_mut() {
            operation.retain(|name, _| name != "for" && name != "until");
            operation.insert("permanent".into(), true.into());
        }
        record
    };
    std::fs::write(file, lines(records(file).into_iter().map(permanent))).unwrap();
    let lifted = home.run_json("tencent resume a");
    for flags in ["", " --even-changed"] {
        let undone = home.run_json(&format!("undo {}{flags}", id(&lifted))).exits(5);
        assert_eq!(undone.outcomes(), ["skipped no_inverse"], "{undone:?}");
        assert!(undone.stdout.contains("has no operation that sets"), "{undone:?}");
    }
}

#[cfg(unix)]
#[test]
fn records_that_everyone_can_write_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a --for 2h --journal j");
    let folder = home.path(".local/state/livectl/runs");
    let set_mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let by_run = format!("undo {}", id(&banned));
    let (file, journal) = (&run_files(home)[0], &home.path("j"));
    for (path, mode, line, code, command) in [
        (&folder, 0o777, &*by_run, 3, "`chmod o-w "),
        (&folder, 0o777, "undo --journal j", 3, "`chmod o-w "),
        (file, 0o602, &by_run, 3, "`chmod o-w "),
        (journal, 0o602, "undo --journal j", 2, "`chmod 600 "),
    ] {
        set_mode(path, mode);
        let refused = home.run_line(line).exits(code);
        let end = refused.stderr.split(command).nth(1).and_then(|rest| rest.split('`').next());
        assert!(path.ends_with(end.unwrap()), "{refused:?}");
        assert_eq!(states(home, "a"), ["forbidden"]);
        set_mode(path, if path == &folder { 0o775 } else { 0o600 });
    }
    undo(home, &banned, "").with_outcomes(["applied"]);
}

#[test]
fn missing_journal_is_named() {
    let home = RecordingServer::accepting().home();
    home.run_json("tencent forbid a --for 2h --journal j");
    home.run_line("undo zzzz --journal gone").exits(2).reports("gone cannot be read: not found");
    home.run_line("undo zzzz").omits("--from");
}

#[test]
fn journal_flag_names_the_run() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b --for 2h --no-log --journal j");
    let hint = format!("take it back: livectl undo {} --journal j", id(&banned));
    assert!(banned.stderr.contains(&hint), "{banned:?}");
    assert_eq!(run_files(home).len(), 0);
    home.run_json("undo --journal j --no-log").with_outcomes(["applied"; 2]);
    home.run_json("undo --journal j --no-log").with_outcomes(["skipped done_before"; 2]);
    home.run_json("tencent forbid c --for 2h --journal j");
    home.run_line("undo --journal j").exits(2).reports("several runs");
}

#[test]
fn moved_records_are_not_offered() {
    let (_server, home) =
        RecordingServer::delayed(Duration::from_millis(700), accepted).with_home();
    let folder = home.path(".local/state/livectl/runs");
    for (flags, moved, code) in [("--no-log --journal j", home.path("j"), 6), ("", folder, 0)] {
        let line = format!("tencent forbid a --for 2h {flags}");
        let child = home.process(line.split_whitespace()).stderr(Stdio::piped()).spawn().unwrap();
        let is_begun = || match std::fs::metadata(&moved) {
            Ok(metadata) if metadata.is_dir() => !run_files(&home).is_empty(),
            metadata => metadata.is_ok_and(|journal| journal.len() > 0),
        };
        while !is_begun() {
            thread::sleep(Duration::from_millis(2));
        }
        std::fs::rename(&moved, moved.with_extension("moved")).unwrap();
        wait_for_end(child).exits(code).omits("take it back");
    }
}
