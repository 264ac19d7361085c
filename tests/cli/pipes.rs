//! `-o targets` and `-o csv`: what they print, and that another run reads it back.

use crate::prelude::*;

const GONE: &str = r#"{"ret":20601,"message":"channel, \"x\",\nis gone"}"#;

/// Channels whose name ends in `gone` are refused.
fn by_name(request: &ReceivedRequest) -> MockResponse {
    match request.param("Param.s.channel_id") {
        Some(name) if name.ends_with("gone") => response(200, GONE),
        _ => accepted(request),
    }
}

/// A page of Tencent's online streams of these names.
fn online(names: &[&str]) -> MockResponse {
    let stream = |name: &&str| {
        json!({"StreamName": name, "AppName": "live", "DomainName": "push.example.com",
               "PublishTimeList": [{"PublishTime": "2026-11-21T10:00:00Z"}]})
    };
    let streams: Vec<_> = names.iter().map(stream).collect();
    let info = json!({"RequestId": "r", "TotalNum": names.len(), "OnlineInfo": streams});
    response(200, json!({"Response": info}).to_string())
}

/// The rows of a CSV document, by the names of its columns.
fn rows(csv: &str) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells = columns.iter().zip(record.iter());
        cells.map(|(column, cell)| (column.to_owned(), Value::from(cell))).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

// Names

#[test]
fn targets_are_those_that_succeeded() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let output = home.run_line("tencent forbid 8888_a 8888_gone 直播间 --for 2h -o targets");
    assert_eq!((output.code, &*output.stdout), (Some(5), "8888_a\n直播间\n"), "{output:?}");
    let output = home.run_line("tencent forbid 8888_a 8888_gone --for 2h -o targets -n");
    assert_eq!((output.code, &*output.stdout), (Some(0), "8888_a\n8888_gone\n"), "{output:?}");
    let output = home.run_line("tencent forbid 8888_a --for 2 -o targets");
    assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
}

#[test]
fn listed_names_go_to_another_run() {
    let home = TestHome::empty();
    let script = r#"
        set -e
        "$0" --sandbox jd online --domain push.example.com -o targets |
            grep -v cam2 |
            "$0" --sandbox jd drop - --domain push.example.com --exact -o targets
    "#;
    let output = home.run_script(script);
    assert_eq!((output.code, &*output.stdout), (Some(0), "live/cam1\nlive/cam3\n"), "{output:?}");
}

