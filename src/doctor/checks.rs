//! `livectl doctor`: checks the connection to each vendor step by step, and changes nothing.
//!
//! It fetches the keys to see that they are there, and sends none of them: its one request is a bare GET of the endpoint.
//! How findings are printed is in [`super::findings`].

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures_util::future::join_all;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::findings::{Check, Finding, VendorFindings, document, exit_code, table};
use crate::api::spec::Vendors;
use crate::cli::global::GlobalOptions;
use crate::config::account::Account;
use crate::config::check::{advice, no_vendor};
use crate::console::print;
use crate::engine::context::Limits;
use crate::error::{Error, Result};
use crate::net::client::ClientOptions;
use crate::net::connect_limit::connect_limit;
use crate::net::probe::{Probe, ResponseHead};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::fault::{Fault, FaultKind};
use crate::output::{Format, json};
use crate::run::accounts::{Accounts, ConfiguredVendor};
use crate::run::runtime;
use crate::run::settings::Settings;
use crate::text::{count, visible};
use crate::time;
use crate::time::Timestamp;

/// A clock that differs by more, in seconds, is a warning.
const CLOCK_WARNING: u64 = 30;

/// A clock that differs by more is a failure: Tencent's API 3.0 accepts a signature for five minutes.
const CLOCK_LIMIT: u64 = 300;

/// The detail of a check that an earlier failure prevents.
const NOT_REACHED: &str = "not reached";

/// `livectl doctor`.
pub fn run(vendors: Vendors, global: &GlobalOptions) -> Result<u8> {
    let accounts = Accounts::of(vendors, global, None);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, None, profile)?;
    if settings.is_dry_run {
        let error = Error::usage("doctor checks the network, and has no operation to plan");
        return Err(error.hint("leave out --dry-run; `livectl config check` opens no socket"));
    }
    let accounts = accounts?;
    let limits = settings.limits;
    let runtime = runtime()?;
    let simulator = accounts.start_sandbox(global, &runtime)?;
    let options = accounts.connections(connect_limit(limits.timeout.min(limits.deadline)));
    let configured = accounts.configured(simulator).into_iter();
    let checks = configured.map(|vendor| VendorChecks::new(vendor, &options));
    let checks: Vec<_> = checks.collect::<Result<_>>()?;
    if checks.is_empty() {
        return Err(Error::config(no_vendor(&vendors.sections())));
    }
    let mut notes = accounts.notes(global);
    notes.extend(checks.iter().flat_map(|vendor| advice(&vendor.account)));

    let reports = runtime.block_on(join_all(checks.into_iter().map(|vendor| vendor.run(&limits))));
    // A name lookup and a program that hang keep a thread each; the process must not wait for those.
    runtime.shutdown_background();

    let console = settings.console;
    notes.iter().for_each(|note| console.note(note));
    let text = match settings.format {
        Format::Json => {
            let file = accounts.profile().and_then(|profile| profile.file.as_deref());
            line(&document(&reports, file, accounts.name(), &notes))?
        }
        Format::Jsonl => {
            reports.iter().map(|report| line(&report.to_json())).collect::<Result<_>>()?
        }
        Format::Table | Format::Csv | Format::Targets | Format::Curl => {
            table(&reports, settings.style)
        }
    };
    let code = print(&text);
    console.line(&summary(&reports, accounts.name()));
    Ok(if code == 0 { exit_code(&reports) } else { code })
}

fn line(value: &serde_json::Value) -> Result<String> {
    Ok(json::to_line(value).map_err(Error::internal)? + "\n")
}

/// `3 vendors: 1 well, 1 with a warning, 1 not (profile prod)`.
fn summary(reports: &[VendorFindings], profile: Option<&str>) -> String {
    let number =
        |is: fn(&VendorFindings) -> bool| reports.iter().filter(|report| is(report)).count();
    let (well, ok) = (number(VendorFindings::is_well), number(VendorFindings::is_ok));
    let parts = [(well, "well"), (ok - well, "with a warning"), (reports.len() - ok, "not")]
        .into_iter()
        .filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    let account = profile.map_or("credentials from the environment".to_owned(), |name| {
        format!("profile {}", visible(name))
    });
    format!("{}: {} ({account})", count(reports.len(), "vendor"), parts.join(", "))
}

/// A vendor to check.
struct VendorChecks {
    account: Account,
    /// The problems of keys that are not set.
    missing: Vec<String>,
    /// `None` where each run names its endpoint.
    probe: Option<Probe>,
}

impl VendorChecks {
    fn new(vendor: ConfiguredVendor, options: &ClientOptions) -> Result<Self> {
        let ConfiguredVendor { account, endpoint, missing } = vendor;
        let probe = endpoint.map(|endpoint| Probe::new(options.clone(), endpoint)).transpose()?;
        Ok(Self { account, missing, probe })
    }

