//! `livectl schema`: the JSON Schema of the result document.

use crate::api::param::Param;
use crate::api::reason::REASON;
use crate::api::spec::Vendors;
use crate::console::print_reference;

/// The schema, with a placeholder wherever the vendors' tables give the words.
const TEMPLATE: &str = include_str!("../output/schema.json");

/// Prints the schema and returns the exit code.
#[must_use]
pub fn run(vendors: Vendors) -> u8 {
    print_reference(&schema(vendors))
}

/// The schema of the results of these vendors' operations.
#[must_use]
pub fn schema(vendors: Vendors) -> String {
    let names = vendors.iter().map(|vendor| vendor.name.as_str());
    let mut actions: Vec<_> = Vec::new();
    let mut params: Vec<&Param> = Vec::new();
    for spec in vendors.operations() {
        if !actions.contains(&spec.name) {
            actions.push(spec.name);
        }
        for param in spec.params.iter().filter(|param| param.name != REASON.name) {
            if params.iter().all(|other| other.name != param.name) {
                params.push(param);
            }
        }
    }
    params.push(&REASON);
    let properties = params.iter().map(|param| format!("\"{}\": {}", param.name, param.schema));
    TEMPLATE
        .replace("\"VENDORS\"", &quoted(names))
        .replace("\"ACTIONS\"", &quoted(actions.into_iter()))
        .replace("\"PARAMS\": {}", &properties.collect::<Vec<_>>().join(",\n        "))
}

/// The words as a JSON array.
fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<_> = words.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", words.join(", "))
}
