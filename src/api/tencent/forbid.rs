//! `channel_manager` with the action `forbid`, or `ForbidLiveStream`: a channel may not push until a moment.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20468>.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Alternatives, Param};
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::api::target::target;
use crate::api::tencent::channel::{CHANNELS, is_v3, verification};
use crate::api::tencent::profile::NAME;
use crate::api::tencent::{legacy, v3};
use crate::outcome::Effect;
use crate::time::{self, End, Timestamp};

/// Blocks a channel until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Takes streams off air: no push until the end given",
    details: "The end is resolved once, when the run is planned, and shown in the result; no retry moves it. At Tencent's \
        legacy API, which it calls obsolete, it is channel_manager with the action forbid; at API 3.0, with `api = \"v3\"` \
        in the profile, ForbidLiveStream.",
    examples: &[
        "livectl --sandbox tencent forbid 8888_test123 --for 2h",
        "livectl --sandbox tencent forbid 8888_a 8888_b --until 2099-01-01T00:00:00Z",
        "livectl --sandbox tencent forbid 8888_a --verify --reason 'rights claim'",
    ],
    params: &[&FOR, &UNTIL, &REASON],
    alternatives: Some(Alternatives { params: &["for", "until"], is_required: false }),
    has_verify: true,
    ..OperationSpec::new(NAME, "forbid", Effect::OffAir, &CHANNELS, parse)
};

static FOR: Param = Param {
    schema: r#"{ "type": "string", "description": "A length such as 2h30m." }"#,
    ..Param::text("for", "DUR", "For how long: 90s, 30m, 2h, 3d, 2h30m [default: 89 days]")
};

static UNTIL: Param = Param {
    schema: r#"{ "type": "string", "format": "date-time" }"#,
    ..Param::text(
        "until",
        "TIME",
        "Until when: RFC 3339 with a zone, or a Unix second; 89 days at most",
    )
};

#[derive(Debug)]
struct ForbidChannel {
    channel: Box<str>,
    until: Timestamp,
    asked: RequestedEnd,
    is_v3: bool,
}

/// The end as the operator gave it.
#[derive(Clone, Debug)]
enum RequestedEnd {
    For(Rc<str>),
    Until(Rc<str>),
    Longest,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let channel = target(&input.target)?;
    let asked = match (input.get(FOR.name), input.get(UNTIL.name)) {
        (Some(_), Some(_)) => {
            return Err(Problem::new(UNTIL.name, "give `for` or `until`, not both"));
        }
        (Some(length), None) => RequestedEnd::For(context.words.keep(length)),
        (None, Some(moment)) => RequestedEnd::Until(context.words.keep(moment)),
        (None, None) => RequestedEnd::Longest,
    };
    let mut forbid =
        ForbidChannel { channel: channel.into(), until: context.now, asked, is_v3: is_v3(context) };
    forbid.until = match (context.kept_end)(&forbid) {
        Some(kept) => kept,
        None => resolve(&forbid.asked, context)?,
    };
    Ok(Box::new(forbid))
}

fn resolve(asked: &RequestedEnd, context: &mut PlanContext<'_>) -> Result<Timestamp, Problem> {
    let end: End = match asked {
        RequestedEnd::For(length) => time::end_after(length, context.now)
            .map_err(|message| Problem::new(FOR.name, message))?,
        RequestedEnd::Until(moment) => time::end_at(moment, context.now)
            .map_err(|message| Problem::new(UNTIL.name, message))?,
        RequestedEnd::Longest => time::end_latest(context.now),
    };
    if end.capped {
        context.notes.add(format!(
            "Tencent keeps a stream off air for three months at most, so {} is sent, 89 days from now, instead of the later end asked for",
            time::seconds(end.at)
        ));
    }
    Ok(end.at)
}

impl Operation for ForbidChannel {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![(UNTIL.name, time::seconds(self.until).into())]
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        match &self.asked {
            RequestedEnd::For(length) => vec![(FOR.name, (**length).into())],
            RequestedEnd::Until(moment) => vec![(UNTIL.name, (**moment).into())],
            RequestedEnd::Longest => Vec::new(),
        }
    }

    fn request(&self, _targets: &[&str]) -> Request {
        if !self.is_v3 {
            return legacy::request(&self.channel, "forbid", self.until);
        }
        let mut request = v3::request("ForbidLiveStream", &self.channel);
        let resume_time = ("ResumeTime", time::seconds(self.until).into());
        request.body.get_or_insert_default().push(resume_time);
        Request { reason: Some("Reason"), ..request }
    }

    fn until(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn check(&self) -> Option<Verification> {
        Some(verification(self.is_v3, &self.channel, Expected::Is(state::FORBIDDEN.into())))
    }
}
