//! The API of Alibaba's `ApsaraVideo` Live, version 2016-11-01, and the signature of its requests, `ACS3-HMAC-SHA256`.
//!
//! Owns signing and the format of responses. The meaning of codes is in `codes`, the operations are in files of their names.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-overview>, signing:
//! <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::alibaba::codes;
use crate::api::alibaba::profile::{ENDPOINT, NAME};
use crate::api::credentials::Credentials;
use crate::api::name::VendorName;
use crate::api::request::Request;
use crate::api::response::{ApiStatus, ErrorClass, ResponseFormat};
use crate::api::setting::setting;
use crate::api::signature::{ShellSignature, Signature, SigningContext, printf_format, shell_hmac};
use crate::api::signing::{
    canonical_query, canonical_request, hmac_sha256, sha256_hex, signed_headers,
};
use crate::api::spec::{AccountIdentity, Api, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;
use crate::config::account::Account;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::text::{hex, shell_quoted};

/// The only version of the API.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: "",
    name: VERSION,
    identity: AccountIdentity::Key("access_key_id"),
    // Alibaba takes 20 bans, 30 un-bans, 100 states and 50 lists a second of an account, and drops what is more.
    rate: 20,
    has_minute_quota: false,
    signed_look: Some(SignedLook {
        action: "status",
        target: "live/livectl-doctor",
        settings: &[("domain", "push.example.com")],
    }),
    open: |account| Ok(Rc::new(Acs3::open(account)?)),
};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const VERSION: &str = "2016-11-01";

/// The header of the security token of temporary credentials.
const SECURITY_TOKEN: &str = "x-acs-security-token";

/// The path of every request in the canonical request.
// The prefix of an endpoint is a gateway's, which takes it off.
const PATH: &str = "/";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`RequestId` and no other verdict, or a `RequestId` with a `Code`",
    is_restful: true,
    acts_with_no_content: false,
    read: said,
};

/// Reads the verdict of a response.
fn said(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    let request_id = reply.get("RequestId")?.as_str()?;
    // No field of Alibaba's reports success: it is the absence of a `Code`.
    let Some(code) = reply.get("Code") else {
        let is_success = !request_id.trim().is_empty() && !has_other_verdict(reply, &[]);
        return is_success.then_some(ApiStatus::SUCCESS);
    };
    let code = code.as_str()?;
    // The live API has no code for success; one that reads like it is another service's answer.
    if ["ok", "success", "200"].contains(&code.to_lowercase().as_str()) {
        return None;
    }
    Some(ApiStatus {
        is_success: false,
        code: Some(Code::Word(code.to_owned())),
        class: None,
        message: reply.get("Message").and_then(Value::as_str),
    })
}

/// An account at Alibaba Cloud.
pub struct Acs3 {
    credentials: Credentials,
    endpoint: Endpoint,
}

impl Acs3 {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            credentials: Credentials::of_access_key(account)?,
            endpoint: setting(account, "endpoint")?,
        })
    }
}

/// The headers that are signed beside `host`, in the order of their names.
fn headers<'v>(
    action: &'v str,
    version: &'v str,
    date: &'v str,
    nonce: &'v str,
    token: Option<&'v str>,
) -> Vec<(&'static str, &'v str)> {
    // The hash of the empty body: all parameters are in the query.
    const NO_BODY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let token = token.map(|token| (SECURITY_TOKEN, token));
    let mut headers =
        vec![("x-acs-action", action), ("x-acs-content-sha256", NO_BODY), ("x-acs-date", date)];
    headers.extend(token);
    headers.extend([("x-acs-signature-nonce", nonce), ("x-acs-version", version)]);
    headers
}

