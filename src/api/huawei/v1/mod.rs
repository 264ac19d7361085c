//! Huawei's live API, version 1, and the signature of its requests, `SDK-HMAC-SHA256`.
//!
//! Owns signing and the format of responses. The meaning of codes is in `codes`, the operations are in files of their names.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0010.html>, signing:
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html>.

use std::rc::Rc;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::api::credentials::Credentials;
use crate::api::huawei::codes;
use crate::api::huawei::profile::{self, NAME};
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
use crate::config::account::Account;
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::secret::Secret;
use crate::text::{hex, shell_quoted};

/// The only version of the API.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: "",
    name: "v1",
    identity: AccountIdentity::Account("project_id"),
    // Huawei documents no limit of Live; its gateway takes 200 a second of an API by default.
    rate: 10,
    has_minute_quota: false,
    signed_look: Some(SignedLook {
        action: "status",
        target: "live/livectl-doctor",
        settings: &[("domain", "push.example.com")],
    }),
    open: |account| Ok(Rc::new(HuaweiV1::open(account)?)),
};

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const CONTENT_TYPE: &str = "application/json";

/// The header of the moment of the signature, as the manual writes it.
const DATE: &str = "X-Sdk-Date";

/// The header of the security token of temporary credentials.
const SECURITY_TOKEN: &str = "X-Security-Token";

static FORMAT: ResponseFormat = ResponseFormat {
    field: "error_code",
    mark: "a list with its total and no other verdict, or an `error_code`",
    is_restful: true,
    // Bans, un-bans and cuts. Lists answer 200 with a body.
    acts_with_no_content: true,
    read: said,
};

/// Reads the verdict of a response.
fn said(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    let Some(code) = reply.get("error_code") else {
        // Only lists succeed with a body, and each has its total.
        let is_list =
            [("total", "blocks"), ("total_num", "streams")].iter().any(|(total, items)| {
                reply.get(*total).is_some_and(Value::is_u64) && reply.contains_key(*items)
            });
        return (is_list && !has_other_verdict(reply, &[])).then_some(ApiStatus::SUCCESS);
    };
    // `LIVE.100011001`, `APIGW.0301`: a number alone is another service's.
    let code = code.as_str().filter(|code| code.contains('.'))?;
    Some(ApiStatus {
        is_success: false,
        code: Some(Code::Word(code.to_owned())),
        class: None,
        message: reply.get("error_msg").and_then(Value::as_str),
    })
}

/// An account at Huawei Cloud.
pub struct HuaweiV1 {
    credentials: Credentials,
    project_id: String,
    endpoint: Endpoint,
    /// Whether the endpoint is that of the region.
    is_at_region: bool,
    /// Whether Huawei documents that region.
    is_documented: bool,
}

impl HuaweiV1 {
    /// The account that the profile describes.
    pub fn open(account: &Account) -> Result<Self> {
        let region = account.text("region").and_then(|region| profile::home(region).parse().ok());
        let endpoint = profile::endpoint(account)
            .ok_or_else(|| Error::config("huawei.region: not set").hint("set it, or endpoint"))?;
        Ok(Self {
            credentials: Credentials::of_access_key(account)?,
            project_id: setting(account, "project_id")?,
            is_documented: account.text("region").is_some_and(profile::is_documented),
            is_at_region: region.is_some_and(|home: Endpoint| home == endpoint),
            endpoint,
        })
    }

    /// The API's path of a request, which names what of the project it is about.
    fn path(&self, request: &Request) -> String {
        format!("/v1/{}{}", self.project_id, request.path)
    }

    fn canonical(&self, request: &Request, date: &str, token: Option<&str>) -> String {
        let query = canonical_query(&request.query);
        let headers = headers(self.endpoint.host(), date, token);
        // Signed with a slash at its end, sent without.
        let path = format!("{}/", self.path(request));
        let body = body(request).unwrap_or_default();
        canonical_request(request.method.as_str(), &path, &query, &headers, &body)
    }
}

