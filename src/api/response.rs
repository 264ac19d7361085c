//! The contents of a response: [`ApiStatus`] and its [`ErrorClass`], the [`ResponseFormat`] of an API, and the
//! [`Observation`] of a look.
//!
//! Owns the forms that several APIs share. The fields and codes of an API are in its file; what follows from a class is
//! decided by the engine.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::api::verdict;
use crate::outcome::answer::Code;

/// How a vendor's replies are built.
pub struct ResponseFormat {
    /// The field of the vendor's code, as messages name it.
    pub field: &'static str,
    /// The fields that a JSON object needs to be the vendor's, as error messages name them.
    pub mark: &'static str,
    /// Refusals come with an HTTP status of 4xx; at the other APIs with 200.
    pub is_restful: bool,
    /// A request that acts succeeds with 204 and no body, and with no other 2xx.
    pub acts_with_no_content: bool,
    /// Reads a reply; `None` when it is not the vendor's.
    pub read: fn(&Map<String, Value>) -> Option<ApiStatus<'_>>,
}

/// The verdict of a vendor's response.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiStatus<'r> {
    /// It was done, as far as the format goes.
    pub is_success: bool,
    /// The vendor's code.
    pub code: Option<Code>,
    /// The class, where a word beside the code decides it.
    pub class: Option<ErrorClass>,
    /// The vendor's message.
    pub message: Option<&'r str>,
}

impl<'r> ApiStatus<'r> {
    /// A success that has no code.
    pub(crate) const SUCCESS: Self =
        Self { is_success: true, code: None, class: None, message: None };

    /// A failure with a code that is a word, and the member that has the message.
    pub(crate) fn failure(code: &str, message: Option<&'r Value>) -> Self {
        let message = message.and_then(Value::as_str);
        Self { is_success: false, code: Some(Code::Word(code.to_owned())), class: None, message }
    }
}

/// Reads a reply whose verdict is an integer in the first of `fields`.
pub fn flat<'r>(
    reply: &'r Map<String, Value>,
    fields: &[&str],
    message: &[&str],
    success: i64,
) -> Option<ApiStatus<'r>> {
    let code = reply.get(fields[0]).and_then(integer)?;
    // Two fields of one verdict that differ prove neither.
    let agrees = |field: &&str| reply.get(*field).is_none_or(|value| integer(value) == Some(code));
    // A success that another verdict in the object contradicts is not the vendor's answer.
    let is_proved = code != success || !verdict::is_contradicted(reply, fields);
    (is_proved && fields.iter().all(agrees)).then(|| ApiStatus {
        is_success: code == success,
        code: Some(Code::Number(code)),
        class: None,
        message: message.iter().find_map(|field| reply.get(*field)?.as_str()),
    })
}

/// Reads a page of a list: an array of objects, and how many of them all pages have together.
#[must_use]
pub fn page(items: Option<&Value>, total: Option<&Value>) -> Option<Observation> {
    let total = u64::try_from(integer(total?)?).ok()?;
    let items = match items {
        // JD leaves the array out, or writes null, where the list is empty.
        None | Some(Value::Null) if total == 0 => Vec::new(),
        items => items?.as_array().filter(|items| items.iter().all(Value::is_object))?.clone(),
    };
    Some(Observation { items: Some(items), total: Some(total), ..Observation::default() })
}

/// An integer, or an integer in a string.
#[must_use]
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        // `parse` alone would take `+0` and `000` for 0, which no vendor writes.
        Value::String(text) => text.parse().ok().filter(|number: &i64| number.to_string() == *text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The class of a code other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The operation is refused.
    Refused,
    /// The operation is refused for want of a permission, whatever the HTTP status: the credentials are right.
    Denied,
    /// The credentials are refused, and will be for every other target.
    Credentials,
    /// Requests from this machine's IP address are refused, for every other target too.
    Address,
    /// Too many requests.
    Throttled,
    /// The nonce of the signature was used before; a fresh signature is accepted.
    NonceUsed,
    /// A failure at the vendor; whether the operation happened is not known.
    Unclear,
}

/// A second meaning of a code that is a refusal, where the vendor documents no code for wrong credentials.
#[derive(Clone, Copy, Debug)]
pub struct CredentialsDoubt {
    /// The credentials to check.
    pub hint: &'static str,
    /// A signature is refused where the clocks differ by more.
    pub clock_tolerance: TimeDelta,
}

/// The state or list that a response reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// The state of the one target.
    pub state: Option<String>,
    /// The items of this page of the list.
    pub items: Option<Vec<Value>>,
    /// How many items all pages have together.
    pub total: Option<u64>,
    /// Whether another page follows, where the vendor gives no exact total.
    pub has_more: Option<bool>,
}

impl Observation {
    /// The state of one thing.
    pub fn state(state: impl Into<String>) -> Self {
        Self { state: Some(state.into()), ..Self::default() }
    }
}

/// Words for the state of a stream in results.
pub mod state {
    /// Pushed now.
    pub const LIVE: &str = "live";
    /// Not pushed now; pushing is permitted.
    pub const IDLE: &str = "idle";
    /// Pushing is blocked.
    pub const FORBIDDEN: &str = "forbidden";
    /// Never pushed so far.
    pub const NEVER_PUSHED: &str = "never_pushed";
    /// Pushing is permitted; whether it is pushed now is not reported.
    pub const PERMITTED: &str = "permitted";
}
