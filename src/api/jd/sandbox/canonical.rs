//! The canonical path and query of JD's two signature schemes, which differ in what they decode and how they sort.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// [`RESERVED`] without `/`, the divider of a path.
const IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// [`IN_PATH`] without `%`, the sign of an escape.
const IN_ESCAPED_PATH: &AsciiSet = &IN_PATH.remove(b'%');

/// The path of `JDCLOUD2`: encoded, save the escapes that it has.
pub(super) fn escaped_path(path: &str) -> String {
    percent_encode(path.as_bytes(), IN_ESCAPED_PATH).to_string()
}

/// The path of `JDCLOUD3`: decoded, with one `/` for each run of them, and encoded again.
pub(super) fn reencoded_path(path: &str) -> String {
    let mut path = decoded(path);
    // After the decoding: `%2F` counts as a slash too.
    path.dedup_by(|next, before| *next == b'/' && *before == b'/');
    percent_encode(&path, IN_PATH).to_string()
}

/// The query of `JDCLOUD2`: its parameters encoded, in the order of their decoded names and values.
pub(super) fn sorted_query(query: &str) -> String {
    let mut pairs = decoded_pairs(query);
    pairs.sort();
    joined(pairs.iter().map(|(name, value)| (encoded(name), encoded(value))))
}

/// The query of `JDCLOUD3`: its parameters that have a name, encoded, in the order of their encoded names and values.
pub(super) fn reencoded_query(query: &str) -> String {
    let pairs = decoded_pairs(query).into_iter().filter(|(name, _)| !name.is_empty());
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (encoded(&name), encoded(&value))).collect();
    pairs.sort();
    joined(pairs.into_iter())
}

fn joined(pairs: impl Iterator<Item = (String, String)>) -> String {
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn decoded_pairs(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> Vec<u8> {
    // A malformed escape stays as it is: the manual's own example has `o=%`.
    percent_decode_str(&text.replace('+', " ")).collect()
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jdcloud2_path_keeps_its_escapes() {
        assert_eq!(escaped_path("/v1/a:b%3Ac/-_.~"), "/v1/a%3Ab%3Ac/-_.~");
    }

    #[test]
    fn jdcloud3_path_is_decoded_and_encoded() {
        assert_eq!(reencoded_path("/v1%2Fa//%2F/b:c%3ad+e%2"), "/v1/a/b%3Ac%3Ad%20e%252");
    }

    #[test]
    fn jdcloud2_query_is_sorted_decoded() {
        assert_eq!(sorted_query("p1=p1&p0=p0&o=%&u=u"), "o=%25&p0=p0&p1=p1&u=u");
        assert_eq!(sorted_query("a=%E7%9B%B4&&a=z&b"), "a=z&a=%E7%9B%B4&b=");
    }

    #[test]
    fn jdcloud3_query_is_sorted_encoded() {
        assert_eq!(reencoded_query("a=z&a=直&=nameless&b=+"), "a=%E7%9B%B4&a=z&b=%20");
    }
}
