//! Output that is not read, and progress.

use std::process::Child;

use super::start;
use crate::prelude::*;

/// Interrupts a run once, and again a moment later.
fn interrupt_twice(child: &Child) {
    send_signal(child, "INT");
    thread::sleep(Duration::from_millis(200));
    send_signal(child, "INT");
}

/// Waits for the end of a run whose output is not read, and reads it then.
fn end_unread(mut child: Child) -> (RunOutput, Duration) {
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(asked.elapsed() < Duration::from_secs(15), "the run does not end");
        thread::sleep(Duration::from_millis(5));
    }
    let took = asked.elapsed();
    (wait_for_end(child), took)
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
        let (server, home) = late_for("slow", 12_000).with_home();
        let child = start_unread(&home, &format!("--timeout 20s -o {format}"));
        server.wait_for(302);
        thread::sleep(Duration::from_millis(500));
        assert_eq!(recorded(&home, "applied"), 300, "{format}: results wait for the reader");
        interrupt_twice(&child);
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
    let (server, home) = RecordingServer::accepting().with_home();
    let child = start_unread(&home, "-o jsonl");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    send_signal(&child, "TERM");
    let (output, took) = end_unread(child);
    assert_eq!(output.code, Some(143), "{}", output.stderr);
    assert!(took < Duration::from_secs(3), "it took {took:?}");
    assert_eq!(recorded(&home, "applied"), 302);
}

#[test]
fn late_reader_gets_everything() {
    let (server, home) = RecordingServer::accepting().with_home();
    let child = start_unread(&home, "-o json");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    let output = wait_for_end(child);
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
    let (server, home) = late_for("slow", 12_000).with_home();
    let child = start_merged(&home, "--timeout 20s -o jsonl -v");
    server.wait_for(302);
    thread::sleep(Duration::from_millis(500));
    interrupt_twice(&child);
    let (output, took) = end_unread(child);
    assert_eq!(output.code, Some(130));
    assert!(took < Duration::from_secs(4), "it took {took:?}");
    assert_eq!((recorded(&home, "applied"), recorded(&home, "unknown")), (300, 2));
}

#[test]
fn late_reader_of_merged_streams_gets_everything() {
    let (server, home) = RecordingServer::accepting().with_home();
    let child = start_merged(&home, "-o jsonl");
    server.wait_for(302);
    thread::sleep(Duration::from_secs(1));
    let output = wait_for_end(child).exits(0);
    let results = output.stdout.lines().filter(|line| line.starts_with("{\"ok\":true")).count();
    assert_eq!(results, 302);
    assert!(output.stdout.contains("302 targets: 302 applied"), "{}", output.stdout);
}

#[test]
fn long_run_reports_every_ten_seconds() {
    let (_server, home) = late_for("slow", 10_600).with_home();
    let words = "tencent resume slow quick --timeout 20s -o jsonl";
    let (loud, quiet) = (start(&home, words), start(&home, &format!("{words} -q")));
    let (loud, quiet) = (wait_for_end(loud), wait_for_end(quiet));
    assert_eq!((loud.code, quiet.code), (Some(0), Some(0)));
    let beats: Vec<_> = loud.stderr.lines().filter(|line| line.contains(" done, ")).collect();
    assert_eq!(beats.len(), 1, "{loud:?}");
    assert!(beats[0].starts_with("1 of 2 targets done, "), "{beats:?}");
    assert!(beats[0].contains("0 failures so far"), "{beats:?}");
    assert_eq!((loud.lines().len(), quiet.lines().len()), (2, 2), "{quiet:?}");
    assert_eq!(quiet.stderr, "");
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
        return report_skipped("the progress bar of a terminal");
    }
    let (_server, home) = late_for("slow", 1_800).with_home();
    let run = |flags: &str| {
        let program = env!("CARGO_BIN_EXE_livectl");
        let inner = format!("'{program}' tencent resume slow quick -o jsonl {flags} >out");
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
