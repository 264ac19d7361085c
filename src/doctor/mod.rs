//! `livectl doctor`: looks at the way to each vendor step by step, and changes nothing.
//!
//! It fetches keys to see that they are there, and sends none of them: the one request is a bare GET for the endpoint.

mod report;

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures_util::future::join_all;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::accounts::Accounts;
use crate::api::{self, SECTIONS};
use crate::cli::GlobalOptions;
use crate::config::{self, Account};
use crate::console::print;
use crate::engine::context::Limits;
use crate::error::{Error, Result};
use crate::net::{Delivery, Head, Options, Probe, SendError};
use crate::outcome::{Fault, FaultKind};
use crate::output::{Format, json};
use crate::run::runtime;
use crate::settings::Settings;
use crate::text::{count, visible};
use crate::time;
use crate::time::Timestamp;
use report::{Finding, Probed, Report, document, exit_code, table};

/// A clock that is off by more is worth a warning, in seconds.
const WORTH_A_WARNING: u64 = 30;

/// With a clock that is off by more, signatures are refused: Tencent's API 3.0 takes them for five minutes.
const TOO_FAR: u64 = 300;

/// What is said of a step that one before it keeps from being taken.
const NOT_REACHED: &str = "not reached";

/// `livectl doctor`.
pub fn run(global: &GlobalOptions) -> Result<u8> {
    let accounts = Accounts::of(global, None);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(global, None, profile)?;
    if settings.is_dry_run {
        let error = Error::usage("doctor looks at the network, and has no operation to plan");
        return Err(error.hint("leave out --dry-run; `livectl config check` opens no socket"));
    }
    let accounts = accounts?;
    let limits = settings.limits;
    let runtime = runtime()?;
    let simulator = accounts.start_sandbox(global, &runtime)?;
    let options = accounts.connections(limits.connect);
    let cases = accounts
        .configured(simulator)
        .into_iter()
        .map(|(account, gaps)| Case::new(account, gaps, &options));
    let cases: Vec<_> = cases.collect::<Result<_>>()?;
    if cases.is_empty() {
        return Err(Error::config(config::nobody(SECTIONS)));
    }
    let mut notes = accounts.notes(global);
    notes.extend(cases.iter().flat_map(|case| config::advice(&case.account)));

    let reports = runtime.block_on(join_all(cases.into_iter().map(|case| case.look(&limits))));
    // A name that does not resolve and a program that prints no key hold a thread; the process does not wait for it.
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
        Format::Table | Format::Curl => table(&reports, settings.style),
    };
    let code = print(&text);
    console.line(&summary(&reports, accounts.name()));
    Ok(if code == 0 { exit_code(&reports) } else { code })
}

fn line(value: &serde_json::Value) -> Result<String> {
    Ok(json::to_line(value).map_err(Error::internal)? + "\n")
}

/// `3 vendors: 1 well, 1 with a warning, 1 not (profile prod)`.
fn summary(reports: &[Report], profile: Option<&str>) -> String {
    let number = |is: fn(&Report) -> bool| reports.iter().filter(|report| is(report)).count();
    let (well, ok) = (number(Report::is_well), number(Report::is_ok));
    let parts = [(well, "well"), (ok - well, "with a warning"), (reports.len() - ok, "not")]
        .into_iter()
        .filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    let account = profile.map_or("credentials from the environment".to_owned(), |name| {
        format!("profile {}", visible(name))
    });
    format!("{}: {} ({account})", count(reports.len(), "vendor"), parts.join(", "))
}

/// A vendor to look at.
struct Case {
    account: Account,
    /// What is missing of its keys.
    gaps: Vec<String>,
    /// The way to it, unless each run has to say where it is.
    way: Option<Probe>,
}

impl Case {
    fn new(account: Account, gaps: Vec<String>, options: &Options) -> Result<Self> {
        let way = api::endpoint(&account)
            .map(|endpoint| Probe::new(options.clone(), endpoint))
            .transpose()?;
        Ok(Self { account, gaps, way })
    }

    async fn look(self, limits: &Limits) -> Report {
        let Self { account, gaps, way } = self;
        let way = way.as_ref();
        let mut report = Report::new(&account, way.map(Probe::endpoint));
        let walk = walk(key(account, gaps), way, limits.timeout, &mut report);
        if timeout(limits.deadline, walk).await.is_err() {
            late(&mut report, way, limits.deadline);
        }
        while let Some(check) = report.next() {
            report.add(Finding::skipped(check, NOT_REACHED));
        }
        report
    }
}

