//! Signals, and what is said while a run lasts.

#![cfg(unix)]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::counter::{Counter, Hit, YES};
use super::stage::{Ran, Stage};

/// What the terminal, a supervisor and a lost connection send, and the exit codes that follow.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

fn signal(child: &Child, name: &str) {
    let sent =
        Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

fn start(stage: &Stage, words: &str) -> Child {
    let mut process = stage.process(words.split(' '));
    process.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(child: Child) -> Ran {
    Ran::from(child.wait_with_output().unwrap())
}

/// Each outcome, with its kind where it has one.
fn outcomes(ran: &Ran) -> Vec<String> {
    let results = ran.json()["results"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    results
        .iter()
        .map(|r| {
            format!("{} {}", text(&r["outcome"]), text(&r["error"]["kind"])).trim_end().to_owned()
        })
        .collect()
}

/// Answers the first two requests late, so that they are in flight when a signal comes.
fn slow(millis: u64) -> Counter {
    Counter::start(move |hits: &[Hit]| if hits[0].request <= 2 { YES.after(millis) } else { YES })
}

#[test]
fn the_first_signal_settles_what_is_in_flight_and_tells_how_to_resume() {
    for (name, code) in SIGNALS {
        let counter = slow(700);
        let stage = counter.stage();
        let child =
            start(&stage, "tencent forbid c1 c2 c3 c4 --for 2h -j 2 -o json --journal j.jsonl");
        counter.wait_for(2);
        signal(&child, name);
        let ran = end(child);

        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert_eq!(
            outcomes(&ran),
            ["applied", "applied", "skipped interrupted", "skipped interrupted"]
        );
        assert_eq!((&ran.json()["ok"], counter.hits().len()), (&Value::Bool(false), 2));
        assert!(ran.stderr.contains("4 targets: 2 applied, 2 skipped"), "{ran:?}");
        let (_, command) = ran.stderr.split_once("resume with: ").unwrap();
        assert!(command.trim_end().ends_with("-o json --journal j.jsonl --resume"), "{command}");

        let home = stage.folder.path();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", command])
            .env_clear()
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home)
            .current_dir(home);
        let resumed = Ran::from(shell.output().unwrap());
        assert_eq!(resumed.code, Some(0), "{resumed:?}");
        assert_eq!(
            outcomes(&resumed),
            ["skipped done_before", "skipped done_before", "applied", "applied"]
        );
        let ends: Vec<_> = counter.hits().iter().map(|hit| hit.end).collect();
        assert_eq!(ends, [ends[0]; 4], "the ends resolved before the signal are kept");
    }
}

#[test]
fn after_a_signal_nothing_is_tried_again() {
    let counter = Counter::start(|_| super::counter::Reply {
        status: 500,
        head: "retry-after: 1\r\n",
        ..YES
    });
    let stage = counter.stage();
    let child = start(&stage, "tencent resume c1 -o json");
    counter.wait_for(1);
    thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "INT");
    let ran = end(child);
    assert!(asked.elapsed() < Duration::from_millis(600), "it waited for the retry");
    assert_eq!((ran.code, outcomes(&ran)), (Some(130), vec!["unknown http".to_owned()]));
    assert_eq!(counter.hits().len(), 1);
}

#[test]
fn a_second_signal_ends_the_run_at_once_and_the_document_is_printed_all_the_same() {
    for (name, code) in SIGNALS {
        let counter = slow(7_000);
        let stage = counter.stage();
        let child =
            start(&stage, "tencent forbid c1 c2 c3 --for 2h -j 2 -o json --journal j.jsonl");
        counter.wait_for(2);
        signal(&child, name);
        thread::sleep(Duration::from_millis(150));
        let asked = Instant::now();
        signal(&child, if name == "INT" { "TERM" } else { "INT" });
        let ran = end(child);

        assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
        assert_eq!(ran.code, Some(code), "the first signal decides: {ran:?}");
        assert_eq!(
            outcomes(&ran),
            ["unknown interrupted", "unknown interrupted", "skipped interrupted"]
        );
        assert_eq!(ran.json()["results"][0]["attempts"], 1);
        let journal = fs::read_to_string(stage.path("j.jsonl")).unwrap();
        let lines: Vec<Value> =
            journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let results = lines.iter().filter(|line| line["record"] == "result").count();
        assert_eq!((lines.len(), results), (5, 3), "{journal}");
        let resumed = stage
            .run("tencent forbid c1 c2 c3 --for 2h -o json --journal j.jsonl --resume".split(' '));
        assert_eq!(outcomes(&resumed), ["applied"; 3]);
    }
}

#[test]
fn lines_that_were_printed_before_a_signal_stay_and_the_rest_follow() {
    let counter = Counter::start(|hits| if hits[0].target == "c3" { YES.after(600) } else { YES });
    let stage = counter.stage();
    let child = start(&stage, "tencent resume c1 c2 c3 c4 c5 -j 1 -o jsonl");
    counter.wait_for(3);
    signal(&child, "TERM");
    let ran = end(child);
    let told: Vec<_> =
        ran.lines().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ran.code, Some(143));
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(sorted, ["applied", "applied", "applied", "skipped", "skipped"], "{told:?}");
    assert!(ran.stderr.contains("the same command may be run again"), "{ran:?}");
}

