//! [`Redactor`]: the run's secrets, removed from text that came from outside.
//!
//! The program's own text is blanked by field name. A vendor, a proxy or a captive portal may echo a
//! credential in any encoding, so each secret is searched for as it is, percent-encoded, JSON- and HTML-escaped, in base64
//! and in hex, in either case. [`urls`] shortens URLs that the operator typed, whose query may be a push secret.

use memchr::memmem;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::secret::Secret;
use crate::text::hex;

/// The replacement of a secret or a signature.
pub const BLANK: &str = "***";

/// The characters that a component of a URL encodes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The characters that JavaScript's `encodeURI` encodes.
const WHOLE_URL: &AsciiSet = &CONTROLS
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

/// The length from which encodings of a part of the secret are searched for.
// A shorter one would match by chance.
const LEAST_PART: usize = 8;

/// The texts that must not be shown, in every encoding in which they may come back.
#[derive(Default)]
pub struct Redactor {
    texts: Vec<Zeroizing<String>>,
    /// The encodings of the texts in lower case, the longest first; computed when they are first needed.
    patterns: OnceCell<Vec<Zeroizing<String>>>,
}

impl Redactor {
    /// Searches for these secrets.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Self::default();
        for secret in secrets {
            redactor.hide(secret.expose());
        }
        redactor
    }

    /// Searches for this text too.
    pub fn hide(&mut self, text: &str) {
        if !text.is_empty() {
            self.texts.push(Zeroizing::new(text.to_owned()));
            self.patterns.take();
        }
    }

    fn patterns(&self) -> &[Zeroizing<String>] {
        // Not before: they cost more than all other work of a request, and most responses are shorter than a secret.
        self.patterns.get_or_init(|| {
            let mut patterns: Vec<_> = self.texts.iter().flat_map(|text| encodings(text)).collect();
            patterns.iter_mut().for_each(|pattern| pattern.make_ascii_lowercase());
            // The longest first, so that none is half replaced by a shorter one that it contains.
            patterns.sort_by(|one, other| {
                other.len().cmp(&one.len()).then_with(|| one.as_str().cmp(other.as_str()))
            });
            patterns.dedup();
            patterns
        })
    }

    /// Whether the text contains any of them.
    #[must_use]
    pub(crate) fn finds(&self, text: &str) -> bool {
        // No encoding is shorter than the text that it encodes.
        if self.texts.iter().all(|hidden| text.len() < hidden.len()) {
            return false;
        }
        let lower = text.to_ascii_lowercase();
        self.patterns()
            .iter()
            .any(|pattern| memmem::find(lower.as_bytes(), pattern.as_bytes()).is_some())
    }

    /// The text with each of them blanked.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.finds(text) {
            return Cow::Borrowed(text);
        }
        let mut text = text.to_owned();
        for pattern in self.patterns() {
            // ASCII lower case keeps the offset of every byte, so offsets in one are offsets in the other.
            let lower = text.to_ascii_lowercase();
            let mut clean = String::with_capacity(text.len());
            let mut from = 0;
            for (at, found) in lower.match_indices(pattern.as_str()) {
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

    /// Whether one of them is in a key, a text or a number of the JSON.
    pub(crate) fn finds_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.finds(text),
            // A key of digits alone may come back as a number.
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

/// The encodings of a text; none is shorter than the text.
fn encodings(text: &str) -> Vec<Zeroizing<String>> {
    let mut encodings =
        vec![text.to_owned(), STANDARD_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(text)];
    let quoted = Zeroizing::new(Value::from(text).to_string());
    let escaped = &quoted[1..quoted.len() - 1];
    let component = Zeroizing::new(utf8_percent_encode(text, COMPONENT).to_string());
    // Most keys and all signatures in hex need no escapes.
    if *component != text {
        encodings.extend([
            component.to_string(),
            // As Python and JavaScript encode a whole URL.
            replaced(&component, &[("%2F", "/")]),
            utf8_percent_encode(text, WHOLE_URL).to_string(),
            // As forms encode it.
            replaced(&component, &[("%20", "+")]),
            // As HTML pages escape it.
            replaced(text, &[("&", "&amp;"), ("\"", "&quot;"), ("<", "&lt;"), (">", "&gt;")]),
            escaped.to_owned(),
            // As PHP and others escape it in JSON.
            replaced(escaped, &[("/", r"\/")]),
            // As Go escapes it in JSON.
            replaced(escaped, &[("&", r"\u0026"), ("<", r"\u003c"), (">", r"\u003e")]),
        ]);
    }
    let mut encodings: Vec<_> = encodings.into_iter().map(Zeroizing::new).collect();
    // Whole requests are echoed in base64 or hex too: a query has the secret percent-encoded, a body has it JSON-escaped.
    let mut sources = vec![text, &component, escaped];
    sources.dedup();
    let parts = sources.into_iter().flat_map(|text| {
        (0..3)
            .flat_map(move |offset| base64_parts(text.as_bytes(), offset))
            .chain([Zeroizing::new(hex(text.as_bytes()))])
    });
    encodings.extend(parts.filter(|part| part.len() >= LEAST_PART));
    encodings
}

/// The characters that the bytes alone decide when they are `offset` bytes into the groups of three of something that is
/// encoded in base64 as a whole, in both alphabets.
fn base64_parts(bytes: &[u8], offset: usize) -> [Zeroizing<String>; 2] {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(bytes);
    // The first characters have bits of the bytes before, the last one bits of those that follow.
    let start = (offset * 8).div_ceil(6);
    let part = |mut encoded: String| {
        if !padded.len().is_multiple_of(3) {
            encoded.pop();
        }
        let part = Zeroizing::new(encoded.get(start..).unwrap_or_default().to_owned());
        drop(Zeroizing::new(encoded));
        part
    };
    [part(STANDARD_NO_PAD.encode(&*padded)), part(URL_SAFE_NO_PAD.encode(&*padded))]
}

/// The text with each piece replaced by the other, one after another.
fn replaced(text: &str, pieces: &[(&str, &str)]) -> String {
    pieces.iter().fold(text.to_owned(), |text, (piece, other)| text.replace(piece, other))
}

/// The redactor of one vendor's requests, kept as long as their signature is the same.
// Tencent's is for a second, JD's for a day.
#[derive(Default)]
pub struct RedactorCache(RefCell<Option<CachedRedactor>>);

struct CachedRedactor {
    texts: Vec<Zeroizing<String>>,
    redactor: Rc<Redactor>,
}

impl RedactorCache {
    /// A redactor for these secrets, which never change, and for these texts.
    pub fn hiding<'a>(
        &self,
        secrets: impl IntoIterator<Item = &'a Secret>,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Rc<Redactor> {
        // Computing the encodings for every request cost a tenth of all instructions.
        let mut latest = self.0.borrow_mut();
        if let Some(cached) = &*latest
            && texts.clone().eq(cached.texts.iter().map(|text| text.as_str()))
        {
            return Rc::clone(&cached.redactor);
        }
        let mut redactor = Redactor::new(secrets);
        texts.clone().for_each(|text| redactor.hide(text));
        let redactor = Rc::new(redactor);
        let texts = texts.map(|text| Zeroizing::new(text.to_owned())).collect();
        *latest = Some(CachedRedactor { texts, redactor: Rc::clone(&redactor) });
        redactor
    }
}

/// The text with the user info of every URL removed and its query and fragment blanked, and so the query of a word without
/// a scheme (`8888_a?txSecret=…`).
#[must_use]
pub fn urls(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !text.contains('?') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let end = word.trim_end_matches(char::is_whitespace).len();
        let (word, space) = word.split_at(end);
        clean.push_str(&without_url_secrets(word));
        clean.push_str(space);
    }
    Cow::Owned(clean)
}

