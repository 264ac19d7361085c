//! `forbidStream`, or `PUT /v1/streams:forbid`: a stream may not push, for a time or for good.
//!
//! The manual: *Set forbid stream* of JD's Live-Video-Open-Api, *forbidLiveStream* of its Live-Video API. The two take the
//! length in different units: the older in minutes, the later in seconds.

use std::rc::Rc;

use serde_json::Value;

use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::jd::stream::{DOMAIN, STREAMS, parts, push_domain, stream};
use crate::api::jd::{forbidden, openapi};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Alternatives, Param};
use crate::api::reason::REASON;
use crate::api::request::{Echo, Expected, Request, Verification};
use crate::api::response::state;
use crate::api::target::flag;
use crate::outcome::Effect;
use crate::time;

/// Blocks a stream.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Takes streams off air: no push until the end given",
    details: "JD counts the time from when it hears of it. Its legacy API takes whole minutes (forbidStream), its OpenAPI \
        whole seconds (PUT /v1/streams:forbid). Each stream is sent in a request of its own.",
    examples: &[
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m",
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --permanent",
    ],
    params: &[&DOMAIN, &FOR, &PERMANENT, &REASON],
    alternatives: Some(Alternatives { params: &["for", "permanent"], is_required: true }),
    has_verify: true,
    ..OperationSpec::new(NAME, "forbid", Effect::OffAir, &STREAMS, parse)
};

static FOR: Param = Param {
    schema: r#"{ "type": "string", "description": "A length such as 2h30m." }"#,
    ..Param::text("for", "DUR", "For how long: 30m, 2h, 3d, 2h30m")
};

static PERMANENT: Param = Param::switch("permanent", "Until they are permitted again");

#[derive(Debug)]
struct ForbidStream {
    stream: Box<str>,
    domain: Rc<str>,
    length: BanLength,
    is_openapi: bool,
}

/// For how long. JD counts from when it hears of it.
#[derive(Clone, Debug)]
enum BanLength {
    /// Until it is permitted again.
    Permanent,
    /// Whole seconds, and as they were asked.
    For(u64, Rc<str>),
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let stream = stream(&input.target)?.into();
    let domain = push_domain(input, context)?;
    let is_openapi = context.api(NAME) == Some(OPENAPI);
    let length = match (input.get(FOR.name), flag(input.get(PERMANENT.name), PERMANENT.name)?) {
        (Some(_), true) => {
            return Err(Problem::new(PERMANENT.name, "give `for` or `permanent`, not both"));
        }
        (None, false) => {
            return Err(Problem::new(
                FOR.name,
                "it is missing; give a length such as 30m, or say `permanent`",
            ));
        }
        (None, true) => BanLength::Permanent,
        (Some(text), false) => {
            let seconds =
                seconds(text, is_openapi).map_err(|message| Problem::new(FOR.name, message))?;
            BanLength::For(seconds, context.words.keep(text))
        }
    };
    Ok(Box::new(ForbidStream { stream, domain, length, is_openapi }))
}

/// The length in the unit that the API knows; a fraction of it is refused rather than rounded.
fn seconds(text: &str, is_openapi: bool) -> Result<u64, String> {
    let length = time::duration(text)?;
    let unit = if is_openapi { 1 } else { 60 };
    let seconds = length.as_secs();
    if length.subsec_nanos() == 0 && seconds % unit == 0 {
        return Ok(seconds);
    }
    Err(if is_openapi {
        "JD takes whole seconds, such as 90s or 2h".into()
    } else {
        "JD's legacy API takes whole minutes, such as 30m or 2h".into()
    })
}

impl Operation for ForbidStream {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let length = match self.length {
            BanLength::Permanent => (PERMANENT.name, true.into()),
            BanLength::For(seconds, _) => (FOR.name, time::length(seconds).into()),
        };
        vec![(DOMAIN.name, (*self.domain).into()), length]
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let length = match &self.length {
            BanLength::Permanent => (PERMANENT.name, true.into()),
            BanLength::For(_, text) => (FOR.name, (**text).into()),
        };
        vec![(DOMAIN.name, (*self.domain).into()), length]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let seconds = match self.length {
            BanLength::Permanent => 0,
            BanLength::For(seconds, _) => seconds,
        };
        if self.is_openapi {
            let mut request = openapi::change("/v1/streams%3Aforbid", &self.domain, &self.stream);
            request.body.get_or_insert_default().push(("forbidTime", seconds.into()));
            return request;
        }
        let (app, stream) = parts(&self.stream);
        let body = [
            ("domain", (*self.domain).into()),
            ("app", app.into()),
            ("stream", stream.into()),
            ("type", if seconds == 0 { 1 } else { 2 }.into()),
            ("time", (seconds / 60).into()),
        ];
        let echo = Some(Echo::Domain((*self.domain).to_owned()));
        Request { echo, ..Request::post("/api/live/forbidStream", body) }
    }

    /// The `OpenAPI` does not tell a ban; a stream that is forbidden is off.
    fn check(&self) -> Option<Verification> {
        let (domain, stream) = (&self.domain, &self.stream);
        if self.is_openapi {
            let request = openapi::stream_info(domain, stream);
            return Some(Verification { request, expected: Expected::Is(state::IDLE.into()) });
        }
        forbidden::verification(domain, stream, Expected::Is(state::FORBIDDEN.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_whole_in_the_unit_of_the_api() {
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
