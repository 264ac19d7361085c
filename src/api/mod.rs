//! The vendors, their APIs and their operations.
//!
//! A new operation is a file in its vendor's folder, a `mod` line and an entry in its [`Vendor`](spec::Vendor). A new vendor
//! is a folder, a `mod` line and an entry in [`VENDORS`].

pub mod alibaba;
mod annotation;
pub mod ban_end;
pub mod codes;
pub mod credentials;
pub mod hmac;
pub mod huawei;
pub mod jd;
pub mod keys;
pub mod live_list;
pub mod live_operation;
pub mod live_specs;
pub mod live_stream;
pub mod name;
pub mod operation;
pub mod operation_input;
pub mod operation_json;
pub mod param;
pub mod plan_texts;
pub mod reason;
pub mod request;
pub mod response;
pub mod setting;
pub mod shumei;
pub mod signature;
pub mod signing;
pub mod spec;
pub mod target;
pub mod tencent;
mod verdict;
pub mod volcengine;

#[cfg(test)]
pub(crate) mod tests;

use spec::Vendors;

/// Every vendor that livectl knows.
// In the order of the help, of `config init` and of reports.
pub static VENDORS: Vendors = Vendors(&[
    &jd::VENDOR,
    &tencent::VENDOR,
    &shumei::VENDOR,
    &alibaba::VENDOR,
    &volcengine::VENDOR,
    &huawei::VENDOR,
]);
