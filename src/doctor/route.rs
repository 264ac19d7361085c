//! The checks of the route to an endpoint, step by step: proxy, name, connection, TLS, response and clock.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::doctor::findings::{Check, Finding, VendorFindings};
use crate::net::probe::{Probe, ResponseHead};
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::fault::{Fault, FaultKind};
use crate::time::{self, Timestamp};

/// A clock that differs by more, in seconds, is a warning.
const CLOCK_WARNING: u64 = 30;

/// A clock that differs by more, in seconds, is a failure.
// Tencent's API 3.0 accepts a signature for five minutes.
const CLOCK_LIMIT: u64 = 300;

/// The checks of the route to one endpoint.
pub(super) struct RouteCheck<'a> {
    pub(super) probe: &'a Probe,
    pub(super) report: &'a mut VendorFindings,
}

impl RouteCheck<'_> {
    /// Checks one step after the other, until one fails.
    pub(super) async fn run(mut self, limit: Duration) -> Option<()> {
        let proxy = self.probe.proxy();
        self.report.add(match &proxy {
            Some(proxy) => Finding::ok(Check::Proxy, proxy),
            None if self.probe.endpoint.is_loopback() => {
                Finding::skipped(Check::Proxy, "not for loopback")
            }
            None => Finding::skipped(Check::Proxy, "none"),
        });
        let addresses = self.addresses().await?;
        let started = Instant::now();
        let connected = self.probe.connect(&addresses).await;
        let prefix = if proxy.is_some() { "connected to the proxy at" } else { "connected to" };
        self.step(Check::Tcp, started, connected, |address| format!("{prefix} {address}"))?;
        self.request(limit).await
    }

    /// The addresses of the host that is connected to: the endpoint's, or that of a proxy, which resolves the endpoint itself.
    async fn addresses(&mut self) -> Option<Vec<SocketAddr>> {
        let first = self.probe.first();
        if let Ok(address) = first.parse() {
            self.report
                .add(Finding::skipped(Check::Dns, format!("{} is an address", host(&first))));
            return Some(vec![address]);
        }
        let started = Instant::now();
        let found = self.probe.resolve().await;
        self.step(Check::Dns, started, found, |addresses| {
            let addresses: Vec<_> =
                addresses.iter().map(|address| address.ip().to_string()).collect();
            format!("{} is {}", host(&first), addresses.join(", "))
        })
    }

    /// The one request: a bare GET of the endpoint.
    async fn request(&mut self, limit: Duration) -> Option<()> {
        let started = Instant::now();
        match self.probe.request(limit).await {
            Ok(head) => {
                // The clock is read as the response arrives.
                let (elapsed, clock) = (started.elapsed(), check_clock(&head, Utc::now()));
                self.report.add(check_tls(self.probe)?);
                // A row for the response: in that of the clock, a redirect or a server error would pass as well.
                self.response(&head, elapsed);
                self.report.add(clock);
                Some(())
            }
            Err(error) => {
                self.no_response(&error, started.elapsed());
                None
            }
        }
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

    /// A response arrived.
    // Behind a proxy that forwards plain requests, it may be the proxy's.
    fn response(&mut self, head: &ResponseHead, elapsed: Duration) {
        /// The statuses of a proxy that does not reach the endpoint.
        const GATEWAYS: RangeInclusive<u16> = 502..=504;
        if let Some(proxy) = self.probe.proxy()
            && self.probe.endpoint.is_plain_http()
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
        // The client makes TLS and the exchange one step: only its error shows how far the step came.
        let fault = &error.fault;
        let (is_https, is_tls) =
            (!self.probe.endpoint.is_plain_http(), fault.kind == FaultKind::Tls);
        match error.sent {
            _ if is_https && is_tls => self.report.add(failure(Check::Tls, fault)),
            // Who caused a timeout is not known; anything else, the proxy reports before the endpoint is reached.
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
pub(super) fn check_tls(probe: &Probe) -> Option<Finding> {
    if probe.endpoint.is_plain_http() {
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

/// The status of the response.
fn check_http(head: &ResponseHead) -> Finding {
    // 404 is well: the path is no operation.
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
