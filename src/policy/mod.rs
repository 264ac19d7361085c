//! Protection: which targets may not be taken off air or changed by mistake, and what a run must give before it does so.
//!
//! This module decides and words the refusal. It does not read the profile file, and knows no vendor: the caller names the
//! forms of each target. A policy guards against slips, not against the owner of the keys.

pub mod command_line;
pub mod pattern;
mod refusal;

use std::time::Duration;

use crate::error::{Error, Result};
use crate::outcome::effect::Effect;
use crate::policy::pattern::{Pattern, TargetForms};
use crate::text::visible;

pub use refusal::{CommandSource, RefusalContext};

/// The rules of a profile file: those at its top and those of the profile together.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Protected targets, those at the top of the file first.
    pub protect: Vec<Protection>,
    /// Where a reason is required; `None` where it is not.
    pub require_reason: Option<String>,
    /// The longest ban.
    pub max_ban: Option<BanLimit>,
    /// Why a file of patterns could not be read: no target can then be known to be unprotected.
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
    /// It puts back a ban that a record tells of, which was allowed when it was made.
    pub is_restored: bool,
    /// The line of the input, counted from 1.
    pub line: Option<u64>,
}

impl Policy {
    /// The rules of both: a profile adds to those at the top of the file and loosens none.
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

    fn exceeded_by(&self, change: &PlannedChange<'_>) -> bool {
        /// An end is resolved to whole seconds, so that a ban of the longest length may be this much longer.
        const ROUNDING: Duration = Duration::from_secs(1);
        let limit = self.max_ban.as_ref().filter(|_| !change.is_restored);
        limit.is_some_and(|limit| match change.ban {
            None => false,
            Some(BanLength::Permanent) => true,
            Some(BanLength::For(length)) => length > limit.length + ROUNDING,
        })
    }
}

/// Whether a policy may refuse what has this effect: what takes off air or changes. To put back on air is never hindered.
#[must_use]
pub fn is_restricted(effect: Effect) -> bool {
    match effect {
        Effect::OffAir | Effect::CutOnce | Effect::ModerationEnded | Effect::DomainSetting => true,
        Effect::OnAir | Effect::None => false,
    }
}

/// What a policy says to a planned operation.
#[derive(Clone, Copy, Debug)]
pub enum Admission<'p> {
    /// No rule is against it.
    Allowed,
    /// A rule protects its target, and `--even-protected` names it.
    Overridden(&'p Protection),
    /// It is refused.
    Refused,
}

/// What a rule is against in a planned operation.
#[derive(Debug)]
struct Violation<'p> {
    target: String,
    line: Option<u64>,
    /// Further lines with the same operation.
    repeats: Vec<u64>,
    protection: Option<&'p Protection>,
    lacks_reason: bool,
    is_too_long: bool,
    counts_minutes: bool,
}

/// What rules are against in one operation of many.
#[derive(Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its target is protected; otherwise the operation lacks something.
    pub is_protected: bool,
    /// The rules and where they stand, in one line.
    pub message: String,
}

/// A name given with `--even-protected`.
#[derive(Debug)]
struct Override {
    name: String,
    has_hit: bool,
}

/// The check of a run's planned operations, one after another.
#[derive(Debug)]
pub struct PolicyReview<'p> {
    policy: &'p Policy,
    overrides: Vec<Override>,
    violations: Vec<Violation<'p>>,
    /// Operations that no rule is against.
    allowed: usize,
    is_undecided: bool,
}

impl<'p> PolicyReview<'p> {
    /// Starts a check; `even_protected` are the targets that the operator names in spite of their protection.
    #[must_use]
    pub fn new(policy: &'p Policy, even_protected: &[String]) -> Self {
        let overrides =
            even_protected.iter().map(|name| Override { name: name.clone(), has_hit: false });
        Self {
            policy,
            overrides: overrides.collect(),
            violations: Vec::new(),
            allowed: 0,
            is_undecided: false,
        }
    }

    /// Checks one more operation.
    pub fn admit(&mut self, change: &PlannedChange<'_>) -> Admission<'p> {
        if !is_restricted(change.effect) {
            self.allowed += 1;
            return Admission::Allowed;
        }
        self.is_undecided |= self.policy.unreadable.is_some();
        let hit = self.policy.protection_of(&change.forms);
        let is_named = hit.is_some() && self.is_named(change.target);
        let lacks_reason = match change.reason {
            ReasonSource::Operator => false,
            ReasonSource::Undo => is_named,
            ReasonSource::Absent => is_named || self.policy.require_reason.is_some(),
        };
        let violation = Violation {
            target: change.target.to_owned(),
            line: change.line,
            repeats: Vec::new(),
            protection: hit.filter(|_| !is_named),
            lacks_reason,
            is_too_long: self.policy.exceeded_by(change),
            counts_minutes: change.counts_minutes,
        };
        if violation.protection.is_some() || violation.lacks_reason || violation.is_too_long {
            self.violations.push(violation);
            return Admission::Refused;
        }
        self.allowed += 1;
        hit.map_or(Admission::Allowed, Admission::Overridden)
    }

    /// The operation that was refused last stands on these lines too.
    pub fn repeat(&mut self, lines: Vec<u64>) {
        if let Some(last) = self.violations.last_mut() {
            last.repeats = lines;
        }
    }

    /// Whether `--even-protected` names the target, as it is or as messages show it.
    fn is_named(&mut self, target: &str) -> bool {
        let shown = visible(target);
        let mut is_named = false;
        for given in &mut self.overrides {
            if given.name == target || given.name == shown {
                given.has_hit = true;
                is_named = true;
            }
        }
        is_named
    }

    /// Whether [`finish`](Self::finish) refuses.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.is_undecided
            || !self.violations.is_empty()
            || self.overrides.iter().any(|given| !given.has_hit)
    }

    /// What is against the first operation that was refused.
    #[must_use]
    pub fn objection(&self) -> Option<Objection> {
        self.violations.first().map(|violation| refusal::objection(self.policy, violation))
    }

    /// The refusal, when a rule is against any of the operations.
    pub fn finish(self, context: &RefusalContext<'_>) -> Result<()> {
        if let Some(why) = self.policy.unreadable.as_ref().filter(|_| self.is_undecided) {
            return Err(Error::config(why).hint(
                "nothing was sent: without the patterns no target is known to be unprotected",
            ));
        }
        refusal::refuse(&self, context)
    }
}

#[cfg(test)]
mod tests;
