//! The parameters of an action: those of the query of a GET, or the members of the JSON body of a POST.

use hyper::Method;

use crate::sandbox::names::is_host_name;
use crate::sandbox::parameters::{ParameterRefusals, Parameters};
use crate::sandbox::request::{JsonBody, query};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};

const REFUSALS: ParameterRefusals = ParameterRefusals { invalid: "InvalidParam", missing };

/// The refusal of a request without this parameter.
pub(super) fn missing(name: &str) -> Refusal {
    Refusal::new("MissingParameter", format!("The request is missing {name} parameter."))
}

/// Reads the parameters of an action that knows these.
pub(super) fn read(request: &SandboxRequest, known: &str) -> ActionResult<Parameters> {
    let mut pairs = query(request).map_err(|message| Refusal::new(REFUSALS.invalid, message))?;
    // These two select the action, in a POST too.
    pairs.retain(|(name, _)| !["Action", "Version"].contains(&&**name));
    if request.method() == Method::POST {
        let members = JsonBody::texts(request);
        pairs.extend(members.map_err(|why| Refusal::new("InvalidParam.BindError", why))?);
    }
    Parameters::new(pairs, known, &REFUSALS)
}

/// A name of at most so many letters, digits, `_`, `-` and `.`.
pub(super) fn name<'p>(
    parameters: &'p Parameters,
    name: &str,
    longest: usize,
) -> ActionResult<Option<&'p str>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    match parameters.text(name) {
        Some(text) if text.len() > longest || !text.bytes().all(is_plain) => {
            let message = format!("{name} is not 1 to {longest} of A-Z, a-z, 0-9, _, - and .");
            Err(Refusal::new("InvalidParam.Format", message))
        }
        text => Ok(text),
    }
}

/// A domain, or the space of one, which has its name here.
pub(super) fn host<'p>(parameters: &'p Parameters, name: &str) -> ActionResult<Option<&'p str>> {
    match parameters.text(name) {
        Some(text) if !is_host_name(text) => {
            Err(Refusal::new("InvalidParam.Format", format!("{name} is no host name")))
        }
        text => Ok(text),
    }
}
