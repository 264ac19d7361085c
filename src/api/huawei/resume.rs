//! `DELETE stream/blocks`: a banned stream may push again.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0011.html>.

use crate::api::huawei::place::{BLOCKS, live_stream, named, state_of};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;

/// Lets a banned stream push again.
pub static RESUME: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["permit", "unban", "unblock", "allow"],
        about: "Puts streams back on air: they may push again",
        details: "DELETE stream/blocks, by the push domain. A `*` as application or stream is refused, with --exact too: name \
            each stream.",
        examples: &["livectl --sandbox huawei resume live/cam1 --domain push.example.com"],
        params: &[&DOMAIN, &REASON],
        has_verify: true,
        ..OperationSpec::new(NAME, "resume", Effect::OnAir, &STREAMS, |input, context| {
            LiveOperation::read(&RESUME, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request: |stream, _| Request::delete(BLOCKS, named(stream).into()),
    verification: |stream| {
        let expected = Expected::IsNot(state::FORBIDDEN);
        Some(Verification { request: state_of(stream), expected })
    },
    unverified: |_| None,
    settings: domain_setting,
};
