//! `livectl help [TOPIC|COMMAND]`: the pages of `docs/`, and the help of commands.
//!
//! Each topic is a page or one section of a page, and the manual pages of section 7 are made of the same text.

use std::ffi::OsString;

use super::markdown::block::Block;
use super::markdown::text::to_text;
use super::markdown::{page, section};
use crate::api::spec::{Vendor, VendorPage, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::{Cli, suggestions, usage};
use crate::console;
use crate::run::settings;

/// A text that `livectl help` prints.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// The word that names it.
    pub name: &'static str,
    /// What it is about, in one line.
    pub about: &'static str,
    /// The page, as the build script has read it.
    page: &'static str,
    /// The section of the page, or `None` for all of it.
    section: Option<&'static str>,
}

const OUTPUT: &str = include_str!(concat!(env!("OUT_DIR"), "/output.json"));
const CONFIGURATION: &str = include_str!(concat!(env!("OUT_DIR"), "/configuration.json"));

/// The topics that are no vendor's.
pub static TOPICS: [Topic; 11] = [
    Topic {
        name: "apis",
        about: "API versions, requests, limits and states of each vendor",
        page: include_str!(concat!(env!("OUT_DIR"), "/apis.json")),
        section: None,
    },
    Topic {
        name: "configuration",
        about: "Profile file, secrets, flags, files, proxies and certificates",
        page: CONFIGURATION,
        section: None,
    },
    Topic {
        name: "doctor",
        about: "Tests of the route to each vendor",
        page: include_str!(concat!(env!("OUT_DIR"), "/doctor.json")),
        section: None,
    },
    Topic {
        name: "environment",
        about: "Environment variables",
        page: CONFIGURATION,
        section: Some("Environment"),
    },
    Topic {
        name: "exit-codes",
        about: "Exit codes, and what to do after each",
        page: OUTPUT,
        section: Some("Exit codes"),
    },
    Topic {
        name: "journal",
        about: "Many targets: apply, limits, journal, resume, signals, cron",
        page: include_str!(concat!(env!("OUT_DIR"), "/journal.json")),
        section: None,
    },
    Topic {
        name: "memory",
        about: "What was done and how to take it back; what is protected",
        page: include_str!(concat!(env!("OUT_DIR"), "/memory.json")),
        section: None,
    },
    Topic {
        name: "output",
        about: "Tables, JSON, outcomes, error kinds, jq, dry run",
        page: OUTPUT,
        section: None,
    },
    Topic {
        name: "sandbox",
        about: "The simulator of the vendors",
        page: include_str!(concat!(env!("OUT_DIR"), "/sandbox.json")),
        section: None,
    },
    Topic {
        name: "scale",
        about: "Several workers: parts of a list, Kubernetes, a queue",
        page: include_str!(concat!(env!("OUT_DIR"), "/scale.json")),
        section: None,
    },
    Topic {
        name: "viewers",
        about: "What viewers get: play URLs, what a look proves, watch",
        page: include_str!(concat!(env!("OUT_DIR"), "/viewers.json")),
        section: None,
    },
];

/// All topics: those of every program, and the pages of its vendors.
pub fn topics(vendors: Vendors) -> impl Iterator<Item = Topic> {
    let page = |vendor: &'static Vendor| {
        let VendorPage { about, blocks } = vendor.page?;
        Some(Topic { name: vendor.name.as_str(), about, page: blocks, section: None })
    };
    TOPICS.iter().copied().chain(vendors.iter().filter_map(page))
}

impl Topic {
    /// The topic that is no vendor's of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// Whether it is a whole page of `docs/`, which is a manual page too.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.section.is_none()
    }

    /// Its text.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let blocks = page(self.page);
        match self.section {
            None => blocks,
            Some(heading) => {
                let title = Block::Heading(1, heading.to_owned());
                std::iter::once(title).chain(section(&blocks, heading).iter().cloned()).collect()
            }
        }
    }
}

/// Prints the topic, the help of the command, or both where one word names both; returns the exit code.
#[must_use]
pub fn run(vendors: Vendors, global: &GlobalOptions, words: &[String]) -> u8 {
    let topic = match words {
        [word] => topics(vendors).find(|topic| topic.name == word),
        _ => None,
    };
    if let Some(topic) = topic.as_ref().filter(|topic| !is_command(vendors, topic.name)) {
        return print(global, topic);
    }
    if let [word] = words
        && let Some(commands) = operations_called(vendors, word)
    {
        return console::print_reference(&commands);
    }
    let args = ["livectl"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    let args: Vec<OsString> = args.map(OsString::from).collect();
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

/// The commands of this name or other word in all groups, a line each; `None` for a command or an unknown word.
fn operations_called(vendors: Vendors, word: &str) -> Option<String> {
    let root = Cli::command(vendors);
    let commands = suggestions::commands_called(&root, word);
    if root.find_subcommand(word).is_some() || commands.is_empty() {
        return None;
    }
    let width = commands.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let about =
        |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let lines =
        commands.iter().map(|(name, command)| format!("{name:<width$}  {}\n", about(command)));
    let (first, _) = &commands[0];
    let more = first.replacen("livectl", "livectl help", 1);
    Some(format!("{}\nAll about one of them: `{more}`\n", lines.collect::<String>()))
}

fn is_command(vendors: Vendors, word: &str) -> bool {
    Cli::command(vendors).find_subcommand(word).is_some()
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
