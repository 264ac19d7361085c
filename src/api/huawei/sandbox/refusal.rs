//! Huawei's refusals: a code with its HTTP status.

use std::borrow::Cow;

use hyper::StatusCode;

use crate::sandbox::simulator::Refusal;

/// A refusal with its `error_code`.
pub(super) type LiveRefusal = Refusal<&'static str>;

/// The refusal of a parameter, which is that of a domain too.
pub(super) fn illegal(message: impl Into<Cow<'static, str>>) -> LiveRefusal {
    Refusal::new("LIVE.100011001", message)
}

/// The HTTP status of a code.
pub(super) fn status(code: &str) -> StatusCode {
    match code {
        "APIGW.0101" => StatusCode::NOT_FOUND,
        "APIGW.0301" => StatusCode::UNAUTHORIZED,
        "APIGW.0310" => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}
