//! The words of a refusal, and the commands that are accepted instead.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::policy::command_line::CommandLine;
use crate::policy::rules::{BanLimit, Policy, Protection};
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
// A command with more is too long to be read.
const MOST_NAMED: usize = 20;

// The names of two flags, which cli defines: this module is below it.
const EVEN_PROTECTED: &str = "--even-protected";
const REASON: &str = "--reason";

/// What a rule is against in a planned operation.
#[derive(Debug)]
pub(super) struct Violation<'p> {
    pub(super) target: String,
    pub(super) line: Option<u64>,
    /// Further lines with the same operation.
    pub(super) repeats: Vec<u64>,
    pub(super) protection: Option<&'p Protection>,
    pub(super) lacks_reason: bool,
    pub(super) is_too_long: bool,
    pub(super) counts_minutes: bool,
}

/// What rules are against in one operation of many.
#[derive(Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its target is protected; otherwise the operation lacks something.
    pub is_protected: bool,
    /// The rules and where they are, in one line.
    pub message: String,
}

/// A name given with `--even-protected`.
#[derive(Debug)]
pub(super) struct Override {
    pub(super) name: String,
    pub(super) has_hit: bool,
}

impl Violation<'_> {
    /// What is against the operation, in one line.
    pub(super) fn objection(&self, policy: &Policy) -> Objection {
        let mut rules = Vec::new();
        if let Some(Protection { pattern, location }) = self.protection {
            rules.push(format!("it is protected: {pattern} ({location})"));
        }
        if self.lacks_reason {
            let location = policy.require_reason.as_deref().unwrap_or(EVEN_PROTECTED);
            rules.push(format!("a reason is required ({location})"));
        }
        rules.extend(policy.max_ban.as_ref().filter(|_| self.is_too_long).map(longest));
        Objection {
            is_protected: self.protection.is_some(),
            message: format!("{}: {}", self.place("target "), rules.join("; ")),
        }
    }

    /// The line, where there is one, and the target.
    fn place(&self, before: &str) -> String {
        let line = self.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        format!("{line}{before}{}", visible(&self.target))
    }
}

/// The rule of the longest ban.
fn longest(limit: &BanLimit) -> String {
    let length = time::length(limit.length.as_secs());
    format!("a ban is at most {length} long ({})", limit.location)
}

/// What is against the operations of a run.
pub(super) struct PolicyRefusal<'a> {
    pub(super) policy: &'a Policy,
    pub(super) violations: &'a [Violation<'a>],
    pub(super) overrides: &'a [Override],
    pub(super) context: &'a RefusalContext<'a>,
}