fn canonical(method: &str, query: &str, host: &str, headers: &[(&'static str, &str)]) -> String {
    let headers = [&[("host", host)], headers].concat();
    canonical_request(method, PATH, query, &headers, b"")
}

/// Neither a time nor a scope: the date is in a header that is signed.
fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", sha256_hex(canonical_request.as_bytes()))
}

impl Api for Acs3 {
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
        self.endpoint.as_str() == ENDPOINT
    }

    fn sign(&self, request: &Request, context: SigningContext) -> Signature {
        let date = context.at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = format!("{:032x}", context.nonce);
        let token = self.credentials.token().map(str::to_owned);
        let action = request.name.unwrap_or_default();
        let headers = headers(action, VERSION, &date, &nonce, token.as_deref());
        let query = canonical_query(&request.query);
        let canonical_request =
            canonical(request.method.as_str(), &query, self.endpoint.host(), &headers);
        // The secret itself signs: there is no chain of keys.
        let key = self.credentials.secret.expose().as_bytes();
        let signature = hex(&hmac_sha256(key, &string_to_sign(&canonical_request)));
        let mut fields =
            vec![("x-acs-date", date), ("x-acs-signature-nonce", nonce), ("Signature", signature)];
        fields.extend(token.map(|token| (SECURITY_TOKEN, token)));
        Signature(fields)
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let token = self.credentials.has_token().then(|| signature.get(SECURITY_TOKEN));
        let headers = headers(
            request.name.unwrap_or_default(),
            VERSION,
            signature.get("x-acs-date"),
            signature.get("x-acs-signature-nonce"),
            token,
        );
        let names = signed_headers(&[&[("host", "")], &headers[..]].concat());
        let authorization = format!(
            "{ALGORITHM} Credential={},SignedHeaders={names},Signature={}",
            self.credentials.id,
            signature.get("Signature"),
        );
        let mut url = self.endpoint.join(PATH);
        // Sent in the very form that is signed, so that no second encoder can disagree.
        url.set_query(Some(&canonical_query(&request.query)));
        let headers = headers.into_iter().map(|(name, value)| (name, value.to_owned()));
        // As the vendor's SDKs send it. The older signature's API answers in XML unless it is asked for JSON.
        let accept = ("accept", "application/json".to_owned());
        SignedRequest {
            method: request.method,
            url,
            headers: headers.chain([accept, ("authorization", authorization)]).collect(),
            body: None,
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
        const DATE: &str = "%DATE%";
        const NONCE: &str = "%NONCE%";
        const TOKEN: &str = "%TOKEN%";
        let has_token = self.credentials.has_token();
        let action = request.name.unwrap_or_default();
        let headers = headers(action, VERSION, DATE, NONCE, has_token.then_some(TOKEN));
        let query = canonical_query(&request.query);
        let canonical = canonical(request.method.as_str(), &query, self.endpoint.host(), &headers);
        let canonical = printf_format(&canonical, &[DATE, NONCE, TOKEN]);
        // In the order of the headers.
        let token = if has_token { " \"$LIVECTL_ALIBABA_SECURITY_TOKEN\"" } else { "" };
        let hmac = shell_hmac("", "LIVECTL_ALIBABA_SECRET_ACCESS_KEY", &[]);
        let mut fields = vec![
            ("x-acs-date", "time"),
            ("x-acs-signature-nonce", "nonce"),
            ("Signature", "signature"),
        ];
        fields.extend(has_token.then_some((SECURITY_TOKEN, "LIVECTL_ALIBABA_SECURITY_TOKEN")));
        ShellSignature {
            setup: format!(
                "time=$(date -u +%Y-%m-%dT%H:%M:%SZ); \
                 nonce=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n'); \
                 hash=$(printf {} \"$time\"{token} \"$nonce\" | sha256sum | cut -c1-64); \
                 signature=$(printf '{ALGORITHM}\\n%s' \"$hash\" | {hmac});",
                shell_quoted(&canonical),
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

    fn secret_members(&self) -> &'static [&'static str] {
        &["PublishUrl"]
    }

    fn explain(&self, request: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Word(word) => codes::hint(word, request.name.unwrap_or_default()),
            Code::Number(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
