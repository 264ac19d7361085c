//! [`ViewerRecord`]: what a probe has seen so far.
//!
//! Owns the rule that off is believed only of what was seen on, and that a look which fails proves nothing.

use tokio::time::Instant;

use super::hints;
use super::status::NoStream;
use crate::outcome::viewer::{Seen, ViewerState};

/// What a probe has seen so far.
#[derive(Clone, Debug)]
pub struct ViewerRecord {
    /// What the last look that proved anything found, whatever failed since; `None` until the stream is seen on.
    pub known: Option<ViewerState>,
    /// Looks that failed since then.
    failures: u32,
    /// What viewers get, and since which look.
    pub seen: Seen,
}

impl ViewerRecord {
    /// Looks that fail one after another before the state counts as not known.
    // A single one is a blip, as every network has them.
    const MOST_FAILURES: u32 = 2;

    /// Nothing seen yet.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let seen = Seen { state: None, at: now, hint: Some(hints::NEVER_SEEN) };
        Self { known: None, failures: 0, seen }
    }

    /// Whether a single look that failed is all there is.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.known.is_none() && (1..Self::MOST_FAILURES).contains(&self.failures)
    }

    /// The look of this moment found the stream on.
    pub fn on(&mut self, at: Instant) {
        self.known = Some(ViewerState::On);
        self.unchanged(at);
    }

    /// The look of this moment found the stream ended. Before it was seen on, that proves nothing.
    pub fn ended(&mut self, at: Instant) {
        self.known = self.known.map(|_| ViewerState::Off);
        self.unchanged(at);
    }

    /// The look of this moment found nothing new, and did not fail.
    pub fn unchanged(&mut self, at: Instant) {
        self.failures = 0;
        self.show(at, self.known, self.known.is_none().then_some(hints::NEVER_SEEN));
    }

    /// The look of this moment found no stream.
    pub fn no_stream(&mut self, at: Instant, what: NoStream) {
        let hint = match what {
            NoStream::Ended => return self.ended(at),
            NoStream::Unproven(hint) => {
                self.failures = Self::MOST_FAILURES;
                hint
            }
            NoStream::Failed(hint) => {
                self.failures += 1;
                hint
            }
        };
        if self.failures >= Self::MOST_FAILURES {
            self.show(at, None, Some(hint));
        }
    }

    fn show(&mut self, at: Instant, state: Option<ViewerState>, hint: Option<&'static str>) {
        if (self.seen.state, self.seen.hint) != (state, hint) {
            self.seen = Seen { state, at, hint };
        }
    }
}
