//! The error codes of Volcengine, each with its class and a hint.
//!
//! Owns the meaning of a code; the form that carries it is read in `openapi`. The live API has a few codes, the rest is
//! common to all products; a code that is in neither list is a refusal.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126806>.

use crate::api::codes::CodeRow;
use crate::api::response::ErrorClass::{self, Credentials, Denied, Refused, Throttled, Unclear};

/// The class of a code.
pub(super) fn class(code: &str) -> ErrorClass {
    CodeRow::find_by_word(&CODES, code).map_or(Refused, |row| row.class)
}

/// The hint for a code in the answer to an action.
pub(super) fn hint(code: &str, action: &str) -> Option<String> {
    CodeRow::find_by_word(&CODES, code)?.hint(action)
}

static CODES: [CodeRow; 11] = [
    // With HTTP 200: an error that Volcengine has not classified, after it may have acted.
    CodeRow::new(
        &["CommonErr"],
        Unclear,
        "Volcengine does not report what went wrong, nor whether it acted; `livectl volcengine status` reads the state",
    ),
    CodeRow::new(
        &[
            "InternalError",
            "InternalServiceError",
            "InternalServiceTimeout",
            "ServiceUnavailable",
            "ServiceUnavailableTemp",
        ],
        Unclear,
        "",
    ),
    // No page of the live API names its code for throttling; this one is of other products.
    CodeRow::new(&["FlowLimitExceeded"], Throttled, ""),
    CodeRow::new(
        &["InvalidTimestamp"],
        Credentials,
        "Volcengine takes a signature for some minutes, by its own clock",
    ),
    CodeRow::new(
        &["InvalidAccessKey", "InvalidClientTokenId"],
        Credentials,
        "Volcengine knows no such access_key_id, or it is disabled; `livectl config show` prints where it comes from",
    ),
    CodeRow::new(
        &["InvalidSecurityToken", "InvalidCredential"],
        Credentials,
        "check security_token: temporary credentials end after a while, and the token belongs to one pair of access_key_id \
         and secret_access_key",
    ),
    CodeRow::new(
        &[
            "InvalidAuthorization",
            "MissingAuthenticationToken",
            "MissingSignature",
            "SignatureDoesNotMatch",
        ],
        Credentials,
        "check access_key_id and secret_access_key; `livectl config show` prints where each comes from",
    ),
    // The key is right, and may be allowed another action.
    CodeRow::new(
        &["AccessDenied", "LackPolicy", "LackProjectPolicy"],
        Denied,
        "the account may not do this: the key is right, but the IAM policy of its user does not allow live:{action}",
    ),
    CodeRow::new(
        &["RequestForbidden"],
        Refused,
        "check the domain: it must be a push domain of this account",
    ),
    CodeRow::new(
        &["InvalidParam"],
        Refused,
        "an application has up to 30 and a stream up to 100 characters: letters, digits, `_`, `-` and `.`; a ban ends within \
         90 days",
    ),
    CodeRow::new(
        &["ServiceNotFound", "InvalidActionOrVersion"],
        Refused,
        "check the endpoint: the live API is at live.volcengineapi.com, in the region cn-north-1",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_classes_of_the_manual() {
        for (code, expected, words) in [
            ("CommonErr", Unclear, "nor whether it acted"),
            ("InternalError", Unclear, ""),
            ("InternalServiceTimeout", Unclear, ""),
            ("ServiceUnavailableTemp", Unclear, ""),
            ("InvalidParam", Refused, "up to 30"),
            ("InvalidParam.BindError", Refused, "up to 30"),
            ("InvalidParam.Format", Refused, "up to 30"),
            ("RequestForbidden", Refused, "of this account"),
            ("RequestForbidden.AccountIDNotAllow", Refused, "of this account"),
            ("MissingParameter", Refused, ""),
            ("MissingRequestInfo", Refused, ""),
            ("ServiceNotFound", Refused, "cn-north-1"),
            ("InvalidActionOrVersion", Refused, "cn-north-1"),
            ("InvalidTimestamp", Credentials, "its own clock"),
            ("InvalidAccessKey", Credentials, "access_key_id"),
            ("SignatureDoesNotMatch", Credentials, "secret_access_key"),
            ("MissingSignature", Credentials, "secret_access_key"),
            ("InvalidSecurityToken", Credentials, "security_token"),
            ("AccessDenied", Denied, "does not allow live:ForbidStream"),
            ("LackPolicy", Denied, "does not allow live:ForbidStream"),
            ("FlowLimitExceeded", Throttled, ""),
            ("CommonError", Refused, ""),
            ("", Refused, ""),
        ] {
            assert_eq!(class(code), expected, "{code}");
            let hint = hint(code, "ForbidStream");
            assert_eq!(hint.is_some(), !words.is_empty(), "{code}: {hint:?}");
            assert!(hint.unwrap_or_default().contains(words), "{code}");
        }
    }
}
