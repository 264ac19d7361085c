//! `livectl log`: the runs, as a table, JSON, JSON Lines or CSV.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::console::layout::Columns;
use crate::error::{Error, Result};
use crate::journal::run_record::RunAuthor;
use crate::log::run_summary::RunSummary;
use crate::outcome::summary::Summary;
use crate::output::{Format, json};
use crate::text::{json_text, visible};
use crate::time::{self, Timestamp};

/// The `schema` of the documents of `livectl log`.
pub const SCHEMA: &str = "livectl-log/1";

/// A run as `-o json` and `-o jsonl` print it.
#[derive(Serialize)]
pub struct RunJson<'a> {
    run: &'a str,
    at: String,
    by: Option<&'a RunAuthor>,
    command: Option<&'a str>,
    profile: Option<&'a str>,
    exit: Option<u8>,
    undoes: Option<&'a str>,
    counts: CountsJson,
}

#[derive(Serialize)]
struct CountsJson {
    total: usize,
    applied: usize,
    read: usize,
    not_applied: usize,
    unknown: usize,
    skipped: usize,
    done_before: usize,
}

impl<'a> RunJson<'a> {
    /// The run for programs.
    #[must_use]
    pub fn new(run: &'a RunSummary) -> Self {
        let Summary { applied, read, not_applied, unknown, skipped, done_before, .. } = run.counts;
        let total = run.counts.total();
        let record = run.record.as_ref();
        Self {
            run: run.id.as_str(),
            at: time::millis(run.at),
            by: record.map(|record| &record.by),
            command: record.map(|record| record.command.as_str()),
            profile: run.profile.as_deref(),
            exit: run.exit,
            undoes: record.and_then(|record| record.undoes.as_deref()),
            counts: CountsJson { total, applied, read, not_applied, unknown, skipped, done_before },
        }
    }
}

/// Prints the runs, the newest last.
pub fn print(
    out: &mut dyn Write,
    runs: &[RunSummary],
    format: Format,
    width: Option<usize>,
    now: Timestamp,
) -> Result<io::Result<()>> {
    Ok(match format {
        Format::Table => out.write_all(table(runs, width, now).as_bytes()),
        Format::Json => {
            let runs: Vec<_> = runs.iter().map(RunJson::new).collect();
            print_document(out, &[("runs", &runs)])
        }
        Format::Jsonl => runs.iter().try_for_each(|run| print_line(out, &RunJson::new(run))),
        Format::Csv => csv(out, runs),
        Format::Targets | Format::Curl => {
            return Err(Error::usage("a list of runs has no targets").hint(
                "`livectl log RUN -o targets` prints those of a run; a list takes table, json, jsonl or csv",
            ));
        }
    })
}

/// Prints a document of these members.
// Item by item, as it is written: a document of all runs need not fit in memory twice.
pub fn print_document<T: Serialize>(
    out: &mut dyn Write,
    members: &[(&str, &[T])],
) -> io::Result<()> {
    write!(out, "{{\"schema\":\"{SCHEMA}\"")?;
    for (name, items) in members {
        write!(out, ",\n \"{name}\":[")?;
        for (index, item) in items.iter().enumerate() {
            write!(out, "{}\n  {}", if index == 0 { "" } else { "," }, json::to_line(item)?)?;
        }
        write!(out, "]")?;
    }
    writeln!(out, "}}")
}

/// Prints one value as a line.
pub fn print_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", json::to_line(value)?)
}

fn table(runs: &[RunSummary], width: Option<usize>, now: Timestamp) -> String {
    let here = crate::process::host();
    let header = ["RUN", "WHEN", "BY", "OUTCOME", "COMMAND"].map(str::to_owned);
    let rows = runs.iter().map(|run| {
        let command = run.record.as_ref().map_or("", |record| &record.command);
        [
            run.id.to_string(),
            time::local(run.at, now),
            author(run.record.as_ref().map(|record| &record.by), here.as_deref()),
            outcomes(run),
            visible(command).into_owned(),
        ]
    });
    rows_of(&std::iter::once(header).chain(rows).collect::<Vec<_>>(), width)
}

/// Rows in columns, the last of which takes what is left of the width.
#[must_use]
pub fn rows_of<const N: usize>(rows: &[[String; N]], width: Option<usize>) -> String {
    let columns = Columns { width, ..Columns::fit(rows.iter()) };
    let text = |row: &[String; N]| match row.split_last() {
        Some((last, cells)) => columns.row(cells, last),
        None => String::new(),
    };
    rows.iter().map(text).collect()
}

/// Who ran it: the user behind `sudo` where there is one, and the machine where it is another.
// Behind `sudo` every operator is root, which names no one.
#[must_use]
pub fn author(by: Option<&RunAuthor>, here: Option<&str>) -> String {
    let Some(by) = by else { return "-".into() };
    let user = by.sudo_user.as_deref().or(by.user.as_deref()).unwrap_or("?");
    let host = by.host.as_deref().filter(|host| Some(*host) != here);
    visible(&host.map_or(user.to_owned(), |host| format!("{user}@{host}"))).into_owned()
}

/// How many targets came out how, in the words of the outcomes.
fn outcomes(run: &RunSummary) -> String {
    let Summary { applied, read, not_applied, unknown, skipped, .. } = run.counts;
    let counts = [
        (applied, "applied"),
        (read, "read"),
        (not_applied, "not_applied"),
        (unknown, "unknown"),
        (skipped, "skipped"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts = counts.map(|(number, word)| format!("{number} {word}"));
    let end = run.exit.is_none().then(|| "did not end".to_owned());
    counts.chain(end).collect::<Vec<_>>().join(", ")
}

fn csv(out: &mut dyn Write, runs: &[RunSummary]) -> io::Result<()> {
    const HEADER: &str = "run,at,user,sudo_user,host,command,profile,exit,undoes,applied,read,\
                          not_applied,unknown,skipped,done_before";
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER.split(','))?;
    for run in runs {
        let json = serde_json::to_value(RunJson::new(run))?;
        // A column is a member of the run, of its author or of its counts; no two of them have one name.
        let parts = [&json, &json["by"], &json["counts"]];
        let of_run = |name| cell(parts.iter().find_map(|part| part.get(name)));
        writer.write_record(HEADER.split(',').map(of_run))?;
    }
    writer.flush()
}

/// A value as a cell of a spreadsheet, empty where there is none.
#[must_use]
pub fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(value) => json_text(value),
    }
}
