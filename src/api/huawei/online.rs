//! `GET realtime/streams`: which streams of a domain are pushed now.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/ListLiveStreamsOnline.html>.

use serde_json::Value;

use crate::api::huawei::place::{domain, live_streams};
use crate::api::huawei::profile::NAME;
use crate::api::listing::{APP, LISTED_DOMAIN};
use crate::api::live_list::{ListAction, LiveList};
use crate::api::operation::OperationSpec;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;

/// Lists the streams of a domain that are pushed now.
pub static ONLINE: ListAction = ListAction {
    spec: OperationSpec {
        about: "Changes nothing: lists the streams of a domain that are pushed now",
        details: "GET realtime/streams, by the push domain. All pages are read.",
        examples: &["livectl --sandbox huawei online --domain push.example.com"],
        params: &[&APP],
        item_state: "live",
        ..OperationSpec::new(NAME, "online", Effect::None, &LISTED_DOMAIN, |input, context| {
            LiveList::read(&ONLINE, input, context)
        })
    },
    domain,
    request: |listed| live_streams(&listed.domain, listed.app.as_deref(), None),
    item,
};

fn item(listed: &LiveList, item: Value) -> ListItem {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let (app, name) = (text("app"), text("stream"));
    ListItem {
        target: app.as_ref().zip(name).map(|(app, name)| format!("{app}/{name}")),
        domain: Some(text("publish_domain").unwrap_or_else(|| listed.domain.to_string())),
        since: text("start_time").and_then(|at| at.parse().ok()),
        until: None,
        app,
        vendor: item,
    }
}
