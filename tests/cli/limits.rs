//! How much, how often, how long, and when to stop.

use std::time::{Duration, Instant};

use chrono::DateTime;
use serde_json::{Value, json};

use super::fault_server::Blackhole;
use super::fault_server::request::ReceivedRequest;
use super::faults::say_skipped;
use super::fixture::{RunOutput, TestHome, VendorServer, lines, profile};
use super::recording_server::{MockResponse, RecordingServer, accepted, response};

const REFUSED: &str = r#"{"ret":1,"message":"no"}"#;

/// Resumes so many channels.
fn resume(server: &RecordingServer, targets: usize, flags: &str) -> RunOutput {
    let names: Vec<_> = (0..targets).map(|number| format!("c{number}")).collect();
    let line = format!("tencent resume -o json --max-targets 100 {flags} {}", names.join(" "));
    server.home().run_line(&line)
}

fn done() -> MockResponse {
    response(200, r#"{"ret":0}"#)
}

/// Runs it and tells how long it took, the start of the process included.
fn timed<R>(act: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    (act(), start.elapsed())
}

/// Outcome, kind and attempts of the first result, and the exit code.
fn first(output: &RunOutput) -> (String, String, u64, i32) {
    let result = &output.results()[0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&result["outcome"]),
        text(&result["error"]["kind"]),
        result["attempts"].as_u64().unwrap(),
        output.code.unwrap(),
    )
}

fn is(outcome: &str, kind: &str, attempts: u64, code: i32) -> (String, String, u64, i32) {
    (outcome.to_owned(), kind.to_owned(), attempts, code)
}

/// How long after the first each target's first request left, in milliseconds.
fn departures(output: &RunOutput) -> Vec<i64> {
    let at = |result: &Value| {
        DateTime::parse_from_rfc3339(result["started_at"].as_str().unwrap()).unwrap()
    };
    let mut times: Vec<_> = output.results().iter().map(at).collect();
    times.sort();
    times.iter().map(|time| (*time - times[0]).num_milliseconds()).collect()
}

/// How long after the first each request came, in milliseconds.
fn arrivals(seen: &[ReceivedRequest]) -> Vec<u128> {
    seen.iter().map(|request| (request.at - seen[0].at).as_millis()).collect()
}

fn count(output: &RunOutput, outcome: &str) -> u64 {
    output.json()["summary"][outcome].as_u64().unwrap()
}

const MILLIS: fn(u64) -> Duration = Duration::from_millis;

// Attempts

#[test]
fn attempts_default_to_three() {
    let server = RecordingServer::always(response(500, "").retry_now());
    for (flags, attempts) in [("", 3), ("--attempts 1", 1), ("--attempts 5", 5)] {
        let before = server.requests().len();
        let output = resume(&server, 1, &format!("--rate 0 {flags}"));
        assert_eq!(first(&output), is("unknown", "http", attempts, 4));
        assert_eq!((server.requests().len() - before) as u64, attempts);
    }
}

