//! `livectl man [DIR]`: a manual page of section 1 for each command, one of section 7 for each page of `docs/`.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use clap::{Arg, Command};

use super::markdown::block::{Block, Span, Spans, Style};
use super::markdown::roff::{escaped, lines, to_man};
use super::markdown::{paragraphs, prose, section};
use super::topics::{Topic, topics};
use crate::api::spec::Vendors;
use crate::cli::{Cli, plain};
use crate::console::print_reference;
use crate::error::{Error, Result};
use crate::text::{reason, visible};

/// When the pages last changed, for their footers.
// Not the time of the build: two builds of one commit are alike.
const DATE: &str = "2026-11-29";

/// Shows or prints the page of livectl, or writes all pages into a folder; returns the exit code.
pub fn run(vendors: Vendors, folder: Option<&Path>) -> Result<u8> {
    let mut cli = Cli::command(vendors);
    cli.build();
    let Some(folder) = folder else {
        let page = command_page(&cli, vendors);
        let is_shown = io::stdout().is_terminal() && show(&page).is_ok();
        return Ok(if is_shown { 0 } else { print_reference(&page) });
    };
    write_pages(&cli, vendors, folder).map_err(|error| {
        let folder = visible(&folder.to_string_lossy()).into_owned();
        Error::input(format!("cannot write the pages to {folder}: {}", reason(&error)))
    })?;
    Ok(0)
}

/// Shows the page as `man` does; an error where there is no `man` that reads a page from a pipe.
// Printed on a terminal, the source of a page cannot be read.
fn show(page: &str) -> io::Result<()> {
    let mut man = Process::new("man").args(["-l", "-"]).stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = man.stdin.take() {
        // A reader that leaves early closes the pipe.
        let _ = stdin.write_all(page.as_bytes());
    }
    if man.wait()?.success() { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
}

fn write_pages(cli: &Command, vendors: Vendors, folder: &Path) -> io::Result<()> {
    let pages = topic_folder(folder);
    fs::create_dir_all(folder)?;
    fs::create_dir_all(&pages)?;
    write_commands(cli, vendors, folder)?;
    topics(vendors).filter(Topic::is_page).try_for_each(|topic| {
        write(&pages.join(format!("livectl-{}.7", topic.name)), &topic_page(&topic))
    })
}

/// The folder of the pages of section 7.
// `man` looks for them in `man7` only.
fn topic_folder(folder: &Path) -> PathBuf {
    if folder.ends_with("man1") { folder.with_file_name("man7") } else { folder.to_owned() }
}

fn write_commands(command: &Command, vendors: Vendors, folder: &Path) -> io::Result<()> {
    subcommands(command).try_for_each(|command| write_commands(command, vendors, folder))?;
    write(&folder.join(format!("{}.1", name(command))), &command_page(command, vendors))
}

/// Writes a new file and renames it.
// A link planted at the page's name is replaced so, and never written through.
fn write(path: &Path, page: &str) -> io::Result<()> {
    let fresh = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&fresh)?;
    let written = file.write_all(page.as_bytes()).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    // The `help` of a group of commands is clap's and has no page.
    let is_group = command.get_name() != "livectl";
    command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .filter(move |sub| !is_group || sub.get_name() != "help")
}

fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

// ── Section 7 ──

fn topic_page(topic: &Topic) -> String {
    let mut blocks = vec![Block::Heading(2, "Description".into())];
    blocks.extend(topic.blocks().into_iter().skip(1));
    blocks.extend(see_also([("livectl".into(), 1)]));
    head(&format!("livectl-{}", topic.name), 7, topic.about) + &to_man(&blocks)
}

// ── Section 1 ──

