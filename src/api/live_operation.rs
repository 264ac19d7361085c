//! [`LiveAction`]: an operation on one stream, `APP/STREAM` at a push domain, as a vendor's folder describes it; and the
//! operation itself.
//!
//! Owns what such operations share: the stream, its domain, the end of a ban. The requests are in the vendors' folders.

use serde_json::Value;

use crate::api::ban_end::{LongestBan, PlannedEnd, RequestedEnd, UNTIL, planned_end};
use crate::api::live_stream::{Counterpart, DOMAIN, LiveStream};
use crate::api::operation::{Operation, OperationReader, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::request::{Expected, Request, Verification};
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// The vendor's part of such an operation.
#[derive(Debug)]
pub struct LiveAction {
    /// The longest ban, for an operation that bans.
    pub ban: Option<&'static LongestBan>,
    /// Reads the vendor's other name of the stream's domain.
    pub counterpart: Counterpart,
    /// The setting that has that name in records, where it is one.
    // Recorded with the operation, so that a resumed run names the same.
    pub counterpart_param: Option<&'static Param>,
    /// The request; the moment is the end of a ban.
    pub request: fn(&LiveStream, Option<Timestamp>) -> Request,
    /// The look at the state; `None` for a stream whose state cannot be read.
    pub look: fn(&LiveStream) -> Option<Request>,
    /// The state in which it has taken effect.
    pub expected: Option<&'static Expected>,
    /// Why a state cannot be read, where the profile could change that.
    pub no_look: Option<&'static str>,
}

impl LiveAction {
    /// An action with this request, which bans nothing and is not verified.
    #[must_use]
    pub const fn new(request: fn(&LiveStream, Option<Timestamp>) -> Request) -> Self {
        Self {
            ban: None,
            counterpart: |_, _, _| Ok(None),
            counterpart_param: None,
            request,
            look: |_| None,
            expected: None,
            no_look: None,
        }
    }
}

impl OperationReader for LiveAction {
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let asked = self.ban.map(|ban| RequestedEnd::read(input, context, ban)).transpose()?;
        let mut stream = LiveStream::read(input, context, spec.vendor)?;
        stream.counterpart = (self.counterpart)(input, context, &stream.domain)?;
        // A look changes nothing, so it may name `*`.
        let is_look = spec.effect == Effect::None;
        let stream = if is_look { stream } else { stream.one()? };
        let end = asked.map(|asked| PlannedEnd { asked, at: context.now });
        let mut operation = LiveOperation { spec, action: self, stream, end };
        // Planned last: a resumed run finds the end of the first run by the operation as it was asked.
        if let Some((asked, longest)) = operation.end.as_ref().map(|end| &end.asked).zip(self.ban) {
            let at = planned_end(&operation, asked, longest, context)?;
            operation.end.iter_mut().for_each(|end| end.at = at);
        }
        Ok(Box::new(operation))
    }
}

/// One such operation.
#[derive(Debug)]
struct LiveOperation {
    spec: &'static OperationSpec,
    action: &'static LiveAction,
    stream: LiveStream,
    end: Option<PlannedEnd>,
}

impl LiveOperation {
    /// The settings but for the end of a ban.
    fn place(&self) -> Vec<(&'static str, Value)> {
        let stream = &self.stream;
        let counterpart = self.action.counterpart_param.zip(stream.counterpart.as_deref());
        let counterpart = counterpart.map(|(param, text)| (param.name, text.into()));
        [(DOMAIN.name, (*stream.domain).into())].into_iter().chain(counterpart).collect()
    }
}

impl Operation for LiveOperation {
    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    fn target(&self) -> &str {
        &self.stream.target
    }

    fn domain(&self) -> Option<&str> {
        Some(&self.stream.domain)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = self.place();
        settings.extend(self.until().map(|until| (UNTIL.name, time::seconds(until).into())));
        settings
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let mut settings = self.place();
        settings.extend(self.end.as_ref().map(|end| end.asked.setting()));
        settings
    }

    fn request(&self, _targets: &[&str]) -> Request {
        (self.action.request)(&self.stream, self.until())
    }

    fn until(&self) -> Option<Timestamp> {
        self.end.as_ref().map(|end| end.at)
    }

    fn renews(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.asked.is_relative())
    }

    fn check(&self) -> Option<Verification> {
        let expected = self.action.expected.cloned()?;
        Some(Verification { request: (self.action.look)(&self.stream)?, expected })
    }

    // A run with --verify reports it: unverified is less than was asked for.
    fn unverified(&self) -> Option<&'static str> {
        self.action.no_look.filter(|_| (self.action.look)(&self.stream).is_none())
    }
}
