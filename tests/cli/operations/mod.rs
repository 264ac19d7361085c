//! The operations that each version of the vendors' APIs offers: what is sent, how it is signed, how responses are reported,
//! and what is read back.

mod batches;
mod clusters;
mod legacy_requests;
mod lists;
mod modes;
mod reasons;
mod requests;
mod responses;
mod verdicts;
mod verification;

use chrono::NaiveDateTime;

use crate::hashes::{hex, hmac_chain, sha256_hex};
use crate::prelude::*;

/// Nothing travels beside these headers, and what HTTP itself asks for.
#[track_caller]
fn assert_only_headers(request: &ReceivedRequest, server: &RecordingServer, own: &[&str]) {
    let usual = "host user-agent accept accept-encoding content-type content-length authorization";
    for (name, value) in &request.headers {
        let is_known = usual.split(' ').chain(own.iter().copied()).any(|known| known == name);
        assert!(is_known, "{name}: {value}");
    }
    assert_eq!(request.header("host"), server.url().strip_prefix("http://"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
}

/// The parts of an `Authorization` header: algorithm, credential, the names of the signed headers, signature.
fn authorization(request: &ReceivedRequest) -> [String; 4] {
    let header = request.header("authorization").unwrap();
    let (algorithm, rest) = header.split_once(' ').unwrap();
    let parts: Vec<_> = rest.split(", ").collect();
    let value = |index: usize, name: &str| parts[index].strip_prefix(name).unwrap().to_owned();
    assert_eq!(parts.len(), 3, "{header}");
    let parts = [value(0, "Credential="), value(1, "SignedHeaders="), value(2, "Signature=")];
    let [credential, names, signature] = parts;
    [algorithm.to_owned(), credential, names, signature]
}

/// The headers named, as canonical requests hold them.
fn canonical_headers(
    request: &ReceivedRequest,
    names: &str,
    value: impl Fn(&str, &str) -> String,
) -> String {
    let line = |name: &str| format!("{name}:{}\n", value(name, request.header(name).unwrap()));
    names.split(';').map(line).collect()
}

/// What JD's signer makes of the request that came, from the manual alone.
#[track_caller]
fn signed_for_jd(request: &ReceivedRequest, between: [DateTime<Utc>; 2]) {
    assert_eq!(request.header("content-type"), Some("application/json"));
    let [algorithm, credential, names, signature] = authorization(request);
    let date_time = request.header("x-jdcloud-date").unwrap();
    let at = NaiveDateTime::parse_from_str(date_time, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
    assert!(between[0].timestamp() <= at.timestamp() && at <= between[1], "{date_time}");
    let date = &date_time[..8];
    let scope = format!("{date}/jdcloud-api/live/jdcloud2_request");
    assert_eq!(credential, format!("JDC_4715/{scope}"));
    assert_eq!(algorithm, "JDCLOUD2-HMAC-SHA256");
    assert_eq!(names, "content-type;host;x-jdcloud-date;x-jdcloud-nonce");
    assert!(!request.path.contains(':'), "{}", request.path);
    let mut query: Vec<_> = request.query.split('&').collect();
    query.sort_unstable();
    let headers = canonical_headers(request, &names, |_, value| value.to_owned());
    let (query, body) = (query.join("&"), sha256_hex(&request.body));
    let head = [request.method.as_str(), &request.path, &query];
    let canonical = [&head[..], &[&headers, &names, &body]].concat().join("\n");
    let string_to_sign = format!("{algorithm}\n{date_time}\n{scope}\n{}", sha256_hex(&canonical));
    let key = format!("JDCLOUD2{OPENAPI_SECRET}");
    let chain = [date, "jdcloud-api", "live", "jdcloud2_request", &string_to_sign];
    assert_eq!(signature, hex(&hmac_chain(&key, chain)));
}

/// What Tencent's signer makes of the request that came, from the manual alone.
#[track_caller]
fn signed_for_tencent(request: &ReceivedRequest, between: [DateTime<Utc>; 2]) {
    assert_eq!(request.header("content-type"), Some("application/json"));
    let [algorithm, credential, names, signature] = authorization(request);
    let timestamp = request.header("x-tc-timestamp").unwrap();
    let at = DateTime::from_timestamp(timestamp.parse().unwrap(), 0).unwrap();
    assert!(between[0].timestamp() <= at.timestamp() && at <= between[1], "{timestamp}");
    let date = at.format("%Y-%m-%d").to_string();
    assert_eq!(credential, format!("AKID4716/{date}/live/tc3_request"));
    assert_eq!(algorithm, "TC3-HMAC-SHA256");
    assert_eq!(names, "content-type;host;x-tc-action");
    assert_eq!((request.method.as_str(), request.query.as_str()), ("POST", ""));
    assert_eq!(request.header("x-tc-version"), Some("2018-08-01"));
    let lower = |name: &str, value: &str| {
        if name == "x-tc-action" { value.to_lowercase() } else { value.to_owned() }
    };
    let headers = canonical_headers(request, &names, lower);
    let canonical = ["POST", "/", "", &headers, &names, &sha256_hex(&request.body)].join("\n");
    let string_to_sign =
        format!("{algorithm}\n{timestamp}\n{date}/live/tc3_request\n{}", sha256_hex(&canonical));
    let chain = [&date, "live", "tc3_request", &string_to_sign];
    assert_eq!(signature, hex(&hmac_chain(&format!("TC3{V3_SECRET}"), chain)));
}

/// The page asked for of a list of so many items.
fn page_of(total: u64, request: &ReceivedRequest) -> MockResponse {
    page_of_a_wrong_total(total, total, request)
}

/// The same from a vendor that has `count` items and says that they are `total`.
fn page_of_a_wrong_total(count: u64, total: u64, request: &ReceivedRequest) -> MockResponse {
    let is_old = request.path == "/api/live/queryForbidden";
    let (number, size): (u64, u64) = if is_old {
        let body = request.json();
        (body["pageNumber"].as_u64().unwrap(), body["pageSize"].as_u64().unwrap())
    } else {
        let number = |name| request.param(name).unwrap().parse().unwrap();
        (number("pageNum"), number("pageSize"))
    };
    let numbers = (number - 1) * size..count.min(number * size);
    let body = if is_old {
        let ban = |number| json!({"app": "live", "stream": format!("s{number}"), "type": 2, "endTime": "2099-01-01 08:00:00"});
        json!({"status": 0, "data": {"total": total, "streams": numbers.map(ban).collect::<Vec<_>>()}})
    } else {
        let stream = |number| json!({"appName": "live", "streamName": format!("s{number}"), "publishTime": "2026-11-21T10:00:00Z"});
        let streams: Vec<_> = numbers.map(stream).collect();
        json!({"requestId": "r", "result": {"totalCount": total, "pageNumber": number, "onlineStreamInfos": streams}})
    };
    response(200, body.to_string())
}

/// A vendor that says that all is well, and whose streams are forbidden as the rule has it.
fn vendor(
    is_forbidden: impl Fn(&ReceivedRequest) -> bool + Send + Sync + 'static,
) -> RecordingServer {
    RecordingServer::with_looks(move |request| state(request, is_forbidden(request)))
}

/// The state that is read, of a stream that is forbidden, or permitted and idle.
fn state(request: &ReceivedRequest, is_forbidden: bool) -> String {
    if request.header("x-tc-action").is_some() {
        let state = if is_forbidden { "forbid" } else { "inactive" };
        return json!({"Response": {"RequestId": "r", "StreamState": state}}).to_string();
    }
    let body = if request.body.is_empty() { Value::Null } else { request.json() };
    let ban = json!({"app": body["app"], "stream": body["stream"], "type": 1});
    let streams: Vec<_> = is_forbidden.then_some(ban).into_iter().collect();
    json!({
        "status": 0, "data": {"total": streams.len(), "streams": streams, "publishNormalTimeout": 30},
        "ret": 0, "output": [{"status": if is_forbidden { 3 } else { 0 }}],
    })
    .to_string()
}

/// Whether this machine has what the lines of `-o curl` take.
pub fn can_run_curl_lines() -> bool {
    let script = "perl -MDigest::SHA=hmac_sha256_hex -e 1 && curl --version && echo x | sha256sum && echo x | md5sum && od --version";
    Command::new("sh").args(["-c", script]).output().is_ok_and(|output| output.status.success())
}
