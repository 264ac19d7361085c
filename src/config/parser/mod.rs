//! The TOML of a profile file: every problem with its location, none with a value.
//!
//! Owns the tables of the file. The values in them are read in `values`, the tables `[policy]` in `policy`.

mod policy;
mod values;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::values::{is_secret, value};
use super::file::{ProfileFile, ProfileTable, SectionTable, header};
use super::section::{Key, Section, ValueKind};
use super::selector::SANDBOX_PROFILE;
use super::settings::{SANDBOX_ENDPOINT, SETTINGS};
use super::value::{Entries, Entry, FileLocation, Origin};
use crate::net::endpoint::Endpoint;
use crate::text::{excerpt, is_deceptive, nearest, quoted_list, visible_path};

/// Further problems are only counted.
const MOST_PROBLEMS: usize = 100;

const TOP_LEVEL: [&str; 5] = ["default_profile", "allow_shared", "log", "policy", "profiles"];

/// Parses the text of a profile file.
pub(super) fn parse(text: &str, path: &Path, sections: &[&'static Section]) -> ProfileFile {
    // Editors on Windows begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser::new(text, path, sections);
    // Recoverable: a file is reported with all its syntax errors, not with the first.
    let (root, errors) = DeTable::parse_recoverable(text);
    parser.syntax(&errors);
    parser.document(root.get_ref());
    parser.finish()
}

/// Words for a class of syntax errors.
// The library's own quote the line of the file, which may be a secret.
fn syntax_error(message: &str) -> &'static str {
    let is_about = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if is_about(&["duplicate key", "cannot extend"]) {
        "this key or table is already set further up; keep one of them"
    } else if is_about(&["escaped value", "unicode value"]) {
        r"a backslash in double quotes starts an escape; put Windows paths in single quotes, as 'C:\keys\jd.key'"
    } else if is_about(&["string values must be quoted"]) {
        "text values need quotes"
    } else if is_about(&["invalid basic string", "invalid literal string", "invalid multi-line"]) {
        "a string that does not end, or contains a control character; check the quotes"
    } else if is_about(&["unclosed array", "unclosed inline table", "unclosed table"]) {
        "a bracket is opened here and not closed"
    } else if is_about(&["missing value", "key with no value"]) {
        "a key without a value; write `key = value`"
    } else if is_about(&["recurse", "recursion"]) {
        "nested too deeply"
    } else {
        "not valid TOML"
    }
}

/// A value of the TOML library with its place in the file.
type Node<'i> = Spanned<DeValue<'i>>;

pub(super) struct Parser<'t> {
    text: &'t str,
    sections: &'t [&'static Section],
    /// Where each line starts.
    lines: Vec<usize>,
    /// Lines with a syntax error.
    // No other problem is reported there: what the library recovers may be half a value.
    faulty: BTreeSet<usize>,
    problems: Vec<(usize, String)>,
    pub(super) file: ProfileFile,
}

