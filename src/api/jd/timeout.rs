//! `setPushStreamTimeout`: how long a domain waits for an encoder that sends nothing.
//!
//! The manual: *Set the pushing streaming interruption time-out period* of JD's Live-Video-Open-Api.

use serde_json::{Map, Value};

use crate::api::jd::profile::{LEGACY, NAME};
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::reason::REASON;
use crate::api::request::{Echo, Expected, Request, ResponseReader, Verification};
use crate::api::response::{Observation, integer};
use crate::api::target::domain;
use crate::outcome::effect::Effect;

/// Sets a domain's push time-out.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Changes a whole domain: its push time-out",
    details: "The time-out is how long a streamer may send nothing before playback is cut (setPushStreamTimeout). It \
        holds for every stream of the domain.",
    examples: &[
        "livectl --sandbox jd timeout push.example.com --seconds 30",
        "livectl --sandbox jd timeout a.example.com b.example.com --seconds 60 -o json",
    ],
    params: &[&SECONDS, &REASON],
    requires_api: Some(LEGACY),
    has_verify: true,
    ..OperationSpec::new(NAME, "timeout", Effect::DomainSetting, &DOMAINS, &parse)
};

static DOMAINS: TargetSpec =
    TargetSpec::positional("DOMAIN", "Push domains; a lone `-` reads them from standard input");

static SECONDS: Param = Param {
    is_required: true,
    schema: r#"{ "type": "integer", "minimum": 1, "maximum": 120 }"#,
    ..Param::text("seconds", "N", "The time-out, 1 to 120; JD advises 2 to 60")
};

/// JD's ceiling, in seconds; no page documents a floor.
const CEILING: u8 = 120;

#[derive(Debug)]
struct Timeout {
    domain: Box<str>,
    seconds: u8,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let domain = domain(&input.target, "target")?;
    let text = input
        .get(SECONDS.name)
        .ok_or_else(|| Problem::new(SECONDS.name, "it is missing; give 1 to 120"))?;
    let seconds = seconds(text)
        .ok_or_else(|| Problem::new(SECONDS.name, "a time-out is 1 to 120 seconds, in digits"))?;
    if seconds == 1 || seconds > 60 {
        context
            .notes
            .add(format!("JD advises a time-out of more than 1 and at most 60 seconds; {seconds} is sent as asked"));
    }
    Ok(Box::new(Timeout { domain: domain.into(), seconds }))
}

fn seconds(text: &str) -> Option<u8> {
    // `parse` alone would take `+30`.
    let is_digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|seconds| is_digits && (1..=CEILING).contains(seconds))
}

impl Operation for Timeout {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![(SECONDS.name, self.seconds.into())]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        // The manual types the time-out as a string.
        let body =
            [("domain", (*self.domain).into()), ("timeout", self.seconds.to_string().into())];
        Request {
            echo: Some(Echo::Seconds(self.seconds)),
            ..Request::post("/api/live/setPushStreamTimeout", body)
        }
    }

    fn check(&self) -> Option<Verification> {
        // `queryDomainConfig` is the only operation that returns the time-out.
        let question = ResponseReader::new(configured);
        let request =
            Request::post("/api/live/queryDomainConfig", [("domain", (*self.domain).into())]);
        Some(Verification {
            request: Request { question: Some(question), ..request },
            expected: Expected::Is(format!("{}s", self.seconds).into()),
        })
    }
}

/// The time-out as a state: `30s`; 0 where none is set.
fn configured(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let data = reply.get("data")?;
    // The manual writes the key in both ways, in one page each.
    let seconds = ["publishNormalTimeout", "PublishNormalTimeout"]
        .iter()
        .find_map(|key| integer(data.get(key)?))?;
    Some(Observation::state(format!("{seconds}s")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_digits_from_1_to_120() {
        assert_eq!(seconds("1"), Some(1));
        assert_eq!(seconds("120"), Some(120));
        for bad in ["0", "121", "-1", "+5", "5.0", "", " 5", "1e1", "５", "300"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
