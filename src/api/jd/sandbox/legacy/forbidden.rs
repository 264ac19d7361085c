//! JD's `queryForbidden`: the active bans of a domain.

use chrono::{NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::{BEIJING, GatewayRequest, empty, envelope, failed};
use crate::sandbox::request::{PageQuery, parse_moment};
use crate::sandbox::simulator::{Refusal, SandboxCall, SandboxReply};
use crate::sandbox::stream_state::{Ban, StreamKey};
use crate::time::Timestamp;

/// The format of moments in a request, in Beijing's time.
const REQUEST_FORMAT: &str = "%Y-%m-%d %H:%M";

/// The format of moments in a reply, in Beijing's time.
const REPLY_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// `queryForbidden`: the active bans of a domain that began in a span of time, by default today.
pub(in crate::api::jd::sandbox) fn query_forbidden(call: &mut SandboxCall) -> SandboxReply {
    envelope(GatewayRequest::read(call).and_then(|request| {
        let query = ForbiddenQuery::read(&request, call.now)?;
        let bans = call.state.streams.active_bans(call.now);
        let bans: Vec<_> = bans.filter(|(stream, ban)| query.selects(stream, *ban)).collect();
        let streams = query.page.slice(&bans).iter().map(|(stream, ban)| row(stream, *ban));
        let data = json!({ "total": bans.len(), "streams": streams.collect::<Vec<_>>() });
        Ok(json!({ "status": 0, "msg": "Successful", "data": data }))
    }))
}

/// The filters of a query.
struct ForbiddenQuery {
    domain: String,
    app: Option<String>,
    names: Option<Vec<String>>,
    from: Timestamp,
    to: Timestamp,
    page: PageQuery,
}

impl ForbiddenQuery {
    fn read(request: &GatewayRequest, now: Timestamp) -> Result<Self, Refusal<i32>> {
        let app = optional(request, "app")?;
        let names = optional(request, "stream")?;
        if names.is_some() && app.is_none() {
            return Err(empty("app"));
        }
        let (from, to) = span(time(request, "start_time")?, time(request, "end_time")?, now);
        if from > to {
            return Err(Refusal::new(19, "start_time is after end_time"));
        }
        Ok(Self {
            domain: request.domain.to_lowercase(),
            app: app.map(str::to_owned),
            // A list, which the samples divide by commas.
            names: names.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()),
            from,
            to,
            page: PageQuery {
                number: count(request, "pageNumber", 1)?,
                size: count(request, "pageSize", 10)?,
            },
        })
    }

    fn selects(&self, stream: &StreamKey, ban: Ban) -> bool {
        stream.domain == self.domain
            && self.app.as_ref().is_none_or(|app| stream.app == *app)
            && self.names.as_ref().is_none_or(|names| names.contains(&stream.name))
            && (self.from..=self.to).contains(&ban.from)
    }
}

/// The span of a query: the start defaults to the midnight before the end, the end to now.
fn span(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    // By the manual: today without a start, from the midnight before it with an end alone.
    let to = end.unwrap_or(now);
    (start.unwrap_or_else(|| midnight_before(to)), to)
}

fn midnight_before(moment: Timestamp) -> Timestamp {
    let in_beijing = moment + BEIJING;
    in_beijing.with_time(NaiveTime::MIN).single().unwrap_or(in_beijing) - BEIJING
}

/// A text that may be left out, or left empty.
fn optional<'a>(request: &'a GatewayRequest, name: &str) -> Result<Option<&'a str>, Refusal<i32>> {
    match request.body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(failed(format!("{name} is a string"))),
    }
}

fn time(request: &GatewayRequest, name: &str) -> Result<Option<Timestamp>, Refusal<i32>> {
    let read = |text| parse_moment(text, REQUEST_FORMAT).map(|local| local - BEIJING);
    let malformed = || Refusal::new(14, format!("{name} is written like 2026-11-21 20:00"));
    optional(request, name)?.map(|text| read(text).ok_or_else(malformed)).transpose()
}

