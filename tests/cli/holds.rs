//! The looks after a success: their order, what they change, and what is recorded before them.

use crate::prelude::*;

/// A vendor that reports success, and whose streams are forbidden by the rule, which is told the number of the request.
fn vendor(is_forbidden: impl Fn(usize) -> bool + Send + Sync + 'static) -> RecordingServer {
    channel(move |number| if is_forbidden(number) { 3 } else { 1 })
}

#[test]
fn sixty_bans_leave_before_their_looks() {
    let server = vendor(|_| true);
    let list: String = (0..60).map(|number| format!("8888_{number}\n")).collect();
    let line = "tencent forbid - --for 2h --verify --max-targets 60 --rate 200 -o json";
    let output = server.home().run_with_input(line, list).exits(0);
    assert!(output.results().iter().all(|result| result["verified"] == true));
    let looks: Vec<_> = server.requests().iter().map(ReceivedRequest::is_look).collect();
    assert_eq!(looks.len(), 120);
    assert_eq!(looks.iter().position(|is_look| *is_look), Some(60), "{looks:?}");
}

/// The records of a file by kind, with the outcomes of the results.
fn records(text: &str) -> Vec<String> {
    let record = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        word(&line["record"]) + " " + &word(&line["result"]["outcome"])
    };
    text.lines().map(|line| record(line).trim_end().to_owned()).collect()
}

/// The one file of the memory.
fn remembered(home: &TestHome) -> String {
    let folder = home.path(".local/state/livectl/runs");
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.next().unwrap();
    assert!(files.next().is_none());
    fs::read_to_string(file).unwrap()
}

#[test]
fn run_killed_during_looks_has_recorded_applied() {
    let (server, home) = vendor(|_| false).with_home();
    let line = "tencent forbid 8888_a --for 2h --verify --verify-timeout 30s --journal j";
    let mut child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(2);
    child.kill().unwrap();
    child.wait().unwrap();
    let expected = ["run", "intent", "result applied"];
    assert_eq!(records(&home.read("j")), expected);
    assert_eq!(records(&remembered(&home)), expected);
    let resumed = home.run_json("tencent forbid 8888_a --for 2h --journal j --resume");
    assert_eq!(resumed.outcomes(), ["skipped done_before"], "{resumed:?}");
    let log = home.run_json("log last");
    assert_eq!(log.json()["results"][0]["outcome"], "applied", "{log:?}");
}

#[test]
fn last_record_counts_everywhere() {
    let (_server, home) = vendor(|_| false).with_home();
    let forbid = "tencent forbid 8888_a --for 2h --journal j";
    let output = home.run_json(&format!("{forbid} --verify --verify-timeout 600ms"));
    assert_eq!((output.code, output.outcomes()), (Some(4), vec!["unknown unverified".to_owned()]));
    let expected = ["run", "intent", "result applied", "result unknown", "end"];
    assert_eq!(records(&home.read("j")), expected);
    assert_eq!(records(&remembered(&home)), expected);

    let run = home.run_json("log").json()["runs"][0].clone();
    assert_eq!((&run["counts"]["applied"], &run["counts"]["unknown"]), (&json!(0), &json!(1)));
    let results = home.run_json("log last").json()["results"].clone();
    assert_eq!(results.as_array().unwrap().len(), 1, "{results}");
    assert_eq!(results[0]["error"]["kind"], "unverified");
    let banned = home.run_line("log --banned -o jsonl");
    let expected = (1, &json!(false));
    assert_eq!((banned.lines().len(), &banned.lines()[0]["sure"]), expected, "{banned:?}");
    let undone =
        home.run_json(&format!("undo {} --even-changed --no-log", run["run"].as_str().unwrap()));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");
    home.run_json(&format!("{forbid} --resume --no-log")).with_outcomes(["applied"]);
}

