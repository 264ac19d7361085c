//! `ForbidStream`: a stream may not push until a moment.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126845>.

use crate::api::ban_end::LongestBan;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::forbid;
use crate::api::live_stream::LiveStream;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::volcengine::place::{request as request_on, state_of};
use crate::api::volcengine::profile::NAME;
use crate::time::Timestamp;

/// Blocks a stream until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    details: "ForbidStream with EndTime, by the push domain; a stream that is pulled from elsewhere is blocked too. livectl \
        always sends the end: without one Volcengine bans for 90 days. The end is resolved once, when the run is planned; no \
        retry moves it. --longest and a later end send 89 days, since Volcengine keeps a ban for 90 at most.",
    examples: &[
        "livectl --sandbox volcengine forbid live/cam1 --for 2h",
        "livectl --sandbox volcengine forbid live/cam1 --until 2099-01-01T00:00:00Z",
    ],
    ..forbid(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    ban: Some(&LongestBan::Limited {
        no_permanent: "Volcengine has no ban without an end",
        limit: "Volcengine keeps a ban for 90 days at most",
    }),
    look: |stream| Some(state_of(stream)),
    expected: Some(&Expected::is(state::FORBIDDEN)),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, until: Option<Timestamp>) -> Request {
    let mut request = request_on("ForbidStream", stream);
    // Always sent: without it Volcengine bans for 90 days. The manual writes it with milliseconds.
    let end = until.map(|until| until.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
    request.body.get_or_insert_default().extend(end.map(|end| ("EndTime", end.into())));
    request
}
