//! JD's live API of the `opencdn` gateway, as far as its documents tell.
//!
//! The status codes are those of the gateway's published table; 1 ("failed") stands where it has none.

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::state::State;
use super::{Answer, Call, demo, is_gone, object, text};
use crate::digest::md5_hex;
use crate::request::Timestamp;
use crate::time;

/// The vendor's ceiling for a push time-out, in seconds.
const LONGEST_TIMEOUT: u8 = 120;

/// The most streams that one `permitStream` may name here.
const MOST_STREAMS: usize = 100;

/// The zone whose date stands in a signature: Beijing's, UTC+8 all year.
const BEIJING: TimeDelta = TimeDelta::hours(8);

/// One stream, as JD names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stream {
    /// In lower case, since host names know none.
    domain: String,
    app: String,
    name: String,
}

impl Stream {
    /// How the sandbox shows it while it is off air.
    pub(super) fn json(&self, until: Timestamp) -> Value {
        json!({ "domain": self.domain, "app": self.app, "stream": self.name, "until": time::seconds(until) })
    }
}

/// `setPushStreamTimeout`: how long players wait for a push that broke off.
pub(super) fn set_push_stream_timeout(state: &mut State, call: &Call, now: Timestamp) -> Answer {
    settle(Asked::read(call, now).and_then(|asked| {
        let seconds = asked.timeout()?;
        state.jd_timeouts.insert(asked.domain.to_lowercase(), seconds);
        Ok(json!({ "status": 0, "msg": "", "data": { "PublishNormalTimeout": seconds } }))
    }))
}

/// `permitStream`: streams of one domain may be pushed again, all of them or none.
pub(super) fn permit_stream(state: &mut State, call: &Call, now: Timestamp) -> Answer {
    settle(Asked::read(call, now).and_then(|asked| {
        let streams = asked.delete_streams()?;
        if let Some(gone) = streams.iter().find(|stream| is_gone(&stream.name)) {
            return Err(Refusal::failed(format!("stream {}/{} does not exist", gone.app, gone.name)));
        }
        for stream in &streams {
            state.jd_streams.lift(stream);
        }
        Ok(json!({ "status": 0, "msg": "Successful", "data": asked.domain }))
    }))
}

/// What JD says instead of doing it.
struct Refusal {
    status: i32,
    msg: String,
}

impl Refusal {
    fn new(status: i32, msg: impl Into<String>) -> Self {
        Self { status, msg: msg.into() }
    }

    /// A parameter that is malformed, for which the table has no code of its own.
    fn failed(msg: impl Into<String>) -> Self {
        Self::new(1, msg)
    }

    /// A parameter that is absent or empty.
    fn empty(name: &str) -> Self {
        Self::new(2, format!("{name} is empty"))
    }
}

fn settle(answer: Result<Value, Refusal>) -> Answer {
    let document =
        answer.unwrap_or_else(|Refusal { status, msg }| json!({ "status": status, "msg": msg, "data": null }));
    (StatusCode::OK, document)
}

/// A request whose sender and domain are accepted.
struct Asked {
    domain: String,
    body: Map<String, Value>,
}

impl Asked {
    fn read(call: &Call, now: Timestamp) -> Result<Self, Refusal> {
        let body = object(call).ok_or_else(|| Refusal::failed("the body is not a JSON object"))?;
        identify(&body, now)?;
        let domain = own_domain(text(&body, "domain"))?.to_owned();
        Ok(Self { domain, body })
    }

