//! Replies: only the vendor's own word for success is success, and an answer is a state or a list of objects, whatever else the
//! body holds. The first byte is the status.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::config::account::Account;
use livectl::outcome::Status;
use livectl::input::plan::{ProfileCluster, Planner};
use livectl::secret::redact::Redactor;
use livectl::api::request::Request;
use livectl::api::signature::SigningContext;
use livectl::net::message::Response;
use livectl::time::Timestamp;
use livectl::engine::retry::AttemptResult;
use livectl::api::{jd, shumei, tencent};
use livectl::api;
use livectl::api::name::VendorName;
use livectl::api::operation::PlanContext;
use livectl::api::operation_input::OperationInput;
use livectl::api::spec::Api;
use livectl::engine::classify::classify;
use serde_json::{Map, Value, json};

fn now() -> Timestamp {
    DateTime::from_timestamp(1_795_255_200, 0).unwrap()
}

fn open(name: VendorName, api: &str) -> std::rc::Rc<dyn Api> {
    let account = |section| {
        let values = [
            ("api", api), ("username", "u"), ("secret_key", "canary-4711"), ("app_id", "1"), ("api_key", "canary-4711"),
            ("access_key", "canary-4711"), ("access_key_id", "i"), ("secret_access_key", "canary-4711"), ("secret_id", "i"),
            ("domain", "a.cn"), ("endpoint", "http://127.0.0.1:9"),
        ];
        Ok(Account::made_up(section, "fuzz", &values))
    };
    api::open(name, &account).unwrap()
}

fn told(vendor: &dyn Api, request: &Request, status: u16, body: &[u8]) -> AttemptResult {
    let reply = Response::new(status, body.to_vec());
    let redactor = Redactor::new(vendor.secrets());
    let lesson = classify(vendor, request, SigningContext::fresh(now()), &reply, now(), &redactor);
    let shown = format!("{:?}", lesson.answer) + &lesson.fault.as_ref().map(|fault| fault.message.clone()).unwrap_or_default();
    assert!(!shown.contains("canary-4711"));
    lesson
}

/// What the question asks at this generation of the API, and how its effect is looked at.
fn questions(line: Value, jd: jd::Api, tencent: tencent::Api) -> Vec<Request> {
    let mut planner = Planner::new(PlanContext {
        jd: Some(jd),
        tencent: Some(tencent),
        place: shumei::ProfileCluster::Endpoint,
        ..PlanContext::at(now())
    });
    planner.add(&serde_json::from_str::<OperationInput<'_>>(&line.to_string()).unwrap(), ProfileCluster::Arguments);
    let operation = planner.finish().unwrap().operations.remove(0);
    let check = operation.check().map(|check| check.request);
    [Some(operation.request(&[operation.target()])), check].into_iter().flatten().filter(|request| request.question.is_some()).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((status, body)) = data.split_first() else { return };
    let status = 200 + u16::from(*status) * 2;
    for (name, api, field, success) in [
        (Name::Jd, "legacy", "status", 0), (Name::Tencent, "legacy", "ret", 0), (Name::Shumei, "", "code", 1100),
    ] {
        if told(&*open(name, api), &Request::get("/", Vec::new()), status, body).status == Status::Applied {
            let object: Map<String, Value> = serde_json::from_slice(body).unwrap();
            assert!([json!(success), json!(success.to_string())].contains(&object[field]) && status < 300);
        }
    }
    for (name, api, frame, id, error) in
        [(Name::Jd, "openapi", "", "requestId", "error"), (Name::Tencent, "v3", "/Response", "RequestId", "Error")]
    {
        if told(&*open(name, api), &Request::get("/", Vec::new()), status, body).status == Status::Applied {
            let reply: Value = serde_json::from_slice(body).unwrap();
            let reply = reply.pointer(frame).unwrap();
            assert!(reply[id].is_string() && reply[error].is_null() && status < 300);
        }
    }
    let list = |action| json!({"vendor": "jd", "action": action, "target": "a.cn"});
    let timeout = json!({"vendor": "jd", "action": "timeout", "target": "a.cn", "seconds": 30});
    let permit = json!({"vendor": "jd", "action": "permit", "target": "live/a", "domain": "a.cn"});
    let look = json!({"vendor": "tencent", "action": "status", "target": "c"});
    for (name, api, line) in [
        (Name::Jd, "legacy", list("forbidden")), (Name::Jd, "openapi", list("online")), (Name::Jd, "legacy", timeout),
        (Name::Jd, "legacy", permit), (Name::Tencent, "legacy", look.clone()), (Name::Tencent, "v3", look),
    ] {
        for request in questions(line, jd::Api::of(api), tencent::Api::of(api)) {
            let lesson = told(&*open(name, api), &request, status, body);
            let (state, items) = (lesson.answer.state, lesson.items);
            assert_eq!(lesson.status == Status::Applied, state.is_some() != items.is_some());
            assert!(items.iter().flatten().all(Value::is_object));
        }
    }
});
