//! What an attempt teaches, whether to try retry, and how long to wait.

use std::time::Duration;

use crate::outcome::{Answer, Fault, Status};

/// Whether another attempt may help, and after which wait; the vendor's own wish goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would only say the same.
    No,
    /// After the usual wait.
    Backoff(Option<Duration>),
    /// After the wait for a vendor who asks for fewer requests.
    Throttled(Option<Duration>),
}

impl Retry {
    /// How long to wait before the attempt after `attempts` of them; `None` when there is none. `jitter` is from 0 to 1.
    #[must_use]
    pub fn wait(self, attempts: u32, jitter: f64) -> Option<Duration> {
        const SOON: Duration = Duration::from_millis(200);
        const LATER: Duration = Duration::from_secs(1);
        const CAP: Duration = Duration::from_secs(5);
        let (base, wish) = match self {
            Self::No => return None,
            Self::Backoff(wish) => (SOON, wish),
            Self::Throttled(wish) => (LATER, wish),
        };
        let ceiling = (base * 2u32.saturating_pow(attempts.saturating_sub(1).min(8))).min(CAP);
        Some(wish.unwrap_or_else(|| ceiling.mul_f64(jitter)))
    }
}

/// What one attempt teaches about its targets.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptResult {
    /// `Applied`, `NotApplied` or `Unknown`, as far as this attempt goes.
    pub status: Status,
    /// Whether another may help.
    pub retry: Retry,
    /// What the vendor said.
    pub answer: Answer,
    /// Why it is not applied.
    pub fault: Option<Fault>,
    /// The vendor refuses the credentials: every other target would fare the same.
    pub is_fatal: bool,
    /// How many items a list has, of which the answer holds one page.
    pub total: Option<u64>,
}

impl AttemptResult {
    /// It happened.
    #[must_use]
    pub fn applied() -> Self {
        Self {
            status: Status::Applied,
            retry: Retry::No,
            answer: Answer::default(),
            fault: None,
            is_fatal: false,
            total: None,
        }
    }

    /// It certainly did not happen.
    #[must_use]
    pub fn not_applied(retry: Retry, fault: Fault) -> Self {
        Self { status: Status::NotApplied, retry, fault: Some(fault), ..Self::applied() }
    }

    /// Nobody can say.
    #[must_use]
    pub fn unknown(retry: Retry, fault: Fault) -> Self {
        Self { status: Status::Unknown, retry, fault: Some(fault), ..Self::applied() }
    }

    /// What holds when this attempt follows one in doubt: only a success clears a doubt.
    #[must_use]
    pub fn merge(self, doubt: Option<Self>) -> Self {
        match (self.status, doubt) {
            (Status::NotApplied, Some(doubt)) => doubt,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::FaultKind;

    #[test]
    fn waits_double_from_their_base_up_to_the_cap() {
        let ceilings =
            |retry: Retry| [1, 2, 3, 4, 5, 9].map(|n| retry.wait(n, 1.0).unwrap().as_millis());
        assert_eq!(ceilings(Retry::Backoff(None)), [200, 400, 800, 1600, 3200, 5000]);
        assert_eq!(ceilings(Retry::Throttled(None)), [1000, 2000, 4000, 5000, 5000, 5000]);
        assert_eq!(Retry::Backoff(None).wait(1, 0.0), Some(Duration::ZERO));
        assert_eq!(Retry::Backoff(None).wait(1, 0.5), Some(Duration::from_millis(100)));
    }

    #[test]
    fn the_vendors_wish_is_kept_to_the_letter() {
        let wish = Some(Duration::from_secs(60));
        assert_eq!(Retry::Throttled(wish).wait(1, 0.1), wish);
        assert_eq!(Retry::No.wait(1, 0.1), None);
    }

    #[test]
    fn only_a_success_clears_a_doubt() {
        let doubt = AttemptResult::unknown(Retry::No, Fault::new(FaultKind::Timeout, "first"));
        let refused =
            AttemptResult::not_applied(Retry::No, Fault::new(FaultKind::Refused, "second"));
        assert_eq!(refused.clone().merge(Some(doubt.clone())), doubt);
        assert_eq!(refused.clone().merge(None), refused);
        assert_eq!(AttemptResult::applied().merge(Some(doubt.clone())), AttemptResult::applied());
        let later = AttemptResult::unknown(Retry::No, Fault::new(FaultKind::Http, "second"));
        assert_eq!(later.clone().merge(Some(doubt)), later);
    }
}
