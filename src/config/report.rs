//! `config check` and `config show`: what is wrong with the configuration, and what it comes to.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use super::{
    Account, Entries, Key, Origin, Profile, ProfileSelector, SETTINGS, Section, Value, ValueKind,
    choose, open, show_path,
};
use crate::error::{Error, Result};
use crate::net::{check_ca_file, environment_proxies, proxy_without_password};
use crate::text::visible;

/// A signature that holds longer than this, in seconds, is worth a note.
const LONG_TTL: i64 = 600;

/// What `config check` finds.
#[derive(Debug)]
pub struct Report {
    file: Option<PathBuf>,
    profile: Option<String>,
    problems: Vec<String>,
    vendors: Vec<(&'static str, State)>,
    notes: Vec<String>,
}

/// The columns of a narrow terminal.
const WIDTH: usize = 80;

/// Whether a vendor can be used.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Ready,
    /// Every reason, each with its place.
    NotReady(Vec<String>),
    NotConfigured,
}

impl State {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady(_) => "not ready",
            Self::NotConfigured => "not configured",
        }
    }

    fn reasons(&self) -> &[String] {
        match self {
            Self::NotReady(reasons) => reasons,
            Self::Ready | Self::NotConfigured => &[],
        }
    }
}

/// Looks at everything, secrets included, and names every problem at once.
#[must_use]
pub fn check(choice: &ProfileSelector) -> Report {
    let file = choice.find().map(|(path, _)| path);
    let mut report = Report {
        file,
        profile: None,
        problems: Vec::new(),
        vendors: Vec::new(),
        notes: Vec::new(),
    };
    let file = match open(choice) {
        Ok(file) => file,
        Err(error) => return report.with_error(&error),
    };
    report.file = file.as_ref().map(|file| file.path.to_path_buf());
    let is_refused = file.as_ref().is_some_and(|file| file.refused);
    report.problems = file.as_ref().map(|file| file.problems.clone()).unwrap_or_default();
    match choose(choice, file) {
        Ok(profile) => report.look_at(&profile, choice, is_refused),
        // What follows from a problem that has been told is none of its own.
        Err(error) if report.problems.is_empty() => report = report.with_error(&error),
        Err(_) => {}
    }
    report
}

impl Report {
    fn with_error(mut self, error: &Error) -> Self {
        self.problems.extend(error.to_string().lines().map(str::to_owned));
        if let (Some(last), Some(hint)) = (self.problems.last_mut(), &error.hint) {
            last.push_str("; ");
            last.push_str(hint);
        }
        self
    }

    fn look_at(&mut self, profile: &Profile, choice: &ProfileSelector, is_refused: bool) {
        self.profile.clone_from(&profile.name);
        self.notes.extend_from_slice(profile.notes());
        self.problems.extend(useless_ca_file(profile));
        let mut any_remote = false;
        for section in choice.sections {
            let state = readiness(profile, section, is_refused);
            // What a broken section comes to, its generation among it, is not what its author meant.
            if state != State::NotConfigured && !profile.broken.contains(section.name) {
                let account = profile.gather(section).0;
                any_remote |= !account.endpoint().is_some_and(|endpoint| endpoint.is_loopback());
                self.notes.extend(advice(&account));
            }
            self.vendors.push((section.name, state));
        }
        if any_remote && profile.proxy.is_none() {
            self.problems.extend(
                environment_proxies(&|name| choice.variable(name))
                    .err()
                    .map(|error| error.to_string()),
            );
        }
        if self.problems.is_empty()
            && self.vendors.iter().all(|(_, state)| *state == State::NotConfigured)
        {
            self.problems.push(nobody(choice.sections));
        }
    }

