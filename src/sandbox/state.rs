//! What the sandbox was told: who is off air until when, time-outs, closed moderations.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::jd::Stream;
use super::{Answer, Call};
use crate::request::Timestamp;
use crate::time::seconds;

/// All that is kept while the sandbox serves.
#[derive(Debug, Default)]
pub(super) struct State {
    /// JD's streams that may not be pushed.
    pub(super) jd_streams: Bans<Stream>,
    /// JD's push time-outs in seconds, by domain.
    pub(super) jd_timeouts: BTreeMap<String, u8>,
    /// Tencent's channels that may not be pushed.
    pub(super) tencent_channels: Bans<String>,
    /// Shumei's request ids whose moderation has ended, and when.
    pub(super) shumei_closed: BTreeMap<String, Timestamp>,
    /// How many answers of Shumei's got an id of their own.
    pub(super) shumei_answers: u64,
}

/// Who is off air, and until when; the clock lifts a ban whose end has come.
#[derive(Debug)]
pub(super) struct Bans<K>(BTreeMap<K, Timestamp>);

impl<K> Default for Bans<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Bans<K> {
    /// Takes off air until a moment, whatever was said before.
    pub(super) fn forbid(&mut self, who: K, until: Timestamp) {
        self.0.insert(who, until);
    }

    /// Puts back on air.
    pub(super) fn lift(&mut self, who: &K) {
        self.0.remove(who);
    }

    /// Those that are off air now, in order, each with its end.
    pub(super) fn standing(&mut self, now: Timestamp) -> impl Iterator<Item = (&K, Timestamp)> {
        self.0.retain(|_, until| *until > now);
        self.0.iter().map(|(who, until)| (who, *until))
    }
}

/// `GET /sandbox/state`: what is held now, for people who want to see what their requests did.
pub(super) fn show(state: &mut State, _: &Call, now: Timestamp) -> Answer {
    let streams: Vec<Value> = state.jd_streams.standing(now).map(|(stream, until)| stream.json(until)).collect();
    let channels: Vec<Value> = state
        .tencent_channels
        .standing(now)
        .map(|(channel, until)| json!({ "channel": channel, "until": seconds(until) }))
        .collect();
    let closed: Vec<Value> =
        state.shumei_closed.iter().map(|(id, at)| json!({ "requestId": id, "closed_at": seconds(*at) })).collect();
    let document = json!({
        "jd": { "forbidden": streams, "timeouts": state.jd_timeouts },
        "tencent": { "forbidden": channels },
        "shumei": { "closed": closed },
    });
    (StatusCode::OK, document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at};

    #[test]
    fn a_ban_lifts_itself_when_its_end_comes() {
        let mut bans = Bans::default();
        bans.forbid("8888_test123", at(NOON));

        assert_eq!(bans.standing(at(NOON - 1)).count(), 1);
        assert_eq!(bans.standing(at(NOON)).count(), 0);
    }

    #[test]
    fn a_new_ban_replaces_the_old_end() {
        let mut bans = Bans::default();
        bans.forbid("8888_test123", at(NOON + 7200));
        bans.forbid("8888_test123", at(NOON + 60));

        assert_eq!(bans.standing(at(NOON)).collect::<Vec<_>>(), [(&"8888_test123", at(NOON + 60))]);
    }
}
