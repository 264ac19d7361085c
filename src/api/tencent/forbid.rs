//! `channel_manager` with the action `forbid`, or `ForbidLiveStream`: a channel may not push until a moment.
//!
//! The manual: <https://cloud.tencent.com/document/product/267/9500>, API 3.0: <https://cloud.tencent.com/document/api/267/20468>.

use serde_json::Value;

use crate::api::ban_end::{
    FOR, LONGEST, LongestBan, NO_PERMANENT, RequestedEnd, UNTIL, planned_end,
};
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
        livectl always sends the end: without one Tencent bans for 7 days. The end is resolved once, when the run is planned, \
        and shown in the result; no retry moves it. Tencent keeps a ban for three months at most and cuts a longer one without reporting it; --longest and a later end send 89 days. At Tencent's \
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

const LONGEST_BAN: LongestBan = LongestBan::Limited {
    no_permanent: "Tencent has no ban without an end, and keeps one for 89 days for certain",
    limit: "Tencent keeps a stream off air for three months at most",
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
    let asked = RequestedEnd::read(input, context, &LONGEST_BAN)?;
    let channel = target(&input.target)?.into();
    let place = StreamPlace::read(input, context)?;
    let mut forbid = ForbidChannel { channel, until: context.now, asked, place };
    forbid.until = planned_end(&forbid, &forbid.asked, &LONGEST_BAN, context)?;
    Ok(Box::new(forbid))
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
