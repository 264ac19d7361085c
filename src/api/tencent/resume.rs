//! `channel_manager` with the action `resume`, or `ResumeLiveStream`: a channel may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20467>.

use crate::api::live_specs::resume;
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::tencent::channel::{CHANNELS, ChannelAction, ChannelOperation};
use crate::api::tencent::place::{APP, DOMAIN};
use crate::api::tencent::profile::NAME;
use crate::api::tencent::{legacy, v3};

/// Lets a channel push again.
pub static SPEC: OperationSpec = OperationSpec {
    target: &CHANNELS,
    details: "At Tencent's legacy API, which it calls obsolete, it is channel_manager with the action resume; at API \
        3.0, with `api = \"v3\"` in the profile, ResumeLiveStream.",
    examples: &["livectl --sandbox tencent resume 8888_test123"],
    params: &[&DOMAIN, &APP, &REASON],
    ..resume(NAME, &ACTION)
};

static ACTION: ChannelAction =
    ChannelAction { ban: None, request, expected: Some(Expected::IsNot(state::FORBIDDEN)) };

fn request(operation: &ChannelOperation) -> Request {
    match &operation.place {
        Some(place) => v3::request("ResumeLiveStream", place, &operation.channel),
        // The manual requires `abstime_end` here too and never explains it. The present moment is
        // right whether it is ignored or read as the end of the ban.
        None => legacy::request(&operation.channel, "resume", operation.end_or_now()),
    }
}
