//! The values of flags: seconds, ends, limits.

use chrono::{FixedOffset, SecondsFormat};

use super::{accepts, refuses, refuses_input, run_with};
use crate::prelude::*;

#[test]
fn seconds_are_1_to_120() {
    let bad = ["", " 5", "5 "].into_iter();
    for bad in bad.chain("0 121 300 -1 +5 5.0 1e1 ５ 0x10 five 99999999999999999999".split(' ')) {
        refuses(&["jd", "timeout", "a.example.com", "--seconds", bad], "1 to 120");
    }
    refuses(&["jd", "timeout", "a.example.com"], "--seconds");
    for good in ["1", "2", "60", "61", "120", "007"] {
        let (_, server) = accepts(&["jd", "timeout", "a.example.com", "--seconds", good], None);
        assert_eq!(server.only_request().json()["timeout"], good.trim_start_matches('0'));
    }
}

#[test]
fn unadvised_seconds_are_noted() {
    for (seconds, is_noted) in
        [("1", true), ("2", false), ("60", false), ("61", true), ("120", true)]
    {
        let (output, _) = accepts(&["jd", "timeout", "a.example.com", "--seconds", seconds], None);
        assert_eq!(output.stderr.contains("note: JD advises"), is_noted, "{seconds}: {output:?}");
    }
}

/// The end that was sent, and the moments between which it was resolved.
#[track_caller]
fn end_of(args: &[&str]) -> (i64, [i64; 2], RunOutput) {
    let before = Utc::now().timestamp();
    let (output, server) = accepts(&[&["tencent", "forbid", "8888_a"], args].concat(), None);
    let end = server.only_request().param("Param.n.abstime_end").unwrap().parse().unwrap();
    let until = output.operations()[0]["until"].as_str().unwrap().to_owned();
    assert_eq!(DateTime::parse_from_rfc3339(&until).unwrap().timestamp(), end);
    assert!(until.ends_with('Z') && until.len() == 20, "{until}");
    (end, [before, Utc::now().timestamp()], output)
}

const DAY: i64 = 86_400;

#[test]
fn duration_syntax() {
    for (length, seconds) in [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("3d", 3 * DAY),
        ("2h30m", 9000),
        ("1d1h1m1s", 90_061),
        ("89d", 89 * DAY),
    ] {
        let (end, [before, after], output) = end_of(&["--for", length]);
        // The end is rounded up to the second.
        assert!((before + seconds..=after + seconds + 1).contains(&end), "{length}: {end}");
        output.assert_omits("note:");
    }
    for bad in [
        "", "2", "h", "0s", "-2h", "+2h", "1.5h", "2 h", "2H", "2hours", "30m2h", "2h2h", "2weeks",
        "２h", " 2h",
    ] {
        refuses(&["tencent", "forbid", "8888_a", "--for", bad], "--for");
    }
    refuses(&["tencent", "forbid", "8888_a", "--for", "500ms"], "whole seconds");
}

#[test]
fn until_needs_a_zone_or_unix_second() {
    let soon = (Utc::now() + TimeDelta::days(2)).timestamp();
    let at = DateTime::from_timestamp(soon, 0).unwrap();
    let utc = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let beijing = at.with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap()).to_rfc3339();
    for moment in [utc.clone(), beijing, soon.to_string(), utc.to_lowercase()] {
        assert_eq!(end_of(&["--until", &moment]).0, soon, "{moment}");
    }
    assert_eq!(end_of(&["--until", &utc.replace('Z', ".1Z")]).0, soon + 1);

    let local = utc.trim_end_matches('Z');
    for (bad, says) in [
        (local, "without a zone"),
        (&local.replace('T', " "), "without a zone"),
        (&local[..16], "without a zone"),
        (&format!("{soon}000"), "milliseconds"),
        ("100000000000", "milliseconds"),
        ("tomorrow", "a moment is written"),
        ("", "a moment is written"),
        (&utc[..10], "a moment is written"),
        ("2027-02-30T00:00:00Z", "a moment is written"),
        (" 1795262400", "a moment is written"),
    ] {
        refuses(&["tencent", "forbid", "8888_a", "--until", bad], says);
    }
}

#[test]
fn past_end_is_refused() {
    let now = Utc::now();
    for bad in ["1", &now.to_rfc3339(), &now.timestamp().to_string()] {
        refuses(&["tencent", "forbid", "8888_a", "--until", bad], "past");
    }
    refuses(&["tencent", "forbid", "8888_a", "--until", "-5"], "--until");
}

#[test]
fn longer_ban_is_sent_as_89_days() {
    let far = (Utc::now() + TimeDelta::days(400)).to_rfc3339();
    for args in [
        ["--for", "90d"],
        ["--for", "89d1s"],
        ["--for", "99999d"],
        ["--until", &far],
        ["--until", "99999999999"],
    ] {
        let (end, [before, after], output) = end_of(&args);
        assert!((before + 89 * DAY..=after + 89 * DAY).contains(&end), "{args:?}: {end}");
        // In the zone of the tests.
        let zone = FixedOffset::east_opt(8 * 3600).unwrap();
        let end = DateTime::from_timestamp(end, 0).unwrap().with_timezone(&zone);
        let end = end.format("%Y-%m-%d %H:%M:%S %:z");
        output.assert_reports(&[&format!("so {end} is sent, 89 days from now")]);
    }
}

