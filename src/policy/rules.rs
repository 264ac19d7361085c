//! [`Policy`]: the rules of a profile file, and what of a planned operation they look at.
//!
//! How the operations of a run are checked one after another is in [`super::review`].

use std::time::Duration;

use crate::outcome::effect::Effect;
use crate::policy::pattern::{Pattern, TargetForms};

/// The rules of a profile file: those at its top and those of the profile together.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Protected targets, those at the top of the file first.
    pub protect: Vec<Protection>,
    /// Where a reason is required; `None` where it is not.
    pub require_reason: Option<String>,
    /// The longest ban.
    pub max_ban: Option<BanLimit>,
    /// Why a file of patterns could not be read.
    // No target can then be known to be unprotected.
    pub unreadable: Option<String>,
}

/// A pattern of protected targets and where it is written.
#[derive(Clone, Debug)]
pub struct Protection {
    /// The pattern.
    pub pattern: Pattern,
    /// File and line, for people.
    pub location: String,
}

/// The longest ban and where that is written.
#[derive(Clone, Debug)]
pub struct BanLimit {
    /// The longest ban.
    pub length: Duration,
    /// File and line, for people.
    pub location: String,
}

/// How long a ban lasts from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BanLength {
    /// It ends by itself.
    For(Duration),
    /// It lasts until it is lifted.
    Permanent,
}

/// Who gave the reason of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonSource {
    /// There is none.
    Absent,
    /// An undo names the run that it undoes, which does not explain why protection is overridden.
    Undo,
    /// The operator, for the run or for this operation.
    Operator,
}

/// A planned operation, as far as a policy looks at it.
#[derive(Clone, Copy, Debug)]
pub struct PlannedChange<'a> {
    /// The target as the operator gave it.
    pub target: &'a str,
    /// The names under which patterns may know it.
    pub forms: TargetForms<'a>,
    /// What the operation does.
    pub effect: Effect,
    /// For a ban, its length.
    pub ban: Option<BanLength>,
    /// The vendor's API takes whole minutes.
    pub counts_minutes: bool,
    /// Who gave a reason for it.
    pub reason: ReasonSource,
    /// It puts back a ban that a record has, which was allowed when it was made.
    pub is_restored: bool,
    /// The line of the input, counted from 1.
    pub line: Option<u64>,
}

impl Policy {
    /// The rules of both.
    // A profile adds to those at the top of the file and loosens none.
    #[must_use]
    pub fn and(mut self, profile: Self) -> Self {
        self.protect.extend(profile.protect);
        self.require_reason = self.require_reason.or(profile.require_reason);
        self.max_ban =
            [self.max_ban, profile.max_ban].into_iter().flatten().min_by_key(|limit| limit.length);
        self.unreadable = self.unreadable.or(profile.unreadable);
        self
    }

    /// Whether there is a rule at all.
    #[must_use]
    pub fn binds(&self) -> bool {
        !self.protect.is_empty()
            || self.require_reason.is_some()
            || self.max_ban.is_some()
            || self.unreadable.is_some()
    }

    /// The first pattern that matches.
    #[must_use]
    pub fn protection_of(&self, target: &TargetForms<'_>) -> Option<&Protection> {
        self.protect.iter().find(|protection| protection.pattern.matches(target))
    }

    /// Whether a ban is longer than is allowed.
    pub(super) fn exceeded_by(&self, change: &PlannedChange<'_>) -> bool {
        // An end is resolved to whole seconds, so that a ban of the longest length may be this much longer.
        const ROUNDING: Duration = Duration::from_secs(1);
        let limit = self.max_ban.as_ref().filter(|_| !change.is_restored);
        limit.is_some_and(|limit| match change.ban {
            None => false,
            Some(BanLength::Permanent) => true,
            Some(BanLength::For(length)) => length > limit.length + ROUNDING,
        })
    }
}

/// Whether a policy may refuse what has this effect: what takes off air or changes.
#[must_use]
pub fn is_restricted(effect: Effect) -> bool {
    match effect {
        Effect::OffAir | Effect::CutOnce | Effect::ModerationEnded | Effect::DomainSetting => true,
        // To put a stream back on air mends a slip, so that is never hindered.
        Effect::OnAir | Effect::None => false,
    }
}
