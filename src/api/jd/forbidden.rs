//! `queryForbidden`: which streams of a domain may not push.
//!
//! The manual: *Query forbidden* of JD's Live-Video-Open-Api. The `OpenAPI` has no such operation.

use chrono::{FixedOffset, NaiveDateTime};
use serde_json::{Map, Value};

use crate::api::jd::profile::{BEIJING, LEGACY, NAME};
use crate::api::live_list::{APP, listed_domain, settings};
use crate::api::live_specs;
use crate::api::live_stream::parts;
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::request::{Expected, Find, PageParameter, Request, ResponseReader, Verification};
use crate::api::response::{Observation, integer, page, state};
use crate::api::target::plain_setting;
use crate::outcome::answer::ListItem;
use crate::time::Timestamp;

/// Lists the streams of a domain that may not push.
pub static SPEC: OperationSpec = OperationSpec {
    details: "JD's legacy API alone offers it (queryForbidden). All pages are read.",
    examples: &[
        "livectl --sandbox jd forbidden --domain push.example.com",
        "livectl --sandbox jd forbidden --domain push.example.com --app live -o json",
    ],
    params: &[&APP, &STREAM],
    requires_api: Some(LEGACY),
    ..live_specs::forbidden(NAME, &parse)
};

static STREAM: Param = Param {
    requires: Some("app"),
    ..Param::text("stream", "STREAM", "Of this name alone; takes --app")
};

/// The beginning of the span whose bans are listed.
// Without one JD lists only the bans of today. This one lies before the service's own beginning.
const SINCE: &str = "2016-01-01 00:00";

/// How many bans a page has.
// The size that JD's manual gives; no page documents a larger one.
const PAGE: u8 = 10;

#[derive(Debug)]
struct Forbidden {
    domain: Box<str>,
    app: Option<Box<str>>,
    stream: Option<Box<str>>,
    /// The zone of the times in the list.
    zone: Option<FixedOffset>,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let word = |key| {
        let word = plain_setting(input, key)?;
        // JD takes a list here, and its manual separates the names by commas.
        match word {
            Some(word) if word.contains(',') => {
                Err(Problem::new(key, "it is one name, without a comma"))
            }
            word => Ok(word.map(Box::from)),
        }
    };
    let (app, stream) = (word(APP.name)?, word(STREAM.name)?);
    if stream.is_some() && app.is_none() {
        return Err(Problem::new(STREAM.name, "it needs an `app` as well"));
    }
    let zone = utc_offset(context);
    let domain = listed_domain(input, context, NAME)?.into();
    Ok(Box::new(Forbidden { domain, app, stream, zone }))
}

impl Operation for Forbidden {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        settings([(&APP, self.app.as_deref()), (&STREAM, self.stream.as_deref())])
    }

    fn request(&self, _targets: &[&str]) -> Request {
        request(&self.domain, self.settings())
    }

    fn list_item(&self, item: Value) -> ListItem {
        let text =
            |key: &str| item.get(key).and_then(Value::as_str).map(|text| text.trim().to_owned());
        let (app, name) = (text("app"), text("stream"));
        let moment = |key: &str| moment(&text(key)?, self.zone?);
        let is_permanent = item.get("type").and_then(integer) == Some(1);
        ListItem {
            target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
            domain: Some(self.domain.to_string()),
            since: moment("startTime"),
            until: moment("endTime").filter(|_| !is_permanent),
            app,
            vendor: item,
        }
    }
}

/// The zone of the times in the list, which are written without one.
pub(super) fn utc_offset(context: &PlanContext<'_>) -> Option<FixedOffset> {
    let own = context.account(NAME).and_then(|account| account.text("utc_offset"));
    own.unwrap_or(BEIJING).parse().ok()
}

/// The look at whether a stream may push; `None` for a name with a comma.
pub(super) fn verification(
    domain: &str,
    stream: &str,
    zone: Option<FixedOffset>,
    expected: Expected,
) -> Option<Verification> {
    // JD reads a name with a comma as two, so the list does not contain it.
    let is_asked = !stream.contains(',');
    is_asked.then(|| Verification { request: bans_of(domain, stream, zone, state_of), expected })
}

