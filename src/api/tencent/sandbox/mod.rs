//! Tencent in the simulator: [`SIMULATOR`] lists its routes, its credentials and its state document.
//!
//! The legacy gateway and API 3.0 act on the same streams, which the gateway calls channels. A ban applies to a stream's
//! name alone, as it does for accounts without groups of domains.

pub(crate) mod demo;
pub(crate) mod legacy;
mod online;
mod parameters;
mod signature;
pub(crate) mod v3;

use serde_json::{Value, json};

use crate::sandbox::request::{header, query};
use crate::sandbox::simulator::{SandboxRequest, SandboxRoute, Simulator};
use crate::sandbox::state::{VendorState, end_json};
use crate::time::Timestamp;

/// Tencent's part of the simulator.
pub static SIMULATOR: Simulator = Simulator {
    vendor: "tencent",
    routes: ROUTES,
    operation,
    show,
    credentials: demo::CREDENTIALS,
};

const ROUTES: &[SandboxRoute] = &[
    SandboxRoute::new(&["GET", "POST"], "/common_access", legacy::common_access),
    SandboxRoute::new(&[], "/", v3::act),
];

/// The action of API 3.0, or the interface of the gateway.
fn operation(request: &SandboxRequest) -> Option<String> {
    let action = header(request, "x-tc-action").map(str::to_owned);
    let interface = || query(request).ok()?.into_iter().find(|(name, _)| name == "interface");
    action.or_else(|| interface().map(|(_, interface)| interface))
}

fn show(state: &VendorState, now: Timestamp) -> Value {
    let forbidden = state.streams.active_bans(now);
    let forbidden =
        forbidden.map(|(key, ban)| json!({ "channel": key.name, "until": end_json(ban.until) }));
    let channels = state.streams.changed(now);
    let channels =
        channels.map(|(key, state)| json!({ "channel": key.name, "status": state.into_str() }));
    json!({
        "forbidden": forbidden.collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::stream_state::{Ban, StreamKey};
    use crate::sandbox::tests::support::{NOON, at, get, set};

    #[test]
    fn operation_is_the_action_or_the_interface() {
        let gateway = get("/common_access?appid=1&interface=channel_manager");
        assert_eq!(operation(&gateway).as_deref(), Some("channel_manager"));
        let mut action = get("/");
        assert_eq!(operation(&action), None);
        set(&mut action, "x-tc-action", "DropLiveStream");
        assert_eq!(operation(&action).as_deref(), Some("DropLiveStream"));
    }

    #[test]
    fn state_shows_bans_and_channels() {
        let mut state = VendorState::new(at(NOON));
        let ban = Ban::until(at(NOON), at(NOON + 60));
        state.streams.forbid(StreamKey::by_name("8888_a"), ban);
        state.streams.lift(StreamKey::by_name("8888_b"), at(NOON));

        let expected = json!({
            "forbidden": [{ "channel": "8888_a", "until": "2026-11-21T12:01:00Z" }],
            "channels": [
                { "channel": "8888_a", "status": "forbidden" },
                { "channel": "8888_b", "status": "live" },
            ],
        });
        assert_eq!(show(&state, at(NOON + 1)), expected);
    }
}
