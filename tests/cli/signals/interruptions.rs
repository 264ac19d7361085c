//! The first and the second signal, and the command that resumes.

use super::{printed, resume, slow, start};
use crate::prelude::*;
use crate::vendor_messages::status;

/// What the terminal, a supervisor and a lost connection send, and the exit codes that follow.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

#[test]
fn first_signal_settles_requests_in_flight() {
    for (name, code) in SIGNALS {
        let (server, home) = slow(700).with_home();
        let child =
            start(&home, "tencent forbid c1 c2 c3 c4 --for 2h -j 2 -o json --journal j.jsonl");
        server.wait_for(2);
        send_signal(&child, name);
        let output = wait_for_end(child).exits(code).reports("4 targets: 2 applied, 2 skipped");

        let expected = ["applied", "applied", "skipped interrupted", "skipped interrupted"];
        assert_eq!(output.outcomes(), expected);
        assert_eq!((&output.json()["ok"], server.operations().len()), (&Value::Bool(false), 2));
        let command = printed(&output, "resume with: ");
        assert!(command.ends_with("-o json --journal j.jsonl --resume"), "{command}");
        // It is the last line, so that it is there to be copied.
        assert!(output.stderr.trim_end().ends_with(command), "{output:?}");

        let resumed = resume(&home, &output).exits(0);
        let expected = ["skipped done_before", "skipped done_before", "applied", "applied"];
        assert_eq!(resumed.outcomes(), expected);
        let ends: Vec<_> = server.operations().iter().map(|sent| sent.end).collect();
        assert_eq!(ends, [ends[0]; 4], "the ends resolved before the signal are kept");
    }
}

#[test]
fn signal_stops_retries() {
    let server = FaultServer::always(status("500 Internal Server Error", "retry-after: 1\r\n"));
    let home = server.home();
    let child = start(&home, "tencent resume c1 -o json");
    server.wait_for(1);
    thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    send_signal(&child, "INT");
    let output = wait_for_end(child);
    assert!(asked.elapsed() < Duration::from_millis(600), "it waited for the retry");
    assert_eq!((output.code, output.outcomes()), (Some(130), vec!["unknown http".to_owned()]));
    assert_eq!(server.operations().len(), 1);
}

#[test]
fn second_signal_ends_the_run_at_once() {
    for (name, code) in SIGNALS {
        let (server, home) = slow(7_000).with_home();
        let child = start(&home, "tencent forbid c1 c2 c3 --for 2h -j 2 -o json --journal j.jsonl");
        server.wait_for(2);
        send_signal(&child, name);
        thread::sleep(Duration::from_millis(150));
        let asked = Instant::now();
        send_signal(&child, if name == "INT" { "TERM" } else { "INT" });
        let output = wait_for_end(child).exits(code);

        assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
        let expected = ["unknown interrupted", "unknown interrupted", "skipped interrupted"];
        assert_eq!(output.outcomes(), expected);
        assert_eq!(output.json()["results"][0]["attempts"], 1);
        let journal = home.read("j.jsonl");
        let lines: Vec<Value> =
            journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let results = lines.iter().filter(|line| line["record"] == "result").count();
        let intents = lines.iter().filter(|line| line["record"] == "intent").count();
        assert_eq!((intents, results), (2, 3), "{journal}");
        assert_eq!(lines.last().unwrap()["exit"], code, "{journal}");
        let line = "tencent forbid c1 c2 c3 --for 2h -o json --journal j.jsonl --resume";
        home.run_line(line).with_outcomes(["applied"; 3]);
    }
}

#[test]
fn interruption_reports_requests_in_flight() {
    for (words, sent, expected) in [
        ("tencent resume c1 c2 c3 -j 1", 1, "note: interrupted; 1 request is in flight, and a"),
        ("tencent resume c1 c2 c3 -j 2", 2, "note: interrupted; 2 requests are in flight, and"),
    ] {
        let (server, home) = slow(600).with_home();
        let child = start(&home, words);
        server.wait_for(sent);
        send_signal(&child, "INT");
        wait_for_end(child).reports(expected);
    }
}

