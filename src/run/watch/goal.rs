//! [`WatchGoal`]: the state that a watch waits for.

use clap::ValueEnum;

/// The state that a watch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum WatchGoal {
    /// Any state but live; viewers no longer get the stream.
    Off,
    /// Live; viewers get the stream.
    On,
    /// Forbidden at the vendor; viewers no longer get the stream.
    Forbidden,
}

/// The vendors' word for a stream that is pushed.
pub const LIVE: &str = "live";

/// The vendors' word for a stream that may not be pushed.
const FORBIDDEN: &str = "forbidden";

/// The word for a stream that viewers get.
pub const ON: &str = "on";

impl WatchGoal {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether a vendor's state is the one that is waited for.
    #[must_use]
    pub fn is_state(self, state: &str) -> bool {
        match self {
            // Vendors have several words for a stream that is not pushed: idle, forbidden, never pushed.
            Self::Off => state != LIVE,
            Self::On => state == LIVE,
            Self::Forbidden => state == FORBIDDEN,
        }
    }

    /// Whether what viewers get is what is waited for.
    #[must_use]
    pub fn is_viewer(self, viewer: &str) -> bool {
        (viewer == ON) == (self == Self::On)
    }

    /// Whether an API that has these states can show it.
    // A watch for a state that never comes would end by its time alone.
    #[must_use]
    pub fn is_among(self, states: &[&str]) -> bool {
        states.iter().any(|state| self.is_state(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_is_any_state_but_live() {
        let reached = |state: &str| {
            [WatchGoal::Off, WatchGoal::On, WatchGoal::Forbidden].map(|goal| goal.is_state(state))
        };
        assert_eq!(reached("live"), [false, true, false]);
        assert_eq!(reached("idle"), [true, false, false]);
        assert_eq!(reached("never_pushed"), [true, false, false]);
        assert_eq!(reached("forbidden"), [true, false, true]);
        assert!(WatchGoal::Off.is_viewer("off") && WatchGoal::On.is_viewer("on"));
        assert!(WatchGoal::Forbidden.is_viewer("off") && !WatchGoal::Off.is_viewer("on"));
    }

    #[test]
    fn untold_states_are_known() {
        let told = |states: &[&str]| {
            [WatchGoal::Off, WatchGoal::On, WatchGoal::Forbidden].map(|goal| goal.is_among(states))
        };
        assert_eq!(told(&["live", "idle"]), [true, true, false]);
        assert_eq!(told(&["forbidden"]), [true, false, true]);
        assert_eq!(told(&[]), [false, false, false]);
    }
}
