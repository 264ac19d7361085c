//! What is checked before the first request leaves: wrong input means exit code 2, and not one request.

mod settings;
mod targets;

use crate::prelude::*;

/// Runs it against a vendor who would accept anything; with text on standard input, if any.
fn run_with(server: &RecordingServer, args: &[&str], input: Option<&str>) -> RunOutput {
    let home = server.home();
    let mut command = home.livectl(["-o", "json", "--rate", "0"]);
    command.args(args);
    if let Some(input) = input {
        command.write_stdin(input);
    }
    RunOutput::from(command.output().unwrap())
}

/// The input is refused for a reason that names what is wrong, and nothing is sent.
#[track_caller]
fn refuses_input(args: &[&str], input: Option<&str>, says: &str) {
    let server = RecordingServer::accepting();
    let output = run_with(&server, args, input).exits(2).reports(says);
    assert!(server.requests().is_empty(), "{args:?}: {:?}", server.requests());
    let document = output.json();
    assert!(
        ["usage", "input"].contains(&document["error"]["kind"].as_str().unwrap()),
        "{output:?}"
    );
    assert_eq!((&document["ok"], &document["results"]), (&json!(false), &json!([])), "{output:?}");
    assert!(document["error"]["message"].as_str().unwrap().contains(says), "{says}: {output:?}");
}

#[track_caller]
fn refuses(args: &[&str], says: &str) {
    refuses_input(args, None, says);
}

#[track_caller]
fn accepts(args: &[&str], input: Option<&str>) -> (RunOutput, RecordingServer) {
    let server = RecordingServer::accepting();
    let output = run_with(&server, args, input).exits(0);
    (output, server)
}
