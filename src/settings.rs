//! Flag over environment over profile over default, decided once.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::time::Duration;

use clap::ValueEnum;

use crate::api::SECTIONS;
use crate::cli::{Colour, GlobalOptions};
use crate::config::{Profile, ProfileSelector};
use crate::console::Console;
use crate::engine::Limits;
use crate::error::{Error, Result};
use crate::net::connect_limit;
use crate::output::Format;
use crate::output::table::TableStyle;
use crate::text::visible;

/// An environment variable's value; an empty one counts as not set.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The output format: the flag, else `LIVECTL_OUTPUT`, else a table.
pub fn format(global: &GlobalOptions) -> Result<Format> {
    let format = match (global.output, variable("LIVECTL_OUTPUT")) {
        (Some(format), _) => format,
        (None, None) => Format::Table,
        (None, Some(name)) => Format::from_str(&name.to_string_lossy(), true).map_err(|_| {
            let name = visible(&name.to_string_lossy()).into_owned();
            Error::usage(format!("LIVECTL_OUTPUT is {name:?}, which is no format"))
                .hint("set it to table, json or jsonl (curl with --dry-run), or unset it")
        })?,
    };
    if format == Format::Curl && !global.dry_run {
        return Err(Error::usage("-o curl prints what would be sent").hint("add --dry-run"));
    }
    Ok(format)
}

/// What is said on standard error.
#[must_use]
pub fn console(global: &GlobalOptions) -> Console {
    Console { quiet: global.quiet, verbose: global.verbose }
}

/// How a table is printed.
#[must_use]
pub fn look(global: &GlobalOptions) -> TableStyle {
    let is_terminal = std::io::stdout().is_terminal();
    let width = terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| width.0);
    TableStyle { width, colour: colour(global, is_terminal) }
}

/// Whether outcomes are painted, on a terminal or not. A flag is plainer than a variable, `CLICOLOR_FORCE` than `NO_COLOR`.
#[must_use]
pub fn colour(global: &GlobalOptions, is_terminal: bool) -> bool {
    match global.color.unwrap_or(Colour::Auto) {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Colour::Auto => {
            is_terminal
                && variable("NO_COLOR").is_none()
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// What leads to the profile.
#[must_use]
pub fn choice(global: &GlobalOptions) -> ProfileSelector<'static> {
    ProfileSelector {
        config: global.config.clone(),
        profile: global.profile.clone(),
        env: &|name| std::env::var_os(name),
        default_dir: dirs::config_dir(),
        sections: SECTIONS,
    }
}

/// The limits of a run; the sandbox has no profile.
#[must_use]
pub fn limits(
    global: &GlobalOptions,
    verify: Option<Duration>,
    profile: Option<&Profile>,
) -> Limits {
    let deadline = global.deadline.unwrap_or(Duration::from_secs(30));
    let timeout = global
        .timeout
        .or(profile.and_then(|profile| profile.timeout))
        .unwrap_or(Duration::from_secs(8));
    Limits {
        concurrency: global
            .concurrency
            .or(profile.and_then(|profile| profile.concurrency))
            .unwrap_or(8),
        rate: global.rate.or(profile.and_then(|profile| profile.rate)).unwrap_or(20),
        attempts: global.attempts.unwrap_or(3),
        timeout,
        deadline,
        connect: connect_limit(timeout, deadline),
        max_failures: global.max_failures.unwrap_or(10),
        verify,
    }
}

/// How many distinct targets a run may have.
#[must_use]
pub fn max_targets(global: &GlobalOptions, profile: Option<&Profile>) -> usize {
    global.max_targets.or(profile.and_then(|profile| profile.max_targets)).unwrap_or(20)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;
    use crate::config::SETTINGS;
    use crate::time;

    /// The default that the help tells of a flag.
    fn told(flag: &str) -> String {
        let cli = <Cli as clap::CommandFactory>::command();
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
    fn without_flag_and_profile_what_the_help_tells_holds() {
        let global = Cli::try_parse_from(["livectl", "doctor"]).unwrap().global;
        let limits = limits(&global, None, None);
        for (flag, value) in [
            ("concurrency", limits.concurrency.to_string()),
            ("rate", limits.rate.to_string()),
            ("attempts", limits.attempts.to_string()),
            ("timeout", time::length(limits.timeout.as_secs())),
            ("deadline", time::length(limits.deadline.as_secs())),
            ("max-targets", max_targets(&global, None).to_string()),
            ("max-failures", limits.max_failures.to_string()),
        ] {
            assert_eq!(told(flag), value, "{flag}");
            let key = SETTINGS.key(&flag.replace('-', "_"));
            assert!(key.is_none_or(|key| key.default == Some(&*value)), "{flag}");
        }
    }
}
