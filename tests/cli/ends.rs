//! The end of a ban: it is asked for, resolved once, and never moved by a retry.

use chrono::SecondsFormat;

use super::refusals::settled;
use crate::prelude::*;

const DAY: i64 = 86_400;

/// So many seconds from now, as `--until` takes it.
fn in_seconds(seconds: i64) -> String {
    (Utc::now() + TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The end that a request asks for, in seconds from now.
fn remaining(request: &ReceivedRequest) -> i64 {
    let now = Utc::now().timestamp();
    if let Some(end) = request.param("Param.n.abstime_end") {
        return end.parse::<i64>().unwrap() - now;
    }
    let body = request.json();
    if let Some(end) = body["ResumeTime"].as_str() {
        return DateTime::parse_from_rfc3339(end).unwrap().timestamp() - now;
    }
    if let Some(seconds) = body["forbidTime"].as_i64() {
        return seconds;
    }
    body["time"].as_i64().unwrap() * 60
}

#[test]
fn ban_without_an_end_is_refused() {
    let tencent = &["--for", "--until", "--longest"][..];
    let jd = &["--for", "--until", "--permanent"][..];
    for (line, facts) in [
        ("tencent forbid 8888_x", tencent),
        ("tencent forbid 8888_x 8888_y", tencent),
        ("tencent forbid 8888_x 2h", &["--for 2h", "--until", "--longest"]),
        ("tencent forbid 8888_x 90m --reason spam", &["--for 90m"]),
        ("tencent forbid 8888_x -n", tencent),
        ("tencent ban 8888_x", tencent),
        ("jd forbid live/a --domain push.example.com", jd),
        ("tencent forbid 8888_x --permanent", &["--longest"]),
        ("jd forbid live/a --domain push.example.com --longest", &["--permanent"]),
    ] {
        for is_newer in [false, true] {
            let server = RecordingServer::accepting();
            let home = server.home_at(is_newer);
            assert_refused(&server, &home.run_line(line), facts);
        }
    }
}

#[test]
fn command_for_a_misplaced_duration_works() {
    let (server, home) = RecordingServer::accepting().with_home();
    let refused = home.run_line("tencent forbid 8888_x 2h");
    assert_refused(&server, &refused, &["--for 2h"]);
    let commands = printed_commands(&refused.stderr);
    let command = commands.iter().find(|command| command.contains("--for 2h")).unwrap();
    assert_eq!(home.run_printed(command).code, Some(0), "{command}");
    assert_eq!(server.only_request().param("Param.s.channel_id").as_deref(), Some("8888_x"));
}

#[test]
fn line_without_an_end_is_refused() {
    let tencent = r#""vendor":"tencent","action":"forbid","target":"a""#;
    let jd = r#""vendor":"jd","action":"forbid","target":"live/a","domain":"a.cn""#;
    for (ban, more, facts) in [
        (tencent, "", &["for", "until", "longest"][..]),
        (tencent, r#","permanent":true"#, &["longest"]),
        (jd, r#","longest":true"#, &["permanent"]),
        (tencent, r#","longest":true,"for":"2h""#, &["longest", "for"]),
        (tencent, r#","longest":false"#, &["longest"]),
    ] {
        let server = RecordingServer::accepting();
        let output = server.home().run_with_input("apply -", format!("{{{ban}{more}}}"));
        assert_refused(&server, &output, &[&["line 1"], facts].concat());
    }
}

#[test]
fn longest_ban_is_89_days() {
    for is_newer in [false, true] {
        let server = RecordingServer::accepting();
        let home = server.home_at(is_newer);
        let line = r#"{"vendor":"tencent","action":"forbid","target":"b","longest":true}"#;
        let table = "vendor,action,target,longest\ntencent,forbid,c,true\n";
        let outputs = [
            home.run_json("tencent forbid a --longest"),
            home.run_with_input("apply - -o json", line),
            home.run_with_input("apply - --format csv -o json", table),
        ];
        for output in outputs {
            let output = output.exits(0).omits("note:");
            let until = output.only_result()["operation"]["until"].as_str().unwrap().to_owned();
            let end = DateTime::parse_from_rfc3339(&until).unwrap().timestamp();
            let days = end - Utc::now().timestamp();
            assert!((89 * DAY - 60..=89 * DAY).contains(&days), "{until}");
        }
        let ends: Vec<_> = server.requests().iter().map(remaining).collect();
        assert!(ends.iter().all(|end| (89 * DAY - 60..=89 * DAY).contains(end)), "{ends:?}");
        assert_eq!(ends.len(), 3);
    }
}

#[test]
fn jd_until_sends_what_is_left() {
    // A retry two seconds later asks for two seconds less.
    let late = |request: &ReceivedRequest| match request.number {
        1 => response(503, "").header("retry-after", "2"),
        _ => accepted(request),
    };
    let server = RecordingServer::start(late);
    let line = format!("jd forbid live/a --domain push.example.com --until {}", in_seconds(100));
    let output = server.newer_home().run_json(&line).with_outcomes(["applied"]);
    let left: Vec<_> = server.requests().iter().map(remaining).collect();
    assert!((97..=100).contains(&left[0]), "{left:?}");
    assert!((2..=4).contains(&(left[0] - left[1])), "{left:?}");
    assert!(output.only_result()["operation"]["until"].is_string(), "{output:?}");

    let (server, home) = RecordingServer::accepting().with_home();
    for (seconds, minutes) in [(150, 3), (45, 1), (60, 1)] {
        let until = in_seconds(seconds);
        let line = format!("jd forbid live/s{seconds} --domain push.example.com --until {until}");
        home.run_json(&line).with_outcomes(["applied"]);
        let requests = server.requests();
        let body = requests.last().unwrap().json();
        assert_eq!((&body["type"], &body["time"]), (&json!(2), &json!(minutes)), "{seconds}");
    }
    let line = json!({"vendor": "jd", "action": "forbid", "target": "live/z", "domain": "a.cn", "until": in_seconds(150)});
    home.run_with_input("apply - -o json", line.to_string()).with_outcomes(["applied"]);
}

#[test]
fn past_end_is_refused_as_a_flag() {
    for line in [
        "tencent forbid a --until 2020-01-01T00:00:00Z",
        "jd forbid live/a --domain push.example.com --until 2020-01-01T00:00:00Z",
    ] {
        for is_newer in [false, true] {
            let server = RecordingServer::accepting();
            let home = server.home_at(is_newer);
            assert_refused(&server, &home.run_line(line), &["past"]);
        }
    }
}

#[test]
fn past_end_of_a_line_is_skipped() {
    for is_newer in [false, true] {
        let server = RecordingServer::accepting();
        let home = server.home_at(is_newer);
        let past = "2020-01-01T00:00:00Z";
        let input = [
            json!({"vendor": "tencent", "action": "forbid", "target": "old", "until": past}),
            json!({"vendor": "tencent", "action": "forbid", "target": "new", "for": "1h"}),
            json!({"vendor": "jd", "action": "forbid", "target": "live/old", "domain": "a.cn", "until": past}),
            json!({"vendor": "jd", "action": "permit", "target": "live/new", "domain": "a.cn"}),
        ];
        let output = home.run_with_input("apply - -o json", lines(input)).exits(5);
        let expected =
            ["old skipped expired", "new applied", "live/old skipped expired", "live/new applied"];
        assert_eq!(settled(&output), expected);
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn jd_ban_has_a_greatest_length() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let line = "jd forbid live/a --domain push.example.com";
    for bad in ["--for 2147483648s", "--for 24856d", "--until 9999999999"] {
        assert_refused(&server, &home.run_line(&format!("{line} {bad}")), &["2147483647"]);
    }
    home.run_json(&format!("{line} --for 2147483647s")).exits(0);
    assert_eq!(server.only_request().json()["forbidTime"], 2_147_483_647);
}

// Ended bans and a resumed run

/// Runs it with a journal and `--resume`; its outcomes.
fn resume(home: &TestHome, line: &str) -> Vec<String> {
    let output = home.run_json(&format!("{line} --journal j --resume"));
    assert!(output.code.is_some(), "{output:?}");
    output.outcomes()
}

#[test]
fn ended_ban_is_sent_again_on_resume() {
    for (line, is_newer) in [
        ("tencent forbid h1 --for 2s", false),
        ("tencent forbid h1 --for 2s", true),
        ("jd forbid live/h1 --domain push.example.com --for 2s", true),
    ] {
        let server = RecordingServer::accepting();
        let home = server.home_at(is_newer);
        assert_eq!(resume(&home, line), ["applied"]);
        assert_eq!(resume(&home, line), ["skipped done_before"], "{line}");
        thread::sleep(Duration::from_millis(3_100));
        let output = home.run_json(&format!("{line} --journal j --resume")).reports("note: ");
        assert_eq!(output.outcomes(), ["applied"], "{line}: {output:?}");
        let requests = server.requests();
        assert_eq!(requests.len(), 2, "{line}");
        if !is_newer {
            let end = |request: &ReceivedRequest| request.param("Param.n.abstime_end");
            assert_ne!(end(&requests[0]), end(&requests[1]), "the end is resolved anew");
        }
    }
}

#[test]
fn ended_until_stays_done_before() {
    let server = RecordingServer::start(|request| {
        if request.target() == "failed" { response(500, "") } else { accepted(request) }
    });
    let home = server.home();
    let until = in_seconds(3);
    let ban = |target: &str| json!({"vendor": "tencent", "action": "forbid", "target": target, "until": until});
    let input = lines([ban("done"), ban("failed")]);
    let apply = "apply - -o json --journal j --resume --attempts 1";
    let first = home.run_with_input(apply, input.clone());
    assert_eq!(settled(&first), ["done applied", "failed unknown http"]);
    thread::sleep(Duration::from_millis(3_500));
    let second = home.run_with_input(apply, input);
    assert_eq!(settled(&second), ["done skipped done_before", "failed skipped expired"]);
    let message = second.results()[0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("ended"), "{message}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn looks_are_never_skipped_on_resume() {
    let (server, home) = RecordingServer::accepting().with_home();
    for _ in 0..2 {
        assert_eq!(resume(&home, "tencent status a"), ["read"]);
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn drop_in_doubt_is_not_repeated() {
    for (line, is_newer) in [
        ("tencent drop a", false),
        ("tencent drop a", true),
        ("jd drop live/a --domain push.example.com", true),
    ] {
        for answer in [response(500, "").retry_now(), response(200, "<html>").retry_now()] {
            let server = RecordingServer::always(answer);
            let home = server.home_at(is_newer);
            let result = home.run_json(&format!("{line} --attempts 3")).exits(4).only_result();
            assert_members(&result, &json!({"outcome": "unknown", "error": {"again": false}}));
            assert_eq!(server.requests().len(), 1, "{line}");
        }
        // A throttled request was not done.
        let server = RecordingServer::start(|request| match request.number {
            1 => response(429, "").retry_now(),
            _ => accepted(request),
        });
        if !is_newer {
            assert_eq!(server.home().run_json(line).outcomes(), ["applied"]);
        }
    }
}
