//! [`Annotated`]: an operation with the texts that a line or a command gives beside its settings, its reason and its id.
//!
//! Neither changes what the operation does: `--resume` compares neither.

use std::rc::Rc;

use serde_json::Value;

use crate::api::operation::{Operation, OperationSpec};
use crate::api::operation_input::{ID, Problem};
use crate::api::plan_texts::Interner;
use crate::api::reason::{self, REASON};
use crate::api::request::Request;
use crate::api::target::plain;
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
    id.map_or(Ok(()), check_id)?;
    let reason = reason.map(|text| Reason {
        // A reason is often a pasted URL, whose query is the push secret.
        shown: words.keep(&redact::urls(text)),
        sent: words.keep(text),
    });
    // Not shared: no two lines have one id.
    Ok(Box::new(Annotated { operation, reason, id: id.map(Box::from) }))
}

/// The longest id, in bytes.
const LONGEST_ID: usize = 1024;

/// Refuses an id that cannot be printed as it is.
fn check_id(text: &str) -> Result<(), Problem> {
    let problem = |message: String| Err(Problem::new(ID, message));
    if text.is_empty() {
        return problem("an id is not empty; leave out the key".into());
    }
    plain(text).map_err(|message| Problem::new(ID, message))?;
    if text.len() > LONGEST_ID {
        return problem(format!("an id has at most {LONGEST_ID} bytes"));
    }
    // Printed without its query it would be another id, and its sender would not know it again.
    if redact::urls(text) != text {
        return problem("an id is no URL with a query or user info, which may be secret".into());
    }
    Ok(())
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
