//! [`Fault`]: why a target is not applied, unknown or skipped. A fault that stops a run before its first request is an
//! [`Error`](crate::error::Error).

use crate::time::{self, Timestamp};

/// Why a target is not applied, unknown or skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum FaultKind {
    /// The vendor refused the operation.
    Refused,
    /// The vendor refused the credentials.
    Credentials,
    /// The vendor asked for fewer requests.
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
    /// An answer that contradicts the request.
    Echo,
    /// The vendor reported success, and the state read back does not agree.
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
    /// The records do not contain the earlier state, or no operation restores it.
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

    /// The message is livectl's own and may contain moments, which tables print in this machine's zone.
    #[must_use]
    pub fn has_own_moments(self) -> bool {
        matches!(self, Self::DoneBefore | Self::Expired | Self::Changed)
    }
}

/// Why an operation did not take effect, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its class.
    pub kind: FaultKind,
    /// The fault in one line.
    pub message: String,
    /// The next step for the operator.
    pub hint: Option<String>,
    /// The vendor does not accept this machine's IP address.
    // The kind is `Credentials`, since it stops the vendor as a wrong key does; but the key may be right.
    pub is_about_address: bool,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, is_about_address: false }
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

    /// The fault with the next step for the operator.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
