//! Protection: which targets may not be taken off air or changed by mistake, and what a run must give before it does so.
//!
//! This module decides and words the refusal. It does not read the profile file, and knows no vendor: the caller names the
//! forms of each target. A policy guards against slips, not against the owner of the keys.

pub mod command_line;
pub mod pattern;
pub mod refusal;
pub mod review;
pub mod rules;

#[cfg(test)]
mod tests;
