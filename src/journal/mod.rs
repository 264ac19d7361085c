//! The journal of runs: intents and results as JSON Lines, and what a resumed run may skip.
//!
//! Each record is an intent, durable before its request leaves, or the result of a settled target. Owns the file and its
//! format; what a result looks like is `output`'s, when to record is the engine's.

pub mod file;
pub mod history;
pub mod ids;
mod line;
pub mod record;
pub mod recorder;
pub mod run_file;
pub mod run_record;
#[cfg(test)]
pub(crate) mod tests;
pub mod writer;
