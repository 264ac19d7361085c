//! The vendors, their APIs and their operations.
//!
//! A new operation is a file in its vendor's folder, a `mod` line and an entry in its [`Vendor`](spec::Vendor). A new vendor
//! is a folder, a `mod` line and an entry in [`VENDORS`].

pub mod jd;
pub mod name;
pub mod operation;
pub mod operation_input;
pub mod param;
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

#[cfg(test)]
pub(crate) mod tests;

use std::rc::Rc;

use crate::config::{Account, Section};
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::sandbox::simulator::Simulator;
use spec::{Vendor as Company, Vendors};

pub use name::VendorName as Name;
pub use operation::{
    Interner, Operation, OperationJson, OperationSpec, PlanContext, Warnings, to_json,
};
pub use operation_input::{OperationInput, Problem};
pub use response::{ApiStatus, ErrorClass, ResponseFormat};
pub use signature::{ShellSignature, Signature};
pub use spec::Api as Vendor;

/// Every vendor that livectl knows.
pub static VENDORS: Vendors = Vendors(&[&jd::VENDOR, &tencent::VENDOR, &shumei::VENDOR]);

/// Every operation that livectl knows.
pub static OPERATIONS: &[&OperationSpec] = &[
    &jd::timeout::SPEC,
    &jd::forbid::SPEC,
    &jd::permit::PERMIT.spec,
    &jd::drop::DROP.spec,
    &jd::forbidden::SPEC,
    &jd::online::SPEC,
    &tencent::forbid::SPEC,
    &tencent::resume::RESUME.spec,
    &tencent::drop::DROP.spec,
    &tencent::status::STATUS.spec,
    &shumei::close::SPEC,
];

/// Every vendor's part of the simulator.
pub static SIMULATORS: &[&Simulator] =
    &[&jd::sandbox::SIMULATOR, &tencent::sandbox::SIMULATOR, &shumei::sandbox::SIMULATOR];

/// What each vendor's section of a profile may hold.
pub static SECTIONS: &[&Section] =
    &[&jd::profile::SECTION, &tencent::profile::SECTION, &shumei::profile::SECTION];

fn company(is_it: impl Fn(&Company) -> bool) -> &'static Company {
    VENDORS.iter().find(|vendor| is_it(vendor)).expect("every name and section is a vendor's")
}

/// The vendor with the credentials of its account; fetches its secret.
pub fn open(
    name: Name,
    account: &dyn Fn(&'static Section) -> Result<Account>,
) -> Result<Rc<dyn Vendor>> {
    let vendor = company(|vendor| vendor.name == name);
    vendor.open(&account(vendor.section)?)
}

/// Where requests go, unless an operation says otherwise; `None` when each run has to name a cluster.
#[must_use]
pub fn endpoint(account: &Account) -> Option<Endpoint> {
    let vendor = company(|vendor| vendor.section.name == account.section().name);
    (vendor.endpoint)(account)
}
