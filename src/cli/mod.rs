//! The command line: [`Cli`], the flags that all commands share, and a command for each thing that can be done.

pub mod command;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod global;
pub mod help;
pub mod log;
pub mod man;
pub mod markdown;
pub mod operations;
pub mod sandbox;
pub mod schema;
mod suggestions;
pub mod topics;
mod typed_line;
pub mod undo;
pub mod usage;
pub mod watch;

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};

use crate::api::spec::Vendors;
use crate::cli::command::Command;
use crate::cli::global::{GlobalOptions, prints, unused_flag};
use crate::error::{Error, Result};
use crate::output::Format;

/// A command line.
#[derive(Debug)]
pub struct Cli {
    /// The flags that all commands share.
    pub global: GlobalOptions,
    /// What to do.
    pub command: Command,
    /// The names of the command and of the one that it is in.
    path: Vec<String>,
    /// A flag that the command does not use.
    unused: Option<&'static str>,
}

const ABOUT: &str = "Block, restore and disconnect live streams, and report each outcome";

/// clap's own template without the blank line below the first line.
// `-h` has a line for each vendor, and is one screen.
const HELP_TEMPLATE: &str = "{about-with-newline}{usage-heading} {usage}\n{all-args}{after-help}";

const AFTER_HELP: &str = "Exit codes: 0 all done; 1 internal error; 2 bad usage or input, nothing sent; 3 bad \
configuration, nothing sent; 4 something unknown; 5 something not done; 6 output or journal not written; 75 journal in \
use; 129, 130, 143 interrupted

Documentation: `livectl help TOPIC`; topics: apis, configuration, doctor, environment, exit-codes, journal, memory, output, sandbox, scale, viewers

Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox -n jd permit live/cam1 live/cam2 --domain push.example.com";

impl Cli {
    /// Reads the command line; clap's error when it is none.
    // clap copies every global flag to every command before it looks at the first word. So the commands that no word names are
    // left out at first, which saves 660,000 instructions and 0.12 ms of a start. That cannot change how a right command line
    // is read; a wrong one, or one that asks for help, is read again with all of them.
    pub fn read(args: &[OsString], vendors: Vendors) -> Result<Self, clap::Error> {
        let matches = lean_command(vendors, args).try_get_matches_from(args);
        match matches.and_then(|matches| Self::of(vendors, matches)) {
            Err(error) if error.kind() != ErrorKind::DisplayVersion => {
                Self::read_fully(args, vendors)
            }
            read => read,
        }
    }

    /// Reads the command line with every command at hand.
    pub fn read_fully<I>(args: I, vendors: Vendors) -> Result<Self, clap::Error>
    where
        I: IntoIterator,
        I::Item: Into<OsString> + Clone,
    {
        let matches = Self::command(vendors).try_get_matches_from(args)?;
        Self::of(vendors, matches).map_err(|error| error.format(&mut Self::command(vendors)))
    }

    /// The error of [`read`](Self::read) with what was probably meant.
    #[must_use]
    pub fn explained(vendors: Vendors, error: clap::Error, args: &[OsString]) -> clap::Error {
        suggestions::improved(|| Self::command(vendors), vendors, error, args)
    }

    /// livectl with all its commands and their help.
    #[must_use]
    pub fn command(vendors: Vendors) -> clap::Command {
        let root = root().max_term_width(100).arg_required_else_help(true);
        let root = root.subcommands(operations::commands(vendors, None));
        let root = Command::augment_subcommands(GlobalOptions::augment_args(root));
        // `-h` is one screen with the options of the command alone, `--help` is everything.
        root.mut_arg("rate", |arg| arg.help(operations::rate_help(vendors)))
            .mut_args(|arg| arg.hide_short_help(true))
            .about(ABOUT)
            .help_template(HELP_TEMPLATE)
            .after_long_help(AFTER_HELP)
    }

    /// Refuses a flag that the command does not use.
    // Ignored, it would promise what does not happen.
    pub fn check_flags(&self) -> Result<()> {
        let path: Vec<_> = self.path.iter().map(String::as_str).collect();
        let is_refused = |format: &Format| {
            matches!(format, Format::Csv | Format::Targets) && !prints(&path, *format)
        };
        if let Some(format) = self.global.output.filter(is_refused) {
            let name = format.to_possible_value();
            let name = name.map(|value| value.get_name().to_owned()).unwrap_or_default();
            return Err(Error::usage(format!("this command prints no results for -o {name}"))
                .hint("use -o table or -o json"));
        }
        match self.unused {
            None => Ok(()),
            Some(flag) => Err(Error::usage(format!("this command does not use --{flag}"))
                .hint(format!("leave out --{flag}; `--help` prints what the command does"))),
        }
    }

