//! CSV: a header that names the columns, then one operation a row.

use std::io::BufRead;
use std::rc::Rc;

use ::csv::{ByteRecord, ErrorKind, ReaderBuilder};

use crate::api::operation_input::{OPERATION_KEYS, OperationInput, PROFILE, known_names};
use crate::error::{Error, Result};
use crate::input::csv_lines::{CsvLines, CsvPosition};
use crate::input::foreign::ProfileColumn;
use crate::input::lines::{InputLine, unreadable};
use crate::input::plan::Planner;
use crate::text::visible;

/// Columns with this prefix are results, which `apply` does not read.
const RESULT_PREFIX: &[u8] = b"result.";

/// The columns whose cells are names or texts, which may hold blanks.
const NAMES: [&str; 4] = ["target", "app", "reason", "id"];

fn is_result(name: &[u8]) -> bool {
    let start = name.trim_ascii().get(..RESULT_PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(RESULT_PREFIX))
}

/// The meaning of a column.
// A spreadsheet that saves the file may add empty columns and rows at its edges and write `TRUE` for `true`; that is read as it
// was meant. A value that it changed is refused where the value is checked.
#[derive(Clone, Copy)]
enum Column {
    Key(&'static str),
    /// A parameter that is `true` or `false`.
    Switch(&'static str),
    Result,
    /// At the edge of the sheet, without a name.
    Nameless,
}

pub(super) fn read(
    mut input: Box<dyn BufRead>,
    source: &str,
    planner: &mut Planner<'_>,
) -> Result<()> {
    let position = Rc::new(CsvPosition::default());
    // Excel writes this line first, to find the separator when it opens the file again.
    let start = input.fill_buf().map_err(|error| unreadable(source, &error))?;
    let separator =
        [&b"sep=,\n"[..], b"sep=,\r\n"].into_iter().find(|line| start.starts_with(line));
    if let Some(line) = separator {
        input.consume(line.len());
        position.lines.set(1);
    }
    let header_line = position.lines.get() + 1;
    let input = CsvLines::new(input, Rc::clone(&position));
    // A row of another length is reported with its line by `row`. Without `flexible` the reader
    // stops at the first one.
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers().map_err(|error| csv_error(source, error))?.clone();
    check_form(&header, planner)?;
    if let Some(fault) = position.fault.take() {
        planner.reject(header_line, fault);
    }
    let Some(columns) = columns(&header, header_line, planner) else { return Ok(()) };
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|error| csv_error(source, error))? {
        position.row_bytes.set(0);
        let more_lines = line_ends(&record);
        let line = position.lines.get() - more_lines;
        planner.has_long_rows |= more_lines > 0;
        match (position.fault.take(), row(&columns, &record)) {
            (Some(fault), _) => planner.reject(line, fault),
            (None, Ok(Some(input))) => planner.add(&input, InputLine::Line(line)),
            (None, Ok(None)) => {}
            (None, Err(what)) => planner.reject(line, &what),
        }
    }
    Ok(())
}

/// Refuses, once, an input in another form than rows with commas and a header.
fn check_form(header: &ByteRecord, planner: &Planner<'_>) -> Result<()> {
    let first = String::from_utf8_lossy(header.get(0).unwrap_or_default()).into_owned();
    if first.trim_start().starts_with(['{', '[']) {
        return Err(Error::input("the input is JSON, not CSV").hint("pass --format jsonl"));
    }
    for (separator, name) in [(';', "`;`"), ('\t', "tabs"), ('|', "`|`")] {
        // Excel writes the line `sep=;` first, where another separator is set.
        let is_announced =
            first.strip_prefix("sep=").is_some_and(|rest| rest.starts_with(separator));
        let is_split = || {
            let mut words = first.split(separator).map(|word| word.trim_matches('"'));
            let is_key =
                |word: &str| OPERATION_KEYS.iter().any(|key| key.eq_ignore_ascii_case(word.trim()));
            first.contains(separator) && words.any(is_key)
        };
        if is_announced || is_split() {
            let (file, command) = (planner.file_word(), planner.piped(Some("csv")));
            let skip = if is_announced { "next(sys.stdin); " } else { "" };
            let escaped = if separator == '\t' { "\\t".to_owned() } else { separator.to_string() };
            return Err(Error::input(format!("the header is separated by {name}, not by commas"))
                .hint(format!(
                    "save it with commas, or: python3 -c 'import csv, sys; {skip}csv.writer(sys.stdout).writerows(csv.reader(sys.stdin, \
                     delimiter=\"{escaped}\"))' < {file} | {command}"
                )));
        }
    }
    let is_vendor = |cell: &[u8]| planner.is_vendor(&String::from_utf8_lossy(cell));
    let is_known = |cell: &[u8]| {
        OPERATION_KEYS.iter().any(|key| key.as_bytes().eq_ignore_ascii_case(cell.trim_ascii()))
    };
    if header.iter().any(is_vendor) && !header.iter().any(is_known) {
        return Err(Error::input("the first row is an operation, not a header")
            .hint("put a header first, such as vendor,action,target,for"));
    }
    Ok(())
}

/// The columns of the header. Each has to be known and unique, and the three that every operation needs have to be there.
fn columns(header: &ByteRecord, line: u64, planner: &mut Planner<'_>) -> Option<Vec<Column>> {
    let all: Vec<&'static str> = OPERATION_KEYS.iter().chain(planner.params()).copied().collect();
    let named = header.iter().rposition(|name| !is_blank(name))? + 1;
    let mut columns: Vec<Column> = Vec::new();
    let mut problems = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let is_edge = index >= named || header.iter().take(index + 1).all(is_blank);
        if is_result(name) || is_blank(name) && is_edge {
            columns.push(if is_blank(name) { Column::Nameless } else { Column::Result });
            continue;
        }
        // People write headers in capitals and with blanks.
        match all.iter().find(|column| column.as_bytes().eq_ignore_ascii_case(name.trim_ascii())) {
            None => {
                let name = String::from_utf8_lossy(name);
                let known = known_names(&name, &all, "columns");
                problems.push(format!("unknown column {name:?}; {known}"));
            }
            Some(column) if seen.contains(column) => {
                problems.push(format!("the column `{column}` occurs twice"));
            }
            Some(column) => {
                seen.push(column);
                if *column == PROFILE {
                    let cells: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
                    planner.file.profile = ProfileColumn::new(&cells, index, line);
                }
                let is_switch = planner.is_switch(column);
                columns.push(if is_switch { Column::Switch(column) } else { Column::Key(column) });
            }
        }
    }
    let missing = OPERATION_KEYS.iter().filter(|key| !seen.contains(key));
    problems.extend(missing.map(|key| format!("the column `{key}` is missing")));
    problems.iter().for_each(|problem| planner.reject(line, problem));
    problems.is_empty().then_some(columns)
}

