//! Taking a run back: for each target that it changed, the operation that restores what held before.
//!
//! [`plan`] decides, from records and from the state that the vendor tells; it sends nothing and reads no file.

pub mod plan;
