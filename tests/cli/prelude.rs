//! The names that many tests use.

pub use std::process::Stdio;
pub use std::time::{Duration, Instant};
pub use std::{fs, thread};

pub use chrono::{DateTime, TimeDelta, Utc};
pub use livectl::api::VENDORS;
pub use serde_json::{Value, json};

pub use crate::fault_server::request::ReceivedRequest;
pub use crate::fault_server::{FaultServer, ServerStep, http};
pub use crate::faults::report_skipped;
pub use crate::fixture::{
    RunOutput, ServedSandbox, TestHome, VendorServer, assert_contains, assert_members, lines,
    newer_profile, operation, outcome, profile, send_signal, tencent_variables, wait_for_end,
};
pub use crate::recording_server::{MockResponse, RecordingServer, accepted, response};
pub use crate::vendor_messages::{accept, accept_after, late_for};
