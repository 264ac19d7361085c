//! [`Signature`]: the signature of a request, its [`SigningContext`], and how it gets into queries and bodies.
//!
//! Owns no scheme: each API's file computes its own.

use bytes::Bytes;
use serde::Serialize;
use serde::ser::SerializeMap;
use url::Url;

use crate::api::request::Request;
use crate::api::signing::percent_encoded;
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
    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }
}

/// How a shell computes a [`Signature`] without a secret on the line.
pub struct ShellSignature {
    /// Assignments before `curl`.
    pub setup: String,
    /// For each field of the signature, the shell variable that holds it.
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

/// A text as the format of a shell's `printf`, with a `%s` for each of the variables, whose names stand in the text.
#[must_use]
pub fn printf_format(text: &str, variables: &[&str]) -> String {
    // The format would read a `%` of an encoded name as its own.
    let mut format = text.replace('%', "%%").replace('\n', "\\n");
    for variable in variables {
        format = format.replace(&variable.replace('%', "%%"), "%s");
    }
    format
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
