//! A stream is a domain, an app and a name: wherever the domain comes from, two domains are two streams.

use crate::prelude::*;

/// Where each request looked for its stream: domain, app and name.
fn asked(server: &RecordingServer) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |body: Value| {
        let domain = ["publishDomain", "DomainName", "domain"].map(|key| text(&body[key]));
        let app = ["appName", "AppName", "app"].map(|key| text(&body[key]));
        let name = ["streamName", "StreamName", "stream"].map(|key| text(&body[key]));
        let found = |values: [String; 3]| values.concat();
        (found(domain), found(app), found(name))
    };
    let mut places: Vec<_> =
        server.requests().iter().map(|request| place(request.json())).collect();
    places.sort();
    places
}

fn place(domain: &str, app: &str, name: &str) -> (String, String, String) {
    (domain.to_owned(), app.to_owned(), name.to_owned())
}

/// A profile without any domain, at the legacy APIs or the newer ones.
fn without_domain(server: &RecordingServer, is_newer: bool) -> TestHome {
    let home = server.home_at(is_newer);
    let config = home.read("livectl/config.toml");
    home.write_config(&config.replace("domain = \"push.example.com\"\n", ""));
    home
}

/// The same, with a domain in JD's section.
fn with_jd_domain(server: &RecordingServer, is_newer: bool) -> TestHome {
    let home = without_domain(server, is_newer);
    let section = "[profiles.prod.jd]\n";
    home.replace_in_config(section, &format!("{section}domain = \"of.profile.cn\"\n"));
    home
}

#[test]
fn one_name_at_two_domains_is_two_streams() {
    for is_newer in [false, true] {
        let server = RecordingServer::accepting();
        let home = without_domain(&server, is_newer);
        let ban = |domain: &str| json!({"vendor": "jd", "action": "forbid", "target": "live/a", "domain": domain, "for": "1h"});
        let input = lines([ban("one.cn"), ban("two.cn"), ban("one.cn")]);
        let output = home.run_with_input("apply - -o json", input).with_outcomes(["applied"; 2]);
        assert_eq!(asked(&server), [place("one.cn", "live", "a"), place("two.cn", "live", "a")]);
        let domains: Vec<_> =
            output.operations().iter().map(|operation| operation["domain"].clone()).collect();
        assert_eq!(domains, [json!("one.cn"), json!("two.cn")]);
    }
}

#[test]
fn tencent_name_at_two_places_is_two_streams() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let ban = |domain: &str, app: &str| json!({"vendor": "tencent", "action": "forbid", "target": "a", "domain": domain, "app": app, "for": "1h"});
    let input = lines([ban("one.cn", "live"), ban("two.cn", "live"), ban("one.cn", "show")]);
    home.run_with_input("apply - -o json", input).with_outcomes(["applied"; 3]);
    let at = |domain: &str, app: &str| place(domain, app, "a");
    assert_eq!(asked(&server), [at("one.cn", "live"), at("one.cn", "show"), at("two.cn", "live")]);
}

#[test]
fn contradiction_needs_the_same_place() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    let line = |action: &str, domain: Value| {
        let mut line = json!({"vendor": "tencent", "action": action, "target": "a"});
        if !domain.is_null() {
            line["domain"] = domain;
        }
        line
    };
    // The profile's domain is the place of a line without one.
    let same = lines([line("drop", Value::Null), line("resume", json!("push.example.com"))]);
    assert_refused(&server, &home.run_with_input("apply -", same), &["line 2"]);
    let other = lines([line("drop", Value::Null), line("resume", json!("other.example.com"))]);
    home.run_with_input("apply - -o json", other).with_outcomes(["applied", "applied"]);
}

#[test]
fn jd_domain_may_be_in_the_profile() {
    for (is_newer, line) in [
        (false, "jd forbid live/a --for 1h"),
        (false, "jd permit live/a"),
        (true, "jd forbid live/a --for 1h"),
        (true, "jd permit live/a"),
        (true, "jd drop live/a"),
    ] {
        let server = RecordingServer::accepting();
        let home = with_jd_domain(&server, is_newer);
        for (flags, environment, domain) in [
            ("", "", "of.profile.cn"),
            ("", "of.environment.cn", "of.environment.cn"),
            (" --domain of.flag.cn", "of.environment.cn", "of.flag.cn"),
        ] {
            let line = format!("{line} -o json{flags}");
            let variable = [("LIVECTL_JD_DOMAIN", environment)];
            let output = home.run_with(&variable, line.split(' ')).exits(0);
            assert_eq!(output.operations()[0]["domain"], domain);
            let body = server.requests().pop().unwrap().json();
            let sent = body["domain"].as_str().or(body["publishDomain"].as_str());
            assert_eq!(sent, Some(domain), "{line}");
        }
        assert_eq!(server.requests().len(), 3);
    }
}

