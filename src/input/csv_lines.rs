//! [`CsvLines`]: counts the lines of a CSV file and checks its quotes.
//!
//! Owns neither columns nor values; those are [`csv`](super::csv)'s.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use crate::input::lines::LONGEST_LINE;

/// The bytes that the CSV reader has read so far.
#[derive(Default)]
pub(super) struct CsvPosition {
    /// Lines, the present one included.
    pub(super) lines: Cell<u64>,
    /// Bytes since the last row.
    pub(super) row_bytes: Cell<u64>,
    /// The fault in the row's quotes, which the reader overlooks.
    pub(super) fault: Cell<Option<&'static str>>,
}

/// The position of a byte relative to the quotes of its cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes them, unless another follows.
    Closed,
}

impl Quote {
    fn then(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closed,
            (Self::Quoted, _) | (Self::Start | Self::Closed, b'"') => Self::Quoted,
            (_, b',' | b'\n' | b'\r') => Self::Start,
            (_, _) => Self::Bare,
        }
    }
}

/// A reader that returns at most one line a call, and fails at a row that is too long.
// The line numbers of the `csv` crate pass over blank lines, and are late by one where lines end in CRLF. Text behind a
// closing quote is data to it, and so is the rest of a file behind a quote that is never closed: the run would act on another
// target than the one that the file shows.
pub(super) struct CsvLines {
    input: Box<dyn BufRead>,
    position: Rc<CsvPosition>,
    is_new: bool,
    quote: Quote,
}

impl CsvLines {
    pub(super) fn new(input: Box<dyn BufRead>, position: Rc<CsvPosition>) -> Self {
        Self { input, position, is_new: true, quote: Quote::Start }
    }

    /// Follows the quotes; no bytes are the end.
    fn follow_quotes(&mut self, bytes: &[u8]) {
        if bytes.is_empty() && self.quote == Quote::Quoted {
            self.position.fault.set(Some("a quote is not closed"));
        }
        for byte in bytes {
            let next = self.quote.then(*byte);
            if self.quote == Quote::Closed && next == Quote::Bare {
                self.position.fault.set(Some("text follows the quote that closes a cell"));
            }
            self.quote = next;
        }
    }
}

impl Read for CsvLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.input.fill_buf()?;
        let room = ready.len().min(buffer.len());
        let length =
            // One line a call: the reader asks for more only when a row goes on, so the last line
            // counted is the one that the row ends on.
            ready[..room].iter().position(|byte| *byte == b'\n').map_or(room, |end| end + 1);
        buffer[..length].copy_from_slice(&ready[..length]);
        self.follow_quotes(&buffer[..length]);
        if self.is_new && length > 0 {
            self.position.lines.set(self.position.lines.get() + 1);
        }
        self.is_new = buffer[..length].ends_with(b"\n");
        self.input.consume(length);
        self.position.row_bytes.set(self.position.row_bytes.get() + length as u64);
        // Behind a quote that is never closed, the rest of the file would be one row.
        if self.position.row_bytes.get() > LONGEST_LINE {
            return Err(io::Error::other(format!("a row is longer than {LONGEST_LINE} bytes")));
        }
        Ok(length)
    }
}
