//! The profile file and the environment: who signs for which vendor, and where each value came from.
//!
//! A vendor declares its keys once, as a [`Section`]. The reader of the file, the environment, `config check`,
//! `config show` and the test of `config.example.toml` all follow that declaration.

mod account;
mod choice;
mod file;
mod init;
mod report;
mod source;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::text::{shell_word, visible};
use choice::Named;
use file::{File, ProfileTable, ReadError};
use source::{FilePolicy, ValueSource};

pub use account::Account;
pub use choice::{ProfileSelector, path};
pub use file::FileLocation;
pub use init::{TEMPLATE, init};
pub use report::{CheckReport, Report, advice, check, nobody, show};

/// A vendor's table in a profile, `[profiles.NAME.SECTION]`.
#[derive(Debug)]
pub struct Section {
    /// The table's name.
    pub name: &'static str,
    /// What may stand in it.
    pub keys: &'static [Key],
}

/// One key of a [`Section`].
#[derive(Debug)]
pub struct Key {
    /// The key's name in the file.
    pub name: &'static str,
    /// What kind of value it takes.
    pub form: ValueKind,
    /// The value that holds where nobody gives one.
    pub default: Option<&'static str>,
    /// The generation of the vendor's API that has a use for it, one of the words that the key `api` takes; every one where
    /// `None`. Keys of another generation may stay in a profile, and are not looked at.
    pub api: Option<&'static str>,
    /// The vendor cannot be used without it.
    pub required: bool,
    /// The environment may give it, as `LIVECTL_SECTION_KEY`.
    pub env: bool,
    /// The rule for its text; the message never repeats the value.
    pub check: fn(&str) -> std::result::Result<(), String>,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// A string or a whole number, which is kept as its digits.
    TextOrInteger,
    /// A string, or where to fetch one: `{ env = … }`, `{ file = … }` or `{ command = […] }`.
    Secret,
}

/// What may stand in a profile beside its vendors' sections; the defaults are those of the flags of the same names.
pub static SETTINGS: Section = Section {
    name: "",
    keys: &[
        Key::new("ca_file", ValueKind::Text),
        Key { check: crate::net::check_proxy, ..Key::new("proxy", ValueKind::Text) },
        Key {
            default: Some("20"),
            check: |text| at_least(0, text),
            ..Key::new("rate", ValueKind::Integer)
        },
        Key {
            default: Some("8"),
            check: |text| at_least(1, text),
            ..Key::new("concurrency", ValueKind::Integer)
        },
        Key {
            default: Some("8s"),
            check: |text| crate::time::limit(text).map(drop),
            ..Key::new("timeout", ValueKind::Text)
        },
        Key {
            default: Some("20"),
            check: |text| at_least(1, text),
            ..Key::new("max_targets", ValueKind::Integer)
        },
    ],
};

impl Key {
    /// A key that may be left out, stands in the file alone and takes any value of its form.
    #[must_use]
    pub const fn new(name: &'static str, form: ValueKind) -> Self {
        Self {
            name,
            form,
            default: None,
            api: None,
            required: false,
            env: false,
            check: |_| Ok(()),
        }
    }

    /// Whether this generation of the vendor's API has a use for it.
    fn serves(&self, api: &str) -> bool {
        self.api.is_none_or(|own| own == api)
    }
}

fn at_least(least: u32, text: &str) -> std::result::Result<(), String> {
    if text.parse().is_ok_and(|number: u32| number >= least) {
        return Ok(());
    }
    Err(format!("takes a whole number, {least} or more"))
}

impl Section {
    /// The key of that name; the first of those that generations have of their own.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The keys that a generation of the vendor's API has a use for.
    fn keys_of(&self, api: &str) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().filter(move |key| key.serves(api))
    }

    /// The generation that holds for these values: what the key `api` says, else its default; the empty word for a vendor
    /// with one API.
    fn api<'e>(&self, entries: &'e Entries) -> &'e str {
        let default = || self.key(API).and_then(|key| key.default).unwrap_or_default();
        entries.get(API).and_then(Entry::text).unwrap_or_else(default)
    }

    /// The environment variable that gives a key its value.
    pub(crate) fn variable(&self, key: &Key) -> String {
        format!("LIVECTL_{}_{}", self.name, key.name).to_uppercase()
    }

    /// The key as it is told: `jd.username`, or `proxy` for one that belongs to no vendor.
    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The profile file.
    File(FileLocation),
    /// The environment variable of that name.
    Environment(String),
    /// The program itself.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => place.fmt(f),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The key that chooses the generation of a vendor's API.
const API: &str = "api";

/// A key's value and where it came from.
#[derive(Clone)]
struct Entry {
    value: Value,
    origin: Origin,
}

