//! Many operations from a file: what is read, what is refused, and that no vendor waits for another.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use super::fault_server::FaultServer;
use super::fixture::{RunOutput, TestHome, VendorServer, lines, profile};
use super::recording_server::{RecordingServer, accepted, response};
use super::vendor_messages::{SentOperation, accept, accept_after, refusal, status};

/// All five operations, one a line.
const FIVE: &str = r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":30}
{"vendor":"jd","action":"permit","target":"live/cam1","domain":"push.example.com"}
{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h"}
{"vendor":"tencent","action":"resume","target":"8888_b"}
{"vendor":"shumei","action":"close","target":"request1"}
"#;

/// Runs `apply` on a file of this name and content.
fn apply(
    server: &impl VendorServer,
    name: &str,
    content: impl AsRef<[u8]>,
    flags: &[&str],
) -> RunOutput {
    let home = server.home();
    home.write(name, content);
    let args = ["apply", name, "-o", "json", "--rate", "0", "--max-targets", "100000"];
    home.run(args.iter().chain(flags))
}

/// Every message that `apply` has for this file, from which nothing is sent.
#[track_caller]
fn complaints(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let server = RecordingServer::accepting();
    let output = apply(&server, name, content, &[]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert_eq!(server.operations(), []);
    let error = &output.json()["error"];
    assert_eq!(error["kind"], "input", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(output.stderr.contains(message), "{output:?}");
    message.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_begin(messages: &[String], beginnings: &[&str]) {
    let fits = |(message, beginning): (&String, &&str)| message.starts_with(beginning);
    assert!(
        messages.len() == beginnings.len() && messages.iter().zip(beginnings).all(fits),
        "{messages:#?}"
    );
}

fn line(target: impl std::fmt::Display) -> String {
    format!("{{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"{target}\"}}\n")
}

// What is read

#[test]
fn json_lines_mix_all_operations() {
    let server = RecordingServer::accepting();

    let output = apply(&server, "operations.jsonl", FIVE, &[]);

    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(output.targets(), ["push.example.com", "live/cam1", "8888_a", "8888_b", "request1"]);
    let mut asked: Vec<_> = server
        .operations()
        .into_iter()
        .map(|sent| format!("{} {}", sent.action, sent.target))
        .collect();
    asked.sort();
    assert_eq!(
        asked,
        [
            "jd permit live/cam1",
            "jd timeout push.example.com",
            "shumei close request1",
            "tencent forbid 8888_a",
            "tencent resume 8888_b"
        ]
    );
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

    let output = apply(&server, "operations.csv", table, &[]);

    assert_eq!(output.code, Some(0), "{output:?}");
    let operations = output.operations();
    assert_eq!(
        operations[0],
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30, "profile": "prod"})
    );
    assert_eq!(
        operations[1],
        json!({"vendor": "jd", "action": "permit", "target": "live/cam1", "domain": "push.example.com", "profile": "prod"})
    );
    assert!(operations[2]["until"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        operations[3],
        json!({"vendor": "tencent", "action": "resume", "target": "8888_b", "profile": "prod"})
    );
}

#[test]
fn csv_dialects_are_read() {
    let server = RecordingServer::accepting();
    let table = "\u{feff}target,action,vendor\r\n\"a,b\",resume,tencent\r\n直播间_测试,resume,tencent\r\n\"say \"\"hi\"\"\",resume,tencent\r\nlast,resume,tencent";

    let output = apply(&server, "operations.csv", table, &["-j", "1"]);

    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(server.targets(), ["a,b", "直播间_测试", "say \"hi\"", "last"]);
}

#[test]
fn json_lines_dialects_are_read() {
    let server = RecordingServer::accepting();
    let lines =
        format!("\u{feff}{}\r\n\r\n   \r\n{}", line("直播间").trim_end(), line("last").trim_end());

    let output = apply(&server, "operations.jsonl", lines, &["-j", "1"]);

    assert_eq!(output.code, Some(0), "{output:?}");
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
    let unknown = run("a", "");
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("--format jsonl or --format csv"), "{unknown:?}");
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
    let output = apply(&server, "operations.jsonl", text, &["-j", "1"]);
    assert_eq!(output.code, Some(5), "{output:?}");
    let mut results = output.results();
    results.retain(|result| result["ok"] == false);
    let failed: Vec<_> = results.iter().map(|result| result["operation"].clone()).collect();

    let second = RecordingServer::accepting();
    let output = second.home().run_with_input("apply - -o json", lines(&failed));

    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(output.operations(), failed);
    assert_eq!(failed.len(), 4, "cam1, 8888_1, request1 and c1");
}

// What is refused

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

    let messages = complaints("bad.jsonl", lines.join("\n"));

    let bad = (2..=lines.len()).filter(|number| *number != 4);
    let beginnings: Vec<_> = bad.map(|number| format!("line {number}: ")).collect();
    assert_begin(&messages, &beginnings.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn bad_json_line_names_its_column() {
    for (line, complaint) in [
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
        assert_eq!(complaints("bad.jsonl", line), [complaint]);
    }
}

#[test]
fn invalid_utf_8_is_listed() {
    let mut lines = line("good").into_bytes();
    lines.extend_from_slice(
        b"{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"\xb3\xc9\"}\n",
    );
    assert_begin(&complaints("bad.jsonl", lines), &["line 2: it is not UTF-8"]);
    let table = b"vendor,action,target\ntencent,resume,\xb3\xc9\n";
    assert_begin(&complaints("bad.csv", table), &["line 2: target is not UTF-8"]);
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
        assert_eq!(complaints("a.csv", format!("{header}{rows}")), [says]);
    }
    let good =
        format!("{header}tencent,forbid,\"2h\",\"8888_\"\"a\"\"\"\ntencent,forbid,2h,8888_b\"c\n");
    let output = apply(&RecordingServer::accepting(), "a.csv", good, &["-n"]);
    assert_eq!(output.targets(), ["8888_\"a\"", "8888_b\"c"]);
}

#[test]
fn bad_csv_rows_are_all_listed() {
    for end in ["\n", "\r\n"] {
        let lines = [
            "vendor,action,target,domain",
            "tencent,resume,good,",
            "",
            "tencent,resume,a,push.example.com",
            "tencent,resume,a",
            "tencent,resume,a,,",
            "",
            "",
            "tencent,,a,",
            "tencent,resume,\"two",
            "lines\",",
            ",resume,a,",
            "tencent,resume,\"no end,",
            "tencent,resume,a,",
        ];

        let messages = complaints("bad.csv", lines.join(end));

        let beginnings =
            ["line 4: ", "line 5: ", "line 6: ", "line 9: ", "line 10: ", "line 12: ", "line 13: "];
        assert_begin(&messages, &beginnings);
    }
}

#[test]
fn bad_header_is_line_1() {
    assert_begin(
        &complaints("bad.csv", "vendor,action,target,colour,for,for\ntencent,resume,a,,,\n"),
        &["line 1: unknown column \"colour\"", "line 1: the column `for` stands twice"],
    );
    assert_begin(
        &complaints("bad.csv", "name,action\nc1,resume\n"),
        &[
            "line 1: unknown column \"name\"",
            "line 1: the column `vendor` is missing",
            "line 1: the column `target` is missing",
        ],
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
fn edges_of_a_spreadsheet_are_passed_over() {
    let server = RecordingServer::accepting();
    let sheet = "vendor,action,target,audio,result.ok,,\n\
                 shumei,close,r1,TRUE,x,,\n\
                 shumei,close,r2,FALSE,,,\n\
                 ,,,,,,\n";
    let output = apply(&server, "sheet.csv", sheet, &["--dry-run"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let document = output.json();
    let audio = |index: usize| &document["results"][index]["operation"]["audio"];
    assert_eq!((audio(0), audio(1)), (&json!(true), &json!(null)));

    let stray = "vendor,action,target,,\ntencent,resume,a,,7\n";
    assert_begin(&complaints("stray.csv", stray), &["line 2: a cell has a value"]);
}

#[test]
fn lines_that_fail_alike_are_counted() {
    let bad = "{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"a\",\"colour\":1}\n";
    let messages = complaints("bad.jsonl", bad.repeat(299));
    assert_eq!(messages.len(), 11, "{messages:#?}");
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

    let messages = complaints("bad.jsonl", lines.join("\n"));

    // One name at two domains is two streams.
    assert_begin(&messages, &["line 3: target a:", "line 4: target a:"]);
    assert!(
        messages[0].contains("another action") && messages[1].contains("other settings"),
        "{messages:?}"
    );
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
fn empty_input_is_an_error() {
    for (name, content) in [
        ("a.jsonl", ""),
        ("a.jsonl", "\n\n"),
        ("a.jsonl", "\u{feff}"),
        ("a.csv", ""),
        ("a.csv", "vendor,action,target\n"),
        ("a.csv", "\n"),
    ] {
        assert_begin(&complaints(name, content), &["nothing to do"]);
    }
}

#[test]
fn bad_last_line_stops_all_others() {
    let lines: String = (0..5_000).map(|number| line(format!("c{number}"))).collect();
    assert_begin(&complaints("bad.jsonl", lines + "{}"), &["line 5001: "]);
}

#[test]
fn max_targets_limits_the_lines() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write("many.jsonl", (0..21).map(|number| line(format!("c{number}"))).collect::<String>());
    let output = home.run_line("apply many.jsonl");
    assert_eq!((output.code, server.operations().len()), (Some(2), 0), "{output:?}");
    assert!(output.stderr.contains("--max-targets 21"), "{output:?}");
}

// What leaves

#[test]
fn permits_are_batched_by_domain() {
    let server = RecordingServer::accepting();
    let permit = |number: usize| {
        let domain = ["one.example.com", "two.example.com"][number % 2];
        json!({"vendor": "jd", "action": "permit", "target": format!("live/c{number}"), "domain": domain}).to_string()
    };
    let lines: Vec<_> = (0..250).map(permit).collect();

    let output = apply(&server, "permits.jsonl", lines.join("\n"), &["-j", "1"]);

    assert_eq!(output.json()["summary"]["applied"], 250);
    let expected: Vec<_> = (0..250).map(|number| format!("live/c{number}")).collect();
    assert_eq!(output.targets(), expected);
    let mut requests: BTreeMap<usize, Vec<SentOperation>> = BTreeMap::new();
    for sent in server.operations() {
        requests.entry(sent.request).or_default().push(sent);
    }
    let mut sizes: Vec<_> = requests.values().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [25, 25, 100, 100]);
    let is_odd = |sent: &SentOperation| sent.target.ends_with(['1', '3', '5', '7', '9']);
    assert!(requests.values().all(|sent| sent.iter().all(is_odd) || !sent.iter().any(is_odd)));
}

/// When the last request of this vendor came, counted from the first request of all.
fn duration_of(server: &FaultServer, vendor: &str) -> Duration {
    let sent = server.operations();
    let of_vendor = sent.iter().filter(|operation| operation.action.starts_with(vendor));
    of_vendor.map(|operation| operation.at - sent[0].at).max().unwrap()
}

/// 60 lines each of two vendors, in turn.
fn two_vendors() -> String {
    let close = |number| {
        format!("{{\"vendor\":\"shumei\",\"action\":\"close\",\"target\":\"r{number}\"}}\n")
    };
    (0..60).map(|number| line(format!("c{number}")) + &close(number)).collect()
}

#[test]
fn dead_vendor_does_not_slow_others() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.method == "GET" { 3_000 } else { 5 }, request)
    });
    let flags = ["--timeout", "500ms", "--attempts", "1", "--max-failures", "10"];

    let output = apply(&server, "operations.jsonl", two_vendors(), &flags);

    let summary = &output.json()["summary"];
    assert_eq!((output.code, &summary["applied"]), (Some(4), &json!(60)), "{output:?}");
    assert!(
        summary["skipped"].as_u64().unwrap() >= 40,
        "the dead vendor was not stopped: {summary}"
    );
    let taken = duration_of(&server, "shumei");
    assert!(
        taken < Duration::from_millis(1_900),
        "{taken:?}: the vendor in good health waited for the dead one"
    );
}

#[test]
fn throttled_vendor_does_not_slow_others() {
    let server = FaultServer::answering(|request| match request.method.as_str() {
        "GET" => status("429 Too Many Requests", "retry-after: 3\r\n"),
        _ => accept_after(5, request),
    });

    let output = apply(&server, "operations.jsonl", two_vendors(), &["--attempts", "2"]);

    assert_eq!(output.json()["summary"]["applied"], 60, "{output:?}");
    let taken = duration_of(&server, "shumei");
    assert!(taken < Duration::from_millis(2_500), "{taken:?}");
}

#[test]
fn slow_target_does_not_stall_others() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.target() == "c0" { 4_000 } else { 5 }, request)
    });
    let lines: String = (0..80).map(|number| line(format!("c{number}"))).collect();

    let output = apply(&server, "operations.jsonl", lines, &["-j", "4"]);

    assert_eq!(output.json()["summary"]["applied"], 80);
    let taken = duration_of(&server, "tencent");
    assert!(taken < Duration::from_millis(3_500), "{taken:?}");
}