/// The table of a policy.
const POLICY: &str = "policy";

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, path: &Path, sections: &'t [&'static Section]) -> Self {
        let lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let file = ProfileFile::empty(path.into());
        Self { text, sections, lines, faulty: BTreeSet::new(), problems: Vec::new(), file }
    }

    pub(super) fn finish(mut self) -> ProfileFile {
        self.problems.sort();
        let more = self.problems.len().saturating_sub(MOST_PROBLEMS);
        self.problems.truncate(MOST_PROBLEMS);
        let shown = self
            .problems
            .iter()
            .map(|(offset, what)| format!("{}: {what}", self.location(*offset)));
        self.file.problems = shown.collect();
        if more > 0 {
            let path = visible_path(&self.file.path);
            self.file.problems.push(format!("{path}: {more} further problems"));
        }
        self.file
    }

    /// The index of the line of an offset.
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn location(&self, offset: usize) -> FileLocation {
        let line = self.line(offset);
        let start = self.lines[line];
        let column =
            self.text[start..].char_indices().take_while(|(at, _)| start + at < offset).count() + 1;
        FileLocation { path: Arc::clone(&self.file.path), line: line + 1, column }
    }

    /// Reports the first syntax error of each line.
    // Later ones on a line mostly follow from it.
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            self.problem(offset, syntax_error(error.message()));
            self.faulty.insert(self.line(offset));
        }
    }

    pub(super) fn problem(&mut self, offset: usize, what: &str) {
        if !self.faulty.contains(&self.line(offset)) {
            self.problems.push((offset, what.to_owned()));
        }
    }

    fn unknown_key(&mut self, key: &Spanned<Cow<'_, str>>, table: &str, known: &[&str]) {
        let name = key.get_ref();
        let hint = nearest(name, known)
            .map(|known| format!("; did you mean \"{known}\"?"))
            .unwrap_or_default();
        let shown = if looks_like_a_secret(name) {
            String::new()
        } else {
            format!(" \"{}\"", excerpt(name, 40))
        };
        self.problem(key.span().start, &format!("unknown key{shown} {table}{hint}"));
    }

    /// The words of the vendors.
    fn vendors(&self) -> Vec<&'static str> {
        self.sections.iter().map(|section| section.name).collect()
    }

    pub(super) fn table<'v, 'i>(
        &mut self,
        node: &'v Node<'i>,
        what: &str,
    ) -> Option<&'v DeTable<'i>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            self.problem(node.span().start, &format!("{what} must be a table"));
        }
        table
    }

    fn document(&mut self, root: &DeTable<'_>) {
        // Checked at the end: the profiles may come later in the file.
        let mut default = None;
        for (key, node) in root {
            let offset = node.span().start;
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("default_profile", DeValue::String(name)) => {
                    default = Some((offset, name.clone().into_owned()));
                }
                ("default_profile", _) => self.problem(offset, "default_profile must be a string"),
                ("allow_shared", DeValue::Boolean(allow)) => self.file.allow_shared = *allow,
                ("allow_shared", _) => self.problem(offset, "allow_shared must be true or false"),
                ("log", _) => self.log(node),
                ("policy", _) => self.file.rules.policy = self.policy("[policy]", node),
                ("profiles", _) => self.profiles(node),
                (name, _) if self.is_key_of_a_profile(name) => {
                    let table = header(&["NAME"]);
                    let what = format!("\"{name}\" belongs to a profile; move it under {table}");
                    self.problem(key.span().start, &what);
                }
                _ => self.unknown_key(key, "at the top", &TOP_LEVEL),
            }
        }
        if let Some((offset, name)) = default {
            self.default_profile(offset, name);
        }
    }

    fn is_key_of_a_profile(&self, name: &str) -> bool {
        SETTINGS.key(name).is_some() || self.sections.iter().any(|section| section.name == name)
    }

    fn default_profile(&mut self, offset: usize, name: String) {
        let profiles = &self.file.profiles;
        if profiles.contains_key(&name) {
            self.file.default_profile = Some(name);
        } else if profiles.is_empty() {
            self.problem(offset, "default_profile names no profile of this file, which has none");
        } else {
            let there = quoted_list(profiles.keys());
            let what = format!("default_profile names no profile of this file; it has {there}");
            self.problem(offset, &what);
        }
    }

    fn profiles(&mut self, node: &Node<'_>) {
        let Some(table) = self.table(node, "profiles") else { return };
        for (key, node) in table {
            let name = key.get_ref();
            if name.trim().is_empty() || name.contains(is_deceptive) {
                let what =
                    "the name of a profile must not be empty or contain an invisible character";
                self.problem(key.span().start, what);
                continue;
            }
            // Results of the embedded sandbox have this name, and a journal would mix the two up.
            if name == SANDBOX_PROFILE {
                let what = "\"sandbox\" is the name of the embedded sandbox; rename this profile";
                self.problem(key.span().start, what);
            }
            let Some(table) = self.table(node, &header(&[name])) else { continue };
            let profile = self.profile(name, table);
            self.file.profiles.insert(name.clone().into_owned(), profile);
        }
    }

    fn profile(&mut self, profile: &str, table: &DeTable<'_>) -> ProfileTable {
        let mut parsed = ProfileTable::default();
        // Before the sections, whose endpoints it limits wherever in the table it is.
        let is_sandbox =
            table.get("sandbox").is_some_and(|node| node.get_ref().as_bool() == Some(true));
        for (key, node) in table {
            let name = key.get_ref().as_ref();
            if let Some(section) = self.sections.iter().find(|section| section.name == name) {
                if let Some(table) = self.section(section, profile, node, is_sandbox) {
                    parsed.sections.insert(section.name, table);
                }
            } else if name == POLICY {
                parsed.policy = self.policy(&header(&[profile, POLICY]), node);
            } else if let Some(setting) = SETTINGS.key(name) {
                parsed.settings.extend(self.entry(setting, &header(&[profile]), node));
            } else {
                let sections = self.sections.iter().map(|section| section.name);
                let settings = SETTINGS.keys.iter().map(|key| key.name);
                let known: Vec<_> = sections.chain(settings).chain([POLICY]).collect();
                self.unknown_key(key, &format!("in {}", header(&[profile])), &known);
            }
        }
        parsed
    }

    fn section(
        &mut self,
        section: &'static Section,
        profile: &str,
        node: &Node<'_>,
        is_sandbox: bool,
    ) -> Option<SectionTable> {
        let title = header(&[profile, section.name]);
        let table = self.table(node, &title)?;
        let problems_before = self.problems.len();
        let mut entries = Entries::new();
        for (key, node) in table {
            if let Some(key) = section.key(key.get_ref()) {
                entries.extend(self.entry(key, &title, node));
            } else {
                let known: Vec<_> = section.keys.iter().map(|key| key.name).collect();
                self.unknown_key(key, &format!("in {title}"), &known);
            }
        }
        if is_sandbox && let Some(endpoint) = table.get("endpoint") {
            self.sandbox_endpoint(&title, endpoint);
        }
        Some(SectionTable {
            location: Some(self.location(node.span().start)),
            entries,
            is_broken: self.problems.len() > problems_before,
        })
    }

    /// A sandbox profile acts on no vendor: its endpoints must be on this machine.
    fn sandbox_endpoint(&mut self, table: &str, node: &Node<'_>) {
        let endpoint = node.get_ref().as_str().and_then(|text| text.parse::<Endpoint>().ok());
        if endpoint.is_some_and(|endpoint| !endpoint.is_loopback()) {
            self.problem(node.span().start, &format!("endpoint in {table}: {SANDBOX_ENDPOINT}"));
        }
    }

    fn entry(
        &mut self,
        key: &'static Key,
        table: &str,
        node: &Node<'_>,
    ) -> Option<(&'static str, Entry)> {
        let offset = node.span().start;
        match value(key, node.get_ref()) {
            Ok(value) => {
                self.file.has_secret |= is_secret(key, &value);
                Some((key.name, Entry { value, origin: Origin::File(self.location(offset)) }))
            }
            Err(why) => {
                // A secret that cannot be parsed is still in the file.
                self.file.has_secret |= key.kind == ValueKind::Secret;
                self.problem(offset, &format!("{} in {table}: {why}", key.name));
                None
            }
        }
    }
}

/// Whether the name of an unknown key may be a value that slipped.
// No key is so long, or has a digit.
fn looks_like_a_secret(name: &str) -> bool {
    name.len() >= 16 && name.contains(|c: char| c.is_ascii_digit())
}
