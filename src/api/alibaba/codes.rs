//! The error codes of Alibaba's live API, each with its class and a hint.
//!
//! Owns the meaning of a code; the form that carries it is read in `acs3`. Alibaba publishes the codes of an action on its
//! page and those of all products in lists that differ from product to product; a code that is in none is a refusal.

use crate::api::codes::CodeRow;
use crate::api::response::ErrorClass::{
    self, Credentials, Denied, NonceUsed, Refused, Throttled, Unclear,
};

/// The class of a code.
pub(super) fn class(code: &str) -> ErrorClass {
    CodeRow::find_by_word(&CODES, code).map_or(Refused, |row| row.class)
}

/// The hint for a code in the answer to an action.
pub(super) fn hint(code: &str, action: &str) -> Option<String> {
    // Lists name the play domain, everything else the push domain.
    let rows = if action.starts_with("DescribeLiveStreams") { &LISTED } else { &PUSHED };
    CodeRow::find(rows, code).or_else(|| CodeRow::find_by_word(&CODES, code))?.hint(action)
}

/// A domain that the account does not have.
const UNKNOWN_DOMAIN: &[&str] = &["InvalidDomain.NotFound", "IllegalOperation"];

static LISTED: [CodeRow; 1] = [CodeRow::new(
    UNKNOWN_DOMAIN,
    Refused,
    "Alibaba lists streams by the play domain (main streaming domain): check play_domain; it must be a live domain of this \
     account",
)];

static PUSHED: [CodeRow; 1] = [CodeRow::new(
    UNKNOWN_DOMAIN,
    Refused,
    "check the domain: it must be a push domain (ingest domain) of this account, not the play domain",
)];

static CODES: [CodeRow; 11] = [
    // Throttling comes with HTTP 400.
    CodeRow::new(&["Throttling"], Throttled, ""),
    CodeRow::new(&["SignatureNonceUsed"], NonceUsed, ""),
    CodeRow::new(
        &["InvalidAccessKeyId"],
        Credentials,
        "Alibaba knows no such access_key_id, or it is disabled; `livectl config show` prints where it comes from",
    ),
    CodeRow::new(
        &["InvalidTimeStamp"],
        Credentials,
        "Alibaba takes a signature for 15 minutes, by its own clock",
    ),
    CodeRow::new(
        &["InvalidSecurityToken", "MissingSecurityToken"],
        Credentials,
        "check security_token: temporary credentials end after a while, and the token belongs to one pair of access_key_id \
         and secret_access_key",
    ),
    CodeRow::new(
        &["SignatureDoesNotMatch", "IncompleteSignature"],
        Credentials,
        "check access_key_id and secret_access_key; `livectl config show` prints where each comes from",
    ),
    // With 403 or 401: the key is right, perhaps for another action.
    CodeRow::new(
        &["Forbidden", "NoPermission"],
        Denied,
        "the account may not do this: the key is right, but the RAM policy of its user does not allow {action}",
    ),
    CodeRow::new(
        &["InvalidIdentity"],
        Denied,
        "ApsaraVideo Live is not open for this account, or not paid for",
    ),
    CodeRow::new(&["InternalError", "ServiceUnavailable"], Unclear, ""),
    CodeRow::new(
        &["QuotaExceeded.Blacklist"],
        Refused,
        "the account's list of banned streams is full, at 10,000: resume streams that need no ban any more; `drop` cuts a \
         stream without a place in the list",
    ),
    CodeRow::new(
        &["ConfigAlreadyExists"],
        Refused,
        "Alibaba may mean that this stream is banned already, perhaps until another end; `livectl alibaba status` reads it, \
         and `resume` before `forbid` sets a new end",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_classes_of_the_manual() {
        for (code, expected, words) in [
            ("InvalidDomain.NotFound", Refused, "push domain"),
            ("IllegalOperation", Refused, "of this account"),
            ("InvalidResumeTime.Malformed", Refused, ""),
            ("QuotaExceeded.Blacklist", Refused, "10,000"),
            ("ConfigAlreadyExists", Refused, "may mean"),
            ("InvalidParam", Refused, ""),
            ("InvalidParameter", Refused, ""),
            ("MissingParameter", Refused, ""),
            ("Forbidden", Denied, "does not allow ForbidLiveStream"),
            ("Forbidden.RAM", Denied, "does not allow ForbidLiveStream"),
            ("InvalidIdentity.ServiceDisabled", Denied, "not open"),
            ("InvalidAccessKeyId.NotFound", Credentials, "access_key_id"),
            ("SignatureDoesNotMatch", Credentials, "secret_access_key"),
            ("IncompleteSignature", Credentials, "secret_access_key"),
            ("InvalidTimeStamp.Expired", Credentials, "15 minutes"),
            ("InvalidSecurityToken.Expired", Credentials, "security_token"),
            ("SignatureNonceUsed", NonceUsed, ""),
            ("Throttling", Throttled, ""),
            ("Throttling.User", Throttled, ""),
            ("Throttling.Api", Throttled, ""),
            ("InternalError", Unclear, ""),
            ("ServiceUnavailable", Unclear, ""),
            ("Throttlings", Refused, ""),
            ("", Refused, ""),
        ] {
            assert_eq!(class(code), expected, "{code}");
            let hint = hint(code, "ForbidLiveStream");
            assert_eq!(hint.is_some(), !words.is_empty(), "{code}: {hint:?}");
            assert!(hint.unwrap_or_default().contains(words), "{code}");
        }
        let list = hint("InvalidDomain.NotFound", "DescribeLiveStreamsBlockList").unwrap();
        assert!(list.contains("play_domain"), "{list}");
    }
}