/// It has no `Debug`, since it may be a secret.
#[derive(Clone)]
enum Value {
    Text(String),
    Secret(ValueSource),
}

impl Entry {
    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Secret(_) => None,
        }
    }
}

/// The values of one table, by key.
type Entries = BTreeMap<&'static str, Entry>;

/// The profile that holds for this run.
pub struct Profile {
    /// Its name; `None` when everything comes from the environment.
    pub name: Option<String>,
    /// The file that it stands in.
    pub file: Option<PathBuf>,
    /// A file of the only authorities to trust, instead of the system's; a relative path starts at the profile file.
    pub ca_file: Option<PathBuf>,
    /// The proxy to use instead of the environment's.
    pub proxy: Option<String>,
    /// Requests a second to one vendor.
    pub rate: Option<u32>,
    /// Requests in flight.
    pub concurrency: Option<usize>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// How many targets a run may have.
    pub max_targets: Option<usize>,
    settings: Entries,
    sections: BTreeMap<&'static str, Entries>,
    /// Sections with a problem, of which `check` says nothing more.
    broken: BTreeSet<&'static str>,
    places: BTreeMap<&'static str, FileLocation>,
    trust: FilePolicy,
    /// The environment's credentials count, so they can be recommended.
    env_counts: bool,
    check: String,
    notes: Vec<String>,
}

/// Every problem of a profile file's text, each with its place and never with a value.
#[must_use]
pub fn problems(text: &str, sections: &'static [&'static Section]) -> Vec<String> {
    file::parse(text, Path::new("config.toml"), sections).problems
}

/// Chooses the file and the profile, reads both, and lays the environment over them.
///
/// An error names every problem of the file, one a line, each with its place and never with a value.
pub fn load(choice: &ProfileSelector) -> Result<Profile> {
    let file = open(choice)?;
    if let Some(file) = &file
        && !file.problems.is_empty()
    {
        return Err(Error::config(file.problems.join("\n")));
    }
    choose(choice, file)
}

/// The profile file, problems and all; `None` when there is none and none is asked for.
fn open(choice: &ProfileSelector) -> Result<Option<File>> {
    let Some((path, named)) = choice.find() else { return Ok(None) };
    match file::read(&path, choice.sections) {
        Ok(file) => Ok(Some(file)),
        Err(ReadError::Absent) if named == Named::Nowhere => Ok(None),
        Err(ReadError::Absent) => {
            let by = if named == Named::ByFlag { "-c" } else { "LIVECTL_CONFIG" };
            let hint = match &choice.config {
                Some(path) => format!(
                    "livectl config init -c {}",
                    shell_word(&visible(&path.to_string_lossy()))
                ),
                None => "livectl config init".to_owned(),
            };
            let error = Error::config(format!(
                "{}: there is no such file, and {by} names it",
                show_path(&path)
            ));
            Err(error.hint(format!("`{hint}` writes one to fill in")))
        }
        Err(ReadError::Because(why)) => Err(Error::config(format!("{}: {why}", show_path(&path)))),
    }
}

fn choose(choice: &ProfileSelector, file: Option<File>) -> Result<Profile> {
    let given = environment(choice)?;
    let wanted = choice.wanted()?;
    let Some(mut file) = file.filter(|file| {
        !file.profiles.is_empty() || wanted.is_some() || !given.holds_credentials(choice.sections)
    }) else {
        return without_file(choice, wanted, given);
    };
    let name = pick(&file, wanted)?;
    let stanza = file.profiles.remove(&name).unwrap_or_default();
    Ok(Profile::of_file(choice, &file, name, stanza, given))
}

const FIRST: &str =
    "start one with a line such as `[profiles.prod.jd]`; config.example.toml shows every key";

