//! [`TypedLine`]: the words before the cursor, read as clap would read them, and what may come next.

use clap::{Arg, ArgAction, Command, ValueHint};

use super::values::Values;
use crate::cli::global::{SUITS_ALL, used_flags};

/// The candidates of a shell.
pub(super) enum Offer {
    /// These words.
    Candidates(Vec<Candidate>),
    /// Files, which the shell knows better: their quoting, `~`, variables and colours.
    Files,
    /// Folders.
    Folders,
}

/// A word to offer.
pub(super) struct Candidate {
    pub(super) value: String,
    /// Its description, in one line.
    pub(super) about: String,
}

impl Candidate {
    pub(super) fn new(value: impl Into<String>, about: &str) -> Self {
        let about = about.lines().next().unwrap_or_default().to_owned();
        Self { value: value.into(), about }
    }
}

/// The words before the one that is completed.
pub(in crate::cli) struct TypedLine<'c> {
    /// The innermost command that they name.
    pub(in crate::cli) command: &'c Command,
    /// The names of that command and of those that it is in.
    pub(in crate::cli) path: Vec<&'c str>,
    /// The flags among them, each with its value.
    pub(super) flags: Vec<(&'c Arg, String)>,
    /// The words that are neither commands nor flags.
    pub(super) positionals: Vec<String>,
    /// The flag whose value comes next.
    awaiting: Option<&'c Arg>,
    /// The flag of which a further value may come.
    repeating: Option<&'c Arg>,
    /// After `--` no word is a flag.
    is_escaped: bool,
}

impl<'c> TypedLine<'c> {
    pub(in crate::cli) fn read(root: &'c Command, words: &[String]) -> Self {
        let mut line = Self {
            command: root,
            path: Vec::new(),
            flags: Vec::new(),
            positionals: Vec::new(),
            awaiting: None,
            repeating: None,
            is_escaped: false,
        };
        words.iter().for_each(|word| line.push(word));
        line
    }

    fn push(&mut self, word: &str) {
        let repeating = self.repeating.take().filter(|_| !word.starts_with('-'));
        if let Some(flag) = self.awaiting.take().or(repeating) {
            self.flags.push((flag, word.to_owned()));
            let is_several =
                |flag: &&Arg| flag.get_num_args().is_some_and(|of| of.max_values() > 1);
            self.repeating = Some(flag).filter(is_several);
        } else if self.is_escaped {
            self.positionals.push(word.to_owned());
        } else if word == "--" {
            self.is_escaped = true;
        } else if let Some(flag) = word.strip_prefix("--") {
            let (name, value) = flag.split_once('=').unzip();
            if let Some(flag) = self.long(name.unwrap_or(flag)) {
                self.flag(flag, value);
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            self.short_flags(letters);
        } else if let Some(command) = self.subcommand(word) {
            self.path.push(command.get_name());
            self.command = command;
        } else {
            self.positionals.push(word.to_owned());
        }
    }

    fn flag(&mut self, flag: &'c Arg, value: Option<&str>) {
        if value.is_none() && takes_value(flag) {
            self.awaiting = Some(flag);
        } else {
            self.flags.push((flag, value.unwrap_or_default().to_owned()));
        }
    }

    /// `-nq`, `-ojson` or `-o`.
    fn short_flags(&mut self, letters: &str) {
        for (index, letter) in letters.char_indices() {
            let mut args = self.command.get_arguments();
            let Some(flag) = args.find(|arg| arg.get_short() == Some(letter)) else { return };
            let rest = &letters[index + letter.len_utf8()..];
            if takes_value(flag) {
                return self.flag(flag, Some(rest).filter(|rest| !rest.is_empty()));
            }
            self.flag(flag, None);
        }
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|arg| arg.get_long() == Some(name))
    }

