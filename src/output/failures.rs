//! The targets of a run that were not done, grouped by reason, for the end of it.
//!
//! Owns the groups and their lines; the commands that come next are those of [`super::next_steps`]. A group keeps a few rows
//! and a count, so that a million failures need no more room than twenty.

use chrono::Utc;

use crate::console::layout::wrapped;
use crate::outcome::fault::Fault;
use crate::outcome::{Outcome, Status};
use crate::output::RunInfo;
use crate::output::cells::message_with;
use crate::text::{count, excerpt, shell_word, words};
use crate::time::{self, Timestamp};

/// The most targets that a group names, and that a command is printed for.
pub(super) const NAMED: usize = 20;

/// The most reasons that have a group of their own; the rest is one group.
// A vendor's message may name its target, and then each failure has another reason.
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
    /// The targets that were cut and came back while they were held, as many as are kept.
    pub(super) returned: Vec<u32>,
}

/// Targets that share a reason.
struct FailureGroup {
    status: Status,
    /// `None` for several reasons.
    fault: Option<Fault>,
    /// Its first rows, in the order of the input.
    rows: Vec<u32>,
    count: usize,
    /// The first and the last of the moments in its messages, which differ in nothing else.
    moments: Option<(Timestamp, Timestamp)>,
}

impl FailureGroup {
    fn new(status: Status, fault: Option<Fault>) -> Self {
        Self { status, fault, rows: Vec::new(), count: 0, moments: None }
    }

    fn add(&mut self, row: u32, fault: Option<&Fault>) {
        self.count += 1;
        keep_first(&mut self.rows, row);
        for at in fault.into_iter().flat_map(moments) {
            let (first, last) = self.moments.unwrap_or((at, at));
            self.moments = Some((first.min(at), last.max(at)));
        }
    }

    /// Whether an outcome belongs to it: messages may differ in their moments.
    fn is_of(&self, status: Status, fault: Option<&Fault>) -> bool {
        self.status == status
            && match (&self.fault, fault) {
                (Some(one), Some(other)) => {
                    one == other
                        || one.kind == other.kind
                            && one.hint == other.hint
                            && timeless(one) == timeless(other)
                }
                (one, other) => one.as_ref() == other,
            }
    }

    fn message(&self) -> String {
        let now = Utc::now();
        let mut moment = |at| match self.moments {
            Some((first, last)) if first < last => {
                format!("{} to {}", time::local(first, now), time::local(last, now))
            }
            _ => time::local(at, now),
        };
        let fault = self.fault.as_ref();
        let text = fault.map_or("other reasons".into(), |fault| message_with(fault, &mut moment));
        excerpt(&text, MESSAGE)
    }

    fn place(&self) -> (bool, Option<u32>) {
        // What is in doubt comes first: it has to be looked at before anything is sent again.
        (self.status != Status::Unknown, self.rows.first().copied())
    }
}

impl Failures {
    /// Records an outcome that is not ok, or did not last.
    pub(super) fn add(&mut self, row: usize, outcome: &Outcome) {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        if outcome.is_ok() {
            if outcome.held == Some(false) {
                keep_first(&mut self.returned, row);
            }
            return;
        }
        if outcome.status == Status::Unknown {
            keep_first(&mut self.unknown, row);
        }
        let (status, fault) = (outcome.status, outcome.fault.as_ref());
        let is_skipped = status == Status::Skipped;
        let groups = if is_skipped { &mut self.skipped } else { &mut self.groups };
        let known = groups.iter().position(|group| group.is_of(status, fault));
        let reason = fault.filter(|_| groups.len() < REASONS);
        let index = known.or_else(|| groups.iter().position(|group| group.is_of(status, reason)));
        let index = index.unwrap_or_else(|| {
            groups.push(FailureGroup::new(status, reason.cloned()));
            groups.len() - 1
        });
        groups[index].add(row, fault);
    }

    /// The first target that was not done, or did not stay off air, and why, in a few words.
    pub(super) fn first(&self, info: &RunInfo) -> Option<String> {
        let groups = if self.groups.is_empty() { &self.skipped } else { &self.groups };
        let Some(group) = groups.iter().min_by_key(|group| group.place()) else {
            return Some(format!("live again {}", name(info, *self.returned.first()?)));
        };
        let name = name(info, *group.rows.first()?);
        Some(format!("{} {name}: {}", status_words(group.status), group.message()))
    }

    /// The lines: for each reason the targets and a hint, then one for what was skipped.
    pub(super) fn lines(&self, info: &RunInfo, width: Option<usize>) -> Vec<String> {
        let mut lines = Vec::new();
        let mut hints: Vec<&str> = Vec::new();
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|group| group.place());
        for group in groups {
            let targets = count(group.count, "target");
            let reason = format!("{}, {targets}: {}", status_words(group.status), group.message());
            lines.extend(wrapped(words(&reason), "", width));
            let mut names: Vec<_> = group.rows.iter().map(|row| name(info, *row)).collect();
            let more = group.count - names.len();
            if more > 0 {
                names.push(format!("and {more} more"));
            }
            lines.extend(wrapped(names.iter().map(String::as_str), "  ", width));
            add_hint(&mut lines, &mut hints, group, width);
        }
        let mut skipped: Vec<_> = self.skipped.iter().collect();
        skipped.sort_by_key(|group| group.place());
        if let Some(skipped) = skipped_line(&skipped) {
            lines.extend(wrapped(words(&skipped), "", width));
        }
        skipped.into_iter().for_each(|group| add_hint(&mut lines, &mut hints, group, width));
        lines
    }
}

fn skipped_line(groups: &[&FailureGroup]) -> Option<String> {
    let total: usize = groups.iter().map(|group| group.count).sum();
    let reason = |group: &&FailureGroup| match groups.len() {
        1 => group.message(),
        _ => format!("{} since {}", group.count, group.message()),
    };
    let reasons: Vec<_> = groups.iter().map(reason).collect();
    (total > 0).then(|| format!("skipped, {}: {}", count(total, "target"), reasons.join("; ")))
}

fn keep_first(rows: &mut Vec<u32>, row: u32) {
    // In the order of the input, whenever they settle: people compare the names with their list.
    let place = rows.partition_point(|known| *known < row);
    if place < NAMED {
        rows.insert(place, row);
        rows.truncate(NAMED);
    }
}

/// The moments in a message.
fn moments(fault: &Fault) -> Vec<Timestamp> {
    let mut moments = Vec::new();
    message_with(fault, &mut |at| {
        moments.push(at);
        String::new()
    });
    moments
}

/// A message without its moments.
fn timeless(fault: &Fault) -> String {
    message_with(fault, &mut |_| String::new())
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
        lines.extend(wrapped(words(&hint), "  ", width));
    }
}

/// A target as a word of a shell, so that several can be copied.
fn name(info: &RunInfo, row: u32) -> String {
    shell_word(info.operations[row as usize].target())
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::NotApplied => "not applied",
        _ => status.as_str(),
    }
}
