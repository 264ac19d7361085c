//! Lines of an input: numbered, without their ends, bounded. Owns no format.

use std::io::{self, BufRead, Read};

use crate::error::{Error, Result};
use crate::text::{reason, visible};

/// The place of an operation in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputLine {
    /// On the command line.
    Arguments,
    /// On a line of a list of targets, counted from 1; the settings are on the command line.
    List(u64),
    /// On a line of operations, counted from 1.
    Line(u64),
}

impl InputLine {
    /// Its number, where there are lines.
    pub(super) fn number(self) -> Option<u64> {
        match self {
            Self::Arguments => None,
            Self::List(number) | Self::Line(number) => Some(number),
        }
    }

    /// The beginning of a message about it.
    pub(super) fn prefix(self) -> String {
        self.number().map(|number| format!("line {number}: ")).unwrap_or_default()
    }
}

/// The longest line that is read, in bytes.
pub(super) const LONGEST_LINE: u64 = 1 << 20;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Skips the byte order mark.
// Editors on Windows write it first, and it would be part of the first name.
pub(super) fn skip_bom(input: &mut dyn BufRead, source: &str) -> Result<()> {
    let start = input.fill_buf().map_err(|error| unreadable(source, &error))?;
    if start.starts_with(BOM) {
        input.consume(BOM.len());
    }
    Ok(())
}

/// Passes each line with its number from 1 and without its end, LF or CRLF, to `take`.
pub(super) fn each_line(
    mut input: Box<dyn BufRead>,
    source: &str,
    mut take: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        // Bounded: a file without line ends, such as a disk image, would be read into memory whole.
        let read = (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut line);
        let length = read.map_err(|error| unreadable(source, &error))?;
        if length == 0 {
            break;
        }
        if length as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            return Err(Error::input(format!(
                "line {number} of {source} is longer than {LONGEST_LINE} bytes"
            )));
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        take(number, line.strip_suffix(b"\r").unwrap_or(line))?;
    }
    Ok(())
}

/// The note on so many lines of a list that begin with `#`; `None` where there are none.
#[must_use]
pub fn comments_note(lines: usize) -> Option<String> {
    match lines {
        0 => None,
        1 => Some("1 line that begins with # is a comment and is passed over".to_owned()),
        _ => Some(format!("{lines} lines that begin with # are comments and are passed over")),
    }
}

/// An input that cannot be read, with the system's reason.
pub(super) fn unreadable(source: &str, error: &io::Error) -> Error {
    Error::input(format!("cannot read {}: {}", visible(source), reason(error)))
}
