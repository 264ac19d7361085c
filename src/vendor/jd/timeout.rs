//! `setPushStreamTimeout`: how long a domain waits for a streamer who went silent.
//!
//! The manual: *Set the pushing streaming interruption time-out period* of JD's Live-Video-Open-Api.

use serde_json::{Map, Value};

use crate::outcome::Effect;
use crate::request::{Check, Draft, Echo, Expected, Question, Reading};
use crate::time::Timestamp;
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, domain, integer};

/// Sets a domain's push time-out.
pub static ACTION: Action = Action {
    vendor: Name::Jd,
    name: "timeout",
    effect: Effect::DomainSetting,
    keys: &["seconds"],
    only: Some("legacy"),
    together: 1,
    parse,
};

/// The vendor's ceiling, in seconds.
const CEILING: u8 = 120;

#[derive(Debug)]
struct Timeout {
    domain: Box<str>,
    seconds: u8,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    let domain = domain(&ask.target, "target")?;
    let text = ask.seconds.as_deref().ok_or_else(|| Problem::new("seconds", "it is missing; give 1 to 120"))?;
    let seconds = seconds(text).ok_or_else(|| Problem::new("seconds", "a time-out is 1 to 120 seconds, in digits"))?;
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
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("seconds", self.seconds.into())]
    }

    fn draft(&self, _targets: &[&str]) -> Draft {
        // The manual types the time-out as a string.
        let body = [("domain", (*self.domain).into()), ("timeout", self.seconds.to_string().into())];
        Draft { echo: Some(Echo::Seconds(self.seconds)), ..Draft::post("/api/live/setPushStreamTimeout", body) }
    }

    /// `queryDomainConfig` is the only place where JD tells the time-out.
    fn check(&self) -> Option<Check> {
        let question = Question { answers: &[], read: configured };
        let draft = Draft::post("/api/live/queryDomainConfig", [("domain", (*self.domain).into())]);
        Some(Check {
            draft: Draft { question: Some(question), ..draft },
            expected: Expected::Is(format!("{}s", self.seconds)),
            find: None,
        })
    }
}

/// The time-out as a state: `30s`; 0 where none is set.
fn configured(_draft: &Draft, reply: &Map<String, Value>, _now: Timestamp) -> Option<Reading> {
    let data = reply.get("data")?;
    let seconds = ["publishNormalTimeout", "PublishNormalTimeout"].iter().find_map(|key| integer(data.get(key)?))?;
    Some(Reading::state(format!("{seconds}s")))
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
