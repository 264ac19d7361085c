//! Lines as they come: `apply --follow`.

#![cfg(unix)]

mod backlog;
mod lines;
mod records;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};

use jsonschema::Validator;
use livectl::cli::schema::schema;

use crate::prelude::*;

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
        let line = format!("apply --follow - --rate 0 {words}");
        Self::spawn(&mut home.process(line.split_whitespace()))
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
        send_signal(&self.child, name);
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
fn settled(results: &[Value]) -> Vec<String> {
    let row = |result: &Value| {
        let target = result["operation"]["target"].as_str().unwrap_or_default();
        (result["line"].as_u64(), format!("{target} {}", outcome(result)))
    };
    let mut settled: Vec<_> = results.iter().map(row).collect();
    settled.sort();
    settled.into_iter().map(|(line, settled)| format!("{} {settled}", line.unwrap())).collect()
}

/// Runs these lines to their end.
fn run_lines(home: &TestHome, words: &str, lines: &[String]) -> RunOutput {
    let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    home.run_with_input(&format!("apply --follow - --max-targets 1000 --rate 0 {words}"), input)
}
