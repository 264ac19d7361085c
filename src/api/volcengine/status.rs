//! `DescribeLiveStreamState`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126847>.

use crate::api::live_operation::LiveAction;
use crate::api::live_specs::status;
use crate::api::operation::OperationSpec;
use crate::api::volcengine::place::state_of;
use crate::api::volcengine::profile::NAME;

/// Asks for a stream's state.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DescribeLiveStreamState, by the push domain: `online` is `live` here, and `offline` is `idle`. It is the push \
        that is live; whether it can be watched is not told.",
    examples: &[
        "livectl --sandbox volcengine status live/cam1",
        "livectl --sandbox volcengine status live/cam1 live/cam2 -o json",
    ],
    ..status(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction::new(|stream, _| state_of(stream));
