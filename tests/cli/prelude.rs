//! The names that nearly every test uses.

pub use std::time::{Duration, Instant};

pub use serde_json::{Value, json};

pub use crate::fault_server::FaultServer;
pub use crate::fault_server::request::ReceivedRequest;
pub use crate::fixture::{
    RunOutput, ServedSandbox, TestHome, VendorServer, assert_contains, assert_members, lines,
    newer_profile, operation, outcome, profile, send_signal, wait_for_end,
};
pub use crate::recording_server::{MockResponse, RecordingServer, accepted, response};
