//! Volcengine's live API, version 2023-01-01, and the signature of its requests, `HMAC-SHA256`.
//!
//! Owns signing and the format of responses. The meaning of codes is in `codes`, the operations are in files of their names.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126845>, signing: <https://www.volcengine.com/docs/6369/67269>.

use std::rc::Rc;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::api::credentials::Credentials;
use crate::api::name::VendorName;
use crate::api::request::Request;
use crate::api::response::{ApiStatus, ErrorClass, ResponseFormat};
use crate::api::setting::setting;
use crate::api::signature::{
    ShellSignature, Signature, SigningContext, printf_format, shell_hmac, with_body,
};
use crate::api::signing::{
    canonical_query, canonical_request, hmac_sha256, sha256_hex, signed_headers,
};
use crate::api::spec::{AccountIdentity, Api, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;
use crate::api::volcengine::codes;
use crate::api::volcengine::profile::{ENDPOINT, NAME};
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
    // Volcengine allows a user 10 requests a second of each action.
    rate: 10,
    has_minute_quota: false,
    signed_look: Some(SignedLook {
        action: "status",
        target: "live/livectl-doctor",
        settings: &[("domain", "push.example.com")],
    }),
    open: |account| Ok(Rc::new(VolcengineOpenApi::open(account)?)),
};

const ALGORITHM: &str = "HMAC-SHA256";
const VERSION: &str = "2023-01-01";
// The only region that serves the live API.
const REGION: &str = "cn-north-1";
const SERVICE: &str = "live";
const TERMINATOR: &str = "request";
const CONTENT_TYPE: &str = "application/json";

/// The header of the security token of temporary credentials.
const SECURITY_TOKEN: &str = "x-security-token";

/// The path of every request in the canonical request.
// The prefix of an endpoint is a gateway's, which takes it off.
const PATH: &str = "/";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`ResponseMetadata` with a `RequestId` and, if it failed, an `Error` with a `Code`",
    is_restful: true,
    acts_with_no_content: false,
    read: said,
};

/// Reads the verdict of a response.
fn said(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    // An error may come with HTTP 200: `Error` decides, never the status.
    let metadata = reply.get("ResponseMetadata")?.as_object()?;
    let request_id = metadata.get("RequestId")?.as_str()?;
    let Some(error) = metadata.get("Error") else {
        let is_success =
            !request_id.trim().is_empty() && !has_other_verdict(reply, &["ResponseMetadata"]);
        return is_success.then_some(ApiStatus::SUCCESS);
    };
    Some(ApiStatus {
        is_success: false,
        // `CodeN` is the same as a number, which the codes of the live API do not have.
        code: Some(Code::Word(error.get("Code")?.as_str()?.to_owned())),
        class: None,
        message: error.get("Message").and_then(Value::as_str),
    })
}

/// An account at Volcengine.
pub struct VolcengineOpenApi {
    credentials: Credentials,
    endpoint: Endpoint,
}

impl VolcengineOpenApi {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        Ok(Self {
            credentials: Credentials::of_access_key(account)?,
            endpoint: setting(account, "endpoint")?,
        })
    }

    /// The request in the form that is signed at this `X-Date`.
    fn canonical_request(&self, request: &Request, date: &str, token: Option<&str>) -> String {
        let body = body(request).unwrap_or_default();
        let hash = sha256_hex(&body);
        let headers = headers(self.endpoint.host(), &hash, date, token);
        canonical_request(request.method.as_str(), PATH, &query(request), &headers, &body)
    }
}

/// The query, in the very form that is signed.
fn query(request: &Request) -> String {
    let action = request.name.unwrap_or_default();
    let names = [("Action", action.to_owned()), ("Version", VERSION.to_owned())];
    canonical_query(&[&names[..], &request.query].concat())
}

/// The body of a request that acts; one that looks has everything in its query.
fn body(request: &Request) -> Option<Bytes> {
    request.body.is_some().then(|| with_body(&[], request))
}

