//! What is printed, exactly, and which code the program ends with.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{FixedOffset, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::fault_server::closed_address;
use super::fault_server::request::ReceivedRequest;
use super::fixture::{RunOutput, ServedSandbox, TestHome, VendorServer, ZONE, lines};
use super::recording_server::{MockResponse, RecordingServer, accepted, response};

/// A moment to forbid until, as it is printed.
fn tomorrow() -> String {
    (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An end of tomorrow as a table prints it.
fn shown_end(until: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(until).unwrap();
    let there = at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap());
    format!("{}, in 1 d", there.format("%Y-%m-%d %H:%M:%S %:z"))
}

/// Each target gets an answer of its own.
fn by_name(request: &ReceivedRequest) -> MockResponse {
    let name = request.param("Param.s.channel_id").unwrap();
    if request.param("interface").as_deref() == Some("Live_Channel_GetStatus") {
        return response(200, r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":1}]}"#);
    }
    match name.as_str() {
        "8888_gone" => response(200, r#"{"ret":20601,"message":"channel does not exist"}"#),
        "hostile" => response(
            200,
            json!({"ret": 7, "message": "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}"})
                .to_string(),
        ),
        "slow" => response(503, "").retry_now(),
        "odd" => response(200, "<html><body>\u{1b}[2Jlog in\n</body></html>"),
        "denied" => response(401, ""),
        _ => response(200, r#"{"ret":0,"message":"success"}"#),
    }
}

/// What differs from run to run, made equal.
fn masked(text: &str, server: &RecordingServer) -> String {
    let mut text = text.replace(&server.url(), "http://mock");
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
fn table_in_a_pipe_has_one_line_each() {
    let server = RecordingServer::start(by_name);
    let until = tomorrow();
    let targets = ["直播间_一", "8888_gone", "slow", &"0123456789".repeat(9), "ﾊﾝｶｸ", "é"];

    let output = server.home().run(["tencent", "forbid", "--until", &until].iter().chain(&targets));

    let id = "0123456789".repeat(9);
    let end = shown_end(&until);
    let wide = |text: &str, columns: usize| format!("{text}{}", " ".repeat(90 - columns));
    let expected = [
        format!("OUTCOME      OPERATION       {}  DETAIL", wide("TARGET", 6)),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("直播间_一", 9)),
        format!(
            "not_applied  tencent forbid  {}  Tencent refused: channel does not exist (ret 20601); Tencent returns this for a channel that never pushed; check the channel id",
            wide("8888_gone", 9)
        ),
        format!(
            "unknown      tencent forbid  {}  Tencent answered HTTP 503; it may have taken effect; read the state before it is sent again",
            wide("slow", 4)
        ),
        format!("applied      tencent forbid  {id}  off air, until {end}"),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("ﾊﾝｶｸ", 4)),
        format!("applied      tencent forbid  {}  off air, until {end}", wide("é", 1)),
    ];
    assert_eq!(output.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(output.stdout.lines().count(), 7);
    assert_eq!(output.code, Some(4));
}

#[test]
fn table_describes_each_effect() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
        assert_eq!(home.run(command).stdout, expected);
    }
}

#[test]
fn table_escapes_the_vendors_message() {
    let server = RecordingServer::start(by_name);
    let output = server.home().run_line("tencent resume hostile odd --attempts 1");
    assert_eq!(
        output.stdout,
        r"OUTCOME      OPERATION       TARGET   DETAIL
not_applied  tencent resume  hostile  Tencent refused: \u{1b}]0;owned\u{7}\u{a}no \u{202e}such\u{200b}\u{9b} (ret 7); this may also be a wrong key: check api_key (the key for API calls, not the one for push URLs) and app_id
unknown      tencent resume  odd      the answer to a request to Tencent is not one JSON object, each of its keys once: <html><body>\u{1b}[2Jlog in\u{a}</body></html>; check that the endpoint is the vendor's, not a proxy's or a captive portal's
"
    );
}

/// What a terminal of this width shows, or nothing where there is no `script` to make one.
#[cfg(target_os = "linux")]
fn in_a_terminal(
    home: &TestHome,
    columns: u16,
    environment: &[(&str, &str)],
    args: &str,
) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_livectl");
    in_a_shell(home, environment, &format!("stty rows 24 cols {columns}; exec {program} {args}"))
}

/// What a terminal shows of a script.
#[cfg(target_os = "linux")]
fn in_a_shell(home: &TestHome, environment: &[(&str, &str)], script: &str) -> Option<String> {
    let line = format!("cd {}; {script}", home.folder.path().display());
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env_clear().env("PATH", std::env::var_os("PATH")?);
    command
        .env("HOME", home.folder.path())
        .env("XDG_CONFIG_HOME", home.folder.path())
        .env("SHELL", "/bin/sh")
        .env("TZ", ZONE)
        .envs(environment.iter().copied());
    let output = command.stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

#[cfg(target_os = "linux")]
#[test]
fn table_row_is_one_line_of_the_terminal() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let shown = |columns, args| {
        in_a_terminal(&home, columns, &[("NO_COLOR", "1")], args)
            .map(|shown| shown.split_inclusive('\n').take(4).collect::<String>())
    };
    let Some(wide) = shown(110, "tencent resume 直播间 8888_gone 8888_a") else { return };
    assert_eq!(
        wide,
        "OUTCOME      OPERATION       TARGET     DETAIL
applied      tencent resume  直播间     back on air
not_applied  tencent resume  8888_gone  Tencent refused: channel does not exist (ret 20601); Tencent returns…
applied      tencent resume  8888_a     back on air
"
    );
    // The operation that all rows have in common gives its room to the details.
    assert_eq!(
        shown(60, "tencent resume 直播间 8888_gone 8888_a").unwrap(),
        "OUTCOME      TARGET     DETAIL
applied      直播间     back on air
not_applied  8888_gone  Tencent refused: channel does not e…
applied      8888_a     back on air
"
    );
    // A name is never cut; the details of the others keep their room.
    assert_eq!(
        shown(50, "tencent resume 直播间 8888_gone 8888_0123456789_0123456789_0123456789").unwrap(),
        "OUTCOME      TARGET       DETAIL
applied      直播间       back on air
not_applied  8888_gone    Tencent refused: channe…
applied      8888_0123456789_0123456789_0123456789
"
    );
}

#[test]
fn looks_have_tables_of_their_own() {
    let run = |line: &str| TestHome::empty().run_line(&format!("--sandbox {line}")).stdout;
    assert_eq!(
        run("tencent status 8888_a 8888_gone"),
        "TARGET     STATE          UNTIL
8888_a     sandbox: live
8888_gone  sandbox: never_pushed
"
    );
    let listed = run("jd online --domain push.example.com");
    let rows: Vec<Vec<&str>> =
        listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["TARGET", "STATE", "UNTIL"]);
    assert_eq!(rows.len(), 4, "{listed}");
    assert_eq!(rows[1][..4], ["live/cam1", "sandbox:", "live", "since"]);
    let empty = run("jd forbidden --domain push.example.com");
    assert_eq!(empty.lines().last(), Some("push.example.com  sandbox: no streams"));
}