#[test]
fn results_are_printed_as_they_settle() {
    for format in ["jsonl", "table"] {
        let server = FaultServer::answering(|request| {
            accept_after(if request.target() == "slow" { 2_000 } else { 0 }, request)
        });
        let home = server.home();
        home.write(
            "many.jsonl",
            line("slow") + &(0..150).map(|number| line(format!("c{number}"))).collect::<String>(),
        );
        let args = ["apply", "many.jsonl", "-o", format, "--rate", "0", "--max-targets", "200"];
        let mut child = home.process(args).stderr(Stdio::null()).spawn().unwrap();

        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let told: Vec<_> = lines
            .filter(|line| line.contains("applied"))
            .map(|line| (line, Instant::now()))
            .collect();

        assert!(child.wait().unwrap().success());
        assert_eq!(told.len(), 151, "{format}");
        let (line, last) = &told[150];
        assert!(line.contains("slow"), "{format}: {line}");
        assert!(*last - told[0].1 > Duration::from_secs(1), "{format}: all came at once");
    }
}

/// The most memory that a run over so many targets ever held, in KiB.
#[cfg(target_os = "linux")]
fn peak(targets: usize) -> usize {
    let server = FaultServer::answering(accept);
    let home = server.home();
    home.write(
        "many.jsonl",
        (0..targets).map(|number| line(format!("8888_channel_{number:06}"))).collect::<String>(),
    );
    let line = "apply many.jsonl -o jsonl --rate 0 -j 16 --max-targets 100000";
    let mut child = home.process(line.split(' ')).stderr(Stdio::null()).spawn().unwrap();
    let (mut peak, mut settled) = (0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        assert!(line.unwrap().starts_with("{\"ok\":true"));
        settled += 1;
        // The pipe is read faster than it is filled, so the process is still there to be asked.
        if settled % 500 == 0 {
            let status =
                std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = mark.map_or(peak, |mark| mark.trim().trim_end_matches(" kB").parse().unwrap());
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(settled, targets);
    peak
}

/// Two smaller runs tell what each target costs, which is quicker than a debug build is with all of them.
#[test]
#[cfg(target_os = "linux")]
fn hundred_thousand_targets_fit_into_64_mib() {
    let (few, more) = (peak(3_000), peak(15_000));
    let each = more.saturating_sub(few) * 1024 / 12_000;
    let all = more + each * 85_000 / 1024;
    assert!(
        few > 0 && all < 64 * 1024,
        "{few} KiB, then {more} KiB: {all} KiB, {each} bytes a target"
    );
}

#[test]
fn missing_vendor_section_stops_the_run() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    home.write_config(profile(&server.url()).split("[profiles.prod.shumei]").next().unwrap());
    home.write("five.jsonl", FIVE);

    let output = home.run_line("apply five.jsonl");

    assert_eq!((output.code, server.operations().len()), (Some(3), 0), "{output:?}");
    assert!(output.stderr.contains("shumei"), "{output:?}");
}

// Workers

/// The operations of a list, each target in it once.
fn list_of(targets: usize) -> String {
    (0..targets).map(|number| line(format!("8888_{number}"))).collect()
}

#[test]
fn shards_share_a_list() {
    let server = RecordingServer::accepting();
    let list = list_of(60);
    let mut targets = Vec::new();
    for worker in 0..3 {
        let shard = format!("{worker}/3");
        // The limit counts the worker's part.
        let flags = ["--shard", &shard, "--max-targets", "40"];
        let output = apply_lines(&server, &list, &flags);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.targets().len() < 40);
        targets.extend(output.targets());
    }
    targets.sort();
    let mut all: Vec<_> = (0..60).map(|number| format!("8888_{number}")).collect();
    all.sort();
    assert_eq!(targets, all);

    let output = apply_lines(&server, &list, &["--shard", "0/3", "--max-targets", "10"]);
    assert_eq!(output.code, Some(2), "{output:?}");
}

