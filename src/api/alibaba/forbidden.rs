//! `DescribeLiveStreamsBlockList`: which streams of a domain may not push.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamsblocklist>.

use serde_json::Value;

use crate::api::alibaba::place::{BLOCK_LIST, banned_stream, bans, domains, list};
use crate::api::alibaba::profile::NAME;
use crate::api::listing::{APP, LISTED_DOMAIN};
use crate::api::live_list::{ListAction, LiveList};
use crate::api::live_stream::parts;
use crate::api::operation::OperationSpec;
use crate::api::request::{Request, ResponseReader};
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;

/// Lists the streams of a domain that may not push.
pub static FORBIDDEN: ListAction = ListAction {
    spec: OperationSpec {
        about: "Changes nothing: lists the streams of a domain that may not push",
        details: "DescribeLiveStreamsBlockList, asked by the play domain, which the profile gives as `play_domain` for its push \
            domain. All pages are read. Alibaba does not tell when a ban ends; `livectl log --banned` has the ends of the bans \
            that were made with livectl.",
        examples: &[
            "livectl --sandbox alibaba forbidden --domain push.example.com",
            "livectl --sandbox alibaba forbidden --app live -o json",
        ],
        params: &[&APP],
        item_state: "forbidden",
        ..OperationSpec::new(NAME, "forbidden", Effect::None, &LISTED_DOMAIN, |input, context| {
            LiveList::read(&FORBIDDEN, input, context)
        })
    },
    domain: domains,
    request,
    item,
};

fn request(listed: &LiveList) -> Request {
    let play_domain = listed.counterpart.as_deref().unwrap_or_default();
    Request { question: Some(ResponseReader::new(bans)), ..list(BLOCK_LIST, play_domain) }
}

fn item(listed: &LiveList, item: Value) -> ListItem {
    let stream = banned_stream(&item);
    ListItem {
        target: stream.map(str::to_owned),
        domain: Some(listed.domain.to_string()),
        app: stream.map(|stream| parts(stream).0.to_owned()),
        since: None,
        until: None,
        vendor: item,
    }
}
