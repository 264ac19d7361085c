//! JD Cloud's Live `OpenAPI`, version 1, and the signature of its requests, `JDCLOUD2-HMAC-SHA256`.
//!
//! Owns what is signed, the requests on one stream, the format of responses and the meaning of codes. The steps of signing
//! are in [`hmac`](crate::api::hmac), the operations in files of their names.
//!
//! The manual: <https://docs.jdcloud.com/cn/live-video/api/overview>, and JD's signers for Go and Rust.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::hmac::{HmacApi, HmacScheme, Part, SignedPath};
use crate::api::jd::profile::{NAME, OPENAPI, OPENAPI_ENDPOINT};
use crate::api::live_stream::parts;
use crate::api::request::{Request, ResponseReader};
use crate::api::response::{ApiStatus, ErrorClass, Observation, ResponseFormat, state};
use crate::api::signing::uri_encode;
use crate::api::spec::{AccountIdentity, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;
use crate::outcome::answer::Code;

/// The `OpenAPI`.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: OPENAPI,
    identity: AccountIdentity::Key("access_key_id"),
    // JD allows 1000 requests a minute; 17 a second would exceed that.
    rate: 16,
    has_minute_quota: true,
    signed_look: Some(SignedLook::OF_A_STREAM),
    endpoint: OPENAPI_ENDPOINT,
    class,
    hint: |_, code| hint(code).map(str::to_owned),
    address_list: Some(
        "JD Cloud's console, where the access key or its user is restricted to addresses",
    ),
    ..ApiVersion::new(NAME, OPENAPI, &FORMAT, |account| {
        Ok(Rc::new(HmacApi::open(&API_VERSION, &SCHEME, account)?))
    })
};

/// How requests are signed, as in JD's signers for Go and Rust.
// JD's Python SDK has moved on to `JDCLOUD3`, which differs in its names alone. No page documents
// when the older names end, and the Go SDK still sends them.
static SCHEME: HmacScheme = HmacScheme {
    nonce: Some(uuid),
    // Base64, and signed in that form, as in JD's SDKs.
    has_base64_token: true,
    path: SignedPath::Sent,
    // JD's SDKs differ in what they sign, and the gateway takes them all. With `host` among them, a
    // captured request is good for this host alone.
    signed: &[
        ("content-type", Part::Fixed("application/json")),
        ("host", Part::Host),
        ("x-jdcloud-date", Part::Time),
        ("x-jdcloud-nonce", Part::Nonce),
        ("x-jdcloud-security-token", Part::Token),
    ],
    // The paths of the Live API have no region; JD's signers write `jdcloud-api` for that.
    scope: "jdcloud-api/live/jdcloud2_request",
    key_prefix: "JDCLOUD2",
    ..HmacScheme::new("JDCLOUD2-HMAC-SHA256")
};

/// A random number as a UUID of version 4.
fn uuid(nonce: u128) -> String {
    // The bits of version 4 and of its variant: JD's signers send a UUID.
    let digits = format!("{:032x}", nonce & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

static FORMAT: ResponseFormat = ResponseFormat {
    field: "code",
    mark: "`requestId` with a `result` and no other verdict, or with an `error` that has a `code`",
    is_restful: true,
    acts_with_no_content: false,
    read: status,
};

/// Reads the verdict of a response.
fn status(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
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

/// The class of a code. JD's codes here are HTTP statuses.
fn class(code: &Code) -> ErrorClass {
    match code {
        Code::Number(401) => ErrorClass::Credentials,
        // Not 403: there the key is right and lacks the permission for this action, perhaps for
        // this action alone.
        Code::Number(429) => ErrorClass::Throttled,
        Code::Number(408 | 500..=599) => ErrorClass::Unclear,
        Code::Number(_) | Code::Word(_) => ErrorClass::Refused,
    }
}

/// The hint for a code.
fn hint(code: &Code) -> Option<&'static str> {
    match code {
        Code::Number(401) => Some(
            "check access_key_id, secret_access_key and, of a temporary key, security_token, and this machine's \
             clock; `livectl config show` prints where each comes from",
        ),
        Code::Number(403) => {
            Some("the account may not do this: the key is right; check what its policy allows")
        }
        Code::Number(_) | Code::Word(_) => None,
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
fn pushed(request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let result = reply.get("result")?;
    let info = ["streamInfo", "StreamInfo"].iter().find_map(|key| result.get(key));
    let info = info.unwrap_or(result);
    let (app, name) = parts(request.subject.as_deref()?);
    // An answer that names another stream is no answer; one that names none is accepted, since not
    // every model of JD's has the fields.
    let agrees = |key, asked: &str| {
        info.get(key).is_none_or(|value| value.is_null() || value.as_str() == Some(asked))
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

#[cfg(test)]
pub(crate) mod tests;
