//! `permitStream`, or `PUT /v1/streams:resume`: blocked streams may push again.
//!
//! The manual: *Quit Blocked Streaming* of JD's Live-Video-Open-Api, *resumeLiveStream* of its Live-Video API.

use serde_json::json;

use crate::api::jd::profile::NAME;
use crate::api::jd::stream_operation::{StreamAction, StreamOperation};
use crate::api::jd::{forbidden, openapi};
use crate::api::live_specs::resume;
use crate::api::live_stream::parts;
use crate::api::operation::OperationSpec;
use crate::api::request::{Echo, Expected, Request};
use crate::api::response::state;

/// Lets blocked streams push again.
pub static SPEC: OperationSpec = OperationSpec {
    name: "permit",
    aliases: &["resume", "unban", "unblock", "allow"],
    details: "At JD's legacy API all streams of a run travel in one request, at most 100 (permitStream). When JD \
        refuses it, each is sent on its own, so that one bad name holds back none of the others. At its OpenAPI a \
        stream is a request of its own (PUT /v1/streams:resume).",
    examples: &[
        "livectl --sandbox jd permit live/cam1 --domain push.example.com",
        "livectl --sandbox jd permit live/cam1 live/cam2 --domain push.example.com",
    ],
    batch_size: 100,
    ..resume(NAME, &ACTION)
};

static ACTION: StreamAction = StreamAction {
    is_ban: false,
    request,
    // The OpenAPI reports whether a stream is pushed, not whether it may be.
    verification: |operation| {
        let StreamOperation { domain, stream, is_openapi, zone, .. } = operation;
        let expected = Expected::IsNot(state::FORBIDDEN);
        if *is_openapi { None } else { forbidden::verification(domain, stream, *zone, expected) }
    },
};

fn request(operation: &StreamOperation, targets: &[&str]) -> Request {
    let domain = &operation.domain;
    if operation.is_openapi {
        return openapi::change("/v1/streams%3Aresume", domain, &operation.stream);
    }
    let streams = targets.iter().map(|target| {
        let (app, stream) = parts(target);
        // Objects in an array, as in JD's CDN SDK. The manual's sample has them in single quotes,
        // which is no JSON.
        json!({"app": app, "stream": stream})
    });
    let body = [("domain", (**domain).into()), ("deleteStreams", streams.collect())];
    Request {
        echo: Some(Echo::Domain((**domain).to_owned())),
        ..Request::post("/api/live/permitStream", body)
    }
}
