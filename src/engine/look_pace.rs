//! How often a stream is looked at, at its vendor and at its play URL.

use std::time::Duration;

use tokio::time::Instant;

/// The time between two looks until the stream is off air.
pub const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The time between two looks once it has been off air for [`SETTLED`].
pub const HOLD_INTERVAL: Duration = Duration::from_secs(2);

/// How long it is looked at as often as before, once it is off air.
const SETTLED: Duration = Duration::from_secs(5);

/// The time from a look at this moment to the next one, by when the stream went off air.
#[must_use]
pub fn look_interval(off_since: Option<Instant>, at: Instant) -> Duration {
    match off_since {
        Some(off) if at >= off + SETTLED => HOLD_INTERVAL,
        Some(_) | None => LOOK_INTERVAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_become_rare_after_the_end() {
        let off = Instant::now();
        let after = |millis| look_interval(Some(off), off + Duration::from_millis(millis));
        assert_eq!(look_interval(None, off), LOOK_INTERVAL);
        assert_eq!(
            [after(0), after(4999), after(5000)],
            [LOOK_INTERVAL, LOOK_INTERVAL, HOLD_INTERVAL]
        );
    }
}
