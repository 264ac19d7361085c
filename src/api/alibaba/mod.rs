//! Alibaba Cloud: the API of `ApsaraVideo` Live and its operations.

pub mod acs3;
mod codes;
pub mod drop;
pub mod forbid;
pub mod forbidden;
pub mod online;
mod place;
pub mod profile;
pub mod resume;
pub mod sandbox;
pub mod status;

use crate::api::spec::{Vendor, VendorPage};
use crate::config::account::Account;

pub use profile::SECTION;

/// Alibaba Cloud.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "Alibaba Cloud",
    about: "Alibaba Cloud: cut off, let back, look at and list streams",
    examples: &[
        "livectl --sandbox alibaba forbid live/cam1 --domain push.example.com --for 2h",
        "livectl --sandbox alibaba status live/cam1",
        "livectl --sandbox alibaba resume live/cam1",
    ],
    section: &profile::SECTION,
    apis: &[&acs3::API_VERSION],
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
        about: "Keys, limits and traps of Alibaba Cloud, and its own words",
        blocks: include_str!(concat!(env!("OUT_DIR"), "/alibaba.json")),
    }),
};
