//! The JSON document and JSON Lines.

use std::io::{BufRead, BufReader};

use super::{by_name, keys, tomorrow};
use crate::prelude::*;

/// What differs from run to run, made equal.
fn masked(text: &str, server: &RecordingServer) -> String {
    let mut text = text.replace(&server.url(), "http://mock");
    for (before, after) in [("\"started_at\":\"", "\""), ("\"elapsed_ms\":", ",")] {
        let mut from = 0;
        while let Some(at) = text[from..].find(before).map(|at| from + at + before.len()) {
            let end = at + text[at..].find(after).unwrap();
            text.replace_range(at..end, "~");
            from = at;
        }
    }
    text
}

#[test]
fn json_document_is_exact() {
    let server = RecordingServer::start(by_name);
    let until = tomorrow();
    let line = format!("tencent forbid 8888_a 8888_gone slow --until {until}");
    let output = server.home().run_json(&line).exits(4);
    let run = output.json()["run"].as_str().unwrap().to_owned();
    assert_eq!(
        masked(&output.stdout, &server).replace(&until, "<until>").replace(&run, "<run>"),
        r#"{"schema":"livectl/1","ok":false,"error":null,"run":"<run>",
 "summary":{"total":3,"applied":1,"read":0,"not_applied":1,"unknown":1,"skipped":0,"done_before":0,"planned":0},
 "results":[
  {"ok":true,"outcome":"applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_a","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":0,"message":"success","started_at":"~","elapsed_ms":~,"response":{"ret":0,"message":"success"},"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":null},
  {"ok":false,"outcome":"not_applied","operation":{"vendor":"tencent","action":"forbid","target":"8888_gone","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":1,"http_status":200,"code":20601,"message":"channel does not exist","started_at":"~","elapsed_ms":~,"response":{"ret":20601,"message":"channel does not exist"},"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":{"kind":"refused","message":"Tencent refused: channel does not exist (ret 20601)","hint":"Tencent returns this for a channel that never pushed; check the channel id","again":false}},
  {"ok":false,"outcome":"unknown","operation":{"vendor":"tencent","action":"forbid","target":"slow","until":"<until>","profile":"prod"},"effect":"off_air","run":"<run>","profile":"prod","endpoint":"http://mock","attempts":3,"http_status":503,"code":null,"message":null,"started_at":"~","elapsed_ms":~,"response":null,"state":null,"items":null,"verified":null,"viewer":null,"off_after_ms":null,"held":null,"error":{"kind":"http","message":"Tencent answered HTTP 503","hint":"it may have taken effect; read the state before it is sent again","again":true}}]}
"#
    );
}

#[test]
fn refused_run_prints_a_document() {
    let output = RecordingServer::accepting().home().run(["tencent", "resume", " a", "-o", "json"]);
    assert_eq!(
        output.stdout,
        r#"{"schema":"livectl/1","ok":false,"error":{"kind":"input","message":"target \" a\": it begins or ends with a blank","hint":"nothing was sent; fix the input and run it again\nif the stream is really called so: --exact"},"run":null,"summary":{"total":0,"applied":0,"read":0,"not_applied":0,"unknown":0,"skipped":0,"done_before":0,"planned":0},"results":[]}
"#
    );
    assert_eq!(
        output.stderr,
        "error: target \" a\": it begins or ends with a blank\nhint: nothing was sent; fix the input and run it again\nif the stream is really called so: --exact\n"
    );
}

/// The keys of a result, in their order.
const KEYS: &str = "ok outcome operation effect run profile endpoint attempts http_status code message started_at \
                    elapsed_ms response state items verified viewer off_after_ms held error";