    async fn run(self, limits: &Limits) -> VendorFindings {
        let Self { account, missing, probe } = self;
        let probe = probe.as_ref();
        let mut report = VendorFindings::new(&account, probe.map(Probe::endpoint));
        let checks = checks(check_key(account, missing), probe, limits.timeout, &mut report);
        if timeout(limits.deadline, checks).await.is_err() {
            deadline_passed(&mut report, probe, limits.deadline);
        }
        while let Some(check) = report.next() {
            report.add(Finding::skipped(check, NOT_REACHED));
        }
        report
    }
}

async fn checks(
    key: impl Future<Output = Finding>,
    probe: Option<&Probe>,
    limit: Duration,
    report: &mut VendorFindings,
) {
    report.add(key.await);
    match probe {
        // The report shows how far it came.
        Some(probe) => EndpointCheck { probe, report }.run(limit).await.unwrap_or_default(),
        None => report.add(Finding::skipped(
            Check::Proxy,
            "no endpoint to check: each run names a --cluster",
        )),
    }
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

/// Fetches the secrets of the account, which may take a program some time.
async fn check_key(account: Account, missing: Vec<String>) -> Finding {
    let remedy = format!("{}, then `{}`", Check::Key.remedy(), account.check());
    let problems = spawn_blocking(move || account.secret_problems()).await;
    let problems = problems.unwrap_or_else(|_| vec!["it cannot be fetched".to_owned()]);
    if missing.is_empty() && problems.is_empty() {
        return Finding::ok(Check::Key, "present, not tried");
    }
    let reasons: Vec<_> = missing.into_iter().chain(problems).chain([remedy]).collect();
    Finding::failed(Check::Key, reasons.join("; "))
}

/// The checks of one endpoint.
struct EndpointCheck<'a> {
    probe: &'a Probe,
    report: &'a mut VendorFindings,
}

impl EndpointCheck<'_> {
    /// Checks one step after the other, until one fails.
    async fn run(mut self, limit: Duration) -> Option<()> {
        self.report.add(match self.probe.proxy() {
            Some(proxy) => Finding::ok(Check::Proxy, proxy),
            None if self.probe.endpoint().is_loopback() => {
                Finding::skipped(Check::Proxy, "not for loopback")
            }
            None => Finding::skipped(Check::Proxy, "none"),
        });
        let first = self.probe.first();
        let addresses = if let Ok(address) = first.parse() {
            self.report
                .add(Finding::skipped(Check::Dns, format!("{} is an address", host(&first))));
            vec![address]
        } else {
            let started = Instant::now();
            let found = self.probe.resolve().await;
            self.step(Check::Dns, started, found, |addresses| {
                let addresses: Vec<_> =
                    addresses.iter().map(|address| address.ip().to_string()).collect();
                format!("{} is {}", host(&first), addresses.join(", "))
            })?
        };
        let started = Instant::now();
        let connected = self.probe.connect(&addresses).await;
        let prefix =
            if self.probe.proxy().is_some() { "connected to the proxy at" } else { "connected to" };
        self.step(Check::Tcp, started, connected, |address| format!("{prefix} {address}"))?;

        let started = Instant::now();
        match self.probe.request(limit).await {
            Ok(head) => {
                let (elapsed, clock) = (started.elapsed(), check_clock(&head, Utc::now()));
                self.report.add(check_tls(self.probe)?);
                self.response(&head, elapsed);
                self.report.add(clock);
            }
            Err(error) => self.no_response(&error, started.elapsed()),
        }
        Some(())
    }

    fn step<T>(
        &mut self,
        check: Check,
        started: Instant,
        found: Result<T, Fault>,
        detail: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let finding = match &found {
            Ok(value) => Finding::ok(check, detail(value)),
            Err(fault) => failure(check, fault),
        };
        self.report.add(finding.took(started.elapsed()));
        found.ok()
    }

    /// A response arrived. Behind a proxy that forwards requests, it may be the proxy's own.
    fn response(&mut self, head: &ResponseHead, elapsed: Duration) {
        /// The statuses of a proxy that does not reach the endpoint.
        const GATEWAYS: RangeInclusive<u16> = 502..=504;
        if let Some(proxy) = self.probe.proxy()
            && self.probe.endpoint().is_plain_http()
            && GATEWAYS.contains(&head.status)
        {
            let detail = format!(
                "{proxy}, which may have sent HTTP {} itself; {}",
                head.status,
                Check::Proxy.remedy()
            );
            self.report.correct(Finding::warning(Check::Proxy, detail));
        }
        self.report.add(check_http(head).took(elapsed));
    }

    /// No response: which check has failed depends on how far the request came.
    fn no_response(&mut self, error: &SendError, elapsed: Duration) {
        let fault = &error.fault;
        let (is_https, is_tls) =
            (!self.probe.endpoint().is_plain_http(), fault.kind == FaultKind::Tls);
        match error.sent {
            _ if is_https && is_tls => self.report.add(failure(Check::Tls, fault)),
            Delivery::NotSent
                if self.probe.proxy().is_some() && fault.kind != FaultKind::Timeout =>
            {
                self.report.correct(failure(Check::Proxy, fault));
            }
            Delivery::NotSent if is_https => self.report.add(failure(Check::Tls, fault)),
            Delivery::NotSent | Delivery::Unknown => match check_tls(self.probe) {
                Some(tls) => {
                    self.report.add(tls);
                    self.report.add(failure(Check::Http, fault).took(elapsed));
                }
                None => self.report.add(failure(Check::Tls, fault)),
            },
        }
    }
}

