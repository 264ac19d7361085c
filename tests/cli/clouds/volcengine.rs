//! Volcengine: what is sent and how it is signed, what its answers mean, and its own rules at the sandbox.

use chrono::{NaiveDateTime, TimeDelta, Utc};

use crate::hashes::{hex, hmac_chain, sha256_hex};
use crate::prelude::*;
use crate::secrets::{leak, leak_in_files};

const SECRET: &str = "canary-volcengine-SECRET-4718/+==";
const TOKEN: &str = "canary-volcengine-TOKEN-4719/+=";

/// A profile with these further keys.
fn home(endpoint: &str, keys: &str) -> TestHome {
    let home = TestHome::empty();
    home.write_config(&format!(
        "default_profile = \"prod\"\n[profiles.prod.volcengine]\naccess_key_id = \"AKLT4718\"\n\
         secret_access_key = \"{SECRET}\"\nendpoint = \"{endpoint}\"\n{keys}\n"
    ));
    home
}

/// The keys of a profile with a domain and its space.
const PLACED: &str = "domain = \"push.example.com\"\nvhost = \"space.example.com\"";

/// An answer with this `Result`.
fn result(result: &Value) -> MockResponse {
    let metadata = json!({"RequestId": "r", "Action": "A", "Service": "live"});
    response(200, json!({"ResponseMetadata": metadata, "Result": result}).to_string())
}

/// An answer with this `Error`.
fn failure(status: u16, code: &str) -> MockResponse {
    let metadata = json!({"RequestId": "r", "Error": {"Code": code, "CodeN": 7, "Message": "m"}});
    response(status, json!({"ResponseMetadata": metadata}).to_string())
}

