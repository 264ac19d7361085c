//! livectl acts on live streams at JD Cloud, Tencent Cloud and Shumei, and never lies about what happened.
//!
//! An [operation](api::operation::Operation) becomes a [request](api::request::Request); its [vendor](api::Vendor) signs it; the
//! [engine] classifies the response and settles each target into exactly one [outcome]; a [renderer](output::Renderer) shows it.

mod accounts;
pub mod api;
pub mod cli;
pub mod config;
pub mod console;
pub mod doctor;
pub mod engine;
pub mod error;
pub mod input;
pub mod journal;
pub mod net;
pub mod outcome;
pub mod output;
pub mod redact;
pub mod run;
pub mod sandbox;
pub mod secret;
pub mod settings;
pub mod signals;
pub mod text;
pub mod time;

#[cfg(test)]
mod properties;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;

use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::error::{Error, Result};
use crate::output::{Format, json};

/// Does what the command line says and returns the exit code.
#[must_use]
pub fn main(args: &[OsString]) -> u8 {
    // A panic's text could hold anything; its place is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| {
            // The path of a file is that of the machine which built the program.
            let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{file}:{}", place.line())
        });
        let place = place.unwrap_or_default();
        console::say(&format!("error: livectl itself failed at {place}; please report this"));
    }));
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error, args),
    };
    let is_json = cli.global.output == Some(Format::Json)
        || cli.global.output.is_none() && is_json_by_environment();
    match std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(&cli, args))) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => refuse(&error, is_json),
        Err(_) => broken(is_json),
    }
}

/// A fault of ours: before the first request left it is only that; after it, what became of the targets is unknown.
fn broken(is_json: bool) -> u8 {
    if engine::HAS_LEFT.load(Ordering::Relaxed) {
        let error = anyhow::anyhow!(
            "livectl itself failed after requests had left; what they did is unknown"
        );
        refuse(&Error::internal(error).hint("look at the vendors' consoles"), is_json);
        4
    } else {
        refuse(
            &Error::internal(anyhow::anyhow!("livectl itself failed; nothing was sent")),
            is_json,
        )
    }
}

fn dispatch(cli: &Cli, args: &[OsString]) -> Result<u8> {
    if let Some(task) = cli.command.task() {
        return run::run(&cli.global, &task, args);
    }
    match &cli.command {
        Command::Config(command) => cli::config::run(&cli.global, *command),
        Command::Doctor => doctor::run(&cli.global),
        Command::Sandbox { listen } => cli::sandbox::run(&cli.global, *listen),
        Command::Completions { shell } => Ok(cli::completions::run(*shell)),
        Command::Man { folder } => cli::man::run(folder.as_deref()),
        Command::Schema => Ok(cli::schema::run()),
        Command::Jd(_) | Command::Tencent(_) | Command::Shumei(_) | Command::Apply { .. } => {
            unreachable!("each is a task")
        }
    }
}

/// Says why nothing was done; `-o json` gets its document all the same.
fn refuse(error: &Error, is_json: bool) -> u8 {
    console::error(error);
    if is_json {
        let document = json::refusal(error).unwrap_or_default();
        let _ = writeln!(io::stdout(), "{document}");
    }
    error.kind.exit_code()
}

/// Help and version are asked for; anything else is a wrong command line.
fn unparsed(error: &clap::Error, args: &[OsString]) -> u8 {
    if !error.use_stderr() {
        return match error.print() {
            Ok(()) => 0,
            Err(error) => console::reference_cut(&error),
        };
    }
    let text = error.render().to_string();
    console::say(&text);
    if wants_json(args) {
        let message = if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            "no command is given".to_owned()
        } else {
            let first = text.split("\n\n").next().unwrap_or_default();
            first.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let document =
            json::refusal(&Error::usage(text::visible(&message)).hint("see livectl --help"))
                .unwrap_or_default();
        let _ = writeln!(io::stdout(), "{document}");
    }
    error::ErrorKind::Usage.exit_code()
}

/// Whether a command line that cannot be parsed asks for JSON.
fn wants_json(args: &[OsString]) -> bool {
    let words: Vec<_> = args
        .iter()
        .skip(1)
        .map(|arg| arg.to_string_lossy())
        .take_while(|arg| arg != "--")
        .collect();
    let named = words.iter().enumerate().filter_map(|(index, word)| {
        let next = || words.get(index + 1).map(AsRef::as_ref);
        let short = || {
            word.strip_prefix('-')
                .map(|flags| flags.trim_start_matches(['n', 'q', 'v']))
                .and_then(|flags| flags.strip_prefix('o'))
        };
        match word.strip_prefix("--output") {
            Some("") => next(),
            Some(value) => value.strip_prefix('='),
            None => match short() {
                Some("") => next(),
                Some(value) => Some(value.strip_prefix('=').unwrap_or(value)),
                None => None,
            },
        }
    });
    let formats: Vec<_> = named.collect();
    if formats.is_empty() {
        return is_json_by_environment();
    }
    formats.iter().any(|format| format.eq_ignore_ascii_case("json"))
}

fn is_json_by_environment() -> bool {
    settings::variable("LIVECTL_OUTPUT").is_some_and(|value| value.eq_ignore_ascii_case("json"))
}
