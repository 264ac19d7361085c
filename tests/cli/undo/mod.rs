//! `livectl undo`: what a run changed is put back, and what is not put back says why.

mod bans;
mod records;
mod refusals;

use crate::prelude::*;

/// A served sandbox whose runs are remembered.
fn remembered() -> ServedSandbox {
    ServedSandbox::remembered()
}

/// The last four characters of the id of a run.
#[track_caller]
fn id(output: &RunOutput) -> String {
    let run = output.json()["run"].as_str().unwrap_or_else(|| panic!("{output:?}")).to_owned();
    run[run.len() - 4..].to_owned()
}

/// The states of these channels.
fn states(home: &TestHome, channels: &str) -> Vec<String> {
    let output = home.run_json(&format!("tencent status {channels} --max-targets 99"));
    let state = |result: &Value| result["state"].as_str().unwrap().to_owned();
    output.results().iter().map(state).collect()
}

/// Undoes a run, with these further words.
fn undo(home: &TestHome, run: &RunOutput, words: &str) -> RunOutput {
    home.run_json(&format!("undo {} {words}", id(run)))
}
