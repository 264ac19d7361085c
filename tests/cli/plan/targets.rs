//! Domains, streams, request ids and lists of them.

use super::{accepts, refuses, refuses_input};
use crate::prelude::*;

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
    let expected = json!([{"app": "live", "stream": "a/b//c"}]);
    assert_eq!(server.only_request().json()["deleteStreams"], expected);
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
    let permit = ["jd", "permit", "-", "--domain", "a.example.com"];
    refuses_input(&permit, Some("live/a\ncam\n"), "line 2: ");
}

#[test]
fn list_in_another_encoding_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let output = home.run_with_input("tencent resume -", b"good\nb\xe4d\n".to_vec()).exits(2);
    output.assert_reports(&["line 2: it is not UTF-8"]);
    assert!(server.requests().is_empty());
}

#[test]
fn dash_excludes_other_targets() {
    for [first, second] in [["-", "8888_a"], ["8888_a", "-"], ["-", "-"]] {
        let line = ["tencent", "resume", first, second];
        refuses_input(&line, Some("8888_b\n"), "so no other target may be beside it");
    }
}

#[test]
fn identical_operations_are_sent_once() {
    let (output, server) = accepts(&["tencent", "resume", "b", "a", "b", "b"], None);
    let expected = (vec!["b".to_owned(), "a".to_owned()], 2);
    assert_eq!((output.targets(), server.requests().len()), expected);
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
    let tencent =
        |action: &str| format!(r#"{{"vendor":"tencent","target":"a","action":{action}}}"#);
    let jd = |seconds: u8| {
        let target = r#""action":"timeout","target":"a.example.com""#;
        format!(r#"{{"vendor":"jd",{target},"seconds":{seconds}}}"#)
    };
    let ban = tencent(r#""forbid","for":"2h""#);
    for (first, second, target, words) in [
        (&ban, tencent(r#""resume""#), "a", "another action"),
        (&ban, tencent(r#""forbid","for":"3h""#), "a", "other settings"),
        (&jd(5), jd(6), "a.example.com", "other settings"),
    ] {
        let words = format!("line 2: target {target}: it is in this run already, with {words}");
        refuses_input(&["apply", "-"], Some(&format!("{first}\n{second}\n")), &words);
    }
}

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
    let (server, home) = RecordingServer::accepting().with_home();
    home.write_config(&format!("{}[profiles.prod]\nmax_targets = 2\n", profile(&server.url())));
    assert_eq!(home.run_line("tencent resume a b c").code, Some(2));
    assert_eq!(home.run_line("tencent resume a b c -n").code, Some(2));
    assert!(server.requests().is_empty());
    assert_eq!(home.run_line("tencent resume a b c --max-targets 3").code, Some(0));
}
