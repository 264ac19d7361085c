//! [`Signature`]: the signature of a request, its [`SigningContext`], and how it gets into queries and bodies.
//!
//! Owns no scheme: each API's file computes its own.

use bytes::Bytes;
use serde::Serialize;
use serde::ser::SerializeMap;
use url::Url;

use crate::api::request::Request;
use crate::api::signing::percent_encoded;
use crate::text::shell_quoted;
use crate::time::Timestamp;

/// Everything that makes two signatures of one request differ.
#[derive(Clone, Copy, Debug)]
pub struct SigningContext {
    /// When the request is signed.
    pub at: Timestamp,
    /// A number that no other request has.
    pub nonce: u128,
}

impl SigningContext {
    /// A context of this moment that was never used.
    #[must_use]
    pub fn fresh(at: Timestamp) -> Self {
        // Has to be new, not unguessable: the signature covers it.
        Self { at, nonce: fastrand::u128(..) }
    }
}

/// A signature and the fields beside it, named as in the vendor's manual.
pub struct Signature(pub Vec<(&'static str, String)>);

impl Signature {
    /// The value of a field, where the signature has it.
    #[must_use]
    pub fn find(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, value)| &**value)
    }

    /// The value of a field; empty where the signature does not have it.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.find(field).unwrap_or_default()
    }
}

/// How a shell computes a [`Signature`] without a secret on the line.
pub struct ShellSignature {
    /// Assignments before `curl`.
    pub setup: String,
    /// For each field of the signature, the shell variable that contains it.
    pub fields: Vec<(&'static str, &'static str)>,
}

/// A shell command that signs its standard input by HMAC-SHA256: the key begins with `scheme` and the secret in `variable`,
/// and each word derives the next.
#[must_use]
pub fn shell_hmac(scheme: &str, variable: &str, words: &[&str]) -> String {
    // Perl reads the key from its environment. `openssl` takes it as an argument, which `ps` shows
    // to every user of the machine.
    format!(
        "KEY=\"${variable}\" perl -MDigest::SHA=hmac_sha256,hmac_sha256_hex -e \
         '$k=\"{scheme}$ENV{{KEY}}\"; $k=hmac_sha256($_,$k) for @ARGV; undef $/; print hmac_sha256_hex(<STDIN>,$k)' {}",
        words.join(" ")
    )
}

/// The mark of a shell's variable in a text that [`shell_printf`] takes.
#[must_use]
pub fn mark(variable: &str) -> String {
    format!("%{variable}%")
}

/// A `printf` of a shell that prints the text, with the values of these variables in the place of their marks.
#[must_use]
pub fn shell_printf(text: &str, variables: &[&str]) -> String {
    // The format would read a `%` of an encoded name as its own.
    let mut format = text.replace('%', "%%").replace('\n', "\\n");
    let mut values: Vec<_> = variables
        .iter()
        .flat_map(|variable| {
            text.match_indices(&mark(variable)).map(|(at, _)| (at, *variable)).collect::<Vec<_>>()
        })
        .collect();
    values.sort_unstable();
    for variable in variables {
        format = format.replace(&format!("%{}%", mark(variable)), "%s");
    }
    let values: String = values.iter().map(|(_, variable)| format!(" \"${variable}\"")).collect();
    format!("printf {}{values}", shell_quoted(&format))
}

/// The request with its query, each value encoded.
pub fn with_query<'q>(mut url: Url, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> Url {
    let mut text = String::with_capacity(256);
    for (name, value) in query {
        text.push_str(if text.is_empty() { "" } else { "&" });
        text.extend([name, "="].into_iter().chain(percent_encoded(value)));
    }
    url.set_query(Some(&text));
    url
}

/// The JSON object of the vendor's own members and then the request's.
///
/// # Panics
///
/// Never: texts and numbers are always JSON.
#[must_use]
pub fn with_body(own: &[(&str, &str)], request: &Request) -> Bytes {
    struct Members<'a>(&'a [(&'a str, &'a str)], &'a Request);
    impl Serialize for Members<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            self.1
                .body
                .iter()
                .flatten()
                .try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            map.end()
        }
    }
    // Built here for the signer and for the client alike: the hash that is signed has to be that of
    // the bytes that are sent.
    serde_json::to_vec(&Members(own, request)).expect("texts and numbers are always JSON").into()
}

/// The request's body as it is, where it has one.
#[must_use]
pub fn body_of(request: &Request) -> Option<Bytes> {
    request.body.is_some().then(|| with_body(&[], request))
}
