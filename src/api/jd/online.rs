//! `GET /v1/streams/{domain}/onlineList`: which streams of a domain are pushed now.
//!
//! The manual: *describeLiveStreamOnlineList* of JD's Live-Video API. The legacy API has no such operation.

use serde_json::{Map, Value};

use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::listing::{APP, listed_domain, settings};
use crate::api::live_specs;
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::request::{PageParameter, Request, ResponseReader};
use crate::api::response::{Observation, page};
use crate::api::signing::uri_encode;
use crate::api::target::plain_setting;
use crate::outcome::answer::ListItem;

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    details: "JD's OpenAPI alone offers it (onlineList): `api = \"openapi\"` in the profile. All pages are read.",
    examples: &["livectl --sandbox jd online --domain push.example.com"],
    requires_api: Some(OPENAPI),
    ..live_specs::online(NAME, &parse)
};

/// The most that JD puts on a page.
const PAGE: &str = "100";

#[derive(Debug)]
struct OnlineStreams {
    domain: Box<str>,
    app: Option<Box<str>>,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let app = plain_setting(input, APP.name)?;
    Ok(Box::new(OnlineStreams {
        domain: listed_domain(input, context, NAME)?.into(),
        app: app.map(Box::from),
    }))
}

impl Operation for OnlineStreams {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.domain
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        settings([(&APP, self.app.as_deref())])
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let mut query: Vec<_> =
            self.app.as_deref().map(|app| ("appName", app.to_owned())).into_iter().collect();
        query.extend([("pageNum", "1".into()), ("pageSize", PAGE.into())]);
        let path = format!("/v1/streams/{}/onlineList", uri_encode(&self.domain));
        let question = Some(ResponseReader::new(read));
        Request {
            question,
            page: Some(PageParameter::number("pageNum")),
            ..Request::get(path, query)
        }
    }

    fn list_item(&self, item: Value) -> ListItem {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        let (app, name) = (text("appName"), text("streamName"));
        ListItem {
            target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
            domain: text("publishDomain").or_else(|| Some(self.domain.to_string())),
            since: text("publishTime").and_then(|at| at.parse().ok()),
            until: None,
            app,
            vendor: item,
        }
    }
}

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let result = reply.get("result")?;
    page(result.get("onlineStreamInfos"), result.get("totalCount"))
}
