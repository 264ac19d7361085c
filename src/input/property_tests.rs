//! Property tests of everything that reads text from outside.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::api::operation::PlanContext;
use crate::api::operation_input::OperationInput;
use crate::api::operation_json::to_json;
use crate::api::request::Request;
use crate::api::response::state;
use crate::api::signature::SigningContext;
use crate::api::spec::Api;
use crate::api::target::plain;
use crate::api::tests::{shumei_in, versions};
use crate::api::{VENDORS, jd, shumei, tencent};
use crate::config::account::Account;
use crate::engine::classify;
use crate::input::lines::InputLine;
use crate::input::list;
use crate::input::plan::Planner;
use crate::input::source::{self, InputFormat};
use crate::net::message::Response;
use crate::outcome::Status;
use crate::secret::Secret;
use crate::secret::redact::{BLANK, Redactor};
use crate::text::{is_deceptive, visible};
use crate::time::Timestamp;
use crate::{output, time};

fn now() -> Timestamp {
    "2026-11-21T10:00:00.700Z".parse().unwrap()
}

fn context<'a>() -> PlanContext<'a> {
    PlanContext { accounts: shumei_in("sh"), ..PlanContext::at(now()) }
}

fn vendors() -> [Box<dyn Api>; 3] {
    [
        Box::new(jd::tests::account("jcloud_00", "canary-of-jd")),
        Box::new(tencent::tests::account("canary-of-tencent")),
        Box::new(shumei::tests::account("canary-of-shumei")),
    ]
}

fn judged(vendor: &dyn Api, status: u16, body: &[u8]) -> Status {
    let reply = Response::new(status, body.to_vec());
    classify::classify(
        vendor,
        &Request::get("/", vec![]),
        SigningContext::fresh(now()),
        &reply,
        now(),
        &Redactor::default(),
    )
    .status
}

/// JSON that is almost a vendor's: its field names and words, put together anyhow.
fn almost_a_reply() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 22] = [
        "status",
        "ret",
        "retcode",
        "msg",
        "data",
        "total",
        "streams",
        "app",
        "stream",
        "type",
        "endTime",
        "output",
        "requestId",
        "result",
        "error",
        "code",
        "totalCount",
        "onlineStreamInfos",
        "Response",
        "RequestId",
        "StreamState",
        "publishNormalTimeout",
    ];
    let word = ["a", "r", "0", "30", "active", "forbid", "2099-01-01 00:00:00", "20601"];
    let leaf = prop_oneof![
        (-2i64..4).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(word.to_vec()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let name = prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            3 => prop::collection::vec((name, inner.clone()), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
            1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
        ]
    })
}

/// A reply as its vendor builds it, with one of its parts replaced.
fn mended_reply() -> impl Strategy<Value = Value> {
    let whole = vec![
        json!({"status": 0, "data": {"total": 1, "streams": [{"app": "live", "stream": "a", "type": 1}]}}),
        json!({"status": 0, "data": {"publishNormalTimeout": 30}}),
        json!({"ret": 0, "output": [{"status": 3}]}),
        json!({"requestId": "r", "result": {"totalCount": 1, "onlineStreamInfos": [{"appName": "live"}]}}),
        json!({"requestId": "r", "result": {"appName": "live", "streamName": "a", "status": "on"}}),
        json!({"Response": {"RequestId": "r", "StreamState": "forbid"}}),
    ];
    (prop::sample::select(whole), any::<prop::sample::Index>(), prop::option::of(almost_a_reply()))
        .prop_map(|(mut reply, index, part)| {
            let mut places = Vec::new();
            pointers(&reply, String::new(), &mut places);
            if let Some(part) = part {
                *reply.pointer_mut(index.get::<String>(&places)).unwrap() = part;
            }
            reply
        })
}

fn pointers(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, value)| pointers(value, format!("{at}/{name}"), places));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| pointers(value, format!("{at}/{index}"), places));
        }
        _ => {}
    }
    places.push(at);
}

