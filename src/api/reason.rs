//! The operator's reason for an operation: a parameter of everything that acts, which goes into the journal, and to the
//! vendor where its API takes one.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::{Interner, Operation, OperationSpec};
use crate::api::operation_input::Problem;
use crate::api::param::Param;
use crate::api::request::{Request, Verification};
use crate::api::target::plain;
use crate::outcome::answer::ListItem;
use crate::secret::redact;
use crate::time::Timestamp;

/// The parameter.
pub static REASON: Param = Param::text(
    "reason",
    "TEXT",
    "Why, for the journal, and for the vendor where its API takes it",
);

/// The longest reason that a vendor takes, in bytes.
const LONGEST_REASON: usize = 2048;

/// The operation with its reason.
pub(crate) fn reasoned(
    operation: Box<dyn Operation>,
    text: &str,
    words: &mut Interner,
) -> Result<Box<dyn Operation>, Problem> {
    plain(text).map_err(|message| Problem::new(REASON.name, message))?;
    if text.len() > LONGEST_REASON {
        return Err(Problem::new(
            REASON.name,
            format!("a reason has at most {LONGEST_REASON} bytes"),
        ));
    }
    // A reason is often a pasted URL, whose query is the push secret.
    let shown = words.keep(&redact::urls(text));
    Ok(Box::new(Reasoned { operation, reason: words.keep(text), shown }))
}

/// An operation with the operator's reason for it, which goes into the journal, and to the vendor where the API takes one.
#[derive(Debug)]
struct Reasoned {
    operation: Box<dyn Operation>,
    reason: Rc<str>,
    /// The reason without the secrets of URLs, as it is shown and recorded. The vendor gets it as typed.
    shown: Rc<str>,
}

impl Operation for Reasoned {
    fn spec(&self) -> &'static OperationSpec {
        self.operation.spec()
    }

    fn target(&self) -> &str {
        self.operation.target()
    }

    fn domain(&self) -> Option<&str> {
        self.operation.domain()
    }

    fn app(&self) -> Option<&str> {
        self.operation.app()
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = self.operation.settings();
        settings.push((REASON.name, (*self.shown).into()));
        settings
    }

    /// The operation's own settings.
    fn requested(&self) -> Vec<(&'static str, Value)> {
        // Without the reason: the same operation for another reason is done before.
        self.operation.requested()
    }

    fn request(&self, targets: &[&str]) -> Request {
        let mut request = self.operation.request(targets);
        if let (Some(member), Some(body)) = (request.reason, &mut request.body) {
            body.push((member, (*self.reason).into()));
        }
        request
    }

    fn until(&self) -> Option<Timestamp> {
        self.operation.until()
    }

    fn renews(&self) -> bool {
        self.operation.renews()
    }

    fn recorded_end(
        &self,
        applied_at: Timestamp,
        recorded: Option<Timestamp>,
    ) -> Option<Timestamp> {
        self.operation.recorded_end(applied_at, recorded)
    }

    fn counts_minutes(&self) -> bool {
        self.operation.counts_minutes()
    }

    fn batch_key(&self) -> Option<&Rc<str>> {
        self.operation.batch_key()
    }

    fn check(&self) -> Option<Verification> {
        self.operation.check()
    }

    fn unverified(&self) -> Option<&'static str> {
        self.operation.unverified()
    }

    fn list_item(&self, item: Value) -> ListItem {
        self.operation.list_item(item)
    }

    fn lists(&self, item: &ListItem) -> bool {
        self.operation.lists(item)
    }
}
