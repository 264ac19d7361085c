//! Compares a planned run with the policy of its profile file, before anything is sent.
//!
//! [`run`](super::run) and `undo` pass every planned operation through here. What a policy refuses is decided in [`crate::policy`].

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsString;

use clap::Command;

use crate::api::operation::{Operation, stream_names};
use crate::api::reason::REASON;
use crate::api::spec::Vendors;
use crate::cli::Cli;
use crate::cli::operations::TargetSource;
use crate::error::Result;
use crate::input::meant::TypedWords;
use crate::input::plan::Plan;
use crate::input::source::InputFormat;
use crate::net::play_url::StreamNames;
use crate::outcome::effect::Effect;
use crate::policy::command_line::CommandLine;
use crate::policy::pattern::{Reach, TargetForms};
use crate::policy::refusal::{CommandSource, Objection, RefusalContext};
use crate::policy::review::PolicyReview;
use crate::policy::rules::{BanLength, PlannedChange, Policy, ReasonSource, is_restricted};
use crate::run::accounts::Accounts;
use crate::run::input;
use crate::secret::redact::urls;
use crate::time::Timestamp;

/// A run that is planned and not yet sent.
pub(super) struct PlannedRun<'a> {
    pub(super) vendors: Vendors,
    pub(super) operations: &'a [Box<dyn Operation>],
    /// The line of each; 0 for one of the command line.
    pub(super) lines: &'a [u32],
    /// Operations that came again, and on which line.
    pub(super) repeats: &'a [(usize, u32)],
    /// Whether a row is to be sent.
    pub(super) is_due: &'a dyn Fn(usize) -> bool,
    /// The targets that are named in spite of their protection.
    pub(super) even_protected: &'a [String],
    /// Where the targets come from.
    pub(super) source: CommandSource<'a>,
    /// It is an undo, which gives a reason by itself.
    pub(super) names_its_run: bool,
    /// The moment of planning.
    pub(super) now: Timestamp,
    /// The command line.
    pub(super) args: &'a [OsString],
}

impl PlannedRun<'_> {
    /// Refuses the run where the policy refuses an operation of it; returns notes on a policy that cannot be read.
    pub(super) fn check(&self, policy: &Policy) -> Result<Vec<String>> {
        let is_bound = policy.binds() || !self.even_protected.is_empty();
        let mut review = PolicyReview::new(policy, self.even_protected);
        let mut is_restricted_run = false;
        let mut again: HashMap<usize, Vec<u64>> = HashMap::new();
        for (row, line) in self.repeats.iter().filter(|_| is_bound) {
            again.entry(*row).or_default().push(u64::from(*line));
        }
        let rows = self.operations.iter().zip(self.lines).enumerate();
        let rows = rows.filter(|(row, _)| is_bound && (self.is_due)(*row));
        for (row, (operation, line)) in rows {
            is_restricted_run |= is_restricted(operation.spec().effect);
            if !review.admit(&self.change(&**operation, *line)) {
                review.repeat(again.remove(&row).unwrap_or_default());
            }
        }
        if review.is_refused() {
            // For a refusal alone, since it builds every command.
            let command = command_line(self.vendors, self.args);
            review.finish(&RefusalContext { command: &command, source: self.source })?;
        }
        // A list of protected targets that cannot be read stops what it might forbid. Streams can
        // still be put back on air.
        let unreadable = policy.unreadable.iter().filter(|_| !is_restricted_run);
        Ok(unreadable.map(|why| format!("the protected targets cannot be read: {why}")).collect())
    }

    /// What the policy has against one operation, of a run whose lines come one by one.
    pub(super) fn objection(
        &self,
        policy: &Policy,
        operation: &dyn Operation,
        line: u64,
    ) -> Option<Objection> {
        if !policy.binds() {
            return None;
        }
        let mut review = PolicyReview::new(policy, self.even_protected);
        let change = PlannedChange { line: Some(line), ..self.change(operation, 0) };
        review.admit(&change);
        review.objection()
    }

    fn change<'o>(&self, operation: &'o dyn Operation, line: u32) -> PlannedChange<'o> {
        let spec = operation.spec();
        PlannedChange {
            target: operation.target(),
            forms: self.forms(operation),
            effect: spec.effect,
            ban: (spec.effect == Effect::OffAir).then(|| ban_length(operation, self.now)),
            counts_minutes: operation.counts_minutes(),
            reason: match operation.settings().iter().any(|(name, _)| *name == REASON.name) {
                _ if self.names_its_run => ReasonSource::Undo,
                true => ReasonSource::Operator,
                false => ReasonSource::Absent,
            },
            is_restored: matches!(self.source, CommandSource::Undo { .. }),
            line: (line > 0).then_some(u64::from(line)),
        }
    }

    /// The names under which patterns know the target.
    fn forms<'o>(&self, operation: &'o dyn Operation) -> TargetForms<'o> {
        let (spec, target) = (operation.spec(), operation.target());
        let vendor = spec.vendor.as_str();
        if spec.effect == Effect::DomainSetting {
            let domain = Some(target);
            return TargetForms { vendor, domain, app: None, name: "", reach: Reach::Domain };
        }
        let StreamNames { domain, app, stream: name } = stream_names(operation);
        // Where a ban reaches every domain, a pattern's domain and application protect nothing.
        let operations = self.vendors.iter().find(|other| other.name == spec.vendor);
        let operations = operations.map_or(&[][..], |vendor| vendor.operations);
        let reaches_all = operations.iter().any(|spec| spec.reach.is_some());
        let reach = match spec.leaves_out_domain {
            _ if reaches_all => Reach::Name,
            true => Reach::AnyDomain,
            false => Reach::Stream,
        };
        TargetForms { vendor, domain, app, name, reach }
    }
}

