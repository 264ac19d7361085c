//! `ResumeStream`: a banned stream may push again.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126846>.

use crate::api::live_operation::LiveAction;
use crate::api::live_specs::resume;
use crate::api::operation::OperationSpec;
use crate::api::request::Expected;
use crate::api::response::state;
use crate::api::volcengine::place::{request, state_of};
use crate::api::volcengine::profile::NAME;

/// Lets a banned stream push again.
pub static SPEC: OperationSpec = OperationSpec {
    details: "ResumeStream, by the push domain. `*` as application or stream is refused, with --exact too: name each stream.",
    examples: &["livectl --sandbox volcengine resume live/cam1"],
    ..resume(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    look: |stream| Some(state_of(stream)),
    expected: Some(&Expected::IsNot(state::FORBIDDEN)),
    ..LiveAction::new(|stream, _| request("ResumeStream", stream))
};