#[test]
fn for_and_until_exclude_each_other() {
    refuses(&["tencent", "forbid", "8888_a", "--for", "2h", "--until", "4000000000"], "--until");
    let line = r#"{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h","until":"4000000000"}"#;
    let words = "line 1: until: one end is enough: `for`, `until` or `longest`";
    refuses_input(&["apply", "-"], Some(line), words);
}

#[test]
fn ban_needs_an_end() {
    let jd = "forbid live/a --domain a.example.com";
    for (command, ways) in [
        ("tencent forbid 8888_a 8888_b", "--for DUR, --until TIME or --longest"),
        (&format!("jd {jd}"), "--for DUR, --until TIME or --permanent"),
    ] {
        let args: Vec<_> = command.split(' ').collect();
        let message = format!("--for: the end of the ban is missing; give {ways}");
        refuses(&args, &message);
        let output = run_with(&RecordingServer::accepting(), &args, None);
        assert_eq!(output.stderr.matches("the end of the ban").count(), 1, "{output:?}");
        let stated: Vec<_> = ways.replace(" or ", ", ").split(", ").map(str::to_owned).collect();
        for way in stated {
            let way = way.replace("DUR", "2h").replace("TIME", "2099-01-01T00:00:00Z");
            accepts(&args.iter().copied().chain(way.split(' ')).collect::<Vec<_>>(), None);
        }
    }
    refuses(&["tencent", "forbid", "8888_x", "2h"], "an end is missing, and this looks like one");
    refuses(&["tencent", "forbid", "8888_x", "--permanent"], "give --longest");
    let jd = format!("jd {jd} --longest");
    refuses(&jd.split(' ').collect::<Vec<_>>(), "give --permanent");
    for end in ["", r#","longest":false"#, r#","longest":"false""#] {
        let line = format!(r#"{{"vendor":"tencent","action":"forbid","target":"8888_a"{end}}}"#);
        let ways = "line 1: for: the end of the ban is missing; give `for`, `until` or `longest`";
        refuses_input(&["apply", "-"], Some(&line), ways);
    }
}

#[test]
fn past_end_in_a_file_is_skipped() {
    let past = r#"{"vendor":"tencent","action":"forbid","target":"8888_a","until":"2020-01-01T00:00:00Z"}
{"vendor":"jd","action":"forbid","target":"live/a","domain":"a.example.com","until":1577836800}
{"vendor":"tencent","action":"forbid","target":"8888_b","longest":true}"#;
    for (flags, last, sent) in [(&[][..], "applied", 1), (&["-n"], "planned", 0)] {
        let server = RecordingServer::accepting();
        let args = [&["apply", "-"], flags].concat();
        let output = run_with(&server, &args, Some(past)).exits(5);
        assert_eq!(output.outcomes(), ["skipped expired", "skipped expired", last]);
        assert_eq!(server.operations().len(), sent);
    }
}

#[test]
fn end_is_resolved_once_per_run() {
    let (_, server) = accepts(&["tencent", "forbid", "a", "b", "c", "d", "--for", "2h"], None);
    let mut ends: Vec<_> =
        server.requests().iter().map(|request| request.param("Param.n.abstime_end")).collect();
    ends.dedup();
    assert_eq!(ends.len(), 1);
}

#[test]
fn bad_flags_send_nothing() {
    let act = ["tencent", "resume", "8888_a"];
    for (bad, says) in [
        (&["--attempts", "0"][..], "--attempts"),
        (&["--attempts", "6"], "--attempts"),
        (&["--rate", "-1"], "-1"),
        (&["--rate", "many"], "--rate"),
        (&["-j", "0"], "--concurrency"),
        (&["--timeout", "8"], "--timeout"),
        (&["--timeout", "0s"], "--timeout"),
        (&["--timeout", "-1s"], "-1"),
        (&["--deadline", "soon"], "--deadline"),
        (&["--max-failures", "-1"], "-1"),
        (&["--resume"], "--journal"),
        (&["--for", "2h"], "--for"),
        (&["--cluster", "sh"], "--cluster"),
        (&["--api-key", "x"], "--api-key"),
        (&["--color", "sometimes"], "--color"),
    ] {
        refuses(&[&act, bad].concat(), says);
    }
    let curl = RecordingServer::accepting();
    curl.home().run([&act[..], &["-o", "curl"]].concat()).exits(2).reports("--dry-run");
    assert!(curl.requests().is_empty());
}

#[test]
fn waits_accept_milliseconds() {
    accepts(&["tencent", "resume", "8888_a", "--timeout", "500ms", "--deadline", "1s500ms"], None);
}

#[test]
fn bad_input_precedes_missing_credentials() {
    let output = TestHome::empty().run_line("jd timeout a.example.com --seconds 0 -o json");
    assert_eq!((output.code, &output.json()["error"]["kind"]), (Some(2), &json!("input")));
}

#[test]
fn sandbox_refuses_unknown_api_version() {
    let line = "--sandbox tencent status 8888_a".split(' ');
    let output = TestHome::empty().run_with(&[("LIVECTL_TENCENT_API", "v4")], line).exits(3);
    let words = "LIVECTL_TENCENT_API: the versions of Tencent's API are legacy and v3";
    output.assert_reports(&[words]);
}
