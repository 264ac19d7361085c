//! Volcengine: what is sent and how it is signed, what its answers mean, and its own rules at the sandbox.

use chrono::NaiveDateTime;

use crate::hashes::{hex, hmac_chain, sha256_hex};
use crate::prelude::*;

const SECRET: &str = "canary-volcengine-SECRET-4718/+==";
const TOKEN: &str = "canary-volcengine-TOKEN-4719/+=";

/// A profile with these further keys.
fn home(endpoint: &str, keys: &str) -> TestHome {
    TestHome::with_config(&format!(
        "default_profile = \"prod\"\n[profiles.prod.volcengine]\naccess_key_id = \"AKLT4718\"\n\
         secret_access_key = \"{SECRET}\"\nendpoint = \"{endpoint}\"\n{keys}\n"
    ))
}

const PUSH: &str = "push.example.com";

/// The headers that are signed, without a token.
const SIGNED: &str = "content-type;host;x-content-sha256;x-date";

/// The keys of a profile with a domain and its space.
const PLACED: &str = "domain = \"push.example.com\"\nvhost = \"space.example.com\"";

/// An answer with this `Result`.
fn with_result(result: &Value) -> MockResponse {
    let metadata = json!({"RequestId": "r", "Action": "A", "Service": "live"});
    response(200, json!({"ResponseMetadata": metadata, "Result": result}).to_string())
}

/// An answer with this `Error`.
fn failure(status: u16, code: &str) -> MockResponse {
    let metadata = json!({"RequestId": "r", "Error": {"Code": code, "CodeN": 7, "Message": "m"}});
    response(status, json!({"ResponseMetadata": metadata}).to_string())
}

