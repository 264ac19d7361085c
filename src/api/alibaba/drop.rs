//! `ForbidLiveStream` with `Oneshot`: a stream is disconnected once; its encoder may push again.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-forbidlivestream>.

use crate::api::alibaba::place::{online_state, publisher_request};
use crate::api::alibaba::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::drop;
use crate::api::live_stream::LiveStream;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::time::Timestamp;

/// Disconnects a stream once.
pub static SPEC: OperationSpec = OperationSpec {
    details: "ForbidLiveStream with Oneshot=yes, by the push domain. It takes no place in the list of 10,000 bans. To keep a \
        stream off air, forbid it.",
    examples: &["livectl --sandbox alibaba drop live/cam1 --domain push.example.com"],
    ..drop(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    // The state of a banned stream is `offline` too, and no live one is banned.
    look: |stream| Some(online_state(stream)),
    expected: Some(&Expected::IsNot(state::LIVE)),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, _until: Option<Timestamp>) -> Request {
    let mut request = publisher_request("ForbidLiveStream", stream);
    request.query.push(("Oneshot", "yes".into()));
    request
}