    fn subcommand(&self, word: &str) -> Option<&'c Command> {
        if self.positionals.is_empty() { self.command.find_subcommand(word) } else { None }
    }

    /// The value of a flag of the line.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let named = |(flag, _): &&(&Arg, String)| flag.get_id() == name;
        self.flags.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// The candidates at the cursor, where the word begins as `current`.
    pub(super) fn answer(&self, current: &str, values: &Values) -> Offer {
        let repeating = self.repeating.filter(|_| !current.starts_with('-'));
        if let Some(flag) = self.awaiting.or(repeating) {
            return values.of(flag);
        }
        if self.is_escaped {
            return self.positional(values);
        }
        if let Some((name, _)) = current.strip_prefix("--").and_then(|flag| flag.split_once('=')) {
            let values =
                self.long(name).filter(|flag| takes_value(flag)).map(|flag| values.of(flag));
            return values.map_or(Offer::Candidates(Vec::new()), |values| behind(name, values));
        }
        if current.starts_with('-') {
            return Offer::Candidates(self.unused_flags());
        }
        match self.positional(values) {
            Offer::Candidates(candidates) if candidates.is_empty() && current.is_empty() => {
                Offer::Candidates(self.unused_flags())
            }
            answer => answer,
        }
    }

    /// The commands and values that are no flags.
    fn positional(&self, values: &Values) -> Offer {
        let commands = self.command.get_subcommands();
        let commands = commands.filter(|_| self.positionals.is_empty() && !self.is_escaped);
        let commands: Vec<_> =
            commands.filter(|command| !command.is_hide_set()).map(command).collect();
        if !commands.is_empty() {
            return Offer::Candidates(commands);
        }
        let positionals: Vec<_> = self.command.get_positionals().collect();
        let at = self.positionals.len();
        let repeated =
            || positionals.last().filter(|last| matches!(last.get_action(), ArgAction::Append));
        match positionals.get(at).or_else(repeated) {
            Some(positional) => values.of(positional),
            None => Offer::Candidates(Vec::new()),
        }
    }

    /// The flags that the line does not have yet: the command's own, then those of every command.
    fn unused_flags(&self) -> Vec<Candidate> {
        let is_unused =
            |arg: &&Arg| self.flags.iter().all(|(flag, _)| flag.get_id() != arg.get_id());
        let used = used_flags(&self.path);
        // A command refuses the flags of every command that it does not use.
        let is_used = |arg: &Arg| {
            let name = arg.get_id().as_str();
            let is_listed = |used: &&[&str]| {
                used.iter().any(|flag| flag[2..] == *arg.get_long().unwrap_or_default())
            };
            !arg.is_global_set() || SUITS_ALL.contains(&name) || used.as_ref().is_none_or(is_listed)
        };
        let is_offered = |arg: &&Arg| !arg.is_hide_set() && is_unused(arg) && is_used(arg);
        let flags = self.command.get_arguments().filter(is_offered);
        let (global, own): (Vec<_>, Vec<_>) = flags.partition(|arg| arg.is_global_set());
        let candidate = |arg: &Arg| {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            Some(Candidate::new(format!("--{}", arg.get_long()?), &help))
        };
        own.into_iter().chain(global).filter_map(candidate).collect()
    }
}

pub(super) fn command(command: &Command) -> Candidate {
    Candidate::new(
        command.get_name(),
        &command.get_about().map(ToString::to_string).unwrap_or_default(),
    )
}

/// The values behind `--name=`, as one word with it.
fn behind(name: &str, values: Offer) -> Offer {
    match values {
        Offer::Candidates(candidates) => {
            let behind = |candidate: Candidate| Candidate {
                value: format!("--{name}={}", candidate.value),
                ..candidate
            };
            Offer::Candidates(candidates.into_iter().map(behind).collect())
        }
        files => files,
    }
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// The files that an argument names, by its hint.
pub(super) fn files(arg: &Arg) -> Option<Offer> {
    match arg.get_value_hint() {
        ValueHint::FilePath | ValueHint::AnyPath => Some(Offer::Files),
        ValueHint::DirPath => Some(Offer::Folders),
        _ => None,
    }
}
