//! [`Simulator`]: how one vendor is simulated, as its folder in `src/api` describes it.
//!
//! The vendor's folder owns the routes, the replies and the demo credentials; the [server](super::server) owns the
//! socket and the [state](super::state).

use std::borrow::Cow;

use bytes::Bytes;
use hyper::{HeaderMap, Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::sandbox::state::VendorState;
use crate::time::Timestamp;

/// One vendor in the simulator.
#[derive(Debug)]
pub struct Simulator {
    /// The vendor's word in commands, files and JSON.
    pub vendor: &'static str,
    /// Its paths.
    pub routes: &'static [SandboxRoute],
    /// The operation of a request whose path does not name it, for the log.
    pub operation: fn(&SandboxRequest) -> Option<String>,
    /// Its part of the document at `/sandbox/state`.
    pub show: fn(&VendorState, Timestamp) -> Value,
    /// The credentials that it accepts, one set per API version, the oldest first.
    pub credentials: &'static [DemoCredentials],
}

/// Credentials that the simulator accepts for one version of a vendor's API; they open nothing else.
#[derive(Debug)]
pub struct DemoCredentials {
    /// The word for the API version; empty for a vendor with one version.
    pub api: &'static str,
    /// The keys of the vendor's section in a profile, with their values.
    pub values: &'static [(&'static str, &'static str)],
}

/// A request with its whole body.
pub type SandboxRequest = Request<Bytes>;

/// A reply: an HTTP status and a JSON document.
pub type SandboxReply = (StatusCode, Value);

/// A call of a vendor's API.
#[derive(Debug)]
pub struct SandboxCall<'a, R = SandboxRequest> {
    /// The vendor's state, which the call may change.
    pub state: &'a mut VendorState,
    /// The request: as it came, or what its vendor has read of it.
    pub request: &'a R,
    /// The moment at which it arrives.
    pub now: Timestamp,
}

impl<R> SandboxCall<'_, R> {
    /// The call with its request as the vendor has read it.
    pub(crate) fn with<'a, T>(&'a mut self, request: &'a T) -> SandboxCall<'a, T> {
        SandboxCall { state: self.state, request, now: self.now }
    }
}

/// Computes the reply to a call.
pub type Handler = fn(&mut SandboxCall) -> SandboxReply;

/// One path with its methods and its handler.
#[derive(Debug)]
pub struct SandboxRoute {
    /// The path without percent-encoding; a segment `*` matches any non-empty text, and a last segment `**` any rest.
    pub path: &'static str,
    /// The HTTP methods that it accepts; empty for any.
    pub methods: &'static [&'static str],
    /// A header that the vendor's requests have.
    // Several vendors serve the same path.
    pub header: Option<&'static str>,
    /// Computes the reply.
    pub handler: Handler,
}

impl SandboxRoute {
    /// A path with its methods, whatever the headers of a request.
    #[must_use]
    pub const fn new(
        methods: &'static [&'static str],
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self { path, methods, header: None, handler }
    }

    /// Whether the route accepts a method.
    #[must_use]
    pub fn accepts(&self, method: &Method) -> bool {
        self.methods.is_empty() || self.methods.contains(&method.as_str())
    }

    /// Whether a request with these headers may be the vendor's.
    #[must_use]
    pub fn is_marked(&self, headers: &HeaderMap) -> bool {
        self.header.is_none_or(|name| headers.contains_key(name))
    }

    /// Whether a request's path, percent-encoded or not, is this one.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        // By segments, before decoding: an encoded slash is a part of a name.
        let mut theirs = path.split('/');
        for our in self.path.split('/') {
            let is_match = match (our, theirs.next()) {
                ("**", Some(_)) => return true,
                ("*", Some(their)) => !their.is_empty(),
                // Some of JD's clients send `streams:forbid` with its colon encoded, others raw.
                (_, Some(their)) => percent_decode_str(their).eq(our.bytes()),
                (_, None) => false,
            };
            if !is_match {
                return false;
            }
        }
        theirs.next().is_none()
    }
}

/// A refusal: a code of the vendor's kind, and a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal<C = &'static str> {
    pub(crate) code: C,
    pub(crate) message: Cow<'static, str>,
}

impl<C> Refusal<C> {
    pub(crate) fn new(code: C, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// The refusal with another code for the same reason.
    pub(crate) fn with_code<D>(self, code: impl FnOnce(C) -> D) -> Refusal<D> {
        Refusal { code: code(self.code), message: self.message }
    }
}

/// The result of a call: the document of the reply, or the refusal with the vendor's word for it.
pub(crate) type ActionResult<T = Value> = Result<T, Refusal>;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn handler(_: &mut SandboxCall) -> SandboxReply {
        (StatusCode::OK, json!({}))
    }

    #[test]
    fn marked_route_takes_only_requests_with_its_header() {
        let plain = SandboxRoute::new(&[], "/", handler);
        let marked =
            SandboxRoute { header: Some("x-date"), ..SandboxRoute::new(&["POST"], "/", handler) };
        let mut headers = HeaderMap::new();
        assert!(plain.is_marked(&headers) && !marked.is_marked(&headers));
        headers.insert("X-Date", "20261121T120000Z".parse().unwrap());
        assert!(plain.is_marked(&headers) && marked.is_marked(&headers));
    }

    #[test]
    fn route_decodes_segments_and_wildcard_matches_one() {
        let verb = SandboxRoute::new(&["PUT"], "/v1/streams:forbid", handler);
        let list = SandboxRoute::new(&["GET"], "/v1/streams/*/onlineList", handler);
        let root = SandboxRoute::new(&["POST"], "/", handler);
        let rest = SandboxRoute::new(&[], "/v1/**", handler);
        for (route, path, expected) in [
            (&root, "/", true),
            (&root, "", false),
            (&root, "*", false),
            (&rest, "/v1/", true),
            (&rest, "/v1/a/b", true),
            (&rest, "/v1", false),
            (&rest, "/v2/a", false),
            (&verb, "/v1/streams:forbid", true),
            (&verb, "/v1/streams%3Aforbid", true),
            (&verb, "/v1/streams%3aforbid", true),
            (&verb, "/v1/streams%2Fforbid", false),
            (&list, "/v1/streams/a.com/onlineList", true),
            (&list, "/v1/streams/*/onlineList", true),
            (&list, "/v1/streams//onlineList", false),
            (&list, "/v1/streams/a.com/b/onlineList", false),
            (&list, "/v1/streams/a.com/onlineList/", false),
        ] {
            assert_eq!(route.matches(path), expected, "{path}");
        }
    }
}
