//! [`Pace`]: even spacing of the requests to one vendor, without a burst.
//!
//! Owns the arithmetic; the waiting belongs to the queue and to the attempt.

use std::time::Duration;

use tokio::time::Instant;

/// When the next request may leave.
pub(super) struct Pace {
    /// The time between two requests.
    pub(super) interval: Duration,
    pub(super) next: Instant,
}

impl Pace {
    /// How late a request may leave without moving those after it.
    // The runtime's timer counts whole milliseconds, and a request that is late by one must not
    // slow down all that follow; two milliseconds are too short to make a burst.
    pub(super) const SLACK: Duration = Duration::from_millis(2);

    pub(super) fn new(rate: u32, now: Instant) -> Self {
        let interval = if rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / rate };
        Self { interval, next: now }
    }

    /// A request leaves.
    pub(super) fn advance(&mut self, now: Instant) {
        // One that leaves later than the slack moves all that follow: catching up would be a burst.
        let late = now.saturating_duration_since(self.next);
        self.next = if late > Self::SLACK { now } else { self.next } + self.interval;
    }

    /// Takes the next turn, and returns when that is if it is not now.
    pub(super) fn reserve(&mut self, now: Instant) -> Option<Instant> {
        let turn = self.next.max(now);
        self.advance(turn);
        // A timer that fires a little late would otherwise delay each request a little more.
        (turn > now + Self::SLACK).then_some(turn)
    }
}
