//! JD Cloud's Live `OpenAPI`, version 1, and the signature of its requests, `JDCLOUD2-HMAC-SHA256`.
//!
//! Owns signing, the format of responses and the meaning of codes. The operations are in files of their names.
//!
//! The manual: <https://docs.jdcloud.com/cn/live-video/api/overview>, and JD's signers for Go and Rust.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::Url;

use crate::api::credentials::Credentials;
use crate::api::jd::profile::{NAME, OPENAPI, OPENAPI_ENDPOINT, STATUS_LOOK};
use crate::api::live_stream::parts;
use crate::api::name::VendorName;
use crate::api::request::{Request, ResponseReader};
use crate::api::response::{ApiStatus, ErrorClass, Observation, ResponseFormat, state};
use crate::api::setting::setting;
use crate::api::signature::{
    ShellSignature, Signature, SigningContext, printf_format, shell_hmac, with_body,
};
use crate::api::signing::{
    canonical_query, canonical_request, hmac_sha256, sha256_hex, uri_encode,
};
use crate::api::spec::{AccountIdentity, Api, ApiVersion};
use crate::api::verdict::has_other_verdict;
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::text::{hex, shell_quoted};
use crate::time::Timestamp;

/// The `OpenAPI`.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: OPENAPI,
    name: OPENAPI,
    identity: AccountIdentity::Key("access_key_id"),
    // JD allows 1000 requests a minute; 17 a second would exceed that.
    rate: 16,
    has_minute_quota: true,
    signed_look: Some(STATUS_LOOK),
    open: |account| Ok(Rc::new(OpenApi::open(account)?)),
};

const CONTENT_TYPE: &str = "application/json";

/// The signed headers.
// JD's SDKs differ in what they sign, and the gateway takes them all. With `host` among them, a
// captured request is good for this host alone.
const SIGNED_HEADERS: &str = "content-type;host;x-jdcloud-date;x-jdcloud-nonce";

/// The signed headers with temporary credentials.
const SIGNED_WITH_TOKEN: &str =
    "content-type;host;x-jdcloud-date;x-jdcloud-nonce;x-jdcloud-security-token";

/// The header of the security token, in base64.
const SECURITY_TOKEN: &str = "x-jdcloud-security-token";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "code",
    mark: "`requestId` with a `result` and no other verdict, or with an `error` that has a `code`",
    is_restful: true,
    acts_with_no_content: false,
    read: said,
};

/// Reads the verdict of a response.
fn said(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    let request_id = reply.get("requestId")?.as_str()?;
    match reply.get("error") {
        None | Some(Value::Null) => {
            // A request id alone is no proof: the refusals of Shumei and of many gateways have one too.
            let is_result = matches!(reply.get("result")?, Value::Null | Value::Object(_));
            let is_success =
                is_result && !request_id.trim().is_empty() && !has_other_verdict(reply, &["error"]);
            is_success.then_some(ApiStatus::SUCCESS)
        }
        Some(error) => Some(ApiStatus {
            is_success: false,
            code: Some(Code::Number(error.get("code")?.as_i64()?)),
            class: class_of_words(error),
            message: error.get("message").and_then(Value::as_str),
        }),
    }
}

/// The class by the gateway's words, whatever number comes with them: a used-up quota, and an IP address that is not
/// allowed. `HTTP_FORBIDDEN` alone may as well be a missing permission.
fn class_of_words(error: &Value) -> Option<ErrorClass> {
    let text = |key| error.get(key).and_then(Value::as_str);
    match text("status")? {
        "RATE_LIMIT" | "HTTP_RATE_LIMIT_EXCEEDED" => Some(ErrorClass::Throttled),
        "HTTP_FORBIDDEN" if text("message")?.to_ascii_lowercase().contains("ip address") => {
            Some(ErrorClass::Address)
        }
        _ => None,
    }
}

/// An account at JD Cloud, for the `OpenAPI`.
pub struct OpenApi {
    credentials: Credentials,
    endpoint: Endpoint,
}