#[test]
fn the_command_that_resumes_can_be_pasted_whatever_stands_in_it() {
    let counter = slow(500);
    let stage = counter.stage();
    let words = [
        "tencent",
        "resume",
        "--journal",
        "a b's.jsonl",
        "-j",
        "1",
        "-o",
        "json",
        "--",
        "-c1",
        "it's $HOME",
        "直播",
    ];
    let mut process = stage.process(words);
    let child = process.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    counter.wait_for(1);
    signal(&child, "INT");
    let ran = end(child);
    let (_, command) = ran.stderr.split_once("resume with: ").unwrap();

    let home = stage.folder.path();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .current_dir(home);
    let resumed = Ran::from(shell.output().unwrap());

    assert_eq!(resumed.code, Some(0), "{command}: {resumed:?}");
    assert_eq!(outcomes(&resumed), ["skipped done_before", "applied", "applied"]);
    assert_eq!(counter.targets(), ["-c1", "it's $HOME", "直播"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_hangup_that_was_ignored_from_the_start_stays_ignored() {
    let counter = slow(700);
    let stage = counter.stage();
    let home = stage.folder.path();
    let mut shell = Command::new("sh");
    // What `nohup` does, without its notes on standard error.
    let script = "trap '' HUP; exec \"$0\" tencent resume c1 c2 c3 -j 2 -o json";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_livectl")]);
    shell.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).current_dir(home);
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    counter.wait_for(2);
    signal(&child, "HUP");
    signal(&child, "HUP");
    let ran = end(child);
    assert_eq!((ran.code, outcomes(&ran)), (Some(0), vec!["applied".to_owned(); 3]), "{ran:?}");
}

// Progress

#[test]
fn a_long_run_says_where_it_stands_every_ten_seconds_on_standard_error_alone() {
    let counter =
        Counter::start(|hits| if hits[0].target == "slow" { YES.after(10_600) } else { YES });
    let stage = counter.stage();
    let words = "tencent resume slow quick --timeout 20s -o jsonl";
    let (loud, quiet) = (start(&stage, words), start(&stage, &format!("{words} -q")));
    let (loud, quiet) = (end(loud), end(quiet));
    assert_eq!((loud.code, quiet.code), (Some(0), Some(0)));
    let beats: Vec<_> = loud.stderr.lines().filter(|line| line.contains(" done, ")).collect();
    assert_eq!(beats.len(), 1, "{loud:?}");
    assert!(
        beats[0].starts_with("1 of 2 targets done, ") && beats[0].contains("0 failures so far"),
        "{beats:?}"
    );
    assert_eq!(
        (loud.lines().len(), quiet.lines().len(), quiet.stderr.as_str()),
        (2, 2, ""),
        "{quiet:?}"
    );
}

#[test]
fn a_short_run_says_nothing_but_its_closing_line() {
    let ran = Counter::content().stage().run(["tencent", "resume", "c1", "-o", "jsonl"]);
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(
        ran.stderr.starts_with("1 target: 1 applied (profile prod; tencent at http://127.0.0.1:"),
        "{ran:?}"
    );
}

/// `script` gives the program a terminal; where there is none, nothing is shown to look at.
#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_a_bar_shows_how_far_the_run_is() {
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let counter =
        Counter::start(|hits| if hits[0].target == "slow" { YES.after(1_800) } else { YES });
    let stage = counter.stage();
    let home = stage.folder.path();
    let run = |flags: &str| {
        let inner = format!(
            "'{}' tencent resume slow quick -o jsonl {flags} >out",
            env!("CARGO_BIN_EXE_livectl")
        );
        let mut script = Command::new("script");
        script.args(["-qec", &inner, "/dev/null"]).stdin(Stdio::null());
        script
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm");
        script.env("HOME", home).env("XDG_CONFIG_HOME", home).current_dir(home);
        let ran = Ran::from(script.output().unwrap());
        (ran.code, ran.stdout, fs::read_to_string(stage.path("out")).unwrap())
    };

    let (code, terminal, out) = run("");
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{terminal:?}");
    assert!(
        terminal.contains("1/2") && terminal.contains("0 failures") && terminal.contains("left"),
        "{terminal:?}"
    );
    assert!(out.lines().all(|line| line.starts_with("{\"ok\":true")), "{out}");

    let (code, terminal, _) = run("-q");
    assert_eq!((code, terminal.as_str()), (Some(0), ""));
}
