//! The domains of the simulated account: `play.example.com` is the play domain of the push domain `push.example.com`.

use crate::sandbox::names::{is_foreign_domain, is_host_name};
use crate::sandbox::parameters::Parameters;
use crate::sandbox::simulator::{ActionResult, Refusal};

/// The push domain of a play domain.
pub(super) fn push_domain(domain: &str) -> Option<String> {
    let rest = domain.to_lowercase();
    rest.strip_prefix("play.").map(|rest| format!("push.{rest}"))
}

/// A domain of this account.
pub(super) fn owned_domain(parameters: &Parameters) -> ActionResult<&str> {
    let domain = parameters.required("DomainName")?;
    if is_foreign_domain(domain) || !is_host_name(domain) {
        let message = "The domain provided does not exist in our records.";
        return Err(Refusal::new("InvalidDomain.NotFound", message));
    }
    Ok(domain)
}
