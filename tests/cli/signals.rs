//! Signals, and what is said while a run lasts.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fault_server::{FaultServer, ServerStep, http};
use super::faults::say_skipped;
use super::fixture::{RunOutput, TestHome, VendorServer, lines};
use super::recording_server::RecordingServer;
use super::vendor_messages::{accept, accept_after, status};

/// What the terminal, a supervisor and a lost connection send, and the exit codes that follow.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

fn signal(child: &Child, name: &str) {
    let sent =
        Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

fn start(home: &TestHome, words: &str) -> Child {
    home.process(words.split(' ')).spawn().unwrap()
}

fn end(child: Child) -> RunOutput {
    RunOutput::from(child.wait_with_output().unwrap())
}

/// The command that an interrupted run printed behind this hint.
#[track_caller]
fn printed<'o>(interrupted: &'o RunOutput, hint: &str) -> &'o str {
    let (_, rest) = interrupted.stderr.split_once(hint).expect("a command that resumes");
    rest.lines().next().unwrap()
}

/// Runs the command that an interrupted run printed.
fn resume(home: &TestHome, interrupted: &RunOutput) -> RunOutput {
    let command = printed(interrupted, "resume with: ");
    RunOutput::from(home.shell(command).output().unwrap())
}

/// Answers the first two requests late, so that they are in flight when a signal comes.
fn slow(millis: u64) -> FaultServer {
    FaultServer::answering(move |request| {
        accept_after(if request.number <= 2 { millis } else { 0 }, request)
    })
}

#[test]
fn first_signal_settles_requests_in_flight() {
    for (name, code) in SIGNALS {
        let server = slow(700);
        let home = server.home();
        let child =
            start(&home, "tencent forbid c1 c2 c3 c4 --for 2h -j 2 -o json --journal j.jsonl");
        server.wait_for(2);
        signal(&child, name);
        let output = end(child);

        assert_eq!(output.code, Some(code), "{output:?}");
        assert_eq!(
            output.outcomes(),
            ["applied", "applied", "skipped interrupted", "skipped interrupted"]
        );
        assert_eq!((&output.json()["ok"], server.operations().len()), (&Value::Bool(false), 2));
        assert!(output.stderr.contains("4 targets: 2 applied, 2 skipped"), "{output:?}");
        let command = printed(&output, "resume with: ");
        assert!(command.ends_with("-o json --journal j.jsonl --resume"), "{command}");
        // It is the last line, so that it is there to be copied.
        assert!(output.stderr.trim_end().ends_with(command), "{output:?}");

        let resumed = resume(&home, &output);
        assert_eq!(resumed.code, Some(0), "{resumed:?}");
        assert_eq!(
            resumed.outcomes(),
            ["skipped done_before", "skipped done_before", "applied", "applied"]
        );
        let ends: Vec<_> = server.operations().iter().map(|sent| sent.end).collect();
        assert_eq!(ends, [ends[0]; 4], "the ends resolved before the signal are kept");
    }
}

#[test]
fn signal_stops_retries() {
    let server = FaultServer::always(status("500 Internal Server Error", "retry-after: 1\r\n"));
    let home = server.home();
    let child = start(&home, "tencent resume c1 -o json");
    server.wait_for(1);
    thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "INT");
    let output = end(child);
    assert!(asked.elapsed() < Duration::from_millis(600), "it waited for the retry");
    assert_eq!((output.code, output.outcomes()), (Some(130), vec!["unknown http".to_owned()]));
    assert_eq!(server.operations().len(), 1);
}

