//! `PUT /v1/streams:interrupt`: a stream is disconnected once; its encoder may push again after a second.
//!
//! The manual: *interruptLiveStream* of JD's Live-Video API. The legacy API has no such operation.

use crate::api::jd::openapi;
use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::jd::stream_operation::StreamAction;
use crate::api::live_specs::drop;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Verification};
use crate::api::response::state;

/// Disconnects a stream once.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Cuts streams once: their encoders may push again after a second",
    details: "JD's OpenAPI alone offers it (PUT /v1/streams:interrupt): `api = \"openapi\"` in the profile.",
    examples: &["livectl --sandbox jd drop live/cam1 --domain push.example.com"],
    requires_api: Some(OPENAPI),
    ..drop(NAME, &ACTION)
};

static ACTION: StreamAction = StreamAction {
    is_ban: false,
    request: |operation, _| {
        openapi::change("/v1/streams%3Ainterrupt", &operation.domain, &operation.stream)
    },
    // A stream that was cut and one that was never pushed have the same state, `off`.
    verification: |operation| {
        Some(Verification {
            request: openapi::stream_info(&operation.domain, &operation.stream),
            expected: Expected::is(state::IDLE),
        })
    },
};
