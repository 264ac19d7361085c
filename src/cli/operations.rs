//! The commands of the vendors' operations and `apply`, built from the vendors' tables.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches, ValueHint};

use crate::api::operation::OperationSpec;
use crate::api::operation_input::{OPERATION_KEYS, OperationInput};
use crate::api::param::{Param, TargetSpec};
use crate::api::reason::REASON;
use crate::api::spec::{Vendor, Vendors};
use crate::input::shard::Shard;
use crate::input::source::InputFormat;
use crate::time;

/// Operations to run, not yet read.
#[derive(Debug)]
pub struct OperationCommand {
    /// Where they are.
    pub source: TargetSource,
    /// The reason for those that act and have none of their own.
    pub reason: Option<String>,
    /// How a success is looked at.
    pub looks: LookLimits,
    /// Where viewers get the streams; `None` as in the profile.
    pub play: Option<String>,
    /// The part of the input that this process does; `None`: all of it.
    pub shard: Option<Shard>,
    /// The input is read as it comes, and each line is acted on at once.
    pub is_followed: bool,
}

/// Where operations are.
#[derive(Debug)]
pub enum TargetSource {
    /// One operation on several targets; a single `-` is a list on standard input.
    Targets(Vec<String>, OperationInput<'static>),
    /// A file of operations.
    File(PathBuf, Option<InputFormat>),
}

/// How a success is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookLimits {
    /// The state is read back.
    pub is_verified: bool,
    /// How long it may take to agree; `None` for the default.
    pub timeout: Option<Duration>,
    /// How long a stream that went off air is looked at.
    pub hold: Option<Duration>,
}

// How a success is verified.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of each command that has these")]
pub struct VerifyOptions {
    /// Read the state back; unknown where it does not agree
    #[arg(long)]
    pub verify: bool,
    /// How long to wait for it to agree [default: 10s]
    #[arg(long, value_name = "DUR", value_parser = time::limit, requires = LOOKS)]
    pub verify_timeout: Option<Duration>,
}

impl VerifyOptions {
    /// How a success is looked at.
    #[must_use]
    pub fn limits(&self) -> LookLimits {
        LookLimits { is_verified: self.verify, timeout: self.verify_timeout, hold: None }
    }
}

// What viewers get is looked at.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of each command that has these")]
pub struct PlayOptions {
    /// Look at this play URL, from here, until it is off
    // Not parsed here: clap's errors repeat the value, and its query may be a signature.
    #[arg(long, value_name = "URL", allow_hyphen_values = true)]
    pub play: Option<String>,
}

// How a stream that went off air is looked at.
#[derive(Args, Debug)]
struct HoldOptions {
    /// Once off air, keep looking; implies --verify
    #[arg(long, value_name = "DUR", value_parser = time::limit)]
    hold: Option<Duration>,
}

/// The flags that make a command look at what it did.
// `--verify-timeout` needs one of them.
pub const LOOKS: &str = "looks";

