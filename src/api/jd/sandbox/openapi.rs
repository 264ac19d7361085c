//! JD's live `OpenAPI`, version 1: the envelope, and the operations that change one stream.
//!
//! Refusals have the HTTP status that the documents list; their texts are the simulator's.

use std::borrow::Cow;

use chrono::TimeDelta;
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::api::jd::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
use crate::api::jd::sandbox::signature::verify;
use crate::sandbox::names::{is_foreign_domain, is_host_name, is_unknown};
use crate::sandbox::request::JsonBody;
use crate::sandbox::simulator::{Refusal, SandboxCall, SandboxReply, SandboxRequest};
use crate::sandbox::stream_state::{Ban, StreamKey};
use crate::time::Timestamp;

/// `forbidLiveStream`: forbids pushes to a stream, for some seconds or permanently.
pub(super) fn forbid(call: &mut SandboxCall) -> SandboxReply {
    change(call, |call, body| {
        let ban = body.ban(call.now)?;
        call.state.streams.forbid(body.known_stream()?, ban);
        Ok(())
    })
}

/// `resumeLiveStream`: permits pushes to a stream.
pub(super) fn resume(call: &mut SandboxCall) -> SandboxReply {
    change(call, |call, body| {
        call.state.streams.lift(body.known_stream()?, call.now);
        Ok(())
    })
}

/// `interruptLiveStream`: disconnects a stream once.
pub(super) fn interrupt(call: &mut SandboxCall) -> SandboxReply {
    change(call, |call, body| {
        call.state.streams.interrupt(body.known_stream()?, call.now);
        Ok(())
    })
}

