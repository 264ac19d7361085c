//! A command line that cannot be parsed, or that asks for help.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};

use crate::console;
use crate::error::{self, Error};
use crate::output::{Format, json};
use crate::run::settings::variable;
use crate::text::visible;

/// The text for a command line without a word.
// All of the help would scroll out of sight.
const FIRST_STEPS: &str = "\
livectl blocks, restores and disconnects live streams and reports each outcome.

Usage: livectl [OPTIONS] <COMMAND>

Without an account:  livectl --sandbox tencent forbid 8888_test123 --for 2h
With an account:     livectl config init
                     livectl config check

All commands:        livectl --help
Documentation:       livectl help apis, configuration, doctor, environment,
                     exit-codes, journal, memory, output, sandbox, scale or
                     viewers";

/// Prints help, version or the error, and returns the exit code. `-o json` gets its document all the same.
// A script that pipes into jq must never meet an empty pipe.
#[must_use]
pub fn report(error: &clap::Error, args: &[OsString]) -> u8 {
    if !error.use_stderr() {
        return match error.print() {
            Ok(()) => 0,
            Err(error) => console::reference_cut(&error),
        };
    }
    let text = error.render().to_string();
    console::say(if args.len() <= 1 { FIRST_STEPS } else { &text });
    if names_json(args) {
        let message = if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            "no command is given".to_owned()
        } else {
            let first = text.split("\n\n").next().unwrap_or_default();
            first.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let error = Error::usage(visible(&message)).hint("see livectl --help");
        let _ = writeln!(io::stdout(), "{}", json::refusal(&error).unwrap_or_default());
    }
    error::ErrorKind::Usage.exit_code()
}

/// Whether the document is to be printed, by the flag or the environment.
#[must_use]
pub fn asks_for_json(flag: Option<Format>) -> bool {
    flag.map_or_else(
        || variable("LIVECTL_OUTPUT").is_some_and(|value| value.eq_ignore_ascii_case(JSON)),
        |format| format == Format::Json,
    )
}

const JSON: &str = "json";

/// Whether a command line that clap has refused asks for JSON.
// Each word is read as if the line began there, since clap stops at the first word that it does not know.
fn names_json(args: &[OsString]) -> bool {
    let output = Arg::new("output").short('o').long("output").action(ArgAction::Append);
    let flags =
        ['n', 'q', 'v'].map(|flag| Arg::new(flag.to_string()).short(flag).action(ArgAction::Count));
    let parser = Command::new("livectl")
        .no_binary_name(true)
        .ignore_errors(true)
        .disable_help_flag(true)
        .arg(output)
        .args(flags);
    // Behind it are targets, one of which may be called `-ojson`.
    let words = args.iter().skip(1).take_while(|arg| *arg != "--").count();
    let formats: Vec<String> = (1..=words)
        .filter(|at| args[*at].to_string_lossy().starts_with('-'))
        .filter_map(|at| parser.clone().try_get_matches_from(&args[at..=words]).ok())
        .filter_map(|mut matches| matches.remove_many("output"))
        .flatten()
        .collect();
    if formats.is_empty() {
        return asks_for_json(None);
    }
    formats.iter().any(|format| format.eq_ignore_ascii_case(JSON))
}
