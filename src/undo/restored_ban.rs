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
pub struct RestoredBan {
    ban: Box<dyn Operation>,
    permit: Box<dyn Operation>,
    is_over: Cell<bool>,
}

impl RestoredBan {
    /// The ban, and what is done once it is over.
    #[must_use]
    pub fn new(ban: Box<dyn Operation>, permit: Box<dyn Operation>) -> Self {
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

    /// The engine asks before each request whether it may still leave: here is decided which one that is. Results are not
    /// asked: a ban that was put back and has ended since stays a ban in them.
    fn until(&self) -> Option<Timestamp> {
        if self.ban.until().is_some_and(|until| until <= Utc::now()) {
            self.is_over.set(true);
        }
        None
    }

    fn counts_minutes(&self) -> bool {
        self.current().counts_minutes()
    }

    /// It travels alone, since its request may change.
    fn batch_key(&self) -> Option<&Rc<str>> {
        None
    }

    fn check(&self) -> Option<Verification> {
        self.current().check()
    }
}
