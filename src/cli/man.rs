//! `livectl man [DIR]`: the manual pages.

use std::io;
use std::path::Path;

use clap::builder::Resettable;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::Cli;
use crate::console::print_reference;
use crate::error::{Error, Result};
use crate::text::{reason, visible};

/// `livectl man [DIR]`.
pub fn run(folder: Option<&Path>) -> Result<u8> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let Some(folder) = folder else {
        let page = page(&cli).map_err(Error::internal)?;
        return Ok(print_reference(&String::from_utf8_lossy(&page)));
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
