//! Responses: only the vendor's own success value is success, and a look is answered by a state or a list of objects, whatever
//! else the body holds. The first byte is the status.
#![no_main]

use std::rc::Rc;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::api::VENDORS;
use livectl::api::operation::PlanContext;
use livectl::api::request::Request;
use livectl::api::signature::SigningContext;
use livectl::api::spec::Api;
use livectl::config::account::Account;
use livectl::engine::classify::classify;
use livectl::engine::retry::AttemptResult;
use livectl::input::lines::InputLine;
use livectl::input::plan::Planner;
use livectl::net::message::Response;
use livectl::outcome::Status;
use livectl::secret::redact::Redactor;
use livectl::time::Timestamp;
use serde_json::{Map, Value, json};

const CANARY: &str = "canary-4711";

fn now() -> Timestamp {
    DateTime::from_timestamp(1_795_255_200, 0).unwrap()
}

/// The accounts of all vendors with this version of their APIs, where they have it.
fn accounts(api: &str) -> Vec<Account> {
    let values = [
        ("api", api),
        ("username", "u"),
        ("secret_key", CANARY),
        ("app_id", "1"),
        ("api_key", CANARY),
        ("access_key", CANARY),
        ("access_key_id", "i"),
        ("secret_access_key", CANARY),
        ("secret_id", "i"),
        ("domain", "a.cn"),
        ("endpoint", "http://127.0.0.1:9"),
    ];
    let account = |section: &'static livectl::config::section::Section| {
        let is_key = |name: &str| section.keys.iter().any(|key| key.name == name);
        let values: Vec<_> = values.iter().copied().filter(|(name, _)| is_key(name)).collect();
        Account::made_up(section, "fuzz", &values)
    };
    VENDORS.sections().into_iter().map(account).collect()
}

fn open(vendor: &str, api: &str) -> Rc<dyn Api> {
    let position = VENDORS.iter().position(|other| other.name.as_str() == vendor).unwrap();
    VENDORS.0[position].open(&accounts(api)[position]).unwrap()
}

fn classified(api: &dyn Api, request: &Request, status: u16, body: &[u8]) -> AttemptResult {
    let response = Response::new(status, body.to_vec());
    let redactor = Redactor::new(api.secrets());
    let result =
        classify(api, request, SigningContext::fresh(now()), &response, now(), &redactor);
    let message = result.fault.as_ref().map(|fault| fault.message.clone()).unwrap_or_default();
    assert!(!format!("{:?}{message}", result.answer).contains(CANARY));
    result
}

/// The requests of an operation that only look: its own, and the one that verifies it.
fn looks(line: &Value, api: &str) -> Vec<Request> {
    let context = PlanContext { accounts: accounts(api), ..PlanContext::at(now()) };
    let mut planner = Planner::new(VENDORS, context);
    let text = line.to_string();
    planner.add(&planner.input(&text).unwrap(), InputLine::Arguments);
    let operation = planner.finish().unwrap().operations.remove(0);
    let check = operation.check().map(|check| check.request);
    let requests = [Some(operation.request(&[operation.target()])), check].into_iter().flatten();
    requests.filter(|request| request.question.is_some()).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((status, body)) = data.split_first() else { return };
    let status = 200 + u16::from(*status) * 2;
    let act = Request::get("/", Vec::new());
    for (vendor, field, success) in [("jd", "status", 0), ("tencent", "ret", 0), ("shumei", "code", 1100)] {
        if classified(&*open(vendor, "legacy"), &act, status, body).status == Status::Applied {
            let object: Map<String, Value> = serde_json::from_slice(body).unwrap();
            assert!([json!(success), json!(success.to_string())].contains(&object[field]) && status < 300);
        }
    }
    for (vendor, api, frame, id, error) in
        [("jd", "openapi", "", "requestId", "error"), ("tencent", "v3", "/Response", "RequestId", "Error")]
    {
        if classified(&*open(vendor, api), &act, status, body).status == Status::Applied {
            let reply: Value = serde_json::from_slice(body).unwrap();
            let reply = reply.pointer(frame).unwrap();
            assert!(reply[id].is_string() && reply[error].is_null() && status < 300);
        }
    }
    let list = |action| json!({"vendor": "jd", "action": action, "target": "a.cn"});
    let timeout = json!({"vendor": "jd", "action": "timeout", "target": "a.cn", "seconds": "30"});
    let permit = json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.cn"});
    let channel = json!({"vendor": "tencent", "action": "status", "target": "c"});
    for (vendor, api, line) in [
        ("jd", "legacy", list("forbidden")),
        ("jd", "openapi", list("online")),
        ("jd", "legacy", timeout),
        ("jd", "legacy", permit),
        ("tencent", "legacy", channel.clone()),
        ("tencent", "v3", channel),
    ] {
        for request in looks(&line, api) {
            let result = classified(&*open(vendor, api), &request, status, body);
            let (state, items) = (result.answer.state, result.items);
            assert_eq!(result.status == Status::Applied, state.is_some() != items.is_some());
            assert!(items.iter().flatten().all(Value::is_object));
        }
    }
});
