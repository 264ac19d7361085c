//! Which format is printed, and what standard error has beside it.

use super::by_name;
use crate::prelude::*;

#[test]
fn unparsable_command_line_prints_a_document() {
    let home = RecordingServer::accepting().home();
    for line in [
        "-o json nope",
        "-ojson nope",
        "--output json tencent",
        "--output=json tencent resume",
        "tencent resume a --nope -o json",
        "tencent resume a -vqo json --attempts 9",
        "-o json",
        "-o table -o json nope",
        "-o json -o jsonl tencent resume a",
    ] {
        let output = home.run_line(line).exits(2);
        let document = output.json();
        assert_members(&document, &json!({"error": {"kind": "usage"}, "ok": false}));
        assert_eq!(document["results"], json!([]));
        assert!(!document["error"]["message"].as_str().unwrap().is_empty());
        assert!(!output.stderr.is_empty());
    }
    for line in ["nope", "-o table nope", "tencent -- -o json"] {
        assert_eq!(home.run_line(line).exits(2).stdout, "", "{line}");
    }
    let with = |format: &str, line: &str| {
        home.run_with(&[("LIVECTL_OUTPUT", format)], line.split_whitespace())
    };
    assert_eq!(with("json", "nope").json()["error"]["kind"], "usage");
    assert_eq!(with("json", "").json()["error"]["kind"], "usage");
    assert_eq!(with("jsonl", "nope").stdout, "");
    assert_eq!(with("json", "-o table nope").stdout, "");
}

#[test]
fn output_flag_overrides_the_variable() {
    let (server, home) = RecordingServer::accepting().with_home();
    let with = |format: &str, flags: &str| {
        let line = format!("tencent resume a {flags}");
        home.run_with(&[("LIVECTL_OUTPUT", format)], line.split_whitespace())
    };
    assert_eq!(with("json", "").json()["summary"]["applied"], 1);
    assert_eq!(with("jsonl", "").lines().len(), 1);
    assert!(with("table", "").stdout.starts_with("OUTCOME"));
    assert!(with("", "").stdout.starts_with("OUTCOME"));
    assert!(with("json", "-o table").stdout.starts_with("OUTCOME"));
    with("curl", "-n").assert_prints(&["curl -sS"]);
    with("curl", "").exits(2);
    let sent = server.requests().len();
    let output = with("yaml", "").exits(2).reports("LIVECTL_OUTPUT");
    assert_eq!((output.stdout.as_str(), server.requests().len()), ("", sent));
}

#[test]
fn closing_line_counts_and_names_the_profile() {
    let (server, home) = RecordingServer::start(by_name).with_home();
    let run = |words: &str| home.run_line(&format!("tencent resume -j 1 --attempts 1 {words}"));
    let at = format!("(profile prod; tencent at {})", server.url());
    let closing = format!("1 target: 1 applied {at}\ntake it back: livectl undo ");
    assert!(run("a").stderr.starts_with(&closing));
    assert_eq!(run("a -n").stderr, format!("1 target planned, nothing sent {at}\n"));
    let output = run("a 8888_gone slow denied b");
    let line = format!("\n5 targets: 1 applied, 2 not applied, 1 unknown, 1 skipped {at}\n");
    assert!(output.stderr.contains(&line), "{output:?}");
    assert!(run("a -o json").stderr.starts_with(&closing));
    let key = "k3yk".repeat(8);
    home.write_config(&format!("[profiles.live.tencent]\napp_id = 1\napi_key = \"{key}\"\n"));
    assert_eq!(run("a -n").stderr, "1 target planned, nothing sent (profile live)\n");
}

#[test]
fn quiet_prints_only_errors() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let output = home.run_line("tencent forbid a a 8888_gone --for 99d -q");
    assert_eq!((output.code, output.stderr.lines().count()), (Some(5), 1), "{output:?}");
    assert_eq!(output.stdout.lines().count(), 3);
    let output = home.run(["tencent", "forbid", " a", "--for", "2h", "--quiet"]);
    assert!(output.stderr.starts_with("error: target"), "{output:?}");
}

#[test]
fn verbose_reports_each_retry() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    for line in ["tencent resume slow -v", "-v tencent --verbose resume slow -vv"] {
        let output = home.run_line(line);
        let retry = "tencent resume slow: Tencent answered HTTP 503; attempt";
        for attempt in 2..=3 {
            output.assert_reports(&[&format!("{retry} {attempt} in 0 ms\n")]);
        }
    }
    assert!(!home.run_line("tencent resume slow").stderr.contains("attempt"));
}

#[test]
fn unreachable_endpoint_that_is_set_is_named() {
    let closed = closed_address();
    let home = TestHome::with_config(&format!(
        "[profiles.p.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"http://{closed}\"\n\
         [profiles.p.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"http://{closed}\"\n"
    ));
    let hint = |line: &str| {
        let result = home.run_json(&format!("{line} --attempts 1")).only_result();
        result["error"]["hint"].as_str().unwrap().to_owned()
    };
    assert_eq!(hint("jd timeout a.example.com --seconds 30"), "check the endpoint that is set");
    let tencent = hint("tencent resume a");
    let start = "check the endpoint that is set; Tencent calls this API obsolete";
    assert!(tencent.starts_with(start), "{tencent}");
}
