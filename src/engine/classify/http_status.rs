//! Responses that the HTTP status alone decides: redirects, gateways, proxies, and the wait that `Retry-After` asks for.

use std::time::Duration;

use crate::engine::classify::Classifier;
use crate::engine::retry::{AttemptResult, Retry};
use crate::outcome::fault::{Fault, FaultKind};
use crate::time;

/// The hint for a path that no vendor's API has.
const CHECK_PATH: &str = "check the endpoint and the proxy in the profile";

/// The hint for a refusal that no vendor's API gives.
const CHECK_ACCESS: &str = "a gateway or a firewall refuses it; check the endpoint and the proxy in the profile, and whether this \
                            machine's address is allowed";

/// The hint for a proxy without a login.
const GIVE_LOGIN: &str =
    "write the proxy as http://USER:PASSWORD@HOST:PORT, with a login that it takes";

impl Classifier<'_> {
    pub(super) fn http_status(&self, status: u16) -> AttemptResult {
        let fault = |kind, what: &str, hint: &str| {
            Fault::new(kind, format!("{} answered HTTP {status}{what}", self.title)).hint(hint)
        };
        let refused =
            |what, hint| AttemptResult::not_applied(Retry::No, fault(FaultKind::Http, what, hint));
        match status {
            // Followed, it would repeat the signed request to a host that the profile does not name.
            300..=399 => {
                let what = ", a redirect, which is never followed";
                let hint = "check the endpoint in the profile";
                AttemptResult::not_applied(Retry::No, fault(FaultKind::Redirect, what, hint))
            }
            401 => self.refused_credentials(fault(
                FaultKind::Credentials,
                ": the credentials are refused",
                "check the credentials and the endpoint in the profile",
            )),
            429 => {
                let next = "lower --rate, or try again later";
                let fault = fault(FaultKind::Throttled, ": too many requests", next);
                let retry = Retry::Throttled(self.retry_after());
                AttemptResult::not_applied(retry, self.with_retry_after(fault))
            }
            // A 502 or 504 of a gateway may come after the vendor has acted. A server that switches
            // protocols (101) has received the request, and continues in another protocol.
            ..=199 | 408 | 500.. => {
                let next = match self.request.question {
                    Some(_) => "a fault of the vendor or of a gateway; try again later",
                    None => "it may have taken effect; read the state before it is sent again",
                };
                let fault = self.with_retry_after(fault(FaultKind::Http, "", next));
                AttemptResult::unknown(Retry::Backoff(self.retry_after()), fault)
            }
            // The proxy kept the request: no other machine has seen it.
            407 => refused(": a proxy wants a user name and a password", GIVE_LOGIN),
            403 => refused("", CHECK_ACCESS),
            _ => refused("", CHECK_PATH),
        }
    }

    /// The fault with the wait that the response asks for before its hint.
    fn with_retry_after(&self, mut fault: Fault) -> Fault {
        if let Some(seconds @ 1..) = self.retry_after().map(|wait| wait.as_secs()) {
            let (wait, next) = (time::length(seconds), fault.hint.unwrap_or_default());
            let hint = format!("the reply asks to wait {wait} before another; {next}");
            fault.hint = Some(hint);
        }
        fault
    }

    /// The wait that the response asks for: seconds or a date. Anything else is ignored.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let text = self.response.retry_after.as_deref()?.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            // More digits than fit into a number are a wait that fits no deadline.
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        // A date in the past is no wait.
        Some((time::http_date(text)? - self.now).to_std().unwrap_or_default())
    }
}
