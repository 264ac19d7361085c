//! The lists of streams.

use serde_json::{Value, json};

use crate::api::volcengine::sandbox::parameters::{host, missing, name};
use crate::api::volcengine::sandbox::streams::own;
use crate::sandbox::parameters::{ActionCall, Parameters};
use crate::sandbox::request::PageQuery;
use crate::sandbox::simulator::ActionResult;
use crate::sandbox::state::end_json;
use crate::sandbox::stream_state::StreamKey;
use crate::time::seconds;

/// The domain whose streams are listed where none is named.
const DEMO_DOMAIN: &str = "push.example.com";

/// `DescribeForbiddenStreamInfoByPage`: one page of the bans.
pub(super) fn forbidden_list(call: &mut ActionCall) -> ActionResult {
    let filter = StreamFilter::read(call.request)?;
    let bans = call.state.streams.active_bans(call.now).filter(|(key, _)| filter.takes(key));
    let rows = bans.map(|(key, ban)| {
        let mut row = row(key);
        row["CreateTime"] = seconds(ban.from).into();
        row["EndTime"] = end_json(ban.until);
        // False for a ban that has ended, which this list leaves out.
        row["Status"] = true.into();
        row
    });
    page(call.request, &rows.collect::<Vec<_>>())
}

/// `DescribeLiveStreamInfoByPage`: one page of the live streams.
pub(super) fn live_list(call: &mut ActionCall) -> ActionResult {
    let parameters = call.request;
    let filter = StreamFilter::read(parameters)?;
    let is_transcoded = parameters.word("StreamType", &["origin", "trans"])? == "trans";
    let is_relayed = parameters.word("SourceType", &["push", "relay"])? == "relay";
    let mut live = call.state.streams.live_on(filter.domain.unwrap_or(DEMO_DOMAIN), call.now);
    live.retain(|(key, _)| !is_transcoded && !is_relayed && filter.takes(key));
    let rows = live.iter().enumerate().map(|(index, (key, since))| {
        let mut row = row(key);
        row["ID"] = (index + 1).into();
        row["SessionStartTime"] = since.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string().into();
        row["SourceType"] = "push".into();
        row
    });
    page(parameters, &rows.collect::<Vec<_>>())
}

/// Which streams a list has.
#[derive(Debug)]
struct StreamFilter<'p> {
    domain: Option<&'p str>,
    app: Option<&'p str>,
    name: Option<&'p str>,
    is_fuzzy: bool,
}

impl<'p> StreamFilter<'p> {
    fn read(parameters: &'p Parameters) -> ActionResult<Self> {
        let (domain, vhost) = (host(parameters, "Domain")?, host(parameters, "Vhost")?);
        let (app, name) = (name(parameters, "App", 30)?, name(parameters, "Stream", 100)?);
        // As a filter, `Stream` needs `App`.
        if name.is_some() && app.is_none() {
            return Err(missing("App"));
        }
        parameters.word("Sort", &["desc", "asc"])?;
        let is_fuzzy = parameters.word("QueryType", &["strict", "fuzzy"])? == "fuzzy";
        let domain = domain.or(vhost).map(own).transpose()?;
        Ok(Self { domain, app, name, is_fuzzy })
    }

    fn takes(&self, key: &StreamKey) -> bool {
        let is_named =
            |name: &str| if self.is_fuzzy { key.name.contains(name) } else { key.name == name };
        self.domain.is_none_or(|domain| key.domain.eq_ignore_ascii_case(domain))
            && self.app.is_none_or(|app| key.app == app)
            && self.name.is_none_or(is_named)
    }
}

/// The members that both lists have. The domain space has the name of the domain.
fn row(key: &StreamKey) -> Value {
    json!({ "Vhost": key.domain, "Domain": key.domain, "App": key.app, "Stream": key.name })
}

/// The reply with a page of a list.
fn page(parameters: &Parameters, rows: &[Value]) -> ActionResult {
    let page = PageQuery {
        number: parameters.number("PageNum", None, 1..=usize::MAX)?,
        size: parameters.number("PageSize", None, 1..=1000)?,
    };
    // An estimate, as at Volcengine: no client may rely on it.
    let rough_count = rows.len().next_multiple_of(10);
    Ok(json!({ "RoughCount": rough_count, "StreamInfoList": page.slice(rows) }))
}
