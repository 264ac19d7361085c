//! JD's live `OpenAPI`, version 1: the successor of the gateway, on the same streams.
//!
//! Refusals come with the HTTP status that the documents list; what their texts say is the sandbox's own.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::signature::{DemoAccount, verify};
use super::{Stream, is_foreign, is_host_name};
use crate::sandbox::state::State;
use crate::sandbox::stream_state::{Ban, StreamState};
use crate::sandbox::{Call, SandboxReply, demo, object, page, query, text};
use crate::time::Timestamp;
use crate::time::seconds;

/// Operations without a region in their path are signed for this one.
const ACCOUNT: DemoAccount = DemoAccount {
    access_key_id: demo::JD_ACCESS_KEY_ID,
    secret_access_key: demo::JD_SECRET_ACCESS_KEY,
    region: "jdcloud-api",
    service: "live",
};

/// What somebody pushes to every domain, all in the app `live`.
const DEMO_STREAMS: [&str; 3] = ["cam1", "cam2", "cam3"];

/// `forbidLiveStream`: a stream may not be pushed, for some seconds or for good.
pub(in crate::sandbox) fn forbid(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    settle(state, now, |state| {
        let asked = StreamBody::read(call, now)?;
        let ban = asked.ban(now)?;
        state.jd_streams.forbid(asked.stream()?, ban);
        Ok(json!({}))
    })
}

/// `resumeLiveStream`: it may be pushed again.
pub(in crate::sandbox) fn resume(state: &mut State, call: &Call, now: Timestamp) -> SandboxReply {
    settle(state, now, |state| {
        state.jd_streams.lift(StreamBody::read(call, now)?.stream()?, now);
        Ok(json!({}))
    })
}

/// `interruptLiveStream`: it is cut off once.
pub(in crate::sandbox) fn interrupt(
    state: &mut State,
    call: &Call,
    now: Timestamp,
) -> SandboxReply {
    settle(state, now, |state| {
        state.jd_streams.interrupt(StreamBody::read(call, now)?.stream()?, now);
        Ok(json!({}))
    })
}

/// `describeLiveStreamOnlineList`: what is being pushed to a domain.
pub(in crate::sandbox) fn online_list(
    state: &mut State,
    call: &Call,
    now: Timestamp,
) -> SandboxReply {
    settle(state, now, |state| {
        authenticate(call, now)?;
        let wanted = OnlineQuery::read(call)?;
        let live: Vec<_> = online(state, &wanted, now).collect();
        let (number, size) = wanted.page;
        let infos: Vec<_> =
            page(&live, wanted.page).iter().map(|(stream, since)| info(stream, *since)).collect();
        Ok(
            json!({ "pageNumber": number, "pageSize": size, "totalCount": live.len(), "onlineStreamInfos": infos }),
        )
    })
}

/// What JD says instead of doing it.
struct Refusal {
    status: StatusCode,
    word: &'static str,
    message: String,
}

impl Refusal {
    fn invalid(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, word: "INVALID_ARGUMENT", message: message.into() }
    }

    fn unauthenticated(message: &str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, word: "UNAUTHENTICATED", message: message.into() }
    }

    fn not_found(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, word: "NOT_FOUND", message: message.into() }
    }
}

fn settle(
    state: &mut State,
    now: Timestamp,
    answer: impl FnOnce(&mut State) -> Result<Value, Refusal>,
) -> SandboxReply {
    let request_id = state.answer_id(now);
    match answer(state) {
        Ok(result) => (StatusCode::OK, json!({ "requestId": request_id, "result": result })),
        Err(Refusal { status, word, message }) => {
            let error = json!({ "code": status.as_u16(), "status": word, "message": message });
            (status, json!({ "requestId": request_id, "error": error }))
        }
    }
}

fn authenticate(call: &Call, now: Timestamp) -> Result<(), Refusal> {
    verify(call, ACCOUNT, now).map_err(Refusal::unauthenticated)
}

/// A request about one stream, whose sender is accepted.
struct StreamBody {
    stream: Stream,
    body: Map<String, Value>,
}

impl StreamBody {
    fn read(call: &Call, now: Timestamp) -> Result<Self, Refusal> {
        authenticate(call, now)?;
        let body = object(call).ok_or_else(|| Refusal::invalid("the body is not a JSON object"))?;
        let required = |name: &str| match text(&body, name) {
            "" => Err(Refusal::invalid(format!("{name} is required"))),
            value => Ok(value.to_owned()),
        };
        let domain = host_name(&required("publishDomain")?, "publishDomain")?;
        let stream = Stream::new(&domain, &required("appName")?, &required("streamName")?);
        Ok(Self { stream, body })
    }

