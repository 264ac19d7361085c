//! Volcengine's live API, version 2023-01-01, and the signature of its requests, `HMAC-SHA256`.
//!
//! Owns what is signed and the format of responses. The steps are in [`hmac`](crate::api::hmac), the meaning of codes in
//! `codes`, the operations in files of their names.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126845>, signing: <https://www.volcengine.com/docs/6369/67269>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::hmac::{HmacApi, HmacScheme, Part};
use crate::api::request::Request;
use crate::api::response::{ApiStatus, ResponseFormat};
use crate::api::spec::{AccountIdentity, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;
use crate::api::volcengine::codes;
use crate::api::volcengine::profile::{DEFAULT_ENDPOINT, NAME};

/// The only version of the API.
pub static API_VERSION: ApiVersion = ApiVersion {
    identity: AccountIdentity::Key("access_key_id"),
    // Volcengine allows a user 10 requests a second of each action.
    rate: 10,
    signed_look: Some(SignedLook::OF_A_STREAM),
    endpoint: DEFAULT_ENDPOINT,
    class: |code| codes::class(code.word()),
    hint: |request, code| codes::hint(code.word(), request.name.unwrap_or_default()),
    ..ApiVersion::new(NAME, VERSION, &FORMAT, |account| {
        Ok(Rc::new(HmacApi::open(&API_VERSION, &SCHEME, account)?))
    })
};

// The pages of version 2020-08-01 were taken down in 2024-03.
const VERSION: &str = "2023-01-01";

/// How requests are signed.
static SCHEME: HmacScheme = HmacScheme {
    signed: &[
        ("content-type", Part::Fixed("application/json")),
        ("host", Part::Host),
        ("x-content-sha256", Part::BodyHash),
        ("x-date", Part::Time),
        ("x-security-token", Part::Token),
    ],
    // The only region that serves the live API. The secret begins the chain as it is: other vendors put their name before it.
    scope: "cn-north-1/live/request",
    ..HmacScheme::new("HMAC-SHA256")
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`ResponseMetadata` with a `RequestId` and, if it failed, an `Error` with a `Code`",
    is_restful: true,
    acts_with_no_content: false,
    read: status,
};

/// Reads the verdict of a response.
fn status(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    // An error may come with HTTP 200: `Error` decides, never the status.
    let metadata = reply.get("ResponseMetadata")?.as_object()?;
    let request_id = metadata.get("RequestId")?.as_str()?;
    let Some(error) = metadata.get("Error") else {
        let is_success =
            !request_id.trim().is_empty() && !has_other_verdict(reply, &["ResponseMetadata"]);
        return is_success.then_some(ApiStatus::SUCCESS);
    };
    // `CodeN` is the same as a number, which the codes of the live API do not have.
    Some(ApiStatus::failure(error.get("Code")?.as_str()?, error.get("Message")))
}

/// The request of an action, which is named in its query.
// What acts is a POST with a body, what looks a GET with everything in the query.
pub(super) fn call(action: &'static str, request: Request) -> Request {
    let mut query = vec![("Action", action.to_owned()), ("Version", VERSION.to_owned())];
    query.extend(request.query);
    Request { name: Some(action), query, ..request }
}

#[cfg(test)]
pub(crate) mod tests;
