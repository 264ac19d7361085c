//! `POST stream/block-once`: a stream is disconnected once; its encoder may push again.
//!
//! The vendor's SDK has it (`CreateStreamForbiddenOnce`); its manual has no page for it.

use crate::api::huawei::place::{live_state, live_stream, named};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;

/// Disconnects a stream once.
pub static DROP: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["kick"],
        about: "Cuts streams once: their encoders may push again at once",
        details: "POST stream/block-once, by the push domain. To keep a stream off air, forbid it.",
        examples: &["livectl --sandbox huawei drop live/cam1 --domain push.example.com"],
        params: &[&DOMAIN, &REASON],
        has_verify: true,
        ..OperationSpec::new(NAME, "drop", Effect::CutOnce, &STREAMS, |input, context| {
            LiveOperation::read(&DROP, input, context)
        })
    },
    stream: live_stream,
    ban: None,
    request: |stream, _| {
        let members = named(stream).into_iter();
        Request::post("/stream/block-once", members.map(|(name, value)| (name, value.into())))
    },
    verification: |stream| {
        let expected = Expected::IsNot(state::LIVE);
        Some(Verification { request: live_state(stream), expected })
    },
    unverified: |_| None,
    settings: domain_setting,
};
