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
                "{}: the name does not tell the format",
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

/// Reads every operation of the input into the planner, bad lines included. An input in another form than the format's is
/// one error, not one a line.
pub fn read(
    mut input: Box<dyn BufRead>,
    source: &str,
    format: InputFormat,
    planner: &mut Planner<'_>,
) -> Result<()> {
    skip_bom(&mut input, source)?;
    match format {
        InputFormat::Jsonl => jsonl::read(input, source, planner),
        InputFormat::Csv => csv::read(input, source, planner),
    }
}
