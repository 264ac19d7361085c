//! Reading the lines of one file of the memory, whatever state it is in.
//!
//! What cannot be read is noted, and ends no reading.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::log::record::LogLine;
use crate::text::{count, reason, visible_path};

/// The longest line that is read.
// The longest record holds a vendor's response of 64 KiB; what is no journal may have no line ends.
const LONGEST_LINE: usize = 4 << 20;

/// Lines of a file that are no records.
#[derive(Debug, Default)]
struct Damage {
    first: Option<u64>,
    lines: usize,
    is_torn: bool,
}

/// Reads each record of a file in turn and returns remarks on what could not be read.
// A file may be written in this moment, be cut short by a crash, or be no journal at all.
pub fn read_records(path: &Path, visit: &mut dyn FnMut(&[u8], LogLine<'_>)) -> Vec<String> {
    let mut damage = Damage::default();
    let mut records = 0u64;
    let mut is_foreign = false;
    let mut unnamed = None;
    let read = read_lines(path, &mut |number, line, is_ended| {
        if let Some(record) = LogLine::parse(line, &mut unnamed) {
            records += 1;
            visit(line, record);
        } else if !is_ended {
            damage.is_torn = true;
        } else if records == 0 {
            // The first line decides: a foreign file may be large.
            is_foreign = true;
            return false;
        } else {
            damage.first.get_or_insert(number);
            damage.lines += 1;
        }
        true
    });
    let shown = visible_path(path);
    if let Err(error) = read {
        return vec![format!("{shown} cannot be read: {}", reason(&error))];
    }
    if is_foreign {
        return vec![format!("{shown} is no livectl journal and is passed over")];
    }
    damage.notes(&shown)
}

impl Damage {
    fn notes(&self, path: &str) -> Vec<String> {
        let damaged = self.first.map(|line| {
            let lines = count(self.lines, "line");
            format!("{path}: {lines} cannot be read, the first is line {line}")
        });
        let torn = self.is_torn.then(|| format!("{path}: the last line is incomplete"));
        damaged.into_iter().chain(torn).collect()
    }
}

/// Reads each line that is not blank, with its number and whether it is ended, until `visit` returns false.
pub fn read_lines(path: &Path, visit: &mut dyn FnMut(u64, &[u8], bool) -> bool) -> io::Result<()> {
    let mut reader = open(path)?;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let is_ended = read_line(&mut reader, &mut line)?;
        if line.is_empty() && !is_ended {
            break;
        }
        if !line.trim_ascii().is_empty() && !visit(number, &line, is_ended) {
            break;
        }
    }
    Ok(())
}

/// Opens a regular file.
// A pipe would be waited for, and a device has no end.
pub fn open(path: &Path) -> io::Result<BufReader<File>> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(BufReader::with_capacity(128 * 1024, File::open(path)?))
}

/// Reads a line without its end, up to the longest that is kept; returns whether it was ended.
// The rest of a longer line is passed over and not kept: `read_until` would read all of it into memory.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        let bytes = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        let end = memchr::memchr(b'\n', bytes);
        let part = &bytes[..end.unwrap_or(bytes.len())];
        let room = LONGEST_LINE - line.len();
        line.extend_from_slice(&part[..part.len().min(room)]);
        let (taken, is_last) = (part.len() + usize::from(end.is_some()), bytes.is_empty());
        reader.consume(taken);
        if end.is_some() || is_last {
            return Ok(end.is_some());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const END: &str = r#"{"schema":"livectl-journal/1","record":"end","at":"2026-11-21T10:00:00Z","run":"20261121T100000Z-7k2m","exit":0}"#;

    /// How many records a file with this content has, and the notes on it.
    fn read(content: &[u8]) -> (usize, String) {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("j");
        fs::write(&path, content).unwrap();
        let mut records = 0;
        let notes = read_records(&path, &mut |_, _| records += 1);
        (records, notes.join("; ").replace(&*path.to_string_lossy(), "j"))
    }

    #[test]
    fn whole_file_is_read_without_a_note() {
        for content in
            [String::new(), format!("{END}\n"), END.into(), format!("\n{END}\r\n\n{END}\n")]
        {
            let records = content.matches("schema").count();
            assert_eq!(read(content.as_bytes()), (records, String::new()), "{content}");
        }
    }

    #[test]
    fn torn_and_damaged_lines_are_noted() {
        for (content, records, note) in [
            (format!("{END}\n{}", &END[..40]), 1, "j: the last line is incomplete"),
            (END[..40].to_owned(), 0, "j: the last line is incomplete"),
            (
                format!("{END}\n{{}}\nx\n{END}\n"),
                2,
                "j: 2 lines cannot be read, the first is line 2",
            ),
            (
                format!("{END}\n\0\0\n{END}\n\0\0"),
                2,
                "j: 1 line cannot be read, the first is line 2; j: the last line is incomplete",
            ),
        ] {
            assert_eq!(read(content.as_bytes()), (records, note.to_owned()), "{content}");
        }
    }

    #[test]
    fn foreign_file_is_passed_over() {
        let foreign = "j is no livectl journal and is passed over";
        for content in ["[profiles.prod]\n", "{}\n", "a\nb\n", "\u{feff}\n"] {
            let content = format!("{content}{END}\n");
            assert_eq!(read(content.as_bytes()), (0, foreign.to_owned()), "{content}");
        }
        let endless = vec![b'x'; LONGEST_LINE + 5];
        assert_eq!(read(&[&endless, &b"\n"[..]].concat()), (0, foreign.to_owned()));
    }

    #[test]
    fn non_file_is_not_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let notes = read_records(folder.path(), &mut |_, _| unreachable!());
        assert!(notes[0].ends_with("it is not a regular file"), "{notes:?}");
        let notes = read_records(&folder.path().join("none"), &mut |_, _| unreachable!());
        assert!(notes[0].ends_with("cannot be read: not found"), "{notes:?}");
    }
}
