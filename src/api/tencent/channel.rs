//! [`ChannelOperation`]: an operation on one channel without settings; and the request for a channel's state.

use std::fmt;

use serde_json::Value;

use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::TargetSpec;
use crate::api::request::{Expected, Request, Verification};
use crate::api::target::target;
use crate::api::tencent::place::StreamPlace;
use crate::api::tencent::{legacy, v3};
use crate::time::Timestamp;

/// Tencent's streams.
pub(super) static CHANNELS: TargetSpec = TargetSpec::positional(
    "CHANNEL",
    "Channel ids (LVB codes); a lone `-` reads them from standard input",
);

/// The request of such an operation, and the state that verifies it.
pub struct ChannelAction {
    /// Its name, its help and its parameters.
    pub spec: OperationSpec,
    /// The request for it.
    pub(super) request: fn(&ChannelOperation) -> Request,
    /// The channel's state after it.
    pub(super) expected: Option<Expected>,
}

impl fmt::Debug for ChannelAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}

/// One such operation.
#[derive(Debug)]
pub struct ChannelOperation {
    action: &'static ChannelAction,
    pub(super) channel: Box<str>,
    pub(super) planned_at: Timestamp,
    /// At API 3.0.
    pub(super) place: Option<StreamPlace>,
}

impl ChannelOperation {
    pub(super) fn read(
        action: &'static ChannelAction,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        Ok(Box::new(Self {
            action,
            channel: target(&input.target)?.into(),
            planned_at: context.now,
            place: StreamPlace::read(input, context)?,
        }))
    }
}

impl Operation for ChannelOperation {
    fn spec(&self) -> &'static OperationSpec {
        &self.action.spec
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn domain(&self) -> Option<&str> {
        self.place.as_ref().map(|place| &*place.domain)
    }

    fn app(&self) -> Option<&str> {
        self.place.as_ref().map(|place| &*place.app)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        StreamPlace::settings(self.place.as_ref())
    }

    fn request(&self, _targets: &[&str]) -> Request {
        (self.action.request)(self)
    }

    fn check(&self) -> Option<Verification> {
        Some(verification(self.place.as_ref(), &self.channel, self.action.expected.clone()?))
    }
}

/// The look that compares a channel's state with the expected one.
pub(super) fn verification(
    place: Option<&StreamPlace>,
    channel: &str,
    expected: Expected,
) -> Verification {
    Verification { request: state_of(place, channel), expected }
}

/// The request for a channel's state.
pub(super) fn state_of(place: Option<&StreamPlace>, channel: &str) -> Request {
    match place {
        Some(place) => v3::state_of(place, channel),
        None => legacy::state_of(channel),
    }
}
