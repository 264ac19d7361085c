//! [`OperationInput`]: an operation as a command line, a JSON line or a CSV row gives it, every value still a text.
//!
//! Owns the reading of an object. The caller gives the keys; which of them an operation takes, and their values, are checked
//! by the operation.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use crate::text::nearest;

/// The keys of every operation.
pub const OPERATION_KEYS: [&str; 3] = ["vendor", "action", "target"];

/// The key of the profile that an operation is for, which every line may have.
pub const PROFILE: &str = "profile";

/// The key of a text by which the sender of a line knows it again, which every line may have.
pub const ID: &str = "id";

/// An unchecked operation.
#[derive(Clone, Debug, Default)]
pub struct OperationInput<'a> {
    /// The vendor's word.
    pub vendor: Cow<'a, str>,
    /// The name of the operation.
    pub action: Cow<'a, str>,
    /// Its target.
    pub target: Cow<'a, str>,
    // Borrowed from the line where it can be: a file may have a million of them.
    settings: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> OperationInput<'a> {
    /// An operation without a target and without settings.
    pub fn new(vendor: impl Into<Cow<'a, str>>, action: impl Into<Cow<'a, str>>) -> Self {
        Self { vendor: vendor.into(), action: action.into(), ..Self::default() }
    }

    /// The operation on this target.
    #[must_use]
    pub fn on(&self, target: &'a str) -> Self {
        Self { target: target.into(), ..self.clone() }
    }

    /// Adds a setting; a switch is `true` or `false`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.settings.push((key, value.into()));
        self
    }

    /// The value of a setting.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|(name, _)| *name == key).map(|(_, value)| &**value)
    }

    /// Its settings.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.settings.iter().map(|(name, value)| (*name, &**value))
    }

    /// The names of its settings.
    pub fn settings(&self) -> impl Iterator<Item = &'static str> {
        self.settings.iter().map(|(name, _)| *name)
    }

    /// Reads a JSON object whose settings are among `keys`.
    pub fn from_json(text: &'a str, keys: &[&'static str]) -> serde_json::Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let input = Self::read(&mut json, keys)?;
        json.end().map(|()| input)
    }

    /// Reads an object whose settings are among `keys`.
    pub fn read<D: Deserializer<'a>>(json: D, keys: &[&'static str]) -> Result<Self, D::Error> {
        json.deserialize_map(InputVisitor(keys))
    }

    /// Sets the value of a key of CSV, one of `vendor`, `action`, `target` or a setting.
    pub fn set(&mut self, key: &'static str, value: &'a str) {
        match key {
            "vendor" => self.vendor = value.into(),
            "action" => self.action = value.into(),
            "target" => self.target = value.into(),
            setting => self.settings.push((setting, value.into())),
        }
    }
}

/// Reads an object with these settings beside the keys of every operation.
struct InputVisitor<'k>(&'k [&'static str]);

impl<'de> Visitor<'de> for InputVisitor<'_> {
    type Value = OperationInput<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut head: [Option<Cow<'de, str>>; 3] = [None, None, None];
        let mut settings: Vec<(&'static str, Cow<'de, str>)> = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed(self.0))? {
            let is_head = OPERATION_KEYS.iter().position(|name| *name == key);
            let is_text = is_head.is_some() || key == ID;
            let value = map.next_value_seed(ValueSeed { key, is_text })?;
            let is_repeated = if let Some(index) = is_head {
                head[index].replace(value).is_some()
            } else {
                let is_repeated = settings.iter().any(|(name, _)| *name == key);
                settings.push((key, value));
                is_repeated
            };
            // Of two values, `serde_json` would keep the last: half of a contradiction would be carried out.
            if is_repeated {
                return Err(A::Error::custom(format!("the key `{key}` occurs twice")));
            }
        }
        let mut needed = OPERATION_KEYS.into_iter().zip(head);
        let mut next = || {
            let (key, value) = needed.next().unwrap_or_default();
            value.ok_or_else(|| A::Error::custom(format!("the key `{key}` is missing")))
        };
        Ok(OperationInput { vendor: next()?, action: next()?, target: next()?, settings })
    }
}

/// Reads a key, and returns the static text that it is.
// Each line has the same few keys, so none is allocated.
struct KeySeed<'k>(&'k [&'static str]);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        let all = || OPERATION_KEYS.iter().chain(self.0);
        all().find(|name| **name == key).copied().ok_or_else(|| {
            let names: Vec<_> = all().copied().collect();
            E::custom(format!("unknown key {key:?}; {}", known_names(key, &names, "keys")))
        })
    }
}

/// The name that an unknown one is a slip of, else all of them.
#[must_use]
pub fn known_names(unknown: &str, known: &[&str], what: &str) -> String {
    match nearest(unknown, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the {what} are {}", known.join(", ")),
    }
}

/// Reads a value as a text: a string as it is, a number as its digits. Null is refused.
// Null is more often a fault of the program that wrote the line than a wish for the default.
struct ValueSeed {
    key: &'static str,
    /// Only a string is accepted.
    // An id that a program wrote as a number may have lost digits: jq 1.6 makes 12345678901234567000
    // of 12345678901234567890.
    is_text: bool,
}

impl ValueSeed {
    fn number<E: serde::de::Error>(
        &self,
        unexpected: serde::de::Unexpected<'_>,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<Cow<'static, str>, E> {
        if self.is_text { Err(E::invalid_type(unexpected, self)) } else { Ok(text.into()) }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_text { "a string" } else { "a string or a whole number" };
        write!(f, "{what} for `{}`", self.key)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<Self::Value, E> {
        self.number(serde::de::Unexpected::Bool(flag), if flag { "true" } else { "false" })
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.number(serde::de::Unexpected::Unsigned(number), number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.number(serde::de::Unexpected::Signed(number), number.to_string())
    }
}

/// A fault of an [`OperationInput`] and the key that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `target`, or the name of a setting.
    pub key: &'static str,
    /// The fault and the right value, without the key.
    pub message: String,
}

impl Problem {
    /// The key of a problem that no key of the operation has: something is missing in the profile.
    pub const OF_PROFILE: &'static str = "";

    /// A problem with one key.
    pub fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }
}
