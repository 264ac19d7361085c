//! `forbidStream`, or `PUT /v1/streams:forbid`: a stream may not push, for a time or for good.
//!
//! The manual: *Set forbid stream* of JD's Live-Video-Open-Api, *forbidLiveStream* of its Live-Video API. The two take the
//! length in different units: the older in minutes, the later in seconds.

use std::rc::Rc;

use chrono::{FixedOffset, TimeDelta};
use serde_json::Value;

use crate::api::ban_end::{FOR, LongestBan, NO_LONGEST, PERMANENT, RequestedEnd, UNTIL};
use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::jd::{forbidden, openapi};
use crate::api::live_stream::{DOMAIN, STREAMS, parts, push_domain, stream};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::reason::REASON;
use crate::api::request::{Echo, Expected, Request, TimeLeft, Verification};
use crate::api::response::state;
use crate::outcome::effect::Effect;
use crate::time::{self, Timestamp};

/// Blocks a stream.
pub static SPEC: OperationSpec = OperationSpec {
    aliases: &["ban", "block"],
    about: "Takes streams off air: no push until the end given",
    details: "JD counts the time from when it hears of it; --until sends what is left until then, rounded up to the minute at the \
        legacy API. Its legacy API takes whole minutes (forbidStream), its OpenAPI \
        whole seconds (PUT /v1/streams:forbid). Each stream is sent in a request of its own.",
    examples: &[
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m",
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --permanent",
    ],
    params: &[&DOMAIN, &FOR, &UNTIL, &PERMANENT, &NO_LONGEST, &REASON],
    alternatives: &["for", "until", "permanent"],
    has_verify: true,
    ..OperationSpec::new(NAME, "forbid", Effect::OffAir, &STREAMS, parse)
};

#[derive(Debug)]
struct ForbidStream {
    stream: Box<str>,
    domain: Rc<str>,
    asked: RequestedEnd,
    length: ForbidLength,
    is_openapi: bool,
    /// The zone of the times of the legacy API.
    zone: Option<FixedOffset>,
}

/// For how long. JD counts from the moment at which the request arrives.
#[derive(Clone, Copy, Debug)]
enum ForbidLength {
    /// Until it is permitted again.
    Permanent,
    /// Whole seconds.
    For(u64),
    /// The time left until this moment when the request leaves.
    Until(Timestamp),
}

/// The longest ban with an end, in the unit that the API counts in.
// JD's SDKs have it as a 32-bit integer.
const LONGEST_BAN: u64 = i32::MAX as u64;

const ENDLESS_BAN: LongestBan =
    LongestBan::Endless { no_longest: "JD bans without an end instead" };

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let asked = RequestedEnd::read(input, context, &ENDLESS_BAN)?;
    let stream = stream(&input.target)?.into();
    let domain = push_domain(input, context, NAME)?;
    let is_openapi = context.api(NAME) == Some(OPENAPI);
    let length = match &asked {
        // `Longest` is never read at JD, whose bans may have no end.
        RequestedEnd::Permanent | RequestedEnd::Longest => ForbidLength::Permanent,
        RequestedEnd::For(text) => {
            let seconds =
                seconds(text, is_openapi).map_err(|message| Problem::new(FOR.name, message))?;
            ForbidLength::For(seconds)
        }
        RequestedEnd::Until(text) => {
            let wrong = |message| Problem::new(UNTIL.name, message);
            let at = time::moment_at(text).map_err(wrong)?;
            if at <= context.now && !context.is_file {
                return Err(wrong(time::past(at)));
            }
            let left = (at - context.now).num_seconds().unsigned_abs();
            check_length(left, is_openapi).map_err(wrong)?;
            ForbidLength::Until(time::whole(at))
        }
    };
    let zone = forbidden::utc_offset(context);
    Ok(Box::new(ForbidStream { stream, domain, asked, length, is_openapi, zone }))
}

/// The seconds of the unit that the API counts in.
fn unit(is_openapi: bool) -> u32 {
    if is_openapi { 1 } else { 60 }
}

/// The length in seconds; a fraction of the API's unit is refused rather than rounded.
fn seconds(text: &str, is_openapi: bool) -> Result<u64, String> {
    let length = time::duration(text)?;
    let seconds = length.as_secs();
    // Rounded, a ban would end at another time than the requested one.
    if length.subsec_nanos() == 0 && seconds % u64::from(unit(is_openapi)) == 0 {
        return check_length(seconds, is_openapi).map(|()| seconds);
    }
    Err(if is_openapi {
        "JD takes whole seconds, such as 90s or 2h".into()
    } else {
        "JD's legacy API takes whole minutes, such as 30m or 2h".into()
    })
}

