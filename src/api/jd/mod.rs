//! JD Cloud: the versions of its live API and its operations.
//!
//! The manual's pages are in <https://github.com/jdcloudcom/en>: those of `Live-Video-Open-Api`, the [`legacy`] API, under
//! `documentation/Storage-and-CDN/CDN/API-Reference`, those of the [`openapi`] under `API/Live-Video`.

pub mod drop;
pub mod forbid;
mod forbid_length;
pub mod forbidden;
pub mod legacy;
pub mod online;
pub mod openapi;
pub mod permit;
pub mod profile;
pub mod sandbox;
pub mod status;
mod stream_operation;
pub mod timeout;

use crate::api::spec::Vendor;
use crate::config::account::Account;

pub use profile::SECTION;

/// JD Cloud.
pub static VENDOR: Vendor = Vendor {
    name: profile::NAME,
    full_name: "JD Cloud",
    about: "JD Cloud: cut off, let back and list streams; push time-outs",
    examples: &[
        "livectl --sandbox jd timeout push.example.com --seconds 30",
        "livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m",
        "livectl --sandbox jd permit live/cam1 --domain push.example.com",
    ],
    section: &profile::SECTION,
    apis: &[&legacy::API_VERSION, &openapi::API_VERSION],
    endpoint: Account::endpoint,
    operations: &[
        &timeout::SPEC,
        &forbid::SPEC,
        &permit::SPEC,
        &drop::SPEC,
        &forbidden::SPEC,
        &online::SPEC,
        &status::SPEC,
    ],
    simulator: &sandbox::SIMULATOR,
    sandbox_defaults: &[],
    page: None,
};

#[cfg(test)]
pub(crate) use legacy::tests;