#[test]
fn success_clears_unknown() {
    let server =
        RecordingServer::script([response(500, "").retry_now(), response(200, "<html>"), done()]);
    let output = resume(&server, 1, "");
    assert_eq!(first(&output), is("applied", "", 3, 0));
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn refusal_does_not_clear_unknown() {
    for (answer, code) in [
        (response(200, r#"{"ret":20601,"message":"no channel"}"#), 2),
        (response(404, ""), 2),
        (response(302, ""), 2),
        (response(401, ""), 2),
        (response(429, "").retry_now(), 3),
    ] {
        let server = RecordingServer::script([
            response(502, r#"{"ret":9,"message":"gateway"}"#).retry_now(),
            answer,
        ]);

        let output = resume(&server, 1, "--rate 0");

        assert_eq!(first(&output), is("unknown", "http", code, 4));
        let result = &output.results()[0];
        assert_eq!(result["http_status"], 502);
        assert_eq!((&result["code"], &result["message"]), (&json!(9), &json!("gateway")));
        assert_eq!(result["response"], json!({"ret": 9, "message": "gateway"}));
        assert_eq!(result["error"]["message"], "Tencent answered HTTP 502");
    }
}

#[test]
fn last_unknown_attempt_is_reported() {
    let server = RecordingServer::script([
        response(502, "").retry_now(),
        response(504, "").retry_now(),
        response(200, REFUSED),
    ]);
    let output = resume(&server, 1, "");
    assert_eq!(
        (first(&output), &output.results()[0]["http_status"]),
        (is("unknown", "http", 3, 4), &json!(504))
    );
}

// Retry-After

#[test]
fn retry_after_within_the_deadline_is_kept() {
    for status in [429, 503] {
        let server =
            RecordingServer::script([response(status, "").header("retry-after", "1"), done()]);
        let output = resume(&server, 1, "");
        assert_eq!(first(&output), is("applied", "", 2, 0));
        let gap = arrivals(&server.requests())[1];
        assert!((1000..5000).contains(&gap), "{gap}");
    }
}

#[test]
fn retry_after_beyond_the_deadline_settles() {
    for (status, outcome, kind, code) in
        [(429, "not_applied", "throttled", 5), (503, "unknown", "http", 4)]
    {
        for wish in
            ["60", "Tue, 31 Dec 2999 23:59:59 GMT", "10000000000000", "99999999999999999999"]
        {
            let server = RecordingServer::always(response(status, "").header("retry-after", wish));
            let (output, took) = timed(|| resume(&server, 1, "--deadline 10s"));
            assert_eq!(first(&output), is(outcome, kind, 1, code), "{wish}");
            assert!(took < Duration::from_secs(8), "{took:?}");
        }
    }
}

// Time-out and deadline

#[test]
fn timeout_limits_an_attempt() {
    let server = RecordingServer::delayed(Duration::from_secs(5), accepted);
    let (output, took) = timed(|| resume(&server, 1, "--timeout 200ms --attempts 2"));
    assert_eq!(first(&output), is("unknown", "timeout", 2, 4));
    assert!((MILLIS(400)..MILLIS(4000)).contains(&took), "{took:?}");
}

#[test]
fn refusal_does_not_clear_a_timeout() {
    let server = RecordingServer::delayed_first(Duration::from_secs(3), |_| response(200, REFUSED));
    let output = resume(&server, 1, "--timeout 600ms");
    assert_eq!(first(&output), is("unknown", "timeout", 2, 4));
    let result = &output.results()[0];
    assert_eq!(
        (&result["http_status"], &result["code"], &result["response"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn deadline_limits_a_target() {
    let server = RecordingServer::delayed(Duration::from_secs(5), accepted);
    for flags in ["--timeout 8s --deadline 600ms", "--timeout 300ms --deadline 700ms --attempts 5"]
    {
        let (output, took) = timed(|| resume(&server, 1, flags));
        let (outcome, kind, attempts, code) = first(&output);
        assert_eq!((outcome.as_str(), kind.as_str(), code), ("unknown", "timeout", 4));
        assert!(attempts <= 2, "{attempts}");
        assert!(took < MILLIS(4000), "{flags:?}: {took:?}");
        assert!(output.results()[0]["elapsed_ms"].as_u64().unwrap() < 1400, "{output:?}");
    }
}

#[test]
fn retry_needs_time_to_connect() {
    // Less than 200 ms to connect are left after the first answer.
    let server = RecordingServer::delayed(MILLIS(600), |_| response(503, "").retry_now());
    let output = resume(&server, 1, "--timeout 1s --deadline 800ms");
    assert_eq!(first(&output), is("unknown", "http", 1, 4));

    let server = RecordingServer::delayed(MILLIS(300), |_| response(503, "").retry_now());
    let output = resume(&server, 1, "--timeout 1s --deadline 3s --attempts 2");
    assert_eq!(first(&output), is("unknown", "http", 2, 4));
}

#[test]
fn deadline_starts_at_the_first_attempt() {
    let server = RecordingServer::delayed(MILLIS(250), accepted);
    let output = resume(&server, 4, "-j 1 --deadline 900ms --rate 0");
    assert_eq!((output.code, count(&output, "applied")), (Some(0), 4));
}

#[test]
fn connect_has_its_own_limit() {
    let Some(blackhole) = Blackhole::open() else { return say_skipped("a full queue") };
    let home = TestHome::new(&format!("http://{}", blackhole.address));

    let line = "tencent resume a -o json --timeout 400ms --deadline 8s --attempts 2";
    let (output, took) = timed(|| home.run_line(line));

    assert_eq!(first(&output), is("not_applied", "timeout", 2, 5));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

// Rate and concurrency

#[test]
fn requests_are_evenly_spaced() {
    let server = RecordingServer::accepting();
    let output = resume(&server, 6, "--rate 10");
    assert_eq!(output.code, Some(0));
    let departures = departures(&output);
    assert!((490..2000).contains(&departures[5]), "{departures:?}");
    assert!(departures.windows(2).all(|pair| pair[1] - pair[0] >= 60), "{departures:?}");
}

#[test]
fn rate_defaults_to_20() {
    let server = RecordingServer::accepting();
    let last = departures(&resume(&server, 11, ""))[10];
    assert!((490..2000).contains(&last), "{last}");

    let last = departures(&resume(&server, 60, "--rate 0"))[59];
    assert!(last < 2000, "{last}");
}

#[test]
fn retries_keep_the_rate() {
    let server = RecordingServer::always(response(500, "").retry_now());
    let (output, took) = timed(|| resume(&server, 2, "--rate 10"));
    assert_eq!(first(&output), is("unknown", "http", 3, 4));
    assert!(took >= MILLIS(500), "{took:?}");
}

#[test]
fn each_vendor_has_its_own_rate() {
    let server = RecordingServer::accepting();

    let output = server.home().run_with_input("apply - --rate 4 -o json", lines(two_vendors(3)));

    assert_eq!(count(&output, "applied"), 6);
    // One pace for both would take 1250 ms.
    let last = departures(&output)[5];
    assert!((490..1100).contains(&last), "{last}");
}

/// So many operations of two vendors each, in turn.
fn two_vendors(each: usize) -> impl Iterator<Item = Value> {
    (0..each).flat_map(|number| {
        [
            json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}")}),
            json!({"vendor": "shumei", "action": "close", "target": format!("r{number}")}),
        ]
    })
}

/// How many of the targets left at once, when each takes half a second.
fn leave_at_once(targets: usize, flags: &str) -> usize {
    let server = RecordingServer::delayed(MILLIS(500), accepted);
    let output = resume(&server, targets, &format!("--rate 0 {flags}"));
    assert_eq!(count(&output, "applied"), targets as u64);
    departures(&output).iter().filter(|millis| **millis < 500).count()
}

#[test]
fn concurrency_limits_requests_in_flight() {
    assert_eq!(leave_at_once(2, "-j 1"), 1);
    assert_eq!(leave_at_once(4, "--concurrency 3"), 3);
}

#[test]
fn concurrency_defaults_to_8() {
    assert_eq!(leave_at_once(9, ""), 8);
    assert_eq!(leave_at_once(9, "-j 9"), 9);
}

#[test]
fn flags_override_the_limits_of_the_profile() {
    let server = RecordingServer::delayed(MILLIS(300), accepted);
    let home = server.home();
    let write = |keys: &str| {
        home.write_config(&format!("{}[profiles.prod]\n{keys}\n", profile(&server.url())));
    };
    let last = |flags: &str| {
        let output = home.run_line(&format!("tencent resume a b -o json {flags}"));
        assert_eq!(output.code, Some(0));
        departures(&output)[1]
    };

    write("concurrency = 1\nrate = 0");
    assert!(last("") >= 300);
    assert!(last("-j 3") < 300);
    write("rate = 2");
    assert!(last("") >= 490);
    assert!(last("--rate 0") < 490);

    write("timeout = \"100ms\"");
    assert_eq!(home.run_line("tencent resume a --attempts 1").code, Some(4));
    assert_eq!(home.run_line("tencent resume a --attempts 1 --timeout 5s").code, Some(0));
}

// --max-failures

/// The first letter of each outcome.
fn letters(output: &RunOutput) -> String {
    let letter = |result: &Value| match result["outcome"].as_str().unwrap() {
        "applied" => 'a',
        "not_applied" => 'n',
        "unknown" => 'u',
        "skipped" => 's',
        other => panic!("{other}"),
    };
    output.results().iter().map(letter).collect()
}

/// Answers by the place of the target: `a`ccepted, `n`ot, or a fault that leaves it `u`nknown.
fn answering(places: &'static str) -> RecordingServer {
    RecordingServer::start(|request| {
        let name = request.param("Param.s.channel_id").unwrap();
        match places.as_bytes()[name[1..].parse::<usize>().unwrap()] {
            b'a' => done(),
            b'n' => response(200, REFUSED),
            _ => response(500, ""),
        }
    })
}

fn in_order(places: &'static str, flags: &str) -> RunOutput {
    let flags = format!("-j 1 --attempts 1 --rate 0 {flags}");
    resume(&answering(places), places.len(), &flags)
}

#[test]
fn ten_failures_in_a_row_stop_the_vendor() {
    let output = in_order("nnnnnnnnnnnn", "");
    assert_eq!((letters(&output).as_str(), output.code), ("nnnnnnnnnnss", Some(5)));
    let skipped = &output.results()[11];
    assert_eq!((&skipped["error"]["kind"], &skipped["attempts"]), (&json!("stopped"), &json!(0)));
    assert_eq!((&skipped["started_at"], &skipped["elapsed_ms"]), (&Value::Null, &Value::Null));
    assert!(skipped["error"]["hint"].as_str().unwrap().contains("--max-failures"), "{skipped}");
}

#[test]
fn refusals_count_until_the_first_success() {
    for (places, most, expected) in [
        ("unun", "3", "unus"),
        ("nnnn", "2", "nnss"),
        ("uuuu", "1", "usss"),
        // An applied target breaks the row.
        ("nnanna", "3", "nnanna"),
        ("uuauua", "3", "uuauua"),
        // A refusal proves that the vendor listens, once it has applied something.
        ("annnnnnn", "2", "annnnnnn"),
        // It breaks no row, though.
        ("aunua", "2", "aunus"),
        ("auua", "2", "auus"),
        // 0 lifts the limit.
        ("nnnnnnnnnnnn", "0", "nnnnnnnnnnnn"),
        ("uuuuuuuuuuuu", "0", "uuuuuuuuuuuu"),
    ] {
        let output = in_order(places, &format!("--max-failures {most}"));
        assert_eq!(letters(&output), expected, "{places} {most}");
    }
}

#[test]
fn failures_do_not_stop_another_vendor() {
    let server = RecordingServer::start(|request| {
        if request.method == "GET" { response(200, REFUSED) } else { accepted(request) }
    });
    let line = "apply - -j 1 --max-failures 2 --rate 0 -o json";
    let output = server.home().run_with_input(line, lines(two_vendors(4)));

    assert_eq!(letters(&output), "nanasasa");
}

#[test]
fn requests_in_flight_settle_after_a_stop() {
    let server = RecordingServer::delayed(MILLIS(150), |request| {
        match request.param("Param.s.channel_id").unwrap().as_str() {
            "c0" => response(401, ""),
            _ => done(),
        }
    });
    let output = resume(&server, 4, "-j 2 --rate 0");
    assert_eq!((letters(&output).as_str(), server.requests().len()), ("nass", 2));
}

// Ends that pass

#[test]
fn request_with_a_passed_end_is_skipped() {
    let server = RecordingServer::delayed(MILLIS(2100), accepted);

    let output = server.home().run_line("tencent forbid a b --for 1s -j 1 -o json");

    let seen = server.requests().len();
    assert!(seen <= 1, "{seen}");
    let last = &output.results()[1];
    assert_eq!(
        (&last["outcome"], &last["error"]["kind"], &last["attempts"]),
        (&json!("skipped"), &json!("expired"), &json!(0))
    );
    assert_eq!(output.code, Some(5));
}

#[test]
fn retry_after_the_end_is_not_sent() {
    let server = RecordingServer::always(response(503, "").header("retry-after", "9"));
    let (output, took) = timed(|| server.home().run_line("tencent forbid a --for 5s -o json"));
    assert_eq!(first(&output), is("unknown", "http", 1, 4));
    assert!(took < Duration::from_secs(8), "{took:?}");
}
