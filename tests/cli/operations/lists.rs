//! The lists of streams, read page by page.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Utc;

use super::{is_signed_for_jd, page_of, page_of_a_wrong_total, told};
use crate::prelude::*;

/// The command, its profile, and a page's size.
type Listing = (fn(&RecordingServer) -> TestHome, &'static str, u64);

const LISTS: [Listing; 2] = [
    (RecordingServer::home, "jd forbidden --domain push.example.com", 10),
    (RecordingServer::newer_home, "jd online --domain push.example.com", 100),
];

#[test]
fn list_reads_every_page() {
    for (home, line, size) in LISTS {
        let total = size * 2 + 5;
        let server = RecordingServer::start(move |request| page_of(total, request));
        let before = Utc::now();

        let output = home(&server).run_json(line);

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(0), ("read", "", 3)), "{output:?}");
        let action = line.split(' ').nth(1);
        assert_eq!(
            result["operation"],
            json!({"vendor": "jd", "action": action, "target": "push.example.com", "profile": "prod"})
        );
        assert_eq!((&result["effect"], &result["state"]), (&json!("none"), &Value::Null));
        let name = |item: &Value| item["target"].as_str().unwrap().replace("live/", "");
        let names: Vec<_> = result["items"].as_array().unwrap().iter().map(name).collect();
        assert_eq!(names, (0..total).map(|number| format!("s{number}")).collect::<Vec<_>>());
        assert_eq!(server.requests().len(), 3);
        if size == 100 {
            let after = Utc::now();
            server.requests().iter().for_each(|request| is_signed_for_jd(request, [before, after]));
        }
    }
}

#[test]
fn list_requests_match_the_manual() {
    let server = RecordingServer::start(|request| page_of(1, request));

    let old =
        server.home().run_json("jd forbidden --domain push.example.com --app 直播 --stream a/b");
    let new = server.newer_home().run_json("jd online --domain push.example.com --app 直播&x=1");

    assert_eq!((old.code, new.code), (Some(0), Some(0)), "{old:?} {new:?}");
    let [forbidden, online] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    let body = forbidden.json();
    assert_eq!(
        (forbidden.method.as_str(), forbidden.path.as_str()),
        ("POST", "/api/live/queryForbidden")
    );
    assert_eq!(
        body,
        json!({
            "username": "jcloud_00", "signature": body["signature"], "domain": "push.example.com", "app": "直播",
            "stream": "a/b", "start_time": "2016-01-01 00:00", "pageNumber": 1, "pageSize": 10,
        })
    );
    assert_eq!((online.method.as_str(), online.body.as_str()), ("GET", ""));
    assert_eq!(online.path, "/v1/streams/push.example.com/onlineList");
    assert_eq!(online.query, "appName=%E7%9B%B4%E6%92%AD%26x%3D1&pageNum=1&pageSize=100");
    assert_eq!(online.header("content-type"), Some("application/json"));
    let operation = &old.only_result()["operation"];
    assert_eq!((&operation["app"], &operation["stream"]), (&json!("直播"), &json!("a/b")));
}

#[test]
fn list_with_a_failed_page_fails() {
    for (home, line, size) in LISTS {
        let calls = AtomicUsize::new(0);
        let server =
            RecordingServer::start(move |request| match calls.fetch_add(1, Ordering::Relaxed) {
                0 => page_of(size * 3, request),
                _ => response(503, "").retry_now(),
            });
        let output = home(&server).run_json(line);

        let result = output.only_result();
        assert_eq!((output.code, told(&result)), (Some(4), ("unknown", "http", 4)), "{output:?}");
        assert_eq!((&result["items"], &result["http_status"]), (&Value::Null, &json!(503)));
    }
}

#[test]
fn list_may_change_while_it_is_read() {
    for (home, line, size) in LISTS {
        let server = RecordingServer::start(|request| page_of(0, request));
        let result = home(&server).run_json(line).only_result();
        assert_eq!((told(&result), &result["items"]), (("read", "", 1), &json!([])));

        let calls = AtomicUsize::new(0);
        let grown = RecordingServer::start(move |request| {
            page_of(size + 1 + calls.fetch_add(1, Ordering::Relaxed) as u64, request)
        });
        let result = home(&grown).run_json(line).only_result();
        assert_eq!(
            (told(&result), result["items"].as_array().unwrap().len() as u64),
            (("read", "", 2), size + 2)
        );

        let short =
            RecordingServer::start(move |request| page_of_a_wrong_total(size, size * 2, request));
        let output = home(&short).run_json(line);
        let result = output.only_result();
        assert_eq!(
            (told(&result), result["items"].as_array().unwrap().len() as u64),
            (("read", "", 2), size)
        );
        let note = format!("the list has {size} of {} items", size * 2);
        assert!(output.stderr.contains(&note), "{output:?}");
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
    let server = RecordingServer::always(response(200, r#"{"ret":20601}"#));
    let output = server.home().run_line("tencent status 8888_a");
    assert!(output.stdout.lines().nth(1).unwrap().ends_with("never_pushed"), "{output:?}");
}