/// One run of each kind of outcome, and of each kind of refusal.
fn documents() -> Vec<(&'static str, RunOutput)> {
    let (_server, home) = RecordingServer::start(by_name).with_home();
    let nobody = TestHome::new(&format!("http://{}", closed_address()));
    home.run_line("tencent resume 8888_a --journal journal.jsonl");
    let resume = |words: &str| home.run_json(&format!("tencent resume -j 1 --rate 0 {words}"));
    let at_jd =
        |words: &str| home.run_json(&format!("--sandbox jd {words} --domain push.example.com"));
    let at_v3 = |words: &str| {
        let line = format!("--sandbox -o json tencent {words}");
        home.run_with(&[("LIVECTL_TENCENT_API", "v3")], line.split(' '))
    };
    vec![
        ("applied", resume("8888_a")),
        ("not_applied", resume("8888_gone")),
        ("not_applied", nobody.run_json("tencent resume a --attempts 1")),
        ("unknown", resume("slow")),
        ("unknown", resume("odd --attempts 1")),
        ("not_applied", resume("hostile")),
        ("skipped", resume("denied 8888_a")),
        ("skipped", resume("8888_a --journal journal.jsonl --resume")),
        ("planned", resume("8888_a -n")),
        ("planned", home.run_json("jd permit live/a live/b --domain a.example.com -n")),
        ("usage", home.run_json("tencent resume")),
        ("input", home.run(["tencent", "resume", " a", "-o", "json"])),
        ("config", TestHome::empty().run_json("tencent resume a")),
        ("applied", home.run_json("--sandbox jd timeout a.example.com --seconds 5")),
        ("applied", home.run_json("--sandbox shumei close a")),
        ("applied", home.run_json("--sandbox shumei close a --audio --reason over")),
        ("read", home.run_json("tencent status 8888_a")),
        ("applied", resume("8888_b --verify --reason clear")),
        ("unknown", home.run_json("tencent drop 8888_a --verify --verify-timeout 100ms")),
        ("applied", at_jd("forbid live/a --permanent --verify")),
        ("applied", at_jd("forbid live/a --for 150m")),
        ("applied", at_jd("drop live/a")),
        ("read", at_jd("forbidden --app live --stream a")),
        ("read", at_jd("online --app live")),
        ("not_applied", at_v3("forbid 8888_gone --longest")),
        ("read", at_v3("status 8888_a")),
    ]
}

#[test]
fn every_key_is_present_in_order() {
    for (kind, output) in documents() {
        let document = output.json();
        assert_eq!(keys(&document), "schema ok error run summary results");
        let counts = "total applied read not_applied unknown skipped done_before planned";
        assert_eq!(keys(&document["summary"]), counts);
        assert_eq!(document["ok"], output.code == Some(0), "{output:?}");
        let results = document["results"].as_array().unwrap();
        let mut found =
            results.last().map_or(&document["error"]["kind"], |result| &result["outcome"]);
        if kind == "skipped" {
            found = &results.last().unwrap()["outcome"];
        }
        assert_eq!(found, kind);
        for result in results {
            let expected =
                if kind == "planned" { format!("{KEYS} request") } else { KEYS.to_owned() };
            assert_eq!(keys(result), expected);
            let error = &result["error"];
            assert!(error.is_null() || keys(error) == "kind message hint again", "{error}");
            assert_eq!(result["ok"], json!(output.code == Some(0)), "{result}");
        }
        let error = &document["error"];
        assert!(error.is_null() || keys(error) == "kind message hint", "{error}");
        assert_eq!(document["summary"]["total"], results.len());
    }
}

#[test]
fn output_meets_the_schema() {
    let schema: Value = serde_json::from_str(&TestHome::empty().run_line("schema").stdout).unwrap();
    let document = jsonschema::validator_for(&schema).unwrap();
    let line =
        json!({"$schema": schema["$schema"], "$ref": "#/$defs/result", "$defs": schema["$defs"]});
    let line = jsonschema::validator_for(&line).unwrap();
    for (_, output) in documents() {
        let whole = output.json();
        let problems: Vec<_> =
            document.iter_errors(&whole).map(|problem| problem.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}: {whole}");
        for result in whole["results"].as_array().unwrap() {
            for key in KEYS.split(' ') {
                let mut broken = result.clone();
                broken.as_object_mut().unwrap().remove(key);
                assert!(!line.is_valid(&broken), "{key}");
            }
        }
    }
    let server = RecordingServer::start(by_name);
    let output = server
        .home()
        .run_line("tencent forbid 8888_a 8888_gone slow hostile odd --for 2h -o jsonl");
    assert_eq!(output.lines().len(), 5);
    for result in output.lines() {
        assert!(line.is_valid(&result), "{result}");
    }
}

#[test]
fn json_escapes_the_vendors_message() {
    let server = RecordingServer::start(by_name);
    let output = server.home().run_line("tencent resume hostile -o json");
    output.assert_prints(&[r"\u001b]0;owned\u0007\nno \u202esuch\u200b\u009b"]);
    let said = "\u{1b}]0;owned\u{7}\nno \u{202e}such\u{200b}\u{9b}";
    assert_eq!(output.json()["results"][0]["response"]["message"], said);
}

