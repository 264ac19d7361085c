//! JD in the simulator: [`SIMULATOR`] lists its routes, its credentials and its state document.
//!
//! The legacy gateway and the `OpenAPI` act on the same streams.

mod canonical;
pub(crate) mod demo;
mod info;
pub(crate) mod legacy;
mod online;
pub(crate) mod openapi;
mod signature;

use serde_json::{Value, json};

use crate::sandbox::simulator::{SandboxRoute, Simulator};
use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// JD's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "jd",
    routes: ROUTES,
    operation: |_| None,
    show,
    credentials: demo::CREDENTIALS,
};

const ROUTES: &[SandboxRoute] = &[
    SandboxRoute::new(&["POST"], "/api/live/setPushStreamTimeout", legacy::set_push_stream_timeout),
    SandboxRoute::new(&["POST"], "/api/live/permitStream", legacy::permit_stream),
    SandboxRoute::new(&["POST"], "/api/live/forbidStream", legacy::forbid_stream),
    SandboxRoute::new(&["POST"], "/api/live/queryForbidden", legacy::forbidden::query_forbidden),
    SandboxRoute::new(&["POST"], "/api/live/queryDomainConfig", legacy::query_domain_config),
    SandboxRoute::new(&["PUT"], "/v1/streams:forbid", openapi::forbid),
    SandboxRoute::new(&["PUT"], "/v1/streams:resume", openapi::resume),
    SandboxRoute::new(&["PUT"], "/v1/streams:interrupt", openapi::interrupt),
    SandboxRoute::new(&["GET"], "/v1/streams/*/onlineList", online::online_list),
    SandboxRoute::new(
        &["GET"],
        "/v1/streams/*/appNames/*/streamNames/*/streamInfo",
        info::stream_info,
    ),
    SandboxRoute::new(&[], "/v1/**", openapi::unknown_path),
];

fn show(state: &VendorState, now: Timestamp) -> Value {
    let mut document = state.streams_json(now);
    document["timeouts"] = json!(state.records(legacy::TIMEOUTS));
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::stream_state::{Ban, StreamKey};
    use crate::sandbox::tests::support::{NOON, at};

    #[test]
    fn state_shows_bans_timeouts_and_streams() {
        let mut state = VendorState::new(at(NOON));
        let stream = |name: &str| StreamKey::new("a.live.com", "live", name);
        state.streams.forbid(stream("cam1"), Ban::permanent(at(NOON)));
        state.streams.interrupt(stream("cam2"), at(NOON));
        state.records_mut(legacy::TIMEOUTS).insert("a.live.com".into(), json!(10));

        let expected = json!({
            "forbidden": [{ "domain": "a.live.com", "app": "live", "stream": "cam1", "until": null }],
            "timeouts": { "a.live.com": 10 },
            "streams": [
                { "domain": "a.live.com", "app": "live", "stream": "cam1", "status": "forbidden" },
                { "domain": "a.live.com", "app": "live", "stream": "cam2", "status": "idle" },
            ],
        });
        assert_eq!(show(&state, at(NOON + 1)), expected);
    }
}
