//! JD's `describeLiveStreamOnlineList`: the streams that are pushed to a domain.

use serde_json::{Value, json};

use crate::api::jd::sandbox::openapi::{
    OpenApiRefusal, check_host_name, check_owner, invalid, respond,
};
use crate::sandbox::request::{PageQuery, path_segment, query, within};
use crate::sandbox::simulator::{SandboxCall, SandboxReply, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::StreamKey;
use crate::time::{Timestamp, seconds};

/// `describeLiveStreamOnlineList`: one page of the live streams of a domain.
pub(super) fn online_list(call: &mut SandboxCall) -> SandboxReply {
    respond(call, |SandboxCall { state, request, now }| {
        let query = OnlineQuery::read(request)?;
        let live = live_streams(state, &query, *now);
        let infos = query.page.slice(&live).iter().map(|(stream, since)| info(stream, *since));
        Ok(json!({
            "pageNumber": query.page.number,
            "pageSize": query.page.size,
            "totalCount": live.len(),
            "onlineStreamInfos": infos.collect::<Vec<_>>(),
        }))
    })
}

/// The filters of a list.
struct OnlineQuery {
    domain: String,
    app: Option<String>,
    page: PageQuery,
}

impl OnlineQuery {
    fn read(request: &SandboxRequest) -> Result<Self, OpenApiRefusal> {
        let domain = path_segment(request, 2).to_lowercase();
        check_host_name(&domain)?;
        check_owner(&domain)?;
        let mut read = Self { domain, app: None, page: PageQuery { number: 1, size: 10 } };
        for (name, value) in query(request).map_err(invalid)? {
            let count = |range| within(&name, value.parse().ok(), range).map_err(invalid);
            match name.as_str() {
                "appName" => read.app = Some(value),
                "pageNum" => read.page.number = count(1..=100_000)?,
                "pageSize" => read.page.size = count(10..=100)?,
                _ => {}
            }
        }
        Ok(read)
    }
}

/// The live streams in order, each with the moment since when it is live.
fn live_streams(
    state: &VendorState,
    query: &OnlineQuery,
    now: Timestamp,
) -> Vec<(StreamKey, Timestamp)> {
    let live = state.streams.live_on(&query.domain, now).into_iter();
    live.filter(|(stream, _)| query.app.as_ref().is_none_or(|app| stream.app == *app)).collect()
}

fn info(stream: &StreamKey, since: Timestamp) -> Value {
    let StreamKey { domain, app, name } = stream;
    json!({
        "publishDomain": domain,
        "appName": app,
        "streamName": name,
        "publishTime": seconds(since),
        "publishUrl": format!("rtmp://{domain}/{app}/{name}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::jd::sandbox::openapi::interrupt;
    use crate::api::jd::sandbox::openapi::tests::{cam, get, put, refusal};
    use crate::sandbox::stream_state::Ban;
    use crate::sandbox::tests::support::{NOON, at, handle};
    use hyper::StatusCode;

    fn names(answer: &SandboxReply) -> Vec<&str> {
        let infos = answer.1["result"]["onlineStreamInfos"].as_array().unwrap();
        infos.iter().map(|info| info["streamName"].as_str().unwrap()).collect()
    }

    #[test]
    fn interrupted_stream_leaves_the_list_for_a_moment() {
        let mut state = VendorState::new(at(NOON - 60));
        let list = get("/v1/streams/a.live.com/onlineList");

        let (http, _) =
            handle(interrupt, &mut state, &put("interrupt", &cam("cam2"), at(NOON)), at(NOON));

        assert_eq!(http, StatusCode::OK);
        assert_eq!(names(&handle(online_list, &mut state, &list, at(NOON))), ["cam1", "cam3"]);
        assert_eq!(
            names(&handle(online_list, &mut state, &list, at(NOON + 5))),
            ["cam1", "cam2", "cam3"]
        );
    }

    #[test]
    fn list_has_demo_and_changed_live_streams() {
        let mut state = VendorState::new(at(NOON - 60));
        state.streams.lift(StreamKey::new("A.live.com", "show", "晚会"), at(NOON));
        state.streams.lift(StreamKey::new("b.live.com", "show", "other"), at(NOON));
        state
            .streams
            .forbid(StreamKey::new("a.live.com", "live", "cam2"), Ban::permanent(at(NOON)));
        state.streams.forbid(
            StreamKey::new("a.live.com", "live", "cam3"),
            Ban::until(at(NOON - 60), at(NOON)),
        );

        let all =
            handle(online_list, &mut state, &get("/v1/streams/a.live.com/onlineList"), at(NOON));
        let of_app = handle(
            online_list,
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
    fn page_has_10_to_100_streams() {
        let mut state = VendorState::default();
        for number in 10..30 {
            state
                .streams
                .lift(StreamKey::new("a.live.com", "show", &format!("{number}")), at(NOON));
        }
        let mut list = |query: &str| {
            let target = format!("/v1/streams/a.live.com/onlineList?{query}");
            handle(online_list, &mut state, &get(&target), at(NOON))
        };

        let third = list("pageSize=10&pageNum=3");
        assert_eq!(
            (names(&third), &third.1["result"]["totalCount"]),
            (vec!["27", "28", "29"], &json!(23))
        );
        assert_eq!(names(&list("pageSize=100")).len(), 23);
        for (query, message) in [
            ("pageSize=9", "pageSize is a number from 10 to 100"),
            ("pageSize=101", "pageSize is a number from 10 to 100"),
            ("pageNum=0", "pageNum is a number from 1 to 100000"),
            ("pageNum=100001", "pageNum is a number from 1 to 100000"),
            ("pageNum=one", "pageNum is a number from 1 to 100000"),
        ] {
            assert_eq!(refusal(&list(query)), (400, "INVALID_ARGUMENT", message), "{query}");
        }
    }
}
