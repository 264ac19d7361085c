//! `ForbidStream`: a stream may not push until a moment.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126845>.

use crate::api::ban_end::{FOR, LONGEST, LongestBan, NO_PERMANENT, UNTIL};
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::volcengine::place::{live_stream, request as request_on, verification};
use crate::api::volcengine::profile::NAME;
use crate::outcome::effect::Effect;
use crate::time::Timestamp;

/// Blocks a stream until a moment.
pub static FORBID: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["ban", "block"],
        about: "Takes streams off air: no push until the end given",
        details: "ForbidStream with EndTime, by the push domain; a stream that is pulled from elsewhere is blocked too. livectl \
            always sends the end: without one Volcengine bans for 90 days. The end is resolved once, when the run is planned; no \
            retry moves it. --longest and a later end send 89 days, since Volcengine keeps a ban for 90 at most.",
        examples: &[
            "livectl --sandbox volcengine forbid live/cam1 --for 2h",
            "livectl --sandbox volcengine forbid live/cam1 --until 2099-01-01T00:00:00Z",
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
    unverified: |_| None,
    settings: domain_setting,
};

static LONGEST_BAN: LongestBan = LongestBan::Limited {
    no_permanent: "Volcengine has no ban without an end",
    limit: "Volcengine keeps a ban for 90 days at most",
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    let mut request = request_on("ForbidStream", stream);
    // Always sent: without it Volcengine bans for 90 days.
    let end = until.map(|until| until.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
    request.body.iter_mut().for_each(|body| {
        body.extend(end.iter().map(|end| ("EndTime", end.as_str().into())));
    });
    request
}
