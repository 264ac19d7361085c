//! The place of a stream at Volcengine: the push domain, which names it in every request but one, and the domain space
//! (`Vhost`), which `KillStream` takes instead. And the requests on a stream, for its state and for lists.
//!
//! A profile's domain space belongs to its push domain, so it is used only with that domain.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::live_list::{ItemMembers, LiveList};
use crate::api::live_stream::{LiveStream, setting_of_domain};
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::request::{PageParameter, Read, Request, ResponseReader};
use crate::api::response::{Observation, state};
use crate::api::volcengine::openapi::call;
use crate::api::volcengine::profile::{NAME, VHOST_KEY, check_vhost};

/// The domain space of a stream.
// It groups domains. The console and ListDomainDetail have it; no other action of this program takes it.
pub(super) static VHOST: Param =
    Param::text(VHOST_KEY, "VHOST", "Their domain space [default: the profile's]");

/// How many streams a page has, at most.
const PAGE: usize = 1000;

/// The domain space of a push domain, as the operation or the profile names it.
pub(super) fn domain_space(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
    domain: &str,
) -> Result<Option<Rc<str>>, Problem> {
    let named = input.get(VHOST.name).map(|text| check_vhost(text).map(|()| text.to_owned()));
    let named = named.transpose().map_err(|message| Problem::new(VHOST.name, message))?;
    let Some(vhost) = named.or_else(|| setting_of_domain(context, NAME, VHOST_KEY, domain)) else {
        return Err(no_vhost(context));
    };
    Ok(Some(context.words.keep(&vhost)))
}

/// The problem of a cut whose domain space is not known.
fn no_vhost(context: &PlanContext<'_>) -> Problem {
    let key = context.key(VHOST.name, VHOST.value_name);
    let of_profile = |name| context.account(NAME).and_then(|account| account.text(name));
    let reason = match (of_profile(VHOST_KEY), of_profile("domain")) {
        (Some(vhost), Some(own)) => format!(
            "the profile's `vhost` {vhost} belongs to its domain {own}: give {key} for this one"
        ),
        _ => format!(
            "Volcengine cuts streams by the domain space (Vhost): give {key}, or set `vhost` in the profile's [volcengine] \
             section"
        ),
    };
    Problem::new(
        VHOST.name,
        format!(
            "{reason}; the console's page of domains and the API's ListDomainDetail have it. `forbid --for 1m` takes a stream \
             off air without it"
        ),
    )
}

/// The request for an action on a stream, which is named by its push domain.
pub(super) fn request(action: &'static str, stream: &LiveStream) -> Request {
    acting(action, ("Domain", &stream.domain), stream)
}

/// The request for an action on a stream, which is named by this domain or space.
pub(super) fn acting(
    action: &'static str,
    (name, place): (&'static str, &str),
    stream: &LiveStream,
) -> Request {
    let members =
        [(name, place.into()), ("App", stream.app().into()), ("Stream", stream.name().into())];
    call(action, Request::post("/", members))
}

// ── States ──

/// The request for a stream's state.
pub(super) fn state_of(stream: &LiveStream) -> Request {
    let query = vec![
        ("Domain", (*stream.domain).to_owned()),
        ("App", stream.app().to_owned()),
        ("Stream", stream.name().to_owned()),
    ];
    let question = Some(ResponseReader::new(stream_state));
    Request { question, ..call("DescribeLiveStreamState", Request::get("/", query)) }
}

fn stream_state(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    // In snake case, unlike everything else of this API.
    let state = match reply.get("Result")?.get("stream_state")?.as_str()? {
        "online" => state::LIVE,
        "offline" => state::IDLE,
        "forbidden" => state::FORBIDDEN,
        _ => return None,
    };
    Some(Observation::state(state))
}

// ── Lists ──

/// The request for a list of the streams of a push domain, whose pages are read in this way.
pub(super) fn list(action: &'static str, listed: &LiveList, read: Read) -> Request {
    let mut query = vec![
        ("Domain", listed.domain.to_string()),
        ("PageNum", "1".into()),
        ("PageSize", PAGE.to_string()),
        ("QueryType", "strict".into()),
    ];
    query.extend(listed.app.as_deref().map(|app| ("App", app.to_owned())));
    Request {
        page: Some(PageParameter::number("PageNum")),
        question: Some(ResponseReader::new(read)),
        ..call(action, Request::get("/", query))
    }
}

/// A page of a list.
pub(super) fn page(reply: &Map<String, Value>) -> Option<Observation> {
    let result = reply.get("Result")?.as_object()?;
    let items = match result.get("StreamInfoList") {
        None | Some(Value::Null) => Vec::new(),
        Some(items) => items.as_array().filter(|items| items.iter().all(Value::is_object))?.clone(),
    };
    // `RoughCount` is an estimate: a list that is counted by it ends too early or never.
    let has_more = Some(items.len() >= PAGE);
    Some(Observation { items: Some(items), has_more, ..Observation::default() })
}

/// The members of an item that both lists have.
pub(super) const ITEM: ItemMembers =
    ItemMembers { app: "App", name: "Stream", domain: "Domain", since: "", until: "" };

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn state_has_three_words() {
        let stream =
            LiveStream { target: "live/a/b".into(), domain: "a.cn".into(), counterpart: None };
        let look = state_of(&stream);
        assert_eq!((&*look.query[3].1, &*look.query[4].1), ("live", "a/b"));
        let read = |word: Value| {
            let reply = json!({"Result": {"stream_state": word, "type": "push"}});
            stream_state(&look, reply.as_object().unwrap()).map(|seen| seen.state.unwrap())
        };
        assert_eq!(read(json!("online")).as_deref(), Some("live"));
        assert_eq!(read(json!("offline")).as_deref(), Some("idle"));
        assert_eq!(read(json!("forbidden")).as_deref(), Some("forbidden"));
        for other in [json!("Online"), json!("forbid"), json!(""), json!(null), json!(1)] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
        let camel_case = json!({"Result": {"StreamState": "online"}});
        assert!(stream_state(&look, camel_case.as_object().unwrap()).is_none());
    }

    #[test]
    fn full_page_has_more_whatever_the_count() {
        let read = |length: usize, count: Value| {
            let result = json!({"RoughCount": count, "StreamInfoList": vec![json!({}); length]});
            page(json!({ "Result": result }).as_object().unwrap()).unwrap().has_more
        };
        assert_eq!(read(1000, json!(1000)), Some(true));
        assert_eq!(read(999, json!(4000)), Some(false));
        assert_eq!(read(0, json!(null)), Some(false));
        for other in [json!({}), json!({"Result": null}), json!({"Result": {"StreamInfoList": 7}})]
        {
            assert!(page(other.as_object().unwrap()).is_none(), "{other}");
        }
        let none = json!({"Result": {"RoughCount": 0, "StreamInfoList": null}});
        assert_eq!(page(none.as_object().unwrap()).unwrap().items, Some(vec![]));
    }
}
