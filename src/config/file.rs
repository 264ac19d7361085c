//! The profile file as TOML: every problem with its place, none with a value.
//!
//! The parser's own error texts quote the file, so that only their class and their place are used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::source::{self, ValueSource};
use super::{Entries, Entry, Key, Origin, SETTINGS, Section, SharedPath, Value, ValueKind, quoted};
use crate::sandbox::demo;
use crate::text::{excerpt, is_deceptive, visible};

/// The largest profile file that is read, in bytes.
const LIMIT: usize = 1 << 20;

/// More problems than this help nobody.
const MOST_PROBLEMS: usize = 100;

/// A line and a column of a file, both from 1; columns are characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLocation {
    /// The file as it was named.
    pub path: Arc<Path>,
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl fmt::Display for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", super::show_path(&self.path), self.line, self.column)
    }
}

/// A profile file, with all that is wrong with it.
pub(super) struct File {
    pub(super) path: SharedPath,
    pub(super) allow_shared: bool,
    pub(super) default_profile: Option<String>,
    pub(super) profiles: BTreeMap<String, ProfileTable>,
    /// Each with its place, in the order of the file.
    pub(super) problems: Vec<String>,
    /// Its mode makes it untrustworthy, so that nothing in it may be run.
    pub(super) refused: bool,
    holds_secret: bool,
}

/// One profile: its settings, and its vendors' tables.
#[derive(Default)]
pub(super) struct ProfileTable {
    pub(super) settings: Entries,
    pub(super) sections: BTreeMap<&'static str, Table>,
}

/// A vendor's table in one profile.
pub(super) struct Table {
    pub(super) place: FileLocation,
    pub(super) entries: Entries,
    /// A problem in it has been told.
    pub(super) broken: bool,
}

/// Why there is no text to read.
pub(super) enum ReadError {
    /// No such file.
    Absent,
    /// Something else.
    Because(String),
}

/// Reads and checks the file as a whole.
pub(super) fn read(path: &Path, sections: &'static [&'static Section]) -> Result<File, ReadError> {
    let opened = source::open(path, LIMIT).map_err(|error| match error {
        source::Unopened::Absent => ReadError::Absent,
        source::Unopened::Because(why) => ReadError::Because(why),
    })?;
    let mut file = match std::str::from_utf8(&opened.bytes) {
        Ok(text) => parse(text, path, sections),
        Err(error) => {
            let good =
                std::str::from_utf8(&opened.bytes[..error.valid_up_to()]).unwrap_or_default();
            let mut reader = Reader::new(good, path, sections);
            reader.problem(good.len(), "not UTF-8; save the file as UTF-8");
            reader.finish()
        }
    };
    if let Some(why) =
        source::mode_problem(path, &opened.metadata, file.holds_secret && !file.allow_shared)
    {
        file.problems.insert(0, format!("{}: {why}", super::show_path(path)));
        file.refused = true;
    }
    Ok(file)
}

/// Reads the text of a profile file.
pub(super) fn parse(text: &str, path: &Path, sections: &'static [&'static Section]) -> File {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(text, path, sections);
    let (root, errors) = DeTable::parse_recoverable(text);
    reader.syntax(&errors);
    reader.document(root.get_ref());
    reader.finish()
}

/// Our own words for a class of syntax errors; the parser's may hold what stands in the file.
fn told(message: &str) -> &'static str {
    let is_about = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if is_about(&["duplicate key", "cannot extend"]) {
        "this key or table already stands further up; keep one of them"
    } else if is_about(&["escaped value", "unicode value"]) {
        r"a backslash in double quotes starts an escape; put Windows paths in single quotes, as 'C:\keys\jd.key'"
    } else if is_about(&["string values must be quoted"]) {
        "a value that is text stands in quotes"
    } else if is_about(&["invalid basic string", "invalid literal string", "invalid multi-line"]) {
        "a string that does not end, or holds a control character; check the quotes"
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

/// The header of a profile's table, quoted where TOML wants it.
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

/// The rules that hold for every text, and the key's own.
pub(super) fn check_text(key: &Key, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("empty; give it a value or leave the key out".into());
    }
    if text.contains(is_deceptive) {
        return Err("holds a line break, a control character or an invisible one".into());
    }
    if text.trim() != text {
        return Err("begins or ends with a blank".into());
    }
    // A template must be readable; who uses the vendor is told to fill it in.
    if key.required && source::is_placeholder(text) {
        return Ok(());
    }
    (key.check)(text)
}

type Node<'i> = Spanned<DeValue<'i>>;

