//! How much, how often, how long, and when to stop.

use std::time::{Duration, Instant};

use chrono::DateTime;
use serde_json::{Value, json};

use super::mock::{DONE, Mock, Seen, lines, says};
use super::stage::{Ran, profile};

const REFUSED: &str = r#"{"status":1,"ret":1,"code":1902}"#;

fn resume(mock: &Mock, targets: usize, flags: &[&str]) -> Ran {
    let names: Vec<_> = (0..targets).map(|number| format!("c{number}")).collect();
    let stage = mock.stage();
    let mut command = stage.livectl(["tencent", "resume", "-o", "json", "--max-targets", "100"]);
    Ran::from(command.args(flags).args(names).output().unwrap())
}

/// Runs it and tells how long it took, the start of the process included.
fn timed<R>(act: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    (act(), start.elapsed())
}

fn results(ran: &Ran) -> Vec<Value> {
    ran.json()["results"].as_array().unwrap().clone()
}

/// Outcome, kind and attempts of the first result, and the exit code.
fn first(ran: &Ran) -> (String, String, u64, i32) {
    let result = &results(ran)[0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&result["outcome"]),
        text(&result["error"]["kind"]),
        result["attempts"].as_u64().unwrap(),
        ran.code.unwrap(),
    )
}

fn is(outcome: &str, kind: &str, attempts: u64, code: i32) -> (String, String, u64, i32) {
    (outcome.to_owned(), kind.to_owned(), attempts, code)
}

/// How long after the first each target's first request left, in milliseconds.
fn departures(ran: &Ran) -> Vec<i64> {
    let at = |result: &Value| {
        DateTime::parse_from_rfc3339(result["started_at"].as_str().unwrap()).unwrap()
    };
    let mut times: Vec<_> = results(ran).iter().map(at).collect();
    times.sort();
    times.iter().map(|time| (*time - times[0]).num_milliseconds()).collect()
}

/// How long after the first each request came, in milliseconds.
fn arrivals(seen: &[Seen]) -> Vec<u128> {
    seen.iter().map(|request| (request.at - seen[0].at).as_millis()).collect()
}

fn count(ran: &Ran, outcome: &str) -> u64 {
    ran.json()["summary"][outcome].as_u64().unwrap()
}

const MILLIS: fn(u64) -> Duration = Duration::from_millis;

// Attempts

#[test]
fn a_target_is_tried_three_times_or_as_often_as_asked() {
    let mock = Mock::always(says(500, "").again_at_once());
    for (flags, attempts) in [(&[][..], 3), (&["--attempts", "1"], 1), (&["--attempts", "5"], 5)] {
        let before = mock.seen().len();
        let ran = resume(&mock, 1, &[&["--rate", "0"], flags].concat());
        assert_eq!(first(&ran), is("unknown", "http", attempts, 4));
        assert_eq!((mock.seen().len() - before) as u64, attempts);
    }
}

#[test]
fn a_success_ends_the_attempts_and_clears_every_doubt() {
    let mock = Mock::script([says(500, "").again_at_once(), says(200, "<html>"), says(200, DONE)]);
    let ran = resume(&mock, 1, &[]);
    assert_eq!(first(&ran), is("applied", "", 3, 0));
    assert_eq!(mock.seen().len(), 3);
}

