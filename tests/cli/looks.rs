//! Looks: what they ask, what they tell, and that they change nothing. Their outcome is `read`.

use crate::prelude::*;

/// A page of Tencent's online streams, `total` in all.
fn online_page(total: usize, request: &ReceivedRequest) -> MockResponse {
    let body = request.json();
    let number = usize::try_from(body["PageNum"].as_u64().unwrap()).unwrap();
    let size = usize::try_from(body["PageSize"].as_u64().unwrap()).unwrap();
    let stream = |number: usize| {
        json!({"StreamName": format!("s{number}"), "AppName": "live", "DomainName": "push.example.com",
               "PublishTimeList": [{"PublishTime": "2026-11-21T10:00:00Z"}], "PushToDelay": 0})
    };
    let streams: Vec<_> = ((number - 1) * size..total.min(number * size)).map(stream).collect();
    let info = json!({"RequestId": "r", "TotalNum": total, "TotalPage": total.div_ceil(size),
                      "PageNum": number, "PageSize": size, "OnlineInfo": streams});
    response(200, json!({"Response": info}).to_string())
}

#[test]
fn tencent_online_reads_every_page() {
    let server = RecordingServer::start(|request| {
        let size = request.json()["PageSize"].as_u64().unwrap();
        online_page(usize::try_from(size).unwrap() * 2 + 3, request)
    });
    let result = server.newer_home().run_json("tencent online").settles(0, "read", 3);
    let requests = server.requests();
    let size = usize::try_from(requests[0].json()["PageSize"].as_u64().unwrap()).unwrap();
    assert_eq!(requests.len(), 3);
    let items = result["items"].as_array().unwrap();
    assert_eq!(items.len(), size * 2 + 3);
    let item = &items[0];
    let expected = json!({"target": "s0", "domain": "push.example.com", "app": "live"});
    assert_members(item, &expected);
    assert_members(item, &json!({"since": "2026-11-21T10:00:00Z", "until": null}));
    assert_eq!(item["vendor"]["StreamName"], "s0");
    for request in &requests {
        assert_eq!(request.header("x-tc-action"), Some("DescribeLiveStreamOnlineList"));
        assert_eq!(request.json()["DomainName"], "push.example.com");
    }
}

#[test]
fn tencent_online_follows_its_flags() {
    for (flags, domain, app) in [
        ("", json!("push.example.com"), Value::Null),
        (" --domain other.cn", json!("other.cn"), Value::Null),
        (" --app show", json!("push.example.com"), json!("show")),
        (" --all-domains", Value::Null, Value::Null),
    ] {
        let server = RecordingServer::start(|request| online_page(1, request));
        server.newer_home().run_json(&format!("tencent online{flags}")).exits(0);
        let body = server.only_request().json();
        let of = |key: &str| body.get(key).cloned().unwrap_or(Value::Null);
        assert_eq!((of("DomainName"), of("AppName")), (domain, app), "{flags}");
    }
    let (server, home) = RecordingServer::accepting().with_newer_home();
    assert_eq!(home.run_line("tencent online --all-domains --domain a.cn").code, Some(2));
    // The legacy API offers no such list.
    let output = server.home().run_line("tencent online").exits(2).reports("v3");
    assert_eq!(server.requests().len(), 0, "{output:?}");
}

/// JD writes the end of a ban without a zone; the list and the state of one stream read it in the same one.
#[test]
fn jd_list_and_status_use_utc_offset() {
    for (offset, hours) in [("+14:00", 14), ("-11:00", -11)] {
        for (left, state) in [(1, json!("forbidden")), (-1, Value::Null)] {
            let end = Utc::now() + TimeDelta::hours(left);
            let written = (end + TimeDelta::hours(hours)).format("%Y-%m-%d %H:%M:%S");
            let ban =
                json!({"app": "live", "stream": "a", "type": 2, "endTime": written.to_string()});
            let bans = json!({"status": 0, "data": {"total": 1, "streams": [ban]}}).to_string();
            let (server, home) = RecordingServer::replies(200, bans).with_home();
            let offset = format!("utc_offset = \"{offset}\"\nsecret_key");
            home.write_config(&profile(&server.url()).replace("secret_key", &offset));
            let list = home.run_json("jd forbidden --domain push.example.com").only_result();
            let status = home.run_json("jd status live/a --domain push.example.com").only_result();
            assert_eq!(list["items"][0]["until"], json!(end.format("%FT%TZ").to_string()));
            assert_eq!(status["state"], state, "{offset}: {status}");
        }
    }
}

