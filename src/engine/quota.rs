//! [`Quota`]: a vendor's quota that only the next minute renews.
//!
//! JD's `OpenAPI` allows 1000 requests a minute and answers HTTP 429 above that. Retries within the minute are refused too
//! and use up attempts, so the whole queue waits instead. Owns the arithmetic; the waiting is the scheduler's.

use std::time::Duration;

use tokio::time::Instant;

/// The pauses of one vendor's queue.
#[derive(Default)]
pub(super) struct Quota {
    /// When the queue opens again.
    pub(super) paused_until: Option<Instant>,
    /// Pauses since the last success.
    pub(super) pauses: u32,
}

impl Quota {
    pub(super) const MINUTE: Duration = Duration::from_mins(1);
    // A quota that is still used up after two minutes is not one by the minute.
    const MOST_PAUSES: u32 = 2;

    /// A request that left at `sent` is refused at `now`. Returns when the queue opens again, and whether that is news;
    /// `None` where waiting has not helped.
    pub(super) fn refuse(&mut self, sent: Instant, now: Instant) -> Option<(Instant, bool)> {
        let until = sent + Self::MINUTE;
        match self.paused_until {
            // It left before the pause ends, so it met the same quota. Responses arrive in any order:
            // the request that left first sets the end.
            Some(paused) if sent < paused => {
                let until = until.min(paused).max(now);
                self.paused_until = Some(until);
                Some((until, false))
            }
            // Without this bound a vendor that throttles for another reason would never let the run end.
            _ if self.pauses == Self::MOST_PAUSES => None,
            _ => {
                self.pauses += 1;
                self.paused_until = Some(until);
                Some((until, true))
            }
        }
    }
}
