//! [`Record`]: a line of a journal as it is written. [`history`](crate::journal::history) reads it back.

use serde::Serialize;

/// The `schema` of every record.
pub const SCHEMA: &str = "livectl-journal/1";

/// One line of a journal.
#[derive(Serialize)]
pub struct Record<'a, O: Serialize, R: Serialize> {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// `intent` or `result`.
    pub record: &'static str,
    /// When it was written.
    pub at: String,
    /// The run.
    pub run: &'a str,
    /// The profile's name; `sandbox`, or null for the environment alone.
    pub profile: Option<&'a str>,
    /// The operation as the operator asked it, a relative time as typed.
    pub asked: O,
    /// The operation as sent.
    pub operation: O,
    /// Which attempt is about to leave; for a result, how many were made.
    pub attempt: u32,
    /// Its result, as `-o jsonl` prints it; null in an intent.
    pub result: Option<R>,
}
