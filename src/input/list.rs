//! A list of targets on standard input, one a line.

use std::io::BufRead;

use serde_json::Value;

use crate::api::operation_input::OperationInput;
use crate::error::{Error, Result};
use crate::input::lines::{InputLine, each_line, skip_bom, unreadable};
use crate::input::plan::Planner;
use crate::input::source::check_text;

const SOURCE: &str = "standard input";

/// Reads one target a line into the planner, each with the settings of `operation`; blank lines and lines that begin with
/// `#` are passed over, unless targets are taken exactly.
pub fn read(
    mut input: Box<dyn BufRead>,
    operation: &OperationInput<'_>,
    planner: &mut Planner<'_>,
) -> Result<()> {
    skip_bom(&mut input, SOURCE)?;
    check_text(&mut input, SOURCE, planner, None)?;
    let is_exact = planner.context.is_exact;
    if !is_exact {
        let start = input.fill_buf().map_err(|error| unreadable(SOURCE, &error))?;
        check_form(&String::from_utf8_lossy(start), planner)?;
    }
    each_line(input, SOURCE, |number, line| {
        match std::str::from_utf8(line) {
            // With `--exact`, blanks and `#` are part of a name; only the empty line is none.
            Ok("") => {}
            Ok(text) if !is_exact && text.trim().is_empty() => {}
            Ok(text) if !is_exact && text.starts_with('#') => planner.pass_over_comment(),
            Ok(text) => planner.add(&operation.on(text), InputLine::List(number)),
            Err(_) => planner.reject(number, "it is not UTF-8"),
        }
        Ok(())
    })
}

/// Reads the names of a list for a command that knows its targets, and counts the lines that are passed over as comments. A
/// line that is blank or begins with `#` is a name where `is_known` returns true: a stream may be called so.
pub fn read_names(
    mut input: Box<dyn BufRead>,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<(Vec<String>, usize)> {
    skip_bom(&mut input, SOURCE)?;
    let (mut names, mut comments) = (Vec::new(), 0);
    each_line(input, SOURCE, |number, line| {
        match std::str::from_utf8(line) {
            Ok(text) if is_known(text) => names.push(text.to_owned()),
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) if text.starts_with('#') => comments += 1,
            Ok(text) => names.push(text.to_owned()),
            Err(_) => {
                return Err(Error::input(format!("line {number} of {SOURCE} is not UTF-8")));
            }
        }
        Ok(())
    })?;
    Ok((names, comments))
}

/// The names of columns that a sheet of one column begins with.
const HEADERS: &str = "channel channel_id channels domain request_id requestid stream stream_name \
                       streams target targets";

/// The first line with a name and its number, where it is the header of a column.
fn header(start: &str) -> Option<(usize, &str)> {
    let mut lines = start.lines().map(str::trim).enumerate();
    let (number, first) = lines.find(|(_, line)| !line.is_empty() && !line.starts_with('#'))?;
    let word = first.trim_matches('"').to_lowercase().replace([' ', '-'], "_");
    HEADERS.split(' ').any(|header| header == word).then_some((number + 1, first))
}

/// Refuses, once, what another command has printed: the rows of a table would be targets of their own.
fn check_form(start: &str, planner: &Planner<'_>) -> Result<()> {
    if let Some((number, header)) = header(start) {
        let (file, command) = (planner.file_word(), planner.piped(None));
        let what = format!("line {number}: \"{header}\" looks like a header, not like a name");
        return Err(Error::input(what).hint(format!(
            "`sed {number}d {file} | {command}` leaves it out\nif the stream is really called so: --exact"
        )));
    }
    let first = start.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let Some((what, way)) = other_form(first, start) else { return Ok(()) };
    let what = format!("{what}, not one target a line");
    Err(match way {
        Way::Filter(filter) => planner.other_form(&what, &format!("jq -r '{filter}'"), None),
        Way::Advice(advice) => Error::input(format!("the input is {what}")).hint(advice),
    })
}

/// How targets are taken out of an input in another form.
enum Way {
    /// By `jq -r` with this filter.
    Filter(&'static str),
    Advice(&'static str),
}

/// The form of an input that is no list, by its first line.
fn other_form(first: &str, start: &str) -> Option<(&'static str, Way)> {
    let words: Vec<_> = first.split_whitespace().take(2).collect();
    if matches!(words[..], ["OUTCOME", "OPERATION"] | ["TARGET", "STATE"]) {
        let way = Way::Advice("print the names alone, with -o targets");
        return Some(("a table of livectl", way));
    }
    if first.starts_with("vendor,") || first.contains(",target,") {
        return Some(("CSV", Way::Advice("pass it to `livectl apply - --format csv`")));
    }
    let trimmed = first.trim_start();
    if trimmed.starts_with('[') && serde_json::from_str::<Vec<String>>(trimmed).is_ok() {
        return Some(("a JSON array", Way::Filter(".[]")));
    }
    match serde_json::from_str::<Value>(trimmed) {
        Ok(value) if value.get("operation").is_some() => {
            Some(("results of livectl", Way::Filter(".operation.target")))
        }
        Ok(value) if value.get("target").is_some() => {
            Some(("operations", Way::Advice("pass them to `livectl apply -`")))
        }
        // A document is printed over several lines.
        Err(_) if trimmed.starts_with('{') && start.contains("\"livectl/1\"") => {
            Some(("a result document of livectl", Way::Filter(".results[].operation.target")))
        }
        Ok(_) | Err(_) => None,
    }
}
