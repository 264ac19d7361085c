//! Huawei: what is sent and how it is signed, how its answers are told, what is read back, and all of it at the sandbox.

use chrono::NaiveDateTime;

use crate::hashes::{hex, hmac_chain, sha256_hex};
use crate::prelude::*;

const SECRET: &str = "canary-huawei-SECRET-4717/+=";
const PROJECT: &str = "77b6a44cba5143ab91d13ab9a8ff44fd";

fn home_at(endpoint: &str) -> TestHome {
    TestHome::with_config(&format!(
        "[profiles.prod.huawei]\naccess_key_id = 'HWAK4717'\nsecret_access_key = '{SECRET}'\n\
         project_id = '{PROJECT}'\ndomain = 'push.example.com'\nendpoint = '{endpoint}'\n"
    ))
}

/// The success of what acts.
fn success() -> MockResponse {
    response(204, "")
}

fn bans(blocks: &Value) -> MockResponse {
    let total = blocks.as_array().unwrap().len();
    response(200, json!({"total": total, "blocks": blocks}).to_string())
}

fn streams(rows: &Value) -> MockResponse {
    let total = rows.as_array().unwrap().len();
    let list = json!({"total_num": total, "total_page": 1, "offset": 0, "limit": 100, "request_id": "r", "streams": rows});
    response(200, list.to_string())
}

