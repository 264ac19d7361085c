//! [`Annotated`]: an operation with the texts that a line or a command gives beside its settings, its reason and its id.
//!
//! Neither changes what the operation does: `--resume` compares neither.

use std::rc::Rc;

use serde_json::Value;

use crate::api::id;
use crate::api::operation::{Operation, OperationSpec};
use crate::api::operation_input::{ID, Problem};
use crate::api::plan_texts::Interner;
use crate::api::reason::{self, REASON};
use crate::api::request::Request;
use crate::secret::redact;

/// The operation with its reason and its id, as far as it has them.
pub(crate) fn annotated(
    operation: Box<dyn Operation>,
    reason: Option<&str>,
    id: Option<&str>,
    words: &mut Interner,
) -> Result<Box<dyn Operation>, Problem> {
    if reason.is_none() && id.is_none() {
        return Ok(operation);
    }
    reason.map_or(Ok(()), reason::check)?;
    id.map_or(Ok(()), id::check)?;
    let reason = reason.map(|text| Reason {
        // A reason is often a pasted URL, whose query is the push secret.
        shown: words.keep(&redact::urls(text)),
        sent: words.keep(text),
    });
    // Not shared: each line has an id of its own.
    Ok(Box::new(Annotated { operation, reason, id: id.map(Box::from) }))
}

/// The operator's reason.
#[derive(Debug)]
struct Reason {
    /// As typed, for the vendor.
    sent: Rc<str>,
    /// Without the secrets of URLs, as it is shown and recorded.
    shown: Rc<str>,
}

/// An operation with its reason, which goes into the journal and to the vendor where the API takes one, and with the id
/// of its line.
#[derive(Debug)]
struct Annotated {
    operation: Box<dyn Operation>,
    reason: Option<Reason>,
    id: Option<Box<str>>,
}

// `requested` is the operation's own, without the reason: the same operation for another reason is done before.
impl Operation for Annotated {
    fn inner(&self) -> Option<&dyn Operation> {
        Some(&*self.operation)
    }

    fn spec(&self) -> &'static OperationSpec {
        self.operation.spec()
    }

    fn target(&self) -> &str {
        self.operation.target()
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = self.operation.settings();
        settings.extend(self.reason.iter().map(|reason| (REASON.name, (*reason.shown).into())));
        settings.extend(self.id.iter().map(|id| (ID, (**id).into())));
        settings
    }

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn request(&self, targets: &[&str]) -> Request {
        let mut request = self.operation.request(targets);
        if let (Some(member), Some(body), Some(reason)) =
            (request.reason, &mut request.body, &self.reason)
        {
            body.push((member, (*reason.sent).into()));
        }
        request
    }
}
