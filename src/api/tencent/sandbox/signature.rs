//! Tencent's signature `TC3-HMAC-SHA256`, as the documents of API 3.0 compute it.

use chrono::TimeDelta;

use crate::sandbox::authorization::SignatureScheme;
use crate::sandbox::request::header;
use crate::sandbox::signature_rules::{SignatureFault, SignatureRules};

/// The value of `X-TC-Content-SHA256`, and the payload that is signed instead of the body.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

pub(super) const TC3: SignatureRules = SignatureRules {
    required: &["content-type", "host"],
    max_skew: TimeDelta::minutes(5),
    // The day is that of UTC.
    scope: "%Y-%m-%d/live/tc3_request",
    // Tencent's clients send the token without signing it.
    signs_token: false,
    canonical_request: |request, authorization| {
        let query = request.uri().query().unwrap_or_default();
        // Values too: Tencent signs the action in lower case and sends it as it is.
        let headers = authorization.canonical_headers(request)?.to_lowercase();
        let payload = match header(request, "x-tc-content-sha256") {
            // An option of Tencent's SDKs.
            Some(UNSIGNED_PAYLOAD) => UNSIGNED_PAYLOAD.as_bytes(),
            _ => request.body(),
        };
        Ok(authorization.canonical_request(request.method(), ("/", query), &headers, payload))
    },
    ..SignatureRules::new(
        SignatureScheme::chained("TC3-HMAC-SHA256", "TC3"),
        ("x-tc-timestamp", "%s"),
        "x-tc-token",
    )
};

/// The code for a fault of a signature.
pub(super) fn signature_code(fault: SignatureFault) -> &'static str {
    match fault {
        SignatureFault::NoAuthorization | SignatureFault::Malformed => {
            "AuthFailure.InvalidAuthorization"
        }
        SignatureFault::HeaderNotSigned | SignatureFault::Mismatch => {
            "AuthFailure.SignatureFailure"
        }
        SignatureFault::Date => "AuthFailure.SignatureExpire",
        SignatureFault::UnknownKey => "AuthFailure.SecretIdNotFound",
        SignatureFault::TokenMissing | SignatureFault::WrongToken => "AuthFailure.TokenFailure",
    }
}

#[cfg(test)]
pub(in crate::api::tencent::sandbox) mod tests {
    use super::*;
    use crate::api::signing::{hmac_sha256, sha256_hex};
    use crate::sandbox::authorization::{AccessKey, Authorization};
    use crate::sandbox::simulator::SandboxRequest;
    use crate::sandbox::tests::support::{self, at, authorization, set};
    use crate::text::hex;
    use crate::time::Timestamp;
    use bytes::Bytes;
    use hyper::Request;

    /// The documents' worked example, whose masked key is literally the key.
    const EXAMPLE: AccessKey =
        AccessKey { id: "AKID********************************", secret: STARS, token: None };
    const STARS: &str = "********************************";

    /// The example's rules, which are of another service.
    const CVM: SignatureRules = SignatureRules { scope: "%Y-%m-%d/cvm/tc3_request", ..TC3 };

    /// 2019-02-25T16:44:25Z, which is the next day in Beijing.
    const THEN: i64 = 1_551_113_065;

    const BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    const SIGNATURE: &str = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f";

    /// A request with the signature that is expected.
    pub(in crate::api::tencent::sandbox) fn signed(
        mut request: SandboxRequest,
        key: AccessKey,
        now: Timestamp,
    ) -> SandboxRequest {
        let timestamp = now.timestamp().to_string();
        for (name, value) in [
            ("content-type", "application/json; charset=utf-8"),
            ("host", "live.tencentcloudapi.com"),
            ("x-tc-timestamp", &timestamp),
        ] {
            set(&mut request, name, value);
        }
        let names = "content-type;host;x-tc-action";
        support::signed_by(&TC3, request, key, now, names)
    }

    fn example(signed_headers: &str, signature: &str) -> SandboxRequest {
        Request::post("/")
            .header("host", "cvm.tencentcloudapi.com")
            .header("content-type", "application/json; charset=utf-8")
            .header("x-tc-action", "DescribeInstances")
            .header("x-tc-timestamp", THEN.to_string())
            .header(
                "authorization",
                authorization(
                    TC3.scheme,
                    EXAMPLE.id,
                    "2019-02-25/cvm/tc3_request",
                    signed_headers,
                    signature,
                ),
            )
            .body(Bytes::from_static(BODY.as_bytes()))
            .unwrap()
    }

    fn of_the_current_page() -> SandboxRequest {
        example("content-type;host;x-tc-action", SIGNATURE)
    }

