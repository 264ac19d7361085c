//! The outcome of one target, [`Outcome`], and the counts of a run, [`Summary`].

use std::rc::Rc;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::time::{self, Timestamp};

/// What an operation does to its target when it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Effect {
    /// The stream is cut and may not push.
    OffAir,
    /// The stream may push again.
    OnAir,
    /// A setting of a whole domain changes.
    DomainSetting,
    /// Moderation ends; the stream itself stays on air.
    ModerationEnded,
    /// The stream is disconnected once, and may push again.
    CutOnce,
    /// Nothing changes; the state is read.
    None,
}

impl Effect {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether doing it twice ends the same as doing it once. A stream that is cut again loses the viewers that came back.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        match self {
            Self::OffAir
            | Self::OnAir
            | Self::DomainSetting
            | Self::ModerationEnded
            | Self::None => true,
            Self::CutOnce => false,
        }
    }

    /// What has become of the target, in the words of the help.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::OffAir => "off air",
            Self::OnAir => "back on air",
            Self::DomainSetting => "whole domain changed",
            Self::ModerationEnded => "moderation ended only, the stream itself stays on air",
            Self::CutOnce => "cut once, may push again",
            Self::None => "nothing changed",
        }
    }
}

/// Did it happen?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// The vendor said so, and its answer agrees with what was asked.
    Applied,
    /// A look was answered.
    Read,
    /// The vendor refused, or the request certainly never reached it.
    NotApplied,
    /// The request may have arrived and no trustworthy answer came.
    Unknown,
    /// Not tried; the fault's kind says why.
    Skipped,
    /// A dry run.
    Planned,
}

impl Status {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Why a target is not applied, unknown or skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum FaultKind {
    /// The vendor refused the operation.
    Refused,
    /// The vendor refused the credentials.
    Credentials,
    /// The vendor asked to come back later.
    Throttled,
    /// No connection, or one that broke.
    Network,
    /// No answer in time.
    Timeout,
    /// No agreement on TLS, or a certificate that fails.
    Tls,
    /// The answer was a redirect, which is never followed.
    Redirect,
    /// An HTTP status, or a fault that the vendor reports of itself.
    Http,
    /// An answer that is not the vendor's.
    Protocol,
    /// An answer that contradicts what was asked.
    Echo,
    /// The vendor said that it was done, and the state read back does not agree.
    Unverified,
    /// The run stopped before this target's turn.
    Stopped,
    /// The end of the operation had passed before it could be sent.
    Expired,
    /// The journal records it as applied.
    DoneBefore,
    /// A policy protects the target.
    Protected,
    /// The target is not as the run to undo left it.
    Changed,
    /// The records do not tell what held before, or nothing can bring it back.
    NoInverse,
    /// The stream was off air and is on air again.
    CameBack,
    /// The line of the input is wrong.
    Input,
    /// A signal stopped the run.
    Interrupted,
    /// A fault of livectl itself.
    Internal,
}

impl FaultKind {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Why something did not happen, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its class.
    pub kind: FaultKind,
    /// What happened, in one line.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// A fault of livectl itself.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(FaultKind::Internal, "livectl itself failed; please report this")
    }

    /// The end of the operation has passed, so that it is not sent.
    #[must_use]
    pub fn expired(until: Timestamp) -> Self {
        let message =
            format!("its end, {}, had passed before the request could leave", time::seconds(until));
        Self::new(FaultKind::Expired, message).hint("give a later end")
    }

    /// The same fault with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A vendor's own code: an integer, or a word where the vendor has words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Code {
    /// As JD, Tencent's first generation and Shumei answer.
    Number(i64),
    /// As newer APIs answer.
    Word(String),
}

/// What the vendor said, as far as it could be read; free of secrets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// The vendor's code.
    pub code: Option<Code>,
    /// The vendor's message.
    pub message: Option<String>,
    /// The vendor's JSON, unless it is large.
    pub response: Option<JsonText>,
    /// The state that was read.
    pub state: Option<String>,
    /// The list that was read.
    pub items: Option<Vec<ListItem>>,
    /// Whether the state read back agrees with what was asked; `None` where it was not read.
    pub verified: Option<bool>,
}

/// JSON on one line, its numbers as they were written.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// The text, which has to be JSON without line ends.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// One item of a list, in the shape that all lists share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListItem {
    /// The name, as an operation takes it.
    pub target: Option<String>,
    /// The push domain.
    pub domain: Option<String>,
    /// The application.
    pub app: Option<String>,
    /// When it began.
    #[serde(serialize_with = "moment")]
    pub since: Option<Timestamp>,
    /// When it ends; `None` where it has no end or that cannot be read.
    #[serde(serialize_with = "moment")]
    pub until: Option<Timestamp>,
    /// The item as the vendor gives it.
    pub vendor: Value,
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn moment<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(time::seconds).serialize(serializer)
}

impl ListItem {
    /// An item of which nothing can be read.
    #[must_use]
    pub fn unread(vendor: Value) -> Self {
        Self { target: None, domain: None, app: None, since: None, until: None, vendor }
    }

    /// What tells it from the others, should it come twice in a list that changes while it is read.
    #[must_use]
    pub fn identity(&self) -> String {
        match &self.target {
            Some(target) => format!("{:?} {:?} {target:?} {:?}", self.domain, self.app, self.since),
            None => self.vendor.to_string(),
        }
    }
}

/// What became of one target.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Did it happen?
    pub status: Status,
    /// Requests sent that carried the target.
    pub attempts: u32,
    /// When the first of them left; `None` when none did.
    pub started_at: Option<Timestamp>,
    /// From then until it settled.
    pub elapsed: Option<Duration>,
    /// What the vendor said.
    pub answer: Answer,
    /// Why it did not happen.
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
    /// The request as a shell line, where that is asked for.
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
        Self {
            status: Status::Planned,
            attempts: 0,
            started_at: None,
            elapsed: None,
            answer: Answer::default(),
            fault: None,
            preview: None,
        }
    }

    /// Whether the same operation may succeed later. An unknown `drop` may have cut the stream already.
    #[must_use]
    pub fn may_succeed_later(&self, effect: Effect) -> bool {
        use FaultKind as K;
        let Some(fault) = &self.fault else { return false };
        if self.status == Status::Unknown {
            return effect.is_repeatable();
        }
        match fault.kind {
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

/// How many of what.
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
    /// Those of the skipped that the journal records as applied.
    pub done_before: usize,
    /// Targets of a dry run.
    pub planned: usize,
}

impl Summary {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome.status {
            Status::Applied => self.applied += 1,
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

    /// The exit code that the outcomes alone ask for: 4 when something is unknown, 5 when something was not done, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.unknown > 0 {
            4
        } else if self.not_applied > 0 || self.skipped > self.done_before {
            5
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

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
    fn the_exit_code_tells_the_worst_of_what_happened() {
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
    fn what_is_skipped_says_why_and_was_never_sent() {
        let skipped = Outcome::skipped(Fault::new(FaultKind::Expired, "late").hint("hurry"));
        assert_eq!(
            (skipped.status, skipped.attempts, skipped.started_at),
            (Status::Skipped, 0, None)
        );
        assert_eq!(skipped.fault.unwrap().hint.as_deref(), Some("hurry"));
    }

    #[test]
    fn words_are_those_that_scripts_rely_on() {
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
