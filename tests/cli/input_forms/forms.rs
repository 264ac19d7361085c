//! Inputs of another form than the reader expects.

use super::{apply, errors, has_program};
use crate::prelude::*;

#[test]
fn another_separator_is_reported_once() {
    for (table, fact) in [
        ("vendor;action;target\ntencent;resume;a\ntencent;resume;b\n", "`;`"),
        ("vendor\taction\ttarget\ntencent\tresume\ta\n", "tab"),
        ("sep=;\nvendor;action;target\ntencent;resume;a\n", "`;`"),
        ("vendor|action|target\ntencent|resume|a\n", "`|`"),
        ("\u{feff}vendor;action;target\r\ntencent;resume;a\r\n", "`;`"),
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_refused(&server, &output, &[fact, "separated"]);
        assert_eq!(errors(&output), 1, "{output:?}");
    }
}

#[test]
fn missing_header_is_reported_once() {
    for table in [
        "tencent,resume,a\ntencent,resume,b\n",
        "tencent,forbid,8888_a,2h\n",
        "jd,permit,live/a,push.example.com\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table);
        assert_refused(&server, &output, &["header", "vendor,action,target"]);
        assert_eq!(errors(&output), 1, "{output:?}");
    }
}

#[test]
fn empty_columns_at_the_edge_are_ignored() {
    for table in [
        "vendor,action,target,,,\ntencent,resume,a,,,\ntencent,resume,b,,,\n",
        "vendor,action,target,\r\ntencent,resume,a,\r\ntencent,resume,b,\r\n",
        "vendor,action,target, ,\ntencent,resume,a,,\ntencent,resume,b,,\n",
        "vendor,action,target,,\ntencent,resume,a,,\ntencent,resume,b,,\n,,,,\n,,,,\n",
        "sep=,\nvendor,action,target\ntencent,resume,a\ntencent,resume,b\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table).exits(0);
        assert_eq!(output.targets(), ["a", "b"]);
    }
    // A cell that is not empty needs a column.
    let server = RecordingServer::accepting();
    let output = apply(&server, "a.csv", "vendor,action,target,\ntencent,resume,a,spam\n");
    assert_refused(&server, &output, &["line 2"]);
}

#[test]
fn json_document_is_reported_once_with_jq() {
    let operation = |number: usize| json!({"vendor": "tencent", "action": "resume", "target": format!("c{number}")});
    let operations: Vec<_> = (0..15).map(operation).collect();
    let results: Vec<_> = operations.iter().map(|o| json!({"ok": false, "operation": o})).collect();
    let document = json!({"schema": "livectl/1", "ok": false, "results": results});
    for (content, filter) in [
        (Value::from(operations.clone()).to_string(), ".[]"),
        (serde_json::to_string_pretty(&operations).unwrap(), ".[]"),
        (document.to_string(), ".results[].operation"),
        (serde_json::to_string_pretty(&document).unwrap(), ".results[].operation"),
    ] {
        let (server, home) = RecordingServer::accepting().with_home();
        home.write("all.jsonl", &content);
        let output = home.run_line("apply all.jsonl -o json");
        assert_refused(&server, &output, &[&format!("jq -c '{filter}'")]);
        assert_eq!(errors(&output), 1, "{output:?}");
        let has_jq = std::process::Command::new("jq").arg("--version").output().is_ok();
        if has_jq {
            let printed = printed_commands(&output.stderr);
            let command = printed.iter().find(|command| command.starts_with("jq ")).unwrap();
            let rest = home.run_printed(command);
            assert_eq!((rest.code, server.requests().len()), (Some(0), 15), "{command}: {rest:?}");
        }
    }
}

