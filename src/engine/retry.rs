//! [`AttemptResult`]: the evidence of one attempt, and [`Retry`]: whether another may help, after which wait.
//!
//! Owns how results add up to one. Deadlines and the number of attempts belong to the scheduler.

use std::time::Duration;

use serde_json::Value;

use crate::outcome::Status;
use crate::outcome::answer::Answer;
use crate::outcome::fault::Fault;

/// Whether another attempt may help, and after which wait; `Some` is the wait that the vendor asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// Another attempt would end the same way.
    #[default]
    No,
    /// After the usual wait.
    Backoff(Option<Duration>),
    /// After the longer wait for a vendor that asks for fewer requests.
    Throttled(Option<Duration>),
    /// Once another request in flight has ended: this process has no file left for a connection.
    OutOfFiles,
}

impl Retry {
    /// The wait before the attempt after `attempts` of them; `None` for no further attempt. `jitter` is from 0 to 1.
    #[must_use]
    pub fn wait(self, attempts: u32, jitter: f64) -> Option<Duration> {
        const BACKOFF: Duration = Duration::from_millis(200);
        const THROTTLED: Duration = Duration::from_secs(1);
        const CAP: Duration = Duration::from_secs(5);
        let (base, requested) = match self {
            Self::No => return None,
            Self::Backoff(requested) => (BACKOFF, requested),
            Self::Throttled(requested) => (THROTTLED, requested),
            Self::OutOfFiles => (BACKOFF, None),
        };
        let ceiling = (base * 2u32.saturating_pow(attempts.saturating_sub(1).min(8))).min(CAP);
        // Full jitter: targets that failed together must not come back together. A wait that the
        // vendor asks for is kept whole, since less is refused again, and not capped: one that does
        // not fit the deadline settles the target at once.
        Some(requested.unwrap_or_else(|| ceiling.mul_f64(jitter)))
    }
}

/// The evidence of one attempt about its targets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttemptResult {
    /// `Applied`, `NotApplied` or `Unknown`, as far as this attempt goes.
    pub status: Status,
    /// Whether another attempt may help.
    pub retry: Retry,
    /// The vendor's answer.
    pub answer: Answer,
    /// Why it is not applied.
    pub fault: Option<Fault>,
    /// Why every other target would fail the same way, where that is so, to follow the vendor's name.
    pub fatal: Option<&'static str>,
    /// The hint while nothing shows that the vendor accepts the credentials: it refused with a code that it may
    /// also have for a wrong key.
    pub credentials_hint: Option<Box<str>>,
    /// The items of a list, as the vendor gives them.
    pub items: Option<Vec<Value>>,
    /// How many items the list has in all, of which these may be one page.
    pub total: Option<u64>,
    /// Whether another page follows, where the vendor gives no exact total.
    pub has_more: Option<bool>,
}

impl AttemptResult {
    /// The operation was done.
    #[must_use]
    pub fn applied() -> Self {
        Self { status: Status::Applied, ..Self::default() }
    }

    /// The operation was certainly not done.
    #[must_use]
    pub fn not_applied(retry: Retry, fault: Fault) -> Self {
        Self { status: Status::NotApplied, retry, fault: Some(fault), ..Self::default() }
    }

    /// The operation may have been done.
    #[must_use]
    pub fn unknown(retry: Retry, fault: Fault) -> Self {
        Self { status: Status::Unknown, retry, fault: Some(fault), ..Self::default() }
    }

    /// The result after an earlier attempt whose outcome is unknown.
    #[must_use]
    pub fn merge(self, unknown: Option<Self>) -> Self {
        match (self.status, unknown) {
            // A later refusal does not prove that the earlier request was not applied: it may be
            // refused because the earlier one has arrived. Only a success settles the question.
            (Status::NotApplied, Some(unknown)) => unknown,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::fault::FaultKind;

    #[test]
    fn backoff_doubles_up_to_the_cap() {
        let ceilings =
            |retry: Retry| [1, 2, 3, 4, 5, 9].map(|n| retry.wait(n, 1.0).unwrap().as_millis());
        assert_eq!(ceilings(Retry::Backoff(None)), [200, 400, 800, 1600, 3200, 5000]);
        assert_eq!(ceilings(Retry::Throttled(None)), [1000, 2000, 4000, 5000, 5000, 5000]);
        assert_eq!(Retry::Backoff(None).wait(1, 0.0), Some(Duration::ZERO));
        assert_eq!(Retry::Backoff(None).wait(1, 0.5), Some(Duration::from_millis(100)));
    }

    #[test]
    fn requested_wait_is_kept() {
        let requested = Some(Duration::from_mins(1));
        assert_eq!(Retry::Throttled(requested).wait(1, 0.1), requested);
        assert_eq!(Retry::No.wait(1, 0.1), None);
    }

    #[test]
    fn only_a_success_clears_unknown() {
        let unknown = AttemptResult::unknown(Retry::No, Fault::new(FaultKind::Timeout, "first"));
        let refused =
            AttemptResult::not_applied(Retry::No, Fault::new(FaultKind::Refused, "second"));
        assert_eq!(refused.clone().merge(Some(unknown.clone())), unknown);
        assert_eq!(refused.clone().merge(None), refused);
        assert_eq!(AttemptResult::applied().merge(Some(unknown.clone())), AttemptResult::applied());
        let later = AttemptResult::unknown(Retry::No, Fault::new(FaultKind::Http, "second"));
        assert_eq!(later.clone().merge(Some(unknown)), later);
    }
}
