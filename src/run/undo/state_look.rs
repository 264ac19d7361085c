//! [`StateLook`]: a request for the state of one target, and what the answer proves of the states that it may be in.

use crate::api::operation::{Operation, OperationSpec};
use crate::api::request::Request;
use crate::api::spec::Vendors;
use crate::log::change::TargetState;
use crate::outcome::effect::Effect;
use crate::run::undo::plan::ObservedState;

/// The look that `--verify` of an operation makes, as a separate operation.
// Verification follows a success; an undo has to know the state before it sends anything.
#[derive(Debug)]
pub(super) struct StateLook {
    spec: &'static OperationSpec,
    target: Box<str>,
    request: Request,
}

impl StateLook {
    /// A look at the target of an operation; `None` where the vendor's API does not report its state.
    #[must_use]
    pub(super) fn of(vendors: Vendors, operations: [&dyn Operation; 2]) -> Option<Self> {
        let check = operations.iter().find_map(|operation| operation.check())?;
        let [first, _] = operations;
        let vendor = first.spec().vendor;
        let mut looks = vendors
            .operations()
            .filter(|spec| spec.vendor == vendor && spec.effect == Effect::None);
        let first_look = looks.next()?;
        let spec = looks.find(|spec| spec.name == "status").unwrap_or(first_look);
        Some(Self { spec, target: first.target().into(), request: check.request })
    }
}

impl Operation for StateLook {
    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    fn target(&self) -> &str {
        &self.target
    }

    fn request(&self, _targets: &[&str]) -> Request {
        self.request.clone()
    }
}

/// What a state that was read proves of the one that the run left and of the one to restore, each with the operation that sets it.
#[must_use]
pub(super) fn observed(
    state: Option<&str>,
    left: (&dyn Operation, TargetState),
    wanted: (&dyn Operation, TargetState),
) -> ObservedState {
    let Some(state) = state else { return ObservedState::Untold };
    // An operation without a check disproves no state.
    let fits = |operation: &dyn Operation| {
        operation.check().is_none_or(|check| check.expected.holds_for(state))
    };
    let (fits_left, fits_wanted) = (fits(left.0), fits(wanted.0));
    if let (TargetState::Setting(old), TargetState::Setting(new)) = (left.1, wanted.1) {
        // Any other value is no state that the records know.
        let known = if fits_left { old } else { new };
        let value = if fits_left || fits_wanted { known } else { u64::MAX };
        return ObservedState::Setting(value);
    }
    let is_ban = |state: TargetState| matches!(state, TargetState::Banned(_));
    let of = |wants_ban: bool| {
        let states = [(left.1, fits_left), (wanted.1, fits_wanted)];
        let mut of_kind = states.iter().filter(|(state, _)| is_ban(*state) == wants_ban).peekable();
        of_kind.peek().is_some().then(|| of_kind.any(|(_, fits)| *fits))
    };
    let (banned, allowed) = (of(true), of(false));
    ObservedState::Stream {
        fits_banned: banned.unwrap_or(allowed == Some(false)),
        fits_allowed: allowed.unwrap_or(banned == Some(false)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::api::VENDORS;
    use crate::api::operation::PlanContext;
    use crate::api::operation_input::OperationInput;
    use crate::log::change::BanEnd;

    const ALLOWED: TargetState = TargetState::Allowed;
    const BANNED: TargetState = TargetState::Banned(BanEnd::Never);

    fn operation(
        action: &'static str,
        setting: (&'static str, &'static str),
    ) -> Box<dyn Operation> {
        let vendor = if action == "timeout" { "jd" } else { "tencent" };
        let input = OperationInput::new(vendor, action).on("a.example.com");
        let input = if setting.0.is_empty() { input } else { input.with(setting.0, setting.1) };
        VENDORS.read(&input, &mut PlanContext::at(Utc::now())).unwrap()
    }

    #[test]
    fn state_matches_the_run_or_the_earlier_one() {
        let (forbid, resume) = (operation("forbid", ("for", "2h")), operation("resume", ("", "")));
        let stream =
            |fits_banned, fits_allowed| ObservedState::Stream { fits_banned, fits_allowed };
        for (state, expected) in [
            (None, ObservedState::Untold),
            (Some("forbidden"), stream(true, false)),
            (Some("live"), stream(false, true)),
            (Some("idle"), stream(false, true)),
        ] {
            assert_eq!(observed(state, (&*forbid, BANNED), (&*resume, ALLOWED)), expected);
            assert_eq!(observed(state, (&*resume, ALLOWED), (&*forbid, BANNED)), expected);
            assert_eq!(observed(state, (&*forbid, BANNED), (&*forbid, BANNED)), expected);
        }
    }

    #[test]
    fn setting_matches_the_records_or_differs() {
        let (old, new) =
            (operation("timeout", ("seconds", "30")), operation("timeout", ("seconds", "40")));
        let setting = TargetState::Setting;
        for (state, value) in [("30s", 30), ("40s", 40), ("50s", u64::MAX)] {
            let told = observed(Some(state), (&*old, setting(30)), (&*new, setting(40)));
            assert_eq!(told, ObservedState::Setting(value), "{state}");
        }
    }

    #[test]
    fn look_is_that_of_verification() {
        let (forbid, resume) = (operation("forbid", ("for", "2h")), operation("resume", ("", "")));
        let look = StateLook::of(VENDORS, [&*forbid, &*resume]).unwrap();
        assert_eq!((look.spec().name, look.target()), ("status", "a.example.com"));
        assert_eq!(look.request(&[]).path, forbid.check().unwrap().request.path);
        assert_eq!(look.spec().effect, Effect::None);
    }
}
