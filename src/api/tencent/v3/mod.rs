//! Tencent Cloud's live API 3.0, version 2018-08-01, and the signature of its requests, `TC3-HMAC-SHA256`.
//!
//! Owns what is signed, the requests on one stream and the format of responses. The steps of signing are in
//! [`hmac`](crate::api::hmac), the meaning of codes in `codes`, the operations in files of their names.
//!
//! The manual: <https://cloud.tencent.com/document/api/267/20468>, signing:
//! <https://cloud.tencent.com/document/api/267/20460>.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::hmac::{HmacApi, HmacScheme, Part};
use crate::api::request::{Request, ResponseReader};
use crate::api::response::{ApiStatus, Observation, ResponseFormat, state};
use crate::api::spec::{AccountIdentity, ApiVersion, SignedLook};
use crate::api::tencent::codes;
use crate::api::tencent::place::StreamPlace;
use crate::api::tencent::profile::{NAME, V3, V3_ENDPOINT};

/// API 3.0.
pub static API_VERSION: ApiVersion = ApiVersion {
    id: V3,
    identity: AccountIdentity::Key("secret_id"),
    // Tencent allows 100 to 300 a second for each action, for all programs of the account together.
    rate: 20,
    signed_look: Some(SignedLook { target: "livectl-doctor", ..SignedLook::OF_A_STREAM }),
    endpoint: V3_ENDPOINT,
    class: |code| codes::class(code.word()),
    hint: |_, code| codes::hint(code.word()),
    address_list: Some(
        "Tencent Cloud's console, under Access Management (CAM), where the key's network restrictions are",
    ),
    ..ApiVersion::new(NAME, V3, &FORMAT, |account| {
        Ok(Rc::new(HmacApi::open(&API_VERSION, &SCHEME, account)?))
    })
};

/// How requests are signed.
static SCHEME: HmacScheme = HmacScheme {
    keys: ["secret_id", "secret_key"],
    // A Unix second, and its date in UTC. A local date goes wrong only from midnight to 8:00 in Beijing.
    time: "%s",
    date: "%Y-%m-%d",
    signed: &[
        // Exactly as the client sends it: a charset added on the way would break the signature.
        ("content-type", Part::Fixed("application/json")),
        ("host", Part::Host),
        ("x-tc-action", Part::Action),
    ],
    // Of the values above the action alone has capitals; it is sent with them.
    signs_lower_case: true,
    unsigned: &[
        ("x-tc-version", Part::Fixed("2018-08-01")),
        ("x-tc-timestamp", Part::Time),
        // Beside the signature and not under it, as in Tencent's SDKs.
        ("x-tc-token", Part::Token),
    ],
    scope: "live/tc3_request",
    key_prefix: "TC3",
    ..HmacScheme::new("TC3-HMAC-SHA256")
};

static FORMAT: ResponseFormat = ResponseFormat {
    field: "Code",
    mark: "`Response` alone with a `RequestId` and, if it failed, an `Error` with a `Code`",
    is_restful: false,
    acts_with_no_content: false,
    read: status,
};

/// Reads the verdict of a response.
fn status(reply: &Map<String, Value>) -> Option<ApiStatus<'_>> {
    // Tencent answers an error with HTTP 200 too: `Error` decides, never the status.
    let response = reply.get("Response")?.as_object()?;
    let request_id = response.get("RequestId")?.as_str()?;
    let Some(error) = response.get("Error") else {
        // `Response` alone: what a gateway puts beside it may be the verdict that counts.
        let is_success = reply.len() == 1 && !request_id.trim().is_empty();
        return is_success.then_some(ApiStatus::SUCCESS);
    };
    Some(ApiStatus::failure(error.get("Code")?.as_str()?, error.get("Message")))
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

fn stream_state(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
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

#[cfg(test)]
pub(crate) mod tests;
