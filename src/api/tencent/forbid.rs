//! `channel_manager` with the action `forbid`, or `ForbidLiveStream`: a channel may not push until a moment.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20468>.

use serde_json::Value;

use crate::api::ban_end::{FOR, LONGEST, NO_PERMANENT, RequestedEnd, UNTIL};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request, Verification};
use crate::api::response::state;
use crate::api::target::target;
use crate::api::tencent::channel::{CHANNELS, verification};
use crate::api::tencent::place::{APP, DOMAIN, StreamPlace};
use crate::api::tencent::profile::NAME;
use crate::api::tencent::{legacy, v3};
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// Blocks a channel until a moment.
pub static SPEC: OperationSpec = OperationSpec {
    aliases: &["ban", "block"],
    about: "Takes streams off air: no push until the end given",
    details: "A ban holds for the stream's name alone: on every domain and in every application of the account, whatever \
        --domain and --app are. Tencent's support can order a match of domain, application and name instead.\n\n\
        The end is resolved once, when the run is planned, and shown in the result; no retry moves it. Tencent keeps a \
        ban for three months at most and cuts a longer one without reporting it; --longest and a later end send 89 days. At Tencent's \
        legacy API, which it calls obsolete, it is channel_manager with the action forbid; at API 3.0, with `api = \"v3\"` \
        in the profile, ForbidLiveStream.",
    examples: &[
        "livectl --sandbox tencent forbid 8888_test123 --for 2h",
        "livectl --sandbox tencent forbid 8888_a 8888_b --until 2099-01-01T00:00:00Z",
        "livectl --sandbox tencent forbid 8888_a --longest --reason 'rights claim'",
    ],
    params: &[&DOMAIN, &APP, &FOR, &UNTIL, &LONGEST, &NO_PERMANENT, &REASON],
    alternatives: &["for", "until", "longest"],
    has_verify: true,
    reach: Some("a ban at Tencent holds for the stream's name on every domain of the account"),
    ..OperationSpec::new(NAME, "forbid", Effect::OffAir, &CHANNELS, parse)
};

#[derive(Debug)]
struct ForbidChannel {
    channel: Box<str>,
    until: Timestamp,
    asked: RequestedEnd,
    /// At API 3.0.
    place: Option<StreamPlace>,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let asked = RequestedEnd::read(input, context, false)?;
    let channel = target(&input.target)?.into();
    let place = StreamPlace::read(input, context)?;
    let mut forbid = ForbidChannel { channel, until: context.now, asked, place };
    let kept = (context.kept_end)(&forbid);
    // A resumed run keeps the end that the first run resolved, or every restart would lengthen the
    // ban. Only an end that counts from the run is resolved anew once it has passed.
    forbid.until = match kept.filter(|kept| *kept > context.now || !forbid.renews()) {
        Some(kept) => kept,
        None => resolve(&forbid.asked, context)?,
    };
    Ok(Box::new(forbid))
}

fn resolve(asked: &RequestedEnd, context: &mut PlanContext<'_>) -> Result<Timestamp, Problem> {
    let now = context.now;
    let end = match asked {
        RequestedEnd::For(length) => {
            time::end_after(length, now).map_err(|message| Problem::new(FOR.name, message))?
        }
        RequestedEnd::Until(moment) => {
            let end =
                time::end_at(moment, now).map_err(|message| Problem::new(UNTIL.name, message))?;
            // A line of a file becomes `skipped` when its turn comes, so that one old line does not stop the rest.
            if end.is_past && !context.is_file {
                return Err(Problem::new(UNTIL.name, time::past(end.at)));
            }
            end
        }
        // `Permanent` is never read at Tencent, whose bans always end.
        RequestedEnd::Longest | RequestedEnd::Permanent => time::end_latest(now),
    };
    if end.capped {
        // The vendor cuts a longer ban in silence, and the result would give an end that does not hold.
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

    fn domain(&self) -> Option<&str> {
        self.place.as_ref().map(|place| &*place.domain)
    }

    fn app(&self) -> Option<&str> {
        self.place.as_ref().map(|place| &*place.app)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = StreamPlace::settings(self.place.as_ref());
        settings.push((UNTIL.name, time::seconds(self.until).into()));
        settings
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let mut settings = StreamPlace::settings(self.place.as_ref());
        settings.push(self.asked.setting());
        settings
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let Some(place) = &self.place else {
            return legacy::request(&self.channel, "forbid", self.until);
        };
        let mut request = v3::request("ForbidLiveStream", place, &self.channel);
        // Always sent: without it Tencent lifts the ban after seven days.
        let resume_time = ("ResumeTime", time::seconds(self.until).into());
        request.body.get_or_insert_default().push(resume_time);
        Request { reason: Some("Reason"), ..request }
    }

    fn until(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn renews(&self) -> bool {
        self.asked.is_relative()
    }

    fn check(&self) -> Option<Verification> {
        Some(verification(
            self.place.as_ref(),
            &self.channel,
            Expected::Is(state::FORBIDDEN.into()),
        ))
    }
}
