//! [`Summary`]: how many targets of a run ended in each way.

use crate::outcome::{Outcome, Status};

/// Counts of targets by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Targets settled with [`Status::Applied`].
    pub applied: usize,
    /// Targets settled with [`Status::Read`].
    pub read: usize,
    /// Targets settled with [`Status::NotApplied`].
    pub not_applied: usize,
    /// Targets settled with [`Status::Unknown`].
    pub unknown: usize,
    /// Targets settled with [`Status::Skipped`], those done before included.
    pub skipped: usize,
    /// Skipped targets that the journal records as applied.
    pub done_before: usize,
    /// Targets among those applied that came back on air while they were held.
    // Not part of JSON, like the next: each result has it.
    pub not_held: usize,
    /// Other targets among those applied of which nothing was read back.
    pub not_verified: usize,
    /// Targets of a dry run.
    pub planned: usize,
}

impl Summary {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome.status {
            Status::Applied => {
                self.applied += 1;
                let (is_held, verified) = (outcome.held, outcome.answer.verified);
                self.not_held += usize::from(is_held == Some(false));
                self.not_verified += usize::from(is_held != Some(false) && verified.is_none());
            }
            Status::Read => self.read += 1,
            Status::NotApplied => self.not_applied += 1,
            Status::Unknown => self.unknown += 1,
            Status::Skipped => {
                self.skipped += 1;
                self.done_before += usize::from(outcome.is_ok());
            }
            Status::Planned => self.planned += 1,
        }
    }

    /// All that were counted.
    #[must_use]
    pub fn total(&self) -> usize {
        self.applied + self.read + self.not_applied + self.unknown + self.skipped + self.planned
    }

    /// The exit code that the outcomes alone ask for: 4 when something is unknown, 5 when something was not done
    /// or did not last, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        // First: what may have happened needs a look before anything is sent again.
        if self.unknown > 0 {
            4
        } else if self.not_applied > 0 || self.skipped > self.done_before || self.not_held > 0 {
            5
        } else {
            0
        }
    }
}
