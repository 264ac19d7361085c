//! Streams of JD that travel in one request.

use super::attempts;
use crate::prelude::*;

#[test]
fn batch_holds_at_most_100_streams() {
    let server = RecordingServer::accepting();
    let list = lines((0..250).map(|number| format!("live/{number}")));
    let home = server.home();

    let line = "jd permit - --domain a.example.com --max-targets 250 -o json -j1";
    let output = home.run_with_input(line, list);

    let requests: Vec<_> = server.requests().iter().map(ReceivedRequest::streams).collect();
    assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
    let names: Vec<_> = requests.concat();
    assert!(names.iter().enumerate().all(|(number, name)| *name == format!("live/{number}")));
    assert_eq!(output.json()["summary"]["applied"], 250);
    assert_eq!(output.json()["results"][249]["operation"]["target"], "live/249");
}

#[test]
fn batch_holds_one_domain() {
    let (server, home) = RecordingServer::accepting().with_home();
    let operations = ["a", "b", "a"].iter().enumerate().map(|(number, domain)| {
        json!({"vendor": "jd", "action": "permit", "target": format!("live/{number}"), "domain": format!("{domain}.example.com")})
    });

    let output = home.run_with_input("apply - -o json", lines(operations));

    let mut requests: Vec<_> = server
        .requests()
        .iter()
        .map(|request| (request.json()["domain"].clone(), request.streams()))
        .collect();
    requests.sort_by_key(|(domain, _)| domain.to_string());
    assert_eq!(
        requests,
        [
            (json!("a.example.com"), vec!["live/0".to_owned(), "live/2".to_owned()]),
            (json!("b.example.com"), vec!["live/1".to_owned()])
        ]
    );
    assert_eq!(output.outcomes(), ["applied", "applied", "applied"]);
}

const PERMIT: &str = "jd permit live/a live/bad live/c --domain push.example.com --rate 0 -o json";

fn refuses_bad(request: &ReceivedRequest) -> MockResponse {
    if request.body.contains("bad") {
        response(200, r#"{"status":1,"msg":"no such stream"}"#)
    } else {
        accepted(request)
    }
}

#[test]
fn refused_batch_is_sent_stream_by_stream() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line(PERMIT);

    let mut requests: Vec<_> = server.requests().iter().map(ReceivedRequest::streams).collect();
    assert_eq!(requests.remove(0), ["live/a", "live/bad", "live/c"]);
    requests.sort();
    assert_eq!(requests, [["live/a"], ["live/bad"], ["live/c"]]);
    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
    assert_eq!((attempts(&output), output.code), (vec![2, 2, 2], Some(5)));
    assert_eq!(output.json()["results"][1]["message"], "no such stream");
}

#[test]
fn single_stream_is_refused_once() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line("jd permit live/bad --domain push.example.com -o json");

    server.only_request();
    assert_eq!(output.outcomes(), ["not_applied refused"]);
    assert_eq!(attempts(&output), [1]);
}

#[test]
fn unknown_batch_stays_unknown_per_stream() {
    // The group meets a fault first and a refusal then.
    let server = RecordingServer::script([
        response(502, "").retry_now(),
        response(200, r#"{"status":1}"#),
        response(200, r#"{"status":0}"#),
        response(200, r#"{"status":1,"msg":"no"}"#),
    ]);

    let output = server.home().run_line(&format!("{PERMIT} -j1"));

    assert_eq!(server.requests().len(), 5);
    assert_eq!(output.outcomes(), ["applied", "unknown http", "unknown http"]);
    assert_eq!((attempts(&output), output.code), (vec![3, 3, 3], Some(4)));
    let doubt = &output.json()["results"][1];
    assert_members(&doubt, &json!({"http_status": 502, "code": null, "message": null}));
}

#[test]
fn refused_batch_restarts_attempts() {
    let server = RecordingServer::start(|request| match request.streams().len() {
        1 => response(500, "").retry_now(),
        _ => response(200, r#"{"status":1}"#),
    });

    let output = server.home().run_line(PERMIT);

    assert_eq!(attempts(&output), [4, 4, 4]);
    assert_eq!(server.requests().len(), 1 + 3 * 3);
    assert_eq!(output.outcomes(), ["unknown http", "unknown http", "unknown http"]);
}

#[test]
fn refused_batch_restarts_deadlines() {
    let server = RecordingServer::delayed(std::time::Duration::from_millis(500), refuses_bad);

    let output = server.home().run_line(&format!("{PERMIT} --deadline 900ms"));

    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
}

#[test]
fn refused_batch_counts_as_one_failure() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line(&format!("{PERMIT} --max-failures 1"));

    server.only_request();
    assert_eq!(
        output.outcomes(),
        ["not_applied refused", "not_applied refused", "not_applied refused"]
    );
    assert_eq!((attempts(&output), output.code), (vec![1, 1, 1], Some(5)));

    let output = server.home().run_line(&format!("{PERMIT} --max-failures 2"));
    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
}

#[test]
fn only_a_refusal_splits_a_batch() {
    for (answer, expected) in [
        (response(200, r#"{"status":7}"#), "not_applied credentials"),
        (response(401, ""), "not_applied credentials"),
        (response(429, "").retry_now(), "not_applied throttled"),
        (response(400, r#"{"status":1}"#), "not_applied http"),
        (response(404, ""), "not_applied http"),
        (response(302, "").header("location", "/"), "not_applied redirect"),
        (response(500, r#"{"status":1}"#).retry_now(), "unknown http"),
        (response(200, r#"{"status":8}"#).retry_now(), "unknown http"),
        (response(200, "<html>"), "unknown protocol"),
        (response(200, r#"{"status":0,"data":"other.example.com"}"#), "unknown echo"),
    ] {
        let server = RecordingServer::always(answer.clone());

        let output = server.home().run_line(&format!("{PERMIT} --attempts 1"));

        server.only_request();
        assert_eq!(output.outcomes(), [expected; 3], "{answer:?}");
        assert_eq!(attempts(&output), [1, 1, 1], "{answer:?}");
    }
}