/// A question of each kind, at the API version that takes it, and its vendor.
fn questions() -> Vec<(Box<dyn Api>, Request)> {
    let asked = |line: Value, jd: &str, tencent: &str| {
        let mut context = PlanContext { accounts: versions(jd, tencent), ..context() };
        serde_json::from_str::<OperationInput<'_>>(&line.to_string())
            .unwrap()
            .parse(&mut context)
            .unwrap()
    };
    let list = |action| json!({"vendor": "jd", "action": action, "target": "a.cn"});
    let status = json!({"vendor": "tencent", "action": "status", "target": "c"});
    let stream = json!({"vendor": "jd", "action": "status", "target": "live/a", "domain": "a.cn"});
    let timeout = json!({"vendor": "jd", "action": "timeout", "target": "a.cn", "seconds": 30});
    let permit = json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.cn"});
    let (old, new) = (("legacy", "legacy"), ("openapi", "v3"));
    let request = |line: Value, (jd, tencent)| asked(line, jd, tencent).request(&[]);
    let check = |line: Value, (jd, tencent)| asked(line, jd, tencent).check().unwrap().request;
    vec![
        (Box::new(jd::tests::account("u", "k")), request(list("forbidden"), old)),
        (Box::new(jd::tests::account("u", "k")), check(timeout, old)),
        (Box::new(jd::tests::account("u", "k")), check(permit, old)),
        (
            Box::new(jd::openapi::tests::account("i", "k", "https://a.cn")),
            request(list("online"), new),
        ),
        (Box::new(jd::tests::account("u", "k")), request(stream.clone(), old)),
        (Box::new(jd::openapi::tests::account("i", "k", "https://a.cn")), request(stream, new)),
        (Box::new(tencent::tests::account("k")), request(status.clone(), old)),
        (Box::new(tencent::v3::tests::account()), request(status, new)),
    ]
}

