//! Tencent's `DescribeLiveStreamOnlineList`: the streams that are pushed to the account's domains.
//!
//! This file also keeps the domain and the app that requests gave with a name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::tencent::sandbox::demo::DOMAIN;
use crate::sandbox::names::is_foreign_domain;
use crate::sandbox::parameters::{ActionCall, Parameters};
use crate::sandbox::request::PageQuery;
use crate::sandbox::simulator::{ActionResult, Refusal};
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::{DEMO_STREAMS, StreamKey, StreamState};
use crate::time::{Timestamp, seconds};

/// The app of streams whose requests gave none.
const DEFAULT_APP: &str = "live";

/// The records of the full names of streams, as `OnlineInfo` has them.
const PUSHED: &str = "pushed";

/// Records the domain and the app of a stream that a request changes.
// A ban applies to the name alone, so the state of the streams has neither.
pub(super) fn record(state: &mut VendorState, parameters: &Parameters) {
    let text = |name| parameters.text(name).unwrap_or_default();
    let (domain, app) = (text("DomainName").to_lowercase(), text("AppName"));
    let (key, place) = place(&domain, app, text("StreamName"));
    state.records_mut(PUSHED).insert(key, place);
}

/// A stream's full name, to sort by and as `OnlineInfo` has it.
fn place(domain: &str, app: &str, name: &str) -> (String, Value) {
    let place = json!({ "StreamName": name, "AppName": app, "DomainName": domain });
    (format!("{domain}/{app}/{name}"), place)
}

/// Refuses a domain of another account.
pub(super) fn check_owner(parameters: &Parameters) -> ActionResult<()> {
    match parameters.text("DomainName") {
        Some(domain) if is_foreign_domain(domain) => {
            Err(Refusal::new("FailedOperation", "domain is not yours"))
        }
        _ => Ok(()),
    }
}

/// `DescribeLiveStreamOnlineList`: one page of the live streams, filtered by domain, app and name.
pub(super) fn online_list(call: &mut ActionCall) -> ActionResult {
    let parameters = call.request;
    let page = PageQuery {
        number: parameters.number("PageNum", Some(1), 1..=usize::MAX)?,
        size: parameters.number("PageSize", Some(10), 10..=300_000)?,
    };
    check_owner(parameters)?;
    let live = live_streams(call.state, parameters, call.now);
    Ok(json!({
        "PageNum": page.number,
        "PageSize": page.size,
        "TotalNum": live.len(),
        "TotalPage": live.len().div_ceil(page.size),
        "OnlineInfo": page.slice(&live),
    }))
}

fn live_streams(state: &VendorState, parameters: &Parameters, now: Timestamp) -> Vec<Value> {
    let is_selected = |place: &Value| {
        ["DomainName", "AppName", "StreamName"].iter().all(|name| match parameters.given(name) {
            // Host names are the same in capitals.
            Some(wanted) if *name == "DomainName" => place[name] == wanted.to_lowercase(),
            Some(wanted) if !wanted.is_empty() => place[name] == wanted,
            _ => true,
        })
    };
    let places = places(state, now).into_values().filter(is_selected);
    places.filter_map(|place| info(state, place, now)).collect()
}

/// Every known stream: the demo streams, and those that requests have changed.
fn places(state: &VendorState, now: Timestamp) -> BTreeMap<String, Value> {
    let pushed = state.records(PUSHED);
    let is_recorded = |name: &str| pushed.values().any(|place| place["StreamName"] == name);
    let changed = state.streams.changed(now).map(|(stream, _)| &*stream.name);
    // The legacy gateway's requests give neither domain nor app.
    let by_name = changed.filter(|name| !is_recorded(name)).chain(DEMO_STREAMS);
    let by_name = by_name.map(|name| place(DOMAIN, DEFAULT_APP, name));
    by_name.chain(pushed.clone()).collect()
}

