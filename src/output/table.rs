//! `-o table`, for people: a row a target. Names are never cut, since people copy them; text from outside is escaped.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::rc::Rc;

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Width};
use unicode_width::UnicodeWidthStr;

use super::{Renderer, RunInfo};
use crate::api::operation::Operation;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;
use crate::outcome::summary::Summary;
use crate::outcome::{Outcome, Status};
use crate::text::{count, excerpt, visible};
use crate::time::{self, Timestamp};

/// Runs up to this many targets are printed whole, in the order of the input; of larger ones, rows as they settle.
const WHOLE: usize = 100;

/// The least width, in columns, that is worth to have beside the names.
const LEAST_DETAIL: u16 = 24;

/// The columns between two cells.
const GAP: u16 = 2;

/// How much of a text stands in a cell, in characters.
const CELL: usize = 400;

const HEADER: [&str; 4] = ["OUTCOME", "OPERATION", "TARGET", "DETAIL"];

/// Where a table is printed.
#[derive(Clone, Copy, Debug)]
pub struct TableStyle {
    /// The terminal's width in columns; `None` for a pipe, where every row is one line.
    pub width: Option<u16>,
    /// Outcomes are painted.
    pub colour: bool,
}

/// `-o table`.
pub struct Table {
    info: Rc<RunInfo>,
    columns: TableColumns,
    /// Rows that wait for the end of a small run.
    whole: Option<Vec<Option<Outcome>>>,
    has_header: bool,
}

impl Table {
    /// Ready for the first row.
    #[must_use]
    pub fn new(info: Rc<RunInfo>, style: TableStyle) -> Self {
        let operations = &info.operations;
        let widest = |cells: &mut dyn Iterator<Item = usize>, header: &str| {
            u16::try_from(cells.max().unwrap_or(0).max(header.len())).unwrap_or(u16::MAX)
        };
        let titles = &mut operations.iter().map(|operation| operation.spec().title().len());
        let targets = &mut operations.iter().map(|operation| visible(operation.target()).width());
        let outcomes =
            &mut std::iter::once(if info.is_dry_run { "planned" } else { "not_applied" }.len());
        let widths =
            [widest(outcomes, HEADER[0]), widest(titles, HEADER[1]), widest(targets, HEADER[2])];
        let whole = (operations.len() <= WHOLE).then(|| vec![None; operations.len()]);
        Self { info, columns: TableColumns { style, widths }, whole, has_header: false }
    }

    fn print(&mut self, out: &mut dyn Write, row: usize, outcome: &Outcome) -> io::Result<()> {
        if !self.has_header {
            self.has_header = true;
            out.write_all(self.columns.lines(HEADER.map(str::to_owned)).as_bytes())?;
        }
        let operation = &*self.info.operations[row];
        let cells = [
            outcome.status.as_str().to_owned(),
            operation.spec().title(),
            visible(operation.target()).into_owned(),
            if self.info.is_sandbox {
                format!("sandbox: {}", self.detail(operation, outcome))
            } else {
                self.detail(operation, outcome)
            },
        ];
        let lines = self.columns.lines(cells);
        let lines = if self.columns.style.colour { paint(&lines, outcome) } else { lines };
        out.write_all(lines.as_bytes())
    }

