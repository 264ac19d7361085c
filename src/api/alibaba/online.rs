//! `DescribeLiveStreamsOnlineList`: which streams of a domain are pushed now.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamsonlinelist>.

use serde_json::{Map, Value};

use crate::api::alibaba::place::{domains, list};
use crate::api::alibaba::profile::NAME;
use crate::api::listing::{APP, LISTED_DOMAIN};
use crate::api::live_list::{ListAction, LiveList};
use crate::api::operation::OperationSpec;
use crate::api::request::{Request, ResponseReader};
use crate::api::response::{Observation, page};
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;

/// Lists the streams of a domain that are pushed now.
pub static ONLINE: ListAction = ListAction {
    spec: OperationSpec {
        about: "Changes nothing: lists the streams of a domain that are pushed now",
        details: "DescribeLiveStreamsOnlineList, asked by the play domain, which the profile gives as `play_domain` for its push \
            domain. All pages are read. Streams that Alibaba transcodes from others are left out.",
        examples: &["livectl --sandbox alibaba online --domain push.example.com"],
        params: &[&APP],
        item_state: "live",
        ..OperationSpec::new(NAME, "online", Effect::None, &LISTED_DOMAIN, |input, context| {
            LiveList::read(&ONLINE, input, context)
        })
    },
    domain: domains,
    request,
    item,
};

fn request(listed: &LiveList) -> Request {
    let play_domain = listed.counterpart.as_deref().unwrap_or_default();
    let mut request = list("DescribeLiveStreamsOnlineList", play_domain);
    request.query.extend([
        // The names alone: the push URL in a whole row may have the key of the push domain.
        ("OnlyStream", "yes".into()),
        // By default names that only begin alike match, and transcoded streams are listed too.
        ("QueryType", "strict".into()),
        ("StreamType", "raw".into()),
    ]);
    request.query.extend(listed.app.as_deref().map(|app| ("AppName", app.to_owned())));
    Request { question: Some(ResponseReader::new(read)), ..request }
}

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let infos = reply.get("OnlineInfo").and_then(|info| info.get("LiveStreamOnlineInfo"));
    page(infos, reply.get("TotalNum"))
}

fn item(listed: &LiveList, item: Value) -> ListItem {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let (app, name) = (text("AppName"), text("StreamName"));
    ListItem {
        target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
        // The row has the play domain, which no action takes.
        domain: Some(listed.domain.to_string()),
        since: text("PublishTime").and_then(|at| at.parse().ok()),
        until: None,
        app,
        vendor: item,
    }
}
