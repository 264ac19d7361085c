//! [`ChannelAction`]: an operation on one channel, as its file describes it, and [`ChannelOperation`], the operation itself.
//!
//! Owns what such operations share: the channel, its place at API 3.0, the end of a ban, and the request for its state.

use serde_json::Value;

use crate::api::ban_end::{LongestBan, PlannedEnd, RequestedEnd, UNTIL, planned_end};
use crate::api::operation::{Operation, OperationReader, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::TargetSpec;
use crate::api::request::{Expected, Request, Verification};
use crate::api::target::target;
use crate::api::tencent::place::StreamPlace;
use crate::api::tencent::{legacy, v3};
use crate::time::{self, Timestamp};

/// Tencent's streams.
pub(super) static CHANNELS: TargetSpec = TargetSpec::positional(
    "CHANNEL",
    "Channel ids (LVB codes); a lone `-` reads them from standard input",
);

/// The part of such an operation that is its own.
#[derive(Debug)]
pub(super) struct ChannelAction {
    /// The longest ban, for an operation that bans.
    pub(super) ban: Option<&'static LongestBan>,
    /// The request for it.
    pub(super) request: fn(&ChannelOperation) -> Request,
    /// The channel's state after it.
    pub(super) expected: Option<Expected>,
}

impl OperationReader for ChannelAction {
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let asked = self.ban.map(|ban| RequestedEnd::read(input, context, ban)).transpose()?;
        let channel = target(&input.target)?.into();
        let place = StreamPlace::read(input, context)?;
        let now = context.now;
        let end = asked.map(|asked| PlannedEnd { asked, at: now });
        let mut operation = ChannelOperation { spec, action: self, channel, now, place, end };
        if let Some((asked, longest)) = operation.end.as_ref().map(|end| &end.asked).zip(self.ban) {
            let at = planned_end(&operation, asked, longest, context)?;
            operation.end.iter_mut().for_each(|end| end.at = at);
        }
        Ok(Box::new(operation))
    }
}

/// One such operation.
#[derive(Debug)]
pub(super) struct ChannelOperation {
    spec: &'static OperationSpec,
    action: &'static ChannelAction,
    pub(super) channel: Box<str>,
    /// When it was planned.
    now: Timestamp,
    /// At API 3.0.
    pub(super) place: Option<StreamPlace>,
    end: Option<PlannedEnd>,
}

impl ChannelOperation {
    /// The end of a ban; of another operation the moment of planning.
    pub(super) fn end_or_now(&self) -> Timestamp {
        self.until().unwrap_or(self.now)
    }

    /// The request for the channel's state.
    pub(super) fn state(&self) -> Request {
        match &self.place {
            Some(place) => v3::state_of(place, &self.channel),
            None => legacy::state_of(&self.channel),
        }
    }
}

impl Operation for ChannelOperation {
    fn spec(&self) -> &'static OperationSpec {
        self.spec
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
        let mut settings = StreamPlace::settings(self.place.as_ref());
        settings.extend(self.until().map(|until| (UNTIL.name, time::seconds(until).into())));
        settings
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let mut settings = StreamPlace::settings(self.place.as_ref());
        settings.extend(self.end.as_ref().map(|end| end.asked.setting()));
        settings
    }

    fn request(&self, _targets: &[&str]) -> Request {
        (self.action.request)(self)
    }

    fn until(&self) -> Option<Timestamp> {
        self.end.as_ref().map(|end| end.at)
    }

    fn renews(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.asked.is_relative())
    }

    fn check(&self) -> Option<Verification> {
        let expected = self.action.expected.clone()?;
        Some(Verification { request: self.state(), expected })
    }
}
