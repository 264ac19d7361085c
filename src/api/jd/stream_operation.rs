//! [`StreamAction`]: an operation on one stream, as its file describes it, and [`StreamOperation`], the operation itself.
//!
//! Owns what such operations share: the stream, its domain, the version of the API, the length of a ban.

use std::rc::Rc;

use chrono::FixedOffset;
use serde_json::Value;

use crate::api::ban_end::{LongestBan, RequestedEnd};
use crate::api::jd::forbid_length::{ForbidLength, RequestedBan};
use crate::api::jd::forbidden::utc_offset;
use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::live_stream::{DOMAIN, push_domain, stream};
use crate::api::operation::{Operation, OperationReader, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::{Request, Verification};
use crate::time::Timestamp;

/// The part of such an operation that is its own.
#[derive(Debug)]
pub(super) struct StreamAction {
    /// It bans, so it has a length.
    pub(super) is_ban: bool,
    /// The request for these streams of one domain.
    pub(super) request: fn(&StreamOperation, &[&str]) -> Request,
    /// The look that verifies it, where the API has one.
    pub(super) verification: fn(&StreamOperation) -> Option<Verification>,
}

/// One such operation.
#[derive(Debug)]
pub(super) struct StreamOperation {
    spec: &'static OperationSpec,
    action: &'static StreamAction,
    /// `APP/STREAM`; the first `/` divides.
    pub(super) stream: Box<str>,
    pub(super) domain: Rc<str>,
    pub(super) is_openapi: bool,
    /// The zone of the times of the legacy API.
    pub(super) zone: Option<FixedOffset>,
    /// The length of a ban.
    pub(super) ban: Option<RequestedBan>,
}

const ENDLESS_BAN: LongestBan =
    LongestBan::Endless { no_longest: "JD bans without an end instead" };

impl OperationReader for StreamAction {
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let asked = self.is_ban.then(|| RequestedEnd::read(input, context, &ENDLESS_BAN));
        let asked = asked.transpose()?;
        let stream = stream(&input.target)?.into();
        let domain = push_domain(input, context, NAME)?;
        let is_openapi = context.api(NAME) == Some(OPENAPI);
        let ban = |asked| {
            let length = ForbidLength::read(&asked, is_openapi, context)?;
            Ok(RequestedBan { asked, length })
        };
        let ban = asked.map(ban).transpose()?;
        let zone = utc_offset(context);
        Ok(Box::new(StreamOperation { spec, action: self, stream, domain, is_openapi, zone, ban }))
    }
}

impl Operation for StreamOperation {
    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn domain(&self) -> Option<&str> {
        Some(&self.domain)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let length = self.ban.iter().map(|ban| ban.length.setting());
        [(DOMAIN.name, (*self.domain).into())].into_iter().chain(length).collect()
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let asked = self.ban.iter().map(|ban| ban.asked.setting());
        [(DOMAIN.name, (*self.domain).into())].into_iter().chain(asked).collect()
    }

    fn request(&self, targets: &[&str]) -> Request {
        (self.action.request)(self, targets)
    }

    fn until(&self) -> Option<Timestamp> {
        self.ban.as_ref()?.length.end()
    }

    fn renews(&self) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.asked.is_relative())
    }

    fn recorded_end(&self, applied: Timestamp, recorded: Option<Timestamp>) -> Option<Timestamp> {
        match &self.ban {
            Some(ban) => ban.length.recorded_end(applied, recorded),
            None => recorded,
        }
    }

    fn counts_minutes(&self) -> bool {
        self.ban.is_some() && !self.is_openapi
    }

    fn batch_key(&self) -> Option<&Rc<str>> {
        // The `OpenAPI` takes one stream a request.
        (self.spec.batch_size > 1 && !self.is_openapi).then_some(&self.domain)
    }

    fn check(&self) -> Option<Verification> {
        (self.action.verification)(self)
    }
}
