//! The journal from outside: what stands in it and when, who may write it, and what a resumed run makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fault_server::FaultServer;
use super::fault_server::request::ReceivedRequest;
use super::fixture::{
    JD_SECRET, RunOutput, SHUMEI_SECRET, TENCENT_SECRET, TestHome, VendorServer, newer_profile,
};
use super::recording_server::{MockResponse, RecordingServer, accepted, response};
use super::vendor_messages::{SentOperation, accept, accept_after, refusal, status};

fn busy() -> MockResponse {
    response(500, "")
}

fn refused(request: &ReceivedRequest) -> MockResponse {
    response(200, refusal(request).to_string())
}

/// The records of a journal; a torn last line is left out.
fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The targets of all records of this kind whose result, if they have one, is this outcome.
fn recorded(path: &Path, record: &str, outcome: Option<&str>) -> Vec<String> {
    let all = records(path).into_iter();
    let fits = all
        .filter(|line| line["record"] == record && line["result"]["outcome"].as_str() == outcome);
    fits.map(|line| line["operation"]["target"].as_str().unwrap().to_owned()).collect()
}

fn run(home: &TestHome, words: &str) -> RunOutput {
    let output = home.run(words.split(' ').chain(["--journal", "j.jsonl", "-o", "json"]));
    assert!(output.code.is_some(), "{output:?}");
    output
}

/// The kind of each result's error, or else its outcome.
fn kinds(output: &RunOutput) -> Vec<String> {
    let kind = |result: &Value| {
        result["error"]["kind"].as_str().or(result["outcome"].as_str()).unwrap().to_owned()
    };
    output.results().iter().map(kind).collect()
}

fn ends(sent: &[SentOperation]) -> Vec<i64> {
    sent.iter().filter_map(|operation| operation.end).collect()
}

/// Long enough for an end counted from now to be another second.
fn wait_for_another_second() {
    thread::sleep(Duration::from_millis(1_100));
}

// What stands in it

