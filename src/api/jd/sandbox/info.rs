//! JD's `describeLiveStreamInfo`: whether a stream is pushed.

use serde_json::json;

use crate::api::jd::sandbox::openapi::{check_host_name, check_known, respond};
use crate::sandbox::request::path_segment;
use crate::sandbox::simulator::{SandboxCall, SandboxReply};
use crate::sandbox::stream_state::{StreamKey, StreamState};

/// `describeLiveStreamInfo`: `on` for a live stream, else `off`.
pub(super) fn stream_info(call: &mut SandboxCall) -> SandboxReply {
    respond(call, |SandboxCall { state, request, now }| {
        let domain = path_segment(request, 2);
        check_host_name(&domain)?;
        let stream = StreamKey::new(&domain, &path_segment(request, 4), &path_segment(request, 6));
        check_known(&stream)?;
        let status = match state.streams.get(&stream, *now) {
            StreamState::Live(_) => "on",
            // There is no word for a ban: the legacy API lists those.
            StreamState::Idle | StreamState::Forbidden => "off",
        };
        Ok(json!({
            "publishDomain": stream.domain,
            "appName": stream.app,
            "streamName": stream.name,
            "status": status,
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::jd::sandbox::openapi::tests::{get, refusal};
    use crate::sandbox::state::VendorState;
    use crate::sandbox::stream_state::Ban;
    use crate::sandbox::tests::support::{NOON, at, handle};

    fn info(state: &mut VendorState, domain: &str, name: &str) -> SandboxReply {
        let path = format!("/v1/streams/{domain}/appNames/live/streamNames/{name}/streamInfo");
        handle(stream_info, state, &get(&path), at(NOON))
    }

    #[test]
    fn status_is_on_only_for_live_streams() {
        let mut state = VendorState::new(at(NOON - 60));
        let stream = |name: &str| StreamKey::new("a.live.com", "live", name);
        state.streams.forbid(stream("直播"), Ban::permanent(at(NOON)));
        state.streams.interrupt(stream("cam2"), at(NOON));

        for (sent, name, status) in
            [("cam1", "cam1", "on"), ("%E7%9B%B4%E6%92%AD", "直播", "off"), ("cam2", "cam2", "off")]
        {
            let (http, document) = info(&mut state, "A.live.com", sent);
            let expected = json!({
                "publishDomain": "a.live.com", "appName": "live", "streamName": name, "status": status,
            });
            assert_eq!((http.as_u16(), &document["result"]), (200, &expected));
        }
    }

    #[test]
    fn unknown_targets_are_refused() {
        let mut state = VendorState::default();
        for (domain, name, expected) in [
            ("a.live.com", "x_gone", (404, "NOT_FOUND", "stream live/x_gone does not exist")),
            ("x-gone.live.com", "cam1", (404, "NOT_FOUND", "the domain does not exist")),
            (
                "a.live.com,b.live.com",
                "cam1",
                (400, "INVALID_ARGUMENT", "publishDomain is not a single host name"),
            ),
        ] {
            assert_eq!(refusal(&info(&mut state, domain, name)), expected);
        }
    }
}