/// One word, with what surrounds a URL in it.
fn without_url_secrets(word: &str) -> String {
    let (before, rest) = match word.find("://") {
        Some(at) => {
            let (scheme, rest) = word.split_at(at + "://".len());
            (scheme, without_user_info(rest))
        }
        None => ("", word),
    };
    let is_url = !before.is_empty();
    // In live streaming the query of a push URL is the push secret.
    let query = rest.find(['?', '#']).filter(|at| {
        let after = &rest[at + 1..];
        let name = after.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c));
        is_url && !after.is_empty()
            || name.is_some_and(|end| end > 0 && after[end..].starts_with('='))
    });
    match query {
        Some(at) => {
            // Quotes and brackets around the URL are no part of it.
            let end = rest.trim_end_matches(|c| "'\"`)]}>,;:".contains(c)).len().max(at + 1);
            format!("{before}{}{BLANK}{}", &rest[..=at], &rest[end..])
        }
        None => format!("{before}{rest}"),
    }
}

/// The text after `://`, without user name and password.
fn without_user_info(rest: &str) -> &str {
    let path = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(path);
    if let Some(at) = authority.rfind('@') {
        return &rest[at + 1..];
    }
    // No port is made of letters, so this is a password with a slash in it.
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    let is_password = port.is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit()));
    match after.find('@') {
        Some(at) if is_password => &after[at + 1..],
        _ => rest,
    }
}

#[cfg(test)]
mod tests;
