//! Huawei's live API, version 1, and the signature of its requests, `SDK-HMAC-SHA256`.
//!
//! Owns what is signed, the account's project and region, and the format of responses. The steps of signing are in
//! [`hmac`](crate::api::hmac), the meaning of codes in `codes`, the operations in files of their names.
//!
//! The manual: <https://support.huaweicloud.com/intl/en-us/api-live/live_03_0010.html>, signing:
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::credentials::Credentials;
use crate::api::hmac::{HmacApi, HmacScheme, Part, SignedPath};
use crate::api::huawei::codes;
use crate::api::huawei::profile::{self, NAME};
use crate::api::response::{ApiStatus, ResponseFormat};
use crate::api::setting::setting;
use crate::api::spec::{AccountIdentity, ApiVersion, SignedLook};
use crate::api::verdict::has_other_verdict;
use crate::config::account::Account;
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;

/// The only version of the API.
pub static API_VERSION: ApiVersion = ApiVersion {
    identity: AccountIdentity::Account("project_id"),
    // Huawei documents no limit of Live; its gateway takes 200 a second of an API by default.
    rate: 10,
    signed_look: Some(SignedLook::OF_A_STREAM),
    class: |code| codes::class(code.word()),
    hint: |_, code| codes::hint(code.word()),
    address_list: Some(
        "Huawei Cloud's console, under Identity and Access Management (IAM), where API access is limited to addresses",
    ),
    ..ApiVersion::new(NAME, "v1", &FORMAT, |account| Ok(Rc::new(open(account)?)))
};

/// How requests are signed. The secret itself signs: there is neither a scope nor a chain of keys.
static SCHEME: HmacScheme = HmacScheme {
    // Sent without the slash.
    path: SignedPath::OwnWithSlash,
    signed: &[
        ("content-type", Part::Fixed("application/json")),
        ("host", Part::Host),
        ("x-sdk-date", Part::Time),
        ("x-security-token", Part::Token),
    ],
    // The manual asks for it beside an access key. The path, which is signed, has it too.
    unsigned: &[("x-project-id", Part::Project)],
    id: "Access",
    ..HmacScheme::new("SDK-HMAC-SHA256")
};

/// The account that the profile describes.
fn open(account: &Account) -> Result<HmacApi> {
    let region = account.text("region");
    let endpoint = profile::endpoint(account)
        .ok_or_else(|| Error::config("huawei.region: not set").hint("set it, or endpoint"))?;
    let home = region.and_then(|region| profile::home(region).parse::<Endpoint>().ok());
    let is_at_region = home.is_some_and(|home| home == endpoint);
    let is_documented = region.is_some_and(profile::is_documented);
    let credentials = Credentials::open(account, SCHEME.keys)?;
    let project_id: String = setting(account, "project_id")?;
    Ok(HmacApi {
        // Each path names the project whose streams it is about.
        path_prefix: format!("/v1/{project_id}"),
        project_id,
        uses_default_endpoint: is_at_region,
        unreachable_hint: (is_at_region && !is_documented).then_some(
            "Huawei documents no such region for Live: check `region` in the profile's [huawei] section, such as cn-north-4",
        ),
        ..HmacApi::new(&API_VERSION, &SCHEME, credentials, endpoint)
    })
}

static FORMAT: ResponseFormat = ResponseFormat {
    field: "error_code",
    mark: "a list with its total and no other verdict, or an `error_code`",
    is_restful: true,
    // Bans, un-bans and cuts. Lists answer 200 with a body.
    acts_with_no_content: true,
    read: status,
};

/// Reads the verdict of a response.
fn status(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
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
    Some(ApiStatus::failure(code, reply.get("error_msg")))
}

#[cfg(test)]
pub(crate) mod tests;
