//! [`StreamStates`]: which streams of one vendor are on air. Both versions of a vendor's API change the same streams.
//!
//! A stream that no request has changed is live. A ban takes it off air until its end, and it stays idle after that:
//! nothing brings it back by itself. Lifting the ban does, as if the encoder had waited for it. A stream that is
//! interrupted is pushed again after a moment, as encoders do, unless its name means that its encoder gives up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::TimeDelta;
use strum::IntoStaticStr;

use crate::sandbox::names::gives_up;
use crate::time::Timestamp;

/// The streams of every domain that no request has to name first, all in the app `live`.
pub(crate) const DEMO_STREAMS: [&str; 3] = ["cam1", "cam2", "cam3"];

/// How long an encoder takes to push again after it was interrupted.
const RECONNECT: TimeDelta = TimeDelta::seconds(5);

/// The identity of a stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StreamKey {
    /// The publish domain in lower case; empty where the name alone identifies.
    pub(crate) domain: String,
    /// The app; empty where the name alone identifies.
    pub(crate) app: String,
    pub(crate) name: String,
}

impl fmt::Display for StreamKey {
    /// `DOMAIN/APP/NAME`, without the parts that are empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outer = [&self.domain, &self.app].into_iter().filter(|part| !part.is_empty());
        outer.clone().try_for_each(|part| write!(f, "{part}/"))?;
        f.write_str(&self.name)
    }
}

impl StreamKey {
    pub(crate) fn new(domain: &str, app: &str, name: &str) -> Self {
        // Host names ignore case; applications and names do not.
        Self { domain: domain.to_lowercase(), app: app.to_owned(), name: name.to_owned() }
    }

    /// The key at a vendor whose bans apply to a stream's name on every domain.
    pub(crate) fn by_name(name: &str) -> Self {
        Self::new("", "", name)
    }
}

/// The streams that requests have changed, and the last change of each.
#[derive(Debug, Default)]
pub(crate) struct StreamStates {
    /// Since when unchanged streams are live.
    since: Timestamp,
    changes: BTreeMap<StreamKey, LastChange>,
    /// The streams that requests have changed since they were last taken, for the log.
    touched: Vec<StreamKey>,
}

/// Whether a stream is on air, with its word at `/sandbox/state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub(crate) enum StreamState {
    /// It is pushed, and has been since this moment.
    Live(Timestamp),
    /// It may be pushed, but is not.
    Idle,
    /// Pushing is blocked.
    Forbidden,
}

/// A ban of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ban {
    pub(crate) from: Timestamp,
    /// `None` for a permanent ban.
    pub(crate) until: Option<Timestamp>,
}

/// The last change of a stream.
// Not its ban alone: a stream whose ban has ended is idle, one that was never banned is live.
#[derive(Clone, Copy, Debug)]
enum LastChange {
    Banned(Ban),
    /// It is pushed from this moment on.
    Pushed(Timestamp),
    /// Its encoder has given up.
    Stopped,
}

impl StreamStates {
    /// Streams that are all live since this moment.
    pub(crate) fn live_since(since: Timestamp) -> Self {
        Self { since, ..Self::default() }
    }

    /// Takes a stream off air; replaces an earlier ban.
    pub(crate) fn forbid(&mut self, key: StreamKey, ban: Ban) {
        self.change(key, LastChange::Banned(ban));
    }

    /// Brings a stream back on air.
    pub(crate) fn lift(&mut self, key: StreamKey, now: Timestamp) {
        // A stream that was live keeps its beginning.
        let since = match self.get(&key, now) {
            StreamState::Live(since) => since,
            StreamState::Idle | StreamState::Forbidden => now,
        };
        self.change(key, LastChange::Pushed(since));
    }

    /// Interrupts a live stream; another one stays as it is.
    pub(crate) fn interrupt(&mut self, key: StreamKey, now: Timestamp) {
        if let StreamState::Live(_) = self.get(&key, now) {
            let stops = gives_up(&key.name);
            let change = LastChange::Pushed(now + RECONNECT);
            self.change(key, if stops { LastChange::Stopped } else { change });
        }
    }

    fn change(&mut self, key: StreamKey, change: LastChange) {
        self.touched.push(key.clone());
        self.changes.insert(key, change);
    }

    /// The streams that requests have changed since the last call, in the order of the changes.
    pub(crate) fn take_touched(&mut self) -> Vec<StreamKey> {
        std::mem::take(&mut self.touched)
    }

    /// Whether a stream is on air.
    pub(crate) fn get(&self, key: &StreamKey, now: Timestamp) -> StreamState {
        self.changes.get(key).map_or(StreamState::Live(self.since), |change| change.state(now))
    }

    /// The live streams of a domain in order, each with the moment since when it is live.
    pub(crate) fn live_on(&self, domain: &str, now: Timestamp) -> Vec<(StreamKey, Timestamp)> {
        // A simulator that was just started has streams to list.
        let demo = DEMO_STREAMS.map(|name| StreamKey::new(domain, "live", name));
        let changed = self.changes.keys().filter(|key| key.domain == demo[0].domain).cloned();
        let streams: BTreeSet<StreamKey> = changed.chain(demo.clone()).collect();
        let live = |stream: StreamKey| match self.get(&stream, now) {
            StreamState::Live(since) => Some((stream, since)),
            StreamState::Idle | StreamState::Forbidden => None,
        };
        streams.into_iter().filter_map(live).collect()
    }

