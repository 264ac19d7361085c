//! [`Invocation`]: the command line of this process, its flags as they were read and its words as they were typed.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ffi::OsString;

use clap::Command;

use crate::api::reason::REASON;
use crate::api::spec::Vendors;
use crate::cli::Cli;
use crate::cli::global::GlobalOptions;
use crate::input::meant::TypedWords;
use crate::policy::command_line::CommandLine;
use crate::secret::redact::urls;

/// The command line of a run.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// The vendors of the program.
    pub vendors: Vendors,
    /// The flags that all commands share.
    pub global: &'a GlobalOptions,
    /// The words as typed.
    pub args: &'a [OsString],
}

impl<'a> Invocation<'a> {
    pub(super) fn syntax(&self) -> CommandSyntax<'a> {
        CommandSyntax { vendors: self.vendors, args: self.args, root: OnceCell::new() }
    }

    /// The command line as typed, to be printed.
    pub(super) fn typed_line(&self) -> CommandLine {
        self.syntax().parse(self.args.iter().map(|word| word.to_string_lossy()))
    }
}

/// A command line with the flags of the program's commands.
// These are built only where a command is printed: all of them take a millisecond.
pub(super) struct CommandSyntax<'a> {
    vendors: Vendors,
    args: &'a [OsString],
    root: OnceCell<Command>,
}

impl CommandSyntax<'_> {
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
        // A reason or a play URL may hold a secret, which is printed nowhere. Not the targets: without its query, such a word
        // would be another target.
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
// The command is not known yet where its line is read, and a flag takes a value in all commands or in none.
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
