//! Classifies a response: the one place where success is proved.
//!
//! Success is HTTP 2xx, a JSON object in the vendor's format, the vendor's own success code, and no echo that differs from
//! the request. Everything else is an [`AttemptResult`] of another kind. The meaning of a code belongs to the vendor
//! ([`Api::classify_code`]); whether to try again is decided here.

mod http_status;
mod kept;
mod refusal;
#[cfg(test)]
mod tests;
mod unique_keys;
mod unreadable;
mod verbatim;

use serde_json::{Map, Value};

use crate::api::request::{Request, ResponseReader};
use crate::api::response::{ApiStatus, ErrorClass, Observation, ResponseFormat};
use crate::api::signature::SigningContext;
use crate::api::spec::Api;
use crate::engine::classify::kept::{blank_members, with_response};
use crate::engine::classify::unique_keys::object;
use crate::engine::retry::{AttemptResult, Retry};
use crate::net::message::Response;
use crate::outcome::answer::{Answer, Code};
use crate::outcome::fault::{Fault, FaultKind};
use crate::secret::redact::Redactor;
use crate::time::Timestamp;

/// Classifies the response to a request. `now` is when it came; the redactor knows this request's signature too.
#[must_use]
pub fn classify(
    vendor: &dyn Api,
    request: &Request,
    context: SigningContext,
    response: &Response,
    now: Timestamp,
    redactor: &Redactor,
) -> AttemptResult {
    let (format, title) = (vendor.version().format, vendor.name().title());
    let classifier =
        Classifier { vendor, format, request, context, response, now, redactor, title };
    // What is cut off could be another verdict, so a cut body is not parsed at all.
    let mut object = if response.oversized { None } else { object(&response.body) };
    let secrets = vendor.version().secret_members;
    let has_blanks = object.as_mut().is_some_and(|object| blank_members(object, secrets));
    let status = object.as_ref().and_then(format.read);
    let result = classifier.result(object.as_ref(), status.as_ref());
    let (code, message) = status.map(|status| (status.code, status.message)).unwrap_or_default();
    let code = code.map(|code| match code {
        // A code is text from outside like any other, and may echo a secret.
        Code::Word(word) => Code::Word(redactor.text(&word).into_owned()),
        Code::Number(_) => code,
    });
    let message = message.map(|message| redactor.text(message.trim()).into_owned());
    let answer = Answer { http_status: Some(response.status), code, message, ..result.answer };
    let answer = match object {
        Some(object) => with_response(answer, &response.body, object, has_blanks, redactor),
        None => answer,
    };
    AttemptResult { answer, ..result }
}

struct Classifier<'a> {
    vendor: &'a dyn Api,
    format: &'static ResponseFormat,
    request: &'a Request,
    context: SigningContext,
    response: &'a Response,
    now: Timestamp,
    redactor: &'a Redactor,
    title: &'static str,
}

impl Classifier<'_> {
    fn result(
        &self,
        object: Option<&Map<String, Value>>,
        status: Option<&ApiStatus<'_>>,
    ) -> AttemptResult {
        match (self.response.status, status) {
            (200..=299, _) => self.success(object, status),
            // By their pages, only a RESTful API puts its verdict into a 4xx; elsewhere it is a gateway's.
            (400..=499, Some(status))
                if self.format.is_restful && !status.is_success && !self.is_outweighed(status) =>
            {
                self.refusal(status)
            }
            (http_status, _) => self.http_status(http_status),
        }
    }

    fn success(
        &self,
        object: Option<&Map<String, Value>>,
        status: Option<&ApiStatus<'_>>,
    ) -> AttemptResult {
        if self.format.acts_with_no_content && self.request.question.is_none() {
            return self.no_content();
        }
        let Some((object, status)) = object.zip(status) else {
            // 2xx without the vendor's format may be a captive portal or a gateway that has passed
            // the request on: neither applied nor refused is proved.
            return AttemptResult::unknown(Retry::Backoff(None), self.wrong_format(object));
        };
        // Before the success check: a look may be answered by an error code.
        if let Some(reader) = self.request.question {
            return self.observation(reader, object, status);
        }
        if !status.is_success {
            return self.refusal(status);
        }
        match self.vendor.check_echo(self.request, object) {
            // An echo that is absent is accepted: the vendors' pages promise only the status.
            None => AttemptResult::applied(),
            Some(text) => {
                let fault = Fault::new(FaultKind::Echo, self.quote(&text))
                    .hint("look at the vendor's console before anything else");
                AttemptResult::unknown(Retry::No, fault)
            }
        }
    }

    /// The success of a request that acts, at an API that answers it with 204 and no body.
    fn no_content(&self) -> AttemptResult {
        if self.response.status == 204 && self.response.body.is_empty() {
            return AttemptResult::applied();
        }
        // 200 with whatever body may be a portal's or a gateway's.
        AttemptResult::unknown(Retry::Backoff(None), self.unexpected_content())
    }

    /// Whether the HTTP status decides over a code that is plainly a refusal.
    fn is_outweighed(&self, status: &ApiStatus<'_>) -> bool {
        let class = status.code.as_ref().map(|code| self.class(status, code));
        // A gateway may put a general code beside 401 or 429. Read as a refusal of the target, a
        // wrong key would be tried with every other target too.
        let is_plain = class.is_none_or(|class| class == ErrorClass::Refused);
        is_plain && matches!(self.response.status, 401 | 407 | 408 | 429)
    }

    fn class(&self, status: &ApiStatus<'_>, code: &Code) -> ErrorClass {
        status.class.unwrap_or_else(|| self.vendor.classify_code(code))
    }

    /// The state or the list in the response to a look.
    fn observation(
        &self,
        reader: ResponseReader,
        object: &Map<String, Value>,
        status: &ApiStatus<'_>,
    ) -> AttemptResult {
        // Tencent's legacy API answers the state of a channel that never pushed with an error code.
        let is_code = |(code, _): &&(i64, &str)| status.code == Some(Code::Number(*code));
        let observation = match reader.answers.iter().find(is_code) {
            Some((_, state)) => Some(Observation::state(*state)),
            None if status.is_success => (reader.read)(self.request, object),
            None => return self.refusal(status),
        };
        let Some(Observation { state, items, total, has_more }) = observation else {
            return AttemptResult::unknown(Retry::Backoff(None), no_state(self.title));
        };
        let items =
            // A list may repeat push URLs, and with them secrets of the run.
            items.map(|items| items.into_iter().map(|item| self.redactor.json(item)).collect());
        let answer = Answer { state, ..Answer::default() };
        AttemptResult { answer, items, total, has_more, ..AttemptResult::applied() }
    }
}

/// The fault of a look that is answered without the state that it asks for.
pub(super) fn no_state(title: &str) -> Fault {
    let message = format!("{title} answers without the state");
    Fault::new(FaultKind::Protocol, message)
}
