//! Huawei Cloud: the API of Live and its operations.

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
pub mod v1;

use crate::api::spec::{Vendor, VendorPage};

/// Huawei Cloud.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "Huawei Cloud",
    about: "Huawei Cloud: cut off, let back, look at and list streams",
    examples: &[
        "livectl --sandbox huawei forbid live/cam1 --domain push.example.com --for 2h",
        "livectl --sandbox huawei status live/cam1",
        "livectl --sandbox huawei resume live/cam1",
    ],
    section: &profile::SECTION,
    apis: &[&v1::API_VERSION],
    endpoint: profile::endpoint,
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
        about: "Keys, limits and traps of Huawei Cloud, and its own words",
        blocks: include_str!(concat!(env!("OUT_DIR"), "/huawei.json")),
    }),
};
