//! `DescribeLiveStreamsBlockList` and `DescribeLiveStreamState`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamstate>.

use crate::api::alibaba::place::{live_stream, state_of};
use crate::api::alibaba::profile::{NAME, PLAY_DOMAIN};
use crate::api::live_operation::{LiveAction, LiveOperation, domain_setting};
use crate::api::live_stream::{DOMAIN, LiveStream, STREAMS};
use crate::api::operation::{OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::outcome::effect::Effect;

/// Asks for a stream's state.
pub static STATUS: LiveAction = LiveAction {
    spec: OperationSpec {
        about: "Changes nothing: reports whether streams are live, idle or forbidden",
        details: "Two requests: the list of bans by the play domain (DescribeLiveStreamsBlockList), and, where the stream is not \
            in it, its state by the push domain (DescribeLiveStreamState), whose `offline` is `idle` here. `live` is read where streams are pushed to, so viewers may still get \
            what caches hold. Without `play_domain` \
            in the profile a banned stream is reported as `idle`.",
        examples: &[
            "livectl --sandbox alibaba status live/cam1 --domain push.example.com",
            "livectl --sandbox alibaba status live/cam1 live/cam2 -o json",
        ],
        states: |account| match account.text(PLAY_DOMAIN) {
            Some(_) => &["live", "idle", "forbidden"],
            None => &["live", "idle"],
        },
        params: &[&DOMAIN],
        ..OperationSpec::new(NAME, "status", Effect::None, &STREAMS, |input, context| {
            LiveOperation::read(&STATUS, input, context)
        })
    },
    stream,
    ban: None,
    request: |stream, _| state_of(stream),
    verification: |_| None,
    unverified: |_| None,
    settings: domain_setting,
};

fn stream(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<LiveStream, Problem> {
    let stream = live_stream(input, context)?;
    // Where no profile could be read, its own fault is reported instead.
    if stream.counterpart.is_none() && context.api(NAME).is_some() {
        context.notes.add(
            "Alibaba's state does not tell a banned stream from an idle one, and the profile gives no `play_domain` for this \
             push domain to read the list of bans by: a stream that is idle here may be forbidden",
        );
    }
    Ok(stream)
}