/// TLS that was negotiated or is not used; `None` before it is negotiated.
fn check_tls(probe: &Probe) -> Option<Finding> {
    if probe.endpoint().is_plain_http() {
        Some(Finding::skipped(Check::Tls, "not used: the endpoint is plain http"))
    } else {
        Some(Finding::ok(Check::Tls, probe.tls_version()?))
    }
}

fn failure(check: Check, fault: &Fault) -> Finding {
    let hint = fault.hint.as_deref().unwrap_or(check.remedy());
    Finding::failed(check, format!("{}; {hint}", fault.message))
}

/// An authority without its port.
fn host(authority: &str) -> &str {
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

/// The status of the response. A vendor may well respond 404 to a path that is no operation.
fn check_http(head: &ResponseHead) -> Finding {
    let status = format!("{} responded with HTTP {}", head.from, head.status);
    match head.status {
        300..=399 => {
            let detail =
                format!("{status}, a redirect, as captive portals send; livectl never follows one");
            Finding::warning(Check::Http, detail)
        }
        500.. => {
            Finding::warning(Check::Http, format!("{status}; operations may fail the same way"))
        }
        _ => Finding::ok(Check::Http, status),
    }
}

/// The server's clock, from the `Date` header, against this machine's, `here`.
fn check_clock(head: &ResponseHead, here: Timestamp) -> Finding {
    let Some(there) = head.date.as_deref().and_then(time::http_date) else {
        return Finding::skipped(Check::Clock, "the server sends no date");
    };
    let seconds = here.signed_duration_since(there).num_seconds();
    let detail = time::difference(here, there);
    let remedy = Check::Clock.remedy();
    let finding = match seconds.unsigned_abs() {
        seconds if seconds > CLOCK_LIMIT => {
            Finding::failed(Check::Clock, format!("{detail}; {remedy}"))
        }
        seconds if seconds > CLOCK_WARNING => {
            Finding::warning(Check::Clock, format!("{detail}; {remedy}"))
        }
        _ => Finding::ok(Check::Clock, detail),
    };
    finding.with_difference(seconds)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";

    /// Makes a finding of one result.
    type Make = fn(Check, String) -> Finding;

    fn head(status: u16, date: Option<&str>) -> ResponseHead {
        ResponseHead { from: "vendor.test:443".into(), status, date: date.map(str::to_owned) }
    }

    fn off(seconds: i64) -> Finding {
        let there: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        check_clock(&head(404, Some(DATE)), there + TimeDelta::seconds(seconds))
    }

    #[test]
    fn clock_difference_thresholds() {
        let clock = "this machine's clock";
        let remedy = "set this machine's clock, as with NTP";
        let (well, odd, ill): (Make, Make, Make) = (Finding::ok, Finding::warning, Finding::failed);
        for (seconds, make, said) in [
            (0, well, format!("{clock} agrees with the server's")),
            (30, well, format!("{clock} is 30s ahead of the server's")),
            (-30, well, format!("{clock} is 30s behind the server's")),
            (31, odd, format!("{clock} is 31s ahead of the server's; {remedy}")),
            (-300, odd, format!("{clock} is 5m behind the server's; {remedy}")),
            (301, ill, format!("{clock} is 5m1s ahead of the server's; {remedy}")),
            (-3600, ill, format!("{clock} is 1h behind the server's; {remedy}")),
        ] {
            assert_eq!(off(seconds), make(Check::Clock, said).with_difference(seconds));
        }
    }

    #[test]
    fn missing_date_is_no_failure() {
        for date in [None, Some("yesterday")] {
            let nothing = Finding::skipped(Check::Clock, "the server sends no date");
            assert_eq!(check_clock(&head(200, date), Utc::now()), nothing);
        }
    }

    #[test]
    fn redirects_and_server_errors_are_warnings() {
        let redirect = ", a redirect, as captive portals send; livectl never follows one";
        let (well, odd): (Make, Make) = (Finding::ok, Finding::warning);
        for (status, make, said) in [
            (200, well, ""),
            (299, well, ""),
            (300, odd, redirect),
            (399, odd, redirect),
            (400, well, ""),
            (404, well, ""),
            (499, well, ""),
            (500, odd, "; operations may fail the same way"),
            (599, odd, "; operations may fail the same way"),
        ] {
            let said = format!("vendor.test:443 responded with HTTP {status}{said}");
            assert_eq!(check_http(&head(status, None)), make(Check::Http, said));
        }
    }

    #[test]
    fn host_excludes_the_port() {
        assert_eq!([host("vendor.test:443"), host("[::1]:80")], ["vendor.test", "[::1]"]);
    }
}
