//! The error codes of Huawei's live API and of the gateway before it, each with its class and a hint.
//!
//! Owns the meaning of a code; the form that carries it is read in `v1`. The pages of Live print one code, `LIVE.100011001`;
//! those of the gateway are in the guide on signing: <https://support.huaweicloud.com/intl/en-us/devg-apisign/>.

use crate::api::codes::CodeRow;
use crate::api::response::ErrorClass::{
    self, Address, Credentials, Denied, Refused, Throttled, Unclear,
};

/// The class of a code.
pub(super) fn class(code: &str) -> ErrorClass {
    find(code).map_or(Refused, |row| row.class)
}

/// The hint for a code.
pub(super) fn hint(code: &str) -> Option<String> {
    find(code)?.hint("")
}

fn find(code: &str) -> Option<&'static CodeRow> {
    // Dedicated gateways write `APIG` for `APIGW`.
    match code.strip_prefix("APIG.") {
        Some(number) => CodeRow::find(&CODES, &format!("APIGW.{number}")),
        None => CodeRow::find(&CODES, code),
    }
}

static CODES: [CodeRow; 10] = [
    CodeRow::new(&["APIGW.0308"], Throttled, ""),
    CodeRow::new(
        &["APIGW.0301", "APIGW.0303", "APIGW.0305", "APIGW.0311"],
        Credentials,
        "check access_key_id and secret_access_key, and security_token where the key is temporary; Huawei takes a signature \
         for 15 minutes, by its own clock",
    ),
    CodeRow::new(
        &["APIGW.0307"],
        Credentials,
        "check security_token, and region: a token belongs to its own pair of access_key_id and secret_access_key and ends \
         after a while",
    ),
    CodeRow::new(
        &["APIGW.0302", "APIGW.0304", "APIGW.0306"],
        Denied,
        "the key is right, but the permissions of its IAM user do not allow this action of Live",
    ),
    CodeRow::new(
        &["APIGW.0310"],
        Denied,
        "check project_id: it is the ID of the project of this region, in the console under My Credentials, API Credentials",
    ),
    CodeRow::new(
        &["APIGW.0801", "APIGW.0802"],
        Denied,
        "check region: it has to be the region of project_id, and the IAM user needs access to it",
    ),
    CodeRow::new(&["APIGW.0401", "APIGW.0402"], Address, ""),
    // A failure behind the gateway comes with 5xx, whose outcome is unknown whatever the code.
    CodeRow::new(
        &["APIGW.0601", "APIGW.0605", "APIGW.0606", "APIGW.0608", "APIGW.0613", "APIGW.0705"],
        Unclear,
        "",
    ),
    CodeRow::new(
        &["APIGW.0101"],
        Refused,
        "no API of Live is at this address: check region, and endpoint where the profile sets one",
    ),
    CodeRow::new(
        &["LIVE.100011001"],
        Refused,
        "Huawei answers so to a parameter that it does not take and to a domain that the project does not have: check that \
         the domain is a push domain (ingest domain), and that project_id and region are those of its project",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_classes_of_the_manual() {
        for (code, expected, words) in [
            ("LIVE.100011001", Refused, "push domain"),
            ("LIVE.101011013", Refused, ""),
            ("APIGW.0101", Refused, "check region"),
            ("APIGW.0106", Refused, ""),
            ("APIGW.0201", Refused, ""),
            ("APIGW.0301", Credentials, "15 minutes"),
            ("APIG.0301", Credentials, "secret_access_key"),
            ("APIGW.0303", Credentials, "access_key_id"),
            ("APIGW.0305", Credentials, "access_key_id"),
            ("APIGW.0307", Credentials, "security_token"),
            ("APIGW.0311", Credentials, "access_key_id"),
            ("APIGW.0302", Denied, "IAM user"),
            ("APIGW.0304", Denied, "IAM user"),
            ("APIGW.0306", Denied, "IAM user"),
            ("APIGW.0310", Denied, "project_id"),
            ("APIGW.0801", Denied, "region"),
            ("APIGW.0802", Denied, "region"),
            ("APIGW.0308", Throttled, ""),
            ("APIGW.0401", Address, ""),
            ("APIGW.0402", Address, ""),
            ("APIGW.0601", Unclear, ""),
            ("APIGW.0613", Unclear, ""),
            ("APIGW", Refused, ""),
            ("LIVE.0308", Refused, ""),
            ("", Refused, ""),
        ] {
            assert_eq!(class(code), expected, "{code}");
            let hint = hint(code);
            assert_eq!(hint.is_some(), !words.is_empty(), "{code}: {hint:?}");
            assert!(hint.unwrap_or_default().contains(words), "{code}");
        }
    }
}
