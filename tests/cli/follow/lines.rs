//! Each line and its result.

use std::io::Write;

use super::{Followed, forbid, line, resume, run_lines, settled, with_id};
use crate::prelude::*;

#[test]
fn line_is_acted_on_before_the_next_comes() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let mut run = Followed::with(&home, "");
    for target in ["c1", "c2", "c1"] {
        run.write(&forbid(target));
        let result = run.result();
        let expected = ("applied", &json!(target));
        assert_eq!((outcome(&result).as_str(), &result["operation"]["target"]), expected);
    }
    let output = run.end().exits(0).reports("3 lines: 3 applied (profile prod; ");
    assert_eq!(&*output.stdout, "", "{output:?}");
}

#[test]
fn each_line_has_one_result() {
    let (server, home) = RecordingServer::accepting().with_home();
    let lines = [forbid("c1"), forbid("c1"), resume("c1"), String::new(), resume("c2")];
    let output = run_lines(&home, "", &lines).exits(0);
    let results = output.lines();
    assert_eq!(settled(&results), ["1 c1 applied", "2 c1 applied", "3 c1 applied", "5 c2 applied"]);
    let of_c1 = server.operations().into_iter().filter(|sent| sent.target == "c1");
    let actions: Vec<_> = of_c1.map(|sent| sent.action).collect();
    assert_eq!(actions, ["tencent forbid", "tencent forbid", "tencent resume"]);
}

#[test]
fn lines_of_one_target_are_done_in_turn() {
    let (server, home) = FaultServer::answering(|request| accept_after(100, request)).with_home();
    let pair = [forbid("c1"), resume("c1")];
    let lines = [&pair[..], &pair, &pair, &[forbid("c2")]].concat();
    run_lines(&home, "", &lines).exits(0);
    let sent = server.operations();
    let of_c1: Vec<_> = sent.iter().filter(|sent| sent.target == "c1").collect();
    for pair in of_c1.windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(90));
        assert_ne!(pair[0].action, pair[1].action);
    }
    assert!(sent[..2].iter().any(|sent| sent.target == "c2"), "another target waits for none");
}