#[test]
fn listed_names_are_raw() {
    let names = ["a b", "#c", " d ", "e\u{200b}", "f,g", "-"];
    let server = RecordingServer::start(move |request| match request.header("x-tc-action") {
        Some("DescribeLiveStreamOnlineList") => online(&names),
        _ => response(200, r#"{"Response":{"RequestId":"r"}}"#),
    });
    let home = server.newer_home();
    let listed = home.run_line("tencent online --app live -o targets");
    assert_eq!(listed.stdout, names.map(|name| format!("{name}\n")).concat(), "{listed:?}");
    let input = listed.stdout.clone();
    let dropped = home.run_with_input("tencent drop - --exact -o targets --rate 0", input);
    assert_eq!((dropped.code, dropped.stdout.lines().count()), (Some(0), 6), "{dropped:?}");
    let name = |request: &ReceivedRequest| request.json()["StreamName"].as_str().map(str::to_owned);
    let mut sent: Vec<_> = server.requests().iter().filter_map(name).collect();
    sent.sort_unstable();
    let mut expected = names.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(sent, expected);
}

#[test]
fn unprintable_name_is_named_on_stderr() {
    let server = RecordingServer::always(online(&["a", "b\nc", "d\r"]));
    for flags in ["", " -q"] {
        let line = format!("tencent online --app live -o targets{flags}");
        let output = server.newer_home().run_line(&line).exits(5).reports("2 names");
        assert_eq!(&*output.stdout, "a\n", "{output:?}");
        assert!(output.stderr.contains(r#""b\nc""#), "{output:?}");
    }
}

#[test]
fn half_a_list_prints_no_names() {
    let server = RecordingServer::start(|request| match request.number {
        1 => {
            let mut page = json!({"RequestId": "r", "TotalNum": 2});
            page["OnlineInfo"] = json!([{"StreamName": "a", "AppName": "live"}]);
            response(200, json!({ "Response": page }).to_string())
        }
        _ => response(404, ""),
    });
    for format in ["targets", "csv"] {
        let line = format!("tencent online --app live --attempts 1 -o {format}");
        let output = server.newer_home().run_line(&line);
        assert_eq!((output.code, &*output.stdout), (Some(5), ""), "{output:?}");
    }
}

#[test]
fn names_of_another_place_are_refused() {
    let (server, home) = RecordingServer::always(online(&["a"])).with_newer_home();
    let file = "operations.jsonl";
    for (line, code) in [
        ("tencent online --app live", Some(0)),
        ("tencent online --app live --domain PUSH.example.com", Some(0)),
        ("tencent online", Some(2)),
        ("tencent online --all-domains", Some(2)),
        ("tencent online --all-domains --app live", Some(2)),
        ("tencent online --app show", Some(2)),
        ("tencent online --app live --domain other.cn", Some(2)),
        ("apply operations.jsonl", Some(2)),
    ] {
        let lists = ["a.cn", "b.cn"].map(|domain| {
            json!({"vendor": "jd", "action": "online", "target": domain}).to_string()
        });
        home.write(file, lists.join("\n"));
        let before = server.requests().len();
        let output = home.run_line(&format!("{line} -o targets"));
        assert_eq!(output.code, code, "{line}: {output:?}");
        if code == Some(2) {
            assert_eq!((&*output.stdout, server.requests().len()), ("", before), "{line}");
            assert!(output.stderr.contains("-o csv"), "{output:?}");
        }
    }
}

// CSV

#[test]
fn csv_has_operation_and_result_columns() {
    let server = RecordingServer::start(by_name);
    let line = "tencent forbid 8888_a 8888_gone --until 2099-01-01T00:00:00Z -o csv -q";
    let output = server.home().run_line(line);
    let header = "vendor,action,target,until,profile,result.ok,result.outcome,result.kind,\
                  result.code,result.message,result.state,result.started_at";
    assert_eq!((output.code, output.stdout.lines().next()), (Some(5), Some(header)), "{output:?}");
    let rows = rows(&output.stdout);
    assert_eq!(rows.len(), 2);
    let [applied, refused] = ["8888_a", "8888_gone"]
        .map(|target| rows.iter().find(|row| row["target"] == target).unwrap());
    let of = |row: &Value, keys: [&str; 6]| keys.map(|key| row[key].as_str().unwrap().to_owned());
    let keys = ["vendor", "action", "profile", "result.ok", "result.outcome", "result.kind"];
    assert_eq!(of(applied, keys), ["tencent", "forbid", "prod", "true", "applied", ""]);
    assert_eq!(of(refused, keys), ["tencent", "forbid", "prod", "false", "not_applied", "refused"]);
    assert_eq!((&applied["result.code"], &refused["result.code"]), (&json!("0"), &json!("20601")));
    assert_eq!(refused["result.message"], "channel, \"x\",\nis gone");
    let started = applied["result.started_at"].as_str().unwrap();
    assert!(started.parse::<chrono::DateTime<Utc>>().is_ok(), "{started}");
}

#[test]
fn csv_of_results_goes_to_apply() {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let operations = [
        r#"{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h"}"#,
        r#"{"vendor":"tencent","action":"forbid","target":"8888_gone","for":"2h","reason":"a, \"b\""}"#,
        r#"{"vendor":"tencent","action":"resume","target":"8888_b"}"#,
        r#"{"vendor":"shumei","action":"close","target":"1639825145166","audio":true}"#,
    ];
    home.write("operations.jsonl", operations.join("\n"));
    let first = home.run_line("apply operations.jsonl -o csv");
    home.write("results.csv", &first.stdout);
    let again = home.run_line("apply results.csv -o csv");
    assert_eq!((first.code, again.code), (Some(5), Some(5)), "{first:?} {again:?}");
    let operations = |output: &RunOutput| {
        let mut rows = rows(&output.stdout);
        for row in &mut rows {
            row.as_object_mut().unwrap().retain(|key, _| !key.starts_with("result."));
        }
        rows.sort_by_key(|row| row["target"].to_string());
        rows
    };
    assert_eq!(operations(&first).len(), 4);
    assert_eq!(operations(&first), operations(&again));
    // A spreadsheet keeps the rows that failed.
    let (header, rows) = first.stdout.split_once('\n').unwrap();
    let failed = rows.split_inclusive("Z\n").find(|row| row.contains("8888_gone")).unwrap();
    let rest =
        home.run_with_input("apply - --format csv -o targets", format!("{header}\n{failed}"));
    assert_eq!((rest.code, &*rest.stdout), (Some(5), ""), "{rest:?}");
}

#[test]
fn csv_of_a_list_has_its_items() {
    let server = RecordingServer::always(online(&["a", "b, c"]));
    let output = server.newer_home().run_line("tencent online --all-domains -o csv");
    let expected = "vendor,target,domain,app,result.since,result.until\n\
                    tencent,a,push.example.com,live,2026-11-21T10:00:00Z,\n\
                    tencent,\"b, c\",push.example.com,live,2026-11-21T10:00:00Z,\n";
    assert_eq!((output.code, &*output.stdout), (Some(0), expected), "{output:?}");
    let empty = RecordingServer::always(online(&[]));
    let output = empty.newer_home().run_line("tencent online -o csv");
    assert_eq!(output.stdout.lines().count(), 1, "{output:?}");
}

#[test]
fn csv_of_mixed_results_names_every_column() {
    let server = RecordingServer::start(|request| match request.header("x-tc-action") {
        Some("DescribeLiveStreamOnlineList") => online(&["a"]),
        _ => response(200, r#"{"Response":{"RequestId":"r"}}"#),
    });
    let home = server.newer_home();
    let lines = [
        r#"{"vendor":"tencent","action":"online","target":"*"}"#,
        r#"{"vendor":"tencent","action":"resume","target":"b"}"#,
    ];
    home.write("operations.jsonl", lines.join("\n"));
    let output = home.run_line("apply operations.jsonl -o csv");
    let rows = rows(&output.stdout);
    let of = |target: &str| rows.iter().find(|row| row["target"] == target).unwrap();
    assert_eq!(rows.len(), 2, "{output:?}");
    assert_eq!((&of("a")["action"], &of("a")["app"]), (&json!(""), &json!("live")));
    assert_eq!(of("a")["result.since"], "2026-11-21T10:00:00Z");
    assert_eq!((&of("b")["action"], &of("b")["result.ok"]), (&json!("resume"), &json!("true")));
}

#[test]
fn commands_without_results_refuse_both_formats() {
    let home = TestHome::empty();
    for format in ["csv", "targets"] {
        let output = home.run_line(&format!("--sandbox doctor -o {format}"));
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(output.stderr.contains(&format!("-o {format}")), "{output:?}");
    }
}

#[test]
fn names_of_several_vendors_are_noted() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let ban = json!({"vendor": "tencent", "action": "forbid", "target": "8888_a", "for": "2h"});
    let permit = json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.cn"});
    let mixed = home.run_with_input("apply - -o targets --rate 0", format!("{ban}\n{permit}"));
    assert_eq!((mixed.code, &*mixed.stdout), (Some(0), "8888_a\nlive/a\n"), "{mixed:?}");
    assert!(mixed.stderr.contains("names are of several vendors"), "{mixed:?}");
    let recorded = home.run_line("log last -o targets");
    assert_eq!((recorded.code, recorded.stdout.lines().count()), (Some(0), 2), "{recorded:?}");
    assert!(recorded.stderr.contains("names are of several vendors"), "{recorded:?}");
    home.run_with_input("apply - -o targets", ban.to_string()).omits("several");
}

#[test]
fn lists_of_several_vendors_are_refused() {
    let server = RecordingServer::accepting();
    let lists = ["jd", "tencent"].map(|vendor| {
        let list = json!({"vendor": vendor, "action": "online", "target": "push.example.com", "app": "live"});
        list.to_string()
    });
    let output = server.newer_home().run_with_input("apply - -o targets", lists.join("\n"));
    assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
    assert!(output.stderr.contains("these lists are of several vendors"), "{output:?}");
    assert!(server.requests().is_empty());
}
