//! One recorded change of a target: what it set, when, and whether it is certain to have happened.
//!
//! How records are read into changes is in [`ledger`](crate::log::ledger); what follows from them in
//! [`banned`](crate::log::banned) and [`undo`](crate::run::undo).

use chrono::TimeDelta;

use crate::time::Timestamp;

/// What an operation sets its target to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetState {
    /// The stream may push.
    Allowed,
    /// The stream may not push.
    Banned(BanEnd),
    /// The setting of a domain has this value.
    Setting(u64),
}

/// When a ban ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BanEnd {
    /// By itself, at this moment.
    At(Timestamp),
    /// When it is lifted.
    Never,
}

/// What a recorded operation does to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeEffect {
    /// It sets a state, which lasts.
    Sets(TargetState),
    /// It acts at one moment: a stream is cut once, a moderation ended. Nothing puts that back.
    Momentary,
}

/// An operation that changed its target or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedChange {
    /// When its first request was about to leave.
    pub started: Timestamp,
    /// When its result was recorded; `None` where the run did not get so far.
    pub ended: Option<Timestamp>,
    /// What it does.
    pub effect: ChangeEffect,
    /// It was applied; otherwise that is not known.
    pub is_certain: bool,
}

impl RecordedChange {
    /// The last moment at which it is known to have been under way.
    #[must_use]
    pub fn last_seen(&self) -> Timestamp {
        self.ended.unwrap_or(self.started)
    }
}

impl TargetState {
    /// The state at a moment, bans that have ended by then taken off.
    #[must_use]
    pub fn at(self, moment: Timestamp) -> Self {
        match self {
            Self::Banned(BanEnd::At(end)) if end <= moment => Self::Allowed,
            state => state,
        }
    }

    /// Whether both are the same, as far as vendors are exact.
    // JD counts a length from when it hears of it, its legacy API in whole minutes.
    #[must_use]
    pub fn is_about(self, other: Self) -> bool {
        const MOST_OFF: TimeDelta = TimeDelta::seconds(90);
        match (self, other) {
            (Self::Banned(BanEnd::At(one)), Self::Banned(BanEnd::At(two))) => {
                (one - two).abs() <= MOST_OFF
            }
            (one, two) => one == two,
        }
    }
}
