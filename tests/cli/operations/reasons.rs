//! `--reason`, and operations that an API version does not offer.

use crate::prelude::*;

#[test]
fn reason_is_recorded_and_sent() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let run = |reason: &str| {
        let line = "tencent forbid 8888_a --for 1h --journal j --resume -o json";
        home.run(line.split(' ').chain(["--reason", reason]))
    };

    let first = run("rights \"claim\" 4711");
    let second = run("another word for it");

    assert_eq!(server.only_request().json()["Reason"], "rights \"claim\" 4711");
    assert_eq!(first.only_result()["operation"]["reason"], "rights \"claim\" 4711");
    second.settles(0, "skipped done_before", 0);
    let records: Vec<Value> =
        home.read("j").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for record in &records[1..3] {
        assert_eq!(record["operation"]["reason"], "rights \"claim\" 4711");
        assert_eq!(record["asked"].get("reason"), None);
    }
    // The second run has nothing to record.
    assert_eq!(records.len(), 4);
}

#[test]
fn reason_is_not_sent_where_unsupported() {
    for (line, is_newer) in [
        ("jd timeout push.example.com --seconds 30", false),
        ("jd forbid live/a --domain push.example.com --for 1h", false),
        ("jd permit live/a --domain push.example.com", false),
        ("tencent forbid 8888_a --for 1h", false),
        ("tencent drop 8888_a", false),
        ("shumei close 1639", false),
        ("jd forbid live/a --domain push.example.com --for 1h", true),
        ("tencent resume 8888_a", true),
    ] {
        let server = RecordingServer::accepting();
        let home = server.home_at(is_newer);
        let output = home.run_json(&format!("{line} --reason canary-reason"));
        let request = server.only_request();
        assert_eq!(output.only_result()["operation"]["reason"], "canary-reason", "{line}");
        assert!(!format!("{request:?}").contains("canary-reason"), "{line}: {request:?}");
    }
}

#[test]
fn line_reason_overrides_the_flag() {
    let server =
        RecordingServer::replies(200, r#"{"Response":{"RequestId":"r","StreamState":"active"}}"#);
    let home = server.newer_home();
    let operations = [
        json!({"vendor": "tencent", "action": "forbid", "target": "a", "for": "1h", "reason": "its own"}),
        json!({"vendor": "tencent", "action": "forbid", "target": "b", "for": "1h"}),
        json!({"vendor": "tencent", "action": "status", "target": "c"}),
    ];
    home.run_with_input("apply - --reason general -j1 -o json", lines(operations));

    let requests = server.requests();
    let reasons: Vec<_> = requests.iter().map(|request| request.json()["Reason"].clone()).collect();
    assert_eq!(reasons, [json!("its own"), json!("general"), Value::Null]);

    let asked = r#"{"vendor":"tencent","action":"status","target":"c","reason":"none"}"#;
    home.run_with_input("apply -", asked).exits(2).reports("tencent status takes no `reason`");
    let long = "x".repeat(2049);
    for reason in ["", " x", "x\u{202e}", &long] {
        home.run(["tencent", "drop", "a", "--reason", reason]).exits(2);
    }
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn unsupported_operation_names_the_other_api() {
    for (line, is_newer, remedy) in [
        ("jd drop live/a --domain push.example.com", false, "api = \"openapi\""),
        ("jd online --domain push.example.com", false, "api = \"openapi\""),
        ("jd forbidden --domain push.example.com", true, "api = \"legacy\""),
        ("jd timeout push.example.com --seconds 30", true, "api = \"legacy\""),
    ] {
        let server = RecordingServer::accepting();
        let home = server.home_at(is_newer);
        for more in ["", " -n"] {
            let output = home.run_json(&format!("{line}{more}")).exits(2);

            assert_eq!(output.json()["error"]["kind"], "input", "{line}: {output:?}");
            output.assert_reports(&[remedy, "LIVECTL_JD_API="]);
        }
        assert_eq!(server.requests().len(), 0);
    }
    let server = RecordingServer::accepting();
    let operations = [
        json!({"vendor": "tencent", "action": "drop", "target": "a"}),
        json!({"vendor": "jd", "action": "drop", "target": "live/a", "domain": "push.example.com"}),
        json!({"vendor": "jd", "action": "online", "target": "push.example.com"}),
    ];
    let output = server.home().run_with_input("apply -", lines(operations)).exits(2);
    assert_eq!(server.requests().len(), 0);
    output.assert_reports(&["line 2: ", "line 3: "]);
}