    fn detail(&self, operation: &dyn Operation, outcome: &Outcome) -> String {
        if let Some(fault) = &outcome.fault {
            let hint = fault.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            return excerpt(&format!("{}{hint}", fault.message), CELL);
        }
        if let Some(items) = &outcome.answer.items {
            return self.list(items);
        }
        let effect = operation.spec().effect;
        let state = outcome.answer.state.as_deref().map(|state| visible(state).into_owned());
        let mut detail = match (state, outcome.answer.verified) {
            (Some(state), Some(_)) => format!("{}, verified as {state}", effect.words()),
            (Some(state), None) if effect == Effect::None => state,
            (_, None) if self.info.is_verifying && effect != Effect::None => {
                format!("{}, not verified", effect.words())
            }
            (_, _) => effect.words().to_owned(),
        };
        for (key, value) in operation.settings() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = write!(detail, ", {key} {}", visible(&value));
        }
        match &outcome.preview {
            Some(preview) => format!("{detail}: {} {}", preview.method, visible(&preview.url)),
            None => detail,
        }
    }

    /// How many, and each on a line of its own in a terminal.
    fn list(&self, items: &[ListItem]) -> String {
        let between = if self.columns.style.width.is_some() { "\n" } else { "; " };
        let items_shown = items.iter().map(|item| excerpt(&shown(item), CELL));
        std::iter::once(count(items.len(), "stream"))
            .chain(items_shown)
            .collect::<Vec<_>>()
            .join(between)
    }
}

/// An item in few words; one that cannot be read as the vendor gives it.
fn shown(item: &ListItem) -> String {
    let Some(target) = &item.target else { return item.vendor.to_string() };
    let moment = |word: &str, at: Option<Timestamp>| {
        at.map_or(String::new(), |at| format!(" {word} {}", time::seconds(at)))
    };
    format!("{target}{}{}", moment("since", item.since), moment("until", item.until))
}

/// Three columns of names, each as wide as its longest, and one of details.
pub struct TableColumns {
    /// Where they are printed.
    pub style: TableStyle,
    /// The widths of the names.
    pub widths: [u16; 3],
}

impl TableColumns {
    /// One row in fixed columns. In a terminal its detail wraps in the last column, or below the row where names leave no
    /// room beside them; in a pipe every row is one line.
    #[must_use]
    pub fn lines(&self, cells: [String; 4]) -> String {
        let names: u16 =
            self.widths.iter().fold(0, |sum, width| sum.saturating_add(*width).saturating_add(GAP));
        let detail = self.style.width.map(|width| (width, width.saturating_sub(names)));
        let [first, second, third, text] = cells;
        match detail {
            Some((width, beside)) if beside < LEAST_DETAIL => {
                let row = self.arrange(vec![first, second, third], u16::MAX);
                row + &indented(text, width)
            }
            Some((_, beside)) => self.arrange(vec![first, second, third, text], beside),
            None => self.arrange(vec![first, second, third, text], u16::MAX),
        }
    }

    fn arrange(&self, cells: Vec<String>, detail: u16) -> String {
        let mut table = bare(cells);
        for (index, column) in table.column_iter_mut().enumerate() {
            if let Some(width) = self.widths.get(index) {
                let width = Width::Fixed(width.saturating_add(GAP));
                column.set_padding((0, GAP)).set_constraint(ColumnConstraint::Absolute(width));
            } else {
                let most = Width::Fixed(detail);
                column.set_padding((0, 0)).set_constraint(ColumnConstraint::UpperBoundary(most));
            }
        }
        print(&table)
    }
}

fn bare(cells: Vec<String>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::MAX)
        .add_row(cells);
    table
}

fn indented(text: String, width: u16) -> String {
    let mut table = bare(vec![text]);
    for column in table.column_iter_mut() {
        column
            .set_padding((GAP, 0))
            .set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(width)));
    }
    print(&table)
}

fn print(table: &comfy_table::Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn paint(lines: &str, outcome: &Outcome) -> String {
    let style = match outcome.status {
        Status::Applied | Status::Read => AnsiColor::Green.on_default(),
        Status::NotApplied => AnsiColor::Red.on_default(),
        Status::Unknown => AnsiColor::Yellow.on_default(),
        Status::Skipped | Status::Planned => Style::new().dimmed(),
    };
    let word = outcome.status.as_str();
    match lines.strip_prefix(word) {
        Some(rest) => format!("{style}{word}{style:#}{rest}"),
        None => lines.to_owned(),
    }
}

impl Renderer for Table {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
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
        Ok(())
    }
}
