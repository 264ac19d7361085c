//! Reads operations from flags, lists and files, and plans a run before the first request leaves.
//!
//! Owns the forms of input and the checks of a run as a whole; the rules of an operation belong to `api`.

mod address;
pub mod batch;
mod csv;
mod csv_lines;
mod foreign;
mod growing_file;
mod jsonl;
pub mod line_plan;
pub mod line_source;
pub mod lines;
pub mod list;
pub mod meant;
pub mod plan;
mod problems;
pub mod rows;
pub mod shard;
pub mod source;
mod spreadsheet;
mod target_check;
mod wrapped;
mod wrapping;

#[cfg(test)]
mod property_tests;
