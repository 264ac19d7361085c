//! `KillStream`: a stream is disconnected once; its encoder may push again.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126844>.

use crate::api::live_operation::LiveAction;
use crate::api::live_specs::drop;
use crate::api::live_stream::{DOMAIN, LiveStream};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::{Expected, Request};
use crate::api::response::state;
use crate::api::volcengine::place::{VHOST, acting, domain_space, state_of};
use crate::api::volcengine::profile::NAME;
use crate::time::Timestamp;

/// Disconnects a stream once.
pub static SPEC: OperationSpec = OperationSpec {
    details: "KillStream, which takes the domain space (Vhost) of the push domain and not the domain: `vhost` in the profile, \
        or --vhost. The console's page of domains and the API's ListDomainDetail have it; without it, `forbid --for 1m` takes \
        a stream off air for a minute. The state that --verify reads is that of the domain.",
    examples: &[
        "livectl --sandbox volcengine drop live/cam1",
        "livectl --sandbox volcengine drop live/cam1 --vhost push.example.com",
    ],
    params: &[&DOMAIN, &VHOST, &REASON],
    leaves_out_domain: true,
    ..drop(NAME, &ACTION)
};

// The manual warns of encoders that connect again at once: to keep a stream off air takes a ban.
static ACTION: LiveAction = LiveAction {
    counterpart: domain_space,
    counterpart_param: Some(&VHOST),
    look: |stream| Some(state_of(stream)),
    expected: Some(&Expected::IsNot(state::LIVE)),
    ..LiveAction::new(request)
};

fn request(stream: &LiveStream, _until: Option<Timestamp>) -> Request {
    let vhost = stream.counterpart.as_deref().unwrap_or_default();
    acting("KillStream", ("Vhost", vhost), stream)
}
