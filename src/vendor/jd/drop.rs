//! `PUT /v1/streams:interrupt`: a stream is disconnected once; its encoder may push again after a second.
//!
//! The manual: *interruptLiveStream* of JD's Live-Video API. The older API has nothing like it.

use std::rc::Rc;

use serde_json::Value;

use super::{openapi, push_domain, stream};
use crate::outcome::Effect;
use crate::request::Draft;
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem};

/// Disconnects a stream once.
pub static ACTION: Action = Action {
    vendor: Name::Jd,
    name: "drop",
    effect: Effect::CutOnce,
    keys: &["domain"],
    only: Some("openapi"),
    together: 1,
    parse,
};

#[derive(Debug)]
struct Drop {
    stream: Box<str>,
    domain: Rc<str>,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Drop { stream: stream(&ask.target)?.into(), domain: push_domain(ask, context)? }))
}

impl Operation for Drop {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("domain", (*self.domain).into())]
    }

    fn draft(&self, _targets: &[&str]) -> Draft {
        openapi::change("/v1/streams%3Ainterrupt", &self.domain, &self.stream)
    }
}
