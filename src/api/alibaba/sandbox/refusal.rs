//! Alibaba's refusals: a code with its HTTP status.

use hyper::StatusCode;

use crate::sandbox::simulator::Refusal;

/// A refusal with its `Code`.
pub(super) type RpcRefusal = Refusal<&'static str>;

/// The HTTP status of a code.
pub(super) fn status(code: &str) -> StatusCode {
    match code {
        "InvalidDomain.NotFound" | "InvalidAccessKeyId.NotFound" | "InvalidAction.NotFound" => {
            StatusCode::NOT_FOUND
        }
        "IllegalOperation" => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}
