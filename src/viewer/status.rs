//! [`StatusClass`]: what the HTTP status of a play URL tells about a stream.

use super::hints;
use crate::net::media::MediaError;

/// What an answer tells before its body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusClass {
    /// The body is the stream, or its playlist.
    Body,
    /// The server has no such stream.
    Ended,
    /// The answer proves nothing, and why.
    Unproven(&'static str),
    /// There is no answer to go by, and why.
    Failed(&'static str),
}

/// The class of an HLS server's status; `is_signed` where the URL has a query.
pub(super) fn of_hls(status: u16, is_signed: bool) -> StatusClass {
    classify(status, is_signed, matches!(status, 403 | 404 | 410))
}

/// The class of an HTTP-FLV server's status; `is_signed` where the URL has a query.
pub(super) fn of_flv(status: u16, is_signed: bool) -> StatusClass {
    // A time-out and a limit on requests are about the request, not about the stream.
    let is_ended = (400..500).contains(&status) && !matches!(status, 408 | 429);
    classify(status, is_signed, is_ended)
}

fn classify(status: u16, is_signed: bool, is_ended: bool) -> StatusClass {
    match status {
        200..=299 => StatusClass::Body,
        401 | 407 => StatusClass::Unproven(hints::LOGIN),
        // An expired signature is refused whether the stream is on or not.
        403 if is_signed => StatusClass::Unproven(hints::SIGNATURE),
        _ if is_ended => StatusClass::Ended,
        _ => StatusClass::Failed(hints::ERROR),
    }
}

/// Why there is no answer.
pub(super) fn of_error(error: MediaError) -> StatusClass {
    match error {
        MediaError::Unreachable | MediaError::Silent => StatusClass::Failed(hints::UNREACHABLE),
        MediaError::Redirected => StatusClass::Unproven(hints::REDIRECT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_tells_what_it_proves() {
        use StatusClass::{Body, Ended, Failed, Unproven};
        for (status, hls, flv) in [
            (200, Body, Body),
            (304, Failed(hints::ERROR), Failed(hints::ERROR)),
            (400, Failed(hints::ERROR), Ended),
            (401, Unproven(hints::LOGIN), Unproven(hints::LOGIN)),
            (403, Ended, Ended),
            (404, Ended, Ended),
            (410, Ended, Ended),
            (429, Failed(hints::ERROR), Failed(hints::ERROR)),
            (451, Failed(hints::ERROR), Ended),
            (500, Failed(hints::ERROR), Failed(hints::ERROR)),
            (503, Failed(hints::ERROR), Failed(hints::ERROR)),
        ] {
            assert_eq!((of_hls(status, false), of_flv(status, false)), (hls, flv), "{status}");
        }
        let signed = Unproven(hints::SIGNATURE);
        assert_eq!((of_hls(403, true), of_flv(403, true)), (signed, signed));
        assert_eq!((of_hls(404, true), of_flv(404, true)), (Ended, Ended));
    }
}