struct Reader<'t> {
    text: &'t str,
    path: SharedPath,
    sections: &'static [&'static Section],
    /// Where each line starts.
    lines: Vec<usize>,
    /// Lines with a syntax error, of which nothing more is told: what was recovered there may be half a value.
    faulty: BTreeSet<usize>,
    problems: Vec<(usize, String)>,
    file: File,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, path: &Path, sections: &'static [&'static Section]) -> Self {
        let path: SharedPath = path.into();
        let lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let file = File {
            path: Arc::clone(&path),
            allow_shared: false,
            default_profile: None,
            profiles: BTreeMap::new(),
            problems: Vec::new(),
            refused: false,
            holds_secret: false,
        };
        Self { text, path, sections, lines, faulty: BTreeSet::new(), problems: Vec::new(), file }
    }

    fn finish(mut self) -> File {
        self.problems.sort();
        let more = self.problems.len().saturating_sub(MOST_PROBLEMS);
        self.problems.truncate(MOST_PROBLEMS);
        let shown =
            self.problems.iter().map(|(offset, what)| format!("{}: {what}", self.place(*offset)));
        self.file.problems = shown.collect();
        if more > 0 {
            self.file
                .problems
                .push(format!("{}: {more} further problems", super::show_path(&self.path)));
        }
        self.file
    }

    /// The index of the line that holds an offset.
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn place(&self, offset: usize) -> FileLocation {
        let line = self.line(offset);
        let start = self.lines[line];
        let column =
            self.text[start..].char_indices().take_while(|(at, _)| start + at < offset).count() + 1;
        FileLocation { path: Arc::clone(&self.path), line: line + 1, column }
    }

    /// Tells the first syntax error of each line; those after it on the line mostly follow from it.
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            self.problem(offset, told(error.message()));
            self.faulty.insert(self.line(offset));
        }
    }

    fn problem(&mut self, offset: usize, what: &str) {
        if !self.faulty.contains(&self.line(offset)) {
            self.problems.push((offset, what.to_owned()));
        }
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, table: &str, known: &[&str]) {
        let name = key.get_ref();
        let near = nearest(name, known)
            .map(|near| format!("; did you mean \"{near}\"?"))
            .unwrap_or_default();
        let shown = if is_like_a_secret(name) {
            String::new()
        } else {
            format!(" \"{}\"", excerpt(name, 40))
        };
        self.problem(key.span().start, &format!("unknown key{shown} {table}{near}"));
    }

    fn table<'v, 'i>(&mut self, node: &'v Node<'i>, what: &str) -> Option<&'v DeTable<'i>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            self.problem(node.span().start, &format!("{what} is a table"));
        }
        table
    }

    fn document(&mut self, root: &DeTable<'_>) {
        let mut default = None;
        for (key, node) in root {
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("default_profile", DeValue::String(name)) => {
                    default = Some((node.span().start, name.clone().into_owned()));
                }
                ("default_profile", _) => {
                    self.problem(node.span().start, "default_profile is a string")
                }
                ("allow_shared", DeValue::Boolean(allow)) => self.file.allow_shared = *allow,
                ("allow_shared", _) => {
                    self.problem(node.span().start, "allow_shared is true or false")
                }
                ("profiles", _) => self.profiles(node),
                (name, _) if self.belongs_in_a_profile(name) => {
                    let what = format!(
                        "\"{name}\" belongs to a profile; it stands under {}",
                        header(&["NAME"])
                    );
                    self.problem(key.span().start, &what);
                }
                _ => self.unknown(
                    key,
                    "at the top",
                    &["default_profile", "allow_shared", "profiles"],
                ),
            }
        }
        if let Some((offset, name)) = default {
            self.default_profile(offset, name);
        }
    }

    fn belongs_in_a_profile(&self, name: &str) -> bool {
        SETTINGS.key(name).is_some() || self.sections.iter().any(|section| section.name == name)
    }

    fn default_profile(&mut self, offset: usize, name: String) {
        if self.file.profiles.contains_key(&name) {
            self.file.default_profile = Some(name);
        } else if self.file.profiles.is_empty() {
            self.problem(offset, "default_profile names no profile of this file, which has none");
        } else {
            let there = quoted(self.file.profiles.keys());
            self.problem(
                offset,
                &format!("default_profile names no profile of this file; there is {there}"),
            );
        }
    }

    fn profiles(&mut self, node: &Node<'_>) {
        let Some(table) = self.table(node, "profiles") else { return };
        for (key, node) in table {
            let name = key.get_ref();
            if name.trim().is_empty() || name.contains(is_deceptive) {
                self.problem(
                    key.span().start,
                    "a profile's name is not empty and holds no invisible character",
                );
                continue;
            }
            if name == demo::PROFILE {
                let what = "the name \"sandbox\" stands for the embedded sandbox; give this profile another";
                self.problem(key.span().start, what);
            }
            let Some(table) = self.table(node, &header(&[name])) else { continue };
            let stanza = self.stanza(name, table);
            self.file.profiles.insert(name.clone().into_owned(), stanza);
        }
    }

    fn stanza(&mut self, profile: &str, table: &DeTable<'_>) -> ProfileTable {
        let mut stanza = ProfileTable::default();
        for (key, node) in table {
            let name = key.get_ref().as_ref();
            if let Some(section) = self.sections.iter().find(|section| section.name == name) {
                if let Some(found) = self.section(section, profile, node) {
                    stanza.sections.insert(section.name, found);
                }
            } else if let Some(setting) = SETTINGS.key(name) {
                stanza.settings.extend(self.entry(setting, &header(&[profile]), node));
            } else {
                let sections = self.sections.iter().map(|section| section.name);
                let known: Vec<_> =
                    sections.chain(SETTINGS.keys.iter().map(|key| key.name)).collect();
                self.unknown(key, &format!("in {}", header(&[profile])), &known);
            }
        }
        stanza
    }

    fn section(
        &mut self,
        section: &'static Section,
        profile: &str,
        node: &Node<'_>,
    ) -> Option<Table> {
        let title = header(&[profile, section.name]);
        let table = self.table(node, &title)?;
        let told = self.problems.len();
        let mut entries = Entries::new();
        for (key, node) in table {
            if let Some(key) = section.key(key.get_ref()) {
                entries.extend(self.entry(key, &title, node));
            } else {
                let known: Vec<_> = section.keys.iter().map(|key| key.name).collect();
                self.unknown(key, &format!("in {title}"), &known);
            }
        }
        Some(Table {
            place: self.place(node.span().start),
            entries,
            broken: self.problems.len() > told,
        })
    }

    fn entry(
        &mut self,
        key: &'static Key,
        title: &str,
        node: &Node<'_>,
    ) -> Option<(&'static str, Entry)> {
        let offset = node.span().start;
        match value(key, node.get_ref()) {
            Ok(value) => {
                self.file.holds_secret |= is_secret(key, &value);
                Some((key.name, Entry { value, origin: Origin::File(self.place(offset)) }))
            }
            Err(why) => {
                // Of a secret that is half read, the worst is assumed.
                self.file.holds_secret |= key.form == ValueKind::Secret;
                self.problem(offset, &format!("{} in {title}: {why}", key.name));
                None
            }
        }
    }
}

