//! Where a stream is at Huawei: the members that name it, the two lists of a push domain, and the state that they give
//! together.
//!
//! Huawei has no request for the state of one stream: a stream in the list of bans is forbidden, one in the list of live
//! streams is live, one in neither is idle.

use serde_json::{Map, Value};

use crate::api::live_stream::{LiveStream, parts};
use crate::api::request::{Find, PageParameter, Request, ResponseReader};
use crate::api::response::{Observation, page, state};
use crate::time::Timestamp;

/// The path of bans, behind the project.
pub(super) const BLOCKS: &str = "/stream/blocks";

/// How many streams a page has, at most.
const PAGE: u32 = 100;

/// The members or parameters that name a stream.
pub(super) fn named(stream: &LiveStream) -> [(&'static str, String); 3] {
    [
        ("domain", (*stream.domain).to_owned()),
        ("app_name", stream.app().to_owned()),
        ("stream_name", stream.name().to_owned()),
    ]
}

// ── Lists ──

/// The request for the bans of a domain, of an application, or of one stream of it.
pub(super) fn bans(domain: &str, app: Option<&str>, stream: Option<&str>) -> Request {
    let filters = [("app_name", app), ("stream_name", stream)];
    let paging = [("page", "0".to_owned()), ("size", PAGE.to_string())];
    Request {
        question: Some(ResponseReader::new(listed_bans)),
        // This list counts pages, from 0; that of live streams counts streams.
        page: Some(PageParameter { name: "page", first: 0, step: 1 }),
        ..Request::get(BLOCKS, query(("domain", domain), filters, paging))
    }
}

/// The request for the live streams of a domain, of an application, or of one stream of it.
pub(super) fn live_streams(domain: &str, app: Option<&str>, stream: Option<&str>) -> Request {
    let filters = [("app", app), ("stream", stream)];
    let paging = [("offset", "0".to_owned()), ("limit", PAGE.to_string())];
    Request {
        question: Some(ResponseReader::new(listed_streams)),
        page: Some(PageParameter { name: "offset", first: 0, step: PAGE }),
        ..Request::get("/realtime/streams", query(("publish_domain", domain), filters, paging))
    }
}

fn query(
    domain: (&'static str, &str),
    filters: [(&'static str, Option<&str>); 2],
    paging: [(&'static str, String); 2],
) -> Vec<(&'static str, String)> {
    let filters = filters.into_iter().filter_map(|(name, text)| Some((name, text?)));
    let texts = [domain].into_iter().chain(filters).map(|(name, text)| (name, text.to_owned()));
    texts.chain(paging).collect()
}

fn listed_bans(_: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    page(reply.get("blocks"), reply.get("total"))
}

fn listed_streams(_: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    page(reply.get("streams"), reply.get("total_num"))
}

// ── States ──

/// The request for a stream's state: forbidden by the list of bans, else live or idle by the list of live streams.
pub(super) fn state_of(stream: &LiveStream) -> Request {
    let request = bans(&stream.domain, Some(stream.app()), Some(stream.name()));
    let next = Some(Box::new(live_state(stream)));
    Request { next, ..searched(request, stream, banned) }
}

/// The request for whether a stream is pushed now.
pub(super) fn live_state(stream: &LiveStream) -> Request {
    let request = live_streams(&stream.domain, Some(stream.app()), Some(stream.name()));
    searched(request, stream, pushed)
}

/// The list, searched for a stream.
fn searched(request: Request, stream: &LiveStream, find: Find) -> Request {
    let question = request.question.map(|reader| ResponseReader { find: Some(find), ..reader });
    Request { question, subject: Some(stream.target.to_string()), ..request }
}

/// The state of a stream that is in the list of bans; none of another.
fn banned(request: &Request, items: &[Value], now: Timestamp) -> Option<Observation> {
    let bans = items.iter().map(|item| {
        Some(is_subject(request, item, "app_name", "stream_name")? && lasts(item, now))
    });
    // An entry that cannot be read may be the ban of this stream: then the list proves nothing.
    let is_banned = bans.collect::<Option<Vec<_>>>()?.contains(&true);
    let state = is_banned.then(|| state::FORBIDDEN.to_owned());
    Some(Observation { state, ..Observation::default() })
}

/// The state by the list of live streams.
fn pushed(request: &Request, items: &[Value], _now: Timestamp) -> Option<Observation> {
    let streams = items.iter().map(|item| is_subject(request, item, "app", "stream"));
    let is_live = streams.collect::<Option<Vec<_>>>()?.contains(&true);
    Some(Observation::state(if is_live { state::LIVE } else { state::IDLE }))
}

/// Whether an item is about the requested stream.
// The filters are not relied on: the manual does not state whether they match parts of names.
fn is_subject(request: &Request, item: &Value, app: &str, name: &str) -> Option<bool> {
    let (wanted_app, wanted_name) = parts(request.subject.as_deref()?);
    let is_same = |key, wanted| Some(item.get(key)?.as_str()? == wanted);
    Some(is_same(app, wanted_app)? && is_same(name, wanted_name)?)
}

/// Whether a ban has not ended.
fn lasts(ban: &Value, now: Timestamp) -> bool {
    let end = ban.get("resume_time").and_then(Value::as_str);
    // An end that cannot be read counts as ahead: a ban is not reported as over without proof.
    end.and_then(|end| end.parse::<Timestamp>().ok()).is_none_or(|end| end > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn stream() -> LiveStream {
        LiveStream {
            target: "live/a/b".into(),
            domain: "push.example.com".into(),
            counterpart: None,
        }
    }

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    /// The state that a request finds in the one page of its list; empty where that reports none.
    fn found(request: &Request, reply: &Value) -> Option<String> {
        let reader = request.question.unwrap();
        let seen = (reader.read)(request, reply.as_object().unwrap())?;
        Some(
            (reader.find.unwrap())(request, &seen.items.unwrap(), now())?.state.unwrap_or_default(),
        )
    }

    fn by_bans(blocks: &Value) -> Option<String> {
        let total = blocks.as_array().map_or(1, Vec::len);
        found(&state_of(&stream()), &json!({"total": total, "blocks": blocks}))
    }

    #[test]
    fn stream_is_forbidden_until_its_ban_ends() {
        let ban = |app: &str, name: &str, end: Value| json!({"app_name": app, "stream_name": name, "resume_time": end});
        let ahead = json!("2026-11-21T12:00:01Z");
        let forbidden = Some("forbidden".to_owned());
        for end in [ahead.clone(), json!("2026-11-21 20:00:01"), json!(null), json!(7)] {
            assert_eq!(by_bans(&json!([ban("live", "a/b", end.clone())])), forbidden, "{end}");
        }
        for others in [
            json!([]),
            json!([ban("live", "a/b", json!("2026-11-21T12:00:00Z"))]),
            json!([ban("live", "a", ahead.clone()), ban("Live", "a/b", ahead.clone())]),
            json!([ban("live", "a/bc", ahead.clone()), ban("live/a", "b", ahead.clone())]),
        ] {
            assert_eq!(by_bans(&others), Some(String::new()), "{others}");
        }
        for unreadable in [
            json!([{}]),
            json!([{"app_name": "live"}]),
            json!([{"app_name": 1, "stream_name": "a/b"}]),
            json!(["live/a/b"]),
            json!({}),
            json!(null),
        ] {
            assert_eq!(by_bans(&unreadable), None, "{unreadable}");
        }
        let (state, none) = (state_of(&stream()), json!({"total": 0, "blocks": null}));
        assert_eq!(found(&state, &none), Some(String::new()));
    }

    #[test]
    fn unbanned_stream_is_live_or_idle() {
        let next = state_of(&stream()).next.unwrap();
        let state = |streams: Value| {
            let total = streams.as_array().map_or(1, Vec::len);
            found(&next, &json!({"total_num": total, "streams": streams}))
        };
        let row = |app: &str, name: &str| json!({"publish_domain": "push.example.com", "app": app, "stream": name});
        assert_eq!(state(json!([row("live", "a"), row("live", "a/b")])), Some("live".into()));
        for others in [json!([]), json!([row("live", "a/b2"), row("show", "a/b")])] {
            assert_eq!(state(others.clone()), Some("idle".into()), "{others}");
        }
        for unreadable in [json!([{}]), json!([{"app": "live"}]), json!(7)] {
            assert_eq!(state(unreadable.clone()), None, "{unreadable}");
        }
        assert!(next.next.is_none());
    }

    #[test]
    fn pages_are_turned_by_number_and_by_offset() {
        let third = |request: Request| request.turned_to(3).query;
        let text = |name: &'static str, value: &str| (name, value.to_owned());
        assert_eq!(
            third(bans("a.com", Some("live"), None)),
            [
                text("domain", "a.com"),
                text("app_name", "live"),
                text("page", "2"),
                text("size", "100")
            ]
        );
        assert_eq!(
            third(live_streams("a.com", None, None)),
            [text("publish_domain", "a.com"), text("offset", "200"), text("limit", "100")]
        );
    }
}
