//! `DescribeLiveStreamState`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126847>.

use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::volcengine::place::{live_stream, state_of};
use crate::api::volcengine::profile::NAME;
use crate::outcome::effect::Effect;

/// Asks for a stream's state.
pub static STATUS: LiveAction = LiveAction {
    spec: OperationSpec {
        about: "Changes nothing: reports whether streams are live, idle or forbidden",
        details: "DescribeLiveStreamState, by the push domain: `online` is `live` here, and `offline` is `idle`. It is the push \
            that is live; whether it can be watched is not told.",
        examples: &[
            "livectl --sandbox volcengine status live/cam1",
            "livectl --sandbox volcengine status live/cam1 live/cam2 -o json",
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
