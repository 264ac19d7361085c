//! The looks after a success: their order, what they change, and what is recorded before them.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::fault_server::request::ReceivedRequest;
use super::fixture::{RunOutput, TestHome, VendorServer};
use super::recording_server::{RecordingServer, accepted, response};

/// A vendor that reports success, and whose streams are forbidden by the rule, which is told the number of the request.
fn vendor(is_forbidden: impl Fn(usize) -> bool + Send + Sync + 'static) -> RecordingServer {
    RecordingServer::start(move |request| {
        if request.is_look() {
            let status = if is_forbidden(request.number) { 3 } else { 1 };
            response(200, json!({"ret": 0, "output": [{"status": status}]}).to_string())
        } else {
            accepted(request)
        }
    })
}

#[test]
fn sixty_bans_leave_before_their_looks() {
    let server = vendor(|_| true);
    let list: String = (0..60).map(|number| format!("8888_{number}\n")).collect();
    let line = "tencent forbid - --for 2h --verify --max-targets 60 --rate 200 -o json";
    let output = server.home().run_with_input(line, list);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.results().iter().all(|result| result["verified"] == true));
    let looks: Vec<_> = server.requests().iter().map(ReceivedRequest::is_look).collect();
    assert_eq!(looks.len(), 120);
    assert_eq!(looks.iter().position(|is_look| *is_look), Some(60), "{looks:?}");
}

/// The records of a file by kind, with the outcomes of the results.
fn records(text: &str) -> Vec<String> {
    let record = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        word(&line["record"]) + " " + &word(&line["result"]["outcome"])
    };
    text.lines().map(|line| record(line).trim_end().to_owned()).collect()
}

/// The one file of the memory.
fn remembered(home: &TestHome) -> String {
    let folder = home.path(".local/state/livectl/runs");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.next().unwrap();
    assert!(files.next().is_none());
    fs::read_to_string(file).unwrap()
}

#[test]
fn run_killed_during_looks_has_recorded_applied() {
    let server = vendor(|_| false);
    let home = server.home();
    let line = "tencent forbid 8888_a --for 2h --verify --verify-timeout 30s --journal j";
    let mut child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(2);
    child.kill().unwrap();
    child.wait().unwrap();

    let expected = ["run", "intent", "result applied"];
    assert_eq!(records(&home.read("j")), expected);
    assert_eq!(records(&remembered(&home)), expected);
    let resumed = home.run_json("tencent forbid 8888_a --for 2h --journal j --resume");
    assert_eq!(resumed.outcomes(), ["skipped done_before"], "{resumed:?}");
    let log = home.run_json("log last");
    assert_eq!(log.json()["results"][0]["outcome"], "applied", "{log:?}");
}

#[test]
fn last_record_counts_everywhere() {
    let server = vendor(|_| false);
    let home = server.home();
    let forbid = "tencent forbid 8888_a --for 2h --journal j";
    let output = home.run_json(&format!("{forbid} --verify --verify-timeout 600ms"));
    assert_eq!((output.code, output.outcomes()), (Some(4), vec!["unknown unverified".to_owned()]));
    let expected = ["run", "intent", "result applied", "result unknown", "end"];
    assert_eq!(records(&home.read("j")), expected);
    assert_eq!(records(&remembered(&home)), expected);

    let run = home.run_json("log").json()["runs"][0].clone();
    assert_eq!((&run["counts"]["applied"], &run["counts"]["unknown"]), (&json!(0), &json!(1)));
    let results = home.run_json("log last").json()["results"].clone();
    assert_eq!(results.as_array().unwrap().len(), 1, "{results}");
    assert_eq!(results[0]["error"]["kind"], "unverified");
    let banned = home.run_line("log --banned -o jsonl");
    assert_eq!(
        (banned.lines().len(), &banned.lines()[0]["sure"]),
        (1, &json!(false)),
        "{banned:?}"
    );
    let undone =
        home.run_json(&format!("undo {} --even-changed --no-log", run["run"].as_str().unwrap()));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");
    let resumed = home.run_json(&format!("{forbid} --resume --no-log"));
    assert_eq!(resumed.outcomes(), ["applied"], "it is sent again: {resumed:?}");
}

#[test]
fn amended_success_is_done_once() {
    let server = vendor(|number| number > 2);
    let home = server.home();
    let forbid = "tencent forbid 8888_a --for 2h --journal j";
    let output = home.run_json(&format!("{forbid} --verify"));
    assert_eq!((output.code, output.results().len()), (Some(0), 1), "{output:?}");
    let expected = ["run", "intent", "result applied", "result applied", "end"];
    assert_eq!(records(&home.read("j")), expected);
    let run = home.run_json("log").json()["runs"][0].clone();
    assert_eq!(run["counts"]["applied"], 1);
    let banned = home.run_line("log --banned -o jsonl");
    assert_eq!((banned.lines().len(), &banned.lines()[0]["sure"]), (1, &json!(true)));
    let resumed = home.run_json(&format!("{forbid} --resume"));
    assert_eq!(resumed.outcomes(), ["skipped done_before"], "{resumed:?}");
    let undone = home.run_json(&format!("undo {} --even-changed", run["run"].as_str().unwrap()));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");
}

#[cfg(unix)]
#[test]
fn signal_ends_the_looks_of_all_targets() {
    let server = vendor(|_| false);
    let home = server.home();
    let line = "tencent forbid 8888_a 8888_b 8888_c --for 2h --verify --verify-timeout 30s -o json";
    let child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(6);
    let kill = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let output = RunOutput::from(child.wait_with_output().unwrap());
    assert_eq!((output.code, output.outcomes()), (Some(143), vec!["applied".to_owned(); 3]));
    assert!(output.results().iter().all(|result| result["verified"].is_null()), "{output:?}");
    assert!(output.stderr.contains("3 targets were not looked at to the end"), "{output:?}");
}