#[test]
fn intent_is_on_disk_before_its_request() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("j.jsonl");
    let missing: Arc<Mutex<Vec<SentOperation>>> = Arc::default();
    let (path, unrecorded) = (journal.clone(), Arc::clone(&missing));
    let server = FaultServer::answering(move |request| {
        let intents = recorded(&path, "intent", None);
        let mut operations = request.operations();
        operations.retain(|operation| !intents.contains(&operation.target));
        unrecorded.lock().unwrap().extend(operations);
        accept(request)
    });
    let home = server.home();
    let permits = (0..40).map(|n| {
        format!(r#"{{"vendor":"jd","action":"permit","target":"live/{n}","domain":"a.cn"}}"#)
    });
    let closes =
        (0..40).map(|n| format!(r#"{{"vendor":"shumei","action":"close","target":"r{n}"}}"#));
    home.write("many.jsonl", permits.chain(closes).collect::<Vec<_>>().join("\n"));

    let args = ["apply", "many.jsonl", "--rate", "0", "--max-targets", "100", "--journal"];
    let output = RunOutput::from(home.livectl(args).arg(&journal).output().unwrap());

    assert_eq!((output.code, server.operations().len()), (Some(0), 80), "{output:?}");
    assert_eq!(*missing.lock().unwrap(), []);
}

#[test]
fn every_attempt_has_an_intent() {
    let server = RecordingServer::start(|request| match request.number {
        ..3 => busy().retry_now(),
        _ => accepted(request),
    });
    let home = server.home();

    let output = run(&home, "tencent forbid c1 --for 2h");

    let all = records(&home.path("j.jsonl"));
    let (first, last) = (all.first().unwrap(), all.last().unwrap());
    assert_eq!(
        (&first["record"], &last["record"], &last["exit"]),
        (&json!("run"), &json!("end"), &json!(0))
    );
    assert_eq!(first["accounts"]["tencent"]["id"], "1251234567");
    assert!(all.iter().all(|record| record["run"] == output.json()["run"]), "{all:?}");
    let records = &all[1..all.len() - 1];
    let steps: Vec<_> = records
        .iter()
        .map(|r| (r["record"].as_str().unwrap(), r["attempt"].as_u64().unwrap()))
        .collect();
    assert_eq!(steps, [("intent", 1), ("intent", 2), ("intent", 3), ("result", 3)]);
    assert_eq!(records[0]["schema"], "livectl-journal/1");
    assert_eq!(records[0]["profile"], "prod");
    assert_eq!(
        records[0]["asked"],
        json!({"vendor": "tencent", "action": "forbid", "target": "c1", "for": "2h"})
    );
    assert_eq!(records[0]["operation"], output.json()["results"][0]["operation"]);
    assert_eq!(records[0]["result"], Value::Null);
    assert_eq!(records[3]["result"], output.json()["results"][0]);
}

#[test]
fn journal_holds_no_secret() {
    let server = RecordingServer::start(refused);
    let home = server.home();
    run(&home, "tencent forbid c1 --for 2h");
    run(&home, "jd timeout a.cn --seconds 5");
    run(&home, "shumei close r1");
    let text = fs::read_to_string(home.path("j.jsonl")).unwrap();
    for secret in [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET, "sign", "accessKey", "secret_key"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn journal_mode_is_0600() {
    use std::os::unix::fs::PermissionsExt;
    for umask in ["000", "022", "077"] {
        let server = RecordingServer::accepting();
        let home = server.home();
        let script = format!("umask {umask}; exec \"$0\" tencent resume c1 --journal j.jsonl");
        let shell = home.shell(&script).output().unwrap();
        assert!(shell.status.success(), "{shell:?}");
        let mode = fs::metadata(home.path("j.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "umask {umask}");
    }
}

#[test]
fn dry_run_reads_the_journal_only() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent resume c1 -n");
    assert!(!home.path("j.jsonl").exists());

    run(&home, "tencent resume c1");
    let before = fs::read(home.path("j.jsonl")).unwrap();
    let output = run(&home, "tencent resume c1 c2 -n --resume");

    assert_eq!(kinds(&output), ["done_before", "planned"]);
    assert_eq!((output.code, server.operations().len()), (Some(0), 1));
    assert_eq!(fs::read(home.path("j.jsonl")).unwrap(), before);
}

// Who may write it

#[test]
fn second_writer_is_refused() {
    let server = FaultServer::answering(|request| accept_after(3_000, request));
    let home = server.home();
    let line = ["tencent", "resume", "c1", "--journal", "j.jsonl"];
    let mut first = home.process(line).spawn().unwrap();
    server.wait_for(1);

    let start = Instant::now();
    let second = run(&home, "tencent resume c2");

    assert!(start.elapsed() < Duration::from_secs(2), "it waited");
    assert_eq!((second.code, server.operations().len()), (Some(75), 1), "{second:?}");
    assert_eq!(second.json()["error"]["kind"], "busy");
    if cfg!(target_os = "linux") {
        assert!(
            second.stderr.contains(&format!("is held by process {}", first.id())),
            "{second:?}"
        );
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(run(&home, "tencent resume c2 -n").code, Some(0));
}

#[test]
fn torn_last_line_is_tolerated() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent resume c1");
    run(&home, "tencent resume c2");
    let text = fs::read_to_string(home.path("j.jsonl")).unwrap();
    // The run was killed before it could record its end.
    let whole = &text.as_bytes()[..text.rfind("{\"schema").unwrap()];
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let cuts = (last..whole.len()).step_by(61).chain([last + 1, whole.len() - 2, whole.len() - 1]);

    for cut in cuts {
        home.write("j.jsonl", &whole[..cut]);
        let before = server.operations().len();
        let output = run(&home, "tencent resume c1 c2 --resume");
        // Only a line that lacks nothing but its end still says what it said.
        let second = if cut == whole.len() - 1 { "done_before" } else { "applied" };
        assert_eq!(kinds(&output), ["done_before", second], "cut at {cut}");
        assert_eq!(server.operations().len() - before, usize::from(second == "applied"));
        let text = fs::read_to_string(home.path("j.jsonl")).unwrap();
        assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
        assert_eq!(kinds(&run(&home, "tencent resume c1 c2 --resume")), ["done_before"; 2]);
    }
}

#[test]
fn foreign_file_is_left_unchanged() {
    let server = RecordingServer::accepting();
    let home = server.home();
    for text in [
        "secret-key",
        r#"{"vendor":"tencent","action":"resume","target":"c1"}"#,
        "{\"schema\":\"other/1\"",
    ] {
        home.write("j.jsonl", text);
        let output = run(&home, "tencent resume c1");
        assert_eq!(
            (output.code, fs::read_to_string(home.path("j.jsonl")).unwrap().as_str()),
            (Some(2), text),
            "{output:?}"
        );
        assert!(output.stderr.contains("j.jsonl is no livectl journal"), "{output:?}");
    }
    assert_eq!(server.operations().len(), 0);
}

#[test]
fn journal_flags_work_before_and_after_commands() {
    let server = RecordingServer::accepting();
    let home = server.home();
    for line in [
        "--journal j tencent resume c1 --resume",
        "--resume tencent resume c1 --journal j",
        "tencent --resume resume --journal j c1",
        "--journal j tencent resume --resume -- c1",
    ] {
        let output = home.run(format!("-q {line}").split(' '));
        assert_eq!(output.code, Some(0), "{line}: {output:?}");
    }
    let output = home.run("tencent resume c1 --resume".split(' '));
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.stderr.contains("--journal FILE"), "{output:?}");
}

#[test]
fn damage_is_refused_with_its_line() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent resume c1");
    run(&home, "tencent resume c2");
    let whole = fs::read_to_string(home.path("j.jsonl")).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    let sent = server.operations().len();

    for (number, damage) in [
        (1, "{"),
        (2, ""),
        (3, "\0\0\0\0"),
        (2, r#"{"schema":"livectl-journal/2"}"#),
        (4, "{\"schema\":"),
        (1, "text"),
    ] {
        let mut damaged = lines.clone();
        damaged[number - 1] = damage;
        home.write("j.jsonl", damaged.join("\n") + "\n");
        for flag in ["", " --resume", " --resume -n"] {
            let output = run(&home, &format!("tencent resume c3{flag}"));
            assert_eq!(
                (output.code, output.json()["error"]["kind"].as_str()),
                (Some(2), Some("input")),
                "{output:?}"
            );
            assert!(
                output.stderr.contains(&format!("line {number} of the journal")),
                "{damage:?}: {output:?}"
            );
        }
    }
    assert_eq!(server.operations().len(), sent);
}

#[test]
fn unopenable_journal_sends_nothing() {
    let server = RecordingServer::accepting();
    let home = server.home();
    fs::create_dir(home.path("folder")).unwrap();
    for name in ["missing/j.jsonl", "folder"] {
        let output = home.run(["tencent", "resume", "c1", "--journal", name, "-o", "json"]);
        assert_eq!(
            (output.code, output.json()["error"]["kind"].as_str()),
            (Some(2), Some("input")),
            "{output:?}"
        );
        assert!(output.stderr.contains(name), "{output:?}");
    }
    assert_eq!(server.operations(), []);
}

/// The largest file that a shell's process may write stands in for a disk that fills up half way.
#[test]
#[cfg(target_os = "linux")]
fn full_disk_leaves_no_unrecorded_request() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let names = (0..60).map(|number| format!("c{number}"));
    home.write("names", names.collect::<Vec<_>>().join("\n"));
    let limit = "ulimit -f 16; exec \"$0\" tencent resume - --journal j.jsonl -o json --rate 0 --max-targets 100 <names";
    let output = RunOutput::from(home.shell(limit).output().unwrap());

    assert_eq!(output.code, Some(6), "{output:?}");
    let intended: BTreeSet<_> =
        recorded(&home.path("j.jsonl"), "intent", None).into_iter().collect();
    let sent: BTreeSet<_> = server.targets().into_iter().collect();
    assert!(
        sent.is_subset(&intended) && !sent.is_empty() && sent.len() < 60,
        "{sent:?} {intended:?}"
    );
    let summary = &output.json()["summary"];
    assert_eq!(summary["applied"], sent.len(), "what was in flight was finished: {summary}");
    assert!(
        output.stderr.contains(&format!("{} targets not tried", 60 - sent.len())),
        "{output:?}"
    );
    let text = fs::read_to_string(home.path("j.jsonl")).unwrap();
    assert!(
        text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "the journal is valid"
    );
    let again = run(&home, "tencent resume c0 --resume");
    assert_eq!(again.code, Some(0), "{again:?}");
}

// What a resumed run makes of it

#[test]
fn resume_skips_what_was_applied() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent resume c1");
    let records = records(&home.path("j.jsonl"));
    let result = records.iter().find(|record| record["record"] == "result").unwrap();
    let applied_at = result["at"].as_str().unwrap()[..19].to_owned();

    let output = run(&home, "tencent resume c1 c2 --resume");

    assert_eq!(
        (output.code, kinds(&output)),
        (Some(0), vec!["done_before".to_owned(), "applied".to_owned()])
    );
    let before = &output.json()["results"][0];
    assert_eq!(
        (&before["ok"], &before["outcome"], &before["attempts"]),
        (&json!(true), &json!("skipped"), &json!(0))
    );
    assert!(before["error"]["message"].as_str().unwrap().contains(&applied_at), "{before}");
    assert_eq!(server.targets(), ["c1", "c2"]);
    assert!(output.stderr.contains("1 done before"), "{output:?}");
}

#[test]
fn run_without_resume_sends_again() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent resume c1");
    assert_eq!(kinds(&run(&home, "tencent resume c1")), ["applied"]);
    assert_eq!(server.targets(), ["c1", "c1"]);
}

#[test]
fn resume_follows_the_last_run() {
    let server =
        RecordingServer::start(
            |request| if request.number == 2 { busy() } else { accepted(request) },
        );
    let home = server.home();
    let forbid = "tencent forbid c1 --for 2h --attempts 1";
    for (flags, outcome) in
        [("", "applied"), ("", "http"), (" --resume", "applied"), (" --resume", "done_before")]
    {
        assert_eq!(kinds(&run(&home, &format!("{forbid}{flags}"))), [outcome]);
    }
    assert_eq!(server.targets().len(), 3);
}

#[test]
fn resume_sends_failed_and_unknown_again() {
    let is_well = Arc::new(Mutex::new(false));
    let now_well = Arc::clone(&is_well);
    let server = RecordingServer::start(move |request| {
        match (*now_well.lock().unwrap(), request.target().as_str()) {
            (true, _) | (_, "good") => accepted(request),
            (_, "doubt") => busy(),
            _ => refused(request),
        }
    });
    let home = server.home();
    let first = run(&home, "tencent resume good doubt refused --attempts 1");
    assert_eq!(
        (first.code, kinds(&first)),
        (Some(4), vec!["applied".into(), "http".into(), "refused".into()])
    );

    *is_well.lock().unwrap() = true;
    let second = run(&home, "tencent resume good doubt refused --resume");

    assert_eq!(kinds(&second), ["done_before", "applied", "applied"]);
    assert_eq!(
        kinds(&run(&home, "tencent resume good doubt refused --resume")),
        ["done_before"; 3]
    );
}

#[test]
fn resume_keeps_the_end_first_resolved() {
    for asked in ["tencent forbid c1 --for 2h", "tencent forbid c1 --longest"] {
        let server =
            RecordingServer::start(
                |request| if request.number == 1 { busy() } else { accepted(request) },
            );
        let home = server.home();
        assert_eq!(run(&home, &format!("{asked} --attempts 1")).code, Some(4));
        wait_for_another_second();

        let output = run(&home, &format!("{asked} --resume"));

        assert_eq!(output.code, Some(0), "{output:?}");
        let ends = ends(&server.operations());
        assert_eq!((ends.len(), ends[0]), (2, ends[1]));
        let shown = output.json()["results"][0]["operation"]["until"].as_str().unwrap().to_owned();
        assert_eq!(chrono::DateTime::parse_from_rfc3339(&shown).unwrap().timestamp(), ends[0]);
        assert_eq!(kinds(&run(&home, &format!("{asked} --resume"))), ["done_before"]);
    }
}

#[test]
fn passed_until_is_expired_on_resume() {
    let server = RecordingServer::always(busy());
    let home = server.home();
    let until = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    run(&home, &format!("tencent forbid c1 --until {until} --attempts 1"));
    thread::sleep(Duration::from_millis(3_100));
    let output = run(&home, &format!("tencent forbid c1 --until {until} --resume"));
    assert_eq!((output.code, kinds(&output)), (Some(5), vec!["expired".to_owned()]), "{output:?}");
    assert!(server.operations().len() <= 1);
}

#[test]
fn ended_ban_with_a_length_is_new_on_resume() {
    let server = RecordingServer::accepting();
    let home = server.home();
    for ban in
        ["tencent forbid c1 --for 1s", "-c openapi.toml jd forbid live/a --domain a.cn --for 1s"]
    {
        home.write("openapi.toml", newer_profile(&server.url()));
        run(&home, ban);
        thread::sleep(Duration::from_millis(2_100));
        let output = run(&home, &format!("{ban} --resume"));
        assert_eq!(
            (output.code, kinds(&output)),
            (Some(0), vec!["applied".to_owned()]),
            "{output:?}"
        );
        assert!(
            output.stderr.contains("1 ban of the journal has ended and is sent again"),
            "{output:?}"
        );
    }
}

#[test]
fn ended_ban_with_a_moment_stays_done() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let until = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    run(&home, &format!("tencent forbid c1 --until {until}"));
    thread::sleep(Duration::from_millis(3_100));
    let output = run(&home, &format!("tencent forbid c1 --until {until} --resume"));
    assert_eq!(
        (output.code, kinds(&output)),
        (Some(0), vec!["done_before".to_owned()]),
        "{output:?}"
    );
    let message = output.json()["results"][0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("; it ended at "), "{message}");
}

