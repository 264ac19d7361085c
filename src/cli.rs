//! The command line: [`Cli`], the flags that all commands share, and a command for each thing that can be done.

#![expect(clippy::doc_markdown, reason = "these comments are the help that people read in a terminal")]

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::batch;
use crate::output::Format;
use crate::sandbox;
use crate::time::duration;
use crate::vendor::Ask;

/// The shortest time-out or deadline: less leaves no time to connect.
const SHORTEST: Duration = Duration::from_millis(100);

/// Act on live streams at JD Cloud, Tencent Cloud and Shumei
///
/// Cuts streams off, lets them back, sets a domain's push time-out and ends moderation, through the vendors' own signed
/// HTTP APIs. Exit codes: 0 all done, 2 bad input, 3 bad configuration, 4 something unknown, 5 something not done.
#[derive(Debug, Parser)]
#[command(name = "livectl", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox --dry-run jd permit live/cam1 live/cam2 --domain push.example.com")]
pub struct Cli {
    /// What all commands share.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The profile file [env: LIVECTL_CONFIG] [default: livectl/config.toml in the platform's config folder]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The profile [env: LIVECTL_PROFILE] [default: default_profile, or the only one]
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// How results are printed [env: LIVECTL_OUTPUT] [default: table]
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// Plan and print, send nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Requests in flight [default: 8]
    #[arg(short = 'j', long, global = true, value_name = "N", value_parser = at_least_one)]
    pub concurrency: Option<usize>,
    /// Requests a second to one vendor, evenly spaced; 0 lifts it [default: 20]
    #[arg(long, global = true, value_name = "N")]
    pub rate: Option<u32>,
    /// Attempts for one target, the first included: 1 to 5
    #[arg(long, global = true, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=5))]
    pub attempts: u32,
    /// How long one attempt may take [default: 8s]
    #[arg(long, global = true, value_name = "DUR", value_parser = patience)]
    pub timeout: Option<Duration>,
    /// How long one target may take, from its first attempt on
    #[arg(long, global = true, value_name = "DUR", default_value = "30s", value_parser = patience)]
    pub deadline: Duration,
    /// More distinct targets than this are refused [default: 20]
    #[arg(long, global = true, value_name = "N", value_parser = at_least_one)]
    pub max_targets: Option<usize>,
    /// Failures of one vendor in a row after which its rest is skipped; 0 lifts it
    #[arg(long, global = true, value_name = "N", default_value_t = 10)]
    pub max_failures: u32,
    /// Record each intent and each result in this file
    #[arg(long, global = true, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Skip what the journal records as applied
    #[arg(long, global = true, requires = "journal")]
    pub resume: bool,
    /// Act on an embedded stand-in for the vendors; needs no configuration
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// When outcomes are painted [env: NO_COLOR, CLICOLOR_FORCE]
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say what happens between the results
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// When outcomes are painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// JD Cloud: push time-out of domains, blocked streams
    #[command(subcommand)]
    Jd(Jd),
    /// Tencent Cloud: cut channels off, let them back
    #[command(subcommand)]
    Tencent(Tencent),
    /// Shumei: moderation of streams
    #[command(subcommand)]
    Shumei(Shumei),
    /// Do any mix of operations from a file
    ///
    /// Each line of the file is one operation, at any of the vendors. The whole file is read and checked before the first
    /// request leaves; a bad line means that nothing is sent.
    #[command(after_help = "Examples:
  livectl --sandbox apply operations.jsonl
  livectl --sandbox apply operations.csv --journal night.jsonl
  livectl --sandbox apply - --dry-run")]
    Apply {
        /// JSON Lines or CSV with the keys vendor, action, target, seconds, domain, for, until, cluster; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How the file is written [default: by its ending; `-` is jsonl]
        #[arg(long, value_name = "FORMAT")]
        format: Option<batch::Format>,
    },
    /// The profile file: write, check, show it
    #[command(subcommand)]
    Config(Config),
    /// Serve the embedded stand-in for the vendors
    ///
    /// Speaks the vendors' HTTP APIs on this machine until interrupted, verifies every signature, and prints a profile to use
    /// it with. A name that ends in `_gone` is one that the vendor does not know.
    #[command(after_help = "Examples:
  livectl sandbox --listen 127.0.0.1:8787")]
    Sandbox {
        /// Where it listens
        #[arg(long, value_name = "ADDR", default_value_t = sandbox::DEFAULT_LISTEN)]
        listen: SocketAddr,
    },
    /// Print the completion script of a shell
    #[command(after_help = "Examples:
  livectl completions bash")]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one page a command into a folder
    #[command(after_help = "Examples:
  livectl man
  livectl man pages")]
    Man {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Print the JSON Schema of the result document
    #[command(after_help = "Examples:
  livectl schema")]
    Schema,
}

/// Operations at JD Cloud.
#[derive(Debug, Subcommand)]
pub enum Jd {
    /// Change a whole domain: set its push time-out
    ///
    /// Changes a whole domain: how many seconds a streamer may be silent before playback is cut
    /// (setPushStreamTimeout).
    #[command(after_help = "Examples:
  livectl --sandbox jd timeout push.example.com --seconds 30
  livectl --sandbox jd timeout push.example.com live.example.com --seconds 60 -o json")]
    Timeout {
        /// The push domains; a single `-` reads them from standard input, one a line
        #[arg(value_name = "DOMAIN", required = true)]
        targets: Vec<String>,
        /// The time-out: 1 to 120; JD advises more than 1 and at most 60
        #[arg(long, value_name = "N", allow_hyphen_values = true)]
        seconds: String,
    },
    /// Put streams back on air
    ///
    /// Puts streams back on air: they may push again (permitStream). All streams of one run travel in one request, at
    /// most 100; when JD refuses it, each is sent on its own.
    #[command(after_help = "Examples:
  livectl --sandbox jd permit live/cam1 --domain push.example.com
  livectl --sandbox jd permit live/cam1 live/cam2 --domain push.example.com")]
    Permit {
        /// The streams; a single `-` reads them from standard input, one a line
        #[arg(value_name = "APP/STREAM", required = true)]
        targets: Vec<String>,
        /// The domain that they are pushed to
        #[arg(long, value_name = "DOMAIN", allow_hyphen_values = true)]
        domain: String,
    },
}

/// Operations at Tencent Cloud.
#[derive(Debug, Subcommand)]
pub enum Tencent {
    /// Take streams off air
    ///
    /// Takes streams off air: they are cut and may not push until the end given (channel_manager, action forbid). Tencent
    /// calls this API obsolete; ForbidLiveStream of its API 3.0 replaces it.
    #[command(after_help = "Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox tencent forbid 8888_test123 8888_test456 --until 2099-01-01T00:00:00+08:00")]
    Forbid {
        /// The channel ids (LVB codes); a single `-` reads them from standard input, one a line
        #[arg(value_name = "CHANNEL", required = true)]
        targets: Vec<String>,
        /// For how long, such as 90s, 30m, 2h, 3d or 2h30m [default: 89 days]
        #[arg(long = "for", value_name = "DUR", conflicts_with = "until", allow_hyphen_values = true)]
        duration: Option<String>,
        /// Until when: RFC 3339 with a zone, or a Unix second; at most 89 days ahead
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        until: Option<String>,
    },
    /// Put streams back on air
    ///
    /// Puts streams back on air: they may push again at once (channel_manager, action resume). Tencent calls this API
    /// obsolete; ResumeLiveStream of its API 3.0 replaces it.
    #[command(after_help = "Examples:
  livectl --sandbox tencent resume 8888_test123")]
    Resume {
        /// The channel ids (LVB codes); a single `-` reads them from standard input, one a line
        #[arg(value_name = "CHANNEL", required = true)]
        targets: Vec<String>,
    },
}

/// Operations at Shumei.
#[derive(Debug, Subcommand)]
pub enum Shumei {
    /// End moderation only; the stream itself stays on air
    ///
    /// Ends moderation only; the stream itself stays on air (finish_videostream/v4).
    #[command(after_help = "Examples:
  livectl --sandbox shumei close 1639825145166 --cluster sh")]
    Close {
        /// The request ids, at most 32 characters; a single `-` reads them from standard input, one a line
        #[arg(value_name = "REQUEST_ID", required = true)]
        targets: Vec<String>,
        /// Where the stream is moderated: sh, sg (xjp), gg or yd [default: the profile's]
        #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
        cluster: Option<String>,
    },
}

/// What can be done with the profile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Config {
    /// Write a commented profile file, unless there is one
    #[command(after_help = "Examples:
  livectl --config new.toml config init")]
    Init,
    /// Name every problem at once, and say which vendors are ready
    #[command(after_help = "Examples:
  livectl config check")]
    Check,
    /// Print the effective values and where each comes from, secrets as `set`
    #[command(after_help = "Examples:
  livectl config show")]
    Show,
    /// Print the path of the profile file
    #[command(after_help = "Examples:
  livectl config path")]
    Path,
}

