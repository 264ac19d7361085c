//! `GET stream/blocks` and `GET realtime/streams`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/ListLiveStreamsOnline.html>.

use crate::api::huawei::place::{live_stream, state_of};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::outcome::effect::Effect;

/// Asks for a stream's state.
pub static STATUS: LiveAction = LiveAction {
    spec: OperationSpec {
        about: "Changes nothing: reports whether streams are live, idle or forbidden",
        details: "Huawei has no request for the state of a stream. Two are made: the list of bans (GET stream/blocks), and, where \
            the stream is not in it, the list of live streams (GET realtime/streams). A stream in neither is idle. `live` is read at the ingest, so viewers may still \
            get what caches hold.",
        examples: &[
            "livectl --sandbox huawei status live/cam1 --domain push.example.com",
            "livectl --sandbox huawei status live/cam1 live/cam2 -o json",
        ],
        states: |_| &["live", "idle", "forbidden"],
        params: &[&DOMAIN],
        ..OperationSpec::new(NAME, "status", Effect::None, &STREAMS, |input, context| {
            LiveOperation::read(&STATUS, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request: |stream, _| state_of(stream),
    verification: |_| None,
    unverified: |_| None,
    settings: domain_setting,
};
