//! Faults of the machine that the program runs on: a clear error, never a panic or a hang.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::{Value, json};

use super::fault_server::{Act, FaultServer, Step};
use super::faults::say_skipped;
use super::stage::{Ran, Stage};

/// No run here takes long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server at which Tencent's operations succeed.
fn tencent() -> FaultServer {
    let body = r#"{"ret":0,"message":"success"}"#;
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    FaultServer::start(vec![Act::answer(vec![Step::Send(reply.into())])])
}

/// The program, started by a shell that does something first; `$0` is the program, `$@` its arguments.
fn through_a_shell(stage: &Stage, script: &str, args: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_livectl")]).args(args);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("XDG_CONFIG_HOME", stage.folder.path());
    run(command.current_dir(stage.folder.path()))
}

fn run(command: &mut Command) -> Ran {
    let ran = Ran::from(command.timeout(PATIENCE).output().unwrap());
    assert!(ran.code.is_some_and(|code| code != 101), "{ran:?}");
    assert!(
        !ran.stderr.contains("panicked") && !ran.stderr.contains("livectl itself failed"),
        "{ran:?}"
    );
    ran
}

fn assert_says(ran: &Ran, code: i32, words: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.stderr.contains(words), "{words:?} is not in {ran:?}");
}

#[test]
fn without_a_home_it_says_what_is_missing_and_the_sandbox_still_works() {
    let stage = Stage::empty();
    let homeless = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_livectl"));
        run(command.env_clear().env("HOME", "/nowhere").args(args).current_dir(stage.folder.path()))
    };

    assert_says(&homeless(&["tencent", "resume", "a"]), 3, "there are no credentials");
    assert_says(&homeless(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    assert_says(
        &through_a_shell(&stage, r#"unset HOME; exec "$0" "$@""#, &["config", "path"]),
        0,
        "",
    );
}

#[test]
fn a_working_folder_that_cannot_be_written_only_hinders_the_journal() {
    let stage = Stage::empty();
    // Not even root writes there.
    let there = |args: &[&str]| through_a_shell(&stage, r#"cd /proc && exec "$0" "$@""#, args);

    assert_says(&there(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    let ran = there(&["--sandbox", "tencent", "resume", "a", "--journal", "night.jsonl"]);
    assert_says(&ran, 2, "cannot open the journal night.jsonl");
}

#[test]
fn a_working_folder_that_is_gone_only_hinders_what_is_relative_to_it() {
    let stage = Stage::empty();
    let there = |args: &[&str]| {
        through_a_shell(&stage, r#"mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@""#, args)
    };

    assert_says(&there(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
    assert_says(&there(&["--sandbox", "apply", "night.jsonl"]), 2, "cannot read night.jsonl");
}

#[test]
fn a_closed_standard_input_is_an_empty_one() {
    let stage = Stage::empty();
    let closed = |args: &[&str]| through_a_shell(&stage, r#"exec "$0" "$@" <&-"#, args);

    assert_says(&closed(&["--sandbox", "apply", "-"]), 2, "error: ");
    assert_says(&closed(&["--sandbox", "tencent", "resume", "-"]), 2, "error: ");
    assert_says(&closed(&["--sandbox", "tencent", "resume", "a"]), 0, "1 applied");
}

#[test]
fn standard_error_may_be_gone_or_full() {
    let stage = Stage::empty();
    for script in [r#"exec "$0" "$@" 2>&-"#, r#"exec "$0" "$@" 2>/dev/full"#] {
        let ran = through_a_shell(
            &stage,
            script,
            &["--sandbox", "-vvv", "-o", "json", "tencent", "resume", "a"],
        );

        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(ran.json()["summary"]["applied"], 1);
    }
}

#[test]
fn arguments_that_are_not_utf_8_are_refused_in_words() {
    let stage = Stage::empty();
    let bad = OsStr::from_bytes(b"a\xff\x1b[31mb");
    let with = |args: &[&OsStr]| run(stage.livectl(["-o", "json", "--sandbox"]).args(args));
    let words = |text: &'static str| text.split(' ').map(OsStr::new).collect::<Vec<_>>();

    let target = with(&[words("tencent resume").as_slice(), &[bad]].concat());
    assert_says(&target, 2, "invalid UTF-8");
    assert_eq!(
        (&target.json()["ok"], &target.json()["error"]["kind"]),
        (&json!(false), &json!("usage"))
    );

    let input = with(&[words("apply").as_slice(), &[bad], &words("--format jsonl")].concat());
    assert_says(&input, 2, r"a�\u{1b}[31mb");

    let config = run(stage.livectl(["tencent", "resume", "a", "-c"]).arg(bad));
    assert_says(&config, 3, r"a�\u{1b}[31mb");

    for name in [
        "LIVECTL_PROFILE",
        "LIVECTL_OUTPUT",
        "LIVECTL_CONFIG",
        "LIVECTL_JD_SECRET_KEY",
        "LIVECTL_JD_ENDPOINT",
    ] {
        let ran =
            run(stage.livectl(["jd", "timeout", "a.example.com", "--seconds", "9"]).env(name, bad));
        assert!([Some(2), Some(3)].contains(&ran.code), "{name}: {ran:?}");
        assert!(!ran.stderr.contains('\x1b'), "{name}: {ran:?}");
    }
    let proxy = run(Stage::new("http://vendor.test")
        .livectl(["tencent", "resume", "a"])
        .env("http_proxy", bad));
    assert_says(&proxy, 3, "http_proxy is not a proxy");
}

#[test]
fn with_sixteen_files_at_most_every_target_still_has_its_outcome() {
    let server = tencent();
    let stage = Stage::new(&server.url());
    let targets: Vec<_> = (0..20).map(|number| format!("c{number}")).collect();
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    for wide in ["2", "20"] {
        let args =
            ["-o", "json", "-j", wide, "--rate", "0", "--journal", wide, "tencent", "resume"];

        let ran = through_a_shell(
            &stage,
            r#"ulimit -n 16 && exec "$0" "$@""#,
            &[&args[..], &targets].concat(),
        );

        let document = ran.json();
        assert_eq!(document["summary"]["total"], 20, "{ran:?}");
        let failed =
            document["results"].as_array().unwrap().iter().filter(|result| result["ok"] == false);
        for result in failed.filter(|result| result["outcome"] == "not_applied") {
            let message = result["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("too many open files"), "{message}");
            assert!(result["error"]["hint"].as_str().unwrap().contains("--concurrency"));
        }
        if wide == "2" {
            assert_says(&ran, 0, "20 applied");
        }
    }
}

#[test]
fn a_wrong_time_zone_moves_no_moment() {
    let stage = Stage::empty();
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let expected = tomorrow.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let asked =
        (tomorrow + chrono::TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M:%S+08:00").to_string();
    for zone in ["UTC", "Asia/Shanghai", "Nowhere/Land", ":/dev/zero", "\u{1b}[31m", "+99:99"] {
        let args = ["--sandbox", "-n", "-o", "json", "tencent", "forbid", "a", "--until", &asked];

        let ran = run(stage.livectl(args).env("TZ", zone));

        assert_eq!(ran.code, Some(0), "{zone}: {ran:?}");
        assert_eq!(ran.json()["results"][0]["operation"]["until"], expected, "{zone}");
    }
}

#[test]
fn chinese_text_survives_a_locale_that_knows_none() {
    let stage = Stage::empty();
    for format in ["table", "json", "jsonl"] {
        let args = ["--sandbox", "-o", format, "tencent", "forbid", "8888_直播间", "--for", "2h"];
        let ran = run(stage.livectl(args).env("LANG", "C").env("LC_ALL", "C").env("TERM", "dumb"));

        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("8888_直播间"), "{ran:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_under_standard_output_is_told() {
    let server = tencent();
    let stage = Stage::new(&server.url());
    for format in ["table", "json", "jsonl"] {
        let ran = through_a_shell(
            &stage,
            r#"exec "$0" "$@" >/dev/full"#,
            &["-o", format, "tencent", "resume", "a"],
        );

        assert_says(&ran, 6, "the output could not be written");
        assert_says(&ran, 6, "not tried");
    }
    for word in ["schema", "--help", "--version"] {
        let ran = through_a_shell(&stage, r#"exec "$0" "$@" >/dev/full"#, &[word]);
        assert_says(&ran, 6, "the output could not be written");
    }
}

#[test]
fn a_full_disk_under_the_journal_stops_what_has_not_left() {
    let server = tencent();
    let stage = Stage::new(&server.url());
    let script = r#"trap '' XFSZ; ulimit -f 2 && exec "$0" "$@""#;
    let args = [
        "-o",
        "json",
        "-j",
        "1",
        "--journal",
        "night.jsonl",
        "tencent",
        "resume",
        "a",
        "b",
        "c",
        "d",
        "e",
    ];

    let ran = through_a_shell(&stage, script, &args);

    assert_says(&ran, 6, "the journal could not be written");
    let summary = &ran.json()["summary"];
    let applied = usize::try_from(summary["applied"].as_u64().unwrap()).unwrap();
    assert_eq!(server.arrivals(), applied);
    assert!(applied < 5 && summary["skipped"] == 5 - applied, "{ran:?}");
    let journal = std::fs::read_to_string(stage.path("night.jsonl")).unwrap();
    assert!(journal.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{journal}");
}

#[test]
fn a_journal_that_is_a_folder_is_refused() {
    let stage = Stage::empty();
    let args = ["--sandbox", "--journal", ".", "tencent", "resume", "a"];
    assert_says(&run(&mut stage.livectl(args)), 2, "cannot open the journal");
}

#[test]
fn a_journal_that_is_no_file_is_refused() {
    let stage = Stage::empty();
    assert_eq!(through_a_shell(&stage, "mkfifo pipe", &[]).code, Some(0));
    let more: &[&str] =
        if cfg!(target_os = "linux") { &["/dev/full", "/dev/zero", "/dev/null"] } else { &[] };
    for path in ["pipe"].iter().chain(more) {
        let ran = run(&mut stage.livectl([
            "--sandbox",
            "--journal",
            path,
            "tencent",
            "resume",
            "a",
            "b",
            "-o",
            "json",
        ]));
        assert_says(&ran, 2, "is a device or a pipe");
        assert_eq!(ran.json()["results"], serde_json::json!([]));
        assert_eq!(ran.json()["error"]["kind"], "input");
        let dry = run(&mut stage.livectl([
            "--sandbox",
            "--journal",
            path,
            "--resume",
            "-n",
            "tencent",
            "resume",
            "a",
        ]));
        assert_says(&dry, 2, "is a device or a pipe");
    }
}

#[test]
fn an_input_without_an_end_is_not_read_for_ever() {
    if File::open("/dev/zero").is_err() {
        return say_skipped("/dev/zero");
    }
    let stage = Stage::empty();
    assert_says(
        &run(&mut stage.livectl(["--sandbox", "apply", "/dev/zero", "--format", "jsonl"])),
        2,
        "/dev/zero",
    );
    assert_says(
        &run(&mut stage.livectl(["--sandbox", "apply", "/dev/zero", "--format", "csv"])),
        2,
        "/dev/zero",
    );
    assert_says(
        &run(&mut stage.livectl(["-c", "/dev/zero", "tencent", "resume", "a"])),
        3,
        "/dev/zero",
    );
    let list = through_a_shell(
        &stage,
        r#"exec "$0" "$@" </dev/zero"#,
        &["--sandbox", "tencent", "resume", "-"],
    );
    assert_says(&list, 2, "error: ");
}

#[test]
fn a_umask_of_nothing_opens_the_journal_to_nobody() {
    let stage = Stage::empty();
    let args = ["--sandbox", "--journal", "night.jsonl", "tencent", "resume", "a"];

    let ran = through_a_shell(&stage, r#"umask 0 && exec "$0" "$@""#, &args);

    assert_says(&ran, 0, "1 applied");
    let mode = std::fs::metadata(stage.path("night.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn little_memory_is_enough_for_the_longest_reply() {
    let long = format!("HTTP/1.1 200 OK\r\n\r\n{{\"ret\":7,\"message\":\"{}", "长".repeat(900_000));
    let server = FaultServer::start(vec![Act::answer(vec![Step::Send(long.into()), Step::Close])]);
    let stage = Stage::new(&server.url());

    let args = ["-o", "json", "--attempts", "1", "tencent", "resume", "a"];
    let ran = through_a_shell(&stage, r#"ulimit -v 200000 && exec "$0" "$@""#, &args);

    assert_says(&ran, 4, "1 unknown");
}
