//! The lists of streams, read page by page.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{page_of, page_of_a_wrong_total, signed_for_jd};
use crate::prelude::*;

/// Whether it is at the newer API, the command, and a page's size.
const LISTS: [(bool, &str, u64); 2] = [
    (false, "jd forbidden --domain push.example.com", 10),
    (true, "jd online --domain push.example.com", 100),
];

fn items(result: &Value) -> &Vec<Value> {
    result["items"].as_array().unwrap()
}

#[test]
fn list_reads_every_page() {
    for (is_newer, line, size) in LISTS {
        let total = size * 2 + 5;
        let server = RecordingServer::start(move |request| page_of(total, request));
        let before = Utc::now();
        let result = server.home_at(is_newer).run_json(line).settles(0, "read", 3);
        let command = line.split(" --").next().unwrap();
        assert_eq!(result["operation"], operation(command, "push.example.com", &json!({})));
        assert_members(&result, &json!({"effect": "none", "state": null}));
        let names: Vec<_> = items(&result).iter().map(|item| item["target"].clone()).collect();
        assert_eq!(names, (0..total).map(|n| json!(format!("live/s{n}"))).collect::<Vec<_>>());
        assert_eq!(server.requests().len(), 3);
        if is_newer {
            let after = Utc::now();
            server.requests().iter().for_each(|request| signed_for_jd(request, [before, after]));
        }
    }
}

#[test]
fn list_requests_match_the_manual() {
    let server = RecordingServer::start(|request| page_of(1, request));
    let line = "jd forbidden --domain push.example.com --app 直播 --stream a/b";
    let old = server.home().run_json(line).exits(0);
    server.newer_home().run_json("jd online --domain push.example.com --app 直播&x=1").exits(0);
    let [forbidden, online] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    let body = forbidden.json();
    assert_eq!((&*forbidden.method, &*forbidden.path), ("POST", "/api/live/queryForbidden"));
    let expected = json!({
        "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "直播",
        "stream": "a/b", "start_time": "2016-01-01 00:00", "pageNumber": 1, "pageSize": 10,
    });
    assert_eq!(body, expected);
    assert_eq!((&*online.method, &*online.body), ("GET", ""));
    assert_eq!(online.path, "/v1/streams/push.example.com/onlineList");
    assert_eq!(online.query, "appName=%E7%9B%B4%E6%92%AD%26x%3D1&pageNum=1&pageSize=100");
    assert_eq!(online.header("content-type"), Some("application/json"));
    assert_members(&old.operations()[0], &json!({"app": "直播", "stream": "a/b"}));
}

#[test]
fn list_with_a_failed_page_fails() {
    for (is_newer, line, size) in LISTS {
        let server = RecordingServer::start(move |request| match request.number {
            1 => page_of(size * 3, request),
            _ => response(503, "").retry_now(),
        });
        let result = server.home_at(is_newer).run_json(line).settles(4, "unknown http", 4);
        assert_members(&result, &json!({"items": null, "http_status": 503}));
    }
}

#[test]
fn list_may_change_while_it_is_read() {
    for (is_newer, line, size) in LISTS {
        let server = RecordingServer::start(|request| page_of(0, request));
        let result = server.home_at(is_newer).run_json(line).settles(0, "read", 1);
        assert_eq!(result["items"], json!([]));
        let calls = AtomicUsize::new(0);
        let grown = RecordingServer::start(move |request| {
            page_of(size + 1 + calls.fetch_add(1, Ordering::Relaxed) as u64, request)
        });
        let result = grown.home_at(is_newer).run_json(line).settles(0, "read", 2);
        assert_eq!(items(&result).len() as u64, size + 2);
        let short =
            RecordingServer::start(move |request| page_of_a_wrong_total(size, size * 2, request));
        let output = short.home_at(is_newer).run_json(line);
        assert_eq!(items(&output.settles(0, "read", 2)).len() as u64, size);
        output.assert_reports(&[&format!("the list has {size} of {} items", size * 2)]);
    }
}

#[test]
fn look_table_shows_streams() {
    let server = RecordingServer::start(|request| page_of(2, request));
    let output = server.home().run_line("jd forbidden --domain push.example.com");
    let rows: Vec<_> = output.stdout.lines().collect();
    assert_eq!(rows.len(), 3, "{output:?}");
    assert!(rows[1].starts_with("live/s0  forbidden  2099-01-01 08:00:00 +08:00, in "), "{rows:?}");
    let output = server.newer_home().run_line("jd online --domain push.example.com");
    output.assert_prints(&["live/s1  live   since 2026-11-21 18:00:00 +08:00"]);
    let server = RecordingServer::replies(200, r#"{"ret":20601}"#);
    let output = server.home().run_line("tencent status 8888_a");
    assert!(output.stdout.lines().nth(1).unwrap().ends_with("never_pushed"), "{output:?}");
}
