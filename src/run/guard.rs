//! Compares planned operations with the policy of the profile file, before anything is sent.
//!
//! Every operation of [`run`](super::run), `undo` and `apply --follow` passes through here. What a policy refuses is decided
//! in [`crate::policy`].

use std::collections::HashMap;

use crate::api::operation::{Operation, stream_names};
use crate::api::reason::REASON;
use crate::cli::operations::TargetSource;
use crate::error::Result;
use crate::input::meant::TypedWords;
use crate::input::plan::Plan;
use crate::input::source::InputFormat;
use crate::net::play_url::StreamNames;
use crate::outcome::effect::Effect;
use crate::policy::pattern::{Reach, TargetForms};
use crate::policy::refusal::{CommandSource, Objection, RefusalContext};
use crate::policy::review::PolicyReview;
use crate::policy::rules::{BanLength, PlannedChange, Policy, ReasonSource, is_restricted};
use crate::run::invocation::Invocation;
use crate::time::Timestamp;

/// What a policy has to know of the run whose operations it looks at.
pub(super) struct Guard<'a> {
    pub(super) call: &'a Invocation<'a>,
    /// Where the targets come from.
    pub(super) source: CommandSource<'a>,
    /// It is an undo, which gives a reason by itself.
    pub(super) names_its_run: bool,
}

impl Guard<'_> {
    /// Refuses the run where the policy refuses an operation that is due; returns notes on a policy that cannot be read.
    pub(super) fn check(
        &self,
        plan: &Plan,
        is_due: impl Fn(usize) -> bool,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        let even_protected = &self.call.global.even_protected;
        let is_bound = policy.binds() || !even_protected.is_empty();
        let mut review = PolicyReview::new(policy, even_protected);
        let mut is_restricted_run = false;
        let mut again: HashMap<usize, Vec<u64>> = HashMap::new();
        for (row, line) in plan.repeats.iter().filter(|_| is_bound) {
            again.entry(*row).or_default().push(u64::from(*line));
        }
        let rows = plan.operations.iter().zip(&plan.lines).enumerate();
        for (row, (operation, line)) in rows.filter(|(row, _)| is_bound && is_due(*row)) {
            is_restricted_run |= is_restricted(operation.spec().effect);
            let line = (*line > 0).then_some(u64::from(*line));
            if !review.admit(&self.change(&**operation, line, now)) {
                review.repeat(again.remove(&row).unwrap_or_default());
            }
        }
        if review.is_refused() {
            // For a refusal alone, since it builds every command.
            let command = self.call.syntax().line();
            review.finish(&RefusalContext { command: &command, source: self.source })?;
        }
        // A list of protected targets that cannot be read stops what it might forbid. Streams can
        // still be put back on air.
        let unreadable = policy.unreadable.iter().filter(|_| !is_restricted_run);
        Ok(unreadable.map(|why| format!("the protected targets cannot be read: {why}")).collect())
    }

    /// What the policy has against one operation, of a run whose lines come one by one.
    pub(super) fn objection(
        &self,
        operation: &dyn Operation,
        line: u64,
        policy: &Policy,
        now: Timestamp,
    ) -> Option<Objection> {
        if !policy.binds() {
            return None;
        }
        // One that names no target of this line may name that of a later one, so it is never refused here.
        let mut review = PolicyReview::new(policy, &self.call.global.even_protected);
        review.admit(&self.change(operation, Some(line), now));
        review.objection()
    }

    fn change<'o>(
        &self,
        operation: &'o dyn Operation,
        line: Option<u64>,
        now: Timestamp,
    ) -> PlannedChange<'o> {
        let spec = operation.spec();
        PlannedChange {
            target: operation.target(),
            forms: self.forms(operation),
            effect: spec.effect,
            ban: (spec.effect == Effect::OffAir).then(|| ban_length(operation, now)),
            counts_minutes: operation.counts_minutes(),
            reason: match operation.settings().iter().any(|(name, _)| *name == REASON.name) {
                _ if self.names_its_run => ReasonSource::Undo,
                true => ReasonSource::Operator,
                false => ReasonSource::Absent,
            },
            is_restored: matches!(self.source, CommandSource::Undo { .. }),
            line,
        }
    }

    /// The names under which patterns know the target.
    // Those that the vendor gets: the profile's domain and application count where none is typed.
    fn forms<'o>(&self, operation: &'o dyn Operation) -> TargetForms<'o> {
        let (spec, target) = (operation.spec(), operation.target());
        let vendor = spec.vendor.as_str();
        if spec.effect == Effect::DomainSetting {
            let domain = Some(target);
            return TargetForms { vendor, domain, app: None, name: "", reach: Reach::Domain };
        }
        let StreamNames { domain, app, stream: name } = stream_names(operation);
        // Where a ban reaches every domain, a pattern's domain and application protect nothing.
        let operations = self.call.vendors.iter().find(|other| other.name == spec.vendor);
        let operations = operations.map_or(&[][..], |vendor| vendor.operations);
        let reaches_all = operations.iter().any(|spec| spec.reach.is_some());
        let reach = match spec.leaves_out_domain {
            _ if reaches_all => Reach::Name,
            true => Reach::AnyDomain,
            false => Reach::Stream,
        };
        TargetForms { vendor, domain, app, name, reach }
    }
}

/// Where the targets of a command come from, for the commands that a refusal prints.
pub(super) fn source(source: &TargetSource) -> CommandSource<'_> {
    match source {
        TargetSource::Targets(..) => CommandSource::Targets,
        TargetSource::File(path, format) => {
            let format = format.or_else(|| InputFormat::of(path).ok());
            let path = path.to_str().unwrap_or("FILE");
            CommandSource::File { path, is_csv: format == Some(InputFormat::Csv) }
        }
    }
}

/// How long a ban lasts from now on.
fn ban_length(operation: &dyn Operation, now: Timestamp) -> BanLength {
    let end = operation.until().or_else(|| operation.recorded_end(now, None));
    end.map_or(BanLength::Permanent, |end| BanLength::For((end - now).to_std().unwrap_or_default()))
}