    /// The stream, if there is one of this name.
    fn stream(self) -> Result<Stream, Refusal> {
        let Stream { app, name, .. } = &self.stream;
        let gone = || Refusal::not_found(format!("stream {app}/{name} does not exist"));
        own(&self.stream.domain)?;
        if self.stream.is_gone() { Err(gone()) } else { Ok(self.stream) }
    }

    /// What leaving `forbidTime` out means is not documented, so it has to be there.
    fn ban(&self, now: Timestamp) -> Result<Ban, Refusal> {
        match self.body.get("forbidTime").and_then(Value::as_i64) {
            Some(0) => Ok(Ban::for_good(now)),
            Some(seconds @ 1..) => Ban::lasting(now, TimeDelta::try_seconds(seconds))
                .ok_or_else(|| Refusal::invalid("forbidTime lies beyond the calendar")),
            _ => Err(Refusal::invalid("forbidTime is a number of seconds, 0 for good")),
        }
    }
}

fn host_name(domain: &str, name: &str) -> Result<String, Refusal> {
    if is_host_name(domain) {
        Ok(domain.to_lowercase())
    } else {
        Err(Refusal::invalid(format!("{name} is not a single host name")))
    }
}

fn own(domain: &str) -> Result<(), Refusal> {
    if is_foreign(domain) { Err(Refusal::not_found("the domain does not exist")) } else { Ok(()) }
}

/// Which part of a list is asked for.
struct OnlineQuery {
    domain: String,
    app: Option<String>,
    /// Its number and its size.
    page: (usize, usize),
}

impl OnlineQuery {
    fn read(call: &Call) -> Result<Self, Refusal> {
        let domain = call.uri().path().split('/').nth(3).unwrap_or_default();
        let domain = percent_decode_str(domain).decode_utf8_lossy();
        let mut wanted =
            Self { domain: host_name(&domain, "publishDomain")?, app: None, page: (1, 10) };
        own(&wanted.domain)?;
        for (name, value) in
            query::pairs(call.uri().query().unwrap_or_default()).map_err(Refusal::invalid)?
        {
            match name.as_str() {
                "appName" => wanted.app = Some(value),
                "pageNum" => wanted.page.0 = count(&name, &value, 1, 100_000)?,
                "pageSize" => wanted.page.1 = count(&name, &value, 10, 100)?,
                _ => {}
            }
        }
        Ok(wanted)
    }
}

fn count(name: &str, digits: &str, least: usize, most: usize) -> Result<usize, Refusal> {
    let number = digits.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| Refusal::invalid(format!("{name} is a number from {least} to {most}")))
}

/// The streams that are live, each with the moment since when.
fn online(
    state: &State,
    wanted: &OnlineQuery,
    now: Timestamp,
) -> impl Iterator<Item = (Stream, Timestamp)> {
    let named = state
        .jd_streams
        .named(now)
        .map(|(stream, _)| stream)
        .filter(|stream| stream.domain == wanted.domain);
    let demo = DEMO_STREAMS.map(|name| Stream::new(&wanted.domain, "live", name));
    let streams: BTreeSet<Stream> = named.cloned().chain(demo).collect();
    let of_app = |stream: &Stream| wanted.app.as_ref().is_none_or(|app| stream.app == *app);
    streams.into_iter().filter(of_app).filter_map(move |stream| {
        match state.jd_streams.state(&stream, now) {
            StreamState::Live(since) => Some((stream, since)),
            StreamState::Idle | StreamState::Forbidden => None,
        }
    })
}

fn info(stream: &Stream, since: Timestamp) -> Value {
    let Stream { domain, app, name } = stream;
    json!({
        "publishDomain": domain,
        "appName": app,
        "streamName": name,
        "publishTime": seconds(since),
        "publishUrl": format!("rtmp://{domain}/{app}/{name}"),
    })
}

#[cfg(test)]
pub(in crate::sandbox) mod tests {
    use super::*;
    use crate::sandbox::jd::signature::tests::signed;
    use crate::sandbox::tests::{NOON, at};
    use bytes::Bytes;
    use hyper::Request;

