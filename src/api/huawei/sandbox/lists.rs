//! The two lists of a push domain.

use serde_json::{Value, json};

use crate::api::huawei::sandbox::parameters::{domain, illegal, of_query, page};
use crate::sandbox::names::is_unknown;
use crate::sandbox::simulator::{ActionResult, SandboxCall};
use crate::sandbox::state::{VendorState, end_json};
use crate::sandbox::stream_state::{Ban, StreamKey, StreamState};
use crate::time::{Timestamp, seconds};

/// `GET stream/blocks`: one page of the banned streams of a domain.
pub(super) fn bans(call: &mut SandboxCall) -> ActionResult {
    let parameters = of_query(call.request, "domain app_name stream_name page size")?;
    let domain = domain(&parameters, "domain")?.to_lowercase();
    let page = page(&parameters)?;
    let is_meant = |key: &StreamKey| {
        let is_same = |name, own: &str| parameters.text(name).is_none_or(|text| text == own);
        key.domain == domain && is_same("app_name", &key.app) && is_same("stream_name", &key.name)
    };
    let bans = call.state.streams.active_bans(call.now);
    let bans: Vec<_> = bans.filter(|(key, _)| is_meant(key)).collect();
    let blocks: Vec<_> = page.slice(&bans).iter().map(|(key, ban)| block(key, *ban)).collect();
    Ok(json!({ "total": bans.len(), "blocks": blocks }))
}

/// `GET realtime/streams`: one part of the live streams of a domain.
pub(super) fn live_streams(call: &mut SandboxCall) -> ActionResult {
    let parameters = of_query(call.request, "publish_domain app stream offset limit")?;
    let domain = domain(&parameters, "publish_domain")?;
    // As a filter, `stream` needs `app`.
    if parameters.text("stream").is_some() && parameters.text("app").is_none() {
        return Err(illegal("stream needs app"));
    }
    let offset = parameters.number("offset", Some(0), 0..=usize::MAX)?;
    let limit = parameters.number("limit", Some(10), 1..=100)?;
    let now = call.now;
    let live = match (parameters.text("app"), parameters.text("stream")) {
        // Live like all others, although the list of the domain does not have it.
        (Some(app), Some(name)) => live_stream(call.state, StreamKey::new(domain, app, name), now),
        (app, _) => {
            let mut live = call.state.streams.live_on(domain, now);
            live.retain(|(key, _)| app.is_none_or(|app| key.app == app));
            live
        }
    };
    let rows: Vec<_> = live.iter().skip(offset).take(limit).map(online_info).collect();
    Ok(json!({
        "total_num": live.len(), "total_page": live.len().div_ceil(limit),
        "offset": offset, "limit": limit,
        "request_id": call.state.request_id(now), "streams": rows,
    }))
}

fn block(key: &StreamKey, ban: Ban) -> Value {
    json!({ "app_name": key.app, "stream_name": key.name, "resume_time": end_json(ban.until) })
}

/// The stream, if it is live.
fn live_stream(state: &VendorState, key: StreamKey, now: Timestamp) -> Vec<(StreamKey, Timestamp)> {
    match state.streams.get(&key, now) {
        StreamState::Live(since) if !is_unknown(&key.name) => vec![(key, since)],
        StreamState::Live(_) | StreamState::Idle | StreamState::Forbidden => Vec::new(),
    }
}

fn online_info((key, since): &(StreamKey, Timestamp)) -> Value {
    json!({
        "publish_domain": key.domain, "app": key.app, "stream": key.name,
        "video_codec": "H264", "audio_codec": "AAC",
        "video_frame_rate": 25, "audio_frame_rate": 43,
        "video_bitrate": 2500, "audio_bitrate": 128,
        "resolution": "1920x1080", "client_ip": "192.0.2.7", "start_time": seconds(*since),
    })
}