#[test]
fn conversion_goes_to_the_same_account() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.write("a.json", r#"[{"vendor":"tencent","action":"resume","target":"a"}]"#);
    home.write("b.csv", "vendor;action;target\ntencent;resume;b\n");
    for (name, program) in [("a.json", "jq"), ("b.csv", "python3")] {
        for line in [format!("--sandbox apply {name}"), format!("apply {name} -n")] {
            let refused = home.run_line(&line);
            let flag = if line.ends_with("-n") { " -n" } else { "--sandbox" };
            assert_refused(&server, &refused, &[flag]);
            if has_program(program) {
                let output = run_first_printed(&home, &refused);
                assert_eq!((output.code, server.requests().len()), (Some(0), 0), "{output:?}");
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_reported_once() {
    let server = RecordingServer::accepting();
    let utf16: Vec<u8> = "\u{feff}a\r\nb\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, fact) in [
        (&b"\x1f\x8b\x08\x00"[..], "gunzip -c"),
        (b"PK\x03\x04\n\n\n", "save the sheet as CSV"),
        (&utf16, "iconv -f UTF-16 -t UTF-8"),
    ] {
        let home = server.home();
        for name in ["a.csv", "a.jsonl"] {
            home.write(name, content);
            let refused = home.run(["apply", name, "-o", "json"]);
            assert_refused(&server, &refused, &[fact]);
            assert_eq!(errors(&refused), 1, "{refused:?}");
        }
        let refused = home.run_with_input("tencent resume - -o json", content);
        assert_refused(&server, &refused, &[fact]);
        assert_eq!(errors(&refused), 1, "{refused:?}");
    }
}

#[test]
fn list_of_another_form_is_reported_once() {
    let (server, home) = RecordingServer::accepting().with_home();
    let run = |line: &str| home.run_line(&format!("--sandbox -q {line}")).stdout;
    for (input, fact) in [
        (run("tencent status a b"), "-o targets"),
        (run("tencent resume a b"), "-o targets"),
        (run("tencent resume a b -o jsonl"), "jq -r '.operation.target'"),
        (run("tencent resume a b -o json"), "jq -r '.results[].operation.target'"),
        (run("tencent resume a b -o csv"), "apply - --format csv"),
        ("[\"a\", \"b\"]\n".into(), "jq -r '.[]'"),
        (
            lines([json!({"vendor": "tencent", "action": "resume", "target": "a"})]),
            "livectl apply -",
        ),
    ] {
        let refused = home.run_with_input("tencent drop - -o json", input.as_str());
        assert_refused(&server, &refused, &[fact]);
        assert_eq!(errors(&refused), 1, "{refused:?}");
    }
    // The way out works.
    let input = run("tencent resume a b -o jsonl");
    let refused = home.run_with_input("tencent resume -", input.as_str());
    if has_program("jq") {
        home.write("FILE", input);
        run_first_printed(&home, &refused);
        assert_eq!(server.targets(), ["a", "b"], "{refused:?}");
    }
}

#[test]
fn header_may_have_capitals_and_blanks() {
    for table in [
        "Vendor,Action,Target,Domain,For\njd,forbid,live/a,a.cn,2h\n",
        "VENDOR, ACTION, FOR, DOMAIN, Result.OK,TARGET\njd, Forbid, 2h, a.cn, true,live/a\n",
        "\u{feff}vendor ,action ,target ,domain ,for \r\njd ,forbid ,live/a,a.cn ,2h \r\n",
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, "a.csv", table).exits(0);
        assert_eq!(output.operations()[0]["domain"], "a.cn", "{output:?}");
        assert_eq!(output.targets(), ["live/a"]);
    }
    // A name is never trimmed.
    let server = RecordingServer::accepting();
    let output = apply(&server, "a.csv", "vendor, action, target\ntencent, resume, a\n");
    assert_refused(&server, &output, &["line 2: target \" a\": it begins or ends with a blank"]);
    let output = apply(&server, "a.csv", "Vendor;Action;Target\ntencent;resume;a\n");
    assert_refused(&server, &output, &["separated by `;`"]);
}

#[test]
fn unknown_name_has_the_nearest_one() {
    let server = RecordingServer::accepting();
    for (column, fact) in [
        ("untill", "line 1: unknown column \"untill\"; did you mean `until`?"),
        ("colour", "unknown column \"colour\"; the columns are vendor, action,"),
    ] {
        let output = apply(&server, "a.csv", &format!("vendor,action,target,{column}\n"));
        assert_refused(&server, &output, &[fact]);
    }
    for (line, fact) in [
        (r#"{"Vendor":"jd"}"#, "line 1: unknown key \"Vendor\"; did you mean `vendor`? (column"),
        (r#"{"vendor":"jd","colour":1}"#, "unknown key \"colour\"; the keys are vendor, action,"),
        (r#"{"vendor":"jd","vendor":"jd"}"#, "the key `vendor` occurs twice"),
        (r#"{"vendor":"jd","action":"permit"}"#, "the key `target` is missing"),
    ] {
        let output = apply(&server, "a.jsonl", line).omits("expected one of");
        assert_refused(&server, &output, &[fact]);
    }
}
