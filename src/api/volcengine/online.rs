//! `DescribeLiveStreamInfoByPage`: which streams of a domain are pushed now.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126841>.

use crate::api::listing::{APP, LISTED_DOMAIN};
use crate::api::live_list::{ListAction, LiveList};
use crate::api::operation::OperationSpec;
use crate::api::request::{Request, ResponseReader};
use crate::api::volcengine::place::{item, list, listed, page};
use crate::api::volcengine::profile::NAME;
use crate::outcome::effect::Effect;

/// Lists the streams of a domain that are pushed now.
pub static ONLINE: ListAction = ListAction {
    spec: OperationSpec {
        about: "Changes nothing: lists the streams of a domain that are pushed now",
        details: "DescribeLiveStreamInfoByPage. Pages are read until one is short, since Volcengine's count of the streams is an \
            estimate. Streams that it transcodes from others are left out.",
        examples: &["livectl --sandbox volcengine online --domain push.example.com"],
        params: &[&APP],
        item_state: "live",
        ..OperationSpec::new(NAME, "online", Effect::None, &LISTED_DOMAIN, |input, context| {
            LiveList::read(&ONLINE, input, context)
        })
    },
    domain: listed,
    request,
    item: |listed, row| item(listed, row, "SessionStartTime", None),
};

fn request(listed: &LiveList) -> Request {
    let mut request = list("DescribeLiveStreamInfoByPage", listed);
    request.query.push(("StreamType", "origin".into()));
    request.question = Some(ResponseReader::new(|_, reply| page(reply)));
    request
}
