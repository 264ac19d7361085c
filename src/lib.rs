//! livectl blocks, restores and disconnects live streams at JD, Tencent, Alibaba, Volcengine and Huawei Cloud, ends
//! moderation at Shumei, and reports for every target whether the change took effect.
//!
//! An [operation](api::operation::Operation) becomes a [request](api::request::Request); its [vendor](api::spec::Vendor) signs it; the
//! [engine] classifies the response and settles each target into exactly one [outcome]; a [renderer](output::Renderer) shows it.

pub mod api;
pub mod cli;
pub mod config;
pub mod console;
pub mod doctor;
pub mod engine;
pub mod error;
mod files;
pub mod input;
pub mod journal;
pub mod log;
pub mod net;
pub mod outcome;
pub mod output;
pub mod policy;
pub mod process;
pub mod run;
pub mod sandbox;
pub mod secret;
pub mod text;
pub mod time;
pub mod viewer;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;

use crate::api::VENDORS;
use crate::api::spec::Vendors;
use crate::cli::Cli;
use crate::cli::command::Command;
use crate::error::{Error, Result};
use crate::output::json;
use crate::run::invocation::Invocation;

/// Runs the command line and returns the exit code.
#[must_use]
pub fn main(args: &[OsString]) -> u8 {
    main_with(VENDORS, args)
}

/// The same for a program with other vendors.
#[must_use]
pub fn main_with(vendors: Vendors, args: &[OsString]) -> u8 {
    // A panic's text could hold a secret; its place is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| {
            // The path of a file is that of the machine which built the program.
            let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{file}:{}", place.line())
        });
        let place = place.unwrap_or_default();
        console::say(&format!("error: livectl itself failed at {place}; please report this"));
    }));
    process::harden();
    let code = answer(vendors, args);
    process::child_group::end_all();
    console::drain_errors(&|| false);
    code
}

fn answer(vendors: Vendors, args: &[OsString]) -> u8 {
    if let Some(code) = cli::completions::answer(vendors, args) {
        return code;
    }
    let cli = match Cli::read(args, vendors) {
        Ok(cli) => cli,
        Err(error) => return cli::usage::report(&Cli::explained(vendors, error, args), args),
    };
    let is_json = cli::usage::asks_for_json(cli.global.output);
    match std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(vendors, &cli, args))) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => refuse(&error, is_json),
        Err(_) => broken(is_json),
    }
}

/// Reports a panic. Before the first request left nothing was sent; after it, the outcome of the targets is unknown.
fn broken(is_json: bool) -> u8 {
    if engine::attempt::HAS_SENT.load(Ordering::Relaxed) {
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

fn dispatch(vendors: Vendors, cli: &Cli, args: &[OsString]) -> Result<u8> {
    cli.check_flags()?;
    let call = Invocation { vendors, global: &cli.global, args };
    match &cli.command {
        Command::Operations(command) => run::run(&call, command),
        Command::Config(command) => cli::config::run(vendors, &cli.global, command),
        Command::Doctor { signed } => cli::doctor::run(vendors, &cli.global, *signed),
        Command::Log(options) => cli::log::run(vendors, &cli.global, options),
        Command::Undo(options) => run::undo::run(&call, options),
        Command::Watch(options) => run::watch::run(&call, options),
        Command::Sandbox { listen } => cli::sandbox::run(vendors, &cli.global, *listen),
        Command::Completions { shell } => Ok(cli::completions::shell::run(*shell)),
        Command::Man { folder } => cli::man::run(vendors, folder.as_deref()),
        Command::Schema { name } => cli::schema::run(vendors, name.as_deref()),
        Command::Help { words } => Ok(cli::help::run(vendors, &cli.global, words)),
    }
}

/// Reports why nothing was done; `-o json` gets its document all the same.
fn refuse(error: &Error, is_json: bool) -> u8 {
    console::error(error);
    if is_json {
        let document = json::refusal(error).unwrap_or_default();
        let _ = writeln!(io::stdout(), "{document}");
    }
    error.kind.exit_code()
}
