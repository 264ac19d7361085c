//! [`NoStream`]: what an answer of a play URL proves where its body is not the stream.

use super::hints;
use crate::net::media::MediaError;

/// What an answer proves whose body is not the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStream {
    /// The server has no such stream, or has closed the connection.
    Ended,
    /// The answer proves nothing, and why.
    Unproven(&'static str),
    /// No answer, or an error, and why.
    Failed(&'static str),
}

/// Checks an HLS server's status; `is_signed` where the URL has a query.
pub(super) fn check_hls(status: u16, is_signed: bool) -> Result<(), NoStream> {
    check(status, is_signed, matches!(status, 403 | 404 | 410))
}

/// Checks an HTTP-FLV server's status; `is_signed` where the URL has a query.
pub(super) fn check_flv(status: u16, is_signed: bool) -> Result<(), NoStream> {
    // A time-out and a limit on requests are about the request, not about the stream.
    let is_ended = (400..500).contains(&status) && !matches!(status, 408 | 429);
    check(status, is_signed, is_ended)
}

fn check(status: u16, is_signed: bool, is_ended: bool) -> Result<(), NoStream> {
    Err(match status {
        200..=299 => return Ok(()),
        401 | 407 => NoStream::Unproven(hints::LOGIN),
        // An expired signature is refused whether the stream is on or not.
        403 if is_signed => NoStream::Unproven(hints::SIGNATURE),
        _ if is_ended => NoStream::Ended,
        _ => NoStream::Failed(hints::ERROR),
    })
}

impl From<MediaError> for NoStream {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Unreachable | MediaError::Silent => Self::Failed(hints::UNREACHABLE),
            MediaError::Redirected => Self::Unproven(hints::REDIRECT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_prove_the_end_or_nothing() {
        use NoStream::{Ended, Failed, Unproven};
        for (status, hls, flv) in [
            (200, None, None),
            (304, Some(Failed(hints::ERROR)), Some(Failed(hints::ERROR))),
            (400, Some(Failed(hints::ERROR)), Some(Ended)),
            (401, Some(Unproven(hints::LOGIN)), Some(Unproven(hints::LOGIN))),
            (403, Some(Ended), Some(Ended)),
            (404, Some(Ended), Some(Ended)),
            (410, Some(Ended), Some(Ended)),
            (429, Some(Failed(hints::ERROR)), Some(Failed(hints::ERROR))),
            (451, Some(Failed(hints::ERROR)), Some(Ended)),
            (500, Some(Failed(hints::ERROR)), Some(Failed(hints::ERROR))),
            (503, Some(Failed(hints::ERROR)), Some(Failed(hints::ERROR))),
        ] {
            let found = (check_hls(status, false).err(), check_flv(status, false).err());
            assert_eq!(found, (hls, flv), "{status}");
        }
        let signed = Err(Unproven(hints::SIGNATURE));
        assert_eq!((check_hls(403, true), check_flv(403, true)), (signed, signed));
        assert_eq!((check_hls(404, true), check_flv(404, true)), (Err(Ended), Err(Ended)));
    }
}
