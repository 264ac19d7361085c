//! The command line: [`Cli`], the flags that all commands share, and a command for each thing that can be done.

pub mod completions;
pub mod config;
pub mod doctor;
pub mod global;
pub mod log;
pub mod man;
pub mod markdown;
pub mod operations;
pub mod sandbox;
pub mod schema;
mod suggestions;
pub mod topics;
pub mod undo;
pub mod usage;
pub mod watch;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum, ValueHint};

use crate::api::spec::Vendors;
use crate::cli::completions::shell::Shell;
use crate::cli::global::{GlobalOptions, prints, used_flags};
use crate::cli::log::LogOptions;
use crate::cli::operations::OperationCommand;
use crate::cli::undo::UndoOptions;
use crate::cli::watch::WatchOptions;
use crate::error::{Error, Result};
use crate::output::Format;
use crate::sandbox::server::DEFAULT_LISTEN;

/// A command line.
#[derive(Debug)]
pub struct Cli {
    /// The flags that all commands share.
    pub global: GlobalOptions,
    /// What to do.
    pub command: Command,
}

const ABOUT: &str = "Block, restore and disconnect live streams, and report each outcome";

/// Without the blank line of clap's own template below the first line: `-h` has a line for each vendor, and is one screen.
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
    ///
    /// clap copies every global flag to every command before it looks at the first word. So the commands that no word names
    /// are left out at first, which saves 660,000 instructions and 0.12 ms of a start. That cannot change how a right command
    /// line is read; a wrong one, or one that asks for help, is read again with all of them.
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

    /// Refuses a flag that the command does not use, rather than ignoring what it promises.
    pub fn check_flags(&self) -> Result<()> {
        let Some(used) = used_flags(self.command.path()) else { return Ok(()) };
        let is_refused = |format: &Format| {
            matches!(format, Format::Csv | Format::Targets) && !prints(self.command.path(), *format)
        };
        if let Some(format) = self.global.output.filter(is_refused) {
            let name =
                format.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned());
            return Err(Error::usage(format!("this command prints no results for -o {name}"))
                .hint("use -o table or -o json"));
        }
        match self.global.given().into_iter().find(|flag| !used.contains(flag)) {
            None => Ok(()),
            Some(flag) => Err(Error::usage(format!("this command does not use {flag}"))
                .hint(format!("leave out {flag}; `--help` prints what the command does"))),
        }
    }

    fn of(vendors: Vendors, mut matches: ArgMatches) -> Result<Self, clap::Error> {
        let global = GlobalOptions::from_arg_matches(&matches)?;
        let command = match operations::read(vendors, &matches)? {
            Some(operations) => Command::Operations(operations),
            None => Command::from_arg_matches_mut(&mut matches)?,
        };
        Ok(Self { global, command })
    }
}

/// The build script names the source and the target.
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
fn lean_command(vendors: Vendors, words: &[OsString]) -> clap::Command {
    let own = Command::augment_subcommands(clap::Command::new("livectl"));
    let own = own.get_subcommands().filter(|command| is_named(command, words));
    let root = root().subcommands(operations::commands(vendors, Some(words)));
    GlobalOptions::augment_args(root.subcommands(own.map(|command| lean(command, words))))
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

/// What to do.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Operations at the vendors, whose commands come from their tables.
    #[command(skip)]
    Operations(OperationCommand),
    /// Write, check and show the profile file
    #[command(subcommand)]
    #[command(after_long_help = "Examples:
  livectl config init
  livectl config check")]
    Config(Config),
    /// Test the key of each vendor and the route to it
    #[command(
        after_long_help = "Sends one GET without credentials to each endpoint, and no operation unless --signed asks for one \
that changes nothing. --timeout limits each request, --deadline the whole run. See `livectl help doctor`.

Exit codes: 0 nothing failed; 3 the configuration or a key is wrong; 5 an endpoint cannot be reached, the clock is \
wrong, the signed call has no answer, or a vendor does not accept this machine's IP address

Examples:
  livectl --sandbox doctor
  livectl --sandbox doctor --signed
  livectl --sandbox doctor -o json"
    )]
    Doctor {
        /// Make one signed call that changes nothing at each vendor, to see whether it accepts the key
        #[arg(long)]
        signed: bool,
    },
    /// List earlier runs, the results of one, or what is banned now
    #[command(
        after_long_help = "Reads the records of earlier runs and asks no vendor. RUN is the id of a run, the beginning or the \
last four characters of it, or `last`. See `livectl help memory`.

Examples:
  livectl log
  livectl log --since 12h --failed
  livectl log --banned --within 1h"
    )]
    Log(LogOptions),
    /// Put back what a run changed
    #[command(
        after_long_help = "Puts back what held before the run's first act on each target: a ban is lifted, or, where an \
earlier ban still holds, that one is set again; what the run lifted is banned again. The vendor is asked first: a target that \
is not as the run left it is skipped. A drop, a close and what no record tells are skipped too. See `livectl help memory`.

