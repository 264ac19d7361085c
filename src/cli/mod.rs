//! The command line: [`Cli`], the flags that all commands share, and a command for each thing that can be done.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that people read in a terminal"
)]

pub mod completions;
pub mod config;
pub mod man;
pub mod markdown;
pub mod sandbox;
pub mod schema;
pub mod topics;
pub mod usage;

use std::borrow::Cow;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ArgGroup, Args, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::api::operation_input::OperationInput;
use crate::input::batch;
use crate::output::Format;
use crate::sandbox::server::DEFAULT_LISTEN;
use crate::time;

/// Block, restore and disconnect live streams at JD Cloud and Tencent Cloud; end moderation at Shumei
#[derive(Debug, Parser)]
#[command(
    name = "livectl",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit codes: 0 all done; 1 internal error; 2 bad usage or input, nothing sent; 3 bad \
configuration, nothing sent; 4 something unknown; 5 something not done; 6 output or journal not written; 75 journal in \
use; 129, 130, 143 interrupted

Documentation: `livectl help TOPIC`; topics: apis, configuration, doctor, environment, exit-codes, journal, output, sandbox

Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox -n jd permit live/cam1 live/cam2 --domain push.example.com"
)]
pub struct Cli {
    /// What all commands share.
    #[command(flatten)]
    pub global: GlobalOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line; clap's error when it is none.
    ///
    /// clap copies every global flag to every command before it looks at the first word. So the commands that no word names
    /// are left out at first, which saves 660,000 instructions and 0.12 ms of a start. That cannot change how a right command
    /// line is read; a wrong one, or one that asks for help, is read again with all of them.
    pub fn read(args: &[OsString]) -> Result<Self, clap::Error> {
        let all = Command::augment_subcommands(clap::Command::new("livectl"));
        let lean =
            GlobalOptions::augment_args(named(&all, args)).version(env!("CARGO_PKG_VERSION"));
        match lean
            .try_get_matches_from(args)
            .and_then(|mut matches| Self::from_arg_matches_mut(&mut matches))
        {
            Err(error) if error.kind() != ErrorKind::DisplayVersion => Self::try_parse_from(args),
            read => read,
        }
    }
}

/// The command with those of its commands that a word names.
fn named(command: &clap::Command, args: &[OsString]) -> clap::Command {
    if !command.has_subcommands() {
        return command.clone();
    }
    let commands = command
        .get_subcommands()
        .filter(|command| args.iter().any(|arg| arg == command.get_name()));
    let lean = clap::Command::new(command.get_name().to_owned())
        .subcommand_required(true)
        .disable_help_subcommand(true);
    lean.subcommands(commands.map(|command| named(command, args)))
}

/// The heading of the flags that bound a run.
const LIMITS: &str = "Pace and limits";

/// The heading of the flags that make a run one that can be resumed.
const JOURNAL: &str = "Journal";

/// Flags of every command.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Global options")]
pub struct GlobalOptions {
    /// The profile file; `livectl config path` prints the default [env: LIVECTL_CONFIG]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The profile; without it `default_profile`, or the only one [env: LIVECTL_PROFILE]
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// table, json or jsonl; curl with -n [default: table] [env: LIVECTL_OUTPUT]
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
    /// Colours: auto, always or never [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]
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
    /// Requests a second to one vendor (0: no limit) [default: 20]
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
    #[arg(long, global = true, value_name = "FILE", help_heading = JOURNAL)]
    pub journal: Option<PathBuf>,
    /// Skip what the journal records as applied
    #[arg(long, global = true, overrides_with = "resume", help_heading = JOURNAL)]
    pub resume: bool,
}

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

/// What to do.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// JD Cloud: cut off, let back and list streams; push time-outs
    #[command(subcommand)]
    #[command(after_help = "Examples:
  livectl --sandbox jd timeout push.example.com --seconds 30
  livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m
  livectl --sandbox jd permit live/cam1 --domain push.example.com")]
    Jd(Jd),
    /// Tencent Cloud: cut off, let back and look at channels
    #[command(subcommand)]
    #[command(after_help = "Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox tencent status 8888_test123
  livectl --sandbox tencent resume 8888_test123")]
    Tencent(Tencent),
    /// Shumei: moderation of streams
    #[command(subcommand)]
    #[command(after_help = "Examples:
  livectl --sandbox shumei close 1639825145166")]
    Shumei(Shumei),
    /// Run any mix of operations from a file
    #[command(
        after_help = "Each line is one operation at any vendor; CSV starts with a header. Keys: vendor, action, \
target, and the settings of the action: seconds, domain, for, until, cluster, permanent, audio, app, stream, reason. \
All lines are checked before the first request is sent; if one is bad, nothing is sent. See `livectl help journal`.

