//! The two messages that the network carries: [`SignedRequest`] and [`Response`].
//!
//! How a request is signed and what a response means belongs to the vendors' APIs.

use bytes::Bytes;
use url::Url;

/// The HTTP methods that the vendors' operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Everything stands in the query string.
    Get,
    /// The parameters are a JSON object in the body.
    Post,
    /// The same, where the path names what is changed.
    Put,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
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
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header as sent.
    pub retry_after: Option<String>,
    /// The `Date` header as sent: the server's clock.
    pub date: Option<String>,
    /// The body, at most [`Response::LIMIT`] bytes of it.
    pub body: Bytes,
    /// The body was longer than [`Response::LIMIT`] and is cut there.
    pub oversized: bool,
}

impl Response {
    /// How much of a body is read, in bytes.
    pub const LIMIT: usize = 1 << 20;

    /// A reply without the headers that are looked at.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, retry_after: None, date: None, body: body.into(), oversized: false }
    }
}
