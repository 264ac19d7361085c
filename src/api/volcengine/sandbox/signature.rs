//! Volcengine's signature `HMAC-SHA256`, as its manual computes it.

use crate::sandbox::authorization::SignatureScheme;
use crate::sandbox::signature_rules::{SignatureFault, SignatureRules};

pub(super) const HMAC: SignatureRules = SignatureRules {
    // The SDKs leave out the content type of a GET.
    required: &["host", "x-content-sha256", "x-date"],
    scope: "%Y%m%d/cn-north-1/live/request",
    content_hash: Some("x-content-sha256"),
    // The secret itself begins the chain of keys: no word precedes it, as at AWS and Tencent.
    ..SignatureRules::new(
        SignatureScheme::chained("HMAC-SHA256", ""),
        ("x-date", "%Y%m%dT%H%M%SZ"),
        "x-security-token",
    )
};

/// The code for a fault of a signature.
pub(super) fn signature_code(fault: SignatureFault) -> &'static str {
    match fault {
        SignatureFault::NoAuthorization => "MissingAuthenticationToken",
        SignatureFault::Malformed | SignatureFault::HeaderNotSigned => "MissingSignature",
        SignatureFault::Date => "InvalidTimestamp",
        SignatureFault::UnknownKey => "InvalidAccessKey",
        SignatureFault::TokenMissing | SignatureFault::WrongToken => "InvalidSecurityToken",
        SignatureFault::Mismatch => "SignatureDoesNotMatch",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::signing::sha256_hex;
    use crate::api::volcengine::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
    use crate::sandbox::authorization::AccessKey;
    use crate::sandbox::simulator::SandboxRequest;
    use crate::sandbox::tests::support::{self, NOON, at, set};
    use crate::time::Timestamp;
    use bytes::Bytes;
    use hyper::Request;

    /// A request for this target, signed by the manual; one with a body is a POST.
    pub(crate) fn signed(
        target: &str,
        body: &str,
        key: AccessKey,
        now: Timestamp,
    ) -> SandboxRequest {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let body = Bytes::from(body.to_owned());
        let hash = sha256_hex(&body);
        let mut request = Request::builder().method(method).uri(target).body(body).unwrap();
        let date = now.format("%Y%m%dT%H%M%SZ").to_string();
        for (name, value) in [
            ("content-type", "application/json"),
            ("host", "live.volcengineapi.com"),
            ("x-content-sha256", hash.as_str()),
            ("x-date", &date),
        ] {
            set(&mut request, name, value);
        }
        let mut names = "content-type;host;x-content-sha256;x-date".to_owned();
        if let Some(token) = key.token {
            set(&mut request, "x-security-token", token);
            names.push_str(";x-security-token");
        }
        support::signed_by(&HMAC, request, key, now, &names)
    }

    fn code(request: &SandboxRequest, key: AccessKey, now: i64) -> &'static str {
        let verified = HMAC.verify(request, &[key], at(now));
        verified.map_or_else(|refusal| signature_code(refusal.code), |()| "")
    }

    fn kill(key: AccessKey) -> SandboxRequest {
        let body = r#"{"Vhost":"push.example.com"}"#;
        signed("/?Action=KillStream&Version=2023-01-01&a=b%20c%2A~", body, key, at(NOON))
    }

    /// A request that the vendor's SDK has signed.
    #[test]
    fn signature_of_the_sdk_is_accepted() {
        let key =
            AccessKey { id: "AKExample***********", secret: "QwERrtyasdf*********", token: None };
        let body = r#"{"Domain":"push.example.com","App":"live","Stream":"stream001","EndTime":"2026-11-21T14:00:00.000Z"}"#;
        let request = |signature: &str| {
            let names = "content-type;host;x-content-sha256;x-date";
            let scope = "20261121/cn-north-1/live/request";
            Request::post("/?Action=ForbidStream&Version=2023-01-01")
                .header("content-type", "application/json")
                .header("host", "live.volcengineapi.com")
                .header("x-content-sha256", sha256_hex(body.as_bytes()))
                .header("x-date", "20261121T120000Z")
                .header(
                    "authorization",
                    support::authorization(HMAC.scheme, key.id, scope, names, signature),
                )
                .body(Bytes::from(body))
                .unwrap()
        };
        let good = "cdb023edd6cc4eb8fab26b59a91d9feff825de1aecb8ddf405087a5c17c0088d";
        assert_eq!(code(&request(good), key, NOON), "");
        assert_eq!(code(&request(good), key, NOON + 901), "InvalidTimestamp");
        assert_eq!(code(&request(&good.replace('0', "1")), key, NOON), "SignatureDoesNotMatch");
    }

    #[test]
    fn changed_requests_are_refused() {
        assert_eq!(code(&kill(ACCESS_KEY), ACCESS_KEY, NOON), "");
        let change = |change: &dyn Fn(&mut SandboxRequest)| {
            let mut request = kill(ACCESS_KEY);
            change(&mut request);
            code(&request, ACCESS_KEY, NOON)
        };
        let mismatch = "SignatureDoesNotMatch";
        let other = |request: &mut SandboxRequest| {
            *request.uri_mut() = "/?Action=ForbidStream".parse().unwrap();
        };
        assert_eq!(change(&other), mismatch);
        assert_eq!(change(&|request| *request.body_mut() = "{}".into()), mismatch);
        assert_eq!(change(&|request| set(request, "content-type", "text/plain")), mismatch);
        assert_eq!(change(&|request| set(request, "host", "other.example.com")), mismatch);
        let missing = "MissingSignature";
        assert_eq!(change(&|request| set(request, "authorization", "HMAC-SHA256 a")), missing);
        let none = |request: &mut SandboxRequest| {
            request.headers_mut().remove("authorization");
        };
        assert_eq!(change(&none), "MissingAuthenticationToken");
        assert_eq!(code(&kill(ACCESS_KEY), TEMPORARY_KEY, NOON), "InvalidAccessKey");
    }

    #[test]
    fn scope_is_the_day_and_the_live_service() {
        for scope in ["20261120/cn-north-1/live/request", "20261121/cn-north-1/iam/request"] {
            let request = kill(ACCESS_KEY);
            let names = "content-type;host;x-content-sha256;x-date";
            let rules = SignatureRules { scope, ..HMAC };
            let signed = support::signed_by(&rules, request, ACCESS_KEY, at(NOON), names);
            assert_eq!(code(&signed, ACCESS_KEY, NOON), "SignatureDoesNotMatch", "{scope}");
        }
    }

    #[test]
    fn temporary_key_needs_its_signed_token() {
        assert_eq!(code(&kill(TEMPORARY_KEY), TEMPORARY_KEY, NOON), "");
        let without = AccessKey { token: None, ..TEMPORARY_KEY };
        let invalid = "InvalidSecurityToken";
        assert_eq!(code(&kill(without), TEMPORARY_KEY, NOON), invalid);
        let other = AccessKey { token: Some("other"), ..TEMPORARY_KEY };
        assert_eq!(code(&kill(other), TEMPORARY_KEY, NOON), invalid);
        assert_eq!(code(&kill(TEMPORARY_KEY), without, NOON), invalid);
        let mut unsigned = kill(without);
        set(&mut unsigned, "x-security-token", TEMPORARY_KEY.token.unwrap());
        assert_eq!(code(&unsigned, TEMPORARY_KEY, NOON), "MissingSignature");
    }
}
