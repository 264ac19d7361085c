//! `GET /v1/streams/{domain}/onlineList`: which streams of a domain are pushed now.
//!
//! The manual: *describeLiveStreamOnlineList* of JD's Live-Video API. The legacy API has no such operation.

use serde_json::{Map, Value};

use crate::api::jd::profile::{NAME, OPENAPI};
use crate::api::live_list::{ItemMembers, ListAction, LiveList};
use crate::api::live_specs::online;
use crate::api::operation::OperationSpec;
use crate::api::request::{PageParameter, Request, ResponseReader};
use crate::api::response::{Observation, page};
use crate::api::signing::uri_encode;

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    details: "JD's OpenAPI alone offers it (onlineList): `api = \"openapi\"` in the profile. All pages are read.",
    examples: &["livectl --sandbox jd online --domain push.example.com"],
    requires_api: Some(OPENAPI),
    ..online(NAME, &ACTION)
};

static ACTION: ListAction = ListAction {
    filters_exactly: true,
    ..ListAction::new(request, |listed, item| ITEM.read(&listed.domain, item))
};

const ITEM: ItemMembers = ItemMembers {
    app: "appName",
    name: "streamName",
    domain: "publishDomain",
    since: "publishTime",
    until: "",
};

/// The most that JD puts on a page.
const PAGE: &str = "100";

fn request(listed: &LiveList) -> Request {
    let app = listed.app.as_deref().map(|app| ("appName", app.to_owned()));
    let paging = [("pageNum", "1".into()), ("pageSize", PAGE.into())];
    let path = format!("/v1/streams/{}/onlineList", uri_encode(&listed.domain));
    Request {
        question: Some(ResponseReader::new(read)),
        page: Some(PageParameter::number("pageNum")),
        ..Request::get(path, app.into_iter().chain(paging).collect())
    }
}

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let result = reply.get("result")?;
    page(result.get("onlineStreamInfos"), result.get("totalCount"))
}
