//! `ForbidLiveStream`: a stream may not push until a moment.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-forbidlivestream>.

use crate::api::alibaba::place::{NO_PLAY_DOMAIN, live_stream, publisher_request, verification};
use crate::api::alibaba::profile::NAME;
use crate::api::ban_end::{FOR, LONGEST, LongestBan, NO_PERMANENT, UNTIL};
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// Blocks a stream until a moment.
pub static FORBID: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["ban", "block"],
        about: "Takes streams off air: no push until the end given",
        details: "ForbidLiveStream with ResumeTime, by the push domain. livectl always sends the end: without one Alibaba bans \
            for 6 months. The end is resolved once, when the run is planned; no retry moves it. --longest and a later end send \
            89 days.\n\n\
            An account has at most 10,000 banned streams; one more is refused with QuotaExceeded.Blacklist. --verify reads the \
            list of bans, which Alibaba gives by the play domain: `play_domain` in the profile.",
        examples: &[
            "livectl --sandbox alibaba forbid live/cam1 --domain push.example.com --for 2h",
            "livectl --sandbox alibaba forbid live/a live/b --until 2099-01-01T00:00:00Z",
        ],
        params: &[&DOMAIN, &FOR, &UNTIL, &LONGEST, &NO_PERMANENT, &REASON],
        alternatives: &["for", "until", "longest"],
        has_verify: true,
        ..OperationSpec::new(NAME, "forbid", Effect::OffAir, &STREAMS, |input, context| {
            LiveOperation::read(&FORBID, input, context)
        })
    },
    stream: live_stream,
    ban: Some(&LONGEST_BAN),
    request,
    verification: |stream| verification(stream, Expected::Is(state::FORBIDDEN.into())),
    unverified: |stream| stream.counterpart.is_none().then_some(NO_PLAY_DOMAIN),
    settings: domain_setting,
};

static LONGEST_BAN: LongestBan = LongestBan::Limited {
    no_permanent: "Alibaba has no ban without an end",
    limit: "Alibaba documents no longest ban",
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    let mut request = publisher_request("ForbidLiveStream", stream);
    // Always sent: without it Alibaba bans for six months.
    request.query.extend(until.map(|until| ("ResumeTime", time::seconds(until))));
    request
}