#[test]
fn settings_match_as_asked() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent forbid c1 --for 2h");
    let same = ["--for 2h"];
    let others = ["--for 120m", "--for 3h", "--until 2099-01-01T00:00:00Z"];
    for asked in same {
        assert_eq!(
            kinds(&run(&home, &format!("tencent forbid c1 {asked} --resume"))),
            ["done_before"],
            "{asked}"
        );
    }
    for asked in others {
        assert_eq!(
            kinds(&run(&home, &format!("tencent forbid c1 {asked} --resume"))),
            ["applied"],
            "{asked}"
        );
    }
    run(&home, "jd permit live/a --domain one.cn");
    assert_eq!(kinds(&run(&home, "jd permit live/a --domain two.cn --resume")), ["applied"]);
    // The stream of that name at another domain is another stream.
    assert_eq!(kinds(&run(&home, "jd permit live/a --domain one.cn --resume")), ["done_before"]);
}

#[test]
fn resume_ignores_the_order_of_lines() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent forbid c1 c2 --for 2h");
    home
        .write("a.csv", "for,target,action,vendor\n2h,c3,forbid,tencent\n2h,c2,forbid,tencent\n2h,c1,Forbid,Tencent\n");

    let output = run(&home, "apply a.csv --resume");

    assert_eq!(kinds(&output), ["applied", "done_before", "done_before"]);
}