    /// Whether a run could start: no problem, a vendor that is ready, and none that is only half there.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
            && self.vendors.iter().any(|(_, state)| *state == State::Ready)
            && self.vendors.iter().all(|(_, state)| state.reasons().is_empty())
    }

    /// The report for people.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = heading(self.file.as_deref(), self.profile.as_deref());
        if !self.problems.is_empty() {
            text.push_str("\nproblems\n");
            self.problems.iter().for_each(|problem| line(&mut text, "  ", problem));
        }
        if !self.vendors.is_empty() {
            text.push('\n');
        }
        for (name, state) in &self.vendors {
            line(&mut text, "", &format!("{name:<9}{}", state.as_str()));
            state.reasons().iter().for_each(|reason| line(&mut text, "         ", reason));
        }
        notes(&mut text, &self.notes);
        text
    }

    /// The report for programs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let vendor = |(name, state): &(&str, State)| json!({ "vendor": name, "state": state.as_str().replace(' ', "_"), "reasons": state.reasons() });
        json!({
            "ok": self.is_ok(),
            "file": self.file.as_deref().map(Path::to_string_lossy),
            "profile": self.profile,
            "problems": self.problems,
            "vendors": self.vendors.iter().map(vendor).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

fn useless_ca_file(profile: &Profile) -> Option<String> {
    let (path, entry) = (profile.ca_file.as_deref()?, profile.settings.get("ca_file")?);
    check_ca_file(path).err().map(|error| format!("{}: {error}", entry.origin))
}

fn readiness(profile: &Profile, section: &'static Section, is_refused: bool) -> State {
    if !profile.is_configured(section) {
        return State::NotConfigured;
    }
    if is_refused {
        return State::NotReady(vec![
            "others can change its file, or read its secrets; see above".into(),
        ]);
    }
    if profile.broken.contains(section.name) {
        return State::NotReady(vec!["its section has a problem; see above".into()]);
    }
    let (account, mut reasons) = profile.gather(section);
    reasons.extend(account.complaints());
    if reasons.is_empty() { State::Ready } else { State::NotReady(reasons) }
}

/// That a profile has no vendor.
#[must_use]
pub fn nobody(sections: &[&'static Section]) -> String {
    let names: Vec<_> = sections.iter().map(|section| section.name).collect();
    format!("no vendor is configured; add a section for one of {}", names.join(", "))
}

/// An endpoint that stayed when the generation of the API was changed.
fn others_home(account: &Account) -> Option<String> {
    let (name, api) = (account.section.name, account.api());
    let endpoint = account.text("endpoint")?;
    let is_it =
        |key: &&Key| key.name == "endpoint" && !key.serves(api) && key.default == Some(endpoint);
    let other = account.section.keys.iter().find(is_it)?.api?;
    Some(format!(
        "{name}.endpoint is where the {other} API is, and {name}.api is {api}: change the one or the other"
    ))
}

/// What is allowed and yet worth knowing.
#[must_use]
pub fn advice(account: &Account) -> Vec<String> {
    let name = account.section.name;
    let is_used = |word| account.section.keys_of(account.api()).any(|key| key.name == word);
    let ttl = account
        .text("sign_ttl")
        .filter(|_| is_used("sign_ttl"))
        .and_then(|text| text.parse::<i64>().ok());
    let mut notes: Vec<_> = others_home(account).into_iter().collect();
    if let Some(endpoint) = account.endpoint()
        && endpoint.is_plain_http()
        && !endpoint.is_loopback()
    {
        let risk = ttl.map_or("read it and send it again".to_owned(), |ttl| {
            format!("replay its signature, for any request, until its `t`, {ttl} s after signing")
        });
        notes.push(format!(
            "{name}.endpoint is plain http: who sees a request on its way can {risk}"
        ));
    }
    if let Some(ttl) = ttl.filter(|ttl| *ttl > LONG_TTL) {
        notes.push(format!(
            "{name}.sign_ttl is {ttl} s: a signature that leaks holds for so long; 60 is enough"
        ));
    }
    if account.section.key("cluster").is_some() {
        match (account.text("cluster"), account.text("endpoint")) {
            (None, None) => {
                notes.push(format!(
                    "{name} has neither cluster nor endpoint: each run must name a --cluster"
                ));
            }
            (Some(_), Some(_)) => {
                notes.push(format!("{name}.endpoint is set, so {name}.cluster has no effect"))
            }
            (_, _) => {}
        }
    }
    notes
}

/// What `config show` prints: every key, its value and where that came from.
#[derive(Debug)]
pub struct CheckReport {
    file: Option<PathBuf>,
    profile: Option<String>,
    rows: Vec<Row>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Row {
    section: &'static Section,
    key: &'static str,
    is_secret: bool,
    /// Never a secret's own.
    value: Option<String>,
    origin: Option<Origin>,
    /// Where the origin in turn has it from, for a secret that does not stand there.
    from: Option<String>,
}

/// Lists the values that hold for this run; no secret is fetched.
pub fn show(choice: &ProfileSelector) -> Result<CheckReport> {
    let profile = super::load(choice)?;
    let mut rows = Vec::new();
    for section in choice.sections {
        let account = profile.gather(section).0;
        rows.extend(
            section.keys_of(account.api()).map(|key| Row::of(section, key, &account.entries)),
        );
    }
    rows.extend(SETTINGS.keys.iter().map(|key| Row::of(&SETTINGS, key, &profile.settings)));
    let mut notes = profile.notes().to_vec();
    if profile.proxy.is_none() {
        match environment_proxies(&|name| choice.variable(name)) {
            Ok(names) if names.is_empty() => {}
            Ok(names) => {
                notes.push(format!("the proxy is the environment's: {}", names.join(", ")))
            }
            Err(error) => notes.push(error.to_string()),
        }
    }
    Ok(CheckReport { file: profile.file.clone(), notes, profile: profile.name, rows })
}

impl Row {
    fn of(section: &'static Section, key: &'static Key, entries: &Entries) -> Self {
        let is_secret = key.form == ValueKind::Secret;
        let row = Self { section, key: key.name, is_secret, value: None, origin: None, from: None };
        let Some(entry) = entries.get(key.name) else {
            return match key.default {
                Some(default) => {
                    Self { value: Some(default.to_owned()), origin: Some(Origin::Default), ..row }
                }
                None => row,
            };
        };
        let (value, from) = match &entry.value {
            Value::Text(text) if key.name == "proxy" => (Some(veiled(text)), None),
            Value::Text(text) => (Some(text.clone()), None),
            Value::Secret(source) => (source.is_set().then(|| "set".to_owned()), source.kind()),
        };
        Self { value, from, origin: Some(entry.origin.clone()), ..row }
    }

    fn value(&self) -> String {
        self.value.as_deref().map_or("not set".into(), |value| visible(value).into_owned())
    }

    /// The origin in few characters; the file's folder stands in the heading.
    fn origin(&self) -> String {
        let origin = match &self.origin {
            None => String::new(),
            Some(Origin::File(place)) => {
                let name = place.path.file_name().map(Path::new).map(show_path).unwrap_or_default();
                format!("{name}:{}", place.line)
            }
            Some(Origin::Environment(name)) => format!("env {name}"),
            Some(Origin::Default) => "default".to_owned(),
        };
        [Some(origin), self.from.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn to_json(&self) -> Json {
        let origin = match &self.origin {
            None => Json::Null,
            Some(Origin::File(place)) => json!({
                "kind": "file", "path": place.path.to_string_lossy(), "line": place.line, "column": place.column,
            }),
            Some(Origin::Environment(name)) => json!({ "kind": "environment", "name": name }),
            Some(Origin::Default) => json!({ "kind": "default" }),
        };
        json!({
            "key": self.section.path(self.key),
            "value": self.value,
            "secret": self.is_secret,
            "origin": origin,
            "from": self.from,
        })
    }
}

impl CheckReport {
    /// The list for people.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = heading(self.file.as_deref(), self.profile.as_deref());
        text.push('\n');
        let cells = |row: &Row| [row.section.path(row.key), row.value(), row.origin()];
        let head = ["key", "value", "from"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head).chain(self.rows.iter().map(cells)).collect();
        let widest =
            |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
        let widths = [widest(0), widest(1)];
        for [key, value, origin] in &rows {
            let row = format!("{}  {}  {origin}", padded(key, widths[0]), padded(value, widths[1]));
            line(&mut text, "", row.trim_end());
        }
        notes(&mut text, &self.notes);
        text
    }

    /// The list for programs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "file": self.file.as_deref().map(Path::to_string_lossy),
            "profile": self.profile,
            "values": self.rows.iter().map(Row::to_json).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

/// A proxy's URL; that it holds a login is shown, and neither half of that, for each may be a secret.
fn veiled(proxy: &str) -> String {
    let plain = proxy_without_password(proxy);
    if plain == proxy { plain } else { plain.replacen("://", "://***@", 1) }
}

fn heading(file: Option<&Path>, profile: Option<&str>) -> String {
    let file = file.map_or("none".into(), show_path);
    let profile = profile.map_or("none".into(), visible);
    format!("file     {file}\nprofile  {profile}\n")
}

fn notes(text: &mut String, notes: &[String]) {
    if !notes.is_empty() {
        text.push_str("\nnotes\n");
        for note in notes {
            wrapped(text, note);
        }
    }
}

/// A line, or several that are all indented alike.
fn line(text: &mut String, indent: &str, line: &str) {
    for line in line.lines() {
        let _ = writeln!(text, "{indent}{line}");
    }
}

/// A note in lines that a narrow terminal shows whole; no word is divided.
fn wrapped(text: &mut String, note: &str) {
    let mut row = String::from(" ");
    for word in note.split(' ') {
        if row.width() + 1 + word.width() > WIDTH && !row.trim().is_empty() {
            line(text, "", &row);
            row = String::from("   ");
        }
        row.push(' ');
        row.push_str(word);
    }
    line(text, "", &row);
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
