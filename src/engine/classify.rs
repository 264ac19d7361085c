//! Classifies a response: the one place where success is proved.
//!
//! Success is HTTP 2xx, a JSON object in the vendor's format, the vendor's own success code, and no echo that differs from
//! the request. Everything else is an [`AttemptResult`] of another kind. The meaning of a code belongs to the vendor
//! ([`Api::classify_code`]); whether to try again is decided here.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::api::request::{Request, ResponseReader};
use crate::api::response::Observation;
use crate::api::response::{ApiStatus, CredentialsDoubt, ErrorClass, ResponseFormat};
use crate::api::signature::SigningContext;
use crate::api::spec::Api;
use crate::engine::retry::{AttemptResult, FatalCause, Retry};
use crate::engine::unique_keys::object;
use crate::engine::verbatim::compact;
use crate::net::message::Response;
use crate::outcome::answer::{Answer, Code, JsonText};
use crate::outcome::fault::{Fault, FaultKind};
use crate::secret::redact::{BLANK, Redactor};
use crate::text::excerpt;
use crate::time;
use crate::time::Timestamp;

/// How much of a vendor's text is quoted in a message, in characters.
const QUOTED: usize = 200;

/// The hint for an answer that is not the vendor's.
const CHECK_ENDPOINT: &str =
    "check that the endpoint is the vendor's, not a proxy's or a captive portal's";

/// The longest response that a result keeps, in bytes.
// A run keeps the results of all its targets; with 1 MiB each, a thousand take a gigabyte.
const KEPT: usize = 64 << 10;

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
    let format = vendor.version().format;
    let classifier = Classifier {
        vendor,
        format,
        request,
        context,
        response,
        now,
        redactor,
        title: vendor.name().title(),
    };
    // What is cut off could be another verdict, so a cut body is not parsed at all.
    let mut object = if response.oversized { None } else { object(&response.body) };
    let has_blanks = object
        .as_mut()
        .is_some_and(|object| blank_members(object, vendor.version().secret_members));
    let status = object.as_ref().and_then(format.read);
    let result = match (response.status, &status) {
        (200..=299, _) => classifier.success(object.as_ref(), status.as_ref()),
        // By their pages, only a RESTful API puts its verdict into a 4xx; elsewhere it is a gateway's.
        (400..=499, Some(status))
            if format.is_restful && !status.is_success && !classifier.is_outweighed(status) =>
        {
            classifier.refusal(status)
        }
        (http_status, _) => classifier.http_status(http_status),
    };
    let is_object = object.is_some();
    let (code, message) = status.map(|status| (status.code, status.message)).unwrap_or_default();
    let code = code.map(|code| match code {
        // A code is text from outside like any other, and may echo a secret.
        Code::Word(word) => Code::Word(redactor.text(&word).into_owned()),
        Code::Number(_) => code,
    });
    let mut message = message.map(|message| redactor.text(message.trim()).into_owned());
    let http_status = Some(response.status);
    let body = &response.body;
    let response = object.filter(|_| body.len() <= KEPT);
    if is_object && body.len() > KEPT {
        let left_out = format!("the response of {} KiB is left out", body.len() >> 10);
        message =
            Some(message.map_or(left_out.clone(), |message| format!("{message}; {left_out}")));
    }
    let response = response.and_then(|object| redacted(body, object, has_blanks, redactor));
    let answer = Answer { http_status, code, message, response, ..result.answer };
    AttemptResult { answer, ..result }
}

