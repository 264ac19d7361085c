//! `KillStream`: a stream is disconnected once; its encoder may push again.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126844>.

use serde_json::Value;

use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::OperationSpec;
use crate::api::reason::REASON;
use crate::api::request::Expected;
use crate::api::response::state;
use crate::api::volcengine::place::{VHOST, acting, stream_in_space, verification};
use crate::api::volcengine::profile::NAME;
use crate::outcome::effect::Effect;

/// Disconnects a stream once.
pub static DROP: LiveAction = LiveAction {
    spec: OperationSpec {
        aliases: &["kick"],
        about: "Cuts streams once: their encoders may push again at once",
        details: "KillStream, which takes the domain space (Vhost) of the push domain and not the domain: `vhost` in the profile, \
            or --vhost. The console's page of domains and the API's ListDomainDetail have it; without it, `forbid --for 1m` takes \
            a stream off air for a minute. The state that --verify reads is that of the domain.",
        examples: &[
            "livectl --sandbox volcengine drop live/cam1",
            "livectl --sandbox volcengine drop live/cam1 --vhost push.example.com",
        ],
        params: &[&DOMAIN, &VHOST, &REASON],
        has_verify: true,
        leaves_out_domain: true,
        ..OperationSpec::new(NAME, "drop", Effect::CutOnce, &STREAMS, |input, context| {
            LiveOperation::read(&DROP, input, context)
        })
    },
    stream: stream_in_space,
    ban: None,
    request: |stream, _| acting("KillStream", ("Vhost", vhost(stream)), stream),
    verification: |stream| verification(stream, Expected::IsNot(state::LIVE)),
    unverified: |_| None,
    settings,
};

fn vhost(stream: &LiveStream) -> &str {
    stream.counterpart.as_deref().unwrap_or_default()
}

fn settings(stream: &LiveStream) -> Vec<(&'static str, Value)> {
    let mut settings = domain_setting(stream);
    settings.push((VHOST.name, vhost(stream).into()));
    settings
}
