//! A request as a test server received it.

use std::time::Instant;

use serde_json::Value;

/// One request, head and body.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// Its place in the order of arrival, counted from 1.
    pub number: usize,
    pub at: Instant,
    /// As it was sent, the blank line included.
    pub head: String,
    pub method: String,
    pub path: String,
    /// As it is in the URL.
    pub query: String,
    /// The names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl ReceivedRequest {
    pub fn new(number: usize, head: String, body: String) -> Self {
        let (first, rest) = head.split_once("\r\n").unwrap();
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap().to_owned(), words.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = rest.lines().filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_lowercase(), value.trim().to_owned()))
        });
        let (path, query, headers) = (path.to_owned(), query.to_owned(), headers.collect());
        Self { number, at: Instant::now(), method, path, query, headers, head, body }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, decoded.
    pub fn param(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The signature that authorizes it, or the key where the vendor takes that.
    pub fn signature(&self) -> Option<String> {
        let value = |text: &str, before: &str, end: &[char]| {
            let (_, rest) = text.split_once(before)?;
            Some(rest.split(end).next()?.to_owned())
        };
        value(&self.head, "&sign=", &['&', ' '])
            .or_else(|| value(&self.head, "Signature=", &['\r']))
            .or_else(|| value(&self.body, r#""signature":""#, &['"']))
            .or_else(|| value(&self.body, r#""accessKey":""#, &['"']))
    }

    /// Head and body.
    pub fn text(&self) -> String {
        format!("{}{}", self.head, self.body)
    }
}