fn check_length(seconds: u64, is_openapi: bool) -> Result<(), String> {
    let unit = u64::from(unit(is_openapi));
    if seconds / unit <= LONGEST_BAN {
        return Ok(());
    }
    let unit = if is_openapi { "seconds" } else { "minutes" };
    Err(format!("JD takes {LONGEST_BAN} {unit} at most; a ban without an end is `permanent`"))
}

impl Operation for ForbidStream {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn domain(&self) -> Option<&str> {
        Some(&self.domain)
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let length = match self.length {
            ForbidLength::Permanent => (PERMANENT.name, true.into()),
            ForbidLength::For(seconds) => (FOR.name, time::length(seconds).into()),
            ForbidLength::Until(at) => (UNTIL.name, time::seconds(at).into()),
        };
        vec![(DOMAIN.name, (*self.domain).into()), length]
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        vec![(DOMAIN.name, (*self.domain).into()), self.asked.setting()]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let member = if self.is_openapi { "forbidTime" } else { "time" };
        let (seconds, time_left) = match self.length {
            ForbidLength::Permanent => (0, None),
            ForbidLength::For(seconds) => (seconds, None),
            ForbidLength::Until(until) => {
                let unit = unit(self.is_openapi);
                // A placeholder of one unit, which each attempt replaces by the time that is left.
                // Not 0: that would make it a ban without an end.
                (unit.into(), Some(TimeLeft { member, until, unit }))
            }
        };
        // One stream a request: several may be named, by the manual, which does not document how.
        if self.is_openapi {
            let mut request = openapi::change("/v1/streams%3Aforbid", &self.domain, &self.stream);
            request.body.get_or_insert_default().push((member, seconds.into()));
            return Request { time_left, ..request };
        }
        let (app, stream) = parts(&self.stream);
        let body = [
            ("domain", (*self.domain).into()),
            ("app", app.into()),
            ("stream", stream.into()),
            // 1 is a ban without an end and goes with a `time` of 0; 2 is one of `time` minutes.
            ("type", if seconds == 0 { 1 } else { 2 }.into()),
            (member, (seconds / 60).into()),
        ];
        let echo = Some(Echo::Domain((*self.domain).to_owned()));
        Request { echo, time_left, ..Request::post("/api/live/forbidStream", body) }
    }

    fn until(&self) -> Option<Timestamp> {
        match self.length {
            ForbidLength::Until(until) => Some(until),
            // `--for` counts from the arrival of the request, so its end is not known here.
            ForbidLength::Permanent | ForbidLength::For(_) => None,
        }
    }

    fn renews(&self) -> bool {
        self.asked.is_relative()
    }

    fn recorded_end(
        &self,
        applied_at: Timestamp,
        recorded: Option<Timestamp>,
    ) -> Option<Timestamp> {
        match self.length {
            ForbidLength::For(seconds) => {
                applied_at.checked_add_signed(TimeDelta::seconds(i64::try_from(seconds).ok()?))
            }
            ForbidLength::Until(_) | ForbidLength::Permanent => recorded,
        }
    }

    fn counts_minutes(&self) -> bool {
        !self.is_openapi
    }

    fn check(&self) -> Option<Verification> {
        // The `OpenAPI` reports no ban; a stream that is forbidden is off.
        let (domain, stream) = (&self.domain, &self.stream);
        if self.is_openapi {
            let request = openapi::stream_info(domain, stream);
            return Some(Verification { request, expected: Expected::Is(state::IDLE.into()) });
        }
        let expected = Expected::Is(state::FORBIDDEN.into());
        forbidden::verification(domain, stream, self.zone, expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ban_length_is_whole_in_api_units() {
        for (text, legacy, openapi) in [
            ("1m", Some(60), Some(60)),
            ("2h30m", Some(9000), Some(9000)),
            ("90s", None, Some(90)),
            ("59s", None, Some(59)),
            ("1s", None, Some(1)),
            ("120s", Some(120), Some(120)),
            ("500ms", None, None),
            ("1m500ms", None, None),
            ("0s", None, None),
            ("soon", None, None),
        ] {
            assert_eq!(seconds(text, false).ok(), legacy, "{text}");
            assert_eq!(seconds(text, true).ok(), openapi, "{text}");
        }
    }
}
