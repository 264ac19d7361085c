//! `permitStream`, or `PUT /v1/streams:resume`: blocked streams may push again.
//!
//! The manual: *Quit Blocked Streaming* of JD's Live-Video-Open-Api, *resumeLiveStream* of its Live-Video API.

use std::rc::Rc;

use serde_json::{Value, json};

use super::{Api, openapi, parts, push_domain, stream};
use crate::api::request::{Echo, Expected, Request, Verification, state};
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem};
use crate::outcome::Effect;

/// Lets blocked streams push again.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Jd,
    name: "permit",
    effect: Effect::OnAir,
    keys: &["domain"],
    requires_api: None,
    batch_size: 100,
    parse,
};

#[derive(Debug)]
struct Permit {
    /// `APP/STREAM`; the first `/` divides.
    stream: Box<str>,
    domain: Rc<str>,
    api: Api,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let stream = stream(&ask.target)?.into();
    Ok(Box::new(Permit {
        stream,
        domain: push_domain(ask, context)?,
        api: context.jd.unwrap_or_default(),
    }))
}

impl Operation for Permit {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("domain", (*self.domain).into())]
    }

    fn request(&self, targets: &[&str]) -> Request {
        if self.api == Api::OpenApi {
            return openapi::change("/v1/streams%3Aresume", &self.domain, &self.stream);
        }
        let streams = targets.iter().map(|target| {
            let (app, stream) = parts(target);
            json!({"app": app, "stream": stream})
        });
        let body = [("domain", (*self.domain).into()), ("deleteStreams", streams.collect())];
        Request {
            echo: Some(Echo::Domain((*self.domain).to_owned())),
            ..Request::post("/api/live/permitStream", body)
        }
    }

    fn batch_key(&self) -> Option<&Rc<str>> {
        match self.api {
            Api::Legacy => Some(&self.domain),
            Api::OpenApi => None,
        }
    }

    fn check(&self) -> Option<Verification> {
        super::forbidden::check(
            self.api,
            &self.domain,
            &self.stream,
            Expected::IsNot(state::FORBIDDEN),
        )
    }
}