#[test]
fn a_doubt_is_not_cleared_by_a_refusal_and_the_result_tells_of_the_doubt() {
    for (answer, code) in [
        (says(200, r#"{"ret":20601,"message":"no channel"}"#), 2),
        (says(404, ""), 2),
        (says(302, ""), 2),
        (says(401, ""), 2),
        (says(429, "").again_at_once(), 3),
    ] {
        let mock =
            Mock::script([says(502, r#"{"ret":9,"message":"gateway"}"#).again_at_once(), answer]);

        let ran = resume(&mock, 1, &["--rate", "0"]);

        assert_eq!(first(&ran), is("unknown", "http", code, 4));
        let result = &results(&ran)[0];
        assert_eq!(result["http_status"], 502);
        assert_eq!((&result["code"], &result["message"]), (&json!(9), &json!("gateway")));
        assert_eq!(result["response"], json!({"ret": 9, "message": "gateway"}));
        assert_eq!(result["error"]["message"], "Tencent answered HTTP 502");
    }
}

#[test]
fn of_several_doubts_the_last_is_told() {
    let mock = Mock::script([
        says(502, "").again_at_once(),
        says(504, "").again_at_once(),
        says(200, REFUSED),
    ]);
    let ran = resume(&mock, 1, &[]);
    assert_eq!(
        (first(&ran), &results(&ran)[0]["http_status"]),
        (is("unknown", "http", 3, 4), &json!(504))
    );
}

// Retry-After

#[test]
fn retry_after_is_kept_when_it_fits_in_the_deadline() {
    for status in [429, 503] {
        let mock = Mock::script([says(status, "").header("retry-after", "1"), says(200, DONE)]);
        let ran = resume(&mock, 1, &[]);
        assert_eq!(first(&ran), is("applied", "", 2, 0));
        let gap = arrivals(&mock.seen())[1];
        assert!((1000..5000).contains(&gap), "{gap}");
    }
}

#[test]
fn a_retry_after_that_does_not_fit_settles_the_target_at_once() {
    for (status, outcome, kind, code) in
        [(429, "not_applied", "throttled", 5), (503, "unknown", "http", 4)]
    {
        for wish in
            ["60", "Tue, 31 Dec 2999 23:59:59 GMT", "10000000000000", "99999999999999999999"]
        {
            let mock = Mock::always(says(status, "").header("retry-after", wish));
            let (ran, took) = timed(|| resume(&mock, 1, &["--deadline", "10s"]));
            assert_eq!(first(&ran), is(outcome, kind, 1, code), "{wish}");
            assert!(took < Duration::from_secs(8), "{took:?}");
        }
    }
}

// Time-out and deadline

#[test]
fn an_attempt_takes_no_longer_than_its_timeout() {
    let mock = Mock::slow(Duration::from_secs(5), |_| says(200, DONE));
    let (ran, took) = timed(|| resume(&mock, 1, &["--timeout", "200ms", "--attempts", "2"]));
    assert_eq!(first(&ran), is("unknown", "timeout", 2, 4));
    assert!((MILLIS(400)..MILLIS(4000)).contains(&took), "{took:?}");
}

#[test]
fn a_doubt_by_timeout_stays_when_the_next_attempt_is_refused() {
    let mock = Mock::slow_at_first(Duration::from_secs(3), says(200, REFUSED));
    let ran = resume(&mock, 1, &["--timeout", "600ms"]);
    assert_eq!(first(&ran), is("unknown", "timeout", 2, 4));
    let result = &results(&ran)[0];
    assert_eq!(
        (&result["http_status"], &result["code"], &result["response"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn a_target_takes_no_longer_than_its_deadline_and_the_process_ends_with_it() {
    let mock = Mock::slow(Duration::from_secs(5), |_| says(200, DONE));
    for flags in [
        &["--timeout", "8s", "--deadline", "600ms"][..],
        &["--timeout", "300ms", "--deadline", "700ms", "--attempts", "5"],
    ] {
        let (ran, took) = timed(|| resume(&mock, 1, flags));
        let (outcome, kind, attempts, code) = first(&ran);
        assert_eq!((outcome.as_str(), kind.as_str(), code), ("unknown", "timeout", 4));
        assert!(attempts <= 2, "{attempts}");
        assert!(took < MILLIS(4000), "{flags:?}: {took:?}");
        assert!(results(&ran)[0]["elapsed_ms"].as_u64().unwrap() < 1400, "{ran:?}");
    }
}

#[test]
fn a_retry_without_time_left_to_connect_is_not_started() {
    // Connecting may take 950 ms, and less than that is left after the first answer.
    let mock = Mock::slow(MILLIS(600), |_| says(503, "").again_at_once());
    let ran = resume(&mock, 1, &["--timeout", "1s", "--deadline", "1400ms"]);
    assert_eq!(first(&ran), is("unknown", "http", 1, 4));

    let mock = Mock::slow(MILLIS(300), |_| says(503, "").again_at_once());
    let ran = resume(&mock, 1, &["--timeout", "1s", "--deadline", "3s", "--attempts", "2"]);
    assert_eq!(first(&ran), is("unknown", "http", 2, 4));
}

#[test]
fn the_deadline_counts_from_a_targets_own_first_attempt() {
    let mock = Mock::slow(MILLIS(250), |_| says(200, DONE));
    let ran = resume(&mock, 4, &["-j", "1", "--deadline", "900ms", "--rate", "0"]);
    assert_eq!((ran.code, count(&ran, "applied")), (Some(0), 4));
}

#[test]
fn connecting_has_a_limit_of_its_own() {
    // A queue that is full takes no further connection on Linux.
    let full = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = full.local_addr().unwrap();
    let connect = || std::net::TcpStream::connect_timeout(&address, MILLIS(100));
    let mut held = Vec::new();
    while let Ok(stream) = connect() {
        held.push(stream);
        assert!(held.len() < 10_000);
    }
    let stage = super::stage::Stage::new(&format!("http://{address}"));

    let (ran, took) = timed(|| {
        stage.run([
            "tencent",
            "resume",
            "a",
            "-o",
            "json",
            "--timeout",
            "400ms",
            "--deadline",
            "8s",
            "--attempts",
            "2",
        ])
    });

    assert_eq!(first(&ran), is("not_applied", "timeout", 2, 5));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

// Rate and concurrency

#[test]
fn requests_to_one_vendor_are_evenly_spaced_without_a_burst() {
    let mock = Mock::content();
    let ran = resume(&mock, 6, &["--rate", "10"]);
    assert_eq!(ran.code, Some(0));
    let departures = departures(&ran);
    assert!((490..2000).contains(&departures[5]), "{departures:?}");
    assert!(departures.windows(2).all(|pair| pair[1] - pair[0] >= 60), "{departures:?}");
}

#[test]
fn twenty_a_second_is_the_default_and_0_lifts_it() {
    let mock = Mock::content();
    let last = departures(&resume(&mock, 11, &[]))[10];
    assert!((490..2000).contains(&last), "{last}");

    let last = departures(&resume(&mock, 60, &["--rate", "0"]))[59];
    assert!(last < 2000, "{last}");
}

#[test]
fn retries_keep_to_the_rate_too() {
    let mock = Mock::always(says(500, "").again_at_once());
    let (ran, took) = timed(|| resume(&mock, 2, &["--rate", "10"]));
    assert_eq!(first(&ran), is("unknown", "http", 3, 4));
    assert!(took >= MILLIS(500), "{took:?}");
}

#[test]
fn each_vendor_has_a_pace_of_its_own() {
    let mock = Mock::content();
    let operations = (0..3).flat_map(|number| {
        [
            json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}")}),
            json!({"vendor": "shumei", "action": "close", "target": format!("r{number}")}),
        ]
    });
    let stage = mock.stage();

    let mut command = stage.livectl(["apply", "-", "--rate", "4", "-o", "json"]);
    let ran = Ran::from(command.write_stdin(lines(operations)).output().unwrap());

    assert_eq!(count(&ran, "applied"), 6);
    // One pace for both would take 1250 ms.
    let last = departures(&ran)[5];
    assert!((490..1100).contains(&last), "{last}");
}

/// How many of the targets left at once, when each takes half a second.
fn leave_at_once(targets: usize, flags: &[&str]) -> usize {
    let mock = Mock::slow(MILLIS(500), |_| says(200, DONE));
    let ran = resume(&mock, targets, &[&["--rate", "0"], flags].concat());
    assert_eq!(count(&ran, "applied"), targets as u64);
    departures(&ran).iter().filter(|millis| **millis < 500).count()
}

#[test]
fn no_more_requests_are_in_flight_than_allowed() {
    assert_eq!(leave_at_once(2, &["-j", "1"]), 1);
    assert_eq!(leave_at_once(4, &["--concurrency", "3"]), 3);
}

#[test]
fn eight_requests_are_in_flight_unless_told_otherwise() {
    assert_eq!(leave_at_once(9, &[]), 8);
    assert_eq!(leave_at_once(9, &["-j", "9"]), 9);
}

#[test]
fn rate_concurrency_and_timeout_come_from_the_profile_and_flags_go_over_them() {
    let mock = Mock::slow(MILLIS(300), |_| says(200, DONE));
    let stage = mock.stage();
    let write = |keys: &str| {
        stage.write_config(&format!("{}[profiles.prod]\n{keys}\n", profile(&mock.url())))
    };
    let last = |flags: &[&str]| {
        let ran = stage.run([&["tencent", "resume", "a", "b", "-o", "json"], flags].concat());
        assert_eq!(ran.code, Some(0));
        departures(&ran)[1]
    };

    write("concurrency = 1\nrate = 0");
    assert!(last(&[]) >= 300);
    assert!(last(&["-j", "3"]) < 300);
    write("rate = 2");
    assert!(last(&[]) >= 490);
    assert!(last(&["--rate", "0"]) < 490);

    write("timeout = \"100ms\"");
    assert_eq!(stage.run(["tencent", "resume", "a", "--attempts", "1"]).code, Some(4));
    assert_eq!(
        stage.run(["tencent", "resume", "a", "--attempts", "1", "--timeout", "5s"]).code,
        Some(0)
    );
}

// --max-failures

fn outcomes(ran: &Ran) -> String {
    let letter = |result: &Value| match result["outcome"].as_str().unwrap() {
        "applied" => 'a',
        "not_applied" => 'n',
        "unknown" => 'u',
        "skipped" => 's',
        other => panic!("{other}"),
    };
    results(ran).iter().map(letter).collect()
}

/// Answers by the place of the target: `a`ccepted, `n`ot, or a fault that leaves it `u`nknown.
fn answering(places: &'static str) -> Mock {
    Mock::start(|request| {
        let name = request.param("Param.s.channel_id").unwrap();
        match places.as_bytes()[name[1..].parse::<usize>().unwrap()] {
            b'a' => says(200, DONE),
            b'n' => says(200, REFUSED),
            _ => says(500, ""),
        }
    })
}

fn in_order(places: &'static str, flags: &[&str]) -> Ran {
    let flags = [&["-j", "1", "--attempts", "1", "--rate", "0"], flags].concat();
    resume(&answering(places), places.len(), &flags)
}

#[test]
fn ten_failures_one_after_another_stop_the_vendor() {
    let ran = in_order("nnnnnnnnnnnn", &[]);
    assert_eq!((outcomes(&ran).as_str(), ran.code), ("nnnnnnnnnnss", Some(5)));
    let skipped = &results(&ran)[11];
    assert_eq!((&skipped["error"]["kind"], &skipped["attempts"]), (&json!("stopped"), &json!(0)));
    assert_eq!((&skipped["started_at"], &skipped["elapsed_ms"]), (&Value::Null, &Value::Null));
    assert!(skipped["error"]["hint"].as_str().unwrap().contains("--max-failures"), "{skipped}");
}

#[test]
fn failures_of_every_kind_count_until_the_vendor_has_applied_something() {
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
        let ran = in_order(places, &["--max-failures", most]);
        assert_eq!(outcomes(&ran), expected, "{places} {most}");
    }
}

#[test]
fn one_vendors_failures_do_not_stop_another() {
    let mock =
        Mock::start(
            |request| if request.method == "GET" { says(200, REFUSED) } else { says(200, DONE) },
        );
    let operations = (0..4).flat_map(|number| {
        [
            json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}")}),
            json!({"vendor": "shumei", "action": "close", "target": format!("r{number}")}),
        ]
    });
    let stage = mock.stage();

    let mut command = stage.livectl([
        "apply",
        "-",
        "-j",
        "1",
        "--max-failures",
        "2",
        "--rate",
        "0",
        "-o",
        "json",
    ]);
    let ran = Ran::from(command.write_stdin(lines(operations)).output().unwrap());

    assert_eq!(outcomes(&ran), "nanasasa");
}

#[test]
fn what_was_in_flight_when_the_rest_is_stopped_still_settles() {
    let mock = Mock::slow(MILLIS(150), |request| {
        match request.param("Param.s.channel_id").unwrap().as_str() {
            "c0" => says(401, ""),
            _ => says(200, DONE),
        }
    });
    let ran = resume(&mock, 4, &["-j", "2", "--rate", "0"]);
    assert_eq!((outcomes(&ran).as_str(), mock.seen().len()), ("nass", 2));
}

// Ends that pass

#[test]
fn a_request_whose_end_has_passed_is_not_sent() {
    let mock = Mock::slow(MILLIS(1100), |_| says(200, DONE));

    let ran =
        mock.stage().run(["tencent", "forbid", "a", "b", "--for", "1s", "-j", "1", "-o", "json"]);

    // The end is rounded down to the second, so that even the first may come too late.
    let seen = mock.seen().len();
    assert!(seen <= 1, "{seen}");
    let last = &results(&ran)[1];
    assert_eq!(
        (&last["outcome"], &last["error"]["kind"], &last["attempts"]),
        (&json!("skipped"), &json!("expired"), &json!(0))
    );
    assert_eq!(ran.code, Some(5));
}

#[test]
fn a_retry_after_the_end_is_not_sent() {
    let mock = Mock::always(says(503, "").header("retry-after", "9"));
    let (ran, took) =
        timed(|| mock.stage().run(["tencent", "forbid", "a", "--for", "5s", "-o", "json"]));
    assert_eq!(first(&ran), is("unknown", "http", 1, 4));
    assert!(took < Duration::from_secs(8), "{took:?}");
}
