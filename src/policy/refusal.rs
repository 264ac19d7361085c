//! The words of a refusal, and the commands that are accepted instead.

use std::time::Duration;

use serde_json::Value;

use super::command_line::CommandLine;
use super::{Objection, Override, Policy, PolicyReview, Violation};
use crate::error::{Error, Result};
use crate::text::{count, shell_file, shell_quoted, shell_word, visible};
use crate::time;

/// What a refusal has to know of the run to print commands.
#[derive(Debug)]
pub struct RefusalContext<'a> {
    /// The command line as typed.
    pub command: &'a CommandLine,
    /// Where the targets come from.
    pub source: CommandSource<'a>,
}

/// Where a run's targets come from.
#[derive(Clone, Copy, Debug)]
pub enum CommandSource<'a> {
    /// The command line, or a list on standard input.
    Targets,
    /// A file of operations; `-` is standard input.
    File {
        /// The file.
        path: &'a str,
        /// It is CSV, not JSON Lines.
        is_csv: bool,
    },
    /// The records of a run that is undone.
    Undo {
        /// The run.
        run: &'a str,
        /// All its targets, each with the name that means it alone.
        targets: &'a [(&'a str, &'a str)],
    },
}

/// The most targets that a printed command names one by one.
const MOST_NAMED: usize = 20;

const EVEN_PROTECTED: &str = "--even-protected";
const REASON: &str = "--reason";

pub(super) fn refuse(review: &PolicyReview<'_>, context: &RefusalContext<'_>) -> Result<()> {
    let PolicyReview { policy, violations, overrides, allowed, .. } = review;
    let unused: Vec<_> = overrides.iter().filter(|given| !given.has_hit).collect();
    if violations.is_empty() && unused.is_empty() {
        return Ok(());
    }
    let mut hints = Vec::new();
    if let Some(command) = accepted(policy, violations, overrides, context) {
        hints.push(format!("accepted: {command}"));
    }
    let rest = (*allowed > 0).then(|| without_hits(violations, context)).flatten();
    hints.extend(rest.map(|way| format!("the rest: {way}")));
    let message = describe(policy, violations, &unused);
    Err(Error::input(message).hint(format!("nothing was sent\n{}", hints.join("\n")).trim_end()))
}

/// What is against one operation, in one line.
pub(super) fn objection(policy: &Policy, violation: &Violation<'_>) -> Objection {
    let mut rules = Vec::new();
    if let Some(protection) = violation.protection {
        rules.push(format!("it is protected: {} ({})", protection.pattern, protection.location));
    }
    if violation.lacks_reason {
        let location = policy.require_reason.as_deref().unwrap_or(EVEN_PROTECTED);
        rules.push(format!("a reason is required ({location})"));
    }
    if let Some(limit) = policy.max_ban.as_ref().filter(|_| violation.is_too_long) {
        let longest = time::length(limit.length.as_secs());
        rules.push(format!("a ban is at most {longest} long ({})", limit.location));
    }
    let target = visible(&violation.target);
    Objection {
        is_protected: violation.protection.is_some(),
        message: format!("{}target {target}: {}", prefix(violation), rules.join("; ")),
    }
}

