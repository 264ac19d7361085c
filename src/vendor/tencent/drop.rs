//! `Live_Channel_SetStatus` with status 2, or `DropLiveStream`: a channel is disconnected once; its encoder may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/5959>, API 3.0: <https://cloud.tencent.com/document/api/267/20469>.

use super::{Api, v3};
use crate::outcome::Effect;
use crate::request::{Check, Draft, Expected, state};
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, target};

/// Disconnects a channel once.
pub static ACTION: Action =
    Action { vendor: Name::Tencent, name: "drop", effect: Effect::CutOnce, keys: &[], only: None, together: 1, parse };

/// The status that disconnects and forbids nothing.
const DISCONNECT: &str = "2";

#[derive(Debug)]
struct Drop {
    channel: Box<str>,
    api: Api,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Drop { channel: target(&ask.target)?.into(), api: context.tencent.unwrap_or_default() }))
}

impl Operation for Drop {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn draft(&self, _targets: &[&str]) -> Draft {
        if self.api == Api::V3 {
            return v3::draft("DropLiveStream", &self.channel);
        }
        let query = vec![("Param.s.channel_id", (*self.channel).to_owned()), ("Param.n.status", DISCONNECT.to_owned())];
        Draft { name: Some("Live_Channel_SetStatus"), ..Draft::get("/common_access", query) }
    }

    fn check(&self) -> Option<Check> {
        Some(super::check(self.api, &self.channel, Expected::IsNot(state::LIVE)))
    }
}
