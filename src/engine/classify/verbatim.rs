//! JSON on one line, otherwise as it was written: a parser would round its numbers.

/// The JSON without the white space between its tokens; the text has to be JSON.
pub(super) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find([' ', '\t', '\n', '\r', '"']) {
        text.push_str(&rest[..at]);
        // White space within a string is part of the value.
        if rest.as_bytes()[at] == b'"' {
            let end = at + string_length(&rest[at..]);
            text.push_str(&rest[at..end]);
            rest = &rest[end..];
        } else {
            rest = &rest[at + 1..];
        }
    }
    text.push_str(rest);
    text
}

/// The length of the string that the text begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            // An escaped quote does not end the string, and an escaped backslash escapes nothing.
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_tokens_goes() {
        for (json, compacted) in [
            ("{}", "{}"),
            (" { \"a b\" :\t1.50 ,\r\n \"c\": [ ] } \n", "{\"a b\":1.50,\"c\":[]}"),
            (r#"{"q":"a \" b", "e": "\\" }"#, r#"{"q":"a \" b","e":"\\"}"#),
            (
                "[1e400, -0, 0.10, 123456789012345678901234567890]",
                "[1e400,-0,0.10,123456789012345678901234567890]",
            ),
            ("\"中 文\" ", "\"中 文\""),
        ] {
            assert_eq!(compact(json), compacted);
        }
    }
}