/// Refuses a plan of which more than `most` targets would be done, or that the policy refuses; returns notes.
pub(super) fn check_plan(
    plan: &Plan,
    guarded: &PlannedRun<'_>,
    accounts: &Accounts,
    (targets, most): (usize, usize),
) -> Result<Vec<String>> {
    input::check_size(targets, most)?;
    let unread = guarded.check(&accounts.policy())?;
    Ok(plan.notes.iter().cloned().chain(unread).collect())
}

/// Where the targets of a command come from, for the commands that a refusal prints.
pub(super) fn source(source: &TargetSource) -> CommandSource<'_> {
    match source {
        TargetSource::Targets(..) => CommandSource::Targets,
        TargetSource::File(path, format) => {
            let format = format.or_else(|| InputFormat::of(path).ok());
            let path = path.to_str().unwrap_or("FILE");
            CommandSource::File { path, is_csv: format == Some(InputFormat::Csv) }
        }
    }
}

/// How long a ban lasts from now on.
fn ban_length(operation: &dyn Operation, now: Timestamp) -> BanLength {
    let end = operation.until().or_else(|| operation.recorded_end(now, None));
    end.map_or(BanLength::Permanent, |end| BanLength::For((end - now).to_std().unwrap_or_default()))
}

/// The command line as typed, the program called by its name.
fn command_line(vendors: Vendors, args: &[OsString]) -> CommandLine {
    CommandSyntax::new(vendors, args).line()
}

/// The command line as typed, to be printed. A reason or a play URL may hold a secret, which is printed nowhere.
pub(super) fn typed_line(vendors: Vendors, args: &[OsString]) -> CommandLine {
    let syntax = CommandSyntax::new(vendors, args);
    syntax.parse(args.iter().map(|word| word.to_string_lossy()))
}

/// A command line with the flags of the program's commands. These are built only where a command is printed.
pub(super) struct CommandSyntax<'a> {
    vendors: Vendors,
    args: &'a [OsString],
    root: OnceCell<Command>,
}

impl<'a> CommandSyntax<'a> {
    pub(super) fn new(vendors: Vendors, args: &'a [OsString]) -> Self {
        Self { vendors, args, root: OnceCell::new() }
    }

    fn root(&self) -> &Command {
        self.root.get_or_init(|| {
            let mut root = Cli::command(self.vendors);
            root.build();
            root
        })
    }

    fn parse<'w>(&self, words: impl Iterator<Item = Cow<'w, str>>) -> CommandLine {
        let words: Vec<_> = words.collect();
        let words = words.iter().map(|word| &**word);
        let line = CommandLine::parse(words, &|flag| takes_value(self.root(), flag));
        // Not the targets: without its query, such a word would be another target.
        let clean = |text: &str| urls(text).into_owned();
        line.map_values(&format!("--{}", REASON.name), &clean).map_values("--play", &clean)
    }
}

impl TypedWords for CommandSyntax<'_> {
    fn line(&self) -> CommandLine {
        let typed = self.args.iter().skip(1).map(|word| word.to_string_lossy());
        self.parse(["livectl".into()].into_iter().chain(typed))
    }

    fn takes(&self, command: &[&str], flag: &str) -> bool {
        let mut named = Some(self.root());
        for word in command {
            named = named.and_then(|command| command.find_subcommand(word));
        }
        named.is_some_and(|command| command.get_arguments().any(|arg| is_called(arg, flag)))
    }
}

/// Whether a flag of any command takes a value.
fn takes_value(command: &Command, flag: &str) -> bool {
    let mut args = command.get_arguments();
    args.any(|arg| is_called(arg, flag) && arg.get_action().takes_values())
        || command.get_subcommands().any(|command| takes_value(command, flag))
}

/// Whether a flag, `--name` or `-n`, is this one.
fn is_called(arg: &clap::Arg, flag: &str) -> bool {
    match flag.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => {
            arg.get_short().is_some_and(|short| flag.strip_prefix('-') == Some(&short.to_string()))
        }
    }
}

#[cfg(test)]
mod tests;
