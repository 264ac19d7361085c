//! Commands that act on no stream: configuration, the sandbox, completions, manual pages, the schema.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use clap::CommandFactory;
use serde_json::json;

use crate::cli::{Cli, Config, Global};
use crate::config;
use crate::console;
use crate::error::{Error, Result};
use crate::output::{Format, json as output};
use crate::sandbox::Sandbox;
use crate::settings;

/// The JSON Schema of the result document.
pub const SCHEMA: &str = include_str!("schema.json");

/// The exit code when standard output cannot be written.
const GONE: u8 = 6;

/// Prints a text.
pub fn print(text: &str) -> Result<u8> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    Ok(match written {
        Ok(()) => 0,
        Err(error) => {
            console::say(&format!("error: the output could not be written: {error}"));
            GONE
        }
    })
}

/// `livectl config …`.
pub fn config(global: &Global, command: Config) -> Result<u8> {
    let choice = settings::choice(global);
    let is_json = matches!(settings::format(global)?, Format::Json | Format::Jsonl);
    let document = |value: serde_json::Value| -> Result<u8> {
        print(&format!("{}\n", output::to_line(&value).map_err(Error::internal)?))
    };
    match command {
        Config::Init => {
            let path = config::path(&choice)?;
            config::init(&path)?;
            settings::console(global).line("fill in the credentials, then run livectl config check");
            if is_json { document(json!({"path": path})) } else { print(&format!("{}\n", path.display())) }
        }
        Config::Path => {
            let path = config::path(&choice)?;
            if is_json { document(json!({"path": path})) } else { print(&format!("{}\n", path.display())) }
        }
        Config::Check => {
            let report = config::check(&choice);
            let code = if is_json { document(report.to_json())? } else { print(&report.render())? };
            Ok(if code == 0 && !report.is_ok() { crate::error::Kind::Config.exit_code() } else { code })
        }
        Config::Show => {
            let inventory = config::show(&choice)?;
            if is_json { document(inventory.to_json()) } else { print(&inventory.render()) }
        }
    }
}

/// `livectl sandbox`: serves until a signal ends it.
pub fn sandbox(global: &Global, listen: SocketAddr) -> Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let sandbox = Sandbox::bind(listen).await.map_err(|error| {
            Error::internal(anyhow::Error::new(error).context(format!("cannot listen on {listen}")))
        })?;
        let address = sandbox.address();
        let mut signals = crate::signals::Signals::listen().map_err(Error::internal)?;
        let code = print(&format!("# Listening on http://{address}\n{}", Sandbox::profile(address)))?;
        if code != 0 {
            return Ok(code);
        }
        settings::console(global).line(&format!("the sandbox listens on http://{address}; Ctrl-C ends it"));
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
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(Error::internal)?;
        return print(&String::from_utf8_lossy(&page));
    };
    let fail = |error: io::Error| {
        Error::input(format!("cannot write the pages to {}: {error}", crate::text::visible(&folder.to_string_lossy())))
    };
    std::fs::create_dir_all(folder).map_err(fail)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(fail)?;
    Ok(0)
}
