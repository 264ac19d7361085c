//! [`InputFormat`]: the format of a file of operations for `apply`, and how the file is opened. The readers are `jsonl`
//! and `csv`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::error::{Error, Result};
use crate::input::lines::{skip_bom, unreadable};
use crate::input::plan::Planner;
use crate::input::{csv, jsonl};
use crate::text::visible;

/// How operations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// One JSON object a line.
    Jsonl,
    /// A header line that names the columns, then one row an operation.
    Csv,
}

impl InputFormat {
    /// The format of the path's ending; standard input is JSON Lines.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            _ if path == Path::new("-") => Ok(Self::Jsonl),
            Some("jsonl" | "ndjson" | "json") => Ok(Self::Jsonl),
            Some("csv") => Ok(Self::Csv),
            _ => Err(Error::usage(format!(
                "{}: the name does not show the format",
                visible(&path.to_string_lossy())
            ))
            .hint("pass --format jsonl or --format csv")),
        }
    }
}

/// Opens a file of operations, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin().lock())));
    }
    let file = File::open(path).map_err(|error| unreadable(&path.to_string_lossy(), &error))?;
    Ok(Box::new(BufReader::new(file)))
}

/// Reads every operation of the input into the planner, bad lines included.
// An input in another form than the format's is one error: one a line would push its hint out of sight.
pub fn read(
    mut input: Box<dyn BufRead>,
    source: &str,
    format: InputFormat,
    planner: &mut Planner<'_>,
) -> Result<()> {
    skip_bom(&mut input, source)?;
    let written = (format == InputFormat::Csv).then_some("csv");
    check_text(&mut input, source, planner, written)?;
    match format {
        InputFormat::Jsonl => jsonl::read(input, source, planner),
        InputFormat::Csv => csv::read(input, source, planner),
    }
}

/// Refuses, once, an input that is no text in UTF-8, with the command that converts it.
pub(super) fn check_text(
    input: &mut dyn BufRead,
    source: &str,
    planner: &Planner<'_>,
    format: Option<&str>,
) -> Result<()> {
    const FORMS: [(&[u8], &str, Option<&str>); 5] = [
        (&[0x1f, 0x8b], "compressed (gzip)", Some("gunzip -c")),
        (&[0xff, 0xfe], "UTF-16, not UTF-8", Some("iconv -f UTF-16 -t UTF-8")),
        (&[0xfe, 0xff], "UTF-16, not UTF-8", Some("iconv -f UTF-16 -t UTF-8")),
        (b"PK\x03\x04", "a spreadsheet's own file or an archive, not text", None),
        (&[0xd0, 0xcf, 0x11, 0xe0], "a spreadsheet's own file, not text", None),
    ];
    let start = input.fill_buf().map_err(|error| unreadable(source, &error))?;
    let Some((_, what, filter)) = FORMS.iter().find(|(magic, ..)| start.starts_with(magic)) else {
        return Ok(());
    };
    Err(match filter {
        Some(filter) => planner.other_form(what, filter, format),
        None => Error::input(format!("the input is {what}")).hint("save the sheet as CSV in UTF-8"),
    })
}