Examples:
  livectl --sandbox apply operations.jsonl
  livectl --sandbox apply operations.csv --journal night.jsonl
  livectl --sandbox apply - --format csv --dry-run < operations.csv"
    )]
    Apply {
        /// JSON Lines or CSV, one operation a line; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// jsonl or csv [default: by the file's ending; jsonl for `-`]
        #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
        format: Option<batch::Format>,
        /// How it is done; a line's own reason overrides it.
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Write, check and show the profile file
    #[command(subcommand)]
    #[command(after_help = "Examples:
  livectl config init
  livectl config check")]
    Config(Config),
    /// Test the key of each vendor and the route to it
    #[command(
        after_help = "Sends no operation, only one GET without credentials to each endpoint. --timeout limits each \
request, --deadline the whole run. See `livectl help doctor`.

Exit codes: 0 nothing failed; 3 the configuration or a key is wrong; 5 an endpoint cannot be reached, or the clock is \
wrong

Examples:
  livectl --sandbox doctor
  livectl --sandbox doctor -o json"
    )]
    Doctor,
    /// Serve the simulator of the vendors until interrupted
    #[command(
        after_help = "Serves the vendors' HTTP APIs on this machine, verifies every signature, and prints a profile \
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
    #[command(after_help = "Examples:
  livectl completions bash > livectl.bash")]
    Completions {
        /// bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Show the manual page, or write all pages to a folder
    #[command(after_help = "Examples:
  livectl man
  livectl man pages")]
    Man {
        /// The folder; it is created if it does not exist
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Print the JSON Schema of the result document
    #[command(after_help = "Examples:
  livectl schema")]
    Schema,
    /// Print a topic of the documentation, or the help of a command
    #[command(
        after_help = "Topics: apis, configuration, doctor, environment, exit-codes, journal, output, sandbox

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

// How an operation that acts is done.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of each command that has these")]
pub struct ActionOptions {
    /// Why, for the journal, and for the vendor where its API takes it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// Read the state back, and call it unknown when it does not agree
    #[arg(long)]
    pub verify: bool,
    /// How long to wait for it to agree
    #[arg(long, value_name = "DUR", default_value = "10s", value_parser = time::limit, requires = "verify")]
    pub verify_timeout: Duration,
}

// JD's streams of one domain.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of each command that has these")]
pub struct Streams {
    /// Streams; a lone `-` reads them from standard input
    #[arg(value_name = "APP/STREAM", required = true)]
    pub targets: Vec<String>,
    /// The domain that they are pushed to
    #[arg(long, value_name = "DOMAIN", allow_hyphen_values = true)]
    pub domain: String,
}

// Tencent's streams.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of each command that has these")]
pub struct Channels {
    /// Channel ids (LVB codes); a lone `-` reads them from standard input
    #[arg(value_name = "CHANNEL", required = true)]
    pub targets: Vec<String>,
}

/// Operations at JD Cloud.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
#[expect(missing_docs, reason = "what several commands share has its help where it stands")]
pub enum Jd {
    /// Changes a whole domain: its push time-out
    #[command(
        after_help = "The time-out is how long a streamer may send nothing before playback is cut \
(setPushStreamTimeout). It holds for every stream of the domain.

Examples:
  livectl --sandbox jd timeout push.example.com --seconds 30
  livectl --sandbox jd timeout a.example.com b.example.com --seconds 60 -o json"
    )]
    Timeout {
        /// Push domains; a lone `-` reads them from standard input
        #[arg(value_name = "DOMAIN", required = true)]
        targets: Vec<String>,
        /// The time-out, 1 to 120; JD advises 2 to 60
        #[arg(long, value_name = "N", allow_hyphen_values = true)]
        seconds: String,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Takes streams off air: no push until the end given
    #[command(
        after_help = "JD counts the time from when it hears of it. Its legacy API takes whole minutes (forbidStream), its \
OpenAPI whole seconds (PUT /v1/streams:forbid). Each stream is sent in a request of its own.

Examples:
  livectl --sandbox jd forbid live/cam1 --domain push.example.com --for 30m
  livectl --sandbox jd forbid live/cam1 --domain push.example.com --permanent"
    )]
    #[command(group(ArgGroup::new("length").required(true).args(["duration", "permanent"])))]
    #[command(
        override_usage = "livectl jd forbid [OPTIONS] --domain <DOMAIN> --for <DUR> <APP/STREAM>...
       livectl jd forbid [OPTIONS] --domain <DOMAIN> --permanent <APP/STREAM>..."
    )]
    Forbid {
        #[command(flatten)]
        streams: Streams,
        /// For how long: 30m, 2h, 3d, 2h30m
        #[arg(long = "for", value_name = "DUR", allow_hyphen_values = true)]
        duration: Option<String>,
        /// Until they are permitted again
        #[arg(long)]
        permanent: bool,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Puts streams back on air: they may push again
    #[command(
        after_help = "At JD's legacy API all streams of a run travel in one request, at most 100 (permitStream). When JD \
refuses it, each is sent on its own, so that one bad name holds back none of the others. At its OpenAPI a stream is a \
request of its own (PUT /v1/streams:resume).

Examples:
  livectl --sandbox jd permit live/cam1 --domain push.example.com
  livectl --sandbox jd permit live/cam1 live/cam2 --domain push.example.com"
    )]
    Permit {
        #[command(flatten)]
        streams: Streams,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Cuts streams once: their encoders may push again after a second
    #[command(
        after_help = "JD's OpenAPI alone offers it (PUT /v1/streams:interrupt): `api = \"openapi\"` in the profile.

Examples:
  livectl --sandbox jd drop live/cam1 --domain push.example.com"
    )]
    Drop {
        #[command(flatten)]
        streams: Streams,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Changes nothing: lists the streams of a domain that may not push
    #[command(after_help = "JD's legacy API alone offers it (queryForbidden). All pages are read.

Examples:
  livectl --sandbox jd forbidden --domain push.example.com
  livectl --sandbox jd forbidden --domain push.example.com --app live -o json")]
    Forbidden {
        /// The domain that they are pushed to
        #[arg(long, value_name = "DOMAIN", allow_hyphen_values = true)]
        domain: String,
        /// Of this application alone
        #[arg(long, value_name = "APP", allow_hyphen_values = true)]
        app: Option<String>,
        /// Of this name alone; takes --app
        #[arg(long, value_name = "STREAM", requires = "app", allow_hyphen_values = true)]
        stream: Option<String>,
    },
    /// Changes nothing: lists the streams of a domain that are pushed now
    #[command(
        after_help = "JD's OpenAPI alone offers it (onlineList): `api = \"openapi\"` in the profile. All pages are read.

Examples:
  livectl --sandbox jd online --domain push.example.com"
    )]
    Online {
        /// The domain that they are pushed to
        #[arg(long, value_name = "DOMAIN", allow_hyphen_values = true)]
        domain: String,
        /// Of this application alone
        #[arg(long, value_name = "APP", allow_hyphen_values = true)]
        app: Option<String>,
    },
}

