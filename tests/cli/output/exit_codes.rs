//! Exit codes, and standard streams that are full or closed.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use super::{by_name, closed};
use crate::prelude::*;

#[test]
fn exit_codes_follow_the_outcomes() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let run = |targets: &[&str]| {
        home.run([&["tencent", "resume", "-j1", "--attempts", "1", "-o", "json"], targets].concat())
    };
    for (targets, code) in [
        (&["a", "b"][..], 0),
        (&["a", "8888_gone"], 5),
        (&["8888_gone", "slow"], 4),
        (&["a", "slow"], 4),
        (&["denied", "b"], 5),
        (&["slow", "denied", "b"], 4),
        (&[""], 2),
    ] {
        let output = run(targets).exits(code);
        assert_eq!(output.json()["ok"], code == 0);
    }
    assert_eq!(TestHome::empty().run_line("tencent resume a").code, Some(3));
    assert_eq!(home.run_line("tencent").code, Some(2));
    assert_eq!(home.run_line("--help").code, Some(0));
    assert_eq!(home.run_line("--version").code, Some(0));
    assert_eq!(home.run_line("schema").code, Some(0));
}

#[test]
fn internal_error_is_exit_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = TestHome::empty().run([
        "sandbox",
        "--listen",
        &taken.local_addr().unwrap().to_string(),
        "-o",
        "json",
    ]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(output.stderr.starts_with("error: cannot listen on 127.0.0.1:"), "{output:?}");
    assert_eq!(output.json()["error"]["kind"], "internal");

    let home = TestHome::empty();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -n 4; exec \"$0\" --sandbox tencent resume a -o json",
        env!("CARGO_BIN_EXE_livectl"),
    ]);
    let output =
        RunOutput::from(command.env_clear().env("HOME", home.folder.path()).output().unwrap());
    assert_eq!(
        (output.code, &output.json()["error"]["kind"]),
        (Some(1), &json!("internal")),
        "{output:?}"
    );
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
        for (stdout, code) in [(full(), 6), (closed(), closed_code)] {
            let output = home.process(line.split(' ')).stdout(stdout).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        }
    }
    let output =
        home.process("tencent resume a b -o json".split(' ')).stdout(full()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the output could not be written") && said.contains("0 targets not tried"),
        "{said}"
    );
}

#[test]
fn closed_stdout_stops_the_run() {
    let (server, home) = RecordingServer::delayed(Duration::from_millis(30), accepted).with_home();
    let names: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    let args =
        ["tencent", "resume", "-o", "jsonl", "-j", "1", "--rate", "0", "--max-targets", "50"];
    let args: Vec<_> = args.into_iter().chain(names.iter().map(String::as_str)).collect();

    let output = home.process(args).stdout(closed()).output().unwrap();

    assert_eq!(output.status.code(), Some(6));
    let sent = server.requests().len();
    assert!((1..40).contains(&sent), "{sent}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{} targets not tried", 50 - sent)), "{sent}: {said}");
    assert!(said.contains(&format!("50 targets: {sent} applied, {} skipped", 50 - sent)), "{said}");
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
    let mut child = home
        .process(["tencent", "forbid", "a", "a", "slow", "--for", "99d", "-v", "-o", "jsonl"])
        .spawn()
        .unwrap();
    let (mut data, mut said) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut data).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    assert_eq!(data.lines().count(), 2);
    assert!(data.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{data}");
    assert!(
        said.contains("note: ") && said.contains("attempt 2") && said.contains("2 targets: "),
        "{said}"
    );
}
