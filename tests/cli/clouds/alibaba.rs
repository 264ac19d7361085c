//! Alibaba's own rules: success without a word for it, throttling as HTTP 400, used nonces, two domains, a secret URL.

use crate::prelude::*;

/// A profile of Alibaba alone, with these further keys.
fn home(server: &RecordingServer, keys: &str) -> TestHome {
    TestHome::with_config(&format!(
        "[profiles.prod.alibaba]\naccess_key_id = \"LTAI0123456789012345\"\n\
         secret_access_key = \"canary-alibaba-SECRET-4717-abc\"\nendpoint = \"{}\"\n{keys}\n",
        server.endpoint()
    ))
}

const BOTH: &str = "domain = \"push.example.com\"\nplay_domain = \"play.example.com\"";

fn refused(status: u16, code: &str) -> MockResponse {
    let body =
        json!({"RequestId": "r", "HostId": "live.aliyuncs.com", "Code": code, "Message": "m"});
    response(status, body.to_string()).retry_now()
}

fn success() -> MockResponse {
    response(200, json!({"RequestId": "16A96B9A-F203"}).to_string())
}

/// The outcome of a ban to which the vendor answers this, with the number of requests.
fn ban_outcome(answer: MockResponse) -> (String, usize, Option<i32>) {
    let server = RecordingServer::always(answer);
    let output = home(&server, BOTH).run_json("alibaba forbid live/a --for 2h --attempts 2");
    (outcome(&output.only_result()), server.requests().len(), output.code)
}

const FAILED: &str = r#"{"RequestId":"r","success":false}"#;

