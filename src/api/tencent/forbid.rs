//! `channel_manager` with the action `forbid`, or `ForbidLiveStream`: a channel may not push until a moment.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20468>.

use std::rc::Rc;

use serde_json::Value;

use super::{Api, v3};
use crate::api::request::{Expected, Request, Verification, state};
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, target};
use crate::outcome::Effect;
use crate::time::Timestamp;
use crate::time::{self, End};

/// Cuts a channel off until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Tencent,
    name: "forbid",
    effect: Effect::OffAir,
    keys: &["for", "until"],
    requires_api: None,
    batch_size: 1,
    parse,
};

#[derive(Debug)]
struct Forbid {
    channel: Box<str>,
    until: Timestamp,
    asked: Asked,
    api: Api,
}

/// The end as the operator gave it.
#[derive(Clone, Debug)]
enum Asked {
    For(Rc<str>),
    Until(Rc<str>),
    Longest,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let channel = target(&ask.target)?;
    let asked = match (&ask.duration, &ask.until) {
        (Some(_), Some(_)) => return Err(Problem::new("until", "give `for` or `until`, not both")),
        (Some(length), None) => Asked::For(context.words.keep(length)),
        (None, Some(moment)) => Asked::Until(context.words.keep(moment)),
        (None, None) => Asked::Longest,
    };
    let mut forbid = Forbid {
        channel: channel.into(),
        until: context.now,
        asked,
        api: context.tencent.unwrap_or_default(),
    };
    forbid.until = match (context.kept_end)(&forbid) {
        Some(kept) => kept,
        None => resolve(&forbid.asked, context)?,
    };
    Ok(Box::new(forbid))
}

fn resolve(asked: &Asked, context: &mut PlanContext<'_>) -> Result<Timestamp, Problem> {
    let end: End =
        match asked {
            Asked::For(length) => time::end_after(length, context.now)
                .map_err(|message| Problem::new("for", message))?,
            Asked::Until(moment) => time::end_at(moment, context.now)
                .map_err(|message| Problem::new("until", message))?,
            Asked::Longest => time::end_latest(context.now),
        };
    if end.capped {
        context.notes.add(format!(
            "Tencent keeps a stream off air for three months at most, so {} is sent, 89 days from now, instead of the later end asked for",
            time::seconds(end.at)
        ));
    }
    Ok(end.at)
}

impl Operation for Forbid {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("until", time::seconds(self.until).into())]
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        match &self.asked {
            Asked::For(length) => vec![("for", (**length).into())],
            Asked::Until(moment) => vec![("until", (**moment).into())],
            Asked::Longest => Vec::new(),
        }
    }

    fn request(&self, _targets: &[&str]) -> Request {
        match self.api {
            Api::Legacy => super::request(&self.channel, SPEC.name, self.until),
            Api::V3 => {
                let mut request = v3::request("ForbidLiveStream", &self.channel);
                request
                    .body
                    .get_or_insert_default()
                    .push(("ResumeTime", time::seconds(self.until).into()));
                Request { reason: Some("Reason"), ..request }
            }
        }
    }

    fn until(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn check(&self) -> Option<Verification> {
        Some(super::check(self.api, &self.channel, Expected::Is(state::FORBIDDEN.into())))
    }
}
