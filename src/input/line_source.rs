//! [`LineSource`]: the lines of an input that may still grow, each read when it is asked for.
//!
//! The lines of an input that is read as a whole are those of [`lines`](super::lines).

use std::path::Path;
use std::task::{Context, Poll, ready};

use crate::error::Result;
use crate::input::growing_file::GrowingFile;
use crate::input::lines::{LONGEST_LINE, unreadable};

const BOM: &[u8] = "\u{feff}".as_bytes();

/// A line of an input that may still grow.
#[derive(Debug, PartialEq, Eq)]
pub struct NextText {
    /// Its number, from 1.
    pub number: u64,
    /// Its text without its end; why it has none.
    pub text: std::result::Result<String, String>,
}

/// The lines of an input that may still grow.
pub struct LineSource {
    file: GrowingFile,
    name: String,
    /// What has been read: the lines from `start` on have not been taken.
    buffer: Vec<u8>,
    start: usize,
    /// Where the search for the end of the next line goes on.
    searched: usize,
    number: u64,
    /// The line is longer than any operation, and the rest of it is passed over.
    is_too_long: bool,
    has_ended: bool,
}

impl LineSource {
    /// Opens the input; `-` is standard input. To be called within a runtime.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.to_string_lossy().into_owned();
        let file = GrowingFile::open(path).map_err(|error| unreadable(&name, &error))?;
        Ok(Self {
            file,
            name,
            buffer: Vec::new(),
            start: 0,
            searched: 0,
            number: 0,
            is_too_long: false,
            has_ended: false,
        })
    }

    /// The next line that is not blank; `None` at the end of the input. Of a pipe it reads at most `ahead` bytes at once, and
    /// only while it has no whole line.
    // What has not been read stays where it is: a pipe, and the queue before it, keep the backlog.
    pub fn poll_line(
        &mut self,
        context: &mut Context<'_>,
        ahead: usize,
    ) -> Poll<Result<Option<NextText>>> {
        loop {
            while let Some(line) = self.take_line() {
                if line.text.as_ref().map_or(true, |text| !text.trim().is_empty()) {
                    return Poll::Ready(Ok(Some(line)));
                }
            }
            if self.has_ended {
                return Poll::Ready(Ok(None));
            }
            let read = ready!(self.file.poll_read(context, ahead, &mut self.buffer));
            let read = read.map_err(|error| unreadable(&self.name, &error))?;
            self.has_ended = read == 0;
        }
    }

    /// The next line of what has been read; the last one may have no end.
    fn take_line(&mut self) -> Option<NextText> {
        let rest = &self.buffer[self.start..];
        let end = memchr::memchr(b'\n', &rest[self.searched..]).map(|at| self.searched + at);
        let Some(length) = end.or_else(|| self.end_without_line_end(rest.len())) else {
            self.searched = rest.len();
            self.compact();
            return None;
        };
        let bytes = &rest[..length];
        self.number += 1;
        let bytes = if self.number == 1 { bytes.strip_prefix(BOM).unwrap_or(bytes) } else { bytes };
        let text = match String::from_utf8(bytes.strip_suffix(b"\r").unwrap_or(bytes).to_vec()) {
            _ if std::mem::take(&mut self.is_too_long) => {
                Err(format!("it is longer than {LONGEST_LINE} bytes"))
            }
            Ok(text) => Ok(text),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        self.start = (self.start + length + 1).min(self.buffer.len());
        self.searched = 0;
        Some(NextText { number: self.number, text })
    }

    /// The length of the last line, where the input has ended within it.
    fn end_without_line_end(&self, rest: usize) -> Option<usize> {
        (self.has_ended && (rest > 0 || self.is_too_long)).then_some(rest)
    }

    /// Makes room for what is read next.
    fn compact(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
        // Bounded: what has no line ends, such as a disk image, would be read into memory whole.
        if self.buffer.len() as u64 > LONGEST_LINE {
            self.is_too_long = true;
            self.buffer = Vec::new();
            self.searched = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(u64, Option<String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let mut source = LineSource::open(file.path()).unwrap();
            let mut lines = Vec::new();
            while let Some(line) =
                std::future::poll_fn(|context| source.poll_line(context, 64)).await.unwrap()
            {
                lines.push((line.number, line.text.ok()));
            }
            lines
        })
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_skipped() {
        let line = |number, text: &str| (number, Some(text.to_owned()));
        assert_eq!(lines(b""), []);
        assert_eq!(lines(b"\n \n\r\n"), []);
        assert_eq!(
            lines("\u{feff}a\r\n\nb\n\ta\nlast".as_bytes()),
            [line(1, "a"), line(3, "b"), line(4, "\ta"), line(5, "last")]
        );
        assert_eq!(lines(b"\xff\na\n"), [(1, None), line(2, "a")]);
    }

    #[test]
    fn long_line_is_one_bad_line() {
        let mut bytes = vec![b'x'; 3 << 20];
        bytes.extend_from_slice(b"\na\n");
        assert_eq!(lines(&bytes), [(1, None), (2, Some("a".to_owned()))]);
        assert_eq!(lines(&vec![b'x'; 3 << 20]), [(1, None)]);
    }
}