    /// A signed request to change a stream.
    pub(in crate::sandbox) fn put(verb: &str, body: &Value, now: Timestamp) -> Call {
        let call = Request::put(format!("/v1/streams%3A{verb}"))
            .body(Bytes::from(body.to_string()))
            .unwrap();
        signed(call, ACCOUNT, now)
    }

    fn get(target: &str) -> Call {
        signed(crate::sandbox::tests::get(target), ACCOUNT, at(NOON))
    }

    fn cam(name: &str) -> Value {
        json!({ "publishDomain": "a.live.com", "appName": "live", "streamName": name })
    }

    /// The body to forbid `cam1` with, and a member in addition or in place of its own.
    fn with(name: &str, value: Value) -> Value {
        let mut body = cam("cam1");
        body["forbidTime"] = json!(60);
        body[name] = value;
        body
    }

    fn refusal((http, document): &SandboxReply) -> (u16, &str, &str) {
        let error = &document["error"];
        assert_eq!(error["code"], http.as_u16());
        assert_eq!(document["requestId"].as_str().unwrap().len(), 32);
        (http.as_u16(), error["status"].as_str().unwrap(), error["message"].as_str().unwrap())
    }

    fn forbidden(body: &Value) -> SandboxReply {
        forbid(&mut State::default(), &put("forbid", body, at(NOON)), at(NOON))
    }

