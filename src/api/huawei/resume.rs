//! `DELETE stream/blocks`: a banned stream may push again.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0011.html>.

use crate::api::huawei::place::{BLOCKS, named, state_of};
use crate::api::huawei::profile::NAME;
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::resume;
use crate::api::operation::OperationSpec;
use crate::api::request::{Expected, Request};
use crate::api::response::state;

/// Lets a banned stream push again.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DELETE stream/blocks, by the push domain. A `*` as application or stream is refused, with --exact too: name \
        each stream.",
    examples: &["livectl --sandbox huawei resume live/cam1 --domain push.example.com"],
    ..resume(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    look: |stream| Some(state_of(stream)),
    expected: Some(&Expected::IsNot(state::FORBIDDEN)),
    ..LiveAction::new(|stream, _| Request::delete(BLOCKS, named(stream).into()))
};
