//! [`Request`]: a request before it is signed, and how its response is read: [`ResponseReader`] and [`Verification`].
//!
//! Owns no vendor's names: paths, members and readers come from the vendors' folders. The signed form is
//! [`SignedRequest`](crate::net::message::SignedRequest).

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use chrono::FixedOffset;
use serde_json::{Map, Value};
use url::Url;

use crate::api::response::Observation;
use crate::net::endpoint::Endpoint;
use crate::net::message::{Method, Response, SignedRequest};
use crate::time::Timestamp;

/// An unsigned request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its HTTP method.
    pub method: Method,
    /// The API's own path, behind the endpoint's prefix; percent-encoded.
    // Encoded where it is written: JD signs `streams%3Aforbid`, and `Url` leaves a colon as it is.
    pub path: Cow<'static, str>,
    /// Its name where all operations share one path: Tencent's `interface` or `X-TC-Action`; `None` for the account's.
    pub name: Option<&'static str>,
    /// Query parameters, in order, not yet encoded.
    // Tencent's older API gets them in this order; the schemes that sign a query sort it.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body's members, in order; `None` for no body.
    pub body: Option<Vec<(&'static str, Value)>>,
    /// The part of the request that the response repeats.
    pub echo: Option<Echo>,
    /// How the response is read, for a request that reads a state or a list.
    pub question: Option<ResponseReader>,
    /// The one stream that the list is searched for, where the request asks for its state.
    pub subject: Option<String>,
    /// The zone of the times in the response, where they are written without one.
    // JD's older API writes local times.
    pub zone: Option<FixedOffset>,
    /// The parameter that selects the page, for a list that comes in pages.
    pub page: Option<PageParameter>,
    /// The request that follows where the response to this one reports no state, for a state that takes two lists or a
    /// list and a state.
    // Alibaba's state does not distinguish a banned stream from an idle one, and Huawei has lists alone.
    pub next: Option<Box<Request>>,
    /// The member of the body that takes the operator's reason.
    pub reason: Option<&'static str>,
    /// Its endpoint, where the operation decides that and not the account.
    // Each cluster of Shumei has a host, and only that of the stream knows it.
    pub endpoint: Option<&'static Endpoint>,
    /// A member of the body that gives the time left until a moment.
    // JD counts a ban from the arrival of its request, which may wait in the queue or be sent again.
    pub time_left: Option<TimeLeft>,
}

/// The parameter that selects the page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageParameter {
    /// Its name, in the query or in the body.
    pub name: &'static str,
    /// Its value for the first page.
    pub first: u32,
    /// By how much the value of the next page is greater: 1 for a number, the size of a page for an offset.
    pub step: u32,
}

impl PageParameter {
    /// The number of a page, counted from 1.
    #[must_use]
    pub const fn number(name: &'static str) -> Self {
        Self { name, first: 1, step: 1 }
    }

    /// Its value for a page, counted from 1.
    fn value(self, page: u32) -> u32 {
        self.first + (page - 1) * self.step
    }
}

/// The time left until a moment, as a member of the body; each attempt computes it.
#[derive(Clone, Copy, Debug)]
pub struct TimeLeft {
    /// The member of the body.
    pub member: &'static str,
    /// The moment.
    pub until: Timestamp,
    /// The unit that the API counts in, in seconds; part of one counts as whole.
    pub unit: u32,
}

