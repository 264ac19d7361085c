//! `DescribeLiveStreamsOnlineList`: which streams of a domain are pushed now.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamsonlinelist>.

use serde_json::{Map, Value};

use crate::api::alibaba::place::{list, listed_play_domain};
use crate::api::alibaba::profile::NAME;
use crate::api::live_list::{ItemMembers, ListAction, LiveList};
use crate::api::live_specs::online;
use crate::api::operation::OperationSpec;
use crate::api::request::Request;
use crate::api::response::{Observation, page};

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DescribeLiveStreamsOnlineList, asked by the play domain, which the profile gives as `play_domain` for its push \
        domain. All pages are read. Streams that Alibaba transcodes from others are left out.",
    examples: &["livectl --sandbox alibaba online --domain push.example.com"],
    ..online(NAME, &ACTION)
};

static ACTION: ListAction = ListAction {
    counterpart: listed_play_domain,
    ..ListAction::new(request, |listed, item| ITEM.read(&listed.domain, item))
};

// Without the domain: the row has the play domain, which no action takes.
const ITEM: ItemMembers =
    ItemMembers { app: "AppName", name: "StreamName", domain: "", since: "PublishTime", until: "" };

fn request(listed: &LiveList) -> Request {
    let mut request = list("DescribeLiveStreamsOnlineList", listed.counterpart.as_deref(), read);
    request.query.extend([
        // The names alone: the push URL in a whole row may have the key of the push domain.
        ("OnlyStream", "yes".into()),
        // By default names that only begin alike match, and transcoded streams are listed too.
        ("QueryType", "strict".into()),
        ("StreamType", "raw".into()),
    ]);
    request.query.extend(listed.app.as_deref().map(|app| ("AppName", app.to_owned())));
    request
}

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let infos = reply.get("OnlineInfo").and_then(|info| info.get("LiveStreamOnlineInfo"));
    page(infos, reply.get("TotalNum"))
}
