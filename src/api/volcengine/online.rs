//! `DescribeLiveStreamInfoByPage`: which streams of a domain are pushed now.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126841>.

use crate::api::live_list::{ItemMembers, ListAction, LiveList};
use crate::api::live_specs::online;
use crate::api::operation::OperationSpec;
use crate::api::request::Request;
use crate::api::volcengine::place::{ITEM, list, page};
use crate::api::volcengine::profile::NAME;

/// Lists the streams of a domain that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DescribeLiveStreamInfoByPage. Pages are read until one is short, since Volcengine's count of the streams is an \
        estimate. Streams that it transcodes from others are left out.",
    examples: &["livectl --sandbox volcengine online --domain push.example.com"],
    ..online(NAME, &ACTION)
};

static ACTION: ListAction = ListAction::new(request, |listed, item| {
    ItemMembers { since: "SessionStartTime", ..ITEM }.read(&listed.domain, item)
});

fn request(listed: &LiveList) -> Request {
    let mut request = list("DescribeLiveStreamInfoByPage", listed, |_, reply| page(reply));
    request.query.push(("StreamType", "origin".into()));
    request
}
