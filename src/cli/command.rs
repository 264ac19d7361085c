//! [`Command`]: the commands that are no vendor's, each with its help.
//!
//! The commands of operations are built in [`super::operations`].

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use crate::cli::completions::shell::Shell;
use crate::cli::log::LogOptions;
use crate::cli::operations::OperationCommand;
use crate::cli::undo::UndoOptions;
use crate::cli::watch::WatchOptions;
use crate::sandbox::server::DEFAULT_LISTEN;

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

Exit codes: 0 all have reached it; 2 the vendor's API does not report that state; 4 the time is over, or a state could not be \
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
