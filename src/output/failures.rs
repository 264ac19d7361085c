//! The targets of a run that were not done, grouped by reason, for the end of it.
//!
//! Owns the groups and their lines; the commands that come next are those of [`super::next_steps`]. A group keeps a few rows
//! and a count, so that a million failures need no more room than twenty.

use chrono::Utc;

use crate::outcome::fault::Fault;
use crate::outcome::{Outcome, Status};
use crate::output::RunInfo;
use crate::output::cells::message;
use crate::text::{count, excerpt, shell_word, wrap};

/// The most targets that a group names, and that a command is printed for.
pub(super) const NAMED: usize = 20;

/// The most reasons that are told apart; the rest is one group.
const REASONS: usize = 10;

/// How much of a message is printed, in characters.
const MESSAGE: usize = 400;

/// Everything that was not done.
#[derive(Default)]
pub(super) struct Failures {
    groups: Vec<FailureGroup>,
    skipped: Vec<FailureGroup>,
    /// The targets whose outcome is unknown, as many as are kept.
    pub(super) unknown: Vec<u32>,
}

/// Targets that share a reason.
struct FailureGroup {
    status: Status,
    /// `None` for several reasons.
    fault: Option<Fault>,
    /// Its first rows.
    rows: Vec<u32>,
    count: usize,
}

impl FailureGroup {
    fn new(status: Status, fault: Option<Fault>) -> Self {
        Self { status, fault, rows: Vec::new(), count: 0 }
    }

    fn add(&mut self, row: u32) {
        self.count += 1;
        if self.rows.len() < NAMED {
            self.rows.push(row);
        }
    }

    fn message(&self) -> String {
        let fault = self.fault.as_ref();
        let text = fault.map_or("other reasons".into(), |fault| message(fault, Utc::now()));
        excerpt(&text, MESSAGE)
    }
}

impl Failures {
    /// Records an outcome that is not ok.
    pub(super) fn add(&mut self, row: usize, outcome: &Outcome) {
        if outcome.is_ok() {
            return;
        }
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        if outcome.status == Status::Unknown && self.unknown.len() < NAMED {
            self.unknown.push(row);
        }
        let (status, fault) = (outcome.status, outcome.fault.as_ref());
        let is_skipped = status == Status::Skipped;
        let groups = if is_skipped { &mut self.skipped } else { &mut self.groups };
        let is_same = |group: &FailureGroup| {
            group.status == status
                && match (&group.fault, fault) {
                    // What was skipped is not named, so its kind is enough.
                    (Some(one), Some(other)) if is_skipped => one.kind == other.kind,
                    (one, other) => one.as_ref() == other,
                }
        };
        let is_other = |group: &FailureGroup| group.status == status && group.fault.is_none();
        let index = match groups.iter().position(is_same) {
            Some(index) => index,
            None if groups.len() < REASONS => {
                groups.push(FailureGroup::new(status, fault.cloned()));
                groups.len() - 1
            }
            None => groups.iter().position(is_other).unwrap_or_else(|| {
                groups.push(FailureGroup::new(status, None));
                groups.len() - 1
            }),
        };
        groups[index].add(row);
    }

    /// The first target that was not done, and why, in a few words.
    pub(super) fn first(&self, info: &RunInfo) -> Option<String> {
        let worst = self.groups.iter().max_by_key(|group| group.status == Status::Unknown);
        let group = worst.or(self.skipped.first())?;
        let name = name(info, *group.rows.first()?);
        Some(format!("{} {name}: {}", words(group.status), group.message()))
    }

    /// The lines: for each reason the targets and a hint, then one for what was skipped.
    pub(super) fn lines(&self, info: &RunInfo, width: Option<usize>) -> Vec<String> {
        let mut lines = Vec::new();
        let mut hints: Vec<&str> = Vec::new();
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|group| group.status != Status::Unknown);
        for group in groups {
            let targets = count(group.count, "target");
            let reason = format!("{}, {targets}: {}", words(group.status), group.message());
            push_wrapped(&mut lines, reason.split(' '), "", width);
            let mut names: Vec<_> = group.rows.iter().map(|row| name(info, *row)).collect();
            let more = group.count - names.len();
            if more > 0 {
                names.push(format!("and {more} more"));
            }
            push_wrapped(&mut lines, names.iter().map(String::as_str), "  ", width);
            add_hint(&mut lines, &mut hints, group, width);
        }
        if let Some(skipped) = self.skipped_line() {
            push_wrapped(&mut lines, skipped.split(' '), "", width);
        }
        self.skipped.iter().for_each(|group| add_hint(&mut lines, &mut hints, group, width));
        lines
    }

    fn skipped_line(&self) -> Option<String> {
        let total: usize = self.skipped.iter().map(|group| group.count).sum();
        let reason = |group: &FailureGroup| match self.skipped.len() {
            1 => group.message(),
            _ => format!("{} since {}", group.count, group.message()),
        };
        let reasons: Vec<_> = self.skipped.iter().map(reason).collect();
        (total > 0).then(|| format!("skipped, {}: {}", count(total, "target"), reasons.join("; ")))
    }
}

/// Adds words in lines that fit a terminal; in a pipe they are one line.
fn push_wrapped<'w>(
    lines: &mut Vec<String>,
    words: impl Iterator<Item = &'w str>,
    indent: &str,
    width: Option<usize>,
) {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(2).max(1));
    for (index, line) in wrap(words, room).into_iter().enumerate() {
        let indent = if index == 0 { indent } else { "  " };
        lines.push(format!("{indent}{line}"));
    }
}

/// Adds the hint of a group, unless it is there already.
fn add_hint<'f>(
    lines: &mut Vec<String>,
    hints: &mut Vec<&'f str>,
    group: &'f FailureGroup,
    width: Option<usize>,
) {
    let hint = group.fault.as_ref().and_then(|fault| fault.hint.as_deref());
    if let Some(hint) = hint.filter(|hint| !hints.contains(hint)) {
        hints.push(hint);
        let hint = format!("hint: {}", excerpt(hint, MESSAGE));
        push_wrapped(lines, hint.split(' '), "  ", width);
    }
}

/// A target as a word of a shell, so that several can be copied.
fn name(info: &RunInfo, row: u32) -> String {
    shell_word(info.operations[row as usize].target())
}

fn words(status: Status) -> &'static str {
    match status {
        Status::NotApplied => "not applied",
        _ => status.as_str(),
    }
}
