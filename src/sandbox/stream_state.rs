//! Who is on air: one memory of streams, whichever generation of a vendor's API speaks of them.
//!
//! A stream that nobody has spoken of is live. A ban takes it off air until its end, and nothing brings it back by itself
//! after that; lifting the ban does, as if the encoder had waited for it. A stream that is cut off once is pushed again
//! after a moment, as encoders do.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::time::Timestamp;

/// How long an encoder takes to push again after it was cut off.
const COMEBACK: TimeDelta = TimeDelta::seconds(5);

/// The streams that requests have named, and what was last done to each.
#[derive(Debug)]
pub(super) struct StreamStates<K> {
    /// Since when the streams are live that nobody has touched.
    since: Timestamp,
    last: BTreeMap<K, LastAct>,
}

/// Whether a stream is on air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamState {
    /// It is pushed, and has been since this moment.
    Live(Timestamp),
    /// It may be pushed, and is not.
    Idle,
    /// It may not be pushed.
    Forbidden,
}

/// A time off air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ban {
    pub(super) from: Timestamp,
    /// `None` for good.
    pub(super) until: Option<Timestamp>,
}

/// What was last done to a stream.
#[derive(Clone, Copy, Debug)]
enum LastAct {
    Forbidden(Ban),
    /// It is pushed from this moment on.
    Back(Timestamp),
}

impl<K> Default for StreamStates<K> {
    fn default() -> Self {
        Self { since: Timestamp::default(), last: BTreeMap::new() }
    }
}

impl<K: Ord> StreamStates<K> {
    /// Streams that are all live since this moment.
    pub(super) fn live_since(since: Timestamp) -> Self {
        Self { since, ..Self::default() }
    }

    /// Takes off air, whatever was said before.
    pub(super) fn forbid(&mut self, who: K, ban: Ban) {
        self.last.insert(who, LastAct::Forbidden(ban));
    }

    /// Puts back on air.
    pub(super) fn lift(&mut self, who: K, now: Timestamp) {
        let since = match self.state(&who, now) {
            StreamState::Live(since) => since,
            StreamState::Idle | StreamState::Forbidden => now,
        };
        self.last.insert(who, LastAct::Back(since));
    }

    /// Cuts off once; one that is not on air stays as it is.
    pub(super) fn interrupt(&mut self, who: K, now: Timestamp) {
        if let StreamState::Live(_) = self.state(&who, now) {
            self.last.insert(who, LastAct::Back(now + COMEBACK));
        }
    }

    /// Whether it is on air.
    pub(super) fn state(&self, who: &K, now: Timestamp) -> StreamState {
        self.last.get(who).map_or(StreamState::Live(self.since), |last| last.state(now))
    }

    /// Those that requests have named, in order.
    pub(super) fn named(&self, now: Timestamp) -> impl Iterator<Item = (&K, StreamState)> {
        self.last.iter().map(move |(who, last)| (who, last.state(now)))
    }

    /// The bans that stand now, in order of the streams.
    pub(super) fn standing(&self, now: Timestamp) -> impl Iterator<Item = (&K, Ban)> {
        self.last.iter().filter_map(move |(who, last)| match last {
            LastAct::Forbidden(ban) if ban.is_active(now) => Some((who, *ban)),
            _ => None,
        })
    }
}

impl StreamState {
    /// How the sandbox shows it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Live(_) => "live",
            Self::Idle => "idle",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Ban {
    /// One that only a permit ends.
    pub(super) fn for_good(from: Timestamp) -> Self {
        Self { from, until: None }
    }

    /// One that ends by itself.
    pub(super) fn until(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until: Some(until) }
    }

    /// One that ends by itself after this long; `None` beyond the end of the calendar.
    pub(super) fn lasting(from: Timestamp, length: Option<TimeDelta>) -> Option<Self> {
        Some(Self::until(from, from.checked_add_signed(length?)?))
    }

    fn is_active(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl LastAct {
    fn state(self, now: Timestamp) -> StreamState {
        match self {
            Self::Forbidden(ban) if ban.is_active(now) => StreamState::Forbidden,
            Self::Back(at) if at <= now => StreamState::Live(at),
            Self::Forbidden(_) | Self::Back(_) => StreamState::Idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at};

    fn streams() -> StreamStates<&'static str> {
        StreamStates::live_since(at(NOON - 60))
    }

    fn until(end: i64) -> Ban {
        Ban::until(at(NOON), at(end))
    }

    #[test]
    fn a_stream_that_nobody_has_spoken_of_is_live() {
        assert_eq!(streams().state(&"cam1", at(NOON)), StreamState::Live(at(NOON - 60)));
        assert_eq!(streams().named(at(NOON)).count(), 0);
    }

    #[test]
    fn a_ban_ends_when_its_end_comes_and_the_stream_stays_idle() {
        let mut streams = streams();
        streams.forbid("cam1", until(NOON + 60));

        assert_eq!(streams.state(&"cam1", at(NOON + 59)), StreamState::Forbidden);
        assert_eq!(streams.standing(at(NOON + 59)).count(), 1);
        assert_eq!(streams.state(&"cam1", at(NOON + 60)), StreamState::Idle);
        assert_eq!(streams.standing(at(NOON + 60)).count(), 0);
    }

    #[test]
    fn a_ban_for_good_stands_until_it_is_lifted_and_the_encoder_comes_back() {
        let mut streams = streams();
        streams.forbid("cam1", Ban::for_good(at(NOON)));
        assert_eq!(streams.state(&"cam1", at(NOON * 2)), StreamState::Forbidden);

        streams.lift("cam1", at(NOON + 60));

        assert_eq!(streams.state(&"cam1", at(NOON + 60)), StreamState::Live(at(NOON + 60)));
    }

    #[test]
    fn a_new_ban_replaces_the_old_one() {
        let mut streams = streams();
        streams.forbid("cam1", until(NOON + 7200));
        streams.forbid("cam1", until(NOON + 60));

        assert_eq!(streams.standing(at(NOON)).collect::<Vec<_>>(), [(&"cam1", until(NOON + 60))]);
    }

    #[test]
    fn lifting_no_ban_leaves_a_live_stream_live_since_it_was() {
        let mut streams = streams();
        streams.lift("cam1", at(NOON));
        assert_eq!(
            streams.named(at(NOON)).collect::<Vec<_>>(),
            [(&"cam1", StreamState::Live(at(NOON - 60)))]
        );
    }

    #[test]
    fn a_stream_that_is_cut_off_is_pushed_again_after_5_seconds() {
        let mut streams = streams();
        streams.interrupt("cam1", at(NOON));

        assert_eq!(streams.state(&"cam1", at(NOON)), StreamState::Idle);
        assert_eq!(streams.state(&"cam1", at(NOON + 4)), StreamState::Idle);
        assert_eq!(streams.state(&"cam1", at(NOON + 5)), StreamState::Live(at(NOON + 5)));
    }

    #[test]
    fn cutting_off_a_stream_that_is_not_on_air_changes_nothing() {
        let mut streams = streams();
        streams.forbid("cam1", until(NOON + 60));

        streams.interrupt("cam1", at(NOON + 59));
        assert_eq!(streams.state(&"cam1", at(NOON + 59)), StreamState::Forbidden);

        streams.interrupt("cam1", at(NOON + 60));
        assert_eq!(streams.state(&"cam1", at(NOON + 600)), StreamState::Idle);
    }
}
