//! The text of a secret: its limit, its one line, and the texts that cannot be one.

use zeroize::Zeroizing;

use super::placeholder;
use crate::text::is_deceptive;

/// The largest secret that is read from a file or a program, in bytes.
pub(super) const LIMIT: usize = 64 << 10;

/// The bytes as text, without one line end at their end.
pub(super) fn line(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8 text")?;
    // One alone, as editors and `echo` add it: a secret has a single line.
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Zeroizing::new(text.to_owned()))
}

/// Why a text cannot be a secret.
pub(super) fn problem(text: &str) -> Option<String> {
    let why = if text.trim().is_empty() {
        "empty or blank; put the real value there"
    } else if text.contains(['\n', '\r']) {
        "more than one line; a secret is one line"
    } else if text.contains(is_deceptive) {
        "contains a control character or an invisible one; copy it again as plain text"
    } else if text.trim() != text {
        "has leading or trailing whitespace, which would be signed with it; remove that"
    } else {
        return placeholder::problem(text);
    };
    Some(why.to_owned())
}