    fn timeout(&self) -> Result<u8, Refusal> {
        let timeout = match self.body.get("timeout") {
            None | Some(Value::Null) => return Err(Refusal::empty("timeout")),
            Some(Value::String(timeout)) if timeout.is_empty() => return Err(Refusal::empty("timeout")),
            Some(Value::String(timeout)) => timeout,
            Some(_) => return Err(Refusal::failed("timeout is a string of digits, not a number")),
        };
        if !timeout.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::failed("timeout is a string of digits"));
        }
        match timeout.parse() {
            Ok(seconds @ 1..=LONGEST_TIMEOUT) => Ok(seconds),
            _ => Err(Refusal::failed(format!("timeout is 1 to {LONGEST_TIMEOUT} seconds"))),
        }
    }

    fn delete_streams(&self) -> Result<Vec<Stream>, Refusal> {
        let streams = match self.body.get("deleteStreams") {
            None | Some(Value::Null) => return Err(Refusal::empty("deleteStreams")),
            Some(Value::Array(streams)) => streams,
            Some(_) => return Err(Refusal::failed("deleteStreams is an array")),
        };
        match streams.len() {
            0 => Err(Refusal::empty("deleteStreams")),
            1..=MOST_STREAMS => streams.iter().map(|stream| self.stream(stream)).collect(),
            _ => Err(Refusal::failed(format!("deleteStreams names at most {MOST_STREAMS} streams"))),
        }
    }

    fn stream(&self, stream: &Value) -> Result<Stream, Refusal> {
        let malformed = || Refusal::failed("deleteStreams holds objects of a non-empty app and stream");
        let stream = stream.as_object().ok_or_else(malformed)?;
        match (text(stream, "app"), text(stream, "stream")) {
            ("", _) | (_, "") => Err(malformed()),
            (app, name) => Ok(Stream { domain: self.domain.to_lowercase(), app: app.into(), name: name.into() }),
        }
    }
}

/// Whether the sender is who the signature says: `MD5(yyyymmdd + username + SecretKey)`.
fn identify(body: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let username = text(body, "username");
    let signature = text(body, "signature");
    let date = (now + BEIJING).format("%Y%m%d").to_string();
    if username.is_empty() {
        Err(Refusal::new(3, "user name is empty"))
    } else if username != demo::JD_USERNAME {
        Err(Refusal::new(20, "user name does not exist"))
    } else if signature.is_empty() {
        Err(Refusal::new(4, "signature is empty"))
    } else if signature != md5_hex(&[&date, username, demo::JD_SECRET_KEY]) {
        Err(Refusal::new(7, "signature is incorrect"))
    } else {
        Ok(())
    }
}

fn own_domain(domain: &str) -> Result<&str, Refusal> {
    if domain.is_empty() {
        Err(Refusal::new(12, "domain is empty"))
    } else if !is_host_name(domain) {
        Err(Refusal::new(15, "domain is not a single host name"))
    } else if domain.split('.').next().is_some_and(|label| label.ends_with("-gone")) {
        Err(Refusal::new(15, "domain is not yours"))
    } else {
        Ok(domain)
    }
}

