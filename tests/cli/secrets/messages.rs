//! Secrets and control characters in answers and in input.

use super::{
    HOSTILE, assert_input_refused, control_character, encodings, leak, leak_in_files, run_verbosely,
};
use crate::faults::commands;
use crate::prelude::*;

fn answers(status: &'static str, headers: &str, body: impl AsRef<[u8]>) -> FaultServer {
    FaultServer::always([ServerStep::Send(http(status, headers, body))])
}

#[test]
fn redirect_target_receives_nothing() {
    let redirects = "301 Moved,302 Found,303 See Other,307 Temporary,308 Permanent";
    for status in redirects.split(',').chain(["300 Choose", "201 Made"]) {
        let other = answers("200 OK", "", r#"{"ret":0,"status":0,"code":1100}"#);
        let there = format!("http://{}/elsewhere", other.address);
        let places = format!("Location: {there}\r\nContent-Location: {there}\r\n");
        let links = format!("Refresh: 0; url={there}\r\nLink: <{there}>; rel=preload\r\n");
        let headers = format!("{places}{links}Alt-Svc: h2=\"{}\"\r\n", other.address);
        let body = format!("<meta http-equiv=refresh content='0; url={there}'>");
        let vendor = answers(status, &headers, body);
        let home = TestHome::new(&vendor.url());
        for command in commands() {
            let args = [&["-o", "json", "--attempts", "1"], command].concat();
            let output = run_verbosely(&home, args);
            assert!([Some(4), Some(5)].contains(&output.code), "{status}: {output:?}");
        }
        assert_eq!(vendor.arrivals(), commands().count());
        assert_eq!(other.connections(), 0, "{status}");
    }
}

#[test]
fn echoed_secrets_are_redacted_in_every_format() {
    let server = FaultServer::answering(|request| {
        let signature = request.signature().unwrap();
        let words = format!("{signature} {} {}", request.text(), encodings(&signature).join(" "));
        let body = json!({"ret": 7, "status": 1, "code": 1902, "message": words, "msg": words, "more": [words]});
        vec![ServerStep::Send(http("200 OK", "", body.to_string()))]
    });
    let home = TestHome::new(&server.url());
    for format in ["table", "json", "jsonl"] {
        for command in commands() {
            let args = [&["-o", format, "--journal", "night.jsonl"], command].concat();
            let output = run_verbosely(&home, args).exits(5).prints("***");
            let requests = server.requests();
            let signatures: Vec<_> =
                requests.iter().filter_map(ReceivedRequest::signature).collect();
            assert_eq!(leak(&output.stdout, &signatures), None);
            assert_eq!(leak(&output.stderr, &signatures), None);
            assert_eq!(leak_in_files(home.folder.path(), &signatures), None);
        }
    }
    assert_eq!(server.requests().len(), 3 * commands().count());
}

#[test]
fn hostile_message_stays_in_its_row() {
    let body = json!({
        "ret": 7, "status": 1, "code": 1902, "message": HOSTILE, "msg": HOSTILE, HOSTILE: [HOSTILE],
    });
    for (body, quotes) in
        [(body.to_string(), true), (format!("<p>{HOSTILE}"), true), (HOSTILE.repeat(20_000), false)]
    {
        let server = answers("200 OK", "", body);
        let home = TestHome::new(&server.url());
        for command in commands() {
            for (format, lines) in [("table", 2), ("json", 4), ("jsonl", 1)] {
                let args = ["-o", format, "--attempts", "1", "--journal", "night.jsonl"];
                let output = run_verbosely(&home, [&args, command].concat());

                assert_eq!(output.stdout.lines().count(), lines, "{output:?}");
                if quotes && format == "table" {
                    output.assert_prints(&[r"\u{1b}[31mred"]);
                }
                assert!(!output.stdout.lines().any(|line| line.starts_with("FAKE")), "{output:?}");
            }
        }
        let journal = fs::read_to_string(home.path("night.jsonl")).unwrap();
        // Three formats; of each run its first and last record, an intent and a result.
        assert_eq!(journal.lines().count(), 12 * commands().count());
        assert_eq!(control_character(&journal), None);
    }
}

#[test]
fn long_message_is_cut() {
    for letter in ["x", "长", "\u{1b}"] {
        let message = letter.repeat((400 << 10) / json!(letter).to_string().len());
        let body = json!({"ret": 7, "status": 1, "code": 1902, "message": message, "msg": message});
        let server = answers("200 OK", "", body.to_string());
        let home = TestHome::new(&server.url());
        for command in commands() {
            let table = run_verbosely(&home, command);
            let json = run_verbosely(&home, [&["-o", "json"], command].concat());
            assert!(table.stdout.len() + table.stderr.len() < 10_000, "{}", table.stdout.len());
            assert_eq!(table.stdout.lines().count(), 2);
            let result = json.only_result();
            let left_out = result["message"].as_str().unwrap().strip_prefix(&message).unwrap();
            assert!(left_out.ends_with("KiB is left out"), "{left_out}");
            assert_eq!(result["response"], Value::Null);
        }
    }
}

#[test]
fn hostile_input_is_escaped() {
    let server = answers("200 OK", "", r#"{"ret":0,"status":0,"code":1100}"#);
    let home = TestHome::new(&server.url());
    let good = [("vendor", "tencent"), ("action", "forbid"), ("target", "a")];
    for key in "vendor action target for until domain seconds cluster".split(' ') {
        let mut line: serde_json::Map<_, _> =
            good.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        line.insert(key.to_owned(), HOSTILE.into());
        home.write("bad.jsonl", Value::from(line.clone()).to_string());
        assert_input_refused(&home, &["apply", "bad.jsonl"]);

        let quoted = |value: &Value| format!("\"{}\"", value.as_str().unwrap());
        let header: Vec<_> = line.keys().map(String::as_str).collect();
        let cells: Vec<_> = line.values().map(quoted).collect();
        home.write("bad.csv", format!("{}\n{}\n", header.join(","), cells.join(",")));
        assert_input_refused(&home, &["apply", "bad.csv"]);
    }
    home.write("bad.jsonl", json!({"vendor": "jd", HOSTILE: 1}).to_string());
    assert_input_refused(&home, &["apply", "bad.jsonl"]);
    home.write("bad.jsonl", HOSTILE);
    assert_input_refused(&home, &["apply", "bad.jsonl"]);
    home.write("bad.csv", format!("vendor,action,\"{HOSTILE}\"\n1,2,3\n"));
    assert_input_refused(&home, &["apply", "bad.csv"]);
    home.write("bad.jsonl", "x".repeat(3 << 20));
    assert_input_refused(&home, &["apply", "bad.jsonl"]);

    let hostile = &HOSTILE.replace('\0', "");
    for args in [
        &["tencent", "resume", hostile][..],
        &["tencent", "forbid", "a", "--for", hostile],
        &["tencent", "forbid", "a", "--until", hostile],
        &["jd", "timeout", "a.example.com", "--seconds", hostile],
        &["jd", "permit", "a/b", "--domain", hostile],
        &["shumei", "close", "a", "--cluster", hostile],
        &["apply", hostile],
        &["apply", hostile, "--format", "csv"],
        &["tencent", "resume", "a", "--config", hostile],
        &["tencent", "resume", "a", "--profile", hostile],
        &["tencent", "resume", "a", "--timeout", hostile],
        &["tencent", "resume", "a", "--journal", "/nowhere/\x1b[31m/x"],
        &["tencent", "resume", "a", "--color", hostile],
        &["tencent", hostile],
        &[hostile],
    ] {
        assert_input_refused(&home, args);
    }
    assert_eq!(server.connections(), 0);
}
