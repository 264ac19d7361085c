//! The profile file and the environment: the credentials and settings of a run, each with its origin.
//!
//! A vendor declares its keys once, as a [`section::Section`]. Parsing, the environment, `config init`, `config check`
//! and `config show` all follow that declaration. Nothing here knows an operation or sends a request.

pub mod account;
pub mod check;
mod command;
mod env;
mod file;
pub mod init;
pub mod load;
mod parser;
mod placeholder;
pub mod play;
pub mod policy;
pub mod profile;
mod secret_source;
mod secret_text;
pub mod section;
pub mod selector;
pub mod settings;
pub mod show;
#[cfg(test)]
mod tests;
pub mod value;
