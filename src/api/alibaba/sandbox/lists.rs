//! The lists, which are asked by the play domain.

use serde_json::{Value, json};

use crate::api::alibaba::sandbox::streams::{owned_domain, push_domain};
use crate::sandbox::parameters::{ActionCall, Parameters};
use crate::sandbox::request::PageQuery;
use crate::sandbox::simulator::{ActionResult, Refusal};
use crate::sandbox::stream_state::StreamKey;
use crate::time::{Timestamp, seconds};

/// `DescribeLiveStreamsBlockList`: one page of the banned streams of a domain.
pub(super) fn block_list(call: &mut ActionCall) -> ActionResult {
    let (play, push) = listed_domain(call.request)?;
    let banned = call.state.streams.active_bans(call.now).filter(|(key, _)| key.domain == push);
    // The list has no ends.
    let urls: Vec<_> = banned.map(|(key, _)| format!("{play}/{}/{}", key.app, key.name)).collect();
    let page = page(call.request)?;
    Ok(listed(page, urls.len(), &play, "StreamUrls", &json!({ "StreamUrl": page.slice(&urls) })))
}

/// `DescribeLiveStreamsOnlineList`: one page of the live streams of a domain.
pub(super) fn online_list(call: &mut ActionCall) -> ActionResult {
    let parameters = call.request;
    let (play, push) = listed_domain(parameters)?;
    // Fuzzy by default: a name matches all that contain it.
    let is_fuzzy = parameters.word("QueryType", &["fuzzy", "strict"])? == "fuzzy";
    let is_transcoded = parameters.word("StreamType", &["all", "raw", "trans"])? == "trans";
    let has_names_alone = parameters.word("OnlyStream", &["no", "yes"])? == "yes";
    let is_meant = |name, found: &str| match parameters.text(name) {
        Some(wanted) if is_fuzzy => found.contains(wanted),
        Some(wanted) => found == wanted,
        None => true,
    };
    let mut live = call.state.streams.live_on(&push, call.now);
    live.retain(|(key, _)| {
        !is_transcoded && is_meant("AppName", &key.app) && is_meant("StreamName", &key.name)
    });
    let page = page(parameters)?;
    let rows = page.slice(&live).iter();
    let rows = rows.map(|(stream, since)| info(&play, stream, *since, has_names_alone));
    let info = json!({ "LiveStreamOnlineInfo": rows.collect::<Vec<_>>() });
    Ok(listed(page, live.len(), &play, "OnlineInfo", &info))
}

fn info(play: &str, stream: &StreamKey, since: Timestamp, has_names_alone: bool) -> Value {
    let StreamKey { domain, app, name } = stream;
    let mut info = json!({
        "DomainName": play,
        "AppName": app,
        "StreamName": name,
        "PublishTime": seconds(since),
    });
    if !has_names_alone {
        info["PublishDomain"] = domain.as_str().into();
        info["PublishUrl"] = format!("rtmp://{domain}/{app}/{name}?auth_key=0-0-0-5f1e").into();
    }
    info
}

/// The play domain whose streams are listed, and its push domain.
fn listed_domain(parameters: &Parameters) -> ActionResult<(String, String)> {
    let play = owned_domain(parameters)?.to_lowercase();
    let push = push_domain(&play).ok_or_else(|| {
        let message = "DomainName is no play domain of this account";
        Refusal::new("InvalidDomain.NotFound", message)
    })?;
    Ok((play, push))
}

fn page(parameters: &Parameters) -> ActionResult<PageQuery> {
    Ok(PageQuery {
        number: parameters.number("PageNum", Some(1), 1..=usize::MAX)?,
        size: parameters.number("PageSize", Some(2000), 1..=3000)?,
    })
}

/// The reply with a page of a list.
fn listed(page: PageQuery, total: usize, domain: &str, name: &str, items: &Value) -> Value {
    let PageQuery { number, size } = page;
    let pages = total.div_ceil(size);
    json!({
        "DomainName": domain, "PageNum": number, "PageSize": size,
        "TotalNum": total, "TotalPage": pages, name: items,
    })
}
