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
    /// Reads the variables of every vendor.
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
                    // With `-p` they do not count.
                    Err(_) => {}
                }
                keys.variables.push(name);
            }
        }
        if problems.is_empty() { Ok(keys) } else { Err(Error::config(problems.join("\n"))) }
    }

    /// Whether they name an account.
    pub(super) fn have_credentials(&self, sections: &[&Section]) -> bool {
        // A setting such as an endpoint alone signs nothing.
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
        // Checked when it is fetched, like the secrets from elsewhere.
        return Ok(Value::Secret(SecretSource::Inline(Zeroizing::new(text))));
    }
    key.text(&text)
}
