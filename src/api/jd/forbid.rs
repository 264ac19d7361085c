//! `forbidStream`, or `PUT /v1/streams:forbid`: a stream may not push, for a time or for good.
//!
//! The manual: *Set forbid stream* of JD's Live-Video-Open-Api, *forbidLiveStream* of its Live-Video API. The two take the
//! length in different units: the older in minutes, the later in seconds.

use std::rc::Rc;

use serde_json::Value;

use super::{Api, openapi, parts, push_domain, stream};
use crate::api::request::{Echo, Expected, Request, Verification, state};
use crate::api::{Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, flag};
use crate::outcome::Effect;
use crate::time;

/// Cuts a stream off.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Jd,
    name: "forbid",
    effect: Effect::OffAir,
    keys: &["domain", "for", "permanent"],
    requires_api: None,
    batch_size: 1,
    parse,
};

#[derive(Debug)]
struct Forbid {
    stream: Box<str>,
    domain: Rc<str>,
    length: Length,
    api: Api,
}

/// For how long. JD counts from when it hears of it.
#[derive(Clone, Debug)]
enum Length {
    /// Until it is permitted again.
    Permanent,
    /// Whole seconds, and as they were asked.
    For(u64, Rc<str>),
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let stream = stream(&ask.target)?.into();
    let domain = push_domain(ask, context)?;
    let api = context.jd.unwrap_or_default();
    let length = match (&ask.duration, flag(ask.permanent.as_ref(), "permanent")?) {
        (Some(_), true) => {
            return Err(Problem::new("permanent", "give `for` or `permanent`, not both"));
        }
        (None, false) => {
            return Err(Problem::new(
                "for",
                "it is missing; give a length such as 30m, or say `permanent`",
            ));
        }
        (None, true) => Length::Permanent,
        (Some(text), false) => {
            let seconds = seconds(text, api).map_err(|message| Problem::new("for", message))?;
            Length::For(seconds, context.words.keep(text))
        }
    };
    Ok(Box::new(Forbid { stream, domain, length, api }))
}

/// The length in the unit that the API knows; a fraction of it is refused rather than rounded.
fn seconds(text: &str, api: Api) -> Result<u64, String> {
    let length = time::duration(text)?;
    let unit = match api {
        Api::Legacy => 60,
        Api::OpenApi => 1,
    };
    let seconds = length.as_secs();
    if length.subsec_nanos() == 0 && seconds % unit == 0 {
        return Ok(seconds);
    }
    Err(match api {
        Api::Legacy => "JD's legacy API takes whole minutes, such as 30m or 2h".into(),
        Api::OpenApi => "JD takes whole seconds, such as 90s or 2h".into(),
    })
}

impl Operation for Forbid {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let length = match self.length {
            Length::Permanent => ("permanent", true.into()),
            Length::For(seconds, _) => ("for", time::length(seconds).into()),
        };
        vec![("domain", (*self.domain).into()), length]
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        let length = match &self.length {
            Length::Permanent => ("permanent", true.into()),
            Length::For(_, text) => ("for", (**text).into()),
        };
        vec![("domain", (*self.domain).into()), length]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let seconds = match self.length {
            Length::Permanent => 0,
            Length::For(seconds, _) => seconds,
        };
        match self.api {
            Api::Legacy => {
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
            Api::OpenApi => {
                let mut request =
                    openapi::change("/v1/streams%3Aforbid", &self.domain, &self.stream);
                request.body.get_or_insert_default().push(("forbidTime", seconds.into()));
                request
            }
        }
    }

    fn check(&self) -> Option<Verification> {
        super::forbidden::check(
            self.api,
            &self.domain,
            &self.stream,
            Expected::Is(state::FORBIDDEN.into()),
        )
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
            assert_eq!(seconds(text, Api::Legacy).ok(), legacy, "{text}");
            assert_eq!(seconds(text, Api::OpenApi).ok(), openapi, "{text}");
        }
    }
}