#[test]
fn failed_look_has_its_outcome_as_state() {
    let server = RecordingServer::start(|request| {
        match request.param("Param.s.channel_id").unwrap().as_str() {
            "denied" => response(404, ""),
            _ => by_name(request),
        }
    });
    let output = server.home().run_line("tencent status 8888_a denied --attempts 1");
    let rows: Vec<_> = output.stdout.lines().collect();
    assert!(rows[1].starts_with("8888_a  live"), "{output:?}");
    assert!(rows[2].starts_with("denied  not_applied  Tencent answered HTTP 404"), "{output:?}");
}

#[test]
fn table_times_follow_the_zone() {
    let home = TestHome::empty();
    let end = |zone: &str, length: &str| {
        let mut command = home.livectl(["--sandbox", "-n", "tencent", "forbid", "a", "--for"]);
        let output = RunOutput::from(command.arg(length).env("TZ", zone).output().unwrap());
        let row = output.stdout.lines().nth(1).unwrap().to_owned();
        row.split_once("until ").unwrap().1.to_owned()
    };
    assert!(end("CST-8", "89d").ends_with(" +08:00, in 89 d"));
    assert!(end("EST5", "2h").ends_with(" -05:00, in 2 h"));
    assert!(end("UTC0", "90s").ends_with(" +00:00, in 1 min 30 s"));
    // The date is there unless it is today's.
    assert_eq!(end("UTC0", "3d").split(' ').next().unwrap().len(), "2026-11-21".len());
}

#[cfg(target_os = "linux")]
#[test]
fn progress_bar_shows_the_pace() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..28).map(|number| number.to_string()).collect();
    let args = format!("tencent resume -o jsonl --max-targets 28 {} >results", names.join(" "));
    let home = server.home();
    let Some(shown) = in_a_terminal(&home, 80, &[("TERM", "xterm")], &args) else { return };
    let (bar, closing) = shown.rsplit_once("\r\u{1b}[2K").unwrap();
    let last = bar.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last.contains("/28  ") && last.contains(" 0 failures so far"), "{last}");
    let (before, _) = last.split_once(" a second").unwrap();
    let pace: f64 = before.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((3.0..=22.0).contains(&pace), "{last}");
    assert!(closing.starts_with("28 targets: 28 applied"), "{closing:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn progress_bar_follows_the_window() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    let program = env!("CARGO_BIN_EXE_livectl");
    let script = format!(
        "stty rows 24 cols 110; (sleep 1.4; stty -F /dev/tty cols 34) & \
         exec {program} tencent resume -o jsonl --rate 16 --max-targets 40 {} >results",
        names.join(" ")
    );
    // The bar that the narrower window has wrapped is removed with its second row. A result may have
    // removed the bar just before.
    let above = "\r\u{1b}[2K\u{1b}[A\u{1b}[2K";
    let show = || in_a_shell(&server.home(), &[("TERM", "xterm")], &script);
    let Some(mut shown) = show() else { return };
    for _ in 0..4 {
        if shown.contains(above) {
            break;
        }
        shown = show().unwrap();
    }
    let frames: Vec<_> = shown.split("\u{1b}[2K").filter(|frame| frame.contains("/40")).collect();
    let width = |frame: &str| frame.trim_end_matches(['\r', '\u{1b}']).chars().count();
    assert!(width(frames[0]) > 60, "{shown:?}");
    assert!(width(frames[frames.len() - 1]) < 34, "{shown:?}");
    assert!(frames.iter().all(|frame| width(frame) < 110), "{shown:?}");
    assert!(shown.contains(above), "{shown:?}");
}

