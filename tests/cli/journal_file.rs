//! The journal's file: who may write it, where it is, and what the system does to it.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::fault_server::FaultServer;
use super::fixture::{RunOutput, TestHome, VendorServer};
use super::recording_server::RecordingServer;
use super::vendor_messages::accept_after;

/// Runs a shell script with the program as `$0`.
fn script(home: &TestHome, script: &str) -> RunOutput {
    RunOutput::from(home.shell(script).output().unwrap())
}

/// The outcome of each line.
fn outcomes(output: &RunOutput) -> Vec<String> {
    output.lines().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn file_size_limit_is_exit_6() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
    assert!(
        output.stdout.contains("the journal could not be written (File too large)"),
        "{output:?}"
    );
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
    let server = RecordingServer::accepting();
    let home = server.home();
    let args = |flag| ["tencent", "resume", "a", "--journal", "j", "-o", "json", flag];
    assert_eq!(home.run(args("-v")).code, Some(0));
    for (mode, code) in [(0o666, 2), (0o660, 2), (0o644, 0)] {
        fs::set_permissions(home.path("j"), Permissions::from_mode(mode)).unwrap();
        let output = home.run(args("--resume"));
        assert_eq!(
            (output.code, server.operations().len()),
            (Some(code), 1),
            "{mode:o}: {output:?}"
        );
        assert!(output.stderr.contains("`chmod 600 j`"), "{mode:o}: {output:?}");
    }
}

#[test]
fn profile_as_journal_is_left_unchanged() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
    let server = FaultServer::answering(|request| accept_after(200, request));
    let home = server.home();
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
    let server = FaultServer::answering(|request| accept_after(1_000, request));
    let home = server.home();
    let mut run = home.process(["tencent", "resume", "a"]).spawn().unwrap();
    server.wait_for(1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", run.id())).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
