//! Ids and records: no line is done twice, none is lost.

use super::{Followed, forbid, line, resume, run_lines, settled, with_id};
use crate::prelude::*;

#[test]
fn applied_id_is_done_before_for_good() {
    let (server, home) = RecordingServer::accepting().with_home();
    let once = with_id(&line("forbid", "c1", r#","for":"1s""#), "m1");
    let lines =
        [once.clone(), once.clone(), with_id(&forbid("c2"), "m1"), with_id(&resume("c1"), "m2")];
    let output = run_lines(&home, "--journal j.jsonl", &lines).exits(5);
    let first = settled(&output.lines());
    assert_eq!(
        first,
        ["1 c1 applied", "2 c1 skipped done_before", "3 c2 skipped input", "4 c1 applied"]
    );
    // The ban has ended and the stream was put back since.
    thread::sleep(Duration::from_millis(1200));
    let again = [once.clone(), with_id(&resume("c1"), "m2"), with_id(&forbid("c2"), "m1"), once];
    let output = run_lines(&home, "--journal j.jsonl", &again);
    let repeated = ["1 c1 skipped done_before", "2 c1 skipped done_before"];
    let last = ["3 c2 skipped input", "4 c1 skipped done_before"];
    assert_eq!(settled(&output.lines()), [repeated, last].concat());
    assert_eq!(server.targets(), ["c1", "c1"]);
}

#[test]
fn id_without_success_is_done_again() {
    let server = RecordingServer::start(|request| {
        if request.number == 1 {
            response(200, r#"{"ret":20601,"message":"no"}"#)
        } else {
            accepted(request)
        }
    });
    let home = server.home();
    let lines = [with_id(&resume("c1"), "m1"), with_id(&resume("c1"), "m1")];
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!(settled(&output.lines()), ["1 c1 not_applied refused", "2 c1 applied"]);
    // Without a journal an id is only repeated.
    let output = run_lines(&home, "", &lines);
    assert_eq!(settled(&output.lines()), ["1 c1 applied", "2 c1 applied"]);
}

#[test]
fn killed_run_does_each_id_and_none_twice() {
    let (server, home) = FaultServer::answering(|request| accept_after(20, request)).with_home();
    let lines: Vec<_> = (0..40)
        .map(|number| with_id(&forbid(&format!("c{number}")), &format!("m{number}")))
        .collect();
    let mut printed_applied = Vec::new();
    for _ in 0..3 {
        let mut run = Followed::with(&home, "-j 4 --journal j.jsonl");
        lines.iter().for_each(|line| run.write(line));
        let before = server.targets().len();
        server.wait_for(before + 8);
        run.child.kill().unwrap();
        let lines = run.wait().lines().into_iter().filter(|result| result["ok"] == true);
        let id = |result: Value| result["operation"]["id"].as_str().unwrap().to_owned();
        printed_applied.extend(lines.map(id));
    }
    let journal = home.read("j.jsonl");
    for id in &printed_applied {
        let of_id = format!(r#""id":"{id}""#);
        let is_result =
            |line: &&str| line.contains(&of_id) && line.contains(r#""outcome":"applied""#);
        assert!(journal.lines().any(|line| is_result(&line)), "{id} is printed, not recorded");
    }
    let recorded: Vec<_> = lines
        .iter()
        .filter(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let id = format!(r#""id":{}"#, line["id"]);
            journal
                .lines()
                .any(|line| line.contains(&id) && line.contains(r#""outcome":"applied""#))
        })
        .collect();
    let before = server.targets().len();
    let output = run_lines(&home, "--journal j.jsonl", &lines);
    assert_eq!((output.code, output.lines().len()), (Some(0), 40), "{output:?}");
    let done_before =
        output.lines().iter().filter(|result| outcome(result) == "skipped done_before").count();
    assert_eq!(done_before, recorded.len());
    assert_eq!(server.targets().len() - before, 40 - recorded.len());
    let mut targets = server.targets();
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 40);
}

#[test]
fn nothing_is_printed_that_is_not_recorded() {
    let (server, home) = RecordingServer::accepting().with_home();
    let mut run = Followed::with(&home, "--journal j.jsonl");
    run.write(&resume("c1"));
    assert_eq!(outcome(&run.result()), "applied");
    std::fs::rename(home.path("j.jsonl"), home.path("moved.jsonl")).unwrap();
    run.write(&resume("c2"));
    let output = run.wait().exits(6).reports("1 target not tried");
    assert_eq!(&*output.stdout, "", "{output:?}");
    assert_eq!(server.targets(), ["c1"]);
}

#[test]
fn undo_wants_targets_or_a_time() {
    let (server, home) = RecordingServer::accepting().with_home();
    let output = run_lines(&home, "", &[forbid("c1"), forbid("c2")]).exits(0);
    let (_, command) = output.stderr.split_once("take a target of it back: livectl ").unwrap();
    let command = command.lines().next().unwrap();
    let run_id = command.split(' ').nth(1).unwrap();
    home.run_line(&format!("undo {run_id}")).exits(2).reports("--since 10m");
    let undone = home.run_line(&format!("{} --even-changed", command.replace("TARGET...", "c1")));
    assert_eq!(undone.code, Some(0), "{undone:?}");
    home.run_line(&format!("undo {run_id} --since 1h -n")).exits(0);
    let actions: Vec<_> = server.operations().into_iter().map(|sent| sent.action).collect();
    assert_eq!(actions.last().map(String::as_str), Some("tencent resume"));
}

#[test]
fn run_that_only_looks_is_not_remembered() {
    let (_server, home) = RecordingServer::accepting().with_home();
    assert_eq!(run_lines(&home, "", &[line("status", "c1", ""), "x".into()]).code, Some(5));
    assert_eq!(home.run_line("log").stdout.lines().count(), 1, "a header");
    assert_eq!(run_lines(&home, "", &[line("status", "c1", ""), resume("c1")]).code, Some(0));
    assert_eq!(home.run_line("log").stdout.lines().count(), 2);
}
