//! Streams of JD that travel in one request.

use crate::prelude::*;

#[test]
fn batch_contains_at_most_100_streams() {
    let (server, home) = RecordingServer::accepting().with_home();
    let list = lines((0..250).map(|number| format!("live/{number}")));
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
fn batch_contains_one_domain() {
    let (server, home) = RecordingServer::accepting().with_home();
    let operations = ["a", "b", "a"].iter().enumerate().map(|(number, domain)| {
        json!({"vendor": "jd", "action": "permit", "target": format!("live/{number}"), "domain": format!("{domain}.example.com")})
    });
    home.run_with_input("apply - -o json", lines(operations)).with_outcomes(["applied"; 3]);
    let by_domain =
        |request: &ReceivedRequest| format!("{} {:?}", request.json()["domain"], request.streams());
    let mut requests: Vec<_> = server.requests().iter().map(by_domain).collect();
    requests.sort();
    let expected = [r#""a.example.com" ["live/0", "live/2"]"#, r#""b.example.com" ["live/1"]"#];
    assert_eq!(requests, expected);
}

const PERMIT: &str = "jd permit live/a live/bad live/c --domain push.example.com --rate 0 -o json";

fn refuses_bad(request: &ReceivedRequest) -> MockResponse {
    if request.body.contains("bad") {
        response(200, r#"{"status":1,"msg":"no such stream"}"#)
    } else {
        accepted(request)
    }
}

/// The result of three streams, with the attempts of each.
#[track_caller]
fn assert_settled(output: &RunOutput, code: i32, outcomes: [&str; 3], attempts: u64) {
    assert_eq!((output.code, output.attempts()), (Some(code), vec![attempts; 3]), "{output:?}");
    assert_eq!(output.outcomes(), outcomes, "{output:?}");
}

const BAD_REFUSED: [&str; 3] = ["applied", "not_applied refused", "applied"];

#[test]
fn refused_batch_is_sent_stream_by_stream() {
    let (server, home) = RecordingServer::start(refuses_bad).with_home();
    let output = home.run_line(PERMIT);
    let mut requests: Vec<_> = server.requests().iter().map(ReceivedRequest::streams).collect();
    assert_eq!(requests.remove(0), ["live/a", "live/bad", "live/c"]);
    requests.sort();
    assert_eq!(requests, [["live/a"], ["live/bad"], ["live/c"]]);
    assert_settled(&output, 5, BAD_REFUSED, 2);
    assert_eq!(output.results()[1]["message"], "no such stream");
}

#[test]
fn single_stream_is_refused_once() {
    let (server, home) = RecordingServer::start(refuses_bad).with_home();
    let output = home.run_json("jd permit live/bad --domain push.example.com");
    output.settles(5, "not_applied refused", 1);
    server.only_request();
}

#[test]
fn unknown_batch_stays_unknown_per_stream() {
    // The group meets a fault first and a refusal then.
    let bodies = [r#"{"status":1}"#, r#"{"status":0}"#, r#"{"status":1,"msg":"no"}"#];
    let [first, second, third] = bodies.map(|body| response(200, body));
    let server = RecordingServer::script([response(502, "").retry_now(), first, second, third]);
    let output = server.home().run_line(&format!("{PERMIT} -j1"));
    assert_eq!(server.requests().len(), 5);
    assert_settled(&output, 4, ["applied", "unknown http", "unknown http"], 3);
    let expected = json!({"http_status": 502, "code": null, "message": null});
    assert_members(&output.results()[1], &expected);
}

#[test]
fn refused_batch_restarts_attempts() {
    let server = RecordingServer::start(|request| match request.streams().len() {
        1 => response(500, "").retry_now(),
        _ => response(200, r#"{"status":1}"#),
    });
    assert_settled(&server.home().run_line(PERMIT), 4, ["unknown http"; 3], 4);
    assert_eq!(server.requests().len(), 1 + 3 * 3);
}

#[test]
fn refused_batch_restarts_deadlines() {
    let server = RecordingServer::delayed(Duration::from_millis(500), refuses_bad);
    let output = server.home().run_line(&format!("{PERMIT} --deadline 900ms"));
    assert_settled(&output, 5, BAD_REFUSED, 2);
}

#[test]
fn refused_batch_counts_as_one_failure() {
    let (server, home) = RecordingServer::start(refuses_bad).with_home();
    let output = home.run_line(&format!("{PERMIT} --max-failures 1"));
    assert_settled(&output, 5, ["not_applied refused"; 3], 1);
    server.only_request();
    let output = home.run_line(&format!("{PERMIT} --max-failures 2"));
    assert_settled(&output, 5, BAD_REFUSED, 2);
}

#[test]
fn only_a_refusal_splits_a_batch() {
    for (answer, outcome, code) in [
        (response(200, r#"{"status":7}"#), "not_applied credentials", 5),
        (response(401, ""), "not_applied credentials", 5),
        (response(429, "").retry_now(), "not_applied throttled", 5),
        (response(400, r#"{"status":1}"#), "not_applied http", 5),
        (response(404, ""), "not_applied http", 5),
        (response(302, "").header("location", "/"), "not_applied redirect", 5),
        (response(500, r#"{"status":1}"#).retry_now(), "unknown http", 4),
        (response(200, r#"{"status":8}"#).retry_now(), "unknown http", 4),
        (response(200, "<html>"), "unknown protocol", 4),
        (response(200, r#"{"status":0,"data":"other.example.com"}"#), "unknown echo", 4),
    ] {
        let (server, home) = RecordingServer::always(answer).with_home();
        let output = home.run_line(&format!("{PERMIT} --attempts 1"));
        server.only_request();
        assert_settled(&output, code, [outcome; 3], 1);
    }
}