async fn walk(
    key: impl Future<Output = Finding>,
    way: Option<&Probe>,
    patience: Duration,
    report: &mut Report,
) {
    report.add(key.await);
    match way {
        // How far it came stands in the report.
        Some(probe) => Walk { probe, report }.along(patience).await.unwrap_or_default(),
        None => report.add(Finding::skipped(
            Probed::Proxy,
            "no endpoint to look at: each run names a --cluster",
        )),
    }
}

/// The time is over: that is the doing of the check that was running.
fn late(report: &mut Report, way: Option<&Probe>, limit: Duration) {
    // One wait is for TLS and for the reply.
    if report.next() == Some(Probed::Tls)
        && let Some(tls) = way.and_then(tls)
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

/// Fetches what the vendor's account needs; a program may take its time to print it.
async fn key(account: Account, gaps: Vec<String>) -> Finding {
    let remedy = format!("{}, then `{}`", Probed::Key.remedy(), account.check());
    let complaints = spawn_blocking(move || account.complaints()).await;
    let complaints = complaints.unwrap_or_else(|_| vec!["it cannot be fetched".to_owned()]);
    if gaps.is_empty() && complaints.is_empty() {
        return Finding::ok(Probed::Key, "present");
    }
    let reasons: Vec<_> = gaps.into_iter().chain(complaints).chain([remedy]).collect();
    Finding::failed(Probed::Key, reasons.join("; "))
}

/// The way to one endpoint, and what is found on it.
struct Walk<'a> {
    probe: &'a Probe,
    report: &'a mut Report,
}

impl Walk<'_> {
    /// Goes as far as it can.
    async fn along(mut self, patience: Duration) -> Option<()> {
        self.report.add(match self.probe.proxy() {
            Some(proxy) => Finding::ok(Probed::Proxy, proxy),
            None if self.probe.endpoint().is_loopback() => {
                Finding::skipped(Probed::Proxy, "not for loopback")
            }
            None => Finding::skipped(Probed::Proxy, "none"),
        });
        let first = self.probe.first();
        let addresses = if let Ok(address) = first.parse() {
            self.report
                .add(Finding::skipped(Probed::Dns, format!("{} is an address", name(&first))));
            vec![address]
        } else {
            let started = Instant::now();
            let found = self.probe.resolve().await;
            self.note(Probed::Dns, started, found, |addresses| {
                let addresses: Vec<_> =
                    addresses.iter().map(|address| address.ip().to_string()).collect();
                format!("{} is {}", name(&first), addresses.join(", "))
            })?
        };
        let started = Instant::now();
        let connected = self.probe.connect(&addresses).await;
        let towards =
            if self.probe.proxy().is_some() { "connected to the proxy at" } else { "connected to" };
        self.note(Probed::Tcp, started, connected, |address| format!("{towards} {address}"))?;

        let started = Instant::now();
        match self.probe.ask(patience).await {
            Ok(head) => {
                let (elapsed, clock) = (started.elapsed(), clock(&head, Utc::now()));
                self.report.add(tls(self.probe)?);
                self.hear(&head, elapsed);
                self.report.add(clock);
            }
            Err(lost) => self.lose(&lost, started.elapsed()),
        }
        Some(())
    }

    fn note<T>(
        &mut self,
        check: Probed,
        started: Instant,
        found: Result<T, Fault>,
        say: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let finding = match &found {
            Ok(value) => Finding::ok(check, say(value)),
            Err(fault) => broken(check, fault),
        };
        self.report.add(finding.took(started.elapsed()));
        found.ok()
    }

    /// A reply came; whose it is, a proxy that passes requests on leaves open.
    fn hear(&mut self, head: &Head, elapsed: Duration) {
        /// What a proxy answers by itself when it does not reach the endpoint.
        const GATEWAYS: RangeInclusive<u16> = 502..=504;
        if let Some(proxy) = self.probe.proxy()
            && self.probe.endpoint().is_plain_http()
            && GATEWAYS.contains(&head.status)
        {
            let said = format!(
                "{proxy}, which may have answered with HTTP {} itself; {}",
                head.status,
                Probed::Proxy.remedy()
            );
            self.report.correct(Finding::warning(Probed::Proxy, said));
        }
        self.report.add(http(head).took(elapsed));
    }

    /// Nothing came back: whose doing that is depends on how far the request came.
    fn lose(&mut self, lost: &SendError, elapsed: Duration) {
        let fault = &lost.fault;
        let (is_https, is_tls) =
            (!self.probe.endpoint().is_plain_http(), fault.kind == FaultKind::Tls);
        match lost.sent {
            _ if is_https && is_tls => self.report.add(broken(Probed::Tls, fault)),
            Delivery::NotSent
                if self.probe.proxy().is_some() && fault.kind != FaultKind::Timeout =>
            {
                self.report.correct(broken(Probed::Proxy, fault));
            }
            Delivery::NotSent if is_https => self.report.add(broken(Probed::Tls, fault)),
            Delivery::NotSent | Delivery::Unknown => match tls(self.probe) {
                Some(tls) => {
                    self.report.add(tls);
                    self.report.add(broken(Probed::Http, fault).took(elapsed));
                }
                None => self.report.add(broken(Probed::Tls, fault)),
            },
        }
    }
}

