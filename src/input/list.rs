//! A list of targets on standard input, one a line.

use std::io::BufRead;

use crate::api::operation_input::OperationInput;
use crate::error::Result;
use crate::input::lines::InputLine;
use crate::input::lines::{each_line, skip_bom};
use crate::input::plan::Planner;

const SOURCE: &str = "standard input";

/// Reads one target a line into the planner, each with the settings of `operation`; blank lines and lines that begin with
/// `#` are passed over, unless targets are taken exactly.
pub fn read(
    mut input: Box<dyn BufRead>,
    operation: &OperationInput<'_>,
    planner: &mut Planner<'_>,
) -> Result<()> {
    skip_bom(&mut input, SOURCE)?;
    let is_exact = planner.is_exact();
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
