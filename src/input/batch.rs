//! Many operations at once: JSON Lines, CSV, or a list of targets.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use crate::api::operation_input::{OPERATION_KEYS, OperationInput};
use crate::error::{Error, Result};
use crate::input::plan::{InputLine, Planner};
use crate::text::{reason, visible};

/// How operations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A header line that names the columns, then one row an operation.
    Csv,
}

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

const BOM: &[u8] = "\u{feff}".as_bytes();

impl Format {
    /// The format that the path's ending names; standard input is JSON Lines.
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

/// Reads every operation of the input into the planner, bad lines included.
pub fn read(
    mut input: Box<dyn BufRead>,
    source: &str,
    format: Format,
    planner: &mut Planner<'_>,
) -> Result<()> {
    pass_bom(&mut input).map_err(|error| unreadable(source, &error))?;
    match format {
        Format::Jsonl => each_line(input, source, |number, line| match std::str::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => {}
            // Serde would take an array for the object's values in order.
            Ok(text) if !text.trim_start().starts_with('{') => {
                planner.reject(number, "it is not a JSON object");
            }
            Ok(text) => match planner.input(text) {
                Ok(input) => planner.add(&input, InputLine::Line(number)),
                Err(error) => planner.reject(number, &json_problem(&error)),
            },
            Err(_) => planner.reject(number, "it is not UTF-8"),
        }),
        Format::Csv => read_csv(input, source, planner),
    }
}

/// Reads one target a line into the planner, each with the settings of `operation`; blank lines and `#` comments are passed over.
pub fn read_list(
    mut input: Box<dyn BufRead>,
    operation: &OperationInput<'_>,
    planner: &mut Planner<'_>,
) -> Result<()> {
    const SOURCE: &str = "standard input";
    pass_bom(&mut input).map_err(|error| unreadable(SOURCE, &error))?;
    each_line(input, SOURCE, |number, line| match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() || text.starts_with('#') => {}
        Ok(text) => planner.add(&operation.on(text), InputLine::List(number)),
        Err(_) => planner.reject(number, "it is not UTF-8"),
    })
}

fn pass_bom(input: &mut dyn BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(BOM) {
        input.consume(BOM.len());
    }
    Ok(())
}

/// Hands on each line with its number from 1 and without its end, be that LF or CRLF.
fn each_line(
    mut input: Box<dyn BufRead>,
    source: &str,
    mut take: impl FnMut(u64, &[u8]),
) -> Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
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
        take(number, line.strip_suffix(b"\r").unwrap_or(line));
    }
    Ok(())
}

fn read_csv(input: Box<dyn BufRead>, source: &str, planner: &mut Planner<'_>) -> Result<()> {
    let meter = Rc::new(Meter::default());
    let input = LineByLine { input, meter: Rc::clone(&meter), is_new: true, quote: Quote::Start };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = match reader.byte_headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(csv_fault(source, error)),
    };
    if let Some(flaw) = meter.flaw.take() {
        planner.reject(1, flaw);
    }
    let Some(columns) = columns(&header, planner) else { return Ok(()) };
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|error| csv_fault(source, error))? {
        meter.row.set(0);
        let line = meter.lines.get() - line_ends(&record);
        match (meter.flaw.take(), row(&columns, &record)) {
            (Some(flaw), _) => planner.reject(line, flaw),
            (None, Ok(input)) => planner.add(&input, InputLine::Line(line)),
            (None, Err(what)) => planner.reject(line, &what),
        }
    }
    Ok(())
}

/// What the CSV reader was handed.
#[derive(Default)]
struct Meter {
    lines: Cell<u64>,
    /// Bytes since the last row.
    row: Cell<u64>,
    /// What is wrong with the row's quotes, which the reader overlooks.
    flaw: Cell<Option<&'static str>>,
}

/// Where a byte stands to the quotes of its cell.
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

