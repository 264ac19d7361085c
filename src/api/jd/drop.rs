//! `PUT /v1/streams:interrupt`: a stream is disconnected once; its encoder may push again after a second.
//!
//! The manual: *interruptLiveStream* of JD's Live-Video API. The older API has nothing like it.

use std::rc::Rc;

use serde_json::Value;

use super::{openapi, push_domain, stream};
use crate::api::request::Request;
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem};
use crate::outcome::Effect;

/// Disconnects a stream once.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Jd,
    name: "drop",
    effect: Effect::CutOnce,
    keys: &["domain"],
    requires_api: Some("openapi"),
    batch_size: 1,
    parse,
};

#[derive(Debug)]
struct Drop {
    stream: Box<str>,
    domain: Rc<str>,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Drop { stream: stream(&ask.target)?.into(), domain: push_domain(ask, context)? }))
}

impl Operation for Drop {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("domain", (*self.domain).into())]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        openapi::change("/v1/streams%3Ainterrupt", &self.domain, &self.stream)
    }
}
