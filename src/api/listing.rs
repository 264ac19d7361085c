//! Lists of the streams of one domain: the parameters that every vendor's lists share, and how they are read.
//!
//! Owns no list: requests, pages and items are in the vendors' folders.

use serde_json::Value;

use crate::api::name::VendorName;
use crate::api::operation::PlanContext;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::target::{domain, named_domain};

/// The one domain whose streams are listed.
pub static LISTED_DOMAIN: TargetSpec = TargetSpec {
    value_name: "DOMAIN",
    help: "Their push domain [default: the profile's]",
    flag: Some("domain"),
};

/// The application whose streams are listed.
pub static APP: Param = Param::text("app", "APP", "Of this application alone");

/// The domain whose streams are listed: the target, which a command may leave to the profile.
pub fn listed_domain<'a>(
    input: &'a OperationInput<'_>,
    context: &'a PlanContext<'_>,
    vendor: VendorName,
) -> Result<&'a str, Problem> {
    // A line of a file names it in `target`, a command in --domain.
    if context.is_file {
        return domain(&input.target, "target");
    }
    let is_left_out = input.target.is_empty();
    let named = if is_left_out { named_domain(input, context, vendor)? } else { &input.target };
    domain(named, "domain")
}

/// The filters that are given, as the settings of an operation.
#[must_use]
pub fn settings<const N: usize>(
    filters: [(&Param, Option<&str>); N],
) -> Vec<(&'static str, Value)> {
    let given = filters.into_iter().filter_map(|(param, text)| Some((param.name, text?.into())));
    given.collect()
}
