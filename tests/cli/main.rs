//! The binary from outside: what it sends, prints and returns.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test, and nothing here is an API"
)]

mod aliases;
mod apply;
mod classes;
mod closing;
mod clouds;
mod completions;
mod doctor;
mod drift;
mod ends;
#[expect(dead_code, reason = "the tests of `src/net` use the rest of it")]
mod fault_server;
mod faults;
mod fixture;
mod follow;
mod hashes;
mod holds;
mod host;
mod identity;
mod input_forms;
mod journal;
mod journal_file;
mod layers;
mod limits;
mod log;
mod looks;
mod operations;
mod output;
mod packaging;
mod pipes;
mod plan;
mod play;
mod play_server;
mod policy;
mod prelude;
mod profile;
mod queue;
mod recording_server;
mod refusals;
mod sandbox_runs;
mod secrets;
mod signals;
mod static_libc;
mod success;
mod temporary_keys;
mod trust;
mod undo;
mod undo_histories;
mod vendor_messages;
mod watch;
mod wrapped_targets;