/// The row of a live stream.
fn info(state: &VendorState, mut place: Value, now: Timestamp) -> Option<Value> {
    let stream = StreamKey::by_name(place["StreamName"].as_str()?);
    let StreamState::Live(since) = state.streams.get(&stream, now) else { return None };
    place["PublishTimeList"] = json!([{ "PublishTime": seconds(since) }]);
    place["PushToDelay"] = json!(0);
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tencent::sandbox::v3::act;
    use crate::api::tencent::sandbox::v3::tests::request;
    use crate::sandbox::stream_state::Ban;
    use crate::sandbox::tests::support::{NOON, at, handle};

    fn list(state: &mut VendorState, body: &Value) -> Value {
        let request = request("DescribeLiveStreamOnlineList", body, at(NOON));
        handle(act, state, &request, at(NOON)).1["Response"].take()
    }

    fn names(reply: &Value) -> Vec<&str> {
        let infos = reply["OnlineInfo"].as_array().unwrap();
        infos.iter().map(|info| info["StreamName"].as_str().unwrap()).collect()
    }

    fn resume(state: &mut VendorState, domain: &str, app: &str, name: &str) {
        let body = json!({ "DomainName": domain, "AppName": app, "StreamName": name });
        let request = request("ResumeLiveStream", &body, at(NOON));
        let reply = handle(act, state, &request, at(NOON)).1;
        assert!(reply["Response"]["Error"].is_null(), "{reply}");
    }

    #[test]
    fn live_streams_are_listed_with_domain_and_app() {
        let mut state = VendorState::new(at(NOON - 60));
        resume(&mut state, "Push.other.com", "show", "晚会");
        state.streams.forbid(StreamKey::by_name("cam2"), Ban::permanent(at(NOON)));
        state.streams.lift(StreamKey::by_name("8888_a"), at(NOON));

        let reply = list(&mut state, &json!({}));

        assert_eq!(names(&reply), ["8888_a", "cam1", "cam3", "晚会"]);
        let info = json!({
            "StreamName": "晚会", "AppName": "show", "DomainName": "push.other.com",
            "PublishTimeList": [{ "PublishTime": "2026-11-21T11:59:00Z" }], "PushToDelay": 0,
        });
        assert_eq!(reply["OnlineInfo"][3], info);
        assert_eq!((&reply["TotalNum"], &reply["TotalPage"]), (&json!(4), &json!(1)));
        assert_eq!((&reply["PageNum"], &reply["PageSize"]), (&json!(1), &json!(10)));
    }

    #[test]
    fn domain_app_and_name_filter_the_list() {
        let mut state = VendorState::default();
        resume(&mut state, "push.other.com", "show", "cam1");
        resume(&mut state, "push.other.com", "live", "cam9");
        for (body, expected) in [
            (json!({ "DomainName": "PUSH.other.com" }), vec!["cam9", "cam1"]),
            (json!({ "DomainName": "push.other.com", "AppName": "show" }), vec!["cam1"]),
            (json!({ "StreamName": "cam1" }), vec!["cam1", "cam1"]),
            (json!({ "StreamName": "cam" }), vec![]),
            (
                json!({ "AppName": null, "StreamName": "" }),
                vec!["cam1", "cam2", "cam3", "cam9", "cam1"],
            ),
        ] {
            assert_eq!(names(&list(&mut state, &body)), expected, "{body}");
        }
        let refused = list(&mut state, &json!({ "DomainName": "push-gone.example.com" }));
        assert_eq!(refused["Error"]["Code"], "FailedOperation");
    }

    #[test]
    fn pages_cover_the_list() {
        let mut state = VendorState::default();
        for number in 10..32 {
            resume(&mut state, "push.other.com", "live", &number.to_string());
        }
        let second = list(&mut state, &json!({ "PageNum": 3 }));
        assert_eq!(names(&second), ["27", "28", "29", "30", "31"]);
        assert_eq!((&second["TotalNum"], &second["TotalPage"]), (&json!(25), &json!(3)));
        assert_eq!(names(&list(&mut state, &json!({ "PageSize": 300_000 }))).len(), 25);
        assert_eq!(names(&list(&mut state, &json!({ "PageNum": 4 }))), Vec::<&str>::new());
        for (body, code) in [
            (json!({ "PageNum": 0 }), "InvalidParameterValue"),
            (json!({ "PageSize": 9 }), "InvalidParameterValue"),
            (json!({ "PageSize": 300_001 }), "InvalidParameterValue"),
            (json!({ "PageNum": "1" }), "InvalidParameter"),
            (json!({ "PageNum": 1.5 }), "InvalidParameter"),
            (json!({ "ResumeTime": "x" }), "UnknownParameter"),
        ] {
            assert_eq!(list(&mut state, &body)["Error"]["Code"], code, "{body}");
        }
    }
}
