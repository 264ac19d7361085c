//! `GET /v1/streams/{domain}/onlineList`: which streams of a domain are pushed now.
//!
//! The manual: *describeLiveStreamOnlineList* of JD's Live-Video API. The older API has nothing like it.

use serde_json::{Map, Value};

use super::openapi::encode;
use crate::api::request::{Observation, Request, ResponseReader};
use crate::api::{
    Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, domain, page, target,
};
use crate::outcome::Effect;
use crate::time::Timestamp;

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Jd,
    name: "online",
    effect: Effect::None,
    keys: &["app"],
    requires_api: Some("openapi"),
    batch_size: 1,
    parse,
};

/// The most that JD puts on a page.
const PAGE: &str = "100";

#[derive(Debug)]
struct Online {
    domain: Box<str>,
    app: Option<Box<str>>,
}

fn parse(
    ask: &OperationInput<'_>,
    _context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let app = ask
        .app
        .as_deref()
        .map(target)
        .transpose()
        .map_err(|problem| Problem { key: "app", ..problem })?;
    Ok(Box::new(Online { domain: domain(&ask.target, "target")?.into(), app: app.map(Box::from) }))
}

impl Operation for Online {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        self.app.as_deref().map(|app| ("app", app.into())).into_iter().collect()
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let mut query: Vec<_> =
            self.app.as_deref().map(|app| ("appName", app.to_owned())).into_iter().collect();
        query.extend([("pageNum", "1".into()), ("pageSize", PAGE.into())]);
        let path = format!("/v1/streams/{}/onlineList", encode(&self.domain));
        let question = Some(ResponseReader { answers: &[], read });
        Request { question, page: Some("pageNum"), ..Request::get(path, query) }
    }

    fn item(&self, item: &Value) -> String {
        let text = |key| item.get(key).and_then(Value::as_str).unwrap_or("?");
        format!("{}/{} since {}", text("appName"), text("streamName"), text("publishTime"))
    }
}

fn read(_draft: &Request, reply: &Map<String, Value>, _now: Timestamp) -> Option<Observation> {
    let result = reply.get("result")?;
    page(result.get("onlineStreamInfos"), result.get("totalCount"))
}
