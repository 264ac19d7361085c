//! The two domains of a stream at Alibaba: the push domain, which every action names, and the play domain, which lists are
//! asked by. And the requests for a stream's state.
//!
//! A play domain belongs to one push domain, so the profile's is used only with the profile's push domain.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::api::alibaba::profile::{NAME, PLAY_DOMAIN};
use crate::api::live_stream::{LiveStream, setting_of_domain};
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::{PageParameter, Read, Request, ResponseReader};
use crate::api::response::{Observation, page, state};
use crate::time::Timestamp;

/// Why a ban cannot be verified where the play domain is not known.
pub(super) const NO_PLAY_DOMAIN: &str = "Alibaba tells bans by the play domain alone, and the profile gives no `play_domain` \
     for this push domain";

/// How many streams a page has, at most.
const PAGE: &str = "3000";

/// The play domain of a push domain, where it is known.
#[expect(clippy::unnecessary_wraps, reason = "other vendors refuse a domain without a counterpart")]
pub(super) fn play_domain(
    _input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
    domain: &str,
) -> Result<Option<Rc<str>>, Problem> {
    let play = setting_of_domain(context, NAME, PLAY_DOMAIN, domain);
    Ok(play.map(|play| context.words.keep(&play)))
}

/// The play domain of a push domain whose streams are listed.
pub(super) fn listed_play_domain(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
    domain: &str,
) -> Result<Option<Rc<str>>, Problem> {
    match play_domain(input, context, domain)? {
        Some(play) => Ok(Some(play)),
        None => Err(unlisted(context)),
    }
}

/// The problem of a list whose play domain is not known.
fn unlisted(context: &PlanContext<'_>) -> Problem {
    let key = |name| context.account(NAME).and_then(|account| account.text(name));
    let message = match (key(PLAY_DOMAIN), key("domain")) {
        (Some(play), Some(own)) => format!(
            "Alibaba lists streams by the play domain, and the profile's `play_domain` {play} belongs to its push domain {own}; \
             name both of another pair in a profile, and choose it with -p"
        ),
        _ => "Alibaba lists streams by the play domain (main streaming domain): set `play_domain` in the profile's [alibaba] \
              section, or LIVECTL_ALIBABA_PLAY_DOMAIN"
            .to_owned(),
    };
    // No flag gives it.
    Problem::new(Problem::OF_PROFILE, message)
}

/// The request for an action on a stream.
pub(super) fn request(action: &'static str, stream: &LiveStream) -> Request {
    let query = vec![
        ("DomainName", (*stream.domain).to_owned()),
        ("AppName", stream.app().to_owned()),
        ("StreamName", stream.name().to_owned()),
    ];
    Request { name: Some(action), ..Request::post_query("/", query) }
}

/// The request for an action on whoever pushes a stream.
pub(super) fn publisher_request(action: &'static str, stream: &LiveStream) -> Request {
    let mut request = request(action, stream);
    request.query.push(("LiveStreamType", "publisher".into()));
    request
}

/// The request for a list of a play domain, whose pages are read in this way.
pub(super) fn list(action: &'static str, play_domain: Option<&str>, read: Read) -> Request {
    let query = vec![
        ("DomainName", play_domain.unwrap_or_default().to_owned()),
        ("PageNum", "1".into()),
        ("PageSize", PAGE.into()),
    ];
    Request {
        name: Some(action),
        page: Some(PageParameter::number("PageNum")),
        question: Some(ResponseReader::new(read)),
        ..Request::post_query("/", query)
    }
}

// ── States ──

/// The request for whether a stream is pushed now.
pub(super) fn online_state(stream: &LiveStream) -> Request {
    let question = Some(ResponseReader::new(pushed));
    Request { question, ..request("DescribeLiveStreamState", stream) }
}

fn pushed(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    match reply.get("StreamState")?.as_str()? {
        "online" => Some(Observation::state(state::LIVE)),
        // Banned or not: the state does not show it.
        "offline" => Some(Observation::state(state::IDLE)),
        _ => None,
    }
}

/// The request for a stream's state: forbidden by the list of bans, else live or idle. None without the play domain, which
/// bans are listed by.
pub(super) fn state_of(stream: &LiveStream) -> Option<Request> {
    let play = stream.counterpart.as_deref()?;
    Some(Request {
        question: Some(ResponseReader { find: Some(banned), ..ResponseReader::new(bans) }),
        subject: Some(stream.target.to_string()),
        next: Some(Box::new(online_state(stream))),
        ..list(BLOCK_LIST, Some(play), bans)
    })
}

