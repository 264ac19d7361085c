//! `Live_Channel_SetStatus` with status 2, or `DropLiveStream`: a channel is disconnected once; its encoder may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5959>, API 3.0: <https://cloud.tencent.com/document/api/267/20469>.

use crate::api::live_specs::drop;
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::tencent::channel::{CHANNELS, ChannelAction, ChannelOperation};
use crate::api::tencent::place::{APP, DOMAIN};
use crate::api::tencent::profile::NAME;
use crate::api::tencent::v3;

/// Disconnects a channel once.
pub static SPEC: OperationSpec = OperationSpec {
    target: &CHANNELS,
    details: "Live_Channel_SetStatus with status 2 at the legacy API, DropLiveStream at API 3.0. To keep a stream off \
        air, forbid it.",
    examples: &["livectl --sandbox tencent drop 8888_test123"],
    params: &[&DOMAIN, &APP, &REASON],
    ..drop(NAME, &ACTION)
};

static ACTION: ChannelAction = ChannelAction {
    ban: None,
    request,
    // `DropLiveStream` reports success for a stream that was not live, too.
    expected: Some(Expected::IsNot(state::LIVE)),
};

/// The status that disconnects and forbids nothing.
const DISCONNECT: &str = "2";

fn request(operation: &ChannelOperation) -> Request {
    if let Some(place) = &operation.place {
        return v3::request("DropLiveStream", place, &operation.channel);
    }
    let query = vec![
        ("Param.s.channel_id", (*operation.channel).to_owned()),
        ("Param.n.status", DISCONNECT.to_owned()),
    ];
    Request { name: Some("Live_Channel_SetStatus"), ..Request::get("/common_access", query) }
}
