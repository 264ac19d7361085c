//! Journals that are in use, torn, damaged, foreign or on a full disk.

use super::{kinds, recorded, run};
use crate::prelude::*;

#[test]
fn second_writer_is_refused() {
    let (server, home) = FaultServer::answering(|request| accept_after(3_000, request)).with_home();
    let line = ["tencent", "resume", "c1", "--journal", "j.jsonl"];
    let mut first = home.process(line).spawn().unwrap();
    server.wait_for(1);
    let start = Instant::now();
    let second = run(&home, "tencent resume c2");
    assert!(start.elapsed() < Duration::from_secs(2), "it waited");
    assert_eq!((second.code, server.operations().len()), (Some(75), 1), "{second:?}");
    assert_eq!(second.json()["error"]["kind"], "busy");
    if cfg!(target_os = "linux") {
        second.assert_reports(&[&format!("is held by process {}", first.id())]);
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(run(&home, "tencent resume c2 -n").code, Some(0));
}

#[test]
fn torn_last_line_is_tolerated() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent resume c1");
    run(&home, "tencent resume c2");
    let text = home.read("j.jsonl");
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
        let text = home.read("j.jsonl");
        assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
        assert_eq!(kinds(&run(&home, "tencent resume c1 c2 --resume")), ["done_before"; 2]);
    }
}

#[test]
fn foreign_file_is_left_unchanged() {
    let (server, home) = RecordingServer::accepting().with_home();
    for text in [
        "secret-key",
        r#"{"vendor":"tencent","action":"resume","target":"c1"}"#,
        "{\"schema\":\"other/1\"",
    ] {
        home.write("j.jsonl", text);
        let output = run(&home, "tencent resume c1").exits(2);
        assert_eq!(home.read("j.jsonl"), text, "{output:?}");
        output.assert_reports(&["j.jsonl is no livectl journal"]);
    }
    assert_eq!(server.operations().len(), 0);
}

#[test]
fn journal_flags_work_before_and_after_commands() {
    let (_server, home) = RecordingServer::accepting().with_home();
    for line in [
        "--journal j tencent resume c1 --resume",
        "--resume tencent resume c1 --journal j",
        "tencent --resume resume --journal j c1",
        "--journal j tencent resume --resume -- c1",
    ] {
        home.run(format!("-q {line}").split(' ')).exits(0);
    }
    home.run("tencent resume c1 --resume".split(' ')).exits(2).reports("--journal FILE");
}

#[test]
fn damage_is_refused_with_its_line() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent resume c1");
    run(&home, "tencent resume c2");
    let whole = home.read("j.jsonl");
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
            let output = run(&home, &format!("tencent resume c3{flag}")).exits(2);
            assert_eq!(output.json()["error"]["kind"].as_str(), Some("input"), "{output:?}");
            output.assert_reports(&[&format!("line {number} of the journal")]);
        }
    }
    assert_eq!(server.operations().len(), sent);
}

#[test]
fn unopenable_journal_sends_nothing() {
    let (server, home) = RecordingServer::accepting().with_home();
    fs::create_dir(home.path("folder")).unwrap();
    for (name, hint) in
        [("missing/j.jsonl", "make its folder first"), ("folder", "name a file, not a folder")]
    {
        let output = home.run_json(&format!("tencent resume c1 --journal {name}")).exits(2);
        assert_eq!(output.json()["error"]["kind"], "input", "{output:?}");
        output.assert_reports(&["cannot open the journal", name, hint]);
    }
    assert_eq!(server.operations(), []);
}

/// The largest file that a shell's process may write stands in for a disk that fills up half way.
#[test]
#[cfg(target_os = "linux")]
fn full_disk_leaves_no_unrecorded_request() {
    let (server, home) = RecordingServer::accepting().with_home();
    let names = (0..60).map(|number| format!("c{number}"));
    home.write("names", names.collect::<Vec<_>>().join("\n"));
    let limit = "ulimit -f 16; exec \"$0\" tencent resume - --journal j.jsonl -o json --rate 0 --max-targets 100 <names";
    let output = home.run_script(limit).exits(6);
    let intended = BTreeSet::from_iter(recorded(&home.path("j.jsonl"), "intent", None));
    let sent = BTreeSet::from_iter(server.targets());
    assert!(sent.is_subset(&intended), "{sent:?} {intended:?}");
    assert!(!sent.is_empty(), "{sent:?} {intended:?}");
    assert!(sent.len() < 60, "{sent:?} {intended:?}");
    let summary = &output.json()["summary"];
    assert_eq!(summary["applied"], sent.len(), "what was in flight was finished: {summary}");
    output.assert_reports(&[&format!("{} targets not tried", 60 - sent.len())]);
    let is_valid = |line: &str| serde_json::from_str::<Value>(line).is_ok();
    assert!(home.read("j.jsonl").lines().all(is_valid), "the journal is valid");
    run(&home, "tencent resume c0 --resume").exits(0);
}
