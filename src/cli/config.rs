//! `livectl config …`: writes, checks and shows the profile file.

use serde_json::json;

use crate::api::spec::Vendors;
use crate::cli::command::Config;
use crate::cli::global::{GlobalOptions, vendor_called};
use crate::cli::operations::LookLimits;
use crate::config;
use crate::console::print;
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Format, json as output};
use crate::run::settings::{self, Settings};
use crate::text::shell_word;

/// Runs the command and returns the exit code.
pub fn run(vendors: Vendors, global: &GlobalOptions, command: &Config) -> Result<u8> {
    let sections = vendors.sections();
    let choice = settings::selector(global, &sections);
    let settings = Settings::resolve(global, LookLimits::default(), None)?;
    let is_json = matches!(settings.format, Format::Json | Format::Jsonl);
    let document = |value: serde_json::Value| -> Result<u8> {
        Ok(print(&format!("{}\n", output::to_line(&value).map_err(Error::internal)?)))
    };
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
            let code = if is_json {
                document(json!({"path": path}))?
            } else {
                print(&format!("{}\n", path.display()))
            };
            settings
                .console
                .line(&format!("fill it in, then run: {}", choice.command("config check")));
            Ok(code)
        }
        Config::Path => {
            let path = choice.path()?;
            if is_json {
                document(json!({"path": path}))
            } else {
                Ok(print(&format!("{}\n", path.display())))
            }
        }
        Config::Check => {
            let report = config::check::check(&choice);
            let code =
                if is_json { document(report.to_json())? } else { print(&report.render(width)) };
            Ok(if code == 0 && !report.is_ok() { ErrorKind::Config.exit_code() } else { code })
        }
        Config::Show => {
            let inventory = config::show::show(&choice)?;
            if is_json {
                document(inventory.to_json())
            } else {
                Ok(print(&inventory.render(width)))
            }
        }
    }
}

fn full_template(vendors: Vendors, profile: &str) -> String {
    let named: Vec<_> = vendors.iter().map(|vendor| (vendor.full_name, vendor.section)).collect();
    config::init::template(profile, &named)
}

/// The lines that one vendor needs; its newest API where none is named, since the older ones may be switched off.
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
