//! How much, how often, how long, and when to stop.

mod pace;
mod retries;

use crate::prelude::*;

const REFUSED: &str = r#"{"ret":1,"message":"no"}"#;

/// Resumes so many channels.
fn resume(server: &RecordingServer, targets: usize, flags: &str) -> RunOutput {
    let names: Vec<_> = (0..targets).map(|number| format!("c{number}")).collect();
    let line = format!("tencent resume -o json --max-targets 100 {flags} {}", names.join(" "));
    server.home().run_line(&line)
}

fn success() -> MockResponse {
    response(200, r#"{"ret":0}"#)
}

/// Runs it and tells how long it took, the start of the process included.
fn timed<R>(act: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    (act(), start.elapsed())
}

fn count(output: &RunOutput, outcome: &str) -> u64 {
    output.json()["summary"][outcome].as_u64().unwrap()
}

const MILLIS: fn(u64) -> Duration = Duration::from_millis;