#[test]
fn amended_success_is_done_once() {
    let (_server, home) = vendor(|number| number > 2).with_home();
    let forbid = "tencent forbid 8888_a --for 2h --journal j";
    let output = home.run_json(&format!("{forbid} --verify"));
    assert_eq!((output.code, output.results().len()), (Some(0), 1), "{output:?}");
    let expected = ["run", "intent", "result applied", "result applied", "end"];
    assert_eq!(records(&home.read("j")), expected);
    let run = home.run_json("log").json()["runs"][0].clone();
    assert_eq!(run["counts"]["applied"], 1);
    let banned = home.run_line("log --banned -o jsonl");
    assert_eq!((banned.lines().len(), &banned.lines()[0]["sure"]), (1, &json!(true)));
    home.run_json(&format!("{forbid} --resume")).with_outcomes(["skipped done_before"]);
    let undone = home.run_json(&format!("undo {} --even-changed", run["run"].as_str().unwrap()));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");
}

#[cfg(unix)]
#[test]
fn signal_ends_the_looks_of_all_targets() {
    let (server, home) = vendor(|_| false).with_home();
    let line = "tencent forbid 8888_a 8888_b 8888_c --for 2h --verify --verify-timeout 30s -o json";
    let child = home.process(line.split(' ')).spawn().unwrap();
    server.wait_for(6);
    send_signal(&child, "TERM");
    let output = wait_for_end(child).exits(143).reports("3 targets were not looked at to the end");
    assert_eq!(output.outcomes(), ["applied"; 3]);
    assert!(output.results().iter().all(|result| result["verified"].is_null()), "{output:?}");
}

/// Looks find the channel in the state of this number: 0 idle, 1 live, 3 forbidden.
fn channel(state: impl Fn(usize) -> u8 + Send + Sync + 'static) -> RecordingServer {
    RecordingServer::with_looks(move |request| {
        json!({"ret": 0, "output": [{"status": state(request.number)}]}).to_string()
    })
}

/// The exit code and the outcome of the only target, whether it was verified and whether it was held.
#[track_caller]
fn assert_held(output: &RunOutput, code: i32, outcome: &str, is_verified: bool, is_held: bool) {
    let result = output.settles(code, outcome, 1);
    assert_members(&result, &json!({"verified": is_verified, "held": is_held}));
}

#[test]
fn ban_is_held() {
    let (server, home) = channel(|_| 3).with_home();
    let output = home.run_json("tencent forbid 8888_a --for 2h --hold 1200ms --journal j");
    assert_held(&output, 0, "applied", true, true);
    // At once, twice a second, and at the end.
    assert_eq!(server.requests().len(), 1 + 4, "{output:?}");
    let last: Value = serde_json::from_str(home.read("j").lines().nth(3).unwrap()).unwrap();
    assert_eq!(last["result"]["held"], true);
    let table = home.run_line("tencent forbid 8888_a --for 2h --hold 200ms");
    table.assert_prints(&["off air, verified as forbidden, held, until "]);
}

#[test]
fn lifted_ban_came_back() {
    let server = channel(|number| if number < 4 { 3 } else { 1 });
    let output = server.home().run_json("tencent forbid 8888_a --for 2h --hold 30s");
    assert_held(&output, 4, "unknown came_back", false, false);
    let result = output.only_result();
    assert_members(&result, &json!({"state": "live", "error": {"again": true}}));
    assert_contains(&result["error"]["message"], "it came back: the state is live");
}

#[test]
fn returning_encoder_leaves_a_drop_not_held() {
    let (_server, home) = channel(|number| u8::from(number > 3)).with_home();
    let line = "tencent drop 8888_a --hold 30s";
    let output = home.run_json(line).reports("1 target: 1 applied (1 live again)");
    assert_held(&output, 5, "applied", true, false);
    let document = output.json();
    assert_eq!((&document["ok"], &document["results"][0]["ok"]), (&json!(false), &json!(true)));

    let printed = |output: &RunOutput| {
        let line = output.stderr.lines().find(|line| line.starts_with("keep off air: "));
        let command = line.and_then(|line| line.split_once("/livectl "));
        command.unwrap_or_else(|| panic!("{output:?}")).1.to_owned()
    };
    assert_eq!(printed(&output), "tencent forbid --for 2h 8888_a");
    home.run_json(&printed(&output)).with_outcomes(["applied"]);
    let quiet = home.run_line(&format!("-q {line}"));
    assert!(quiet.stderr.starts_with("error: 1 target: 1 applied (1 live again)"), "{quiet:?}");
    // Of a file, its line with the other action.
    let drop = json!({"vendor": "tencent", "action": "drop", "target": "8888_a", "reason": "x"});
    home.write("lines.jsonl", drop.to_string());
    let applied = home.run_line("apply lines.jsonl --hold 30s").exits(5);
    let piped = r#"keep off air: printf '%s\n' '{"vendor":"tencent","action":"forbid","target":"8888_a","reason":"x","for":"2h","profile":"prod"}' | "#;
    assert!(applied.stderr.contains(piped), "{applied:?}");
}

