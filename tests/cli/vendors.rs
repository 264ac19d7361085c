//! What each vendor is sent, and how its replies are told.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::mock::{Answer, DONE, Mock, Seen, lines, md5_hex, says};
use super::stage::{JD_SECRET, Ran, SHUMEI_SECRET, Stage, TENCENT_SECRET, profile};

/// The signature that JD expects for a request that left between two moments; they may lie on both sides of midnight.
fn jd_signatures(times: [DateTime<Utc>; 2]) -> [String; 2] {
    times.map(|at| {
        let date = (at + TimeDelta::hours(8)).format("%Y%m%d");
        md5_hex(&format!("{date}jcloud_00{JD_SECRET}"))
    })
}

/// The signature of the body, which is one of the two that were good while the run lasted.
#[track_caller]
fn jd_signature(request: &Seen, before: DateTime<Utc>) -> String {
    let signature = request.json()["signature"].as_str().unwrap().to_owned();
    assert!(jd_signatures([before, Utc::now()]).contains(&signature), "{signature}");
    signature
}

#[track_caller]
fn applied(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.json()["ok"].clone()), (Some(0), json!(true)), "{ran:?}");
    ran.json()["results"][0].clone()
}

/// Outcome and error kind of each result.
fn told(ran: &Ran) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let results = ran.json()["results"].as_array().unwrap().clone();
    results
        .iter()
        .map(|result| (text(&result["outcome"]).unwrap(), text(&result["error"]["kind"])))
        .collect()
}

fn attempts(ran: &Ran) -> Vec<u64> {
    ran.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["attempts"].as_u64().unwrap())
        .collect()
}

fn is(outcome: &str, kind: &str) -> (String, Option<String>) {
    (outcome.to_owned(), Some(kind.to_owned()))
}

fn applied_one() -> (String, Option<String>) {
    ("applied".to_owned(), None)
}

#[track_caller]
fn is_json_post(request: &Seen, mock: &Mock) {
    assert_eq!(request.method, "POST");
    assert_eq!(request.query, "");
    assert_headers(request, mock);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
}

