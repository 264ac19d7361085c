//! Volcengine: its live API and its operations.

mod codes;
pub mod openapi;
pub mod profile;
