//! Bodies that are not the vendor's: why they cannot be read, and what of them a message quotes.

use serde_json::{Map, Value};

use crate::engine::classify::Classifier;
use crate::outcome::fault::{Fault, FaultKind};
use crate::text::excerpt;

/// How much of a vendor's text is quoted in a message, in characters.
pub(super) const QUOTED: usize = 200;

/// The hint for an answer that is not the vendor's.
const CHECK_ENDPOINT: &str =
    "check that the endpoint is the vendor's, not a proxy's or a captive portal's";

impl Classifier<'_> {
    pub(super) fn wrong_format(&self, object: Option<&Map<String, Value>>) -> Fault {
        let body = &self.response.body;
        let what = match object {
            _ if self.response.oversized => format!("is longer than {} bytes", body.len()),
            _ if body.is_empty() => "is empty".into(),
            Some(_) => format!("holds no {}", self.format.mark),
            None => match self.response.encoding_problem() {
                // The body is not quoted: it is no text.
                Some(what) => {
                    let hint = "check the proxy and the gateway on the way to the vendor";
                    return self.unreadable(&what).hint(hint);
                }
                None => "is not one JSON object, each of its keys once".into(),
            },
        };
        let quoted = self.quote(&String::from_utf8_lossy(body));
        let quoted = if quoted.is_empty() { String::new() } else { format!(": {quoted}") };
        self.unreadable(&format!("{what}{quoted}")).hint(CHECK_ENDPOINT)
    }

    /// The fault of an answer with content where the vendor's API has none.
    pub(super) fn unexpected_content(&self) -> Fault {
        let status = self.response.status;
        let message = format!("{} answered HTTP {status}, not 204 without a body", self.title);
        Fault::new(FaultKind::Protocol, message).hint(CHECK_ENDPOINT)
    }

    fn unreadable(&self, what: &str) -> Fault {
        let message = format!("the answer to a request to {} {what}", self.title);
        Fault::new(FaultKind::Protocol, message)
    }

    /// A text from outside as a message quotes it.
    pub(super) fn quote(&self, text: &str) -> String {
        // Redacted before it is cut: half a secret at the cut would not be found, and would be printed.
        excerpt(&self.redactor.text(text), QUOTED)
    }
}
