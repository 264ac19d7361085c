//! The journal's file: who may write it, where it is, and what the system does to it.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::prelude::*;

/// Runs a shell script with the program as `$0`.
fn script(home: &TestHome, script: &str) -> RunOutput {
    home.run_script(script)
}

/// The outcome of each line.
fn outcomes(output: &RunOutput) -> Vec<String> {
    output.lines().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn dash_is_no_journal() {
    let (server, home) = RecordingServer::accepting().with_home();
    for journal in ["--journal -", "--journal=- --resume", "--journal - -n"] {
        let refused = home.run_line(&format!("tencent resume a {journal}"));
        assert_refused(&server, &refused, &["--journal ./-"]);
        assert!(!home.path("-").exists());
    }
    let output = home.run_line("tencent resume a --journal ./-");
    assert_eq!((output.code, home.path("-").exists()), (Some(0), true), "{output:?}");
}

#[test]
fn file_size_limit_is_exit_6() {
    let (server, home) = RecordingServer::accepting().with_home();
    let output = script(
        &home,
        "ulimit -f 16; seq 300 | sed s/^/8888_/ | \"$0\" --rate 0 --max-targets 500 -o jsonl \
         --journal j tencent forbid - --for 2h",
    );
    assert_eq!(output.code, Some(6), "{output:?}");
    let outcomes = outcomes(&output);
    let number = |word: &str| outcomes.iter().filter(|outcome| *outcome == word).count();
    let sent = server.operations().len();
    assert_eq!((outcomes.len(), number("applied")), (300, sent));
    assert_eq!(number("skipped"), 300 - sent);
    let untried = format!("could not be written: File too large; {} targets", 300 - sent);
    assert!(output.stderr.contains(&untried), "{output:?}");
    output.assert_prints(&["the journal could not be written (File too large)"]);
}

#[test]
fn moved_journal_is_exit_6() {
    for change in ["mv j j.1", "rm j", "echo > new; mv new j"] {
        let server = FaultServer::answering(|request| accept_after(300, request));
        let home = server.home();
        let args = ["tencent", "resume", "a", "b", "c", "-j", "1", "-o", "jsonl", "--journal", "j"];
        let run = home.process(args).spawn().unwrap();
        server.wait_for(1);
        assert_eq!(script(&home, change).code, Some(0));
        let output = RunOutput::from(run.wait_with_output().unwrap());
        assert_eq!((output.code, server.operations().len()), (Some(6), 1), "{change}: {output:?}");
        assert_eq!(outcomes(&output), ["applied", "skipped", "skipped"], "{change}");
        let reason = "it was moved, removed or replaced while the run wrote it";
        assert!(output.stderr.contains(reason), "{change}: {output:?}");
    }
}

#[test]
fn writable_journal_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let args = |flag| ["tencent", "resume", "a", "--journal", "j", "-o", "json", flag];
    assert_eq!(home.run(args("-v")).code, Some(0));
    for (mode, code) in [(0o666, 2), (0o660, 2), (0o644, 0)] {
        fs::set_permissions(home.path("j"), Permissions::from_mode(mode)).unwrap();
        let output = home.run(args("--resume")).exits(code).reports("`chmod 600 j`");
        assert_eq!(server.operations().len(), 1, "{mode:o}: {output:?}");
    }
}

#[test]
fn profile_as_journal_is_left_unchanged() {
    let (server, home) = RecordingServer::accepting().with_home();
    let before = fs::read(home.path("livectl/config.toml")).unwrap();
    let output = home.run(["tencent", "resume", "a", "--journal", "livectl/config.toml"]);
    assert_eq!((output.code, server.operations().len()), (Some(2), 0), "{output:?}");
    assert!(output.stderr.contains("livectl/config.toml is no livectl journal"), "{output:?}");
    assert_eq!(fs::read(home.path("livectl/config.toml")).unwrap(), before);
}

/// A full disk: the smallest file system that can be had without being root is none, so this takes a device that is full
/// through standard output.
#[test]
fn reason_for_a_failed_output_is_reported() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let (_server, home) = FaultServer::answering(|request| accept_after(200, request)).with_home();
    let output =
        script(&home, "exec \"$0\" tencent resume a b c -j 1 -o jsonl --journal j > /dev/full");
    assert_eq!(output.code, Some(6), "{output:?}");
    let reason = "the output could not be written: No space left on device; ";
    assert!(output.stderr.contains(reason), "{output:?}");
    let journal = fs::read_to_string(home.path("j")).unwrap();
    assert!(journal.contains("could not be written (No space left on device), so"), "{journal}");
}

#[test]
#[cfg(target_os = "linux")]
fn process_leaves_no_core_dump() {
    let (server, home) = FaultServer::answering(|request| accept_after(1_000, request)).with_home();
    let mut run = home.process(["tencent", "resume", "a"]).spawn().unwrap();
    server.wait_for(1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", run.id())).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

/// A program of before the first release wrote it, against a server that refused `8888_gone`, failed at `8888_odd`, and was
/// killed with the ban of `8888_killed` under way. Its records have no run, and its operations no profile.
const OLD_JOURNAL: &str = include_str!("../data/old-journal.jsonl");

#[test]
fn old_journal_is_resumed() {
    let (_server, home) = RecordingServer::accepting().with_home();
    home.write("old.jsonl", OLD_JOURNAL);
    let stream = |action: &str, target: &str| json!({"vendor": "tencent", "action": action, "target": target});
    let with = |mut line: Value, key: &str, value: Value| {
        line[key] = value;
        line
    };
    let jd = |action: &str, target: &str| {
        let line = json!({"vendor": "jd", "action": action, "target": target});
        with(line, "domain", "push.example.com".into())
    };
    let timeout =
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30});
    let done = "skipped done_before";
    let rows = [
        (stream("resume", "8888_a"), done),
        // Its end has passed: it is a new ban.
        (with(stream("forbid", "8888_b"), "for", "1s".into()), "applied"),
        // One with a moment is never new.
        (with(stream("forbid", "8888_c"), "until", "2026-12-01T00:00:00Z".into()), done),
        (jd("permit", "live/d"), done),
        (jd("permit", "live/e"), done),
        (timeout, done),
        (with(jd("forbid", "live/f"), "permanent", true.into()), done),
        (json!({"vendor": "shumei", "action": "close", "target": "1639825145166"}), done),
        (stream("resume", "8888_gone"), "applied"),
        (stream("resume", "8888_odd"), "applied"),
        (stream("status", "8888_s"), "read"),
        // The ban was lifted later.
        (with(stream("forbid", "8888_g"), "for", "89d".into()), "applied"),
        // A ban that may have arrived makes the earlier record worthless.
        (stream("resume", "8888_killed"), "applied"),
    ];
    home.write("list.jsonl", lines(rows.iter().map(|(line, _)| line)));
    let output = home.run_json("apply list.jsonl --journal old.jsonl --resume");
    assert_eq!(output.outcomes(), rows.each_ref().map(|(_, outcome)| *outcome), "{output:?}");
    // What was there stays, and what the run adds is read with it.
    assert!(home.read("old.jsonl").starts_with(OLD_JOURNAL));
    let kept = rows.iter().filter(|(line, _)| line["for"] != "1s");
    home.write("list.jsonl", lines(kept.map(|(line, _)| line)));
    let again = home.run_json("apply list.jsonl --journal old.jsonl --resume");
    let sent: Vec<_> = again.outcomes().into_iter().filter(|outcome| outcome != done).collect();
    assert_eq!(sent, ["read"], "{again:?}");
}
