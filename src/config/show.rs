//! `config show`: every key of the profile, its value and its origin; no secret is fetched.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::load::load;
use super::section::{Key, Section, ValueKind};
use super::selector::ProfileSelector;
use super::settings::SETTINGS;
use super::value::{Entries, Origin, Value};
use crate::console::layout::{self, Columns};
use crate::error::Result;
use crate::net::proxy;
use crate::secret::redact;
use crate::text::{visible, visible_path};

/// The result of `config show`.
#[derive(Debug)]
pub struct ProfileListing {
    file: Option<PathBuf>,
    profile: Option<String>,
    rows: Vec<KeyRow>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct KeyRow {
    /// The key as messages print it.
    path: String,
    is_secret: bool,
    /// `set` for a secret.
    value: Option<String>,
    origin: Option<Origin>,
    /// Where a secret is fetched from, if it is not at its origin.
    source: Option<String>,
}

/// Lists the values that a run would use.
pub fn show(selector: &ProfileSelector) -> Result<ProfileListing> {
    let profile = load(selector)?;
    let mut rows = Vec::new();
    for section in selector.sections {
        let account = profile.gather(section).0;
        let keys = section.keys_of(account.api());
        rows.extend(keys.map(|key| KeyRow::of(section, key, &account.entries)));
    }
    rows.extend(SETTINGS.keys.iter().map(|key| KeyRow::of(&SETTINGS, key, &profile.settings)));
    let mut notes = profile.notes.clone();
    // As a run resolves it: a variable may name a proxy, or stop each run, where the profile sets none.
    if profile.proxy.is_none() {
        match proxy::environment(&|name| selector.variable(name)) {
            Ok(names) if names.is_empty() => {}
            Ok(names) => {
                notes.push(format!("the proxy is the environment's: {}", names.join(", ")));
            }
            Err(error) => notes.push(error.to_string()),
        }
    }
    Ok(ProfileListing { file: profile.file.clone(), notes, profile: profile.name, rows })
}

impl KeyRow {
    fn of(section: &Section, key: &Key, entries: &Entries) -> Self {
        let entry = entries.get(key.name);
        let (value, source) = match entry.map(|entry| &entry.value) {
            None => (key.default.map(str::to_owned), None),
            Some(Value::Text(text)) if key.name == "proxy" => (Some(redacted(text)), None),
            // Its query may be a signature.
            Some(Value::Text(text)) if key.kind == ValueKind::PlayUrl => {
                (Some(redact::urls(text).into_owned()), None)
            }
            Some(Value::Text(text)) => (Some(text.clone()), None),
            Some(Value::Secret(source)) => {
                // Not fetched: the listing runs no program and opens no file of a secret.
                (source.is_set().then(|| "set".to_owned()), source.description())
            }
        };
        let default = || key.default.map(|_| Origin::Default);
        let origin = entry.map(|entry| entry.origin.clone()).or_else(default);
        let is_secret = key.kind == ValueKind::Secret;
        Self { path: section.path(key.name), is_secret, value, origin, source }
    }

    fn cells(&self) -> [String; 3] {
        let value =
            self.value.as_deref().map_or("not set".into(), |value| visible(value).into_owned());
        [self.path.clone(), value, self.origin()]
    }

    /// The origin in few characters; the heading has the file's folder.
    fn origin(&self) -> String {
        let origin = match &self.origin {
            None => String::new(),
            Some(Origin::File(location)) => {
                let name = location.path.file_name().map(Path::new);
                format!("{}:{}", name.map(visible_path).unwrap_or_default(), location.line)
            }
            Some(Origin::Environment(name)) => format!("env {name}"),
            Some(Origin::Default) => "default".to_owned(),
        };
        self.source.iter().fold(origin, |origin, source| format!("{origin}, {source}"))
    }

    fn to_json(&self) -> Json {
        let origin = match &self.origin {
            None => Json::Null,
            Some(Origin::File(location)) => json!({
                "kind": "file",
                "path": location.path.to_string_lossy(),
                "line": location.line,
                "column": location.column,
            }),
            Some(Origin::Environment(name)) => json!({ "kind": "environment", "name": name }),
            Some(Origin::Default) => json!({ "kind": "default" }),
        };
        json!({
            "key": self.path,
            "value": self.value,
            "secret": self.is_secret,
            "origin": origin,
            "from": self.source,
        })
    }
}

impl ProfileListing {
    /// The list for people, in a terminal of this width; `None` for a pipe.
    #[must_use]
    pub fn render(&self, width: Option<usize>) -> String {
        let header = ["key", "value", "from"].map(str::to_owned);
        let rows: Vec<_> =
            std::iter::once(header).chain(self.rows.iter().map(KeyRow::cells)).collect();
        // Not wrapped: one long value would give every key several lines.
        let columns = Columns::fit(rows.iter());
        let rows = rows.iter().map(|[key, value, origin]| columns.row(&[key, value], origin));
        let heading = layout::heading(self.file.as_deref(), self.profile.as_deref());
        format!("{heading}\n{}{}", rows.collect::<String>(), layout::notes(&self.notes, width))
    }

    /// The list for programs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "schema": "livectl-config-show/1",
            "file": self.file.as_deref().map(Path::to_string_lossy),
            "profile": self.profile,
            "values": self.rows.iter().map(KeyRow::to_json).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

/// The URL of a proxy, which shows that it has a login.
// Neither half is shown: a proxy's token may be in the place of the name.
fn redacted(url: &str) -> String {
    let without_login = proxy::without_login(url);
    if without_login == url { without_login } else { without_login.replacen("://", "://***@", 1) }
}
