//! [`Outcome`]: whether an operation took effect at its target, and why not.
//!
//! Owns the facts of a result. How they follow from responses is decided by the engine, how they are printed by
//! `output`.

pub mod answer;
pub mod effect;
pub mod fault;
pub mod summary;
pub mod viewer;

use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;

use crate::outcome::answer::Answer;
use crate::outcome::effect::Effect;
use crate::outcome::fault::{Fault, FaultKind};
use crate::outcome::viewer::ViewerState;
use crate::time::Timestamp;

/// Whether the operation took effect.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// The vendor reported success, and its answer agrees with the request.
    Applied,
    /// A look was answered.
    Read,
    /// The vendor refused, or the request certainly never reached it.
    NotApplied,
    /// The request may have arrived and no trustworthy answer came.
    Unknown,
    /// Not tried; the fault's kind is the reason.
    Skipped,
    /// A dry run.
    #[default]
    Planned,
}

impl Status {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The outcome of one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Whether the operation took effect.
    pub status: Status,
    /// Requests sent that carried the target.
    pub attempts: u32,
    /// When the first of them left; `None` when none did.
    pub started_at: Option<Timestamp>,
    /// From then until it settled.
    pub elapsed: Option<Duration>,
    /// The vendor's answer.
    pub answer: Answer,
    /// Whether viewers get the stream; `None` where no probe looked or that is not known.
    pub viewer: Option<ViewerState>,
    /// Where a probe looked and that is not known: why, and the next step; empty where nothing explains it.
    pub viewer_hint: Option<&'static str>,
    /// From when the request that succeeded left until viewers no longer got the stream.
    pub off_after: Option<Duration>,
    /// Whether it stayed off air as long as `--hold` asks; `None` where that was not asked or not read.
    pub held: Option<bool>,
    /// Why it did not take effect.
    pub fault: Option<Fault>,
    /// The request that a dry run would send.
    pub preview: Option<Rc<Preview>>,
}

/// A request as it would leave, its secrets and signatures blanked.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The first of the rows that it carries.
    pub first_row: usize,
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// With its query.
    pub url: String,
    /// The headers that it needs.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// The request as a shell line, with `-o curl`.
    pub curl: Option<String>,
}

impl Outcome {
    /// A target that was not tried.
    #[must_use]
    pub fn skipped(fault: Fault) -> Self {
        Self { status: Status::Skipped, fault: Some(fault), ..Self::planned() }
    }

    /// A target of a dry run.
    #[must_use]
    pub fn planned() -> Self {
        Self::default()
    }

    /// Whether it is a success, and nothing was found out by looks since.
    #[must_use]
    pub fn is_as_answered(&self) -> bool {
        let Self { status, answer, viewer, off_after, held, fault, .. } = self;
        *status == Status::Applied
            && fault.is_none()
            && (&answer.state, answer.verified) == (&None, None)
            && (*viewer, *off_after, *held) == (None, None, None)
    }

    /// Whether the same operation may succeed later.
    #[must_use]
    pub fn may_succeed_later(&self, effect: Effect) -> bool {
        use FaultKind as K;
        let Some(fault) = &self.fault else { return false };
        if self.status == Status::Unknown {
            // An unknown drop may have cut the stream already; sent again, it cuts it twice.
            return effect.is_repeatable();
        }
        match fault.kind {
            // The operation itself is not at fault: the way to the vendor, its load or the key may be
            // another one next time.
            K::Network
            | K::Timeout
            | K::Tls
            | K::Throttled
            | K::Credentials
            | K::Stopped
            | K::Interrupted => true,
            K::Refused
            | K::Redirect
            | K::Http
            | K::Protocol
            | K::Echo
            | K::Unverified
            | K::Expired
            | K::DoneBefore
            | K::Protected
            | K::Changed
            | K::NoInverse
            | K::CameBack
            | K::Input
            | K::Internal => false,
        }
    }

    /// Whether there is nothing left to do: applied, read, planned, or done before.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        match self.status {
            Status::Applied | Status::Read | Status::Planned => true,
            Status::NotApplied | Status::Unknown => false,
            Status::Skipped => {
                self.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::DoneBefore)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::outcome::summary::Summary;

