//! What is checked before the first request leaves: wrong input means exit code 2, and not one request.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use super::fixture::{RunOutput, TestHome, VendorServer, profile};
use super::recording_server::RecordingServer;

/// Runs it against a vendor who would accept anything; with text on standard input, if any.
fn run_with(server: &RecordingServer, args: &[&str], input: Option<&str>) -> RunOutput {
    let home = server.home();
    let mut command = home.livectl(["-o", "json", "--rate", "0"]);
    command.args(args);
    if let Some(input) = input {
        command.write_stdin(input);
    }
    RunOutput::from(command.output().unwrap())
}

/// The input is refused for a reason that names what is wrong, and nothing is sent.
#[track_caller]
fn refuses_input(args: &[&str], input: Option<&str>, says: &str) {
    let server = RecordingServer::accepting();
    let output = run_with(&server, args, input);
    assert_eq!(output.code, Some(2), "{args:?}: {output:?}");
    assert!(server.requests().is_empty(), "{args:?}: {:?}", server.requests());
    assert!(output.stderr.contains(says), "{args:?}: {says}: {output:?}");
    let document = output.json();
    assert!(
        ["usage", "input"].contains(&document["error"]["kind"].as_str().unwrap()),
        "{output:?}"
    );
    assert_eq!((&document["ok"], &document["results"]), (&json!(false), &json!([])), "{output:?}");
    assert!(document["error"]["message"].as_str().unwrap().contains(says), "{says}: {output:?}");
}

#[track_caller]
fn refuses(args: &[&str], says: &str) {
    refuses_input(args, None, says);
}

#[track_caller]
fn accepts(args: &[&str], input: Option<&str>) -> (RunOutput, RecordingServer) {
    let server = RecordingServer::accepting();
    let output = run_with(&server, args, input);
    assert_eq!(output.code, Some(0), "{args:?}: {output:?}");
    (output, server)
}

// --seconds

#[test]
fn seconds_are_1_to_120() {
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

// --for and --until

/// The end that was sent, and the moments between which it was resolved.
#[track_caller]
fn end_of(args: &[&str]) -> (i64, [i64; 2], RunOutput) {
    let before = Utc::now().timestamp();
    let (output, server) = accepts(&[&["tencent", "forbid", "8888_a"], args].concat(), None);
    let end = server.only_request().param("Param.n.abstime_end").unwrap().parse().unwrap();
    let told = output.json()["results"][0]["operation"]["until"].as_str().unwrap().to_owned();
    assert_eq!(DateTime::parse_from_rfc3339(&told).unwrap().timestamp(), end);
    assert!(told.ends_with('Z') && told.len() == 20, "{told}");
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
        assert!(!output.stderr.contains("note:"), "{output:?}");
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
    for bad in ["1", "2020-01-01T00:00:00Z", &now.to_rfc3339(), &now.timestamp().to_string()] {
        refuses(&["tencent", "forbid", "8888_a", "--until", bad], "past");
    }
    refuses(&["tencent", "forbid", "8888_a", "--until", "-5"], "--until");
}

#[test]
fn longest_ban_is_89_days() {
    let (end, [before, after], output) = end_of(&["--longest"]);
    assert!((before + 89 * DAY..=after + 89 * DAY).contains(&end), "{end}");
    assert!(!output.stderr.contains("note:"), "{output:?}");
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
        assert!(
            output.stderr.contains(&format!("so {end} is sent, 89 days from now")),
            "{args:?}: {output:?}"
        );
    }
}

#[test]
fn for_and_until_exclude_each_other() {
    refuses(&["tencent", "forbid", "8888_a", "--for", "2h", "--until", "4000000000"], "--until");
    let line = r#"{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h","until":"4000000000"}"#;
    refuses_input(
        &["apply", "-"],
        Some(line),
        "line 1: until: one end is enough: `for`, `until` or `longest`",
    );
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
    let jd: Vec<_> = format!("jd {jd} --longest").split(' ').map(str::to_owned).collect();
    refuses(&jd.iter().map(String::as_str).collect::<Vec<_>>(), "give --permanent");
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
        let output = run_with(&server, &args, Some(past));
        assert_eq!(output.code, Some(5), "{output:?}");
        let results = output.results();
        let outcomes: Vec<_> = results.iter().map(|result| &result["outcome"]).collect();
        assert_eq!(outcomes, ["skipped", "skipped", last]);
        assert!(
            results[..2].iter().all(|result| result["error"]["kind"] == "expired"),
            "{results:?}"
        );
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

// Domains, streams, request ids

#[test]
fn domain_is_one_host_name() {
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
        let (_, server) = accepts(&["jd", "timeout", good, "--seconds", "30"], None);
        assert_eq!(server.only_request().json()["domain"], good);
    }
}

#[test]
fn jd_stream_is_divided_at_the_first_slash() {
    for bad in ["cam1", "/cam1", "live/", "/"] {
        refuses(&["jd", "permit", bad, "--domain", "a.example.com"], "APP/STREAM");
    }
    for bad in ["live/ cam1", "live /cam1"] {
        refuses(&["jd", "permit", bad, "--domain", "a.example.com"], "begins or ends with a blank");
    }
    refuses(&["jd", "permit", "live/a"], "--domain");
    let (_, server) = accepts(&["jd", "permit", "live/a/b//c", "--domain", "a.example.com"], None);
    assert_eq!(
        server.only_request().json()["deleteStreams"],
        json!([{"app": "live", "stream": "a/b//c"}])
    );
}

