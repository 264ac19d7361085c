//! JSON Lines: one operation a line. Owns the form of the input; members and values are read by
//! [`OperationInput`](crate::api::operation_input::OperationInput).

use std::io::BufRead;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::input::lines::{InputLine, each_line};
use crate::input::plan::Planner;

pub(super) fn read(
    mut input: Box<dyn BufRead>,
    source: &str,
    planner: &mut Planner<'_>,
) -> Result<()> {
    let start = input.fill_buf().unwrap_or_default().to_vec();
    let mut is_first = true;
    each_line(input, source, |number, line| {
        let Ok(text) = std::str::from_utf8(line) else {
            planner.reject(number, "it is not UTF-8");
            return Ok(());
        };
        if text.trim().is_empty() {
            return Ok(());
        }
        // On the first line alone: after an operation, another form is a bad line.
        if std::mem::take(&mut is_first) {
            check_form(text, &start, planner)?;
        }
        // Serde would take an array for the object's values in order.
        if !text.trim_start().starts_with('{') {
            planner.reject(number, "it is not a JSON object");
            return Ok(());
        }
        match planner.input(text) {
            Ok(input) => planner.add(&input, InputLine::Line(number)),
            Err(error) => planner.reject(number, &json_problem(&error)),
        }
        Ok(())
    })
}

/// Refuses, once, what is JSON or CSV in another form than one operation a line, with the command that converts it. `start`
/// is the beginning of the input.
fn check_form(line: &str, start: &[u8], planner: &Planner<'_>) -> Result<()> {
    const DOCUMENT: &str = "a result document of livectl, not operations";
    let refuse = |what: &str, filter: &str| {
        Err(planner.other_form(what, &format!("jq -c '{filter}'"), None))
    };
    let trimmed = line.trim_start();
    if trimmed.starts_with('[') {
        return refuse("a JSON array, not one JSON object a line", ".[]");
    }
    if !trimmed.starts_with('{') {
        if line.contains("vendor") && line.contains("target") {
            return Err(Error::input("the input is CSV, not JSON Lines").hint("pass --format csv"));
        }
        return Ok(());
    }
    let is_document = || String::from_utf8_lossy(start).contains("\"livectl/1\"");
    match serde_json::from_str::<Value>(trimmed) {
        Ok(value) if value.get("operation").is_some_and(Value::is_object) => {
            refuse("results of livectl, not operations", ".operation")
        }
        Ok(value) if value.get("results").is_some() => refuse(DOCUMENT, ".results[].operation"),
        // The first line ends within a value: the document is printed over several lines.
        Err(error) if error.is_eof() && is_document() => refuse(DOCUMENT, ".results[].operation"),
        Err(error) if error.is_eof() => {
            refuse("a JSON document of several lines, not one JSON object a line", ".")
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The parser's message.
pub(super) fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // Without its line number, which is always 1: it gets one line at a time.
    let what = text.split(" at line ").next().unwrap_or_default();
    let not = if error.is_data() { "" } else { "it is not JSON: " };
    format!("{not}{what} (column {})", error.column())
}
