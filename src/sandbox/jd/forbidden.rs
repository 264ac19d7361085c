//! JD's `queryForbidden`: which streams are off air.

use chrono::{NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::{BEIJING, Refusal, Stream, StreamFields, settle};
use crate::sandbox::state::State;
use crate::sandbox::stream_state::Ban;
use crate::sandbox::{Call, SandboxReply, moment, page};
use crate::time::Timestamp;

/// How moments are asked for, in Beijing's time.
const ASKED: &str = "%Y-%m-%d %H:%M";

/// How moments are answered.
const ANSWERED: &str = "%Y-%m-%d %H:%M:%S";

/// `queryForbidden`: the bans of a domain that stand and began in a span of time, today's unless asked otherwise.
pub(in crate::sandbox) fn query_forbidden(
    state: &mut State,
    call: &Call,
    now: Timestamp,
) -> SandboxReply {
    settle(StreamFields::read(call, now).and_then(|asked| {
        let wanted = ForbiddenQuery::read(&asked, now)?;
        let bans: Vec<_> = state.jd_streams.standing(now).filter(|(stream, ban)| wanted.takes(stream, *ban)).collect();
        let streams: Vec<_> = page(&bans, wanted.page).iter().map(|(stream, ban)| row(stream, *ban)).collect();
        Ok(json!({ "status": 0, "msg": "Successful", "data": { "total": bans.len(), "streams": streams } }))
    }))
}

/// What a query asks for.
struct ForbiddenQuery {
    domain: String,
    app: Option<String>,
    names: Option<Vec<String>>,
    from: Timestamp,
    to: Timestamp,
    /// Its number and its size.
    page: (usize, usize),
}

impl ForbiddenQuery {
    fn read(asked: &StreamFields, now: Timestamp) -> Result<Self, Refusal> {
        let app = optional(asked, "app")?;
        let names = optional(asked, "stream")?;
        if names.is_some() && app.is_none() {
            return Err(Refusal::empty("app"));
        }
        let (from, to) = span(time(asked, "start_time")?, time(asked, "end_time")?, now);
        if from > to {
            return Err(Refusal::new(19, "start_time is after end_time"));
        }
        Ok(Self {
            domain: asked.domain.to_lowercase(),
            app: app.map(str::to_owned),
            names: names.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()),
            from,
            to,
            page: (count(asked, "pageNumber", 1)?, count(asked, "pageSize", 10)?),
        })
    }

    fn takes(&self, stream: &Stream, ban: Ban) -> bool {
        stream.domain == self.domain
            && self.app.as_ref().is_none_or(|app| stream.app == *app)
            && self.names.as_ref().is_none_or(|names| names.contains(&stream.name))
            && (self.from..=self.to).contains(&ban.from)
    }
}

/// From the start asked for, else from the midnight before the end; until the end asked for, else until now.
fn span(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    let to = end.unwrap_or(now);
    (start.unwrap_or_else(|| midnight_before(to)), to)
}

fn midnight_before(moment: Timestamp) -> Timestamp {
    let in_beijing = moment + BEIJING;
    in_beijing.with_time(NaiveTime::MIN).single().unwrap_or(in_beijing) - BEIJING
}

/// A text that may be left out, or left empty.
fn optional<'a>(asked: &'a StreamFields, name: &str) -> Result<Option<&'a str>, Refusal> {
    match asked.body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(Refusal::failed(format!("{name} is a string"))),
    }
}

fn time(asked: &StreamFields, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let read = |text| moment(text, ASKED).map(|local| local - BEIJING);
    let malformed = || Refusal::new(14, format!("{name} is written like 2026-11-21 20:00"));
    optional(asked, name)?.map(|text| read(text).ok_or_else(malformed)).transpose()
}

/// A whole number from 1 on; the vendor's own sample writes one as a string.
fn count(asked: &StreamFields, name: &str, usual: usize) -> Result<usize, Refusal> {
    let number = match asked.body.get(name) {
        None | Some(Value::Null) => Some(usual),
        Some(Value::String(digits)) => digits.parse().ok(),
        Some(number) => number.as_u64().and_then(|number| number.try_into().ok()),
    };
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| Refusal::failed(format!("{name} is a whole number from 1 on")))
}

