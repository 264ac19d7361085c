//! Faults of the machine that the program runs on: a clear error, never a panic or a hang.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;

use assert_cmd::Command;

use crate::prelude::*;

/// No run here takes long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server at which Tencent's operations succeed.
fn tencent() -> FaultServer {
    FaultServer::answering(accept)
}

/// The program, started by a shell that does something first; `$0` is the program, `$@` its arguments.
fn through_a_shell(home: &TestHome, script: &str, args: &[&str]) -> RunOutput {
    let mut command = Command::from_std(home.shell(script));
    run(command.args(args).env("PATH", "/usr/bin:/bin"))
}

fn run(command: &mut Command) -> RunOutput {
    let output = RunOutput::from(command.timeout(PATIENCE).output().unwrap()).omits("panicked");
    assert!(output.code.is_some_and(|code| code != 101), "{output:?}");
    output.assert_omits("livectl itself failed");
    output
}

fn assert_reports(output: &RunOutput, code: i32, words: &str) {
    assert_eq!(output.code, Some(code), "{output:?}");
    assert!(output.stderr.contains(words), "{words:?} is not in {output:?}");
}

#[test]
fn missing_home_is_reported() {
    let home = TestHome::empty();
    let homeless = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_livectl"));
        run(command.env_clear().env("HOME", "/nowhere").args(args).current_dir(home.folder.path()))
    };
    assert_reports(&homeless(&["tencent", "resume", "a"]), 3, "there are no credentials");
    assert_reports(&homeless(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    through_a_shell(&home, r#"unset HOME; exec "$0" "$@""#, &["config", "path"]).exits(0);
}

#[test]
fn read_only_folder_affects_only_the_journal() {
    let home = TestHome::empty();
    // Not even root writes there.
    let there = |args: &[&str]| through_a_shell(&home, r#"cd /proc && exec "$0" "$@""#, args);
    assert_reports(&there(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    let output = there(&["--sandbox", "tencent", "resume", "a", "--journal", "night.jsonl"]);
    assert_reports(&output, 2, "cannot open the journal night.jsonl");
}

#[test]
fn removed_folder_affects_only_relative_paths() {
    let home = TestHome::empty();
    let there = |args: &[&str]| {
        through_a_shell(&home, r#"mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@""#, args)
    };
    assert_reports(&there(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    assert_reports(&there(&["--sandbox", "apply", "night.jsonl"]), 2, "cannot read night.jsonl");
}

#[test]
fn closed_stdin_is_empty() {
    let home = TestHome::empty();
    let closed = |args: &[&str]| through_a_shell(&home, r#"exec "$0" "$@" <&-"#, args);
    assert_reports(&closed(&["--sandbox", "apply", "-"]), 2, "error: ");
    assert_reports(&closed(&["--sandbox", "tencent", "resume", "-"]), 2, "error: ");
    assert_reports(&closed(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
}

#[test]
fn stderr_may_be_closed_or_full() {
    let home = TestHome::empty();
    for script in [r#"exec "$0" "$@" 2>&-"#, r#"exec "$0" "$@" 2>/dev/full"#] {
        let args = ["--sandbox", "-vvv", "-o", "json", "tencent", "resume", "a"];
        let output = through_a_shell(&home, script, &args).exits(0);
        assert_eq!(output.json()["summary"]["applied"], 1);
    }
}

#[test]
fn invalid_utf_8_arguments_are_refused() {
    let home = TestHome::empty();
    let bad = OsStr::from_bytes(b"a\xff\x1b[31mb");
    let with = |args: &[&OsStr]| run(home.livectl(["-o", "json", "--sandbox"]).args(args));
    let words = |text: &'static str| text.split(' ').map(OsStr::new).collect::<Vec<_>>();

    let target = with(&[words("tencent resume").as_slice(), &[bad]].concat());
    assert_reports(&target, 2, "invalid UTF-8");
    assert_members(&target.json(), &json!({"ok": false, "error": {"kind": "usage"}}));

    let input = with(&[words("apply").as_slice(), &[bad], &words("--format jsonl")].concat());
    assert_reports(&input, 2, r"a�\u{1b}[31mb");

    let config = run(home.livectl(["tencent", "resume", "a", "-c"]).arg(bad));
    assert_reports(&config, 3, r"a�\u{1b}[31mb");

    for name in ["PROFILE", "OUTPUT", "CONFIG", "JD_SECRET_KEY", "JD_ENDPOINT"] {
        let name = format!("LIVECTL_{name}");
        let mut command = home.livectl(["jd", "timeout", "a.example.com", "--seconds", "9"]);
        let output = run(command.env(&name, bad));
        assert!([Some(2), Some(3)].contains(&output.code), "{name}: {output:?}");
        assert!(!output.stderr.contains('\x1b'), "{name}: {output:?}");
    }
    let proxy = run(TestHome::new("http://vendor.test")
        .livectl(["tencent", "resume", "a"])
        .env("http_proxy", bad));
    assert_reports(&proxy, 3, "http_proxy is not a proxy");
}

#[test]
fn file_limit_leaves_every_target_an_outcome() {
    let server = tencent();
    let home = TestHome::new(&server.url());
    let targets: Vec<_> = (0..20).map(|number| format!("c{number}")).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    for wide in ["2", "20"] {
        let args =
            ["-o", "json", "-j", wide, "--rate", "0", "--journal", wide, "tencent", "resume"];

        let args = [&args[..], &targets].concat();
        let output = through_a_shell(&home, r#"ulimit -n 16 && exec "$0" "$@""#, &args);

        let document = output.json();
        assert_eq!(document["summary"]["total"], 20, "{output:?}");
        let failed =
            document["results"].as_array().unwrap().iter().filter(|result| result["ok"] == false);
        for result in failed.filter(|result| result["outcome"] == "not_applied") {
            let message = result["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("too many open files"), "{message}");
            assert!(result["error"]["hint"].as_str().unwrap().contains("--concurrency"));
        }
        if wide == "2" {
            assert_reports(&output, 0, "20 applied");
        }
    }
}

#[test]
fn wrong_time_zone_moves_no_end() {
    let home = TestHome::empty();
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let expected = tomorrow.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let asked =
        (tomorrow + chrono::TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M:%S+08:00").to_string();
    for zone in ["UTC", "Asia/Shanghai", "Nowhere/Land", ":/dev/zero", "\u{1b}[31m", "+99:99"] {
        let args = ["--sandbox", "-n", "-o", "json", "tencent", "forbid", "a", "--until", &asked];
        let output = run(home.livectl(args).env("TZ", zone)).exits(0);
        assert_eq!(output.json()["results"][0]["operation"]["until"], expected, "{zone}");
        let args = ["--sandbox", "-n", "tencent", "forbid", "a", "--until", &asked];
        run(home.livectl(args).env("TZ", zone)).prints(", in 1 d");
    }
}

#[test]
fn chinese_text_survives_the_c_locale() {
    let home = TestHome::empty();
    for format in ["table", "json", "jsonl"] {
        let args = ["--sandbox", "-o", format, "tencent", "forbid", "8888_直播间", "--for", "2h"];
        let output =
            run(home.livectl(args).env("LANG", "C").env("LC_ALL", "C").env("TERM", "dumb"));
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stdout.contains("8888_直播间"), "{output:?}");
    }
}

#[test]
fn file_size_limit_stops_the_run() {
    let server = tencent();
    let home = TestHome::new(&server.url());
    let script = r#"trap '' XFSZ; ulimit -f 2 && exec "$0" "$@""#;
    let line = "-o json -j 1 --journal night.jsonl tencent resume a b c d e";
    let output = through_a_shell(&home, script, &line.split(' ').collect::<Vec<_>>());
    assert_reports(&output, 6, "the journal could not be written");
    let summary = &output.json()["summary"];
    let applied = usize::try_from(summary["applied"].as_u64().unwrap()).unwrap();
    assert_eq!(server.arrivals(), applied);
    assert!(applied < 5 && summary["skipped"] == 5 - applied, "{output:?}");
    let journal = std::fs::read_to_string(home.path("night.jsonl")).unwrap();
    assert!(journal.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{journal}");
}

#[test]
fn device_as_journal_is_refused() {
    let home = TestHome::empty();
    assert_eq!(through_a_shell(&home, "mkfifo pipe", &[]).code, Some(0));
    let more: &[&str] =
        if cfg!(target_os = "linux") { &["/dev/full", "/dev/zero", "/dev/null"] } else { &[] };
    for path in ["pipe"].iter().chain(more) {
        let line = format!("--sandbox --journal {path} tencent resume a b -o json");
        let output = run(&mut home.livectl(line.split(' ')));
        assert_reports(&output, 2, "is a device or a pipe");
        assert_members(&output.json(), &json!({"results": [], "error": {"kind": "input"}}));
        let line = format!("--sandbox --journal {path} --resume -n tencent resume a");
        assert_reports(&run(&mut home.livectl(line.split(' '))), 2, "is a device or a pipe");
    }
}

#[test]
fn endless_input_is_refused() {
    if File::open("/dev/zero").is_err() {
        return report_skipped("/dev/zero");
    }
    let home = TestHome::empty();
    for (line, code) in [
        ("--sandbox apply /dev/zero --format jsonl", 2),
        ("--sandbox apply /dev/zero --format csv", 2),
        ("-c /dev/zero tencent resume a", 3),
    ] {
        assert_reports(&run(&mut home.livectl(line.split(' '))), code, "/dev/zero");
    }
    let args = ["--sandbox", "tencent", "resume", "-"];
    let list = through_a_shell(&home, r#"exec "$0" "$@" </dev/zero"#, &args);
    assert_reports(&list, 2, "error: ");
}

#[test]
fn longest_reply_fits_into_little_memory() {
    let long = format!("HTTP/1.1 200 OK\r\n\r\n{{\"ret\":7,\"message\":\"{}", "长".repeat(900_000));
    let server = FaultServer::always([ServerStep::Send(long.into()), ServerStep::Close]);
    let home = TestHome::new(&server.url());
    let args = ["-o", "json", "--attempts", "1", "tencent", "resume", "a"];
    let output = through_a_shell(&home, r#"ulimit -v 200000 && exec "$0" "$@""#, &args);
    assert_reports(&output, 4, "1 unknown");
}

#[test]
#[cfg(target_os = "linux")]
fn requests_wait_where_files_run_out() {
    let server = FaultServer::answering(|request| accept_after(50, request));
    let home = TestHome::new(&server.url());
    let flags = "-o json -j 10000 --rate 0 --max-targets 300 --max-failures 1";
    let script = format!(r#"ulimit -n 64; seq 300 | "$0" tencent resume - {flags}"#);
    let output = through_a_shell(&home, &script, &[]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(output.json()["summary"]["applied"], 300);
}
