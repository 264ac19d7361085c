//! Room for lines that are read and not settled, and the end of the run.

use std::io::{BufRead, BufReader, Write};
use std::sync::mpsc::channel;

use super::{Followed, resume, run_lines, settled, with_id};
use crate::prelude::*;

#[test]
fn signal_settles_and_counts_lines_not_tried() {
    let (server, home) = FaultServer::answering(|request| accept_after(600, request)).with_home();
    let mut run = Followed::with(&home, "-j 2 --journal j.jsonl");
    (1..=10).for_each(|number| run.write(&resume(&format!("c{number}"))));
    server.wait_for(2);
    let begun = Instant::now();
    run.signal("TERM");
    let output =
        run.wait().exits(143).reports("8 lines were read and not tried, and have no result");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(settled(&output.lines()), ["1 c1 applied", "2 c2 applied"]);
}

#[test]
fn refused_credentials_end_the_run() {
    let (_server, home) = RecordingServer::start(|_| response(401, "no")).with_home();
    let mut run = Followed::with(&home, "-j 1");
    run.write(&resume("c1"));
    // The input goes on, and nothing more is read.
    assert_eq!(outcome(&run.result()), "not_applied credentials");
    let begun = Instant::now();
    let input = run.input.take();
    run.wait().exits(5);
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop(input);
}

/// A pipe's writing end that never waits, and the process that reads it.
fn unwaiting(run: &mut Followed) -> std::fs::File {
    let input = run.input.take().unwrap();
    let pipe = std::fs::File::from(std::os::fd::OwnedFd::from(input));
    let flags = rustix::fs::fcntl_getfl(&pipe).unwrap();
    rustix::fs::fcntl_setfl(&pipe, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
    pipe
}

/// How many of these lines a pipe takes within a moment, in which nothing is answered.
fn accepted_lines(pipe: &mut std::fs::File, line: impl Fn(usize) -> String) -> usize {
    let (mut accepted, mut refused_since) = (0, Instant::now());
    while refused_since.elapsed() < Duration::from_millis(700) {
        let text = format!("{}\n", line(accepted));
        if pipe.write(text.as_bytes()).is_ok_and(|written| written == text.len()) {
            (accepted, refused_since) = (accepted + 1, Instant::now());
        } else {
            thread::sleep(Duration::from_millis(10));
        }
    }
    accepted
}

#[test]
fn queue_before_it_keeps_the_backlog() {
    let server = FaultServer::answering(|request| accept_after(10_000, request));
    let home = server.home();
    let mut run = Followed::with(&home, "-j 8");
    run.write(&resume("first"));
    server.wait_for(1);
    let mut pipe = unwaiting(&mut run);
    let accepted = accepted_lines(&mut pipe, |number| resume(&format!("c{number}")));
    // What the pipe itself holds is a page on Linux.
    let page = if cfg!(target_os = "linux") { 4096 } else { 65_536 };
    let in_pipe = page / resume("c10").len();
    assert!(accepted <= 8 + 64 + in_pipe, "{accepted} lines");
    run.signal("TERM");
    run.signal("TERM");
    assert_eq!(run.wait().code, Some(143));
}

#[test]
fn reader_that_stalls_stops_the_reading() {
    let (server, home) = RecordingServer::accepting().with_home();
    let mut command = home.process(
        "apply --follow - --rate 0 --max-targets 100000 --journal j.jsonl".split_whitespace(),
    );
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let results = child.stdout.take().unwrap();
    let (_, nothing) = channel();
    let mut run = Followed { input: child.stdin.take(), child, results: nothing };
    let mut pipe = unwaiting(&mut run);
    let accepted = accepted_lines(&mut pipe, |number| resume(&format!("c{number}")));
    assert!(accepted < 2000, "{accepted} lines");
    // All of them are recorded, read or not.
    let sent = server.targets().len();
    assert!(sent > 100);
    assert_eq!(home.read("j.jsonl").matches(r#""record":"result""#).count(), sent);
    // Once they are read, it goes on to the end of the input.
    drop(pipe);
    let lines = BufReader::new(results).lines().map_while(Result::ok).count();
    assert_eq!(run.child.wait().unwrap().code(), Some(0));
    assert_eq!((lines, server.targets().len()), (accepted, accepted));
}

#[test]
fn reading_waits_for_room_among_the_targets() {
    let (server, home) = RecordingServer::accepting().with_home();
    let done = with_id(&resume("done"), "m0");
    assert_eq!(run_lines(&home, "--journal j.jsonl", std::slice::from_ref(&done)).code, Some(0));
    let mut run = Followed::start(&home, "--max-targets 2 --journal j.jsonl");
    for target in ["c1", "c2", "c1"] {
        run.write(&resume(target));
    }
    // What is done already takes no room.
    run.write(&done);
    ["c3", "c2"].into_iter().for_each(|target| run.write(&resume(target)));
    let results = [run.result(), run.result(), run.result(), run.result()];
    let expected = ["1 c1 applied", "2 c2 applied", "3 c1 applied", "4 done skipped done_before"];
    assert_eq!(settled(&results), expected);
    thread::sleep(Duration::from_millis(300));
    run.signal("TERM");
    let output = run.wait().exits(143).reports("1 line was read and not tried, and has no result");
    assert_eq!(&*output.stdout, "", "{output:?}");
    let note = "2 distinct targets in a minute are as many as --max-targets allows";
    assert_eq!(output.stderr.matches(note).count(), 1, "{output:?}");
    assert_eq!(server.targets().len(), 4);
}

#[test]
fn failing_vendor_is_paused_and_others_go_on() {
    let server = RecordingServer::start(|request| match request.path.as_str() {
        path if path.ends_with("/common_access") => response(503, ""),
        _ => accepted(request),
    });
    let home = server.home();
    let mut run = Followed::with(&home, "--attempts 1 --max-failures 2 -j 1");
    ["c1", "c2", "c3"].into_iter().for_each(|target| run.write(&resume(target)));
    let results = [run.result(), run.result()];
    assert_eq!(settled(&results), ["1 c1 unknown http", "2 c2 unknown http"]);
    run.write(r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30}"#);
    assert_eq!(settled(&[run.result()]), ["4 a.com applied"]);
    run.signal("TERM");
    let output = run.wait().exits(143).reports("1 line was read and not tried");
    let note = "2 targets of Tencent failed one after another; its lines wait until ";
    assert!(output.stderr.contains(note), "{output:?}");
}
