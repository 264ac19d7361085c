//! The codes of Volcengine's refusals: each with its number, where it has one, and its HTTP status.

use hyper::StatusCode;

use crate::sandbox::simulator::Refusal;

/// A refusal with a word of Volcengine's.
pub(super) type OpenApiRefusal = Refusal<&'static str>;

/// The number of a code, which those of the live API do not have, and the HTTP status that it comes with.
pub(super) fn number_and_status(code: &str) -> (Option<u32>, StatusCode) {
    match code {
        "MissingParameter" => (Some(100_002), StatusCode::BAD_REQUEST),
        "MissingAuthenticationToken" => (Some(100_003), StatusCode::UNAUTHORIZED),
        "MissingSignature" => (Some(100_005), StatusCode::UNAUTHORIZED),
        "InvalidTimestamp" => (Some(100_006), StatusCode::BAD_REQUEST),
        "InvalidActionOrVersion" => (Some(100_008), StatusCode::NOT_FOUND),
        "InvalidAccessKey" => (Some(100_009), StatusCode::UNAUTHORIZED),
        "SignatureDoesNotMatch" => (Some(100_010), StatusCode::UNAUTHORIZED),
        "InvalidSecurityToken" => (None, StatusCode::UNAUTHORIZED),
        "RequestForbidden.AccountIDNotAllow" => (None, StatusCode::FORBIDDEN),
        _ => (None, StatusCode::BAD_REQUEST),
    }
}
