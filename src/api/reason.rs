//! The operator's reason for an operation: a parameter of everything that acts, which goes into the journal, and to the
//! vendor where its API takes one.

use crate::api::operation_input::Problem;
use crate::api::param::Param;
use crate::api::target::plain;

/// The parameter.
pub static REASON: Param =
    Param::text("reason", "TEXT", "Why; recorded, and sent where the API takes it");

/// The longest reason that a vendor takes, in bytes.
// Tencent's limit for the `Reason` of a ban; no other vendor takes a reason.
const LONGEST_REASON: usize = 2048;

/// Refuses a reason that cannot be recorded, or that no vendor takes.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    plain(text).map_err(|message| Problem::new(REASON.name, message))?;
    if text.len() > LONGEST_REASON {
        return Err(Problem::new(
            REASON.name,
            format!("a reason has at most {LONGEST_REASON} bytes"),
        ));
    }
    Ok(())
}