/// The signature of the request that came, from the manual alone.
#[track_caller]
fn assert_signed(request: &ReceivedRequest, between: [DateTime<Utc>; 2]) {
    let date = request.header("x-sdk-date").unwrap();
    let at = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
    assert!(between[0].timestamp() <= at.timestamp() && at <= between[1], "{date}");
    let mut query: Vec<_> = request.query.split('&').collect();
    query.sort_unstable();
    let headers = format!(
        "content-type:application/json\nhost:{}\nx-sdk-date:{date}\n",
        request.header("host").unwrap()
    );
    let path = request.path.strip_prefix("/gw").unwrap();
    let names = "content-type;host;x-sdk-date";
    let (method, query) = (&request.method, query.join("&"));
    let body = sha256_hex(&request.body);
    let canonical = format!("{method}\n{path}/\n{query}\n{headers}\n{names}\n{body}");
    let text = format!("SDK-HMAC-SHA256\n{date}\n{}", sha256_hex(&canonical));
    let signature = hex(&hmac_chain(SECRET, [text.as_str()]));
    assert_eq!(
        request.header("authorization").unwrap(),
        format!("SDK-HMAC-SHA256 Access=HWAK4717, SignedHeaders={names}, Signature={signature}")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-project-id"), Some(PROJECT));
    assert!(!request.head.contains("canary"), "{}", request.head);
}

#[test]
fn each_action_is_one_signed_request() {
    let path = |rest: &str| format!("/gw/v1/{PROJECT}/{rest}");
    let named = r#""domain":"push.example.com","app_name":"live","stream_name":"a/b 1*""#;
    let query = "app_name=live&domain=push.example.com&stream_name=a%2Fb%201%2A";
    for (action, method, path, query, body) in [
        (
            "forbid --until 2026-12-01T00:00:00Z",
            "POST",
            path("stream/blocks"),
            "",
            format!(r#"{{{named},"resume_time":"2026-12-01T00:00:00Z"}}"#),
        ),
        ("resume", "DELETE", path("stream/blocks"), query, String::new()),
        ("drop", "POST", path("stream/block-once"), "", format!("{{{named}}}")),
    ] {
        let server = RecordingServer::always(success());
        let home = home_at(&format!("{}/gw/", server.url()));
        let before = Utc::now();
        let mut words: Vec<_> = "huawei".split(' ').chain(action.split(' ')).collect();
        words.extend(["live/a/b 1*", "-o", "json"]);

        let output = home.run(words).with_outcomes(["applied"]);

        let request = server.only_request();
        assert_signed(&request, [before, Utc::now()]);
        assert_eq!((request.method.as_str(), &request.path), (method, &path));
        assert_eq!((request.query.as_str(), &request.body), (query, &body));
        let result = output.only_result();
        assert_eq!(result["operation"]["domain"], "push.example.com");
        assert_eq!((&result["http_status"], &result["response"]), (&json!(204), &Value::Null));
    }
}

#[test]
fn only_204_without_a_body_is_applied() {
    let error = |code: &str| json!({"error_code": code, "error_msg": "m"}).to_string();
    let list = r#"{"total":0,"blocks":[]}"#.to_owned();
    for (status, body, outcome) in [
        (204, String::new(), "applied"),
        (200, String::new(), "unknown protocol"),
        (200, "{}".to_owned(), "unknown protocol"),
        (200, list, "unknown protocol"),
        (201, String::new(), "unknown protocol"),
        (202, String::new(), "unknown protocol"),
        (205, String::new(), "unknown protocol"),
        (200, error("LIVE.100011001"), "unknown protocol"),
        (400, error("LIVE.100011001"), "not_applied refused"),
        (404, error("APIGW.0101"), "not_applied refused"),
        (403, error("APIGW.0302"), "not_applied refused"),
        (403, error("APIGW.0310"), "not_applied refused"),
        (401, error("APIGW.0301"), "not_applied credentials"),
        (401, error("LIVE.100011001"), "not_applied credentials"),
        (403, error("APIGW.0402"), "not_applied credentials"),
        (429, error("APIGW.0308"), "not_applied throttled"),
        (500, error("APIGW.0601"), "unknown http"),
        (400, error("APIGW.0601"), "unknown http"),
        (502, error("APIGW.0201"), "unknown http"),
    ] {
        let server = RecordingServer::always(response(status, &body).retry_now());
        for action in ["forbid --for 1h", "resume", "drop"] {
            let line = format!("huawei {action} live/a --attempts 1");
            home_at(&server.url()).run_json(&line).with_outcomes([outcome]);
        }
    }
}

#[test]
fn refused_key_alone_stops_the_rest() {
    for (status, code, outcomes) in [
        (401, "APIGW.0301", ["not_applied credentials", "skipped stopped"]),
        (403, "APIGW.0302", ["not_applied refused", "not_applied refused"]),
        (400, "LIVE.100011001", ["not_applied refused", "not_applied refused"]),
    ] {
        let body = json!({"error_code": code, "error_msg": "m"}).to_string();
        let server = RecordingServer::replies(status, body);
        let output = home_at(&server.url()).run_json("huawei resume live/a live/b -j 1");
        assert_eq!(output.outcomes(), outcomes, "{code}: {output:?}");
        let result = &output.results()[0];
        assert_eq!(result["code"], code);
        assert!(result["error"]["hint"].as_str().unwrap().len() > 20, "{result}");
    }
}

#[test]
fn state_is_found_in_the_two_lists() {
    let end = (Utc::now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let ban = |name: &str, end: &str| json!({"app_name": "live", "stream_name": name, "resume_time": end});
    let row =
        |name: &str| json!({"publish_domain": "push.example.com", "app": "live", "stream": name});
    for (first, second, state) in [
        (json!([ban("a", &end)]), None, "forbidden"),
        (json!([ban("ab", &end)]), Some(json!([row("ab"), row("a")])), "live"),
        (json!([ban("a", "2026-01-01T00:00:00Z")]), Some(json!([row("ab")])), "idle"),
        (json!([]), Some(json!([])), "idle"),
    ] {
        let is_asked_twice = second.is_some();
        let answers = [bans(&first), streams(&second.unwrap_or_else(|| json!([])))];
        let server = RecordingServer::script(answers);
        let output = home_at(&format!("{}/gw", server.url())).run_json("huawei status live/a");
        assert_eq!(output.outcomes(), ["read"], "{output:?}");
        assert_eq!(output.only_result()["state"], state);
        let requests = server.requests();
        assert_eq!(requests.len(), 1 + usize::from(is_asked_twice), "{state}");
        let between = [Utc::now() - TimeDelta::minutes(1), Utc::now()];
        requests.iter().for_each(|request| assert_signed(request, between));
        assert_eq!(
            (requests[0].path.rsplit('/').next().unwrap(), &*requests[0].query),
            ("blocks", "app_name=live&domain=push.example.com&page=0&size=100&stream_name=a")
        );
        if let Some(request) = requests.get(1) {
            assert_eq!(
                (request.path.rsplit('/').next().unwrap(), &*request.query),
                ("streams", "app=live&limit=100&offset=0&publish_domain=push.example.com&stream=a")
            );
        }
    }
}

#[test]
fn strange_answer_to_a_look_is_unknown() {
    let ok = |body: &str| response(200, body);
    for answer in [
        success(),
        ok(""),
        ok("{}"),
        ok(r#"{"total":0}"#),
        ok(r#"{"total":1,"blocks":[]}"#),
        ok(r#"{"total":1,"blocks":[{"app_name":"live"}]}"#),
        ok(r#"{"total":0,"blocks":[],"code":"Throttling"}"#),
        ok(r#"{"requestId":"r","result":{}}"#),
    ] {
        let server = RecordingServer::always(answer.clone().retry_now());
        let output = home_at(&server.url()).run_json("huawei status live/a --attempts 1");
        let result = output.only_result();
        assert_ne!(result["outcome"], "read", "{answer:?}: {output:?}");
        assert_eq!((&result["state"], output.code == Some(0)), (&Value::Null, false));
    }
}

#[test]
fn ban_is_verified_by_the_lists() {
    let end = (Utc::now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let banned = json!([{"app_name": "live", "stream_name": "a", "resume_time": end}]);
    let pushed = json!([{"publish_domain": "push.example.com", "app": "live", "stream": "a"}]);
    for (action, blocks, rows, verified) in [
        ("forbid --for 1h", banned.clone(), json!([]), true),
        ("forbid --for 1h", json!([]), json!([]), false),
        ("forbid --for 1h", json!([]), pushed.clone(), false),
        ("resume", json!([]), pushed.clone(), true),
        ("resume", json!([]), json!([]), true),
        ("resume", banned.clone(), json!([]), false),
        ("drop", json!([]), json!([]), true),
        ("drop", json!([]), pushed.clone(), false),
    ] {
        let (blocks_now, rows_now) = (blocks.clone(), rows.clone());
        let server = RecordingServer::start(move |request| match request.method.as_str() {
            "GET" if request.path.ends_with("blocks") => bans(&blocks),
            "GET" => streams(&rows),
            _ => success(),
        });
        let line = format!("huawei {action} live/a --verify --verify-timeout 600ms");
        let output = home_at(&server.url()).run_json(&line);
        let result = output.only_result();
        assert_eq!(result["verified"], verified, "{action} {blocks_now} {rows_now}: {output:?}");
    }
}

#[test]
fn lists_read_every_page() {
    let server = RecordingServer::start(|request| {
        let number = |name: &str| request.param(name).unwrap().parse::<usize>().unwrap();
        if request.path.ends_with("blocks") {
            let first = number("page") * number("size");
            let block = |index: usize| json!({"app_name": "live", "stream_name": format!("s{index}"), "resume_time": "2099-01-01T00:00:00Z"});
            let blocks: Vec<_> = (first..205.min(first + number("size"))).map(block).collect();
            response(200, json!({"total": 205, "blocks": blocks}).to_string())
        } else {
            let first = number("offset");
            let row = |index: usize| json!({"publish_domain": "push.example.com", "app": "live", "stream": format!("s{index}"), "start_time": "2026-11-21T10:00:00Z"});
            let rows: Vec<_> = (first..205.min(first + number("limit"))).map(row).collect();
            response(200, json!({"total_num": 205, "streams": rows}).to_string())
        }
    });
    let home = home_at(&server.url());
    for (action, since, until) in [
        ("forbidden", Value::Null, json!("2099-01-01T00:00:00Z")),
        ("online --app live", json!("2026-11-21T10:00:00Z"), Value::Null),
    ] {
        let output = home.run_json(&format!("huawei {action}"));
        let items = output.only_result()["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), 205, "{output:?}");
        let item = &items[204];
        let place = json!({"target": "live/s204", "domain": "push.example.com", "app": "live"});
        assert_members(item, &place);
        assert_members(item, &json!({"since": since, "until": until}));
    }
    let requests = server.requests();
    let pages: Vec<_> = requests.iter().filter_map(|request| request.param("page")).collect();
    let offsets: Vec<_> = requests.iter().filter_map(|request| request.param("offset")).collect();
    assert_eq!((&*pages.concat(), &*offsets.join(" ")), ("012", "0 100 200"));
    let app = |request: &ReceivedRequest| request.param("app");
    assert_eq!(requests.last().and_then(app).as_deref(), Some("live"));
}

#[test]
fn end_is_sent_and_within_89_days() {
    for (end, is_cut) in
        [("--longest", false), ("--for 90d", true), ("--until 2099-01-01T00:00:00Z", true)]
    {
        let server = RecordingServer::always(success());
        let output = home_at(&server.url()).run_json(&format!("huawei forbid live/a {end}"));
        let sent = server.only_request().json()["resume_time"].as_str().unwrap().to_owned();
        let days = (sent.parse::<DateTime<Utc>>().unwrap() - Utc::now()).num_days();
        assert!((88..=89).contains(&days), "{end}: {sent}");
        assert_eq!(output.only_result()["operation"]["until"], sent);
        assert_eq!(output.stderr.contains("Huawei bans for 90 days at most"), is_cut, "{output:?}");
    }
    let server = RecordingServer::always(success());
    let home = home_at(&server.url());
    let lines =
        "forbid live/a|forbid live/a --permanent|forbid live/* --for 1h|resume */a|drop live/*";
    for line in lines.split('|') {
        home.run_line(&format!("huawei {line} --exact")).exits(2);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn region_is_needed_unless_the_endpoint_is_set() {
    let home = TestHome::empty();
    let keys = format!(
        "[profiles.prod.huawei]\naccess_key_id = 'HWAK4717'\nsecret_access_key = '{SECRET}'\nproject_id = '{PROJECT}'\ndomain = 'push.example.com'\n"
    );
    let run = |line: &str, more: &str| {
        home.write_config(&format!("{keys}{more}\n"));
        home.run_line(line)
    };
    let resume = "huawei resume live/a --domain push.example.com -n -o json";
    for line in [resume, "config check"] {
        let output = run(line, "").exits(3);
        let printed = output.stdout + &output.stderr;
        assert!(printed.contains("has no region"), "{line}: {printed}");
    }
    let doctor = run("doctor", "");
    assert!(doctor.stdout.contains("has no region") && !doctor.stdout.contains("--cluster"));
    let endpoint = |output: &RunOutput| output.only_result()["endpoint"].clone();
    let relay = run(resume, "endpoint = 'https://relay.example.com'");
    assert_eq!(endpoint(&relay), "https://relay.example.com");
    let region = run(resume, "region = 'ap-southeast-3'");
    assert_eq!(endpoint(&region), "https://live.ap-southeast-3.myhuaweicloud.com");
    let wrong = run(resume, "region = 'Singapore'");
    assert!(wrong.code == Some(3) && wrong.stderr.contains("cn-north-4"), "{wrong:?}");
}