#[test]
fn tencent_flags_override_the_profile() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    for (flags, domain, app) in [
        ("", "push.example.com", "live"),
        (" --domain other.cn", "other.cn", "live"),
        (" --app show", "push.example.com", "show"),
        (" --domain other.cn --app show", "other.cn", "show"),
    ] {
        for line in
            ["tencent forbid a --for 1h", "tencent resume a", "tencent drop a", "tencent status a"]
        {
            let output = home.run_json(&format!("{line}{flags}")).exits(0);
            let request = server.requests().pop().unwrap().json();
            assert_members(&request, &json!({"DomainName": domain, "AppName": app}));
            assert_members(&output.operations()[0], &json!({"domain": domain, "app": app}));
        }
    }
}

#[test]
fn missing_domain_names_both_places() {
    for (is_newer, line) in [
        (false, "jd forbid live/a --for 1h"),
        (false, "jd permit live/a"),
        (true, "jd forbid live/a --for 1h"),
        (true, "jd drop live/a"),
        (true, "tencent forbid a --for 1h"),
        (true, "tencent status a"),
    ] {
        let server = RecordingServer::accepting();
        let home = without_domain(&server, is_newer);
        let section = line.split(' ').next().unwrap();
        assert_refused(&server, &home.run_line(line), &["--domain", "domain", section]);
    }
    let server = RecordingServer::accepting();
    let home = without_domain(&server, false);
    let line = r#"{"vendor":"jd","action":"permit","target":"live/a"}"#;
    assert_refused(&server, &home.run_with_input("apply -", line), &["line 1", "domain"]);
}

#[test]
fn resume_matches_the_domain_wherever_it_came_from() {
    for is_newer in [false, true] {
        let server = RecordingServer::accepting();
        let home = with_jd_domain(&server, is_newer);
        let outcome =
            |line: &str| home.run_json(&format!("{line} --journal j --resume")).outcomes();
        let line = "jd forbid live/a --for 1h";
        assert_eq!(outcome(line), ["applied"]);
        let journal = home.read("j");
        let intent = journal.lines().find(|line| line.contains("\"intent\"")).unwrap();
        let intent: Value = serde_json::from_str(intent).unwrap();
        assert_eq!(intent["asked"]["domain"], "of.profile.cn", "{intent}");
        assert_eq!(outcome(&format!("{line} --domain of.profile.cn")), ["skipped done_before"]);
        assert_eq!(outcome(&format!("{line} --domain other.cn")), ["applied"]);
        assert_eq!(outcome(&format!("{line} --domain other.cn")), ["skipped done_before"]);
        assert_eq!(outcome(line), ["skipped done_before"]);
    }
    let (_server, home) = RecordingServer::accepting().with_newer_home();
    let outcome = |line: &str| home.run_json(&format!("{line} --journal j --resume")).outcomes();
    let line = "tencent forbid a --for 1h";
    assert_eq!(outcome(line), ["applied"]);
    let same = format!("{line} --domain push.example.com --app live");
    assert_eq!(outcome(&same), ["skipped done_before"]);
    assert_eq!(outcome(&format!("{line} --app show")), ["applied"]);
}

#[test]
fn older_journals_stay_readable() {
    let (server, home) = RecordingServer::accepting().with_home();
    // As the version before recorded it: no schema but the first, no run, no domain that a profile names.
    let record = |kind: &str, result: Value| {
        let operation = json!({"vendor": "tencent", "action": "resume", "target": "c1"});
        json!({"schema": "livectl-journal/1", "record": kind, "at": "2026-11-20T10:00:00.000Z", "profile": "prod",
               "attempt": 1, "asked": operation, "operation": operation, "result": result})
    };
    let result = json!({"ok": true, "outcome": "applied", "operation": {"vendor": "tencent", "action": "resume", "target": "c1"},
        "effect": "on_air", "profile": "prod", "endpoint": server.url(), "attempts": 1, "http_status": 200, "code": 0,
        "message": "success", "started_at": "2026-11-20T10:00:00.000Z", "elapsed_ms": 83, "response": {"ret": 0},
        "state": null, "items": null, "verified": null, "viewer": null, "off_after_ms": null,
        "held": null, "error": null});
    let journal = lines([record("intent", Value::Null), record("result", result)]) + "\n";
    home.write("j", journal);
    let output = home.run_json("tencent resume c1 c2 --journal j --resume");
    assert_eq!(output.outcomes(), ["skipped done_before", "applied"], "{output:?}");
    assert_eq!(server.targets(), ["c2"]);
}

#[test]
fn lists_carry_the_domain_of_each_item() {
    let server = RecordingServer::start(|_| {
        let info = |domain: &str| json!({"publishDomain": domain, "appName": "live", "streamName": "s", "publishTime": "2026-11-21T10:00:00Z"});
        let result = json!({"totalCount": 1, "pageNumber": 1, "onlineStreamInfos": [info("push.example.com")]});
        response(200, json!({"requestId": "r", "result": result}).to_string())
    });
    let output = server.newer_home().run_json("jd online --domain push.example.com");
    let item = &output.only_result()["items"][0];
    let expected = json!({"target": "live/s", "domain": "push.example.com", "app": "live"});
    assert_members(item, &expected);
    let expected = json!({"since": "2026-11-21T10:00:00Z", "vendor": {"streamName": "s"}});
    assert_members(item, &expected);
}
