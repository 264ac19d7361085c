//! What is checked before the first request leaves: wrong input means exit code 2, and not one request.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use super::mock::Mock;
use super::stage::{Ran, Stage, profile};

/// Runs it against a vendor who would accept anything; with text on standard input, if any.
fn run_with(mock: &Mock, args: &[&str], input: Option<&str>) -> Ran {
    let stage = mock.stage();
    let mut command = stage.livectl(["-o", "json", "--rate", "0"]);
    command.args(args);
    if let Some(input) = input {
        command.write_stdin(input);
    }
    Ran::from(command.output().unwrap())
}

/// The input is refused for a reason that names what is wrong, and nothing is sent.
#[track_caller]
fn refuses_input(args: &[&str], input: Option<&str>, says: &str) {
    let mock = Mock::content();
    let ran = run_with(&mock, args, input);
    assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
    assert!(mock.seen().is_empty(), "{args:?}: {:?}", mock.seen());
    assert!(ran.stderr.contains(says), "{args:?}: {says}: {ran:?}");
    let document = ran.json();
    assert!(["usage", "input"].contains(&document["error"]["kind"].as_str().unwrap()), "{ran:?}");
    assert_eq!((&document["ok"], &document["results"]), (&json!(false), &json!([])), "{ran:?}");
    assert!(document["error"]["message"].as_str().unwrap().contains(says), "{says}: {ran:?}");
}

#[track_caller]
fn refuses(args: &[&str], says: &str) {
    refuses_input(args, None, says);
}

#[track_caller]
fn accepts(args: &[&str], input: Option<&str>) -> (Ran, Mock) {
    let mock = Mock::content();
    let ran = run_with(&mock, args, input);
    assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    (ran, mock)
}

fn targets(ran: &Ran) -> Vec<String> {
    let results = ran.json()["results"].as_array().unwrap().clone();
    results
        .iter()
        .map(|result| result["operation"]["target"].as_str().unwrap().to_owned())
        .collect()
}

// --seconds

#[test]
fn seconds_are_1_to_120_in_digits() {
    for bad in [
        "0",
        "121",
        "300",
        "-1",
        "+5",
        "5.0",
        "",
        " 5",
        "5 ",
        "1e1",
        "５",
        "0x10",
        "five",
        "99999999999999999999",
    ] {
        refuses(&["jd", "timeout", "a.example.com", "--seconds", bad], "1 to 120");
    }
    refuses(&["jd", "timeout", "a.example.com"], "--seconds");
    for good in ["1", "2", "60", "61", "120", "007"] {
        let (_, mock) = accepts(&["jd", "timeout", "a.example.com", "--seconds", good], None);
        assert_eq!(mock.only().json()["timeout"], good.trim_start_matches('0'));
    }
}

#[test]
fn seconds_that_the_vendor_advises_against_are_noted_and_sent() {
    for (seconds, is_noted) in
        [("1", true), ("2", false), ("60", false), ("61", true), ("120", true)]
    {
        let (ran, _) = accepts(&["jd", "timeout", "a.example.com", "--seconds", seconds], None);
        assert_eq!(ran.stderr.contains("note: JD advises"), is_noted, "{seconds}: {ran:?}");
    }
}

// --for and --until

/// The end that was sent, and the moments between which it was resolved.
#[track_caller]
fn end_of(args: &[&str]) -> (i64, [i64; 2], Ran) {
    let before = Utc::now().timestamp();
    let (ran, mock) = accepts(&[&["tencent", "forbid", "8888_a"], args].concat(), None);
    let end = mock.only().param("Param.n.abstime_end").unwrap().parse().unwrap();
    let told = ran.json()["results"][0]["operation"]["until"].as_str().unwrap().to_owned();
    assert_eq!(DateTime::parse_from_rfc3339(&told).unwrap().timestamp(), end);
    assert!(told.ends_with('Z') && told.len() == 20, "{told}");
    (end, [before, Utc::now().timestamp()], ran)
}

const DAY: i64 = 86_400;

