//! `forbidStream`, or `PUT /v1/streams:forbid`: a stream may not push, for a time or for good.
//!
//! The manual: *Set forbid stream* of JD's Live-Video-Open-Api, *forbidLiveStream* of its Live-Video API. The two take the
//! length in different units: the older in minutes, the later in seconds.

use crate::api::ban_end::{FOR, NO_LONGEST, PERMANENT, UNTIL};
use crate::api::jd::forbid_length::{ForbidLength, unit};
use crate::api::jd::profile::NAME;
use crate::api::jd::stream_operation::{StreamAction, StreamOperation};
use crate::api::jd::{forbidden, openapi};
use crate::api::live_specs::forbid;
use crate::api::live_stream::{DOMAIN, parts};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Echo, Expected, Request, TimeLeft, Verification};
use crate::api::response::state;

/// Blocks a stream.
pub static SPEC: OperationSpec = OperationSpec {
    details: "JD counts the time from when it hears of it; --until sends what is left until then, rounded up to the minute at the \
        legacy API. Its legacy API takes whole minutes (forbidStream), its OpenAPI \
        whole seconds (PUT /v1/streams:forbid). Each stream is sent in a request of its own.",
    examples: &[
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m",
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --permanent",
    ],
    params: &[&DOMAIN, &FOR, &UNTIL, &PERMANENT, &NO_LONGEST, &REASON],
    alternatives: &["for", "until", "permanent"],
    ..forbid(NAME, &ACTION)
};

static ACTION: StreamAction = StreamAction { is_ban: true, request, verification };

fn request(operation: &StreamOperation, _targets: &[&str]) -> Request {
    let StreamOperation { domain, stream, is_openapi, .. } = operation;
    let member = if *is_openapi { "forbidTime" } else { "time" };
    let (seconds, time_left) = match operation.ban.as_ref().map(|ban| ban.length) {
        None | Some(ForbidLength::Permanent) => (0, None),
        Some(ForbidLength::For(seconds)) => (seconds, None),
        Some(ForbidLength::Until(until)) => {
            let unit = unit(*is_openapi);
            // A placeholder of one unit, which each attempt replaces by the time that is left. Not
            // 0: that would make it a ban without an end.
            (unit.into(), Some(TimeLeft { member, until, unit }))
        }
    };
    // One stream a request: several may be named, by the manual, which does not document how.
    if *is_openapi {
        let mut request = openapi::change("/v1/streams%3Aforbid", domain, stream);
        request.body.get_or_insert_default().push((member, seconds.into()));
        return Request { time_left, ..request };
    }
    let (app, stream) = parts(stream);
    let body = [
        ("domain", (**domain).into()),
        ("app", app.into()),
        ("stream", stream.into()),
        // 1 is a ban without an end and goes with a `time` of 0; 2 is one of `time` minutes.
        ("type", if seconds == 0 { 1 } else { 2 }.into()),
        (member, (seconds / 60).into()),
    ];
    let echo = Some(Echo::Domain((**domain).to_owned()));
    Request { echo, time_left, ..Request::post("/api/live/forbidStream", body) }
}

fn verification(operation: &StreamOperation) -> Option<Verification> {
    let StreamOperation { domain, stream, is_openapi, zone, .. } = operation;
    if *is_openapi {
        // The `OpenAPI` reports no ban; a stream that is forbidden is off.
        let request = openapi::stream_info(domain, stream);
        return Some(Verification { request, expected: Expected::is(state::IDLE) });
    }
    forbidden::verification(domain, stream, *zone, Expected::is(state::FORBIDDEN))
}