// ── The list of bans ──

/// The action that lists bans.
pub(super) const BLOCK_LIST: &str = "DescribeLiveStreamsBlockList";

/// A page of bans. Alibaba writes each as a text, `DOMAIN/APP/STREAM`; an item of a list is an object.
pub(super) fn bans(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let urls = reply.get("StreamUrls").and_then(|urls| urls.get("StreamUrl"));
    let items = match urls {
        Some(Value::Array(urls)) => {
            let item = |url: &Value| Some(json!({ "StreamUrl": url.as_str()? }));
            Some(urls.iter().map(item).collect::<Option<Vec<_>>>()?.into())
        }
        other => other.cloned(),
    };
    page(items.as_ref(), reply.get("TotalNum"))
}

/// The application and the name of a banned stream.
pub(super) fn banned_stream(item: &Value) -> Option<&str> {
    // By application and name: which of the domains precedes them depends on how it was banned.
    let (_domain, stream) = item.get("StreamUrl")?.as_str()?.split_once('/')?;
    stream.contains('/').then_some(stream)
}

/// `forbidden` where the stream is in the list.
fn banned(request: &Request, items: &[Value], _now: Timestamp) -> Option<Observation> {
    let subject = request.subject.as_deref()?;
    // An entry that cannot be read may be this stream: then the list proves nothing.
    let streams: Vec<_> = items.iter().map(banned_stream).collect::<Option<_>>()?;
    let is_banned = streams.contains(&subject);
    Some(if is_banned { Observation::state(state::FORBIDDEN) } else { Observation::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(counterpart: Option<&str>) -> LiveStream {
        LiveStream {
            target: "live/a/b".into(),
            domain: "push.example.com".into(),
            counterpart: counterpart.map(Rc::from),
        }
    }

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn state_is_asked_by_two_requests() {
        let look = state_of(&stream(Some("play.example.com"))).unwrap();
        assert_eq!(
            (look.name, &*look.query[0].1),
            (Some("DescribeLiveStreamsBlockList"), "play.example.com")
        );
        let next = look.next.unwrap();
        assert_eq!(
            (next.name, &*next.query[0].1),
            (Some("DescribeLiveStreamState"), "push.example.com")
        );
        assert_eq!((&*next.query[1].1, &*next.query[2].1), ("live", "a/b"));
        assert!(state_of(&stream(None)).is_none());
        let alone = online_state(&stream(None));
        assert_eq!((alone.name, alone.next.is_none()), (Some("DescribeLiveStreamState"), true));
    }

    #[test]
    fn ban_is_found_by_application_and_name() {
        let look = state_of(&stream(Some("play.example.com"))).unwrap();
        let found = |urls: Value| {
            let total = urls.as_array().map_or(1, Vec::len);
            let reply = json!({"TotalNum": total, "StreamUrls": {"StreamUrl": urls}});
            let items = bans(&look, reply.as_object().unwrap())?.items?;
            Some(banned(&look, &items, now())?.state)
        };
        let forbidden = Some(Some("forbidden".to_owned()));
        assert_eq!(
            found(json!(["play.example.com/live/x", "play.example.com/live/a/b"])),
            forbidden
        );
        assert_eq!(found(json!(["push.example.com/live/a/b"])), forbidden);
        for others in [json!([]), json!(["a.cn/live/a"]), json!(["a.cn/show/a/b", "a.cn/live/A/b"])]
        {
            assert_eq!(found(others.clone()), Some(None), "{others}");
        }
        for unreadable in
            [json!(["live"]), json!(["a.cn/live"]), json!([7]), json!({}), json!(null), json!("a")]
        {
            assert_eq!(found(unreadable.clone()), None, "{unreadable}");
        }
        let none = json!({"TotalNum": 0, "StreamUrls": {}});
        assert_eq!(bans(&look, none.as_object().unwrap()).unwrap().items, Some(vec![]));
    }

    #[test]
    fn state_is_online_or_offline() {
        let read = |word: Value| {
            let reply = json!({"RequestId": "r", "StreamState": word, "Type": "push"});
            pushed(&online_state(&stream(None)), reply.as_object().unwrap())
                .map(|seen| seen.state.unwrap())
        };
        assert_eq!(read(json!("online")).as_deref(), Some("live"));
        assert_eq!(read(json!("offline")).as_deref(), Some("idle"));
        for other in [json!("Online"), json!("forbidden"), json!(""), json!(null), json!(1)] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }
}
