//! `GET /v1/streams/{domain}/onlineList`: which streams of a domain are pushed now.
//!
//! The manual: *describeLiveStreamOnlineList* of JD's Live-Video API. The older API has nothing like it.

use serde_json::{Map, Value};

use super::openapi::encode;
use crate::outcome::Effect;
use crate::request::{Draft, Question, Reading};
use crate::time::Timestamp;
use crate::vendor::{Action, Ask, Context, Name, Operation, Problem, domain, page, target};

/// Lists the streams of a domain that are pushed now.
pub static ACTION: Action = Action {
    vendor: Name::Jd,
    name: "online",
    effect: Effect::None,
    keys: &["app"],
    only: Some("openapi"),
    together: 1,
    parse,
};

/// The most that JD puts on a page.
const PAGE: &str = "100";

#[derive(Debug)]
struct Online {
    domain: Box<str>,
    app: Option<Box<str>>,
}

fn parse(ask: &Ask<'_>, _context: &mut Context<'_>) -> Result<Box<dyn Operation>, Problem> {
    let app = ask.app.as_deref().map(target).transpose().map_err(|problem| Problem { key: "app", ..problem })?;
    Ok(Box::new(Online { domain: domain(&ask.target, "target")?.into(), app: app.map(Box::from) }))
}

impl Operation for Online {
    fn action(&self) -> &'static Action {
        &ACTION
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        self.app.as_deref().map(|app| ("app", app.into())).into_iter().collect()
    }

    fn draft(&self, _targets: &[&str]) -> Draft {
        let mut query: Vec<_> = self.app.as_deref().map(|app| ("appName", app.to_owned())).into_iter().collect();
        query.extend([("pageNum", "1".into()), ("pageSize", PAGE.into())]);
        let path = format!("/v1/streams/{}/onlineList", encode(&self.domain));
        let question = Some(Question { answers: &[], read });
        Draft { question, page: Some("pageNum"), ..Draft::get(path, query) }
    }

    fn item(&self, item: &Value) -> String {
        let text = |key| item.get(key).and_then(Value::as_str).unwrap_or("?");
        format!("{}/{} since {}", text("appName"), text("streamName"), text("publishTime"))
    }
}

fn read(_draft: &Draft, reply: &Map<String, Value>, _now: Timestamp) -> Option<Reading> {
    let result = reply.get("result")?;
    page(result.get("onlineStreamInfos"), result.get("totalCount"))
}