#[test]
fn later_action_makes_an_operation_new() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "tencent forbid c1 --for 2h");
    assert_eq!(kinds(&run(&home, "tencent resume c1 --resume")), ["applied"]);
    wait_for_another_second();

    assert_eq!(kinds(&run(&home, "tencent forbid c1 --for 2h --resume")), ["applied"]);
    assert_eq!(kinds(&run(&home, "tencent forbid c1 --for 2h --resume")), ["done_before"]);

    let ends = ends(&server.operations());
    assert!(ends.len() == 2 && ends[0] < ends[1], "{ends:?}");
}

#[test]
fn refused_later_action_changes_nothing() {
    let server = RecordingServer::start(|request| {
        if request.operations()[0].action == "tencent resume" {
            refused(request)
        } else {
            accepted(request)
        }
    });
    let home = server.home();
    run(&home, "tencent forbid c1 --for 2h");
    run(&home, "tencent resume c1");
    assert_eq!(kinds(&run(&home, "tencent forbid c1 --for 2h --resume")), ["done_before"]);
}

#[test]
fn resume_matches_by_profile() {
    let server = RecordingServer::accepting();
    let home = server.home();
    run(&home, "--sandbox tencent resume c1");
    assert_eq!(kinds(&run(&home, "--sandbox tencent resume c1 --resume")), ["done_before"]);
    assert_eq!(kinds(&run(&home, "tencent resume c1 --resume")), ["applied"]);

    let mut command =
        home.livectl("tencent resume c1 --journal j.jsonl --resume -o json".split(' '));
    let alone =
        [("LIVECTL_TENCENT_APP_ID", "1"), ("LIVECTL_TENCENT_API_KEY", "canary-of-the-environment")];
    command
        .envs(alone)
        .env("LIVECTL_TENCENT_ENDPOINT", server.url())
        .env("LIVECTL_CONFIG", "none.toml");
    fs::remove_file(home.path("livectl/config.toml")).unwrap();
    command.env_remove("LIVECTL_CONFIG");
    let output = RunOutput::from(command.output().unwrap());
    assert_eq!(kinds(&output), ["applied"], "{output:?}");
    assert_eq!(server.operations().len(), 2);
    assert_eq!(records(&home.path("j.jsonl")).last().unwrap()["profile"], Value::Null);
}

