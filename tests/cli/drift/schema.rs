//! The JSON Schema lists the words of the program.

use livectl::cli::schema::SCHEMAS;

use super::{all_pages, effects, error_kinds, kinds, statuses};
use crate::prelude::*;

fn schema() -> Value {
    let ran = TestHome::empty().run(["schema"]).exits(0);
    ran.json()
}

/// A validator of the whole document, or of one of the schema's definitions.
pub(super) fn validator(of: &str) -> jsonschema::Validator {
    let mut schema = schema();
    if of != "document" {
        schema = json!({ "$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": format!("#/$defs/{of}") });
    }
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn schema_lists_the_words_of_the_program() {
    let schema = schema();
    let words = |pointer: &str| -> BTreeSet<String> {
        let words = schema
            .pointer(pointer)
            .and_then(Value::as_array)
            .unwrap_or_else(|| panic!("{pointer}"));
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let set = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let result = "/$defs/result/properties";
    let expected = set(statuses().iter().map(|status| status.as_str()).collect());
    assert_eq!(words(&format!("{result}/outcome/enum")), expected);
    let expected = set(effects().iter().map(|effect| effect.as_str()).collect());
    assert_eq!(words(&format!("{result}/effect/enum")), expected);
    let expected = set(kinds().iter().map(|kind| kind.as_str()).collect());
    assert_eq!(words(&format!("{result}/error/anyOf/1/properties/kind/enum")), expected);
    let expected = set(error_kinds().iter().map(|kind| kind.as_str()).collect());
    assert_eq!(words("/properties/error/anyOf/1/properties/kind/enum"), expected);
    let operation = "/$defs/operation/properties";
    let expected = set(VENDORS.operations().map(|action| action.vendor.as_str()).collect());
    assert_eq!(words(&format!("{operation}/vendor/enum")), expected);
    let expected = set(VENDORS.operations().map(|action| action.name).collect());
    assert_eq!(words(&format!("{operation}/action/enum")), expected);
    let params = VENDORS.operations().flat_map(|action| action.params).map(|param| param.name);
    let keys = params.chain(["vendor", "action", "target", "id", "profile"]);
    let listed: BTreeSet<_> =
        schema.pointer(operation).unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(listed, set(keys.collect()));
    assert_eq!(
        // `request` is that of a dry run, `line` that of lines that come.
        words("/$defs/result/required").len() + 2,
        schema.pointer(result).unwrap().as_object().unwrap().len()
    );
}

#[test]
fn every_schema_names_its_documents() {
    for (name, _) in SCHEMAS {
        let ran = TestHome::empty().run(["schema", name]).exits(0);
        let schema = ran.json();
        jsonschema::validator_for(&schema).unwrap();
        assert!(schema["title"].as_str().unwrap().starts_with("livectl"), "{name}");
        let page = all_pages();
        assert!(page.contains(&format!("`livectl schema {name}`")) || name == "results", "{name}");
    }
    TestHome::empty().run(["schema", "doctr"]).exits(2).reports("did you mean `doctor`?");
}

#[test]
fn reports_name_their_schema() {
    let home = TestHome::new("http://127.0.0.1:9");
    for (command, id) in [
        ("config check", "livectl-config-check/1"),
        ("config show", "livectl-config-show/1"),
        ("--sandbox doctor", "livectl-doctor/1"),
        ("--sandbox doctor --signed", "livectl-doctor/1"),
    ] {
        assert_eq!(home.run_json(command).json()["schema"], id, "{command}");
    }
    let empty = TestHome::empty().run_json("config check").json();
    assert_eq!((&empty["schema"], &empty["ok"]), (&json!("livectl-config-check/1"), &json!(false)));
}
