//! Reads the parts of a request: headers, query parameters, members of a JSON body, moments and pages.
//!
//! Owns the reading alone, for every vendor's routes. Which values are valid is decided in the vendor's folder.

use std::ops::RangeInclusive;

use chrono::NaiveDateTime;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::sandbox::simulator::SandboxRequest;
use crate::time::Timestamp;

/// The value of a header that the request has exactly once.
pub(crate) fn header<'a>(request: &'a SandboxRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers().get_all(name).iter();
    let value = std::str::from_utf8(values.next()?.as_bytes()).ok()?;
    // Of two, a proxy may read the other one.
    values.next().is_none().then_some(value.trim())
}

/// A segment of the path, counted from 0 at the path's start, decoded.
pub(crate) fn path_segment(request: &SandboxRequest, index: usize) -> String {
    let segment = request.uri().path().split('/').nth(index + 1).unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The query's parameters in order, decoded as a form (`+` is a space), or the reason why they cannot be.
pub(crate) fn query(request: &SandboxRequest) -> Result<Vec<(String, String)>, &'static str> {
    // Pairs, no map: the vendor decides about a name that comes twice.
    let query = request.uri().query().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Ok((decode(name)?, decode(value)?)))
        .collect()
}

fn decode(written: &str) -> Result<String, &'static str> {
    let mut escapes = written.split('%').skip(1).map(str::as_bytes);
    if !escapes.all(
        |escape| matches!(escape, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
    ) {
        return Err("a percent escape is malformed");
    }
    // Before the escapes are decoded: `%2B` is a plus sign.
    let spaced = written.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("a parameter is not UTF-8"),
    }
}

/// The members of a JSON body.
#[derive(Debug)]
pub(crate) struct JsonBody(Map<String, Value>);

impl JsonBody {
    /// The body, where it is a JSON object.
    pub(crate) fn read(request: &SandboxRequest) -> Option<Self> {
        serde_json::from_slice(request.body()).ok().map(Self)
    }

    /// A member; `None` where it is absent or null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        // A client may send a member that is not set as null.
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text; empty where it is absent or no text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// All members, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// All members of a body that has texts alone, or the reason why it does not.
    pub(crate) fn texts(request: &SandboxRequest) -> Result<Vec<(String, String)>, String> {
        let body = Self::read(request).ok_or("the body is no JSON object")?;
        let text = |(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => Err(format!("{name} is no text")),
        };
        body.0.into_iter().map(text).collect()
    }
}

impl FromIterator<(String, Value)> for JsonBody {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

/// The number of a parameter, or the reason why it is none of the range.
pub(crate) fn within(
    name: &str,
    number: Option<usize>,
    range: RangeInclusive<usize>,
) -> Result<usize, String> {
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        let (least, most) = range.into_inner();
        format!("{name} is a number from {least} to {most}")
    })
}

/// A moment in UTC that is written exactly in this format.
pub(crate) fn parse_moment(text: &str, format: &str) -> Option<Timestamp> {
    let moment = NaiveDateTime::parse_from_str(text, format).ok()?;
    // chrono also reads one digit where the format has two.
    (moment.format(format).to_string() == text).then(|| moment.and_utc())
}

/// Which page of a list is requested.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageQuery {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) size: usize,
}

impl PageQuery {
    /// The page's part of the list; empty beyond its end.
    pub(crate) fn slice<T>(self, list: &[T]) -> &[T] {
        // A number of any size is valid, and selects nothing.
        let start = (self.number - 1).saturating_mul(self.size).min(list.len());
        &list[start..start.saturating_add(self.size).min(list.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::support::get;

    #[test]
    fn query_is_decoded_in_order() {
        let pairs = query(&get("/?b=%E7%9B%B4+%26&&a&a=x=y")).unwrap();
        let expected = [("b", "直 &"), ("a", ""), ("a", "x=y")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn malformed_query_is_refused() {
        for target in ["/?a=%", "/?a=%2", "/?%zz=1", "/?a=%+1"] {
            assert_eq!(query(&get(target)), Err("a percent escape is malformed"), "{target}");
        }
        assert_eq!(query(&get("/?a=%E7%9B")), Err("a parameter is not UTF-8"));
    }
}
