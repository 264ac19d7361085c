//! The settings of a run, resolved once from flags, environment and profile.
//!
//! Nothing below `cli` and `run` sees a raw flag. Each default is defined here only; help, configuration keys and README are
//! compared with it.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::global::{Colour, GlobalOptions};
use crate::cli::operations::LookLimits;
use crate::config::policy::LogSetting;
use crate::config::profile::Profile;
use crate::config::section::Section;
use crate::config::selector::ProfileSelector;
use crate::console::Console;
use crate::engine::context::Limits;
use crate::error::{Error, Result};
use crate::journal::run_file::MemoryFolder;
use crate::output::table::TableStyle;
use crate::output::{Format, LooksAt};
use crate::text::visible;

/// An environment variable's value; an empty one counts as not set.
// A shell has `NAME= command` to unset one for a command alone.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The values where neither flag nor environment nor profile names one.
pub const DEFAULTS: Defaults = Defaults {
    concurrency: 8,
    attempts: 3,
    // Shumei's manual asks clients to wait for 7 seconds, the longest of the vendors.
    timeout: Duration::from_secs(8),
    deadline: Duration::from_secs(30),
    // More targets have to be asked for by their number, so that a slip stays small. No command
    // asks back: cron and a shell behave alike.
    max_targets: 20,
    max_failures: 10,
    verify_timeout: Duration::from_secs(10),
    // A playlist in a cache goes on for a while after the stream has ended.
    verify_viewers: Duration::from_secs(90),
};

/// The type of [`DEFAULTS`], a field for each flag that has one.
#[expect(missing_docs, reason = "each is the flag of its name")]
pub struct Defaults {
    pub concurrency: usize,
    pub attempts: u32,
    pub timeout: Duration,
    pub deadline: Duration,
    pub max_targets: usize,
    pub max_failures: u32,
    pub verify_timeout: Duration,
    /// That of `--verify-timeout` where a probe looks at what viewers get.
    pub verify_viewers: Duration,
}

/// Everything that flags, environment and profile decide about a command, each value decided.
pub struct Settings {
    /// The form of the results.
    pub format: Format,
    /// How much is printed on standard error.
    pub console: Console,
    /// How tables are printed.
    pub style: TableStyle,
    /// Nothing is sent.
    pub is_dry_run: bool,
    /// The limits of a run.
    pub limits: Limits,
    /// The most distinct targets of a run.
    pub max_targets: usize,
    /// The journal, if the run has one.
    pub journal: Option<JournalSettings>,
    /// Where the run is remembered; `None` where that is off.
    pub memory: Option<MemoryFolder>,
}

/// The journal of a run.
pub struct JournalSettings {
    /// Its file.
    pub path: PathBuf,
    /// Whether what it records as applied is skipped.
    pub is_resumed: bool,
}

impl Settings {
    /// Precedence: flag, environment, profile, default.
    // The sandbox has no profile, so that a run there has the defaults of the program.
    pub fn resolve(
        global: &GlobalOptions,
        looks: LookLimits,
        profile: Option<&Profile>,
    ) -> Result<Self> {
        Ok(Self {
            format: format(global)?,
            console: Console { quiet: global.quiet, verbose: global.verbose },
            style: table_style(global),
            is_dry_run: global.dry_run,
            limits: limits(global, looks, profile),
            max_targets: max_targets(global, profile).unwrap_or(DEFAULTS.max_targets),
            journal: journal(global)?,
            memory: memory(global, profile)?,
        })
    }

    /// Whether the state of a target is read after a success.
    #[must_use]
    pub fn looks_at_states(&self) -> bool {
        self.limits.verify.is_some() || self.limits.hold.is_some()
    }

    /// What the run looks at after a success.
    #[must_use]
    pub fn looks_at(&self) -> LooksAt {
        match (self.limits.verify, self.limits.hold) {
            _ if self.is_dry_run => LooksAt::Nothing,
            (_, Some(_)) => LooksAt::Hold,
            (Some(_), None) => LooksAt::State,
            (None, None) => LooksAt::Nothing,
        }
    }
}

