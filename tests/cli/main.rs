//! The binary from outside: what it sends, prints and returns.

mod apply;
mod drift;
mod faults;
mod journal;
mod limits;
mod mock;
mod output;
mod plan;
mod profile;
mod secrets;
mod signals;
mod stage;
mod vendors;