/// The headers that are signed, in the order of their names.
fn headers<'v>(
    host: &'v str,
    date: &'v str,
    token: Option<&'v str>,
) -> Vec<(&'static str, &'v str)> {
    let mut headers = vec![("content-type", CONTENT_TYPE), ("host", host), ("x-sdk-date", date)];
    headers.extend(token.map(|token| ("x-security-token", token)));
    headers
}

fn body(request: &Request) -> Option<Bytes> {
    request.body.as_ref().map(|_| with_body(&[], request))
}

fn string_to_sign(date: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical_request.as_bytes()))
}

impl Api for HuaweiV1 {
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
        self.is_at_region
    }

    fn sign(&self, request: &Request, context: SigningContext) -> Signature {
        let date = context.at.format("%Y%m%dT%H%M%SZ").to_string();
        let token = self.credentials.token().map(str::to_owned);
        let canonical_request = self.canonical(request, &date, token.as_deref());
        // The secret itself signs: there is no chain of keys.
        let key = self.credentials.secret.expose().as_bytes();
        let signature = hex(&hmac_sha256(key, &string_to_sign(&date, &canonical_request)));
        let mut fields = vec![(DATE, date), ("Signature", signature)];
        fields.extend(token.map(|token| (SECURITY_TOKEN, token)));
        Signature(fields)
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let date = signature.get(DATE);
        let token = self.credentials.has_token().then(|| signature.get(SECURITY_TOKEN));
        let authorization = format!(
            "{ALGORITHM} Access={}, SignedHeaders={}, Signature={}",
            self.credentials.id,
            signed_headers(&headers("", date, token)),
            signature.get("Signature"),
        );
        let body = body(request);
        // The client adds it to a body; signed, it has to be sent without one as well.
        let content_type = body.is_none().then(|| ("content-type", CONTENT_TYPE.to_owned()));
        let headers = [("x-sdk-date", date.to_owned())].into_iter();
        let headers = headers.chain(token.map(|token| ("x-security-token", token.to_owned())));
        let headers = content_type.into_iter().chain(headers).chain([
            // The manual asks for it beside an access key. The path, which is signed, has it too.
            ("x-project-id", self.project_id.clone()),
            ("authorization", authorization),
        ]);
        let mut url = self.endpoint.join(&self.path(request));
        // Sent in the very form that is signed, so that no second encoder can disagree.
        let query = canonical_query(&request.query);
        url.set_query((!query.is_empty()).then_some(&query));
        SignedRequest {
            method: request.method,
            url,
            headers: headers.collect(),
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
        const DATE_MARK: &str = "%DATE%";
        const TOKEN_MARK: &str = "%TOKEN%";
        let has_token = self.credentials.has_token();
        let canonical = self.canonical(request, DATE_MARK, has_token.then_some(TOKEN_MARK));
        let canonical = printf_format(&canonical, &[DATE_MARK, TOKEN_MARK]);
        // In the order of the headers.
        let token = if has_token { " \"$LIVECTL_HUAWEI_SECURITY_TOKEN\"" } else { "" };
        let hmac = shell_hmac("", "LIVECTL_HUAWEI_SECRET_ACCESS_KEY", &[]);
        let mut fields = vec![(DATE, "time"), ("Signature", "signature")];
        fields.extend(has_token.then_some((SECURITY_TOKEN, "LIVECTL_HUAWEI_SECURITY_TOKEN")));
        ShellSignature {
            setup: format!(
                "time=$(date -u +%Y%m%dT%H%M%SZ); \
                 hash=$(printf {} \"$time\"{token} | sha256sum | cut -c1-64); \
                 signature=$(printf '{ALGORITHM}\\n%s\\n%s' \"$time\" \"$hash\" | {hmac});",
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

    fn address_list(&self) -> Option<&'static str> {
        Some(
            "Huawei Cloud's console, under Identity and Access Management (IAM), where API access is limited to addresses",
        )
    }

    fn when_unreachable(&self) -> Option<&'static str> {
        (self.is_at_region && !self.is_documented).then_some(
            "Huawei documents no such region for Live: check `region` in the profile's [huawei] section, such as cn-north-4",
        )
    }

    fn explain(&self, _request: &Request, code: &Code) -> Option<String> {
        match code {
            Code::Word(word) => codes::hint(word),
            Code::Number(_) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
