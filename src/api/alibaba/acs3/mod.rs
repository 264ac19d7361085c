//! The API of Alibaba's `ApsaraVideo` Live, version 2016-11-01, and the signature of its requests, `ACS3-HMAC-SHA256`.
//!
//! Owns what is signed and the format of responses. The steps are in [`hmac`](crate::api::hmac), the meaning of codes in
//! `codes`, the operations in files of their names.
//!
//! The manual: <https://www.alibabacloud.com/help/en/live/developer-reference/api-live-2016-11-01-overview>, signing:
//! <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::alibaba::codes;
use crate::api::alibaba::profile::{DEFAULT_ENDPOINT, NAME};
use crate::api::hmac::{HmacApi, HmacScheme, Part};
use crate::api::response::{ApiStatus, ResponseFormat};
use crate::api::spec::{AccountIdentity, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;

/// The only version of the API.
pub static API_VERSION: ApiVersion = ApiVersion {
    identity: AccountIdentity::Key("access_key_id"),
    // Alibaba takes 20 bans, 30 un-bans, 100 states and 50 lists a second of an account, and drops what is more.
    rate: 20,
    signed_look: Some(SignedLook::OF_A_STREAM),
    endpoint: DEFAULT_ENDPOINT,
    class: |code| codes::class(code.word()),
    hint: |request, code| codes::hint(code.word(), request.name.unwrap_or_default()),
    secret_members: &["PublishUrl"],
    ..ApiVersion::new(NAME, VERSION, &FORMAT, |account| {
        Ok(Rc::new(HmacApi::open(&API_VERSION, &SCHEME, account)?))
    })
};

const VERSION: &str = "2016-11-01";

/// The hash of the empty body: all parameters are in the query.
const NO_BODY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How requests are signed. The secret itself signs: there is neither a scope nor a chain of keys.
static SCHEME: HmacScheme = HmacScheme {
    time: "%Y-%m-%dT%H:%M:%SZ",
    nonce: Some(|nonce| format!("{nonce:032x}")),
    signed: &[
        ("host", Part::Host),
        ("x-acs-action", Part::Action),
        ("x-acs-content-sha256", Part::Fixed(NO_BODY)),
        ("x-acs-date", Part::Time),
        ("x-acs-security-token", Part::Token),
        ("x-acs-signature-nonce", Part::Nonce),
        ("x-acs-version", Part::Fixed(VERSION)),
    ],
    // As the vendor's SDKs send it. The older signature's API answers in XML unless it is asked for JSON.
    unsigned: &[("accept", Part::Fixed("application/json"))],
    // The time is in a signed header alone.
    signs_time: false,
    separator: ",",
    ..HmacScheme::new("ACS3-HMAC-SHA256")
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`RequestId` and no other verdict, or a `RequestId` with a `Code`",
    is_restful: true,
    acts_with_no_content: false,
    read: status,
};

/// Reads the verdict of a response.
fn status(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
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
    Some(ApiStatus::failure(code, reply.get("Message")))
}

#[cfg(test)]
pub(crate) mod tests;
