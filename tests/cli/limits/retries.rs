//! Attempts, `Retry-After`, time-outs and deadlines.

use super::{MILLIS, REFUSED, count, resume, success, timed};
use crate::fault_server::Blackhole;
use crate::prelude::*;

/// How long after the first each request came, in milliseconds.
fn arrivals(seen: &[ReceivedRequest]) -> Vec<u128> {
    seen.iter().map(|request| (request.at - seen[0].at).as_millis()).collect()
}

#[test]
fn attempts_default_to_three() {
    let server = RecordingServer::always(response(500, "").retry_now());
    for (flags, attempts) in [("", 3), ("--attempts 1", 1), ("--attempts 5", 5)] {
        let before = server.requests().len();
        let output = resume(&server, 1, &format!("--rate 0 {flags}"));
        output.settles(4, "unknown http", attempts);
        assert_eq!((server.requests().len() - before) as u64, attempts);
    }
}

#[test]
fn success_clears_unknown() {
    let steps = [response(500, "").retry_now(), response(200, "<html>"), success()];
    let server = RecordingServer::script(steps);
    let output = resume(&server, 1, "");
    output.settles(0, "applied", 3);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn refusal_does_not_clear_unknown() {
    for (answer, attempts) in [
        (response(200, r#"{"ret":20601,"message":"no channel"}"#), 2),
        (response(404, ""), 2),
        (response(302, ""), 2),
        (response(401, ""), 2),
        (response(429, "").retry_now(), 3),
    ] {
        let first = response(502, r#"{"ret":9,"message":"gateway"}"#).retry_now();
        let output = resume(&RecordingServer::script([first, answer]), 1, "--rate 0");
        let result = output.settles(4, "unknown http", attempts);
        assert_members(&result, &json!({"http_status": 502, "code": 9, "message": "gateway"}));
        assert_eq!(result["response"], json!({"ret": 9, "message": "gateway"}));
        assert_eq!(result["error"]["message"], "Tencent answered HTTP 502");
    }
}

#[test]
fn last_unknown_attempt_is_reported() {
    let [first, last] = [502, 504].map(|status| response(status, "").retry_now());
    let server = RecordingServer::script([first, last, response(200, REFUSED)]);
    let output = resume(&server, 1, "");
    assert_eq!(output.settles(4, "unknown http", 3)["http_status"], 504);
}

#[test]
fn retry_after_within_the_deadline_is_kept() {
    for status in [429, 503] {
        let server =
            RecordingServer::script([response(status, "").header("retry-after", "1"), success()]);
        let output = resume(&server, 1, "");
        output.settles(0, "applied", 2);
        let gap = arrivals(&server.requests())[1];
        assert!((1000..5000).contains(&gap), "{gap}");
    }
}

#[test]
fn retry_after_beyond_the_deadline_settles() {
    for (status, outcome, code) in [(429, "not_applied throttled", 5), (503, "unknown http", 4)] {
        for wish in
            ["60", "Tue, 31 Dec 2999 23:59:59 GMT", "10000000000000", "99999999999999999999"]
        {
            let server = RecordingServer::always(response(status, "").header("retry-after", wish));
            let (output, took) = timed(|| resume(&server, 1, "--deadline 10s"));
            output.settles(code, outcome, 1);
            assert!(took < Duration::from_secs(8), "{took:?}");
        }
    }
}

#[test]
fn timeout_limits_an_attempt() {
    let server = RecordingServer::delayed(Duration::from_secs(5), accepted);
    let (output, took) = timed(|| resume(&server, 1, "--timeout 200ms --attempts 2"));
    output.settles(4, "unknown timeout", 2);
    assert!((MILLIS(400)..MILLIS(4000)).contains(&took), "{took:?}");
}

#[test]
fn refusal_does_not_clear_a_timeout() {
    let server = RecordingServer::delayed_first(Duration::from_secs(3), |_| response(200, REFUSED));
    let output = resume(&server, 1, "--timeout 600ms");
    let result = output.settles(4, "unknown timeout", 2);
    assert_members(&result, &json!({"http_status": null, "code": null, "response": null}));
}

#[test]
fn deadline_limits_a_target() {
    let server = RecordingServer::delayed(Duration::from_secs(5), accepted);
    for flags in ["--timeout 8s --deadline 600ms", "--timeout 300ms --deadline 700ms --attempts 5"]
    {
        let (output, took) = timed(|| resume(&server, 1, flags));
        let output = output.exits(4).with_outcomes(["unknown timeout"]);
        assert!(output.attempts()[0] <= 2, "{output:?}");
        assert!(took < MILLIS(4000), "{flags:?}: {took:?}");
        assert!(output.results()[0]["elapsed_ms"].as_u64().unwrap() < 1400, "{output:?}");
    }
}

#[test]
fn retry_needs_time_to_connect() {
    // Less than 200 ms to connect are left after the first answer.
    let server = RecordingServer::delayed(MILLIS(600), |_| response(503, "").retry_now());
    let output = resume(&server, 1, "--timeout 1s --deadline 800ms");
    output.settles(4, "unknown http", 1);
    let server = RecordingServer::delayed(MILLIS(300), |_| response(503, "").retry_now());
    let output = resume(&server, 1, "--timeout 1s --deadline 3s --attempts 2");
    output.settles(4, "unknown http", 2);
}

#[test]
fn deadline_starts_at_the_first_attempt() {
    let server = RecordingServer::delayed(MILLIS(250), accepted);
    let output = resume(&server, 4, "-j 1 --deadline 900ms --rate 0");
    assert_eq!((output.code, count(&output, "applied")), (Some(0), 4));
}

#[test]
fn connect_has_a_separate_limit() {
    let Some(blackhole) = Blackhole::open() else { return report_skipped("a full queue") };
    let home = TestHome::new(&format!("http://{}", blackhole.address));
    let line = "tencent resume a -o json --timeout 400ms --deadline 8s --attempts 2";
    let (output, took) = timed(|| home.run_line(line));
    output.settles(5, "not_applied timeout", 2);
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn request_with_a_passed_end_is_skipped() {
    let server = RecordingServer::delayed(MILLIS(2100), accepted);
    let output = server.home().run_line("tencent forbid a b --for 1s -j 1 -o json").exits(5);
    let seen = server.requests().len();
    assert!(seen <= 1, "{seen}");
    let last = &output.results()[1];
    let expected = json!({"outcome": "skipped", "error": {"kind": "expired"}, "attempts": 0});
    assert_members(last, &expected);
}

#[test]
fn retry_after_the_end_is_not_sent() {
    let server = RecordingServer::always(response(503, "").header("retry-after", "9"));
    let (output, took) = timed(|| server.home().run_line("tencent forbid a --for 5s -o json"));
    output.settles(4, "unknown http", 1);
    assert!(took < Duration::from_secs(8), "{took:?}");
}