    fn code(request: &SandboxRequest, key: AccessKey, now: i64) -> &'static str {
        let verified = CVM.verify(request, &[key], at(now));
        verified.map_or_else(|refusal| signature_code(refusal.code), |()| "")
    }

    #[test]
    fn published_examples_are_accepted() {
        let older = "content-type;host";
        for (secret, signed_headers, canonical, signature) in [
            (
                STARS,
                "content-type;host;x-tc-action",
                "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
                SIGNATURE,
            ),
            (
                "Gu5t9xGARNpq86cd98joQYCN3*******",
                older,
                "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
                "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
            ),
            (
                "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                older,
                "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
                "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
            ),
        ] {
            let request = example(signed_headers, signature);
            let read = Authorization::read(&request, TC3.scheme).unwrap();
            let canonical_request = (TC3.canonical_request)(&request, &read).unwrap();
            assert_eq!(sha256_hex(canonical_request.as_bytes()), canonical);
            assert_eq!(code(&request, AccessKey { secret, ..EXAMPLE }, THEN), "", "{secret}");
        }
    }

    #[test]
    fn published_intermediate_keys_are_reproduced() {
        assert_eq!(
            sha256_hex(BODY.as_bytes()),
            "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
        );
        let secret_date = hmac_sha256(format!("TC3{STARS}").as_bytes(), "2019-02-25");
        assert_eq!(
            hex(&secret_date),
            "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0"
        );
        let secret_service = hmac_sha256(&secret_date, "cvm");
        assert_eq!(
            hex(&secret_service),
            "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f"
        );
        assert_eq!(
            hex(&TC3.scheme.signing_key(STARS, "2019-02-25/cvm/tc3_request")),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
        );
    }

    #[test]
    fn changes_after_signing_are_refused() {
        let changes: [fn(&mut SandboxRequest); 6] = [
            |request| *request.method_mut() = "GET".parse().unwrap(),
            |request| *request.uri_mut() = "/?a=b".parse().unwrap(),
            |request| *request.body_mut() = Bytes::new(),
            |request| set(request, "host", "live.tencentcloudapi.com"),
            |request| set(request, "x-tc-action", "TerminateInstances"),
            |request| set(request, "x-tc-timestamp", &(THEN + 1).to_string()),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut request = of_the_current_page();
            change(&mut request);
            assert_eq!(code(&request, EXAMPLE, THEN), "AuthFailure.SignatureFailure", "{number}");
        }
        let other_key = AccessKey { secret: "another", ..EXAMPLE };
        assert_eq!(code(&of_the_current_page(), other_key, THEN), "AuthFailure.SignatureFailure");
    }

    #[test]
    fn timestamp_is_at_most_5_minutes_off() {
        for (now, expected) in [
            (THEN - 300, ""),
            (THEN + 300, ""),
            (THEN - 301, "AuthFailure.SignatureExpire"),
            (THEN + 301, "AuthFailure.SignatureExpire"),
        ] {
            assert_eq!(code(&of_the_current_page(), EXAMPLE, now), expected);
        }
        for timestamp in
            ["", "soon", "+1551113065", "-5", "99999999999999999999", "9223372036854775807"]
        {
            let mut request = of_the_current_page();
            set(&mut request, "x-tc-timestamp", timestamp);
            assert_eq!(code(&request, EXAMPLE, THEN), "AuthFailure.SignatureExpire", "{timestamp}");
        }
    }

    #[test]
    fn unknown_secret_id_is_not_found() {
        let other_id = AccessKey { id: "AKIDanother", ..EXAMPLE };
        assert_eq!(code(&of_the_current_page(), other_id, THEN), "AuthFailure.SecretIdNotFound");
    }

    #[test]
    fn scope_and_signed_headers_must_match() {
        let mut missing = of_the_current_page();
        missing.headers_mut().remove("authorization");
        assert_eq!(code(&missing, EXAMPLE, THEN), "AuthFailure.InvalidAuthorization");

        let list = "SignedHeaders is not a sorted list of headers of this request in lower case";
        let scope = "the scope of the credential is not 2019-02-25/cvm/tc3_request";
        for (from, to, message) in [
            ("content-type;", "", "SignedHeaders leaves out content-type"),
            ("host;", "", "SignedHeaders leaves out host"),
            ("content-type;host", "host;content-type", list),
            ("x-tc-action", "x-tc-version", list),
            // The date in Beijing.
            ("2019-02-25", "2019-02-26", scope),
            ("/cvm/", "/live/", scope),
        ] {
            let mut request = of_the_current_page();
            let text = header(&request, "authorization").unwrap().replace(from, to);
            set(&mut request, "authorization", &text);
            let refusal = CVM.verify(&request, &[EXAMPLE], at(THEN)).unwrap_err();
            assert_eq!(
                (signature_code(refusal.code), &*refusal.message),
                ("AuthFailure.SignatureFailure", message),
                "{to}"
            );
        }
    }

    #[test]
    fn temporary_key_needs_its_token() {
        let key = AccessKey { token: Some("a token"), ..EXAMPLE };
        let request = |token: Option<&str>| {
            let mut request = of_the_current_page();
            if let Some(token) = token {
                set(&mut request, "x-tc-token", token);
            }
            request
        };
        assert_eq!(code(&request(Some("a token")), key, THEN), "");
        for (token, key) in [(None, key), (Some("another"), key), (Some("a token"), EXAMPLE)] {
            assert_eq!(code(&request(token), key, THEN), "AuthFailure.TokenFailure", "{token:?}");
        }
    }

    #[test]
    fn unsigned_payload_leaves_the_body_free() {
        let mut request = Request::post("/").body(Bytes::from_static(b"{}")).unwrap();
        set(&mut request, "x-tc-content-sha256", UNSIGNED_PAYLOAD);
        set(&mut request, "x-tc-action", "DropLiveStream");
        let mut request = signed(request, EXAMPLE, at(THEN));
        *request.body_mut() = Bytes::from_static(b"[]");
        assert_eq!(TC3.verify(&request, &[EXAMPLE], at(THEN)), Ok(()));

        request.headers_mut().remove("x-tc-content-sha256");
        assert!(TC3.verify(&request, &[EXAMPLE], at(THEN)).is_err());
    }
}