#[test]
fn request_id_has_at_most_32_characters() {
    let callback = "1639825145166_vs130_1639825248361471656";
    refuses(
        &["shumei", "close", callback],
        "at most 32 characters; callback ids carry it before the first `_`: 1639825145166",
    );
    refuses(&["shumei", "close", &"数".repeat(33)], "at most 32 characters");
    for good in ["1", &"x".repeat(32), &"数".repeat(32)] {
        let (_, server) = accepts(&["shumei", "close", good], None);
        assert_eq!(server.only_request().json()["requestId"], *good);
    }
}

// Targets

const COMMANDS: [&[&str]; 5] = [
    &["jd", "timeout", "--seconds", "30"],
    &["jd", "permit", "--domain", "a.example.com"],
    &["tencent", "forbid", "--longest"],
    &["tencent", "resume"],
    &["shumei", "close"],
];

#[test]
fn invisible_characters_are_refused() {
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
fn target_is_sent_unchanged() {
    for target in
        ["直播 间", "é", "e\u{301}", "a+b%20c&d=e#f", "-x", "UPPER", "'\"`$(id)\\", "🎥", "a*~._b"]
    {
        let (output, server) = accepts(&["tencent", "resume", "--", target], None);
        assert_eq!(server.only_request().param("Param.s.channel_id").as_deref(), Some(target));
        assert_eq!(output.targets(), [target]);

        let (output, server) = accepts(&["shumei", "close", "--", target], None);
        assert_eq!(server.only_request().json()["requestId"], target);
        assert_eq!(output.targets(), [target]);
    }
}

#[test]
fn command_needs_a_target() {
    for command in COMMANDS {
        refuses(command, "required");
        refuses_input(&[command, &["-"]].concat(), Some("\n# nobody\n"), "nothing to do");
        refuses_input(&[command, &["-"]].concat(), Some(""), "nothing to do");
    }
}

// Lists on standard input

#[test]
fn dash_reads_one_target_a_line() {
    let list = "\u{feff}# the night's list\r\n8888_a\r\n\r\n   \n8888_b\n#8888_c\n8888 d\r\n直播";
    let (output, _) = accepts(&["tencent", "resume", "-"], Some(list));
    assert_eq!(output.targets(), ["8888_a", "8888_b", "8888 d", "直播"]);

    let (output, server) =
        accepts(&["jd", "permit", "-", "--domain", "a.example.com"], Some("live/a\nlive/b\n"));
    assert_eq!(output.targets(), ["live/a", "live/b"]);
    assert_eq!(server.only_request().streams(), ["live/a", "live/b"]);
}

#[test]
fn bad_list_lines_are_all_named() {
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
fn list_in_another_encoding_is_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let output = home.run_with_input("tencent resume -", b"good\nb\xe4d\n".to_vec());
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.stderr.contains("line 2: it is not UTF-8"), "{output:?}");
    assert!(server.requests().is_empty());
}

#[test]
fn dash_excludes_other_targets() {
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
fn identical_operations_are_sent_once() {
    let (output, server) = accepts(&["tencent", "resume", "b", "a", "b", "b"], None);
    assert_eq!(
        (output.targets(), server.requests().len()),
        (vec!["b".to_owned(), "a".to_owned()], 2)
    );
    assert!(output.stderr.contains("note: 2 repeated operations"), "{output:?}");

    let (output, server) = accepts(&["tencent", "forbid", "-", "--for", "2h"], Some("a\r\na\n"));
    assert_eq!((output.targets().len(), server.requests().len()), (1, 1));
    assert!(output.stderr.contains("note: 1 repeated operation "), "{output:?}");

    let (output, server) =
        accepts(&["jd", "permit", "live/a", "live/a", "--domain", "a.example.com"], None);
    assert_eq!((output.targets().len(), server.only_request().streams().len()), (1, 1));
}

#[test]
fn contradicting_operations_are_refused() {
    for (first, second, says) in [
        (
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "2h"}),
            json!({"vendor": "tencent", "action": "resume", "target": "a"}),
            "line 2: target a: it is in this run already, with another action",
        ),
        (
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "2h"}),
            json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "3h"}),
            "line 2: target a: it is in this run already, with other settings",
        ),
        (
            json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 5}),
            json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 6}),
            "line 2: target a.example.com: it is in this run already, with other settings",
        ),
    ] {
        refuses_input(&["apply", "-"], Some(&format!("{first}\n{second}\n")), says);
    }
}

// --max-targets

#[test]
fn max_targets_limits_distinct_targets() {
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
fn max_targets_applies_to_dry_runs() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write_config(&format!("{}[profiles.prod]\nmax_targets = 2\n", profile(&server.url())));
    assert_eq!(home.run_line("tencent resume a b c").code, Some(2));
    assert_eq!(home.run_line("tencent resume a b c -n").code, Some(2));
    assert!(server.requests().is_empty());
    assert_eq!(home.run_line("tencent resume a b c --max-targets 3").code, Some(0));
}

// The command line itself

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
    let output = curl.home().run([&act[..], &["-o", "curl"]].concat());
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("--dry-run") && curl.requests().is_empty(), "{output:?}");
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
    let home = TestHome::empty();
    let output = home
        .livectl(["--sandbox", "tencent", "status", "8888_a"])
        .env("LIVECTL_TENCENT_API", "v4")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("LIVECTL_TENCENT_API: the versions of Tencent's API are legacy and v3"),
        "{stderr}"
    );
}