#[test]
fn a_length_is_written_as_people_write_it() {
    for (length, seconds) in [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("3d", 3 * DAY),
        ("2h30m", 9000),
        ("1d1h1m1s", 90_061),
        ("89d", 89 * DAY),
    ] {
        let (end, [before, after], ran) = end_of(&["--for", length]);
        assert!((before + seconds..=after + seconds).contains(&end), "{length}: {end}");
        assert!(!ran.stderr.contains("note:"), "{ran:?}");
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
fn a_moment_has_a_zone_or_is_a_unix_second() {
    let soon = (Utc::now() + TimeDelta::days(2)).timestamp();
    let at = DateTime::from_timestamp(soon, 0).unwrap();
    let utc = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let beijing = at.with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap()).to_rfc3339();
    for moment in
        [utc.clone(), beijing, soon.to_string(), utc.replace('Z', ".9Z"), utc.to_lowercase()]
    {
        assert_eq!(end_of(&["--until", &moment]).0, soon, "{moment}");
    }

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
fn a_moment_in_the_past_is_refused() {
    let now = Utc::now();
    for bad in ["1", "2020-01-01T00:00:00Z", &now.to_rfc3339(), &now.timestamp().to_string()] {
        refuses(&["tencent", "forbid", "8888_a", "--until", bad], "past");
    }
    refuses(&["tencent", "forbid", "8888_a", "--until", "-5"], "--until");
}

#[test]
fn without_an_end_it_is_89_days() {
    let (end, [before, after], ran) = end_of(&[]);
    assert!((before + 89 * DAY..=after + 89 * DAY).contains(&end), "{end}");
    assert!(!ran.stderr.contains("note:"), "{ran:?}");
}

#[test]
fn more_than_89_days_is_sent_as_89_days_with_a_warning() {
    let far = (Utc::now() + TimeDelta::days(400)).to_rfc3339();
    for args in [
        ["--for", "90d"],
        ["--for", "89d1s"],
        ["--for", "99999d"],
        ["--until", &far],
        ["--until", "99999999999"],
    ] {
        let (end, [before, after], ran) = end_of(&args);
        assert!((before + 89 * DAY..=after + 89 * DAY).contains(&end), "{args:?}: {end}");
        let end =
            DateTime::from_timestamp(end, 0).unwrap().to_rfc3339_opts(SecondsFormat::Secs, true);
        assert!(
            ran.stderr.contains(&format!("so {end} is sent, 89 days from now")),
            "{args:?}: {ran:?}"
        );
    }
}

#[test]
fn a_length_and_a_moment_exclude_each_other() {
    refuses(&["tencent", "forbid", "8888_a", "--for", "2h", "--until", "4000000000"], "--until");
    let line = r#"{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h","until":"4000000000"}"#;
    refuses_input(&["apply", "-"], Some(line), "line 1: until: give `for` or `until`, not both");
}

#[test]
fn one_end_is_resolved_for_all_targets_of_a_run() {
    let (_, mock) = accepts(&["tencent", "forbid", "a", "b", "c", "d", "--for", "2h"], None);
    let mut ends: Vec<_> =
        mock.seen().iter().map(|request| request.param("Param.n.abstime_end")).collect();
    ends.dedup();
    assert_eq!(ends.len(), 1);
}

// Domains, streams, request ids

#[test]
fn a_domain_is_one_host_name() {
    for (bad, says) in [
        ("a.example.com,b.example.com", "comma"),
        ("http://a.example.com", "without http://"),
        ("a.example.com:1935", "port"),
        ("a.example.com/live", "path"),
        ("a b.example.com", "one host name"),
        ("a..example.com", "one host name"),
        ("*.example.com", "one host name"),
        ("a@example.com", "one host name"),
        ("[::1]", "port"),
    ] {
        refuses(&["jd", "timeout", bad, "--seconds", "30"], says);
        refuses(&["jd", "permit", "live/a", "--domain", bad], says);
    }
    for good in ["push.example.com", "直播.example.com", "PUSH.Example.com", "10.0.0.1"] {
        let (_, mock) = accepts(&["jd", "timeout", good, "--seconds", "30"], None);
        assert_eq!(mock.only().json()["domain"], good);
    }
}

#[test]
fn a_jd_stream_is_an_app_and_a_name_divided_by_the_first_slash() {
    for bad in ["cam1", "/cam1", "live/", "/", "live/ cam1", "live /cam1"] {
        refuses(&["jd", "permit", bad, "--domain", "a.example.com"], "APP/STREAM");
    }
    refuses(&["jd", "permit", "live/a"], "--domain");
    let (_, mock) = accepts(&["jd", "permit", "live/a/b//c", "--domain", "a.example.com"], None);
    assert_eq!(mock.only().json()["deleteStreams"], json!([{"app": "live", "stream": "a/b//c"}]));
}

#[test]
fn a_request_id_has_at_most_32_characters() {
    let callback = "1639825145166_vs130_1639825248361471656";
    refuses(
        &["shumei", "close", callback],
        "at most 32 characters; callback ids carry it before the first `_`: 1639825145166",
    );
    refuses(&["shumei", "close", &"数".repeat(33)], "at most 32 characters");
    for good in ["1", &"x".repeat(32), &"数".repeat(32)] {
        let (_, mock) = accepts(&["shumei", "close", good], None);
        assert_eq!(mock.only().json()["requestId"], *good);
    }
}

// Targets

const COMMANDS: [&[&str]; 5] = [
    &["jd", "timeout", "--seconds", "30"],
    &["jd", "permit", "--domain", "a.example.com"],
    &["tencent", "forbid"],
    &["tencent", "resume"],
    &["shumei", "close"],
];

#[test]
fn a_target_that_deceives_the_eye_is_refused_and_never_trimmed() {
    for (bad, says) in [
        ("", "empty"),
        (" a/b", "blank"),
        ("a/b ", "blank"),
        ("\u{3000}a/b", "blank"),
        ("a/b\u{a0}", "blank"),
        ("a/\tb", r"\u{9}"),
        ("a/b\n", r"\u{a}"),
        ("a/b\u{7f}", r"\u{7f}"),
        ("a/\u{85}b", r"\u{85}"),
        ("a/\u{200b}b", r"\u{200b}"),
        ("a/b\u{200d}", r"\u{200d}"),
        ("\u{feff}a/b", r"\u{feff}"),
        ("a/\u{2060}b", r"\u{2060}"),
        ("a/\u{202e}b", r"\u{202e}"),
        ("a/\u{2066}b", r"\u{2066}"),
        ("a/\u{61c}b", r"\u{61c}"),
        ("a/\u{1b}[31mb", r"\u{1b}"),
    ] {
        for command in COMMANDS {
            refuses(&[command, &["--", bad]].concat(), says);
        }
    }
}

#[test]
fn a_target_travels_exactly_as_it_was_given() {
    for target in [
        "直播 间",
        "é",
        "e\u{301}",
        "a+b%20c&d=e#f?g",
        "-x",
        "UPPER",
        "'\"`$(id)\\",
        "🎥",
        "a*~._b",
    ] {
        let (ran, mock) = accepts(&["tencent", "resume", "--", target], None);
        assert_eq!(mock.only().param("Param.s.channel_id").as_deref(), Some(target));
        assert_eq!(targets(&ran), [target]);

        let (ran, mock) = accepts(&["shumei", "close", "--", target], None);
        assert_eq!(mock.only().json()["requestId"], target);
        assert_eq!(targets(&ran), [target]);
    }
}

#[test]
fn a_command_needs_a_target() {
    for command in COMMANDS {
        refuses(command, "required");
        refuses_input(&[command, &["-"]].concat(), Some("\n# nobody\n"), "nothing to do");
        refuses_input(&[command, &["-"]].concat(), Some(""), "nothing to do");
    }
}

// Lists on standard input

#[test]
fn a_dash_reads_one_target_a_line() {
    let list = "\u{feff}# the night's list\r\n8888_a\r\n\r\n   \n8888_b\n#8888_c\n8888 d\r\n直播";
    let (ran, _) = accepts(&["tencent", "resume", "-"], Some(list));
    assert_eq!(targets(&ran), ["8888_a", "8888_b", "8888 d", "直播"]);

    let (ran, mock) =
        accepts(&["jd", "permit", "-", "--domain", "a.example.com"], Some("live/a\nlive/b\n"));
    assert_eq!(targets(&ran), ["live/a", "live/b"]);
    assert_eq!(mock.only().streams(), ["live/a", "live/b"]);
}

#[test]
fn every_bad_line_of_a_list_is_named_in_one_go() {
    let list = "8888_a\n 8888_b\n8888_c \n# fine\n8888\u{200b}_d\n8888_e\rx\n";
    for says in ["line 2: ", "line 3: ", "line 5: ", "line 6: "] {
        refuses_input(&["tencent", "resume", "-"], Some(list), says);
    }
    refuses_input(
        &["jd", "permit", "-", "--domain", "a.example.com"],
        Some("live/a\ncam\n"),
        "line 2: ",
    );
}

#[test]
fn a_list_that_is_not_utf_8_is_refused() {
    let mock = Mock::content();
    let stage = mock.stage();
    let mut command = stage.livectl(["tencent", "resume", "-"]);
    let ran = Ran::from(command.write_stdin(b"good\nb\xe4d\n".to_vec()).output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("line 2: it is not UTF-8"), "{ran:?}");
    assert!(mock.seen().is_empty());
}

#[test]
fn a_dash_stands_alone() {
    for args in [["-", "8888_a"], ["8888_a", "-"], ["-", "-"]] {
        refuses_input(
            &[&["tencent", "resume"], &args[..]].concat(),
            Some("8888_b\n"),
            "stands alone",
        );
    }
}

// Repetitions and contradictions

#[test]
fn identical_operations_are_done_once_and_counted_in_a_note() {
    let (ran, mock) = accepts(&["tencent", "resume", "b", "a", "b", "b"], None);
    assert_eq!((targets(&ran), mock.seen().len()), (vec!["b".to_owned(), "a".to_owned()], 2));
    assert!(ran.stderr.contains("note: 2 repeated operations"), "{ran:?}");

    let (ran, mock) = accepts(&["tencent", "forbid", "-", "--for", "2h"], Some("a\r\na\n"));
    assert_eq!((targets(&ran).len(), mock.seen().len()), (1, 1));
    assert!(ran.stderr.contains("note: 1 repeated operation "), "{ran:?}");

    let (ran, mock) =
        accepts(&["jd", "permit", "live/a", "live/a", "--domain", "a.example.com"], None);
    assert_eq!((targets(&ran).len(), mock.only().streams().len()), (1, 1));
}

#[test]
fn one_target_with_another_action_or_other_settings_is_refused_at_its_second_place() {
    for (first, second, says) in [
        (
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "2h"}),
            json!({"vendor": "tencent", "action": "resume", "target": "a"}),
            "line 2: target a: it stands in this run already, with another action",
        ),
        (
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "2h"}),
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "3h"}),
            "line 2: target a: it stands in this run already, with other settings",
        ),
        (
            json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 5}),
            json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 6}),
            "line 2: target a.example.com: it stands in this run already, with other settings",
        ),
    ] {
        refuses_input(&["apply", "-"], Some(&format!("{first}\n{second}\n")), says);
    }
}

