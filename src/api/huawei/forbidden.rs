//! `GET stream/blocks`: which streams of a domain may not push.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/topic_retrieveStreamForbidden.html>.

use serde_json::Value;

use crate::api::huawei::place::{bans, domain};
use crate::api::huawei::profile::NAME;
use crate::api::listing::{APP, LISTED_DOMAIN};
use crate::api::live_list::{ListAction, LiveList};
use crate::api::operation::OperationSpec;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;

/// Lists the streams of a domain that may not push.
pub static FORBIDDEN: ListAction = ListAction {
    spec: OperationSpec {
        about: "Changes nothing: lists the streams of a domain that may not push",
        details: "GET stream/blocks, by the push domain. All pages are read. `until` is the end of each ban.",
        examples: &[
            "livectl --sandbox huawei forbidden --domain push.example.com",
            "livectl --sandbox huawei forbidden --app live -o json",
        ],
        params: &[&APP],
        item_state: "forbidden",
        ..OperationSpec::new(NAME, "forbidden", Effect::None, &LISTED_DOMAIN, |input, context| {
            LiveList::read(&FORBIDDEN, input, context)
        })
    },
    domain,
    request: |listed| bans(&listed.domain, listed.app.as_deref(), None),
    item,
};

fn item(listed: &LiveList, item: Value) -> ListItem {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let (app, name) = (text("app_name"), text("stream_name"));
    ListItem {
        target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
        domain: Some(listed.domain.to_string()),
        since: None,
        until: text("resume_time").and_then(|end| end.parse().ok()),
        app,
        vendor: item,
    }
}