/// Texts that are almost what is expected.
fn almost(pattern: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![3 => pattern, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn duration_is_the_sum_of_its_parts(d in 0u64..400, h in 0u64..100, m in 0u64..100, s in 0u64..100, ms in 0u64..2000) {
        let text = format!("{d}d{h}h{m}m{s}s{ms}ms");
        let sum = (((d * 24 + h) * 60 + m) * 60 + s) * 1000 + ms;
        let read = time::duration(&text).map(|duration| duration.as_millis());
        prop_assert_eq!(read.ok(), (sum > 0).then_some(u128::from(sum)));
    }

    #[test]
    fn no_text_is_a_duration_by_accident(text in almost("[0-9]{0,4}(ms|[dhms])?[0-9]{0,3}(ms|[dhms])?")) {
        if let Ok(duration) = time::duration(&text) {
            prop_assert!(!duration.is_zero());
            prop_assert!(text.bytes().all(|b| b.is_ascii_digit() || b"dhms".contains(&b)), "{}", text);
            prop_assert!(text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_alphabetic()));
        }
    }

    #[test]
    fn end_is_whole_and_within_89_days(text in almost("[0-9]{1,14}|20[2-3][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]:00)?|[0-9]{1,4}[dhms]")) {
        if let Ok(end) = time::end_after(&text, now()) {
            prop_assert!(end.at > now());
        }
        for end in [time::end_at(&text, now()), time::end_after(&text, now())].into_iter().flatten() {
            prop_assert!(end.at <= now() + time::LONGEST);
            prop_assert_eq!(end.at.timestamp_subsec_nanos(), 0);
        }
    }

    #[test]
    fn moment_is_read_back_as_it_is_written(second in 0i64..99_999_999_999) {
        let at = Timestamp::from_timestamp(second, 0).unwrap();
        prop_assert_eq!(time::moment_at(&second.to_string()), Ok(at));
        if second < 253_402_300_800 {
            prop_assert_eq!(time::moment_at(&time::seconds(at)), Ok(at));
        }
    }

    #[test]
    fn read_text_is_returned_unchanged(
        action in prop::sample::select(VENDORS.operations().collect::<Vec<_>>()),
        target in almost("[a-z直]{1,8}(/[a-z_ ]{1,8})?|[a-z]{1,4}\\.com"),
        seconds in almost("[0-9]{1,3}"),
        domain in almost("[a-z]{1,5}\\.com"),
        length in prop::option::of(almost("[1-9][0-9]{0,2}[smhd]([1-9]s)?")),
        flag in prop::option::of(almost("true|false")),
        app in prop::option::of(almost("[a-z]{1,3}")),
        stream in prop::option::of(almost("[a-z]{1,3}")),
        reason in prop::option::of(almost("[a-z][a-z \"']{0,8}[a-z]")),
        jd in prop::sample::select(vec!["legacy", "openapi"]),
    ) {
        let is_plain = !target.contains(is_deceptive) && target.trim() == target && !target.is_empty();
        prop_assert_eq!(plain(&target).is_ok(), is_plain);
        let given = [
            ("seconds", Some(&seconds)), ("domain", Some(&domain)), ("for", length.as_ref()), ("permanent", flag.as_ref()),
            ("audio", flag.as_ref()), ("app", app.as_ref()), ("stream", stream.as_ref()), ("reason", reason.as_ref()),
        ];
        let mut ask = OperationInput::new(action.vendor.as_str(), action.name).on(&target);
        for (key, text) in given.into_iter().filter(|(key, _)| action.takes(key)) {
            ask = text.into_iter().fold(ask, |ask, text| ask.with(key, text.as_str()));
        }
        let context = || PlanContext { accounts: [shumei_in("sh"), versions(jd, "legacy")].into_iter().flatten().collect(), ..context() };
        if let Ok(operation) = ask.parse(&mut context()) {
            prop_assert_eq!(operation.target(), &target);
            prop_assert!(!target.is_empty());
            let json = Value::Object(to_json(&*operation, operation.settings())).to_string();
            let again = serde_json::from_str::<OperationInput<'_>>(&json).unwrap().parse(&mut context()).unwrap();
            prop_assert_eq!(Value::Object(to_json(&*again, again.settings())).to_string(), json);
        }
    }

    #[test]
    fn reader_loses_no_input(lines in prop::collection::vec(any::<Vec<u8>>(), 0..8), is_csv in any::<bool>()) {
        let mut planner = Planner::new(VENDORS, context());
        let input = lines.join(&b'\n');
        let format = if is_csv { InputFormat::Csv } else { InputFormat::Jsonl };
        let read = source::read(Box::new(std::io::Cursor::new(input.clone())), "input", format, &mut planner);
        // Random bytes are no operation: whatever is not blank must be reported.
        let is_blank = input.iter().all(u8::is_ascii_whitespace);
        prop_assert!(read.is_err() || planner.finish().is_err() || is_blank);
    }

    #[test]
    fn list_has_each_target_once(targets in prop::collection::hash_set("[a-z0-9]{1,6}", 1..30), crlf in any::<bool>()) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = targets.iter().map(|target| format!("# note{end}{target}{end}{end}")).collect();
        let ask = OperationInput::new("tencent", "resume");
        let mut planner = Planner::new(VENDORS, context());
        list::read(Box::new(std::io::Cursor::new(text)), &ask, &mut planner).unwrap();
        let read: std::collections::HashSet<_> =
            planner.finish().unwrap().operations.iter().map(|operation| operation.target().to_owned()).collect();
        prop_assert_eq!(read, targets);
    }

    #[test]
    fn one_target_is_never_planned_twice(targets in prop::collection::vec("[a-c]{1,2}", 1..20)) {
        let mut planner = Planner::new(VENDORS, context());
        for target in &targets {
            let ask = OperationInput::new("tencent", "forbid").on(target).with("for", "2h");
            planner.add(&ask, InputLine::Arguments);
        }
        let plan = planner.finish().unwrap();
        let distinct: std::collections::HashSet<_> = targets.iter().collect();
        prop_assert_eq!(plan.operations.len(), distinct.len());
    }

    #[test]
    fn only_the_success_value_succeeds(
        status in prop_oneof![Just(200u16), 200u16..600],
        code in prop_oneof![Just(0i64), Just(1100), any::<i64>()],
        body in prop_oneof![Just(None), any::<Vec<u8>>().prop_map(Some)],
    ) {
        for (vendor, field, success) in vendors().iter().zip(["status", "ret", "code"]).zip([0, 0, 1100]).map(|((a, b), c)| (a, b, c)) {
            let body = body.clone().unwrap_or_else(|| json!({field: code}).to_string().into_bytes());
            let is_success = serde_json::from_slice::<Map<String, Value>>(&body)
                .is_ok_and(|object| object.get(field) == Some(&json!(success)) || object.get(field) == Some(&json!(success.to_string())));
            prop_assert_eq!(judged(&**vendor, status, &body) == Status::Applied, is_success && status < 300);
        }
    }

    #[test]
    fn newer_api_succeeds_by_its_request_id(
        status in prop_oneof![3 => Just(200u16), 1 => 200u16..600],
        reply in prop_oneof![almost_a_reply(), mended_reply()],
    ) {
        let jd = jd::openapi::tests::account("i", "k", "https://a.cn");
        let v3 = tencent::v3::tests::account();
        let body = reply.to_string();
        let is_id = |id: Option<&Value>| id.and_then(Value::as_str).is_some_and(|id| !id.trim().is_empty());
        let none_of = |names: &[&str]| names.iter().all(|name| reply.get(*name).is_none());
        let is_jds = is_id(reply.get("requestId"))
            && reply.get("result").is_some_and(|result| result.is_object() || result.is_null())
            && reply.get("error").is_none_or(Value::is_null)
            && none_of(&["code", "status", "ret", "retcode", "Response"]);
        let response = reply.get("Response").cloned().unwrap_or_default();
        let is_tencents = is_id(response.get("RequestId"))
            && response.get("Error").is_none()
            && reply.as_object().is_some_and(|reply| reply.len() == 1);
        prop_assert_eq!(judged(&jd, status, body.as_bytes()) == Status::Applied, is_jds && status < 300, "{}", body);
        prop_assert_eq!(judged(&v3, status, body.as_bytes()) == Status::Applied, is_tencents && status < 300, "{}", body);
    }

    #[test]
    fn look_is_a_state_or_a_list(
        status in prop_oneof![5 => Just(200u16), 1 => 200u16..600],
        reply in prop_oneof![1 => almost_a_reply(), 3 => mended_reply()],
    ) {
        for (vendor, request) in questions() {
            let http = Response::new(status, reply.to_string());
            let result = classify::classify(&*vendor, &request, SigningContext::fresh(now()), &http, now(), &Redactor::default());
            let (state, items) = (result.answer.state, result.items);
            prop_assert_eq!(result.status == Status::Applied, state.is_some() != items.is_some(), "{}", reply);
            prop_assert_eq!(items.is_some(), result.total.is_some());
            prop_assert!(items.iter().flatten().all(Value::is_object), "{}", reply);
            let words = [state::LIVE, state::IDLE, state::FORBIDDEN, state::NEVER_PUSHED, "permitted"];
            let is_word = |state: &str| words.contains(&state) || state.strip_suffix('s').is_some_and(|seconds| seconds.parse::<i64>().is_ok());
            prop_assert!(state.is_none_or(|state| is_word(&state)), "{}", reply);
        }
    }

    #[test]
    fn secret_is_redacted_in_every_encoding(secret in "[ -~]{6,30}", before in any::<String>(), after in any::<String>(), authorize in 0..5) {
        let redactor = Redactor::new([&Secret::new(secret.clone())]);
        let encoded = match authorize {
            0 => secret.clone(),
            1 => crate::api::signing::percent_encode(&secret),
            2 => { let quoted = Value::from(secret.as_str()).to_string(); quoted[1..quoted.len() - 1].to_owned() }
            3 => base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &secret),
            _ => secret.to_ascii_uppercase(),
        };
        let text = format!("{before}{encoded}{after}");
        let clean = redactor.text(&text).into_owned();
        prop_assert!(!redactor.finds(&clean) || BLANK.contains(&secret), "{}", clean);
        let echoed = redactor.json(Value::Array(vec![json!({ text.clone(): [text] })]));
        prop_assert!(!echoed.to_string().contains(&secret) || BLANK.contains(&secret));
    }

    #[test]
    fn shown_text_has_no_deceptive_character(text in any::<String>()) {
        prop_assert!(!visible(&text).contains(is_deceptive));
        let line = output::json::to_line(&json!({ "text": text })).unwrap();
        prop_assert!(!line.contains(is_deceptive));
        prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), json!({ "text": text }));
    }

    #[test]
    fn profile_errors_quote_nothing(text in almost("(\\[profiles\\.[a-z\"]{1,3}\\.(jd|tencent|shumei)\\]\n)?(username|secret_key|api_key|sign_ttl) = (\"canary-[a-z]{1,6}\"?|[0-9]{1,3}|\\{ env = \"X\" \\})\n?")) {
        let problems = crate::config::load::problems(&text, &VENDORS.sections());
        prop_assert!(problems.iter().all(|problem| !problem.contains("canary-")), "{:?}", problems);
    }

    #[test]
    fn account_signs_with_any_secret(secret in "[!-~]{1,40}", name in "[!-~]{1,20}") {
        let account = Account::made_up(&jd::SECTION, "law", &[("username", &name), ("secret_key", &secret)]);
        if let Ok(jd) = jd::legacy::JdLegacy::open(&account) {
            let signature = jd.sign(&Request::get("/", vec![]), SigningContext::fresh(now()));
            prop_assert_eq!(signature.get("signature"), crate::api::signing::md5_hex(&["20261121", &name, &secret]));
        }
    }
}