impl Request {
    fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            name: None,
            query: Vec::new(),
            body: None,
            echo: None,
            question: None,
            subject: None,
            zone: None,
            page: None,
            next: None,
            reason: None,
            endpoint: None,
            time_left: None,
        }
    }

    /// A request with everything in its query.
    #[must_use]
    pub fn get(path: impl Into<Cow<'static, str>>, query: Vec<(&'static str, String)>) -> Self {
        Self { query, ..Self::new(Method::Get, path) }
    }

    /// A request with a JSON object of these members.
    pub fn post(
        path: impl Into<Cow<'static, str>>,
        members: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self { body: Some(members.into_iter().collect()), ..Self::new(Method::Post, path) }
    }

    /// A request that changes the resource of the path, with a JSON object of these members.
    pub fn put(
        path: impl Into<Cow<'static, str>>,
        members: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self { method: Method::Put, ..Self::post(path, members) }
    }

    /// A request that acts with everything in its query: a POST without a body.
    #[must_use]
    pub fn post_query(
        path: impl Into<Cow<'static, str>>,
        query: Vec<(&'static str, String)>,
    ) -> Self {
        Self { query, ..Self::new(Method::Post, path) }
    }

    /// A request that removes the resource that path and query name.
    #[must_use]
    pub fn delete(path: impl Into<Cow<'static, str>>, query: Vec<(&'static str, String)>) -> Self {
        Self { query, ..Self::new(Method::Delete, path) }
    }

    /// How much of the response's body is read, in bytes.
    #[must_use]
    pub fn response_limit(&self) -> usize {
        if self.page.is_some() { Response::LIST_LIMIT } else { Response::LIMIT }
    }

    /// The request as it is sent to this URL, with these headers and this body.
    #[must_use]
    pub fn signed(
        &self,
        url: Url,
        headers: Vec<(&'static str, String)>,
        body: Option<Bytes>,
    ) -> SignedRequest {
        let (method, response_limit) = (self.method, self.response_limit());
        SignedRequest { method, url, headers, body, response_limit }
    }

    /// The request as it leaves at this moment.
    #[must_use]
    pub fn leaving_at(mut self, now: Timestamp) -> Self {
        let Some(TimeLeft { member, until, unit }) = self.time_left else { return self };
        // At least a unit: JD reads 0 as a ban without an end.
        let millis = (until - now).num_milliseconds().max(1);
        let unit = i64::from(unit) * 1000;
        // Rounded up, so that the ban does not end before the end that is reported.
        let units = (millis + unit - 1) / unit;
        let members = self.body.iter_mut().flatten().filter(|(name, _)| *name == member);
        members.for_each(|(_, value)| *value = units.into());
        self
    }

    /// The request for another page of the list, counted from 1.
    #[must_use]
    pub fn turned_to(mut self, number: u32) -> Self {
        let Some(parameter) = self.page else { return self };
        let number = parameter.value(number);
        let members = self.body.iter_mut().flatten().filter(|(name, _)| *name == parameter.name);
        members.for_each(|(_, value)| *value = number.into());
        let parameters = self.query.iter_mut().filter(|(name, _)| *name == parameter.name);
        parameters.for_each(|(_, value)| *value = number.to_string());
        self
    }
}

/// The part of the request that the response repeats, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Echo {
    /// JD's time-out in seconds, as `data.PublishNormalTimeout`.
    Seconds(u8),
    /// JD's domain, as `data`.
    Domain(String),
}

/// How the response to a request for a state or a list is read.
#[derive(Clone, Copy, Debug)]
pub struct ResponseReader {
    /// Codes that report a state instead of a refusal, each with that state.
    pub answers: &'static [(i64, &'static str)],
    /// Reads the state or the list from the body of a success.
    pub read: Read,
    /// Finds the state of one stream in the list; `None` where the list itself is requested.
    pub find: Option<Find>,
}

/// Reads the response to this request; `None` when it reports neither a state nor a list.
pub type Read = fn(&Request, &Map<String, Value>) -> Option<Observation>;

/// Finds the state of the request's subject in a whole list at this moment; `None` when the list cannot be read.
pub type Find = fn(&Request, &[Value], Timestamp) -> Option<Observation>;

impl ResponseReader {
    /// Reads a state or a list from each response.
    #[must_use]
    pub const fn new(read: Read) -> Self {
        Self { answers: &[], read, find: None }
    }
}

/// The look that shows whether an operation has taken effect.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The request that reads the state.
    pub request: Request,
    /// The expected state.
    pub expected: Expected,
}

/// The state in which an operation has taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This.
    Is(Cow<'static, str>),
    /// Any but this.
    // A stream that may push again is live or idle, as its encoder decides.
    IsNot(&'static str),
}

impl Expected {
    /// This state.
    #[must_use]
    pub const fn is(state: &'static str) -> Self {
        Self::Is(Cow::Borrowed(state))
    }

    /// Whether the state seen is one.
    #[must_use]
    pub fn holds_for(&self, state: &str) -> bool {
        match self {
            Self::Is(expected) => expected == state,
            Self::IsNot(other) => *other != state,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(state) => f.write_str(state),
            Self::IsNot(state) => write!(f, "anything but {state}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_a_number_or_an_offset() {
        let offset = PageParameter { name: "offset", first: 0, step: 100 };
        let from_0 = PageParameter { name: "page", first: 0, step: 1 };
        for (parameter, values) in [
            (PageParameter::number("PageNum"), ["1", "2", "11"]),
            (offset, ["0", "100", "1000"]),
            (from_0, ["0", "1", "10"]),
        ] {
            let query = vec![("size", "7".into()), (parameter.name, values[0].into())];
            let list = Request { page: Some(parameter), ..Request::get("/", query) };
            for (page, value) in [1, 2, 11].into_iter().zip(values) {
                let turned = list.clone().turned_to(page).query;
                assert_eq!(turned, [("size", "7".into()), (parameter.name, value.to_owned())]);
            }
        }
    }
}
