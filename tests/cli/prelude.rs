//! The names that nearly every test uses.

pub use std::time::{Duration, Instant};

pub use serde_json::{Value, json};

pub use crate::fault_server::FaultServer;
pub use crate::fault_server::request::ReceivedRequest;
pub use crate::fixture::{
    RunOutput, ServedSandbox, TestHome, VendorServer, lines, newer_profile, profile,
};
pub use crate::recording_server::{MockResponse, RecordingServer, accepted, response};
