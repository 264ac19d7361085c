//! Signatures against the manual, requests, the format of responses, and the shell's signature.

use super::*;
use crate::api::credentials::tests::credentials;
use crate::api::response::ErrorClass;
use crate::api::signature::{Signature, SigningContext};
use crate::api::signing::{canonical_request, hmac_sha256, sha256_hex};
use crate::api::spec::Api;
use crate::outcome::answer::Code;
use crate::text::hex;
use crate::time::Timestamp;
use serde_json::json;

const TIMESTAMP: &str = "1551113065";
const DATE: &str = "2019-02-25";
const BODY: &[u8] =
    br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/json; charset=utf-8"),
    ("host", "cvm.tencentcloudapi.com"),
    ("x-tc-action", "describeinstances"),
];

/// The scheme of the pages' examples, which are of another service.
static CVM: HmacScheme = HmacScheme {
    date: "%Y-%m-%d",
    scope: "cvm/tc3_request",
    key_prefix: "TC3",
    ..HmacScheme::new("TC3-HMAC-SHA256")
};

fn signature(secret_key: &str, canonical_request: &str) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    CVM.signature(secret_key, DATE, &CVM.string_to_sign(TIMESTAMP, DATE, &hash))
}

#[test]
fn each_step_matches_the_vendors_page() {
    let secret_key = "*".repeat(32);
    assert_eq!(
        sha256_hex(BODY),
        "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    );
    let canonical_request = canonical_request("POST", "/", "", &HEADERS, BODY);
    assert_eq!(
        sha256_hex(canonical_request.as_bytes()),
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
    );
    assert_eq!(
        CVM.string_to_sign(TIMESTAMP, DATE, &sha256_hex(canonical_request.as_bytes())),
        "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n\
         7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
    );
    let secret_date = hmac_sha256(format!("TC3{secret_key}").as_bytes(), DATE);
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
        hex(&CVM.signing_key(&secret_key, DATE)),
        "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
    );
    assert_eq!(
        signature(&secret_key, &canonical_request),
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    );
}

#[test]
fn signatures_match_the_older_pages() {
    let canonical_request = canonical_request("POST", "/", "", &HEADERS[..2], BODY);
    assert_eq!(
        sha256_hex(canonical_request.as_bytes()),
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
    );
    for (secret_key, expected) in [
        (
            "Gu5t9xGARNpq86cd98joQYCN3*******",
            "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
        ),
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
    ] {
        assert_eq!(signature(secret_key, &canonical_request), expected, "{secret_key}");
    }
}

fn place() -> StreamPlace {
    StreamPlace { domain: "push.example.com".into(), app: "live".into() }
}

const SECRET: &str = "k3y-of-tencent";

pub(crate) fn account() -> HmacApi {
    account_with(None)
}

fn account_with(token: Option<&str>) -> HmacApi {
    let credentials = credentials("AKID", SECRET, token);
    HmacApi::new(&API_VERSION, &SCHEME, credentials, V3_ENDPOINT.parse().unwrap())
}

#[test]
fn request_signs_action_host_and_body() {
    assert_eq!(
        account()
            .canonical_request(&request("DropLiveStream", &place(), "8888_a"), &Signature(vec![])),
        "POST\n/\n\ncontent-type:application/json\nhost:live.tencentcloudapi.com\nx-tc-action:droplivestream\n\n\
         content-type;host;x-tc-action\n\
         4ce542aa44975f54b402f797824ab93adf26035fe51a3364f1569fb34db6cdf1"
    );
}

