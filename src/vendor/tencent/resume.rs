//! `channel_manager` with the action `resume`: a channel may push again.

use serde_json::Value;

use crate::outcome::Effect;
use crate::request::{Draft, Timestamp};
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, target};

/// Lets a channel push again.
pub static ACTION: Action =
    Action { vendor: Name::Tencent, name: "resume", effect: Effect::OnAir, keys: &[], together: 1, parse };

#[derive(Debug)]
struct Resume {
    channel: Box<str>,
    planned_at: Timestamp,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    Ok(Box::new(Resume { channel: target(&ask.target)?.into(), planned_at: context.now }))
}

impl Operation for Resume {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// The manual asks for `abstime_end` here too and never says why. Now is right whether it is ignored or read as the
    /// end of the suspension.
    fn draft(&self, _targets: &[&str]) -> Draft {
        super::draft(&self.channel, ACTION.name, self.planned_at)
    }
}