The example undoes an earlier run that had --journal night.jsonl.

Examples:
  livectl undo --journal night.jsonl -n"
    )]
    Undo(UndoOptions),
    /// Look at streams until they are off, on or forbidden
    #[command(
        after_long_help = "Asks the vendor for the state of each stream, looks at a play URL as a viewer does, or both, and \
prints a line whenever a state changes. `off` is any state but live. Without --until it looks for all of --within. What is \
seen at a play URL is seen from here: one edge is not all edges. See `livectl help viewers`.

Exit codes: 0 all have reached it; 2 the vendor's API does not tell that state; 4 the time is over, or a state could not be \
read; 5 the vendor refuses the look; 129, 130, 143 interrupted

Examples:
  livectl --sandbox watch tencent 8888_test123 --until on
  livectl --sandbox watch alibaba live/cam1 live/cam2 --within 1s -o jsonl"
    )]
    Watch(WatchOptions),
    /// Serve the simulator of the vendors until interrupted
    #[command(
        after_long_help = "Serves the vendors' HTTP APIs on this machine, verifies every signature, and prints a profile \
that uses it. A name that ends in _gone (a domain: -gone) is unknown to the vendor. GET /sandbox/state shows the state \
of all streams. See `livectl help sandbox`.

Examples:
  livectl sandbox > sandbox.toml
  livectl sandbox --listen 127.0.0.1:9000"
    )]
    Sandbox {
        /// The address to listen on; port 0 takes a free port
        #[arg(long, value_name = "ADDR", default_value_t = DEFAULT_LISTEN)]
        listen: SocketAddr,
    },
    /// Print the completion script of a shell
    #[command(after_long_help = "Examples:
  livectl completions bash > livectl.bash")]
    Completions {
        /// bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
    /// Show the manual page, or write all pages to a folder
    #[command(after_long_help = "Examples:
  livectl man
  livectl man pages")]
    Man {
        /// The folder; it is created if it does not exist
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
    /// Print the JSON Schema of what livectl prints or records
    #[command(after_long_help = "Examples:
  livectl schema
  livectl schema config-check")]
    Schema {
        /// results, journal, log, watch, config-check, config-show or doctor [default: results]
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Print a topic of the documentation, or the help of a command
    #[command(
        after_long_help = "Topics: apis, configuration, doctor, environment, exit-codes, journal, memory, output, sandbox, scale, viewers

Examples:
  livectl help
  livectl help exit-codes
  livectl help tencent forbid"
    )]
    Help {
        /// A topic, or a command with its subcommand
        #[arg(value_name = "TOPIC|COMMAND")]
        words: Vec<String>,
    },
}

impl Command {
    /// The words that name it; none for operations, which use every flag.
    fn path(&self) -> &'static [&'static str] {
        match self {
            Self::Operations(_) => &[],
            Self::Config(Config::Init { .. }) => &["config", "init"],
            Self::Config(Config::Check) => &["config", "check"],
            Self::Config(Config::Show) => &["config", "show"],
            Self::Config(Config::Path) => &["config", "path"],
            Self::Doctor { .. } => &["doctor"],
            Self::Log(_) => &["log"],
            Self::Undo(_) => &["undo"],
            Self::Watch(_) => &["watch"],
            Self::Sandbox { .. } => &["sandbox"],
            Self::Completions { .. } => &["completions"],
            Self::Man { .. } => &["man"],
            Self::Schema { .. } => &["schema"],
            Self::Help { .. } => &["help"],
        }
    }
}

/// What can be done with the profile file.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
#[command(defer = true)]
pub enum Config {
    /// Write a profile file to fill in, unless it exists
    #[command(
        after_long_help = "Without --vendor the file has every key with a comment; with it, only the lines that a run at \
this vendor needs. The profile is called as -p names it, else prod. Only its owner can read the file (mode 0600). Fill it \
in, then run `livectl config check`.

Examples:
  livectl config init
  livectl config init --vendor tencent
  livectl -c new.toml -p stage config init --vendor jd --api legacy"
    )]
    Init {
        /// Only the lines that this vendor needs, such as tencent
        #[arg(long, value_name = "VENDOR")]
        vendor: Option<String>,
        /// The version of its API [default: the newer one]
        #[arg(long, value_name = "API", requires = "vendor")]
        api: Option<String>,
    },
    /// Report every problem and which vendors are ready
    #[command(
        after_long_help = "Reads every secret of the profile and sends nothing. Exit code 3 if anything is wrong.

Examples:
  livectl config check"
    )]
    Check,
    /// Print the values in use and where each comes from
    #[command(after_long_help = "Prints `set` in place of a secret.

Examples:
  livectl config show
  livectl config show -o json")]
    Show,
    /// Print the path of the profile file
    #[command(after_long_help = "Examples:
  livectl config path")]
    Path,
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