#[test]
fn hold_belongs_to_what_takes_off_air() {
    let (server, home) = channel(|_| 3).with_home();
    for line in [
        "tencent resume 8888_a --hold 1s",
        "tencent status 8888_a --hold 1s",
        "tencent forbid 8888_a --for 2h --hold 5",
    ] {
        assert_eq!(home.run_line(line).code, Some(2), "{line}");
    }
    assert!(server.requests().is_empty());
    let timeout = home.run_json("tencent forbid 8888_a --for 2h --hold 200ms --verify-timeout 5s");
    assert_eq!(timeout.code, Some(0), "{timeout:?}");
    let short = home.run_line("tencent forbid 8888_a --for 1s --hold 3s -n");
    assert!(short.stderr.contains("1 ban ends before --hold does"), "{short:?}");
}

/// Viewers get the stream for two looks, then not for three, then again.
fn returning_stream() -> PlayServer {
    PlayServer::answering(|number, _| match number {
        3..=5 => PlayAnswer::Status("404 Not Found", ""),
        _ => PlayAnswer::Live,
    })
}

#[test]
fn stream_that_viewers_get_again_came_back() {
    let (server, play) = (channel(|_| 3), returning_stream());
    let url = play.url("/live/8888_a.m3u8");
    let line = format!("tencent forbid 8888_a --for 2h --hold 60s --play {url}");
    let output = server.home().run_json(&line);
    assert_held(&output, 4, "unknown came_back", false, false);
    let result = output.only_result();
    assert_eq!((&result["viewer"], &result["state"]), (&json!("on"), &json!("forbidden")));
    assert!(result["off_after_ms"].as_u64().unwrap() >= 900, "{result}");
    let (server, play) = (channel(|_| 0), returning_stream());
    let url = play.url("/live/8888_a.m3u8");
    let output = server.home().run_json(&format!("tencent drop 8888_a --hold 60s --play {url}"));
    assert_held(&output, 5, "applied", true, false);
}

#[test]
fn unknown_viewers_are_shown_in_the_table() {
    let (server, play) =
        (channel(|_| 3), PlayServer::start([PlayAnswer::Status("404 Not Found", "")]));
    let url = play.url("/live/8888_a.m3u8");
    let output = server.home().run_line(&format!("tencent forbid 8888_a --for 2h --play {url}"));
    let words = "off air, viewers not checked (never seen on air here: check the play URL)";
    output.exits(0).assert_prints(&[words]);
}

#[cfg(unix)]
#[test]
fn signal_ends_looks_at_viewers() {
    let (server, play) = (channel(|_| 3), PlayServer::start([PlayAnswer::Live]));
    let url = play.url("/live/8888_a.m3u8");
    for (signal, code) in [("TERM", Some(143)), ("KILL", None)] {
        let home = server.home();
        let before = server.requests().len();
        let line = format!("tencent forbid 8888_a --for 2h --play {url} --journal j -o json");
        let child = home.process(line.split(' ')).spawn().unwrap();
        server.wait_for(before + 2);
        send_signal(&child, signal);
        let output = wait_for_end(child);
        assert_eq!(output.code, code, "{output:?}");
        let kinds = records(&home.read("j"));
        assert_eq!(kinds[..3], ["run", "intent", "result applied"], "{kinds:?}");
        if code.is_some() {
            assert_eq!(output.outcomes(), ["applied"], "{output:?}");
            let result = output.only_result();
            assert_eq!((&result["verified"], &result["held"]), (&Value::Null, &Value::Null));
        }
    }
}
