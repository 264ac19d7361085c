//! [`PolicyReview`]: the check of a run's planned operations against a policy.

use crate::error::{Error, Result};
use crate::policy::refusal::{Objection, Override, PolicyRefusal, RefusalContext, Violation};
use crate::policy::rules::{PlannedChange, Policy, ReasonSource, is_restricted};
use crate::text::visible;

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

    /// Checks one more operation; returns whether no rule refuses it.
    pub fn admit(&mut self, change: &PlannedChange<'_>) -> bool {
        if !is_restricted(change.effect) {
            self.allowed += 1;
            return true;
        }
        // Without its patterns no target is known to be unprotected.
        self.is_undecided |= self.policy.unreadable.is_some();
        let hit = self.policy.protection_of(&change.forms);
        let is_named = hit.is_some() && self.is_named(change.target);
        let lacks_reason = match change.reason {
            ReasonSource::Operator => false,
            // It names a run, which does not explain why protection is overridden.
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
            return false;
        }
        self.allowed += 1;
        true
    }

    /// The operation that was refused last is on these lines too.
    // The command that does the rest has to delete them all.
    pub fn repeat(&mut self, lines: Vec<u64>) {
        if let Some(last) = self.violations.last_mut() {
            last.repeats = lines;
        }
    }

    /// Whether `--even-protected` names the target, as it is or as messages show it.
    // The escaped form is what a refusal prints, to be copied.
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
    // Asked first, since the command line that a refusal prints is costly to read.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.is_undecided
            || !self.violations.is_empty()
            || self.overrides.iter().any(|given| !given.has_hit)
    }

    /// What is against the first operation that was refused.
    #[must_use]
    pub fn objection(&self) -> Option<Objection> {
        self.violations.first().map(|violation| violation.objection(self.policy))
    }

    /// The refusal, when a rule is against any of the operations.
    pub fn finish(self, context: &RefusalContext<'_>) -> Result<()> {
        if let Some(why) = self.policy.unreadable.as_ref().filter(|_| self.is_undecided) {
            return Err(Error::config(why).hint(
                "nothing was sent: without the patterns no target is known to be unprotected",
            ));
        }
        let Self { policy, violations, overrides, allowed, .. } = self;
        PolicyRefusal { policy, violations: &violations, overrides: &overrides, context }
            .check(allowed)
    }
}
