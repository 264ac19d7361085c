//! `--resume`: which operations of a journal are sent again.

use super::{busy, ends, kinds, records, refused, run};
use crate::prelude::*;

/// Long enough for an end counted from now to be another second.
fn wait_for_another_second() {
    thread::sleep(Duration::from_millis(1_100));
}

/// A vendor that leaves the request of this number in doubt.
fn busy_at(number: usize) -> RecordingServer {
    RecordingServer::start(move |request| match request.number {
        sent if sent == number => busy(),
        _ => accepted(request),
    })
}

#[test]
fn resume_skips_what_was_applied() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent resume c1");
    let records = records(&home.path("j.jsonl"));
    let result = records.iter().find(|record| record["record"] == "result").unwrap();
    let applied_at = result["at"].as_str().unwrap()[..19].to_owned();
    let output = run(&home, "tencent resume c1 c2 --resume").exits(0).reports("1 done before");
    assert_eq!(kinds(&output), ["done_before", "applied"]);
    let before = &output.results()[0];
    assert_members(before, &json!({"ok": true, "outcome": "skipped", "attempts": 0}));
    assert_contains(&before["error"]["message"], &applied_at);
    assert_eq!(server.targets(), ["c1", "c2"]);
}

#[test]
fn run_without_resume_sends_again() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent resume c1");
    assert_eq!(kinds(&run(&home, "tencent resume c1")), ["applied"]);
    assert_eq!(server.targets(), ["c1", "c1"]);
}

#[test]
fn resume_follows_the_last_run() {
    let (server, home) = busy_at(2).with_home();
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
    let first = run(&home, "tencent resume good doubt refused --attempts 1").exits(4);
    assert_eq!(kinds(&first), ["applied", "http", "refused"]);

    *is_well.lock().unwrap() = true;
    let second = run(&home, "tencent resume good doubt refused --resume");

    assert_eq!(kinds(&second), ["done_before", "applied", "applied"]);
    let third = run(&home, "tencent resume good doubt refused --resume");
    assert_eq!(kinds(&third), ["done_before"; 3]);
}

#[test]
fn resume_keeps_the_end_first_resolved() {
    for asked in ["tencent forbid c1 --for 2h", "tencent forbid c1 --longest"] {
        let (server, home) = busy_at(1).with_home();
        assert_eq!(run(&home, &format!("{asked} --attempts 1")).code, Some(4));
        wait_for_another_second();
        let output = run(&home, &format!("{asked} --resume")).exits(0);
        let ends = ends(&server.operations());
        assert_eq!((ends.len(), ends[0]), (2, ends[1]));
        let until = output.operations()[0]["until"].as_str().unwrap().to_owned();
        assert_eq!(DateTime::parse_from_rfc3339(&until).unwrap().timestamp(), ends[0]);
        assert_eq!(kinds(&run(&home, &format!("{asked} --resume"))), ["done_before"]);
    }
}

#[test]
fn passed_until_is_expired_on_resume() {
    let (server, home) = RecordingServer::always(busy()).with_home();
    let until = (Utc::now() + TimeDelta::seconds(2)).to_rfc3339();
    run(&home, &format!("tencent forbid c1 --until {until} --attempts 1"));
    thread::sleep(Duration::from_millis(3_100));
    let output = run(&home, &format!("tencent forbid c1 --until {until} --resume"));
    assert_eq!((output.code, kinds(&output)), (Some(5), vec!["expired".to_owned()]), "{output:?}");
    assert!(server.operations().len() <= 1);
}

#[test]
fn ended_ban_with_a_length_is_sent_again() {
    let (server, home) = RecordingServer::accepting().with_home();
    for ban in
        ["tencent forbid c1 --for 1s", "-c openapi.toml jd forbid live/a --domain a.cn --for 1s"]
    {
        home.write("openapi.toml", newer_profile(&server.url()));
        run(&home, ban);
        thread::sleep(Duration::from_millis(2_100));
        let output = run(&home, &format!("{ban} --resume")).exits(0);
        assert_eq!(kinds(&output), ["applied"], "{output:?}");
        output.assert_reports(&["1 ban of the journal has ended and is sent again"]);
    }
}

