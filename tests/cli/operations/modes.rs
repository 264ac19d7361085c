//! Every operation in every mode: applied, planned, resumed, redacted, as a shell line.

use super::{authorization, can_run_curl_lines, page_of, signed_for_jd, signed_for_tencent};
use crate::prelude::*;
use crate::secrets::encodings;

/// Every operation of the legacy APIs, or of the newer ones, and how many requests they make.
fn everything(is_newer: bool) -> Vec<Value> {
    let domain = "push.example.com";
    let mut all = vec![
        json!({"vendor": "jd", "action": "forbid", "target": "live/a", "domain": domain, "for": "1h"}),
        json!({"vendor": "jd", "action": "forbid", "target": "live/b", "domain": domain, "permanent": true}),
        json!({"vendor": "jd", "action": "permit", "target": "live/c", "domain": domain}),
        json!({"vendor": "tencent", "action": "forbid", "target": "f", "for": "1h"}),
        json!({"vendor": "tencent", "action": "resume", "target": "r"}),
        json!({"vendor": "tencent", "action": "drop", "target": "d"}),
        json!({"vendor": "tencent", "action": "status", "target": "s"}),
        json!({"vendor": "shumei", "action": "close", "target": "1639", "audio": true}),
    ];
    all.extend(if is_newer {
        vec![
            json!({"vendor": "jd", "action": "drop", "target": "live/d", "domain": domain}),
            json!({"vendor": "jd", "action": "online", "target": domain, "app": "live"}),
        ]
    } else {
        vec![
            json!({"vendor": "jd", "action": "timeout", "target": domain, "seconds": 30}),
            json!({"vendor": "jd", "action": "forbidden", "target": "b.example.com", "app": "live", "stream": "x"}),
        ]
    });
    all
}

fn csv(operations: &[Value]) -> String {
    let columns = "vendor,action,target,domain,for,permanent,audio,app,stream,seconds";
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |operation: &Value| {
        let cells =
            columns.split(',').map(|name| operation.get(name).map(cell).unwrap_or_default());
        cells.collect::<Vec<_>>().join(",")
    };
    lines(std::iter::once(columns.to_owned()).chain(operations.iter().map(row)))
}

/// A vendor that is content with everything, lists and states included.
fn contents(request: &ReceivedRequest) -> MockResponse {
    if request.path.ends_with("/queryForbidden") || request.path.ends_with("/onlineList") {
        return page_of(2, request);
    }
    accepted(request)
}

#[test]
fn every_operation_works_in_every_mode() {
    for is_newer in [false, true] {
        let operations = everything(is_newer);
        for (format, text) in [("jsonl", lines(&operations)), ("csv", csv(&operations))] {
            let server = RecordingServer::start(contents);
            let home = server.home_at(is_newer);
            let apply = |more: &str| {
                let line = format!("apply - --format {format} --journal j -o json {more}");
                home.run_with_input(&line, text.clone())
            };

            let planned = apply("-n");
            assert_eq!((planned.code, server.requests().len()), (Some(0), 0), "{planned:?}");
            let output = apply("").exits(0);
            assert_members(&output.json(), &json!({"summary": {"applied": 8, "read": 2}}));
            assert_eq!(server.requests().len(), 10);
            let results = output.results().into_iter().zip(planned.results());
            for (operation, (result, plan)) in operations.iter().zip(results) {
                assert_eq!(result["operation"]["target"], operation["target"]);
                assert_members(&plan, &json!({"outcome": "planned", "effect": result["effect"]}));
                let request = &plan["request"];
                let sent = |seen: &ReceivedRequest| {
                    let url = request["url"].as_str().unwrap();
                    request["method"] == seen.method && url.contains(seen.path.as_str())
                };
                assert!(server.requests().iter().any(sent), "{request}");
            }
            // Looks are never skipped.
            let again = apply("--resume").exits(0).json();
            assert_members(&again["summary"], &json!({"done_before": 8, "read": 2}));
            assert_eq!(server.requests().len(), 12);
        }
    }
}

#[test]
fn operations_of_results_can_be_repeated() {
    for is_newer in [false, true] {
        let server = RecordingServer::start(contents);
        let home = server.home_at(is_newer);
        let apply = |text: String| home.run_with_input("apply - -o json", text);
        let first = apply(lines(everything(is_newer))).operations();
        let second = apply(lines(&first));
        assert_eq!((second.code, second.operations()), (Some(0), first), "{second:?}");
    }
}