fn command_page(command: &Command, vendors: Vendors) -> String {
    let help = plain(command.get_after_long_help());
    let (notes, examples) = help.split_once("Examples:\n").unwrap_or((&help, ""));
    let about = plain(command.get_about());
    let mut blocks = synopsis(command);
    blocks.push(heading("Description"));
    blocks.push(Block::Paragraph(vec![Span::new(Style::Plain, format!("{about}."))]));
    blocks.extend(paragraphs(notes));
    blocks.extend(options(command));
    blocks.extend(commands(command));
    blocks.extend(exit_status(command));
    blocks.extend(files_and_environment(command));
    if !examples.is_empty() {
        let lines: Vec<_> = examples.lines().map(str::trim).collect();
        blocks.extend([heading("Examples"), Block::Code(lines.join("\n"))]);
    }
    blocks.extend(see_also(related(command, vendors)));
    head(name(command), 1, &about) + &to_man(&blocks)
}

fn heading(text: &str) -> Block {
    Block::Heading(2, text.into())
}

/// The title line and the section NAME, which `apropos` reads.
fn head(name: &str, number: u8, about: &str) -> String {
    let title = escaped(&name.to_uppercase());
    let version = env!("CARGO_PKG_VERSION");
    let mut page =
        format!(".TH \"{title}\" {number} {DATE} \"livectl {version}\" \"livectl\"\n.SH NAME\n");
    lines(&mut page, &[Span::new(Style::Plain, format!("{name} - {about}"))]);
    page
}

/// The usage lines of the help.
// A synopsis of all flags would be longer than the page.
fn synopsis(command: &Command) -> Vec<Block> {
    let usage = command.clone().render_usage().to_string();
    let program = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut blocks = vec![heading("Synopsis")];
    let mut forms: Vec<String> = Vec::new();
    for line in usage.trim_start_matches("Usage:").lines().map(str::trim) {
        match (line.strip_prefix(program), forms.last_mut()) {
            // A long form goes on in the next line.
            (None, Some(form)) => form.push_str(&format!(" {line}")),
            (arguments, _) => forms.push(arguments.unwrap_or(line).to_owned()),
        }
    }
    blocks.extend(forms.into_iter().map(|arguments| {
        let spans = [Span::new(Style::Strong, program), Span::new(Style::Plain, arguments)];
        Block::Paragraph(spans.into())
    }));
    blocks
}

/// The flags and arguments of the command; livectl(1) alone has those that all commands share.
// In each page they would fill most of it.
fn options(command: &Command) -> Vec<Block> {
    let is_livectl = command.get_name() == "livectl";
    let shown: Vec<_> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && (is_livectl || !arg.is_global_set()))
        .collect();
    let mut blocks = vec![heading("Options")];
    let mut headings: Vec<_> = shown.iter().map(|arg| arg.get_help_heading()).collect();
    headings.sort_by_key(Option::is_some);
    headings.dedup();
    for group in headings {
        blocks.extend(group.map(|text| Block::Heading(3, text.into())));
        let rows = shown.iter().filter(|arg| arg.get_help_heading() == group);
        blocks.push(Block::Table(vec![Spans::new(); 2], rows.map(|arg| option(arg)).collect()));
    }
    if !is_livectl {
        let spans = prose("The options of all commands are described in");
        let link = [
            Span::new(Style::Plain, " "),
            Span::new(Style::Strong, "livectl"),
            Span::new(Style::Plain, "(1)."),
        ];
        blocks.push(Block::Paragraph(spans.into_iter().chain(link).collect()));
    }
    blocks
}

fn option(arg: &Arg) -> Vec<Spans> {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let mut name = short.into_iter().chain(long).collect::<Vec<_>>().join(", ");
    let values = arg.get_value_names().filter(|_| arg.get_action().takes_values());
    for value in values.unwrap_or_default() {
        let gap = if name.is_empty() { "" } else { " " };
        name.push_str(&format!("{gap}{value}"));
    }
    if arg.get_num_args().is_some_and(|range| range.max_values() > 1) {
        name.push_str("...");
    }
    let mut help = prose(&plain(arg.get_help()));
    if let Some(default) =
        arg.get_default_values().first().filter(|_| arg.get_action().takes_values())
    {
        help.push(Span::new(Style::Plain, format!(" [default: {}]", default.to_string_lossy())));
    }
    vec![vec![Span::new(Style::Code, name)], help]
}