    fn names(answer: &SandboxReply) -> Vec<&str> {
        let infos = answer.1["result"]["onlineStreamInfos"].as_array().unwrap();
        infos.iter().map(|info| info["streamName"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_stream_is_forbidden_for_seconds_or_for_good_and_resumed() {
        let mut state = State::starting(at(NOON - 60));
        let stream = Stream::new("a.live.com", "live", "cam1");

        for (seconds, until) in [(1, Some(at(NOON + 1))), (0, None)] {
            let call = put("forbid", &with("forbidTime", json!(seconds)), at(NOON));
            let (http, document) = forbid(&mut state, &call, at(NOON));
            assert_eq!((http, &document["result"]), (StatusCode::OK, &json!({})));
            let ban = Ban { from: at(NOON), until };
            assert_eq!(state.jd_streams.standing(at(NOON)).collect::<Vec<_>>(), [(&stream, ban)]);
        }

        let (http, document) = resume(&mut state, &put("resume", &cam("cam1"), at(NOON)), at(NOON));
        assert_eq!((http, &document["result"]), (StatusCode::OK, &json!({})));
        assert_eq!(state.jd_streams.state(&stream, at(NOON)), StreamState::Live(at(NOON)));
    }

    #[test]
    fn a_stream_that_is_interrupted_leaves_the_list_and_comes_back() {
        let mut state = State::starting(at(NOON - 60));
        let list = get("/v1/streams/a.live.com/onlineList");

        let (http, _) = interrupt(&mut state, &put("interrupt", &cam("cam2"), at(NOON)), at(NOON));

        assert_eq!(http, StatusCode::OK);
        assert_eq!(names(&online_list(&mut state, &list, at(NOON))), ["cam1", "cam3"]);
        assert_eq!(names(&online_list(&mut state, &list, at(NOON + 5))), ["cam1", "cam2", "cam3"]);
    }

    #[test]
    fn how_long_is_a_number_of_seconds_and_may_not_be_left_out() {
        for time in [json!(null), json!("60"), json!(-1), json!(1.5), json!(true)] {
            let says = (400, "INVALID_ARGUMENT", "forbidTime is a number of seconds, 0 for good");
            assert_eq!(refusal(&forbidden(&with("forbidTime", time.clone()))), says, "{time}");
        }
        assert_eq!(refusal(&forbidden(&cam("cam1"))).0, 400);
        for time in [i64::MAX, i64::MAX / 1000] {
            let says = (400, "INVALID_ARGUMENT", "forbidTime lies beyond the calendar");
            assert_eq!(refusal(&forbidden(&with("forbidTime", json!(time)))), says);
        }
    }

    #[test]
    fn a_domain_an_app_and_a_stream_are_required() {
        for name in ["publishDomain", "appName", "streamName"] {
            for value in [json!(null), json!(""), json!(7)] {
                let says = format!("{name} is required");
                assert_eq!(
                    refusal(&forbidden(&with(name, value))),
                    (400, "INVALID_ARGUMENT", &*says)
                );
            }
        }
        let says = (400, "INVALID_ARGUMENT", "publishDomain is not a single host name");
        assert_eq!(refusal(&forbidden(&with("publishDomain", json!("a.com,b.com")))), says);
        let says = (400, "INVALID_ARGUMENT", "the body is not a JSON object");
        assert_eq!(refusal(&forbidden(&json!([]))), says);
    }

    #[test]
    fn what_is_gone_is_not_found_by_any_operation() {
        let gone = [
            ("publishDomain", "x-gone.live.com", "the domain"),
            ("streamName", "x_gone", "stream live/x_gone"),
        ];
        for (name, value, what) in gone {
            for operation in [forbid, resume, interrupt] {
                let answer = operation(
                    &mut State::default(),
                    &put("any", &with(name, json!(value)), at(NOON)),
                    at(NOON),
                );
                assert_eq!(
                    refusal(&answer),
                    (404, "NOT_FOUND", &*format!("{what} does not exist"))
                );
            }
        }
        let answer = online_list(
            &mut State::default(),
            &get("/v1/streams/x-gone.live.com/onlineList"),
            at(NOON),
        );
        assert_eq!(refusal(&answer), (404, "NOT_FOUND", "the domain does not exist"));
    }

    #[test]
    fn a_request_that_is_not_signed_is_not_looked_at() {
        let unsigned = Call::new(Bytes::new());
        for operation in [forbid, resume, interrupt, online_list] {
            let answer = operation(&mut State::default(), &unsigned, at(NOON));
            assert_eq!(
                refusal(&answer),
                (401, "UNAUTHENTICATED", "Authorization is missing or malformed")
            );
        }
    }

    #[test]
    fn the_list_holds_the_demo_streams_and_those_of_the_domain_that_were_named_as_far_as_they_are_live()
     {
        let mut state = State::starting(at(NOON - 60));
        state.jd_streams.lift(Stream::new("A.live.com", "show", "晚会"), at(NOON));
        state.jd_streams.lift(Stream::new("b.live.com", "show", "other"), at(NOON));
        state.jd_streams.forbid(Stream::new("a.live.com", "live", "cam2"), Ban::for_good(at(NOON)));
        state
            .jd_streams
            .forbid(Stream::new("a.live.com", "live", "cam3"), Ban::until(at(NOON - 60), at(NOON)));

        let all = online_list(&mut state, &get("/v1/streams/a.live.com/onlineList"), at(NOON));
        let of_app = online_list(
            &mut state,
            &get("/v1/streams/A.live.com/onlineList?appName=show"),
            at(NOON),
        );

        let (http, document) = &all;
        assert_eq!((*http, names(&all)), (StatusCode::OK, vec!["cam1", "晚会"]));
        let result = &document["result"];
        assert_eq!((&result["pageNumber"], &result["pageSize"]), (&json!(1), &json!(10)));
        assert_eq!(result["totalCount"], 2);
        let info = json!({
            "publishDomain": "a.live.com", "appName": "live", "streamName": "cam1",
            "publishTime": "2026-11-21T11:59:00Z", "publishUrl": "rtmp://a.live.com/live/cam1",
        });
        assert_eq!(result["onlineStreamInfos"][0], info);
        assert_eq!(names(&of_app), ["晚会"]);
    }

    #[test]
    fn a_page_has_10_to_100_streams() {
        let mut state = State::default();
        for number in 10..30 {
            state
                .jd_streams
                .lift(Stream::new("a.live.com", "show", &format!("{number}")), at(NOON));
        }
        let mut list = |query: &str| {
            let target = format!("/v1/streams/a.live.com/onlineList?{query}");
            online_list(&mut state, &get(&target), at(NOON))
        };

        let third = list("pageSize=10&pageNum=3");
        assert_eq!(
            (names(&third), &third.1["result"]["totalCount"]),
            (vec!["27", "28", "29"], &json!(23))
        );
        assert_eq!(names(&list("pageSize=100")).len(), 23);
        for (query, says) in [
            ("pageSize=9", "pageSize is a number from 10 to 100"),
            ("pageSize=101", "pageSize is a number from 10 to 100"),
            ("pageNum=0", "pageNum is a number from 1 to 100000"),
            ("pageNum=100001", "pageNum is a number from 1 to 100000"),
            ("pageNum=one", "pageNum is a number from 1 to 100000"),
        ] {
            assert_eq!(refusal(&list(query)), (400, "INVALID_ARGUMENT", says), "{query}");
        }
    }
}
