//! `ForbidLiveStream`: a stream may not push until a moment.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-forbidlivestream>.

use crate::api::alibaba::place::{NO_PLAY_DOMAIN, play_domain, publisher_request, state_of};
use crate::api::alibaba::profile::NAME;
use crate::api::ban_end::LongestBan;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::forbid;
use crate::api::live_stream::LiveStream;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::time::{self, Timestamp};

/// Blocks a stream until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    details: "ForbidLiveStream with ResumeTime, by the push domain. livectl always sends the end: without one Alibaba bans \
        for 6 months. The end is resolved once, when the run is planned; no retry moves it. --longest and a later end send \
        89 days.\n\n\
        An account has at most 10,000 banned streams; one more is refused with QuotaExceeded.Blacklist. --verify reads the \
        list of bans, which Alibaba gives by the play domain: `play_domain` in the profile.",
    examples: &[
        "livectl --sandbox alibaba forbid live/cam1 --domain push.example.com --for 2h",
        "livectl --sandbox alibaba forbid live/a live/b --until 2099-01-01T00:00:00Z",
    ],
    ..forbid(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    ban: Some(&LongestBan::Limited {
        no_permanent: "Alibaba has no ban without an end",
        limit: "Alibaba documents no longest ban",
    }),
    counterpart: play_domain,
    look: state_of,
    expected: Some(&Expected::is(state::FORBIDDEN)),
    no_look: Some(NO_PLAY_DOMAIN),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    let mut request = publisher_request("ForbidLiveStream", stream);
    // Always sent: without it Alibaba bans for six months.
    request.query.extend(until.map(|until| ("ResumeTime", time::seconds(until))));
    request
}
