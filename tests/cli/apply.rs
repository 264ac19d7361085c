//! Many operations from a file: what is read, what is refused, and that no vendor waits for another.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::counter::{Counter, Hit, NO, Reply, YES};
use super::stage::{Ran, profile};

/// All five operations, one a line.
const FIVE: &str = r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":30}
{"vendor":"jd","action":"permit","target":"live/cam1","domain":"push.example.com"}
{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h"}
{"vendor":"tencent","action":"resume","target":"8888_b"}
{"vendor":"shumei","action":"close","target":"request1"}
"#;

/// Runs `apply` on a file of this name and content.
fn apply(counter: &Counter, name: &str, content: impl AsRef<[u8]>, flags: &[&str]) -> Ran {
    let stage = counter.stage();
    stage.write(name, content);
    let args = ["apply", name, "-o", "json", "--rate", "0", "--max-targets", "100000"];
    stage.run(args.iter().chain(flags))
}

/// Every message that `apply` has for this file, from which nothing is sent.
#[track_caller]
fn complaints(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let counter = Counter::content();
    let ran = apply(&counter, name, content, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(counter.hits(), []);
    let error = &ran.json()["error"];
    assert_eq!(error["kind"], "input", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(ran.stderr.contains(message), "{ran:?}");
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

fn targets_of(ran: &Ran) -> Vec<String> {
    let results = ran.json()["results"].as_array().unwrap().clone();
    results
        .iter()
        .map(|result| result["operation"]["target"].as_str().unwrap().to_owned())
        .collect()
}

// What is read

#[test]
fn json_lines_mix_all_vendors_and_actions() {
    let counter = Counter::content();

    let ran = apply(&counter, "operations.jsonl", FIVE, &[]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(targets_of(&ran), ["push.example.com", "live/cam1", "8888_a", "8888_b", "request1"]);
    let mut asked: Vec<_> =
        counter.hits().into_iter().map(|hit| format!("{} {}", hit.action, hit.target)).collect();
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
fn csv_mixes_all_vendors_and_actions_and_an_empty_cell_is_no_key() {
    let counter = Counter::content();
    let table = "\
vendor,action,target,seconds,domain,for
jd,timeout,push.example.com,30,,
jd,permit,live/cam1,,push.example.com,
tencent,forbid,8888_a,,,2h
tencent,resume,8888_b,,,
shumei,close,request1,,,
";

    let ran = apply(&counter, "operations.csv", table, &[]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let operations: Vec<_> =
        ran.json()["results"].as_array().unwrap().iter().map(|r| r["operation"].clone()).collect();
    assert_eq!(
        operations[0],
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30})
    );
    assert_eq!(
        operations[1],
        json!({"vendor": "jd", "action": "permit", "target": "live/cam1", "domain": "push.example.com"})
    );
    assert!(operations[2]["until"].as_str().unwrap().ends_with('Z'));
    assert_eq!(operations[3], json!({"vendor": "tencent", "action": "resume", "target": "8888_b"}));
}

#[test]
fn csv_survives_quotes_commas_crlf_a_bom_chinese_names_and_any_order_of_columns() {
    let counter = Counter::content();
    let table = "\u{feff}target,action,vendor\r\n\"a,b\",resume,tencent\r\n直播间_测试,resume,tencent\r\n\"say \"\"hi\"\"\",resume,tencent\r\nlast,resume,tencent";

    let ran = apply(&counter, "operations.csv", table, &["-j", "1"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(counter.targets(), ["a,b", "直播间_测试", "say \"hi\"", "last"]);
}

#[test]
fn json_lines_survive_crlf_a_bom_blank_lines_and_chinese_names() {
    let counter = Counter::content();
    let lines =
        format!("\u{feff}{}\r\n\r\n   \r\n{}", line("直播间").trim_end(), line("last").trim_end());

    let ran = apply(&counter, "operations.jsonl", lines, &["-j", "1"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(counter.targets(), ["直播间", "last"]);
}

#[test]
fn the_format_is_told_by_the_ending_or_by_a_flag_and_standard_input_is_json_lines() {
    let table = "vendor,action,target\ntencent,resume,c1\n";
    let stage = Counter::content().stage();
    for (name, content) in [
        ("a.jsonl", line("c1")),
        ("a.JSONL", line("c1")),
        ("a.csv", table.into()),
        ("a", line("c1")),
    ] {
        stage.write(name, content);
    }
    let run = |args: &[&str], input: &str| {
        let mut command = stage.livectl(["-n", "apply"]);
        Ran::from(command.args(args).write_stdin(input).output().unwrap())
    };

    assert_eq!(run(&["a.jsonl"], "").code, Some(0));
    assert_eq!(run(&["a.JSONL"], "").code, Some(0));
    assert_eq!(run(&["a.csv"], "").code, Some(0));
    assert_eq!(run(&["a", "--format", "jsonl"], "").code, Some(0));
    assert_eq!(run(&["-"], &line("c1")).code, Some(0));
    assert_eq!(run(&["-", "--format", "csv"], table).code, Some(0));
    assert_eq!(run(&["-"], table).code, Some(2));
    assert_eq!(run(&["a.jsonl", "--format", "csv"], "").code, Some(2));
    let untold = run(&["a"], "");
    assert_eq!(untold.code, Some(2));
    assert!(untold.stderr.contains("--format jsonl or --format csv"), "{untold:?}");
    assert_eq!(run(&["missing.jsonl"], "").code, Some(2));
}

#[test]
fn the_operations_of_failed_results_are_input_again() {
    let counter = Counter::start(|hits| if hits[0].target.ends_with('1') { NO } else { YES });
    let lines: String = (0..4).map(|n| FIVE.replace("8888_a", &format!("8888_{n}"))).collect();
    let lines = lines + &line("c1");
    let ran = apply(&counter, "operations.jsonl", lines, &["-j", "1"]);
    assert_eq!(ran.code, Some(5), "{ran:?}");
    let results = ran.json()["results"].as_array().unwrap().clone();
    let failed: Vec<_> = results.iter().filter(|result| result["ok"] == false).collect();
    let again: String = failed.iter().map(|result| format!("{}\n", result["operation"])).collect();

    let second = Counter::content();
    let stage = second.stage();
    let ran =
        Ran::from(stage.livectl(["apply", "-", "-o", "json"]).write_stdin(again).output().unwrap());

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let operations =
        |results: &[&Value]| results.iter().map(|r| r["operation"].clone()).collect::<Vec<_>>();
    let repeated = ran.json()["results"].as_array().unwrap().clone();
    assert_eq!(operations(&repeated.iter().collect::<Vec<_>>()), operations(&failed));
    assert_eq!(failed.len(), 4, "cam1, 8888_1, request1 and c1");
}

// What is refused

#[test]
fn every_bad_json_line_is_listed_with_its_number_in_one_go() {
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
fn a_json_line_of_the_wrong_shape_is_told_with_the_column_of_what_is_wrong() {
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
fn a_line_that_is_not_utf_8_is_listed_too() {
    let mut lines = line("good").into_bytes();
    lines.extend_from_slice(
        b"{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"\xb3\xc9\"}\n",
    );
    assert_begin(&complaints("bad.jsonl", lines), &["line 2: it is not UTF-8"]);
    let table = b"vendor,action,target\ntencent,resume,\xb3\xc9\n";
    assert_begin(&complaints("bad.csv", table), &["line 2: target is not UTF-8"]);
}

#[test]
fn quotes_that_do_not_match_make_a_row_bad() {
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
    let ran = apply(&Counter::content(), "a.csv", good, &["-n"]);
    let targets: Vec<_> = ran.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["operation"]["target"].clone())
        .collect();
    assert_eq!(targets, ["8888_\"a\"", "8888_b\"c"]);
}

#[test]
fn every_bad_csv_row_is_listed_with_the_line_it_begins_on() {
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
fn a_header_that_does_not_fit_is_told_as_line_1() {
    assert_begin(
        &complaints("bad.csv", "vendor,action,target,colour,for,for\ntencent,resume,a,,,\n"),
        &["line 1: unknown column \"colour\"", "line 1: the column `for` stands twice"],
    );
    assert_begin(
        &complaints("bad.csv", "tencent,resume,c1\n"),
        &[
            "line 1: unknown column \"tencent\"",
            "line 1: unknown column \"resume\"",
            "line 1: unknown column \"c1\"",
            "line 1: the column `vendor` is missing",
            "line 1: the column `action` is missing",
            "line 1: the column `target` is missing",
        ],
    );
}

#[test]
fn a_contradiction_is_a_bad_line_at_its_second_place() {
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

    assert_begin(&messages, &["line 3: target a:", "line 4: target a:", "line 7: target live/a:"]);
    assert!(
        messages[0].contains("another action") && messages[1].contains("other settings"),
        "{messages:?}"
    );
}

#[test]
fn identical_lines_are_done_once_and_counted() {
    let counter = Counter::content();
    let ran = apply(&counter, "operations.jsonl", FIVE.repeat(3), &[]);
    assert_eq!((ran.code, counter.hits().len()), (Some(0), 5), "{ran:?}");
    assert_eq!(ran.json()["results"].as_array().unwrap().len(), 5);
    assert!(ran.stderr.contains("10 repeated operations"), "{ran:?}");
}

#[test]
fn an_empty_input_is_an_error() {
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
fn a_bad_last_line_holds_back_all_the_lines_before_it() {
    let lines: String = (0..5_000).map(|number| line(format!("c{number}"))).collect();
    assert_begin(&complaints("bad.jsonl", lines + "{}"), &["line 5001: "]);
}

#[test]
fn more_lines_than_max_targets_are_refused() {
    let counter = Counter::content();
    let stage = counter.stage();
    stage.write("many.jsonl", (0..21).map(|number| line(format!("c{number}"))).collect::<String>());
    let ran = stage.run(["apply", "many.jsonl"]);
    assert_eq!((ran.code, counter.hits().len()), (Some(2), 0), "{ran:?}");
    assert!(ran.stderr.contains("--max-targets 21"), "{ran:?}");
}

// What leaves

#[test]
fn permit_lines_travel_together_by_domain_and_at_most_a_hundred_at_once() {
    let counter = Counter::content();
    let permit = |number: usize| {
        let domain = ["one.example.com", "two.example.com"][number % 2];
        json!({"vendor": "jd", "action": "permit", "target": format!("live/c{number}"), "domain": domain}).to_string()
    };
    let lines: Vec<_> = (0..250).map(permit).collect();

    let ran = apply(&counter, "permits.jsonl", lines.join("\n"), &["-j", "1"]);

    assert_eq!(ran.json()["summary"]["applied"], 250);
    let expected: Vec<_> = (0..250).map(|number| format!("live/c{number}")).collect();
    assert_eq!(targets_of(&ran), expected);
    let mut requests: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    counter.hits().into_iter().for_each(|hit| requests.entry(hit.request).or_default().push(hit));
    let mut sizes: Vec<_> = requests.values().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [25, 25, 100, 100]);
    let is_odd = |hit: &Hit| hit.target.ends_with(['1', '3', '5', '7', '9']);
    assert!(requests.values().all(|hits| hits.iter().all(is_odd) || !hits.iter().any(is_odd)));
}

/// When the last request of this vendor came, counted from the first request of all.
fn duration_of(counter: &Counter, vendor: &str) -> Duration {
    let hits = counter.hits();
    hits.iter()
        .filter(|hit| hit.action.starts_with(vendor))
        .map(|hit| hit.at - hits[0].at)
        .max()
        .unwrap()
}

/// 60 lines each of two vendors, in turn.
fn two_vendors() -> String {
    let close = |number| {
        format!("{{\"vendor\":\"shumei\",\"action\":\"close\",\"target\":\"r{number}\"}}\n")
    };
    (0..60).map(|number| line(format!("c{number}")) + &close(number)).collect()
}

#[test]
fn a_dead_vendor_does_not_slow_the_others() {
    let counter = Counter::start(|hits| {
        if hits[0].action.starts_with("tencent") { YES.after(3_000) } else { YES.after(5) }
    });
    let flags = ["--timeout", "500ms", "--attempts", "1", "--max-failures", "10"];

    let ran = apply(&counter, "operations.jsonl", two_vendors(), &flags);

    let summary = &ran.json()["summary"];
    assert_eq!((ran.code, &summary["applied"]), (Some(4), &json!(60)), "{ran:?}");
    assert!(
        summary["skipped"].as_u64().unwrap() >= 40,
        "the dead vendor was not stopped: {summary}"
    );
    let taken = duration_of(&counter, "shumei");
    assert!(
        taken < Duration::from_millis(450),
        "{taken:?}: the vendor in good health waited for the dead one"
    );
}

#[test]
fn a_throttled_vendor_does_not_slow_the_others() {
    const THROTTLED: Reply = Reply { status: 429, head: "retry-after: 1\r\n", body: "", ..YES };
    let counter = Counter::start(|hits| {
        if hits[0].action.starts_with("tencent") { THROTTLED } else { YES.after(5) }
    });

    let ran = apply(&counter, "operations.jsonl", two_vendors(), &["--attempts", "2"]);

    assert_eq!(ran.json()["summary"]["applied"], 60, "{ran:?}");
    let taken = duration_of(&counter, "shumei");
    assert!(taken < Duration::from_millis(700), "{taken:?}");
}

#[test]
fn one_slow_target_stalls_no_other() {
    let counter =
        Counter::start(|hits| if hits[0].target == "c0" { YES.after(1_000) } else { YES.after(5) });
    let lines: String = (0..80).map(|number| line(format!("c{number}"))).collect();

    let ran = apply(&counter, "operations.jsonl", lines, &["-j", "4"]);

    assert_eq!(ran.json()["summary"]["applied"], 80);
    let taken = duration_of(&counter, "tencent");
    assert!(taken < Duration::from_millis(700), "{taken:?}");
}

#[test]
fn results_of_a_large_run_are_printed_as_they_settle() {
    for format in ["jsonl", "table"] {
        let counter =
            Counter::start(|hits| if hits[0].target == "slow" { YES.after(2_000) } else { YES });
        let stage = counter.stage();
        stage.write(
            "many.jsonl",
            line("slow") + &(0..150).map(|number| line(format!("c{number}"))).collect::<String>(),
        );
        let args = ["apply", "many.jsonl", "-o", format, "--rate", "0", "--max-targets", "200"];
        let mut child =
            stage.process(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();

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
    let counter = Counter::content();
    let stage = counter.stage();
    stage.write(
        "many.jsonl",
        (0..targets).map(|number| line(format!("8888_channel_{number:06}"))).collect::<String>(),
    );
    let args = [
        "apply",
        "many.jsonl",
        "-o",
        "jsonl",
        "--rate",
        "0",
        "-j",
        "16",
        "--max-targets",
        "100000",
    ];
    let mut child =
        stage.process(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
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
fn a_hundred_thousand_targets_fit_into_64_mib() {
    let (few, more) = (peak(3_000), peak(15_000));
    let each = more.saturating_sub(few) * 1024 / 12_000;
    let all = more + each * 85_000 / 1024;
    assert!(
        few > 0 && all < 64 * 1024,
        "{few} KiB, then {more} KiB: {all} KiB, {each} bytes a target"
    );
}

#[test]
fn a_profile_without_a_vendor_of_the_file_is_told_before_anything_is_sent() {
    let counter = Counter::content();
    let stage = super::stage::Stage::empty();
    stage.write_config(profile(&counter.url()).split("[profiles.prod.shumei]").next().unwrap());
    stage.write("five.jsonl", FIVE);

    let ran = stage.run(["apply", "five.jsonl"]);

    assert_eq!((ran.code, counter.hits().len()), (Some(3), 0), "{ran:?}");
    assert!(ran.stderr.contains("shumei"), "{ran:?}");
}
