//! `ResumeStream`: a banned stream may push again.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126846>.

use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::Expected;
use crate::api::response::state;
use crate::api::volcengine::place::{live_stream, request, verification};
use crate::api::volcengine::profile::NAME;
use crate::outcome::effect::Effect;

/// Lets a banned stream push again.
pub static RESUME: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["permit", "unban", "unblock", "allow"],
        about: "Puts streams back on air: they may push again",
        details: "ResumeStream, by the push domain. `*` as application or stream is refused, with --exact too: name each stream.",
        examples: &["livectl --sandbox volcengine resume live/cam1"],
        params: &[&DOMAIN, &REASON],
        has_verify: true,
        ..OperationSpec::new(NAME, "resume", Effect::OnAir, &STREAMS, |input, context| {
            LiveOperation::read(&RESUME, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request: |stream, _| request("ResumeStream", stream),
    verification: |stream| verification(stream, Expected::IsNot(state::FORBIDDEN)),
    unverified: |_| None,
    settings: domain_setting,
};
