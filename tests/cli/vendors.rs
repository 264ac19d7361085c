//! What each vendor is sent, and how its replies are told.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::fault_server::closed_address;
use super::fault_server::request::ReceivedRequest;
use super::fixture::{
    JD_SECRET, RunOutput, SHUMEI_SECRET, TENCENT_SECRET, TestHome, VendorServer, lines, profile,
};
use super::hashes::md5_hex;
use super::recording_server::{MockResponse, RecordingServer, accepted, response};

/// The signature that JD expects for a request that left between two moments; they may lie on both sides of midnight.
fn jd_signatures(times: [DateTime<Utc>; 2]) -> [String; 2] {
    times.map(|at| {
        let date = (at + TimeDelta::hours(8)).format("%Y%m%d");
        md5_hex(&format!("{date}jcloud_00{JD_SECRET}"))
    })
}

/// The signature of the body, which is one of the two that were good while the run lasted.
#[track_caller]
fn jd_signature(request: &ReceivedRequest, before: DateTime<Utc>) -> String {
    let signature = request.json()["signature"].as_str().unwrap().to_owned();
    assert!(jd_signatures([before, Utc::now()]).contains(&signature), "{signature}");
    signature
}

#[track_caller]
fn applied(output: &RunOutput) -> Value {
    assert_eq!((output.code, output.json()["ok"].clone()), (Some(0), json!(true)), "{output:?}");
    output.json()["results"][0].clone()
}

fn attempts(output: &RunOutput) -> Vec<u64> {
    output.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["attempts"].as_u64().unwrap())
        .collect()
}

#[track_caller]
fn is_json_post(request: &ReceivedRequest, server: &RecordingServer) {
    assert_eq!(request.method, "POST");
    assert_eq!(request.query, "");
    assert_headers(request, server);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
}