/// The request for whether a stream is forbidden. A stream that is not in the list may be live or idle.
pub(super) fn status(domain: &str, stream: &str, zone: Option<FixedOffset>) -> Request {
    bans_of(domain, stream, zone, |request, bans, now| {
        let Observation { state, .. } = state_of(request, bans, now)?;
        let state = state.filter(|state| state == state::FORBIDDEN);
        Some(Observation { state, ..Observation::default() })
    })
}

/// The request for the bans of one stream, whose state is found in the list.
fn bans_of(domain: &str, stream: &str, zone: Option<FixedOffset>, find: Find) -> Request {
    let (app, name) = parts(stream);
    // A filter with a comma would be two names, so the list is read without one. `stream` is taken
    // only together with `app`.
    let filter = match (app.contains(','), name.contains(',')) {
        (true, _) => Vec::new(),
        (false, true) => vec![(APP.name, app.into())],
        (false, false) => vec![(APP.name, app.into()), (STREAM.name, name.into())],
    };
    let stream = stream.to_owned();
    let request = request(domain, filter);
    let question = request.question.map(|reader| ResponseReader { find: Some(find), ..reader });
    Request { question, subject: Some(stream), zone, ..request }
}

fn request(domain: &str, filter: Vec<(&'static str, Value)>) -> Request {
    let mut body = vec![("domain", domain.into())];
    body.extend(filter);
    body.extend([
        ("start_time", SINCE.into()),
        ("pageNumber", 1.into()),
        ("pageSize", PAGE.into()),
    ]);
    let question = Some(ResponseReader::new(listed));
    Request {
        question,
        page: Some(PageParameter::number("pageNumber")),
        ..Request::post("/api/live/queryForbidden", body)
    }
}

fn listed(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let data = reply.get("data")?;
    page(data.get("streams"), data.get("total"))
}

/// Whether the requested stream is forbidden now.
fn state_of(request: &Request, bans: &[Value], now: Timestamp) -> Option<Observation> {
    let (app, name) = parts(request.subject.as_deref()?);
    let is_it = |ban: &Value| {
        // The filter is not relied on: the bans of other streams are passed over here.
        let is_same = |key, wanted: &str| Some(ban.get(key)?.as_str()?.trim() == wanted);
        Some(is_same("app", app)? && is_same("stream", name)?)
    };
    let lasting: Vec<_> =
        // An entry that cannot be read may be the ban of this stream: then the list proves nothing.
        bans.iter().map(|ban| Some(is_it(ban)? && lasts(ban, request.zone, now))).collect::<Option<_>>()?;
    let is_forbidden = lasting.contains(&true);
    Some(Observation::state(if is_forbidden { state::FORBIDDEN } else { state::PERMITTED }))
}

/// Whether a ban has not ended.
fn lasts(item: &Value, zone: Option<FixedOffset>, now: Timestamp) -> bool {
    let is_permanent = item.get("type").and_then(integer) == Some(1);
    // An end that cannot be read counts as ahead: a ban is not reported as over without proof.
    let end = item.get("endTime").and_then(Value::as_str).zip(zone);
    let end = end.and_then(|(end, zone)| moment(end.trim(), zone));
    is_permanent || end.is_none_or(|end| end > now)
}

/// A time of a ban, which JD writes without its zone.
fn moment(text: &str, zone: FixedOffset) -> Option<Timestamp> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    local.and_local_timezone(zone).single().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The state in a list of one page, whose times are Beijing's.
    fn seen(data: &Value) -> Option<String> {
        seen_in("+08:00", data)
    }

    fn seen_in(zone: &str, data: &Value) -> Option<String> {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let expected = Expected::IsNot(state::FORBIDDEN);
        let check =
            verification("push.example.com", "live/a", zone.parse().ok(), expected).unwrap();
        let Observation { items, total, .. } =
            listed(&check.request, json!({"data": data}).as_object().unwrap())?;
        let items = items.filter(|items| items.len() as u64 == total.unwrap())?;
        state_of(&check.request, &items, now)?.state
    }

    #[test]
    fn ban_ends_in_beijing_time() {
        let ban = |kind: i64, end: &str| json!({"app": "live", "stream": "a", "type": kind, "endTime": end});
        for (streams, state) in [
            (json!([]), "permitted"),
            (json!([ban(2, "2026-11-21 18:00:01")]), "forbidden"),
            (json!([ban(2, "2026-11-21 18:00:00")]), "permitted"),
            (json!([ban(1, "2020-01-01 00:00:00")]), "forbidden"),
            (
                json!([{"app": "live", "stream": "a", "type": "1", "endTime": "2020-01-01 00:00:00"}]),
                "forbidden",
            ),
            (json!([ban(2, "2020-01-01 00:00:00"), ban(2, "soon")]), "forbidden"),
        ] {
            let total = streams.as_array().unwrap().len();
            assert_eq!(
                seen(&json!({"total": total, "streams": streams})).as_deref(),
                Some(state),
                "{streams}"
            );
        }
    }

    #[test]
    fn ban_ends_in_the_time_of_its_zone() {
        for (zone, end, state) in [
            ("+08:00", "2026-11-21 18:00:00", "permitted"),
            ("+07:00", "2026-11-21 18:00:00", "forbidden"),
            ("+00:00", "2026-11-21 10:00:01", "forbidden"),
            ("-03:30", "2026-11-21 06:30:00", "permitted"),
            ("unknown", "2026-11-21 06:30:00", "forbidden"),
        ] {
            let bans = json!([{"app": "live", "stream": "a", "type": 2, "endTime": end}]);
            let found = seen_in(zone, &json!({"total": 1, "streams": bans}));
            assert_eq!(found.as_deref(), Some(state), "{zone}");
        }
    }

    #[test]
    fn ban_of_another_stream_is_ignored() {
        let ban = |app, stream| json!({"app": app, "stream": stream, "type": 1});
        let others = json!([ban("live", "b"), ban("test", "a"), ban("live", "A")]);
        assert_eq!(seen(&json!({"total": 3, "streams": others})).as_deref(), Some("permitted"));
        assert_eq!(seen(&json!({"total": 4, "streams": others})), None);
        let mine = json!([ban("live", "b"), ban("live", " a ")]);
        assert_eq!(seen(&json!({"total": 2, "streams": mine})).as_deref(), Some("forbidden"));
    }

    #[test]
    fn name_with_a_comma_is_not_verified() {
        let expected = || Expected::IsNot(state::FORBIDDEN);
        let verify = |stream| verification("push.example.com", stream, None, expected());
        assert!(verify("live/a").is_some());
        assert!(verify("live/a,b").is_none());
    }

    #[test]
    fn status_is_forbidden_or_nothing() {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let ban = |stream: &str| json!({"app": "live", "stream": stream, "type": 1});
        for (stream, filter, forbidden) in [
            ("live/a", json!({"app": "live", "stream": "a"}), "a"),
            ("live/a/b", json!({"app": "live", "stream": "a/b"}), "a/b"),
            ("live/a,b", json!({"app": "live"}), "a,b"),
        ] {
            let request = status("push.example.com", stream, None);
            let members = request.body.iter().flatten();
            let sent: Map<_, _> = members
                .filter(|(name, _)| ["app", "stream"].contains(name))
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            assert_eq!(Value::Object(sent), filter, "{stream}");
            let find = request.question.unwrap().find.unwrap();
            let found = |bans: &[Value]| find(&request, bans, now).map(|found| found.state);
            assert_eq!(found(&[ban("x"), ban(forbidden)]), Some(Some("forbidden".to_owned())));
            assert_eq!(found(&[ban("x")]), Some(None));
            assert_eq!(found(&[]), Some(None));
            assert_eq!(found(&[json!({"type": 1})]), None);
        }
    }

    #[test]
    fn incomplete_list_gives_no_state() {
        assert_eq!(seen(&json!({"total": 11, "streams": []})), None);
        assert_eq!(seen(&json!({"streams": []})), None);
        assert_eq!(seen(&json!({"total": -1, "streams": []})), None);
        assert_eq!(seen(&json!({"total": 1, "streams": [null]})), None);
        assert_eq!(seen(&json!({"total": 1, "streams": [{"type": 1}]})), None);
        assert_eq!(seen(&json!({"total": 1, "streams": null})), None);
        for none in [json!([]), json!(null)] {
            assert_eq!(seen(&json!({"total": "0", "streams": none})).as_deref(), Some("permitted"));
        }
        assert_eq!(seen(&json!(null)), None);
    }
}
