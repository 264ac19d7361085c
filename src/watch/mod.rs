//! `livectl watch`: what is watched, what was seen of it, and how that is printed.
//!
//! Owns when a goal is reached. The looks are made in [`crate::run`].

pub mod goal;
pub mod report;
pub mod watched;
