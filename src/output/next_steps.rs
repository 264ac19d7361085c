//! The commands to run after a run that was not all well: one that sends what is unknown again, and one that looks.
//!
//! They are built from the command line as typed, and quoted for a POSIX shell.

use serde_json::{Map, Value};

use crate::api::operation::{Operation, OperationSpec};
use crate::api::operation_input::PROFILE;
use crate::api::operation_json::OperationJson;
use crate::api::spec::Vendors;
use crate::outcome::effect::Effect;
use crate::output::RunInfo;
use crate::output::failures::NAMED;
use crate::output::json::to_line;
use crate::policy::command_line::CommandLine;
use crate::text::{count, shell_quoted, visible};

/// The number of the first target among the words that are no flags: program, vendor and action come before it.
const FIRST_TARGET: usize = 3;

/// The action that reads the state of a target.
const STATUS: &str = "status";

/// The action that keeps a target off air.
const FORBID: &str = "forbid";

/// The length of a ban in printed commands.
// An end is never assumed: without one, `forbid` is refused, and the command could not be pasted.
const BAN_LENGTH: (&str, &str) = ("for", "2h");

/// The global flags that a look is given too.
const OF_LOOKS: [&str; 17] = [
    "-c",
    "-j",
    "-p",
    "-q",
    "-v",
    "--quiet",
    "--verbose",
    "--config",
    "--profile",
    "--sandbox",
    "--exact",
    "--timeout",
    "--deadline",
    "--attempts",
    "--rate",
    "--concurrency",
    "--color",
];

/// The command of a run, as it was typed.
pub(crate) struct TypedRun<'a> {
    pub(crate) vendors: Vendors,
    /// Its words; they are read only where they are needed.
    pub(crate) line: &'a dyn Fn() -> CommandLine,
    /// How its operations are given.
    pub(crate) kind: TypedKind,
    /// Its targets come from standard input, which has to be given again.
    pub(crate) reads_input: bool,
    /// Whether the run has a journal to resume from.
    pub(crate) has_journal: bool,
    /// The line that names the command which does the rest of an interrupted run.
    pub(crate) resume: &'a dyn Fn(&RunInfo) -> String,
}

/// How a command gives its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypedKind {
    /// An operation and its targets.
    Targets,
    /// `apply`: lines that have their settings in them.
    Lines,
    /// `undo`, which does again what its run left in doubt.
    Undo,
}

