//! `livectl doctor`: whether the keys are there, each vendor can be reached and, if asked, accepts the keys.
//!
//! Owns the checks and how their findings are printed. The command itself, which resolves the flags, is in `cli::doctor`.

pub mod checks;
pub mod findings;
mod route;
mod signed;
