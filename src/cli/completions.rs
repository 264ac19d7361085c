//! `livectl completions SHELL`: the completion script of a shell.

use clap_complete::Shell;

use crate::api::spec::Vendors;
use crate::cli::Cli;
use crate::console::print_reference;

/// Prints the script and returns the exit code.
#[must_use]
pub fn run(vendors: Vendors, shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(vendors), "livectl", &mut script);
    print_reference(&String::from_utf8_lossy(&script))
}
