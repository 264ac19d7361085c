//! Commands that act on no stream: configuration, the sandbox, completions, manual pages, the schema.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use clap::builder::Resettable;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use serde_json::json;

use crate::cli::{Cli, Config, GlobalOptions};
use crate::config;
use crate::console;
use crate::error::{Error, Result};
use crate::output::{Format, json as output};
use crate::run::runtime;
use crate::sandbox::Sandbox;
use crate::settings;
use crate::text::{reason, visible};

/// The JSON Schema of the result document.
pub const SCHEMA: &str = include_str!("../output/schema.json");

/// The exit code when standard output cannot be written.
const GONE: u8 = 6;

/// Prints a text.
pub fn print(text: &str) -> Result<u8> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    Ok(written.map_or_else(|error| gone(&error), |()| 0))
}

/// Says that standard output cannot be written, and returns the exit code for it.
#[must_use]
pub fn gone(error: &io::Error) -> u8 {
    console::say(&format!("error: the output could not be written: {error}"));
    GONE
}

/// `livectl config …`.
pub fn config(global: &GlobalOptions, command: Config) -> Result<u8> {
    let choice = settings::choice(global);
    let is_json = matches!(settings::format(global)?, Format::Json | Format::Jsonl);
    let document = |value: serde_json::Value| -> Result<u8> {
        print(&format!("{}\n", output::to_line(&value).map_err(Error::internal)?))
    };
    match command {
        Config::Init if global.dry_run => {
            let error = Error::usage("config init writes a file, and has no operation to plan");
            Err(error.hint("leave out --dry-run; `livectl config path` says which file"))
        }
        Config::Init => {
            let path = config::path(&choice)?;
            config::init(&path)?;
            let code = if is_json {
                document(json!({"path": path}))
            } else {
                print(&format!("{}\n", path.display()))
            }?;
            settings::console(global)
                .line(&format!("fill it in, then run: {}", choice.command("config check")));
            Ok(code)
        }
        Config::Path => {
            let path = config::path(&choice)?;
            if is_json {
                document(json!({"path": path}))
            } else {
                print(&format!("{}\n", path.display()))
            }
        }
        Config::Check => {
            let report = config::check(&choice);
            let code = if is_json { document(report.to_json())? } else { print(&report.render())? };
            Ok(if code == 0 && !report.is_ok() {
                crate::error::ErrorKind::Config.exit_code()
            } else {
                code
            })
        }
        Config::Show => {
            let inventory = config::show(&choice)?;
            if is_json { document(inventory.to_json()) } else { print(&inventory.render()) }
        }
    }
}

/// `livectl sandbox`: serves until a signal ends it.
pub fn sandbox(global: &GlobalOptions, listen: SocketAddr) -> Result<u8> {
    let runtime = runtime()?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let sandbox = Sandbox::bind(listen).await.map_err(|error| {
            Error::internal(anyhow::Error::new(error).context(format!("cannot listen on {listen}")))
                .hint("`--listen 127.0.0.1:0` takes a port that is free")
        })?;
        let address = sandbox.address();
        let mut signals = crate::signals::Signals::listen().map_err(Error::internal)?;
        let code = print(&format!("# Listening on http://{address}\n{}", Sandbox::profile(address)))?;
        if code != 0 {
            return Ok(code);
        }
        let console = settings::console(global);
        console.line(&format!("the sandbox listens on http://{address} until Ctrl-C"));
        console.line("with the profile above in sandbox.toml: livectl -c sandbox.toml tencent resume 8888_test123");
        tokio::task::spawn_local(sandbox.serve());
        signals.interruptions.recv().await;
        Ok(signals.exit_code.get().unwrap_or_default())
    })
}

/// `livectl completions SHELL`.
pub fn completions(shell: clap_complete::Shell) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "livectl", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// `livectl man [DIR]`.
pub fn man(folder: Option<&Path>) -> Result<u8> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let Some(folder) = folder else {
        return print(&String::from_utf8_lossy(&page(&cli).map_err(Error::internal)?));
    };
    let fail = |error: io::Error| {
        let folder = visible(&folder.to_string_lossy()).into_owned();
        Error::input(format!("cannot write the pages to {folder}: {}", reason(&error)))
    };
    std::fs::create_dir_all(folder).and_then(|()| write_pages(&cli, folder)).map_err(fail)?;
    Ok(0)
}

fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    command.get_subcommands().try_for_each(|command| write_pages(command, folder))?;
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    std::fs::write(folder.join(format!("{name}.1")), page(command)?)
}

/// A command's page. Its examples keep their lines, so that they can be pasted from it.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (notes, examples) = help.split_once("Examples:\n").unwrap_or((&help, ""));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let described =
        command.clone().long_about(format!("{about}\n\n{notes}")).after_help(Resettable::Reset);
    let mut page = Vec::new();
    Man::new(described).source(concat!("livectl ", env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in examples.lines() {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []).to_writer(&mut page)?;
    Ok(page)
}