fn success() -> MockResponse {
    response(200, r#"{"ResponseMetadata":{"RequestId":"r-1"}}"#)
}

/// What the signature is by the manual alone.
#[track_caller]
fn assert_signed(request: &ReceivedRequest, names: &str) {
    let x_date = request.header("x-date").unwrap();
    let at = NaiveDateTime::parse_from_str(x_date, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
    assert!((Utc::now() - at).abs() < TimeDelta::seconds(30), "{x_date}");
    let scope = format!("{}/cn-north-1/live/request", &x_date[..8]);
    let mut query: Vec<_> = request.query.split('&').collect();
    query.sort_unstable();
    let line = |name: &str| format!("{name}:{}\n", request.header(name).unwrap());
    let headers: String = names.split(';').map(line).collect();
    let hash = sha256_hex(&request.body);
    let canonical = [&request.method, "/", &query.join("&"), &headers, names, &hash].join("\n");
    let string_to_sign = format!("HMAC-SHA256\n{x_date}\n{scope}\n{}", sha256_hex(&canonical));
    let chain = [&x_date[..8], "cn-north-1", "live", "request", &string_to_sign];
    let signature = hex(&hmac_chain(SECRET, chain));
    let credential = format!("HMAC-SHA256 Credential=AKLT4718/{scope}");
    let expected = format!("{credential}, SignedHeaders={names}, Signature={signature}");
    assert_eq!(request.header("authorization"), Some(&*expected));
    assert_eq!(request.header("x-content-sha256"), Some(&*hash));
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[test]
fn requests_match_the_manual() {
    let stream = r#""App":"live","Stream":"a_b-1.c""#;
    let by_domain = format!(r#"{{"Domain":"push.example.com",{stream}"#);
    let ban = format!(r#"{by_domain},"EndTime":"$until.000Z"}}"#);
    let place = |domain: &str| json!({"domain": domain});
    let both = json!({"domain": PUSH, "vhost": "space.example.com"});
    let with_reason = json!({"domain": PUSH, "reason": "r"});
    let state = |domain: &str, stream: &str| format!("&App=live&Domain={domain}&Stream={stream}");
    let cut = format!(r#"{{"Vhost":"space.example.com",{stream}}}"#);
    let far = "forbid live/a_b-1.c --until 2099-01-01T00:00:00Z";
    let look = "DescribeLiveStreamState";
    for (line, action, sent, settings) in [
        (far, "ForbidStream", ban.clone(), place(PUSH)),
        ("forbid live/a_b-1.c --for 2h --reason r", "ForbidStream", ban, with_reason),
        ("resume live/a_b-1.c", "ResumeStream", format!("{by_domain}}}"), place(PUSH)),
        ("drop live/a_b-1.c", "KillStream", cut, both),
        ("status live/a_b-1.c", look, state(PUSH, "a_b-1.c"), place(PUSH)),
        ("status live/a*~ --domain o.cn", look, state("o.cn", "a%2A~"), place("o.cn")),
    ] {
        let server = RecordingServer::always(with_result(&json!({"stream_state": "online"})));
        let home = home(&format!("{}/gateway", server.url()), PLACED);

        let result = home.run_json(&format!("volcengine {line}")).exits(0).only_result();

        let request = server.only_request();
        assert_signed(&request, SIGNED);
        assert_eq!(result["attempts"], 1, "{result}");
        let until = result["operation"]["until"].as_str().unwrap_or_default();
        let sent = sent.replace("$until", until.trim_end_matches('Z'));
        let (method, query, body) =
            if sent.starts_with('&') { ("GET", &*sent, "") } else { ("POST", "", &*sent) };
        assert_eq!((&*request.method, &*request.path), (method, "/gateway/"));
        assert_eq!(request.query, format!("Action={action}{query}&Version=2023-01-01"), "{line}");
        assert_eq!(request.body, body, "{line}");
        assert_members(&result["operation"], &settings);
    }
}

#[test]
fn token_is_signed_and_never_shown() {
    let server = RecordingServer::start(|request| {
        let echo = format!("{:?}", request.headers);
        let error = json!({"Code": "InvalidSecurityToken", "Message": echo});
        let metadata = json!({"RequestId": "r", "Error": error});
        response(401, json!({"ResponseMetadata": metadata}).to_string())
    });
    let home = home(&server.url(), &format!("{PLACED}\nsecurity_token = \"{TOKEN}\""));
    let output = home.run_line("volcengine drop live/a -o json -v --journal j").exits(5);
    let request = server.only_request();
    assert_signed(&request, "content-type;host;x-content-sha256;x-date;x-security-token");
    assert_eq!(request.header("x-security-token"), Some(TOKEN));
    assert!(output.stdout.contains("check security_token"), "{output:?}");
    let secrets = [SECRET.to_owned(), TOKEN.to_owned(), request.signature().unwrap()];
    let shown = format!("{}{}", output.stdout, output.stderr);
    assert_eq!(leak(&shown, &secrets), None, "{output:?}");
    assert_eq!(leak_in_files(home.folder.path(), &secrets), None);
}

#[cfg(unix)]
#[test]
fn shell_line_is_signed() {
    for line in ["status live/a*", "forbid live/a --for 2h"] {
        let server = RecordingServer::always(with_result(&json!({"stream_state": "online"})));
        let home = home(&server.url(), &format!("{PLACED}\nsecurity_token = \"{TOKEN}\""));
        let planned = home.run_line(&format!("volcengine {line} -n -o curl"));
        let secrets = [SECRET.to_owned(), TOKEN.to_owned()];
        assert_eq!(leak(&planned.stdout, &secrets), None, "{planned:?}");
        home.run_curl(
            &planned.stdout,
            &[
                ("LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY", SECRET),
                ("LIVECTL_VOLCENGINE_SECURITY_TOKEN", TOKEN),
            ],
        );
        let names = "content-type;host;x-content-sha256;x-date;x-security-token";
        assert_signed(&server.only_request(), names);
    }
}

#[test]
fn drop_needs_the_domain_space() {
    let server = RecordingServer::always(success());
    let run = |keys: &str, line: &str| {
        home(&server.url(), keys).run_line(&format!("volcengine drop {line}"))
    };
    let refused = run("domain = \"push.example.com\"", "live/a").exits(2);
    refused.assert_reports(&["--vhost", "`vhost`", "ListDomainDetail", "`forbid --for 1m`"]);
    // The space of another domain may have a stream of the same name.
    let other = "space.example.com belongs to its domain push.example.com";
    run(PLACED, "live/a --domain other.cn").exits(2).reports(other).reports("--vhost");
    run(PLACED, "live/*").exits(2).reports("`*` as application or stream");
    for (vhost, words) in [("*", "without `*`"), ("a/b", "without `/`"), ("a b", "without blanks")]
    {
        let line = ["volcengine", "drop", "live/a", "--vhost", vhost];
        home(&server.url(), PLACED).run(line).exits(2).reports(words);
        let place = format!("domain = \"push.example.com\"\nvhost = \"{vhost}\"");
        home(&server.url(), &place).run_line("config check").exits(3).assert_prints(&[words]);
    }
    assert!(server.requests().is_empty());
    for (keys, line, vhost) in [
        (PLACED, "live/a --domain PUSH.example.com", "space.example.com"),
        (PLACED, "live/a --domain other.cn --vhost other", "other"),
        ("vhost = \"space\"", "live/a --domain other.cn", "space"),
    ] {
        run(keys, line).exits(0);
        assert_eq!(server.requests().last().unwrap().json()["Vhost"], vhost);
    }
    // A line of a file names it by its key, and results have it for the next run.
    let line = json!({"vendor": "volcengine", "action": "drop", "target": "live/a", "vhost": "v"});
    let home = home(&server.url(), PLACED);
    let output = home.run_with_input("apply - -o json", line.to_string());
    assert_eq!(output.only_result()["operation"]["vhost"], "v", "{output:?}");
    assert_eq!(server.requests().len(), 4);
}

/// Volcengine cuts by the space, so that another `--domain` cuts the protected stream all the same.
#[test]
fn protected_stream_is_cut_at_no_domain() {
    let server = RecordingServer::always(success());
    let home = home(&server.url(), PLACED);
    home.write_above_profiles("[policy]\nprotect = [\"volcengine:push.example.com/live/gala*\"]\n");
    let run = |line: &str| home.run_line(&format!("volcengine {line}"));
    for line in ["", " --domain other.cn --vhost space.example.com"] {
        run(&format!("drop live/gala1{line}")).exits(2).reports("1 target is protected");
    }
    assert!(server.requests().is_empty());
    // Its ban is by the domain, and is another one at another domain.
    run("forbid live/gala1 --for 2h").exits(2);
    run("forbid live/gala1 --domain other.cn --for 2h").exits(0);
    run("drop live/other").exits(0);
    run("drop show/gala1").exits(0);
}

#[test]
fn bans_have_an_end_within_89_days() {
    let server = RecordingServer::always(success());
    let home = home(&server.url(), PLACED);
    for (line, words) in [
        ("forbid live/a", "the end of the ban is missing"),
        ("forbid live/a --permanent", "Volcengine has no ban without an end; give --longest"),
        ("resume live/* --exact", ""),
        ("resume */a", ""),
        ("forbid live/* --for 1h", ""),
    ] {
        home.run_line(&format!("volcengine {line}")).exits(2).reports(words);
    }
    assert!(server.requests().is_empty());
    home.run_json("volcengine forbid live/a --for 95d").reports("90 days at most");
    let end = server.only_request().json()["EndTime"].as_str().unwrap().to_owned();
    let end = NaiveDateTime::parse_from_str(&end, "%Y-%m-%dT%H:%M:%S.000Z").unwrap().and_utc();
    let left = end - Utc::now();
    assert!(left > TimeDelta::days(88) && left <= TimeDelta::days(89), "{left}");
}

#[test]
fn codes_decide_the_outcome() {
    for (status, code, outcome, hint) in [
        (200, "CommonErr", "unknown http", "nor whether it acted"),
        (500, "InternalError", "unknown http", ""),
        (504, "InternalServiceTimeout", "unknown http", ""),
        (200, "InvalidParam", "not_applied refused", "up to 30"),
        (400, "InvalidParam.Format", "not_applied refused", "up to 30"),
        (403, "RequestForbidden.AccountIDNotAllow", "not_applied refused", "push domain"),
        (403, "AccessDenied", "not_applied refused", "live:ForbidStream"),
        (401, "AccessDenied", "not_applied refused", "live:ForbidStream"),
        (404, "InvalidActionOrVersion", "not_applied refused", "cn-north-1"),
        (401, "InvalidAccessKey", "not_applied credentials", "access_key_id"),
        (401, "SignatureDoesNotMatch", "not_applied credentials", "secret_access_key"),
        (400, "InvalidTimestamp", "not_applied credentials", "its own clock"),
        (429, "FlowLimitExceeded", "not_applied throttled", ""),
        (400, "FlowLimitExceeded", "not_applied throttled", ""),
    ] {
        let server = RecordingServer::always(failure(status, code));
        let line = "volcengine forbid live/a live/b --for 2h -j 1 --attempts 1";
        let output = home(&server.url(), PLACED).run_json(line);
        let result = &output.results()[0];
        assert_eq!(output.outcomes()[0], outcome, "{status} {code}: {output:?}");
        assert_eq!(result["code"], code, "{status} {code}: {output:?}");
        // Refused credentials stop the rest.
        let requests = if outcome == "not_applied credentials" { 1 } else { 2 };
        assert_eq!(server.requests().len(), requests, "{status} {code}: {output:?}");
        let given = result["error"]["hint"].as_str().unwrap_or_default();
        assert!(given.contains(hint), "{status} {code}: {given}");
    }
}

#[test]
fn unclear_answer_is_sent_again() {
    // A stream that is cut may be back, and would be cut a second time.
    for (line, code, outcome, attempts) in
        [("resume", 0, "applied", 2), ("drop", 4, "unknown http", 1)]
    {
        let server = RecordingServer::script([failure(200, "CommonErr").retry_now(), success()]);
        let output = home(&server.url(), PLACED).run_json(&format!("volcengine {line} live/a"));
        output.settles(code, outcome, attempts);
    }
}

#[test]
fn states_verify_what_was_done() {
    for (line, state, verified) in [
        ("forbid live/a --for 2h", "forbidden", json!(true)),
        ("forbid live/a --for 2h", "offline", json!(false)),
        ("resume live/a", "offline", json!(true)),
        ("resume live/a", "forbidden", json!(false)),
        ("drop live/a", "offline", json!(true)),
        ("drop live/a", "online", json!(false)),
    ] {
        let server = RecordingServer::start(move |request| match &*request.method {
            "POST" => success(),
            _ => with_result(&json!({"stream_state": state, "type": "push"})),
        });
        let line = format!("volcengine {line} --verify --deadline 2s");
        let output = home(&server.url(), PLACED).run_json(&line);
        assert_eq!(output.only_result()["verified"], verified, "{line} {state}: {output:?}");
        let look = server.requests()[1].clone();
        assert_eq!(look.param("Action").as_deref(), Some("DescribeLiveStreamState"));
        assert_eq!(look.param("Domain").as_deref(), Some("push.example.com"));
    }
}

/// A page of a list whose count is wrong.
fn list_page(request: &ReceivedRequest, rows: &[Value]) -> MockResponse {
    let number: usize = request.param("PageNum").unwrap().parse().unwrap();
    let size: usize = request.param("PageSize").unwrap().parse().unwrap();
    let page = rows.iter().skip((number - 1) * size).take(size).collect::<Vec<_>>();
    with_result(&json!({"RoughCount": 1, "StreamInfoList": page}))
}

fn ban(number: usize, is_active: bool) -> Value {
    json!({
        "Vhost": "space.example.com", "Domain": "push.example.com", "App": "live", "Stream": format!("s{number}"),
        "CreateTime": "2026-11-21T10:00:00Z", "EndTime": "2099-01-01T00:00:00Z", "Status": is_active,
    })
}

#[test]
fn lists_are_read_until_a_page_is_short() {
    // The first page is full of bans that have ended, which says nothing about the next.
    let server = RecordingServer::start(|request| {
        let rows: Vec<_> = (0..2003).map(|number| ban(number, number >= 1000)).collect();
        list_page(request, &rows)
    });
    let output = home(&server.url(), PLACED).run_json("volcengine forbidden --app live");
    let result = output.settles(0, "read", 3);
    let items = result["items"].as_array().unwrap();
    assert_eq!((items.len(), server.requests().len()), (1003, 3));
    let since = json!({"since": "2026-11-21T10:00:00Z", "until": "2099-01-01T00:00:00Z"});
    assert_members(&items[0], &since);
    let place = json!({"target": "live/s1000", "domain": PUSH, "app": "live"});
    assert_members(&items[0], &place);
    for (number, request) in server.requests().iter().enumerate() {
        let action = "Action=DescribeForbiddenStreamInfoByPage&App=live&Domain=push.example.com";
        let page = format!("PageNum={}&PageSize=1000&QueryType=strict", number + 1);
        assert_eq!(request.query, format!("{action}&{page}&Version=2023-01-01"));
    }
    output.assert_omits("changed while it was read");
}

#[test]
fn online_leaves_out_transcoded_streams() {
    let row = json!({
        "ID": 1, "Vhost": "v", "Domain": "push.example.com", "App": "live", "Stream": "a",
        "SessionStartTime": "2026-11-21T10:00:00.250Z", "SourceType": "relay",
    });
    let server = RecordingServer::always(with_result(&json!({"StreamInfoList": [row]})));
    let result = home(&server.url(), PLACED).run_json("volcengine online").only_result();
    let request = server.only_request();
    assert_eq!(request.param("Action").as_deref(), Some("DescribeLiveStreamInfoByPage"));
    assert_eq!(request.param("StreamType").as_deref(), Some("origin"));
    assert_eq!(request.param("SourceType"), None);
    let item = &result["items"][0];
    assert_members(item, &json!({"target": "live/a", "since": "2026-11-21T10:00:00Z"}));
}

#[test]
fn sandbox_lists_bans_with_their_ends() {
    let sandbox = ServedSandbox::start();
    let run = |line: &str| sandbox.home.run_json(&format!("volcengine {line}")).only_result();
    let until = run("forbid live/cam1 --for 2h")["operation"]["until"].clone();
    let item = run("forbidden")["items"][0].clone();
    assert_eq!((&item["target"], &item["until"]), (&json!("live/cam1"), &until), "{item}");
    assert!(item["since"].is_string() && until.is_string(), "{item}");
}

#[test]
fn sandbox_refuses_with_the_vendors_codes() {
    let sandbox = ServedSandbox::start();
    for (line, code) in [
        ("forbid live/cam_gone --for 2h", "InvalidParam"),
        ("forbid live/直播 --for 2h", "InvalidParam.Format"),
        ("resume live/cam1 --domain push-gone.example.com", "RequestForbidden.AccountIDNotAllow"),
    ] {
        let output = sandbox.home.run_json(&format!("volcengine {line}")).exits(5);
        assert_eq!(output.only_result()["code"], code, "{output:?}");
    }
}

#[test]
fn environment_is_enough() {
    let server = RecordingServer::always(success());
    let environment = [
        ("LIVECTL_VOLCENGINE_ACCESS_KEY_ID", "AKLT4718"),
        ("LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY", SECRET),
        ("LIVECTL_VOLCENGINE_DOMAIN", PUSH),
        ("LIVECTL_VOLCENGINE_VHOST", "space.example.com"),
        ("LIVECTL_VOLCENGINE_ENDPOINT", &server.url()),
    ];
    TestHome::empty().run_with(&environment, ["volcengine", "drop", "live/a"]).exits(0);
    assert_signed(&server.only_request(), SIGNED);
}
