//! `livectl doctor`: whether the keys are there and each vendor can be reached.

mod checks;
mod findings;

pub use checks::run;
