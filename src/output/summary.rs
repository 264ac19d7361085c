//! The end of a run: the last lines on standard error, and the exit code.

use std::time::Duration;

use crate::api::operation::Operation;
use crate::console;
use crate::console::layout::wrapped;
use crate::outcome::summary::Summary;
use crate::output::next_steps::TypedRun;
use crate::output::reporter::{Reporter, WriterState};
use crate::output::{LooksAt, RunInfo};
use crate::policy::command_line::CommandLine;
use crate::text::{count, reason, visible, words};
use crate::time;

/// A run whose every row has settled.
pub(crate) struct FinishedRun {
    pub(crate) reporter: Reporter,
    /// The exit code that a signal asks for.
    pub(crate) signal: Option<u8>,
    /// Why the journal, if there is one, does not have everything.
    pub(crate) recorded: Result<(), String>,
    /// The line that names the command which takes the run back.
    pub(crate) take_back: Option<String>,
}

impl FinishedRun {
    /// Prints the rest and the closing lines, and returns the exit code: the interruption's, then 6, 4, 5.
    pub(crate) fn close(self, info: &RunInfo, typed: &TypedRun<'_>) -> u8 {
        let (console, elapsed, mut writer) = self.reporter.end();
        let left_out = writer.renderer.left_out();
        let settled = match writer.summary.exit_code() {
            0 if left_out.is_some() => 5,
            code => code,
        };
        let code = self.signal.unwrap_or(if self.recorded.is_ok() { settled } else { 6 });
        writer.finish(code);
        left_out.iter().for_each(|names| console::say(&format!("error: {names}")));
        report_unwritten(&writer, &self.recorded);
        let code = match &writer.failure {
            Some(_) => self.signal.or(writer.late_signal()).unwrap_or(6),
            None => code,
        };
        let take_back = self.take_back.as_deref();
        let closing = ClosingLines { info, typed, writer: &writer, elapsed, take_back };
        if console.quiet {
            closing.quiet_line().iter().for_each(|line| console::say(line));
        } else {
            let lines = closing.lines(code, self.signal.is_some(), console.width());
            lines.iter().for_each(|line| console.line(line));
        }
        console::drain_errors(&|| writer.urgency.is_urgent());
        code
    }
}

/// Reports why the output or the journal does not have everything.
fn report_unwritten(writer: &WriterState, recorded: &Result<(), String>) {
    let mut untried = format!("{} not tried", count(writer.untried, "target"));
    if writer.summary.unknown > 0 {
        untried.push_str(&format!(", {} unknown", writer.summary.unknown));
    }
    if let Err(reason) = recorded {
        console::say(&format!("error: the journal could not be written: {reason}; {untried}"));
    }
    if let Some(error) = &writer.failure {
        let reason = reason(error);
        console::say(&format!("error: the output could not be written: {reason}; {untried}"));
    }
}

/// The last lines of a run.
struct ClosingLines<'a> {
    info: &'a RunInfo,
    typed: &'a TypedRun<'a>,
    writer: &'a WriterState,
    elapsed: Duration,
    take_back: Option<&'a str>,
}

impl ClosingLines<'_> {
    /// The failures by reason, the counts, and the next commands. The command that resumes comes last.
    fn lines(&self, code: u8, is_interrupted: bool, width: Option<usize>) -> Vec<String> {
        let (info, summary) = (self.info, &self.writer.summary);
        let mut lines = self.writer.failures.lines(info, width);
        lines.extend(wrapped(words(&self.counts()), "", width));
        if code != 0 {
            lines.push(match self.elapsed.as_secs() {
                0 => "took less than 1 s".to_owned(),
                seconds => format!("took {}", time::span(seconds)),
            });
        }
        if summary.applied + summary.unknown > 0 {
            let far = info.rows().find(|row| row.spec().reach.is_some());
            let reach = far.and_then(|row| row.spec().reach);
            lines.extend(reach.into_iter().flat_map(|reach| wrapped(words(reach), "", width)));
        }
        let returned = &self.writer.failures.returned;
        if !returned.is_empty() {
            lines.extend(self.typed.after_return(info, returned, summary.not_held));
        }
        lines.extend(self.take_back.map(str::to_owned));
        let unknown = &self.writer.failures.unknown;
        if !unknown.is_empty() {
            lines.extend(self.typed.after_unknown(info, unknown, summary.unknown));
        }
        if is_interrupted {
            lines.push((self.typed.resume)(info));
        }
        lines
    }

    /// The one line that is left of them with `-q`, where not all is well.
    fn quiet_line(&self) -> Option<String> {
        let first = match self.writer.failures.first(self.info) {
            Some(first) => format!("; {first}"),
            // Of lines that come, only the numbers are kept.
            None if self.writer.summary.exit_code() > 0 => String::new(),
            None => return None,
        };
        Some(format!("error: {}{first}", self.counts()))
    }

    fn counts(&self) -> String {
        let summary = &self.writer.summary;
        let counts = if self.info.is_dry_run {
            format!("{} planned, nothing sent", count(summary.planned, "target"))
        } else {
            let what = if self.info.arrived.is_some() { "line" } else { "target" };
            tally(summary, what, self.info.looks_at != LooksAt::Nothing)
        };
        format!("{counts}{}", account(self.info))
    }
}

