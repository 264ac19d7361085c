//! Tencent Cloud's live API 3.0, version 2018-08-01, and the signature of its requests, `TC3-HMAC-SHA256`.
//!
//! Owns signing and the format of responses. The meaning of codes is in `codes`, the operations are in files of their names.
//!
//! The manual: <https://cloud.tencent.com/document/api/267/20468>, signing:
//! <https://cloud.tencent.com/document/api/267/20460>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::credentials::Credentials;
use crate::api::name::VendorName;
use crate::api::request::{Request, ResponseReader};
use crate::api::response::{ApiStatus, ErrorClass, Observation, ResponseFormat, state};
use crate::api::setting::setting;
use crate::api::signature::{ShellSignature, Signature, SigningContext, shell_hmac, with_body};
use crate::api::signing::{hmac_sha256, sha256_hex};
use crate::api::spec::{AccountIdentity, Api, ApiVersion, SignedLook};
use crate::api::tencent::codes;
use crate::api::tencent::place::StreamPlace;
use crate::api::tencent::profile::{NAME, V3, V3_ENDPOINT};
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::text::{hex, shell_quoted};
use crate::time::Timestamp;

/// API 3.0.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: V3,
    name: V3,
    identity: AccountIdentity::Key("secret_id"),
    // Tencent allows 100 to 300 a second for each action, for all programs of the account together.
    rate: 20,
    has_minute_quota: false,
    signed_look: Some(SignedLook {
        action: "status",
        target: "livectl-doctor",
        settings: &[("domain", "push.example.com")],
    }),
    open: |account| Ok(Rc::new(TencentV3::open(account)?)),
};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SERVICE: &str = "live";
const TERMINATOR: &str = "tc3_request";
const VERSION: &str = "2018-08-01";
const CONTENT_TYPE: &str = "application/json";

/// The signed parts of a request beside the body.
const SIGNED_HEADERS: &str = "content-type;host;x-tc-action";

/// The security token of temporary credentials, which the signature does not cover.
const SECURITY_TOKEN: &str = "X-TC-Token";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`Response` alone with a `RequestId` and, if it failed, an `Error` with a `Code`",
    is_restful: false,
    acts_with_no_content: false,
    read: said,
};

fn said(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    // Tencent answers an error with HTTP 200 too: `Error` decides, never the status.
    let response = reply.get("Response")?.as_object()?;
    let request_id = response.get("RequestId")?.as_str()?;
    match response.get("Error") {
        None => {
            // `Response` alone: what a gateway puts beside it may be the verdict that counts.
            let is_success = reply.len() == 1 && !request_id.trim().is_empty();
            is_success.then_some(ApiStatus::SUCCESS)
        }
        Some(error) => Some(ApiStatus {
            is_success: false,
            code: Some(Code::Word(error.get("Code")?.as_str()?.to_owned())),
            class: None,
            message: error.get("Message").and_then(Value::as_str),
        }),
    }
}

/// An account at Tencent Cloud, for API 3.0.
pub struct TencentV3 {
    credentials: Credentials,
    endpoint: Endpoint,
}

impl TencentV3 {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            credentials: Credentials::open(account, "secret_id", "secret_key")?,
            endpoint: setting(account, "endpoint")?,
        })
    }

    fn canonical_request(&self, request: &Request) -> String {
        let action = request.name.unwrap_or_default();
        let headers = [
            // Exactly as the client sends it: a charset added on the way would break the signature.
            ("content-type", CONTENT_TYPE),
            ("host", self.endpoint.host()),
            // Signed in lower case, sent as it is.
            ("x-tc-action", &action.to_lowercase()),
        ];
        canonical_request(&headers, &with_body(&[], request))
    }
}

/// The request for an action on a stream.
pub(super) fn request(action: &'static str, place: &StreamPlace, stream: &str) -> Request {
    let body = [
        ("AppName", (*place.app).into()),
        ("DomainName", (*place.domain).into()),
        ("StreamName", stream.into()),
    ];
    Request { name: Some(action), ..Request::post("/", body) }
}

