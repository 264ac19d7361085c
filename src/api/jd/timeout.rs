//! `setPushStreamTimeout`: how long a domain waits for a streamer who went silent.
//!
//! The manual: *Set the pushing streaming interruption time-out period* of JD's Live-Video-Open-Api.

use serde_json::{Map, Value};

use crate::api::request::{Echo, Expected, Observation, Request, ResponseReader, Verification};
use crate::api::{
    Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, domain, integer,
};
use crate::outcome::Effect;
use crate::time::Timestamp;

/// Sets a domain's push time-out.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Jd,
    name: "timeout",
    effect: Effect::DomainSetting,
    keys: &["seconds"],
    requires_api: Some("legacy"),
    batch_size: 1,
    parse,
};

/// The vendor's ceiling, in seconds.
const CEILING: u8 = 120;

#[derive(Debug)]
struct Timeout {
    domain: Box<str>,
    seconds: u8,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let domain = domain(&ask.target, "target")?;
    let text = ask
        .seconds
        .as_deref()
        .ok_or_else(|| Problem::new("seconds", "it is missing; give 1 to 120"))?;
    let seconds = seconds(text)
        .ok_or_else(|| Problem::new("seconds", "a time-out is 1 to 120 seconds, in digits"))?;
    if seconds == 1 || seconds > 60 {
        context
            .notes
            .add(format!("JD advises a time-out of more than 1 and at most 60 seconds; {seconds} is sent as asked"));
    }
    Ok(Box::new(Timeout { domain: domain.into(), seconds }))
}

fn seconds(text: &str) -> Option<u8> {
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
        vec![("seconds", self.seconds.into())]
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

    /// `queryDomainConfig` is the only place where JD tells the time-out.
    fn check(&self) -> Option<Verification> {
        let question = ResponseReader { answers: &[], read: configured };
        let request =
            Request::post("/api/live/queryDomainConfig", [("domain", (*self.domain).into())]);
        Some(Verification {
            request: Request { question: Some(question), ..request },
            expected: Expected::Is(format!("{}s", self.seconds)),
            find: None,
        })
    }
}

/// The time-out as a state: `30s`; 0 where none is set.
fn configured(
    _draft: &Request,
    reply: &Map<String, Value>,
    _now: Timestamp,
) -> Option<Observation> {
    let data = reply.get("data")?;
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
