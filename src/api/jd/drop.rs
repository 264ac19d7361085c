//! `PUT /v1/streams:interrupt`: a stream is disconnected once; its encoder may push again after a second.
//!
//! The manual: *interruptLiveStream* of JD's Live-Video API. The legacy API has no such operation.

use crate::api::jd::openapi;
use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::jd::stream_operation::{StreamAction, StreamOperation};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;

/// Disconnects a stream once.
pub static DROP: StreamAction = StreamAction {
    spec: OperationSpec {
        aliases: &["kick"],
        about: "Cuts streams once: their encoders may push again after a second",
        details: "JD's OpenAPI alone offers it (PUT /v1/streams:interrupt): `api = \"openapi\"` in the profile.",
        examples: &["livectl --sandbox jd drop live/cam1 --domain push.example.com"],
        params: &[&DOMAIN, &REASON],
        requires_api: Some(OPENAPI),
        has_verify: true,
        ..OperationSpec::new(NAME, "drop", Effect::CutOnce, &STREAMS, |input, context| {
            StreamOperation::read(&DROP, input, context)
        })
    },
    request: |operation, _| {
        openapi::change("/v1/streams%3Ainterrupt", &operation.domain, &operation.stream)
    },
    // A stream that was cut and one that was never pushed have the same state, `off`.
    verification: |operation| {
        Some(Verification {
            request: openapi::stream_info(&operation.domain, &operation.stream),
            expected: Expected::Is(state::IDLE.into()),
        })
    },
};
