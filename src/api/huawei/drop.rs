//! `POST stream/block-once`: a stream is disconnected once; its encoder may push again.
//!
//! The vendor's SDK has it (`CreateStreamForbiddenOnce`); its manual has no page for it.

use crate::api::huawei::place::{live_state, named};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::drop;
use crate::api::live_stream::LiveStream;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::time::Timestamp;

/// Disconnects a stream once.
pub static SPEC: OperationSpec = OperationSpec {
    details: "POST stream/block-once, by the push domain. To keep a stream off air, forbid it.",
    examples: &["livectl --sandbox huawei drop live/cam1 --domain push.example.com"],
    ..drop(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    look: |stream| Some(live_state(stream)),
    expected: Some(&Expected::IsNot(state::LIVE)),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, _until: Option<Timestamp>) -> Request {
    let members = named(stream).into_iter();
    Request::post("/stream/block-once", members.map(|(name, value)| (name, value.into())))
}
