//! The journal from outside: what is in it and when, who may write it, and what a resumed run makes of it.

mod damage;
mod kills;
mod records;
mod resume;

use crate::prelude::*;
use crate::vendor_messages::refusal;

fn busy() -> MockResponse {
    response(500, "")
}

fn refused(request: &ReceivedRequest) -> MockResponse {
    response(200, refusal(request).to_string())
}

/// The records of a journal; a torn last line is left out.
fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The targets of all records of this kind whose result, if they have one, is this outcome.
fn recorded(path: &Path, record: &str, outcome: Option<&str>) -> Vec<String> {
    let all = records(path).into_iter();
    let fits = all
        .filter(|line| line["record"] == record && line["result"]["outcome"].as_str() == outcome);
    fits.map(|line| line["operation"]["target"].as_str().unwrap().to_owned()).collect()
}

fn run(home: &TestHome, words: &str) -> RunOutput {
    let output = home.run(words.split(' ').chain(["--journal", "j.jsonl", "-o", "json"]));
    assert!(output.code.is_some(), "{output:?}");
    output
}

/// The kind of each result's error, or else its outcome.
fn kinds(output: &RunOutput) -> Vec<String> {
    let kind = |result: &Value| {
        result["error"]["kind"].as_str().or(result["outcome"].as_str()).unwrap().to_owned()
    };
    output.results().iter().map(kind).collect()
}

fn ends(sent: &[SentOperation]) -> Vec<i64> {
    sent.iter().filter_map(|operation| operation.end).collect()
}

/// The exit code of a process that ends by itself in time.
fn wait(child: &mut std::process::Child, delay: Duration) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < delay {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_micros(500));
    }
    None
}
