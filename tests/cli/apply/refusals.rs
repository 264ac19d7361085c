//! Lines and rows that are refused, all at once.

use super::{FIVE, apply, assert_beginnings, input_errors, line};
use crate::prelude::*;

#[test]
fn bad_json_lines_are_all_listed() {
    let lines = [
        r#"{"vendor":"tencent","action":"resume","target":"good"}"#,
        r#"{"vendor":"tencent","action":"resume"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"a","colour":"red"}"#,
        "",
        r#"{"vendor":"tencent","action":"resume","target":"a","target":"b"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"a","domain":"push.example.com"}"#,
        r#"{"vendor":"tencent","action":"forbid","target":"a","for":null}"#,
        r#"{"vendor":"tencent","action":"resume","target":7}"#,
        r#"{"vendor":"tencent","action":"resume","target":null}"#,
        r#"["tencent","resume","array"]"#,
        r#""tencent""#,
        "tencent resume a",
        r#"{"vendor":"tencent","action":"resume","target":"a"} {}"#,
        r#"{"vendor":"aws","action":"resume","target":"a"}"#,
        r#"{"vendor":"tencent","action":"ban","target":"a"}"#,
        r#"{"vendor":"tencent","action":"forbid","target":"a","for":"2h","until":"2099-01-01T00:00:00Z"}"#,
        r#"{"vendor":"jd","action":"timeout","target":"push.example.com"}"#,
        r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":121}"#,
        r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":30.0}"#,
        r#"{"vendor":"jd","action":"permit","target":"cam1","domain":"push.example.com"}"#,
        r#"{"vendor":"shumei","action":"close","target":"a","cluster":"sh"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"a"#,
    ];

    let messages = input_errors("bad.jsonl", lines.join("\n"));

    let bad = (2..=lines.len()).filter(|number| *number != 4);
    let beginnings: Vec<_> = bad.map(|number| format!("line {number}: ")).collect();
    assert_beginnings(&messages, &beginnings.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn bad_json_line_names_its_column() {
    for (line, error) in [
        (
            r#"{"vendor": 7}"#,
            "line 1: invalid type: integer `7`, expected a string for `vendor` (column 12)",
        ),
        (
            r#"{"for": null}"#,
            "line 1: invalid type: null, expected a string or a whole number for `for` (column 12)",
        ),
        (r#"{"vendor": "jd",}"#, "line 1: it is not JSON: trailing comma (column 17)"),
    ] {
        assert_eq!(input_errors("bad.jsonl", line), [error]);
    }
}

#[test]
fn invalid_utf_8_is_listed() {
    let mut lines = line("good").into_bytes();
    lines.extend_from_slice(
        b"{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"\xb3\xc9\"}\n",
    );
    assert_beginnings(&input_errors("bad.jsonl", lines), &["line 2: it is not UTF-8"]);
    let table = b"vendor,action,target\ntencent,resume,\xb3\xc9\n";
    assert_beginnings(&input_errors("bad.csv", table), &["line 2: target is not UTF-8"]);
}

#[test]
fn unmatched_quotes_make_a_row_bad() {
    let header = "vendor,action,for,target\n";
    for (rows, says) in [
        ("tencent,forbid,2h,\"8888_test12", "line 2: a quote is not closed"),
        (
            "tencent,forbid,2h,a\ntencent,forbid,2h,\"8888_te\"st12\n",
            "line 3: text follows the quote that closes a cell",
        ),
        (
            "tencent,\"forbid\" ,2h,a\ntencent,forbid,2h,\"b\"\r\n",
            "line 2: text follows the quote that closes a cell",
        ),
    ] {
        assert_eq!(input_errors("a.csv", format!("{header}{rows}")), [says]);
    }
    let good =
        format!("{header}tencent,forbid,\"2h\",\"8888_\"\"a\"\"\"\ntencent,forbid,2h,8888_b\"c\n");
    let output = apply(&RecordingServer::accepting(), "a.csv", good, &["-n"]);
    assert_eq!(output.targets(), ["8888_\"a\"", "8888_b\"c"]);
}

#[test]
fn bad_csv_rows_are_all_listed() {
    for end in ["\n", "\r\n"] {
        let rows = "vendor,action,target,domain|tencent,resume,good,||tencent,resume,a,push.example.com|\
                    tencent,resume,a|tencent,resume,a,,|||tencent,,a,|tencent,resume,\"two|lines\",|,resume,a,|\
                    tencent,resume,\"no end,|tencent,resume,a,";
        let messages = input_errors("bad.csv", rows.replace('|', end));
        let beginnings =
            ["line 4: ", "line 5: ", "line 6: ", "line 9: ", "line 10: ", "line 12: ", "line 13: "];
        assert_beginnings(&messages, &beginnings);
    }
}

#[test]
fn bad_header_is_line_1() {
    let missing = |column: &str| format!("line 1: the column `{column}` is missing");
    assert_beginnings(
        &input_errors("bad.csv", "vendor,action,target,colour,for,for\ntencent,resume,a,,,\n"),
        &["line 1: unknown column \"colour\"", "line 1: the column `for` occurs twice"],
    );
    assert_beginnings(
        &input_errors("bad.csv", "name,action\nc1,resume\n"),
        &["line 1: unknown column \"name\"", &missing("vendor"), &missing("target")],
    );
}

#[test]
fn input_in_another_form_is_refused_once() {
    let operations = |count: usize| (0..count).map(line).collect::<String>();
    let array = format!("[{}]", operations(2).trim_end().replace('\n', ","));
    let pretty = "{\n  \"vendor\": \"tencent\"\n}\n";
    let document = "{\"schema\":\"livectl/1\",\"ok\":true,\"error\":null,\n \"results\":[]}\n";
    let result = format!("{{\"ok\":true,\"operation\":{}}}\n", operations(1).trim_end());
    let header = "vendor;action;target\n";
    for (name, content, message, way) in [
        (
            "a.jsonl",
            array.as_str(),
            "the input is a JSON array",
            "jq -c '.[]' a.jsonl | livectl apply -",
        ),
        ("a.jsonl", pretty, "the input is a JSON document of several lines", "jq -c '.' a.jsonl"),
        (
            "a.jsonl",
            document,
            "the input is a result document of livectl",
            "jq -c '.results[].operation' a.jsonl | livectl apply -",
        ),
        ("a.jsonl", &result, "the input is results of livectl", "jq -c '.operation' a.jsonl"),
        ("a.jsonl", "vendor,action,target\n", "the input is CSV", "--format csv"),
        ("a.csv", &operations(1), "the input is JSON, not CSV", "--format jsonl"),
        ("a.csv", header, "the header is separated by `;`", "delimiter=\";\""),
        (
            "a.csv",
            "vendor\taction\ttarget\n",
            "the header is separated by tabs",
            "delimiter=\"\\t\"",
        ),
        (
            "a.csv",
            "sep=;\nvendor;action;target\n",
            "the header is separated by `;`",
            "next(sys.stdin)",
        ),
        ("a.csv", "tencent,resume,c1\n", "the first row is an operation", "vendor,action,target"),
    ] {
        let server = RecordingServer::accepting();
        let output = apply(&server, name, content.repeat(3), &[]);
        let error = &output.json()["error"];
        let (said, hint) = (error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
        assert_eq!((output.code, said.lines().count()), (Some(2), 1), "{output:?}");
        assert!(said.starts_with(message) && hint.contains(way), "{content}: {error}");
    }
}

#[test]
fn similar_errors_are_counted() {
    let bad = "{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"a\",\"colour\":1}\n";
    let messages = input_errors("bad.jsonl", bad.repeat(299));
    assert_eq!(messages.len(), 11, "{messages:#?}");
    assert!(messages[0].starts_with("line 1: ") && messages[9].starts_with("line 10: "));
    assert!(messages[10].starts_with("and 289 more lines alike: "), "{messages:#?}");
}

#[test]
fn contradiction_is_reported_at_its_second_line() {
    let lines = [
        r#"{"vendor":"tencent","action":"forbid","target":"a","for":"2h"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"b"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"a"}"#,
        r#"{"vendor":"tencent","action":"forbid","target":"a","for":"3h"}"#,
        r#"{"vendor":"shumei","action":"close","target":"a"}"#,
        r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"one.example.com"}"#,
        r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"two.example.com"}"#,
    ];
    let messages = input_errors("bad.jsonl", lines.join("\n"));
    // One name at two domains is two streams.
    assert_beginnings(&messages, &["line 3: target a:", "line 4: target a:"]);
    assert!(messages[0].contains("another action"), "{messages:?}");
    assert!(messages[1].contains("other settings"), "{messages:?}");
}

#[test]
fn empty_input_is_an_error() {
    for (name, content) in [
        ("a.jsonl", ""),
        ("a.jsonl", "\n\n"),
        ("a.jsonl", "\u{feff}"),
        ("a.csv", ""),
        ("a.csv", "vendor,action,target\n"),
        ("a.csv", "\n"),
    ] {
        assert_beginnings(&input_errors(name, content), &["nothing to do"]);
    }
}

#[test]
fn bad_last_line_stops_all_others() {
    let lines: String = (0..5_000).map(|number| line(format!("c{number}"))).collect();
    assert_beginnings(&input_errors("bad.jsonl", lines + "{}"), &["line 5001: "]);
}

#[test]
fn max_targets_limits_the_lines() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.write("many.jsonl", (0..21).map(|number| line(format!("c{number}"))).collect::<String>());
    let output = home.run_line("apply many.jsonl").exits(2).reports("--max-targets 21");
    assert_eq!(server.operations().len(), 0, "{output:?}");
}

#[test]
fn missing_vendor_section_stops_the_run() {
    let server = RecordingServer::accepting();
    let home = TestHome::with_config(
        profile(&server.url()).split("[profiles.prod.shumei]").next().unwrap(),
    );
    home.write("five.jsonl", FIVE);
    let output = home.run_line("apply five.jsonl").exits(3).reports("shumei");
    assert_eq!(server.operations().len(), 0, "{output:?}");
}
