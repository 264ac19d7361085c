//! `DescribeLiveStreamsBlockList` and `DescribeLiveStreamState`: whether a stream is forbidden, live or idle.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-describelivestreamstate>.

use std::rc::Rc;

use crate::api::alibaba::place::{online_state, play_domain, state_of};
use crate::api::alibaba::profile::{NAME, PLAY_DOMAIN};
use crate::api::live_operation::LiveAction;
use crate::api::live_specs::status;
use crate::api::operation::{OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};

/// Asks for a stream's state.
pub static SPEC: OperationSpec = OperationSpec {
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
    ..status(NAME, &ACTION)
};

static ACTION: LiveAction = LiveAction {
    counterpart,
    ..LiveAction::new(|stream, _| state_of(stream).unwrap_or_else(|| online_state(stream)))
};

/// The play domain; without it, a note of what the state cannot show.
fn counterpart(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
    domain: &str,
) -> Result<Option<Rc<str>>, Problem> {
    let play = play_domain(input, context, domain)?;
    // Where no profile could be read, its own fault is reported instead.
    if play.is_none() && context.api(NAME).is_some() {
        context.notes.add(
            "Alibaba's state does not tell a banned stream from an idle one, and the profile gives no `play_domain` for this \
             push domain to read the list of bans by: a stream that is idle here may be forbidden",
        );
    }
    Ok(play)
}