/// The signed headers, in the order of their names.
fn headers<'v>(
    host: &'v str,
    body_hash: &'v str,
    date: &'v str,
    token: Option<&'v str>,
) -> Vec<(&'static str, &'v str)> {
    let mut headers = vec![
        ("content-type", CONTENT_TYPE),
        ("host", host),
        ("x-content-sha256", body_hash),
        ("x-date", date),
    ];
    headers.extend(token.map(|token| (SECURITY_TOKEN, token)));
    headers
}

/// `date` is the day of `X-Date`.
fn credential_scope(date: &str, service: &str) -> String {
    format!("{date}/{REGION}/{service}/{TERMINATOR}")
}

fn string_to_sign(x_date: &str, scope: &str, canonical_request: &str) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{x_date}\n{scope}\n{hash}")
}

fn signing_key(secret_access_key: &str, date: &str, service: &str) -> [u8; 32] {
    // The secret as it is: other vendors put their name before it.
    let key = hmac_sha256(secret_access_key.as_bytes(), date);
    [REGION, service, TERMINATOR].iter().fold(key, |key, part| hmac_sha256(&key, part))
}

impl Api for VolcengineOpenApi {
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
        let x_date = context.at.format("%Y%m%dT%H%M%SZ").to_string();
        let date = context.at.format("%Y%m%d").to_string();
        let token = self.credentials.token().map(str::to_owned);
        let canonical_request = self.canonical_request(request, &x_date, token.as_deref());
        let string_to_sign =
            string_to_sign(&x_date, &credential_scope(&date, SERVICE), &canonical_request);
        let key = signing_key(self.credentials.secret.expose(), &date, SERVICE);
        let signature = hex(&hmac_sha256(&key, &string_to_sign));
        let mut fields = vec![("X-Date", x_date), ("date", date), ("Signature", signature)];
        fields.extend(token.map(|token| (SECURITY_TOKEN, token)));
        Signature(fields)
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let token = self.credentials.has_token().then(|| signature.get(SECURITY_TOKEN));
        let body = body(request);
        let hash = sha256_hex(body.as_deref().unwrap_or_default());
        let headers = headers(self.endpoint.host(), &hash, signature.get("X-Date"), token);
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={}",
            self.credentials.id,
            credential_scope(signature.get("date"), SERVICE),
            signed_headers(&headers),
            signature.get("Signature"),
        );
        let mut url = self.endpoint.join(PATH);
        // Sent in the very form that is signed, so that no second encoder can disagree.
        url.set_query(Some(&query(request)));
        // HTTP has the host, and the client names the type of a body.
        let is_own = |name: &str| name != "host" && (name != "content-type" || body.is_none());
        let headers = headers.into_iter().filter(|(name, _)| is_own(name));
        let headers = headers.map(|(name, value)| (name, value.to_owned()));
        SignedRequest {
            method: request.method,
            url,
            headers: headers.chain([("authorization", authorization)]).collect(),
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
        const DATE: &str = "%DATE%";
        const TOKEN: &str = "%TOKEN%";
        let has_token = self.credentials.has_token();
        let canonical = self.canonical_request(request, DATE, has_token.then_some(TOKEN));
        let canonical = printf_format(&canonical, &[DATE, TOKEN]);
        let token = if has_token { " \"$LIVECTL_VOLCENGINE_SECURITY_TOKEN\"" } else { "" };
        let scope = credential_scope("%s", SERVICE);
        let hmac = shell_hmac(
            "",
            "LIVECTL_VOLCENGINE_SECRET_ACCESS_KEY",
            &["\"$date\"", REGION, SERVICE, TERMINATOR],
        );
        let mut fields = vec![("X-Date", "time"), ("date", "date"), ("Signature", "signature")];
        fields.extend(has_token.then_some((SECURITY_TOKEN, "LIVECTL_VOLCENGINE_SECURITY_TOKEN")));
        ShellSignature {
            setup: format!(
                "time=$(date -u +%Y%m%dT%H%M%SZ); date=${{time%T*}}; \
                 hash=$(printf {} \"$time\"{token} | sha256sum | cut -c1-64); \
                 signature=$(printf '{ALGORITHM}\\n%s\\n{scope}\\n%s' \"$time\" \"$date\" \"$hash\" | {hmac});",
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

    fn explain(&self, request: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Word(word) => codes::hint(word, request.name.unwrap_or_default()),
            Code::Number(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
