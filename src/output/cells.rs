//! The texts in the rows of a table: what happened to a target, the state that was read, the items of a list.
//!
//! Times are those of this machine's zone; text from outside is made visible. Widths are those of [`super::columns`].

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::api::operation::Operation;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;
use crate::outcome::fault::Fault;
use crate::outcome::viewer::ViewerState;
use crate::outcome::{Outcome, Status};
use crate::output::{LooksAt, RunInfo};
use crate::text::{excerpt, json_text, visible};
use crate::time::{self, Timestamp};

/// How much of a text from outside is in a cell, in characters.
const CELL: usize = 400;

/// The settings that are printed first.
// A detail is shortened at its end, and the end of a ban is what people look for.
const ENDS: [&str; 3] = ["until", "for", "permanent"];

/// A target with what was read of it.
pub(super) struct Reading {
    pub(super) target: String,
    pub(super) state: String,
    /// Its end, or since when, and where it is; why it could not be read.
    pub(super) times: String,
}

/// The effect on a target and its settings, the state that was read, or the fault.
pub(super) fn detail(
    info: &RunInfo,
    operation: &dyn Operation,
    outcome: &Outcome,
    now: Timestamp,
) -> String {
    if let Some(fault) = &outcome.fault {
        return fault_detail(fault, now);
    }
    let mut detail = seen(info, operation.spec().effect, outcome);
    let settings = operation.settings();
    let settings = settings.iter().map(|(key, value)| (*key, value)).collect();
    for setting in shown_settings(settings, now) {
        let _ = write!(detail, ", {setting}");
    }
    detail
}

/// The settings of an operation for people, the end first and with how long that is from now.
pub(crate) fn shown_settings(
    mut settings: Vec<(&str, &Value)>,
    now: Timestamp,
) -> impl Iterator<Item = String> {
    settings.sort_by_key(|(key, _)| !ENDS.contains(key));
    let shown = move |(key, value): (&str, &Value)| {
        let end = || time::moment_at(value.as_str()?).ok();
        let shown = match (end().filter(|_| key == "until"), value.as_bool()) {
            (Some(end), _) => time::local_end(end, now),
            // A switch is its name alone.
            (None, Some(true)) => return key.to_owned(),
            (None, Some(false) | None) => json_text(value),
        };
        format!("{key} {}", visible(&shown))
    };
    settings.into_iter().map(shown)
}

/// The effect, and what was seen of it.
fn seen(info: &RunInfo, effect: Effect, outcome: &Outcome) -> String {
    let state = outcome.answer.state.as_deref().map(|state| visible(state).into_owned());
    if let (Effect::None, Some(state)) = (effect, &state) {
        return state.clone();
    }
    let mut parts = vec![effect.words().to_owned()];
    match (outcome.answer.verified, state) {
        // Verified is that it is off air; `forbidden`, which it may be too, is no effect of this.
        (Some(_), Some(_)) if effect == Effect::CutOnce => {
            parts.push("verified as not live".into());
        }
        (Some(_), Some(state)) => parts.push(format!("verified as {state}")),
        (None, _) if outcome.viewer_hint.is_some() => {}
        (None, _) if info.looks_at != LooksAt::Nothing && effect != Effect::None => {
            parts.push("not verified".into());
        }
        (_, _) => {}
    }
    parts.extend(viewers(outcome));
    match outcome.held {
        Some(true) => parts.push("held".into()),
        Some(false) => parts.push("live again".into()),
        None if info.looks_at == LooksAt::Hold && effect.takes_off_air() => {
            parts.push("not looked at to the end".into());
        }
        None => {}
    }
    parts.join(", ")
}

/// What viewers get, where a probe has looked.
fn viewers(outcome: &Outcome) -> Option<String> {
    let seconds = |after: Duration| format!(" after {:.1} s", after.as_secs_f64());
    match (outcome.viewer, outcome.viewer_hint) {
        (Some(ViewerState::Off), _) => {
            let after = outcome.off_after.map(seconds).unwrap_or_default();
            Some(format!("viewers off{after}"))
        }
        (Some(ViewerState::On), _) => Some("viewers still get it".into()),
        (None, Some("")) => Some("viewers not checked".into()),
        (None, Some(hint)) => Some(format!("viewers not checked ({hint})")),
        (None, None) => None,
    }
}

fn fault_detail(fault: &Fault, now: Timestamp) -> String {
    let hint = fault.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    let text = format!("{}{hint}", message(fault, now));
    excerpt(&text, CELL)
}

/// The message of a fault, the moments in one of the program's own in this machine's zone.
pub(super) fn message(fault: &Fault, now: Timestamp) -> String {
    message_with(fault, &mut |at| time::local(at, now))
}

/// The message of a fault, the moments in one of the program's own as `print` writes them.
pub(super) fn message_with(fault: &Fault, print: &mut dyn FnMut(Timestamp) -> String) -> String {
    // A vendor's message is printed unchanged: what looks like a moment in it may be a name.
    if fault.kind.has_own_moments() {
        time::with_moments(&fault.message, print)
    } else {
        fault.message.clone()
    }
}

/// The state of a target, the fault, or the items of a list.
pub(super) fn readings(
    operation: &dyn Operation,
    outcome: &Outcome,
    now: Timestamp,
) -> Vec<Reading> {
    if let Some(items) = outcome.answer.items.as_ref().filter(|items| !items.is_empty()) {
        let has_ends = has_ends(outcome);
        return items.iter().map(|item| listed(operation, item, has_ends, now)).collect();
    }
    let (state, times) = match &outcome.fault {
        Some(fault) => (outcome.status.as_str().to_owned(), fault_detail(fault, now)),
        None if outcome.status == Status::Planned => {
            (outcome.status.as_str().into(), String::new())
        }
        None if outcome.answer.items.is_some() => ("no streams".into(), String::new()),
        None => {
            let state = outcome.answer.state.as_deref().unwrap_or("not reported by this API");
            (visible(state).into_owned(), String::new())
        }
    };
    vec![Reading { target: visible(operation.target()).into_owned(), state, times }]
}

/// Whether an item of the list has an end.
pub(super) fn has_ends(outcome: &Outcome) -> bool {
    outcome.answer.items.iter().flatten().any(|item| item.until.is_some())
}

/// An item of a list; one that cannot be read as the vendor gives it.
fn listed(list: &dyn Operation, item: &ListItem, has_ends: bool, now: Timestamp) -> Reading {
    let target = match &item.target {
        Some(target) => visible(target).into_owned(),
        None => excerpt(&item.vendor.to_string(), CELL),
    };
    let mut times = match (item.until, item.since) {
        (Some(end), _) => time::local_end(end, now),
        (None, Some(since)) if has_ends => {
            format!("no known end, since {}", time::local(since, now))
        }
        (None, Some(since)) => format!("since {}", time::local(since, now)),
        (None, None) => String::new(),
    };
    // A name with its application is whole; the domain is the list's own, unless the list is of all.
    let place = |text: &Option<String>| text.as_deref().map(|text| visible(text).into_owned());
    let domain = place(&item.domain).filter(|domain| *domain != list.target());
    let app = place(&item.app).filter(|app| !target.starts_with(&format!("{app}/")));
    for part in domain.into_iter().chain(app.map(|app| format!("app {app}"))) {
        let between = if times.is_empty() { "" } else { ", " };
        let _ = write!(times, "{between}{part}");
    }
    Reading { target, state: list.spec().item_state.to_owned(), times }
}
