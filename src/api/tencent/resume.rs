//! `channel_manager` with the action `resume`, or `ResumeLiveStream`: a channel may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20467>.

use super::{Api, v3};
use crate::api::request::{Expected, Request, Verification, state};
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, target};
use crate::outcome::Effect;
use crate::time::Timestamp;

/// Lets a channel push again.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Tencent,
    name: "resume",
    effect: Effect::OnAir,
    keys: &[],
    requires_api: None,
    batch_size: 1,
    parse,
};

#[derive(Debug)]
struct Resume {
    channel: Box<str>,
    planned_at: Timestamp,
    api: Api,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let api = context.tencent.unwrap_or_default();
    Ok(Box::new(Resume { channel: target(&ask.target)?.into(), planned_at: context.now, api }))
}

impl Operation for Resume {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.channel
    }

    /// The manual asks for `abstime_end` here too and never says why. Now is right whether it is ignored or read as the
    /// end of the suspension.
    fn request(&self, _targets: &[&str]) -> Request {
        match self.api {
            Api::Legacy => super::request(&self.channel, SPEC.name, self.planned_at),
            Api::V3 => v3::request("ResumeLiveStream", &self.channel),
        }
    }

    fn check(&self) -> Option<Verification> {
        Some(super::check(self.api, &self.channel, Expected::IsNot(state::FORBIDDEN)))
    }
}
