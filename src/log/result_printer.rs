//! [`ResultPrinter`]: prints the results of one run, as they are read, in each form of output.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;
use serde_json::value::RawValue;
use strum::VariantArray as _;

use crate::console::Console;
use crate::error::{Error, Result};
use crate::log::run_list::{self, RunJson, cell, rows_of};
use crate::log::run_results::ok_operation;
use crate::log::run_summary::RunSummary;
use crate::outcome::fault::FaultKind;
use crate::output::cells::shown_settings;
use crate::output::csv::RESULT;
use crate::output::targets::{self, NameLines};
use crate::output::{Format, json};
use crate::text::visible;
use crate::time::{self, Timestamp};

/// Prints results as they are read.
// Only rows, whose columns depend on all of them, are kept until the end: a run may have a million results.
pub struct ResultPrinter<'a> {
    out: &'a mut dyn Write,
    format: Format,
    /// The first error of writing; nothing more is written after it.
    written: io::Result<()>,
    kept: Vec<Value>,
    names: ResultNames,
    is_first: bool,
}

impl<'a> ResultPrinter<'a> {
    /// Begins the output of this run.
    pub fn begin(out: &'a mut dyn Write, format: Format, run: &RunSummary) -> Result<Self> {
        let written = match format {
            Format::Curl => return Err(Error::usage("a record is no request to print as curl")),
            Format::Json => json::to_line(&RunJson::new(run)).and_then(|head| {
                let schema = run_list::SCHEMA;
                write!(out, "{{\"schema\":\"{schema}\",\n \"runs\":[\n  {head}],\n \"results\":[")
            }),
            Format::Jsonl | Format::Table | Format::Csv | Format::Targets => Ok(()),
        };
        let (kept, names) = (Vec::new(), ResultNames::default());
        Ok(Self { out, format, written, kept, names, is_first: true })
    }

    /// Prints one result.
    pub fn print(&mut self, text: &str) {
        if self.written.is_err() {
            return;
        }
        let out = &mut *self.out;
        self.written = match self.format {
            Format::Jsonl => print_text(out, text).and_then(|()| writeln!(out)),
            Format::Json => {
                let before = if std::mem::take(&mut self.is_first) { "\n  " } else { ",\n  " };
                write!(out, "{before}").and_then(|()| print_text(out, text))
            }
            Format::Targets => self.names.print(out, text),
            Format::Table | Format::Csv | Format::Curl => {
                // Null where it is no result: a foreign journal may lack any of its members.
                self.kept.push(serde_json::from_str(text).unwrap_or_default());
                Ok(())
            }
        };
    }

    /// Prints the rest; returns the error about names that are left out.
    pub fn end(
        self,
        width: Option<usize>,
        now: Timestamp,
        console: Console,
    ) -> io::Result<Option<String>> {
        let Self { out, format, written, kept, names, .. } = self;
        written?;
        match format {
            Format::Jsonl | Format::Curl => {}
            Format::Json => writeln!(out, "]}}")?,
            Format::Csv => csv(out, &kept)?,
            Format::Table => out.write_all(table(&kept, width, now).as_bytes())?,
            Format::Targets => {
                names.is_mixed.then(|| console.note(targets::MIXED));
                return Ok(names.lines.left_out());
            }
        }
        Ok(None)
    }
}

/// The names of results that are ok.
#[derive(Default)]
struct ResultNames {
    lines: NameLines,
    /// The place of the first of them.
    first: Option<[String; 3]>,
    is_mixed: bool,
}

impl ResultNames {
    fn print(&mut self, out: &mut dyn Write, result: &str) -> io::Result<()> {
        let Some(operation) = ok_operation(result) else { return Ok(()) };
        let part = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
        let place = [operation.vendor.to_string(), part(&operation.domain), part(&operation.app)];
        self.is_mixed |= *self.first.get_or_insert_with(|| place.clone()) != place;
        self.lines.print(out, &operation.target)
    }
}

/// The operation's word, the target and what became of it, for people: times in this machine's zone.
fn row(result: &Value, now: Timestamp) -> [String; 4] {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let operation = &result["operation"];
    let detail = match &result["error"] {
        Value::Null => {
            let settings = operation.as_object().into_iter().flatten().filter(|(name, _)| {
                !["vendor", "action", "target", "profile"].contains(&name.as_str())
            });
            let settings = settings.map(|(name, value)| (name.as_str(), value)).collect();
            shown_settings(settings, now).collect::<Vec<_>>().join(", ")
        }
        error => fault_message(error, now),
    };
    let title = format!("{} {}", text(&operation["vendor"]), text(&operation["action"]));
    [text(&result["outcome"]), title, text(&operation["target"]), detail]
        .map(|cell| visible(&cell).into_owned())
}

/// The message of a fault. A vendor's message is printed unchanged.
fn fault_message(error: &Value, now: Timestamp) -> String {
    let message = error["message"].as_str().unwrap_or_default();
    let kind = FaultKind::VARIANTS.iter().find(|kind| error["kind"] == kind.as_str());
    match kind {
        Some(kind) if kind.has_own_moments() => time::localized(message, now),
        _ => message.to_owned(),
    }
}

/// Results as rows for people.
fn table(results: &[Value], width: Option<usize>, now: Timestamp) -> String {
    let header = ["OUTCOME", "OPERATION", "TARGET", "DETAIL"].map(str::to_owned);
    let rows: Vec<_> =
        std::iter::once(header).chain(results.iter().map(|result| row(result, now))).collect();
    rows_of(&rows, width)
}

/// Results as rows for a spreadsheet: the columns of their operations, then those of the result.
fn csv(out: &mut dyn Write, results: &[Value]) -> io::Result<()> {
    let mut columns: Vec<&str> = Vec::new();
    for operation in results.iter().filter_map(|result| result.get("operation")?.as_object()) {
        for name in operation.keys() {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
    }
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns.iter().copied().chain(RESULT))?;
    for result in results {
        let operation = columns.iter().map(|name| cell(result["operation"].get(name)));
        let fault = &result["error"];
        // As in the rows of a run: the vendor's message, else that of the fault.
        let message = Some(&result["message"]).filter(|message| !message.is_null());
        let outcome = RESULT.into_iter().map(|column| match column {
            "result.kind" => cell(fault.get("kind")),
            "result.message" => cell(message.or(fault.get("message"))),
            column => cell(result.get(column.trim_start_matches("result."))),
        });
        writer.write_record(operation.chain(outcome))?;
    }
    writer.flush()
}

/// A recorded result, with deceptive characters escaped.
fn print_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => write!(out, "{}", json::to_line(&raw)?),
        Err(_) => Ok(()),
    }
}
