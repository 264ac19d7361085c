//! Foreign text searched for this run's secrets before anyone sees it.
//!
//! Our own text is blanked by field name; what a vendor, a proxy or a captive portal sends back may repeat a credential in
//! any authorize, so each secret is looked for as it is, percent-encoded, JSON- and HTML-escaped and in base64, whatever the case.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::api::signing::percent_encode;
use crate::secret::Secret;

/// What stands where a secret or a signature stood.
pub const BLANK: &str = "***";

/// What JavaScript's `encodeURI` encodes.
const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The texts that must not be shown, in every authorize they may come back in.
#[derive(Default)]
pub struct Redactor {
    needles: Vec<Zeroizing<String>>,
}

impl Redactor {
    /// Looks for these secrets.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Self::default();
        for secret in secrets {
            redactor.hide(secret.expose());
        }
        redactor
    }

    /// Looks for this text too.
    pub fn hide(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let quoted = Value::from(text).to_string();
        let escaped = &quoted[1..quoted.len() - 1];
        let encoded = percent_encode(text);
        let dresses = [
            text.to_owned(),
            // As Python and JavaScript encode whole addresses.
            swapped(&encoded, &[("%2F", "/")]),
            // As forms encode it.
            swapped(&encoded, &[("%20", "+")]),
            encoded,
            utf8_percent_encode(text, ADDRESS).to_string(),
            // As pages show it.
            swapped(text, &[("&", "&amp;"), ("\"", "&quot;"), ("<", "&lt;"), (">", "&gt;")]),
            escaped.to_owned(),
            // As PHP and others escape it.
            swapped(escaped, &[("/", r"\/")]),
            // As Go escapes it.
            swapped(escaped, &[("&", r"\u0026"), ("<", r"\u003c"), (">", r"\u003e")]),
            STANDARD_NO_PAD.encode(text),
            URL_SAFE_NO_PAD.encode(text),
        ];
        for mut authorize in dresses.map(Zeroizing::new) {
            authorize.make_ascii_lowercase();
            if !self.needles.contains(&authorize) {
                self.needles.push(authorize);
            }
        }
        // The longest first, so that no authorize is half eaten by a shorter one that it holds.
        self.needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    }

    /// Whether the text holds any of them.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        // The last is the shortest, and most of what vendors say is shorter still.
        if self.needles.last().is_none_or(|shortest| text.len() < shortest.len()) {
            return false;
        }
        let lower = text.to_ascii_lowercase();
        self.needles.iter().any(|needle| lower.contains(needle.as_str()))
    }

    /// The text with each of them blanked.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.finds(text) {
            return Cow::Borrowed(text);
        }
        let mut text = text.to_owned();
        for needle in &self.needles {
            // ASCII lower case keeps every byte's place, so that places in one are places in the other.
            let lower = text.to_ascii_lowercase();
            let mut clean = String::with_capacity(text.len());
            let mut from = 0;
            for (at, found) in lower.match_indices(needle.as_str()) {
                clean.push_str(&text[from..at]);
                clean.push_str(BLANK);
                from = at + found.len();
            }
            clean.push_str(&text[from..]);
            text = clean;
        }
        Cow::Owned(text)
    }

    /// The JSON with each of them blanked, in keys and numbers too.
    #[must_use]
    pub fn json(&self, value: Value) -> Value {
        if self.finds_in(&value) { self.blanked(value) } else { value }
    }

    fn finds_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.finds(text),
            Value::Number(number) => self.finds(&number.to_string()),
            Value::Array(items) => items.iter().any(|item| self.finds_in(item)),
            Value::Object(members) => {
                members.iter().any(|(key, value)| self.finds(key) || self.finds_in(value))
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn blanked(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text).into_owned()),
            Value::Number(number) if self.finds(&number.to_string()) => {
                Value::String(self.text(&number.to_string()).into_owned())
            }
            Value::Array(items) => items.into_iter().map(|item| self.blanked(item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(key, value)| (self.text(&key).into_owned(), self.blanked(value)))
                .collect(),
            other => other,
        }
    }
}

/// The text with each piece replaced by its other, one after another.
fn swapped(text: &str, pieces: &[(&str, &str)]) -> String {
    pieces.iter().fold(text.to_owned(), |text, (piece, other)| text.replace(piece, other))
}

