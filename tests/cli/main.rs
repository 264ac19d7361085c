//! The binary from outside: what it sends, prints and returns.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test, and nothing here is an API"
)]

mod apply;
mod counter;
mod doctor;
mod drift;
mod fault_server;
mod faults;
mod host;
mod journal;
mod journal_file;
mod limits;
mod mock;
mod operations;
mod output;
mod plan;
mod profile;
mod secrets;
mod signals;
mod stage;
mod vendors;
