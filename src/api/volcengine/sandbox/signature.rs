//! Volcengine's signature `HMAC-SHA256`, as its manual computes it.

use chrono::TimeDelta;

use crate::api::signing::{canonical_query, sha256_hex};
use crate::api::volcengine::sandbox::refusal::OpenApiRefusal;
use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme, TokenProblem};
use crate::sandbox::request::{header, parse_moment, query};
use crate::sandbox::simulator::{Refusal, SandboxRequest};
use crate::time::Timestamp;

pub(super) const HMAC: SignatureScheme = SignatureScheme::chained("HMAC-SHA256", "", "request");

/// How far the client's clock may be off. Volcengine documents no limit.
const MAX_SKEW: TimeDelta = TimeDelta::minutes(15);

/// The header of the security token of a temporary key.
const TOKEN: &str = "x-security-token";

/// The headers that every signature covers; the SDKs leave out the content type of a GET.
const REQUIRED: [&str; 3] = ["host", "x-content-sha256", "x-date"];

/// Checks that one of these keys signed the request a moment ago.
pub(super) fn verify(
    request: &SandboxRequest,
    keys: &[AccessKey],
    now: Timestamp,
) -> Result<(), OpenApiRefusal> {
    if header(request, "authorization").is_none() {
        let message = "Request is missing Authentication Token.";
        return Err(Refusal::new("MissingAuthenticationToken", message));
    }
    let incomplete = |message: &'static str| Refusal::new("MissingSignature", message);
    let authorization = Authorization::read(request, HMAC)
        .ok_or_else(|| incomplete("Authorization is malformed, or not of HMAC-SHA256"))?;
    if !REQUIRED.iter().all(|name| authorization.signs(name)) {
        return Err(incomplete("SignedHeaders leaves out host, x-content-sha256 or x-date"));
    }
    let date = header(request, "x-date").unwrap_or_default();
    let signed_at = parse_moment(date, "%Y%m%dT%H%M%SZ");
    if signed_at.is_none_or(|at| (now - at).abs() > MAX_SKEW) {
        let message = "The signature of the request is expired: X-Date is not within 15 minutes.";
        return Err(Refusal::new("InvalidTimestamp", message));
    }
    let key = AccessKey::find(keys, authorization.id).ok_or_else(|| {
        Refusal::new("InvalidAccessKey", "The accesskey included in the request is invalid.")
    })?;
    authorization.check_token(request, TOKEN, key).map_err(token_refusal)?;
    let mismatch = |message: &'static str| Refusal::new("SignatureDoesNotMatch", message);
    if header(request, "x-content-sha256") != Some(&sha256_hex(request.body())) {
        return Err(mismatch("X-Content-Sha256 is not the hash of the body"));
    }
    let scope = authorization.scope;
    if scope != format!("{}/cn-north-1/live/request", &date[..8]) {
        return Err(mismatch("the credential scope is not DATE/cn-north-1/live/request"));
    }
    let canonical_request = canonical_request(request, &authorization).map_err(mismatch)?;
    if authorization.signature != HMAC.signature(key.secret, date, scope, &canonical_request) {
        return Err(mismatch("the signature does not match"));
    }
    Ok(())
}

fn token_refusal(problem: TokenProblem) -> OpenApiRefusal {
    let (code, message) = match problem {
        TokenProblem::Missing => ("InvalidSecurityToken", "X-Security-Token is missing"),
        TokenProblem::NotSigned => {
            ("MissingSignature", "SignedHeaders leaves out x-security-token")
        }
        TokenProblem::OfAnotherKey => {
            ("InvalidSecurityToken", "X-Security-Token is not the token of this Access Key")
        }
    };
    Refusal::new(code, message)
}

fn canonical_request(
    request: &SandboxRequest,
    authorization: &Authorization,
) -> Result<String, &'static str> {
    let pairs = query(request)?;
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, value.clone())).collect();
    let headers = authorization.canonical_headers(request)?;
    let query = canonical_query(&pairs);
    Ok(authorization.canonical_request(request.method(), ("/", &query), &headers, request.body()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::volcengine::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
    use crate::sandbox::testing::{self, NOON, at, set};
    use bytes::Bytes;
    use hyper::Request;

    /// A request for this target, signed as the manual says; one with a body is a POST.
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
        let scope = format!("{}/cn-north-1/live/request", &date[..8]);
        testing::signed(request, HMAC, key, (&date, &scope), &names, canonical_request)
    }

    fn code(request: &SandboxRequest, key: AccessKey, now: i64) -> &'static str {
        verify(request, &[key], at(now)).map_or_else(|refusal| refusal.code, |()| "")
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
                    testing::authorization(HMAC, key.id, scope, names, signature),
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
            let time = "20261121T120000Z";
            let names = "content-type;host;x-content-sha256;x-date";
            let signed =
                testing::signed(request, HMAC, ACCESS_KEY, (time, scope), names, canonical_request);
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