#[test]
fn echoed_requests_are_redacted() {
    let echo = |request: &ReceivedRequest| {
        let [.., signature] = authorization(request);
        let header = request.header("authorization").unwrap();
        let sent = format!("{header} {request:?} {}", encodings(&signature).join(" "));
        json!({
            "requestId": "r", "error": {"code": 400, "status": &sent, "message": &sent, &sent: [&sent]},
            "Response": {"RequestId": &sent, "Error": {"Code": &sent, "Message": &sent}},
        })
    };
    for (status, line) in [
        (200, "tencent forbid 8888_a --for 1h"),
        (500, "tencent drop 8888_a"),
        (400, "jd drop live/a --domain push.example.com"),
        (200, "jd online --domain push.example.com"),
    ] {
        for format in ["table", "json", "jsonl"] {
            let server = RecordingServer::start(move |request| {
                response(status, echo(request).to_string()).retry_now()
            });
            let home = server.newer_home();
            let args = line.split(' ').chain(["-o", format, "-vvv", "--journal", "j"]);
            let output = home.run_with(&[("RUST_LOG", "trace")], args);

            let signatures: Vec<_> =
                server.requests().iter().map(|seen| authorization(seen)[3].clone()).collect();
            assert!([Some(4), Some(5)].contains(&output.code), "{output:?}");
            let is_shown = !signatures.is_empty() && output.stdout.contains("***");
            assert!(is_shown || status == 500, "{output:?}");
            for text in [&output.stdout, &output.stderr] {
                assert_eq!(leak(text, &signatures), None, "{line} {format}");
            }
            assert_eq!(leak_in_files(home.folder.path(), &signatures), None, "{line} {format}");
        }
    }
}

#[test]
fn dry_run_shows_headers_without_signatures() {
    for format in ["table", "json", "jsonl", "curl"] {
        let home = TestHome::newer("http://127.0.0.1:9");
        let line = format!("apply - -n -o {format}");
        let output = home.run_with_input(&line, lines(everything(true))).exits(0);
        for text in [&output.stdout, &output.stderr] {
            assert_eq!(leak(text, &[]), None, "{output:?}");
        }
        let results = if format == "json" { output.results() } else { Vec::new() };
        let is_signed = |result: &&Value| result["operation"]["vendor"] != "shumei";
        for result in results.iter().filter(is_signed) {
            let headers = &result["request"]["headers"];
            let authorization = headers["authorization"].as_str().unwrap();
            assert!(authorization.ends_with("Signature=***"), "{headers}");
            assert_eq!(headers["content-type"], "application/json");
        }
    }
}

#[test]
fn curl_lines_sign_like_the_program() {
    if !can_run_curl_lines() {
        return report_skipped("the lines of -o curl");
    }
    let server = RecordingServer::start(contents);
    let home = TestHome::newer(&format!("{}/it's%20100%25", server.url()));
    let mut operations = everything(true);
    let drop =
        |vendor: &str, target: &str| json!({"vendor": vendor, "action": "drop", "target": target});
    let mut at_jd = drop("jd", "直'播/a\"b\\n%s$HOME");
    at_jd["domain"] = "push.example.com".into();
    operations.extend([at_jd, drop("tencent", "直'播\"b\\n%s$HOME~~`id`")]);
    let apply = |flags: &[&str]| {
        let args = [&["apply", "-", "--reason", "it's \"so\""], flags].concat();
        let mut command = home.livectl(args);
        RunOutput::from(command.write_stdin(lines(&operations)).output().unwrap()).exits(0)
    };
    let plan = apply(&["-n", "-o", "curl"]);
    apply(&["-j1", "-o", "json"]);
    let by_itself = server.requests();
    assert_eq!(by_itself.len(), operations.len());

    let secrets = [
        ("TZ", "Asia/Shanghai"),
        ("LIVECTL_JD_SECRET_ACCESS_KEY", OPENAPI_SECRET),
        ("LIVECTL_TENCENT_SECRET_KEY", V3_SECRET),
        ("LIVECTL_SHUMEI_ACCESS_KEY", SHUMEI_SECRET),
    ];
    for line in plan.stdout.lines() {
        let before = Utc::now();
        let count = server.requests().len();
        let output = home.run_curl(line, &secrets);
        assert_eq!(output.stderr, "", "{line}");
        let request = server.requests().get(count).unwrap_or_else(|| panic!("{line}")).clone();
        let between = [before, Utc::now()];
        if request.header("x-jdcloud-date").is_some() {
            signed_for_jd(&request, between);
        } else if request.header("x-tc-action").is_some() {
            signed_for_tencent(&request, between);
        } else {
            assert_eq!(request.path, "/it's%20100%25/finish_audiostream/v4");
        }
        // A moment apart, the end of a ban may be another second.
        let same = |text: &str| text.split("ResumeTime").next().unwrap().to_owned();
        let is_same = |own: &&ReceivedRequest| {
            (&own.method, &own.path, &own.query, same(&own.body))
                == (&request.method, &request.path, &request.query, same(&request.body))
        };
        assert!(by_itself.iter().any(|own| is_same(&own)), "{request:?}");
    }
    assert_eq!(server.requests().len(), 2 * operations.len());
}
