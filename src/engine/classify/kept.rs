//! The response that a result keeps: the vendor's JSON as it came, free of secrets.

use serde_json::{Map, Value};

use crate::engine::classify::verbatim::compact;
use crate::outcome::answer::{Answer, JsonText};
use crate::secret::redact::{BLANK, Redactor};

/// The longest response that a result keeps, in bytes.
// A run keeps the results of all its targets; with 1 MiB each, a thousand take a gigabyte.
pub(super) const KEPT: usize = 64 << 10;

/// Blanks the members of these names, however deep; whether there was one.
pub(super) fn blank_members(object: &mut Map<String, Value>, names: &[&str]) -> bool {
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

/// The answer with the response, or with a note in its message where that is too long.
pub(super) fn with_response(
    answer: Answer,
    body: &[u8],
    object: Map<String, Value>,
    has_blanks: bool,
    redactor: &Redactor,
) -> Answer {
    if body.len() > KEPT {
        let left_out = format!("the response of {} KiB is left out", body.len() >> 10);
        let message = answer.message.into_iter().chain([left_out]).collect::<Vec<_>>().join("; ");
        return Answer { message: Some(message), ..answer };
    }
    Answer { response: redacted(body, object, has_blanks, redactor), ..answer }
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