/// Hands out no more than one line at a time, so that the line a record ends on is the last one handed out: the reader's own
/// count passes over blank lines, and is late by one where lines end in CRLF. A row that is too long, such as one whose quote
/// is never closed, is an error.
struct LineByLine {
    input: Box<dyn BufRead>,
    meter: Rc<Meter>,
    is_new: bool,
    quote: Quote,
}

impl LineByLine {
    /// Follows the quotes; no bytes are the end.
    fn look_at(&mut self, bytes: &[u8]) {
        if bytes.is_empty() && self.quote == Quote::Quoted {
            self.meter.flaw.set(Some("a quote is not closed"));
        }
        for byte in bytes {
            let next = self.quote.then(*byte);
            if self.quote == Quote::Closed && next == Quote::Bare {
                self.meter.flaw.set(Some("text follows the quote that closes a cell"));
            }
            self.quote = next;
        }
    }
}

impl Read for LineByLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.input.fill_buf()?;
        let room = ready.len().min(buffer.len());
        let length =
            ready[..room].iter().position(|byte| *byte == b'\n').map_or(room, |end| end + 1);
        buffer[..length].copy_from_slice(&ready[..length]);
        self.look_at(&buffer[..length]);
        if self.is_new && length > 0 {
            self.meter.lines.set(self.meter.lines.get() + 1);
        }
        self.is_new = buffer[..length].ends_with(b"\n");
        self.input.consume(length);
        self.meter.row.set(self.meter.row.get() + length as u64);
        if self.meter.row.get() > LONGEST_LINE {
            return Err(io::Error::other(format!("a row is longer than {LONGEST_LINE} bytes")));
        }
        Ok(length)
    }
}

/// The line ends within a record's cells; one at the very end is the file's, and the last quote is missing.
fn line_ends(record: &csv::ByteRecord) -> u64 {
    let cells = record.as_slice();
    let cells = cells.strip_suffix(b"\n").unwrap_or(cells);
    cells.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// The header's names, when each is known, stands once, and the three that every operation needs are there.
fn columns(header: &csv::ByteRecord, planner: &mut Planner<'_>) -> Option<Vec<&'static str>> {
    let all: Vec<&'static str> = OPERATION_KEYS.iter().chain(planner.params()).copied().collect();
    let mut columns: Vec<&'static str> = Vec::new();
    let mut is_good = true;
    let mut reject = |what: String| {
        planner.reject(1, &what);
        is_good = false;
    };
    for name in header {
        match all.iter().find(|column| column.as_bytes() == name) {
            None => reject(format!(
                "unknown column {:?}; the columns are {}",
                String::from_utf8_lossy(name),
                all.join(", ")
            )),
            Some(column) if columns.contains(column) => {
                reject(format!("the column `{column}` stands twice"));
            }
            Some(column) => columns.push(column),
        }
    }
    if header.is_empty() {
        return None;
    }
    for needed in &OPERATION_KEYS {
        if !columns.contains(needed) {
            reject(format!("the column `{needed}` is missing"));
        }
    }
    is_good.then_some(columns)
}

fn row<'r>(
    columns: &[&'static str],
    record: &'r csv::ByteRecord,
) -> Result<OperationInput<'r>, String> {
    if record.len() != columns.len() {
        return Err(format!("it has {} cells and the header has {}", record.len(), columns.len()));
    }
    let mut input = OperationInput::default();
    for (column, cell) in columns.iter().zip(record) {
        let text = std::str::from_utf8(cell).map_err(|_| format!("{column} is not UTF-8"))?;
        // An empty cell is no setting.
        if !text.is_empty() {
            input.set(column, text);
        }
    }
    Ok(input)
}

/// The parser's words without its own line number, which is always 1 here.
fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    let not = if error.is_data() { "" } else { "it is not JSON: " };
    format!("{not}{what} (column {})", error.column())
}

fn csv_fault(source: &str, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(source, &error),
        kind => Error::input(format!("{source}: {kind:?}")),
    }
}

fn unreadable(source: &str, error: &io::Error) -> Error {
    Error::input(format!("cannot read {}: {}", visible(source), reason(error)))
}
