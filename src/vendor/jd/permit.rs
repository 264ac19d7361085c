//! `permitStream`: blocked streams may push again.
//!
//! The manual: *Quit Blocked Streaming* of JD's Live-Video-Open-Api.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::outcome::Effect;
use crate::request::{Draft, Echo};
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, domain, target};

/// Lets blocked streams push again.
pub static ACTION: Action =
    Action { vendor: Name::Jd, name: "permit", effect: Effect::OnAir, keys: &["domain"], together: 100, parse };

#[derive(Debug)]
struct Permit {
    /// `APP/STREAM`; the first `/` divides.
    stream: Box<str>,
    domain: Rc<str>,
}

fn parse(ask: &Ask<'_>, context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    let stream = target(&ask.target)?;
    let (app, name) = stream.split_once('/').unwrap_or_default();
    target(app).and(target(name)).map_err(|_| Problem::new("target", "a stream is written APP/STREAM"))?;
    let text = ask.domain.as_deref().ok_or_else(|| Problem::new("domain", "it is missing; give the push domain"))?;
    let domain = context.words.keep(domain(text, "domain")?);
    Ok(Box::new(Permit { stream: stream.into(), domain }))
}

impl Operation for Permit {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.stream
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![("domain", (*self.domain).into())]
    }

    fn draft(&self, targets: &[&str]) -> Draft {
        let streams = targets.iter().map(|target| {
            let (app, stream) = target.split_once('/').unwrap_or_default();
            json!({"app": app, "stream": stream})
        });
        let body = [("domain", (*self.domain).into()), ("deleteStreams", streams.collect())];
        Draft { echo: Some(Echo::Domain((*self.domain).to_owned())), ..Draft::post("/api/live/permitStream", body) }
    }

    fn travels_with(&self) -> Option<&Rc<str>> {
        Some(&self.domain)
    }
}
