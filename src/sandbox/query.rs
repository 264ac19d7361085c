//! Query strings, read as strictly as they can be.

use percent_encoding::percent_decode_str;

/// The parameters in order, decoded, with `+` for a space, as forms are written; or what is wrong with them.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, &'static str> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Ok((text(name)?, text(value)?)))
        .collect()
}

fn text(written: &str) -> Result<String, &'static str> {
    let mut escapes = written.split('%').skip(1).map(str::as_bytes);
    if !escapes.all(
        |escape| matches!(escape, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
    ) {
        return Err("a percent escape is malformed");
    }
    let spaced = written.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("a parameter is not UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_keep_their_order() {
        let pairs = pairs("b=%E7%9B%B4+%26&&a&a=x=y").unwrap();
        let expected = [("b", "直 &"), ("a", ""), ("a", "x=y")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        for query in ["a=%", "a=%2", "%zz=1", "a=%+1"] {
            assert_eq!(pairs(query), Err("a percent escape is malformed"), "{query}");
        }
        assert_eq!(pairs("a=%E7%9B"), Err("a parameter is not UTF-8"));
    }
}