#[cfg(unix)]
#[test]
fn interrupted_table_counts_the_skipped() {
    let server = RecordingServer::accepting();
    let names: Vec<_> = (0..30).map(|number| format!("c{number}")).collect();
    let line = format!("tencent resume {} --max-targets 30 --rate 10 -j 1", names.join(" "));
    let home = server.home();
    let child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(2);
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(sent.unwrap().success());
    let output = RunOutput::from(child.wait_with_output().unwrap());
    let rows: Vec<_> = output.stdout.lines().collect();
    let applied = rows.iter().filter(|row| row.starts_with("applied ")).count();
    assert_eq!(output.code, Some(130), "{output:?}");
    assert!((2..30).contains(&applied), "{output:?}");
    let skipped = format!("{} targets skipped: the run was interrupted", 30 - applied);
    assert_eq!((rows.len(), *rows.last().unwrap()), (applied + 2, skipped.as_str()));
    assert!(output.stderr.contains(&format!("skipped, {} targets: ", 30 - applied)), "{output:?}");
    assert_eq!(output.stderr.matches("c29").count(), 0, "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn many_targets_have_a_line_each() {
    let server = RecordingServer::start(by_name);
    let names = lines((0..300).map(|number| format!("8888_stream{number:04}")));
    let home = server.home();
    home.write("list", format!("{names}\n8888_gone\n"));
    let args = "tencent forbid - --for 2h --rate 0 --max-targets 301 < list 2>/dev/null";
    let Some(shown) = in_a_terminal(&home, 80, &[("NO_COLOR", "1")], args) else { return };
    let rows: Vec<_> = shown.lines().collect();
    assert_eq!(rows.len(), 302, "{shown}");
    let width = |row: &&str| unicode_width::UnicodeWidthStr::width(*row);
    assert!(rows.iter().all(|row| width(row) <= 80), "{shown}");
    assert!(rows.iter().all(|row| !row.starts_with("applied") || row.ends_with(", in 2 h")));
}

// Colour

#[test]
fn color_flags_and_variables() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let run = |flags: &[&str], environment: &[(&str, &str)]| {
        let mut command =
            home.livectl(["tencent", "resume", "8888_a", "8888_gone", "slow", "--attempts", "1"]);
        RunOutput::from(command.args(flags).envs(environment.iter().copied()).output().unwrap())
            .stdout
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
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", ""), ("CLICOLOR", "0")], true),
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
fn terminal_has_color_unless_no_color() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let shown = |environment: &[(&str, &str)]| {
        in_a_terminal(&home, 80, environment, "tencent resume 8888_a")
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
fn json_document_is_exact() {
    let server = RecordingServer::start(by_name);
    let until = tomorrow();

    let output = server.home().run([
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

    let run = output.json()["run"].as_str().unwrap().to_owned();
    assert_eq!(
        masked(&output.stdout, &server).replace(&until, "<until>").replace(&run, "<run>"),
        r#"{"schema":"livectl/1","ok":false,"error":null,"run":"<run>",
 "summary":{"total":3,"applied":1,"read":0,"not_applied":1,"unknown":1,"skipped":0,"done_before":0,"planned":0},
 "results":[
  {"ok":true,"outcome":"applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_a","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":0,"message":"success","started_at":"~","elapsed_ms":~,"response":{"ret":0,"message":"success"},"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":null},
  {"ok":false,"outcome":"not_applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_gone","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":20601,"message":"channel does not exist","started_at":"~","elapsed_ms":~,"response":{"ret":20601,"message":"channel does not exist"},"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":{"kind":"refused","message":"Tencent refused: channel does not exist (ret 20601)","hint":"Tencent returns this for a channel that never pushed; check the channel id","again":false}},
  {"ok":false,"outcome":"unknown","operation":{"vendor":"tencent","action":"forbid","target":"slow","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":3,"http_status":503,"code":null,"message":null,"started_at":"~","elapsed_ms":~,"response":null,"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":{"kind":"http","message":"Tencent answered HTTP 503","hint":"it may have taken effect; read the state before it is sent again","again":true}}]}
"#
    );
    assert_eq!(output.code, Some(4));
}

#[test]
fn refused_run_prints_a_document() {
    let output = RecordingServer::accepting().home().run(["tencent", "resume", " a", "-o", "json"]);
    assert_eq!(
        output.stdout,
        r#"{"schema":"livectl/1","ok":false,"error":{"kind":"input","message":"target \" a\": it begins or ends with a blank","hint":"nothing was sent; fix the input and run it again\nif the stream is really called so: --exact"},"run":null,"summary":{"total":0,"applied":0,"read":0,"not_applied":0,"unknown":0,"skipped":0,"done_before":0,"planned":0},"results":[]}
"#
    );
    assert_eq!(
        output.stderr,
        "error: target \" a\": it begins or ends with a blank\nhint: nothing was sent; fix the input and run it again\nif the stream is really called so: --exact\n"
    );
}

const KEYS: [&str; 21] = [
    "ok",
    "outcome",
    "operation",
    "effect",
    "run",
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
    "viewer",
    "off_after_ms",
    "held",
    "error",
];

fn keys(result: &Value) -> Vec<&str> {
    result.as_object().unwrap().keys().map(String::as_str).collect()
}

/// One run of each kind of outcome, and of each kind of refusal.
fn documents() -> Vec<(&'static str, RunOutput)> {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let nobody = TestHome::new(&format!("http://{}", closed_address()));
    let journal = ["--journal", "journal.jsonl"];
    home.run(["tencent", "resume", "8888_a"].iter().chain(&journal));
    let resume = |flags: &[&str]| {
        home.run([&["tencent", "resume", "-o", "json", "-j", "1", "--rate", "0"], flags].concat())
    };
    let at_jd = |words: &[&str]| {
        home.run(
            [&["--sandbox", "-o", "json", "jd"], words, &["--domain", "push.example.com"]].concat(),
        )
    };
    let at_v3 = |words: &[&str]| {
        let mut command = home.livectl([&["--sandbox", "-o", "json", "tencent"], words].concat());
        RunOutput::from(command.env("LIVECTL_TENCENT_API", "v3").output().unwrap())
    };
    vec![
        ("applied", resume(&["8888_a"])),
        ("not_applied", resume(&["8888_gone"])),
        ("not_applied", nobody.run_line("tencent resume a -o json --attempts 1")),
        ("unknown", resume(&["slow"])),
        ("unknown", resume(&["odd", "--attempts", "1"])),
        ("not_applied", resume(&["hostile"])),
        ("skipped", resume(&["denied", "8888_a"])),
        ("skipped", resume(&["8888_a", "--journal", "journal.jsonl", "--resume"])),
        ("planned", resume(&["8888_a", "-n"])),
        ("planned", home.run_line("jd permit live/a live/b --domain a.example.com -n -o json")),
        ("usage", home.run_line("tencent resume -o json")),
        ("input", resume(&[" a"])),
        ("config", TestHome::empty().run_line("tencent resume a -o json")),
        ("applied", home.run_line("--sandbox jd timeout a.example.com --seconds 5 -o json")),
        ("applied", home.run_line("--sandbox shumei close a -o json")),
        ("applied", home.run_line("--sandbox shumei close a --audio --reason over -o json")),
        ("read", home.run_line("tencent status 8888_a -o json")),
        ("applied", resume(&["8888_b", "--verify", "--reason", "all clear"])),
        ("unknown", home.run_line("tencent drop 8888_a -o json --verify --verify-timeout 100ms")),
        ("applied", at_jd(&["forbid", "live/a", "--permanent", "--verify"])),
        ("applied", at_jd(&["forbid", "live/a", "--for", "150m"])),
        ("applied", at_jd(&["drop", "live/a"])),
        ("read", at_jd(&["forbidden", "--app", "live", "--stream", "a"])),
        ("read", at_jd(&["online", "--app", "live"])),
        ("not_applied", at_v3(&["forbid", "8888_gone", "--longest"])),
        ("read", at_v3(&["status", "8888_a"])),
    ]
}

#[test]
fn every_key_is_present_in_order() {
    for (kind, output) in documents() {
        let document = output.json();
        assert_eq!(keys(&document), ["schema", "ok", "error", "run", "summary", "results"]);
        assert_eq!(
            keys(&document["summary"]),
            [
                "total",
                "applied",
                "read",
                "not_applied",
                "unknown",
                "skipped",
                "done_before",
                "planned"
            ]
        );
        assert_eq!(document["ok"], output.code == Some(0), "{output:?}");
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
                result["error"].is_null()
                    || keys(&result["error"]) == ["kind", "message", "hint", "again"]
            );
            assert_eq!(result["ok"], json!(output.code == Some(0)), "{result}");
        }
        assert!(
            document["error"].is_null() || keys(&document["error"]) == ["kind", "message", "hint"]
        );
        assert_eq!(document["summary"]["total"], results.len());
    }
}

#[test]
fn output_meets_the_schema() {
    let schema: Value = serde_json::from_str(&TestHome::empty().run_line("schema").stdout).unwrap();
    let document = jsonschema::validator_for(&schema).unwrap();
    let line =
        json!({"$schema": schema["$schema"], "$ref": "#/$defs/result", "$defs": schema["$defs"]});
    let line = jsonschema::validator_for(&line).unwrap();
    for (_, output) in documents() {
        let whole = output.json();
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
    let server = RecordingServer::start(by_name);
    let output = server
        .home()
        .run_line("tencent forbid 8888_a 8888_gone slow hostile odd --for 2h -o jsonl");
    assert_eq!(output.lines().len(), 5);
    for result in output.lines() {
        assert!(line.is_valid(&result), "{result}");
    }
}

#[test]
fn json_escapes_the_vendors_message() {
    let server = RecordingServer::start(by_name);
    let output = server.home().run_line("tencent resume hostile -o json");
    assert!(
        output.stdout.contains(r"\u001b]0;owned\u0007\nno \u202esuch\u200b\u009b"),
        "{}",
        output.stdout
    );
    let said = "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}";
    assert_eq!(output.json()["results"][0]["response"]["message"], said);
}

#[test]
fn apply_reads_the_operation_of_a_result() {
    let server = RecordingServer::accepting();
    let home = server.home();
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
            home.run(command.iter().chain(&["-o", "json"])).json()["results"][0]["operation"]
                .clone();
        let mut again = home.livectl(["apply", "-", "-o", "json"]);
        let output = RunOutput::from(again.write_stdin(operation.to_string()).output().unwrap());
        assert_eq!(output.json()["results"][0]["operation"], operation);
    }
}

#[test]
fn looks_fill_state_items_and_verified() {
    let told = |output: &RunOutput| {
        let result = &output.json()["results"][0];
        ["outcome", "effect", "state", "items", "verified"].map(|key| result[key].clone())
    };
    for (_, output) in documents() {
        for result in output.json()["results"].as_array().unwrap() {
            if result["effect"] != "none" && result["verified"].is_null() {
                assert_eq!(
                    (&result["state"], &result["items"]),
                    (&Value::Null, &Value::Null),
                    "{result}"
                );
            }
        }
    }
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let run = |words: &str| home.run(words.split(' ').chain(["-o", "json"]));

    let status = run("tencent status 8888_a");
    assert_eq!(
        told(&status),
        [json!("read"), json!("none"), json!("live"), json!(null), json!(null)]
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
fn drop_is_verified_as_not_live() {
    let forbidden = r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":3}]}"#;
    let server = RecordingServer::start(move |request| {
        if request.is_look() { response(200, forbidden) } else { accepted(request) }
    });
    let home = server.home();
    let output = home.run_line("tencent drop 8888_a --verify");
    let words = "cut once, may push again, verified as not live";
    assert!(output.stdout.contains(words) && !output.stdout.contains("forbidden"), "{output:?}");
    let result = home.run_json("tencent drop 8888_a --verify").only_result();
    assert_eq!((&result["state"], &result["verified"]), (&json!("forbidden"), &json!(true)));
}

#[test]
fn code_may_be_a_word() {
    let home = TestHome::empty();
    let mut command =
        home.livectl(["--sandbox", "-o", "json", "tencent", "forbid", "8888_gone", "--longest"]);
    let output = RunOutput::from(command.env("LIVECTL_TENCENT_API", "v3").output().unwrap());
    assert_eq!(
        (&output.json()["results"][0]["code"], output.code),
        (&json!("FailedOperation"), Some(5))
    );
}

// JSON Lines

#[test]
fn jsonl_settles_and_json_keeps_input_order() {
    let first_is_slow = || RecordingServer::delayed_first(Duration::from_millis(300), accepted);
    let targets = |results: &[Value]| -> Vec<_> {
        results
            .iter()
            .map(|result| result["operation"]["target"].as_str().unwrap().to_owned())
            .collect()
    };
    let command = ["tencent", "resume", "a", "b", "c", "--rate", "0"];

    let server = first_is_slow();
    let lines = server.home().run(command.iter().chain(&["-o", "jsonl"])).lines();
    assert_eq!(targets(&lines).last().unwrap(), "a");
    assert!(lines.iter().all(|line| keys(line) == KEYS), "{lines:?}");

    let server = first_is_slow();
    let document = server.home().run(command.iter().chain(&["-o", "json"])).json();
    assert_eq!(targets(document["results"].as_array().unwrap()), ["a", "b", "c"]);
}

#[test]
fn json_line_is_written_at_once() {
    let server = RecordingServer::delayed_first(Duration::from_secs(4), accepted);
    let home = server.home();
    let start = Instant::now();
    let mut child =
        home.process("tencent resume a b -o jsonl --rate 0".split(' ')).spawn().unwrap();

    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();

    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(line.contains(r#""target":"b""#) && line.ends_with("}\n"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn refused_run_prints_no_json_lines() {
    let home = RecordingServer::accepting().home();
    for args in [
        &["tencent", "resume", " a", "-o", "jsonl"][..],
        &["tencent", "-o", "jsonl"],
        &["-o", "jsonl", "nope"],
    ] {
        let output = home.run(args);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.starts_with("error: "), "{output:?}");
    }
    let output = TestHome::empty().run_line("tencent resume a -o jsonl");
    assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""));
}

// Which format

#[test]
fn unparsable_command_line_prints_a_document() {
    let home = RecordingServer::accepting().home();
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
        let output = home.run(args);
        let document = output.json();
        assert_eq!(
            (output.code, &document["error"]["kind"], &document["ok"]),
            (Some(2), &json!("usage"), &json!(false)),
            "{args:?}"
        );
        assert_eq!(document["results"], json!([]));
        assert!(!document["error"]["message"].as_str().unwrap().is_empty());
        assert!(!output.stderr.is_empty());
    }
    for args in [&["nope"][..], &["-o", "table", "nope"], &["tencent", "--", "-o", "json"]] {
        let output = home.run(args);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{args:?}");
    }
    let with = |format: &str, args: &[&str]| {
        RunOutput::from(home.livectl(args).env("LIVECTL_OUTPUT", format).output().unwrap())
    };
    assert_eq!(with("json", &["nope"]).json()["error"]["kind"], "usage");
    assert_eq!(with("json", &[]).json()["error"]["kind"], "usage");
    assert_eq!(with("jsonl", &["nope"]).stdout, "");
    assert_eq!(with("json", &["-o", "table", "nope"]).stdout, "");
}

#[test]
fn output_flag_overrides_the_variable() {
    let home = RecordingServer::accepting().home();
    let server = RecordingServer::accepting();
    home.write_config(&super::fixture::profile(&server.url()));
    let with = |format: &str, args: &[&str]| {
        let mut command = home.livectl([&["tencent", "resume", "a"], args].concat());
        RunOutput::from(command.env("LIVECTL_OUTPUT", format).output().unwrap())
    };
    assert_eq!(with("json", &[]).json()["summary"]["applied"], 1);
    assert_eq!(with("jsonl", &[]).lines().len(), 1);
    assert!(with("table", &[]).stdout.starts_with("OUTCOME"));
    assert!(with("", &[]).stdout.starts_with("OUTCOME"));
    assert!(with("json", &["-o", "table"]).stdout.starts_with("OUTCOME"));
    assert!(with("curl", &["-n"]).stdout.contains("curl -sS"));
    assert_eq!(with("curl", &[]).code, Some(2));
    let sent = server.requests().len();
    let output = with("yaml", &[]);
    assert_eq!((output.code, output.stdout.as_str(), server.requests().len()), (Some(2), "", sent));
    assert!(output.stderr.contains("LIVECTL_OUTPUT"), "{output:?}");
}

// Standard error

#[test]
fn closing_line_counts_and_names_the_profile() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let run = |args: &[&str]| {
        home.run([&["tencent", "resume", "-j", "1", "--attempts", "1"], args].concat())
    };
    let at = format!("(profile prod; tencent at {})", server.url());

    let closing = format!("1 target: 1 applied {at}\ntake it back: livectl undo ");
    assert!(run(&["a"]).stderr.starts_with(&closing));
    assert_eq!(run(&["a", "-n"]).stderr, format!("1 target planned, nothing sent {at}\n"));
    let output = run(&["a", "8888_gone", "slow", "denied", "b"]);
    let line = format!("\n5 targets: 1 applied, 2 not applied, 1 unknown, 1 skipped {at}\n");
    assert!(output.stderr.contains(&line), "{output:?}");
    assert!(run(&["a", "-o", "json"]).stderr.starts_with(&closing));

    let key = "k3y".repeat(11);
    home.write_config(&format!(
        "[profiles.live.tencent]\napp_id = 1\napi_key = \"{}\"\n",
        &key[..32]
    ));
    assert_eq!(run(&["a", "-n"]).stderr, "1 target planned, nothing sent (profile live)\n");
}

#[test]
fn quiet_prints_only_errors() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let output = home.run_line("tencent forbid a a 8888_gone --for 99d -q");
    assert_eq!((output.code, output.stderr.lines().count()), (Some(5), 1), "{output:?}");
    assert_eq!(output.stdout.lines().count(), 3);
    let output = home.run(["tencent", "forbid", " a", "--for", "2h", "--quiet"]);
    assert!(output.stderr.starts_with("error: target"), "{output:?}");
}

#[test]
fn verbose_reports_each_retry() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    for args in [
        &["tencent", "resume", "slow", "-v"][..],
        &["-v", "tencent", "--verbose", "resume", "slow", "-vv"],
    ] {
        let output = home.run(args);
        for attempt in 2..=3 {
            let line = format!(
                "tencent resume slow: Tencent answered HTTP 503; attempt {attempt} in 0 ms\n"
            );
            assert!(output.stderr.contains(&line), "{output:?}");
        }
    }
    assert!(!home.run_line("tencent resume slow").stderr.contains("attempt"));
}