/// Whether who reads the value can act in the operator's name.
fn is_secret(key: &Key, value: &Value) -> bool {
    match value {
        Value::Secret(source) => matches!(source, ValueSource::Inline(_)),
        // A proxy's URL may hold a password.
        Value::Text(text) => key.name == "proxy" && text.contains('@'),
    }
}

fn value(key: &Key, node: &DeValue<'_>) -> Result<Value, String> {
    match (key.form, node) {
        (ValueKind::Text | ValueKind::TextOrInteger, DeValue::String(text)) => {
            text_value(key, text)
        }
        (ValueKind::Integer | ValueKind::TextOrInteger, DeValue::Integer(digits)) => {
            let number = i64::from_str_radix(digits.as_str(), digits.radix())
                .map_err(|_| "takes a smaller number")?;
            text_value(key, &number.to_string())
        }
        (ValueKind::Secret, DeValue::String(text)) => {
            Ok(Value::Secret(ValueSource::Inline(Zeroizing::new(text.to_string()))))
        }
        (ValueKind::Secret, DeValue::Table(table)) => secret_source(table).map(Value::Secret),
        (ValueKind::Text, _) => Err("takes a string, in quotes".into()),
        (ValueKind::Integer, _) => Err("takes a whole number, without quotes".into()),
        (ValueKind::TextOrInteger, _) => Err("takes a string or a whole number".into()),
        (ValueKind::Secret, _) => Err(FORMS.into()),
    }
}

fn text_value(key: &Key, text: &str) -> Result<Value, String> {
    check_text(key, text)?;
    Ok(Value::Text(text.to_owned()))
}

const FORMS: &str = r#"takes a string, or exactly one of { env = "NAME" }, { file = "PATH" } and { command = ["PROGRAM", "ARGUMENT"] }"#;

fn secret_source(table: &DeTable<'_>) -> Result<ValueSource, String> {
    let mut members = table.iter().map(|(key, node)| (key.get_ref().as_ref(), node.get_ref()));
    let (Some(member), None) = (members.next(), members.next()) else { return Err(FORMS.into()) };
    match member {
        ("env", DeValue::String(name)) if is_variable(name) => {
            Ok(ValueSource::Env { name: name.to_string(), value: None })
        }
        ("file", DeValue::String(path)) if !path.is_empty() => {
            Ok(ValueSource::File(path.as_ref().into()))
        }
        ("command", DeValue::Array(words)) => {
            let words: Option<Vec<_>> =
                words.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect();
            let words =
                words.filter(|words| words.first().is_some_and(|program| !program.is_empty()));
            words.map(ValueSource::Command).ok_or_else(|| FORMS.into())
        }
        _ => Err(FORMS.into()),
    }
}

/// Whether it can be the name of a variable in any shell; a secret in the name's place mostly cannot.
fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether what stands in a key's place may be a value that slipped: long, and with digits, as no key is.
fn is_like_a_secret(name: &str) -> bool {
    name.len() >= 16 && name.contains(|c: char| c.is_ascii_digit())
}

/// The known name that somebody who typed `name` most likely meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: String = name.chars().take(64).collect::<String>().to_lowercase().replace('-', "_");
    let near = known.iter().map(|known| (distance(&name, known), *known)).min()?;
    (near.0 <= 1 + near.1.len() / 4).then_some(near.1)
}

/// How many single characters must be put in, taken out or replaced to make `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
