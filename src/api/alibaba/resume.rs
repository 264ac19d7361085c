//! `ResumeLiveStream`: a banned stream may push again.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-resumelivestream>.

use crate::api::alibaba::place::{NO_PLAY_DOMAIN, play_domain, publisher_request, state_of};
use crate::api::alibaba::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::resume;
use crate::api::operation::OperationSpec;
use crate::api::request::Expected;
use crate::api::response::state;

/// Lets a banned stream push again.
pub static SPEC: OperationSpec = OperationSpec {
    details: "ResumeLiveStream, by the push domain. Alibaba reads `*` as every application, so `*` is refused, with \
        --exact too: name each stream.",
    examples: &["livectl --sandbox alibaba resume live/cam1 --domain push.example.com"],
    ..resume(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    counterpart: play_domain,
    look: state_of,
    expected: Some(&Expected::IsNot(state::FORBIDDEN)),
    no_look: Some(NO_PLAY_DOMAIN),
    ..LiveAction::new(|stream, _| publisher_request("ResumeLiveStream", stream))
};
