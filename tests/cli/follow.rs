//! Lines as they come: `apply --follow`.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use jsonschema::Validator;
use livectl::api::VENDORS;
use livectl::cli::schema::schema;
use serde_json::{Value, json};

use super::fault_server::FaultServer;
use super::fixture::{RunOutput, TestHome, VendorServer, outcome};
use super::recording_server::{RecordingServer, accepted, response};
use super::vendor_messages::accept_after;

/// How long anything may take that takes no time.
const LONG: Duration = Duration::from_secs(20);

fn forbid(target: &str) -> String {
    line("forbid", target, r#","for":"2h""#)
}

fn resume(target: &str) -> String {
    line("resume", target, "")
}

/// An operation at Tencent with these further keys.
fn line(action: &str, target: &str, more: &str) -> String {
    format!(r#"{{"vendor":"tencent","action":"{action}","target":"{target}"{more}}}"#)
}

fn with_id(line: &str, id: &str) -> String {
    line.replace('}', &format!(r#","id":"{id}"}}"#))
}

/// A run that reads lines as they come.
struct Followed {
    child: Child,
    input: Option<ChildStdin>,
    results: Receiver<String>,
}

impl Followed {
    /// Starts `apply --follow -` with further words.
    fn start(home: &TestHome, words: &str) -> Self {
        Self::spawn(
            &mut home.process(format!("apply --follow - --rate 0 {words}").split_whitespace()),
        )
    }

    /// The same with room for any number of targets.
    fn with(home: &TestHome, words: &str) -> Self {
        Self::start(home, &format!("--max-targets 100000 {words}"))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let (sender, results) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            output.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        Self { input: child.stdin.take(), child, results }
    }

    fn write(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// The next result, which is of the schema.
    #[track_caller]
    fn result(&self) -> Value {
        let line = self.results.recv_timeout(LONG).expect("a result");
        checked(&line)
    }

    fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Ends the input, and returns what came since.
    fn end(mut self) -> RunOutput {
        drop(self.input.take());
        self.wait()
    }

    fn wait(mut self) -> RunOutput {
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let code = self.child.wait().unwrap().code();
        let stdout: String = self.results.iter().map(|line| line + "\n").collect();
        stdout.lines().for_each(|line| drop(checked(line)));
        RunOutput { code, stdout, stderr }
    }
}

fn checked(line: &str) -> Value {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
        let schema: Value = serde_json::from_str(&schema(VENDORS, "results").unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    let result: Value = serde_json::from_str(line).unwrap();
    let document = json!({
        "schema": "livectl/1", "ok": true, "error": null, "run": null, "results": [result],
        "summary": {"total": 1, "applied": 0, "read": 0, "not_applied": 0, "unknown": 0, "skipped": 0, "done_before": 0, "planned": 0},
    });
    let errors: Vec<_> = VALIDATOR.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{line}");
    result
}

/// Each result's line, target and outcome, in the order of the lines.
fn told(results: &[Value]) -> Vec<String> {
    let mut told: Vec<_> = results
        .iter()
        .map(|result| {
            let target = result["operation"]["target"].as_str().unwrap_or_default();
            (result["line"].as_u64(), format!("{target} {}", outcome(result)))
        })
        .collect();
    told.sort();
    told.into_iter().map(|(line, told)| format!("{} {told}", line.unwrap())).collect()
}

/// Runs these lines to their end.
fn run_lines(home: &TestHome, words: &str, lines: &[String]) -> RunOutput {
    let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    home.run_with_input(&format!("apply --follow - --max-targets 1000 --rate 0 {words}"), input)
}

// Each line at once

#[test]
fn line_is_acted_on_before_the_next_comes() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let mut run = Followed::with(&home, "");
    for target in ["c1", "c2", "c1"] {
        run.write(&forbid(target));
        let result = run.result();
        assert_eq!(
            (outcome(&result).as_str(), &result["operation"]["target"]),
            ("applied", &json!(target))
        );
    }
    let output = run.end();
    assert_eq!((output.code, &*output.stdout), (Some(0), ""), "{output:?}");
    assert!(output.stderr.contains("3 lines: 3 applied (profile prod; "), "{output:?}");
}

#[test]
fn each_line_has_one_result() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let lines = [forbid("c1"), forbid("c1"), resume("c1"), String::new(), resume("c2")];
    let output = run_lines(&home, "", &lines);
    assert_eq!(output.code, Some(0), "{output:?}");
    let results = output.lines();
    assert_eq!(told(&results), ["1 c1 applied", "2 c1 applied", "3 c1 applied", "5 c2 applied"]);
    let of_c1 = server.operations().into_iter().filter(|sent| sent.target == "c1");
    let actions: Vec<_> = of_c1.map(|sent| sent.action).collect();
    assert_eq!(actions, ["tencent forbid", "tencent forbid", "tencent resume"]);
}

#[test]
fn lines_of_one_target_are_done_in_turn() {
    let server = FaultServer::answering(|request| accept_after(100, request));
    let home = server.home();
    let lines: Vec<_> = (0..6)
        .map(|number| if number % 2 == 0 { forbid("c1") } else { resume("c1") })
        .chain([forbid("c2")])
        .collect();
    let output = run_lines(&home, "", &lines);
    assert_eq!(output.code, Some(0), "{output:?}");
    let sent = server.operations();
    let of_c1: Vec<_> = sent.iter().filter(|sent| sent.target == "c1").collect();
    for pair in of_c1.windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(90));
        assert_ne!(pair[0].action, pair[1].action);
    }
    assert!(sent[..2].iter().any(|sent| sent.target == "c2"), "another target waits for none");
}

#[test]
fn bad_lines_become_results() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let lines = [
        "c1".to_owned(),
        with_id(&line("forbid", "c2", ""), "msg-2"),
        r#"{"vendor":"tencent","action":"resume","id":"msg-3"}"#.to_owned(),
        r#"{"id":"msg-4","vendor":"#.to_owned(),
        with_id(&resume("https://play.example.com/live/c5.flv?txSecret=s3cret"), "msg-5"),
        line("resume", "c6", r#","profile":"other""#),
        "[]".to_owned(),
        resume("c8"),
    ];
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!(output.code, Some(5), "{output:?}");
    let results = output.lines();
    let bad = |line: u64| results.iter().find(|result| result["line"] == line).unwrap();
    for number in 1..8 {
        let result = bad(number);
        assert_eq!(outcome(result), "skipped input");
        assert_eq!(result["error"]["again"], false);
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("line {number}: ")), "{message}");
    }
    assert_eq!(bad(2)["operation"]["id"], "msg-2");
    assert_eq!(bad(3)["operation"]["id"], "msg-3");
    assert_eq!(bad(4)["operation"]["id"], "msg-4");
    assert_eq!(outcome(bad(8)), "applied");
    assert_eq!(server.targets(), ["c8"]);
    let journal = home.read("j.jsonl");
    for id in ["msg-2", "msg-3", "msg-5"] {
        assert!(journal.contains(&format!(r#""id":"{id}""#)), "{id}: {journal}");
    }
    assert!(!journal.contains("s3cret") && !output.stdout.contains("s3cret"));
    assert_eq!(home.run_line("log --from j.jsonl").code, Some(0));
}

#[test]
fn policy_is_asked_of_every_line() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let policy = "[policy]\nprotect = [\"tencent:gala*\"]\nmax_ban = \"3h\"\n";
    home.write_config(&format!("{}\n{policy}", super::fixture::profile(&server.endpoint())));
    let lines = [
        forbid("c1"),
        forbid("gala1"),
        resume("gala1"),
        line("forbid", "c2", r#","for":"4h""#),
        line("forbid", "gala2", r#","for":"1h","reason":"court order""#),
    ];
    let output = run_lines(&home, "--even-protected gala2 --even-protected never", &lines);
    assert_eq!(output.code, Some(5), "{output:?}");
    assert_eq!(
        told(&output.lines()),
        [
            "1 c1 applied",
            "2 gala1 skipped protected",
            "3 gala1 applied",
            "4 c2 skipped input",
            "5 gala2 applied",
        ]
    );
    let results = output.lines();
    let protected = results.iter().find(|result| result["line"] == 2).unwrap();
    let message = protected["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("line 2: target gala1: it is protected: tencent:gala* ("));
    assert!(protected["error"]["hint"].as_str().unwrap().ends_with("--even-protected gala1"));
}

// Ids

#[test]
fn applied_id_is_done_before_for_good() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let once = with_id(&line("forbid", "c1", r#","for":"1s""#), "m1");
    let lines =
        [once.clone(), once.clone(), with_id(&forbid("c2"), "m1"), with_id(&resume("c1"), "m2")];
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!(output.code, Some(5), "{output:?}");
    let told_first = told(&output.lines());
    assert_eq!(
        told_first,
        ["1 c1 applied", "2 c1 skipped done_before", "3 c2 skipped input", "4 c1 applied"]
    );
    // The ban has ended and the stream was put back since.
    thread::sleep(Duration::from_millis(1200));
    let again = [once.clone(), with_id(&resume("c1"), "m2"), with_id(&forbid("c2"), "m1"), once];
    let output = run_lines(&home, "--journal j.jsonl", &again);
    assert_eq!(
        told(&output.lines()),
        [
            "1 c1 skipped done_before",
            "2 c1 skipped done_before",
            "3 c2 skipped input",
            "4 c1 skipped done_before",
        ]
    );
    assert_eq!(server.targets(), ["c1", "c1"]);
}

#[test]
fn id_without_success_is_done_again() {
    let server = RecordingServer::start(|request| {
        if request.number == 1 {
            response(200, r#"{"ret":20601,"message":"no"}"#)
        } else {
            accepted(request)
        }
    });
    let home = server.home();
    let lines = [with_id(&resume("c1"), "m1"), with_id(&resume("c1"), "m1")];
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!(told(&output.lines()), ["1 c1 not_applied refused", "2 c1 applied"]);
    // Without a journal an id is only repeated.
    let output = run_lines(&home, "", &lines);
    assert_eq!(told(&output.lines()), ["1 c1 applied", "2 c1 applied"]);
}

// Refusals

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write("lines.jsonl", resume("c1"));
    home.write("lines.csv", "vendor,action,target\ntencent,resume,c1\n");
    for (words, what, hint) in [
        ("", "--follow needs --max-targets N", "--max-targets 60"),
        (
            "--max-targets 9 --resume --journal j",
            "--resume compares a list",
            "give each line an `id`",
        ),
        ("--max-targets 9 -o json", "--follow prints JSON Lines", "-o jsonl"),
        ("--max-targets 9 -o table", "--follow prints JSON Lines", "-o jsonl"),
        ("--max-targets 9 --shard 0/2", "--shard divides a list", "leave out --shard"),
        ("--max-targets 9 -n", "a dry run on none", "apply --dry-run"),
    ] {
        let output = home.run_line(&format!("apply --follow lines.jsonl {words}"));
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(what) && output.stderr.contains(hint), "{output:?}");
    }
    for file in ["lines.csv", "none.jsonl", "."] {
        let output = home.run_line(&format!("apply --follow {file} --max-targets 9"));
        assert_eq!(output.code, Some(2), "{output:?}");
    }
    assert_eq!(server.operations(), []);
    let output = home.run_line("apply --follow lines.jsonl --max-targets 9 -o jsonl");
    assert_eq!((output.code, server.targets()), (Some(0), vec!["c1".to_owned()]));
}

// The end

#[test]
fn signal_settles_and_counts_lines_not_tried() {
    let server = FaultServer::answering(|request| accept_after(600, request));
    let home = server.home();
    let mut run = Followed::with(&home, "-j 2 --journal j.jsonl");
    (1..=10).for_each(|number| run.write(&resume(&format!("c{number}"))));
    server.wait_for(2);
    let begun = Instant::now();
    run.signal("TERM");
    let output = run.wait();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(output.code, Some(143), "{output:?}");
    assert_eq!(told(&output.lines()), ["1 c1 applied", "2 c2 applied"]);
    assert!(
        output.stderr.contains("8 lines were read and not tried, and have no result"),
        "{output:?}"
    );
}

#[test]
fn refused_credentials_end_the_run() {
    let server = RecordingServer::start(|_| response(401, "no"));
    let home = server.home();
    let mut run = Followed::with(&home, "-j 1");
    run.write(&resume("c1"));
    // The input goes on, and nothing more is read.
    assert_eq!(outcome(&run.result()), "not_applied credentials");
    let begun = Instant::now();
    let input = run.input.take();
    let output = run.wait();
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop(input);
    assert_eq!(output.code, Some(5), "{output:?}");
}

// Room

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
    let server = RecordingServer::accepting();
    let home = server.home();
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
    let server = RecordingServer::accepting();
    let home = server.home();
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
    assert_eq!(
        told(&results),
        ["1 c1 applied", "2 c2 applied", "3 c1 applied", "4 done skipped done_before"]
    );
    thread::sleep(Duration::from_millis(300));
    run.signal("TERM");
    let output = run.wait();
    assert_eq!((output.code, &*output.stdout), (Some(143), ""), "{output:?}");
    let note = "2 distinct targets in a minute are as many as --max-targets allows";
    assert_eq!(output.stderr.matches(note).count(), 1, "{output:?}");
    assert!(output.stderr.contains("1 line was read and not tried, and has no result"));
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
    assert_eq!(told(&results), ["1 c1 unknown http", "2 c2 unknown http"]);
    run.write(r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30}"#);
    assert_eq!(told(&[run.result()]), ["4 a.com applied"]);
    run.signal("TERM");
    let output = run.wait();
    assert_eq!(output.code, Some(143), "{output:?}");
    let note = "2 targets of Tencent failed one after another; its lines wait until ";
    assert!(output.stderr.contains(note), "{output:?}");
    assert!(output.stderr.contains("1 line was read and not tried"), "{output:?}");
}

// Records

#[test]
fn killed_run_does_each_id_and_none_twice() {
    let server = FaultServer::answering(|request| accept_after(20, request));
    let home = server.home();
    let lines: Vec<_> = (0..40)
        .map(|number| with_id(&forbid(&format!("c{number}")), &format!("m{number}")))
        .collect();
    let mut told_applied = Vec::new();
    for _ in 0..3 {
        let mut run = Followed::with(&home, "-j 4 --journal j.jsonl");
        lines.iter().for_each(|line| run.write(line));
        let before = server.targets().len();
        server.wait_for(before + 8);
        run.child.kill().unwrap();
        told_applied.extend(
            run.wait()
                .lines()
                .iter()
                .filter(|result| result["ok"] == true)
                .map(|result| result["operation"]["id"].as_str().unwrap().to_owned()),
        );
    }
    let journal = home.read("j.jsonl");
    for id in &told_applied {
        let of_id = format!(r#""id":"{id}""#);
        let is_result =
            |line: &&str| line.contains(&of_id) && line.contains(r#""outcome":"applied""#);
        assert!(journal.lines().any(|line| is_result(&line)), "{id} is printed, not recorded");
    }
    let recorded: Vec<_> = lines
        .iter()
        .filter(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let id = format!(r#""id":{}"#, line["id"]);
            journal
                .lines()
                .any(|line| line.contains(&id) && line.contains(r#""outcome":"applied""#))
        })
        .collect();
    let before = server.targets().len();
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!((output.code, output.lines().len()), (Some(0), 40), "{output:?}");
    let done_before =
        output.lines().iter().filter(|result| outcome(result) == "skipped done_before").count();
    assert_eq!(done_before, recorded.len());
    assert_eq!(server.targets().len() - before, 40 - recorded.len());
    let mut targets = server.targets();
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 40);
}

#[test]
fn nothing_is_printed_that_is_not_recorded() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let mut run = Followed::with(&home, "--journal j.jsonl");
    run.write(&resume("c1"));
    assert_eq!(outcome(&run.result()), "applied");
    std::fs::rename(home.path("j.jsonl"), home.path("moved.jsonl")).unwrap();
    run.write(&resume("c2"));
    let output = run.wait();
    assert_eq!((output.code, &*output.stdout), (Some(6), ""), "{output:?}");
    assert_eq!(server.targets(), ["c1"]);
    assert!(output.stderr.contains("1 target not tried"), "{output:?}");
}

#[test]
fn undo_wants_targets_or_a_time() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let output = run_lines(&home, "", &[forbid("c1"), forbid("c2")]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let (_, command) = output.stderr.split_once("take a target of it back: livectl ").unwrap();
    let command = command.lines().next().unwrap();
    let run_id = command.split(' ').nth(1).unwrap();
    let refused = home.run_line(&format!("undo {run_id}"));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("--since 10m"), "{refused:?}");
    let undone = home.run_line(&format!("{} --even-changed", command.replace("TARGET...", "c1")));
    assert_eq!(undone.code, Some(0), "{undone:?}");
    let since = home.run_line(&format!("undo {run_id} --since 1h -n"));
    assert_eq!(since.code, Some(0), "{since:?}");
    let actions: Vec<_> = server.operations().into_iter().map(|sent| sent.action).collect();
    assert_eq!(actions.last().map(String::as_str), Some("tencent resume"));
}

#[test]
fn run_that_only_looks_is_not_remembered() {
    let server = RecordingServer::accepting();
    let home = server.home();
    assert_eq!(run_lines(&home, "", &[line("status", "c1", ""), "x".into()]).code, Some(5));
    assert_eq!(home.run_line("log").stdout.lines().count(), 1, "a header");
    assert_eq!(run_lines(&home, "", &[line("status", "c1", ""), resume("c1")]).code, Some(0));
    assert_eq!(home.run_line("log").stdout.lines().count(), 2);
}

// Accounts

#[test]
fn lines_of_an_unusable_vendor_are_to_be_done_later() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let config = super::fixture::profile(&server.endpoint());
    let jd = format!("secret_key = \"{}\"", super::fixture::JD_SECRET);
    home.write_config(&config.replace(&jd, "secret_key = { file = \"none.key\" }"));
    let permit = r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"a.com"}"#;
    let huawei = r#"{"vendor":"huawei","action":"drop","target":"live/a","domain":"a.com"}"#;
    let output = run_lines(&home, "", &[permit.to_owned(), resume("c1"), huawei.to_owned()]);
    assert_eq!(output.code, Some(5), "{output:?}");
    let results = output.lines();
    assert_eq!(
        told(&results),
        ["1 live/a skipped stopped", "2 c1 applied", "3 live/a skipped stopped"]
    );
    for result in results.iter().filter(|result| result["ok"] == false) {
        assert_eq!(result["error"]["again"], true, "{result}");
    }
    assert!(output.stderr.contains("jd cannot be used, and its lines are skipped"), "{output:?}");
    home.write_config(&config);
    let unset = home.run_line("apply --follow none.jsonl --max-targets 3 -p other");
    assert_eq!(unset.code, Some(2), "bad input before a bad profile: {unset:?}");
}

#[test]
fn secret_in_a_line_is_shown_nowhere() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let secret = super::fixture::TENCENT_SECRET;
    let lines =
        [resume(secret), line("forbid", "c1", &format!(r#","for":"1h","reason":"{secret}""#))];
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!(output.code, Some(5), "{output:?}");
    let text = format!("{}{}{}", output.stdout, output.stderr, home.read("j.jsonl"));
    assert!(!text.contains(secret), "{text}");
    assert_eq!(server.operations(), []);
    assert_eq!(told(&output.lines()).len(), 2);
}

#[test]
fn named_pipe_is_read_until_its_writer_ends() {
    let server = RecordingServer::accepting();
    let home = server.home();
    assert!(home.shell("mkfifo lines.jsonl").status().unwrap().success());
    let words = "apply --follow lines.jsonl --rate 0 --max-targets 9";
    let mut run = Followed::spawn(&mut home.process(words.split(' ')));
    // Without a writer it waits, and a signal ends that.
    thread::sleep(Duration::from_millis(200));
    run.signal("TERM");
    assert_eq!(run.wait().code, Some(143));

    run = Followed::spawn(&mut home.process(words.split(' ')));
    let mut pipe = std::fs::File::options().write(true).open(home.path("lines.jsonl")).unwrap();
    pipe.write_all(format!("{}\n", resume("c1")).as_bytes()).unwrap();
    assert_eq!(told(&[run.result()]), ["1 c1 applied"]);
    drop(pipe);
    assert_eq!(run.wait().code, Some(0));
}

#[test]
fn verified_line_has_one_result() {
    let server = RecordingServer::start(|request| {
        if request.is_look() {
            return response(200, r#"{"ret":0,"message":"success","output":[{"status":3}]}"#);
        }
        accepted(request)
    });
    let home = server.home();
    let lines = [with_id(&forbid("c1"), "m1"), with_id(&forbid("c1"), "m1"), resume("c2")];
    let output = run_lines(&home, "--verify --verify-timeout 1s --journal j.jsonl", &lines);
    assert_eq!(
        told(&output.lines()),
        ["1 c1 applied", "2 c1 skipped done_before", "3 c2 unknown unverified"]
    );
    assert_eq!(output.lines().iter().filter(|result| result["verified"] == true).count(), 1);
    // What was left in doubt by the looks is done again.
    let again =
        run_lines(&home, "--journal j.jsonl", &[with_id(&forbid("c1"), "m1"), resume("c2")]);
    assert_eq!(told(&again.lines()), ["1 c1 skipped done_before", "2 c2 applied"]);
}