#[test]
fn signature_date_is_utc() {
    let v3 = account();
    let request = request("DropLiveStream", &place(), "8888_a");
    let at = "2026-11-21T16:00:00Z".parse().unwrap();
    let signed = v3.authorize(&request, &v3.sign(&request, SigningContext { at, nonce: 0 }));
    let header =
        |name| signed.headers.iter().find(|(header, _)| *header == name).unwrap().1.as_str();
    assert_eq!(header("x-tc-timestamp"), "1795276800");
    assert!(
        header("authorization")
            .starts_with("TC3-HMAC-SHA256 Credential=AKID/2026-11-21/live/tc3_request, ")
    );
    assert_eq!(
        signed.body.as_deref(),
        Some(&br#"{"AppName":"live","DomainName":"push.example.com","StreamName":"8888_a"}"#[..])
    );
}

#[test]
fn codes_have_classes() {
    let v3 = account();
    for (word, class) in [
        ("AuthFailure.SignatureFailure", ErrorClass::Credentials),
        ("AuthFailure.SignatureExpire", ErrorClass::Credentials),
        ("AuthFailure.SecretIdNotFound", ErrorClass::Credentials),
        ("RequestLimitExceeded", ErrorClass::Throttled),
        ("InternalError", ErrorClass::Unclear),
        ("InternalError.UpdateDataError", ErrorClass::Unclear),
        ("FailedOperation.CallOtherSvrFailed", ErrorClass::Unclear),
        ("ServiceUnavailable", ErrorClass::Unclear),
        ("FailedOperation", ErrorClass::Refused),
        ("InvalidParameterValue", ErrorClass::Refused),
        ("ResourceNotFound.ForbidService", ErrorClass::Refused),
        ("UnauthorizedOperation", ErrorClass::Refused),
        ("Requested", ErrorClass::Refused),
    ] {
        assert_eq!(v3.classify_code(&Code::Word(word.into())), class, "{word}");
    }
}

#[test]
fn success_is_a_request_id_without_an_error() {
    let read = |reply: Value| {
        status(reply.as_object().unwrap()).map(|status| (status.is_success, status.code))
    };
    assert_eq!(read(json!({"Response": {"RequestId": "r"}})), Some((true, None)));
    let error = json!({"Response": {"RequestId": "r", "Error": {"Code": "A.B", "Message": "m"}}});
    assert_eq!(read(error), Some((false, Some(Code::Word("A.B".into())))));
    for other in [
        json!({}),
        json!({"Response": {}}),
        json!({"Response": {"RequestId": 1}}),
        json!({"Response": {"RequestId": "r", "Error": null}}),
        json!({"RequestId": "r"}),
        json!({"Response": {"RequestId": ""}}),
        json!({"Response": {"RequestId": "r"}, "code": 0}),
        json!({"Response": {"RequestId": "r"}, "retcode": 0}),
        json!({"Response": {"RequestId": "r"}, "x": null}),
        json!({"Response": [{"RequestId": "r"}]}),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
}

#[test]
fn actionable_codes_have_hints() {
    let v3 = account();
    let explain = |word: &str| v3.explain(&request("", &place(), "c"), &Code::Word(word.into()));
    for (word, hint) in [
        ("AuthFailure.SignatureExpire", "takes a signature for five minutes"),
        ("AuthFailure.SecretIdNotFound", "knows no such secret_id"),
        ("AuthFailure.SignatureFailure", "check secret_id and secret_key"),
        ("UnauthorizedOperation.CamNoAuth", "the account may not do this"),
        ("ResourceNotFound.ForbidService", "the live service of this account is not there"),
        ("ActionOffline", "has taken this action out of service"),
    ] {
        assert!(explain(word).unwrap().contains(hint), "{word}");
    }
    assert_eq!(["InternalError", "InvalidParameter"].map(explain), [None, None]);
    assert_eq!(v3.explain(&request("", &place(), "c"), &Code::Number(0)), None);
    assert_eq!(v3.classify_code(&Code::Number(0)), ErrorClass::Refused);
}

/// Tencent's SDKs sign with a token as without, and send it in a header beside.
#[test]
fn security_token_is_sent_and_not_signed() {
    let plain = account();
    let temporary = account_with(Some("t0ken/+="));
    let request = request("DropLiveStream", &place(), "8888_a");
    let context = SigningContext { at: "2026-11-21T16:00:00Z".parse().unwrap(), nonce: 0 };
    let [(one, _), (other, token)] = [&plain, &temporary].map(|v3| {
        let signed = v3.authorize(&request, &v3.sign(&request, context));
        let header = |name| {
            signed
                .headers
                .iter()
                .find(|(header, _)| *header == name)
                .map(|(_, value)| value.clone())
        };
        (header("authorization"), header("x-tc-token"))
    });
    assert_eq!(one, other);
    assert_eq!(token.as_deref(), Some("t0ken/+="));
}

#[cfg(unix)]
#[test]
fn shell_signs_like_the_program() {
    let request = request("DropLiveStream", &place(), "8888_it's 100%");
    let temporary = account_with(Some("t0ken/+="));
    for v3 in [account(), temporary] {
        let secrets = [
            ("LIVECTL_TENCENT_SECRET_KEY", SECRET),
            ("LIVECTL_TENCENT_SECURITY_TOKEN", "t0ken/+="),
        ];
        let computed = crate::api::tests::computed(&v3.shell(&request), &secrets);
        let at = Timestamp::from_timestamp(computed[0].parse().unwrap(), 0).unwrap();
        let signature = v3.sign(&request, SigningContext { at, nonce: 0 });
        let signed: Vec<_> = signature.0.into_iter().map(|(_, value)| value).collect();
        assert_eq!(computed, signed);
    }
}