/// Nothing travels that the manuals do not ask for.
#[track_caller]
fn assert_headers(request: &Seen, mock: &Mock) {
    let usual = ["host", "user-agent", "accept", "content-type", "content-length"];
    for (name, value) in &request.headers {
        assert!(usual.contains(&name.as_str()), "{name}: {value}");
    }
    assert_eq!(request.header("host"), mock.url().strip_prefix("http://"));
    assert_eq!(request.header("user-agent"), Some(concat!("livectl/", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn jd_timeout_posts_the_domain_and_the_seconds_as_a_string() {
    let mock =
        Mock::always(says(200, r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#));
    let stage = Stage::new(&format!("{}/gateway/v1/", mock.url()));
    let before = Utc::now();

    let result =
        applied(&stage.run(["jd", "timeout", "push.example.com", "--seconds", "30", "-o", "json"]));

    let request = mock.only();
    is_json_post(&request, &mock);
    assert_eq!(request.path, "/gateway/v1/api/live/setPushStreamTimeout");
    let signature = jd_signature(&request, before);
    let body = r#"{"username":"jcloud_00","signature":"#;
    assert_eq!(
        request.body,
        format!(r#"{body}"{signature}","domain":"push.example.com","timeout":"30"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "timeout", "target": "push.example.com", "seconds": 30})
    );
    assert_eq!(result["effect"], "domain_setting");
    assert_eq!(result["endpoint"], format!("{}/gateway/v1", mock.url()));
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
fn jd_permit_posts_all_streams_of_a_domain_in_one_array() {
    let mock =
        Mock::always(says(200, r#"{"status":0,"msg":"Successful","data":"push.example.com"}"#));
    let stage = Stage::new(&format!("{}/gateway", mock.url()));
    let before = Utc::now();

    let ran = stage.run([
        "jd",
        "permit",
        "App1/s1",
        "直播/a/b",
        "--domain",
        "push.example.com",
        "-o",
        "json",
    ]);

    let request = mock.only();
    is_json_post(&request, &mock);
    assert_eq!(request.path, "/gateway/api/live/permitStream");
    let signature = jd_signature(&request, before);
    assert_eq!(
        request.body,
        format!(
            r#"{{"username":"jcloud_00","signature":"{signature}","domain":"push.example.com","deleteStreams":[{{"app":"App1","stream":"s1"}},{{"app":"直播","stream":"a/b"}}]}}"#
        )
    );
    assert_eq!(told(&ran), [applied_one(), applied_one()]);
    assert_eq!(attempts(&ran), [1, 1]);
    let result = &ran.json()["results"][1];
    assert_eq!(
        result["operation"],
        json!({"vendor": "jd", "action": "permit", "target": "直播/a/b", "domain": "push.example.com"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn the_date_of_jds_signature_follows_utc_offset_whatever_the_hosts_zone() {
    let mock = Mock::content();
    let stage = mock.stage();
    // Two zones that are never on one date.
    for (offset, hours) in [("+14:00", 14), ("-11:00", -11)] {
        stage.write_config(
            &profile(&mock.url())
                .replace("secret_key", &format!("utc_offset = \"{offset}\"\nsecret_key")),
        );
        let before = Utc::now();

        let mut command = stage.livectl(["jd", "timeout", "push.example.com", "--seconds", "30"]);
        command.env("TZ", "America/New_York").assert().success();

        let signature = mock.seen().last().unwrap().json()["signature"].clone();
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
    request: &Seen,
    mock: &Mock,
    left_between: [DateTime<Utc>; 2],
    ttl: i64,
) -> i64 {
    assert_eq!((request.method.as_str(), request.body.as_str()), ("GET", ""));
    assert_headers(request, mock);
    let t: i64 = request.param("t").unwrap().parse().unwrap();
    assert!(
        (left_between[0].timestamp() + ttl..=left_between[1].timestamp() + ttl).contains(&t),
        "{t}"
    );
    assert_eq!(request.param("sign"), Some(md5_hex(&format!("{TENCENT_SECRET}{t}"))));
    t
}

#[test]
fn tencent_forbid_gets_with_everything_in_the_query() {
    let mock = Mock::always(says(200, r#"{"ret":0,"message":"success"}"#));
    let stage = Stage::new(&format!("{}/p", mock.url()));
    let before = Utc::now();

    let result =
        applied(&stage.run(["tencent", "forbid", "8888_测试&x=1", "--for", "2h", "-o", "json"]));

    let (request, after) = (mock.only(), Utc::now());
    let t = is_tencent_request(&request, &mock, [before, after], 60);
    let sign = request.param("sign").unwrap();
    let until =
        DateTime::parse_from_rfc3339(result["operation"]["until"].as_str().unwrap()).unwrap();
    let end = until.timestamp();
    assert!((before.timestamp() + 7200..=after.timestamp() + 7200).contains(&end), "{end}");
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
        json!({"vendor": "tencent", "action": "forbid", "target": "8888_测试&x=1", "until": until.format("%FT%TZ").to_string()})
    );
}

#[test]
fn tencent_resume_asks_for_an_end_that_is_now() {
    let mock = Mock::always(says(200, r#"{"ret":0,"message":"success"}"#));
    let before = Utc::now();

    let result = applied(&mock.stage().run(["tencent", "resume", "8888_a", "-o", "json"]));

    let (request, after) = (mock.only(), Utc::now());
    is_tencent_request(&request, &mock, [before, after], 60);
    assert_eq!(request.path, "/common_access");
    assert_eq!(request.param("Param.s.channel_id").as_deref(), Some("8888_a"));
    assert_eq!(request.param("Param.s.action").as_deref(), Some("resume"));
    let end: i64 = request.param("Param.n.abstime_end").unwrap().parse().unwrap();
    assert!((before.timestamp()..=after.timestamp()).contains(&end), "{end}");
    assert_eq!(
        result["operation"],
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a"})
    );
    assert_eq!(result["effect"], "on_air");
}

#[test]
fn tencents_interface_and_signature_window_come_from_the_profile() {
    let mock = Mock::content();
    let stage = mock.stage();
    let keys = "interface = \"Live_Channel_SetStatus\"\nsign_ttl = 600\napp_id = \"0042\"";
    stage.write_config(&profile(&mock.url()).replace("app_id = 1251234567", keys));
    let before = Utc::now();

    applied(&stage.run(["tencent", "resume", "8888_a", "-o", "json"]));

    let request = mock.only();
    is_tencent_request(&request, &mock, [before, Utc::now()], 600);
    assert!(
        request.query.starts_with("appid=0042&interface=Live_Channel_SetStatus&t="),
        "{}",
        request.query
    );
}

#[test]
fn shumei_close_posts_the_key_and_the_request_id() {
    let mock = Mock::always(says(200, r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#));
    let stage = Stage::new(&format!("{}/a/b", mock.url()));

    let result = applied(&stage.run(["shumei", "close", "1639825145166", "-o", "json"]));

    let request = mock.only();
    is_json_post(&request, &mock);
    assert_eq!(request.path, "/a/b/finish_videostream/v4");
    assert_eq!(
        request.body,
        format!(r#"{{"accessKey":"{SHUMEI_SECRET}","requestId":"1639825145166"}}"#)
    );
    assert_eq!(
        result["operation"],
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166"})
    );
    assert_eq!(result["effect"], "moderation_ended");
    assert_eq!((&result["code"], &result["message"]), (&json!(1100), &json!("成功")));
}

#[test]
fn each_attempt_signs_afresh_and_asks_for_the_same_end() {
    let mock = Mock::script([says(503, "").header("retry-after", "1"), says(200, DONE)]);

    let result =
        applied(&mock.stage().run(["tencent", "forbid", "8888_a", "--for", "2h", "-o", "json"]));

    let [first, second] = <[Seen; 2]>::try_from(mock.seen()).unwrap();
    assert_ne!(first.param("t"), second.param("t"));
    assert_ne!(first.param("sign"), second.param("sign"));
    assert_eq!(first.param("Param.n.abstime_end"), second.param("Param.n.abstime_end"));
    assert_eq!(result["attempts"], 2);
}

// Groups of JD streams.

#[test]
fn at_most_100_streams_travel_in_one_request() {
    let mock = Mock::content();
    let list = lines((0..250).map(|number| format!("live/{number}")));
    let stage = mock.stage();

    let mut command = stage.livectl([
        "jd",
        "permit",
        "-",
        "--domain",
        "a.example.com",
        "--max-targets",
        "250",
        "-o",
        "json",
    ]);
    let ran = Ran::from(command.arg("-j1").write_stdin(list).output().unwrap());

    let requests: Vec<_> = mock.seen().iter().map(Seen::streams).collect();
    assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
    let names: Vec<_> = requests.concat();
    assert!(names.iter().enumerate().all(|(number, name)| *name == format!("live/{number}")));
    assert_eq!(ran.json()["summary"]["applied"], 250);
    assert_eq!(ran.json()["results"][249]["operation"]["target"], "live/249");
}

#[test]
fn streams_of_different_domains_do_not_travel_together() {
    let mock = Mock::content();
    let stage = mock.stage();
    let operations = ["a", "b", "a"].iter().enumerate().map(|(number, domain)| {
        json!({"vendor": "jd", "action": "permit", "target": format!("live/{number}"), "domain": format!("{domain}.example.com")})
    });

    let ran = Ran::from(
        stage
            .livectl(["apply", "-", "-o", "json"])
            .write_stdin(lines(operations))
            .output()
            .unwrap(),
    );

    let mut requests: Vec<_> = mock
        .seen()
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
    assert_eq!(told(&ran), [applied_one(), applied_one(), applied_one()]);
}

const PERMIT: [&str; 11] = [
    "jd",
    "permit",
    "live/a",
    "live/bad",
    "live/c",
    "--domain",
    "push.example.com",
    "--rate",
    "0",
    "-o",
    "json",
];

fn refuses_bad(request: &Seen) -> Answer {
    if request.body.contains("bad") {
        says(200, r#"{"status":1,"msg":"no such stream"}"#)
    } else {
        says(200, DONE)
    }
}

#[test]
fn a_refused_group_is_sent_again_one_by_one_and_one_bad_name_holds_back_no_other() {
    let mock = Mock::start(refuses_bad);

    let ran = mock.stage().run(PERMIT);

    let mut requests: Vec<_> = mock.seen().iter().map(Seen::streams).collect();
    assert_eq!(requests.remove(0), ["live/a", "live/bad", "live/c"]);
    requests.sort();
    assert_eq!(requests, [["live/a"], ["live/bad"], ["live/c"]]);
    assert_eq!(told(&ran), [applied_one(), is("not_applied", "refused"), applied_one()]);
    assert_eq!((attempts(&ran), ran.code), (vec![2, 2, 2], Some(5)));
    assert_eq!(ran.json()["results"][1]["message"], "no such stream");
}

#[test]
fn a_stream_that_travels_alone_is_refused_for_good() {
    let mock = Mock::start(refuses_bad);

    let ran = mock.stage().run([
        "jd",
        "permit",
        "live/bad",
        "--domain",
        "push.example.com",
        "-o",
        "json",
    ]);

    mock.only();
    assert_eq!((told(&ran), attempts(&ran)), (vec![is("not_applied", "refused")], vec![1]));
}

#[test]
fn a_doubt_of_the_group_stays_with_each_stream_that_does_not_succeed() {
    // The group meets a fault first and a refusal then.
    let mock = Mock::script([
        says(502, "").again_at_once(),
        says(200, r#"{"status":1}"#),
        says(200, DONE),
        says(200, r#"{"status":1,"msg":"no"}"#),
    ]);

    let ran = mock.stage().run(PERMIT.into_iter().chain(["-j1"]));

    assert_eq!(mock.seen().len(), 5);
    assert_eq!(told(&ran), [applied_one(), is("unknown", "http"), is("unknown", "http")]);
    assert_eq!((attempts(&ran), ran.code), (vec![3, 3, 3], Some(4)));
    let doubt = &ran.json()["results"][1];
    assert_eq!(
        (&doubt["http_status"], &doubt["code"], &doubt["message"]),
        (&json!(502), &Value::Null, &Value::Null)
    );
}

#[test]
fn each_stream_of_a_refused_group_has_attempts_of_its_own() {
    let mock = Mock::start(|request| match request.streams().len() {
        1 => says(500, "").again_at_once(),
        _ => says(200, r#"{"status":1}"#),
    });

    let ran = mock.stage().run(PERMIT);

    assert_eq!(attempts(&ran), [4, 4, 4]);
    assert_eq!(mock.seen().len(), 1 + 3 * 3);
    assert_eq!(told(&ran), [is("unknown", "http"), is("unknown", "http"), is("unknown", "http")]);
}

#[test]
fn each_stream_of_a_refused_group_has_a_deadline_of_its_own() {
    let mock = Mock::slow(std::time::Duration::from_millis(500), refuses_bad);

    let ran = mock.stage().run(PERMIT.into_iter().chain(["--deadline", "900ms"]));

    assert_eq!(told(&ran), [applied_one(), is("not_applied", "refused"), applied_one()]);
}

#[test]
fn a_refused_group_counts_as_one_failure_and_what_is_not_sent_again_keeps_its_answer() {
    let mock = Mock::start(refuses_bad);

    let ran = mock.stage().run(PERMIT.into_iter().chain(["--max-failures", "1"]));

    mock.only();
    assert_eq!(
        told(&ran),
        [is("not_applied", "refused"), is("not_applied", "refused"), is("not_applied", "refused")]
    );
    assert_eq!((attempts(&ran), ran.code), (vec![1, 1, 1], Some(5)));

    let ran = mock.stage().run(PERMIT.into_iter().chain(["--max-failures", "2"]));
    assert_eq!(told(&ran), [applied_one(), is("not_applied", "refused"), applied_one()]);
}

#[test]
fn a_group_is_not_divided_for_credentials_throttling_or_an_http_status() {
    for (answer, outcome, kind) in [
        (says(200, r#"{"status":7}"#), "not_applied", "credentials"),
        (says(401, ""), "not_applied", "credentials"),
        (says(429, "").again_at_once(), "not_applied", "throttled"),
        (says(400, r#"{"status":1}"#), "not_applied", "http"),
        (says(404, ""), "not_applied", "http"),
        (says(302, "").header("location", "/"), "not_applied", "redirect"),
        (says(500, r#"{"status":1}"#).again_at_once(), "unknown", "http"),
        (says(200, r#"{"status":8}"#).again_at_once(), "unknown", "http"),
        (says(200, "<html>"), "unknown", "protocol"),
        (says(200, r#"{"status":0,"data":"other.example.com"}"#), "unknown", "echo"),
    ] {
        let mock = Mock::always(answer.clone());

        let ran = mock.stage().run(PERMIT.into_iter().chain(["--attempts", "1"]));

        mock.only();
        assert_eq!(
            told(&ran),
            [is(outcome, kind), is(outcome, kind), is(outcome, kind)],
            "{answer:?}"
        );
        assert_eq!(attempts(&ran), [1, 1, 1], "{answer:?}");
    }
}

// What becomes of a reply.

const JD: &[&str] = &["jd", "timeout", "push.example.com", "--seconds", "30"];
const PERMIT_ONE: &[&str] = &["jd", "permit", "live/a", "--domain", "push.example.com"];
const TENCENT: &[&str] = &["tencent", "resume", "8888_a"];
const SHUMEI: &[&str] = &["shumei", "close", "1639825145166"];

#[track_caller]
fn settles(command: &[&str], answer: &Answer, expected: (&str, Option<&str>, usize, i32)) -> Value {
    let mock = Mock::always(answer.clone());
    let ran = mock.stage().run(command.iter().chain(&["-o", "json", "--rate", "0"]));
    let result = ran.json()["results"][0].clone();
    let found = (
        result["outcome"].as_str().unwrap(),
        result["error"]["kind"].as_str(),
        mock.seen().len(),
        ran.code.unwrap(),
    );
    assert_eq!(found, expected, "{answer:?}: {ran:?}");
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
fn each_vendors_codes_are_told_as_they_are_meant() {
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
                says(200, json!({field: code, "message": "why", "msg": "why"}).to_string())
                    .again_at_once();
            let result = settles(command, &answer, expected);
            assert_eq!((&result["code"], &result["message"]), (&json!(code), &json!("why")));
            assert_eq!(result["response"][field], *code);
        }
    }
}

#[test]
fn each_http_status_is_told_as_it_is_meant() {
    for (statuses, expected) in [
        (&[200, 201][..], APPLIED),
        (&[301, 302, 303, 307, 308], refused("redirect")),
        (&[400, 403, 404, 405, 407, 410, 413, 422], refused("http")),
        (&[401], refused("credentials")),
        (&[429], tried_again("not_applied", "throttled")),
        (&[408, 500, 502, 503, 504, 524], tried_again("unknown", "http")),
    ] {
        for status in statuses {
            let answer = says(*status, DONE).again_at_once().header("location", "/elsewhere");
            let result = settles(TENCENT, &answer, expected);
            assert_eq!(result["http_status"], *status);
        }
    }
    settles(TENCENT, &says(204, ""), tried_again("unknown", "protocol"));
}

#[test]
fn success_is_proved_by_the_verdict_and_never_assumed() {
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
        settles(command, &says(200, body), expected);
    }
}

#[test]
fn a_reply_is_read_up_to_one_mebibyte() {
    let padded = |length: usize| {
        let frame = r#"{"ret":0,"message":""}"#.len();
        format!(r#"{{"ret":0,"message":"{}"}}"#, "x".repeat(length - frame))
    };
    settles(TENCENT, &says(200, padded(1 << 20)), APPLIED);
    let result =
        settles(TENCENT, &says(200, padded((1 << 20) + 1)), tried_again("unknown", "protocol"));
    assert!(
        result["error"]["message"].as_str().unwrap().contains("longer than 1048576 bytes"),
        "{result}"
    );
    assert_eq!((&result["response"], &result["code"]), (&Value::Null, &Value::Null));
}

#[test]
fn tencents_ret_and_retcode_must_agree_and_both_messages_are_read() {
    let result = settles(TENCENT, &says(200, r#"{"ret":0,"retcode":0,"errmsg":"ok"}"#), APPLIED);
    assert_eq!(result["message"], "ok");
    let result = settles(
        TENCENT,
        &says(200, r#"{"ret":20601,"retcode":20601,"errmsg":"no channel"}"#),
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
        settles(TENCENT, &says(200, body), tried_again("unknown", "protocol"));
    }
}

#[test]
fn an_echo_that_differs_is_unknown_and_one_that_is_absent_is_accepted() {
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
        settles(command, &says(200, json!({"status": 0, "data": data}).to_string()), expected);
    }
    let result =
        settles(JD, &says(200, r#"{"status":0,"data":{"PublishNormalTimeout":60}}"#), differs);
    assert_eq!(result["error"]["message"], "JD answers with a time-out of 60 after 30 was set");
    assert_eq!(result["code"], 0);
}

#[test]
fn a_redirect_is_not_followed() {
    let mock = Mock::start(|request| match request.path.as_str() {
        "/common_access" => says(307, "").header("location", "/elsewhere"),
        _ => says(200, DONE),
    });

    let ran = mock.stage().run(["tencent", "resume", "8888_a", "-o", "json"]);

    mock.only();
    assert_eq!(told(&ran), [is("not_applied", "redirect")]);
}

#[test]
fn nobody_there_is_not_applied_and_tried_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let ran =
        Stage::new(&format!("http://{free}")).run(["tencent", "resume", "8888_a", "-o", "json"]);

    assert_eq!(
        (told(&ran), attempts(&ran), ran.code),
        (vec![is("not_applied", "network")], vec![3], Some(5))
    );
    let result = &ran.json()["results"][0];
    assert_eq!(
        (&result["http_status"], &result["code"], &result["response"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(result["started_at"].is_string() && result["elapsed_ms"].is_u64(), "{result}");
}

#[test]
fn a_target_too_long_for_a_url_is_not_applied_and_not_tried_again() {
    let mock = Mock::content();

    let ran = mock.stage().run(["tencent", "resume", &"x".repeat(100_000), "-o", "json"]);

    assert_eq!(
        (told(&ran), attempts(&ran), ran.code),
        (vec![is("not_applied", "network")], vec![1], Some(5))
    );
    assert_eq!(ran.json()["results"][0]["error"]["hint"], "give a shorter target");
    assert!(mock.seen().is_empty());
}

#[test]
fn refused_credentials_stop_the_rest_of_that_vendor_and_of_no_other() {
    let operations = [
        json!({"vendor": "jd", "action": "timeout", "target": "a.example.com", "seconds": 5}),
        json!({"vendor": "jd", "action": "timeout", "target": "b.example.com", "seconds": 5}),
        json!({"vendor": "tencent", "action": "resume", "target": "8888_a"}),
        json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.example.com"}),
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166"}),
    ];
    for answer in [says(200, r#"{"status":7,"msg":"sign error"}"#), says(401, "")] {
        let mock = Mock::start(move |request| {
            if request.path.starts_with("/api/live") { answer.clone() } else { says(200, DONE) }
        });
        let stage = mock.stage();

        let mut command = stage.livectl(["apply", "-", "-o", "json", "-j", "1"]);
        let ran = Ran::from(command.write_stdin(lines(&operations)).output().unwrap());

        let stopped = is("skipped", "stopped");
        assert_eq!(
            told(&ran),
            [
                is("not_applied", "credentials"),
                stopped.clone(),
                applied_one(),
                stopped,
                applied_one()
            ]
        );
        assert_eq!((attempts(&ran), ran.code), (vec![1, 0, 1, 0, 1], Some(5)));
        assert_eq!(mock.seen().len(), 3);
    }
}

// Shumei's clusters.

/// The profile's Shumei account without an endpoint, and with these keys instead.
fn on_cluster(keys: &str) -> Stage {
    let stage = Stage::empty();
    let account = format!("access_key = \"{SHUMEI_SECRET}\"\n{keys}\n");
    stage.write_config(&format!("[profiles.prod.shumei]\n{account}"));
    stage
}

#[test]
fn a_cluster_names_the_host_over_https() {
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
        let key = on_cluster(&format!("cluster = \"{name}\""))
            .run(["shumei", "close", "a", "-n", "-o", "json"]);
        for ran in [flag, key] {
            let result = &ran.json()["results"][0];
            assert_eq!(result["request"]["url"], format!("{expected}/finish_videostream/v4"));
            assert_eq!(result["endpoint"], expected);
            assert_eq!(result["operation"]["cluster"], kept);
        }
    }
}

#[test]
fn the_flags_cluster_goes_over_the_profiles() {
    let ran = on_cluster("cluster = \"sh\"").run([
        "shumei",
        "close",
        "a",
        "--cluster",
        "yd",
        "-n",
        "-o",
        "json",
    ]);
    assert_eq!(ran.json()["results"][0]["operation"]["cluster"], "yd");
}

#[test]
fn there_is_no_silent_cluster() {
    let ran = on_cluster("").run(["shumei", "close", "a", "-o", "json"]);
    assert_eq!((ran.code, &ran.json()["error"]["kind"]), (Some(3), &json!("config")));
    assert!(ran.stderr.contains("no cluster") && ran.stderr.contains("--cluster"), "{ran:?}");
}

#[test]
fn a_cluster_that_is_not_there_is_refused_with_the_reason() {
    let mock = Mock::content();
    for (name, says) in [
        ("bj", "withdrew"),
        ("SH", "the clusters are"),
        ("", "the clusters are"),
        ("us", "the clusters are"),
    ] {
        let ran = on_cluster("").run(["shumei", "close", "a", "--cluster", name]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
    }
    assert!(mock.seen().is_empty());
}

#[test]
fn where_an_endpoint_is_set_a_cluster_is_refused() {
    let mock = Mock::content();
    let stage = mock.stage();
    stage.write_config(&profile(&mock.url()).replace("access_key", "cluster = \"sh\"\naccess_key"));
    let line = r#"{"vendor":"shumei","action":"close","target":"a","cluster":"sh"}"#;

    let flag = stage.run(["shumei", "close", "a", "--cluster", "sh"]);
    let line = Ran::from(stage.livectl(["apply", "-"]).write_stdin(line).output().unwrap());

    for ran in [flag, line] {
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("endpoint"), "{ran:?}");
    }
    assert!(mock.seen().is_empty());
    // The endpoint alone replaces the profile's cluster.
    let result = applied(&stage.run(["shumei", "close", "a", "-o", "json"]));
    assert_eq!(result["operation"], json!({"vendor": "shumei", "action": "close", "target": "a"}));
    mock.only();
}
