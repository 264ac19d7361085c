//! Replies: only the vendor's own word for success is success, whatever else the body holds. The first byte is the status.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use livectl::config::Account;
use livectl::outcome::Status;
use livectl::redact::Redactor;
use livectl::request::{Draft, Reply, Stamp};
use livectl::vendor::{self, Name};
use livectl::verdict::judge;
use serde_json::{Map, Value, json};

fuzz_target!(|data: &[u8]| {
    let Some((status, body)) = data.split_first() else { return };
    let status = 200 + u16::from(*status) * 2;
    let at = DateTime::from_timestamp(1_795_255_200, 0).unwrap();
    let account = |section| Ok(Account::made_up(section, "fuzz", &[
        ("username", "u"), ("secret_key", "canary-4711"), ("app_id", "1"), ("api_key", "canary-4711"), ("access_key", "canary-4711"),
        ("endpoint", "http://127.0.0.1:9"),
    ]));
    for (name, field, success) in [(Name::Jd, "status", 0), (Name::Tencent, "ret", 0), (Name::Shumei, "code", 1100)] {
        let vendor = vendor::open(name, &account).unwrap();
        let reply = Reply::new(status, body.to_vec());
        let redactor = Redactor::new([vendor.secret()]);
        let lesson = judge(&*vendor, &Draft::get("/", Vec::new()), Stamp::fresh(at), &reply, at, &redactor);
        if lesson.status == Status::Applied {
            let object: Map<String, Value> = serde_json::from_slice(body).unwrap();
            assert!([json!(success), json!(success.to_string())].contains(&object[field]) && status < 300);
        }
        let shown = format!("{:?}", lesson.answer) + &lesson.fault.map(|fault| fault.message).unwrap_or_default();
        assert!(!shown.contains("canary-4711"));
    }
});