/// The request for a stream's state.
pub(super) fn state_of(place: &StreamPlace, stream: &str) -> Request {
    let question = ResponseReader::new(stream_state);
    Request { question: Some(question), ..request("DescribeLiveStreamState", place, stream) }
}

fn stream_state(
    _request: &Request,
    reply: &Map<String, Value>,
    _now: Timestamp,
) -> Option<Observation> {
    let word = reply.get("Response")?.get("StreamState")?.as_str()?;
    let state = match word {
        "active" => state::LIVE,
        "inactive" => state::IDLE,
        "forbid" => state::FORBIDDEN,
        // A word that the manual does not have proves no state.
        _ => return None,
    };
    Some(Observation::state(state))
}

/// Every request goes to `/` without a query, as a POST.
fn canonical_request(headers: &[(&str, &str)], body: &[u8]) -> String {
    let signed_headers: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let canonical_headers: String =
        headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let hashed_request_payload = sha256_hex(body);
    format!(
        "POST\n/\n\n{canonical_headers}\n{}\n{hashed_request_payload}",
        signed_headers.join(";")
    )
}

/// `date` is that of the timestamp in UTC.
fn string_to_sign(timestamp: &str, date: &str, service: &str, canonical_request: &str) -> String {
    let credential_scope = format!("{date}/{service}/{TERMINATOR}");
    let hashed_canonical_request = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{timestamp}\n{credential_scope}\n{hashed_canonical_request}")
}

fn secret_signing(secret_key: &str, date: &str, service: &str) -> [u8; 32] {
    let secret_date = hmac_sha256(format!("TC3{secret_key}").as_bytes(), date);
    let secret_service = hmac_sha256(&secret_date, service);
    hmac_sha256(&secret_service, TERMINATOR)
}

impl Api for TencentV3 {
    fn name(&self) -> VendorName {
        NAME
    }

