//! `Live_Channel_GetStatus`, or `DescribeLiveStreamState`: whether a channel is pushed, and whether it may be.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5958>, API 3.0: <https://cloud.tencent.com/document/api/267/20470>.

use super::Api;
use crate::api::request::Request;
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, target};
use crate::outcome::Effect;

/// Asks for a channel's state.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Tencent,
    name: "status",
    effect: Effect::None,
    keys: &[],
    requires_api: None,
    batch_size: 1,
    parse,
};

#[derive(Debug)]
struct Status {
    channel: Box<str>,
    api: Api,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Status {
        channel: target(&ask.target)?.into(),
        api: context.tencent.unwrap_or_default(),
    }))
}

impl Operation for Status {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn request(&self, _targets: &[&str]) -> Request {
        super::state_of(self.api, &self.channel)
    }
}
