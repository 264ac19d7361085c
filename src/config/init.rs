//! `config init`: a profile file to fill in.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::file::is_bare_key;
use super::section::{API, Key, Section, ValueKind};
use super::settings::SETTINGS;
use crate::error::{Error, Result};
use crate::files::{create_private_folder, private_file};
use crate::text::{reason, visible_path, wrap};

/// The widest line of the template.
const WIDTH: usize = 120;

/// The template up to the settings of its profile, whose name replaces NAME.
const HEAD: &str = "\
# The profiles of livectl: whose credentials sign for which vendor.
#
# `livectl config init` writes this file, `livectl config check` reports what is missing, and `livectl config show` prints
# the values in use. Fill in a vendor's YOUR_… values, or delete its table if you do not use it. A line that begins with
# `#` and no blank shows a key with its default or an example; remove the `#` to set it.
#
# A secret takes one of four forms:
#   secret_key = \"the secret itself\"                    only you may read this file then: chmod 600
#   secret_key = { env = \"JD_SECRET\" }                  an environment variable
#   secret_key = { file = \"jd.key\" }                    a file, relative to this one, or ~/jd.key; chmod 600
#   secret_key = { command = [\"pass\", \"show\", \"jd\"] }   the output of a program within 10 s; no shell
#
# Windows paths need single quotes: 'C:\\keys\\jd.key'.

# The profile that is used when neither -p nor LIVECTL_PROFILE names one. Not needed where there is only one.
default_profile = \"NAME\"

# Accept that others can read this file and its secrets' files, as with secrets mounted into a container.
#allow_shared = true

# The settings of a profile; the flag of the same name overrides each.
[profiles.NAME]
";

/// The name of the first profile where none is chosen.
pub const FIRST_PROFILE: &str = "prod";

/// A profile file to fill in, with every key of these vendors' sections; each vendor has its name in full.
#[must_use]
pub fn template(profile: &str, vendors: &[(&str, &'static Section)]) -> String {
    let table = toml_key(profile);
    let mut text =
        HEAD.replace("\"NAME\"", &toml_string(profile)).replace("NAME]", &format!("{table}]"));
    SETTINGS.keys.iter().for_each(|key| push_key(&mut text, &SETTINGS, key));
    for (name, section) in vendors {
        let variables: Vec<_> = section.variables().into_iter().map(|(name, _)| name).collect();
        let variables = variables.join(", ");
        let about = format!("{name}, for `livectl {}`. Environment: {variables}.", section.name);
        text.push_str(&format!("\n{}[profiles.{table}.{}]\n", comment(&about), section.name));
        section.keys.iter().for_each(|key| push_key(&mut text, section, key));
    }
    text
}

/// The shortest profile of one vendor: the keys that a run needs at this version of its API, each with its help.
#[must_use]
pub fn short_template(profile: &str, section: &Section, api: &str) -> String {
    let (name, table) = (toml_string(profile), toml_key(profile));
    let mut text = format!("default_profile = {name}\n\n[profiles.{table}.{}]\n", section.name);
    let keys = section.keys_of(api).filter(|key| key.required || key.is_starter || key.name == API);
    let lines: Vec<_> = keys
        .map(|key| {
            let value = if key.name == API { api } else { key.example };
            let help = key.help.split_inclusive(". ").next().unwrap_or_default();
            (format!("{} = \"{value}\"", key.name), help.trim_end_matches([' ', '.']))
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
    for (line, help) in &lines {
        text.push_str(&format!("{line:<width$}  # {help}\n"));
    }
    text
}

/// The text as a TOML string.
// Its escapes are those of JSON.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text as a key in a TOML table's name.
fn toml_key(text: &str) -> String {
    if is_bare_key(text) { text.to_owned() } else { toml_string(text) }
}

/// A key under its help; one that can be left out is commented out.
fn push_key(text: &mut String, section: &Section, key: &Key) {
    let help = match key.api {
        Some(api) => format!("With \"{api}\", {}", key.help),
        None => key.help.to_owned(),
    };
    let value = key.default.unwrap_or(key.example);
    let is_bare = matches!(key.kind, ValueKind::Integer | ValueKind::Boolean);
    let quote = if is_bare { "" } else { "\"" };
    // Of two versions of an API one is used: the keys of the other would be unfilled placeholders.
    let is_needed = key.required && key.api.is_none_or(|api| section.default_api() == Some(api));
    let mark = if is_needed { "" } else { "#" };
    text.push_str(&format!("\n{}{mark}{} = {quote}{value}{quote}\n", comment(&help), key.name));
}

/// The text as lines of a comment.
fn comment(text: &str) -> String {
    wrap(text.split(' '), WIDTH - "# ".len()).iter().map(|line| format!("# {line}\n")).collect()
}

/// Writes the template where no file exists, readable by its owner alone, and creates the folders that lead to it.
pub fn init(path: &Path, template: &str) -> Result<()> {
    create(path, template).map_err(|error| {
        let path = visible_path(path);
        if error.kind() == io::ErrorKind::AlreadyExists {
            Error::config(format!("{path}: already there, and left as it is"))
                .hint("edit it, or name another file with `-c FILE`")
        } else {
            Error::config(format!("{path}: cannot be written: {}", reason(&error)))
                .hint("name another file with `-c FILE`")
        }
    })
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_private_folder(folder)?;
    }
    // Private before its first byte: secrets are typed into it next.
    let mut file = private_file().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| {
        // Half a template would keep the next attempt from writing a whole one.
        let _ = fs::remove_file(path);
    })
}