/// `3 targets: 2 applied, 1 not applied (1 not verified)`.
fn tally(summary: &Summary, what: &str, is_verifying: bool) -> String {
    let listed = |counts: &[(usize, &str)]| {
        let counts = counts.iter().filter(|(number, _)| *number > 0);
        counts.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
    };
    let targets = count(summary.total(), what);
    let parts = listed(&[
        (summary.applied, "applied"),
        (summary.read, "read"),
        (summary.not_applied, "not applied"),
        (summary.unknown, "unknown"),
        (summary.skipped - summary.done_before, "skipped"),
        (summary.done_before, "done before"),
    ]);
    let not_verified = if is_verifying { summary.not_verified } else { 0 };
    let looks = listed(&[(summary.not_held, "live again"), (not_verified, "not verified")]);
    let looks = if looks.is_empty() { looks } else { format!(" ({looks})") };
    if parts.is_empty() { targets } else { format!("{targets}: {parts}{looks}") }
}

/// The account, the endpoints where they are not the vendors' own, and what the profile adds to the targets.
fn account(info: &RunInfo) -> String {
    let mut text = match info.profile.as_deref() {
        Some(name) => format!(" (profile {}", visible(name)),
        None => " (credentials from the environment".to_owned(),
    };
    let mut places: Vec<(String, Vec<&str>)> = Vec::new();
    for vendor in info.vendors.iter().filter(|vendor| !vendor.uses_default_endpoint()) {
        let of_vendor = |operation: &dyn Operation| operation.spec().vendor == vendor.name();
        let Some(operation) = info.rows().find(of_vendor) else { continue };
        let endpoint = vendor.endpoint(&operation.request(&[operation.target()])).to_string();
        match places.iter_mut().find(|(place, _)| *place == endpoint) {
            Some((_, names)) => names.push(vendor.name().as_str()),
            None => places.push((endpoint, vec![vendor.name().as_str()])),
        }
    }
    for (endpoint, names) in places {
        text.push_str(&format!("; {} at {endpoint}", names.join(", ")));
    }
    text.push(')');
    text
}

/// The command that does the rest of an interrupted run. One that read standard input needs the same there again.
pub(crate) fn resume_hint(
    line: CommandLine,
    operations: &[Box<dyn Operation>],
    has_journal: bool,
    reads_input: bool,
) -> String {
    let input = if reads_input { " with the same input on standard input" } else { "" };
    if !has_journal {
        let cuts = operations.iter().any(|row| !row.spec().effect.is_repeatable());
        let renews = operations.iter().any(|row| row.renews());
        let but = match (cuts, renews) {
            (true, true) => ", but then a drop cuts again and a length begins anew",
            (true, false) => ", but then a drop cuts again",
            (false, true) => ", but then a length begins anew",
            (false, false) => "",
        };
        return format!(
            "interrupted; the same command may be run again{input}{but} (with --journal it could resume)"
        );
    }
    let line = if line.has("--resume") { line } else { line.with_switch("--resume") };
    let input = if reads_input { ", which needs the same input on standard input," } else { "" };
    format!("interrupted; resume{input} with: {line}")
}

#[cfg(test)]
mod tests;
