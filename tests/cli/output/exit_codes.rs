//! Exit codes, and standard streams that are full or closed.

use std::fs::File;

use super::{by_name, closed};
use crate::prelude::*;

#[test]
fn exit_codes_follow_the_outcomes() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    for (targets, code) in [
        ("a b", 0),
        ("a 8888_gone", 5),
        ("8888_gone slow", 4),
        ("a slow", 4),
        ("denied b", 5),
        ("slow denied b", 4),
        ("", 2),
    ] {
        let output = home.run_json(&format!("tencent resume -j1 --attempts 1 {targets}"));
        assert_eq!(output.exits(code).json()["ok"], code == 0);
    }
    home.run(["tencent", "resume", ""]).exits(2);
    TestHome::empty().run_line("tencent resume a").exits(3);
    home.run_line("tencent").exits(2);
    for line in ["--help", "--version", "schema"] {
        home.run_line(line).exits(0);
    }
}

#[test]
fn internal_error_is_exit_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let home = TestHome::empty();
    let address = taken.local_addr().unwrap();
    let output = home.run_json(&format!("sandbox --listen {address}")).exits(1);
    assert!(output.stderr.starts_with("error: cannot listen on 127.0.0.1:"), "{output:?}");
    assert_eq!(output.json()["error"]["kind"], "internal");
    let script = "ulimit -n 4; exec \"$0\" --sandbox tencent resume a -o json";
    assert_eq!(home.run_script(script).exits(1).json()["error"]["kind"], "internal");
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_is_exit_code_6() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    for (line, closed_code) in [
        ("tencent resume a", 6),
        ("tencent resume a -o json", 6),
        ("tencent resume a -o jsonl", 6),
        ("tencent resume slow 8888_gone -o jsonl --attempts 1", 6),
        ("tencent resume a -n", 6),
        ("tencent resume a -n -o curl", 6),
        ("config show", 6),
        ("config check", 6),
        ("config path", 6),
        ("sandbox --listen 127.0.0.1:0", 6),
        // Pages that a reader such as `head` cuts short.
        ("schema", 0),
        ("completions bash", 0),
        ("man", 0),
        ("--help", 0),
        ("tencent forbid --help", 0),
        ("--version", 0),
    ] {
        let run = |stdout| {
            RunOutput::from(home.process(line.split(' ')).stdout(stdout).output().unwrap())
        };
        run(closed()).exits(closed_code);
        let output = run(full()).exits(6).reports("the output could not be written");
        assert!(!line.starts_with("tencent resume a -o") || output.stderr.contains("not tried"));
    }
    let mut unwritable = home.process("tencent resume a b -o json".split(' '));
    let output = RunOutput::from(unwritable.stdout(full()).output().unwrap());
    output.assert_reports(&["the output could not be written", "0 targets not tried"]);
}

#[test]
fn closed_stdout_stops_the_run() {
    let (server, home) = RecordingServer::delayed(Duration::from_millis(30), accepted).with_home();
    let names: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    let flags = "-o jsonl -j 1 --rate 0 --max-targets 50";
    let line = format!("tencent resume {flags} {}", names.join(" "));
    let mut command = home.process(line.split(' '));
    let output = RunOutput::from(command.stdout(closed()).output().unwrap()).exits(6);
    let sent = server.requests().len();
    assert!((1..40).contains(&sent), "{sent}");
    let rest = 50 - sent;
    output.assert_reports(&[&format!("{rest} targets not tried")]);
    output.assert_reports(&[&format!("50 targets: {sent} applied, {rest} skipped")]);
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stderr_changes_nothing() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    for (target, code) in [("a", 0), ("8888_gone", 5), (" a", 2)] {
        for stderr in [full(), closed()] {
            let output =
                home.process(["tencent", "resume", target, "-v"]).stderr(stderr).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{target}");
        }
    }
}

#[test]
fn data_goes_to_stdout_only() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let output = home.run_line("tencent forbid a a slow --for 99d -v -o jsonl");
    // Each line is a result.
    assert_eq!(output.lines().len(), 2);
    output.assert_reports(&["note: ", "attempt 2", "2 targets: "]);
}