impl OpenApi {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            credentials: Credentials::of_access_key(account)?,
            endpoint: setting(account, "endpoint")?,
        })
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.endpoint.join(&request.path);
        if !request.query.is_empty() {
            // Sent in the very form that is signed, so that no second encoder can disagree.
            url.set_query(Some(&canonical_query(&request.query)));
        }
        url
    }

    fn canonical_request(
        &self,
        request: &Request,
        date_time: &str,
        nonce: &str,
        token: Option<&str>,
    ) -> String {
        let url = self.url(request);
        let body = request.body.as_ref().map(|_| with_body(&[], request)).unwrap_or_default();
        let mut headers = vec![
            ("content-type", CONTENT_TYPE),
            ("host", self.endpoint.host()),
            ("x-jdcloud-date", date_time),
            ("x-jdcloud-nonce", nonce),
        ];
        headers.extend(token.map(|token| (SECURITY_TOKEN, token)));
        canonical_request(
            request.method.as_str(),
            url.path(),
            url.query().unwrap_or_default(),
            &headers,
            &body,
        )
    }
}

/// A request that changes one stream.
pub(super) fn change(path: &'static str, domain: &str, stream: &str) -> Request {
    let (app, name) = parts(stream);
    Request::put(
        path,
        [("publishDomain", domain.into()), ("appName", app.into()), ("streamName", name.into())],
    )
}

/// The request for whether a stream is pushed, *describeLiveStreamInfo*.
pub(super) fn stream_info(domain: &str, stream: &str) -> Request {
    let (app, name) = parts(stream);
    let path = format!(
        "/v1/streams/{}/appNames/{}/streamNames/{}/streamInfo",
        uri_encode(domain),
        uri_encode(app),
        uri_encode(name)
    );
    let question = Some(ResponseReader::new(pushed));
    Request { question, subject: Some(stream.to_owned()), ..Request::get(path, Vec::new()) }
}

/// Reads the state of a stream. JD's models have the fields in `result` itself.
fn pushed(request: &Request, reply: &Map<String, Value>, _now: Timestamp) -> Option<Observation> {
    let result = reply.get("result")?;
    let info = ["streamInfo", "StreamInfo"].iter().find_map(|key| result.get(key));
    let info = info.unwrap_or(result);
    let (app, name) = parts(request.subject.as_deref()?);
    // An answer that names another stream is no answer; one that names none is accepted, since not
    // every model of JD's has the fields.
    let agrees = |key, asked: &str| {
        info.get(key).is_none_or(|said| said.is_null() || said.as_str() == Some(asked))
    };
    if !agrees("appName", app) || !agrees("streamName", name) {
        return None;
    }
    match info.get("status")?.as_str()? {
        "on" => Some(Observation::state(state::LIVE)),
        "off" => Some(Observation::state(state::IDLE)),
        _ => None,
    }
}

/// The scope of a signature: an algorithm, a day, a region and a service.
struct Scope<'a> {
    /// `JDCLOUD2`, the algorithm of JD's signers for Go and Rust.
    scheme: &'a str,
    /// `yyyymmdd` in UTC.
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    /// The scope of every request of the Live API.
    fn live(date: &'a str) -> Self {
        // Its paths have no region; JD's signers write `jdcloud-api` for that.
        Self { scheme: "JDCLOUD2", date, region: "jdcloud-api", service: "live" }
    }

    fn algorithm(&self) -> String {
        format!("{}-HMAC-SHA256", self.scheme)
    }

    fn terminator(&self) -> String {
        format!("{}_request", self.scheme.to_lowercase())
    }

    fn credential_scope(&self) -> String {
        format!("{}/{}/{}/{}", self.date, self.region, self.service, self.terminator())
    }

    fn string_to_sign(&self, date_time: &str, canonical_request: &str) -> String {
        let hash = sha256_hex(canonical_request.as_bytes());
        format!("{}\n{date_time}\n{}\n{hash}", self.algorithm(), self.credential_scope())
    }

    fn signing_key(&self, secret_access_key: &str) -> [u8; 32] {
        let date_key =
            hmac_sha256(format!("{}{secret_access_key}", self.scheme).as_bytes(), self.date);
        let region_key = hmac_sha256(&date_key, self.region);
        let service_key = hmac_sha256(&region_key, self.service);
        hmac_sha256(&service_key, &self.terminator())
    }
}

