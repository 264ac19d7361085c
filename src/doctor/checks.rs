//! The checks of a vendor: its key, and the route to its endpoint step by step. They change nothing.
//!
//! The keys are fetched to see that they are there, and none is sent: the one request is a bare GET of the endpoint. The call
//! of `--signed` is in `signed.rs`; how findings are printed is in `findings.rs`.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::spec::Vendors;
use crate::config::account::Account;
use crate::doctor::findings::{Check, Finding, VendorFindings};
use crate::doctor::signed;
use crate::engine::context::Limits;
use crate::error::{Error, Result};
use crate::net::client::ClientOptions;
use crate::net::probe::{Probe, ResponseHead};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::fault::{Fault, FaultKind};
use crate::run::accounts::ConfiguredVendor;
use crate::time;
use crate::time::Timestamp;

/// A clock that differs by more, in seconds, is a warning.
const CLOCK_WARNING: u64 = 30;

/// A clock that differs by more is a failure: Tencent's API 3.0 accepts a signature for five minutes.
const CLOCK_LIMIT: u64 = 300;

/// The detail of a check that an earlier failure prevents.
const NOT_REACHED: &str = "not reached";

/// Checks these vendors at the same time.
pub(crate) fn examine(
    vendors: Vendors,
    configured: Vec<ConfiguredVendor>,
    plan: &DoctorPlan,
    runtime: &Runtime,
) -> Result<Vec<VendorFindings>> {
    let checks = configured.into_iter().map(|vendor| VendorChecks::new(vendor, &plan.options));
    let checks: Vec<_> = checks.collect::<Result<_>>()?;
    Ok(runtime.block_on(join_all(checks.into_iter().map(|vendor| vendor.run(vendors, plan)))))
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

    async fn run(self, vendors: Vendors, plan: &DoctorPlan) -> VendorFindings {
        let Self { account, missing, probe } = self;
        let (probe, limits) = (probe.as_ref(), plan.limits);
        let mut report = VendorFindings::new(&account, probe.map(Probe::endpoint), plan.is_signed);
        let impossible = signed::impossible(vendors, &account);
        let checks = async {
            let is_complete = missing.is_empty();
            let (key, account) = check_key(account, missing, plan.is_signed).await;
            report.add(key);
            let is_reached = if let Some(probe) = probe {
                check_endpoint(probe, limits.timeout, &mut report).await
            } else {
                report.add(no_endpoint(is_complete));
                false
            };
            if let (Some(account), Some(probe), true) =
                (account, probe, is_reached && plan.is_signed)
            {
                signed::check(vendors, account, probe.client(), limits, &mut report).await;
            }
        };
        if timeout(limits.deadline, checks).await.is_err() {
            deadline_passed(&mut report, probe, limits.deadline);
        }
        while let Some(check) = report.next() {
            let why = impossible.as_deref().filter(|_| check == Check::Signed);
            report.add(Finding::skipped(check, why.unwrap_or(NOT_REACHED)));
        }
        report
    }
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

/// Checks the route to an endpoint, and returns whether a request is answered.
async fn check_endpoint(probe: &Probe, limit: Duration, report: &mut VendorFindings) -> bool {
    // The report shows how far it came.
    EndpointCheck { probe, report }.run(limit).await.is_some()
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
            Err(error) => {
                self.no_response(&error, started.elapsed());
                return None;
            }
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
        for (seconds, make, detail) in [
            (0, well, format!("{clock} agrees with the server's")),
            (30, well, format!("{clock} is 30s ahead of the server's")),
            (-30, well, format!("{clock} is 30s behind the server's")),
            (31, odd, format!("{clock} is 31s ahead of the server's; {remedy}")),
            (-300, odd, format!("{clock} is 5m behind the server's; {remedy}")),
            (301, ill, format!("{clock} is 5m1s ahead of the server's; {remedy}")),
            (-3600, ill, format!("{clock} is 1h behind the server's; {remedy}")),
        ] {
            assert_eq!(off(seconds), make(Check::Clock, detail).with_difference(seconds));
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
        for (status, make, detail) in [
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
            let detail = format!("vendor.test:443 responded with HTTP {status}{detail}");
            assert_eq!(check_http(&head(status, None)), make(Check::Http, detail));
        }
    }

    #[test]
    fn host_excludes_the_port() {
        assert_eq!([host("vendor.test:443"), host("[::1]:80")], ["vendor.test", "[::1]"]);
    }
}
