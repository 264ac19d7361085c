//! [`WatchReport`]: the lines of a watch, as they come, and its document at the end.

use std::io::{self, Write};
use std::time::Duration;

use chrono::Utc;
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use crate::console::queue::OutputWriter;
use crate::output::Format;
use crate::run::watch::goal::WatchGoal;
use crate::run::watch::watched::{SeenBy, StateChange, Watched, WatchedName, WatchedState};
use crate::text::visible;
use crate::time;

/// The lines of a watch.
pub(super) struct WatchReport {
    format: Format,
    goal: Option<WatchGoal>,
    out: OutputWriter,
    /// The widths of the columns of names and of those who look.
    widths: [usize; 2],
    /// The changes so far, for the document, which is printed whole at the end.
    changes: Vec<Value>,
}

impl WatchReport {
    /// A report in this form, of these streams.
    pub(crate) fn new(format: Format, goal: Option<WatchGoal>, watched: &[Watched]) -> Self {
        let names = watched.iter().map(|one| shown(&one.name).width());
        let observers = watched.iter().flat_map(|one| {
            [SeenBy::Vendor, SeenBy::Viewers]
                .map(|seen_by| observer_name(&one.name, seen_by).width())
        });
        let widths = [
            names.max().unwrap_or_default().max(TITLES[1].len()),
            observers.max().unwrap_or_default().max(TITLES[2].len()),
        ];
        Self { format, goal, out: OutputWriter::queued(), widths, changes: Vec::new() }
    }

    /// Prints the head of a table.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        match self.format {
            Format::Json | Format::Jsonl => Ok(()),
            Format::Table | Format::Csv | Format::Targets | Format::Curl => {
                // As wide as a moment of today.
                let [moment, name, observer, state] = TITLES;
                let moment = format!("{moment:<15}");
                self.line(&[&moment, name, observer, state])
            }
        }
    }

    /// Prints a change at once.
    pub(crate) fn change(&mut self, watched: &Watched, change: &StateChange) -> io::Result<()> {
        match self.format {
            Format::Json => self.changes.push(self.change_json(watched, change)),
            Format::Jsonl => {
                let line = self.change_json(watched, change);
                writeln!(self.out, "{line}")?;
                // At once, in a pipe too: a program that waits for the change acts on it.
                return self.out.flush();
            }
            Format::Table | Format::Csv | Format::Targets | Format::Curl => {
                let at = time::local(change.at, Utc::now());
                let (name, observer) =
                    (shown(&watched.name), observer_name(&watched.name, change.seen_by));
                return self.line(&[&at, &name, observer, &state(&change.observed)]);
            }
        }
        Ok(())
    }

    /// Prints what is left once the watch has ended with this exit code.
    pub(crate) fn end(
        &mut self,
        watched: &[Watched],
        elapsed: Duration,
        code: u8,
        is_urgent: &dyn Fn() -> bool,
    ) -> io::Result<()> {
        if self.format == Format::Json {
            let targets: Vec<_> = watched.iter().map(|one| self.target_json(one)).collect();
            let document = json!({
                "schema": "livectl-watch/1",
                "ok": code == 0,
                "error": null,
                "until": self.goal.map(WatchGoal::as_str),
                "elapsed_ms": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                "targets": targets,
                "changes": std::mem::take(&mut self.changes),
            });
            writeln!(self.out, "{document:#}")?;
        }
        self.out.drain(is_urgent)
    }

    fn line(&mut self, [at, name, observer, state]: &[&str; 4]) -> io::Result<()> {
        let [names, observers] = self.widths;
        let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
        let (after_name, after_observer) = (pad(name, names), pad(observer, observers));
        writeln!(self.out, "{at}  {name}{after_name}  {observer}{after_observer}  {state}")?;
        self.out.flush()
    }

    fn change_json(&self, watched: &Watched, change: &StateChange) -> Value {
        let mut line = Map::new();
        line.insert("at".into(), time::millis(change.at).into());
        line.extend(name_json(&watched.name));
        let seen_by = match change.seen_by {
            SeenBy::Vendor => "vendor",
            SeenBy::Viewers => "viewers",
        };
        line.insert("seen_by".into(), seen_by.into());
        line.insert("state".into(), change.observed.state.clone().into());
        line.insert("message".into(), change.observed.why.clone().into());
        line.insert("hint".into(), change.observed.hint.clone().into());
        line.insert("reached".into(), self.goal.map(|_| change.is_reached).into());
        line.into()
    }

    fn target_json(&self, watched: &Watched) -> Value {
        let state = |observed: &Option<WatchedState>| {
            observed.as_ref().and_then(|observed| observed.state.clone())
        };
        let mut target = name_json(&watched.name);
        target.insert("state".into(), state(&watched.vendor).into());
        target.insert("viewer".into(), state(&watched.viewers).into());
        target.insert("reached".into(), self.goal.map(|goal| watched.is_reached(goal)).into());
        target.into()
    }
}

const TITLES: [&str; 4] = ["TIME", "TARGET", "SEEN BY", "STATE"];

/// The name for people.
#[must_use]
pub(super) fn shown(name: &WatchedName) -> String {
    let name = name.target.as_deref().or(name.play.as_deref()).unwrap_or_default();
    visible(name).into_owned()
}

fn observer_name(name: &WatchedName, seen_by: SeenBy) -> &'static str {
    match seen_by {
        SeenBy::Vendor => name.vendor.unwrap_or_default(),
        SeenBy::Viewers if name.play.is_some() => "viewers",
        SeenBy::Viewers => "",
    }
}

fn state(observed: &WatchedState) -> String {
    match (&observed.state, &observed.why) {
        (Some(state), _) => visible(state).into_owned(),
        (None, Some(why)) => format!("not known: {}", visible(why)),
        (None, None) => "not known".into(),
    }
}

fn name_json(name: &WatchedName) -> Map<String, Value> {
    let WatchedName { vendor, target, domain, app, play } = name;
    let members = [
        ("vendor", Value::from(*vendor)),
        ("target", target.clone().into()),
        ("domain", domain.clone().into()),
        ("app", app.clone().into()),
        ("play", play.clone().into()),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