fn pick(file: &File, wanted: Option<(String, &'static str)>) -> Result<String> {
    let path = show_path(&file.path);
    let there = quoted(file.profiles.keys());
    if let Some((name, by)) = wanted {
        if file.profiles.contains_key(&name) {
            return Ok(name);
        }
        let error = Error::config(format!(
            "there is no profile \"{}\" in {path}, and {by} names it",
            visible(&name)
        ));
        return Err(if there.is_empty() {
            error.hint(FIRST)
        } else {
            error.hint(format!("the profiles there are {there}"))
        });
    }
    let mut names = file.profiles.keys();
    match (&file.default_profile, names.next(), names.next()) {
        (Some(name), ..) | (None, Some(name), None) => Ok(name.clone()),
        (None, None, _) => Err(Error::config(format!("{path} has no profile yet")).hint(FIRST)),
        _ => Err(Error::config(format!("{path} has several profiles, and none is chosen: {there}"))
            .hint("choose with `-p NAME` or LIVECTL_PROFILE, or set `default_profile` at the top of the file")),
    }
}

fn without_file(
    choice: &ProfileSelector,
    wanted: Option<(String, &'static str)>,
    given: EnvironmentValues,
) -> Result<Profile> {
    let path = choice.find().map(|(path, _)| path);
    let here = path
        .as_deref()
        .map_or("this machine's config folder, which has no name".to_owned(), show_path);
    if let Some((name, by)) = wanted {
        let name = visible(&name);
        return Err(Error::config(format!(
            "there is no profile \"{name}\", which {by} names: there is no {here}"
        ))
        .hint("`livectl config init` writes a profile file to fill in"));
    }
    if !given.holds_credentials(choice.sections) {
        let error = Error::config(format!(
            "there are no credentials: no profile in {here}, none in the environment"
        ));
        return Err(error.hint(format!(
            "`{}` writes a profile file to fill in; `livectl --sandbox …` needs none",
            choice.command("config init")
        )));
    }
    Ok(Profile {
        sections: given.sections,
        check: choice.command("config check"),
        ..Profile::bare(choice)
    })
}

/// What the environment's `LIVECTL_VENDOR_KEY` variables hold.
struct EnvironmentValues {
    sections: BTreeMap<&'static str, Entries>,
    names: Vec<String>,
}

impl EnvironmentValues {
    fn holds_credentials(&self, sections: &[&Section]) -> bool {
        let is_required = |name: &str, word: &str| {
            let is_it = |key: &Key| key.required && key.name == word;
            sections.iter().any(|section| section.name == name && section.keys.iter().any(is_it))
        };
        self.sections.iter().any(|(name, entries)| entries.keys().any(|key| is_required(name, key)))
    }
}

fn environment(choice: &ProfileSelector) -> Result<EnvironmentValues> {
    let mut given = EnvironmentValues { sections: BTreeMap::new(), names: Vec::new() };
    let mut problems = Vec::new();
    for section in choice.sections {
        for key in section.keys.iter().filter(|key| key.env) {
            let name = section.variable(key);
            // Two generations may each have a key of this name.
            if given.names.contains(&name) {
                continue;
            }
            let Some(value) = choice.variable(&name) else { continue };
            match from_variable(key, value) {
                // Variables that `-p` sets aside may hold what they like.
                Err(why) if choice.profile.is_none() => {
                    problems.push(format!("environment variable {name}: {why}"))
                }
                Err(_) => {}
                Ok(value) => {
                    let entry = Entry { value, origin: Origin::Environment(name.clone()) };
                    given.sections.entry(section.name).or_default().insert(key.name, entry);
                }
            }
            given.names.push(name);
        }
    }
    if problems.is_empty() { Ok(given) } else { Err(Error::config(problems.join("\n"))) }
}

fn from_variable(key: &Key, value: OsString) -> std::result::Result<Value, String> {
    let text = value.into_string().map_err(|_| "not UTF-8")?;
    if key.form == ValueKind::Secret {
        return Ok(Value::Secret(ValueSource::Inline(Zeroizing::new(text))));
    }
    file::check_text(key, &text)?;
    Ok(Value::Text(text))
}

impl Profile {
    /// A profile with nothing in it.
    fn bare(choice: &ProfileSelector) -> Self {
        Self {
            name: None,
            file: None,
            ca_file: None,
            proxy: None,
            rate: None,
            concurrency: None,
            timeout: None,
            max_targets: None,
            settings: Entries::new(),
            sections: BTreeMap::new(),
            broken: BTreeSet::new(),
            places: BTreeMap::new(),
            trust: FilePolicy::default(),
            env_counts: true,
            check: choice.command("config check"),
            notes: Vec::new(),
        }
    }

    fn of_file(
        choice: &ProfileSelector,
        file: &File,
        name: String,
        stanza: ProfileTable,
        given: EnvironmentValues,
    ) -> Self {
        let base = file.path.parent().unwrap_or(Path::new("")).to_owned();
        let mut profile = Self {
            file: Some(file.path.to_path_buf()),
            env_counts: choice.profile.is_none(),
            trust: FilePolicy { base, shared: file.allow_shared },
            ..Self::bare(choice)
        };
        profile.settle(stanza.settings);
        for (section, table) in stanza.sections {
            if table.broken {
                profile.broken.insert(section);
            }
            profile.places.insert(section, table.place);
            profile.sections.insert(section, table.entries);
        }
        profile.overlay(&name, given);
        profile
            .sections
            .values_mut()
            .flat_map(BTreeMap::values_mut)
            .for_each(|entry| entry.look_up(choice));
        profile.name = Some(name);
        profile
    }

    /// Takes the settings beside the vendors' sections; the file's reader has checked each.
    fn settle(&mut self, settings: Entries) {
        let text = |key| settings.get(key).and_then(Entry::text);
        let number = |key| text(key).and_then(|digits| digits.parse::<u32>().ok());
        let count = |key| number(key).and_then(|number| usize::try_from(number).ok());
        self.ca_file = text("ca_file").map(|path| self.trust.base.join(path));
        self.proxy = text("proxy").map(str::to_owned);
        self.rate = number("rate");
        self.concurrency = count("concurrency");
        self.timeout = text("timeout").and_then(|text| crate::time::duration(text).ok());
        self.max_targets = count("max_targets");
        self.settings = settings;
    }

    fn overlay(&mut self, name: &str, given: EnvironmentValues) {
        if given.names.is_empty() {
            return;
        }
        let names = given.names.join(", ");
        let profile = visible(name);
        if !self.env_counts {
            self.notes.push(format!("-p chooses profile \"{profile}\" alone; set aside: {names}"));
            return;
        }
        self.notes.push(format!("the environment goes over profile \"{profile}\": {names}"));
        for (section, entries) in given.sections {
            self.sections.entry(section).or_default().extend(entries);
        }
    }

    /// What went over what, for standard error.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A vendor's keys, or an error that names all that is missing and the next command to type.
    pub fn account(&self, section: &'static Section) -> Result<Account> {
        let (account, gaps) = self.gather(section);
        if gaps.is_empty() {
            return Ok(account);
        }
        Err(Error::config(gaps.join("\n")).hint(self.remedy(section)))
    }

    /// Whether the file or the environment says anything of a vendor.
    #[must_use]
    pub fn is_configured(&self, section: &Section) -> bool {
        self.sections.contains_key(section.name)
    }

    /// A vendor's keys as far as they are there, and what is missing.
    #[must_use]
    pub fn gather(&self, section: &'static Section) -> (Account, Vec<String>) {
        let entries = self.sections.get(section.name).cloned().unwrap_or_default();
        let account = Account {
            section,
            profile: self.name.clone(),
            entries,
            trust: self.trust.clone(),
            check: self.check.clone(),
        };
        let account = account.with_defaults();
        let required = || section.keys_of(account.api()).filter(|key| key.required);
        let absent: Vec<_> = required()
            .filter(|key| !account.entries.contains_key(key.name))
            .map(|key| key.name)
            .collect();
        let mut gaps = Vec::new();
        if !absent.is_empty() {
            gaps.push(self.lack(section, &absent));
        }
        for key in required() {
            if account.text(key.name).is_some_and(source::is_placeholder) {
                gaps.push(account.complain(key.name, source::PLACEHOLDER));
            }
        }
        (account, gaps)
    }

    fn lack(&self, section: &Section, absent: &[&str]) -> String {
        let keys = absent.join(" and no ");
        let (Some(name), Some(file)) = (&self.name, &self.file) else {
            return format!(
                "the environment has no {} account: no {keys}, and there is no profile",
                section.name
            );
        };
        let table = file::header(&[name, section.name]);
        let profile = visible(name);
        if let Some(place) = self.places.get(section.name) {
            return format!("{place}: {table} of profile \"{profile}\" has no {keys}");
        }
        let keys = absent.join(" and ");
        format!(
            "{}: profile \"{profile}\" has no {table} section, which needs {keys}",
            show_path(file)
        )
    }

    /// The generation of the vendor's API that the profile or the environment chooses.
    #[must_use]
    pub fn api(&self, section: &'static Section) -> &str {
        static NOTHING: Entries = Entries::new();
        section.api(self.sections.get(section.name).unwrap_or(&NOTHING))
    }

    fn remedy(&self, section: &'static Section) -> String {
        let variables: Vec<_> =
            section.keys_of(self.api(section)).filter(|key| key.required && key.env).collect();
        let variables =
            variables.iter().map(|key| section.variable(key)).collect::<Vec<_>>().join(" and ");
        let check = &self.check;
        match (&self.file, self.env_counts) {
            (None, _) => format!(
                "set {variables}, or write a profile file with `livectl config init`, then `{check}`"
            ),
            (Some(_), true) => format!("complete the file, or set {variables}; then `{check}`"),
            (Some(_), false) => format!("complete the file, then `{check}`"),
        }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Entry {
    /// Takes the value of the environment variable that an entry of the file names.
    fn look_up(&mut self, choice: &ProfileSelector) {
        if let Value::Secret(ValueSource::Env { name, value }) = &mut self.value {
            *value = choice
                .variable(name)
                .map(|text| text.into_string().map(Zeroizing::new).map_err(drop));
        }
    }
}

fn show_path(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

fn quoted<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("\"{}\"", visible(name))).collect::<Vec<_>>().join(", ")
}

/// A path that places share.
type SharedPath = Arc<Path>;
