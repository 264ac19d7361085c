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
pub(super) struct Streams<K> {
    /// Since when the streams are live that nobody has touched.
    since: Timestamp,
    last: BTreeMap<K, Last>,
}

/// Whether a stream is on air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Air {
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
enum Last {
    Forbidden(Ban),
    /// It is pushed from this moment on.
    Back(Timestamp),
}

impl<K> Default for Streams<K> {
    fn default() -> Self {
        Self { since: Timestamp::default(), last: BTreeMap::new() }
    }
}

impl<K: Ord> Streams<K> {
    /// Streams that are all live since this moment.
    pub(super) fn live_since(since: Timestamp) -> Self {
        Self { since, ..Self::default() }
    }

    /// Takes off air, whatever was said before.
    pub(super) fn forbid(&mut self, who: K, ban: Ban) {
        self.last.insert(who, Last::Forbidden(ban));
    }

    /// Puts back on air.
    pub(super) fn lift(&mut self, who: K, now: Timestamp) {
        let since = match self.air(&who, now) {
            Air::Live(since) => since,
            Air::Idle | Air::Forbidden => now,
        };
        self.last.insert(who, Last::Back(since));
    }

    /// Cuts off once; one that is not on air stays as it is.
    pub(super) fn interrupt(&mut self, who: K, now: Timestamp) {
        if let Air::Live(_) = self.air(&who, now) {
            self.last.insert(who, Last::Back(now + COMEBACK));
        }
    }

    /// Whether it is on air.
    pub(super) fn air(&self, who: &K, now: Timestamp) -> Air {
        self.last.get(who).map_or(Air::Live(self.since), |last| last.air(now))
    }

    /// Those that requests have named, in order.
    pub(super) fn named(&self, now: Timestamp) -> impl Iterator<Item = (&K, Air)> {
        self.last.iter().map(move |(who, last)| (who, last.air(now)))
    }

    /// The bans that stand now, in order of the streams.
    pub(super) fn standing(&self, now: Timestamp) -> impl Iterator<Item = (&K, Ban)> {
        self.last.iter().filter_map(move |(who, last)| match last {
            Last::Forbidden(ban) if ban.stands(now) => Some((who, *ban)),
            _ => None,
        })
    }
}

impl Air {
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

    fn stands(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl Last {
    fn air(self, now: Timestamp) -> Air {
        match self {
            Self::Forbidden(ban) if ban.stands(now) => Air::Forbidden,
            Self::Back(at) if at <= now => Air::Live(at),
            Self::Forbidden(_) | Self::Back(_) => Air::Idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::{NOON, at};

    fn streams() -> Streams<&'static str> {
        Streams::live_since(at(NOON - 60))
    }

    fn until(end: i64) -> Ban {
        Ban::until(at(NOON), at(end))
    }

    #[test]
    fn a_stream_that_nobody_has_spoken_of_is_live() {
        assert_eq!(streams().air(&"cam1", at(NOON)), Air::Live(at(NOON - 60)));
        assert_eq!(streams().named(at(NOON)).count(), 0);
    }

    #[test]
    fn a_ban_ends_when_its_end_comes_and_the_stream_stays_idle() {
        let mut streams = streams();
        streams.forbid("cam1", until(NOON + 60));

        assert_eq!(streams.air(&"cam1", at(NOON + 59)), Air::Forbidden);
        assert_eq!(streams.standing(at(NOON + 59)).count(), 1);
        assert_eq!(streams.air(&"cam1", at(NOON + 60)), Air::Idle);
        assert_eq!(streams.standing(at(NOON + 60)).count(), 0);
    }

    #[test]
    fn a_ban_for_good_stands_until_it_is_lifted_and_the_encoder_comes_back() {
        let mut streams = streams();
        streams.forbid("cam1", Ban::for_good(at(NOON)));
        assert_eq!(streams.air(&"cam1", at(NOON * 2)), Air::Forbidden);

        streams.lift("cam1", at(NOON + 60));

        assert_eq!(streams.air(&"cam1", at(NOON + 60)), Air::Live(at(NOON + 60)));
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
        assert_eq!(streams.named(at(NOON)).collect::<Vec<_>>(), [(&"cam1", Air::Live(at(NOON - 60)))]);
    }

    #[test]
    fn a_stream_that_is_cut_off_is_pushed_again_after_5_seconds() {
        let mut streams = streams();
        streams.interrupt("cam1", at(NOON));

        assert_eq!(streams.air(&"cam1", at(NOON)), Air::Idle);
        assert_eq!(streams.air(&"cam1", at(NOON + 4)), Air::Idle);
        assert_eq!(streams.air(&"cam1", at(NOON + 5)), Air::Live(at(NOON + 5)));
    }

    #[test]
    fn cutting_off_a_stream_that_is_not_on_air_changes_nothing() {
        let mut streams = streams();
        streams.forbid("cam1", until(NOON + 60));

        streams.interrupt("cam1", at(NOON + 59));
        assert_eq!(streams.air(&"cam1", at(NOON + 59)), Air::Forbidden);

        streams.interrupt("cam1", at(NOON + 60));
        assert_eq!(streams.air(&"cam1", at(NOON + 600)), Air::Idle);
    }
}
