//! `livectl schema`: the JSON Schema of the result document.

use crate::console::print_reference;

/// The JSON Schema of the result document.
pub const SCHEMA: &str = include_str!("../output/schema.json");

/// Prints the schema and returns the exit code.
#[must_use]
pub fn run() -> u8 {
    print_reference(SCHEMA)
}
