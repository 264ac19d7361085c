//! The parameters of a request, in its query or as members of its body.

use std::borrow::Cow;

use crate::sandbox::names::{is_foreign_domain, is_host_name, is_unknown};
use crate::sandbox::parameters::{ParameterRefusals, Parameters};
use crate::sandbox::request::{JsonBody, PageQuery};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};
use crate::sandbox::stream_state::StreamKey;

// The live pages have one code for all that is wrong with a request.
const REFUSALS: ParameterRefusals = ParameterRefusals {
    invalid: "LIVE.100011001",
    missing: |name| illegal(format!("{name} is mandatory")),
};

/// The refusal of a parameter, which is that of a domain too.
pub(super) fn illegal(message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::new(REFUSALS.invalid, message)
}

/// Reads the query of a request that knows these.
pub(super) fn of_query(request: &SandboxRequest, known: &str) -> ActionResult<Parameters> {
    Parameters::of_query(request, known, &REFUSALS)
}

/// Reads the body of a request that knows these; all are texts.
pub(super) fn of_body(request: &SandboxRequest, known: &str) -> ActionResult<Parameters> {
    Parameters::new(JsonBody::texts(request).map_err(illegal)?, known, &REFUSALS)
}

/// A text that has to be there, of at most so many characters.
fn required<'p>(parameters: &'p Parameters, name: &str, longest: usize) -> ActionResult<&'p str> {
    let text = parameters.required(name)?;
    if text.chars().count() > longest {
        return Err(illegal(format!("{name} has more than {longest} characters")));
    }
    Ok(text)
}

/// The stream that the parameters name, where the account has one of this name.
pub(super) fn stream(parameters: &Parameters) -> ActionResult<StreamKey> {
    let domain = domain(parameters, "domain")?;
    let app = required(parameters, "app_name", 128)?;
    let name = required(parameters, "stream_name", 512)?;
    // The page excludes a ban of all streams.
    if name == "*" {
        return Err(illegal("stream_name is not *"));
    }
    if is_unknown(name) {
        return Err(illegal("stream_name names no stream of this domain"));
    }
    Ok(StreamKey::new(domain, app, name))
}

/// A domain of this project.
pub(super) fn domain<'p>(parameters: &'p Parameters, name: &str) -> ActionResult<&'p str> {
    let domain = required(parameters, name, 255)?;
    if is_foreign_domain(domain) || !is_host_name(domain) {
        return Err(illegal(format!("{name} is no domain of this project")));
    }
    Ok(domain)
}

/// The page that a number, counted from 0, and a size select.
pub(super) fn page(parameters: &Parameters) -> ActionResult<PageQuery> {
    // The one vendor that counts pages from 0.
    let number = parameters.number("page", Some(0), 0..=usize::MAX - 1)? + 1;
    Ok(PageQuery { number, size: parameters.number("size", Some(10), 1..=100)? })
}
