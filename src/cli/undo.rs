//! The command line of `livectl undo`; what it does is in [`crate::run::undo`].

use clap::{ArgGroup, Args};

use crate::cli::operations::{LOOKS, VerifyOptions};

// The run to take back, and its targets.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new(LOOKS).args(["verify"]).multiple(true))]
#[expect(missing_docs, reason = "clap would take them for the help of the command that has these")]
pub struct UndoOptions {
    /// The run: its id, the beginning or the last four characters of it
    #[arg(value_name = "RUN", required_unless_present = "journal")]
    pub run: Option<String>,
    /// Only these targets of the run; a lone `-` reads them from standard input
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only what the run did since then: 2h, a time as --until takes it, or HH:MM today
    #[arg(long, value_name = "DUR|TIME")]
    pub since: Option<String>,
    /// Also targets that somebody changed since
    // The states are then not asked for, since none of them would keep a target from being put back.
    #[arg(long)]
    pub even_changed: bool,
    /// Why; without it the reason is `undo of RUN`
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// How a success is verified.
    #[command(flatten)]
    pub verify: VerifyOptions,
}