    #[test]
    fn again_is_for_what_may_succeed_later() {
        let may = |status, kind, effect| settled(status, Some(kind)).may_succeed_later(effect);
        let again = [
            FaultKind::Network,
            FaultKind::Timeout,
            FaultKind::Tls,
            FaultKind::Throttled,
            FaultKind::Credentials,
            FaultKind::Stopped,
            FaultKind::Interrupted,
        ];
        for kind in FaultKind::VARIANTS.iter().copied() {
            for effect in [Effect::OffAir, Effect::CutOnce, Effect::None] {
                let is_again = again.contains(&kind);
                assert_eq!(may(Status::NotApplied, kind, effect), is_again, "{kind:?}");
                assert_eq!(may(Status::Skipped, kind, effect), is_again, "{kind:?}");
                assert_eq!(may(Status::Unknown, kind, effect), effect != Effect::CutOnce);
            }
        }
        assert!(!settled(Status::Applied, None).may_succeed_later(Effect::OffAir));
    }

    fn settled(status: Status, kind: Option<FaultKind>) -> Outcome {
        Outcome { status, fault: kind.map(|kind| Fault::new(kind, "why")), ..Outcome::planned() }
    }

    #[test]
    fn exit_code_reports_the_worst_outcome() {
        let (applied, planned) = (settled(Status::Applied, None), settled(Status::Planned, None));
        let read = settled(Status::Read, None);
        let done_before = settled(Status::Skipped, Some(FaultKind::DoneBefore));
        let refused = settled(Status::NotApplied, Some(FaultKind::Refused));
        let stopped = Outcome::skipped(Fault::new(FaultKind::Stopped, "why"));
        let unknown = settled(Status::Unknown, Some(FaultKind::Timeout));
        for (outcomes, code) in [
            (vec![], 0),
            (vec![&applied, &read, &planned, &done_before], 0),
            (vec![&applied, &refused], 5),
            (vec![&applied, &stopped], 5),
            (vec![&refused, &unknown, &stopped], 4),
            (vec![&unknown, &applied], 4),
        ] {
            let mut summary = Summary::default();
            outcomes.iter().for_each(|outcome| summary.count(outcome));
            assert_eq!((summary.exit_code(), summary.total()), (code, outcomes.len()));
            assert_eq!(code == 0, outcomes.iter().all(|outcome| outcome.is_ok()));
        }
    }

    #[test]
    fn cut_that_does_not_last_fails_the_run() {
        for (held, code) in [(None, 0), (Some(true), 0), (Some(false), 5)] {
            let cut = Outcome { held, ..settled(Status::Applied, None) };
            let mut summary = Summary::default();
            summary.count(&cut);
            // It was applied, and sending it again would not make it last.
            assert_eq!((summary.exit_code(), summary.applied, cut.is_ok()), (code, 1, true));
        }
    }

    #[test]
    fn skipped_result_names_its_reason() {
        let skipped = Outcome::skipped(Fault::new(FaultKind::Expired, "late").hint("hurry"));
        assert_eq!(
            (skipped.status, skipped.attempts, skipped.started_at),
            (Status::Skipped, 0, None)
        );
        assert_eq!(skipped.fault.unwrap().hint.as_deref(), Some("hurry"));
    }

    #[test]
    fn words_are_stable() {
        use Effect as E;
        let effects =
            [E::OffAir, E::OnAir, E::DomainSetting, E::ModerationEnded, E::CutOnce, E::None];
        let words = "off_air on_air domain_setting moderation_ended cut_once none";
        assert_eq!(effects.map(Effect::as_str).join(" "), words);
        assert_eq!(
            effects.map(Effect::words).join("; "),
            "off air; back on air; whole domain changed; moderation ended only, the stream itself stays on air; \
             cut once, may push again; nothing changed"
        );
        assert_eq!(
            Status::VARIANTS.iter().map(|status| status.as_str()).collect::<Vec<_>>(),
            ["applied", "read", "not_applied", "unknown", "skipped", "planned"]
        );
        let words = "refused credentials throttled network timeout tls redirect http protocol echo unverified stopped expired \
                     done_before protected changed no_inverse came_back input interrupted internal";
        let kinds: Vec<_> = FaultKind::VARIANTS.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(kinds.join(" "), words);
    }
}
