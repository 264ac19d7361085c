//! `POST stream/blocks`: a stream may not push until a moment.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0010.html>.

use crate::api::ban_end::{FOR, LONGEST, LongestBan, NO_PERMANENT, UNTIL};
use crate::api::huawei::place::{BLOCKS, live_stream, named, state_of};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// Blocks a stream until a moment.
pub static FORBID: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["ban", "block"],
        about: "Takes streams off air: no push until the end given",
        details: "POST stream/blocks with resume_time, by the push domain. livectl always sends the end: without one Huawei bans \
            for 7 days. The end is resolved once, when the run is planned; no retry moves it. Huawei takes 90 days at most, so \
            --longest and a later end send 89 days.",
        examples: &[
            "livectl --sandbox huawei forbid live/cam1 --domain push.example.com --for 2h",
            "livectl --sandbox huawei forbid live/cam1 --until 2099-01-01T00:00:00Z",
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
    verification: |stream| {
        let expected = Expected::Is(state::FORBIDDEN.into());
        Some(Verification { request: state_of(stream), expected })
    },
    unverified: |_| None,
    settings: domain_setting,
};

static LONGEST_BAN: LongestBan = LongestBan::Limited {
    no_permanent: "Huawei has no ban without an end",
    limit: "Huawei bans for 90 days at most",
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    // Always sent: without it Huawei bans for seven days.
    let end = until.map(|until| ("resume_time", time::seconds(until)));
    let members = named(stream).into_iter().chain(end);
    Request::post(BLOCKS, members.map(|(name, value)| (name, value.into())))
}
