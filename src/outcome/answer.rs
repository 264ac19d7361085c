//! [`Answer`]: the vendor's answer as results report it, and [`ListItem`]: one item of a list.

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::time::{self, Timestamp};

/// A vendor's own code: an integer, or a word where the vendor has words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Code {
    /// At JD, at Tencent's legacy API and at Shumei.
    Number(i64),
    /// At newer APIs.
    Word(String),
}

impl Code {
    /// The word; empty for a number.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Number(_) => "",
            Self::Word(word) => word,
        }
    }
}

/// The vendor's answer, as far as it could be read; free of secrets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// The vendor's code.
    pub code: Option<Code>,
    /// The vendor's message.
    pub message: Option<String>,
    /// The vendor's JSON, unless it is large.
    pub response: Option<JsonText>,
    /// The state that was read.
    pub state: Option<String>,
    /// The list that was read.
    pub items: Option<Vec<ListItem>>,
    /// Whether the state read back is the expected one; `None` where it was not read.
    pub verified: Option<bool>,
}

/// JSON on one line, its numbers as they were written.
// Parsed and printed again, `1e3` and a number of thirty digits would differ from what the vendor sent.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// The text, which has to be JSON without line ends.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// One item of a list, in the shape that all lists share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListItem {
    /// The name, as an operation takes it.
    pub target: Option<String>,
    /// The push domain.
    pub domain: Option<String>,
    /// The application.
    pub app: Option<String>,
    /// When it began.
    #[serde(serialize_with = "moment")]
    pub since: Option<Timestamp>,
    /// When it ends; `None` where it has no end or that cannot be read.
    #[serde(serialize_with = "moment")]
    pub until: Option<Timestamp>,
    /// The item as the vendor gives it.
    pub vendor: Value,
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn moment<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(time::seconds).serialize(serializer)
}

impl ListItem {
    /// An item of which nothing can be read.
    #[must_use]
    pub fn unread(vendor: Value) -> Self {
        Self { target: None, domain: None, app: None, since: None, until: None, vendor }
    }

    /// Its identity, by which an item that comes twice is found.
    #[must_use]
    pub fn identity(&self) -> String {
        match &self.target {
            // With `since`: a stream that went off air and came back while the list was read is two items.
            Some(target) => format!("{:?} {:?} {target:?} {:?}", self.domain, self.app, self.since),
            None => self.vendor.to_string(),
        }
    }
}
