//! [`GlobalOptions`]: the flags of every command.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that people read in a terminal"
)]

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum, ValueHint};

use crate::api::spec::{Vendor, Vendors};
use crate::error::{self, Error};
use crate::output::Format;
use crate::text::shell_word;
use crate::time;

/// The heading of the flags that bound a run.
const LIMITS: &str = "Pace and limits";

/// The heading of the flags that make a run one that can be resumed.
const JOURNAL: &str = "Journal";

/// Flags of every command.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate flag")]
#[command(next_help_heading = "Global options")]
pub struct GlobalOptions {
    /// The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]
    #[arg(short, long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// table, json, jsonl, csv or targets; curl with -n [default: table] [env: LIVECTL_OUTPUT]
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        ignore_case = true,
        hide_possible_values = true
    )]
    pub output: Option<Format>,
    /// Print what would be sent, send nothing
    #[arg(short = 'n', long, global = true, overrides_with = "dry_run")]
    pub dry_run: bool,
    /// Use an embedded simulator of the vendors; requires no profile
    #[arg(long, global = true, overrides_with = "sandbox")]
    pub sandbox: bool,
    /// Take targets as they are, with invisible characters, URLs or quotes
    #[arg(long, global = true, overrides_with = "exact")]
    pub exact: bool,
    /// Act on this target although the policy protects it; requires --reason
    #[arg(long, global = true, value_name = "TARGET", allow_hyphen_values = true)]
    pub even_protected: Vec<String>,
    /// Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE, CLICOLOR]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        ignore_case = true,
        hide_possible_values = true
    )]
    pub color: Option<Colour>,
    /// Print only errors on standard error
    #[arg(short, long, global = true, overrides_with = "quiet")]
    pub quiet: bool,
    /// Print details between the results
    #[arg(short, long, global = true, overrides_with = "verbose")]
    pub verbose: bool,
    /// Requests in flight [default: 8]
    #[arg(short = 'j', long, global = true, value_name = "N", value_parser = at_least_one)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub concurrency: Option<usize>,
    /// Requests a second to one vendor (0: no limit)
    // The command's help adds the vendors' defaults.
    #[arg(long, global = true, value_name = "N", value_parser = rate)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub rate: Option<u32>,
    /// Attempts for one target, 1 to 5 [default: 3]
    #[arg(long, global = true, value_name = "N", value_parser = attempts)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub attempts: Option<u32>,
    /// Time for one attempt, such as 500ms [default: 8s]
    #[arg(long, global = true, value_name = "DUR", value_parser = time::limit)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub timeout: Option<Duration>,
    /// Time for one target with all its attempts [default: 30s]
    #[arg(long, global = true, value_name = "DUR", value_parser = time::limit)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub deadline: Option<Duration>,
    /// Refuse a run with more distinct targets [default: 20]
    #[arg(long, global = true, value_name = "N", value_parser = at_least_one)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub max_targets: Option<usize>,
    /// Skip a vendor's remaining targets after N consecutive failures (0: never) [default: 10]
    #[arg(long, global = true, value_name = "N", value_parser = failures)]
    #[arg(help_heading = LIMITS, allow_negative_numbers = true)]
    pub max_failures: Option<u32>,
    /// Record each intent and each result in this file
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(help_heading = JOURNAL)]
    pub journal: Option<PathBuf>,
    /// Do not remember the run for `livectl log` and `undo` [env: LIVECTL_LOG]
    #[arg(long, global = true, overrides_with = "no_log", help_heading = JOURNAL)]
    pub no_log: bool,
    /// Skip what the journal records as applied
    #[arg(long, global = true, overrides_with = "resume", help_heading = JOURNAL)]
    pub resume: bool,
}

/// The flags that change what a command does, in the order in which one that does not suit the command is reported.
const FLAGS: &str = "output dry-run sandbox exact even-protected concurrency rate attempts timeout \
                     deadline max-targets max-failures journal resume";

/// Those of [`FLAGS`] that the command of these words uses; `None` for all.
fn used_flags(path: &[&str]) -> Option<&'static str> {
    match path {
        // `config init` has its own words about a dry run.
        ["config", "init"] => Some("output dry-run"),
        ["doctor"] => Some("output sandbox timeout deadline"),
        // The errors of the sandbox are documents with `-o json`.
        ["config", ..] | ["log" | "sandbox"] => Some("output"),
        ["undo"] => Some(
            "output dry-run even-protected concurrency rate attempts timeout deadline max-targets \
             max-failures journal",
        ),
        ["watch"] => {
            Some("output sandbox exact concurrency rate attempts timeout deadline max-targets")
        }
        ["completions" | "man" | "schema" | "help"] => Some(""),
        _ => None,
    }
}

/// Whether the command of these words uses this flag of every command.
#[must_use]
pub fn uses(path: &[&str], flag: &str) -> bool {
    used_flags(path).is_none_or(|used| used.split(' ').any(|known| known == flag))
}

/// The first flag given that the command of these words does not use.
#[must_use]
pub fn unused_flag(path: &[&str], matches: &ArgMatches) -> Option<&'static str> {
    let is_given = |flag: &str| {
        matches.value_source(&flag.replace('-', "_")) == Some(ValueSource::CommandLine)
    };
    FLAGS.split(' ').find(|flag| !uses(path, flag) && is_given(flag))
}

/// Whether the command of these words prints this form: rows of results only where it has some.
#[must_use]
pub fn prints(path: &[&str], format: Format) -> bool {
    match format {
        Format::Csv | Format::Targets => {
            used_flags(path).is_none() || matches!(path, ["log" | "undo"])
        }
        Format::Curl => uses(path, "dry-run"),
        Format::Table | Format::Json | Format::Jsonl => true,
    }
}

/// The flags that every command takes.
// They choose the profile or the amount of text, as in a shell alias.
pub const SUITS_ALL: [&str; 5] = ["config", "profile", "color", "quiet", "verbose"];

/// When outcomes are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The vendor that `--vendor` names.
pub fn vendor_called(vendors: Vendors, word: &str) -> error::Result<&'static Vendor> {
    vendors.iter().find(|known| known.name.as_str() == word).ok_or_else(|| {
        let names: Vec<_> = vendors.iter().map(|vendor| vendor.name.as_str()).collect();
        Error::usage(format!("--vendor {}: no such vendor", shell_word(word)))
            .hint(format!("the vendors are {}", names.join(", ")))
    })
}

fn at_least_one(text: &str) -> Result<usize, String> {
    whole(text, 1..=usize::MAX, "a whole number of at least 1")
}

fn rate(text: &str) -> Result<u32, String> {
    whole(text, 0..=u32::MAX, "a whole number of requests a second, such as 20 (0: no limit)")
}

fn attempts(text: &str) -> Result<u32, String> {
    whole(text, 1..=5, "a whole number from 1 to 5")
}

fn failures(text: &str) -> Result<u32, String> {
    whole(text, 0..=u32::MAX, "a whole number of failures, such as 10 (0: never)")
}

/// A number of the range.
// The error describes what is expected, since that of the standard library names no unit.
fn whole<T>(text: &str, range: RangeInclusive<T>, expected: &str) -> Result<T, String>
where
    T: FromStr + PartialOrd,
{
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected {expected}"))
}
