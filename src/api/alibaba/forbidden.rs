//! `DescribeLiveStreamsBlockList`: which streams of a domain may not push.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamsblocklist>.

use serde_json::Value;

use crate::api::alibaba::place::{BLOCK_LIST, banned_stream, bans, list, listed_play_domain};
use crate::api::alibaba::profile::NAME;
use crate::api::live_list::{ListAction, LiveList};
use crate::api::live_specs::forbidden;
use crate::api::live_stream::parts;
use crate::api::operation::OperationSpec;
use crate::outcome::answer::ListItem;

/// Lists the streams of a domain that may not push.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DescribeLiveStreamsBlockList, asked by the play domain, which the profile gives as `play_domain` for its push \
        domain. All pages are read. Alibaba does not tell when a ban ends; `livectl log --banned` has the ends of the bans \
        that were made with livectl.",
    examples: &[
        "livectl --sandbox alibaba forbidden --domain push.example.com",
        "livectl --sandbox alibaba forbidden --app live -o json",
    ],
    ..forbidden(NAME, &ACTION)
};

static ACTION: ListAction = ListAction {
    counterpart: listed_play_domain,
    ..ListAction::new(|listed| list(BLOCK_LIST, listed.counterpart.as_deref(), bans), item)
};

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
