//! The TOML of a profile file: every problem with its location, none with a value.
//!
//! The TOML library's own error texts quote the file, so only their class and their location are used.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::file::{ProfileFile, ProfileTable, SectionTable};
use super::placeholder::is_placeholder;
use super::secret_source::SecretSource;
use super::section::{Key, Section, ValueKind};
use super::selector::SANDBOX_PROFILE;
use super::settings::{SANDBOX_ENDPOINT, SETTINGS};
use super::value::{Entries, Entry, FileLocation, Origin, Value};
use crate::net::endpoint::Endpoint;
use crate::text::{excerpt, is_deceptive, nearest, quoted_list, visible, visible_path};

/// Further problems are only counted.
const MOST_PROBLEMS: usize = 100;

const TOP_LEVEL: [&str; 5] = ["default_profile", "allow_shared", "log", "policy", "profiles"];

/// Parses the text of a profile file.
pub(super) fn parse(text: &str, path: &Path, sections: &[&'static Section]) -> ProfileFile {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser::new(text, path, sections);
    let (root, errors) = DeTable::parse_recoverable(text);
    parser.syntax(&errors);
    parser.document(root.get_ref());
    parser.finish()
}

/// Our own words for a class of syntax errors; the library's may contain a value.
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

/// The header of a profile's table, quoted where TOML requires it.
pub(super) fn header(names: &[&str]) -> String {
    let is_bare = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let part = |name: &&str| {
        if is_bare(name) { format!(".{name}") } else { format!(".\"{}\"", visible(name)) }
    };
    format!("[profiles{}]", names.iter().map(part).collect::<String>())
}

/// Checks the text of a value by the rules for every text, then by the key's own.
pub(super) fn check_text(key: &Key, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("empty; give it a value or leave the key out".into());
    }
    if text.contains(is_deceptive) {
        return Err("contains a line break, a control character or an invisible one".into());
    }
    if text.trim() != text {
        return Err("has leading or trailing whitespace".into());
    }
    // The template must parse; whoever uses the vendor is asked to fill it in.
    if key.required && is_placeholder(text) {
        return Ok(());
    }
    (key.check)(text)
}

type Node<'i> = Spanned<DeValue<'i>>;

pub(super) struct Parser<'t> {
    text: &'t str,
    sections: &'t [&'static Section],
    /// Where each line starts.
    lines: Vec<usize>,
    /// Lines with a syntax error. No other problem is reported there: what the library recovers may be half a value.
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

    pub(super) fn location(&self, offset: usize) -> FileLocation {
        let line = self.line(offset);
        let start = self.lines[line];
        let column =
            self.text[start..].char_indices().take_while(|(at, _)| start + at < offset).count() + 1;
        FileLocation { path: Arc::clone(&self.file.path), line: line + 1, column }
    }

    /// Reports the first syntax error of each line; later ones on a line mostly follow from it.
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

    pub(super) fn unknown_key(&mut self, key: &Spanned<Cow<'_, str>>, table: &str, known: &[&str]) {
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
    pub(super) fn vendors(&self) -> Vec<&'static str> {
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
            location: self.location(node.span().start),
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
                self.file.holds_secret |= is_secret(key, &value);
                Some((key.name, Entry { value, origin: Origin::File(self.location(offset)) }))
            }
            Err(why) => {
                // A secret that cannot be parsed is still in the file.
                self.file.holds_secret |= key.kind == ValueKind::Secret;
                self.problem(offset, &format!("{} in {table}: {why}", key.name));
                None
            }
        }
    }
}

/// Whether anyone who reads the value can act in the operator's name.
fn is_secret(key: &Key, value: &Value) -> bool {
    match value {
        Value::Secret(source) => matches!(source, SecretSource::Inline(_)),
        // The URL of a proxy may contain a password, and so may a play URL.
        Value::Text(text) => {
            (key.name == "proxy" || key.kind == ValueKind::PlayUrl) && text.contains('@')
        }
    }
}

fn value(key: &Key, node: &DeValue<'_>) -> Result<Value, String> {
    match (key.kind, node) {
        (
            ValueKind::Text | ValueKind::TextOrInteger | ValueKind::PlayUrl,
            DeValue::String(text),
        ) => text_value(key, text),
        (ValueKind::Integer | ValueKind::TextOrInteger, DeValue::Integer(digits)) => {
            let number = i64::from_str_radix(digits.as_str(), digits.radix())
                .map_err(|_| "takes a smaller number")?;
            text_value(key, &number.to_string())
        }
        (ValueKind::Boolean, DeValue::Boolean(value)) => Ok(Value::Text(value.to_string())),
        (ValueKind::Secret, DeValue::String(text)) => {
            Ok(Value::Secret(SecretSource::Inline(Zeroizing::new(text.to_string()))))
        }
        (ValueKind::Secret, DeValue::Table(table)) => secret_source(table).map(Value::Secret),
        (ValueKind::PlayUrl, DeValue::Table(table)) => match secret_source(table) {
            Ok(source @ SecretSource::Command(_)) => Ok(Value::Secret(source)),
            Ok(_) | Err(_) => Err(PLAY_FORMS.into()),
        },
        (ValueKind::Text, _) => Err("takes a string, in quotes".into()),
        (ValueKind::Boolean, _) => Err("takes true or false, without quotes".into()),
        (ValueKind::Integer, _) => Err("takes a whole number, without quotes".into()),
        (ValueKind::TextOrInteger, _) => Err("takes a string or a whole number".into()),
        (ValueKind::Secret, _) => Err(SECRET_FORMS.into()),
        (ValueKind::PlayUrl, _) => Err(PLAY_FORMS.into()),
    }
}

fn text_value(key: &Key, text: &str) -> Result<Value, String> {
    check_text(key, text)?;
    Ok(Value::Text(text.to_owned()))
}

const SECRET_FORMS: &str = r#"takes a string, or exactly one of { env = "NAME" }, { file = "PATH" } and { command = ["PROGRAM", "ARGUMENT"] }"#;

const PLAY_FORMS: &str =
    r#"takes a URL in quotes, or { command = ["PROGRAM", "ARGUMENT"] }, a program that prints one"#;

fn secret_source(table: &DeTable<'_>) -> Result<SecretSource, String> {
    let mut members = table.iter().map(|(key, node)| (key.get_ref().as_ref(), node.get_ref()));
    let (Some(member), None) = (members.next(), members.next()) else {
        return Err(SECRET_FORMS.into());
    };
    match member {
        ("env", DeValue::String(name)) if is_variable_name(name) => {
            Ok(SecretSource::Env { name: name.to_string(), value: None })
        }
        ("file", DeValue::String(path)) if !path.is_empty() => {
            Ok(SecretSource::File(path.as_ref().into()))
        }
        ("command", DeValue::Array(words)) => {
            let words: Option<Vec<_>> =
                words.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect();
            let words =
                words.filter(|words| words.first().is_some_and(|program| !program.is_empty()));
            words.map(SecretSource::Command).ok_or_else(|| SECRET_FORMS.into())
        }
        _ => Err(SECRET_FORMS.into()),
    }
}

/// Whether any shell accepts it as the name of a variable; a secret pasted in its place mostly fails this.
fn is_variable_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the name of an unknown key may be a value that slipped: long, and with digits, as no key is.
fn looks_like_a_secret(name: &str) -> bool {
    name.len() >= 16 && name.contains(|c: char| c.is_ascii_digit())
}