/// A command names the domain of a list by a flag, a line of a file as its target.
#[test]
fn wrong_domain_of_a_list_names_its_key() {
    let (server, home) = RecordingServer::accepting().with_newer_home();
    for vendor in ["jd", "tencent"] {
        let line = json!({"vendor": vendor, "action": "online", "target": "a..cn"}).to_string();
        home.run_with_input("apply -", line).reports("line 1: target \"a..cn\": a domain is one");
        let command = home.run_line(&format!("{vendor} online --domain a..cn"));
        assert!(command.stderr.contains("--domain: a domain is one"), "{command:?}");
    }
    assert!(server.requests().is_empty());
}

fn stream_info(status: &str) -> String {
    let info = json!({"publishDomain": "push.example.com", "appName": "live", "streamName": "a", "status": status});
    json!({"requestId": "r", "result": {"StreamInfo": info}}).to_string()
}

#[test]
fn jd_status_reads_the_state() {
    let forbidden =
        r#"{"status":0,"data":{"total":1,"streams":[{"app":"live","stream":"a","type":1}]}}"#;
    let none = r#"{"status":0,"data":{"total":0,"streams":[]}}"#;
    for (is_newer, body, state) in [
        (true, stream_info("on"), json!("live")),
        (true, stream_info("off"), json!("idle")),
        (false, forbidden.to_owned(), json!("forbidden")),
        (false, none.to_owned(), Value::Null),
    ] {
        let server = RecordingServer::replies(200, &body);
        let home = server.home_at(is_newer);
        let output = home.run_json("jd status live/a --domain push.example.com");
        let result = output.only_result();
        assert_eq!((output.code, &result["outcome"]), (Some(0), &json!("read")), "{output:?}");
        assert_eq!((&result["state"], &result["effect"]), (&state, &json!("none")), "{body}");
        let request = server.only_request();
        if is_newer {
            let path = "/v1/streams/push.example.com/appNames/live/streamNames/a/streamInfo";
            assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", path));
        } else {
            assert_eq!(request.path, "/api/live/queryForbidden");
        }
        let table = home.run_line("jd status live/a --domain push.example.com").stdout;
        let shown = state.as_str().unwrap_or("not reported by this API");
        assert!(table.contains(shown) && !table.contains("changed"), "{table}");
    }
}

#[test]
fn jd_status_with_a_strange_answer_is_unknown() {
    for body in [
        stream_info("ON"),
        stream_info(""),
        r#"{"requestId":"r","result":{}}"#.to_owned(),
        r#"{"requestId":"r","result":{"StreamInfo":null}}"#.to_owned(),
    ] {
        let server = RecordingServer::always(response(200, &body).retry_now());
        let line = "jd status live/a --domain push.example.com --attempts 1";
        let result = server.newer_home().run_json(line).settles(4, "unknown protocol", 1);
        assert_eq!(result["state"], Value::Null);
    }
}

#[test]
fn looks_are_read_and_counted() {
    let home = TestHome::empty();
    let output = home.run_json("--sandbox tencent status 8888_a 8888_b").exits(0);
    assert_eq!(output.outcomes(), ["read", "read"]);
    assert_members(&output.json(), &json!({"ok": true, "summary": {"read": 2, "applied": 0}}));
    assert!(output.results().iter().all(|result| result["ok"] == true));
    let line = "--sandbox jd forbidden --domain push.example.com";
    home.run_json(line).with_outcomes(["read"]);
}

#[test]
fn jd_openapi_is_verified_by_the_stream_info() {
    for (line, status, verified) in [
        ("jd forbid live/a --domain push.example.com --for 1h", "off", json!(true)),
        ("jd drop live/a --domain push.example.com", "off", json!(true)),
        ("jd forbid live/a --domain push.example.com --for 1h", "on", json!(false)),
    ] {
        let server = RecordingServer::with_looks(move |_| stream_info(status));
        let line = format!("{line} --verify --verify-timeout 1200ms");
        let result = server.newer_home().run_json(&line).only_result();
        let outcome = if verified == true { "applied" } else { "unknown" };
        assert_members(&result, &json!({"verified": verified, "outcome": outcome}));
    }
}

#[test]
fn changing_list_is_no_fault() {
    // The second page repeats an item of the first, and there is one less than the total.
    let server = RecordingServer::start(|request| {
        let number: usize = request.param("pageNum").unwrap().parse().unwrap();
        let stream = |number: usize| json!({"publishDomain": "push.example.com", "appName": "live", "streamName": format!("s{number}")});
        let numbers = if number == 1 { 0..100 } else { 99..150 };
        let streams: Vec<_> = numbers.map(stream).collect();
        let result = json!({"totalCount": 152, "pageNumber": number, "onlineStreamInfos": streams});
        response(200, json!({"requestId": "r", "result": result}).to_string())
    });
    let output = server.newer_home().run_json("jd online --domain push.example.com");
    let result = output.settles(0, "read", 3);
    assert_eq!(result["items"].as_array().unwrap().len(), 150);
    output.assert_reports(&["note: "]);
}
