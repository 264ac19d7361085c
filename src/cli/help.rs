//! `livectl help [TOPIC|COMMAND]`: prints a topic, the help of a command, or the commands of one name.
//!
//! Which topics there are is in [`super::topics`].

use std::ffi::OsString;

use clap::Command;

use super::markdown::text::to_text;
use super::suggestions::commands_called;
use super::topics::{Topic, topics};
use crate::api::spec::Vendors;
use crate::cli::global::GlobalOptions;
use crate::cli::{Cli, plain, usage};
use crate::console;
use crate::run::settings;

/// Prints the topic, the help of the command, or both where one word names both; returns the exit code.
// `doctor` and `sandbox` are commands, and pages of the documentation too.
#[must_use]
pub fn run(vendors: Vendors, global: &GlobalOptions, words: &[String]) -> u8 {
    let topic = match words {
        [word] => topics(vendors).find(|topic| topic.name == word),
        _ => None,
    };
    if let [word] = words {
        let root = Cli::command(vendors);
        match (&topic, root.find_subcommand(word)) {
            (Some(topic), None) => return print(global, topic),
            (_, Some(_)) => {}
            (None, None) => {
                if let Some(commands) = operations_called(&root, word) {
                    return console::print_reference(&commands);
                }
            }
        }
    }
    let args = ["livectl"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let args: Vec<OsString> = args.map(OsString::from).collect();
    // clap prints help as an error.
    let error = Cli::read_fully(&args, vendors).expect_err("--help is never a command to run");
    let error = Cli::explained(vendors, error, &args);
    let code = usage::report(&error, &args);
    if error.use_stderr() {
        console::say(&list(vendors));
        return code;
    }
    match topic {
        _ if code != 0 => code,
        Some(topic) => console::print_reference("\n").max(print(global, &topic)),
        None if words.is_empty() => console::print_reference(&format!("\n{}\n", list(vendors))),
        None => 0,
    }
}

/// The commands of this name or other word in all groups, a line each; `None` for an unknown word.
fn operations_called(root: &Command, word: &str) -> Option<String> {
    let commands = commands_called(root, word);
    let width = commands.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, command): &(String, &Command)| {
        format!("{name:<width$}  {}\n", plain(command.get_about()))
    };
    let lines = commands.iter().map(line);
    let (first, _) = commands.first()?;
    let more = first.replacen("livectl", "livectl help", 1);
    Some(format!("{}\nAll about one of them: `{more}`\n", lines.collect::<String>()))
}

fn print(global: &GlobalOptions, topic: &Topic) -> u8 {
    let style = settings::table_style(global);
    let width = style.width.unwrap_or(80).min(100);
    console::print_reference(&to_text(&topic.blocks(), width, style.colour))
}

/// The topics, a line each.
fn list(vendors: Vendors) -> String {
    let lines = topics(vendors).map(|topic| format!("\n  {:<15}{}", topic.name, topic.about));
    format!("Topics of `livectl help`:{}", lines.collect::<String>())
}