/// One host name, in any script: no list, scheme, port or path.
fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at, post};

    fn signature(now: Timestamp, secret_key: &str) -> String {
        let date = (now + BEIJING).format("%Y%m%d").to_string();
        md5_hex(&[&date, demo::JD_USERNAME, secret_key])
    }

    /// A signed body with these members in addition, or in place of the usual ones.
    fn body(members: Value) -> Value {
        let mut body = json!({
            "username": demo::JD_USERNAME,
            "signature": signature(at(NOON), demo::JD_SECRET_KEY),
            "domain": "a.live.com",
        });
        let (Value::Object(usual), Value::Object(members)) = (&mut body, members) else { unreachable!() };
        usual.extend(members);
        body
    }

    fn timeout(members: Value) -> Value {
        set_push_stream_timeout(&mut State::default(), &post("/", &body(members)), at(NOON)).1
    }

    fn permit(members: Value) -> Value {
        permit_stream(&mut State::default(), &post("/", &body(members)), at(NOON)).1
    }

    fn refusal(answer: &Value) -> (i64, &str) {
        assert_eq!(answer["data"], Value::Null);
        (answer["status"].as_i64().unwrap(), answer["msg"].as_str().unwrap())
    }

    fn streams(streams: &[(&str, &str)]) -> Value {
        let streams: Vec<_> = streams.iter().map(|(app, stream)| json!({ "app": app, "stream": stream })).collect();
        json!({ "deleteStreams": streams })
    }

    #[test]
    fn a_timeout_is_kept_and_repeated_as_a_number() {
        let mut state = State::default();
        let call = post("/", &body(json!({ "domain": "Test.jcloud.com", "timeout": "10" })));

        let answer = set_push_stream_timeout(&mut state, &call, at(NOON));

        let document = json!({ "status": 0, "msg": "", "data": { "PublishNormalTimeout": 10 } });
        assert_eq!(answer, (StatusCode::OK, document));
        assert_eq!(state.jd_timeouts["test.jcloud.com"], 10);
    }

    #[test]
    fn a_permit_lifts_the_bans_of_its_streams_and_repeats_the_domain() {
        let mut state = State::default();
        for name in ["stream1", "stream2", "stream3"] {
            let stream = Stream { domain: "a.live.com".into(), app: "App1".into(), name: name.into() };
            state.jd_streams.forbid(stream, at(NOON + 60));
        }
        let mut members = streams(&[("App1", "stream1"), ("App1", "stream2")]);
        members["domain"] = "A.live.com".into();

        let answer = permit_stream(&mut state, &post("/", &body(members)), at(NOON));

        assert_eq!(answer, (StatusCode::OK, json!({ "status": 0, "msg": "Successful", "data": "A.live.com" })));
        let left: Vec<_> = state.jd_streams.standing(at(NOON)).map(|(stream, _)| stream.name.as_str()).collect();
        assert_eq!(left, ["stream3"]);
    }

    #[test]
    fn a_missing_or_unknown_user_name_is_refused() {
        for username in [json!(""), json!(null), json!(7)] {
            assert_eq!(refusal(&timeout(json!({ "username": username }))), (3, "user name is empty"));
        }
        assert_eq!(refusal(&timeout(json!({ "username": "someone" }))), (20, "user name does not exist"));
    }

    #[test]
    fn a_missing_or_wrong_signature_is_refused_by_each_operation() {
        let wrong = signature(at(NOON), "another key");
        let upper_case = signature(at(NOON), demo::JD_SECRET_KEY).to_uppercase();
        for operation in [timeout, permit] {
            assert_eq!(refusal(&operation(json!({ "signature": "" }))), (4, "signature is empty"));
            assert_eq!(refusal(&operation(json!({ "signature": wrong }))), (7, "signature is incorrect"));
            assert_eq!(refusal(&operation(json!({ "signature": upper_case }))), (7, "signature is incorrect"));
        }
    }

    #[test]
    fn the_date_in_the_signature_is_the_one_in_beijing() {
        let before_midnight = at(1_795_276_799); // 2026-11-21T15:59:59Z
        let call = post(
            "/",
            &json!({
                "username": demo::JD_USERNAME, "domain": "a.live.com", "timeout": "10",
                "signature": md5_hex(&["20261121", demo::JD_USERNAME, demo::JD_SECRET_KEY]),
            }),
        );

        let today = set_push_stream_timeout(&mut State::default(), &call, before_midnight).1;
        let tomorrow = set_push_stream_timeout(&mut State::default(), &call, before_midnight + TimeDelta::seconds(1)).1;

        assert_eq!(today["status"], 0);
        assert_eq!(refusal(&tomorrow), (7, "signature is incorrect"));
    }

    #[test]
    fn the_documents_own_signatures_come_out() {
        assert_eq!(md5_hex(&["20171205", "jd_cdntest", ""]), "914a3f412fd9bc1eec14bb5eb104d253");
        let worked = md5_hex(&["20161023", "jcloud_00", "e7a31b1c5ea0efa9aa2f29c6559f7d61"]);
        assert_eq!(worked, "a35685491fd80a80b40a718c3a5c5c56");
    }

    #[test]
    fn a_domain_is_one_host_name_of_yours() {
        assert_eq!(refusal(&timeout(json!({ "domain": "" }))), (12, "domain is empty"));
        let many_labels = "a.".repeat(150) + "com";
        for domain in ["a.com,b.com", "http://a.com", "a.com:80", "a.com/x", "a..com", " a.com", ".", &many_labels] {
            assert_eq!(
                refusal(&timeout(json!({ "domain": domain }))),
                (15, "domain is not a single host name"),
                "{domain}"
            );
        }
        assert_eq!(refusal(&timeout(json!({ "domain": "x-gone.live.com" }))), (15, "domain is not yours"));
        assert_eq!(timeout(json!({ "domain": "直播.example.com", "timeout": "10" }))["status"], 0);
    }

    #[test]
    fn a_timeout_is_a_string_of_digits_from_1_to_120() {
        for (timeout_, status, says) in [
            (json!(null), 2, "timeout is empty"),
            (json!(""), 2, "timeout is empty"),
            (json!(10), 1, "timeout is a string of digits, not a number"),
            (json!("ten"), 1, "timeout is a string of digits"),
            (json!("+10"), 1, "timeout is a string of digits"),
            (json!("10.0"), 1, "timeout is a string of digits"),
            (json!("0"), 1, "timeout is 1 to 120 seconds"),
            (json!("121"), 1, "timeout is 1 to 120 seconds"),
            (json!("99999999999999999999"), 1, "timeout is 1 to 120 seconds"),
        ] {
            assert_eq!(refusal(&timeout(json!({ "timeout": timeout_ }))), (status, says), "{timeout_}");
        }
        for seconds in [1, 120] {
            let answer = timeout(json!({ "timeout": seconds.to_string() }));
            assert_eq!(answer["data"]["PublishNormalTimeout"], seconds);
        }
    }

    #[test]
    fn the_streams_to_permit_are_a_real_array_of_objects() {
        let shape = "deleteStreams holds objects of a non-empty app and stream";
        for (streams, status, says) in [
            (json!(null), 2, "deleteStreams is empty"),
            (json!([]), 2, "deleteStreams is empty"),
            (json!("[{'app':'App1','stream':'stream1'}]"), 1, "deleteStreams is an array"),
            (json!(["App1/stream1"]), 1, shape),
            (json!([{ "app": "App1" }]), 1, shape),
            (json!([{ "app": "App1", "stream": "" }]), 1, shape),
            (json!([{ "app": "", "stream": "stream1" }]), 1, shape),
            (json!([{ "app": 1, "stream": 2 }]), 1, shape),
        ] {
            assert_eq!(refusal(&permit(json!({ "deleteStreams": streams }))), (status, says), "{streams}");
        }
    }

    #[test]
    fn a_permit_names_at_most_100_streams() {
        assert_eq!(permit(streams(&vec![("App1", "stream1"); 100]))["status"], 0);
        let refused = permit(streams(&vec![("App1", "stream1"); 101]));
        assert_eq!(refusal(&refused), (1, "deleteStreams names at most 100 streams"));
    }

    #[test]
    fn one_stream_that_is_gone_fails_the_whole_permit_and_lifts_nothing() {
        let mut state = State::default();
        let banned = Stream { domain: "a.live.com".into(), app: "App1".into(), name: "stream1".into() };
        state.jd_streams.forbid(banned, at(NOON + 60));
        let call = post("/", &body(streams(&[("App1", "stream1"), ("App2", "x_gone")])));

        let (_, answer) = permit_stream(&mut state, &call, at(NOON));

        assert_eq!(refusal(&answer), (1, "stream App2/x_gone does not exist"));
        assert_eq!(state.jd_streams.standing(at(NOON)).count(), 1);
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused() {
        for body in [&b"[]"[..], b"", b"{'username':'x'}", b"\xff"] {
            let call = Call::new(bytes::Bytes::from_static(body));
            let (_, answer) = permit_stream(&mut State::default(), &call, at(NOON));
            assert_eq!(refusal(&answer), (1, "the body is not a JSON object"));
        }
    }
}
