//! The journal's file: who may write it, where it is, and what the system does to it.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use super::counter::{Counter, YES};
use super::stage::{Ran, Stage};

/// Runs a shell script with the program as `$0`, in a folder of its own.
fn script(stage: &Stage, script: &str) -> Ran {
    let home = stage.folder.path();
    let output: Output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_livectl")])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .current_dir(home)
        .output()
        .unwrap();
    Ran::from(output)
}

fn outcomes(ran: &Ran) -> Vec<String> {
    let lines = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.map(|line: serde_json::Value| line["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_size_limit_is_exit_6_and_finishes_what_is_in_flight() {
    let counter = Counter::content();
    let stage = counter.stage();
    let ran = script(
        &stage,
        "ulimit -f 16; seq 300 | sed s/^/8888_/ | \"$0\" --rate 0 --max-targets 500 -o jsonl \
         --journal j tencent forbid - --for 2h",
    );
    assert_eq!(ran.code, Some(6), "{ran:?}");
    let outcomes = outcomes(&ran);
    let number = |word: &str| outcomes.iter().filter(|outcome| *outcome == word).count();
    let sent = counter.hits().len();
    assert_eq!((outcomes.len(), number("applied")), (300, sent));
    assert_eq!(number("skipped"), 300 - sent);
    let untried = format!("could not be written: File too large; {} targets", 300 - sent);
    assert!(ran.stderr.contains(&untried), "{ran:?}");
    assert!(ran.stdout.contains("the journal could not be written (File too large)"), "{ran:?}");
}

#[test]
fn a_journal_moved_while_the_run_writes_is_exit_6() {
    for change in ["mv j j.1", "rm j", "echo > new; mv new j"] {
        let counter = Counter::start(|_| YES.after(300));
        let stage = counter.stage();
        let args = ["tencent", "resume", "a", "b", "c", "-j", "1", "-o", "jsonl", "--journal", "j"];
        let mut run = stage.process(args);
        let run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        counter.wait_for(1);
        assert_eq!(script(&stage, change).code, Some(0));
        let ran = Ran::from(run.wait_with_output().unwrap());

        assert_eq!((ran.code, counter.hits().len()), (Some(6), 1), "{change}: {ran:?}");
        assert_eq!(outcomes(&ran), ["applied", "skipped", "skipped"], "{change}");
        let reason = "it was moved, removed or replaced while the run wrote it";
        assert!(ran.stderr.contains(reason), "{change}: {ran:?}");
    }
}

#[test]
fn a_forged_journal_that_others_can_write_is_refused() {
    let counter = Counter::content();
    let stage = counter.stage();
    let args = |flag| ["tencent", "resume", "a", "--journal", "j", "-o", "json", flag];
    assert_eq!(stage.run(args("-v")).code, Some(0));
    for (mode, code) in [(0o666, 2), (0o660, 2), (0o644, 0)] {
        fs::set_permissions(stage.path("j"), Permissions::from_mode(mode)).unwrap();
        let ran = stage.run(args("--resume"));
        assert_eq!((ran.code, counter.hits().len()), (Some(code), 1), "{mode:o}: {ran:?}");
        assert!(ran.stderr.contains("`chmod 600 j`"), "{mode:o}: {ran:?}");
    }
}

#[test]
fn a_profile_named_as_journal_is_left_as_it_is() {
    let counter = Counter::content();
    let stage = counter.stage();
    let before = fs::read(stage.path("livectl/config.toml")).unwrap();
    let ran = stage.run(["tencent", "resume", "a", "--journal", "livectl/config.toml"]);
    assert_eq!((ran.code, counter.hits().len()), (Some(2), 0), "{ran:?}");
    assert!(ran.stderr.contains("livectl/config.toml is no livectl journal"), "{ran:?}");
    assert_eq!(fs::read(stage.path("livectl/config.toml")).unwrap(), before);
}

/// A full disk: the smallest file system that can be had without being root is none, so this takes a device that is full
/// through standard output.
#[test]
fn the_reason_for_an_output_that_is_gone_is_reported() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let counter = Counter::start(|_| YES.after(200));
    let stage = counter.stage();
    let ran =
        script(&stage, "exec \"$0\" tencent resume a b c -j 1 -o jsonl --journal j > /dev/full");
    assert_eq!(ran.code, Some(6), "{ran:?}");
    let reason = "the output could not be written: No space left on device; ";
    assert!(ran.stderr.contains(reason), "{ran:?}");
    let journal = fs::read_to_string(stage.path("j")).unwrap();
    assert!(journal.contains("could not be written (No space left on device), so"), "{journal}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_leaves_no_core_dump() {
    let counter = Counter::start(|_| YES.after(1_000));
    let stage = counter.stage();
    let mut run = stage.process(["tencent", "resume", "a"]);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    counter.wait_for(1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", run.id())).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