#[test]
fn second_signal_ends_the_run_at_once() {
    for (name, code) in SIGNALS {
        let server = slow(7_000);
        let home = server.home();
        let child = start(&home, "tencent forbid c1 c2 c3 --for 2h -j 2 -o json --journal j.jsonl");
        server.wait_for(2);
        signal(&child, name);
        thread::sleep(Duration::from_millis(150));
        let asked = Instant::now();
        signal(&child, if name == "INT" { "TERM" } else { "INT" });
        let output = end(child);

        assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
        assert_eq!(output.code, Some(code), "the first signal decides: {output:?}");
        assert_eq!(
            output.outcomes(),
            ["unknown interrupted", "unknown interrupted", "skipped interrupted"]
        );
        assert_eq!(output.json()["results"][0]["attempts"], 1);
        let journal = home.read("j.jsonl");
        let lines: Vec<Value> =
            journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let results = lines.iter().filter(|line| line["record"] == "result").count();
        let intents = lines.iter().filter(|line| line["record"] == "intent").count();
        assert_eq!((intents, results), (2, 3), "{journal}");
        assert_eq!(lines.last().unwrap()["exit"], code, "{journal}");
        let line = "tencent forbid c1 c2 c3 --for 2h -o json --journal j.jsonl --resume";
        let resumed = home.run_line(line);
        assert_eq!(resumed.outcomes(), ["applied"; 3]);
    }
}

/// Waits for the end of a run whose output is not read, and reads it then.
fn end_unread(mut child: Child) -> (RunOutput, Duration) {
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(asked.elapsed() < Duration::from_secs(15), "the run does not end");
        thread::sleep(Duration::from_millis(5));
    }
    let took = asked.elapsed();
    (end(child), took)
}

/// Three hundred operations, whose results do not fit into a pipe, and two that are answered late.
fn start_unread(home: &TestHome, flags: &str) -> Child {
    write_list(home);
    let flags = format!("apply list.jsonl --journal j --max-targets 400 --rate 0 {flags}");
    start(home, &flags)
}

fn write_list(home: &TestHome) {
    let names = (0..300).map(|number| number.to_string()).chain(["slow1".into(), "slow2".into()]);
    let line = |target| json!({"vendor": "tencent", "action": "resume", "target": target});
    home.write("list.jsonl", lines(names.map(line)));
}

fn recorded(home: &TestHome, outcome: &str) -> usize {
    let journal = home.read("j");
    let records = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["result"]["outcome"] == outcome).count()
}

#[test]
fn unread_output_delays_no_signal() {
    for format in ["jsonl", "json", "table"] {
        let server = FaultServer::answering(|request| {
            accept_after(if request.target().starts_with("slow") { 12_000 } else { 0 }, request)
        });
        let home = server.home();
        let child = start_unread(&home, &format!("--timeout 20s -o {format}"));
        server.wait_for(302);
        thread::sleep(Duration::from_millis(500));
        assert_eq!(recorded(&home, "applied"), 300, "{format}: results wait for the reader");
        signal(&child, "INT");
        thread::sleep(Duration::from_millis(200));
        signal(&child, "INT");
        let (output, took) = end_unread(child);
        let stderr = &output.stderr;
        assert_eq!(output.code, Some(130), "{format}: {stderr}");
        assert!(took < Duration::from_secs(3), "{format}: it took {took:?}");
        assert!(stderr.contains("2 requests are in flight, and a second signal gives"), "{stderr}");
        // A table of this many rows does fit.
        assert!(format == "table" || stderr.contains("has stopped reading"), "{stderr}");
        assert!(stderr.contains("2 unknown"), "{stderr}");
        assert_eq!((recorded(&home, "applied"), recorded(&home, "unknown")), (300, 2));
    }
}

#[test]
fn signal_ends_the_wait_for_a_reader() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let child = start_unread(&home, "-o jsonl");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    signal(&child, "TERM");
    let (output, took) = end_unread(child);
    assert_eq!(output.code, Some(143), "{}", output.stderr);
    assert!(took < Duration::from_secs(3), "it took {took:?}");
    assert_eq!(recorded(&home, "applied"), 302);
}

#[test]
fn late_reader_gets_everything() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let child = start_unread(&home, "-o json");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    let output = end(child);
    assert_eq!((output.code, output.results().len()), (Some(0), 302), "{}", output.stderr);
}

