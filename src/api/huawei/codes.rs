//! The error codes of Huawei's live API and of the gateway before it, each with its class and a hint.
//!
//! Owns the meaning of a code; the form that carries it is read in `v1`. The pages of Live print one code, `LIVE.100011001`;
//! those of the gateway are in the guide on signing: <https://support.huaweicloud.com/intl/en-us/devg-apisign/>.

use crate::api::response::ErrorClass::{
    self, Address, Credentials, Denied, Refused, Throttled, Unclear,
};

/// The class of a code.
pub(super) fn class(code: &str) -> ErrorClass {
    match gateway_code(code) {
        Some("0308") => Throttled,
        Some("0301" | "0303" | "0305" | "0307" | "0311") => Credentials,
        Some("0302" | "0304" | "0306" | "0310" | "0801" | "0802") => Denied,
        Some("0401" | "0402") => Address,
        // A failure behind the gateway comes with 5xx, whose outcome is unknown whatever the code.
        Some("0601" | "0605" | "0606" | "0608" | "0613" | "0705") => Unclear,
        _ => Refused,
    }
}

/// The hint for a code.
pub(super) fn hint(code: &str) -> Option<String> {
    let text = match gateway_code(code) {
        None if code == "LIVE.100011001" => {
            "Huawei answers so to a parameter that it does not take and to a domain that the project does not have: check that \
             the domain is a push domain (ingest domain), and that project_id and region are those of its project"
        }
        Some("0101") => {
            "no API of Live is at this address: check region, and endpoint where the profile sets one"
        }
        Some("0310") => {
            "check project_id: it is the ID of the project of this region, in the console under My Credentials, API Credentials"
        }
        Some("0801" | "0802") => {
            "check region: it has to be the region of project_id, and the IAM user needs access to it"
        }
        Some("0302" | "0304" | "0306") => {
            "the key is right, but the permissions of its IAM user do not allow this action of Live"
        }
        Some("0307") => {
            "check security_token, and region: a token belongs to its own pair of access_key_id and secret_access_key and ends \
             after a while"
        }
        Some(_) if class(code) == Credentials => {
            "check access_key_id and secret_access_key, and security_token where the key is temporary; Huawei takes a signature \
             for 15 minutes, by its own clock"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// The digits of a gateway's code; dedicated gateways write `APIG` for `APIGW`.
fn gateway_code(code: &str) -> Option<&str> {
    code.strip_prefix("APIGW.").or_else(|| code.strip_prefix("APIG."))
}

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