/// The most distinct targets, where a flag or the profile names it.
pub(super) fn max_targets(global: &GlobalOptions, profile: Option<&Profile>) -> Option<usize> {
    global.max_targets.or_else(|| profile?.max_targets)
}

/// Where runs are remembered: nowhere with `--no-log`, else by `LIVECTL_LOG` and the profile file.
pub fn memory(global: &GlobalOptions, profile: Option<&Profile>) -> Result<Option<MemoryFolder>> {
    let in_file = profile.map_or(LogSetting::OfUser, |profile| profile.log.clone());
    let word = variable("LIVECTL_LOG").map(|word| word.to_string_lossy().to_ascii_lowercase());
    let setting = match word.as_deref() {
        _ if global.no_log => LogSetting::Off,
        Some("off") => LogSetting::Off,
        Some("on") if in_file == LogSetting::Off => LogSetting::OfUser,
        None | Some("on") => in_file,
        Some(word) => {
            let word = visible(word).into_owned();
            return Err(Error::usage(format!("LIVECTL_LOG is {word:?}"))
                .hint("set it to on or off, or unset it"));
        }
    };
    Ok(match setting {
        LogSetting::Off => None,
        LogSetting::OfUser => Some(MemoryFolder::of_user()),
        LogSetting::Shared(path) => Some(MemoryFolder { path, is_shared: true }),
    })
}

/// The output format: the flag, else `LIVECTL_OUTPUT`, else a table.
// A word that is no format is refused: a script would read a table for the JSON that it asked for.
fn format(global: &GlobalOptions) -> Result<Format> {
    let format = match (global.output, variable("LIVECTL_OUTPUT")) {
        (Some(format), _) => format,
        (None, None) => Format::Table,
        (None, Some(name)) => Format::from_str(&name.to_string_lossy(), true).map_err(|_| {
            let name = visible(&name.to_string_lossy()).into_owned();
            Error::usage(format!("LIVECTL_OUTPUT is {name:?}, which is no format")).hint(
                "set it to table, json, jsonl, csv or targets (curl with --dry-run), or unset it",
            )
        })?,
    };
    if format == Format::Curl && !global.dry_run {
        return Err(Error::usage("-o curl prints what would be sent").hint("add --dry-run"));
    }
    Ok(format)
}

/// How tables and other text for people are printed on standard output.
#[must_use]
pub fn table_style(global: &GlobalOptions) -> TableStyle {
    let is_terminal = std::io::stdout().is_terminal();
    let width = terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| width.0);
    TableStyle { width, colour: colour(global.color.unwrap_or(Colour::Auto), is_terminal) }
}

