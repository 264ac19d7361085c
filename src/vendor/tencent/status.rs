//! `Live_Channel_GetStatus`, or `DescribeLiveStreamState`: whether a channel is pushed, and whether it may be.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5958>, API 3.0: <https://cloud.tencent.com/document/api/267/20470>.

use super::Api;
use crate::outcome::Effect;
use crate::request::Draft;
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, target};

/// Asks for a channel's state.
pub static ACTION: Action =
    Action { vendor: Name::Tencent, name: "status", effect: Effect::None, keys: &[], only: None, together: 1, parse };

#[derive(Debug)]
struct Status {
    channel: Box<str>,
    api: Api,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Status { channel: target(&ask.target)?.into(), api: context.tencent.unwrap_or_default() }))
}

impl Operation for Status {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn draft(&self, _targets: &[&str]) -> Draft {
        super::state_of(self.api, &self.channel)
    }
}