/// A whole number from 1 on.
fn count(request: &GatewayRequest, name: &str, usual: usize) -> Result<usize, Refusal<i32>> {
    let number = match request.body.get(name) {
        None => Some(usual),
        // The manual's own sample sends `pageSize` as a string.
        Some(Value::String(digits)) => digits.parse().ok(),
        Some(number) => number.as_u64().and_then(|number| number.try_into().ok()),
    };
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| failed(format!("{name} is a whole number from 1 on")))
}

/// A ban as JD lists it.
fn row(stream: &StreamKey, ban: Ban) -> Value {
    let kind =
        if ban.until.is_some() { (2, "Temporarily Blocked") } else { (1, "Permanently Blocked") };
    // Of a permanent ban the manual gives only the type and a `time` of 0.
    let length = ban.until.map_or(TimeDelta::zero(), |until| until - ban.from);
    json!({
        "app": stream.app,
        "stream": stream.name,
        "type": kind.0,
        "typeDes": kind.1,
        "startTime": local(ban.from),
        "endTime": ban.until.map(local).unwrap_or_default(),
        // In minutes, like the length of a ban that is requested.
        "time": (length.num_seconds() + 59) / 60,
    })
}

fn local(moment: Timestamp) -> String {
    (moment + BEIJING).format(REPLY_FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{body, refusal};
    use super::*;
    use crate::sandbox::state::VendorState;
    use crate::sandbox::tests::support::{NOON, at, handle, post};

    /// Noon in UTC is 20:00 in Beijing, and its day began at 16:00 UTC.
    const MIDNIGHT: i64 = NOON - 20 * 3600;

    fn query(state: &mut VendorState, members: Value) -> Value {
        handle(query_forbidden, state, &post("/", &body(members)), at(NOON)).1
    }

    fn refused(members: Value) -> (i64, String) {
        let answer = query(&mut VendorState::default(), members);
        let (status, msg) = refusal(&answer);
        (status, msg.to_owned())
    }

    /// Bans of `a.live.com` that began at these seconds, each of another stream of `live`, and end an hour after noon.
    fn banned(starts: &[(&str, i64)]) -> VendorState {
        let mut state = VendorState::default();
        for (name, start) in starts {
            let ban = Ban::until(at(*start), at(NOON + 3600));
            state.streams.forbid(StreamKey::new("a.live.com", "live", name), ban);
        }
        state
    }

    fn names(answer: &Value) -> Vec<&str> {
        let streams = answer["data"]["streams"].as_array().unwrap();
        streams.iter().map(|row| row["stream"].as_str().unwrap()).collect()
    }

    #[test]
    fn ban_is_listed_in_beijing_time() {
        let mut state = VendorState::default();
        state.streams.forbid(
            StreamKey::new("a.live.com", "live", "cam1"),
            Ban::until(at(NOON - 23), at(NOON + 277)),
        );
        state
            .streams
            .forbid(StreamKey::new("A.live.com", "live", "cam2"), Ban::permanent(at(NOON)));
        state
            .streams
            .forbid(StreamKey::new("b.live.com", "live", "cam3"), Ban::permanent(at(NOON)));

        let answer = query(&mut state, json!({}));

        let expected = json!({ "status": 0, "msg": "Successful", "data": { "total": 2, "streams": [
            { "app": "live", "stream": "cam1", "type": 2, "typeDes": "Temporarily Blocked",
              "startTime": "2026-11-21 19:59:37", "endTime": "2026-11-21 20:04:37", "time": 5 },
            { "app": "live", "stream": "cam2", "type": 1, "typeDes": "Permanently Blocked",
              "startTime": "2026-11-21 20:00:00", "endTime": "", "time": 0 },
        ] } });
        assert_eq!(answer, expected);
    }

    #[test]
    fn span_defaults_to_today_in_beijing() {
        let mut state = banned(&[("today", MIDNIGHT), ("yesterday", MIDNIGHT - 1)]);
        assert_eq!(names(&query(&mut state, json!({}))), ["today"]);
    }

    #[test]
    fn span_defaults_its_missing_end() {
        let mut state =
            banned(&[("today", NOON), ("yesterday", MIDNIGHT - 60), ("before", MIDNIGHT - 86_401)]);
        for (members, expected) in [
            (json!({ "start_time": "2026-11-20 23:59" }), vec!["today", "yesterday"]),
            (json!({ "start_time": "2026-11-21 20:00" }), vec!["today"]),
            (json!({ "end_time": "2026-11-20 23:59" }), vec!["yesterday"]),
            (json!({ "end_time": "2026-11-20 23:58" }), vec![]),
            (
                json!({ "start_time": "2026-11-19 00:00", "end_time": "2026-11-20 23:59" }),
                vec!["before", "yesterday"],
            ),
            (json!({ "start_time": "", "end_time": null }), vec!["today"]),
        ] {
            assert_eq!(names(&query(&mut state, members.clone())), expected, "{members}");
        }
    }

    #[test]
    fn ended_and_lifted_bans_are_not_listed() {
        let mut state = banned(&[("lifted", NOON), ("active", NOON)]);
        let ended = Ban::until(at(NOON - 60), at(NOON));
        state.streams.forbid(StreamKey::new("a.live.com", "live", "ended"), ended);
        state.streams.lift(StreamKey::new("a.live.com", "live", "lifted"), at(NOON));

        assert_eq!(names(&query(&mut state, json!({}))), ["active"]);
    }

    #[test]
    fn app_and_streams_filter_the_list() {
        let mut state = banned(&[("cam1", NOON), ("cam2", NOON), ("cam3", NOON)]);
        state
            .streams
            .forbid(StreamKey::new("a.live.com", "show", "cam1"), Ban::permanent(at(NOON)));

        assert_eq!(query(&mut state, json!({ "app": "show" }))["data"]["total"], 1);
        assert_eq!(
            names(&query(&mut state, json!({ "app": "live", "stream": "cam1, cam3" }))),
            ["cam1", "cam3"]
        );
        assert_eq!(
            names(&query(&mut state, json!({ "app": "live", "stream": "cam" }))),
            Vec::<&str>::new()
        );
        assert_eq!(refused(json!({ "stream": "cam1" })), (2, "app is empty".into()));
        assert_eq!(refused(json!({ "app": 1 })), (1, "app is a string".into()));
    }

    #[test]
    fn page_is_listed_and_all_are_counted() {
        let starts: Vec<_> = (10..35).map(|number| (format!("cam{number}"), NOON)).collect();
        let starts: Vec<_> = starts.iter().map(|(name, start)| (name.as_str(), *start)).collect();
        let mut state = banned(&starts);
        for (members, first, length) in [
            (json!({}), "cam10", 10),
            (json!({ "pageNumber": 3 }), "cam30", 5),
            (json!({ "pageNumber": "2", "pageSize": "20" }), "cam30", 5),
            (json!({ "pageSize": 100 }), "cam10", 25),
        ] {
            let answer = query(&mut state, members.clone());
            assert_eq!((names(&answer)[0], names(&answer).len()), (first, length), "{members}");
            assert_eq!(answer["data"]["total"], 25);
        }
        assert_eq!(
            names(&query(&mut state, json!({ "pageNumber": u64::MAX }))),
            Vec::<&str>::new()
        );
        for number in [json!(0), json!(-1), json!(1.5), json!("one"), json!("")] {
            let message = (1, "pageSize is a whole number from 1 on".into());
            assert_eq!(refused(json!({ "pageSize": number })), message, "{number}");
        }
    }

    #[test]
    fn malformed_times_and_spans_are_refused() {
        for time in [
            "2026-11-21",
            "2026-11-21 20:00:00",
            "2026-11-21T20:00",
            "2026-11-21 24:00",
            "2026-11-1 20:00",
        ] {
            let message = (14, "start_time is written like 2026-11-21 20:00".into());
            assert_eq!(refused(json!({ "start_time": time })), message, "{time}");
        }
        let backwards = json!({ "start_time": "2026-11-21 20:00", "end_time": "2026-11-21 19:59" });
        assert_eq!(refused(backwards), (19, "start_time is after end_time".into()));
    }
}
