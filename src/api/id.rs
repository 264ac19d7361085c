//! The id of a line: a text by which its sender knows it again. Every line of `apply` may have one.

use crate::api::operation_input::{ID, Problem};
use crate::api::target::plain;
use crate::secret::redact;

/// The longest id, in bytes.
const LONGEST_ID: usize = 1024;

/// Refuses an id that cannot be printed as it is.
pub(super) fn check(text: &str) -> Result<(), Problem> {
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
