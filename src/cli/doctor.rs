//! `livectl doctor [--signed]`: the checks of each vendor that is configured.

use crate::api::spec::Vendors;
use crate::cli::config::json_line;
use crate::cli::global::GlobalOptions;
use crate::cli::operations::LookLimits;
use crate::config::check::{advice, no_vendor};
use crate::console::print;
use crate::doctor::checks::{DoctorPlan, examine};
use crate::doctor::findings::{document, exit_code, summary, table};
use crate::error::{Error, Result};
use crate::output::Format;
use crate::run::accounts::Accounts;
use crate::run::execution::{connections, runtime};
use crate::run::settings::Settings;

/// Runs the checks and returns the exit code.
pub fn run(vendors: Vendors, global: &GlobalOptions, is_signed: bool) -> Result<u8> {
    let accounts = Accounts::of(vendors, global, None);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, LookLimits::default(), profile)?;
    if settings.is_dry_run {
        let error = Error::usage("doctor checks the network, and has no operation to plan");
        return Err(error.hint("leave out --dry-run; `livectl config check` opens no socket"));
    }
    // A dry run is refused first: it is the command line that is wrong, whatever the profile is.
    let accounts = accounts?;
    let limits = settings.limits;
    let runtime = runtime()?;
    let configured = accounts.configured(accounts.start_sandbox(false, &runtime)?);
    if configured.is_empty() {
        return Err(Error::config(no_vendor(&vendors.sections())));
    }
    let mut notes = accounts.notes();
    notes.extend(configured.iter().flat_map(|vendor| advice(&vendor.account)));
    let options = connections(limits, accounts.profile());
    let plan = DoctorPlan { options, limits, is_signed };
    let reports = examine(vendors, configured, &plan, &runtime)?;
    // A name lookup and a program that hang keep a thread each; the process must not wait for those.
    runtime.shutdown_background();

    notes.iter().for_each(|note| settings.console.note(note));
    let text = match settings.format {
        Format::Json => json_line(&document(&reports, accounts.file(), accounts.name(), &notes))?,
        Format::Jsonl => {
            reports.iter().map(|report| json_line(&report.to_json())).collect::<Result<_>>()?
        }
        Format::Table | Format::Csv | Format::Targets | Format::Curl => {
            table(&reports, settings.style)
        }
    };
    let code = print(&text);
    settings.console.line(&summary(&reports, accounts.name()));
    Ok(if code == 0 { exit_code(&reports) } else { code })
}
