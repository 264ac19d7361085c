//! Text from outside made harmless: nothing here lets a terminal, a row or a reader be misled.

use std::borrow::Cow;
use std::fmt::Write;
use std::io;

/// Whether a character changes how its neighbours are shown, or cannot be seen itself: control characters (C0, C1),
/// zero-width and formatting characters, bidi marks and invisible fillers.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every deceptive character written out as `\u{…}`, fit for a terminal.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The text, visible and on one line, cut after `limit` characters with a count of what was left out.
#[must_use]
pub fn excerpt(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return visible(text).into_owned();
    };
    let mut shown = visible(&text[..end]).into_owned();
    let _ = write!(shown, "… ({} bytes more)", text.len() - end);
    shown
}

/// The text in single quotes for a POSIX shell.
#[must_use]
pub fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The text as one word of a POSIX shell, quoted where it must be.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        shell_quoted(text)
    }
}

/// `1 target`, `2 targets`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Why a file cannot be read or written, without the number that the system has for it.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "not found".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(
            visible("a\x1b[31mb\u{202e}c\u{200b}d\u{9b}"),
            "a\\u{1b}[31mb\\u{202e}c\\u{200b}d\\u{9b}"
        );
    }

    #[test]
    fn words_in_any_script_stay_as_they_are() {
        assert!(matches!(visible("直播间 é ñ"), Cow::Borrowed("直播间 é ñ")));
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted_for_it() {
        assert_eq!(shell_word("a/b:c=1,2"), "a/b:c=1,2");
        assert_eq!(
            [shell_word(""), shell_word("a b"), shell_word("it's")],
            ["''", "'a b'", r"'it'\''s'"]
        );
    }

    #[test]
    fn an_excerpt_says_how_much_it_left_out() {
        assert_eq!(excerpt("  abcdef ", 4), "abcd… (2 bytes more)");
        assert_eq!(excerpt("  abcd ", 4), "abcd");
    }
}