/// Operations at Tencent Cloud.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
#[expect(missing_docs, reason = "what several commands share has its help where it stands")]
pub enum Tencent {
    /// Takes streams off air: no push until the end given
    #[command(
        after_help = "The end is resolved once, when the run is planned, and shown in the result; no retry moves it. \
At Tencent's legacy API, which it calls obsolete, it is channel_manager with the action forbid; at API 3.0, with \
`api = \"v3\"` in the profile, ForbidLiveStream.

Examples:
  livectl --sandbox tencent forbid 8888_test123 --for 2h
  livectl --sandbox tencent forbid 8888_a 8888_b --until 2099-01-01T00:00:00Z
  livectl --sandbox tencent forbid 8888_a --verify --reason 'rights claim'"
    )]
    Forbid {
        #[command(flatten)]
        channels: Channels,
        /// For how long: 90s, 30m, 2h, 3d, 2h30m [default: 89 days]
        #[arg(
            long = "for",
            value_name = "DUR",
            conflicts_with = "until",
            allow_hyphen_values = true
        )]
        duration: Option<String>,
        /// Until when: RFC 3339 with a zone, or a Unix second; 89 days at most
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        until: Option<String>,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Puts streams back on air: they may push again
    #[command(
        after_help = "At Tencent's legacy API, which it calls obsolete, it is channel_manager with the action resume; at \
API 3.0, with `api = \"v3\"` in the profile, ResumeLiveStream.

