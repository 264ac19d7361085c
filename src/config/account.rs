//! [`Account`]: the keys of one vendor, with which its API is opened. Secrets are fetched on demand.

use std::fmt;

use zeroize::Zeroizing;

use super::secret_source::{FilePolicy, SecretSource};
use super::section::{Key, Section, ValueKind};
use super::value::{Entries, Entry, Origin, Value};
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;
use crate::secret::Secret;
use crate::text::{count, visible};

/// The keys of a vendor for this run.
pub struct Account {
    /// The vendor's section.
    pub section: &'static Section,
    pub(super) profile: Option<String>,
    pub(super) entries: Entries,
    pub(super) policy: FilePolicy,
    /// The command that checks the configuration.
    pub check: String,
    /// Whether its profile has `sandbox = true`: its endpoint is a simulator's.
    pub is_sandbox: bool,
}

impl Account {
    /// An account made of these values, as for the sandbox; none of them is checked.
    #[must_use]
    pub fn made_up(
        section: &'static Section,
        profile: &str,
        values: &[(&'static str, &str)],
    ) -> Self {
        let entry = |name: &'static str, text: &str| {
            let is_secret = section.key(name).is_some_and(|key| key.kind == ValueKind::Secret);
            let value = if is_secret {
                Value::Secret(SecretSource::Inline(Zeroizing::new(text.to_owned())))
            } else {
                Value::Text(text.to_owned())
            };
            (name, Entry { value, origin: Origin::Default })
        };
        let entries = values.iter().map(|(name, text)| entry(name, text)).collect();
        let (policy, check) = (FilePolicy::default(), "livectl config check".into());
        let profile = Some(profile.to_owned());
        Self { section, profile, entries, policy, check, is_sandbox: false }.with_defaults()
    }

    pub(super) fn with_defaults(mut self) -> Self {
        let api = self.api().to_owned();
        // Of the chosen version alone: a key such as `endpoint` has a default at each.
        for key in self.section.keys_of(&api) {
            if let Some(default) = key.default {
                self.entries.entry(key.name).or_insert_with(|| Entry::default(default));
            }
        }
        self
    }

    /// The version of the vendor's API that it is for; empty for a vendor with one API.
    #[must_use]
    pub fn api(&self) -> &str {
        self.section.api(&self.entries)
    }

    /// The value of a key that is no secret, or its default.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entries.get(key).and_then(Entry::text)
    }

    /// The endpoint that is set, or the default where the API has one.
    #[must_use]
    pub fn endpoint(&self) -> Option<Endpoint> {
        self.text("endpoint")?.parse().ok()
    }

    /// Where a key's value came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.entries.get(key).map(|entry| &entry.origin)
    }

    /// Fetches a secret, and refuses one that cannot be used.
    pub fn secret(&self, key: &str) -> Result<Secret> {
        self.fetch(key).map(|text| Secret::new(text.to_string()))
    }

    fn fetch(&self, key: &str) -> Result<Zeroizing<String>> {
        let Some(Entry { value: Value::Secret(source), .. }) = self.entries.get(key) else {
            return Err(Error::config(self.problem(key, "not set"))
                .hint(format!("set it, then `{}`", self.check)));
        };
        let hint = || format!("fix it, then `{}`", self.check);
        let refuse = |why: String| Error::config(self.problem(key, &why)).hint(hint());
        let text = source.fetch(&self.policy).map_err(refuse)?;
        // Here for every source: the parser has the inline secrets alone, and takes any text for one.
        if let Some(key) = self.section.key(key) {
            (key.check)(&text).map_err(refuse)?;
        }
        Ok(text)
    }

    /// Fetches a secret that the account may do without.
    pub fn optional_secret(&self, key: &str) -> Result<Option<Secret>> {
        self.entries.contains_key(key).then(|| self.secret(key)).transpose()
    }

    /// The account with every secret in place of its source; an error has the problems of all that cannot be used.
    // Once for all: a check and a signed call after it would run each program twice.
    pub fn fetched(mut self) -> Result<Self> {
        let is_set =
            |key: &&Key| key.kind == ValueKind::Secret && self.entries.contains_key(key.name);
        let secrets: Vec<_> = self.section.keys_of(self.api()).filter(is_set).collect();
        let mut problems = Vec::new();
        for key in secrets {
            match self.fetch(key.name) {
                Ok(text) => {
                    let value = Value::Secret(SecretSource::Inline(text));
                    self.entries.entry(key.name).and_modify(|entry| entry.value = value);
                }
                Err(error) => problems.push(error.to_string()),
            }
        }
        if problems.is_empty() {
            return Ok(self);
        }
        Err(Error::config(problems.join("\n")).hint(format!("fix it, then `{}`", self.check)))
    }

    /// Notes on keys with a length that the vendor's keys do not have, as where only a part was copied.
    #[must_use]
    pub fn length_notes(&self) -> Vec<String> {
        let is_simulated = self.endpoint().is_some_and(|endpoint| endpoint.is_loopback());
        // A simulator takes any key, and temporary keys are longer.
        if is_simulated || self.entries.contains_key("security_token") {
            return Vec::new();
        }
        let note = |key: &'static Key| {
            let usual = key.usual_length.as_ref()?;
            let length = match &self.entries.get(key.name)?.value {
                Value::Text(text) => text.chars().count(),
                Value::Secret(SecretSource::Inline(text)) => text.chars().count(),
                // Its length is known once it is fetched.
                Value::Secret(_) => return None,
            };
            let (least, most) = (usual.start(), usual.end());
            let usual_text =
                if least == most { least.to_string() } else { format!("{least} to {most}") };
            (!usual.contains(&length)).then(|| {
                let (path, length) = (self.section.path(key.name), count(length, "character"));
                format!(
                    "{path} has {length} instead of {usual_text}: check that it was copied whole"
                )
            })
        };
        self.section.keys_of(self.api()).filter_map(note).collect()
    }

    /// The keys whose secret a program prints, each with the program.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&'static str, String)> {
        let secrets = self.section.keys_of(self.api()).filter(|key| key.kind == ValueKind::Secret);
        secrets.filter_map(|key| {
            let Value::Secret(source) = &self.entries.get(key.name)?.value else { return None };
            Some((key.name, source.program()?))
        })
    }

    /// A problem of a key, with its origin and its profile.
    pub(super) fn problem(&self, key: &str, why: &str) -> String {
        let origin = self.origin(key).map(|origin| format!("{origin}: ")).unwrap_or_default();
        let profile = self.profile.as_deref();
        let profile = profile.map(|name| format!(" of profile \"{}\"", visible(name)));
        let profile = profile.unwrap_or_default();
        format!("{origin}{}{profile}: {why}", self.section.path(key))
    }
}

// By hand: an entry has no `Debug`, since its value may be a secret.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("section", &self.section.name).finish_non_exhaustive()
    }
}