/// Whether outcomes are coloured. Precedence: flag, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`.
// Who sets `NO_COLOR` wants none anywhere, so that it goes over the others.
fn colour(flag: Colour, is_terminal: bool) -> bool {
    match flag {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if variable("NO_COLOR").is_some() => false,
        Colour::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Colour::Auto => {
            is_terminal
                && variable("CLICOLOR").is_none_or(|value| value != "0")
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

fn limits(global: &GlobalOptions, looks: LookLimits, profile: Option<&Profile>) -> Limits {
    let timeout = global.timeout.or_else(|| profile?.timeout);
    let concurrency = global.concurrency.or_else(|| profile?.concurrency);
    Limits {
        concurrency: concurrency.unwrap_or(DEFAULTS.concurrency),
        rate: global.rate.or_else(|| profile?.rate),
        attempts: global.attempts.unwrap_or(DEFAULTS.attempts),
        timeout: timeout.unwrap_or(DEFAULTS.timeout),
        deadline: global.deadline.unwrap_or(DEFAULTS.deadline),
        max_failures: global.max_failures.unwrap_or(DEFAULTS.max_failures),
        verify: looks.is_verified.then_some(looks.timeout.unwrap_or(DEFAULTS.verify_timeout)),
        verify_viewers: looks.timeout.unwrap_or(DEFAULTS.verify_viewers),
        hold: looks.hold,
    }
}

fn journal(global: &GlobalOptions) -> Result<Option<JournalSettings>> {
    // clap would want both on the same side of a command.
    if global.resume && global.journal.is_none() {
        return Err(Error::usage("--resume needs --journal FILE, whose records it goes by"));
    }
    let path = global.journal.clone();
    // Elsewhere it is standard input or output, neither of which a run can be resumed from.
    if path.as_deref() == Some(Path::new("-")) {
        return Err(Error::usage("--journal - names no file")
            .hint("a journal is a regular file; one that is called so is --journal ./-"));
    }
    Ok(path.map(|path| JournalSettings { path, is_resumed: global.resume }))
}

/// The flags and variables that select the profile.
#[must_use]
pub fn selector<'a>(
    global: &GlobalOptions,
    sections: &'a [&'static Section],
) -> ProfileSelector<'a> {
    ProfileSelector {
        config: global.config.clone(),
        profile: global.profile.clone(),
        env: &|name| std::env::var_os(name),
        default_dir: dirs::config_dir(),
        sections,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::cli::Cli;
    use crate::cli::command::Command;
    use crate::config::settings::SETTINGS;
    use crate::time;

    /// The default of a flag as the help prints it.
    fn told(flag: &str) -> String {
        let cli = Cli::command(VENDORS);
        let help = cli
            .get_arguments()
            .find(|arg| arg.get_long() == Some(flag))
            .unwrap()
            .get_help()
            .unwrap()
            .to_string();
        let (_, default) = help.split_once("[default: ").unwrap();
        default.split_once(']').unwrap().0.to_owned()
    }

    #[test]
    fn rate_defaults_to_that_of_the_api() {
        let global = Cli::read_fully(["livectl", "doctor"], VENDORS).unwrap().global;
        assert_eq!(
            Settings::resolve(&global, LookLimits::default(), None).unwrap().limits.rate,
            None
        );
        let versions = VENDORS.iter().flat_map(|vendor| {
            vendor.apis.iter().map(|api| (vendor.name.as_str(), api.id, api.rate))
        });
        let others = versions.filter(|(_, _, rate)| *rate != 20);
        let others = others
            .map(|(vendor, id, rate)| format!("; {}: {rate}", format!("{vendor} {id}").trim_end()));
        assert_eq!(told("rate"), format!("20{}", others.collect::<String>()));
    }

    #[test]
    fn look_flags_decide_the_limits() {
        let of = |flags: &str| {
            let line = format!("livectl tencent forbid a --for 1h {flags}");
            let cli = Cli::read_fully(line.split_whitespace(), VENDORS).unwrap();
            let Command::Operations(command) = cli.command else { panic!("{cli:?}") };
            let limits = Settings::resolve(&cli.global, command.looks, None).unwrap().limits;
            (limits.verify, limits.verify_viewers, limits.hold)
        };
        let (usual, viewers) = (DEFAULTS.verify_timeout, DEFAULTS.verify_viewers);
        let seconds = Duration::from_secs;
        for (flags, limits) in [
            ("", (None, viewers, None)),
            ("--verify", (Some(usual), viewers, None)),
            ("--hold 30s", (Some(usual), viewers, Some(seconds(30)))),
            ("--hold 30s --verify-timeout 5s", (Some(seconds(5)), seconds(5), Some(seconds(30)))),
            ("--verify --verify-timeout 5s", (Some(seconds(5)), seconds(5), None)),
        ] {
            assert_eq!(of(flags), limits, "{flags}");
        }
    }

    #[test]
    fn defaults_match_the_help() {
        let global = Cli::read_fully(["livectl", "doctor"], VENDORS).unwrap().global;
        let settings = Settings::resolve(&global, LookLimits::default(), None).unwrap();
        let limits = settings.limits;
        for (flag, value) in [
            ("concurrency", limits.concurrency.to_string()),
            ("attempts", limits.attempts.to_string()),
            ("timeout", time::length(limits.timeout.as_secs())),
            ("deadline", time::length(limits.deadline.as_secs())),
            ("max-targets", settings.max_targets.to_string()),
            ("max-failures", limits.max_failures.to_string()),
        ] {
            assert_eq!(told(flag), value, "{flag}");
            let key = SETTINGS.key(&flag.replace('-', "_"));
            assert!(key.is_none_or(|key| key.default == Some(&*value)), "{flag}");
        }
    }
}