Examples:
  livectl --sandbox tencent resume 8888_test123"
    )]
    Resume {
        #[command(flatten)]
        channels: Channels,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Cuts streams once: their encoders may push again at once
    #[command(
        after_help = "Live_Channel_SetStatus with status 2 at the legacy API, DropLiveStream at API 3.0. To keep a stream off \
air, forbid it.

Examples:
  livectl --sandbox tencent drop 8888_test123"
    )]
    Drop {
        #[command(flatten)]
        channels: Channels,
        #[command(flatten)]
        acting: ActionOptions,
    },
    /// Changes nothing: tells whether streams are live, idle or forbidden
    #[command(
        after_help = "Live_Channel_GetStatus at the legacy API, which tells never_pushed too, DescribeLiveStreamState at \
API 3.0.

Examples:
  livectl --sandbox tencent status 8888_test123
  livectl --sandbox tencent status 8888_a 8888_b -o json"
    )]
    Status {
        #[command(flatten)]
        channels: Channels,
    },
}

/// Operations at Shumei.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Shumei {
    /// Ends moderation only; the stream itself stays on air
    #[command(
        after_help = "Shumei stops watching the stream (finish_videostream/v4, or finish_audiostream/v4 with --audio). To cut the stream, use the vendor that \
carries it.

Examples:
  livectl --sandbox shumei close 1639825145166
  livectl --sandbox shumei close 1639825145166 1639825145167 --cluster sg"
    )]
    Close {
        /// Request ids, at most 32 characters; a lone `-` reads them from standard input
        #[arg(value_name = "REQUEST_ID", required = true)]
        targets: Vec<String>,
        /// Where they are moderated: sh, sg (xjp), gg or yd [default: the profile's]
        #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
        cluster: Option<String>,
        /// They are audio streams
        #[arg(long)]
        audio: bool,
        /// Why, for the journal
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        reason: Option<String>,
    },
}

/// What can be done with the profile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
#[command(defer = true)]
pub enum Config {
    /// Write a commented profile file, unless it exists
    #[command(
        after_help = "Only its owner can read the file (mode 0600). Fill it in, then run `livectl config check`.

Examples:
  livectl config init
  livectl -c new.toml config init"
    )]
    Init,
    /// Report every problem and which vendors are ready
    #[command(
        after_help = "Reads every secret of the profile and sends nothing. Exit code 3 if anything is wrong.

Examples:
  livectl config check"
    )]
    Check,
    /// Print the values in use and where each comes from
    #[command(after_help = "Prints `set` in place of a secret.

Examples:
  livectl config show
  livectl config show -o json")]
    Show,
    /// Print the path of the profile file
    #[command(after_help = "Examples:
  livectl config path")]
    Path,
}

/// Operations to do, before they are read, and how.
#[derive(Debug)]
pub struct OperationCommand<'a> {
    /// Where they stand.
    pub source: TargetSource<'a>,
    /// The reason for those that act and give none of their own.
    pub reason: Option<&'a str>,
    /// How long to wait for the state read back to agree; `None` not to read it.
    pub verify: Option<Duration>,
}

/// The settings of an operation, those that are not given included.
type Settings<'a> = Vec<(&'static str, Option<Cow<'a, str>>)>;

/// Where operations stand.
#[derive(Debug)]
pub enum TargetSource<'a> {
    /// One operation asked of several targets; a single `-` stands for a list on standard input.
    Targets(&'a [String], Box<OperationInput<'a>>),
    /// A file of operations.
    File(&'a PathBuf, Option<batch::Format>),
}

impl<'a> OperationCommand<'a> {
    /// One operation of several targets.
    fn of(vendor: &'a str, action: &'a str, targets: &'a [String], settings: Settings<'a>) -> Self {
        let mut input = OperationInput::new(vendor, action);
        for (key, value) in settings {
            input = value.into_iter().fold(input, |input, value| input.with(key, value));
        }
        Self { source: TargetSource::Targets(targets, Box::new(input)), reason: None, verify: None }
    }

    fn acting(self, acting: &'a ActionOptions) -> Self {
        let verify = acting.verify.then_some(acting.verify_timeout);
        Self { reason: acting.reason.as_deref(), verify, ..self }
    }
}

