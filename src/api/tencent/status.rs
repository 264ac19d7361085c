//! `Live_Channel_GetStatus`, or `DescribeLiveStreamState`: whether a channel is pushed, and whether it may be.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5958>, API 3.0: <https://cloud.tencent.com/document/api/267/20470>.

use crate::api::live_specs::status;
use crate::api::operation::OperationSpec;
use crate::api::tencent::channel::{CHANNELS, ChannelAction, ChannelOperation};
use crate::api::tencent::place::{APP, DOMAIN};
use crate::api::tencent::profile::NAME;

/// Asks for a channel's state.
pub static SPEC: OperationSpec = OperationSpec {
    target: &CHANNELS,
    details: "Live_Channel_GetStatus at the legacy API, which also reports never_pushed, DescribeLiveStreamState at API \
        3.0.",
    examples: &[
        "livectl --sandbox tencent status 8888_test123",
        "livectl --sandbox tencent status 8888_a 8888_b -o json",
    ],
    params: &[&DOMAIN, &APP],
    ..status(NAME, &ACTION)
};

static ACTION: ChannelAction =
    ChannelAction { ban: None, request: ChannelOperation::state, expected: None };
