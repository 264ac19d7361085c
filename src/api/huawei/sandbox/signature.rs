//! Huawei's signature `SDK-HMAC-SHA256`, as its manual computes it.

use percent_encoding::percent_decode_str;

use crate::api::signing::uri_encode;
use crate::sandbox::authorization::{AccessKey, SignatureScheme};
use crate::sandbox::signature_rules::SignatureRules;
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};
use crate::time::Timestamp;

const SDK_HMAC: SignatureRules = SignatureRules {
    required: &["host", "x-sdk-date"],
    canonical_request: |request, authorization| {
        let segment = |text: &str| uri_encode(&percent_decode_str(text).decode_utf8_lossy());
        let path: Vec<_> = request.uri().path().split('/').map(segment).collect();
        // Signed with a slash at its end, sent with or without.
        let path = format!("{}/", path.join("/").trim_end_matches('/'));
        authorization.sorted_request(request, &path)
    },
    ..SignatureRules::new(
        SignatureScheme::direct("SDK-HMAC-SHA256", "Access"),
        ("x-sdk-date", "%Y%m%dT%H%M%SZ"),
        "x-security-token",
    )
};

/// Checks that one of these keys signed the request a moment ago.
pub(super) fn verify(
    request: &SandboxRequest,
    keys: &[AccessKey],
    now: Timestamp,
) -> ActionResult<()> {
    // The gateway has one code for every fault; its text gives the reason.
    SDK_HMAC.verify(request, keys, now).map_err(|Refusal { message, .. }| {
        let message = format!("Incorrect IAM authentication information: {message}");
        Refusal::new("APIGW.0301", message)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::huawei::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
    use crate::sandbox::request::parse_moment;
    use crate::sandbox::tests::support::{self, NOON, at, set};
    use bytes::Bytes;
    use hyper::Request;

    /// A request that is signed by the manual.
    pub(crate) fn signed(
        method: &str,
        target: &str,
        body: &str,
        key: AccessKey,
        now: Timestamp,
    ) -> SandboxRequest {
        let body = Bytes::from(body.to_owned());
        let mut request = Request::builder().method(method).uri(target).body(body).unwrap();
        let date = now.format("%Y%m%dT%H%M%SZ").to_string();
        set(&mut request, "host", "live.cn-north-4.myhuaweicloud.com");
        set(&mut request, "content-type", "application/json");
        set(&mut request, "x-sdk-date", &date);
        let mut names = "content-type;host;x-sdk-date".to_owned();
        if let Some(token) = key.token {
            set(&mut request, "x-security-token", token);
            names.push_str(";x-security-token");
        }
        support::signed_by(&SDK_HMAC, request, key, now, &names)
    }

    fn verdict(request: &SandboxRequest, key: AccessKey, now: i64) -> String {
        let verified = SDK_HMAC.verify(request, &[key], at(now));
        verified.map_or_else(|refusal| refusal.message.into_owned(), |()| String::new())
    }

    fn cut(key: AccessKey) -> SandboxRequest {
        signed("POST", "/v1/p/stream/block-once?b=a%20b%2A~", "{}", key, at(NOON))
    }

    /// The example of the manual's page on the signature, and requests of the live API that the vendor's SDK signs.
    #[test]
    fn published_examples_are_accepted() {
        const HOST: &str = "live.cn-north-4.myhuaweicloud.com";
        const BANNED: &str = r#"{"domain":"push.example.com","app_name":"live","stream_name":"cam1","resume_time":"2026-11-21T14:00:00Z"}"#;
        let key = AccessKey {
            id: "HWAKEXAMPLE000000001",
            secret: "HWSKEXAMPLE0000000000000000000000000001",
            token: None,
        };
        for (method, target, host, date, body, signature) in [
            (
                "GET",
                "vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
                "service.region.example.com",
                "20191115T033655Z",
                "",
                "1505afe5518920e98e3b5de147721bce558d162f16eb33228011942f08eab57c",
            ),
            (
                "POST",
                "stream/blocks",
                HOST,
                "20261121T120000Z",
                BANNED,
                "c8632d889196ac47eccced961073d181d790eb9381c8e9f431ea8b852b33cff1",
            ),
            (
                "DELETE",
                "stream/blocks?stream_name=cam1&domain=push.example.com&app_name=live",
                HOST,
                "20261121T120000Z",
                "",
                "a43a086b76acf779e7e556402528a0ed9b4437aab06d156e23948c2e0caf4163",
            ),
        ] {
            let names = "content-type;host;x-sdk-date";
            let request = |signature: &str| {
                Request::builder()
                    .method(method)
                    .uri(format!("/v1/77b6a44cba5143ab91d13ab9a8ff44fd/{target}"))
                    .header("host", host)
                    .header("content-type", "application/json")
                    .header("x-sdk-date", date)
                    .header(
                        "authorization",
                        support::authorization(SDK_HMAC.scheme, key.id, "", names, signature),
                    )
                    .body(Bytes::from(body))
                    .unwrap()
            };
            let signed_at = parse_moment(date, "%Y%m%dT%H%M%SZ").unwrap().timestamp();
            assert_eq!(verdict(&request(signature), key, signed_at), "", "{target}");
            let late = verdict(&request(signature), key, signed_at + 901);
            assert!(late.contains("within 15 minutes"), "{late}");
            let changed = signature.replace('0', "1");
            assert_eq!(verdict(&request(&changed), key, signed_at), "the signature does not match");
        }
    }

    #[test]
    fn changed_requests_are_refused() {
        assert_eq!(verdict(&cut(ACCESS_KEY), ACCESS_KEY, NOON), "");
        let change = |change: &dyn Fn(&mut SandboxRequest)| {
            let mut request = cut(ACCESS_KEY);
            change(&mut request);
            verdict(&request, ACCESS_KEY, NOON)
        };
        let mismatch = "the signature does not match";
        let target = |target: &'static str| {
            change(&move |request| *request.uri_mut() = target.parse().unwrap())
        };
        assert_eq!(target("/v1/p/stream/block-once/?b=a+b*~"), "");
        assert_eq!(target("/v1/p/stream/block-once?b=a"), mismatch);
        assert_eq!(target("/v1/p/stream/blocks?b=a%20b%2A~"), mismatch);
        assert_eq!(change(&|request| *request.body_mut() = "{ }".into()), mismatch);
        assert_eq!(change(&|request| set(request, "host", "other.example.com")), mismatch);
        assert_eq!(change(&|request| set(request, "content-type", "text/plain")), mismatch);
        assert!(
            change(&|request| set(request, "authorization", "SDK-HMAC-SHA256 Access=a"))
                .contains("malformed")
        );
        assert!(verdict(&cut(ACCESS_KEY), TEMPORARY_KEY, NOON).contains("no such access key"));
    }

    #[test]
    fn temporary_key_needs_its_signed_token() {
        assert_eq!(verdict(&cut(TEMPORARY_KEY), TEMPORARY_KEY, NOON), "");
        let without = AccessKey { token: None, ..TEMPORARY_KEY };
        let other = AccessKey { token: Some("other"), ..TEMPORARY_KEY };
        let not_the_token = "x-security-token is not the token of this access key";
        for (sent, known, problem) in [
            (without, TEMPORARY_KEY, "x-security-token is missing"),
            (other, TEMPORARY_KEY, not_the_token),
            (TEMPORARY_KEY, without, not_the_token),
        ] {
            assert_eq!(verdict(&cut(sent), known, NOON), problem);
        }
        let mut unsigned = cut(without);
        set(&mut unsigned, SDK_HMAC.token, TEMPORARY_KEY.token.unwrap());
        assert!(verdict(&unsigned, TEMPORARY_KEY, NOON).contains("leaves out"));
    }
}
