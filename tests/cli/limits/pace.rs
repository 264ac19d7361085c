//! Rate, concurrency and `--max-failures`.

use super::{MILLIS, REFUSED, count, resume, success, timed};
use crate::prelude::*;

/// How long after the first each target's first request left, in milliseconds.
fn departures(output: &RunOutput) -> Vec<i64> {
    let at = |result: &Value| {
        DateTime::parse_from_rfc3339(result["started_at"].as_str().unwrap()).unwrap()
    };
    let mut times: Vec<_> = output.results().iter().map(at).collect();
    times.sort();
    times.iter().map(|time| (*time - times[0]).num_milliseconds()).collect()
}

#[test]
fn requests_are_evenly_spaced() {
    let server = RecordingServer::accepting();
    let output = resume(&server, 6, "--rate 10").exits(0);
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
    assert_eq!((output.code, output.attempts()), (Some(4), vec![3, 3]), "{output:?}");
    assert_eq!(output.outcomes(), ["unknown http"; 2]);
    assert!(took >= MILLIS(500), "{took:?}");
}

#[test]
fn each_vendor_has_a_separate_rate() {
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
    let (server, home) = RecordingServer::delayed(MILLIS(300), accepted).with_home();
    let write = |keys: &str| {
        home.write_config(&format!("{}[profiles.prod]\n{keys}\n", profile(&server.url())));
    };
    let last = |flags: &str| {
        let output = home.run_line(&format!("tencent resume a b -o json {flags}")).exits(0);
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
            b'a' => success(),
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
            _ => success(),
        }
    });
    let output = resume(&server, 4, "-j 2 --rate 0");
    assert_eq!((letters(&output).as_str(), server.requests().len()), ("nass", 2));
}