/// TLS that was agreed, or that is not used; nothing as long as it is not agreed.
fn tls(probe: &Probe) -> Option<Finding> {
    if probe.endpoint().is_plain_http() {
        Some(Finding::skipped(Probed::Tls, "not used: the endpoint is plain http"))
    } else {
        Some(Finding::ok(Probed::Tls, probe.tls()?))
    }
}

fn broken(check: Probed, fault: &Fault) -> Finding {
    let hint = fault.hint.as_deref().unwrap_or(check.remedy());
    Finding::failed(check, format!("{}; {hint}", fault.message))
}

/// A host without its port.
fn name(authority: &str) -> &str {
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

/// What the status of a reply says; a vendor may well have nothing where no operation is.
fn http(head: &Head) -> Finding {
    let answered = format!("{} answered with HTTP {}", head.from, head.status);
    match head.status {
        300..=399 => {
            let said = format!(
                "{answered}, which leads elsewhere, as captive portals do; livectl never follows"
            );
            Finding::warning(Probed::Http, said)
        }
        500.. => {
            Finding::warning(Probed::Http, format!("{answered}; operations may fare the same"))
        }
        _ => Finding::ok(Probed::Http, answered),
    }
}

/// What the head of a reply says of the time: the server's clock against this machine's, `here`.
fn clock(head: &Head, here: Timestamp) -> Finding {
    let Some(there) = head.date.as_deref().and_then(time::http_date) else {
        return Finding::skipped(Probed::Clock, "the server tells no time");
    };
    let off = here.signed_duration_since(there).num_seconds();
    let said = time::difference(here, there);
    let remedy = Probed::Clock.remedy();
    let finding = match off.unsigned_abs() {
        seconds if seconds > TOO_FAR => Finding::failed(Probed::Clock, format!("{said}; {remedy}")),
        seconds if seconds > WORTH_A_WARNING => {
            Finding::warning(Probed::Clock, format!("{said}; {remedy}"))
        }
        _ => Finding::ok(Probed::Clock, said),
    };
    finding.off_by(off)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";

    /// One of the results that a check may have.
    type Make = fn(Probed, String) -> Finding;

    fn head(status: u16, date: Option<&str>) -> Head {
        Head { from: "vendor.test:443".into(), status, date: date.map(str::to_owned) }
    }

    fn off(seconds: i64) -> Finding {
        let there: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        clock(&head(404, Some(DATE)), there + TimeDelta::seconds(seconds))
    }

    #[test]
    fn a_clock_may_be_off_by_half_a_minute_and_bears_five() {
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
            assert_eq!(off(seconds), make(Probed::Clock, said).off_by(seconds));
        }
    }

    #[test]
    fn a_server_that_tells_no_time_is_not_to_blame() {
        for date in [None, Some("yesterday")] {
            let nothing = Finding::skipped(Probed::Clock, "the server tells no time");
            assert_eq!(clock(&head(200, date), Utc::now()), nothing);
        }
    }

    #[test]
    fn a_redirect_and_a_server_error_are_worth_a_warning_and_no_other_status_is() {
        let elsewhere = ", which leads elsewhere, as captive portals do; livectl never follows";
        let (well, odd): (Make, Make) = (Finding::ok, Finding::warning);
        for (status, make, said) in [
            (200, well, ""),
            (299, well, ""),
            (300, odd, elsewhere),
            (399, odd, elsewhere),
            (400, well, ""),
            (404, well, ""),
            (499, well, ""),
            (500, odd, "; operations may fare the same"),
            (599, odd, "; operations may fare the same"),
        ] {
            let said = format!("vendor.test:443 answered with HTTP {status}{said}");
            assert_eq!(http(&head(status, None)), make(Probed::Http, said));
        }
    }

    #[test]
    fn the_host_is_what_stands_before_the_port() {
        assert_eq!([name("vendor.test:443"), name("[::1]:80")], ["vendor.test", "[::1]"]);
    }
}
