//! Signals, and what is said while a run lasts.

#![cfg(unix)]

mod interruptions;
mod unread_output;

use std::process::Child;

use crate::prelude::*;

fn start(home: &TestHome, words: &str) -> Child {
    home.process(words.split(' ')).spawn().unwrap()
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
    home.run_script(command)
}

/// Answers the first two requests late, so that they are in flight when a signal comes.
fn slow(millis: u64) -> FaultServer {
    FaultServer::answering(move |request| {
        accept_after(if request.number <= 2 { millis } else { 0 }, request)
    })
}
