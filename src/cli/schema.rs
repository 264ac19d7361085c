//! `livectl schema [NAME]`: the JSON Schemas of what livectl prints and records.

use crate::api::param::Param;
use crate::api::reason::REASON;
use crate::api::spec::Vendors;
use crate::console::print_reference;
use crate::error::{Error, Result};
use crate::text::{nearest, visible};

/// Each schema with a placeholder wherever the vendors' tables give the words; the first is the default.
pub static SCHEMAS: [(&str, &str); 3] = [
    ("results", include_str!("../output/schema.json")),
    ("journal", include_str!("../journal/schema.json")),
    ("log", include_str!("../log/schema.json")),
];

/// Prints the schema of this name and returns the exit code.
pub fn run(vendors: Vendors, name: Option<&str>) -> Result<u8> {
    let name = name.unwrap_or(SCHEMAS[0].0);
    let Some((_, template)) = SCHEMAS.iter().find(|(known, _)| *known == name) else {
        let names: Vec<_> = SCHEMAS.iter().map(|(name, _)| *name).collect();
        let meant = nearest(name, &names).map(|meant| format!("; did you mean `{meant}`?"));
        let error = Error::usage(format!("there is no schema {:?}", visible(name)));
        return Err(error.hint(format!(
            "the schemas are {}{}",
            names.join(", "),
            meant.unwrap_or_default()
        )));
    };
    Ok(print_reference(&filled(vendors, template)))
}

/// The schema of the results of these vendors' operations.
#[must_use]
pub fn schema(vendors: Vendors) -> String {
    filled(vendors, SCHEMAS[0].1)
}

/// The schema with the words of these vendors' operations.
fn filled(vendors: Vendors, template: &str) -> String {
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
    template
        .replace("\"VENDORS\"", &quoted(names))
        .replace("\"ACTIONS\"", &quoted(actions.into_iter()))
        .replace("\"PARAMS\": {}", &properties.collect::<Vec<_>>().join(",\n        "))
}

/// The words as a JSON array.
fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<_> = words.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", words.join(", "))
}
