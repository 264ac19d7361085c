//! [`LiveAction`]: an operation on one stream, `APP/STREAM` at a push domain, as a vendor's folder describes it; and
//! [`LiveOperation`], one of them.
//!
//! Owns what such operations share: the stream, its domain, the end of a ban. The requests are in the vendors' folders.

use std::fmt;

use serde_json::Value;

use crate::api::ban_end::{LongestBan, RequestedEnd, UNTIL, planned_end};
use crate::api::live_stream::{DOMAIN, LiveStream};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::{Request, Verification};
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// The vendor's part of such an operation.
pub struct LiveAction {
    /// Its name, its help and its parameters.
    pub spec: OperationSpec,
    /// Reads the stream and what the vendor calls its domain.
    pub stream: fn(&OperationInput<'_>, &mut PlanContext<'_>) -> Result<LiveStream, Problem>,
    /// The longest ban, for an operation that bans.
    pub ban: Option<&'static LongestBan>,
    /// The request; the moment is the end of a ban.
    pub request: fn(&LiveStream, Option<Timestamp>) -> Request,
    /// The look that verifies it, where the API has one.
    pub verification: fn(&LiveStream) -> Option<Verification>,
    /// Why there is no such look for this stream, where the profile could change that.
    pub unverified: fn(&LiveStream) -> Option<&'static str>,
    /// Its settings as sent, but for the end of a ban.
    pub settings: fn(&LiveStream) -> Vec<(&'static str, Value)>,
}

impl fmt::Debug for LiveAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}

/// The push domain as the only setting.
#[must_use]
pub fn domain_setting(stream: &LiveStream) -> Vec<(&'static str, Value)> {
    vec![(DOMAIN.name, (*stream.domain).into())]
}

/// One such operation.
#[derive(Debug)]
pub struct LiveOperation {
    action: &'static LiveAction,
    stream: LiveStream,
    /// The end of a ban: as it was asked, and the moment.
    end: Option<(RequestedEnd, Timestamp)>,
}

impl LiveOperation {
    /// Reads an operation of this kind.
    pub fn read(
        action: &'static LiveAction,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let asked = action.ban.map(|ban| RequestedEnd::read(input, context, ban)).transpose()?;
        let stream = (action.stream)(input, context)?;
        let is_look = action.spec.effect == Effect::None;
        let stream = if is_look { stream } else { stream.one()? };
        let end = asked.map(|asked| (asked, context.now));
        let mut operation = Self { action, stream, end };
        if let (Some((asked, _)), Some(ban)) = (operation.end.clone(), action.ban) {
            let end = planned_end(&operation, &asked, ban, context)?;
            operation.end = Some((asked, end));
        }
        Ok(Box::new(operation))
    }
}

impl Operation for LiveOperation {
    fn spec(&self) -> &'static OperationSpec {
        &self.action.spec
    }

    fn target(&self) -> &str {
        &self.stream.target
    }

    fn domain(&self) -> Option<&str> {
        Some(&self.stream.domain)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = (self.action.settings)(&self.stream);
        settings.extend(self.until().map(|until| (UNTIL.name, time::seconds(until).into())));
        settings
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let mut settings = (self.action.settings)(&self.stream);
        settings.extend(self.end.as_ref().map(|(asked, _)| asked.setting()));
        settings
    }

    fn request(&self, _targets: &[&str]) -> Request {
        (self.action.request)(&self.stream, self.until())
    }

    fn until(&self) -> Option<Timestamp> {
        self.end.as_ref().map(|(_, until)| *until)
    }

    fn renews(&self) -> bool {
        self.end.as_ref().is_some_and(|(asked, _)| asked.is_relative())
    }

    fn check(&self) -> Option<Verification> {
        (self.action.verification)(&self.stream)
    }

    fn unverified(&self) -> Option<&'static str> {
        (self.action.unverified)(&self.stream)
    }
}
