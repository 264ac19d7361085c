//! `-o csv`: a header, then a row a result with the columns of `apply`, or a row an item of a list.
//!
//! Owns the columns; the quoting of cells is the `csv` crate's. Cells are written as they are, since `apply` reads them back.

use std::io::{self, Write};
use std::rc::Rc;

use crate::api::operation::Operation;
use crate::api::operation_input::{OPERATION_KEYS, PROFILE};
use crate::outcome::Outcome;
use crate::outcome::answer::{Code, ListItem};
use crate::outcome::summary::Summary;
use crate::output::{Renderer, RunInfo};
use crate::text::json_text;
use crate::time;

/// The columns of a result that are no keys of an operation. `apply` ignores them by their prefix.
pub(crate) const RESULT: [&str; 7] = [
    "result.ok",
    "result.outcome",
    "result.kind",
    "result.code",
    "result.message",
    "result.state",
    "result.started_at",
];

/// The columns of an item of a list.
// The first four are keys of an operation, so that `apply` reads a list back once it has a column `action`.
const ITEM: [&str; 6] = ["vendor", "target", "domain", "app", "result.since", "result.until"];

/// `-o csv`.
pub struct CsvRows {
    info: Rc<RunInfo>,
    columns: Vec<&'static str>,
    has_header: bool,
}

impl CsvRows {
    /// Ready for the first row.
    #[must_use]
    pub fn new(info: Rc<RunInfo>) -> Self {
        Self { columns: columns(&info), info, has_header: false }
    }

    fn header(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.has_header {
            return Ok(());
        }
        self.has_header = true;
        write_row(out, self.columns.iter().copied())
    }

    /// Writes the cells that are named, in the order of the columns.
    fn row(&self, out: &mut dyn Write, cells: &[(&str, String)]) -> io::Result<()> {
        let cell = |column: &&str| cells.iter().find(|(name, _)| name == column);
        write_row(out, self.columns.iter().map(|column| cell(column).map_or("", |cell| &cell.1)))
    }
}

/// The columns of all operations of a run, each once, in the order in which they first appear.
fn columns(info: &RunInfo) -> Vec<&'static str> {
    let lists = info.operations.iter().filter(|operation| operation.spec().is_list()).count();
    if lists > 0 && lists == info.operations.len() {
        return ITEM.to_vec();
    }
    let mut columns = OPERATION_KEYS.to_vec();
    let settings = info.operations.iter().flat_map(|operation| operation.settings());
    let of_items = ITEM.iter().filter(|_| lists > 0).copied();
    let (of_results, of_items): (Vec<_>, Vec<_>) =
        of_items.partition(|column| column.starts_with("result."));
    let profile = info.profile.as_ref().map(|_| PROFILE);
    for column in settings.map(|(name, _)| name).chain(of_items).chain(profile) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns.extend(RESULT.iter().copied().chain(of_results));
    columns
}

fn write_row<'a>(out: &mut dyn Write, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    // The writer of the crate flushes what it writes to, so it gets a buffer: a call of the system a row took half the time.
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    writer.write_record(cells)?;
    out.write_all(&writer.into_inner().map_err(::csv::IntoInnerError::into_error)?)
}

fn result(
    operation: &dyn Operation,
    outcome: &Outcome,
    profile: Option<&str>,
) -> Vec<(&'static str, String)> {
    let (spec, answer) = (operation.spec(), &outcome.answer);
    let fault = outcome.fault.as_ref();
    let code = answer.code.as_ref().map(|code| match code {
        Code::Number(number) => number.to_string(),
        Code::Word(word) => word.clone(),
    });
    let cells = [
        ("vendor", Some(spec.vendor.as_str().to_owned())),
        ("action", Some(spec.name.to_owned())),
        ("target", Some(operation.target().to_owned())),
        (PROFILE, profile.map(str::to_owned)),
        ("result.ok", Some(outcome.is_ok().to_string())),
        ("result.outcome", Some(outcome.status.as_str().to_owned())),
        ("result.kind", fault.map(|fault| fault.kind.as_str().to_owned())),
        ("result.code", code),
        ("result.message", answer.message.clone().or_else(|| Some(fault?.message.clone()))),
        ("result.state", answer.state.clone()),
        ("result.started_at", outcome.started_at.map(time::millis)),
    ];
    let settings = operation.settings().into_iter();
    filled(cells).chain(settings.map(|(name, value)| (name, json_text(&value)))).collect()
}

fn item(vendor: &'static str, item: &ListItem) -> Vec<(&'static str, String)> {
    let cells = [
        ("vendor", Some(vendor.to_owned())),
        // An item that cannot be read is shown as the vendor gives it, rather than as a row without a name.
        ("target", item.target.clone().or_else(|| Some(item.vendor.to_string()))),
        ("domain", item.domain.clone()),
        ("app", item.app.clone()),
        ("result.since", item.since.map(time::seconds)),
        ("result.until", item.until.map(time::seconds)),
    ];
    filled(cells).collect()
}

fn filled<const N: usize>(
    cells: [(&'static str, Option<String>); N],
) -> impl Iterator<Item = (&'static str, String)> {
    cells.into_iter().filter_map(|(name, cell)| Some((name, cell?)))
}

impl Renderer for CsvRows {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        let info = Rc::clone(&self.info);
        let operation = &*info.operations[row];
        if let Some(items) = &outcome.answer.items {
            self.header(out)?;
            let vendor = operation.spec().vendor.as_str();
            return items.iter().try_for_each(|listed| self.row(out, &item(vendor, listed)));
        }
        // A list that failed has no items, and no row where all rows are items.
        if self.columns == ITEM {
            return Ok(());
        }
        self.header(out)?;
        self.row(out, &result(operation, &outcome, info.profile.as_deref()))
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary, _: u8) -> io::Result<()> {
        // The share of a worker may have no row, and a header is what makes it CSV.
        if self.info.operations.is_empty() { self.header(out) } else { Ok(()) }
    }
}
