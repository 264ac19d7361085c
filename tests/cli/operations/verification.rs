//! `--verify`: the state that is read after a success.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{state, told, vendor};
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
        let home = if is_newer { server.newer_home() } else { server.home() };
        let output = verify(&home, line).exits(0);

        let result = output.only_result();
        assert_eq!(told(&result), ("applied", "", 1), "{line}: {output:?}");
        assert_eq!((&result["verified"], &result["state"]), (&json!(true), &json!(seen)), "{line}");
        assert_eq!(server.requests().len(), 2, "{line}");
    }
}

#[test]
fn disagreeing_state_is_unverified() {
    for (line, is_newer, forbids, _) in
        VERIFIABLE.into_iter().filter(|(line, ..)| !line.contains("drop"))
    {
        for is_slow in [false, true] {
            let checks = AtomicUsize::new(0);
            let server =
                vendor(move |_| forbids == (is_slow && checks.fetch_add(1, Ordering::Relaxed) > 0));
            let home = if is_newer { server.newer_home() } else { server.home() };
            let started = Instant::now();
            let output = verify(&home, line);

            let result = output.only_result();
            if is_slow {
                assert_eq!(
                    (told(&result), &result["verified"]),
                    (("applied", "", 1), &json!(true)),
                    "{line}"
                );
                assert_eq!(server.requests().len(), 3, "{line}");
            } else {
                assert_eq!(
                    (output.code, told(&result)),
                    (Some(4), ("unknown", "unverified", 1)),
                    "{line}: {output:?}"
                );
                assert_eq!(result["verified"], false);
                assert_contains(&result["error"]["message"], result["state"].as_str().unwrap());
                assert!(started.elapsed() > Duration::from_millis(900), "it had time to agree");
            }
        }
    }
}

#[test]
fn timeout_is_verified_to_the_second() {
    for (answers, verified, kind, seen) in [
        (r#"{"status":0,"data":{"publishNormalTimeout":30}}"#, json!(true), "", json!("30s")),
        (
            r#"{"status":0,"data":{"publishNormalTimeout":"31"}}"#,
            json!(false),
            "unverified",
            json!("31s"),
        ),
        (r#"{"status":0,"data":{}}"#, Value::Null, "", Value::Null),
        (r#"{"status":12,"msg":"no"}"#, Value::Null, "", Value::Null),
    ] {
        let server = RecordingServer::start(move |request| {
            if request.is_look() { response(200, answers) } else { accepted(request) }
        });
        let output = verify(&server.home(), "jd timeout push.example.com --seconds 30");

        let result = output.only_result();
        assert_eq!(
            (&result["verified"], &result["state"], told(&result).1),
            (&verified, &seen, kind),
            "{answers}"
        );
        let request = server.requests()[1].clone();
        assert_eq!(request.path, "/api/live/queryDomainConfig");
        assert_eq!(request.json()["domain"], "push.example.com");
    }
}

#[test]
fn streams_of_a_batch_are_verified_separately() {
    let server = vendor(|request| request.json()["stream"] == "b");
    let output = verify(&server.home(), "jd permit live/a live/b --domain push.example.com");

    let results = output.results();
    assert_eq!(server.requests()[0].streams(), ["live/a", "live/b"]);
    assert_eq!(
        (told(&results[0]), told(&results[1])),
        (("applied", "", 1), ("unknown", "unverified", 1))
    );
    assert_eq!((&results[0]["verified"], &results[1]["verified"]), (&json!(true), &json!(false)));
    assert_eq!(output.code, Some(4));
}

#[test]
fn unverifiable_operation_is_noted() {
    // The OpenAPI does not tell whether a stream may be pushed.
    let server = RecordingServer::accepting();
    let output =
        verify(&server.newer_home(), "jd permit live/a --domain push.example.com").exits(0);

    server.only_request();
    let result = output.only_result();
    assert_eq!((&result["verified"], &result["state"]), (&Value::Null, &Value::Null));
    assert!(output.stderr.contains("cannot be verified"), "{output:?}");
}

#[test]
fn verify_timeout_needs_verify() {
    let (server, home) = RecordingServer::accepting().with_home();
    let output = home.run_json("tencent resume 8888_a --verify-timeout 5s");
    assert_eq!((output.code, server.requests().len()), (Some(2), 0), "{output:?}");
    assert!(output.stderr.contains("--verify"), "{output:?}");
    assert_eq!(home.run_json("tencent resume 8888_a --verify-timeout 50ms --verify").code, Some(2));
    assert_eq!(home.run_json("tencent resume 8888_a").code, Some(0));
}

#[test]
fn verify_looks_only_after_a_success() {
    let server = RecordingServer::accepting();
    let output = server.home().run_json("tencent forbid 8888_a --for 1h").exits(0);
    assert_eq!((&output.only_result()["verified"], server.requests().len()), (&Value::Null, 1));

    let server = RecordingServer::always(response(200, r#"{"ret":7}"#));
    let output = verify(&server.home(), "tencent forbid 8888_a --for 1h");
    assert_eq!(
        (told(&output.only_result()), server.requests().len()),
        (("not_applied", "refused", 1), 1)
    );
}

#[test]
#[cfg(unix)]
fn signal_during_verify_takes_nothing_back() {
    let server = RecordingServer::start(|request| {
        if request.is_look() { response(200, state(request, false)) } else { accepted(request) }
    });
    let home = server.home();
    let line = "tencent forbid 8888_a --for 1h --verify --verify-timeout 30s --journal j -o json";
    let child = home.process(line.split(' ')).spawn().unwrap();
    let started = Instant::now();
    server.wait_for(2);
    let sent =
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let output = wait_for_end(child);

    assert!(sent.success() && started.elapsed() < Duration::from_secs(20));
    let result = output.only_result();
    assert_eq!((output.code, told(&result)), (Some(130), ("applied", "", 1)), "{output:?}");
    assert_eq!((&result["verified"], &result["held"]), (&Value::Null, &Value::Null));
    assert!(output.stderr.contains("1 target was not looked at to the end"), "{output:?}");
    let kinds: Vec<_> = home
        .read("j")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone())
        .collect();
    // The state that was read is recorded once more.
    assert_eq!(kinds, ["run", "intent", "result", "result", "end"]);
}

#[test]
fn verify_result_is_recorded() {
    let is_obeyed = Arc::new(AtomicBool::new(false));
    let server = {
        let is_obeyed = Arc::clone(&is_obeyed);
        vendor(move |_| is_obeyed.load(Ordering::Relaxed))
    };
    let home = server.home();
    let line = "tencent forbid 8888_a --for 1h --journal j --resume";

    assert_eq!(told(&verify(&home, line).only_result()), ("unknown", "unverified", 1));
    is_obeyed.store(true, Ordering::Relaxed);
    let acts =
        || server.requests().into_iter().filter(|request| !request.is_look()).collect::<Vec<_>>();
    assert_eq!(told(&verify(&home, line).only_result()), ("applied", "", 1));
    assert_eq!(told(&verify(&home, line).only_result()), ("skipped", "done_before", 0));

    let ends: Vec<_> = acts().iter().map(|act| act.param("Param.n.abstime_end").unwrap()).collect();
    assert_eq!((ends.len(), &ends[0]), (2, &ends[1]));
}
