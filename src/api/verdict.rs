//! Verdicts that other services put into their answers.
//!
//! Owns the names of those fields and the rule when one contradicts a success. The vendor's own
//! verdict is read by its own response format.

// An endpoint may lead to a gateway, a portal or another vendor. Its answer may have every field of a
// vendor's success and still be a refusal: `{"requestId":"r","code":"Throttling"}` was once taken
// for JD's success. A success therefore counts only where no other field is a verdict.

use serde_json::{Map, Value};

/// Names of verdict fields, in lower case and without `_` and `-`.
// `response` and `responsemetadata` are the envelopes of Tencent's API 3.0 and of Volcengine.
const NAMES: [&str; 19] = [
    "code",
    "ecode",
    "errcode",
    "errno",
    "error",
    "errorcode",
    "errors",
    "exception",
    "fault",
    "ok",
    "response",
    "responsemetadata",
    "resultcode",
    "ret",
    "retcode",
    "status",
    "statuscode",
    "statustext",
    "success",
];

/// Whether the object has a verdict field other than the vendor's own.
pub(crate) fn has_other_verdict(object: &Map<String, Value>, own: &[&str]) -> bool {
    others(object, own).next().is_some()
}

/// Whether a verdict field other than the vendor's own reports a failure. Fields that agree with
/// the success are accepted: the pages of the older APIs do not promise that there are no others.
pub(crate) fn is_contradicted(object: &Map<String, Value>, own: &[&str]) -> bool {
    others(object, own).any(|(name, value)| reports_failure(&normalized(name), value))
}

fn others<'o>(
    object: &'o Map<String, Value>,
    own: &'o [&str],
) -> impl Iterator<Item = (&'o String, &'o Value)> {
    object.iter().filter(|(name, _)| {
        !own.contains(&name.as_str()) && NAMES.contains(&normalized(name).as_str())
    })
}

/// The name of a field in the spelling of [`NAMES`].
fn normalized(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_lowercase()
}

fn reports_failure(name: &str, value: &Value) -> bool {
    match name {
        "ok" | "success" => !matches!(text(value).as_str(), "" | "true" | "1"),
        "error" | "errors" | "exception" | "fault" => {
            !matches!(text(value).as_str(), "" | "false" | "0" | "[]" | "{}")
        }
        "response" | "responsemetadata" => value.get("Error").is_some_and(|error| !error.is_null()),
        // 1100 is Shumei's success.
        _ => !matches!(text(value).as_str(), "" | "0" | "200" | "1100" | "ok" | "success"),
    }
}

/// A value as one lower-case text; null is an empty one.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_lowercase(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_sorted_and_normalized() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|name| normalized(name) == *name));
    }

    #[test]
    fn foreign_verdicts_are_found_in_any_spelling() {
        for other in ["code", "Error", "errors", "success", "Status", "error_code", "retcode"] {
            let object = json!({"requestId": "r", "result": {}, other: null});
            assert!(has_other_verdict(object.as_object().unwrap(), &["error"]), "{other}");
        }
        let own = json!({"requestId": "r", "result": {}, "error": null, "message": "m"});
        assert!(!has_other_verdict(own.as_object().unwrap(), &["error"]));
    }

    #[test]
    fn only_a_verdict_of_failure_contradicts() {
        for (failure, success) in [
            (json!({"success": false}), json!({"success": true})),
            (json!({"success": "no"}), json!({"success": "True"})),
            (json!({"ok": 0}), json!({"ok": 1})),
            (json!({"error": "no"}), json!({"error": null})),
            (json!({"errors": [{}]}), json!({"errors": []})),
            (json!({"Error": {"Code": "X"}}), json!({"Error": {}})),
            (json!({"code": 500}), json!({"code": 0})),
            (json!({"code": "Throttling"}), json!({"code": "OK"})),
            (json!({"errCode": -1}), json!({"errCode": "0"})),
            (json!({"error_code": 7}), json!({"error_code": ""})),
            (json!({"statusCode": 503}), json!({"statusCode": 200})),
            (
                json!({"Response": {"Error": {"Code": "X"}}}),
                json!({"Response": {"RequestId": "r"}}),
            ),
            (json!({"ResponseMetadata": {"Error": {}}}), json!({"ResponseMetadata": {}})),
        ] {
            assert!(is_contradicted(failure.as_object().unwrap(), &[]), "{failure}");
            assert!(!is_contradicted(success.as_object().unwrap(), &[]), "{success}");
        }
        let own = json!({"status": 7, "message": "m", "data": {"code": 5}});
        assert!(!is_contradicted(own.as_object().unwrap(), &["status"]));
    }
}
