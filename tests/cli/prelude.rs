//! The names that many tests use.

pub use std::collections::{BTreeMap, BTreeSet};
pub use std::path::Path;
pub use std::process::{Command, Stdio};
pub use std::sync::{Arc, Mutex};
pub use std::time::{Duration, Instant};
pub use std::{fs, thread};

pub use chrono::{DateTime, TimeDelta, Utc};
pub use livectl::api::VENDORS;
pub use serde_json::{Value, json};

pub use crate::fault_server::certificates::{AUTHORITY, CertificateKind};
pub use crate::fault_server::request::ReceivedRequest;
pub use crate::fault_server::{FaultServer, ServerAct, ServerStep, closed_address, http};
pub use crate::faults::report_skipped;
pub use crate::fixture::{
    JD_SECRET, OPENAPI_SECRET, RunOutput, SHUMEI_SECRET, ServedSandbox, TENCENT_SECRET, TestHome,
    V3_SECRET, VendorServer, assert_contains, assert_members, lines, newer_profile, operation,
    outcome, profile, send_signal, tencent_variables, wait_for_end,
};
pub use crate::play_server::{PlayAnswer, PlayServer};
pub use crate::recording_server::{MockResponse, RecordingServer, accepted, response};
pub use crate::refusals::{assert_refused, printed_commands, run_first_printed};
pub use crate::secrets::{leak, leak_in_files};
pub use crate::vendor_messages::{SentOperation, accept, accept_after, late_for};