#[test]
fn resume_needs_a_journal() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let without = home.run_line("tencent resume c1 --resume -o json");
    assert_eq!(
        (without.code, without.json()["error"]["kind"].as_str()),
        (Some(2), Some("usage")),
        "{without:?}"
    );
    assert!(without.stderr.contains("--journal"), "{without:?}");

    let output = run(&home, "tencent resume c1 --resume");
    assert_eq!((output.code, kinds(&output)), (Some(0), vec!["applied".to_owned()]));
    assert!(
        output.stderr.contains("note: ") && output.stderr.contains("is not there yet"),
        "{output:?}"
    );
    assert_eq!(server.targets(), ["c1"]);
}

// Killed at any moment

const KILLS: usize = 200;

/// Five operations, some of each, no two on one target; `permit` in groups.
fn every_operation(round: usize) -> (String, BTreeSet<String>) {
    let mut lines = Vec::new();
    for n in 0..8 {
        lines.push(json!({"vendor": "jd", "action": "timeout", "target": format!("d{n}.r{round}.cn"), "seconds": 30}));
        lines.push(json!({"vendor": "tencent", "action": "forbid", "target": format!("f{n}_{round}"), "for": "2h"}));
        lines.push(
            json!({"vendor": "tencent", "action": "resume", "target": format!("u{n}_{round}")}),
        );
        lines.push(
            json!({"vendor": "shumei", "action": "close", "target": format!("r{n}_{round}")}),
        );
        let domain = format!("push{}.cn", n / 3);
        lines
            .push(json!({"vendor": "jd", "action": "permit", "target": format!("live/{n}_{round}"), "domain": domain}));
    }
    let targets = lines.iter().map(|line| line["target"].as_str().unwrap().to_owned()).collect();
    (lines.iter().map(|line| format!("{line}\n")).collect(), targets)
}

