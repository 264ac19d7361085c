//! `Live_Channel_GetStatus`, or `DescribeLiveStreamState`: whether a channel is pushed, and whether it may be.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5958>, API 3.0: <https://cloud.tencent.com/document/api/267/20470>.

use crate::api::operation::OperationSpec;
use crate::api::tencent::channel::{CHANNELS, ChannelAction, ChannelOperation, state_of};
use crate::api::tencent::place::{APP, DOMAIN};
use crate::api::tencent::profile::NAME;
use crate::outcome::effect::Effect;

/// Asks for a channel's state.
pub static STATUS: ChannelAction = ChannelAction {
    spec: OperationSpec {
        about: "Changes nothing: reports whether streams are live, idle or forbidden",
        details: "Live_Channel_GetStatus at the legacy API, which also reports never_pushed, DescribeLiveStreamState at API \
            3.0.",
        examples: &[
            "livectl --sandbox tencent status 8888_test123",
            "livectl --sandbox tencent status 8888_a 8888_b -o json",
        ],
        states: |_| &["live", "idle", "forbidden"],
        params: &[&DOMAIN, &APP],
        ..OperationSpec::new(NAME, "status", Effect::None, &CHANNELS, |input, context| {
            ChannelOperation::read(&STATUS, input, context)
        })
    },
    request: |operation| state_of(operation.place.as_ref(), &operation.channel),
    expected: None,
};