    /// The streams that requests have changed, in order.
    pub(crate) fn changed(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (&StreamKey, StreamState)> {
        self.changes.iter().map(move |(key, change)| (key, change.state(now)))
    }

    /// The active bans, in order of their streams.
    pub(crate) fn active_bans(&self, now: Timestamp) -> impl Iterator<Item = (&StreamKey, Ban)> {
        self.changes.iter().filter_map(move |(key, change)| match change {
            LastChange::Banned(ban) if ban.is_active(now) => Some((key, *ban)),
            _ => None,
        })
    }
}

impl Ban {
    /// A ban that only a permit ends.
    pub(crate) fn permanent(from: Timestamp) -> Self {
        Self { from, until: None }
    }

    /// A ban that ends by itself.
    pub(crate) fn until(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until: Some(until) }
    }

    /// A ban that ends by itself after this long; `None` beyond the end of the calendar.
    pub(crate) fn lasting(from: Timestamp, length: Option<TimeDelta>) -> Option<Self> {
        Some(Self::until(from, from.checked_add_signed(length?)?))
    }

    fn is_active(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl LastChange {
    fn state(self, now: Timestamp) -> StreamState {
        match self {
            Self::Banned(ban) if ban.is_active(now) => StreamState::Forbidden,
            Self::Pushed(at) if at <= now => StreamState::Live(at),
            Self::Banned(_) | Self::Pushed(_) | Self::Stopped => StreamState::Idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::{NOON, at};

    fn cam1() -> StreamKey {
        StreamKey::by_name("cam1")
    }

    fn streams() -> StreamStates {
        StreamStates::live_since(at(NOON - 60))
    }

    fn until(end: i64) -> Ban {
        Ban::until(at(NOON), at(end))
    }

    #[test]
    fn unchanged_stream_is_live() {
        assert_eq!(streams().get(&cam1(), at(NOON)), StreamState::Live(at(NOON - 60)));
        assert_eq!(streams().changed(at(NOON)).count(), 0);
    }

    #[test]
    fn stream_stays_idle_after_its_ban_ends() {
        let mut streams = streams();
        streams.forbid(cam1(), until(NOON + 60));

        assert_eq!(streams.get(&cam1(), at(NOON + 59)), StreamState::Forbidden);
        assert_eq!(streams.active_bans(at(NOON + 59)).count(), 1);
        assert_eq!(streams.get(&cam1(), at(NOON + 60)), StreamState::Idle);
        assert_eq!(streams.active_bans(at(NOON + 60)).count(), 0);
    }

    #[test]
    fn permanent_ban_lasts_until_it_is_lifted() {
        let mut streams = streams();
        streams.forbid(cam1(), Ban::permanent(at(NOON)));
        assert_eq!(streams.get(&cam1(), at(NOON * 2)), StreamState::Forbidden);

        streams.lift(cam1(), at(NOON + 60));

        assert_eq!(streams.get(&cam1(), at(NOON + 60)), StreamState::Live(at(NOON + 60)));
    }

    #[test]
    fn new_ban_replaces_the_old_one() {
        let mut streams = streams();
        streams.forbid(cam1(), until(NOON + 7200));
        streams.forbid(cam1(), until(NOON + 60));

        let bans: Vec<_> = streams.active_bans(at(NOON)).collect();
        assert_eq!(bans, [(&cam1(), until(NOON + 60))]);
    }

    #[test]
    fn lifting_no_ban_keeps_a_stream_live() {
        let mut streams = streams();
        streams.lift(cam1(), at(NOON));
        let changed: Vec<_> = streams.changed(at(NOON)).collect();
        assert_eq!(changed, [(&cam1(), StreamState::Live(at(NOON - 60)))]);
    }

    #[test]
    fn interrupted_stream_returns_after_5_seconds() {
        let mut streams = streams();
        streams.interrupt(cam1(), at(NOON));

        assert_eq!(streams.get(&cam1(), at(NOON)), StreamState::Idle);
        assert_eq!(streams.get(&cam1(), at(NOON + 4)), StreamState::Idle);
        assert_eq!(streams.get(&cam1(), at(NOON + 5)), StreamState::Live(at(NOON + 5)));
    }

    #[test]
    fn interrupted_stream_stays_idle_where_its_encoder_quits() {
        let mut streams = streams();
        let key = StreamKey::by_name("cam1_quits");
        assert_eq!(streams.get(&key, at(NOON)), StreamState::Live(at(NOON - 60)));
        streams.interrupt(key.clone(), at(NOON));
        assert_eq!(streams.get(&key, at(NOON + 600)), StreamState::Idle);

        streams.lift(key.clone(), at(NOON + 700));
        assert_eq!(streams.get(&key, at(NOON + 700)), StreamState::Live(at(NOON + 700)));
        assert_eq!(streams.take_touched(), [key.clone(), key]);
        assert_eq!(streams.take_touched(), []);
    }

    #[test]
    fn interrupt_does_not_change_an_idle_stream() {
        let mut streams = streams();
        streams.forbid(cam1(), until(NOON + 60));

        streams.interrupt(cam1(), at(NOON + 59));
        assert_eq!(streams.get(&cam1(), at(NOON + 59)), StreamState::Forbidden);

        streams.interrupt(cam1(), at(NOON + 60));
        assert_eq!(streams.get(&cam1(), at(NOON + 600)), StreamState::Idle);
    }
}