/// Runs `apply` on these lines, without a limit of its own.
fn apply_lines(server: &impl VendorServer, content: &str, flags: &[&str]) -> RunOutput {
    let home = server.home();
    home.write("lines.jsonl", content);
    let args = ["apply", "lines.jsonl", "-o", "json", "--rate", "0"];
    home.run(args.iter().chain(flags))
}

#[test]
fn empty_shard_is_a_valid_document() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write("one.jsonl", line("8888_test123"));
    // The hash 0x570920435c36b425 is 1 modulo 4.
    for (format, stdout) in [
        ("json", None),
        ("jsonl", Some("")),
        ("targets", Some("")),
        ("table", Some("")),
        (
            "csv",
            Some(
                "vendor,action,target,profile,result.ok,result.outcome,result.kind,result.code,result.message,result.state,result.started_at\n",
            ),
        ),
    ] {
        let output = home.run_line(&format!("apply one.jsonl --shard 0/4 -o {format}"));
        assert_eq!(output.code, Some(0), "{output:?}");
        if let Some(stdout) = stdout {
            assert_eq!(output.stdout, stdout, "{format}");
        } else {
            let document = output.json();
            assert_eq!((&document["ok"], &document["results"]), (&json!(true), &json!([])));
        }
    }
    assert_eq!(server.operations(), []);
    let output = home.run_line("apply one.jsonl --shard 1/4 -o json");
    assert_eq!((output.code, server.operations().len()), (Some(0), 1), "{output:?}");
}

#[test]
fn every_worker_checks_all_lines() {
    let server = RecordingServer::accepting();
    for worker in 0..2 {
        let shard = format!("{worker}/2");
        let list = format!("{}{}", list_of(8), "{\"vendor\":\"tencent\"}\n");
        let output = apply_lines(&server, &list, &["--shard", &shard]);
        assert_eq!(output.code, Some(2), "{output:?}");
    }
    assert_eq!(server.operations(), []);
    let output = apply_lines(&server, &list_of(1), &["--shard", "2/2"]);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("of 2 workers, the first is 0 and the last is 1"), "{output:?}");
}

#[test]
fn id_comes_back_in_the_result() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let with_id = line("8888_a").replace('}', r#","id":"msg-1"}"#);
    home.write("lines.jsonl", &with_id);
    home.write("lines.csv", "vendor,action,target,id\ntencent,resume,8888_a,msg-1\n");
    for file in ["lines.jsonl", "lines.csv"] {
        let output = home.run_line(&format!("apply {file} -o json --journal j.jsonl"));
        assert_eq!(output.code, Some(0), "{output:?}");
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