#[test]
fn apply_reads_the_operation_of_a_result() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let until = tomorrow();
    let until = format!("tencent forbid 8888_\"a\" --until {until}");
    for line in [
        "jd timeout push.example.com --seconds 30",
        "jd permit live/a/b --domain push.example.com",
        &until,
        "tencent forbid 8888_b --for 2h",
        "tencent resume 8888_a",
        "tencent resume 8888_a --reason all+clear",
        "tencent drop 8888_a",
        "tencent status 8888_a",
        "jd forbid live/a --domain push.example.com --for 150m",
        "jd forbid live/a --domain push.example.com --permanent --reason rights+claim",
        "jd forbidden --domain push.example.com --app live --stream a",
        "shumei close 1639825145166",
        "shumei close 1639825145166 --audio",
    ] {
        let words = line.split(' ').map(|word| word.replace('+', " "));
        let operations = home.run(words.chain(["-o".into(), "json".into()])).operations();
        let again = home.run_with_input("apply - -o json", operations[0].to_string());
        assert_eq!(again.operations(), operations);
    }
}

#[test]
fn looks_fill_state_items_and_verified() {
    for (_, output) in documents() {
        for result in output.results() {
            if result["effect"] != "none" && result["verified"].is_null() {
                assert_members(&result, &json!({"state": null, "items": null}));
            }
        }
    }
    let (_server, home) = RecordingServer::start(by_name).with_home();
    for (line, code, outcome, effect, verified) in [
        ("status 8888_a", 0, "read", "none", json!(null)),
        ("resume 8888_a --verify", 0, "applied", "on_air", json!(true)),
        (
            "drop 8888_a --verify --verify-timeout 100ms",
            4,
            "unknown unverified",
            "cut_once",
            json!(false),
        ),
    ] {
        let result = home.run_json(&format!("tencent {line}")).settles(code, outcome, 1);
        assert_members(&result, &json!({"effect": effect, "verified": verified}));
        assert_members(&result, &json!({"state": "live", "items": null}));
    }
    let online = home.run_json("--sandbox jd online --domain push.example.com").only_result();
    assert!(online["items"].as_array().unwrap().iter().all(Value::is_object), "{online}");
    let expected = json!({"operation": {"target": "push.example.com"}, "state": null});
    assert_members(&online, &expected);
}

#[test]
fn drop_is_verified_as_not_live() {
    let forbidden = r#"{"ret":0,"output":[{"rate_type":0,"recv_type":1,"status":3}]}"#;
    let (_server, home) = RecordingServer::with_looks(|_| forbidden.to_owned()).with_home();
    let words = "cut once, may push again, verified as not live";
    let output = home.run_line("tencent drop 8888_a --verify").prints(words);
    assert!(!output.stdout.contains("forbidden"), "{output:?}");
    let result = home.run_json("tencent drop 8888_a --verify").only_result();
    assert_members(&result, &json!({"state": "forbidden", "verified": true}));
}

#[test]
fn code_may_be_a_word() {
    let line = "--sandbox -o json tencent forbid 8888_gone --longest".split(' ');
    let output = TestHome::empty().run_with(&[("LIVECTL_TENCENT_API", "v3")], line).exits(5);
    assert_eq!(output.only_result()["code"], "FailedOperation");
}

#[test]
fn jsonl_settles_and_json_keeps_input_order() {
    let first_is_slow = || RecordingServer::delayed_first(Duration::from_millis(300), accepted);
    let line = "tencent resume a b c --rate 0";
    let lines = first_is_slow().home().run_line(&format!("{line} -o jsonl")).lines();
    assert_eq!(lines.last().unwrap()["operation"]["target"], "a");
    assert!(lines.iter().all(|line| keys(line) == KEYS), "{lines:?}");
    assert_eq!(first_is_slow().home().run_json(line).targets(), ["a", "b", "c"]);
}

#[test]
fn json_line_is_written_at_once() {
    let server = RecordingServer::delayed_first(Duration::from_secs(4), accepted);
    let home = server.home();
    let start = Instant::now();
    let mut child =
        home.process("tencent resume a b -o jsonl --rate 0".split(' ')).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(line.contains(r#""target":"b""#) && line.ends_with("}\n"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn refused_run_prints_no_json_lines() {
    let home = RecordingServer::accepting().home();
    for args in [
        &["tencent", "resume", " a", "-o", "jsonl"][..],
        &["tencent", "-o", "jsonl"],
        &["-o", "jsonl", "nope"],
    ] {
        let output = home.run(args);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.starts_with("error: "), "{output:?}");
    }
    let output = TestHome::empty().run_line("tencent resume a -o jsonl");
    assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""));
}
