//! Alibaba's signature `ACS3-HMAC-SHA256`, as its manual computes it.

use crate::sandbox::authorization::SignatureScheme;
use crate::sandbox::request::header;
use crate::sandbox::signature_rules::{SignatureFault, SignatureRules};
use crate::sandbox::simulator::{ActionResult, Refusal, SandboxRequest};
use crate::sandbox::state::VendorState;
use crate::time::{Timestamp, seconds};

/// The headers that every signature covers.
const REQUIRED: [&str; 6] = [
    // `host` and each header that begins with `x-acs-`; a content type too, where one is sent.
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
];

pub(super) const ACS3: SignatureRules = SignatureRules {
    required: &REQUIRED,
    // The string to sign has neither a time nor a scope.
    signs_date: false,
    content_hash: Some("x-acs-content-sha256"),
    ..SignatureRules::new(
        SignatureScheme::direct("ACS3-HMAC-SHA256", "Credential"),
        ("x-acs-date", "%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-security-token",
    )
};

/// The code for a fault of a signature.
pub(super) fn signature_code(fault: SignatureFault) -> &'static str {
    match fault {
        SignatureFault::NoAuthorization
        | SignatureFault::Malformed
        | SignatureFault::HeaderNotSigned => "IncompleteSignature",
        SignatureFault::Date => "InvalidTimeStamp.Expired",
        SignatureFault::UnknownKey => "InvalidAccessKeyId.NotFound",
        SignatureFault::TokenMissing => "MissingSecurityToken",
        SignatureFault::WrongToken => "InvalidSecurityToken.MismatchWithAccessKey",
        SignatureFault::Mismatch => "SignatureDoesNotMatch",
    }
}

/// The records of the nonces that were used, each with its moment.
const NONCES: &str = "nonces";

/// How many nonces are kept before old ones are removed.
const KEPT_NONCES: usize = 4096;

/// Takes the nonce of a request, unless it was used before.
pub(super) fn use_nonce(
    state: &mut VendorState,
    request: &SandboxRequest,
    now: Timestamp,
) -> ActionResult<()> {
    let nonce = header(request, "x-acs-signature-nonce").unwrap_or_default();
    let nonces = state.records_mut(NONCES);
    if nonce.is_empty() || nonces.contains_key(nonce) {
        let message = "Specified signature nonce was used already.";
        return Err(Refusal::new("SignatureNonceUsed", message));
    }
    if nonces.len() >= KEPT_NONCES {
        // A request that is older is refused for its date.
        let oldest = seconds(now - ACS3.max_skew * 2);
        nonces.retain(|_, used| used.as_str().is_some_and(|used| *used >= *oldest));
    }
    nonces.insert(nonce.to_owned(), seconds(now).into());
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::api::alibaba::sandbox::demo::{ACCESS_KEY, TEMPORARY_KEY};
    use crate::api::signing::sha256_hex;
    use crate::sandbox::authorization::AccessKey;
    use crate::sandbox::tests::support::{self, NOON, at, set};
    use bytes::Bytes;
    use hyper::Request;

    /// A request of this action, signed by the manual.
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
        support::signed_by(&ACS3, request, key, now, &names.join(";"))
    }

    fn code(request: &SandboxRequest, key: AccessKey, now: i64) -> &'static str {
        let verified = ACS3.verify(request, &[key], at(now));
        verified.map_or_else(|refusal| signature_code(refusal.code), |()| "")
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
            .header("authorization", support::authorization(ACS3.scheme, key.id, "", &names, signature))
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
            use_nonce(&mut state, &request, at(NOON)).map_err(|refusal| refusal.code)
        };
        assert_eq!(send("a"), Ok(()));
        assert_eq!(send("a"), Err("SignatureNonceUsed"));
        assert_eq!(send("b"), Ok(()));
    }
}
