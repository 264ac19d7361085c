//! `GET stream/blocks`: which streams of a domain may not push.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/topic_retrieveStreamForbidden.html>.

use crate::api::huawei::place::bans;
use crate::api::huawei::profile::NAME;
use crate::api::live_list::{ItemMembers, ListAction};
use crate::api::live_specs::forbidden;
use crate::api::operation::OperationSpec;

/// Lists the streams of a domain that may not push.
pub static SPEC: OperationSpec = OperationSpec {
    details: "GET stream/blocks, by the push domain. All pages are read. `until` is the end of each ban.",
    examples: &[
        "livectl --sandbox huawei forbidden --domain push.example.com",
        "livectl --sandbox huawei forbidden --app live -o json",
    ],
    ..forbidden(NAME, &ACTION)
};

static ACTION: ListAction = ListAction::new(
    |listed| bans(&listed.domain, listed.app.as_deref(), None),
    |listed, item| ITEM.read(&listed.domain, item),
);

const ITEM: ItemMembers = ItemMembers {
    app: "app_name",
    name: "stream_name",
    domain: "",
    since: "",
    until: "resume_time",
};