fn commands(command: &Command) -> Vec<Block> {
    let rows: Vec<_> = subcommands(command)
        .map(|sub| {
            let about = plain(sub.get_about());
            vec![reference(name(sub), 1), prose(&about)]
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![heading("Commands"), Block::Table(vec![Spans::new(); 2], rows)]
}

/// The codes of the topic of this name where it has its own, else those of all commands.
fn exit_status(command: &Command) -> Vec<Block> {
    let own = Topic::named(command.get_name()).map_or_else(Vec::new, Topic::blocks);
    let mut codes = section(&own, "Exit codes").to_vec();
    if codes.is_empty() {
        codes = Topic::named("exit-codes").map_or_else(Vec::new, Topic::blocks).split_off(1);
    }
    if command.get_name() != "livectl" {
        codes.truncate(1);
    }
    codes.insert(0, heading("Exit status"));
    codes
}

/// Commands that read no profile and send nothing.
// Their pages have no section about files and variables that they do not read.
const OFFLINE: [&str; 5] = ["sandbox", "completions", "man", "schema", "help"];

/// The sections of the configuration page: all of them for livectl and `apply`, one vendor's variables for its commands.
fn files_and_environment(command: &Command) -> Vec<Block> {
    if OFFLINE.contains(&command.get_name()) {
        return Vec::new();
    }
    let page = Topic::named("configuration").map_or_else(Vec::new, Topic::blocks);
    let vendor = name(command).split('-').nth(1).unwrap_or_default().to_owned();
    let key = |row: &Vec<Spans>| {
        row[1].iter().find_map(|span| Some(span.text.split_once('.')?.0.to_owned()))
    };
    let environment = section(&page, "Environment").iter().map(|block| match block {
        Block::Table(header, rows) => {
            let is_vendor = rows.iter().any(|row| key(row).as_ref() == Some(&vendor));
            let is_used =
                |row: &&Vec<Spans>| key(row).is_none_or(|key| key == vendor || !is_vendor);
            Block::Table(header.clone(), rows.iter().filter(is_used).cloned().collect())
        }
        block => block.clone(),
    });
    let files = section(&page, "Files").iter().cloned();
    std::iter::once(heading("Files"))
        .chain(files)
        .chain([heading("Environment")])
        .chain(environment)
        .collect()
}

// ── References ──

/// The pages to read next.
fn related(command: &Command, vendors: Vendors) -> Vec<(String, u8)> {
    let own = name(command);
    let mut pages = Vec::new();
    if let Some((parent, _)) = own.rsplit_once('-') {
        pages.push(("livectl".to_owned(), 1));
        if parent != "livectl" {
            pages.push((parent.to_owned(), 1));
        }
    }
    pages.extend(subcommands(command).map(|sub| (name(sub).to_owned(), 1)));
    let is_vendor = |name: &str| vendors.iter().any(|vendor| vendor.name.as_str() == name);
    let topics = topics(vendors).filter(Topic::is_page).filter(|topic| match topic.name {
        "doctor" | "sandbox" => own == "livectl" || own.ends_with(topic.name),
        // The page of a vendor belongs to its commands.
        vendor if is_vendor(vendor) => own == "livectl" || own.split('-').nth(1) == Some(vendor),
        _ => !OFFLINE.contains(&command.get_name()),
    });
    pages.extend(topics.map(|topic| (format!("livectl-{}", topic.name), 7)));
    pages
}

fn see_also(pages: impl IntoIterator<Item = (String, u8)>) -> [Block; 2] {
    let mut spans = Spans::new();
    for (page, number) in pages {
        if !spans.is_empty() {
            spans.push(Span::new(Style::Plain, ", "));
        }
        spans.extend(reference(&page, number));
    }
    [heading("See also"), Block::Paragraph(spans)]
}

fn reference(page: &str, section: u8) -> Spans {
    vec![Span::new(Style::Strong, page), Span::new(Style::Plain, format!("({section})"))]
}