#[test]
fn answers_have_their_outcomes() {
    for (answer, expected, requests, code) in [
        (success(), "applied", 1, 0),
        (refused(404, "InvalidDomain.NotFound"), "not_applied refused", 1, 5),
        (refused(403, "IllegalOperation"), "not_applied refused", 1, 5),
        (refused(400, "QuotaExceeded.Blacklist"), "not_applied refused", 1, 5),
        (refused(400, "ConfigAlreadyExists"), "not_applied refused", 1, 5),
        (refused(403, "Forbidden.RAM"), "not_applied refused", 1, 5),
        (refused(401, "Forbidden"), "not_applied refused", 1, 5),
        (refused(404, "InvalidAccessKeyId.NotFound"), "not_applied credentials", 1, 5),
        (refused(400, "SignatureDoesNotMatch"), "not_applied credentials", 1, 5),
        (refused(403, "SignatureDoesNotMatch"), "not_applied credentials", 1, 5),
        (refused(400, "InvalidTimeStamp.Expired"), "not_applied credentials", 1, 5),
        (refused(401, "Unheard"), "not_applied credentials", 1, 5),
        (refused(400, "Throttling.User"), "not_applied throttled", 2, 5),
        (refused(400, "SignatureNonceUsed"), "not_applied throttled", 2, 5),
        (refused(500, "InternalError"), "unknown http", 2, 4),
        (refused(503, "ServiceUnavailable"), "unknown http", 2, 4),
        (response(400, "{}").retry_now(), "not_applied http", 1, 5),
        (response(200, "{}").retry_now(), "unknown protocol", 2, 4),
        (response(204, "").retry_now(), "unknown protocol", 2, 4),
        (response(200, r#"{"RequestId":""}"#).retry_now(), "unknown protocol", 2, 4),
        (response(200, FAILED).retry_now(), "unknown protocol", 2, 4),
        (response(200, r#"{"RequestId":"r","Code":"OK"}"#).retry_now(), "unknown protocol", 2, 4),
    ] {
        let shown = format!("{answer:?}");
        assert_eq!(ban_outcome(answer), (expected.to_owned(), requests, Some(code)), "{shown}");
    }
}

#[test]
fn used_nonce_is_signed_afresh() {
    let server = RecordingServer::script([refused(400, "SignatureNonceUsed"), success()]);
    let output = home(&server, BOTH).run_json("alibaba forbid live/a --for 2h");
    assert_eq!((output.code, output.only_result()["attempts"].as_u64()), (Some(0), Some(2)));
    let nonce = |sent: &ReceivedRequest| sent.header("x-acs-signature-nonce").unwrap().to_owned();
    let nonces: Vec<_> = server.requests().iter().map(nonce).collect();
    assert!(nonces[0] != nonces[1] && nonces.iter().all(|nonce| nonce.len() == 32), "{nonces:?}");
    let queries: Vec<_> = server.requests().iter().map(|request| request.query.clone()).collect();
    assert_eq!(queries[0], queries[1], "the end is not moved");
}

#[test]
fn only_a_throttled_drop_is_sent_again() {
    for (answer, requests, expected) in [
        (refused(400, "Throttling"), 2, "applied"),
        (refused(503, "ServiceUnavailable"), 1, "unknown http"),
    ] {
        let server = RecordingServer::script([answer, success()]);
        let output = home(&server, BOTH).run_json("alibaba drop live/a");
        assert_eq!(outcome(&output.only_result()), expected, "{output:?}");
        assert_eq!(server.requests().len(), requests);
    }
}

#[test]
fn ban_has_the_push_domain_and_its_end() {
    let server = RecordingServer::always(success());
    home(&server, BOTH).run_json("alibaba forbid 直播/a b --until 2099-01-01T00:00:00Z").exits(2);
    let output =
        home(&server, BOTH).run(["alibaba", "forbid", "直播/a b", "--longest", "-o", "json"]);
    let until = output.only_result()["operation"]["until"].clone();
    let request = server.only_request();
    let sent = |name: &str| request.param(name).unwrap_or_default();
    assert_eq!(request.header("x-acs-action"), Some("ForbidLiveStream"));
    assert_eq!(
        [sent("DomainName"), sent("AppName"), sent("StreamName"), sent("LiveStreamType")],
        ["push.example.com", "直播", "a b", "publisher"]
    );
    assert_eq!((json!(sent("ResumeTime")), request.param("Oneshot")), (until, None));
    assert_eq!((request.method.as_str(), request.body.as_str()), ("POST", ""));
    assert_eq!(request.header("content-length"), Some("0"));
}

/// The vendor of one banned stream that is online, whatever is asked.
fn states(request: &ReceivedRequest) -> MockResponse {
    let body = match request.header("x-acs-action").unwrap() {
        "DescribeLiveStreamsBlockList" => json!({
            "RequestId": "r", "TotalNum": 1,
            "StreamUrls": {"StreamUrl": ["play.example.com/live/banned"]},
        }),
        "DescribeLiveStreamState" => json!({
            "RequestId": "r", "Type": "push",
            "StreamState": if request.param("StreamName").unwrap() == "on" { "online" } else { "offline" },
        }),
        _ => json!({"RequestId": "r"}),
    };
    response(200, body.to_string())
}

/// The states of these streams, and the requests by action and domain.
fn run_at_states(keys: &str, line: &str) -> (RunOutput, Vec<(String, String)>) {
    let server = RecordingServer::start(states);
    let output = home(&server, keys).run_json(line);
    let request = |request: &ReceivedRequest| {
        let action =
            request.header("x-acs-action").unwrap().trim_start_matches("DescribeLiveStream");
        (action.to_owned(), request.param("DomainName").unwrap())
    };
    let requests = server.requests().iter().map(request).collect();
    (output, requests)
}

#[test]
fn state_is_read_from_the_bans_first() {
    let pair = |action: &str, domain: &str| (action.to_owned(), domain.to_owned());
    let (output, requests) =
        run_at_states(BOTH, "-j 1 alibaba status live/banned live/on live/off --verbose");
    let states: Vec<_> = output.results().iter().map(|result| result["state"].clone()).collect();
    assert_eq!(states, ["forbidden", "live", "idle"], "{output:?}");
    let list = pair("sBlockList", "play.example.com");
    let state = pair("State", "push.example.com");
    for request in &requests {
        assert!([&list, &state].contains(&request), "{requests:?}");
    }
    assert_eq!(requests.iter().filter(|request| **request == list).count(), 3);
    assert_eq!(requests.iter().filter(|request| **request == state).count(), 2);
}

#[test]
fn ban_without_the_play_domain_is_unverified() {
    let push = "domain = \"push.example.com\"";
    for (keys, domain) in [(push, ""), (BOTH, " --domain push.other.com")] {
        let (output, requests) = run_at_states(keys, &format!("alibaba status live/off{domain}"));
        assert_eq!(output.only_result()["state"], "idle", "{output:?}");
        assert!(output.stderr.contains("may be forbidden"), "{output:?}");
        assert_eq!(requests.len(), 1);
        let (output, _) =
            run_at_states(keys, &format!("alibaba forbid live/a --for 2h --verify{domain}"));
        let result = output.only_result();
        assert_eq!((output.code, &result["verified"]), (Some(0), &Value::Null), "{output:?}");
        output.assert_reports(&["cannot be verified here: Alibaba tells bans by the play domain"]);
        let (output, requests) = run_at_states(keys, &format!("alibaba forbidden{domain}"));
        assert_eq!((output.code, requests.len()), (Some(2), 0), "{output:?}");
        assert!(output.stderr.contains("`play_domain`"), "{output:?}");
    }
    let keys = "play_domain = \"play.example.com\"";
    let (output, _) = run_at_states(keys, "alibaba status live/banned --domain a.cn");
    assert_eq!(output.only_result()["state"], "forbidden", "{output:?}");
}

/// A host name in other letters is the profile's own, so that its play domain counts.
#[test]
fn domain_ignores_letter_case() {
    for (keys, domain) in [
        (BOTH.to_owned(), "PUSH.Example.com"),
        (BOTH.replace("push.", "Push."), "push.example.com"),
    ] {
        let line = format!("alibaba forbid live/banned --for 2h --domain {domain}");
        let server = RecordingServer::start(states);
        let output = home(&server, &keys).run_json(&format!("{line} --verify"));
        assert_eq!(output.only_result()["verified"], true, "{output:?}");
        let look = server.requests().last().unwrap().clone();
        assert_eq!(look.param("DomainName").as_deref(), Some("play.example.com"), "{look:?}");
    }
    // One stream, whatever the letters.
    let server = RecordingServer::always(success());
    let line = |domain: &str| {
        let line = json!({"vendor": "alibaba", "action": "resume", "target": "live/a"});
        let mut line = line.as_object().unwrap().clone();
        line.insert("domain".into(), domain.into());
        Value::from(line).to_string()
    };
    let lines = [line("push.example.com"), line("PUSH.example.com")].join("\n");
    let output = home(&server, BOTH).run_with_input("apply - -o json", lines);
    assert_eq!((output.outcomes().len(), server.requests().len()), (1, 1), "{output:?}");
}

#[test]
fn drop_is_verified_by_the_state_alone() {
    let (output, requests) =
        run_at_states("domain = \"push.example.com\"", "alibaba drop live/off --verify");
    let result = output.only_result();
    assert_members(&result, &json!({"verified": true, "state": "idle"}));
    assert_eq!(requests.len(), 2);
}

#[test]
fn ban_missing_in_the_list_is_unverified() {
    let (output, _) =
        run_at_states(BOTH, "alibaba forbid live/on --for 2h --verify --verify-timeout 600ms");
    assert_eq!((output.code, output.outcomes()), (Some(4), vec!["unknown unverified".to_owned()]));
    let (output, _) = run_at_states(BOTH, "alibaba forbid live/banned --for 2h --verify");
    assert_eq!(output.only_result()["verified"], true, "{output:?}");
}

#[test]
fn list_of_bans_is_read_to_its_end() {
    let server = RecordingServer::start(|request| {
        let page: usize = request.param("PageNum").unwrap().parse().unwrap();
        let size: usize = request.param("PageSize").unwrap().parse().unwrap();
        let urls: Vec<_> = ((page - 1) * size..(page * size).min(6001))
            .map(|number| format!("play.example.com/live/{number}"))
            .collect();
        let body = json!({"RequestId": "r", "TotalNum": 6001, "TotalPage": 3, "PageNum": page,
                          "PageSize": size, "StreamUrls": {"StreamUrl": urls}});
        response(200, body.to_string())
    });
    let result = home(&server, BOTH).run_json("alibaba forbidden").only_result();
    let items = result["items"].as_array().unwrap();
    assert_eq!((items.len(), server.requests().len()), (6001, 3));
    let item = json!({
        "target": "live/0", "domain": "push.example.com", "app": "live", "since": null, "until": null,
        "vendor": {"StreamUrl": "play.example.com/live/0"},
    });
    assert_eq!(items[0], item);
    let looked = home(&server, BOTH).run_json("alibaba status live/6000").only_result();
    assert_eq!(looked["state"], "forbidden");
}

#[test]
fn push_url_of_a_list_is_never_shown() {
    let row = json!({
        "DomainName": "play.example.com", "AppName": "live", "StreamName": "a",
        "PublishTime": "2026-11-21T10:00:00Z",
        "PublishUrl": "rtmp://push.example.com/live/a?auth_key=canary-4718",
    });
    let body =
        json!({"RequestId": "r", "TotalNum": 1, "OnlineInfo": {"LiveStreamOnlineInfo": [row]}});
    let server = RecordingServer::replies(200, body.to_string());
    for format in ["json", "jsonl", "table", "csv"] {
        let output =
            home(&server, BOTH).run_line(&format!("alibaba online --app live -o {format} -v"));
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(!format!("{output:?}").contains("canary-4718"), "{output:?}");
        assert!(output.stdout.contains("live/a"), "{output:?}");
    }
    let item = &home(&server, BOTH).run_json("alibaba online").only_result()["items"][0];
    assert_eq!(item["vendor"]["PublishUrl"], "***");
    assert_members(item, &json!({"domain": "push.example.com", "since": "2026-11-21T10:00:00Z"}));
    let names = "DomainName AppName OnlyStream StreamType QueryType".split(' ');
    let sent = names.map(|name| server.requests()[0].param(name).unwrap_or_default());
    let expected = "play.example.com live yes raw strict";
    assert_eq!(sent.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn hints_name_the_next_step() {
    for (line, answer, words) in [
        ("forbid live/a --for 2h", refused(400, "QuotaExceeded.Blacklist"), "at 10,000"),
        ("forbid live/a --for 2h", refused(403, "Forbidden.RAM"), "not allow ForbidLiveStream"),
        ("resume live/a", refused(404, "InvalidDomain.NotFound"), "not the play domain"),
        ("forbidden", refused(404, "InvalidDomain.NotFound"), "check play_domain"),
        ("resume live/a", refused(400, "InvalidTimeStamp.Expired"), "15 minutes"),
    ] {
        let server = RecordingServer::always(answer);
        let output = home(&server, BOTH).run_json(&format!("alibaba {line}"));
        let hint = output.only_result()["error"]["hint"].clone();
        assert!(hint.as_str().unwrap_or_default().contains(words), "{line}: {output:?}");
    }
}

/// No flag gives the play domain, so the message names none.
#[test]
fn list_without_a_play_domain_names_the_profile() {
    let server = RecordingServer::always(success());
    let home = home(&server, "domain = \"push.example.com\"");
    let output = home.run_line("alibaba online");
    let start = "error: Alibaba lists streams by the play domain (main streaming domain): set";
    assert!(output.code == Some(2) && output.stderr.starts_with(start), "{output:?}");
    let line = json!({"vendor": "alibaba", "action": "online", "target": "push.example.com"});
    let output = home.run_with_input("apply -", line.to_string());
    assert!(output.stderr.starts_with("error: line 1: Alibaba lists streams by"), "{output:?}");
}

#[test]
fn unread_state_is_noted_once() {
    let server = RecordingServer::start(|request| {
        let action = request.header("x-acs-action").unwrap();
        if action.starts_with("Describe") {
            refused(404, "InvalidDomain.NotFound")
        } else {
            success()
        }
    });
    let line = "alibaba forbid live/a live/b --for 2h --verify";
    let output = home(&server, BOTH).run_json(line).with_outcomes(["applied", "applied"]);
    let note = "the state could not be read: Alibaba refused: m (InvalidDomain.NotFound)";
    assert_eq!(output.stderr.matches(note).count(), 1, "{output:?}");
    assert!(output.stderr.contains("2 targets: 2 applied (2 not verified)"), "{output:?}");
}