impl Command {
    /// The operations that the command asks for, if it asks for any.
    #[must_use]
    pub fn task(&self) -> Option<OperationCommand<'_>> {
        Some(match self {
            Self::Jd(command) => command.task(),
            Self::Tencent(command) => command.task(),
            Self::Shumei(Shumei::Close { targets, cluster, audio, reason }) => {
                let ask = vec![("cluster", word(cluster.as_ref())), ("audio", flag(*audio))];
                OperationCommand {
                    reason: reason.as_deref(),
                    ..OperationCommand::of("shumei", "close", targets, ask)
                }
            }
            Self::Apply { file, format, acting } => OperationCommand {
                source: TargetSource::File(file, *format),
                reason: None,
                verify: None,
            }
            .acting(acting),
            Self::Config(_)
            | Self::Doctor
            | Self::Sandbox { .. }
            | Self::Completions { .. }
            | Self::Man { .. }
            | Self::Schema
            | Self::Help { .. } => return None,
        })
    }
}

impl Jd {
    fn task(&self) -> OperationCommand<'_> {
        let task = |action, targets, ask| OperationCommand::of("jd", action, targets, ask);
        match self {
            Self::Timeout { targets, seconds, acting } => {
                task("timeout", targets, vec![("seconds", Some(seconds.into()))]).acting(acting)
            }
            Self::Forbid { streams, duration, permanent, acting } => {
                let ask = vec![("for", word(duration.as_ref())), ("permanent", flag(*permanent))];
                streams.task("forbid", ask).acting(acting)
            }
            Self::Permit { streams, acting } => streams.task("permit", Vec::new()).acting(acting),
            Self::Drop { streams, acting } => streams.task("drop", Vec::new()).acting(acting),
            Self::Forbidden { domain, app, stream } => {
                let ask = vec![("app", word(app.as_ref())), ("stream", word(stream.as_ref()))];
                task("forbidden", std::slice::from_ref(domain), ask)
            }
            Self::Online { domain, app } => {
                task("online", std::slice::from_ref(domain), vec![("app", word(app.as_ref()))])
            }
        }
    }
}

impl Streams {
    fn task<'a>(&'a self, action: &'a str, mut ask: Settings<'a>) -> OperationCommand<'a> {
        ask.insert(0, ("domain", Some(self.domain.as_str().into())));
        OperationCommand::of("jd", action, &self.targets, ask)
    }
}

impl Tencent {
    fn task(&self) -> OperationCommand<'_> {
        match self {
            Self::Forbid { channels, duration, until, acting } => {
                let ask = vec![("for", word(duration.as_ref())), ("until", word(until.as_ref()))];
                channels.task("forbid", ask).acting(acting)
            }
            Self::Resume { channels, acting } => channels.task("resume", Vec::new()).acting(acting),
            Self::Drop { channels, acting } => channels.task("drop", Vec::new()).acting(acting),
            Self::Status { channels } => channels.task("status", Vec::new()),
        }
    }
}

impl Channels {
    fn task<'a>(&'a self, action: &'a str, ask: Settings<'a>) -> OperationCommand<'a> {
        OperationCommand::of("tencent", action, &self.targets, ask)
    }
}

fn word(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(Cow::from)
}

fn flag(is_set: bool) -> Option<Cow<'static, str>> {
    is_set.then(|| "true".into())
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

/// A number of the range. The error describes what is expected, since that of the standard library names no unit.
fn whole<T>(text: &str, range: RangeInclusive<T>, expected: &str) -> Result<T, String>
where
    T: FromStr + PartialOrd,
{
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_that_are_left_out_change_nothing() {
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
            let told = |cli: Result<Cli, clap::Error>| match cli {
                Ok(cli) => format!("{cli:?}"),
                Err(error) => format!("{:?} {}", error.kind(), error.render()),
            };
            assert_eq!(told(Cli::read(&args)), told(Cli::try_parse_from(&args)), "{line}");
        }
    }

    #[test]
    fn a_flag_without_a_value_may_stand_twice_as_behind_an_alias_that_holds_it() {
        let line = "livectl -qnv --sandbox --resume tencent resume a --quiet --dry-run --verbose --sandbox --resume";
        let global =
            Cli::read(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).unwrap().global;
        assert!(
            global.quiet && global.dry_run && global.verbose && global.sandbox && global.resume
        );
    }

    #[test]
    fn a_format_is_known_in_either_case_as_in_its_variable() {
        let args = ["livectl", "-o", "JSON", "--color", "Never", "doctor"].map(OsString::from);
        let global = Cli::read(&args).unwrap().global;
        assert_eq!((global.output, global.color), (Some(Format::Json), Some(Colour::Never)));
    }
}