#[test]
fn bad_lines_become_results() {
    let (server, home) = RecordingServer::accepting().with_home();
    let lines = [
        "c1".to_owned(),
        with_id(&line("forbid", "c2", ""), "msg-2"),
        r#"{"vendor":"tencent","action":"resume","id":"msg-3"}"#.to_owned(),
        r#"{"id":"msg-4","vendor":"#.to_owned(),
        with_id(&resume("https://play.example.com/live/c5.flv?txSecret=s3cret"), "msg-5"),
        line("resume", "c6", r#","profile":"other""#),
        "[]".to_owned(),
        resume("c8"),
    ];
    let output = run_lines(&home, "--journal j.jsonl", &lines).exits(5);
    let results = output.lines();
    let bad = |line: u64| results.iter().find(|result| result["line"] == line).unwrap();
    for number in 1..8 {
        let result = bad(number);
        assert_eq!(outcome(result), "skipped input");
        assert_eq!(result["error"]["again"], false);
        let message = result["error"]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("line {number}: ")), "{message}");
    }
    assert_eq!(bad(2)["operation"]["id"], "msg-2");
    assert_eq!(bad(3)["operation"]["id"], "msg-3");
    assert_eq!(bad(4)["operation"]["id"], "msg-4");
    assert_eq!(outcome(bad(8)), "applied");
    assert_eq!(server.targets(), ["c8"]);
    let journal = home.read("j.jsonl");
    for id in ["msg-2", "msg-3", "msg-5"] {
        assert!(journal.contains(&format!(r#""id":"{id}""#)), "{id}: {journal}");
    }
    assert!(!journal.contains("s3cret") && !output.stdout.contains("s3cret"));
    assert_eq!(home.run_line("log --from j.jsonl").code, Some(0));
}

#[test]
fn policy_is_asked_of_every_line() {
    let (server, home) = RecordingServer::accepting().with_home();
    let policy = "[policy]\nprotect = [\"tencent:gala*\"]\nmax_ban = \"3h\"\n";
    home.write_config(&format!("{}\n{policy}", profile(&server.endpoint())));
    let lines = [
        forbid("c1"),
        forbid("gala1"),
        resume("gala1"),
        line("forbid", "c2", r#","for":"4h""#),
        line("forbid", "gala2", r#","for":"1h","reason":"court order""#),
    ];
    let output = run_lines(&home, "--even-protected gala2 --even-protected never", &lines).exits(5);
    let settled = settled(&output.lines()).join(", ");
    let first = "1 c1 applied, 2 gala1 skipped protected, 3 gala1 applied";
    assert_eq!(settled, format!("{first}, 4 c2 skipped input, 5 gala2 applied"));
    let results = output.lines();
    let protected = results.iter().find(|result| result["line"] == 2).unwrap();
    let message = protected["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("line 2: target gala1: it is protected: tencent:gala* ("));
    assert!(protected["error"]["hint"].as_str().unwrap().ends_with("--even-protected gala1"));
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.write("lines.jsonl", resume("c1"));
    home.write("lines.csv", "vendor,action,target\ntencent,resume,c1\n");
    for (words, what, hint) in [
        ("", "--follow needs --max-targets N", "--max-targets 60"),
        ("--max-targets 9 --resume --journal j", "--resume compares a list", "an `id`"),
        ("--max-targets 9 -o json", "--follow prints JSON Lines", "-o jsonl"),
        ("--max-targets 9 -o table", "--follow prints JSON Lines", "-o jsonl"),
        ("--max-targets 9 --shard 0/2", "--shard divides a list", "leave out --shard"),
        ("--max-targets 9 -n", "a dry run on none", "apply --dry-run"),
    ] {
        let output = home.run_line(&format!("apply --follow lines.jsonl {words}")).exits(2);
        output.assert_reports(&[what, hint]);
    }
    for file in ["lines.csv", "none.jsonl", "."] {
        home.run_line(&format!("apply --follow {file} --max-targets 9")).exits(2);
    }
    assert_eq!(server.operations(), []);
    let output = home.run_line("apply --follow lines.jsonl --max-targets 9 -o jsonl");
    assert_eq!((output.code, server.targets()), (Some(0), vec!["c1".to_owned()]));
}

#[test]
fn lines_of_an_unusable_vendor_can_be_repeated() {
    let (server, home) = RecordingServer::accepting().with_home();
    let config = profile(&server.endpoint());
    let jd = format!("secret_key = \"{}\"", crate::fixture::JD_SECRET);
    home.write_config(&config.replace(&jd, "secret_key = { file = \"none.key\" }"));
    let permit = r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"a.com"}"#;
    let huawei = r#"{"vendor":"huawei","action":"drop","target":"live/a","domain":"a.com"}"#;
    let output = run_lines(&home, "", &[permit.to_owned(), resume("c1"), huawei.to_owned()]);
    assert_eq!(output.code, Some(5), "{output:?}");
    let results = output.lines();
    let expected = ["1 live/a skipped stopped", "2 c1 applied", "3 live/a skipped stopped"];
    assert_eq!(settled(&results), expected);
    for result in results.iter().filter(|result| result["ok"] == false) {
        assert_eq!(result["error"]["again"], true, "{result}");
    }
    assert!(output.stderr.contains("jd cannot be used, and its lines are skipped"), "{output:?}");
    home.write_config(&config);
    home.run_line("apply --follow none.jsonl --max-targets 3 -p other").exits(2);
}

#[test]
fn secret_in_a_line_is_never_shown() {
    let (server, home) = RecordingServer::accepting().with_home();
    let secret = TENCENT_SECRET;
    let lines =
        [resume(secret), line("forbid", "c1", &format!(r#","for":"1h","reason":"{secret}""#))];
    let output = run_lines(&home, "--journal j.jsonl", &lines).exits(5);
    let text = format!("{}{}{}", output.stdout, output.stderr, home.read("j.jsonl"));
    assert!(!text.contains(secret), "{text}");
    assert_eq!(server.operations(), []);
    assert_eq!(settled(&output.lines()).len(), 2);
}

#[test]
fn named_pipe_is_read_until_its_writer_ends() {
    let (_server, home) = RecordingServer::accepting().with_home();
    assert!(home.shell("mkfifo lines.jsonl").status().unwrap().success());
    let words = "apply --follow lines.jsonl --rate 0 --max-targets 9";
    let mut run = Followed::spawn(&mut home.process(words.split(' ')));
    // Without a writer it waits, and a signal ends that.
    thread::sleep(Duration::from_millis(200));
    run.signal("TERM");
    assert_eq!(run.wait().code, Some(143));
    run = Followed::spawn(&mut home.process(words.split(' ')));
    let mut pipe = std::fs::File::options().write(true).open(home.path("lines.jsonl")).unwrap();
    pipe.write_all(format!("{}\n", resume("c1")).as_bytes()).unwrap();
    assert_eq!(settled(&[run.result()]), ["1 c1 applied"]);
    drop(pipe);
    assert_eq!(run.wait().code, Some(0));
}

#[test]
fn verified_line_has_one_result() {
    let forbidden = r#"{"ret":0,"message":"success","output":[{"status":3}]}"#;
    let (_server, home) = RecordingServer::with_looks(|_| forbidden.to_owned()).with_home();
    let lines = [with_id(&forbid("c1"), "m1"), with_id(&forbid("c1"), "m1"), resume("c2")];
    let output = run_lines(&home, "--verify --verify-timeout 1s --journal j.jsonl", &lines);
    let expected = ["1 c1 applied", "2 c1 skipped done_before", "3 c2 unknown unverified"];
    assert_eq!(settled(&output.lines()), expected);
    assert_eq!(output.lines().iter().filter(|result| result["verified"] == true).count(), 1);
    // What was left in doubt by the looks is done again.
    let again =
        run_lines(&home, "--journal j.jsonl", &[with_id(&forbid("c1"), "m1"), resume("c2")]);
    assert_eq!(settled(&again.lines()), ["1 c1 skipped done_before", "2 c2 applied"]);
}