/// The flags of a command that looks at what it did, these among them.
fn look_flags(command: Command, looks: &[&'static str]) -> Command {
    let command = VerifyOptions::augment_args(command);
    let has_hold = looks.contains(&"hold");
    let command = if has_hold {
        let help = "How long to wait [default: 10s; play URL: 90s]";
        HoldOptions::augment_args(command).mut_arg("verify_timeout", |arg| arg.help(help))
    } else {
        command
    };
    command.group(ArgGroup::new(LOOKS).args(looks).multiple(true))
}

/// What these flags ask for.
fn look_limits(matches: &ArgMatches) -> clap::error::Result<LookLimits> {
    let verify = VerifyOptions::from_arg_matches(matches)?.limits();
    let hold = matches.try_get_one::<Duration>("hold").ok().flatten().copied();
    Ok(LookLimits { is_verified: verify.is_verified || hold.is_some(), hold, ..verify })
}

// The file of `apply`.
#[derive(Args, Debug)]
struct ApplyOptions {
    /// JSON Lines or CSV, one operation a line; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// jsonl or csv [default: by the file's ending; jsonl for `-`]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<InputFormat>,
    /// Do the part of worker I of N, from 0, of a list that all N read
    #[arg(long, value_name = "I/N", allow_hyphen_values = true)]
    shard: Option<Shard>,
    /// Act on each line as it comes; print its result at once
    #[arg(long)]
    follow: bool,
}

const APPLY: &str = "apply";

/// The commands of these vendors and `apply`; with words, only those that one of the words names.
#[must_use]
pub fn commands(vendors: Vendors, words: Option<&[OsString]>) -> Vec<Command> {
    let is_named = |name: &str| words.is_none_or(|words| words.iter().any(|word| word == name));
    let mut commands: Vec<_> = vendors
        .iter()
        .filter(|vendor| is_named(vendor.name.as_str()))
        .map(|vendor| {
            let operations = vendor.operations.iter().filter(|spec| {
                is_named(spec.name) || spec.aliases.iter().any(|alias| is_named(alias))
            });
            vendor_command(vendor).subcommands(operations.map(|spec| operation_command(spec)))
        })
        .collect();
    if is_named(APPLY) {
        commands.push(apply_command(vendors));
    }
    commands
}

fn vendor_command(vendor: &Vendor) -> Command {
    Command::new(vendor.name.as_str())
        .about(vendor.about)
        .after_long_help(after_help(&page_reference(vendor), vendor.examples))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// The help of `--rate`, with the defaults of these vendors.
// The vendors' own tables have them, so that a new vendor changes no text here.
#[must_use]
pub fn rate_help(vendors: Vendors) -> String {
    let apis =
        || vendors.iter().flat_map(|vendor| vendor.apis.iter().map(move |api| (vendor, api)));
    let count = |rate: u32| apis().filter(|(_, api)| api.rate == rate).count();
    let usual = apis().map(|(_, api)| api.rate).max_by_key(|rate| count(*rate)).unwrap_or_default();
    let mut defaults = usual.to_string();
    for (vendor, api) in apis().filter(|(_, api)| api.rate != usual) {
        let name = [vendor.name.as_str(), api.id].join(" ");
        defaults.push_str(&format!("; {}: {}", name.trim_end(), api.rate));
    }
    format!("Requests a second to one vendor (0: no limit) [default: {defaults}]")
}

/// Where the page of a vendor is printed, where it has one.
fn page_reference(vendor: &Vendor) -> String {
    let Some(page) = vendor.page else { return String::new() };
    format!("{}: `livectl help {}`.", page.about, vendor.name.as_str())
}

fn operation_command(spec: &OperationSpec) -> Command {
    let mut command = Command::new(spec.name)
        .aliases(spec.aliases)
        .about(spec.about)
        .after_help(format!("Example: {}", spec.examples.first().unwrap_or(&"-")))
        .after_long_help(after_help(spec.details, spec.examples))
        .arg(target_arg(spec.target))
        .args(spec.params.iter().map(|param| param_arg(param)));
    if !spec.alternatives.is_empty() {
        // That one is missing is refused when the operation is read, which knows what was typed instead.
        let group = ArgGroup::new("alternatives").args(spec.alternatives);
        command = command.group(group).override_usage(usage(spec));
    }
    let is_cut = spec.effect.takes_off_air();
    let command = if is_cut { PlayOptions::augment_args(command) } else { command };
    match (spec.has_verify, is_cut) {
        (true, true) => look_flags(command, &["verify", "hold", "play"]),
        (true, false) => look_flags(command, &["verify"]),
        (false, _) => command,
    }
}

/// The usage with the parameters of which one has to be given, on a line of their own.
fn usage(spec: &OperationSpec) -> String {
    let (title, target) = (spec.title(), spec.target.value_name);
    let flag = |param: &&Param| match param.value_name {
        Some(value) => format!("--{} <{value}>", param.name),
        None => format!("--{}", param.name),
    };
    let of = |is_it: &dyn Fn(&Param) -> bool| -> Vec<String> {
        spec.params.iter().copied().filter(|param| is_it(param)).map(|param| flag(&param)).collect()
    };
    let required: String =
        of(&|param| param.is_required).iter().map(|flag| format!(" {flag}")).collect();
    let alternatives = of(&|param| spec.alternatives.contains(&param.name)).join("|");
    format!("livectl {title} [OPTIONS]{required} <{target}>...\n       <{alternatives}>")
}

fn apply_command(vendors: Vendors) -> Command {
    let keys = |names: &[&str]| names.join(", ");
    let details = format!(
        "Each line is one operation at any vendor; CSV starts with a header. Keys: {}, and the settings of the action: {}. \
         All lines are checked before the first request is sent; if one is bad, nothing is sent. With --follow, each line is acted on as it comes, and --max-targets counts the targets of a minute. See `livectl help journal`.",
        keys(&OPERATION_KEYS),
        keys(&vendors.params())
    );
    let examples = [
        "livectl --sandbox apply operations.jsonl",
        "livectl --sandbox apply operations.csv --journal night.jsonl",
        "livectl --sandbox apply - --format csv --dry-run < operations.csv",
        "livectl --sandbox apply --follow - --max-targets 60 < operations.jsonl",
    ];
    let command = Command::new(APPLY)
        .about("Run any mix of operations from a file")
        .after_long_help(after_help(&details, &examples));
    look_flags(ApplyOptions::augment_args(command).arg(param_arg(&REASON)), &["verify", "hold"])
}

fn after_help(details: &str, examples: &[&str]) -> String {
    let examples: String = examples.iter().map(|example| format!("\n  {example}")).collect();
    let gap = if details.is_empty() { "" } else { "\n\n" };
    format!("{details}{gap}Examples:{examples}")
}

const TARGETS: &str = "targets";

fn target_arg(target: &TargetSpec) -> Arg {
    let arg = Arg::new(TARGETS).value_name(target.value_name).help(target.help);
    match target.flag {
        Some(flag) => arg.long(flag).allow_hyphen_values(true),
        None => arg.required(true).num_args(1..).action(ArgAction::Append),
    }
}

// A value may begin with a dash: a reason is free text, and a stream's name may be `-cam1`.
fn param_arg(param: &Param) -> Arg {
    let arg = Arg::new(param.name)
        .long(param.name)
        .help(param.help)
        .required(param.is_required)
        .hide(param.is_hidden);
    let arg = match param.value_name {
        Some(value_name) => arg.value_name(value_name).allow_hyphen_values(true),
        None => arg.action(ArgAction::SetTrue),
    };
    param.requires.into_iter().fold(arg, Arg::requires)
}

/// The operations that the command line asks for; `None` when it names another command.
pub fn read(
    vendors: Vendors,
    matches: &ArgMatches,
) -> clap::error::Result<Option<OperationCommand>> {
    let Some((word, matches)) = matches.subcommand() else { return Ok(None) };
    if word == APPLY {
        return read_apply(matches).map(Some);
    }
    let Some(vendor) = vendors.iter().find(|vendor| vendor.name.as_str() == word) else {
        return Ok(None);
    };
    let named = |name: &str| vendor.operations.iter().find(|spec| spec.name == name);
    let operation = matches.subcommand().and_then(|(name, matches)| Some((named(name)?, matches)));
    let (spec, matches) =
        operation.ok_or_else(|| clap::Error::new(ErrorKind::MissingSubcommand))?;
    read_operation(spec, matches).map(Some)
}

fn read_operation(
    spec: &'static OperationSpec,
    matches: &ArgMatches,
) -> clap::error::Result<OperationCommand> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut input = OperationInput::new(spec.vendor.as_str(), spec.name);
    for param in spec.params.iter().filter(|param| param.name != REASON.name) {
        let value = match param.value_name {
            Some(_) => text(param.name),
            None => matches.get_flag(param.name).then(|| "true".to_owned()),
        };
        input = value.into_iter().fold(input, |input, value| input.with(param.name, value));
    }
    let targets = matches.get_many::<String>(TARGETS).unwrap_or_default().cloned().collect();
    let looks = spec.has_verify.then(|| look_limits(matches)).transpose()?;
    Ok(OperationCommand {
        source: TargetSource::Targets(targets, input),
        reason: spec.takes(REASON.name).then(|| text(REASON.name)).flatten(),
        looks: looks.unwrap_or_default(),
        play: spec.effect.takes_off_air().then(|| text("play")).flatten(),
        shard: None,
        is_followed: false,
    })
}

fn read_apply(matches: &ArgMatches) -> clap::error::Result<OperationCommand> {
    let ApplyOptions { file, format, shard, follow } = ApplyOptions::from_arg_matches(matches)?;
    Ok(OperationCommand {
        source: TargetSource::File(file, format),
        reason: matches.get_one::<String>(REASON.name).cloned(),
        looks: look_limits(matches)?,
        play: None,
        shard,
        is_followed: follow,
    })
}
