//! The environment's `LIVECTL_VENDOR_KEY` variables, which override a profile or replace it.

use std::collections::BTreeMap;
use std::ffi::OsString;

use zeroize::Zeroizing;

use super::secret_source::SecretSource;
use super::section::{Key, Section, ValueKind};
use super::selector::ProfileSelector;
use super::value::{Entries, Entry, Origin, Value};
use crate::error::{Error, Result};

/// The keys that environment variables set.
pub(super) struct EnvironmentKeys {
    pub(super) sections: BTreeMap<&'static str, Entries>,
    /// The variables, in the order of the sections.
    pub(super) variables: Vec<String>,
}

impl EnvironmentKeys {
    /// Reads the variables of every vendor. With `-p` they do not count, so their values are not checked.
    pub(super) fn read(selector: &ProfileSelector) -> Result<Self> {
        let mut keys = Self { sections: BTreeMap::new(), variables: Vec::new() };
        let mut problems = Vec::new();
        for section in selector.sections {
            for (name, key) in section.variables() {
                let Some(value) = selector.variable(&name) else { continue };
                match parse(key, value) {
                    Ok(value) => {
                        let entry = Entry { value, origin: Origin::Environment(name.clone()) };
                        keys.sections.entry(section.name).or_default().insert(key.name, entry);
                    }
                    Err(why) if selector.profile.is_none() => {
                        problems.push(format!("environment variable {name}: {why}"));
                    }
                    Err(_) => {}
                }
                keys.variables.push(name);
            }
        }
        if problems.is_empty() { Ok(keys) } else { Err(Error::config(problems.join("\n"))) }
    }

    /// Whether they name an account: a setting such as an endpoint alone does not.
    pub(super) fn hold_credentials(&self, sections: &[&Section]) -> bool {
        let is_required = |section: &Section, name: &str| {
            section.keys.iter().any(|key| key.required && key.name == name)
        };
        sections.iter().any(|section| {
            let entries = self.sections.get(section.name);
            entries.is_some_and(|entries| entries.keys().any(|name| is_required(section, name)))
        })
    }
}

fn parse(key: &Key, value: OsString) -> Result<Value, String> {
    let text = value.into_string().map_err(|_| "not UTF-8")?;
    if key.kind == ValueKind::Secret {
        return Ok(Value::Secret(SecretSource::Inline(Zeroizing::new(text))));
    }
    key.text(&text)
}
