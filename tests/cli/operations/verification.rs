//! `--verify`: the state that is read after a success.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::vendor;
use crate::prelude::*;

fn verify(home: &TestHome, line: &str) -> RunOutput {
    home.run_json(&format!("{line} --verify --verify-timeout 1200ms"))
}

/// The commands that can be verified, whether at the later API, whether they forbid, and the state where they agree.
const VERIFIABLE: [(&str, bool, bool, &str); 8] = [
    ("jd forbid live/a --domain push.example.com --for 1h", false, true, "forbidden"),
    ("jd permit live/a --domain push.example.com", false, false, "permitted"),
    ("tencent forbid 8888_a --for 1h", false, true, "forbidden"),
    ("tencent resume 8888_a", false, false, "idle"),
    ("tencent drop 8888_a", false, false, "idle"),
    ("tencent forbid 8888_a --for 1h", true, true, "forbidden"),
    ("tencent resume 8888_a", true, false, "idle"),
    ("tencent drop 8888_a", true, false, "idle"),
];

#[test]
fn agreeing_state_is_verified() {
    for (line, is_newer, forbids, seen) in VERIFIABLE {
        let server = vendor(move |_| forbids);
        let result = verify(&server.home_at(is_newer), line).settles(0, "applied", 1);
        assert_members(&result, &json!({"verified": true, "state": seen}));
        assert_eq!(server.requests().len(), 2, "{line}");
    }
}

#[test]
fn disagreeing_state_is_unverified() {
    for (line, is_newer, forbids, _) in VERIFIABLE.into_iter().filter(|row| !row.0.contains("drop"))
    {
        let server = vendor(move |_| !forbids);
        let started = Instant::now();
        let result = verify(&server.home_at(is_newer), line).settles(4, "unknown unverified", 1);
        assert_eq!(result["verified"], false);
        assert_contains(&result["error"]["message"], result["state"].as_str().unwrap());
        assert!(started.elapsed() > Duration::from_millis(900), "it had time to agree");
        let checks = AtomicUsize::new(0);
        let slow = vendor(move |_| forbids == (checks.fetch_add(1, Ordering::Relaxed) > 0));
        let result = verify(&slow.home_at(is_newer), line).settles(0, "applied", 1);
        assert_eq!(result["verified"], true, "{line}");
        assert_eq!(slow.requests().len(), 3, "{line}");
    }
}

#[test]
fn timeout_is_verified_to_the_second() {
    let seen =
        |seconds: &str| format!(r#"{{"status":0,"data":{{"publishNormalTimeout":{seconds}}}}}"#);
    for (answer, code, settled, verified, state) in [
        (seen("30"), 0, "applied", json!(true), json!("30s")),
        (seen(r#""31""#), 4, "unknown unverified", json!(false), json!("31s")),
        (r#"{"status":0,"data":{}}"#.to_owned(), 0, "applied", Value::Null, Value::Null),
        (r#"{"status":12,"msg":"no"}"#.to_owned(), 0, "applied", Value::Null, Value::Null),
    ] {
        let server = RecordingServer::with_looks(move |_| answer.clone());
        let output = verify(&server.home(), "jd timeout push.example.com --seconds 30");
        let result = output.settles(code, settled, 1);
        assert_members(&result, &json!({"verified": verified, "state": state}));
        let request = server.requests()[1].clone();
        assert_eq!(request.path, "/api/live/queryDomainConfig");
        assert_eq!(request.json()["domain"], "push.example.com");
    }
}

#[test]
fn streams_of_a_batch_are_verified_separately() {
    let (server, home) = vendor(|request| request.json()["stream"] == "b").with_home();
    let output = verify(&home, "jd permit live/a live/b --domain push.example.com").exits(4);
    assert_eq!(server.requests()[0].streams(), ["live/a", "live/b"]);
    assert_eq!(output.outcomes(), ["applied", "unknown unverified"]);
    assert_eq!(output.attempts(), [1, 1]);
    let verified = output.results().iter().map(|result| result["verified"].clone()).collect();
    assert_eq!(Value::Array(verified), json!([true, false]));
}

#[test]
fn unverifiable_operation_is_noted() {
    // The OpenAPI does not report whether a stream may be pushed.
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let output = verify(&home, "jd permit live/a --domain push.example.com").exits(0);
    server.only_request();
    assert_members(&output.only_result(), &json!({"verified": null, "state": null}));
    output.assert_reports(&["cannot be verified"]);
}

#[test]
fn verify_timeout_needs_verify() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.run_json("tencent resume 8888_a --verify-timeout 5s").exits(2).reports("--verify");
    assert_eq!(server.requests().len(), 0);
    home.run_json("tencent resume 8888_a --verify-timeout 50ms --verify").exits(2);
    home.run_json("tencent resume 8888_a").exits(0);
}

#[test]
fn verify_looks_only_after_a_success() {
    let server = RecordingServer::accepting();
    let output = server.home().run_json("tencent forbid 8888_a --for 1h").exits(0);
    assert_eq!(output.only_result()["verified"], Value::Null);
    server.only_request();
    let server = RecordingServer::replies(200, r#"{"ret":7}"#);
    let output = verify(&server.home(), "tencent forbid 8888_a --for 1h");
    output.settles(5, "not_applied refused", 1);
    server.only_request();
}

#[test]
#[cfg(unix)]
fn signal_during_verify_takes_nothing_back() {
    let (server, home) = vendor(|_| false).with_home();
    let line = "tencent forbid 8888_a --for 1h --verify --verify-timeout 30s --journal j -o json";
    let child = home.process(line.split(' ')).spawn().unwrap();
    let started = Instant::now();
    server.wait_for(2);
    send_signal(&child, "INT");
    let output = wait_for_end(child).reports("1 target was not looked at to the end");
    assert!(started.elapsed() < Duration::from_secs(20));
    let result = output.settles(130, "applied", 1);
    assert_members(&result, &json!({"verified": null, "held": null}));
    let kind = |line: &str| serde_json::from_str::<Value>(line).unwrap()["record"].clone();
    let kinds: Vec<_> = home.read("j").lines().map(kind).collect();
    // The state that was read is recorded once more.
    assert_eq!(kinds, ["run", "intent", "result", "result", "end"]);
}

#[test]
fn verify_result_is_recorded() {
    let is_obeyed = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&is_obeyed);
    let (server, home) = vendor(move |_| now.load(Ordering::Relaxed)).with_home();
    let line = "tencent forbid 8888_a --for 1h --journal j --resume";
    verify(&home, line).settles(4, "unknown unverified", 1);
    is_obeyed.store(true, Ordering::Relaxed);
    verify(&home, line).settles(0, "applied", 1);
    verify(&home, line).settles(0, "skipped done_before", 0);
    let requests = server.requests();
    let acts = requests.iter().filter(|request| !request.is_look());
    let ends: Vec<_> = acts.map(|act| act.param("Param.n.abstime_end").unwrap()).collect();
    assert_eq!((ends.len(), &ends[0]), (2, &ends[1]));
}