/// The operation of a row; `None` for one without any text, which spreadsheets leave at the end.
fn row<'r>(
    columns: &[Column],
    record: &'r ByteRecord,
) -> Result<Option<OperationInput<'r>>, String> {
    if record.iter().all(is_blank) {
        return Ok(None);
    }
    // One cell too few shifts every value behind it into another column.
    if record.len() != columns.len() {
        return Err(format!("it has {} cells and the header has {}", record.len(), columns.len()));
    }
    let mut input = OperationInput::default();
    for (column, cell) in columns.iter().zip(record) {
        let key = match *column {
            Column::Key(key) | Column::Switch(key) => key,
            Column::Result => continue,
            Column::Nameless if is_blank(cell) => continue,
            Column::Nameless => return Err("a cell has a value, and its column has no name".into()),
        };
        let text = std::str::from_utf8(cell).map_err(|_| format!("{key} is not UTF-8"))?;
        // Blanks behind the commas are no part of a word or a time; of a name they are refused where that is checked.
        let text = if NAMES.contains(&key) { text } else { text.trim() };
        match (column, text) {
            // An empty cell is no setting.
            (_, "") => {}
            (Column::Switch(_), "TRUE") => input.set(key, "true"),
            (Column::Switch(_), "FALSE") => input.set(key, "false"),
            _ => input.set(key, text),
        }
    }
    Ok(Some(input))
}

fn is_blank(cell: &[u8]) -> bool {
    cell.iter().all(u8::is_ascii_whitespace)
}

/// The line ends within a record's cells; one at the very end is the file's, and the last quote is missing.
fn line_ends(record: &ByteRecord) -> u64 {
    let cells = record.as_slice();
    let cells = cells.strip_suffix(b"\n").unwrap_or(cells);
    cells.split(|byte| *byte == b'\n').count() as u64 - 1
}

fn csv_error(source: &str, error: ::csv::Error) -> Error {
    match error.into_kind() {
        ErrorKind::Io(error) => unreadable(source, &error),
        kind => Error::input(format!("{}: {kind:?}", visible(source))),
    }
}
