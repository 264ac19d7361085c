//! `channel_manager` with the action `resume`, or `ResumeLiveStream`: a channel may push again.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20467>.

use super::{Api, v3};
use crate::outcome::Effect;
use crate::request::{Check, Draft, Expected, state};
use crate::time::Timestamp;
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, target};

/// Lets a channel push again.
pub static ACTION: Action =
    Action { vendor: Name::Tencent, name: "resume", effect: Effect::OnAir, keys: &[], only: None, together: 1, parse };

#[derive(Debug)]
struct Resume {
    channel: Box<str>,
    planned_at: Timestamp,
    api: Api,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    let api = context.tencent.unwrap_or_default();
    Ok(Box::new(Resume { channel: target(&ask.target)?.into(), planned_at: context.now, api }))
}

impl Operation for Resume {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.channel
    }

    /// The manual asks for `abstime_end` here too and never says why. Now is right whether it is ignored or read as the
    /// end of the suspension.
    fn draft(&self, _targets: &[&str]) -> Draft {
        match self.api {
            Api::Legacy => super::draft(&self.channel, ACTION.name, self.planned_at),
            Api::V3 => v3::draft("ResumeLiveStream", &self.channel),
        }
    }

    fn check(&self) -> Option<Check> {
        Some(super::check(self.api, &self.channel, Expected::IsNot(state::FORBIDDEN)))
    }
}