/// A random number as a UUID of version 4.
fn uuid(nonce: u128) -> String {
    // The bits of version 4 and of its variant: JD's signers send a UUID.
    let digits = format!("{:032x}", nonce & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

impl Api for OpenApi {
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
        self.endpoint.as_str() == OPENAPI_ENDPOINT
    }

    fn sign(&self, request: &Request, context: SigningContext) -> Signature {
        let date_time = context.at.format("%Y%m%dT%H%M%SZ").to_string();
        // Cut from the same text, so that the date of the scope and the time cannot differ at midnight.
        let date = date_time[..8].to_owned();
        let nonce = uuid(context.nonce);
        let scope = Scope::live(&date);
        // Base64, and signed in that form, as in JD's SDKs.
        let token = self.credentials.token().map(|token| STANDARD.encode(token));
        let canonical_request =
            self.canonical_request(request, &date_time, &nonce, token.as_deref());
        let string_to_sign = scope.string_to_sign(&date_time, &canonical_request);
        let signing_key = scope.signing_key(self.credentials.secret.expose());
        let signature = hex(&hmac_sha256(&signing_key, &string_to_sign));
        let mut fields = vec![
            ("date", date),
            ("x-jdcloud-date", date_time),
            ("x-jdcloud-nonce", nonce),
            ("Signature", signature),
        ];
        fields.extend(token.map(|token| (SECURITY_TOKEN, token)));
        Signature(fields)
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let scope = Scope::live(signature.get("date"));
        let has_token = self.credentials.has_token();
        let authorization = format!(
            "{} Credential={}/{}, SignedHeaders={}, Signature={}",
            scope.algorithm(),
            self.credentials.id,
            scope.credential_scope(),
            if has_token { SIGNED_WITH_TOKEN } else { SIGNED_HEADERS },
            signature.get("Signature"),
        );
        let mut headers = vec![
            ("x-jdcloud-date", signature.get("x-jdcloud-date").to_owned()),
            ("x-jdcloud-nonce", signature.get("x-jdcloud-nonce").to_owned()),
            ("authorization", authorization),
        ];
        if has_token {
            headers.push((SECURITY_TOKEN, signature.get(SECURITY_TOKEN).to_owned()));
        }
        let body = request.body.as_ref().map(|_| with_body(&[], request));
        // `content-type` is signed, so it is sent without a body too. With one, the client adds it.
        if body.is_none() {
            headers.push(("content-type", CONTENT_TYPE.to_owned()));
        }
        SignedRequest {
            method: request.method,
            url: self.url(request),
            headers,
            body,
            response_limit: request.response_limit(),
        }
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        self.credentials.secret_fields(&["Signature", SECURITY_TOKEN])
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.credentials.secrets()
    }

    fn shell(&self, request: &Request) -> ShellSignature {
        const DATE_TIME: &str = "%DATE_TIME%";
        const NONCE: &str = "%NONCE%";
        const TOKEN: &str = "%TOKEN%";
        let has_token = self.credentials.has_token();
        let token = has_token.then_some(TOKEN);
        let canonical = self.canonical_request(request, DATE_TIME, NONCE, token);
        let canonical = printf_format(&canonical, &[DATE_TIME, NONCE, TOKEN]);
        let scope = Scope::live("$date");
        let hmac = shell_hmac(
            scope.scheme,
            "LIVECTL_JD_SECRET_ACCESS_KEY",
            &["\"$date\"", scope.region, scope.service, &scope.terminator()],
        );
        let (token, values) = if has_token {
            let token =
                "token=$(printf %s \"$LIVECTL_JD_SECURITY_TOKEN\" | base64 | tr -d '\\n'); ";
            (token, "\"$time\" \"$nonce\" \"$token\"")
        } else {
            ("", "\"$time\" \"$nonce\"")
        };
        let mut fields = vec![
            ("date", "date"),
            ("x-jdcloud-date", "time"),
            ("x-jdcloud-nonce", "nonce"),
            ("Signature", "signature"),
        ];
        fields.extend(has_token.then_some((SECURITY_TOKEN, "token")));
        ShellSignature {
            setup: format!(
                "time=$(date -u +%Y%m%dT%H%M%SZ); date=${{time%T*}}; \
                 nonce=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n'); {token}\
                 hash=$(printf {} {values} | sha256sum | cut -c1-64); \
                 signature=$(printf '{}\\n%s\\n%s\\n%s' \"$time\" \"{}\" \"$hash\" | {hmac});",
                shell_quoted(&canonical),
                scope.algorithm(),
                scope.credential_scope(),
            ),
            fields,
        }
    }

    fn format(&self) -> &'static ResponseFormat {
        &FORMAT
    }

    /// JD's codes here are HTTP statuses.
    fn classify_code(&self, code: &Code) -> ErrorClass {
        match code {
            Code::Number(401) => ErrorClass::Credentials,
            // Not 403: there the key is right and lacks the permission for this action, perhaps for
            // this action alone.
            Code::Number(429) => ErrorClass::Throttled,
            Code::Number(408 | 500..=599) => ErrorClass::Unclear,
            Code::Number(_) | Code::Word(_) => ErrorClass::Refused,
        }
    }

    fn address_list(&self) -> Option<&'static str> {
        Some("JD Cloud's console, where the access key or its user is restricted to addresses")
    }

    fn explain(&self, _request: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Number(401) => Some(
                "check access_key_id, secret_access_key and, of a temporary key, security_token, and this machine's \
                 clock; `livectl config show` prints where each comes from"
                    .into(),
            ),
            Code::Number(403) => Some(
                "the account may not do this: the key is right; check what its policy allows"
                    .into(),
            ),
            Code::Number(_) | Code::Word(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::api::credentials::tests::credentials;
    use serde_json::json;

    pub(crate) fn account(access_key_id: &str, secret_access_key: &str, endpoint: &str) -> OpenApi {
        OpenApi {
            credentials: credentials(access_key_id, secret_access_key, None),
            endpoint: endpoint.parse().unwrap(),
        }
    }

    fn temporary(secret_access_key: &str, security_token: &str) -> OpenApi {
        OpenApi {
            credentials: credentials(
                "AKID-TEST-1234567890",
                secret_access_key,
                Some(security_token),
            ),
            ..account("AKID-TEST-1234567890", secret_access_key, OPENAPI_ENDPOINT)
        }
    }

    fn signature(
        scope: &Scope<'_>,
        secret_access_key: &str,
        date_time: &str,
        canonical_request: &str,
    ) -> String {
        let string_to_sign = scope.string_to_sign(date_time, canonical_request);
        hex(&hmac_sha256(&scope.signing_key(secret_access_key), &string_to_sign))
    }

    /// `test_sign_request_2`, `test_make_signing_key` and `test_make_string_to_sign` of JD's signer for Rust.
    #[test]
    fn signature_matches_the_rust_signer() {
        let scope = Scope {
            scheme: "JDCLOUD2",
            date: "20180405",
            region: "cn-north-1",
            service: "service_name",
        };
        let headers = [
            ("content-type", "application/json"),
            ("x-jdcloud-date", "20180405T010203Z"),
            ("x-jdcloud-nonce", "55f3919e-3a7d-4174-b117-f150ff25e274"),
        ];
        let query = canonical_query(&[("pageSize", "10".into()), ("pageNumber", "2".into())]);
        let canonical =
            canonical_request("GET", "/v1/regions/cn-north-1/instances", &query, &headers, b"");
        assert_eq!(
            canonical,
            "GET\n/v1/regions/cn-north-1/instances\npageNumber=2&pageSize=10\ncontent-type:application/json\n\
             x-jdcloud-date:20180405T010203Z\nx-jdcloud-nonce:55f3919e-3a7d-4174-b117-f150ff25e274\n\n\
             content-type;x-jdcloud-date;x-jdcloud-nonce\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(scope.credential_scope(), "20180405/cn-north-1/service_name/jdcloud2_request");
        let signing_key = "b302aa05734bcaf60be65a4be7c971669ac55444769681c19113d80460e31a33";
        assert_eq!(hex(&scope.signing_key("sk")), signing_key);
        assert_eq!(
            signature(&scope, "sk", "20180405T010203Z", &canonical),
            "cea138630c57ba3de51933926e3b1657c34b4d1b6f86d360511bf40a09f63729"
        );
    }

    /// The worked example of JD's page *Authorization-Rules*, each intermediate string of it.
    #[test]
    fn each_step_matches_the_vendors_page() {
        let scope =
            Scope { scheme: "JDCLOUD2", date: "20190214", region: "cn-north-1", service: "test" };
        let query = [("p1", "p1"), ("p0", "p0"), ("o", "%"), ("u", "u")];
        let query = canonical_query(&query.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(query, "o=%25&p0=p0&p1=p1&u=u");
        let headers = [
            ("x-jdcloud-date", "20190214T104514Z"),
            ("x-jdcloud-nonce", "testnonce"),
            ("x-my-header", "test"),
            ("x-my-header_blank", "blank"),
        ];
        let path = format!("/v1/{}", uri_encode("resource:action"));
        let canonical = canonical_request("POST", &path, &query, &headers, b"body data");
        assert_eq!(
            canonical,
            "POST\n/v1/resource%3Aaction\no=%25&p0=p0&p1=p1&u=u\n\
             x-jdcloud-date:20190214T104514Z\nx-jdcloud-nonce:testnonce\nx-my-header:test\n\
             x-my-header_blank:blank\n\n\
             x-jdcloud-date;x-jdcloud-nonce;x-my-header;x-my-header_blank\n\
             e51832a118eeff7ad976d635b7d04538e362e4c21bd0f6253580b0a83a209074"
        );
        let hash = "fb2e317056269590681d091f8eb22272967c0b922b2deda887312215ea4eed4c";
        assert_eq!(sha256_hex(canonical.as_bytes()), hash);
        assert_eq!(
            scope.string_to_sign("20190214T104514Z", &canonical),
            format!(
                "JDCLOUD2-HMAC-SHA256\n20190214T104514Z\n\
                 20190214/cn-north-1/test/jdcloud2_request\n{hash}"
            )
        );
        let date_key = hmac_sha256(b"JDCLOUD2TESTSK", "20190214");
        assert_eq!(
            hex(&date_key),
            "dbbdee87f18afeedd6456923587f5323b90c3a77fbc6e381b243c90c672d5daf"
        );
        let region_key = hmac_sha256(&date_key, "cn-north-1");
        assert_eq!(
            hex(&region_key),
            "78e1da51757851329da8e31a6bad9f509c4816cacb8d5b2b9d171e49498ce4b6"
        );
        let service_key = hmac_sha256(&region_key, "test");
        assert_eq!(
            hex(&service_key),
            "44050ec21c8e839f36ff5b2d44ec4a5876f4ffd6ef9a7a692a3eba40396bdb68"
        );
        assert_eq!(
            hex(&scope.signing_key("TESTSK")),
            "a4e50bcb6001be0008696b173c30172b5ce22a77db00d21c6a9d69de2ba33b7d"
        );
        assert_eq!(
            signature(&scope, "TESTSK", "20190214T104514Z", &canonical),
            "2a98f83c074e7bee260bfc8ef64f009c07595bd93f7f0c3f4e156bf6479ed9bf"
        );
    }

    /// Cases 4, 19 and 31 of JD's signer for Node.js, whose algorithm differs in its name alone.
    #[test]
    fn signatures_match_the_node_signer() {
        let service = "apigatewaytestproductline";
        let scope = Scope { scheme: "JDCLOUD3", date: "20190917", region: "cn-north-1", service };
        let headers = [
            ("x-jdcloud-algorithm", "JDCLOUD3-HMAC-SHA256"),
            ("x-jdcloud-date", "20190917T064708Z"),
            ("x-jdcloud-nonce", "X-Jdcloud-Nonce"),
        ];
        let mine = [&headers[..], &[("x-myheader", "myhead")]].concat();
        let instances = "/v1/regions/cn-north-1/instances";
        let chinese = canonical_query(&[("中文参数", "中文参数值".into())]);
        for (method, path, query, headers, body, expected) in [
            (
                "GET",
                "/v1",
                "",
                &headers[..],
                "",
                "ad76602f91e3ce4fabb0b7f925417d132efe411356ff0df3d85e70ab1ae11048",
            ),
            (
                "GET",
                instances,
                &chinese,
                &headers,
                "",
                "4ec1e4dbc27c515141dd1fb148f6a314e4a82ef80554206d2b5099087c5b0ecc",
            ),
            (
                "POST",
                instances,
                &chinese,
                &mine,
                r#"{"key":"value"}"#,
                "963c4ab8065b4ea9020152fc7ad41ef2e1d160ac411f4bfd4eb09b600e9247e9",
            ),
        ] {
            let canonical = canonical_request(method, path, query, headers, body.as_bytes());
            assert_eq!(
                signature(&scope, "sk", "20190917T064708Z", &canonical),
                expected,
                "{method} {path}"
            );
        }
    }

    /// A request with a colon in its path, as another client signs it in line with JD's signer for Go.
    #[test]
    fn colon_is_signed_as_sent() {
        let scope =
            Scope { scheme: "JDCLOUD2", date: "20260628", region: "jdcloud-api", service: "ssl" };
        let headers = [
            ("content-type", "application/json"),
            ("host", "ssl.jdcloud-api.com"),
            ("x-jdcloud-date", "20260628T102030Z"),
            ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555"),
        ];
        let body = br#"{"certName":"clouddeploy-1","certFile":"CERT","keyFile":"KEY"}"#;
        let canonical = canonical_request("POST", "/v1/sslCert%3Aupload", "", &headers, body);
        assert_eq!(
            signature(&scope, "SECRET-abcdefghijklmnop", "20260628T102030Z", &canonical),
            "03ac43aa03cf75273d6e7c470fec0cf24e0a3034fbc78e410c422a123fcf739e"
        );
    }

    #[test]
    fn ban_request_is_signed() {
        let jd = account("AKID-TEST-1234567890", "SECRET-abcdefghijklmnop", OPENAPI_ENDPOINT);
        let mut request =
            change("/v1/streams%3Aforbid", "push.yourdomain.com", "yourapp/yourstream");
        request.body.get_or_insert_default().push(("forbidTime", 3600.into()));
        let context = SigningContext {
            at: "2026-06-28T10:20:30.900Z".parse().unwrap(),
            nonce: 0x1111_1111_2222_4333_8444_5555_5555_5555,
        };

        let signed = jd.authorize(&request, &jd.sign(&request, context));

        assert_eq!(signed.url.as_str(), "https://live.jdcloud-api.com/v1/streams%3Aforbid");
        assert_eq!(
            signed.body.as_deref(),
            Some(
                &br#"{"publishDomain":"push.yourdomain.com","appName":"yourapp","streamName":"yourstream","forbidTime":3600}"#[..]
            )
        );
        assert_eq!(
            signed.headers,
            [
                ("x-jdcloud-date", "20260628T102030Z".to_owned()),
                ("x-jdcloud-nonce", "11111111-2222-4333-8444-555555555555".to_owned()),
                (
                    "authorization",
                    "JDCLOUD2-HMAC-SHA256 Credential=AKID-TEST-1234567890/20260628/jdcloud-api/live/jdcloud2_request, \
                     SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce, \
                     Signature=1ae97116a8c26594ddb5e309002c7093707ec2cc38398a6b4b3f4d334798fc58"
                        .to_owned()
                ),
            ]
        );
    }

    /// As JD's Python SDK 1.6.94 signs the same requests with the same token.
    #[test]
    fn security_token_is_signed_in_base64() {
        let jd = temporary("SECRET-abcdefghijklmnop", "STS-TOKEN-1234567890");
        let mut forbid =
            change("/v1/streams%3Aforbid", "push.yourdomain.com", "yourapp/yourstream");
        forbid.body.get_or_insert_default().push(("forbidTime", 3600.into()));
        let stream_info = "/v1/streams/push.yourdomain.com/appNames/yourapp/streamNames/\
             yourstream/streamInfo";
        let context = SigningContext {
            at: "2026-06-28T10:20:30Z".parse().unwrap(),
            nonce: 0x1111_1111_2222_4333_8444_5555_5555_5555,
        };
        for (request, expected) in [
            (forbid, "b0c035a6f829b0033abe5e7e031bf1ecbb83f67cbfee9e0a706a1d88321d5694"),
            (
                Request::get(stream_info, vec![]),
                "d3c650ca144e0cc543f3510e913a82de038e0bf110a90e255da7d1d742909049",
            ),
        ] {
            let signature = jd.sign(&request, context);
            assert_eq!(signature.get("Signature"), expected);
            let signed = jd.authorize(&request, &signature);
            let header = |name| signed.headers.iter().find(|(header, _)| *header == name).unwrap();
            assert_eq!(header("x-jdcloud-security-token").1, "U1RTLVRPS0VOLTEyMzQ1Njc4OTA=");
            assert!(header("authorization").1.contains(
                "SignedHeaders=content-type;host;x-jdcloud-date;x-jdcloud-nonce;\
                 x-jdcloud-security-token, "
            ));
        }
    }

    #[test]
    fn nonce_is_a_version_4_uuid() {
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn response_needs_a_request_id() {
        let read = |reply: Value| {
            said(reply.as_object().unwrap()).map(|said| (said.is_success, said.code))
        };
        assert_eq!(read(json!({"requestId": "r", "result": {}})), Some((true, None)));
        assert_eq!(read(json!({"requestId": "r", "result": null})), Some((true, None)));
        let error = json!({"requestId": "r", "error": {"code": 404, "status": "NOT_FOUND", "message": "m"}});
        assert_eq!(read(error), Some((false, Some(Code::Number(404)))));
        for (word, class) in [
            ("RATE_LIMIT", Some(ErrorClass::Throttled)),
            ("HTTP_RATE_LIMIT_EXCEEDED", Some(ErrorClass::Throttled)),
            ("HTTP_FORBIDDEN", None),
            ("ACCESS_ERROR", None),
        ] {
            let error = json!({"requestId": "r", "error": {"code": 400, "status": word}});
            assert_eq!(said(error.as_object().unwrap()).unwrap().class, class, "{word}");
        }
        for other in [
            json!({}),
            json!({"result": {}}),
            json!({"requestId": 7}),
            json!({"requestId": "r", "error": {}}),
            json!({"requestId": "r"}),
            json!({"requestId": "r", "result": "failed"}),
            json!({"requestId": "", "result": {}}),
            json!({"requestId": " ", "result": {}}),
            json!({"requestId": "r", "code": 1902, "message": "m"}),
            json!({"requestId": "r", "result": {}, "code": "Throttling"}),
            json!({"requestId": "r", "result": {}, "success": false}),
            json!({"requestId": "r", "result": {}, "success": true}),
            json!({"requestId": "r", "result": {}, "Error": {}}),
            json!({"requestId": "r", "result": {}, "errors": []}),
            json!({"requestId": "r", "result": {}, "status": 0}),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn stream_info_is_of_the_stream_asked_for() {
        let request = stream_info("push.example.com", "live/a/秀");
        assert_eq!(
            request.path,
            "/v1/streams/push.example.com/appNames/live/streamNames/a%2F%E7%A7%80/streamInfo"
        );
        let read = |result: Value| {
            let reply = json!({"requestId": "r", "result": result});
            let now = "2026-06-28T10:20:30Z".parse().unwrap();
            pushed(&request, reply.as_object().unwrap(), now).map(|seen| seen.state.unwrap())
        };
        let info = |status: &str| json!({"publishDomain": "push.example.com", "appName": "live", "streamName": "a/秀", "status": status});
        assert_eq!(read(info("on")).as_deref(), Some("live"));
        assert_eq!(read(info("off")).as_deref(), Some("idle"));
        assert_eq!(read(json!({"StreamInfo": info("off")})).as_deref(), Some("idle"));
        assert_eq!(read(json!({"status": "on"})).as_deref(), Some("live"));
        for other in [
            info("ON"),
            info(""),
            json!({}),
            json!(null),
            json!({"StreamInfo": null}),
            json!({"status": 1}),
            json!({"streamName": "b", "status": "on"}),
            json!({"appName": "show", "status": "off"}),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn get_request_is_signed_with_its_query() {
        let jd = account("AKID", "key", OPENAPI_ENDPOINT);
        let request = Request::get(
            "/v1/streams/a.com/onlineList",
            vec![("pageSize", "100".into()), ("appName", "a b".into())],
        );
        let signed = jd.authorize(
            &request,
            &jd.sign(
                &request,
                SigningContext { at: "2026-06-28T10:20:30Z".parse().unwrap(), nonce: 0 },
            ),
        );
        assert_eq!(signed.url.query(), Some("appName=a%20b&pageSize=100"));
        assert_eq!(signed.headers.last(), Some(&("content-type", "application/json".to_owned())));
        assert_eq!(signed.body, None);
        assert_eq!(jd.url(&Request::get("/v1", vec![])).query(), None);
    }

    #[test]
    fn codes_are_http_statuses() {
        let (jd, request) = (account("AKID", "key", OPENAPI_ENDPOINT), Request::get("/", vec![]));
        for (code, class, hint) in [
            (401, ErrorClass::Credentials, Some("check access_key_id, secret_access_key")),
            (403, ErrorClass::Refused, Some("the account may not do this")),
            (404, ErrorClass::Refused, None),
            (429, ErrorClass::Throttled, None),
            (499, ErrorClass::Refused, None),
            (500, ErrorClass::Unclear, None),
            (599, ErrorClass::Unclear, None),
            (600, ErrorClass::Refused, None),
        ] {
            let code = Code::Number(code);
            assert_eq!(jd.classify_code(&code), class, "{code:?}");
            let explained = jd.explain(&request, &code);
            assert_eq!(explained.is_some(), hint.is_some(), "{code:?}");
            assert!(
                explained.unwrap_or_default().starts_with(hint.unwrap_or_default()),
                "{code:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn shell_signs_like_the_program() {
        let request = change("/v1/streams%3Aforbid", "push.example.com", "live/it's 100% \\n");
        let plain = account("AKID", "key", OPENAPI_ENDPOINT);
        // Longer than a line of base64.
        let token = "t0ken/+ ".repeat(20);
        for jd in [plain, temporary("key", &token)] {
            let secrets =
                [("LIVECTL_JD_SECRET_ACCESS_KEY", "key"), ("LIVECTL_JD_SECURITY_TOKEN", &token)];
            let computed = crate::api::tests::computed(&jd.shell(&request), &secrets);
            let [date, date_time, nonce, signed, rest @ ..] = &computed[..] else {
                panic!("{computed:?}")
            };
            let encoded = jd.credentials.token().map(|token| STANDARD.encode(token));
            assert_eq!(rest.first(), encoded.as_ref());
            let canonical = jd.canonical_request(&request, date_time, nonce, encoded.as_deref());
            assert_eq!((nonce.len(), &date_time[..8]), (32, date.as_str()));
            assert_eq!(*signed, signature(&Scope::live(date), "key", date_time, &canonical));
        }
    }
}
