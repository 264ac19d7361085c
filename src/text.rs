//! Text from outside made safe to print, and small helpers for the texts that the program writes itself.
//!
//! Owns characters alone. Secrets in a text are removed by [`redact`](crate::secret::redact).

use std::borrow::Cow;
use std::fmt::Write;
use std::io;
use std::path::Path;

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The characters, beside control characters, that change how their neighbours are shown or cannot be seen: the Unicode
/// properties `Cf`, `Zl`, `Zp` and `Default_Ignorable_Code_Point`, and the empty Braille pattern. A test compares the table
/// with those properties.
// A list by hand had let 13 of 669 such characters through.
#[rustfmt::skip]
const DECEPTIVE: [(char, char); 26] = [
    ('\u{ad}', '\u{ad}'), ('\u{34f}', '\u{34f}'), ('\u{600}', '\u{605}'), ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'), ('\u{70f}', '\u{70f}'), ('\u{890}', '\u{891}'), ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'), ('\u{17b4}', '\u{17b5}'), ('\u{180b}', '\u{180f}'), ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'), ('\u{2060}', '\u{206f}'), ('\u{2800}', '\u{2800}'), ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'), ('\u{feff}', '\u{feff}'), ('\u{ffa0}', '\u{ffa0}'), ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'), ('\u{110cd}', '\u{110cd}'), ('\u{13430}', '\u{1343f}'), ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'), ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character changes how its neighbours are shown, or cannot be seen itself.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    // Nearly every character of a row is plain ASCII.
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let after = DECEPTIVE.partition_point(|(first, _)| *first <= c);
    c.is_control() || after > 0 && c <= DECEPTIVE[after - 1].1
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

/// A path with every deceptive character written out.
#[must_use]
pub fn visible_path(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

/// `"one", "two"`.
pub fn quoted_list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("\"{}\"", visible(name))).collect::<Vec<_>>().join(", ")
}

/// The known name that `name` is most likely a misspelling of.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    // The distance costs time by the product of both lengths, and the name comes from a file.
    let name: String = name.chars().take(64).collect::<String>().to_lowercase().replace('-', "_");
    let (distance, nearest) =
        known.iter().map(|known| (strsim::levenshtein(&name, known), *known)).min()?;
    (distance <= 1 + nearest.len() / 4).then_some(nearest)
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

/// The text in at most so many columns; a longer one ends with `…`.
#[must_use]
pub fn shortened(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let mut width = 0;
    let end = text.char_indices().find(|(_, c)| {
        width += c.width().unwrap_or(0);
        width + 1 > columns
    });
    match end {
        Some((end, _)) if columns > 0 => Cow::Owned(format!("{}…", text[..end].trim_end())),
        _ => Cow::Borrowed(""),
    }
}

/// The words of a sentence. A command in backticks is one of them: broken over lines, it could not be copied.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.split(move |c: char| {
        is_code ^= c == '`';
        c == ' ' && !is_code
    })
}

/// The words in lines of at most `width` columns; only a word that is longer makes a longer line.
#[must_use]
pub fn wrap<'w>(words: impl IntoIterator<Item = &'w str>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words {
        let line = lines
            .last_mut()
            .filter(|line| line.is_empty() || line.width() + 1 + word.width() <= width);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The text in single quotes for a POSIX shell.
#[must_use]
pub fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The text as one word of a POSIX shell, quoted where it must be, without a deceptive character: `printf` restores those.
#[must_use]
pub fn shell_word(text: &str) -> String {
    // Without `~`, which a shell expands at the beginning of a word.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    // `$(…)` drops line breaks at the end. Behind a bare parenthesis a shell refuses the whole command.
    if let Some(text) = text.strip_suffix('\n') {
        return format!("{}(line break)", shell_word(text));
    }
    if text.contains(is_deceptive) {
        return format!("\"$(printf %b '{}')\"", printf_escaped(text));
    }
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        shell_quoted(text)
    }
}

/// The path of a file as one word of a POSIX shell; one that begins with `-` is no flag then.
#[must_use]
pub fn shell_file(path: &str) -> String {
    if path.starts_with('-') { shell_word(&format!("./{path}")) } else { shell_word(path) }
}

/// The text as the argument of `printf %b`, between single quotes inside double quotes.
fn printf_escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        // bash expands `!` in double quotes, and fish reads `\\` in single quotes as one backslash.
        if is_deceptive(c) || "\\'\"!$`".contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(escaped, "\\0{byte:03o}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
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
        _ => {
            let text = error.to_string();
            text.split_once(" (os error ").map_or(text.as_str(), |(text, _)| text).to_owned()
        }
    }
}

