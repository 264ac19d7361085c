//! The two messages that the network carries: [`SignedRequest`] and [`Response`].
//!
//! How a request is signed and what a response means belongs to the vendors' APIs.

use bytes::Bytes;
use url::Url;

use crate::text::excerpt;

/// The HTTP methods that the vendors' operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    /// All parameters are in the query string.
    Get,
    /// The parameters are a JSON object in the body, or in the query string.
    Post,
    /// A JSON body; the path names the resource to change.
    Put,
    /// The path and the query name the resource to remove.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A signed request, the only kind that the client sends. Only a vendor's `authorize` makes one.
#[derive(Clone)]
pub struct SignedRequest {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// Beside those that HTTP itself asks for.
    pub headers: Vec<(&'static str, String)>,
    /// A JSON body, sent as `application/json`.
    pub body: Option<Bytes>,
    /// How much of the response's body is read, in bytes.
    pub response_limit: usize,
}

/// A response, whatever its status.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header as sent.
    pub retry_after: Option<String>,
    /// The `Date` header as sent: the server's clock.
    pub date: Option<String>,
    /// The `Content-Encoding` header as sent; the request asks for none.
    pub content_encoding: Option<String>,
    /// The body, at most as much of it as the request allows.
    pub body: Bytes,
    /// The body was longer than that and is cut there.
    pub oversized: bool,
}

impl Response {
    /// How much of a body is read, in bytes.
    pub const LIMIT: usize = 1 << 20;

    /// How much of the body of a page of a list is read.
    pub const LIST_LIMIT: usize = 16 << 20;

    /// A reply without the headers that are looked at.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    /// Why the body is not text in UTF-8; the text follows the body's name in a message.
    #[must_use]
    pub fn encoding_problem(&self) -> Option<String> {
        // Some proxies drop the header of what they compress.
        const SIGNATURES: [(&str, &[u8]); 2] =
            [("gzip", b"\x1f\x8b"), ("zstd", b"\x28\xb5\x2f\xfd")];
        let named = self.content_encoding.as_deref().map(str::trim);
        let named = named.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
        let found = || SIGNATURES.iter().find(|(_, start)| self.body.starts_with(start));
        // The header first: the body of some encodings has no signature.
        if let Some(name) = named.or_else(|| Some(found()?.0)) {
            let name = excerpt(name, 40);
            return Some(format!("is compressed ({name}), which was not asked for"));
        }
        // A body that is cut may end within a character.
        let is_cut = |error: std::str::Utf8Error| self.oversized && error.error_len().is_none();
        match std::str::from_utf8(&self.body) {
            Err(error) if !is_cut(error) => Some("is not text in UTF-8".into()),
            Ok(_) | Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_recognized() {
        let response = |encoding: Option<&str>, body: &[u8]| {
            let content_encoding = encoding.map(str::to_owned);
            Response { content_encoding, ..Response::new(200, body.to_vec()) }.encoding_problem()
        };
        let compressed = |name| Some(format!("is compressed ({name}), which was not asked for"));
        for (encoding, body, problem) in [
            (Some("gzip"), &b"\x1f\x8b\x08"[..], compressed("gzip")),
            (Some("br"), b"\x0b", compressed("br")),
            (None, b"\x1f\x8b\x08\0", compressed("gzip")),
            (None, b"\x28\xb5\x2f\xfd\0", compressed("zstd")),
            (Some("identity"), b"{}", None),
            (Some(" "), b"{}", None),
            (None, "{\"message\":\"成功\"}".as_bytes(), None),
            (None, b"{\"message\":\"\xb3\xc9\"}", Some("is not text in UTF-8".to_owned())),
            (None, b"\xff\xfe{\0}\0", Some("is not text in UTF-8".to_owned())),
            (None, b"", None),
        ] {
            assert_eq!(response(encoding, body), problem);
        }
        let cut = Response { oversized: true, ..Response::new(200, &b"\xe6\x88"[..]) };
        assert_eq!(cut.encoding_problem(), None);
    }
}