// --max-targets

#[test]
fn more_distinct_targets_than_allowed_are_refused() {
    let names: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    let args = |count: usize| {
        [&["tencent", "resume"], &names[..count].iter().map(String::as_str).collect::<Vec<_>>()[..]]
            .concat()
    };

    refuses(&args(21), "21 distinct targets are more than --max-targets 20 allows");
    refuses(&[&args(3)[..], &["--max-targets", "2"]].concat(), "--max-targets 2");
    refuses_input(&["tencent", "resume", "-"], Some(&names.join("\n")), "21 distinct targets");
    accepts(&args(20), None);
    accepts(&[&args(20)[..], &["1", "2", "3"]].concat(), None);
    accepts(&[&args(21)[..], &["--max-targets", "21"]].concat(), None);
    for bad in ["0", "many", ""] {
        refuses(&[&args(1)[..], &["--max-targets", bad]].concat(), "--max-targets");
    }
}

#[test]
fn max_targets_holds_in_a_dry_run_and_comes_from_the_profile_too() {
    let mock = Mock::content();
    let stage = mock.stage();
    stage.write_config(&format!("{}[profiles.prod]\nmax_targets = 2\n", profile(&mock.url())));
    assert_eq!(stage.run(["tencent", "resume", "a", "b", "c"]).code, Some(2));
    assert_eq!(stage.run(["tencent", "resume", "a", "b", "c", "-n"]).code, Some(2));
    assert!(mock.seen().is_empty());
    assert_eq!(stage.run(["tencent", "resume", "a", "b", "c", "--max-targets", "3"]).code, Some(0));
}

// The command line itself

#[test]
fn a_command_line_that_is_wrong_sends_nothing() {
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
    let curl = Mock::content();
    let ran = curl.stage().run([&act[..], &["-o", "curl"]].concat());
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--dry-run") && curl.seen().is_empty(), "{ran:?}");
}

#[test]
fn waits_may_be_given_in_milliseconds() {
    accepts(&["tencent", "resume", "8888_a", "--timeout", "500ms", "--deadline", "1s500ms"], None);
}

#[test]
fn bad_input_is_told_before_missing_credentials() {
    let ran =
        Stage::empty().run(["jd", "timeout", "a.example.com", "--seconds", "0", "-o", "json"]);
    assert_eq!((ran.code, &ran.json()["error"]["kind"]), (Some(2), &json!("input")));
}

#[test]
fn the_sandbox_speaks_no_generation_that_the_vendor_does_not_have() {
    let stage = Stage::empty();
    let ran = stage
        .livectl(["--sandbox", "tencent", "status", "8888_a"])
        .env("LIVECTL_TENCENT_API", "v4")
        .output()
        .unwrap();
    let stderr = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("LIVECTL_TENCENT_API: the generations of Tencent's API are legacy and v3"),
        "{stderr}"
    );
}
