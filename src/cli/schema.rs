//! `livectl schema [NAME]`: the JSON Schemas of everything that livectl prints and records as JSON.

use crate::api::param::Param;
use crate::api::reason::REASON;
use crate::api::spec::Vendors;
use crate::console::print_reference;
use crate::error::{Error, Result};
use crate::text::{nearest, visible};

/// Each schema with a placeholder wherever the vendors' tables give the words; the first is the default.
// A new operation or parameter needs no change of a schema.
pub static SCHEMAS: [(&str, &str); 7] = [
    ("results", include_str!("../output/schema.json")),
    ("journal", include_str!("../journal/schema.json")),
    ("log", include_str!("../log/schema.json")),
    ("config-check", include_str!("../config/check_schema.json")),
    ("config-show", include_str!("../config/show_schema.json")),
    ("watch", include_str!("../run/watch/schema.json")),
    ("doctor", include_str!("../doctor/schema.json")),
];

/// Prints the schema of this name and returns the exit code.
pub fn run(vendors: Vendors, name: Option<&str>) -> Result<u8> {
    let name = name.unwrap_or(SCHEMAS[0].0);
    let Some(schema) = schema(vendors, name) else {
        let names: Vec<_> = SCHEMAS.iter().map(|(name, _)| *name).collect();
        let meant = nearest(name, &names).map(|meant| format!("; did you mean `{meant}`?"));
        let error = Error::usage(format!("there is no schema {:?}", visible(name)));
        return Err(error.hint(format!(
            "the schemas are {}{}",
            names.join(", "),
            meant.unwrap_or_default()
        )));
    };
    Ok(print_reference(&schema))
}

/// The schema of this name with the words of these vendors' operations.
#[must_use]
pub fn schema(vendors: Vendors, name: &str) -> Option<String> {
    let (_, template) = SCHEMAS.iter().find(|(known, _)| *known == name)?;
    Some(filled(vendors, template))
}

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
    // Once: each operation that acts has it.
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