/// A refusal with an HTTP status and JD's word for it.
pub(super) type OpenApiRefusal = Refusal<(StatusCode, &'static str)>;

pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> OpenApiRefusal {
    Refusal::new((StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"), message)
}

fn unauthenticated(message: Cow<'static, str>) -> OpenApiRefusal {
    Refusal::new((StatusCode::UNAUTHORIZED, "ACCESS_ERROR"), message)
}

fn not_found(message: impl Into<Cow<'static, str>>) -> OpenApiRefusal {
    Refusal::new((StatusCode::NOT_FOUND, "NOT_FOUND"), message)
}

/// Verifies the signature, and puts the result into JD's envelope.
pub(super) fn respond(
    call: &mut SandboxCall,
    operation: impl FnOnce(&mut SandboxCall) -> Result<Value, OpenApiRefusal>,
) -> SandboxReply {
    let verified = verify(call.request, &[ACCESS_KEY, TEMPORARY_KEY], call.now);
    let result = verified.map_err(unauthenticated).and_then(|()| operation(call));
    envelope(&call.state.request_id(call.now), result)
}

/// The reply to a path or a method that the API does not have.
pub(super) fn unknown_path(call: &mut SandboxCall) -> SandboxReply {
    // Without a look at the signature: JD's gateway finds the route first.
    let refusal = not_found("no route and no API found with those values");
    envelope(&call.state.request_id(call.now), Err(refusal))
}

fn envelope(request_id: &str, result: Result<Value, OpenApiRefusal>) -> SandboxReply {
    match result {
        Ok(result) => (StatusCode::OK, json!({ "requestId": request_id, "result": result })),
        Err(Refusal { code: (status, word), message }) => {
            let error = json!({ "code": status.as_u16(), "status": word, "message": message });
            (status, json!({ "requestId": request_id, "error": error }))
        }
    }
}

/// An operation on the stream that the body names, whose result is empty.
fn change(
    call: &mut SandboxCall,
    operation: impl FnOnce(&mut SandboxCall, StreamBody) -> Result<(), OpenApiRefusal>,
) -> SandboxReply {
    respond(call, |call| {
        operation(call, StreamBody::read(call.request)?)?;
        Ok(json!({}))
    })
}

/// The body of a request about one stream.
struct StreamBody {
    stream: StreamKey,
    body: JsonBody,
}

impl StreamBody {
    fn read(request: &SandboxRequest) -> Result<Self, OpenApiRefusal> {
        let body =
            JsonBody::read(request).ok_or_else(|| invalid("the body is not a JSON object"))?;
        let required = |name: &str| match body.text(name) {
            "" => Err(invalid(format!("{name} is required"))),
            value => Ok(value.to_owned()),
        };
        let domain = required("publishDomain")?;
        check_host_name(&domain)?;
        let stream = StreamKey::new(&domain, &required("appName")?, &required("streamName")?);
        Ok(Self { stream, body })
    }

    /// The stream, where the account has one of this name.
    fn known_stream(self) -> Result<StreamKey, OpenApiRefusal> {
        check_known(&self.stream)?;
        Ok(self.stream)
    }

    /// The ban of the body.
    fn ban(&self, now: Timestamp) -> Result<Ban, OpenApiRefusal> {
        // Optional in JD's clients; absent or null it is 0, a ban without an end.
        match self.body.get("forbidTime").map_or(Some(0), Value::as_i64) {
            Some(0) => Ok(Ban::permanent(now)),
            // Seconds, unlike the minutes of the legacy API.
            Some(seconds @ 1..) => Ban::lasting(now, TimeDelta::try_seconds(seconds))
                .ok_or_else(|| invalid("forbidTime lies beyond the calendar")),
            _ => Err(invalid("forbidTime is a number of seconds, 0 for good")),
        }
    }
}

pub(super) fn check_host_name(domain: &str) -> Result<(), OpenApiRefusal> {
    let refusal = || invalid("publishDomain is not a single host name");
    is_host_name(domain).then_some(()).ok_or_else(refusal)
}

pub(super) fn check_known(stream: &StreamKey) -> Result<(), OpenApiRefusal> {
    let StreamKey { domain, app, name } = stream;
    check_owner(domain)?;
    let refusal = || not_found(format!("stream {app}/{name} does not exist"));
    (!is_unknown(name)).then_some(()).ok_or_else(refusal)
}

pub(super) fn check_owner(domain: &str) -> Result<(), OpenApiRefusal> {
    let refusal = || not_found("the domain does not exist");
    (!is_foreign_domain(domain)).then_some(()).ok_or_else(refusal)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::jd::sandbox::info::stream_info;
    use crate::api::jd::sandbox::online::online_list;
    use crate::api::jd::sandbox::signature::tests::signed;
    use crate::sandbox::simulator::Handler;
    use crate::sandbox::state::VendorState;
    use crate::sandbox::stream_state::StreamState;
    use crate::sandbox::tests::support::{self, NOON, at, handle, set};
    use bytes::Bytes;
    use hyper::Request;

    /// A signed request to change a stream.
    pub(crate) fn put(verb: &str, body: &Value, now: Timestamp) -> SandboxRequest {
        let request = Request::put(format!("/v1/streams%3A{verb}"))
            .body(Bytes::from(body.to_string()))
            .unwrap();
        signed(request, ACCESS_KEY, now)
    }

    pub(in crate::api::jd::sandbox) fn get(target: &str) -> SandboxRequest {
        signed(support::get(target), ACCESS_KEY, at(NOON))
    }

    pub(in crate::api::jd::sandbox) fn cam(name: &str) -> Value {
        json!({ "publishDomain": "a.live.com", "appName": "live", "streamName": name })
    }

    /// The body to forbid `cam1` with, and a member in addition or in place of another.
    fn with(name: &str, value: Value) -> Value {
        let mut body = cam("cam1");
        body["forbidTime"] = json!(60);
        body[name] = value;
        body
    }

    pub(in crate::api::jd::sandbox) fn refusal(
        (http, document): &SandboxReply,
    ) -> (u16, &str, &str) {
        let error = &document["error"];
        assert_eq!(error["code"], http.as_u16());
        assert_eq!(document["requestId"].as_str().unwrap().len(), 32);
        (http.as_u16(), error["status"].as_str().unwrap(), error["message"].as_str().unwrap())
    }

    fn forbidden(body: &Value) -> SandboxReply {
        handle(forbid, &mut VendorState::default(), &put("forbid", body, at(NOON)), at(NOON))
    }

    #[test]
    fn ban_lasts_seconds_or_is_permanent_until_resume() {
        let mut state = VendorState::new(at(NOON - 60));
        let stream = StreamKey::new("a.live.com", "live", "cam1");

        for (body, until) in [
            (with("forbidTime", json!(1)), Some(at(NOON + 1))),
            (with("forbidTime", json!(0)), None),
            (with("forbidTime", json!(null)), None),
            (cam("cam1"), None),
        ] {
            let request = put("forbid", &body, at(NOON));
            let (http, document) = handle(forbid, &mut state, &request, at(NOON));
            assert_eq!((http, &document["result"]), (StatusCode::OK, &json!({})));
            let ban = Ban { from: at(NOON), until };
            assert_eq!(state.streams.active_bans(at(NOON)).collect::<Vec<_>>(), [(&stream, ban)]);
        }

        let (http, document) =
            handle(resume, &mut state, &put("resume", &cam("cam1"), at(NOON)), at(NOON));
        assert_eq!((http, &document["result"]), (StatusCode::OK, &json!({})));
        assert_eq!(state.streams.get(&stream, at(NOON)), StreamState::Live(at(NOON)));
    }

    #[test]
    fn forbid_time_is_a_number_of_seconds() {
        for time in [json!("60"), json!(-1), json!(1.5), json!(true)] {
            let message =
                (400, "INVALID_ARGUMENT", "forbidTime is a number of seconds, 0 for good");
            assert_eq!(refusal(&forbidden(&with("forbidTime", time.clone()))), message, "{time}");
        }
        for time in [i64::MAX, i64::MAX / 1000] {
            let message = (400, "INVALID_ARGUMENT", "forbidTime lies beyond the calendar");
            assert_eq!(refusal(&forbidden(&with("forbidTime", json!(time)))), message);
        }
    }

    #[test]
    fn domain_app_and_stream_are_required() {
        for name in ["publishDomain", "appName", "streamName"] {
            for value in [json!(null), json!(""), json!(7)] {
                let message = format!("{name} is required");
                assert_eq!(
                    refusal(&forbidden(&with(name, value))),
                    (400, "INVALID_ARGUMENT", &*message)
                );
            }
        }
        let message = (400, "INVALID_ARGUMENT", "publishDomain is not a single host name");
        assert_eq!(refusal(&forbidden(&with("publishDomain", json!("a.com,b.com")))), message);
        let message = (400, "INVALID_ARGUMENT", "the body is not a JSON object");
        assert_eq!(refusal(&forbidden(&json!([]))), message);
    }

    #[test]
    fn unknown_targets_are_not_found() {
        let gone = [
            ("publishDomain", "x-gone.live.com", "the domain"),
            ("streamName", "x_gone", "stream live/x_gone"),
        ];
        for (name, value, what) in gone {
            for operation in [forbid, resume, interrupt] as [Handler; 3] {
                let answer = handle(
                    operation,
                    &mut VendorState::default(),
                    &put("any", &with(name, json!(value)), at(NOON)),
                    at(NOON),
                );
                assert_eq!(
                    refusal(&answer),
                    (404, "NOT_FOUND", &*format!("{what} does not exist"))
                );
            }
        }
        let answer = handle(
            online_list,
            &mut VendorState::default(),
            &get("/v1/streams/x-gone.live.com/onlineList"),
            at(NOON),
        );
        assert_eq!(refusal(&answer), (404, "NOT_FOUND", "the domain does not exist"));
    }

    #[test]
    fn unsigned_requests_are_refused_first() {
        let unsigned = SandboxRequest::new(Bytes::new());
        for operation in [forbid, resume, interrupt, online_list, stream_info] as [Handler; 5] {
            let answer = handle(operation, &mut VendorState::default(), &unsigned, at(NOON));
            assert_eq!(refusal(&answer), (401, "ACCESS_ERROR", "lack of header authorization"));
        }
    }

    #[test]
    fn temporary_key_is_accepted_with_its_token() {
        let mut request = put("resume", &cam("cam1"), at(NOON));
        set(&mut request, "x-jdcloud-security-token", "bGl2ZWN0bC1zYW5kYm94LXNlY3VyaXR5LXRva2Vu");
        let request = signed(request, TEMPORARY_KEY, at(NOON));
        let (http, _) = handle(resume, &mut VendorState::default(), &request, at(NOON));
        assert_eq!(http, StatusCode::OK);
    }

    #[test]
    fn unknown_path_is_refused_in_the_envelope() {
        let reply =
            handle(unknown_path, &mut VendorState::default(), &support::get("/v1/x"), at(NOON));
        let message = "no route and no API found with those values";
        assert_eq!(refusal(&reply), (404, "NOT_FOUND", message));
    }
}
