//! The parameters of an action of API 3.0: members of a JSON body, or of the query of a GET request.

use hyper::Method;
use serde_json::Value;

use crate::sandbox::parameters::{ParameterRefusals, Parameters};
use crate::sandbox::request::{JsonBody, query};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};

/// The parameters that are numbers; all others are texts.
const NUMBERS: [&str; 2] = ["PageNum", "PageSize"];

const REFUSALS: ParameterRefusals = ParameterRefusals {
    invalid: "InvalidParameterValue",
    missing: |name| Refusal::new("MissingParameter", format!("{name} is required")),
};

/// Reads the parameters of an action that knows these.
pub(super) fn read(request: &SandboxRequest, known: &str) -> ActionResult<Parameters> {
    let invalid = |message: String| Refusal::new("InvalidParameter", message);
    let body = if request.method() == Method::GET {
        let pairs = query(request).map_err(|message| invalid(message.into()))?;
        pairs.into_iter().map(query_member).collect()
    } else {
        JsonBody::read(request).ok_or_else(|| invalid("the body is not a JSON object".into()))?
    };
    let mut pairs = Vec::new();
    for (name, value) in body.members() {
        // An unknown name has a code that other parameters do not have.
        if known.split(' ').all(|known| known != name) {
            let message = format!("{name} is no parameter of this action");
            return Err(Refusal::new("UnknownParameter", message));
        }
        let is_number = NUMBERS.contains(&&**name);
        match value {
            Value::Null => {}
            Value::String(text) if !is_number => pairs.push((name.clone(), text.clone())),
            number if is_number && number.is_u64() => {
                pairs.push((name.clone(), number.to_string()));
            }
            _ if is_number => return Err(invalid(format!("{name} is a whole number"))),
            _ => return Err(invalid(format!("{name} is a string"))),
        }
    }
    Parameters::new(pairs, known, &REFUSALS)
}

/// A parameter of a query, as a JSON body would have it.
fn query_member((name, text): (String, String)) -> (String, Value) {
    // A query has texts alone. Any text but a number is refused by its type.
    let number = NUMBERS.contains(&&*name).then(|| text.parse::<u64>().ok()).flatten();
    (name, number.map_or(text.into(), Value::from))
}
