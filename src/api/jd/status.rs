//! `describeLiveStreamInfo`, or `queryForbidden`: whether a stream is pushed, or whether it may be.
//!
//! The manual: *describeLiveStreamInfo* of JD's Live-Video API. The legacy API reports only the bans of a domain.

use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::jd::stream_operation::{StreamAction, StreamOperation};
use crate::api::jd::{forbidden, openapi};
use crate::api::live_specs::status;
use crate::api::operation::OperationSpec;

/// Asks for a stream's state.
pub static SPEC: OperationSpec = OperationSpec {
    details: "JD's OpenAPI reports live and idle (streamInfo), not whether a stream is forbidden. Its legacy API \
        reports forbidden (queryForbidden), and nothing of other streams.",
    examples: &[
        "livectl --sandbox jd status live/cam1 --domain push.example.com",
        "livectl --sandbox jd status live/a live/b --domain push.example.com",
    ],
    states: |account| match account.api() {
        OPENAPI => &["live", "idle"],
        _ => &["forbidden"],
    },
    ..status(NAME, &ACTION)
};

static ACTION: StreamAction = StreamAction {
    is_ban: false,
    request: |operation, _| {
        let StreamOperation { domain, stream, is_openapi, zone, .. } = operation;
        if *is_openapi {
            openapi::stream_info(domain, stream)
        } else {
            forbidden::status(domain, stream, *zone)
        }
    },
    verification: |_| None,
};