/// A JSON value as text: a string without its quotes, anything else as JSON.
#[must_use]
pub fn json_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A host without regard to case.
#[must_use]
pub fn folded(host: &str) -> Cow<'_, str> {
    if host.chars().any(char::is_uppercase) { host.to_lowercase().into() } else { host.into() }
}

/// Bytes as lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    // Lower case, as in every published signature; a server may compare it as a text.
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_are_those_of_unicode() {
        const CLASS: &str = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\x{2800}]";
        let hir = regex_syntax::parse(CLASS).unwrap();
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) =
            hir.kind()
        else {
            panic!("{hir:?}")
        };
        let is_listed =
            |c: char| class.iter().any(|range| (range.start()..=range.end()).contains(&c));
        for c in '\0'..=char::MAX {
            assert_eq!(is_deceptive(c), is_listed(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn reason_has_no_error_number() {
        let error = std::fs::File::open(".").and_then(|file| file.set_len(1)).unwrap_err();
        assert!(!reason(&error).contains("os error"), "{}", reason(&error));
        assert_eq!(reason(&io::Error::other("of our own")), "of our own");
    }

    #[test]
    fn file_is_no_flag() {
        for (path, word) in [("a.csv", "a.csv"), ("-a b", "'./-a b'"), ("/-a", "/-a")] {
            assert_eq!(shell_file(path), word);
        }
    }

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(
            visible("a\x1b[31mb\u{202e}c\u{200b}d\u{9b}"),
            "a\\u{1b}[31mb\\u{202e}c\\u{200b}d\\u{9b}"
        );
    }

    #[test]
    fn any_script_is_unchanged() {
        assert!(matches!(visible("直播间 é ñ"), Cow::Borrowed("直播间 é ñ")));
    }

    #[test]
    fn long_text_is_shortened_to_columns() {
        for (columns, expected) in
            [(9, "直播 room"), (8, "直播 ro…"), (6, "直播…"), (4, "直…"), (1, "…"), (0, "")]
        {
            assert_eq!(shortened("直播 room", columns), expected, "{columns}");
        }
    }

    #[test]
    fn wrapping_keeps_words_whole() {
        assert_eq!(wrap(["a", "'b c'", "d"], 5), ["a", "'b c'", "d"]);
        assert_eq!(wrap("a b c".split(' '), 3), ["a b", "c"]);
    }

    #[test]
    fn shell_quoting_round_trips() {
        assert_eq!(shell_word("a/b:c=1,2"), "a/b:c=1,2");
        assert_eq!(
            [shell_word(""), shell_word("a b"), shell_word("it's")],
            ["''", "'a b'", r"'it'\''s'"]
        );
        assert_eq!(shell_word("a b\u{200b}"), r#""$(printf %b 'a b\0342\0200\0213')""#);
        assert_eq!(shell_word("a b\n"), "'a b'(line break)");
    }

    #[test]
    #[cfg(unix)]
    fn shell_words_come_back_from_a_shell() {
        for text in [
            "-it's!x $(id) `id` \"%s\" \\n\u{200b}7",
            "\n\t a",
            "\u{202e}直播",
            "\\c\u{7f}%",
            "!x~",
        ] {
            let word = shell_word(text);
            assert_eq!(visible(&word), word);
            for shell in ["sh", "bash", "dash", "zsh", "fish"] {
                let script = format!("printf '%s|' {word} {word}");
                let run = std::process::Command::new(shell).args(["-c", &script]).output();
                match run {
                    Ok(run) => {
                        let expected = format!("{text}|{text}|");
                        assert_eq!(
                            String::from_utf8_lossy(&run.stdout),
                            expected,
                            "{shell}: {word}"
                        );
                    }
                    Err(error) => assert!(shell != "sh", "{error}"),
                }
            }
        }
        // A name that no word can express runs nothing.
        for shell in ["sh", "bash", "dash", "zsh", "fish"] {
            let script = format!("echo {}", shell_word("ab\n"));
            if let Ok(run) = std::process::Command::new(shell).args(["-c", &script]).output() {
                assert!(!run.status.success() && run.stdout.is_empty(), "{shell}: {run:?}");
            }
        }
    }

    #[test]
    fn excerpt_counts_what_it_omits() {
        assert_eq!(excerpt("  abcdef ", 4), "abcd… (2 bytes more)");
        assert_eq!(excerpt("  abcd ", 4), "abcd");
    }
}
