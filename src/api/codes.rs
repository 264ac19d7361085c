//! [`CodeRow`]: what an error code means, at APIs whose codes are words.
//!
//! Owns no code: the table of each API is in its folder.

use crate::api::response::ErrorClass;

/// Codes of one meaning.
pub struct CodeRow {
    /// The codes.
    pub codes: &'static [&'static str],
    /// The class of each.
    pub class: ErrorClass,
    hint: &'static str,
}

impl CodeRow {
    /// Codes of this class. The hint is empty where there is none; `{action}` in it is the action that was refused.
    #[must_use]
    pub const fn new(
        codes: &'static [&'static str],
        class: ErrorClass,
        hint: &'static str,
    ) -> Self {
        Self { codes, class, hint }
    }

    /// The row that has the code.
    #[must_use]
    pub fn find(rows: &'static [Self], code: &str) -> Option<&'static Self> {
        // One after the other: a code is looked up for a refusal alone, and a table has some ten rows.
        rows.iter().find(|row| row.codes.contains(&code))
    }

    /// The row that has the code, else its first word: those after a `.` only give more detail.
    #[must_use]
    pub fn find_by_word(rows: &'static [Self], code: &str) -> Option<&'static Self> {
        Self::find(rows, code).or_else(|| Self::find(rows, code.split('.').next()?))
    }

    /// The hint for a refusal of this action.
    #[must_use]
    pub fn hint(&self, action: &str) -> Option<String> {
        // The policies that allow or deny are written by the names of actions.
        (!self.hint.is_empty()).then(|| self.hint.replace("{action}", action))
    }
}
