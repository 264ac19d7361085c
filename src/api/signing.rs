//! Digests, HMAC and percent-encoding, shared by the signers.
//!
//! Owns no scheme: which texts are signed, and in which order, is in the file of each API.

use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;

use crate::text::hex;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// [`RESERVED`] without `*`, which forms leave as it is.
const RESERVED_IN_FORMS: &AsciiSet = &RESERVED.remove(b'*');

/// The MD5 of the parts put together without a separator, as 32 lower-case hex digits.
#[must_use]
pub fn md5_hex(parts: &[&str]) -> String {
    hex(&md5(parts))
}

/// The MD5 of the parts put together without a separator.
// For JD's and Tencent's older APIs. The newer ones sign by HMAC-SHA256.
#[must_use]
pub fn md5(parts: &[&str]) -> [u8; 16] {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

/// The SHA-256 of the bytes, as 64 lower-case hex digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

/// The HMAC-SHA256 of a text: one link of the chains that derive a signing key.
#[must_use]
pub fn hmac_sha256(key: &[u8], text: &str) -> [u8; 32] {
    // ring, which is in the tree for TLS already.
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    std::array::from_fn(|index| tag.as_ref()[index])
}

/// The text percent-encoded for a query string.
#[must_use]
pub fn percent_encode(text: &str) -> String {
    percent_encoded(text).collect()
}

/// The percent-encoded text, piece by piece.
pub fn percent_encoded(text: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(text, RESERVED_IN_FORMS)
}

/// The text percent-encoded as canonical requests have it: all but the unreserved characters of RFC 3986.
#[must_use]
pub fn uri_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The query of a canonical request: its parameters encoded, then sorted.
#[must_use]
pub fn canonical_query(query: &[(&str, String)]) -> String {
    let mut pairs: Vec<_> =
        query.iter().map(|(name, value)| (uri_encode(name), uri_encode(value))).collect();
    // After encoding: the manuals sort what is sent, and `%` sorts before letters.
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Method, path, query, headers, their names and the body's hash; path and query encoded as they travel, headers sorted.
#[must_use]
pub fn canonical_request<V: AsRef<str>>(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, V)],
    body: &[u8],
) -> String {
    // Some 300 characters, put together in one allocation: this runs for each request.
    let mut text = String::with_capacity(512);
    text.extend([method, "\n", path, "\n", query, "\n"]);
    for (name, value) in headers {
        text.extend([name, ":", value.as_ref(), "\n"]);
    }
    text.extend(["\n", &signed_headers(headers), "\n", &sha256_hex(body)]);
    text
}

/// The names of the signed headers, as the `Authorization` header lists them.
#[must_use]
pub fn signed_headers<V>(headers: &[(&str, V)]) -> String {
    let mut names = String::with_capacity(128);
    for (name, _) in headers {
        names.push_str(if names.is_empty() { "" } else { ";" });
        names.push_str(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_keeps_leading_zeros() {
        assert_eq!(md5_hex(&["hel", "lo"]), "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(md5_hex(&["363"]), "00411460f7c92d2124a67ea0f4cb5f85");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn sha256_and_hmac_match_the_standards() {
        assert_eq!(
            sha256_hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(&hmac_sha256(b"Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn only_unreserved_characters_stay_as_they_are() {
        assert_eq!(percent_encode("a-._~*9 &=+/直"), "a-._~*9%20%26%3D%2B%2F%E7%9B%B4");
        assert_eq!(uri_encode("a-._~*9 &=+/直"), "a-._~%2A9%20%26%3D%2B%2F%E7%9B%B4");
    }
}