/// Blanks the members of these names, however deep; whether there was one.
fn blank_members(object: &mut Map<String, Value>, names: &[&str]) -> bool {
    fn blank_in(value: &mut Value, names: &[&str]) -> bool {
        match value {
            Value::Object(object) => blank_members(object, names),
            Value::Array(items) => {
                items.iter_mut().fold(false, |found, item| blank_in(item, names) | found)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    let mut has_blanked = false;
    // Most vendors have none, and a list may have 20,000 rows.
    for (name, value) in object.iter_mut().filter(|_| !names.is_empty()) {
        if names.contains(&name.as_str()) {
            *value = BLANK.into();
            has_blanked = true;
        } else {
            has_blanked |= blank_in(value, names);
        }
    }
    has_blanked
}

/// The body as it came, on one line; where it repeats a secret, written anew without that.
fn redacted(
    body: &[u8],
    object: Map<String, Value>,
    has_blanks: bool,
    redactor: &Redactor,
) -> Option<JsonText> {
    let text = compact(std::str::from_utf8(body).ok()?);
    let object = Value::Object(object);
    // An escape such as `\u0061` hides a secret from a search in the text, so the parsed strings
    // are searched as well. Only where there is one: it costs a walk through the whole object.
    let is_escaped = text.contains('\\');
    if has_blanks || is_escaped && redactor.finds_in(&object) || redactor.finds(&text) {
        let clean = redactor.json(object).to_string();
        // A number may show digits of a secret that its value has lost.
        return JsonText::new(clean).filter(|clean| !redactor.finds(clean.as_str()));
    }
    JsonText::new(text)
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
                let fault = Fault::new(FaultKind::Echo, self.quote(&text));
                AttemptResult::unknown(
                    Retry::No,
                    fault.hint("look at the vendor's console before anything else"),
                )
            }
        }
    }

    /// The success of a request that acts, at an API that answers it with 204 and no body.
    fn no_content(&self) -> AttemptResult {
        if self.response.status == 204 && self.response.body.is_empty() {
            return AttemptResult::applied();
        }
        // 200 with whatever body may be a portal's or a gateway's.
        let message = format!(
            "{} answered HTTP {}, not 204 without a body",
            self.title, self.response.status
        );
        let fault = Fault::new(FaultKind::Protocol, message).hint(CHECK_ENDPOINT);
        AttemptResult::unknown(Retry::Backoff(None), fault)
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
            let fault = Fault::new(
                FaultKind::Protocol,
                format!("{} answers without saying how things stand", self.title),
            );
            return AttemptResult::unknown(Retry::Backoff(None), fault);
        };
        let items =
            // A list may repeat push URLs, and with them secrets of the run.
            items.map(|items| items.into_iter().map(|item| self.redactor.json(item)).collect());
        AttemptResult {
            answer: Answer { state, ..Answer::default() },
            items,
            total,
            has_more,
            ..AttemptResult::applied()
        }
    }

    fn refusal(&self, status: &ApiStatus<'_>) -> AttemptResult {
        let Some(code) = &status.code else {
            return AttemptResult::unknown(Retry::Backoff(None), self.wrong_format(None));
        };
        let message = status.message.unwrap_or_default();
        let words =
            if message.trim().is_empty() { "no reason given".into() } else { self.quote(message) };
        let shown = match code {
            Code::Number(number) => format!("{} {number}", self.format.field),
            Code::Word(word) => self.quote(word),
        };
        let hint = self.vendor.explain(self.request, code);
        let fault = |kind, verb| Fault {
            hint,
            ..Fault::new(kind, format!("{} {verb}: {words} ({shown})", self.title))
        };
        match self.class(status, code) {
            ErrorClass::Refused => {
                let doubt = self.vendor.credentials_doubt(code);
                AttemptResult {
                    credentials_hint: doubt.map(|doubt| self.credentials_hint(doubt).into()),
                    ..AttemptResult::not_applied(Retry::No, fault(FaultKind::Refused, "refused"))
                }
            }
            // Beside it no HTTP status makes it a refusal of the key.
            ErrorClass::Denied => {
                AttemptResult::not_applied(Retry::No, fault(FaultKind::Refused, "refused"))
            }
            ErrorClass::Address => {
                let refused = "does not accept requests from this machine's IP address";
                let fault = fault(FaultKind::Credentials, refused);
                let fault =
                    Fault { hint: Some(self.address_hint()), is_about_address: true, ..fault };
                AttemptResult {
                    fatal: Some(FatalCause::Address),
                    ..AttemptResult::not_applied(Retry::No, fault)
                }
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
                AttemptResult::not_applied(
                    Retry::Backoff(None),
                    fault(FaultKind::Credentials, "refused a signature of yesterday"),
                )
            }
            ErrorClass::Credentials => {
                self.refused_credentials(fault(FaultKind::Credentials, "refused the credentials"))
            }
        }
    }

    /// Refused credentials, which stop the vendor's queue.
    fn refused_credentials(&self, mut fault: Fault) -> AttemptResult {
        // A signature may be refused for the time in it, and a wrong clock looks like a wrong key.
        let hints = [fault.hint.take(), self.clock_difference()];
        fault.hint = hints.into_iter().flatten().reduce(|hint, clock| format!("{hint}; {clock}"));
        AttemptResult {
            fatal: Some(FatalCause::Credentials),
            ..AttemptResult::not_applied(Retry::No, fault)
        }
    }

    /// The hint where this machine's address is not allowed.
    fn address_hint(&self) -> String {
        let list = self
            .vendor
            .version()
            .address_list
            .map(|list| format!(" in {list}"))
            .unwrap_or_default();
        format!(
            "the key is not the reason; allow the public address of this machine{list}, or run livectl on a machine that \
             is allowed"
        )
    }

    fn credentials_hint(&self, doubt: CredentialsDoubt) -> String {
        let (mut hint, tolerance) = (doubt.hint.to_owned(), doubt.clock_tolerance);
        if let Some((here, server)) = self.clocks()
            && (here - server).abs() > tolerance
        {
            hint.push_str(&format!("; {}", time::difference(here, server)));
        }
        hint
    }

    /// How far this machine's clock is from the server's.
    fn clock_difference(&self) -> Option<String> {
        self.clocks().map(|(here, server)| time::difference(here, server))
    }

    /// This machine's clock and the server's, at the moment of the exchange at which they are nearest.
    fn clocks(&self) -> Option<(Timestamp, Timestamp)> {
        let server = time::http_date(self.response.date.as_deref()?)?;
        // The server may have read its clock at any moment between request and response. A slow
        // response must not look like a wrong clock.
        Some((server.max(self.context.at).min(self.now), server))
    }

    fn http_status(&self, status: u16) -> AttemptResult {
        let fault = |kind, what: &str| {
            Fault::new(kind, format!("{} answered HTTP {status}{what}", self.title))
        };
        match status {
            // Followed, it would repeat the signed request to a host that the profile does not name.
            300..=399 => AttemptResult::not_applied(
                Retry::No,
                fault(FaultKind::Redirect, ", a redirect, which is never followed")
                    .hint("check the endpoint in the profile"),
            ),
            401 => self.refused_credentials(
                fault(FaultKind::Credentials, ": the credentials are refused")
                    .hint("check the credentials and the endpoint in the profile"),
            ),
            429 => {
                let fault = fault(FaultKind::Throttled, ": too many requests");
                let fault = self.with_retry_after(fault, "lower --rate, or try again later");
                AttemptResult::not_applied(Retry::Throttled(self.retry_after()), fault)
            }
            // A 502 or 504 of a gateway may come after the vendor has acted. A server that switches
            // protocols (101) has received the request, and continues in another protocol.
            ..=199 | 408 | 500.. => {
                let next = match self.request.question {
                    Some(_) => "a fault of the vendor or of a gateway; try again later",
                    None => "it may have taken effect; read the state before it is sent again",
                };
                AttemptResult::unknown(
                    Retry::Backoff(self.retry_after()),
                    self.with_retry_after(fault(FaultKind::Http, ""), next),
                )
            }
            // The proxy kept the request: no other machine has seen it.
            407 => AttemptResult::not_applied(
                Retry::No,
                fault(FaultKind::Http, ": a proxy wants a user name and a password").hint(
                    "write the proxy as http://USER:PASSWORD@HOST:PORT, with a login that it takes",
                ),
            ),
            403 => AttemptResult::not_applied(
                Retry::No,
                fault(FaultKind::Http, "").hint(
                    "a gateway or a firewall refuses it; check the endpoint and the proxy in the profile, and whether this \
                     machine's address is allowed",
                ),
            ),
            _ => AttemptResult::not_applied(
                Retry::No,
                fault(FaultKind::Http, "").hint("check the endpoint and the proxy in the profile"),
            ),
        }
    }

    fn wrong_format(&self, object: Option<&Map<String, Value>>) -> Fault {
        let what = match object {
            _ if self.response.oversized => {
                format!("is longer than {} bytes", self.response.body.len())
            }
            _ if self.response.body.is_empty() => "is empty".into(),
            Some(_) => format!("holds no {}", self.format.mark),
            None => match self.response.encoding_problem() {
                Some(what) => return self.wrong_encoding(&what),
                None => "is not one JSON object, each of its keys once".into(),
            },
        };
        // Redacted before it is cut: half a secret at the cut would not be found, and would be printed.
        let text = String::from_utf8_lossy(&self.response.body);
        let text = self.redactor.text(&text);
        let quoted = if text.trim().is_empty() {
            String::new()
        } else {
            format!(": {}", excerpt(&text, QUOTED))
        };
        Fault::new(
            FaultKind::Protocol,
            format!("the answer to a request to {} {what}{quoted}", self.title),
        )
        .hint(CHECK_ENDPOINT)
    }

    /// The fault of a body that is not JSON in UTF-8.
    fn wrong_encoding(&self, what: &str) -> Fault {
        // The body is not quoted: it is no text.
        let message = format!("the answer to a request to {} {what}", self.title);
        Fault::new(FaultKind::Protocol, message)
            .hint("check the proxy and the gateway on the way to the vendor")
    }

    fn quote(&self, text: &str) -> String {
        excerpt(&self.redactor.text(text), QUOTED)
    }

    /// The fault with the next step, and with the wait that the response asks for.
    fn with_retry_after(&self, fault: Fault, next: &str) -> Fault {
        match self.retry_after().map(|wait| wait.as_secs()) {
            Some(seconds @ 1..) => fault.hint(format!(
                "the reply asks to wait {} before another; {next}",
                time::length(seconds)
            )),
            _ => fault.hint(next),
        }
    }

    /// The wait that the response asks for: seconds or a date. Anything else is ignored.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.response.retry_after.as_deref()?.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            // More digits than fit into a number are a wait that fits no deadline.
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        // A date in the past is no wait.
        Some((time::http_date(text)? - self.now).to_std().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::request::Echo;
    use crate::api::{jd, shumei, tencent};
    use crate::outcome::Status;

    fn result_of(vendor: &dyn Api, status: u16, body: &[u8]) -> AttemptResult {
        let request = Request { echo: Some(Echo::Seconds(10)), ..Request::get("/", vec![]) };
        let reply = Response::new(status, body.to_vec());
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        classify(
            vendor,
            &request,
            SigningContext::fresh(at),
            &reply,
            at,
            &Redactor::new(vendor.secrets()),
        )
    }

    fn told(result: &AttemptResult) -> (Status, Option<FaultKind>, Retry) {
        (result.status, result.fault.as_ref().map(|fault| fault.kind), result.retry)
    }

    #[test]
    fn only_the_vendors_success_value_succeeds() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let unknown = (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None));
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "0",
            "\"ok\"",
            "<html>",
            "[{\"status\":0}]",
            "{\"status\":0.0}",
            "{\"status\":null}",
            "{\"status\":true}",
            "{\"status\":\"\"}",
            "{\"status\":\"0.0\"}",
            "{\"status\":\"+0\"}",
            "{\"status\":\" 0\"}",
            "{\"status\":-0}",
            "{\"status\":00}",
            "{\"status\":99999999999999999999}",
            "{\"data\":{\"status\":0}}",
            "{\"code\":1100}",
            "{\"ret\":0}",
            "{\"Status\":0}",
            "{\"status\":0,\"status\":0}",
            "{\"status\":0,\"status\":7}",
            "{\"status\":0}x",
            "{\"status\":0}{\"status\":0}",
            "{\"status\":0",
            "\u{feff}{\"status\":0}",
            "{\"status\":0,\"msg\":\"a\",\"msg\":\"b\"}",
        ] {
            assert_eq!(told(&result_of(&jd, 200, body.as_bytes())), unknown, "{body}");
        }
        assert_eq!(
            told(&result_of(&jd, 200, b"{\"status\":0,\"msg\":\"\xb3\xc9\xb9\xa6\"}")),
            unknown
        );
        for body in [
            "{\"status\":0}",
            "{\"status\":\"0\"}",
            " {\"status\" : 0, \"msg\":\"failed\"} \n",
            "{\"msg\":null,\"status\":0,\"data\":null}",
        ] {
            assert_eq!(
                told(&result_of(&jd, 200, body.as_bytes())),
                (Status::Applied, None, Retry::No),
                "{body}"
            );
            assert_eq!(
                told(&result_of(&jd, 201, body.as_bytes())),
                (Status::Applied, None, Retry::No),
                "{body}"
            );
            assert_ne!(result_of(&jd, 302, body.as_bytes()).status, Status::Applied, "{body}");
            assert_ne!(result_of(&jd, 500, body.as_bytes()).status, Status::Applied, "{body}");
        }
    }

    #[test]
    fn tencents_two_names_for_the_verdict_must_agree() {
        let tencent = tencent::tests::account("key-of-tencent");
        assert_eq!(result_of(&tencent, 200, b"{\"ret\":0,\"retcode\":0}").status, Status::Applied);
        assert_eq!(result_of(&tencent, 200, b"{\"ret\":0}").status, Status::Applied);
        assert_eq!(result_of(&tencent, 200, b"{\"ret\":0,\"retcode\":1}").status, Status::Unknown);
        assert_eq!(result_of(&tencent, 200, b"{\"retcode\":0}").status, Status::Unknown);
        assert_eq!(
            result_of(&tencent, 200, b"{\"ret\":1,\"errmsg\":\"no\"}").answer.message.as_deref(),
            Some("no")
        );
    }

    #[test]
    fn codes_and_statuses_have_results() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let shumei = shumei::tests::account("key-of-shumei");
        let (no, unknown) = (Status::NotApplied, Status::Unknown);
        for (vendor, status, body, expected) in [
            (&jd as &dyn Api, 200, "{\"status\":12}", (no, Some(FaultKind::Refused), Retry::No)),
            (&jd, 200, "{\"status\":7}", (no, Some(FaultKind::Credentials), Retry::No)),
            (&jd, 200, "{\"status\":-1}", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (
                &jd,
                200,
                "{\"status\":0,\"data\":{\"PublishNormalTimeout\":9}}",
                (unknown, Some(FaultKind::Echo), Retry::No),
            ),
            (
                &shumei,
                200,
                "{\"code\":1901}",
                (no, Some(FaultKind::Throttled), Retry::Throttled(None)),
            ),
            (
                &shumei,
                200,
                "{\"code\":1903}",
                (unknown, Some(FaultKind::Http), Retry::Backoff(None)),
            ),
            (
                &shumei,
                200,
                "{\"code\":1101}",
                (unknown, Some(FaultKind::Http), Retry::Backoff(None)),
            ),
            (&shumei, 200, "{\"code\":9101}", (no, Some(FaultKind::Credentials), Retry::No)),
            (&shumei, 200, "{\"code\":0}", (no, Some(FaultKind::Refused), Retry::No)),
            (&shumei, 302, "", (no, Some(FaultKind::Redirect), Retry::No)),
            (&shumei, 400, "", (no, Some(FaultKind::Http), Retry::No)),
            (&shumei, 401, "", (no, Some(FaultKind::Credentials), Retry::No)),
            (&shumei, 404, "{\"code\":1100}", (no, Some(FaultKind::Http), Retry::No)),
            (&shumei, 407, "", (no, Some(FaultKind::Http), Retry::No)),
            (&shumei, 101, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (&shumei, 408, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (&shumei, 429, "", (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
            (&shumei, 500, "", (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (
                &shumei,
                524,
                "{\"code\":1100}",
                (unknown, Some(FaultKind::Http), Retry::Backoff(None)),
            ),
            (&shumei, 204, "", (unknown, Some(FaultKind::Protocol), Retry::Backoff(None))),
        ] {
            let result = result_of(vendor, status, body.as_bytes());
            assert_eq!(told(&result), expected, "{status} {body}");
            assert_eq!(
                result.fatal.is_some(),
                result.fault.unwrap().kind == FaultKind::Credentials,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn jd_openapi_refuses_with_http_status() {
        let jd = jd::openapi::tests::account("id", "k3y-of-jd", "https://live.jdcloud-api.com");
        let (no, unknown) = (Status::NotApplied, Status::Unknown);
        for (status, code, expected) in [
            (200, 404, (no, Some(FaultKind::Refused), Retry::No)),
            (400, 400, (no, Some(FaultKind::Refused), Retry::No)),
            (404, 404, (no, Some(FaultKind::Refused), Retry::No)),
            (401, 401, (no, Some(FaultKind::Credentials), Retry::No)),
            (400, 401, (no, Some(FaultKind::Credentials), Retry::No)),
            (429, 429, (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
            (400, 500, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (408, 408, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (503, 503, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (500, 404, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            // Where the two differ, a plain refusal does not hide the HTTP status.
            (401, 400, (no, Some(FaultKind::Credentials), Retry::No)),
            (407, 400, (no, Some(FaultKind::Http), Retry::No)),
            (408, 400, (unknown, Some(FaultKind::Http), Retry::Backoff(None))),
            (429, 400, (no, Some(FaultKind::Throttled), Retry::Throttled(None))),
            (302, 404, (no, Some(FaultKind::Redirect), Retry::No)),
        ] {
            let error = format!(r#"{{"code":{code},"status":"WORD","message":"words"}}"#);
            let result = result_of(
                &jd,
                status,
                format!(r#"{{"requestId":"r","error":{error}}}"#).as_bytes(),
            );
            assert_eq!(told(&result), expected, "{status} {code}");
            assert_eq!(
                result.fatal.is_some(),
                expected.1 == Some(FaultKind::Credentials),
                "{status} {code}"
            );
            let answer = result.answer;
            assert_eq!(
                (answer.code, answer.message.as_deref()),
                (Some(Code::Number(code)), Some("words")),
                "{status}"
            );
        }
        for (status, code, word, expected) in [
            (429, 429, "RATE_LIMIT", (FaultKind::Throttled, Retry::Throttled(None), false)),
            (
                200,
                400,
                "HTTP_RATE_LIMIT_EXCEEDED",
                (FaultKind::Throttled, Retry::Throttled(None), false),
            ),
            (401, 401, "ACCESS_ERROR", (FaultKind::Credentials, Retry::No, true)),
            (403, 403, "HTTP_FORBIDDEN", (FaultKind::Refused, Retry::No, false)),
            (404, 404, "NOT_FOUND", (FaultKind::Refused, Retry::No, false)),
        ] {
            let body = format!(
                r#"{{"error":{{"message":"m","status":"{word}","code":{code}}},"requestId":"r"}}"#
            );
            let result = result_of(&jd, status, body.as_bytes());
            let (_, kind, retry) = told(&result);
            assert_eq!((kind.unwrap(), retry, result.fatal.is_some()), expected, "{word}");
        }
        assert_eq!(told(&result_of(&jd, 404, b"<html>")), (no, Some(FaultKind::Http), Retry::No));
        assert_eq!(result_of(&jd, 404, br#"{"requestId":"r","result":{}}"#).status, no);
    }

    #[test]
    fn refused_signature_reports_the_clock() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let at = "2026-11-21T10:00:00.500Z".parse().unwrap();
        let hint = |body: &str, date: Option<&str>| {
            let reply =
                Response { date: date.map(str::to_owned), ..Response::new(200, body.to_owned()) };
            classify(
                &jd,
                &Request::get("/", vec![]),
                SigningContext::fresh(at),
                &reply,
                at,
                &Redactor::default(),
            )
            .fault
            .unwrap()
            .hint
        };
        let refused = r#"{"status":7}"#;
        let ahead = hint(refused, Some("Sat, 21 Nov 2026 09:51:00 GMT")).unwrap();
        assert!(ahead.ends_with("; this machine's clock is 9m ahead of the server's"), "{ahead}");
        let agrees = hint(refused, Some("Sat, 21 Nov 2026 10:00:00 GMT")).unwrap();
        assert!(agrees.ends_with("; this machine's clock agrees with the server's"), "{agrees}");
        for junk in [None, Some(""), Some("yesterday")] {
            assert!(!hint(refused, junk).unwrap().contains("this machine's clock is"), "{junk:?}");
        }
        assert_eq!(
            hint(r#"{"status":12}"#, Some("Sat, 21 Nov 2026 09:51:00 GMT"))
                .map(|hint| hint.contains("9m")),
            Some(false)
        );
    }

    #[test]
    fn look_is_answered_by_state_or_list() {
        let tencent = tencent::tests::account("key-of-tencent");
        let question = ResponseReader {
            answers: &[(20601, "never_pushed")],
            read: |_, reply| {
                let items = reply.get("items")?.as_array()?.clone();
                Some(Observation {
                    items: Some(items),
                    total: Some(7),
                    ..Observation::state("live")
                })
            },
            find: None,
        };
        let request = Request { question: Some(question), ..Request::get("/", vec![]) };
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let redactor = Redactor::new(tencent.secrets());
        let ask = |body: &'static str| {
            classify(
                &tencent,
                &request,
                SigningContext::fresh(at),
                &Response::new(200, body),
                at,
                &redactor,
            )
        };

        let told = ask(r#"{"ret":0,"items":["a","key-of-tencent"]}"#);
        assert_eq!(
            (told.status, told.answer.state.as_deref(), told.total),
            (Status::Applied, Some("live"), Some(7))
        );
        assert_eq!(told.items, Some(vec!["a".into(), "***".into()]));
        let known = ask(r#"{"ret":20601,"message":"never pushed"}"#);
        assert_eq!(
            (known.status, known.answer.state.as_deref()),
            (Status::Applied, Some("never_pushed"))
        );
        assert_eq!(known.answer.code, Some(Code::Number(20601)));
        let refused = ask(r#"{"ret":1,"items":[]}"#);
        assert_eq!((refused.status, refused.answer.state), (Status::NotApplied, None));
        let silent = ask(r#"{"ret":0}"#);
        assert_eq!(
            self::told(&silent),
            (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None))
        );
        assert_eq!(
            silent.fault.unwrap().message,
            "Tencent answers without saying how things stand"
        );
    }

    #[test]
    fn outdated_signature_is_not_a_wrong_key() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let reply = Response::new(200, "{\"status\":7}");
        let context = SigningContext::fresh("2026-11-21T15:59:59.900Z".parse().unwrap());
        let now = "2026-11-21T16:00:00.100Z".parse().unwrap();
        let result =
            classify(&jd, &Request::get("/", vec![]), context, &reply, now, &Redactor::default());
        assert_eq!(
            told(&result),
            (Status::NotApplied, Some(FaultKind::Credentials), Retry::Backoff(None))
        );
        assert!(result.fatal.is_none());
    }

    #[test]
    fn vendor_message_is_redacted() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let result = result_of(
            &jd,
            200,
            b"{\"status\":12,\"msg\":\" key K3Y-of-jd is bad\\u001b[2J \",\"data\":{\"k3y-of-jd\":1}}",
        );
        assert_eq!(result.answer.message.as_deref(), Some("key *** is bad\u{1b}[2J"));
        assert!(result.answer.response.unwrap().as_str().ends_with(r#""data":{"***":1}}"#));
        assert_eq!(
            result.fault.unwrap().message,
            "JD refused: key *** is bad\\u{1b}[2J (status 12)"
        );
    }

    #[test]
    fn vendor_code_is_redacted() {
        let v3 = tencent::v3::tests::account();
        let body =
            r#"{"Response":{"RequestId":"r","Error":{"Code":"Bad.k3y-OF-tencent","Message":"m"}}}"#;
        let result = result_of(&v3, 200, body.as_bytes());
        assert_eq!(result.answer.code, Some(Code::Word("Bad.***".into())));
        assert_eq!(result.fault.unwrap().message, "Tencent refused: m (Bad.***)");
    }

    #[test]
    fn response_json_is_kept() {
        let body = r#"{"status":-5,"data":{"a":[null,true,-1.5,18446744073709551615,"x",[],{}]},"msg":null}"#;
        let kept = result_of(&jd::tests::account("u", "k3y-of-jd"), 200, body.as_bytes()).answer;
        assert_eq!(kept.response.unwrap().as_str(), body);
        assert_eq!(
            (kept.http_status, kept.code, kept.message),
            (Some(200), Some(Code::Number(-5)), None)
        );
    }

    #[test]
    fn response_keeps_its_numbers_as_they_came() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let body = "{ \"status\": 0,\n \"a\": [1.50, 1e3, -0, 123456789012345678901234567890] }\n";
        let kept = result_of(&jd, 200, body.as_bytes()).answer.response.unwrap();
        let numbers = "[1.50,1e3,-0,123456789012345678901234567890]";
        assert_eq!(kept.as_str(), format!("{{\"status\":0,\"a\":{numbers}}}"));
    }

    #[test]
    fn secret_in_response_is_blanked_in_any_encoding() {
        let secret = "12345678901234567890123456";
        let jd = jd::tests::account("u", secret);
        let escaped: String = secret.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        for echo in [
            secret.to_owned(),
            format!("\"{secret}\""),
            format!("\"{escaped}\""),
            format!("{{\"{escaped}\":1}}"),
        ] {
            let body = format!("{{\"status\":12,\"echo\":{echo}}}");
            let response = result_of(&jd, 200, body.as_bytes()).answer.response;
            let text = response.map(|response| response.as_str().to_owned()).unwrap_or_default();
            assert!(!text.contains(secret) && !text.contains(&escaped), "{text}");
        }
    }

    #[test]
    fn large_response_is_left_out_and_reported() {
        let jd = jd::tests::account("u", "k");
        for (padding, message) in [
            (KEPT - 30, Some("done")),
            (KEPT, Some("done; the response of 64 KiB is left out")),
            (500 << 10, Some("done; the response of 500 KiB is left out")),
        ] {
            let body = format!("{{\"status\":0,\"msg\":\"done\"{}}}", " ".repeat(padding));
            let answer = result_of(&jd, 200, body.as_bytes()).answer;
            assert_eq!(answer.message.as_deref(), message);
            assert_eq!(answer.response.is_some(), body.len() <= KEPT, "{padding}");
        }
    }

    #[test]
    fn protocol_error_names_the_reason() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let says =
            |status, body: &str| result_of(&jd, status, body.as_bytes()).fault.unwrap().message;
        assert_eq!(says(200, ""), "the answer to a request to JD is empty");
        assert_eq!(
            says(200, "<html>\n login"),
            "the answer to a request to JD is not one JSON object, each of its keys once: <html>\\u{a} login"
        );
        assert_eq!(
            says(200, "{\"ok\":1}"),
            "the answer to a request to JD holds no single whole number `status`: {\"ok\":1}"
        );
        assert_eq!(says(200, "{\"status\":12}"), "JD refused: no reason given (status 12)");
        assert_eq!(says(407, ""), "JD answered HTTP 407: a proxy wants a user name and a password");
        assert_eq!(says(503, ""), "JD answered HTTP 503");
        let body = "{\"status\":0}".to_owned() + &" ".repeat(Response::LIMIT - 12);
        let reply = Response { oversized: true, ..Response::new(200, body) };
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let result = classify(
            &jd,
            &Request::get("/", vec![]),
            SigningContext::fresh(at),
            &reply,
            at,
            &Redactor::default(),
        );
        assert_eq!(
            told(&result),
            (Status::Unknown, Some(FaultKind::Protocol), Retry::Backoff(None))
        );
        assert!(
            result
                .fault
                .unwrap()
                .message
                .starts_with("the answer to a request to JD is longer than 1048576 bytes")
        );
    }

    #[test]
    fn secret_at_the_excerpt_edge_is_redacted() {
        let jd = jd::tests::account("u", "k3y-of-jd");
        let body = format!("{}k3y-of-jd", "x".repeat(QUOTED - 4));
        let message = result_of(&jd, 200, body.as_bytes()).fault.unwrap().message;
        assert!(!message.contains("k3y"), "{message}");
    }

    #[test]
    fn retry_after_is_reported() {
        let jd = jd::tests::account("u", "k");
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let hint = |status, header: &str| {
            let reply = Response { retry_after: Some(header.into()), ..Response::new(status, "") };
            classify(
                &jd,
                &Request::get("/", vec![]),
                SigningContext::fresh(at),
                &reply,
                at,
                &Redactor::default(),
            )
            .fault
            .unwrap()
            .hint
        };
        let unknown = "it may have taken effect; read the state before it is sent again";
        for (status, next) in [(429, "lower --rate, or try again later"), (503, unknown)] {
            assert_eq!(
                hint(status, "90"),
                Some(format!("the reply asks to wait 1m30s before another; {next}"))
            );
            let plain = Some(next.to_owned());
            assert_eq!((hint(status, "0"), hint(status, "soon")), (plain.clone(), plain));
        }
        let path = "check the endpoint and the proxy in the profile";
        assert_eq!(hint(404, "90").as_deref(), Some(path));
        let refused = hint(403, "90").unwrap();
        assert!(refused.contains(path) && refused.contains("address is allowed"), "{refused}");
    }

    #[test]
    fn failed_look_has_no_effect_to_warn_of() {
        let jd = jd::tests::account("u", "k");
        let at = "2026-11-21T10:00:00Z".parse().unwrap();
        let look = Request {
            question: Some(ResponseReader::new(|_, _| None)),
            ..Request::get("/", vec![])
        };
        let (context, reply) = (SigningContext::fresh(at), Response::new(502, ""));
        let result = classify(&jd, &look, context, &reply, at, &Redactor::default());
        let hint = result.fault.unwrap().hint.unwrap();
        assert!(hint.ends_with("try again later") && !hint.contains("effect"), "{hint}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let jd = jd::tests::account("u", "k");
        let wait = |header: &str| {
            let reply = Response { retry_after: Some(header.into()), ..Response::new(503, "") };
            let at = "2026-11-21T10:00:00Z".parse().unwrap();
            match classify(
                &jd,
                &Request::get("/", vec![]),
                SigningContext::fresh(at),
                &reply,
                at,
                &Redactor::default(),
            )
            .retry
            {
                Retry::Backoff(wait) => wait,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("Sat, 21 Nov 2026 10:00:05 GMT"), Some(Duration::from_secs(5)));
        assert_eq!(wait("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for junk in ["soon", "", "-3", "3.5"] {
            assert_eq!(wait(junk), None, "{junk}");
        }
    }

    #[test]
    fn compressed_answer_is_reported_as_such() {
        let jd = jd::tests::account("u", "k");
        let at: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let gzip = Some("gzip".to_owned());
        let reply = Response { content_encoding: gzip, ..Response::new(200, &b"\x1f\x8b\x08"[..]) };
        let result = classify(
            &jd,
            &Request::get("/", vec![]),
            SigningContext::fresh(at),
            &reply,
            at,
            &Redactor::default(),
        );
        let fault = result.fault.unwrap();
        assert_eq!(
            fault.message,
            "the answer to a request to JD is compressed (gzip), which was not asked for"
        );
        assert!(!fault.hint.unwrap().contains("captive portal"));
    }
}
