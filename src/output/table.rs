//! `-o table`, for people: one line a target, or an item of a list. Names are never cut, since people copy them.
//!
//! Owns which rows and columns there are. The texts are those of `cells.rs`, the widths those of `columns.rs`.

use std::io::{self, Write};
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use chrono::Utc;
use unicode_width::UnicodeWidthStr;

use super::{Renderer, RunInfo};
use crate::outcome::effect::Effect;
use crate::outcome::fault::FaultKind;
use crate::outcome::summary::Summary;
use crate::outcome::{Outcome, Preview, Status};
use crate::output::cells::{Reading, detail, readings};
use crate::output::columns::TableColumns;
use crate::text::{count, visible};

/// Runs up to this many targets are printed whole, in the order of the input; of larger ones, rows as they settle.
// A larger run lasts, and whoever waits for it wants to see what fails while it can still be stopped.
const WHOLE: usize = 100;

/// The width that a detail needs for an effect and its end. Where it has less, the column of an operation that all rows have
/// in common is left out.
const USUAL_DETAIL: usize = 52;

/// The start of each row's detail in a run at the sandbox.
const SANDBOX: &str = "sandbox: ";

/// Where a table is printed.
#[derive(Clone, Copy, Debug)]
pub struct TableStyle {
    /// The terminal's width in columns; `None` for a pipe, where nothing is shortened.
    pub width: Option<u16>,
    /// Outcomes are painted.
    pub colour: bool,
}

impl TableStyle {
    fn width_now(self) -> Option<usize> {
        let first = self.width?;
        // A window may change its size while the rows of a long run come.
        let now = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
        Some(now.unwrap_or(first).into())
    }
}

/// Which columns a table has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableForm {
    /// OUTCOME, OPERATION, TARGET, DETAIL.
    Operations,
    /// The same without the operation, which all rows have in common.
    OneOperation,
    /// TARGET, STATE, UNTIL: a run that only looks.
    Looks,
}

impl TableForm {
    fn header(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Operations => (&["OUTCOME", "OPERATION", "TARGET"], "DETAIL"),
            Self::OneOperation => (&["OUTCOME", "TARGET"], "DETAIL"),
            Self::Looks => (&["TARGET", "STATE"], "UNTIL"),
        }
    }
}

/// The cells of a row, and the number of the one that has its outcome.
struct TableRow {
    cells: Vec<String>,
    last: String,
    outcome: Option<usize>,
}

/// `-o table`.
pub struct Table {
    info: Rc<RunInfo>,
    style: TableStyle,
    form: TableForm,
    widths: Vec<usize>,
    /// Rows that wait for the end of a small run.
    whole: Option<Vec<Option<Outcome>>>,
    has_header: bool,
    /// Targets that an interruption left untried; they have no rows.
    interrupted: usize,
    /// How many requests of a dry run would go where.
    requests: Vec<(String, usize)>,
}

impl Table {
    /// Ready for the first row.
    #[must_use]
    pub fn new(info: Rc<RunInfo>, style: TableStyle) -> Self {
        let operations = &info.operations;
        let widest = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or(0);
        let titles = widest(&mut operations.iter().map(|row| row.spec().title().len()));
        // The rows of a list are its items, whose widths are not known yet.
        let named = operations.iter().filter(|row| !row.spec().is_list());
        let targets = widest(&mut named.map(|row| visible(row.target()).width()));
        let outcomes = if info.is_dry_run { "planned" } else { "not_applied" }.len();
        let is_look = operations.iter().all(|row| row.spec().effect == Effect::None);
        let is_one = operations.windows(2).all(|pair| std::ptr::eq(pair[0].spec(), pair[1].spec()));
        let used = outcomes + titles + targets + 3 * 2;
        let is_narrow = style.width.is_some_and(|width| usize::from(width) < used + USUAL_DETAIL);
        let (form, widths) = match (is_look, is_one && is_narrow) {
            (true, _) => (TableForm::Looks, vec![targets, 0]),
            (false, true) => (TableForm::OneOperation, vec![outcomes, targets]),
            (false, false) => (TableForm::Operations, vec![outcomes, titles, targets]),
        };
        let header = form.header().0.iter();
        let widths = widths.into_iter().zip(header).map(|(width, name)| width.max(name.len()));
        let whole = (operations.len() <= WHOLE).then(|| vec![None; operations.len()]);
        let widths = widths.collect();
        let (interrupted, requests) = (0, Vec::new());
        Self { info, style, form, widths, whole, has_header: false, interrupted, requests }
    }

