//! The vendor's refusals: what each class of code proves, and how the clocks of both machines bear on a wrong key.

use crate::api::response::{ApiStatus, ErrorClass};
use crate::engine::classify::Classifier;
use crate::engine::retry::{AttemptResult, Retry};
use crate::outcome::answer::Code;
use crate::outcome::fault::{Fault, FaultKind};
use crate::time::{self, Timestamp};

const ADDRESS_NOT_ACCEPTED: &str = "does not accept requests from this machine's IP address";

impl Classifier<'_> {
    pub(super) fn refusal(&self, status: &ApiStatus<'_>) -> AttemptResult {
        let Some(code) = &status.code else {
            return AttemptResult::unknown(Retry::Backoff(None), self.wrong_format(None));
        };
        let fault = |kind, verb| self.refusal_fault(status, code, kind, verb);
        let refused =
            || AttemptResult::not_applied(Retry::No, fault(FaultKind::Refused, "refused"));
        match self.class(status, code) {
            ErrorClass::Refused => {
                AttemptResult { credentials_hint: self.credentials_hint(code), ..refused() }
            }
            // For want of a permission: beside it no HTTP status makes it a refusal of the key.
            ErrorClass::Denied => refused(),
            ErrorClass::Address => {
                self.refused_address(fault(FaultKind::Credentials, ADDRESS_NOT_ACCEPTED))
            }
            ErrorClass::Throttled => AttemptResult::not_applied(
                Retry::Throttled(self.retry_after()),
                fault(FaultKind::Throttled, "asks for fewer requests"),
            ),
            // Not the longer wait: the vendor has not asked for fewer requests.
            ErrorClass::NonceUsed => AttemptResult::not_applied(
                Retry::Backoff(self.retry_after()),
                fault(FaultKind::Throttled, "has seen this signature's nonce before"),
            ),
            // The vendor's own fault may come after it has acted.
            ErrorClass::Unclear => AttemptResult::unknown(
                Retry::Backoff(self.retry_after()),
                fault(FaultKind::Http, "reports a fault of its own"),
            ),
            // JD signs a date: after midnight the key is right, and a fresh signature succeeds.
            ErrorClass::Credentials if self.vendor.is_stale(code, self.context, self.now) => {
                let fault = fault(FaultKind::Credentials, "refused a signature of yesterday");
                AttemptResult::not_applied(Retry::Backoff(None), fault)
            }
            ErrorClass::Credentials => {
                self.refused_credentials(fault(FaultKind::Credentials, "refused the credentials"))
            }
        }
    }

    fn refusal_fault(
        &self,
        status: &ApiStatus<'_>,
        code: &Code,
        kind: FaultKind,
        verb: &str,
    ) -> Fault {
        let message = status.message.unwrap_or_default();
        let words =
            if message.trim().is_empty() { "no reason given".into() } else { self.quote(message) };
        let shown = match code {
            Code::Number(number) => format!("{} {number}", self.format.field),
            Code::Word(word) => self.quote(word),
        };
        let message = format!("{} {verb}: {words} ({shown})", self.title);
        Fault { hint: self.vendor.explain(self.request, code), ..Fault::new(kind, message) }
    }

    /// Refused credentials, which stop the vendor's queue.
    pub(super) fn refused_credentials(&self, mut fault: Fault) -> AttemptResult {
        // A signature may be refused for the time in it, and a wrong clock looks like a wrong key.
        let clocks = self.clocks().map(|(here, server)| time::difference(here, server));
        let hints = [fault.hint.take(), clocks];
        fault.hint = hints.into_iter().flatten().reduce(|hint, clocks| format!("{hint}; {clocks}"));
        let fatal = Some("refused the credentials");
        AttemptResult { fatal, ..AttemptResult::not_applied(Retry::No, fault) }
    }

    /// An address that is not allowed, which stops the vendor's queue too.
    fn refused_address(&self, fault: Fault) -> AttemptResult {
        let list = self.vendor.version().address_list;
        let list = list.map(|list| format!(" in {list}")).unwrap_or_default();
        let hint = format!(
            "the key is not the reason; allow the public address of this machine{list}, or run livectl on a machine that \
             is allowed"
        );
        let fault = Fault { is_about_address: true, ..fault.hint(hint) };
        let fatal = Some("does not accept this machine's IP address");
        AttemptResult { fatal, ..AttemptResult::not_applied(Retry::No, fault) }
    }

    /// The hint for a code that may also mean wrong credentials.
    fn credentials_hint(&self, code: &Code) -> Option<Box<str>> {
        let doubt = self.vendor.credentials_doubt(code)?;
        let mut hint = doubt.hint.to_owned();
        if let Some((here, server)) = self.clocks()
            && (here - server).abs() > doubt.clock_tolerance
        {
            hint.push_str(&format!("; {}", time::difference(here, server)));
        }
        Some(hint.into())
    }

    /// This machine's clock and the server's, at the moment of the exchange at which they are nearest.
    fn clocks(&self) -> Option<(Timestamp, Timestamp)> {
        let server = time::http_date(self.response.date.as_deref()?)?;
        // The server may have read its clock at any moment between request and response. A slow
        // response must not look like a wrong clock.
        Some((server.max(self.context.at).min(self.now), server))
    }
}
