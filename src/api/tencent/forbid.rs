//! `channel_manager` with the action `forbid`, or `ForbidLiveStream`: a channel may not push until a moment.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20468>.

use crate::api::ban_end::{FOR, LONGEST, LongestBan, NO_PERMANENT, UNTIL};
use crate::api::live_specs::forbid;
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::tencent::channel::{CHANNELS, ChannelAction, ChannelOperation};
use crate::api::tencent::place::{APP, DOMAIN};
use crate::api::tencent::profile::NAME;
use crate::api::tencent::{legacy, v3};
use crate::time;

/// Blocks a channel until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    target: &CHANNELS,
    details: "A ban holds for the stream's name alone: on every domain and in every application of the account, whatever \
        --domain and --app are. Tencent's support can order a match of domain, application and name instead.\n\n\
        livectl always sends the end: without one Tencent bans for 7 days. The end is resolved once, when the run is planned, \
        and shown in the result; no retry moves it. Tencent keeps a ban for three months at most and cuts a longer one without reporting it; --longest and a later end send 89 days. At Tencent's \
        legacy API, which it calls obsolete, it is channel_manager with the action forbid; at API 3.0, with `api = \"v3\"` \
        in the profile, ForbidLiveStream.",
    examples: &[
        "livectl --sandbox tencent forbid 8888_test123 --for 2h",
        "livectl --sandbox tencent forbid 8888_a 8888_b --until 2099-01-01T00:00:00Z",
        "livectl --sandbox tencent forbid 8888_a --longest --reason 'rights claim'",
    ],
    params: &[&DOMAIN, &APP, &FOR, &UNTIL, &LONGEST, &NO_PERMANENT, &REASON],
    reach: Some("a ban at Tencent holds for the stream's name on every domain of the account"),
    ..forbid(NAME, &ACTION)
};

static ACTION: ChannelAction = ChannelAction {
    ban: Some(&LongestBan::Limited {
        no_permanent: "Tencent has no ban without an end, and keeps one for 89 days for certain",
        limit: "Tencent keeps a stream off air for three months at most",
    }),
    request,
    expected: Some(Expected::is(state::FORBIDDEN)),
};

fn request(operation: &ChannelOperation) -> Request {
    let Some(place) = &operation.place else {
        return legacy::request(&operation.channel, "forbid", operation.end_or_now());
    };
    let mut request = v3::request("ForbidLiveStream", place, &operation.channel);
    // Always sent: without it Tencent lifts the ban after seven days.
    let resume_time = ("ResumeTime", time::seconds(operation.end_or_now()).into());
    request.body.get_or_insert_default().push(resume_time);
    Request { reason: Some("Reason"), ..request }
}
