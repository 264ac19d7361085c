//! [`Section`] and [`Key`]: the keys of a profile, each declared once.
//!
//! A vendor's folder declares its section. The parser of the file, the environment, `config init`, `config check` and
//! `config show` all read that declaration. Values are not kept here; see [`super::value`].

use std::ops::RangeInclusive;

use super::placeholder::is_placeholder;
use super::value::{Entries, Value};
use crate::text::is_deceptive;

/// A vendor's table in a profile, `[profiles.NAME.SECTION]`.
#[derive(Debug)]
pub struct Section {
    /// The table's name, which is the vendor's id.
    pub name: &'static str,
    /// The keys of the table, in the order of the template.
    pub keys: &'static [Key],
}

/// One key of a [`Section`].
#[derive(Debug)]
pub struct Key {
    /// The key's name in the file.
    pub name: &'static str,
    /// The type of its value.
    pub kind: ValueKind,
    /// Sentences for the template of `config init`; for a key of one API version, the rest of `With "legacy", …`.
    pub help: &'static str,
    /// The value that the template shows where there is no default; a placeholder for a required key.
    pub example: &'static str,
    /// The default.
    pub default: Option<&'static str>,
    /// The only version of the vendor's API that uses the key, one of the words of the key `api`; all of them where
    /// `None`. A profile may keep keys of another version, which are ignored.
    pub api: Option<&'static str>,
    /// The vendor cannot be used without it.
    pub required: bool,
    /// Another key that takes its place: where that is set, this one is not required.
    pub replaced_by: Option<&'static str>,
    /// `config init --vendor` writes it although the vendor can be used without it.
    pub is_starter: bool,
    /// The environment variable `LIVECTL_SECTION_KEY` may give it.
    pub env: bool,
    /// The lengths, in characters, that the vendor's values have; another one is noted. `None` where they vary.
    pub usual_length: Option<RangeInclusive<usize>>,
    /// The operations that need the key, for a note of `config check`.
    pub needed_for: Option<&'static str>,
    /// The values that the vendor documents; another one is noted. Empty where there are no such values.
    pub known: &'static [&'static str],
    /// Checks the text of a value; the message never repeats it.
    pub check: fn(&str) -> Result<(), String>,
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A string or a whole number, which is kept as its digits.
    TextOrInteger,
    /// A string, or where to fetch one: `{ env = … }`, `{ file = … }` or `{ command = […] }`.
    Secret,
    /// A URL with placeholders, or the program that prints one: `{ command = […] }`.
    PlayUrl,
}

/// The key that chooses the version of a vendor's API.
pub(super) const API: &str = "api";

impl Key {
    /// An optional key that the file alone may set, to any value of its type.
    #[must_use]
    pub const fn new(name: &'static str, kind: ValueKind) -> Self {
        Self {
            name,
            kind,
            help: "",
            example: "",
            default: None,
            api: None,
            required: false,
            replaced_by: None,
            is_starter: false,
            needed_for: None,
            known: &[],
            env: false,
            usual_length: None,
            check: |_| Ok(()),
        }
    }

    /// Takes a text by the rules for every text, then by the key's own.
    pub(super) fn text(&self, text: &str) -> Result<Value, String> {
        if text.trim().is_empty() {
            return Err("empty; give it a value or leave the key out".into());
        }
        if text.contains(is_deceptive) {
            return Err("contains a line break, a control character or an invisible one".into());
        }
        if text.trim() != text {
            return Err("has leading or trailing whitespace".into());
        }
        // The template must parse; whoever uses the vendor is asked to fill it in.
        if !(self.required && is_placeholder(text)) {
            (self.check)(text)?;
        }
        Ok(Value::Text(text.to_owned()))
    }

    /// Whether this version of the vendor's API uses the key.
    pub(super) fn serves(&self, api: &str) -> bool {
        self.api.is_none_or(|own| own == api)
    }
}

impl Section {
    /// The first key of that name; each API version may have one.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The keys that a version of the vendor's API uses.
    pub(super) fn keys_of(&self, api: &str) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().filter(move |key| key.serves(api))
    }

    /// The API version that these values choose, else the default; empty for a vendor with one API.
    pub(super) fn api<'e>(&self, entries: &'e Entries) -> &'e str {
        let default = || self.default_api().unwrap_or_default();
        entries.get(API).and_then(|entry| entry.text()).unwrap_or_else(default)
    }

    /// The default API version.
    pub(super) fn default_api(&self) -> Option<&'static str> {
        self.key(API)?.default
    }

    /// The environment variable that gives a key its value.
    pub(crate) fn variable(&self, key: &Key) -> String {
        let mut name = ["LIVECTL", self.name, key.name].join("_");
        name.make_ascii_uppercase();
        name
    }

    /// The environment variables of the keys, each with the first key that it gives a value.
    pub(super) fn variables(&self) -> Vec<(String, &'static Key)> {
        let mut variables: Vec<(String, &Key)> = Vec::new();
        for key in self.keys.iter().filter(|key| key.env) {
            let name = self.variable(key);
            // Two API versions may each have a key of this name.
            if variables.iter().all(|(known, _)| *known != name) {
                variables.push((name, key));
            }
        }
        variables
    }

    /// The key as messages print it: `jd.username`, or `proxy` for one that belongs to no vendor.
    pub(super) fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}
