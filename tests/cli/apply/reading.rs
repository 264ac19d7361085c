//! What is read from a file, and what of it is refused.

use super::{FIVE, apply, assert_beginnings, input_errors, line};
use crate::prelude::*;
use crate::vendor_messages::refusal;

#[test]
fn json_lines_mix_all_operations() {
    let server = RecordingServer::accepting();
    let output = apply(&server, "operations.jsonl", FIVE, &[]).exits(0);
    assert_eq!(output.targets(), ["push.example.com", "live/cam1", "8888_a", "8888_b", "request1"]);
    let asked = |sent: &SentOperation| format!("{} {}", sent.action, sent.target);
    let mut asked: Vec<_> = server.operations().iter().map(asked).collect();
    asked.sort();
    let jd = ["jd permit live/cam1", "jd timeout push.example.com", "shumei close request1"];
    let tencent = ["tencent forbid 8888_a", "tencent resume 8888_b"];
    assert_eq!(asked, [&jd[..], &tencent].concat());
}

#[test]
fn csv_mixes_all_operations() {
    let server = RecordingServer::accepting();
    let table = "\
vendor,action,target,seconds,domain,for
jd,timeout,push.example.com,30,,
jd,permit,live/cam1,,push.example.com,
tencent,forbid,8888_a,,,2h
tencent,resume,8888_b,,,
shumei,close,request1,,,
";

    let output = apply(&server, "operations.csv", table, &[]).exits(0);

    let operations = output.operations();
    let seconds = json!({"seconds": 30});
    assert_eq!(operations[0], operation("jd timeout", "push.example.com", &seconds));
    let domain = json!({"domain": "push.example.com"});
    assert_eq!(operations[1], operation("jd permit", "live/cam1", &domain));
    assert!(operations[2]["until"].as_str().unwrap().ends_with('Z'));
    assert_eq!(operations[3], operation("tencent resume", "8888_b", &json!({})));
}

#[test]
fn csv_dialects_are_read() {
    let server = RecordingServer::accepting();
    let table = "\u{feff}target,action,vendor\r\n\"a,b\",resume,tencent\r\n直播间_测试,resume,tencent\r\n\"say \"\"hi\"\"\",resume,tencent\r\nlast,resume,tencent";
    apply(&server, "operations.csv", table, &["-j", "1"]).exits(0);
    assert_eq!(server.targets(), ["a,b", "直播间_测试", "say \"hi\"", "last"]);
}

#[test]
fn json_lines_dialects_are_read() {
    let server = RecordingServer::accepting();
    let lines =
        format!("\u{feff}{}\r\n\r\n   \r\n{}", line("直播间").trim_end(), line("last").trim_end());
    apply(&server, "operations.jsonl", lines, &["-j", "1"]).exits(0);
    assert_eq!(server.targets(), ["直播间", "last"]);
}

#[test]
fn format_follows_extension_or_flag() {
    let table = "vendor,action,target\ntencent,resume,c1\n";
    let home = RecordingServer::accepting().home();
    for (name, content) in [
        ("a.jsonl", line("c1")),
        ("a.JSONL", line("c1")),
        ("a.csv", table.into()),
        ("a", line("c1")),
    ] {
        home.write(name, content);
    }
    let run = |args: &str, input: &str| home.run_with_input(&format!("-n apply {args}"), input);
    for (args, input, code) in [
        ("a.jsonl", "", 0),
        ("a.JSONL", "", 0),
        ("a.csv", "", 0),
        ("a --format jsonl", "", 0),
        ("-", &line("c1"), 0),
        ("- --format csv", table, 0),
        ("-", table, 2),
        ("a.jsonl --format csv", "", 2),
        ("missing.jsonl", "", 2),
    ] {
        assert_eq!(run(args, input).code, Some(code), "{args}: {input}");
    }
    run("a", "").exits(2).reports("--format jsonl or --format csv");
}

#[test]
fn failed_operations_are_valid_input() {
    let server = RecordingServer::start(|request| {
        if request.target().ends_with('1') {
            response(200, refusal(request).to_string())
        } else {
            accepted(request)
        }
    });
    let mut text: String = (0..4).map(|n| FIVE.replace("8888_a", &format!("8888_{n}"))).collect();
    text += &line("c1");
    let output = apply(&server, "operations.jsonl", text, &["-j", "1"]).exits(5);
    let mut results = output.results();
    results.retain(|result| result["ok"] == false);
    let failed: Vec<_> = results.iter().map(|result| result["operation"].clone()).collect();

    let second = RecordingServer::accepting();
    let output = second.home().run_with_input("apply - -o json", lines(&failed)).exits(0);

    assert_eq!(output.operations(), failed);
    assert_eq!(failed.len(), 4, "cam1, 8888_1, request1 and c1");
}

#[test]
fn empty_edges_of_a_spreadsheet_are_ignored() {
    let server = RecordingServer::accepting();
    let sheet = "vendor,action,target,audio,result.ok,,\n\
                 shumei,close,r1,TRUE,x,,\n\
                 shumei,close,r2,FALSE,,,\n\
                 ,,,,,,\n";
    let output = apply(&server, "sheet.csv", sheet, &["--dry-run"]).exits(0);
    let document = output.json();
    let audio = |index: usize| &document["results"][index]["operation"]["audio"];
    assert_eq!((audio(0), audio(1)), (&json!(true), &json!(null)));
    let stray = "vendor,action,target,,\ntencent,resume,a,,7\n";
    assert_beginnings(&input_errors("stray.csv", stray), &["line 2: a cell has a value"]);
}

#[test]
fn identical_lines_are_sent_once() {
    let server = RecordingServer::accepting();
    let output = apply(&server, "operations.jsonl", FIVE.repeat(3), &[]);
    assert_eq!((output.code, server.operations().len()), (Some(0), 5), "{output:?}");
    assert_eq!(output.results().len(), 5);
    assert!(output.stderr.contains("10 repeated operations"), "{output:?}");
}

#[test]
fn id_comes_back_in_the_result() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let with_id = line("8888_a").replace('}', r#","id":"msg-1"}"#);
    home.write("lines.jsonl", &with_id);
    home.write("lines.csv", "vendor,action,target,id\ntencent,resume,8888_a,msg-1\n");
    for file in ["lines.jsonl", "lines.csv"] {
        let output = home.run_line(&format!("apply {file} -o json --journal j.jsonl")).exits(0);
        let operation = &output.json()["results"][0]["operation"];
        assert_eq!(operation["id"], "msg-1", "{operation}");
        home.write("again.jsonl", format!("{operation}\n"));
        assert_eq!(home.run_line("apply again.jsonl --dry-run").code, Some(0));
    }
    let journal = home.read("j.jsonl");
    assert_eq!(journal.matches(r#""profile":"prod","id":"msg-1""#).count(), 0);
    assert!(journal.contains(r#""target":"8888_a","id":"msg-1","profile":"prod"}"#), "{journal}");
    assert!(
        journal.contains(r#""asked":{"vendor":"tencent","action":"resume","target":"8888_a"}"#)
    );
    // The id is no part of what `--resume` compares.
    let output = home.run_line("apply lines.csv -o json --journal j.jsonl --resume");
    assert_eq!(output.json()["summary"]["done_before"], 1, "{output:?}");
}