/// Both streams in one pipe that is not read.
fn start_merged(home: &TestHome, flags: &str) -> Child {
    write_list(home);
    let line =
        format!("exec \"$0\" apply list.jsonl --journal j --max-targets 400 --rate 0 {flags}");
    home.shell(&format!("{line} 2>&1")).stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn merged_streams_delay_no_signal() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.target().starts_with("slow") { 12_000 } else { 0 }, request)
    });
    let home = server.home();
    let child = start_merged(&home, "--timeout 20s -o jsonl -v");
    server.wait_for(302);
    thread::sleep(Duration::from_millis(500));
    signal(&child, "INT");
    thread::sleep(Duration::from_millis(200));
    signal(&child, "INT");
    let (output, took) = end_unread(child);
    assert_eq!(output.code, Some(130));
    assert!(took < Duration::from_secs(4), "it took {took:?}");
    assert_eq!((recorded(&home, "applied"), recorded(&home, "unknown")), (300, 2));
}

#[test]
fn late_reader_of_merged_streams_gets_everything() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let child = start_merged(&home, "-o jsonl");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    let output = end(child);
    assert_eq!(output.code, Some(0));
    let results = output.stdout.lines().filter(|line| line.starts_with("{\"ok\":true")).count();
    assert_eq!(results, 302);
    assert!(output.stdout.contains("302 targets: 302 applied"), "{}", output.stdout);
}

#[test]
fn interruption_reports_requests_in_flight() {
    for (words, sent, expected) in [
        ("tencent resume c1 c2 c3 -j 1", 1, "note: interrupted; 1 request is in flight, and a"),
        ("tencent resume c1 c2 c3 -j 2", 2, "note: interrupted; 2 requests are in flight, and"),
    ] {
        let server = slow(600);
        let home = server.home();
        let child = start(&home, words);
        server.wait_for(sent);
        signal(&child, "INT");
        let output = end(child);
        assert!(output.stderr.contains(expected), "{output:?}");
    }
}

#[test]
fn resume_command_asks_for_the_same_input() {
    let server = slow(500);
    let home = server.home();
    home.write("list", "c1\nc2\nc3\n");
    let mut shell = home.shell("exec \"$0\" tencent resume - -j 1 -o json --journal j < list");
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for(1);
    signal(&child, "INT");
    let output = end(child);
    let hint = "resume, which needs the same input on standard input, with: ";
    let resumed = home.shell(&format!("{} < list", printed(&output, hint))).output().unwrap();
    let resumed = RunOutput::from(resumed);
    assert_eq!(resumed.outcomes(), ["skipped done_before", "applied", "applied"], "{resumed:?}");
}

#[test]
fn signal_completes_the_json_lines() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.target() == "c3" { 600 } else { 0 }, request)
    });
    let home = server.home();
    let child = start(&home, "tencent resume c1 c2 c3 c4 c5 -j 1 -o jsonl");
    server.wait_for(3);
    signal(&child, "TERM");
    let output = end(child);
    let told: Vec<_> =
        output.lines().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(output.code, Some(143));
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(sorted, ["applied", "applied", "applied", "skipped", "skipped"], "{told:?}");
    assert!(output.stderr.contains("the same command may be run again"), "{output:?}");
}

#[test]
fn resume_command_can_be_pasted() {
    let server = slow(500);
    let home = server.home();
    let flags =
        ["tencent", "resume", "--journal", "a b's.jsonl", "-j", "1", "-o", "json", "--exact", "--"];
    let names = ["-c1", "it's $HOME", "直播", "zero\u{200b}width"];
    let words = flags.into_iter().chain(names);
    let child = home.process(words).spawn().unwrap();
    server.wait_for(1);
    signal(&child, "INT");
    let output = end(child);

    let resumed = resume(&home, &output);

    assert_eq!(resumed.code, Some(0), "{output:?}: {resumed:?}");
    assert_eq!(resumed.outcomes(), ["skipped done_before", "applied", "applied", "applied"]);
    assert_eq!(server.targets(), names);
}