fn done() -> MockResponse {
    response(200, r#"{"ResponseMetadata":{"RequestId":"r-1"}}"#)
}

/// What the signature is by the manual alone.
#[track_caller]
fn is_signed(request: &ReceivedRequest, names: &str) {
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
    assert_eq!(
        request.header("authorization"),
        Some(&*format!(
            "HMAC-SHA256 Credential=AKLT4718/{scope}, SignedHeaders={names}, Signature={signature}"
        ))
    );
    assert_eq!(request.header("x-content-sha256"), Some(&*hash));
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[test]
fn requests_match_the_manual() {
    let stream = r#""App":"live","Stream":"a_b-1.c""#;
    let by_domain = format!(r#"{{"Domain":"push.example.com",{stream}"#);
    for (line, action, sent, settings) in [
        (
            "forbid live/a_b-1.c --until 2099-01-01T00:00:00Z",
            "ForbidStream",
            format!(r#"{by_domain},"EndTime":"$until.000Z"}}"#),
            json!({"domain": "push.example.com"}),
        ),
        (
            "forbid live/a_b-1.c --for 2h --reason r",
            "ForbidStream",
            format!(r#"{by_domain},"EndTime":"$until.000Z"}}"#),
            json!({"domain": "push.example.com", "reason": "r"}),
        ),
        (
            "resume live/a_b-1.c",
            "ResumeStream",
            format!("{by_domain}}}"),
            json!({"domain": "push.example.com"}),
        ),
        (
            "drop live/a_b-1.c",
            "KillStream",
            format!(r#"{{"Vhost":"space.example.com",{stream}}}"#),
            json!({"domain": "push.example.com", "vhost": "space.example.com"}),
        ),
        (
            "status live/a_b-1.c",
            "DescribeLiveStreamState",
            "&App=live&Domain=push.example.com&Stream=a_b-1.c".to_owned(),
            json!({"domain": "push.example.com"}),
        ),
        (
            "status live/a*~ --domain other.cn",
            "DescribeLiveStreamState",
            "&App=live&Domain=other.cn&Stream=a%2A~".to_owned(),
            json!({"domain": "other.cn"}),
        ),
    ] {
        let server = RecordingServer::always(result(&json!({"stream_state": "online"})));
        let home = home(&format!("{}/gateway", server.url()), PLACED);

        let output = home.run_json(&format!("volcengine {line}"));

        let request = server.only_request();
        is_signed(&request, "content-type;host;x-content-sha256;x-date");
        let told = output.only_result();
        assert_eq!((output.code, &told["attempts"]), (Some(0), &json!(1)), "{output:?}");
        let until = told["operation"]["until"].as_str().unwrap_or_default();
        let sent = sent.replace("$until", until.trim_end_matches('Z'));
        let names = format!("Action={action}");
        let (query, body) = match sent.strip_prefix('&') {
            Some(query) => (format!("{names}&{query}&Version=2023-01-01"), String::new()),
            None => (format!("{names}&Version=2023-01-01"), sent),
        };
        assert_eq!(
            (&*request.method, &*request.path),
            (if body.is_empty() { "GET" } else { "POST" }, "/gateway/")
        );
        assert_eq!((&request.query, &request.body), (&query, &body), "{line}");
        let operation = told["operation"].as_object().unwrap();
        for (key, value) in settings.as_object().unwrap() {
            assert_eq!(&operation[key], value, "{line}");
        }
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
    is_signed(&request, "content-type;host;x-content-sha256;x-date;x-security-token");
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
        let server = RecordingServer::always(result(&json!({"stream_state": "online"})));
        let home = home(&server.url(), &format!("{PLACED}\nsecurity_token = \"{TOKEN}\""));
        let planned = home.run_line(&format!("volcengine {line} -n -o curl"));
        let secrets = [SECRET.to_owned(), TOKEN.to_owned()];
        assert_eq!(leak(&planned.stdout, &secrets), None, "{planned:?}");
        let output = std::process::Command::new("sh")
            .args(["-c", planned.stdout.trim()])
            .env("LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY", SECRET)
            .env("LIVECTL_VOLCENGINE_SECURITY_TOKEN", TOKEN)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let names = "content-type;host;x-content-sha256;x-date;x-security-token";
        is_signed(&server.only_request(), names);
    }
}

#[test]
fn drop_needs_the_domain_space() {
    let server = RecordingServer::always(done());
    let refused = |keys: &str, line: &str, words: &[&str]| {
        let output = home(&server.url(), keys).run_line(&format!("volcengine drop {line}"));
        assert_eq!(output.code, Some(2), "{output:?}");
        for words in words {
            assert!(output.stderr.contains(words), "{words}: {output:?}");
        }
        assert!(server.requests().is_empty());
    };
    let without = ["--vhost", "`vhost`", "ListDomainDetail", "`forbid --for 1m`"];
    refused("domain = \"push.example.com\"", "live/a", &without);
    // The space of another domain may have a stream of the same name.
    let other = ["space.example.com belongs to its domain push.example.com", "--vhost"];
    refused(PLACED, "live/a --domain other.cn", &other);
    refused(PLACED, "live/*", &["`*` as application or stream"]);
    for (vhost, words) in [("*", "without `*`"), ("a/b", "without `/`"), ("a b", "without blanks")]
    {
        let line = ["volcengine", "drop", "live/a", "--vhost", vhost];
        let output = home(&server.url(), PLACED).run(line);
        assert!(output.code == Some(2) && output.stderr.contains(words), "{output:?}");
        let place = format!("domain = \"push.example.com\"\nvhost = \"{vhost}\"");
        let output = home(&server.url(), &place).run_line("config check").exits(3);
        assert!(output.stdout.contains(words), "{output:?}");
    }
    for (keys, line, vhost) in [
        (PLACED, "live/a --domain PUSH.example.com", "space.example.com"),
        (PLACED, "live/a --domain other.cn --vhost other", "other"),
        ("vhost = \"space\"", "live/a --domain other.cn", "space"),
    ] {
        let server = RecordingServer::always(done());
        let output = home(&server.url(), keys).run_line(&format!("volcengine drop {line}"));
        assert_eq!(output.code, Some(0), "{output:?}");
        assert_eq!(server.only_request().json()["Vhost"], vhost);
    }
    // A line of a file names it by its key, and results have it for the next run.
    let server = RecordingServer::always(done());
    let home = home(&server.url(), PLACED);
    let line = json!({"vendor": "volcengine", "action": "drop", "target": "live/a", "vhost": "v"});
    let output = home.run_with_input("apply - -o json", line.to_string());
    assert_eq!(output.only_result()["operation"]["vhost"], "v", "{output:?}");
}

/// Volcengine cuts by the space, so that another `--domain` cuts the protected stream all the same.
#[test]
fn protected_stream_is_cut_at_no_domain() {
    let server = RecordingServer::always(done());
    let protect = "[policy]\nprotect = [\"volcengine:push.example.com/live/gala*\"]\n";
    let home = home(&server.url(), PLACED);
    home.write_config(&home.read("livectl/config.toml").replacen(
        "[profiles",
        &format!("{protect}[profiles"),
        1,
    ));
    let lines = ["", " --domain other.cn --vhost space.example.com"];
    for line in lines {
        let output = home.run_line(&format!("volcengine drop live/gala1{line}")).exits(2);
        assert!(output.stderr.contains("1 target is protected"), "{output:?}");
    }
    assert!(server.requests().is_empty());
    // Its ban is by the domain, and is another one at another domain.
    home.run_line("volcengine forbid live/gala1 --for 2h").exits(2);
    for line in
        ["forbid live/gala1 --domain other.cn --for 2h", "drop live/other", "drop show/gala1"]
    {
        home.run_line(&format!("volcengine {line}")).exits(0);
    }
}

#[test]
fn bans_have_an_end_within_89_days() {
    let server = RecordingServer::always(done());
    let home = home(&server.url(), PLACED);
    for (flags, words) in [
        ("", "the end of the ban is missing"),
        (" --permanent", "Volcengine has no ban without an end; give --longest"),
    ] {
        let output = home.run_line(&format!("volcengine forbid live/a{flags}")).exits(2);
        assert!(output.stderr.contains(words), "{output:?}");
    }
    for line in ["resume live/* --exact", "resume */a", "forbid live/* --for 1h"] {
        home.run_line(&format!("volcengine {line}")).exits(2);
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
    for (status, code, outcome, kind, requests, hint) in [
        (200, "CommonErr", "unknown", "http", 2, "nor whether it acted"),
        (500, "InternalError", "unknown", "http", 2, ""),
        (504, "InternalServiceTimeout", "unknown", "http", 2, ""),
        (200, "InvalidParam", "not_applied", "refused", 2, "up to 30"),
        (400, "InvalidParam.Format", "not_applied", "refused", 2, "up to 30"),
        (403, "RequestForbidden.AccountIDNotAllow", "not_applied", "refused", 2, "push domain"),
        (403, "AccessDenied", "not_applied", "refused", 2, "live:ForbidStream"),
        (401, "AccessDenied", "not_applied", "refused", 2, "live:ForbidStream"),
        (404, "InvalidActionOrVersion", "not_applied", "refused", 2, "cn-north-1"),
        (401, "InvalidAccessKey", "not_applied", "credentials", 1, "access_key_id"),
        (401, "SignatureDoesNotMatch", "not_applied", "credentials", 1, "secret_access_key"),
        (400, "InvalidTimestamp", "not_applied", "credentials", 1, "its own clock"),
        (429, "FlowLimitExceeded", "not_applied", "throttled", 2, ""),
        (400, "FlowLimitExceeded", "not_applied", "throttled", 2, ""),
    ] {
        let server = RecordingServer::always(failure(status, code));
        let home = home(&server.url(), PLACED);
        let line = "volcengine forbid live/a live/b --for 2h -j 1 --attempts 1";
        let output = home.run_json(line);
        let told = &output.results()[0];
        assert_members(&told, &json!({"outcome": outcome, "error": {"kind": kind}, "code": code}));
        assert_eq!(server.requests().len(), requests, "{status} {code}: {output:?}");
        let given = told["error"]["hint"].as_str().unwrap_or_default();
        assert!(given.contains(hint), "{status} {code}: {given}");
    }
}

#[test]
fn unclear_answer_is_sent_again() {
    let server = RecordingServer::script([failure(200, "CommonErr").retry_now(), done()]);
    let told = home(&server.url(), PLACED).run_json("volcengine resume live/a").only_result();
    assert_eq!((&told["outcome"], &told["attempts"]), (&json!("applied"), &json!(2)), "{told}");
    let server = RecordingServer::script([failure(200, "CommonErr").retry_now(), done()]);
    let told = home(&server.url(), PLACED).run_json("volcengine drop live/a").only_result();
    // The stream may be back, and would be cut a second time.
    assert_eq!((&told["outcome"], &told["attempts"]), (&json!("unknown"), &json!(1)), "{told}");
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
            "POST" => done(),
            _ => result(&json!({"stream_state": state, "type": "push"})),
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
    result(&json!({"RoughCount": 1, "StreamInfoList": page}))
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
    let told = output.only_result();
    assert_eq!((output.code, &told["outcome"]), (Some(0), &json!("read")), "{output:?}");
    let items = told["items"].as_array().unwrap();
    assert_eq!((items.len(), server.requests().len()), (1003, 3));
    assert_eq!(
        [
            &items[0]["target"],
            &items[0]["domain"],
            &items[0]["app"],
            &items[0]["since"],
            &items[0]["until"]
        ],
        ["live/s1000", "push.example.com", "live", "2026-11-21T10:00:00Z", "2099-01-01T00:00:00Z"]
            .map(Value::from)
            .each_ref()
    );
    for (number, request) in server.requests().iter().enumerate() {
        assert_eq!(
            request.query,
            format!(
                "Action=DescribeForbiddenStreamInfoByPage&App=live&Domain=push.example.com&PageNum={}&\
                 PageSize=1000&QueryType=strict&Version=2023-01-01",
                number + 1
            )
        );
    }
    assert!(!output.stderr.contains("changed while it was read"), "{output:?}");
}

#[test]
fn online_leaves_out_transcoded_streams() {
    let row = json!({
        "ID": 1, "Vhost": "v", "Domain": "push.example.com", "App": "live", "Stream": "a",
        "SessionStartTime": "2026-11-21T10:00:00.250Z", "SourceType": "relay",
    });
    let server = RecordingServer::always(result(&json!({"StreamInfoList": [row]})));
    let told = home(&server.url(), PLACED).run_json("volcengine online").only_result();
    let request = server.only_request();
    assert_eq!(request.param("Action").as_deref(), Some("DescribeLiveStreamInfoByPage"));
    assert_eq!(request.param("StreamType").as_deref(), Some("origin"));
    assert_eq!(request.param("SourceType"), None);
    let item = &told["items"][0];
    assert_eq!(item["target"], "live/a", "{told}");
    assert_eq!(item["since"], "2026-11-21T10:00:00Z", "{told}");
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
fn sandbox_tells_refusals() {
    let sandbox = ServedSandbox::start();
    for (line, code) in [
        ("forbid live/cam_gone --for 2h", "InvalidParam"),
        ("forbid live/直播 --for 2h", "InvalidParam.Format"),
        ("resume live/cam1 --domain push-gone.example.com", "RequestForbidden.AccountIDNotAllow"),
    ] {
        let output = sandbox.home.run_json(&format!("volcengine {line}"));
        let told = output.only_result();
        assert_eq!((output.code, &told["code"]), (Some(5), &json!(code)), "{output:?}");
    }
}

#[test]
fn environment_is_enough() {
    let server = RecordingServer::always(done());
    let output = TestHome::empty()
        .livectl(["volcengine", "drop", "live/a", "-o", "json"])
        .env("LIVECTL_VOLCENGINE_ACCESS_KEY_ID", "AKLT4718")
        .env("LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY", SECRET)
        .env("LIVECTL_VOLCENGINE_DOMAIN", "push.example.com")
        .env("LIVECTL_VOLCENGINE_VHOST", "space.example.com")
        .env("LIVECTL_VOLCENGINE_ENDPOINT", server.url())
        .output()
        .unwrap();
    RunOutput::from(output).exits(0);
    is_signed(&server.only_request(), "content-type;host;x-content-sha256;x-date");
}
