//! `GET realtime/streams`: which streams of a domain are pushed now.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/ListLiveStreamsOnline.html>.

use crate::api::huawei::place::live_streams;
use crate::api::huawei::profile::NAME;
use crate::api::live_list::{ItemMembers, ListAction};
use crate::api::live_specs::online;
use crate::api::operation::OperationSpec;

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    details: "GET realtime/streams, by the push domain. All pages are read.",
    examples: &["livectl --sandbox huawei online --domain push.example.com"],
    ..online(NAME, &ACTION)
};

static ACTION: ListAction = ListAction::new(
    |listed| live_streams(&listed.domain, listed.app.as_deref(), None),
    |listed, item| ITEM.read(&listed.domain, item),
);

const ITEM: ItemMembers = ItemMembers {
    app: "app",
    name: "stream",
    domain: "publish_domain",
    since: "start_time",
    until: "",
};