#[test]
fn ended_ban_with_a_moment_stays_done() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let until = (Utc::now() + TimeDelta::seconds(2)).to_rfc3339();
    run(&home, &format!("tencent forbid c1 --until {until}"));
    thread::sleep(Duration::from_millis(3_100));
    let output = run(&home, &format!("tencent forbid c1 --until {until} --resume")).exits(0);
    assert_eq!(kinds(&output), ["done_before"], "{output:?}");
    assert_contains(&output.only_result()["error"]["message"], "; it ended at ");
}

#[test]
fn settings_match_as_asked() {
    let (_server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent forbid c1 --for 2h");
    for (asked, kind) in [
        ("--for 2h", "done_before"),
        ("--for 120m", "applied"),
        ("--for 3h", "applied"),
        ("--until 2099-01-01T00:00:00Z", "applied"),
    ] {
        let output = run(&home, &format!("tencent forbid c1 {asked} --resume"));
        assert_eq!(kinds(&output), [kind], "{asked}");
    }
    run(&home, "jd permit live/a --domain one.cn");
    assert_eq!(kinds(&run(&home, "jd permit live/a --domain two.cn --resume")), ["applied"]);
    // The stream of that name at another domain is another stream.
    assert_eq!(kinds(&run(&home, "jd permit live/a --domain one.cn --resume")), ["done_before"]);
}

#[test]
fn resume_ignores_the_order_of_lines() {
    let (_server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent forbid c1 c2 --for 2h");
    let rows = "2h,c3,forbid,tencent\n2h,c2,forbid,tencent\n2h,c1,Forbid,Tencent\n";
    home.write("a.csv", format!("for,target,action,vendor\n{rows}"));
    let output = run(&home, "apply a.csv --resume");
    assert_eq!(kinds(&output), ["applied", "done_before", "done_before"]);
}

#[test]
fn later_action_makes_an_operation_new() {
    let (server, home) = RecordingServer::accepting().with_home();
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
    let server = RecordingServer::start(|request| match &*request.operations()[0].action {
        "tencent resume" => refused(request),
        _ => accepted(request),
    });
    let home = server.home();
    run(&home, "tencent forbid c1 --for 2h");
    run(&home, "tencent resume c1");
    assert_eq!(kinds(&run(&home, "tencent forbid c1 --for 2h --resume")), ["done_before"]);
}

#[test]
fn resume_matches_by_profile() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "--sandbox tencent resume c1");
    assert_eq!(kinds(&run(&home, "--sandbox tencent resume c1 --resume")), ["done_before"]);
    assert_eq!(kinds(&run(&home, "tencent resume c1 --resume")), ["applied"]);
    fs::remove_file(home.path("livectl/config.toml")).unwrap();
    let line = "tencent resume c1 --journal j.jsonl --resume -o json";
    let output = home.run_with(&tencent_variables(&server.url()), line.split(' '));
    assert_eq!(kinds(&output), ["applied"], "{output:?}");
    assert_eq!(server.operations().len(), 2);
    assert_eq!(records(&home.path("j.jsonl")).last().unwrap()["profile"], Value::Null);
}

#[test]
fn resume_needs_a_journal() {
    let (server, home) = RecordingServer::accepting().with_home();
    let without = home.run_line("tencent resume c1 --resume -o json").exits(2).reports("--journal");
    assert_eq!(without.json()["error"]["kind"].as_str(), Some("usage"), "{without:?}");
    let output = run(&home, "tencent resume c1 --resume");
    assert_eq!((output.code, kinds(&output)), (Some(0), vec!["applied".to_owned()]));
    output.assert_reports(&["note: ", "is not there yet"]);
    assert_eq!(server.targets(), ["c1"]);
}
