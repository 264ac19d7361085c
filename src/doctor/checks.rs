//! The checks of a vendor: its key, the route to its endpoint, and on request a signed call. They change nothing.
//!
//! The keys are fetched to see that they are there, and none is sent. The route is checked in `route.rs`, the call of
//! `--signed` is in `signed.rs`; how findings are printed is in `findings.rs`.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::spec::Vendors;
use crate::config::account::Account;
use crate::doctor::findings::{Check, Finding, VendorFindings};
use crate::doctor::route::{RouteCheck, check_tls};
use crate::doctor::signed;
use crate::engine::context::Limits;
use crate::error::{Error, Result};
use crate::net::client::ClientOptions;
use crate::net::probe::Probe;
use crate::run::accounts::ConfiguredVendor;

/// The detail of a check that an earlier failure prevents.
const NOT_REACHED: &str = "not reached";

/// Checks these vendors at the same time.
pub(crate) fn examine(
    vendors: Vendors,
    configured: Vec<ConfiguredVendor>,
    plan: &DoctorPlan,
    runtime: &Runtime,
) -> Result<Vec<VendorFindings>> {
    let checks = configured.into_iter().map(|ConfiguredVendor { account, endpoint, missing }| {
        let probe = endpoint.map(|endpoint| Probe::new(plan.options.clone(), endpoint));
        Ok(check(vendors, account, missing, probe.transpose()?, plan))
    });
    // At the same time: a vendor that cannot be reached delays no other.
    Ok(runtime.block_on(join_all(checks.collect::<Result<Vec<_>>>()?)))
}

/// The decisions about the checks of a doctor.
pub(crate) struct DoctorPlan {
    /// How endpoints are reached.
    pub(crate) options: ClientOptions,
    /// `--timeout` and `--deadline`.
    pub(crate) limits: Limits,
    /// Whether a signed call is made.
    pub(crate) is_signed: bool,
}

/// Checks a vendor, given the problems of its keys that are not set. Without a probe, each run names its endpoint.
async fn check(
    vendors: Vendors,
    account: Account,
    missing: Vec<String>,
    probe: Option<Probe>,
    plan: &DoctorPlan,
) -> VendorFindings {
    let (probe, limits) = (probe.as_ref(), plan.limits);
    let mut report =
        VendorFindings::new(&account, probe.map(|probe| &probe.endpoint), plan.is_signed);
    let impossible = signed::impossible(vendors, &account);
    let checks = async {
        let is_complete = missing.is_empty();
        let (key, account) = check_key(account, missing, plan.is_signed).await;
        report.add(key);
        let is_reached = if let Some(probe) = probe {
            // The report shows how far it came.
            RouteCheck { probe, report: &mut report }.run(limits.timeout).await.is_some()
        } else {
            report.add(no_endpoint(is_complete));
            false
        };
        if let (Some(account), Some(probe), true) = (account, probe, is_reached && plan.is_signed) {
            signed::check(vendors, account, &probe.client, limits, &mut report).await;
        }
    };
    if timeout(limits.deadline, checks).await.is_err() {
        deadline_passed(&mut report, probe, limits.deadline);
    }
    while let Some(check) = report.next() {
        let why = impossible.as_deref().filter(|_| check == Check::Signed);
        // Each vendor has a row for every check, so that programs find it.
        report.add(Finding::skipped(check, why.unwrap_or(NOT_REACHED)));
    }
    report
}

/// Why there is no endpoint to check.
fn no_endpoint(is_complete: bool) -> Finding {
    // A key that is missing may be the one that gives the endpoint.
    let why = if is_complete {
        "no endpoint to check: each run names a --cluster"
    } else {
        "no endpoint to check until the keys are complete"
    };
    Finding::skipped(Check::Proxy, why)
}

/// The deadline has passed: the check that was running has failed.
fn deadline_passed(report: &mut VendorFindings, probe: Option<&Probe>, limit: Duration) {
    // TLS and the response are awaited together.
    if report.next() == Some(Check::Tls)
        && let Some(tls) = probe.and_then(check_tls)
    {
        report.add(tls);
    }
    if let Some(check) = report.next() {
        report.add(Finding::failed(
            check,
            format!("not done within {limit:?}; `--deadline` gives more time"),
        ));
    }
}

/// Fetches the secrets of the account, which may take a program some time; returns the account with them where all are there.
async fn check_key(
    account: Account,
    missing: Vec<String>,
    is_signed: bool,
) -> (Finding, Option<Account>) {
    let remedy = format!("{}, then `{}`", Check::Key.remedy(), account.check);
    // On another thread: a program may take ten seconds, and the other vendors are checked meanwhile.
    let fetched = spawn_blocking(move || account.fetched()).await;
    let fetched = fetched.unwrap_or_else(|_| Err(Error::config("it cannot be fetched")));
    let problems = match fetched {
        Ok(account) if missing.is_empty() => {
            let detail = if is_signed { "present" } else { "present, not tried" };
            return (Finding::ok(Check::Key, detail), Some(account));
        }
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    };
    let reasons: Vec<_> = missing.into_iter().chain(problems).chain([remedy]).collect();
    (Finding::failed(Check::Key, reasons.join("; ")), None)
}