    fn version(&self) -> &'static ApiVersion {
        &API_VERSION
    }

    fn endpoint(&self, _request: &Request) -> &Endpoint {
        &self.endpoint
    }

    fn uses_default_endpoint(&self) -> bool {
        self.endpoint.as_str() == V3_ENDPOINT
    }

    fn sign(&self, request: &Request, context: SigningContext) -> Signature {
        let timestamp = context.at.timestamp().to_string();
        // In UTC. A local date goes wrong only from midnight to 8:00 in Beijing.
        let date = context.at.format("%Y-%m-%d").to_string();
        let string_to_sign =
            string_to_sign(&timestamp, &date, SERVICE, &self.canonical_request(request));
        let secret_signing = secret_signing(self.credentials.secret.expose(), &date, SERVICE);
        let signature = hex(&hmac_sha256(&secret_signing, &string_to_sign));
        let mut fields =
            vec![("X-TC-Timestamp", timestamp), ("date", date), ("Signature", signature)];
        let token = self.credentials.token();
        fields.extend(token.map(|token| (SECURITY_TOKEN, token.to_owned())));
        Signature(fields)
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}/{SERVICE}/{TERMINATOR}, SignedHeaders={SIGNED_HEADERS}, Signature={}",
            self.credentials.id,
            signature.get("date"),
            signature.get("Signature"),
        );
        let mut headers = vec![
            ("x-tc-action", request.name.unwrap_or_default().to_owned()),
            ("x-tc-version", VERSION.to_owned()),
            ("x-tc-timestamp", signature.get("X-TC-Timestamp").to_owned()),
            ("authorization", authorization),
        ];
        if self.credentials.has_token() {
            // Beside the signature and not under it, as in Tencent's SDKs.
            headers.push(("x-tc-token", signature.get(SECURITY_TOKEN).to_owned()));
        }
        SignedRequest {
            method: request.method,
            url: self.endpoint.join(&request.path),
            headers,
            body: Some(with_body(&[], request)),
            response_limit: request.response_limit(),
        }
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        self.credentials.secret_fields(&["Signature", SECURITY_TOKEN])
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.credentials.secrets()
    }

    /// The signature as a shell computes it.
    fn shell(&self, request: &Request) -> ShellSignature {
        // Nothing in the canonical request changes with time, so its hash is computed here and only
        // time and date are left to the shell.
        let string_to_sign = string_to_sign("%s", "%s", SERVICE, &self.canonical_request(request))
            .replace('\n', "\\n");
        let key =
            shell_hmac("TC3", "LIVECTL_TENCENT_SECRET_KEY", &["\"$date\"", SERVICE, TERMINATOR]);
        let mut fields =
            vec![("X-TC-Timestamp", "t"), ("date", "date"), ("Signature", "signature")];
        let has_token = self.credentials.has_token();
        fields.extend(has_token.then_some((SECURITY_TOKEN, "LIVECTL_TENCENT_SECURITY_TOKEN")));
        ShellSignature {
            setup: format!(
                "t=$(date +%s); date=$(date -u +%Y-%m-%d); signature=$(printf {} \"$t\" \"$date\" | {key});",
                shell_quoted(&string_to_sign),
            ),
            fields,
        }
    }

    fn format(&self) -> &'static ResponseFormat {
        &FORMAT
    }

    fn classify_code(&self, code: &Code) -> ErrorClass {
        match code {
            Code::Word(word) => codes::class(word),
            Code::Number(_) => ErrorClass::Refused,
        }
    }

    fn address_list(&self) -> Option<&'static str> {
        Some(
            "Tencent Cloud's console, under Access Management (CAM), where the key's network restrictions are",
        )
    }

    fn explain(&self, _request: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Word(word) => codes::hint(word).map(str::to_owned),
            Code::Number(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::credentials::tests::credentials;
    use serde_json::json;

    const TIMESTAMP: &str = "1551113065";
    const DATE: &str = "2019-02-25";
    const BODY: &[u8] = br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
    const HEADERS: [(&str, &str); 3] = [
        ("content-type", "application/json; charset=utf-8"),
        ("host", "cvm.tencentcloudapi.com"),
        ("x-tc-action", "describeinstances"),
    ];

    fn signature(secret_key: &str, canonical_request: &str) -> String {
        let string_to_sign = string_to_sign(TIMESTAMP, DATE, "cvm", canonical_request);
        hex(&hmac_sha256(&secret_signing(secret_key, DATE, "cvm"), &string_to_sign))
    }

    #[test]
    fn each_step_matches_the_vendors_page() {
        let secret_key = "*".repeat(32);
        assert_eq!(
            sha256_hex(BODY),
            "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
        );
        let canonical_request = canonical_request(&HEADERS, BODY);
        assert_eq!(
            sha256_hex(canonical_request.as_bytes()),
            "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
        );
        assert_eq!(
            string_to_sign(TIMESTAMP, DATE, "cvm", &canonical_request),
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
            hex(&secret_signing(&secret_key, DATE, "cvm")),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
        );
        assert_eq!(
            signature(&secret_key, &canonical_request),
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        );
    }

    #[test]
    fn signatures_match_the_older_pages() {
        let canonical_request = canonical_request(&HEADERS[..2], BODY);
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

    pub(crate) fn account() -> TencentV3 {
        TencentV3 {
            credentials: credentials("AKID", SECRET, None),
            endpoint: V3_ENDPOINT.parse().unwrap(),
        }
    }

    #[test]
    fn request_signs_action_host_and_body() {
        assert_eq!(
            account().canonical_request(&request("DropLiveStream", &place(), "8888_a")),
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
            Some(
                &br#"{"AppName":"live","DomainName":"push.example.com","StreamName":"8888_a"}"#[..]
            )
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
            said(reply.as_object().unwrap()).map(|said| (said.is_success, said.code))
        };
        assert_eq!(read(json!({"Response": {"RequestId": "r"}})), Some((true, None)));
        let error =
            json!({"Response": {"RequestId": "r", "Error": {"Code": "A.B", "Message": "m"}}});
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
        let explain =
            |word: &str| v3.explain(&request("", &place(), "c"), &Code::Word(word.into()));
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
        let temporary =
            TencentV3 { credentials: credentials("AKID", SECRET, Some("t0ken/+=")), ..account() };
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
        let temporary =
            TencentV3 { credentials: credentials("AKID", SECRET, Some("t0ken/+=")), ..account() };
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
}
