//! A request on its way: [`Draft`], [`Stamp`], [`Signed`], and the [`Reply`] to it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use crate::vendor::shumei::Cluster;

/// A moment on the wall clock.
pub type Timestamp = DateTime<Utc>;

/// The HTTP methods that the vendors' operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Everything stands in the query string.
    Get,
    /// The parameters are a JSON object in the body.
    Post,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What an operation asks for, before anyone vouches for it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How it is sent.
    pub method: Method,
    /// The API's own path, behind the endpoint's prefix.
    pub path: &'static str,
    /// Query parameters, in order, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body's members, in order; `None` for no body.
    pub body: Option<Vec<(&'static str, Value)>>,
    /// What an honest reply would repeat.
    pub echo: Option<Echo>,
    /// Which of Shumei's clusters it goes to.
    pub cluster: Option<Cluster>,
}

impl Draft {
    /// A request with everything in its query.
    #[must_use]
    pub fn get(path: &'static str, query: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::Get, path, query, body: None, echo: None, cluster: None }
    }

    /// A request with a JSON object of these members.
    pub fn post(path: &'static str, members: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let body = Some(members.into_iter().collect());
        Self { method: Method::Post, path, query: Vec::new(), body, echo: None, cluster: None }
    }
}

/// What an honest reply would repeat, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Echo {
    /// JD's time-out in seconds, as `data.PublishNormalTimeout`.
    Seconds(u8),
    /// JD's domain, as `data`.
    Domain(String),
}

/// Everything that makes two signatures of one draft differ.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// When the request is signed.
    pub at: Timestamp,
}

/// A request that someone vouches for; the only thing that a transport accepts. Only a vendor's `dress` makes one.
#[derive(Clone)]
pub struct Signed {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// A JSON body, sent as `application/json`.
    pub(crate) body: Option<Bytes>,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header as sent.
    pub retry_after: Option<String>,
    /// The body, at most [`Reply::LIMIT`] bytes of it.
    pub body: Bytes,
    /// The body was longer than [`Reply::LIMIT`] and is cut there.
    pub oversized: bool,
}

impl Reply {
    /// How much of a body is read, in bytes.
    pub const LIMIT: usize = 1 << 20;
}