    fn print(&mut self, out: &mut dyn Write, row: usize, outcome: &Outcome) -> io::Result<()> {
        let rows = self.rows(row, outcome);
        // The columns of a list are as wide as its items need.
        for cells in rows.iter().map(|row| &row.cells) {
            for (width, cell) in self.widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.width());
            }
        }
        let (header, last) = self.form.header();
        let targets = header.iter().position(|title| *title == "TARGET").unwrap_or_default();
        let columns = TableColumns::new(self.style.width_now(), self.widths.clone(), targets);
        if !self.has_header {
            self.has_header = true;
            out.write_all(columns.row(header, last, None).as_bytes())?;
        }
        for TableRow { cells, last, outcome: number } in rows {
            let cells: Vec<_> = cells.iter().map(String::as_str).collect();
            let painted = number.filter(|_| self.style.colour);
            let painted = painted.map(|number| (number, outcome_style(outcome.status)));
            out.write_all(columns.row(&cells, &last, painted).as_bytes())?;
        }
        Ok(())
    }

    /// One row; of a list, one an item.
    fn rows(&self, row: usize, outcome: &Outcome) -> Vec<TableRow> {
        let operation = &*self.info.operations[row];
        let now = Utc::now();
        let mark = if self.info.is_sandbox { SANDBOX } else { "" };
        let is_act = self.form != TableForm::Looks && outcome.answer.items.is_none();
        if is_act {
            let target = visible(operation.target()).into_owned();
            let detail = detail(&self.info, operation, outcome, now);
            return vec![self.act_row(row, outcome, target, format!("{mark}{detail}"))];
        }
        let is_read = outcome.fault.is_none() && outcome.status != Status::Planned;
        let readings = readings(operation, outcome, now).into_iter();
        readings
            .map(|Reading { target, state, times }| match self.form {
                TableForm::Looks => TableRow {
                    outcome: (!is_read && mark.is_empty()).then_some(1),
                    cells: vec![target, format!("{mark}{state}")],
                    last: times,
                },
                TableForm::Operations | TableForm::OneOperation => {
                    let between = if times.is_empty() { "" } else { ", " };
                    self.act_row(row, outcome, target, format!("{mark}{state}{between}{times}"))
                }
            })
            .collect()
    }

    fn act_row(&self, row: usize, outcome: &Outcome, target: String, last: String) -> TableRow {
        let mut cells = vec![outcome.status.as_str().to_owned()];
        if self.form == TableForm::Operations {
            cells.push(self.info.operations[row].spec().title());
        }
        cells.push(target);
        TableRow { cells, last, outcome: Some(0) }
    }

    fn count_request(&mut self, preview: &Preview) {
        let place = origin(&preview.url);
        match self.requests.iter_mut().find(|(known, _)| known == place) {
            Some((_, number)) => *number += 1,
            None => self.requests.push((place.to_owned(), 1)),
        }
    }
}

/// The scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[host..].find(['/', '?']).map_or(url.len(), |at| host + at);
    &url[..end]
}

fn outcome_style(status: Status) -> Style {
    match status {
        Status::Applied | Status::Read => AnsiColor::Green.on_default(),
        Status::NotApplied => AnsiColor::Red.on_default(),
        Status::Unknown => AnsiColor::Yellow.on_default(),
        Status::Skipped | Status::Planned => Style::new().dimmed(),
    }
}

impl Renderer for Table {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        let kind = outcome.fault.as_ref().map(|fault| fault.kind);
        if outcome.status == Status::Skipped && kind == Some(FaultKind::Interrupted) {
            self.interrupted += 1;
            return Ok(());
        }
        if let Some(preview) = outcome.preview.clone().filter(|preview| preview.first_row == row) {
            self.count_request(&preview);
        }
        match &mut self.whole {
            Some(rows) => rows[row] = Some(outcome),
            None => self.print(out, row, &outcome)?,
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary, _: u8) -> io::Result<()> {
        for (row, outcome) in self.whole.take().unwrap_or_default().into_iter().enumerate() {
            if let Some(outcome) = outcome {
                self.print(out, row, &outcome)?;
            }
        }
        for (place, number) in &self.requests {
            writeln!(out, "{} to {}", count(*number, "request"), visible(place))?;
        }
        if self.interrupted > 0 {
            let targets = count(self.interrupted, "target");
            writeln!(out, "{targets} skipped: the run was interrupted")?;
        }
        Ok(())
    }
}