/// Nothing travels that the manuals do not ask for.
#[track_caller]
fn assert_headers(request: &ReceivedRequest, server: &RecordingServer) {
    let usual =
        ["host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"];
    for (name, value) in &request.headers {
        assert!(usual.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(request.header("host"), server.url().strip_prefix("http://"));
    assert_eq!(request.header("user-agent"), Some(concat!("livectl/", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn jd_timeout_posts_seconds_as_a_string() {
    let server = RecordingServer::always(response(
        200,
        r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#,
    ));
    let home = TestHome::new(&format!("{}/gateway/v1/", server.url()));
    let before = Utc::now();

    let result = applied(&home.run_line("jd timeout push.example.com --seconds 30 -o json"));

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/v1/api/live/setPushStreamTimeout");
    let signature = jd_signature(&request, before);
    let body = r#"{"username":"jcloud_00","signature":"#;
    assert_eq!(
        request.body,
        format!(r#"{body}"{signature}","domain":"push.example.com","timeout":"30"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30, "profile": "prod"})
    );
    assert_eq!(result["effect"], "domain_setting");
    assert_eq!(result["endpoint"], format!("{}/gateway/v1", server.url()));
    assert_eq!(
        result["response"],
        json!({"status": 0, "msg": "", "data": {"PublishNormalTimeout": 30}})
    );
    assert_eq!(
        (&result["code"], &result["message"], &result["http_status"]),
        (&json!(0), &json!(""), &json!(200))
    );
}

#[test]
fn jd_permit_posts_one_array() {
    let server = RecordingServer::always(response(
        200,
        r#"{"status":0,"msg":"Successful","data":"push.example.com"}"#,
    ));
    let home = TestHome::new(&format!("{}/gateway", server.url()));
    let before = Utc::now();

    let output = home.run_line("jd permit App1/s1 直播/a/b --domain push.example.com -o json");

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/gateway/api/live/permitStream");
    let signature = jd_signature(&request, before);
    assert_eq!(
        request.body,
        format!(
            r#"{{"username":"jcloud_00","signature":"{signature}","domain":"push.example.com","deleteStreams":[{{"app":"App1","stream":"s1"}},{{"app":"直播","stream":"a/b"}}]}}"#
        )
    );
    assert_eq!(output.outcomes(), ["applied", "applied"]);
    assert_eq!(attempts(&output), [1, 1]);
    let result = &output.json()["results"][1];
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "permit", "target": "直播/a/b", "domain": "push.example.com", "profile": "prod"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn jd_signature_date_follows_utc_offset() {
    let server = RecordingServer::accepting();
    let home = server.home();
    // Two zones that are never on one date.
    for (offset, hours) in [("+14:00", 14), ("-11:00", -11)] {
        home.write_config(
            &profile(&server.url())
                .replace("secret_key", &format!("utc_offset = \"{offset}\"\nsecret_key")),
        );
        let before = Utc::now();

        let mut command = home.livectl(["jd", "timeout", "push.example.com", "--seconds", "30"]);
        command.env("TZ", "America/New_York").assert().success();

        let signature = server.requests().last().unwrap().json()["signature"].clone();
        let good = [before, Utc::now()].map(|at| {
            let date = (at + TimeDelta::hours(hours)).format("%Y%m%d");
            json!(md5_hex(&format!("{date}jcloud_00{JD_SECRET}")))
        });
        assert!(good.contains(&signature), "{offset}");
    }
}

/// The parameters that all Tencent requests share are right; returns `t`.
#[track_caller]
fn is_tencent_request(
    request: &ReceivedRequest,
    server: &RecordingServer,
    left_between: [DateTime<Utc>; 2],
    ttl: i64,
) -> i64 {
    assert_eq!((request.method.as_str(), request.body.as_str()), ("GET", ""));
    assert_headers(request, server);
    let t: i64 = request.param("t").unwrap().parse().unwrap();
    assert!(
        (left_between[0].timestamp() + ttl..=left_between[1].timestamp() + ttl).contains(&t),
        "{t}"
    );
    assert_eq!(request.param("sign"), Some(md5_hex(&format!("{TENCENT_SECRET}{t}"))));
    t
}

#[test]
fn tencent_forbid_puts_all_into_the_query() {
    let server = RecordingServer::always(response(200, r#"{"ret":0,"message":"success"}"#));
    let home = TestHome::new(&format!("{}/p", server.url()));
    let before = Utc::now();

    let result = applied(&home.run_line("tencent forbid 8888_测试&x=1 --for 2h --exact -o json"));

    let (request, after) = (server.only_request(), Utc::now());
    let t = is_tencent_request(&request, &server, [before, after], 60);
    let sign = request.param("sign").unwrap();
    let until =
        DateTime::parse_from_rfc3339(result["operation"]["until"].as_str().unwrap()).unwrap();
    let end = until.timestamp();
    // An end is rounded up to the second.
    assert!((before.timestamp() + 7200..=after.timestamp() + 7201).contains(&end), "{end}");
    assert_eq!(request.path, "/p/common_access");
    assert_eq!(
        request.query,
        format!(
            "appid=1251234567&interface=channel_manager&t={t}&sign={sign}&Param.s.channel_id=8888_%E6%B5%8B%E8%AF%95%26x%3D1&Param.s.action=forbid&Param.n.abstime_end={end}"
        )
    );
    assert_eq!(result["effect"], "off_air");
    assert_eq!(
        result["operation"],
        json!({"vendor": "tencent", "action": "forbid", "target": "8888_测试&x=1", "until": until.format("%FT%TZ").to_string(), "profile": "prod"})
    );
}

#[test]
fn tencent_resume_ends_now() {
    let server = RecordingServer::always(response(200, r#"{"ret":0,"message":"success"}"#));
    let before = Utc::now();

    let result = applied(&server.home().run_line("tencent resume 8888_a -o json"));

    let (request, after) = (server.only_request(), Utc::now());
    is_tencent_request(&request, &server, [before, after], 60);
    assert_eq!(request.path, "/common_access");
    assert_eq!(request.param("Param.s.channel_id").as_deref(), Some("8888_a"));
    assert_eq!(request.param("Param.s.action").as_deref(), Some("resume"));
    let end: i64 = request.param("Param.n.abstime_end").unwrap().parse().unwrap();
    assert!((before.timestamp()..=after.timestamp()).contains(&end), "{end}");
    assert_eq!(
        result["operation"],
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a", "profile": "prod"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn tencent_interface_and_sign_ttl_are_configurable() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let keys = "interface = \"Live_Channel_SetStatus\"\nsign_ttl = 600\napp_id = \"0042\"";
    home.write_config(&profile(&server.url()).replace("app_id = 1251234567", keys));
    let before = Utc::now();

    applied(&home.run_line("tencent resume 8888_a -o json"));

    let request = server.only_request();
    is_tencent_request(&request, &server, [before, Utc::now()], 600);
    assert!(
        request.query.starts_with("appid=0042&interface=Live_Channel_SetStatus&t="),
        "{}",
        request.query
    );
}

#[test]
fn shumei_close_posts_key_and_request_id() {
    let server = RecordingServer::always(response(
        200,
        r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#,
    ));
    let home = TestHome::new(&format!("{}/a/b", server.url()));

    let result = applied(&home.run_line("shumei close 1639825145166 -o json"));

    let request = server.only_request();
    is_json_post(&request, &server);
    assert_eq!(request.path, "/a/b/finish_videostream/v4");
    assert_eq!(
        request.body,
        format!(r#"{{"accessKey":"{SHUMEI_SECRET}","requestId":"1639825145166"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166", "profile": "prod"})
    );
    assert_eq!(result["effect"], "moderation_ended");
    assert_eq!((&result["code"], &result["message"]), (&json!(1100), &json!("成功")));
}

#[test]
fn each_attempt_signs_afresh() {
    let server = RecordingServer::script([
        response(503, "").header("retry-after", "1"),
        response(200, r#"{"ret":0}"#),
    ]);

    let result = applied(&server.home().run_line("tencent forbid 8888_a --for 2h -o json"));

    let [first, second] = <[ReceivedRequest; 2]>::try_from(server.requests()).unwrap();
    assert_ne!(first.param("t"), second.param("t"));
    assert_ne!(first.param("sign"), second.param("sign"));
    assert_eq!(first.param("Param.n.abstime_end"), second.param("Param.n.abstime_end"));
    assert_eq!(result["attempts"], 2);
}

// Groups of JD streams.

#[test]
fn batch_holds_at_most_100_streams() {
    let server = RecordingServer::accepting();
    let list = lines((0..250).map(|number| format!("live/{number}")));
    let home = server.home();

    let line = "jd permit - --domain a.example.com --max-targets 250 -o json -j1";
    let output = home.run_with_input(line, list);

    let requests: Vec<_> = server.requests().iter().map(ReceivedRequest::streams).collect();
    assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
    let names: Vec<_> = requests.concat();
    assert!(names.iter().enumerate().all(|(number, name)| *name == format!("live/{number}")));
    assert_eq!(output.json()["summary"]["applied"], 250);
    assert_eq!(output.json()["results"][249]["operation"]["target"], "live/249");
}

#[test]
fn batch_holds_one_domain() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let operations = ["a", "b", "a"].iter().enumerate().map(|(number, domain)| {
        json!({"vendor": "jd", "action": "permit", "target": format!("live/{number}"), "domain": format!("{domain}.example.com")})
    });

    let output = home.run_with_input("apply - -o json", lines(operations));

    let mut requests: Vec<_> = server
        .requests()
        .iter()
        .map(|request| (request.json()["domain"].clone(), request.streams()))
        .collect();
    requests.sort_by_key(|(domain, _)| domain.to_string());
    assert_eq!(
        requests,
        [
            (json!("a.example.com"), vec!["live/0".to_owned(), "live/2".to_owned()]),
            (json!("b.example.com"), vec!["live/1".to_owned()])
        ]
    );
    assert_eq!(output.outcomes(), ["applied", "applied", "applied"]);
}

const PERMIT: &str = "jd permit live/a live/bad live/c --domain push.example.com --rate 0 -o json";

fn refuses_bad(request: &ReceivedRequest) -> MockResponse {
    if request.body.contains("bad") {
        response(200, r#"{"status":1,"msg":"no such stream"}"#)
    } else {
        accepted(request)
    }
}

#[test]
fn refused_batch_is_sent_stream_by_stream() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line(PERMIT);

    let mut requests: Vec<_> = server.requests().iter().map(ReceivedRequest::streams).collect();
    assert_eq!(requests.remove(0), ["live/a", "live/bad", "live/c"]);
    requests.sort();
    assert_eq!(requests, [["live/a"], ["live/bad"], ["live/c"]]);
    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
    assert_eq!((attempts(&output), output.code), (vec![2, 2, 2], Some(5)));
    assert_eq!(output.json()["results"][1]["message"], "no such stream");
}

#[test]
fn single_stream_is_refused_once() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line("jd permit live/bad --domain push.example.com -o json");

    server.only_request();
    assert_eq!(output.outcomes(), ["not_applied refused"]);
    assert_eq!(attempts(&output), [1]);
}

#[test]
fn unknown_batch_stays_unknown_per_stream() {
    // The group meets a fault first and a refusal then.
    let server = RecordingServer::script([
        response(502, "").retry_now(),
        response(200, r#"{"status":1}"#),
        response(200, r#"{"status":0}"#),
        response(200, r#"{"status":1,"msg":"no"}"#),
    ]);

    let output = server.home().run_line(&format!("{PERMIT} -j1"));

    assert_eq!(server.requests().len(), 5);
    assert_eq!(output.outcomes(), ["applied", "unknown http", "unknown http"]);
    assert_eq!((attempts(&output), output.code), (vec![3, 3, 3], Some(4)));
    let doubt = &output.json()["results"][1];
    assert_eq!(
        (&doubt["http_status"], &doubt["code"], &doubt["message"]),
        (&json!(502), &Value::Null, &Value::Null)
    );
}

#[test]
fn refused_batch_restarts_attempts() {
    let server = RecordingServer::start(|request| match request.streams().len() {
        1 => response(500, "").retry_now(),
        _ => response(200, r#"{"status":1}"#),
    });

    let output = server.home().run_line(PERMIT);

    assert_eq!(attempts(&output), [4, 4, 4]);
    assert_eq!(server.requests().len(), 1 + 3 * 3);
    assert_eq!(output.outcomes(), ["unknown http", "unknown http", "unknown http"]);
}

#[test]
fn refused_batch_restarts_deadlines() {
    let server = RecordingServer::delayed(std::time::Duration::from_millis(500), refuses_bad);

    let output = server.home().run_line(&format!("{PERMIT} --deadline 900ms"));

    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
}

#[test]
fn refused_batch_counts_as_one_failure() {
    let server = RecordingServer::start(refuses_bad);

    let output = server.home().run_line(&format!("{PERMIT} --max-failures 1"));

    server.only_request();
    assert_eq!(
        output.outcomes(),
        ["not_applied refused", "not_applied refused", "not_applied refused"]
    );
    assert_eq!((attempts(&output), output.code), (vec![1, 1, 1], Some(5)));

    let output = server.home().run_line(&format!("{PERMIT} --max-failures 2"));
    assert_eq!(output.outcomes(), ["applied", "not_applied refused", "applied"]);
}

#[test]
fn only_a_refusal_splits_a_batch() {
    for (answer, expected) in [
        (response(200, r#"{"status":7}"#), "not_applied credentials"),
        (response(401, ""), "not_applied credentials"),
        (response(429, "").retry_now(), "not_applied throttled"),
        (response(400, r#"{"status":1}"#), "not_applied http"),
        (response(404, ""), "not_applied http"),
        (response(302, "").header("location", "/"), "not_applied redirect"),
        (response(500, r#"{"status":1}"#).retry_now(), "unknown http"),
        (response(200, r#"{"status":8}"#).retry_now(), "unknown http"),
        (response(200, "<html>"), "unknown protocol"),
        (response(200, r#"{"status":0,"data":"other.example.com"}"#), "unknown echo"),
    ] {
        let server = RecordingServer::always(answer.clone());

        let output = server.home().run_line(&format!("{PERMIT} --attempts 1"));

        server.only_request();
        assert_eq!(output.outcomes(), [expected; 3], "{answer:?}");
        assert_eq!(attempts(&output), [1, 1, 1], "{answer:?}");
    }
}

// What becomes of a reply.

const JD: &[&str] = &["jd", "timeout", "push.example.com", "--seconds", "30"];
const PERMIT_ONE: &[&str] = &["jd", "permit", "live/a", "--domain", "push.example.com"];
const TENCENT: &[&str] = &["tencent", "resume", "8888_a"];
const SHUMEI: &[&str] = &["shumei", "close", "1639825145166"];

#[track_caller]
fn settles(
    command: &[&str],
    answer: &MockResponse,
    expected: (&str, Option<&str>, usize, i32),
) -> Value {
    let server = RecordingServer::always(answer.clone());
    let output = server.home().run(command.iter().chain(&["-o", "json", "--rate", "0"]));
    let result = output.json()["results"][0].clone();
    let found = (
        result["outcome"].as_str().unwrap(),
        result["error"]["kind"].as_str(),
        server.requests().len(),
        output.code.unwrap(),
    );
    assert_eq!(found, expected, "{answer:?}: {output:?}");
    assert_eq!(result["attempts"], expected.2);
    result
}

const APPLIED: (&str, Option<&str>, usize, i32) = ("applied", None, 1, 0);

fn refused(kind: &'static str) -> (&'static str, Option<&'static str>, usize, i32) {
    ("not_applied", Some(kind), 1, 5)
}

fn tried_again(
    outcome: &'static str,
    kind: &'static str,
) -> (&'static str, Option<&'static str>, usize, i32) {
    (outcome, Some(kind), 3, if outcome == "unknown" { 4 } else { 5 })
}

#[test]
fn vendor_codes_have_classes() {
    for (command, field, codes, expected) in [
        (JD, "status", &[1, 2, 12, 15, 18, 999, 1100][..], refused("refused")),
        (JD, "status", &[3, 4, 7, 20], refused("credentials")),
        (JD, "status", &[-1, 8], tried_again("unknown", "http")),
        (TENCENT, "ret", &[1, 7, 20601, -1, 1901], refused("refused")),
        (SHUMEI, "code", &[0, 1902, 1904, 9100, 1], refused("refused")),
        (SHUMEI, "code", &[9101], refused("credentials")),
        (SHUMEI, "code", &[1901], tried_again("not_applied", "throttled")),
        (SHUMEI, "code", &[1101, 1903], tried_again("unknown", "http")),
    ] {
        for code in codes {
            let answer =
                response(200, json!({field: code, "message": "why", "msg": "why"}).to_string())
                    .retry_now();
            let result = settles(command, &answer, expected);
            assert_eq!((&result["code"], &result["message"]), (&json!(code), &json!("why")));
            assert_eq!(result["response"][field], *code);
        }
    }
}

#[test]
fn http_statuses_have_classes() {
    for (statuses, expected) in [
        (&[200, 201][..], APPLIED),
        (&[301, 302, 303, 307, 308], refused("redirect")),
        (&[400, 403, 404, 405, 407, 410, 413, 422], refused("http")),
        (&[401], refused("credentials")),
        (&[429], tried_again("not_applied", "throttled")),
        (&[408, 500, 502, 503, 504, 524], tried_again("unknown", "http")),
    ] {
        for status in statuses {
            let answer =
                response(*status, r#"{"ret":0}"#).retry_now().header("location", "/elsewhere");
            let result = settles(TENCENT, &answer, expected);
            assert_eq!(result["http_status"], *status);
        }
    }
    settles(TENCENT, &response(204, ""), tried_again("unknown", "protocol"));
}

#[test]
fn success_needs_the_verdict() {
    let not_the_envelope = tried_again("unknown", "protocol");
    for (command, body, expected) in [
        (JD, r#"{"status":"0"}"#, APPLIED),
        (JD, r#"{"msg":"failed","status":0,"data":null}"#, APPLIED),
        (TENCENT, r#"{"ret":"0"}"#, APPLIED),
        (SHUMEI, r#"{"code":"1100"}"#, APPLIED),
        (JD, r#"{"code":1100,"ret":0}"#, not_the_envelope),
        (JD, r#"[{"status":0}]"#, not_the_envelope),
        (JD, r#"{"status":0,"status":0}"#, not_the_envelope),
        (JD, r#"{"status":0.0}"#, not_the_envelope),
        (TENCENT, "success", not_the_envelope),
        (TENCENT, "", not_the_envelope),
        (SHUMEI, r#"{"code":null}"#, not_the_envelope),
        (SHUMEI, r#"{"code":1100"#, not_the_envelope),
    ] {
        settles(command, &response(200, body), expected);
    }
}

#[test]
fn reply_is_read_up_to_1_mib() {
    let padded = |length: usize| {
        let frame = r#"{"ret":0,"message":""}"#.len();
        format!(r#"{{"ret":0,"message":"{}"}}"#, "x".repeat(length - frame))
    };
    settles(TENCENT, &response(200, padded(1 << 20)), APPLIED);
    let result =
        settles(TENCENT, &response(200, padded((1 << 20) + 1)), tried_again("unknown", "protocol"));
    assert!(
        result["error"]["message"].as_str().unwrap().contains("longer than 1048576 bytes"),
        "{result}"
    );
    assert_eq!((&result["response"], &result["code"]), (&Value::Null, &Value::Null));
}

#[test]
fn tencent_ret_and_retcode_must_agree() {
    let result =
        settles(TENCENT, &response(200, r#"{"ret":0,"retcode":0,"errmsg":"ok"}"#), APPLIED);
    assert_eq!(result["message"], "ok");
    let result = settles(
        TENCENT,
        &response(200, r#"{"ret":20601,"retcode":20601,"errmsg":"no channel"}"#),
        refused("refused"),
    );
    assert_eq!(result["error"]["message"], "Tencent refused: no channel (ret 20601)");
    assert!(result["error"]["hint"].as_str().unwrap().contains("never pushed"), "{result}");
    for body in [
        r#"{"ret":0,"retcode":1}"#,
        r#"{"ret":1,"retcode":0}"#,
        r#"{"retcode":0}"#,
        r#"{"ret":0,"retcode":"x"}"#,
    ] {
        settles(TENCENT, &response(200, body), tried_again("unknown", "protocol"));
    }
}

#[test]
fn differing_echo_is_unknown() {
    let differs = ("unknown", Some("echo"), 1, 4);
    for (command, data, expected) in [
        (JD, json!({"PublishNormalTimeout": 30}), APPLIED),
        (JD, json!({"PublishNormalTimeout": " 30 "}), APPLIED),
        (JD, json!({"publishNormalTimeout": "30"}), APPLIED),
        (JD, json!({"PublishNormalTimeout": null}), APPLIED),
        (JD, json!({}), APPLIED),
        (JD, json!(null), APPLIED),
        (JD, json!({"PublishNormalTimeout": 60}), differs),
        (JD, json!({"PublishNormalTimeout": "3O"}), differs),
        (PERMIT_ONE, json!(" PUSH.example.com "), APPLIED),
        (PERMIT_ONE, json!(null), APPLIED),
        (PERMIT_ONE, json!("other.example.com"), differs),
    ] {
        settles(command, &response(200, json!({"status": 0, "data": data}).to_string()), expected);
    }
    let result =
        settles(JD, &response(200, r#"{"status":0,"data":{"PublishNormalTimeout":60}}"#), differs);
    assert_eq!(result["error"]["message"], "JD answers with a time-out of 60 after 30 was set");
    assert_eq!(result["code"], 0);
}

#[test]
fn redirect_is_not_followed() {
    let server = RecordingServer::start(|request| match request.path.as_str() {
        "/common_access" => response(307, "").header("location", "/elsewhere"),
        _ => accepted(request),
    });

    let output = server.home().run_line("tencent resume 8888_a -o json");

    server.only_request();
    assert_eq!(output.outcomes(), ["not_applied redirect"]);
}

#[test]
fn refused_connection_is_retried() {
    let free = closed_address();

    let output = TestHome::new(&format!("http://{free}")).run_line("tencent resume 8888_a -o json");

    assert_eq!(output.outcomes(), ["not_applied network"]);
    assert_eq!((attempts(&output), output.code), (vec![3], Some(5)));
    let result = &output.json()["results"][0];
    assert_eq!(
        (&result["http_status"], &result["code"], &result["response"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(result["started_at"].is_string() && result["elapsed_ms"].is_u64(), "{result}");
}

#[test]
fn overlong_target_is_not_retried() {
    let server = RecordingServer::accepting();

    let output = server.home().run(["tencent", "resume", &"x".repeat(100_000), "-o", "json"]);

    assert_eq!(output.outcomes(), ["not_applied network"]);
    assert_eq!((attempts(&output), output.code), (vec![1], Some(5)));
    assert_eq!(output.json()["results"][0]["error"]["hint"], "use a shorter target");
    assert!(server.requests().is_empty());
}

#[test]
fn refused_credentials_stop_one_vendor() {
    let operations = [
        json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 5}),
        json!({"vendor": "jd", "action": "timeout", "target": "b.example.com", "seconds": 5}),
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a"}),
        json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.example.com"}),
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166"}),
    ];
    for answer in [response(200, r#"{"status":7,"msg":"sign error"}"#), response(401, "")] {
        let server = RecordingServer::start(move |request| {
            if request.path.starts_with("/api/live") { answer.clone() } else { accepted(request) }
        });
        let home = server.home();

        let output = home.run_with_input("apply - -o json -j 1", lines(&operations));

        assert_eq!(
            output.outcomes(),
            ["not_applied credentials", "skipped stopped", "applied", "skipped stopped", "applied"]
        );
        assert_eq!((attempts(&output), output.code), (vec![1, 0, 1, 0, 1], Some(5)));
        assert_eq!(server.requests().len(), 3);
    }
}

// Shumei's clusters.

/// The profile's Shumei account without an endpoint, and with these keys instead.
fn on_cluster(keys: &str) -> TestHome {
    let home = TestHome::empty();
    let account = format!("access_key = \"{SHUMEI_SECRET}\"\n{keys}\n");
    home.write_config(&format!("[profiles.prod.shumei]\n{account}"));
    home
}

#[test]
fn cluster_names_the_host() {
    for (name, host, kept) in [
        ("sh", "sh", "sh"),
        ("sg", "xjp", "sg"),
        ("xjp", "xjp", "sg"),
        ("gg", "gg", "gg"),
        ("yd", "yd", "yd"),
    ] {
        let expected = format!("https://api-videostream-{host}.fengkongcloud.com");
        let flag =
            on_cluster("").run(["shumei", "close", "a", "--cluster", name, "-n", "-o", "json"]);
        let key =
            on_cluster(&format!("cluster = \"{name}\"")).run_line("shumei close a -n -o json");
        for output in [flag, key] {
            let result = &output.json()["results"][0];
            assert_eq!(result["request"]["url"], format!("{expected}/finish_videostream/v4"));
            assert_eq!(result["endpoint"], expected);
            assert_eq!(result["operation"]["cluster"], kept);
        }
    }
}

#[test]
fn cluster_flag_overrides_the_profile() {
    let output = on_cluster("cluster = \"sh\"").run_line("shumei close a --cluster yd -n -o json");
    assert_eq!(output.json()["results"][0]["operation"]["cluster"], "yd");
}

#[test]
fn missing_cluster_is_a_config_error() {
    let output = on_cluster("").run_line("shumei close a -o json");
    assert_eq!((output.code, &output.json()["error"]["kind"]), (Some(3), &json!("config")));
    assert!(
        output.stderr.contains("no cluster") && output.stderr.contains("--cluster"),
        "{output:?}"
    );
}

#[test]
fn unknown_cluster_is_refused() {
    let server = RecordingServer::accepting();
    for (name, says) in [
        ("bj", "withdrew"),
        ("SH", "the clusters are"),
        ("", "the clusters are"),
        ("us", "the clusters are"),
    ] {
        let output = on_cluster("").run(["shumei", "close", "a", "--cluster", name]);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains(says), "{output:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn endpoint_excludes_a_cluster() {
    let server = RecordingServer::accepting();
    let home = server.home();
    home.write_config(
        &profile(&server.url()).replace("access_key", "cluster = \"sh\"\naccess_key"),
    );
    let line = r#"{"vendor":"shumei","action":"close","target":"a","cluster":"sh"}"#;

    let flag = home.run_line("shumei close a --cluster sh");
    let line = home.run_with_input("apply -", line);

    for output in [flag, line] {
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains("endpoint"), "{output:?}");
    }
    assert!(server.requests().is_empty());
    // The endpoint alone replaces the profile's cluster.
    let result = applied(&home.run_line("shumei close a -o json"));
    assert_eq!(
        result["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "a", "profile": "prod"})
    );
    server.only_request();
}