impl PolicyRefusal<'_> {
    /// Refuses the run, of which no rule is against `allowed` operations, where a rule is against others.
    pub(super) fn check(&self, allowed: usize) -> Result<()> {
        if self.violations.is_empty() && self.overrides.iter().all(|given| given.has_hit) {
            return Ok(());
        }
        let mut hints = vec!["nothing was sent".to_owned()];
        hints.extend(self.accepted().map(|command| format!("accepted: {command}")));
        let rest = (allowed > 0).then(|| self.without_hits()).flatten();
        hints.extend(rest.map(|way| format!("the rest: {way}")));
        Err(Error::input(self.message()).hint(hints.join("\n")))
    }

    fn message(&self) -> String {
        let mut lines = Vec::new();
        let hits: Vec<_> =
            self.violations.iter().filter_map(|v| Some((v, v.protection?))).collect();
        if !hits.is_empty() {
            let verb = if hits.len() == 1 { "is" } else { "are" };
            lines.push(format!("{} {verb} protected:", count(hits.len(), "target")));
        }
        lines.extend(hits.iter().map(|(violation, Protection { pattern, location })| {
            format!("  {}: {pattern} ({location})", violation.place(""))
        }));
        let required = self.policy.require_reason.as_ref().map(|location| format!("({location})"));
        let required = required.unwrap_or(format!("by {EVEN_PROTECTED}"));
        let reason = format!("a reason is required {required}");
        lines.extend(self.broken(|violation| violation.lacks_reason, &reason));
        let limit = self.policy.max_ban.as_ref().map(longest);
        lines.extend(limit.and_then(|rule| self.broken(|v| v.is_too_long, &rule)));
        lines.extend(self.overrides.iter().filter(|given| !given.has_hit).map(|given| {
            let name = visible(&given.name);
            format!("{EVEN_PROTECTED} {name}: no target of this run is protected under that name")
        }));
        lines.join("\n")
    }

    /// A rule, the first targets that break it, and how many there are beside them.
    fn broken(&self, is_broken: fn(&Violation<'_>) -> bool, rule: &str) -> Option<String> {
        const SHOWN: usize = 10;
        let names: Vec<_> =
            self.violations.iter().filter(|v| is_broken(v)).map(|v| v.place("")).collect();
        let more = names.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown = &names[..names.len().min(SHOWN)];
        (!shown.is_empty()).then(|| format!("{rule}: {}{more}", shown.join(", ")))
    }

    /// The command that is accepted as printed; `None` where no such command is short enough to be read.
    fn accepted(&self) -> Option<String> {
        let named = self.names_to_override()?;
        let mut command = self.context.command.clone().without(&[EVEN_PROTECTED]);
        let shortened: Vec<_> = self.violations.iter().filter(|v| v.is_too_long).collect();
        let mut source = None;
        if !shortened.is_empty() {
            let length = permitted_length(self.policy, &shortened)?;
            match self.context.source {
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
        let needs_reason = !named.is_empty() || self.violations.iter().any(|v| v.lacks_reason);
        for name in named {
            command = command.with(EVEN_PROTECTED, name);
        }
        if needs_reason && !command.has(REASON) {
            command = command.with(REASON, "…");
        }
        Some(match source {
            Some(source) => format!("{source} | {command}"),
            None => command.to_string(),
        })
    }

    /// Each target that `--even-protected` has to name, once; `None` where they are too many.
    fn names_to_override(&self) -> Option<Vec<&str>> {
        let given = self.overrides.iter().filter(|given| given.has_hit).map(|given| &given.name);
        let hits = self.violations.iter().filter(|v| v.protection.is_some()).map(|v| &v.target);
        let mut names: Vec<&str> = Vec::new();
        for name in given.chain(hits) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
            if names.len() > MOST_NAMED {
                return None;
            }
        }
        Some(names)
    }

    /// How to do what no rule is against: a command, or the part of a pipe where the input is one.
    // Of targets that were typed, who reads the refusal can leave out those that it names.
    fn without_hits(&self) -> Option<String> {
        if self.violations.is_empty() {
            return None;
        }
        // What is left needs no override, and one that hits nothing would be refused.
        let command = self.context.command.clone().without(&[EVEN_PROTECTED]);
        match self.context.source {
            CommandSource::Targets => None,
            CommandSource::File { path, is_csv } => {
                self.other_lines(path, &from_standard_input(command, is_csv))
            }
            CommandSource::Undo { run, targets } => self.other_targets(run, targets, command),
        }
    }

    fn other_lines(&self, path: &str, command: &CommandLine) -> Option<String> {
        let lines = self.violations.iter().flat_map(|v| v.line.iter().chain(&v.repeats));
        let script: Vec<_> = lines.map(|line| format!("{line}d")).collect();
        // Of a file whose rows go over several lines no line is known.
        let is_known = self.violations.iter().all(|violation| violation.line.is_some());
        if !is_known || script.len() > MOST_NAMED {
            return None;
        }
        Some(format!("sed {}{} | {command}", shell_quoted(&script.join(";")), operand(path)))
    }

    fn other_targets(
        &self,
        run: &str,
        targets: &[(&str, &str)],
        command: CommandLine,
    ) -> Option<String> {
        let is_hit = |target: &str| self.violations.iter().any(|v| v.target == target);
        let rest = targets.iter().filter(|(target, _)| !is_hit(target)).map(|(_, name)| *name);
        let rest: Vec<_> = rest.collect();
        match rest.len() {
            0 => None,
            1..=MOST_NAMED => {
                Some(command.with_positionals(2, [run].into_iter().chain(rest)).to_string())
            }
            _ => {
                let hits = self.violations.iter().map(|v| format!(" -e {}", shell_word(&v.target)));
                Some(format!(
                    "livectl log {run} -o jsonl | jq -r 'select(.outcome|IN(\"applied\",\"unknown\")).operation.target' \
                     | grep -vxF{} | {}",
                    hits.collect::<String>(),
                    command.with_positionals(2, [run, "-"])
                ))
            }
        }
    }
}

/// The longest ban that is allowed, as flags and files write it.
// In whole minutes where the vendor counts those: it would round the length up, and past the limit.
fn permitted_length(policy: &Policy, violations: &[&Violation<'_>]) -> Option<String> {
    let seconds = policy.max_ban.as_ref()?.length.as_secs();
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
    // jq reads no CSV.
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

/// `livectl apply FILE` as `livectl apply -`.
// It has no ending that shows the format.
fn from_standard_input(command: CommandLine, is_csv: bool) -> CommandLine {
    let command = command.with_positionals(2, ["-"]);
    if is_csv && !command.has("--format") { command.with("--format", "csv") } else { command }
}

/// A file as the last word of a filter; standard input needs none.
fn operand(path: &str) -> String {
    if path == "-" { String::new() } else { format!(" {}", shell_file(path)) }
}