fn describe(policy: &Policy, violations: &[Violation<'_>], unused: &[&Override]) -> String {
    let mut lines = Vec::new();
    let hits: Vec<_> = violations.iter().filter_map(|v| Some((v, v.protection?))).collect();
    if !hits.is_empty() {
        let verb = if hits.len() == 1 { "is" } else { "are" };
        lines.push(format!("{} {verb} protected:", count(hits.len(), "target")));
        lines.extend(hits.iter().map(|(violation, protection)| {
            let (pattern, location) = (&protection.pattern, &protection.location);
            let target = visible(&violation.target);
            format!("  {}{target}: {pattern} ({location})", prefix(violation))
        }));
    }
    let mut broken = |is_broken: fn(&Violation<'_>) -> bool, rule: String| {
        let names: Vec<_> = violations.iter().filter(|v| is_broken(v)).collect();
        if !names.is_empty() {
            lines.push(format!("{rule}: {}", listed(&names)));
        }
    };
    let requires = policy.require_reason.as_deref().map(|location| format!(" ({location})"));
    broken(
        |violation| violation.lacks_reason,
        format!("a reason is required{}", requires.unwrap_or(format!(" by {EVEN_PROTECTED}"))),
    );
    if let Some(limit) = &policy.max_ban {
        let longest = time::length(limit.length.as_secs());
        let rule = format!("a ban is at most {longest} long ({})", limit.location);
        broken(|violation| violation.is_too_long, rule);
    }
    lines.extend(unused.iter().map(|given| {
        let name = visible(&given.name);
        format!("{EVEN_PROTECTED} {name}: no target of this run is protected under that name")
    }));
    lines.join("\n")
}

fn prefix(violation: &Violation<'_>) -> String {
    violation.line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

/// The first targets, and how many there are beside them.
fn listed(violations: &[&Violation<'_>]) -> String {
    const SHOWN: usize = 10;
    let shown = violations.iter().take(SHOWN);
    let names: Vec<_> = shown.map(|v| format!("{}{}", prefix(v), visible(&v.target))).collect();
    let more = violations.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// The command that is accepted as printed; `None` where no such command is short enough to be read.
fn accepted(
    policy: &Policy,
    violations: &[Violation<'_>],
    overrides: &[Override],
    context: &RefusalContext<'_>,
) -> Option<String> {
    let named = names_to_override(violations, overrides)?;
    let mut command = context.command.clone().without(&[EVEN_PROTECTED]);
    let shortened: Vec<_> = violations.iter().filter(|v| v.is_too_long).collect();
    let mut source = None;
    if !shortened.is_empty() {
        let length = permitted_length(policy, &shortened)?;
        match context.source {
            CommandSource::Targets | CommandSource::Undo { .. } => {
                command = command
                    .without(&["--for", "--until", "--permanent", "--longest"])
                    .with("--for", &length);
            }
            CommandSource::File { path, is_csv } => {
                source = Some(shorten_lines(path, is_csv, &shortened, &length)?);
                command = from_standard_input(command, is_csv);
            }
        }
    }
    for name in &named {
        command = command.with(EVEN_PROTECTED, name);
    }
    let needs_reason = !named.is_empty() || violations.iter().any(|v| v.lacks_reason);
    if needs_reason && !command.has(REASON) {
        command = command.with(REASON, "…");
    }
    Some(match source {
        Some(source) => format!("{source} | {command}"),
        None => command.to_string(),
    })
}

/// Each target that `--even-protected` has to name, once; `None` where they are too many.
fn names_to_override<'v>(
    violations: &'v [Violation<'_>],
    overrides: &'v [Override],
) -> Option<Vec<&'v str>> {
    let given = overrides.iter().filter(|given| given.has_hit).map(|given| given.name.as_str());
    let hits = violations.iter().filter(|v| v.protection.is_some()).map(|v| v.target.as_str());
    let mut names = Vec::new();
    for name in given.chain(hits) {
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() > MOST_NAMED {
            return None;
        }
    }
    Some(names)
}

/// The longest ban that is allowed, as flags and files write it, in whole minutes where the vendor counts them.
fn permitted_length(policy: &Policy, violations: &[&Violation<'_>]) -> Option<String> {
    let limit: Duration = policy.max_ban.as_ref()?.length;
    let seconds = limit.as_secs();
    let counts_minutes = violations.iter().any(|violation| violation.counts_minutes);
    let seconds = if counts_minutes { seconds - seconds % 60 } else { seconds };
    (seconds > 0).then(|| time::length(seconds))
}

/// The part of a pipe that gives the bans of these lines another length.
fn shorten_lines(
    path: &str,
    is_csv: bool,
    violations: &[&Violation<'_>],
    length: &str,
) -> Option<String> {
    if is_csv || violations.len() > MOST_NAMED {
        return None;
    }
    let names: Vec<_> =
        violations.iter().map(|v| Value::from(v.target.as_str()).to_string()).collect();
    let names = names.join(",");
    let program = format!(
        "if .target|IN({names}) then del(.until,.longest,.permanent)|.for=\"{length}\" else . end"
    );
    Some(format!("jq -c {}{}", shell_word(&program), operand(path)))
}

/// How to do what no rule is against: a command, or the part of a pipe where the input is one.
fn without_hits(violations: &[Violation<'_>], context: &RefusalContext<'_>) -> Option<String> {
    if violations.is_empty() {
        return None;
    }
    match context.source {
        CommandSource::Targets => None,
        CommandSource::File { path, is_csv } => {
            let lines = violations.iter().flat_map(|v| v.line.iter().chain(&v.repeats));
            let lines: Vec<_> = lines.collect();
            // Of a file whose rows go over several lines no line is known.
            let is_known = violations.iter().all(|violation| violation.line.is_some());
            if !is_known || lines.len() > MOST_NAMED {
                return None;
            }
            let script: Vec<_> = lines.iter().map(|line| format!("{line}d")).collect();
            let script = shell_quoted(&script.join(";"));
            let command = from_standard_input(context.command.clone(), is_csv);
            Some(format!("sed {script}{} | {}", operand(path), remaining(command)))
        }
        CommandSource::Undo { run, targets } => {
            let is_hit = |target: &str| violations.iter().any(|v| v.target == target);
            let rest = targets.iter().filter(|(target, _)| !is_hit(target)).map(|(_, name)| *name);
            let rest: Vec<_> = rest.collect();
            if rest.is_empty() {
                return None;
            }
            let command = remaining(context.command.clone());
            if rest.len() <= MOST_NAMED {
                return Some(
                    command.with_positionals(2, [run].into_iter().chain(rest)).to_string(),
                );
            }
            let hits: String =
                violations.iter().map(|v| format!(" -e {}", shell_word(&v.target))).collect();
            Some(format!(
                "livectl log {run} -o jsonl | jq -r 'select(.outcome|IN(\"applied\",\"unknown\")).operation.target' \
                 | grep -vxF{hits} | {}",
                command.with_positionals(2, [run, "-"])
            ))
        }
    }
}

/// The command for the targets that are not hit: their protection needs no override.
fn remaining(command: CommandLine) -> CommandLine {
    command.without(&[EVEN_PROTECTED])
}

/// `livectl apply FILE` as `livectl apply -`, which has no ending to tell the format by.
fn from_standard_input(command: CommandLine, is_csv: bool) -> CommandLine {
    let command = command.with_positionals(2, ["-"]);
    if is_csv && !command.has("--format") { command.with("--format", "csv") } else { command }
}

/// A file as the last word of a filter; standard input needs none.
fn operand(path: &str) -> String {
    if path == "-" { String::new() } else { format!(" {}", shell_file(path)) }
}
