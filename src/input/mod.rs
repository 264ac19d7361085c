//! What a run does: operations read from flags, lists and files, and planned before the first request leaves.

pub mod batch;
pub mod plan;
