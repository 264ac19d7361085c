//! The values of a profile's keys, and the [`Origin`] of each.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::secret_source::SecretSource;
use crate::text::visible_path;

/// A line and a column of a file, both counted from 1; columns are characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLocation {
    /// The file, by the name that the operator gave it.
    // Shared by the locations of all values of a file.
    pub path: Arc<Path>,
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl fmt::Display for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", visible_path(&self.path), self.line, self.column)
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The profile file.
    File(FileLocation),
    /// The environment variable of that name.
    Environment(String),
    /// The program itself.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(location) => location.fmt(f),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The value of a key.
// Without `Debug`, since it may be a secret.
#[derive(Clone)]
pub(super) enum Value {
    /// Text that may be shown; a number is kept as its digits.
    Text(String),
    /// A secret, or where to fetch it.
    Secret(SecretSource),
}

/// A key's value and its origin.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

impl Entry {
    /// A value that the program itself supplies.
    pub(super) fn default(text: &str) -> Self {
        Self { value: Value::Text(text.to_owned()), origin: Origin::Default }
    }

    /// The text of a value that is no secret.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Secret(_) => None,
        }
    }
}

/// The values of one table, by key.
pub(super) type Entries = BTreeMap<&'static str, Entry>;
