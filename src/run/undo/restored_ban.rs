//! [`RestoredBan`]: a ban that is put back, as long as its end lies ahead.

use std::cell::Cell;
use std::rc::Rc;

use chrono::Utc;
use serde_json::Value;

use crate::api::operation::{Operation, OperationSpec};
use crate::api::request::{Request, Verification};
use crate::time::Timestamp;

/// A ban that becomes its opposite when its end has passed before its request can leave.
#[derive(Debug)]
pub(super) struct RestoredBan {
    ban: Box<dyn Operation>,
    permit: Box<dyn Operation>,
    is_over: Cell<bool>,
}

impl RestoredBan {
    /// The ban, and what is done once it is over.
    #[must_use]
    pub(super) fn new(ban: Box<dyn Operation>, permit: Box<dyn Operation>) -> Self {
        Self { ban, permit, is_over: Cell::new(false) }
    }

    fn current(&self) -> &dyn Operation {
        if self.is_over.get() { &*self.permit } else { &*self.ban }
    }
}

impl Operation for RestoredBan {
    fn spec(&self) -> &'static OperationSpec {
        self.current().spec()
    }

    fn target(&self) -> &str {
        self.current().target()
    }

    fn domain(&self) -> Option<&str> {
        self.current().domain()
    }

    fn app(&self) -> Option<&str> {
        self.current().app()
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        self.current().settings()
    }

    fn requested(&self) -> Vec<(&'static str, Value)> {
        self.current().requested()
    }

    fn request(&self, targets: &[&str]) -> Request {
        self.current().request(targets)
    }

    // The engine asks before each request whether it may still leave: here is decided which one that is. Results are not
    // asked: a ban that was put back and has ended since stays a ban in them.
    fn until(&self) -> Option<Timestamp> {
        if self.ban.until().is_some_and(|until| until <= Utc::now()) {
            self.is_over.set(true);
        }
        None
    }

    fn counts_minutes(&self) -> bool {
        self.current().counts_minutes()
    }

    // It travels alone, since its request may change.
    fn batch_key(&self) -> Option<&Rc<str>> {
        None
    }

    fn check(&self) -> Option<Verification> {
        self.current().check()
    }

    fn unverified(&self) -> Option<&'static str> {
        self.current().unverified()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::api::VENDORS;
    use crate::api::operation::PlanContext;
    use crate::api::operation_input::OperationInput;
    use crate::time;

    fn operation(input: &OperationInput<'_>) -> Box<dyn Operation> {
        let mut context = PlanContext { is_file: true, ..PlanContext::at(Utc::now()) };
        VENDORS.read(input, &mut context).unwrap()
    }

    fn restored(seconds_left: i64) -> RestoredBan {
        let end = time::seconds(Utc::now() + TimeDelta::seconds(seconds_left));
        let ban = OperationInput::new("tencent", "forbid").on("a").with("until", end);
        let permit = OperationInput::new("tencent", "resume").on("a");
        RestoredBan::new(operation(&ban), operation(&permit))
    }

    #[test]
    fn ban_ahead_stays_a_ban() {
        let restored = restored(3600);
        assert_eq!((restored.until(), restored.spec().name), (None, "forbid"));
        assert_eq!(restored.settings()[0].0, "until");
    }

    #[test]
    fn ban_that_is_over_becomes_its_opposite() {
        let restored = restored(-5);
        // Until the engine asks, it is what was planned.
        assert_eq!(restored.spec().name, "forbid");
        assert_eq!((restored.until(), restored.spec().name), (None, "resume"));
        assert_eq!(restored.settings(), []);
    }
}