    fn of(vendors: Vendors, mut matches: ArgMatches) -> Result<Self, clap::Error> {
        let global = GlobalOptions::from_arg_matches(&matches)?;
        let named = std::iter::successors(matches.subcommand(), |(_, below)| below.subcommand());
        let path: Vec<_> = named.map(|(name, _)| name).collect();
        let unused = unused_flag(&path, &matches);
        let path = path.into_iter().map(str::to_owned).collect();
        let command = match operations::read(vendors, &matches)? {
            Some(operations) => Command::Operations(operations),
            None => Command::from_arg_matches_mut(&mut matches)?,
        };
        Ok(Self { global, command, path, unused })
    }
}

/// The version with what the build script names: the source and the target.
// A report of a fault is about one binary, and a static one behaves otherwise in name lookups.
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("BUILD_COMMIT"),
    "\ntarget: ",
    env!("BUILD_TARGET"),
    "\nlibc: ",
    env!("BUILD_LIBC"),
);

fn root() -> clap::Command {
    clap::Command::new("livectl")
        .version(env!("CARGO_PKG_VERSION"))
        .long_version(LONG_VERSION)
        .subcommand_required(true)
        .disable_help_subcommand(true)
}

/// livectl with those of its commands that a word names.
// A word that is a target or a value may name one too many, which costs a little time and nothing else.
fn lean_command(vendors: Vendors, words: &[OsString]) -> clap::Command {
    let own = Command::augment_subcommands(clap::Command::new("livectl"));
    let own = own.get_subcommands().filter(|command| is_named(command, words));
    let root = root().subcommands(operations::commands(vendors, Some(words)));
    GlobalOptions::augment_args(root.subcommands(own.map(|command| lean(command, words))))
}

/// A text of clap without its styles.
fn plain(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn is_named(command: &clap::Command, words: &[OsString]) -> bool {
    words.iter().any(|word| word == command.get_name())
}

fn lean(command: &clap::Command, words: &[OsString]) -> clap::Command {
    if !command.has_subcommands() {
        return command.clone();
    }
    let commands = command.get_subcommands().filter(|command| is_named(command, words));
    let lean = clap::Command::new(command.get_name().to_owned()).subcommand_required(true);
    lean.disable_help_subcommand(true).subcommands(commands.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::cli::global::Colour;
    use crate::output::Format;

    #[test]
    fn partial_command_tree_changes_nothing() {
        for line in [
            "jd timeout a.example.com --seconds 30 -o json",
            "-q jd permit jd/apply schema/x --domain config.example.com",
            "-p jd tencent resume shumei apply -",
            "--sandbox apply jd --format csv -v",
            "config path",
            "man completions",
            "schema -n",
            "--version",
            "jd --version",
            "config --version path",
            "help jd",
            "jd --help",
            "tencnt resume a",
            "tencent resume a -- jd",
            "--attempts 9 schema",
            "",
        ] {
            let args: Vec<OsString> =
                ["livectl"].into_iter().chain(line.split_whitespace()).map(Into::into).collect();
            let shown = |cli: Result<Cli, clap::Error>| match cli {
                Ok(cli) => format!("{cli:?}"),
                Err(error) => format!("{:?} {}", error.kind(), error.render()),
            };
            assert_eq!(
                shown(Cli::read(&args, VENDORS)),
                shown(Cli::read_fully(&args, VENDORS)),
                "{line}"
            );
        }
    }

    #[test]
    fn valueless_flag_may_be_repeated() {
        let line = "livectl -qnv --sandbox --resume tencent resume a --quiet --dry-run --verbose --sandbox --resume";
        let args: Vec<_> = line.split(' ').map(OsString::from).collect();
        let global = Cli::read(&args, VENDORS).unwrap().global;
        assert!(
            global.quiet && global.dry_run && global.verbose && global.sandbox && global.resume
        );
    }

    #[test]
    fn format_ignores_case() {
        let args = ["livectl", "-o", "JSON", "--color", "Never", "doctor"].map(OsString::from);
        let global = Cli::read(&args, VENDORS).unwrap().global;
        assert_eq!((global.output, global.color), (Some(Format::Json), Some(Colour::Never)));
    }
}
