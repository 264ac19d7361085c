//! Shumei (`DeepCleer`): its API and its operations.
//!
//! Shumei moderates streams and does not carry them: its operations take nothing off air.

pub mod close;
pub mod cluster;
pub mod profile;
pub mod sandbox;
pub mod v4;

use crate::api::spec::Vendor;

pub use profile::SECTION;

/// Shumei.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "Shumei",
    about: "Shumei: moderation of streams",
    examples: &["livectl --sandbox shumei close 1639825145166"],
    section: &profile::SECTION,
    apis: &[&v4::API_VERSION],
    endpoint: cluster::endpoint,
    operations: &[&close::SPEC],
    simulator: &sandbox::SIMULATOR,
    sandbox_defaults: &[("cluster", sandbox::CLUSTER)],
    page: None,
};

#[cfg(test)]
pub(crate) use v4::tests;
