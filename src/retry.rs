//! What an attempt teaches, whether to try again, and how long to wait.

use std::time::Duration;

use crate::outcome::{Answer, Fault, Status};

/// Whether another attempt may help, and after which wait; the vendor's own wish goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It would only say the same.
    Never,
    /// After the usual wait.
    Soon(Option<Duration>),
    /// After the wait for a vendor who asks for fewer requests.
    Later(Option<Duration>),
}

impl Again {
    /// How long to wait before the attempt after `attempts` of them; `None` when there is none. `jitter` is from 0 to 1.
    #[must_use]
    pub fn wait(self, attempts: u32, jitter: f64) -> Option<Duration> {
        const SOON: Duration = Duration::from_millis(200);
        const LATER: Duration = Duration::from_secs(1);
        const CAP: Duration = Duration::from_secs(5);
        let (base, wish) = match self {
            Self::Never => return None,
            Self::Soon(wish) => (SOON, wish),
            Self::Later(wish) => (LATER, wish),
        };
        let ceiling = (base * 2u32.saturating_pow(attempts.saturating_sub(1).min(8))).min(CAP);
        Some(wish.unwrap_or_else(|| ceiling.mul_f64(jitter)))
    }
}

/// What one attempt teaches about its targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// `Applied`, `NotApplied` or `Unknown`, as far as this attempt goes.
    pub status: Status,
    /// Whether another may help.
    pub again: Again,
    /// What the vendor said.
    pub answer: Answer,
    /// Why it is not applied.
    pub fault: Option<Fault>,
    /// The vendor refuses the credentials: every other target would fare the same.
    pub halts: bool,
    /// How many items a list has, of which the answer holds one page.
    pub total: Option<u64>,
}

impl Lesson {
    /// It happened.
    #[must_use]
    pub fn applied() -> Self {
        Self {
            status: Status::Applied,
            again: Again::Never,
            answer: Answer::default(),
            fault: None,
            halts: false,
            total: None,
        }
    }

    /// It certainly did not happen.
    #[must_use]
    pub fn not_applied(again: Again, fault: Fault) -> Self {
        Self { status: Status::NotApplied, again, fault: Some(fault), ..Self::applied() }
    }

    /// Nobody can say.
    #[must_use]
    pub fn in_doubt(again: Again, fault: Fault) -> Self {
        Self { status: Status::Unknown, again, fault: Some(fault), ..Self::applied() }
    }

    /// What holds when this attempt follows one in doubt: only a success clears a doubt.
    #[must_use]
    pub fn after(self, doubt: Option<Self>) -> Self {
        match (self.status, doubt) {
            (Status::NotApplied, Some(doubt)) => doubt,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Kind;

    #[test]
    fn waits_double_from_their_base_up_to_the_cap() {
        let ceilings = |again: Again| [1, 2, 3, 4, 5, 9].map(|n| again.wait(n, 1.0).unwrap().as_millis());
        assert_eq!(ceilings(Again::Soon(None)), [200, 400, 800, 1600, 3200, 5000]);
        assert_eq!(ceilings(Again::Later(None)), [1000, 2000, 4000, 5000, 5000, 5000]);
        assert_eq!(Again::Soon(None).wait(1, 0.0), Some(Duration::ZERO));
        assert_eq!(Again::Soon(None).wait(1, 0.5), Some(Duration::from_millis(100)));
    }

    #[test]
    fn the_vendors_wish_is_kept_to_the_letter() {
        let wish = Some(Duration::from_secs(60));
        assert_eq!(Again::Later(wish).wait(1, 0.1), wish);
        assert_eq!(Again::Never.wait(1, 0.1), None);
    }

    #[test]
    fn only_a_success_clears_a_doubt() {
        let doubt = Lesson::in_doubt(Again::Never, Fault::new(Kind::Timeout, "first"));
        let refused = Lesson::not_applied(Again::Never, Fault::new(Kind::Refused, "second"));
        assert_eq!(refused.clone().after(Some(doubt.clone())), doubt);
        assert_eq!(refused.clone().after(None), refused);
        assert_eq!(Lesson::applied().after(Some(doubt.clone())), Lesson::applied());
        let later = Lesson::in_doubt(Again::Never, Fault::new(Kind::Http, "second"));
        assert_eq!(later.clone().after(Some(doubt)), later);
    }
}
