//! `GET stream/blocks` and `GET realtime/streams`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/ListLiveStreamsOnline.html>.

use crate::api::huawei::place::state_of;
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::status;
use crate::api::operation::OperationSpec;

/// Asks for a stream's state.
pub static SPEC: OperationSpec = OperationSpec {
    details: "Huawei has no request for the state of a stream. Two are made: the list of bans (GET stream/blocks), and, where \
        the stream is not in it, the list of live streams (GET realtime/streams). A stream in neither is idle. `live` is read at the ingest, so viewers may still \
        get what caches hold.",
    examples: &[
        "livectl --sandbox huawei status live/cam1 --domain push.example.com",
        "livectl --sandbox huawei status live/cam1 live/cam2 -o json",
    ],
    ..status(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction::new(|stream, _| state_of(stream));