#[test]
fn killed_runs_lose_and_repeat_nothing() {
    let server = FaultServer::answering(|request| {
        // Some answers never come in time, so that doubts are left behind too.
        match request.number {
            number if number % 13 == 0 => status("500 Internal Server Error", ""),
            number => accept_after(number as u64 % 4, request),
        }
    });
    let home = server.home();
    let mut random = fastrand::Rng::with_seed(20_261_121);
    let (mut kills, mut round, mut recorded_first, mut torn) = (0, 0, 0, 0);
    while kills < KILLS {
        round += 1;
        let (lines, targets) = every_operation(round);
        let (file, journal) = (format!("{round}.jsonl"), format!("{round}.journal"));
        home.write(&file, lines);
        let path = home.path(&journal);
        let before = server.operations().len();
        loop {
            let done: BTreeSet<_> =
                recorded(&path, "result", Some("applied")).into_iter().collect();
            let seen = server.operations().len();
            let args = format!(
                "apply {file} --journal {journal} --resume --rate 0 -j 3 --max-failures 0 --max-targets 40"
            );
            let mut process = home.process(args.split(' '));
            let mut child = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let delay = Duration::from_micros(random.u64(3_000..60_000));
            let ended = wait(&mut child, delay);
            if ended.is_none() {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
                torn += usize::from(
                    !fs::read(&path).unwrap_or_default().ends_with(b"\n") && path.exists(),
                );
            }
            recorded_first += done.len();
            let again: Vec<_> = server
                .operations()
                .split_off(seen)
                .into_iter()
                .filter(|sent| done.contains(&sent.target))
                .collect();
            assert_eq!(again, [], "recorded as applied and sent again, in round {round}");
            if let Some(code) = ended {
                assert!(code == 0 || code == 4, "round {round} ended with {code}");
                if code == 0 {
                    break;
                }
            }
        }
        let applied: BTreeSet<_> = recorded(&path, "result", Some("applied")).into_iter().collect();
        assert_eq!(applied, targets, "not recorded, in round {round}");
        let operations = server.operations().split_off(before);
        let sent: BTreeSet<_> = operations.iter().map(|sent| sent.target.clone()).collect();
        assert_eq!(sent, targets, "lost, in round {round}");
        assert_intended_and_unmoved(&operations, &records(&path));
    }
    assert!(
        recorded_first > KILLS,
        "the kills came too early to prove anything: {recorded_first}, {round} rounds, {torn} torn"
    );
}

/// Nothing was sent that was not intended before, and all ends of one target are the same.
fn assert_intended_and_unmoved(operations: &[SentOperation], records: &[Value]) {
    let mut intents: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| record["record"] == "intent") {
        *intents.entry(record["operation"]["target"].as_str().unwrap()).or_default() += 1;
    }
    let mut sent: BTreeMap<&str, Vec<Option<i64>>> = BTreeMap::new();
    for operation in operations {
        sent.entry(&operation.target).or_default().push(operation.end);
    }
    for (target, ends) in sent {
        assert!(ends.len() <= intents[target], "{target}: {ends:?}");
        assert!(ends.iter().all(|end| *end == ends[0]), "the end of {target} moved: {ends:?}");
        let until = records.iter().rfind(|record| record["operation"]["target"] == target).unwrap();
        let until = until["operation"]["until"].as_str();
        let until =
            until.map(|text| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp());
        assert_eq!(until, ends[0], "{target}: the journal says otherwise than the vendor was told");
    }
}

/// The exit code of a process that ends by itself in time.
fn wait(child: &mut std::process::Child, delay: Duration) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < delay {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_micros(500));
    }
    None
}
