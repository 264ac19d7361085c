//! Alibaba's signature `ACS3-HMAC-SHA256`, as its manual computes it.

use chrono::TimeDelta;

use crate::api::alibaba::sandbox::refusal::RpcRefusal;
use crate::api::signing::{canonical_query, sha256_hex};
use crate::sandbox::authorization::{AccessKey, Authorization, SignatureScheme, TokenProblem};
use crate::sandbox::request::{header, parse_moment, query};
use crate::sandbox::simulator::{Refusal, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::time::{Timestamp, seconds};

pub(super) const ACS3: SignatureScheme = SignatureScheme::direct("ACS3-HMAC-SHA256", "Credential");

/// How far the client's clock may be off, and for how long a nonce must not come again.
const MAX_SKEW: TimeDelta = TimeDelta::minutes(15);

/// The header of the security token of a temporary key.
const TOKEN: &str = "x-acs-security-token";

/// The records of the nonces that were used, each with its moment.
const NONCES: &str = "nonces";

/// How many nonces are kept before old ones are removed.
const KEPT_NONCES: usize = 4096;

/// The headers that every signature covers.
const REQUIRED: [&str; 6] = [
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
];

/// Checks that one of these keys signed the request a moment ago, with a nonce that is new.
pub(super) fn verify(
    state: &mut VendorState,
    request: &SandboxRequest,
    keys: &[AccessKey],
    now: Timestamp,
) -> Result<(), RpcRefusal> {
    let incomplete = |message: &'static str| Refusal::new("IncompleteSignature", message);
    let authorization = Authorization::read(request, ACS3).ok_or_else(|| {
        incomplete("Authorization is missing or malformed, or not of ACS3-HMAC-SHA256")
    })?;
    if !REQUIRED.iter().all(|name| authorization.signs(name)) {
        return Err(incomplete(
            "SignedHeaders leaves out host or a header that begins with x-acs-",
        ));
    }
    let date = header(request, "x-acs-date").unwrap_or_default();
    let signed_at = parse_moment(date, "%Y-%m-%dT%H:%M:%SZ");
    if signed_at.is_none_or(|at| (now - at).abs() > MAX_SKEW) {
        let message = "x-acs-date is not a time in UTC within 15 minutes";
        return Err(Refusal::new("InvalidTimeStamp.Expired", message));
    }
    let key = AccessKey::find(keys, authorization.id).ok_or_else(|| {
        Refusal::new("InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    })?;
    authorization.check_token(request, TOKEN, key).map_err(token_refusal)?;
    let mismatch = |message: &'static str| Refusal::new("SignatureDoesNotMatch", message);
    if header(request, "x-acs-content-sha256") != Some(&sha256_hex(request.body())) {
        return Err(mismatch("x-acs-content-sha256 is not the hash of the body"));
    }
    let canonical_request = canonical_request(request, &authorization).map_err(mismatch)?;
    // The string to sign has neither a time nor a scope.
    if authorization.signature != ACS3.signature(key.secret, "", "", &canonical_request) {
        return Err(mismatch("the signature does not match"));
    }
    use_nonce(state, header(request, "x-acs-signature-nonce").unwrap_or_default(), now)
}

fn token_refusal(problem: TokenProblem) -> RpcRefusal {
    let (code, message) = match problem {
        TokenProblem::Missing => ("MissingSecurityToken", "x-acs-security-token is missing"),
        TokenProblem::NotSigned => {
            ("IncompleteSignature", "SignedHeaders leaves out x-acs-security-token")
        }
        TokenProblem::OfAnotherKey => (
            "InvalidSecurityToken.MismatchWithAccessKey",
            "x-acs-security-token is not the token of this AccessKey",
        ),
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

/// Takes a nonce, unless it was used before.
fn use_nonce(state: &mut VendorState, nonce: &str, now: Timestamp) -> Result<(), RpcRefusal> {
    let nonces = state.records_mut(NONCES);
    if nonce.is_empty() || nonces.contains_key(nonce) {
        let message = "Specified signature nonce was used already.";
        return Err(Refusal::new("SignatureNonceUsed", message));
    }
    if nonces.len() >= KEPT_NONCES {
        // A request that is older is refused for its date.
        let oldest = seconds(now - MAX_SKEW * 2);
        nonces.retain(|_, used| used.as_str().is_some_and(|used| *used >= *oldest));
    }
    nonces.insert(nonce.to_owned(), seconds(now).into());
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::alibaba::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
    use crate::sandbox::testing::{self, NOON, at, set};
    use bytes::Bytes;
    use hyper::Request;

    /// A request of this action, signed as the manual says.
    pub(crate) fn signed(
        action: &str,
        query: &str,
        key: AccessKey,
        nonce: &str,
        now: Timestamp,
    ) -> SandboxRequest {
        let mut request = Request::post(format!("/?{query}")).body(Bytes::new()).unwrap();
        for (name, value) in [
            ("host", "live.aliyuncs.com"),
            ("x-acs-action", action),
            ("x-acs-version", "2016-11-01"),
            ("x-acs-date", &seconds(now)),
            ("x-acs-signature-nonce", nonce),
            ("x-acs-content-sha256", &sha256_hex(b"")),
        ] {
            set(&mut request, name, value);
        }
        let mut names = REQUIRED.to_vec();
        if let Some(token) = key.token {
            set(&mut request, "x-acs-security-token", token);
            names.push("x-acs-security-token");
            names.sort_unstable();
        }
        testing::signed(request, ACS3, key, ("", ""), &names.join(";"), canonical_request)
    }

    fn code(request: &SandboxRequest, key: AccessKey, now: i64) -> &'static str {
        let mut state = VendorState::default();
        verify(&mut state, request, &[key], at(now)).map_or_else(|refusal| refusal.code, |()| "")
    }

    fn drop_request(key: AccessKey) -> SandboxRequest {
        signed("ForbidLiveStream", "Oneshot=yes&StreamName=a%20b%2A~", key, "n", at(NOON))
    }

    /// The example of the manual's page on the signature.
    #[test]
    fn published_example_is_accepted() {
        let key = AccessKey { id: "YourAccessKeyId", secret: "YourAccessKeySecret", token: None };
        let signed_at = 1_698_315_752;
        let request = |signature: &str| {
            let names = REQUIRED.join(";");
            Request::post(
                "/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
            )
            .header("host", "ecs.cn-shanghai.aliyuncs.com")
            .header("x-acs-action", "RunInstances")
            .header("x-acs-version", "2014-05-26")
            .header("x-acs-date", "2023-10-26T10:22:32Z")
            .header("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d")
            .header("x-acs-content-sha256", sha256_hex(b""))
            .header("authorization", testing::authorization(ACS3, key.id, "", &names, signature))
            .body(Bytes::new())
            .unwrap()
        };
        let good = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        assert_eq!(code(&request(good), key, signed_at), "");
        assert_eq!(code(&request(good), key, signed_at + 901), "InvalidTimeStamp.Expired");
        assert_eq!(
            code(&request(&good.replace('0', "1")), key, signed_at),
            "SignatureDoesNotMatch"
        );
    }

    #[test]
    fn changed_requests_are_refused() {
        assert_eq!(code(&drop_request(ACCESS_KEY), ACCESS_KEY, NOON), "");
        let change = |change: &dyn Fn(&mut SandboxRequest)| {
            let mut request = drop_request(ACCESS_KEY);
            change(&mut request);
            code(&request, ACCESS_KEY, NOON)
        };
        let mismatch = "SignatureDoesNotMatch";
        assert_eq!(
            change(&|request| *request.uri_mut() = "/?Oneshot=no".parse().unwrap()),
            mismatch
        );
        assert_eq!(change(&|request| *request.body_mut() = "a=1".into()), mismatch);
        assert_eq!(change(&|request| set(request, "x-acs-action", "ResumeLiveStream")), mismatch);
        assert_eq!(change(&|request| set(request, "host", "other.example.com")), mismatch);
        assert_eq!(
            change(&|request| set(request, "authorization", "ACS3-HMAC-SHA256 Credential=a")),
            "IncompleteSignature"
        );
        assert_eq!(
            code(&drop_request(ACCESS_KEY), TEMPORARY_KEY, NOON),
            "InvalidAccessKeyId.NotFound"
        );
    }

    #[test]
    fn temporary_key_needs_its_signed_token() {
        assert_eq!(code(&drop_request(TEMPORARY_KEY), TEMPORARY_KEY, NOON), "");
        let without = AccessKey { token: None, ..TEMPORARY_KEY };
        assert_eq!(code(&drop_request(without), TEMPORARY_KEY, NOON), "MissingSecurityToken");
        let other = AccessKey { token: Some("other"), ..TEMPORARY_KEY };
        let mismatch = "InvalidSecurityToken.MismatchWithAccessKey";
        assert_eq!(code(&drop_request(other), TEMPORARY_KEY, NOON), mismatch);
        assert_eq!(code(&drop_request(TEMPORARY_KEY), without, NOON), mismatch);
        let mut unsigned = drop_request(without);
        set(&mut unsigned, "x-acs-security-token", TEMPORARY_KEY.token.unwrap());
        assert_eq!(code(&unsigned, TEMPORARY_KEY, NOON), "IncompleteSignature");
    }

    #[test]
    fn nonce_is_taken_once() {
        let mut state = VendorState::default();
        let mut send = |nonce: &str| {
            let request = signed("ForbidLiveStream", "", ACCESS_KEY, nonce, at(NOON));
            verify(&mut state, &request, &[ACCESS_KEY], at(NOON)).map_err(|refusal| refusal.code)
        };
        assert_eq!(send("a"), Ok(()));
        assert_eq!(send("a"), Err("SignatureNonceUsed"));
        assert_eq!(send("b"), Ok(()));
    }
}
