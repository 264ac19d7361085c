//! Tencent Cloud: the versions of its live API and its operations.
//!
//! There is no list of banned streams: Tencent removed `DescribeLiveForbidStreamList` on 2025-11-28, so a ban is read stream by
//! stream.

mod channel;
mod codes;
pub mod drop;
pub mod forbid;
pub mod legacy;
pub mod online;
mod place;
pub mod profile;
pub mod resume;
pub mod sandbox;
pub mod status;
pub mod v3;

use crate::api::spec::Vendor;
use crate::config::account::Account;

pub use profile::SECTION;

/// Tencent Cloud.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "Tencent Cloud",
    about: "Tencent Cloud: cut off, let back and look at channels",
    examples: &[
        "livectl --sandbox tencent forbid 8888_test123 --for 2h",
        "livectl --sandbox tencent status 8888_test123",
        "livectl --sandbox tencent resume 8888_test123",
    ],
    section: &profile::SECTION,
    apis: &[&legacy::API_VERSION, &v3::API_VERSION],
    endpoint: Account::endpoint,
    operations: &[&forbid::SPEC, &resume::SPEC, &drop::SPEC, &status::SPEC, &online::SPEC],
    simulator: &sandbox::SIMULATOR,
    sandbox_defaults: &[],
    page: None,
};

#[cfg(test)]
pub(crate) use legacy::tests;