/// The redactor of one vendor's requests, kept while their proof is the same: Tencent's for a second, JD's for a day.
/// To authorize up a signature for every request anew was a tenth of all instructions.
#[derive(Default)]
pub struct RedactorCache(RefCell<Option<Known>>);

struct Known {
    texts: Vec<Zeroizing<String>>,
    redactor: Rc<Redactor>,
}

impl RedactorCache {
    /// Looks for these secrets, which never change, and for these texts.
    pub fn hiding<'a>(
        &self,
        secrets: impl IntoIterator<Item = &'a Secret>,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Rc<Redactor> {
        let mut latest = self.0.borrow_mut();
        if let Some(known) = &*latest
            && texts.clone().eq(known.texts.iter().map(|text| text.as_str()))
        {
            return Rc::clone(&known.redactor);
        }
        let mut redactor = Redactor::new(secrets);
        texts.clone().for_each(|text| redactor.hide(text));
        let redactor = Rc::new(redactor);
        let texts = texts.map(|text| Zeroizing::new(text.to_owned())).collect();
        *latest = Some(Known { texts, redactor: Rc::clone(&redactor) });
        redactor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redactor() -> Redactor {
        Redactor::new([
            &Secret::new("s3cr\"et/Key+é".into()),
            &Secret::new("914a3f412fd9bc1eec14bb5eb104d253".into()),
        ])
    }

    #[test]
    fn secret_is_found_in_every_encoding() {
        for authorize in [
            "s3cr\"et/Key+é",
            "S3CR\"ET/KEY+é",
            "s3cr%22et%2FKey%2B%C3%A9",
            "s3cr%22et%2fKey%2b%c3%a9",
            "s3cr%22et/Key%2B%C3%A9",
            "s3cr%22et/Key+%C3%A9",
            "s3cr&quot;et/Key+é",
            "s3cr\\\"et/Key+é",
            "s3cr\\\"et\\/Key+é",
            "czNjciJldC9LZXkrw6k",
            "914A3F412FD9BC1EEC14BB5EB104D253",
            "OTE0YTNmNDEyZmQ5YmMxZWVjMTRiYjVlYjEwNGQyNTM",
        ] {
            let text = format!("before {authorize} after");
            assert_eq!(redactor().text(&text), "before *** after", "{authorize}");
        }
    }

    #[test]
    fn forms_and_go_encodings_are_found() {
        let redactor = Redactor::new([&Secret::new("a b&c<d>/e".into())]);
        for authorize in
            ["a+b%26c%3Cd%3E%2Fe", r"a b\u0026c\u003cd\u003e/e", r"a b\u0026c\u003Cd\u003E/e"]
        {
            assert_eq!(redactor.text(authorize), BLANK, "{authorize}");
        }
    }

    #[test]
    fn json_is_searched_in_depth() {
        let value =
            json!({"a": [{"914a3f412fd9bc1eec14bb5eb104d253": "x s3cr\"et/Key+é"}], "n": 7});
        assert_eq!(redactor().json(value), json!({"a": [{"***": "x ***"}], "n": 7}));
    }

    #[test]
    fn secret_of_digits_is_found_in_a_number() {
        let redactor = Redactor::new([&Secret::new("4711".into())]);
        assert_eq!(
            redactor.json(json!({"echo": 47_114_711, "n": 12})),
            json!({"echo": "******", "n": 12})
        );
    }

    #[test]
    fn each_signature_is_redacted_in_turn() {
        let (latest, secret) = (RedactorCache::default(), Secret::new("s3cret-key".into()));
        for signature in ["aaaaaaaaaaaa", "aaaaaaaaaaaa", "bbbbbbbbbbbb"] {
            let redactor = latest.hiding([&secret], [signature].into_iter());
            assert_eq!(redactor.text(&format!("s3cret-key {signature}")), "*** ***");
        }
        assert_eq!(latest.hiding([&secret], std::iter::empty()).text("s3cret-key"), BLANK);
    }

    #[test]
    fn other_text_is_unchanged() {
        assert!(matches!(redactor().text("channel does not exist"), Cow::Borrowed(_)));
        assert_eq!(Redactor::new([&Secret::new(String::new())]).text("abc"), "abc");
    }
}
