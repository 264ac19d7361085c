//! What is printed, exactly, and which code the program ends with.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::mock::{Answer, DONE, Mock, Seen, lines, says};
use super::stage::{Ran, Stage};

/// A moment to forbid until, as it is printed.
fn tomorrow() -> String {
    (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Each target gets an answer of its own.
fn by_name(request: &Seen) -> Answer {
    let name = request.param("Param.s.channel_id").unwrap();
    if request.param("interface").as_deref() == Some("Live_Channel_GetStatus") {
        return says(200, r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":1}]}"#);
    }
    match name.as_str() {
        "8888_gone" => says(200, r#"{"ret":20601,"message":"channel does not exist"}"#),
        "hostile" => says(
            200,
            json!({"ret": 7, "message": "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}"})
                .to_string(),
        ),
        "slow" => says(503, "").again_at_once(),
        "odd" => says(200, "<html><body>\u{1b}[2Jlog in\n</body></html>"),
        "denied" => says(401, ""),
        _ => says(200, r#"{"ret":0,"message":"success"}"#),
    }
}

/// What differs from run to run, made equal.
fn masked(text: &str, mock: &Mock) -> String {
    let mut text = text.replace(&mock.url(), "http://mock");
    for (before, after) in [("\"started_at\":\"", "\""), ("\"elapsed_ms\":", ",")] {
        let mut from = 0;
        while let Some(at) = text[from..].find(before).map(|at| from + at + before.len()) {
            let end = at + text[at..].find(after).unwrap();
            text.replace_range(at..end, "~");
            from = at;
        }
    }
    text
}

// The table

#[test]
fn a_table_in_a_pipe_has_a_line_a_target_in_the_order_of_the_input() {
    let mock = Mock::start(by_name);
    let until = tomorrow();
    let targets = ["直播间_一", "8888_gone", "slow", &"0123456789".repeat(9), "ﾊﾝｶｸ", "é"];

    let ran = mock.stage().run(["tencent", "forbid", "--until", &until].iter().chain(&targets));

    let id = "0123456789".repeat(9);
    let wide = |text: &str, columns: usize| format!("{text}{}", " ".repeat(90 - columns));
    let expected = [
        format!("OUTCOME      OPERATION       {}  DETAIL", wide("TARGET", 6)),
        format!("applied      tencent forbid  {}  off air, until {until}", wide("直播间_一", 9)),
        format!(
            "not_applied  tencent forbid  {}  Tencent refused: channel does not exist (ret 20601); Tencent says this of a channel that never pushed; check the channel id",
            wide("8888_gone", 9)
        ),
        format!("unknown      tencent forbid  {}  Tencent answered HTTP 503", wide("slow", 4)),
        format!("applied      tencent forbid  {id}  off air, until {until}"),
        format!("applied      tencent forbid  {}  off air, until {until}", wide("ﾊﾝｶｸ", 4)),
        format!("applied      tencent forbid  {}  off air, until {until}", wide("é", 1)),
    ];
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(ran.stdout.lines().count(), 7);
    assert_eq!(ran.code, Some(4));
}

#[test]
fn the_table_says_in_words_what_each_operation_did() {
    let mock = Mock::content();
    let stage = mock.stage();
    for (command, expected) in [
        (
            &["jd", "timeout", "push.example.com", "--seconds", "30"][..],
            "OUTCOME      OPERATION   TARGET            DETAIL
applied      jd timeout  push.example.com  whole domain changed, seconds 30
",
        ),
        (
            &["jd", "permit", "live/a", "--domain", "push.example.com"],
            "OUTCOME      OPERATION  TARGET  DETAIL
applied      jd permit  live/a  back on air, domain push.example.com
",
        ),
        (
            &["tencent", "resume", "8888_a"],
            "OUTCOME      OPERATION       TARGET  DETAIL
applied      tencent resume  8888_a  back on air
",
        ),
        (
            &["shumei", "close", "1639825145166"],
            "OUTCOME      OPERATION     TARGET         DETAIL
applied      shumei close  1639825145166  moderation ended only, the stream itself stays on air
",
        ),
    ] {
        assert_eq!(stage.run(command).stdout, expected);
    }
}

#[test]
fn a_vendors_words_can_do_no_harm_in_a_table() {
    let mock = Mock::start(by_name);
    let ran = mock.stage().run(["tencent", "resume", "hostile", "odd", "--attempts", "1"]);
    assert_eq!(
        ran.stdout,
        r"OUTCOME      OPERATION       TARGET   DETAIL
not_applied  tencent resume  hostile  Tencent refused: \u{1b}]0;owned\u{7}\u{a}no \u{202e}such\u{200b}\u{9b} (ret 7)
unknown      tencent resume  odd      the answer to a request to Tencent is not one JSON object, each of its keys once: <html><body>\u{1b}[2Jlog in\u{a}</body></html>; check that the endpoint is the vendor's, not a proxy's or a captive portal's
"
    );
}

/// What a terminal of this width shows, or nothing where there is no `script` to make one.
#[cfg(target_os = "linux")]
fn in_a_terminal(
    stage: &Stage,
    columns: u16,
    environment: &[(&str, &str)],
    args: &str,
) -> Option<String> {
    let line = format!(
        "cd {}; stty rows 24 cols {columns}; exec {} {args}",
        stage.folder.path().display(),
        env!("CARGO_BIN_EXE_livectl")
    );
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env_clear().env("PATH", std::env::var_os("PATH")?);
    command
        .env("XDG_CONFIG_HOME", stage.folder.path())
        .env("SHELL", "/bin/sh")
        .envs(environment.iter().copied());
    let output = command.stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

#[cfg(target_os = "linux")]
#[test]
fn at_80_columns_details_wrap_and_ids_do_not() {
    let mock = Mock::start(by_name);
    let shown = |args| {
        in_a_terminal(&mock.stage(), 80, &[("NO_COLOR", "1")], args)
            .map(|shown| shown.replace(&mock.url(), "http://mock"))
    };
    let Some(short) = shown("tencent resume 直播间 8888_gone") else { return };
    assert_eq!(
        short,
        "OUTCOME      OPERATION       TARGET     DETAIL
applied      tencent resume  直播间     back on air
not_applied  tencent resume  8888_gone  Tencent refused: channel does not exist
                                        (ret 20601); Tencent says this of a
                                        channel that never pushed; check the
                                        channel id
2 targets: 1 applied, 1 not applied (profile prod; tencent at http://mock)
"
    );
    assert_eq!(
        shown("tencent resume 直播间 8888_gone 8888_0123456789_0123456789").unwrap(),
        "OUTCOME      OPERATION       TARGET
  DETAIL
applied      tencent resume  直播间
  back on air
not_applied  tencent resume  8888_gone
  Tencent refused: channel does not exist (ret 20601); Tencent says this of a
  channel that never pushed; check the channel id
applied      tencent resume  8888_0123456789_0123456789
  back on air
3 targets: 2 applied, 1 not applied (profile prod; tencent at http://mock)
"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_lasts_shows_a_bar_with_its_true_pace_and_takes_it_away() {
    let mock = Mock::content();
    let names: Vec<_> = (0..28).map(|number| number.to_string()).collect();
    let args = format!("tencent resume -o jsonl --max-targets 28 {} >results", names.join(" "));
    let stage = mock.stage();
    let Some(shown) = in_a_terminal(&stage, 80, &[("TERM", "xterm")], &args) else { return };
    let (bar, closing) = shown.rsplit_once("\r\u{1b}[2K").unwrap();
    let last = bar.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last.contains("/28  ") && last.contains(" 0 failures so far"), "{last}");
    let (before, _) = last.split_once(" a second").unwrap();
    let pace: f64 = before.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((3.0..=22.0).contains(&pace), "{last}");
    assert!(closing.starts_with("28 targets: 28 applied"), "{closing:?}");
}

// Colour

#[test]
fn outcomes_are_painted_when_asked_and_nothing_else_is() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let run = |flags: &[&str], environment: &[(&str, &str)]| {
        let mut command =
            stage.livectl(["tencent", "resume", "8888_a", "8888_gone", "slow", "--attempts", "1"]);
        Ran::from(command.args(flags).envs(environment.iter().copied()).output().unwrap()).stdout
    };
    let plain = run(&[], &[]);
    assert!(!plain.contains('\u{1b}'));
    let painted = run(&["--color", "always"], &[]);
    let expected = plain
        .replace("\napplied", "\n\u{1b}[32mapplied\u{1b}[0m")
        .replace("\nnot_applied", "\n\u{1b}[31mnot_applied\u{1b}[0m")
        .replace("\nunknown", "\n\u{1b}[33munknown\u{1b}[0m");
    assert_eq!(painted, expected);

    for (flags, environment, is_painted) in [
        (&["--color", "auto"][..], &[][..], false),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "0")], false),
        (&[], &[("CLICOLOR_FORCE", "")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true),
    ] {
        assert_eq!(run(flags, environment) == painted, is_painted, "{flags:?} {environment:?}");
    }
    for format in ["json", "jsonl"] {
        assert!(
            !run(&["--color", "always", "-o", format], &[("CLICOLOR_FORCE", "1")])
                .contains('\u{1b}')
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_painted_unless_no_color_is_set() {
    let mock = Mock::content();
    let stage = mock.stage();
    let shown = |environment: &[(&str, &str)]| {
        in_a_terminal(&stage, 80, environment, "tencent resume 8888_a")
    };
    let Some(default) = shown(&[("TERM", "xterm")]) else { return };
    assert!(default.contains("\u{1b}[32mapplied\u{1b}[0m"), "{default:?}");
    for environment in
        [[("NO_COLOR", "1"), ("TERM", "xterm")], [("NO_COLOR", ""), ("TERM", "dumb")]]
    {
        assert!(!shown(&environment).unwrap().contains("\u{1b}[32m"), "{environment:?}");
    }
    assert!(shown(&[("NO_COLOR", ""), ("TERM", "xterm")]).unwrap().contains("\u{1b}[32m"));
}

// JSON

#[test]
fn the_json_document_is_this() {
    let mock = Mock::start(by_name);
    let until = tomorrow();

    let ran = mock.stage().run([
        "tencent",
        "forbid",
        "8888_a",
        "8888_gone",
        "slow",
        "--until",
        &until,
        "-o",
        "json",
    ]);

    assert_eq!(
        masked(&ran.stdout, &mock).replace(&until, "<until>"),
        r#"{"schema":"livectl/1","ok":false,"error":null,
 "summary":{"total":3,"applied":1,"not_applied":1,"unknown":1,"skipped":0,"planned":0},
 "results":[
  {"ok":true,"outcome":"applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_a","until":"<until>"},"effect":"off_air","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":0,"message":"success","started_at":"~","elapsed_ms":~,"response":{"ret":0,"message":"success"},"state":null,"items":null,"verified":null,"error":null},
  {"ok":false,"outcome":"not_applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_gone","until":"<until>"},"effect":"off_air","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":20601,"message":"channel does not exist","started_at":"~","elapsed_ms":~,"response":{"ret":20601,"message":"channel does not exist"},"state":null,"items":null,"verified":null,"error":{"kind":"refused","message":"Tencent refused: channel does not exist (ret 20601)","hint":"Tencent says this of a channel that never pushed; check the channel id"}},
  {"ok":false,"outcome":"unknown","operation":{"vendor":"tencent","action":"forbid","target":"slow","until":"<until>"},"effect":"off_air","profile":"prod","endpoint":"http://mock","attempts":3,"http_status":503,"code":null,"message":null,"started_at":"~","elapsed_ms":~,"response":null,"state":null,"items":null,"verified":null,"error":{"kind":"http","message":"Tencent answered HTTP 503","hint":null}}]}
"#
    );
    assert_eq!(ran.code, Some(4));
}

#[test]
fn a_refusal_to_start_is_a_document_too() {
    let ran = Mock::content().stage().run(["tencent", "resume", " a", "-o", "json"]);
    assert_eq!(
        ran.stdout,
        r#"{"schema":"livectl/1","ok":false,"error":{"kind":"input","message":"target \" a\": it begins or ends with a blank","hint":"nothing was sent; fix the input and run it again"},"summary":{"total":0,"applied":0,"not_applied":0,"unknown":0,"skipped":0,"planned":0},"results":[]}
"#
    );
    assert_eq!(
        ran.stderr,
        "error: target \" a\": it begins or ends with a blank\nhint: nothing was sent; fix the input and run it again\n"
    );
}

const KEYS: [&str; 17] = [
    "ok",
    "outcome",
    "operation",
    "effect",
    "profile",
    "endpoint",
    "attempts",
    "http_status",
    "code",
    "message",
    "started_at",
    "elapsed_ms",
    "response",
    "state",
    "items",
    "verified",
    "error",
];

fn keys(result: &Value) -> Vec<&str> {
    result.as_object().unwrap().keys().map(String::as_str).collect()
}

/// One run of each kind of outcome, and of each kind of refusal.
fn documents() -> Vec<(&'static str, Ran)> {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let nobody = Stage::new(&format!(
        "http://{}",
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    ));
    let journal = ["--journal", "journal.jsonl"];
    stage.run(["tencent", "resume", "8888_a"].iter().chain(&journal));
    let resume = |flags: &[&str]| {
        stage.run([&["tencent", "resume", "-o", "json", "-j", "1", "--rate", "0"], flags].concat())
    };
    let at_jd = |words: &[&str]| {
        stage.run(
            [&["--sandbox", "-o", "json", "jd"], words, &["--domain", "push.example.com"]].concat(),
        )
    };
    let at_v3 = |words: &[&str]| {
        let mut command = stage.livectl([&["--sandbox", "-o", "json", "tencent"], words].concat());
        Ran::from(command.env("LIVECTL_TENCENT_API", "v3").output().unwrap())
    };
    vec![
        ("applied", resume(&["8888_a"])),
        ("not_applied", resume(&["8888_gone"])),
        ("not_applied", nobody.run(["tencent", "resume", "a", "-o", "json", "--attempts", "1"])),
        ("unknown", resume(&["slow"])),
        ("unknown", resume(&["odd", "--attempts", "1"])),
        ("not_applied", resume(&["hostile"])),
        ("skipped", resume(&["denied", "8888_a"])),
        ("skipped", resume(&["8888_a", "--journal", "journal.jsonl", "--resume"])),
        ("planned", resume(&["8888_a", "-n"])),
        (
            "planned",
            stage.run([
                "jd",
                "permit",
                "live/a",
                "live/b",
                "--domain",
                "a.example.com",
                "-n",
                "-o",
                "json",
            ]),
        ),
        ("usage", stage.run(["tencent", "resume", "-o", "json"])),
        ("input", resume(&[" a"])),
        ("config", Stage::empty().run(["tencent", "resume", "a", "-o", "json"])),
        (
            "applied",
            stage.run([
                "--sandbox",
                "jd",
                "timeout",
                "a.example.com",
                "--seconds",
                "5",
                "-o",
                "json",
            ]),
        ),
        ("applied", stage.run(["--sandbox", "shumei", "close", "a", "-o", "json"])),
        (
            "applied",
            stage.run([
                "--sandbox",
                "shumei",
                "close",
                "a",
                "--audio",
                "--reason",
                "over",
                "-o",
                "json",
            ]),
        ),
        ("applied", stage.run(["tencent", "status", "8888_a", "-o", "json"])),
        ("applied", resume(&["8888_b", "--verify", "--reason", "all clear"])),
        (
            "unknown",
            stage.run([
                "tencent",
                "drop",
                "8888_a",
                "-o",
                "json",
                "--verify",
                "--verify-timeout",
                "100ms",
            ]),
        ),
        ("applied", at_jd(&["forbid", "live/a", "--permanent", "--verify"])),
        ("applied", at_jd(&["forbid", "live/a", "--for", "150m"])),
        ("applied", at_jd(&["drop", "live/a"])),
        ("applied", at_jd(&["forbidden", "--app", "live", "--stream", "a"])),
        ("applied", at_jd(&["online", "--app", "live"])),
        ("not_applied", at_v3(&["forbid", "8888_gone"])),
        ("applied", at_v3(&["status", "8888_a"])),
    ]
}

#[test]
fn every_key_is_always_there_in_one_order() {
    for (kind, ran) in documents() {
        let document = ran.json();
        assert_eq!(keys(&document), ["schema", "ok", "error", "summary", "results"]);
        assert_eq!(
            keys(&document["summary"]),
            ["total", "applied", "not_applied", "unknown", "skipped", "planned"]
        );
        assert_eq!(document["ok"], ran.code == Some(0), "{ran:?}");
        let results = document["results"].as_array().unwrap();
        let mut found =
            results.last().map_or(&document["error"]["kind"], |result| &result["outcome"]);
        if kind == "skipped" {
            found = &results.last().unwrap()["outcome"];
        }
        assert_eq!(found, kind);
        for result in results {
            let expected: Vec<_> =
                KEYS.into_iter().chain((kind == "planned").then_some("request")).collect();
            assert_eq!(keys(result), expected);
            assert!(
                result["error"].is_null() || keys(&result["error"]) == ["kind", "message", "hint"]
            );
            assert_eq!(result["ok"], json!(ran.code == Some(0)), "{result}");
        }
        assert!(
            document["error"].is_null() || keys(&document["error"]) == ["kind", "message", "hint"]
        );
        assert_eq!(document["summary"]["total"], results.len());
    }
}

#[test]
fn real_output_of_every_kind_meets_the_schema() {
    let schema: Value = serde_json::from_str(&Stage::empty().run(["schema"]).stdout).unwrap();
    let document = jsonschema::validator_for(&schema).unwrap();
    let line =
        json!({"$schema": schema["$schema"], "$ref": "#/$defs/result", "$defs": schema["$defs"]});
    let line = jsonschema::validator_for(&line).unwrap();
    for (_, ran) in documents() {
        let whole = ran.json();
        let problems: Vec<_> =
            document.iter_errors(&whole).map(|problem| problem.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}: {whole}");
        for result in whole["results"].as_array().unwrap() {
            for key in KEYS {
                let mut broken = result.clone();
                broken.as_object_mut().unwrap().remove(key);
                assert!(!line.is_valid(&broken), "{key}");
            }
        }
    }
    let mock = Mock::start(by_name);
    let ran = mock.stage().run([
        "tencent",
        "forbid",
        "8888_a",
        "8888_gone",
        "slow",
        "hostile",
        "odd",
        "-o",
        "jsonl",
    ]);
    assert_eq!(ran.lines().len(), 5);
    for result in ran.lines() {
        assert!(line.is_valid(&result), "{result}");
    }
}

#[test]
fn the_vendors_words_simulator_json_as_they_are_but_escaped() {
    let mock = Mock::start(by_name);
    let ran = mock.stage().run(["tencent", "resume", "hostile", "-o", "json"]);
    assert!(
        ran.stdout.contains(r"\u001b]0;owned\u0007\nno \u202esuch\u200b\u009b"),
        "{}",
        ran.stdout
    );
    let said = "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}";
    assert_eq!(ran.json()["results"][0]["response"]["message"], said);
}

#[test]
fn an_operation_in_a_result_is_what_apply_reads() {
    let mock = Mock::content();
    let stage = mock.stage();
    let until = tomorrow();
    for command in [
        &["jd", "timeout", "push.example.com", "--seconds", "30"][..],
        &["jd", "permit", "live/a/b", "--domain", "push.example.com"],
        &["tencent", "forbid", "8888_\"a\"", "--until", &until],
        &["tencent", "forbid", "8888_b", "--for", "2h"],
        &["tencent", "resume", "8888_a"],
        &["tencent", "resume", "8888_a", "--reason", "all clear"],
        &["tencent", "drop", "8888_a"],
        &["tencent", "status", "8888_a"],
        &["jd", "forbid", "live/a", "--domain", "push.example.com", "--for", "150m"],
        &[
            "jd",
            "forbid",
            "live/a",
            "--domain",
            "push.example.com",
            "--permanent",
            "--reason",
            "rights claim",
        ],
        &["jd", "forbidden", "--domain", "push.example.com", "--app", "live", "--stream", "a"],
        &["shumei", "close", "1639825145166"],
        &["shumei", "close", "1639825145166", "--audio"],
    ] {
        let operation =
            stage.run(command.iter().chain(&["-o", "json"])).json()["results"][0]["operation"]
                .clone();
        let mut again = stage.livectl(["apply", "-", "-o", "json"]);
        let ran = Ran::from(again.write_stdin(operation.to_string()).output().unwrap());
        assert_eq!(ran.json()["results"][0]["operation"], operation);
    }
}

#[test]
fn what_was_read_stands_in_state_items_and_verified() {
    let told = |ran: &Ran| {
        let result = &ran.json()["results"][0];
        ["outcome", "effect", "state", "items", "verified"].map(|key| result[key].clone())
    };
    for (_, ran) in documents() {
        for result in ran.json()["results"].as_array().unwrap() {
            if result["effect"] != "none" && result["verified"].is_null() {
                assert_eq!(
                    (&result["state"], &result["items"]),
                    (&Value::Null, &Value::Null),
                    "{result}"
                );
            }
        }
    }
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let run = |words: &str| stage.run(words.split(' ').chain(["-o", "json"]));

    let status = run("tencent status 8888_a");
    assert_eq!(
        told(&status),
        [json!("applied"), json!("none"), json!("live"), json!(null), json!(null)]
    );
    let resume = run("tencent resume 8888_a --verify");
    assert_eq!(
        told(&resume),
        [json!("applied"), json!("on_air"), json!("live"), json!(null), json!(true)]
    );
    let drop = run("tencent drop 8888_a --verify --verify-timeout 100ms");
    assert_eq!(
        told(&drop),
        [json!("unknown"), json!("cut_once"), json!("live"), json!(null), json!(false)]
    );
    assert_eq!(
        (&drop.json()["results"][0]["error"]["kind"], drop.code),
        (&json!("unverified"), Some(4))
    );
    let online = run("--sandbox jd online --domain push.example.com").json();
    assert!(
        online["results"][0]["items"].as_array().unwrap().iter().all(Value::is_object),
        "{online}"
    );
    assert_eq!(
        (&online["results"][0]["operation"]["target"], &online["results"][0]["state"]),
        (&json!("push.example.com"), &json!(null))
    );
}

#[test]
fn a_word_as_a_vendors_code_stands_as_it_is() {
    let stage = Stage::empty();
    let mut command = stage.livectl(["--sandbox", "-o", "json", "tencent", "forbid", "8888_gone"]);
    let ran = Ran::from(command.env("LIVECTL_TENCENT_API", "v3").output().unwrap());
    assert_eq!((&ran.json()["results"][0]["code"], ran.code), (&json!("FailedOperation"), Some(5)));
}

// JSON Lines

#[test]
fn json_lines_come_as_results_settle_and_the_document_keeps_the_order_of_the_input() {
    let first_is_slow = || Mock::slow_at_first(Duration::from_millis(300), says(200, DONE));
    let targets = |results: &[Value]| -> Vec<_> {
        results
            .iter()
            .map(|result| result["operation"]["target"].as_str().unwrap().to_owned())
            .collect()
    };
    let command = ["tencent", "resume", "a", "b", "c", "--rate", "0"];

    let mock = first_is_slow();
    let lines = mock.stage().run(command.iter().chain(&["-o", "jsonl"])).lines();
    assert_eq!(targets(&lines).last().unwrap(), "a");
    assert!(lines.iter().all(|line| keys(line) == KEYS), "{lines:?}");

    let mock = first_is_slow();
    let document = mock.stage().run(command.iter().chain(&["-o", "json"])).json();
    assert_eq!(targets(document["results"].as_array().unwrap()), ["a", "b", "c"]);
}

#[test]
fn a_json_line_is_written_while_others_are_under_way() {
    let mock = Mock::slow_at_first(Duration::from_secs(4), says(200, DONE));
    let stage = mock.stage();
    let start = Instant::now();
    let mut child =
        bare(stage.folder.path(), &["tencent", "resume", "a", "b", "-o", "jsonl", "--rate", "0"])
            .spawn()
            .unwrap();

    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();

    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(line.contains(r#""target":"b""#) && line.ends_with("}\n"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn json_lines_of_a_run_that_cannot_start_are_none() {
    let stage = Mock::content().stage();
    for args in [
        &["tencent", "resume", " a", "-o", "jsonl"][..],
        &["tencent", "-o", "jsonl"],
        &["-o", "jsonl", "nope"],
    ] {
        let ran = stage.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(ran.stderr.starts_with("error: "), "{ran:?}");
    }
    let ran = Stage::empty().run(["tencent", "resume", "a", "-o", "jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""));
}

// Which format

#[test]
fn a_command_line_that_cannot_be_parsed_still_gets_its_document() {
    let stage = Mock::content().stage();
    for args in [
        &["-o", "json", "nope"][..],
        &["-ojson", "nope"],
        &["--output", "json", "tencent"],
        &["--output=json", "tencent", "resume"],
        &["tencent", "resume", "a", "--nope", "-o", "json"],
        &["tencent", "resume", "a", "-vqo", "json", "--attempts", "9"],
        &["-o", "json"],
        &["-o", "table", "-o", "json", "nope"],
        &["-o", "json", "-o", "jsonl", "tencent", "resume", "a"],
    ] {
        let ran = stage.run(args);
        let document = ran.json();
        assert_eq!(
            (ran.code, &document["error"]["kind"], &document["ok"]),
            (Some(2), &json!("usage"), &json!(false)),
            "{args:?}"
        );
        assert_eq!(document["results"], json!([]));
        assert!(!document["error"]["message"].as_str().unwrap().is_empty());
        assert!(!ran.stderr.is_empty());
    }
    for args in [&["nope"][..], &["-o", "table", "nope"], &["tencent", "--", "-o", "json"]] {
        let ran = stage.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
    }
    let with = |format: &str, args: &[&str]| {
        Ran::from(stage.livectl(args).env("LIVECTL_OUTPUT", format).output().unwrap())
    };
    assert_eq!(with("json", &["nope"]).json()["error"]["kind"], "usage");
    assert_eq!(with("json", &[]).json()["error"]["kind"], "usage");
    assert_eq!(with("jsonl", &["nope"]).stdout, "");
    assert_eq!(with("json", &["-o", "table", "nope"]).stdout, "");
}

#[test]
fn livectl_output_chooses_the_format_and_a_flag_goes_over_it() {
    let stage = Mock::content().stage();
    let mock = Mock::content();
    stage.write_config(&super::stage::profile(&mock.url()));
    let with = |format: &str, args: &[&str]| {
        let mut command = stage.livectl([&["tencent", "resume", "a"], args].concat());
        Ran::from(command.env("LIVECTL_OUTPUT", format).output().unwrap())
    };
    assert_eq!(with("json", &[]).json()["summary"]["applied"], 1);
    assert_eq!(with("jsonl", &[]).lines().len(), 1);
    assert!(with("table", &[]).stdout.starts_with("OUTCOME"));
    assert!(with("", &[]).stdout.starts_with("OUTCOME"));
    assert!(with("json", &["-o", "table"]).stdout.starts_with("OUTCOME"));
    assert!(with("curl", &["-n"]).stdout.contains("curl -sS"));
    assert_eq!(with("curl", &[]).code, Some(2));
    let sent = mock.seen().len();
    let ran = with("yaml", &[]);
    assert_eq!((ran.code, ran.stdout.as_str(), mock.seen().len()), (Some(2), "", sent));
    assert!(ran.stderr.contains("LIVECTL_OUTPUT"), "{ran:?}");
}

// Standard error

#[test]
fn the_closing_line_counts_and_names_the_profile_and_an_endpoint_that_is_not_the_vendors() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let run = |args: &[&str]| {
        stage.run([&["tencent", "resume", "-j", "1", "--attempts", "1"], args].concat())
    };
    let at = format!("(profile prod; tencent at {})", mock.url());

    assert_eq!(run(&["a"]).stderr, format!("1 target: 1 applied {at}\n"));
    assert_eq!(run(&["a", "-n"]).stderr, format!("1 target planned, nothing sent {at}\n"));
    let ran = run(&["a", "8888_gone", "slow", "denied", "b"]);
    assert_eq!(
        ran.stderr,
        format!("5 targets: 1 applied, 2 not applied, 1 unknown, 1 skipped {at}\n")
    );
    assert_eq!(run(&["a", "-o", "json"]).stderr, format!("1 target: 1 applied {at}\n"));

    stage.write_config("[profiles.live.tencent]\napp_id = 1\napi_key = \"k3y\"\n");
    assert_eq!(run(&["a", "-n"]).stderr, "1 target planned, nothing sent (profile live)\n");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let ran = stage.run(["tencent", "forbid", "a", "a", "8888_gone", "--for", "99d", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(5), ""));
    assert_eq!(ran.stdout.lines().count(), 3);
    let ran = stage.run(["tencent", "forbid", " a", "--quiet"]);
    assert!(ran.stderr.starts_with("error: target"), "{ran:?}");
}

#[test]
fn verbose_tells_of_each_attempt_that_follows() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    for args in [
        &["tencent", "resume", "slow", "-v"][..],
        &["-v", "tencent", "--verbose", "resume", "slow", "-vv"],
    ] {
        let ran = stage.run(args);
        for attempt in 2..=3 {
            let line = format!(
                "tencent resume slow: Tencent answered HTTP 503; attempt {attempt} in 0 ms\n"
            );
            assert!(ran.stderr.contains(&line), "{ran:?}");
        }
    }
    assert!(!stage.run(["tencent", "resume", "slow"]).stderr.contains("attempt"));
}

// Dry runs

#[test]
fn a_dry_run_opens_no_connection_and_writes_no_journal() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let stage = Stage::new(&format!("http://{}", listener.local_addr().unwrap()));
    for format in ["table", "json", "jsonl", "curl"] {
        for command in [
            &["jd", "timeout", "push.example.com", "--seconds", "30"][..],
            &["jd", "permit", "live/a", "live/b", "--domain", "push.example.com"],
            &["tencent", "forbid", "8888_a"],
            &["tencent", "resume", "8888_a"],
            &["shumei", "close", "1639825145166"],
        ] {
            let ran = stage.run(command.iter().chain(&[
                "-n",
                "-o",
                format,
                "--journal",
                "journal.jsonl",
            ]));
            assert_eq!(ran.code, Some(0), "{ran:?}");
            assert!(!ran.stdout.is_empty());
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert!(!stage.path("journal.jsonl").exists());

    let ran =
        Stage::new("http://no-such-host.invalid").run(["tencent", "resume", "a", "--dry-run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_dry_run_prints_the_request_with_what_nobody_may_see_blanked() {
    let stage = Stage::new("https://mock.test/p");
    let request = |args: &[&str]| {
        stage.run([args, &["-n", "-o", "json"]].concat()).json()["results"][0]["request"].clone()
    };
    let headers = json!({"content-type": "application/json"});

    assert_eq!(
        request(&["jd", "timeout", "push.example.com", "--seconds", "30"]),
        json!({"method": "POST", "url": "https://mock.test/p/api/live/setPushStreamTimeout", "headers": headers,
               "body": {"username": "jcloud_00", "signature": "***", "domain": "push.example.com", "timeout": "30"}})
    );
    assert_eq!(
        request(&["jd", "permit", "live/a", "live/b", "--domain", "push.example.com"]),
        json!({"method": "POST", "url": "https://mock.test/p/api/live/permitStream", "headers": headers,
               "body": {"username": "jcloud_00", "signature": "***", "domain": "push.example.com",
                        "deleteStreams": [{"app": "live", "stream": "a"}, {"app": "live", "stream": "b"}]}})
    );
    assert_eq!(
        request(&["shumei", "close", "1639825145166"]),
        json!({"method": "POST", "url": "https://mock.test/p/finish_videostream/v4", "headers": headers,
               "body": {"accessKey": "***", "requestId": "1639825145166"}})
    );
    let forbid = request(&["tencent", "forbid", "8888_a", "--for", "2h"]);
    assert_eq!((&forbid["method"], &forbid["body"]), (&json!("GET"), &Value::Null));
    let url = forbid["url"].as_str().unwrap();
    let (before, after) = url.split_once("&sign=***&").unwrap();
    assert!(
        before.starts_with(
            "https://mock.test/p/common_access?appid=1251234567&interface=channel_manager&t="
        ),
        "{url}"
    );
    assert!(
        after.starts_with("Param.s.channel_id=8888_a&Param.s.action=forbid&Param.n.abstime_end="),
        "{url}"
    );
}

#[test]
fn the_table_of_a_dry_run_shows_method_and_url() {
    let stage = Stage::new("https://mock.test/p");
    assert_eq!(
        stage.run(["jd", "permit", "live/a", "live/b", "--domain", "push.example.com", "-n"]).stdout,
        "OUTCOME  OPERATION  TARGET  DETAIL
planned  jd permit  live/a  back on air, domain push.example.com: POST https://mock.test/p/api/live/permitStream
planned  jd permit  live/b  back on air, domain push.example.com: POST https://mock.test/p/api/live/permitStream
"
    );
}

// curl

/// `livectl sandbox` on a port of its own, and a profile for it.
struct Served {
    child: Child,
    address: String,
    stage: Stage,
}

impl Served {
    fn start() -> Self {
        let stage = Stage::empty();
        let mut child =
            bare(stage.folder.path(), &["sandbox", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let address = lines.next().unwrap().strip_prefix("# Listening on ").unwrap().to_owned();
        // The profile ends with the endpoint of the third vendor.
        let mut profile = String::new();
        while profile.matches("endpoint = ").count() < 3 {
            profile.push_str(&lines.next().unwrap());
            profile.push('\n');
        }
        stage.write_config(&profile);
        Self { child, address, stage }
    }

    /// What the vendor says to a line pasted into a shell, with these credentials in the environment.
    fn paste(shell: &str, line: &str, [jd, tencent, shumei]: [&str; 3]) -> Value {
        let mut command = Command::new(shell);
        command.args(["-c", line]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("LIVECTL_JD_SECRET_KEY", jd).env("LIVECTL_TENCENT_API_KEY", tencent);
        let ran = Ran::from(command.env("LIVECTL_SHUMEI_ACCESS_KEY", shumei).output().unwrap());
        assert_eq!(ran.code, Some(0), "{shell}: {line}: {ran:?}");
        ran.json()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The sandbox's own.
const DEMO: [&str; 3] = [
    "0ba3f6392d7c598f061eb2005a17c7b0",
    "751003724a2f84248c6b88d4e68b5f3c",
    "livectlSandboxShumei",
];

const HOSTILE: &str = "it's \"q\" $(id) `id` \\ %41 ~~ & ; 直播";

#[test]
fn a_curl_line_pasted_into_bash_or_dash_is_accepted_and_signs_itself() {
    let served = Served::start();
    for (command, verdict, success) in [
        (&["jd", "timeout", "push.example.com", "--seconds", "30"][..], "status", 0),
        (
            &["jd", "permit", "live/a", &format!("live/{HOSTILE}"), "--domain", "push.example.com"],
            "status",
            0,
        ),
        (&["tencent", "forbid", HOSTILE, "--for", "2h"], "ret", 0),
        (&["tencent", "resume", HOSTILE], "ret", 0),
        (&["shumei", "close", "it's \"q\" $(id) \\ 直播"], "code", 1100),
    ] {
        let ran = served.stage.run([command, &["-n", "-o", "curl"]].concat());
        assert_eq!((ran.code, ran.stdout.lines().count()), (Some(0), 1), "{ran:?}");
        let line = ran.stdout.trim_end();
        for shell in ["bash", "dash"] {
            let answer = Served::paste(shell, line, DEMO);
            assert_eq!(answer[verdict], success, "{shell}: {line}: {answer}");
            let answer = Served::paste(shell, line, ["wrong", "wrong", "wrong"]);
            assert_ne!(answer[verdict], success, "{shell}: {line}: {answer}");
        }
        assert!(DEMO.iter().all(|secret| !line.contains(secret)), "{line}");
    }

    let state = Command::new("curl")
        .args(["-sS", &format!("{}/sandbox/state", served.address)])
        .output()
        .unwrap();
    let state: Value = serde_json::from_slice(&state.stdout).unwrap();
    assert_eq!(state["jd"]["timeouts"], json!({"push.example.com": 30}));
}

#[test]
fn a_curl_line_holds_no_signature_and_no_moment_to_sign_for_so_that_it_works_an_hour_later() {
    let served = Served::start();
    let line =
        |command: &[&str]| served.stage.run([command, &["-n", "-o", "curl"]].concat()).stdout;

    let jd = line(&["jd", "timeout", "push.example.com", "--seconds", "30"]);
    assert!(
        jd.contains("date") && jd.contains("md5sum") && jd.contains("\"$LIVECTL_JD_SECRET_KEY\""),
        "{jd}"
    );
    assert!(jd.contains(r#""signature":"'"$signature"'""#), "{jd}");
    let tencent = line(&["tencent", "resume", "8888_a"]);
    assert!(tencent.contains("&t='\"$t\"'&sign='\"$sign\"'&"), "{tencent}");
    assert!(line(&["shumei", "close", "a"]).contains("\"$LIVECTL_SHUMEI_ACCESS_KEY\""));

    // The end that a resume carries lies in the past by then.
    let (before, end) = tencent.trim_end().rsplit_once('=').unwrap();
    let end: i64 = end.trim_end_matches('\'').parse().unwrap();
    let later = format!("{before}={}'", end - 3600);
    assert_eq!(Served::paste("bash", &later, DEMO)["ret"], 0);
}

#[test]
fn there_is_one_curl_line_a_request_and_it_takes_the_way_of_the_profile() {
    let stage = Stage::empty();
    let list = lines((0..150).map(|number| format!("live/{number}")));
    let account = "username = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test\"";
    stage.write_config(&format!(
        "[profiles.p]\nca_file = \"my ca.pem\"\nproxy = \"http://me:hunter2@proxy.test:3128\"\n[profiles.p.jd]\n{account}\n"
    ));
    let mut command = stage.livectl([
        "jd",
        "permit",
        "-",
        "--domain",
        "a.example.com",
        "-n",
        "-o",
        "curl",
        "--max-targets",
        "150",
    ]);
    let ran = Ran::from(command.write_stdin(list).output().unwrap());
    assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
    for line in ran.stdout.lines() {
        assert!(line.contains("--proxy 'http://proxy.test:3128'"), "{line}");
        assert!(
            line.contains(&format!("--cacert '{}'", stage.path("livectl/my ca.pem").display())),
            "{line}"
        );
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn curl_lines_come_in_the_order_of_the_input() {
    let stage = Stage::empty();
    let tencent = json!({"vendor": "tencent", "action": "resume", "target": "a"});
    let jd = json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 30});
    let input =
        lines([&tencent, &jd, &json!({"vendor": "tencent", "action": "resume", "target": "b"})]);
    let mut command = stage.livectl(["--sandbox", "apply", "-", "-n", "-o", "curl"]);
    let ran = Ran::from(command.write_stdin(input).output().unwrap());
    let at: Vec<_> = ran.stdout.lines().map(|line| line.contains("/api/live/")).collect();
    assert_eq!(at, [false, true, false], "{ran:?}");
}

#[test]
fn what_looks_like_a_mark_of_the_curl_line_is_quoted_like_all_else() {
    let stage = Stage::empty();
    let account =
        "username = \"~~$(id)~~\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test/~~~\"";
    stage.write_config(&format!("[profiles.p.jd]\n{account}\n"));
    let ran = stage.run(["jd", "timeout", "a.example.com", "--seconds", "30", "-n", "-o", "curl"]);
    let body = r#"printf %s '{"username":"~~$(id)~~","signature":"'"$signature"'","#;
    assert!(ran.stdout.contains(body), "{ran:?}");
    assert!(
        ran.stdout.trim_end().ends_with("'https://mock.test/~~~/api/live/setPushStreamTimeout'"),
        "{ran:?}"
    );
}

#[test]
fn who_set_an_endpoint_that_cannot_be_reached_is_told_to_check_it() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stage = Stage::empty();
    stage.write_config(&format!(
        "[profiles.p.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"http://{closed}\"\n\
         [profiles.p.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"http://{closed}\"\n"
    ));
    let hint = |args: &str| {
        let ran = stage.run(format!("{args} -o json --attempts 1").split(' '));
        ran.json()["results"][0]["error"]["hint"].as_str().unwrap().to_owned()
    };
    assert_eq!(hint("jd timeout a.example.com --seconds 30"), "check the endpoint that is set");
    let tencent = hint("tencent resume a");
    assert!(
        tencent.starts_with("check the endpoint that is set; Tencent calls this API obsolete"),
        "{tencent}"
    );
}

// Exit codes

#[test]
fn each_exit_code_has_its_meaning_and_unknown_goes_before_not_applied() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let run = |targets: &[&str]| {
        stage
            .run([&["tencent", "resume", "-j1", "--attempts", "1", "-o", "json"], targets].concat())
    };
    for (targets, code) in [
        (&["a", "b"][..], 0),
        (&["a", "8888_gone"], 5),
        (&["8888_gone", "slow"], 4),
        (&["a", "slow"], 4),
        (&["denied", "b"], 5),
        (&["slow", "denied", "b"], 4),
        (&[""], 2),
    ] {
        let ran = run(targets);
        assert_eq!(ran.code, Some(code), "{targets:?}");
        assert_eq!(ran.json()["ok"], code == 0);
    }
    assert_eq!(Stage::empty().run(["tencent", "resume", "a"]).code, Some(3));
    assert_eq!(stage.run(["tencent"]).code, Some(2));
    assert_eq!(stage.run(["--help"]).code, Some(0));
    assert_eq!(stage.run(["--version"]).code, Some(0));
    assert_eq!(stage.run(["schema"]).code, Some(0));
}

#[test]
fn what_fails_within_before_anything_is_sent_is_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ran = Stage::empty().run([
        "sandbox",
        "--listen",
        &taken.local_addr().unwrap().to_string(),
        "-o",
        "json",
    ]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.starts_with("error: cannot listen on 127.0.0.1:"), "{ran:?}");
    assert_eq!(ran.json()["error"]["kind"], "internal");

    let stage = Stage::empty();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -n 4; exec \"$0\" --sandbox tencent resume a -o json",
        env!("CARGO_BIN_EXE_livectl"),
    ]);
    let ran = Ran::from(command.env_clear().env("HOME", stage.folder.path()).output().unwrap());
    assert_eq!((ran.code, &ran.json()["error"]["kind"]), (Some(1), &json!("internal")), "{ran:?}");
}

// A standard output that is full or gone

/// The program with nothing of the machine's environment, its output in pipes.
fn bare(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_livectl"));
    command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).current_dir(home).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

#[cfg(target_os = "linux")]
#[test]
fn a_stdout_that_cannot_be_written_is_code_6_whatever_the_command() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    for args in [
        &["tencent", "resume", "a"][..],
        &["tencent", "resume", "a", "-o", "json"],
        &["tencent", "resume", "a", "-o", "jsonl"],
        &["tencent", "resume", "slow", "8888_gone", "-o", "jsonl", "--attempts", "1"],
        &["tencent", "resume", "a", "-n"],
        &["tencent", "resume", "a", "-n", "-o", "curl"],
        &["config", "show"],
        &["config", "check"],
        &["config", "path"],
        &["schema"],
        &["completions", "bash"],
        &["man"],
        &["sandbox", "--listen", "127.0.0.1:0"],
        &["--help"],
        &["tencent", "forbid", "--help"],
        &["--version"],
    ] {
        for (name, stdout) in [("full", full()), ("closed", closed())] {
            let output = bare(stage.folder.path(), args).stdout(stdout).output().unwrap();
            assert_eq!(output.status.code(), Some(6), "{name}: {args:?}: {output:?}");
        }
    }
    let output = bare(stage.folder.path(), &["tencent", "resume", "a", "b", "-o", "json"])
        .stdout(full())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the output could not be written") && said.contains("0 targets not tried"),
        "{said}"
    );
}

#[test]
fn when_stdout_is_gone_nothing_new_is_sent_and_what_is_left_is_counted() {
    let mock = Mock::slow(Duration::from_millis(30), |_| says(200, DONE));
    let stage = mock.stage();
    let names: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    let args =
        ["tencent", "resume", "-o", "jsonl", "-j", "1", "--rate", "0", "--max-targets", "50"];
    let args: Vec<_> = args.into_iter().chain(names.iter().map(String::as_str)).collect();

    let output = bare(stage.folder.path(), &args).stdout(closed()).output().unwrap();

    assert_eq!(output.status.code(), Some(6));
    let sent = mock.seen().len();
    assert!((1..40).contains(&sent), "{sent}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{} targets not tried", 50 - sent)), "{sent}: {said}");
    assert!(said.contains(&format!("50 targets: {sent} applied, {} skipped", 50 - sent)), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_stderr_that_cannot_be_written_changes_nothing() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    for (target, code) in [("a", 0), ("8888_gone", 5), (" a", 2)] {
        for stderr in [full(), closed()] {
            let output = bare(stage.folder.path(), &["tencent", "resume", target, "-v"])
                .stderr(stderr)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(code), "{target}");
        }
    }
}

#[test]
fn data_goes_to_stdout_and_everything_else_to_stderr() {
    let mock = Mock::start(by_name);
    let stage = mock.stage();
    let mut child = bare(
        stage.folder.path(),
        &["tencent", "forbid", "a", "a", "slow", "--for", "99d", "-v", "-o", "jsonl"],
    )
    .spawn()
    .unwrap();
    let (mut data, mut said) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut data).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    assert_eq!(data.lines().count(), 2);
    assert!(data.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{data}");
    assert!(
        said.contains("note: ") && said.contains("attempt 2") && said.contains("2 targets: "),
        "{said}"
    );
}
