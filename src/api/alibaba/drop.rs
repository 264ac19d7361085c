//! `ForbidLiveStream` with `Oneshot`: a stream is disconnected once; its encoder may push again.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-forbidlivestream>.

use crate::api::alibaba::place::{live_stream, online_state, publisher_request};
use crate::api::alibaba::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;
use crate::time::Timestamp;

/// Disconnects a stream once.
pub static DROP: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["kick"],
        about: "Cuts streams once: their encoders may push again at once",
        details: "ForbidLiveStream with Oneshot=yes, by the push domain. It takes no place in the list of 10,000 bans. To keep a \
            stream off air, forbid it.",
        examples: &["livectl --sandbox alibaba drop live/cam1 --domain push.example.com"],
        params: &[&DOMAIN, &REASON],
        has_verify: true,
        ..OperationSpec::new(NAME, "drop", Effect::CutOnce, &STREAMS, |input, context| {
            LiveOperation::read(&DROP, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request,
    // The state of a banned stream is `offline` too, and no live one is banned.
    verification: |stream| {
        let expected = Expected::IsNot(state::LIVE);
        Some(Verification { request: online_state(stream), expected })
    },
    unverified: |_| None,
    settings: domain_setting,
};

fn request(stream: &LiveStream, _until: Option<Timestamp>) -> Request {
    let mut request = publisher_request("ForbidLiveStream", stream);
    request.query.push(("Oneshot", "yes".into()));
    request
}
