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
fn run(home: &TestHome, words: &str, lines: &[String]) -> RunOutput {
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
    let output = run(&home, "", &lines);
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
    let output = run(&home, "", &lines);
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
    let output = run(&home, "--journal j.jsonl", &lines);
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
    let output = run(&home, "--even-protected gala2 --even-protected never", &lines);
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
}

// Ids

#[test]
fn applied_id_is_done_before_for_good() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let once = with_id(&line("forbid", "c1", r#","for":"1s""#), "m1");
    let lines =
        [once.clone(), once.clone(), with_id(&forbid("c2"), "m1"), with_id(&resume("c1"), "m2")];
    let output = run(&home, "--journal j.jsonl", &lines);
    assert_eq!(output.code, Some(5), "{output:?}");
    let told_first = told(&output.lines());
    assert_eq!(
        told_first,
        ["1 c1 applied", "2 c1 skipped done_before", "3 c2 skipped input", "4 c1 applied"]
    );
    // The ban has ended and the stream was put back since.
    thread::sleep(Duration::from_millis(1200));
    let again = [once.clone(), with_id(&resume("c1"), "m2"), with_id(&forbid("c2"), "m1"), once];
    let output = run(&home, "--journal j.jsonl", &again);
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
    let output = run(&home, "--journal j.jsonl", &lines);
    assert_eq!(told(&output.lines()), ["1 c1 not_applied refused", "2 c1 applied"]);
    // Without a journal an id is only repeated.
    let output = run(&home, "", &lines);
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