#[test]
fn resume_command_asks_for_the_same_input() {
    let (server, home) = slow(500).with_home();
    home.write("list", "c1\nc2\nc3\n");
    let mut shell = home.shell("exec \"$0\" tencent resume - -j 1 -o json --journal j < list");
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for(1);
    send_signal(&child, "INT");
    let output = wait_for_end(child);
    let hint = "resume, which needs the same input on standard input, with: ";
    let resumed = home.run_script(&format!("{} < list", printed(&output, hint)));
    assert_eq!(resumed.outcomes(), ["skipped done_before", "applied", "applied"], "{resumed:?}");
}

#[test]
fn signal_completes_the_json_lines() {
    let (server, home) = late_for("c3", 600).with_home();
    let child = start(&home, "tencent resume c1 c2 c3 c4 c5 -j 1 -o jsonl");
    server.wait_for(3);
    send_signal(&child, "TERM");
    let output = wait_for_end(child).exits(143).reports("the same command may be run again");
    let told: Vec<_> =
        output.lines().iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect();
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(sorted, ["applied", "applied", "applied", "skipped", "skipped"], "{told:?}");
}

#[test]
fn resume_command_can_be_pasted() {
    let (server, home) = slow(500).with_home();
    let flags =
        ["tencent", "resume", "--journal", "a b's.jsonl", "-j", "1", "-o", "json", "--exact", "--"];
    let names = ["-c1", "it's $HOME", "直播", "zero\u{200b}width"];
    let words = flags.into_iter().chain(names);
    let child = home.process(words).spawn().unwrap();
    server.wait_for(1);
    send_signal(&child, "INT");
    let output = wait_for_end(child);
    let resumed = resume(&home, &output).exits(0);
    assert_eq!(resumed.outcomes(), ["skipped done_before", "applied", "applied", "applied"]);
    assert_eq!(server.targets(), names);
}

#[test]
fn interrupted_undo_prints_no_url_secret() {
    let (server, home) = slow(500).with_home();
    let banned = home.run_json("tencent forbid c1 --for 2h");
    let run = banned.json()["run"].as_str().unwrap().to_owned();
    let reason = "see https://a.cn/x?txSecret=h1dden";
    let child = home.process(["undo", &run, "--even-changed", "--reason", reason]).spawn().unwrap();
    server.wait_for(2);
    send_signal(&child, "INT");
    let output = wait_for_end(child).omits("h1dden");
    let command = printed(&output, "the same command does the rest: ");
    assert!(command.ends_with("--reason 'see https://a.cn/x?***'"), "{command}");
}

#[test]
#[cfg(target_os = "linux")]
fn ignored_hangup_stays_ignored() {
    let (server, home) = slow(700).with_home();
    // As `nohup` starts it, without its notes on standard error.
    let script = "trap '' HUP; exec \"$0\" tencent resume c1 c2 c3 -j 2 -o json";
    let mut shell = home.shell(script);
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for(2);
    send_signal(&child, "HUP");
    send_signal(&child, "HUP");
    wait_for_end(child).exits(0).with_outcomes(["applied"; 3]);
}

#[test]
fn signal_during_looks_restores_nothing() {
    let server = FaultServer::answering(|request| {
        if !request.is_look() {
            return accept(request);
        }
        let body = json!({"ret": 0, "message": "success", "output": [{"status": 3}]});
        let answer = ServerStep::Send(http("200 OK", "", body.to_string()));
        vec![ServerStep::Pause(Duration::from_millis(700)), answer]
    });
    let home = server.home();
    let banned = home.run_json("tencent forbid a b --for 2h").json();
    let undo = format!("undo {} -o json", banned["run"].as_str().unwrap());
    let child = start(&home, &undo);
    server.wait_for(4);
    send_signal(&child, "INT");
    wait_for_end(child).exits(130).with_outcomes(["skipped interrupted"; 2]);
    assert_eq!(server.received().len(), 4, "two bans and two looks");
    home.run_line(&undo).with_outcomes(["applied"; 2]);
}
