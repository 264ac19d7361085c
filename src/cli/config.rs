//! `livectl config …`: writes, checks and shows the profile file.

use std::path::Path;

use serde_json::{Value, json};

use crate::api::spec::Vendors;
use crate::cli::command::Config;
use crate::cli::global::{GlobalOptions, vendor_called};
use crate::cli::operations::LookLimits;
use crate::config;
use crate::console::print;
use crate::error::{Error, ErrorKind, Result};
use crate::output::Format;
use crate::output::json::to_line;
use crate::run::settings::{self, Settings};
use crate::text::shell_word;

/// Runs the command and returns the exit code.
pub fn run(vendors: Vendors, global: &GlobalOptions, command: &Config) -> Result<u8> {
    let sections = vendors.sections();
    let choice = settings::selector(global, &sections);
    let settings = Settings::resolve(global, LookLimits::default(), None)?;
    let is_json = matches!(settings.format, Format::Json | Format::Jsonl);
    let show = |value: &dyn Fn() -> Value, text: &dyn Fn() -> String| -> Result<u8> {
        Ok(print(&if is_json { json_line(&value())? } else { text() }))
    };
    let show_path =
        |path: &Path| show(&|| json!({ "path": path }), &|| format!("{}\n", path.display()));
    let width = settings.style.width.map(usize::from);
    match command {
        Config::Init { .. } if global.dry_run => {
            let error = Error::usage("config init writes a file, and has no operation to plan");
            Err(error.hint("leave out --dry-run; `livectl config path` prints the file's path"))
        }
        Config::Init { vendor, api } => {
            let path = choice.path()?;
            let profile = choice.new_profile()?;
            let text = match vendor {
                Some(vendor) => short_template(vendors, &profile, vendor, api.as_deref())?,
                None => full_template(vendors, &profile),
            };
            config::init::init(&path, &text)?;
            let code = show_path(&path)?;
            let check = choice.command("config check");
            settings.console.line(&format!("fill it in, then run: {check}"));
            Ok(code)
        }
        Config::Path => show_path(&choice.path()?),
        Config::Check => {
            let report = config::check::check(&choice);
            let code = show(&|| report.to_json(), &|| report.render(width))?;
            Ok(if code == 0 && !report.is_ok() { ErrorKind::Config.exit_code() } else { code })
        }
        Config::Show => {
            let inventory = config::show::show(&choice)?;
            show(&|| inventory.to_json(), &|| inventory.render(width))
        }
    }
}

/// A document on one line.
pub(super) fn json_line(value: &Value) -> Result<String> {
    Ok(to_line(value).map_err(Error::internal)? + "\n")
}

fn full_template(vendors: Vendors, profile: &str) -> String {
    let named: Vec<_> = vendors.iter().map(|vendor| (vendor.full_name, vendor.section)).collect();
    config::init::template(profile, &named)
}

/// The lines that one vendor needs; its newest API where none is named.
// The older ones may be switched off.
fn short_template(
    vendors: Vendors,
    profile: &str,
    vendor: &str,
    api: Option<&str>,
) -> Result<String> {
    let vendor = vendor_called(vendors, vendor)?;
    let apis: Vec<_> = vendor.apis.iter().map(|api| api.id).collect();
    let api = match api {
        None => apis.last().copied().unwrap_or_default(),
        Some(api) => apis.iter().copied().find(|known| *known == api).ok_or_else(|| {
            let hint = match &apis[..] {
                [_] => "leave it out; the vendor has one API".to_owned(),
                apis => format!("the versions are {}", apis.join(", ")),
            };
            Error::usage(format!("--api {}: no such version", shell_word(api))).hint(hint)
        })?,
    };
    Ok(config::init::short_template(profile, vendor.section, api))
}
