//! Taking a run back: for each target that it changed, the operation that restores what held before.
//!
//! [`plan`] decides, from records and from the state that the vendor tells. Nothing here sends a request or reads a profile.

pub mod plan;
pub mod restored_ban;
pub mod restoring;
pub mod state_look;
pub mod target;
pub mod target_name;
