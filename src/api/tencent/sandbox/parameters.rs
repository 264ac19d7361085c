//! The parameters of an action of API 3.0: members of a JSON body, or of the query of a GET request.

use std::ops::RangeInclusive;

use hyper::Method;
use serde_json::Value;

use crate::sandbox::request::{JsonBody, query, within};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};

/// The parameters of one action, of which each is known and has its type.
#[derive(Debug)]
pub(super) struct V3Parameters(JsonBody);

impl V3Parameters {
    /// Reads the parameters of an action that knows these texts and these numbers.
    pub(super) fn read(
        request: &SandboxRequest,
        texts: &[&str],
        numbers: &[&str],
    ) -> ActionResult<Self> {
        let invalid = |message: &'static str| Refusal::new("InvalidParameter", message);
        let body = if request.method() == Method::GET {
            let pairs = query(request).map_err(invalid)?;
            pairs.into_iter().map(|(name, text)| query_member(name, text, numbers)).collect()
        } else {
            JsonBody::read(request).ok_or_else(|| invalid("the body is not a JSON object"))?
        };
        for (name, _) in body.members() {
            if !texts.contains(&&**name) && !numbers.contains(&&**name) {
                let message = format!("{name} is no parameter of this action");
                return Err(Refusal::new("UnknownParameter", message));
            }
        }
        for (name, value) in body.members().filter(|(_, value)| !value.is_null()) {
            let (is_valid, kind) = if texts.contains(&&**name) {
                (value.is_string(), "a string")
            } else {
                (value.is_u64(), "a whole number")
            };
            if !is_valid {
                return Err(Refusal::new("InvalidParameter", format!("{name} is {kind}")));
            }
        }
        Ok(Self(body))
    }

    /// A text, where it is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A number within a range, or its default.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> ActionResult<usize> {
        let Some(value) = self.0.get(name) else { return Ok(default) };
        let number = value.as_u64().and_then(|number| number.try_into().ok());
        within(name, number, range)
            .map_err(|message| Refusal::new("InvalidParameterValue", message))
    }
}

/// A parameter of a query, as a JSON body would have it.
fn query_member(name: String, text: String, numbers: &[&str]) -> (String, Value) {
    // A query has texts alone. What is no number stays a text, which is refused by its type.
    let number = numbers.contains(&&*name).then(|| text.parse::<u64>().ok()).flatten();
    (name, number.map_or(text.into(), Value::from))
}