#[test]
fn interrupted_undo_prints_no_url_secret() {
    let server = slow(500);
    let home = server.home();
    let banned = home.run_json("tencent forbid c1 --for 2h");
    let run = banned.json()["run"].as_str().unwrap().to_owned();
    let reason = "see https://a.cn/x?txSecret=h1dden";
    let child = home.process(["undo", &run, "--even-changed", "--reason", reason]).spawn().unwrap();
    server.wait_for(2);
    signal(&child, "INT");
    let output = end(child);
    let command = printed(&output, "the same command does the rest: ");
    assert!(command.ends_with("--reason 'see https://a.cn/x?***'"), "{command}");
    assert!(!output.stderr.contains("h1dden"), "{output:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn ignored_hangup_stays_ignored() {
    let server = slow(700);
    let home = server.home();
    // As `nohup` starts it, without its notes on standard error.
    let script = "trap '' HUP; exec \"$0\" tencent resume c1 c2 c3 -j 2 -o json";
    let mut shell = home.shell(script);
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for(2);
    signal(&child, "HUP");
    signal(&child, "HUP");
    let output = end(child);
    assert_eq!(
        (output.code, output.outcomes()),
        (Some(0), vec!["applied".to_owned(); 3]),
        "{output:?}"
    );
}

#[test]
fn signal_during_looks_restores_nothing() {
    let server = FaultServer::answering(|request| {
        if !request.is_look() {
            return accept(request);
        }
        let body = json!({"ret": 0, "message": "success", "output": [{"status": 3}]});
        let answer = ServerStep::Send(http("200 OK", "", body.to_string()));
        vec![ServerStep::Pause(Duration::from_millis(700)), answer]
    });
    let home = server.home();
    let banned = home.run_json("tencent forbid a b --for 2h").json();
    let undo = format!("undo {} -o json", banned["run"].as_str().unwrap());
    let child = start(&home, &undo);
    server.wait_for(4);
    signal(&child, "INT");
    let output = end(child);
    assert_eq!(output.code, Some(130), "{output:?}");
    assert_eq!(output.outcomes(), ["skipped interrupted"; 2], "{output:?}");
    assert_eq!(server.received().len(), 4, "two bans and two looks");
    let again = home.run_line(&undo);
    assert_eq!(again.outcomes(), ["applied"; 2], "{again:?}");
}

// Progress

#[test]
fn long_run_reports_every_ten_seconds() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.target() == "slow" { 10_600 } else { 0 }, request)
    });
    let home = server.home();
    let words = "tencent resume slow quick --timeout 20s -o jsonl";
    let (loud, quiet) = (start(&home, words), start(&home, &format!("{words} -q")));
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
fn short_run_prints_only_its_closing_lines() {
    let output = RecordingServer::accepting().home().run_line("tencent resume c1 -o jsonl");
    let lines: Vec<_> = output.stderr.lines().collect();
    let [count, undo] = lines[..] else { panic!("{output:?}") };
    assert!(count.starts_with("1 target: 1 applied (profile prod; tencent at http://127.0.0.1:"));
    assert!(undo.starts_with("take it back: livectl undo "), "{undo}");
}

/// `script` gives the program a terminal.
#[test]
#[cfg(target_os = "linux")]
fn terminal_shows_a_progress_bar() {
    if Command::new("script").arg("--version").output().is_err() {
        return say_skipped("the progress bar of a terminal");
    }
    let server = FaultServer::answering(|request| {
        accept_after(if request.target() == "slow" { 1_800 } else { 0 }, request)
    });
    let home = server.home();
    let run = |flags: &str| {
        let inner = format!(
            "'{}' tencent resume slow quick -o jsonl {flags} >out",
            env!("CARGO_BIN_EXE_livectl")
        );
        let mut script = home.command("script");
        script.args(["-qec", &inner, "/dev/null"]).stdin(Stdio::null());
        script.env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh").env("TERM", "xterm");
        let output = RunOutput::from(script.output().unwrap());
        (output.code, output.stdout, home.read("out"))
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