/// A ban as JD lists it. How one that is for good is written is not documented, but for its type and that its time is 0.
fn row(stream: &Stream, ban: Ban) -> Value {
    let kind =
        if ban.until.is_some() { (2, "Temporarily Blocked") } else { (1, "Permanently Blocked") };
    let length = ban.until.map_or(TimeDelta::zero(), |until| until - ban.from);
    json!({
        "app": stream.app,
        "stream": stream.name,
        "type": kind.0,
        "typeDes": kind.1,
        "startTime": local(ban.from),
        "endTime": ban.until.map(local).unwrap_or_default(),
        "time": (length.num_seconds() + 59) / 60,
    })
}

fn local(moment: Timestamp) -> String {
    (moment + BEIJING).format(ANSWERED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::jd::tests::{body, refusal};
    use crate::sandbox::tests::{NOON, at, post};

    /// Noon in UTC is 20:00 in Beijing, and its day began at 16:00 UTC.
    const MIDNIGHT: i64 = NOON - 20 * 3600;

    fn query(state: &mut State, members: Value) -> Value {
        query_forbidden(state, &post("/", &body(members)), at(NOON)).1
    }

    fn refused(members: Value) -> (i64, String) {
        let answer = query(&mut State::default(), members);
        let (status, msg) = refusal(&answer);
        (status, msg.to_owned())
    }

    /// Bans of `a.live.com` that began at these seconds, each of its own stream of `live`, and end an hour after noon.
    fn banned(starts: &[(&str, i64)]) -> State {
        let mut state = State::default();
        for (name, start) in starts {
            let ban = Ban::until(at(*start), at(NOON + 3600));
            state.jd_streams.forbid(Stream::new("a.live.com", "live", name), ban);
        }
        state
    }

    fn names(answer: &Value) -> Vec<&str> {
        let streams = answer["data"]["streams"].as_array().unwrap();
        streams.iter().map(|row| row["stream"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_ban_is_listed_with_its_kind_its_times_in_beijing_and_its_minutes() {
        let mut state = State::default();
        state.jd_streams.forbid(
            Stream::new("a.live.com", "live", "cam1"),
            Ban::until(at(NOON - 23), at(NOON + 277)),
        );
        state.jd_streams.forbid(Stream::new("A.live.com", "live", "cam2"), Ban::for_good(at(NOON)));
        state.jd_streams.forbid(Stream::new("b.live.com", "live", "cam3"), Ban::for_good(at(NOON)));

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
    fn without_a_start_only_bans_that_began_today_in_beijing_are_listed() {
        let mut state = banned(&[("today", MIDNIGHT), ("yesterday", MIDNIGHT - 1)]);
        assert_eq!(names(&query(&mut state, json!({}))), ["today"]);
    }

    #[test]
    fn a_start_alone_means_until_now_and_an_end_alone_means_from_that_days_midnight() {
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
    fn a_ban_that_has_ended_or_was_lifted_is_not_listed() {
        let mut state = banned(&[("lifted", NOON), ("stands", NOON)]);
        let ended = Ban::until(at(NOON - 60), at(NOON));
        state.jd_streams.forbid(Stream::new("a.live.com", "live", "ended"), ended);
        state.jd_streams.lift(Stream::new("a.live.com", "live", "lifted"), at(NOON));

        assert_eq!(names(&query(&mut state, json!({}))), ["stands"]);
    }

    #[test]
    fn an_app_and_streams_of_it_narrow_the_list() {
        let mut state = banned(&[("cam1", NOON), ("cam2", NOON), ("cam3", NOON)]);
        state.jd_streams.forbid(Stream::new("a.live.com", "show", "cam1"), Ban::for_good(at(NOON)));

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
    fn the_page_wanted_is_listed_and_all_are_counted() {
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
            let says = (1, "pageSize is a whole number from 1 on".into());
            assert_eq!(refused(json!({ "pageSize": number })), says, "{number}");
        }
    }

    #[test]
    fn a_time_is_written_as_documented_and_a_span_runs_forwards() {
        for time in [
            "2026-11-21",
            "2026-11-21 20:00:00",
            "2026-11-21T20:00",
            "2026-11-21 24:00",
            "2026-11-1 20:00",
        ] {
            let says = (14, "start_time is written like 2026-11-21 20:00".into());
            assert_eq!(refused(json!({ "start_time": time })), says, "{time}");
        }
        let backwards = json!({ "start_time": "2026-11-21 20:00", "end_time": "2026-11-21 19:59" });
        assert_eq!(refused(backwards), (19, "start_time is after end_time".into()));
    }
}
