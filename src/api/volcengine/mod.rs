//! Volcengine: its live API and its operations.

mod codes;
pub mod drop;
pub mod forbid;
pub mod forbidden;
pub mod online;
pub mod openapi;
mod place;
pub mod profile;
pub mod resume;
pub mod sandbox;
pub mod status;

use crate::api::spec::{Vendor, VendorPage};
use crate::config::account::Account;

pub use profile::SECTION;

/// Volcengine.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "Volcengine",
    about: "Volcengine: cut off, let back, look at and list streams",
    examples: &[
        "livectl --sandbox volcengine forbid live/cam1 --for 2h",
        "livectl --sandbox volcengine status live/cam1",
        "livectl --sandbox volcengine resume live/cam1",
    ],
    section: &profile::SECTION,
    apis: &[&openapi::API_VERSION],
    endpoint: Account::endpoint,
    operations: &[
        &forbid::SPEC,
        &resume::SPEC,
        &drop::SPEC,
        &status::SPEC,
        &online::SPEC,
        &forbidden::SPEC,
    ],
    simulator: &sandbox::SIMULATOR,
    sandbox_defaults: &[],
    page: Some(&VendorPage {
        about: "Keys, limits and traps of Volcengine, and its own words",
        blocks: include_str!(concat!(env!("OUT_DIR"), "/volcengine.json")),
    }),
};
