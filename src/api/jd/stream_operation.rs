//! [`StreamOperation`]: an operation on one stream whose only setting is its domain.

use std::rc::Rc;

use chrono::FixedOffset;
use serde_json::Value;

use crate::api::jd::forbidden::utc_offset;
use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::live_stream::{DOMAIN, push_domain, stream};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::{Request, Verification};

/// The request of such an operation, and the state that verifies it.
pub struct StreamAction {
    /// Its name, its help and its parameters.
    pub spec: OperationSpec,
    /// The request for these streams of one domain.
    pub(super) request: fn(&StreamOperation, &[&str]) -> Request,
    /// The look that verifies it, where the API has one.
    pub(super) verification: fn(&StreamOperation) -> Option<Verification>,
}

/// One such operation.
#[derive(Debug)]
pub struct StreamOperation {
    action: &'static StreamAction,
    /// `APP/STREAM`; the first `/` divides.
    pub(super) stream: Box<str>,
    pub(super) domain: Rc<str>,
    pub(super) is_openapi: bool,
    /// The zone of the times of the legacy API.
    pub(super) zone: Option<FixedOffset>,
}

impl StreamOperation {
    pub(super) fn read(
        action: &'static StreamAction,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        Ok(Box::new(Self {
            action,
            stream: stream(&input.target)?.into(),
            domain: push_domain(input, context, NAME)?,
            is_openapi: context.api(NAME) == Some(OPENAPI),
            zone: utc_offset(context),
        }))
    }
}

impl std::fmt::Debug for StreamAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.spec.fmt(f)
    }
}

impl Operation for StreamOperation {
    fn spec(&self) -> &'static OperationSpec {
        &self.action.spec
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn domain(&self) -> Option<&str> {
        Some(&self.domain)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![(DOMAIN.name, (*self.domain).into())]
    }

    fn request(&self, targets: &[&str]) -> Request {
        (self.action.request)(self, targets)
    }

    fn batch_key(&self) -> Option<&Rc<str>> {
        // The `OpenAPI` takes one stream a request.
        (self.action.spec.batch_size > 1 && !self.is_openapi).then_some(&self.domain)
    }

    fn check(&self) -> Option<Verification> {
        (self.action.verification)(self)
    }
}