impl TypedRun<'_> {
    /// Whether its operations are no words of the command.
    fn has_own_lines(&self) -> bool {
        self.kind != TypedKind::Targets
    }

    /// The commands for the targets whose outcome is unknown: `total` in all, of which these rows are known.
    pub(super) fn after_unknown(&self, info: &RunInfo, rows: &[u32], total: usize) -> Vec<String> {
        let operations: Vec<_> = rows.iter().map(|row| &*info.operations[*row as usize]).collect();
        let line = (self.line)();
        let mut steps = Vec::new();
        if let Some(look) = self.other_action(&line, info, &operations, STATUS) {
            let few = if total > NAMED { format!(" at {NAMED} of them") } else { String::new() };
            steps.push(format!("look{few}: {look}"));
        }
        let is_repeatable =
            operations.iter().all(|operation| operation.spec().effect.is_repeatable());
        let note = if is_repeatable { "" } else { ", which cuts a stream that has returned" };
        let (which, command) = self.send_again(line, info, &operations, total);
        steps.push(format!("send again{which}{note}: {command}"));
        steps
    }

    /// The command that keeps off air what was cut and came back: `total` targets, of which these rows are known.
    pub(super) fn after_return(&self, info: &RunInfo, rows: &[u32], total: usize) -> Vec<String> {
        let operations: Vec<_> = rows.iter().map(|row| &*info.operations[*row as usize]).collect();
        let few = if total > NAMED { format!(", {NAMED} of them") } else { String::new() };
        let command = self.other_action(&(self.line)(), info, &operations, FORBID);
        let command = command.map(|command| format!("keep off air{few}: {command}"));
        let targets = count(total, "target");
        let message = format!("{targets} live again: a drop lasts until the encoder reconnects");
        [message].into_iter().chain(command).collect()
    }

    /// What the command that sends again sends beside the unknown targets, and the command.
    fn send_again(
        &self,
        line: CommandLine,
        info: &RunInfo,
        operations: &[&dyn Operation],
        total: usize,
    ) -> (String, String) {
        let input = if self.reads_input { ", with the same input on standard input" } else { "" };
        // A list is the whole run, and its target is the value of a flag or the profile's.
        let is_list = !self.has_own_lines() && operations.iter().any(|row| row.spec().is_list());
        if self.kind == TypedKind::Undo {
            (String::new(), line.to_string())
        } else if self.has_journal {
            let line = line.without(&["--resume"]).with_switch("--resume");
            (input.to_owned(), line.to_string())
        } else if total > operations.len() {
            // More than a command line should have.
            let targets = count(info.operations.len(), "target");
            (format!(", all {targets}{input}"), line.to_string())
        } else if is_list {
            (String::new(), line.to_string())
        } else {
            (String::new(), self.send_these(line, info, operations))
        }
    }

    /// The command that sends these operations alone.
    fn send_these(
        &self,
        line: CommandLine,
        info: &RunInfo,
        operations: &[&dyn Operation],
    ) -> String {
        // One that names none of the targets is refused.
        let is_target = |name: &str| {
            let mut targets = operations.iter().map(|operation| operation.target());
            targets.any(|target| name == target || name == visible(target))
        };
        let line =
            line.retain(&|flag, name| flag != "--even-protected" || name.is_none_or(is_target));
        let targets = operations.iter().map(|operation| operation.target());
        if self.has_own_lines() || operations.iter().any(|row| is_no_word(*row)) {
            let profile = info.profile.as_deref();
            let json = operations.iter().map(|row| OperationJson::as_sent(*row, profile));
            let lines: Vec<_> = json.filter_map(|json| to_line(&json).ok()).collect();
            let own = operations.iter().flat_map(|row| row.spec().params.iter());
            let own: Vec<_> = own.map(|param| format!("--{}", param.name)).collect();
            let own: Vec<_> = own.iter().map(String::as_str).collect();
            let line = if self.has_own_lines() { line } else { line.without(&own) };
            return piped(&lines, line);
        }
        line.with_positionals(FIRST_TARGET, targets).to_string()
    }

    /// The command that reads the state of these targets or keeps them off air, where the vendors' APIs can.
    fn other_action(
        &self,
        line: &CommandLine,
        info: &RunInfo,
        operations: &[&dyn Operation],
        action: &'static str,
    ) -> Option<String> {
        let others: Vec<_> = operations
            .iter()
            .filter(|operation| operation.spec().effect != Effect::None)
            .filter_map(|operation| Some((*operation, self.spec_of(info, *operation, action)?)))
            .collect();
        let (first, spec) = *others.first()?;
        let keeps = |flag: &str, _: Option<&str>| {
            is_of_other(flag, action)
                || flag.strip_prefix("--").is_some_and(|name| spec.takes(name))
        };
        if !self.has_own_lines() && !others.iter().any(|(row, _)| is_no_word(*row)) {
            let targets = others.iter().map(|(operation, _)| operation.target());
            let line =
                line.clone().retain(&keeps).with_action(first.spec().vendor.as_str(), action);
            let (length, end) = BAN_LENGTH;
            let line = if action == FORBID { line.with(&format!("--{length}"), end) } else { line };
            return Some(line.with_positionals(FIRST_TARGET, targets).to_string());
        }
        let json = others.iter().filter_map(|(row, spec)| other_json(info, *row, spec));
        let line = line.clone().retain(&|flag, _| is_of_other(flag, action));
        Some(piped(&json.collect::<Vec<_>>(), line))
    }

    /// Another action on the target of an operation, at the version of the API that the run uses.
    fn spec_of(
        &self,
        info: &RunInfo,
        operation: &dyn Operation,
        action: &str,
    ) -> Option<&'static OperationSpec> {
        let spec = operation.spec();
        let api = info.vendor(spec.vendor).version().id;
        self.vendors.operations().find(|other| {
            other.vendor == spec.vendor
                && other.name == action
                && other.target.value_name == spec.target.value_name
                && other.requires_api.is_none_or(|only| only == api)
        })
    }
}

/// Whether the command of another action takes a flag as it was typed.
fn is_of_other(flag: &str, action: &str) -> bool {
    OF_LOOKS.contains(&flag) || action == FORBID && flag == "--even-protected"
}

/// Whether the target cannot be a word of a printed command: it is the word for standard input, or no word can hold it.
fn is_no_word(operation: &dyn Operation) -> bool {
    operation.target() == "-" || operation.target().ends_with('\n')
}

/// A command that pipes operations to `apply`, with the flags of a line.
fn piped(operations: &[String], line: CommandLine) -> String {
    let operations: Vec<_> = operations.iter().map(|json| shell_quoted(json)).collect();
    let line = line.without(&["--format"]).with_action("apply", "-");
    // Not `echo`, which in some shells takes the `\n` in a JSON string for a line end.
    format!("printf '%s\\n' {} | {}", operations.join(" "), line.with_positionals(FIRST_TARGET, []))
}

fn other_json(info: &RunInfo, operation: &dyn Operation, other: &OperationSpec) -> Option<String> {
    let mut json = Map::new();
    let texts =
        [("vendor", other.vendor.as_str()), ("action", other.name), ("target", operation.target())];
    json.extend(texts.map(|(key, text)| (key.to_owned(), Value::from(text))));
    let settings = operation.settings().into_iter().filter(|(name, _)| other.takes(name));
    json.extend(settings.map(|(name, value)| (name.to_owned(), value)));
    if other.name == FORBID {
        json.insert(BAN_LENGTH.0.to_owned(), BAN_LENGTH.1.into());
    }
    json.extend(info.profile.iter().map(|name| (PROFILE.to_owned(), name.as_str().into())));
    to_line(&json).ok()
}
