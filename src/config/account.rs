//! [`Account`]: a vendor's keys as they hold for one run.

use std::fmt;

use zeroize::Zeroizing;

use super::source::{FilePolicy, ValueSource};
use super::{Entries, Entry, Key, Origin, Section, Value, ValueKind};
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;
use crate::secret::Secret;
use crate::text::visible;

/// A vendor's keys as they hold for this run.
pub struct Account {
    pub(super) section: &'static Section,
    pub(super) profile: Option<String>,
    pub(super) entries: Entries,
    pub(super) trust: FilePolicy,
    /// The command that says whether it is complete.
    pub(super) check: String,
}

impl Account {
    /// An account that the program itself makes up, as for its sandbox; every value is taken as it is.
    #[must_use]
    pub fn made_up(
        section: &'static Section,
        profile: &str,
        values: &[(&'static str, &str)],
    ) -> Self {
        let entry = |name: &'static str, text: &str| {
            let is_secret = section.key(name).is_some_and(|key| key.form == ValueKind::Secret);
            let value = if is_secret {
                Value::Secret(ValueSource::Inline(Zeroizing::new(text.to_owned())))
            } else {
                Value::Text(text.to_owned())
            };
            (name, Entry { value, origin: Origin::Default })
        };
        let entries = values.iter().map(|(name, text)| entry(name, text)).collect();
        let profile = Some(profile.to_owned());
        Self {
            section,
            profile,
            entries,
            trust: FilePolicy::default(),
            check: "livectl config check".into(),
        }
        .with_defaults()
    }

    pub(super) fn with_defaults(mut self) -> Self {
        let api = self.api().to_owned();
        for key in self.section.keys_of(&api) {
            if let Some(default) = key.default {
                let entry =
                    || Entry { value: Value::Text(default.to_owned()), origin: Origin::Default };
                self.entries.entry(key.name).or_insert_with(entry);
            }
        }
        self
    }

    /// The generation of the vendor's API that it is for; empty for a vendor with one API.
    #[must_use]
    pub fn api(&self) -> &str {
        self.section.api(&self.entries)
    }

    /// The value of a key that is no secret; its default where nobody gave one.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.entries.get(key).and_then(Entry::text)
    }

    /// The endpoint that is set, or the vendor's own where its API has one.
    #[must_use]
    pub fn endpoint(&self) -> Option<Endpoint> {
        self.text("endpoint")?.parse().ok()
    }

    /// Where a key's value came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.entries.get(key).map(|entry| &entry.origin)
    }

    /// Fetches a secret from where it is, and refuses one that cannot be meant.
    pub fn secret(&self, key: &str) -> Result<Secret> {
        let Some(Entry { value: Value::Secret(source), .. }) = self.entries.get(key) else {
            return Err(Error::config(self.complain(key, "not set"))
                .hint(format!("set it, then `{}`", self.check)));
        };
        let hint = || format!("fix it, then `{}`", self.check);
        let refuse = |why: String| Error::config(self.complain(key, &why)).hint(hint());
        let text = source.fetch(&self.trust).map_err(refuse)?;
        if let Some(key) = self.section.key(key) {
            (key.check)(&text).map_err(refuse)?;
        }
        Ok(Secret::new(text.to_string()))
    }

    /// Fetches every secret that is there, and says of each that cannot be meant why not.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let is_there =
            |key: &&Key| key.form == ValueKind::Secret && self.entries.contains_key(key.name);
        let secrets = self.section.keys_of(self.api()).filter(is_there);
        secrets
            .filter_map(|key| self.secret(key.name).err())
            .map(|error| error.to_string())
            .collect()
    }

    /// The vendor's section.
    #[must_use]
    pub fn section(&self) -> &'static Section {
        self.section
    }

    /// The command that says whether the account is complete.
    #[must_use]
    pub fn check(&self) -> &str {
        &self.check
    }

    /// A complaint about a key, with its place and its profile.
    pub(super) fn complain(&self, key: &str, why: &str) -> String {
        let place = self.origin(key).map(|origin| format!("{origin}: ")).unwrap_or_default();
        let profile = self
            .profile
            .as_deref()
            .map(|name| format!(" of profile \"{}\"", visible(name)))
            .unwrap_or_default();
        format!("{place}{}{profile}: {why}", self.section.path(key))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("section", &self.section.name).finish_non_exhaustive()
    }
}
