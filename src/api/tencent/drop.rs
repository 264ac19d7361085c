//! `Live_Channel_SetStatus` with status 2, or `DropLiveStream`: a channel is disconnected once; its encoder may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5959>, API 3.0: <https://cloud.tencent.com/document/api/267/20469>.

use super::{Api, v3};
use crate::api::request::{Expected, Request, Verification, state};
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, target};
use crate::outcome::Effect;

/// Disconnects a channel once.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Tencent,
    name: "drop",
    effect: Effect::CutOnce,
    keys: &[],
    requires_api: None,
    batch_size: 1,
    parse,
};

/// The status that disconnects and forbids nothing.
const DISCONNECT: &str = "2";

#[derive(Debug)]
struct Drop {
    channel: Box<str>,
    api: Api,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Drop {
        channel: target(&ask.target)?.into(),
        api: context.tencent.unwrap_or_default(),
    }))
}

impl Operation for Drop {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn request(&self, _targets: &[&str]) -> Request {
        if self.api == Api::V3 {
            return v3::request("DropLiveStream", &self.channel);
        }
        let query = vec![
            ("Param.s.channel_id", (*self.channel).to_owned()),
            ("Param.n.status", DISCONNECT.to_owned()),
        ];
        Request { name: Some("Live_Channel_SetStatus"), ..Request::get("/common_access", query) }
    }

    fn check(&self) -> Option<Verification> {
        Some(super::check(self.api, &self.channel, Expected::IsNot(state::LIVE)))
    }
}
