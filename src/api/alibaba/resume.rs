//! `ResumeLiveStream`: a banned stream may push again.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-resumelivestream>.

use crate::api::alibaba::place::{NO_PLAY_DOMAIN, live_stream, publisher_request, verification};
use crate::api::alibaba::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::Expected;
use crate::api::response::state;
use crate::outcome::effect::Effect;

/// Lets a banned stream push again.
pub static RESUME: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["permit", "unban", "unblock", "allow"],
        about: "Puts streams back on air: they may push again",
        details: "ResumeLiveStream, by the push domain. Alibaba reads `*` as every application, so `*` is refused, with \
            --exact too: name each stream.",
        examples: &["livectl --sandbox alibaba resume live/cam1 --domain push.example.com"],
        params: &[&DOMAIN, &REASON],
        has_verify: true,
        ..OperationSpec::new(NAME, "resume", Effect::OnAir, &STREAMS, |input, context| {
            LiveOperation::read(&RESUME, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request: |stream, _| publisher_request("ResumeLiveStream", stream),
    verification: |stream| verification(stream, Expected::IsNot(state::FORBIDDEN)),
    unverified: |stream| stream.counterpart.is_none().then_some(NO_PLAY_DOMAIN),
    settings: domain_setting,
};
