//! `POST stream/blocks`: a stream may not push until a moment.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0010.html>.

use crate::api::ban_end::LongestBan;
use crate::api::huawei::place::{BLOCKS, named, state_of};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::forbid;
use crate::api::live_stream::LiveStream;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::time::{self, Timestamp};

/// Blocks a stream until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    details: "POST stream/blocks with resume_time, by the push domain. livectl always sends the end: without one Huawei bans \
        for 7 days. The end is resolved once, when the run is planned; no retry moves it. Huawei takes 90 days at most, so \
        --longest and a later end send 89 days.",
    examples: &[
        "livectl --sandbox huawei forbid live/cam1 --domain push.example.com --for 2h",
        "livectl --sandbox huawei forbid live/cam1 --until 2099-01-01T00:00:00Z",
    ],
    ..forbid(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    ban: Some(&LongestBan::Limited {
        no_permanent: "Huawei has no ban without an end",
        limit: "Huawei bans for 90 days at most",
    }),
    look: |stream| Some(state_of(stream)),
    expected: Some(&Expected::is(state::FORBIDDEN)),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    // Always sent: without it Huawei bans for seven days.
    let end = until.map(|until| ("resume_time", time::seconds(until)));
    let members = named(stream).into_iter().chain(end);
    Request::post(BLOCKS, members.map(|(name, value)| (name, value.into())))
}
