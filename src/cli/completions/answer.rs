//! What may come next in a command line: a command, a flag, or a value.

use clap::{Arg, ArgAction};

use super::offer::{Candidate, Offer, command};
use super::values::Values;
use crate::cli::global::{SUITS_ALL, uses};
use crate::cli::plain;
use crate::cli::typed_line::takes_value;

impl Values<'_> {
    /// The offer at the cursor, where the word begins as `current`.
    pub(super) fn at_cursor(&self, current: &str) -> Offer {
        let line = self.line;
        let repeating = line.repeating.filter(|_| !current.starts_with('-'));
        if let Some(flag) = line.awaiting.or(repeating) {
            return self.of(flag);
        }
        if line.is_escaped {
            return self.positional();
        }
        if let Some((name, _)) = current.strip_prefix("--").and_then(|flag| flag.split_once('=')) {
            let flag = line.long(name).filter(|flag| takes_value(flag));
            return flag.map_or_else(Offer::none, |flag| self.of(flag).behind(name));
        }
        if current.starts_with('-') {
            return Offer::Candidates(self.unused_flags());
        }
        // Flags where nothing else is known to come, but not in place of a target that has begun.
        match self.positional() {
            Offer::Candidates(candidates) if candidates.is_empty() && current.is_empty() => {
                Offer::Candidates(self.unused_flags())
            }
            answer => answer,
        }
    }

    /// The commands and values that are no flags.
    fn positional(&self) -> Offer {
        let line = self.line;
        let commands = line.command.get_subcommands();
        let commands = commands.filter(|_| line.positionals.is_empty() && !line.is_escaped);
        let commands: Vec<_> =
            commands.filter(|command| !command.is_hide_set()).map(command).collect();
        if !commands.is_empty() {
            return Offer::Candidates(commands);
        }
        let positionals: Vec<_> = line.command.get_positionals().collect();
        let repeated =
            || positionals.last().filter(|last| matches!(last.get_action(), ArgAction::Append));
        let positional = positionals.get(line.positionals.len()).or_else(repeated);
        positional.map_or_else(Offer::none, |positional| self.of(positional))
    }

    /// The flags that the line does not have yet: the command's own, then those of every command.
    fn unused_flags(&self) -> Vec<Candidate> {
        let line = self.line;
        let is_unused =
            |arg: &&Arg| line.flags.iter().all(|(flag, _)| flag.get_id() != arg.get_id());
        // A command refuses the flags of every command that it does not use.
        let is_used = |arg: &Arg| {
            !arg.is_global_set()
                || SUITS_ALL.contains(&arg.get_id().as_str())
                || uses(&line.path, arg.get_long().unwrap_or_default())
        };
        let is_offered = |arg: &&Arg| !arg.is_hide_set() && is_unused(arg) && is_used(arg);
        let flags = line.command.get_arguments().filter(is_offered);
        let (global, own): (Vec<_>, Vec<_>) = flags.partition(|arg| arg.is_global_set());
        let candidate = |arg: &Arg| {
            Some(Candidate::new(format!("--{}", arg.get_long()?), &plain(arg.get_help())))
        };
        own.into_iter().chain(global).filter_map(candidate).collect()
    }
}