/// Operations to do, before they are read.
#[derive(Debug)]
pub enum Source<'a> {
    /// One operation asked of several targets; a single `-` stands for a list on standard input.
    Targets(&'a [String], Ask<'a>),
    /// A file of operations.
    File(&'a PathBuf, Option<batch::Format>),
}

impl Command {
    /// The operations that the command asks for, if it asks for any.
    #[must_use]
    pub fn source(&self) -> Option<Source<'_>> {
        let (vendor, action, targets, settings) = match self {
            Self::Jd(Jd::Timeout { targets, seconds }) => {
                ("jd", "timeout", targets, Ask { seconds: Some(seconds.into()), ..Ask::default() })
            }
            Self::Jd(Jd::Permit { targets, domain }) => {
                ("jd", "permit", targets, Ask { domain: Some(domain.into()), ..Ask::default() })
            }
            Self::Tencent(Tencent::Forbid { targets, duration, until }) => {
                let (duration, until) = (duration.as_deref().map(Cow::from), until.as_deref().map(Cow::from));
                ("tencent", "forbid", targets, Ask { duration, until, ..Ask::default() })
            }
            Self::Tencent(Tencent::Resume { targets }) => ("tencent", "resume", targets, Ask::default()),
            Self::Shumei(Shumei::Close { targets, cluster }) => {
                ("shumei", "close", targets, Ask { cluster: cluster.as_deref().map(Cow::from), ..Ask::default() })
            }
            Self::Apply { file, format } => return Some(Source::File(file, *format)),
            Self::Config(_) | Self::Sandbox { .. } | Self::Completions { .. } | Self::Man { .. } | Self::Schema => {
                return None;
            }
        };
        Some(Source::Targets(targets, Ask { vendor: vendor.into(), action: action.into(), ..settings }))
    }
}

/// Reads a time-out or a deadline.
pub fn patience(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < SHORTEST => Err("less than 100ms leaves no time to connect".into()),
        patience => Ok(patience),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..) => Ok(number),
        _ => Err("a whole number from 1 on".into()),
    }
}