// Dry runs

#[test]
fn dry_run_opens_no_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let home = TestHome::new(&format!("http://{}", listener.local_addr().unwrap()));
    for format in ["table", "json", "jsonl", "curl"] {
        for command in [
            &["jd", "timeout", "push.example.com", "--seconds", "30"][..],
            &["jd", "permit", "live/a", "live/b", "--domain", "push.example.com"],
            &["tencent", "forbid", "8888_a", "--longest"],
            &["tencent", "resume", "8888_a"],
            &["shumei", "close", "1639825145166"],
        ] {
            let output =
                home.run(command.iter().chain(&["-n", "-o", format, "--journal", "journal.jsonl"]));
            assert_eq!(output.code, Some(0), "{output:?}");
            assert!(!output.stdout.is_empty());
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert!(!home.path("journal.jsonl").exists());

    let output =
        TestHome::new("http://no-such-host.invalid").run_line("tencent resume a --dry-run");
    assert_eq!(output.code, Some(0), "{output:?}");
}

#[test]
fn dry_run_prints_the_redacted_request() {
    let home = TestHome::new("https://mock.test/p");
    let request = |args: &[&str]| {
        home.run([args, &["-n", "-o", "json"]].concat()).json()["results"][0]["request"].clone()
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
fn dry_run_table_counts_the_requests() {
    let home = TestHome::new("https://mock.test/p");
    assert_eq!(
        home.run_line("jd permit live/a live/b --domain push.example.com -n").stdout,
        "OUTCOME  OPERATION  TARGET  DETAIL
planned  jd permit  live/a  back on air, domain push.example.com
planned  jd permit  live/b  back on air, domain push.example.com
1 request to https://mock.test
"
    );
    let output = home.run_line("tencent resume a b -n");
    assert_eq!(output.stdout.lines().last(), Some("2 requests to https://mock.test"));
}

// curl

/// The vendor's answer to a line pasted into a shell, with these credentials in the environment.
fn paste(shell: &str, line: &str, [jd, tencent, shumei]: [&str; 3]) -> Value {
    let mut command = Command::new(shell);
    command.args(["-c", line]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env("LIVECTL_JD_SECRET_KEY", jd).env("LIVECTL_TENCENT_API_KEY", tencent);
    let pasted =
        RunOutput::from(command.env("LIVECTL_SHUMEI_ACCESS_KEY", shumei).output().unwrap());
    assert_eq!(pasted.code, Some(0), "{shell}: {line}: {pasted:?}");
    pasted.json()
}

/// The sandbox's own.
const DEMO: [&str; 3] = [
    "0ba3f6392d7c598f061eb2005a17c7b0",
    "751003724a2f84248c6b88d4e68b5f3c",
    "livectlSandboxShumei",
];

const HOSTILE: &str = "it's \"q\" $(id) `id` \\ %41 ~~ & ; 直播";

#[test]
fn curl_line_signs_itself() {
    let served = ServedSandbox::start();
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
        let output = served.home.run([command, &["-n", "-o", "curl"]].concat());
        assert_eq!((output.code, output.stdout.lines().count()), (Some(0), 1), "{output:?}");
        let line = output.stdout.trim_end();
        for shell in ["bash", "dash"] {
            let answer = paste(shell, line, DEMO);
            assert_eq!(answer[verdict], success, "{shell}: {line}: {answer}");
            let answer = paste(shell, line, ["wrong", "wrong", "wrong"]);
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
fn curl_line_works_an_hour_later() {
    let served = ServedSandbox::start();
    let line = |command: &[&str]| served.home.run([command, &["-n", "-o", "curl"]].concat()).stdout;

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
    assert_eq!(paste("bash", &later, DEMO)["ret"], 0);
}

#[test]
fn curl_line_uses_the_proxy_and_ca_file() {
    let home = TestHome::empty();
    let list = lines((0..150).map(|number| format!("live/{number}")));
    let account = "username = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test\"";
    home.write_config(&format!(
        "[profiles.p]\nca_file = \"my ca.pem\"\nproxy = \"http://me:hunter2@proxy.test:3128\"\n[profiles.p.jd]\n{account}\n"
    ));
    let output = home
        .run_with_input("jd permit - --domain a.example.com -n -o curl --max-targets 150", list);
    assert_eq!(output.stdout.lines().count(), 2, "{output:?}");
    for line in output.stdout.lines() {
        assert!(line.contains("--proxy 'http://proxy.test:3128'"), "{line}");
        assert!(
            line.contains(&format!("--cacert '{}'", home.path("livectl/my ca.pem").display())),
            "{line}"
        );
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn curl_lines_keep_the_input_order() {
    let home = TestHome::empty();
    let tencent = json!({"vendor": "tencent", "action": "resume", "target": "a"});
    let jd = json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 30});
    let input =
        lines([&tencent, &jd, &json!({"vendor": "tencent", "action": "resume", "target": "b"})]);
    let output = home.run_with_input("--sandbox apply - -n -o curl", input);
    let at: Vec<_> = output.stdout.lines().map(|line| line.contains("/api/live/")).collect();
    assert_eq!(at, [false, true, false], "{output:?}");
}

#[test]
fn curl_line_quotes_its_own_placeholder() {
    let home = TestHome::empty();
    let account =
        "username = \"~~$(id)~~\"\nsecret_key = \"k3y\"\nendpoint = \"https://mock.test/~~~\"";
    home.write_config(&format!("[profiles.p.jd]\n{account}\n"));
    let output = home.run_line("jd timeout a.example.com --seconds 30 -n -o curl");
    let body = r#"printf %s '{"username":"~~$(id)~~","signature":"'"$signature"'","#;
    assert!(output.stdout.contains(body), "{output:?}");
    assert!(
        output.stdout.trim_end().ends_with("'https://mock.test/~~~/api/live/setPushStreamTimeout'"),
        "{output:?}"
    );
}

#[test]
fn unreachable_endpoint_that_is_set_is_named() {
    let closed = closed_address();
    let home = TestHome::empty();
    home.write_config(&format!(
        "[profiles.p.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\nendpoint = \"http://{closed}\"\n\
         [profiles.p.tencent]\napp_id = 1\napi_key = \"k3y\"\nendpoint = \"http://{closed}\"\n"
    ));
    let hint = |args: &str| {
        let output = home.run(format!("{args} -o json --attempts 1").split(' '));
        output.json()["results"][0]["error"]["hint"].as_str().unwrap().to_owned()
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
fn exit_codes_follow_the_outcomes() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let run = |targets: &[&str]| {
        home.run([&["tencent", "resume", "-j1", "--attempts", "1", "-o", "json"], targets].concat())
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
        let output = run(targets);
        assert_eq!(output.code, Some(code), "{targets:?}");
        assert_eq!(output.json()["ok"], code == 0);
    }
    assert_eq!(TestHome::empty().run_line("tencent resume a").code, Some(3));
    assert_eq!(home.run_line("tencent").code, Some(2));
    assert_eq!(home.run_line("--help").code, Some(0));
    assert_eq!(home.run_line("--version").code, Some(0));
    assert_eq!(home.run_line("schema").code, Some(0));
}

#[test]
fn internal_error_is_exit_code_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = TestHome::empty().run([
        "sandbox",
        "--listen",
        &taken.local_addr().unwrap().to_string(),
        "-o",
        "json",
    ]);
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(output.stderr.starts_with("error: cannot listen on 127.0.0.1:"), "{output:?}");
    assert_eq!(output.json()["error"]["kind"], "internal");

    let home = TestHome::empty();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -n 4; exec \"$0\" --sandbox tencent resume a -o json",
        env!("CARGO_BIN_EXE_livectl"),
    ]);
    let output =
        RunOutput::from(command.env_clear().env("HOME", home.folder.path()).output().unwrap());
    assert_eq!(
        (output.code, &output.json()["error"]["kind"]),
        (Some(1), &json!("internal")),
        "{output:?}"
    );
}

// A standard output that is full or gone

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

fn closed() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_is_exit_code_6() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    for (line, closed_code) in [
        ("tencent resume a", 6),
        ("tencent resume a -o json", 6),
        ("tencent resume a -o jsonl", 6),
        ("tencent resume slow 8888_gone -o jsonl --attempts 1", 6),
        ("tencent resume a -n", 6),
        ("tencent resume a -n -o curl", 6),
        ("config show", 6),
        ("config check", 6),
        ("config path", 6),
        ("sandbox --listen 127.0.0.1:0", 6),
        // Pages that a reader such as `head` cuts short.
        ("schema", 0),
        ("completions bash", 0),
        ("man", 0),
        ("--help", 0),
        ("tencent forbid --help", 0),
        ("--version", 0),
    ] {
        for (stdout, code) in [(full(), 6), (closed(), closed_code)] {
            let output = home.process(line.split(' ')).stdout(stdout).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        }
    }
    let output =
        home.process("tencent resume a b -o json".split(' ')).stdout(full()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the output could not be written") && said.contains("0 targets not tried"),
        "{said}"
    );
}

#[test]
fn closed_stdout_stops_the_run() {
    let server = RecordingServer::delayed(Duration::from_millis(30), accepted);
    let home = server.home();
    let names: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    let args =
        ["tencent", "resume", "-o", "jsonl", "-j", "1", "--rate", "0", "--max-targets", "50"];
    let args: Vec<_> = args.into_iter().chain(names.iter().map(String::as_str)).collect();

    let output = home.process(args).stdout(closed()).output().unwrap();

    assert_eq!(output.status.code(), Some(6));
    let sent = server.requests().len();
    assert!((1..40).contains(&sent), "{sent}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{} targets not tried", 50 - sent)), "{sent}: {said}");
    assert!(said.contains(&format!("50 targets: {sent} applied, {} skipped", 50 - sent)), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stderr_changes_nothing() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    for (target, code) in [("a", 0), ("8888_gone", 5), (" a", 2)] {
        for stderr in [full(), closed()] {
            let output =
                home.process(["tencent", "resume", target, "-v"]).stderr(stderr).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{target}");
        }
    }
}

#[test]
fn data_goes_to_stdout_only() {
    let server = RecordingServer::start(by_name);
    let home = server.home();
    let mut child = home
        .process(["tencent", "forbid", "a", "a", "slow", "--for", "99d", "-v", "-o", "jsonl"])
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
