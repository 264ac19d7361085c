//! What is found at a vendor, and how it is shown.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::config::Account;
use crate::net::endpoint::Endpoint;
use crate::output::table::{Columns, TableStyle};
use crate::text::visible;

/// The `schema` of the document.
const SCHEMA: &str = "livectl-doctor/1";

const HEADER: [&str; 4] = ["VENDOR", "CHECK", "RESULT", "DETAIL"];

/// Something to look at, in the order in which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    Key,
    Proxy,
    Dns,
    Tcp,
    Tls,
    Http,
    Clock,
}

impl Probed {
    const ALL: [Self; 7] =
        [Self::Key, Self::Proxy, Self::Dns, Self::Tcp, Self::Tls, Self::Http, Self::Clock];

    fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Proxy => "proxy",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Clock => "clock",
        }
    }

    /// What to do next where the fault itself does not say.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Key => "fix it",
            Self::Proxy => "check that the proxy is up and may reach the endpoint",
            Self::Dns => "check the name, and this machine's name servers",
            Self::Tcp => "check host and port, and that no firewall stands between",
            Self::Tls => "check the endpoint's scheme and port",
            Self::Http => "check what the endpoint names, and what stands on the way to it",
            Self::Clock => "set this machine's clock, as with NTP",
        }
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Mark {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// The word for it in a table.
    fn word(self) -> &'static str {
        match self {
            Self::Skipped => "-",
            Self::Ok | Self::Warning | Self::Failed => self.as_str(),
        }
    }

    fn paint(self) -> &'static str {
        match self {
            Self::Ok => "\x1b[32m",
            Self::Warning => "\x1b[33m",
            Self::Failed => "\x1b[31m",
            Self::Skipped => "\x1b[2m",
        }
    }
}

/// One check, and what came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    check: Probed,
    mark: Mark,
    detail: String,
    elapsed: Option<Duration>,
    /// By how many seconds this machine's clock is ahead.
    off: Option<i64>,
}

impl Finding {
    pub(super) fn ok(check: Probed, detail: impl Into<String>) -> Self {
        Self::new(check, Mark::Ok, detail)
    }

    pub(super) fn warning(check: Probed, detail: impl Into<String>) -> Self {
        Self::new(check, Mark::Warning, detail)
    }

    pub(super) fn failed(check: Probed, detail: impl Into<String>) -> Self {
        Self::new(check, Mark::Failed, detail)
    }

    pub(super) fn skipped(check: Probed, detail: impl Into<String>) -> Self {
        Self::new(check, Mark::Skipped, detail)
    }

    fn new(check: Probed, mark: Mark, detail: impl Into<String>) -> Self {
        Self { check, mark, detail: detail.into(), elapsed: None, off: None }
    }

    pub(super) fn took(self, elapsed: Duration) -> Self {
        Self { elapsed: Some(elapsed), ..self }
    }

    pub(super) fn off_by(self, seconds: i64) -> Self {
        Self { off: Some(seconds), ..self }
    }

    fn to_json(&self) -> Value {
        let mut value = json!({
            "check": self.check.as_str(),
            "result": self.mark.as_str(),
            "detail": self.detail,
            "ms": self.elapsed.map(millis),
        });
        if self.check == Probed::Clock {
            value["difference_s"] = self.off.into();
        }
        value
    }

    fn detail(&self) -> String {
        let detail = visible(&self.detail);
        self.elapsed.map_or_else(
            || detail.to_string(),
            |elapsed| format!("{detail} ({} ms)", millis(elapsed)),
        )
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// All that is found at one vendor.
#[derive(Debug)]
pub(super) struct Report {
    vendor: &'static str,
    api: String,
    endpoint: Option<Endpoint>,
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(account: &Account, endpoint: Option<&Endpoint>) -> Self {
        let api = account.api().to_owned();
        Self {
            vendor: account.section().name,
            api,
            endpoint: endpoint.cloned(),
            findings: Vec::new(),
        }
    }

    pub(super) fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.mark != Mark::Failed)
    }

    /// Whether there is nothing to warn of either.
    pub(super) fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| matches!(finding.mark, Mark::Ok | Mark::Skipped))
    }

    fn fails_at(&self, check: Probed) -> bool {
        self.findings.iter().any(|finding| finding.check == check && finding.mark == Mark::Failed)
    }

    /// What is to be looked at next.
    pub(super) fn next(&self) -> Option<Probed> {
        Probed::ALL.get(self.findings.len()).copied()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Corrects what was found before.
    pub(super) fn correct(&mut self, finding: Finding) {
        if let Some(before) = self.findings.iter_mut().find(|before| before.check == finding.check)
        {
            *before = finding;
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "vendor": self.vendor,
            "api": Some(&self.api).filter(|api| !api.is_empty()),
            "endpoint": self.endpoint.as_ref().map(Endpoint::as_str),
            "ok": self.is_ok(),
            "checks": self.findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
        })
    }
}

/// The exit code: keys come first, since without one nothing else is of use.
pub(super) fn exit_code(reports: &[Report]) -> u8 {
    if reports.iter().any(|report| report.fails_at(Probed::Key)) {
        3
    } else if reports.iter().all(Report::is_ok) {
        0
    } else {
        5
    }
}

/// `-o json`.
pub(super) fn document(
    reports: &[Report],
    file: Option<&Path>,
    profile: Option<&str>,
    notes: &[String],
) -> Value {
    json!({
        "schema": SCHEMA,
        "ok": reports.iter().all(Report::is_ok),
        "file": file.map(Path::to_string_lossy),
        "profile": profile,
        "vendors": reports.iter().map(Report::to_json).collect::<Vec<_>>(),
        "notes": notes,
    })
}

/// `-o table`.
pub(super) fn table(reports: &[Report], look: TableStyle) -> String {
    /// The widest vendor, check and result.
    const WIDTHS: [u16; 3] = [7, 5, 7];
    let columns = Columns { style: look, widths: WIDTHS };
    let row = |(vendor, finding): (&str, &Finding)| {
        let cells = [
            vendor.into(),
            finding.check.as_str().into(),
            finding.mark.word().into(),
            finding.detail(),
        ];
        let lines = columns.lines(cells);
        if look.colour { painted(&lines, finding.mark) } else { lines }
    };
    let findings = reports
        .iter()
        .flat_map(|report| report.findings.iter().map(|finding| (report.vendor, finding)));
    std::iter::once(columns.lines(HEADER.map(str::to_owned))).chain(findings.map(row)).collect()
}

/// The result, which is the third word of the row, in its colour.
fn painted(lines: &str, mark: Mark) -> String {
    let word = mark.word();
    let plain = format!(" {word}");
    lines.replacen(&plain, &format!(" {}{word}\x1b[0m", mark.paint()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(findings: Vec<Finding>) -> Report {
        Report { vendor: "jd", api: "legacy".into(), endpoint: None, findings }
    }

    #[test]
    fn only_what_failed_shows_in_the_exit_code_and_a_key_goes_first() {
        let well =
            || report(vec![Finding::ok(Probed::Key, ""), Finding::skipped(Probed::Proxy, "")]);
        let odd = || report(vec![Finding::warning(Probed::Clock, "")]);
        let ill = || report(vec![Finding::failed(Probed::Dns, "")]);
        let keyless =
            || report(vec![Finding::failed(Probed::Key, ""), Finding::failed(Probed::Tcp, "")]);

        assert_eq!(exit_code(&[well(), odd()]), 0);
        assert_eq!(exit_code(&[well(), ill()]), 5);
        assert_eq!(exit_code(&[ill(), keyless()]), 3);
        assert_eq!([well(), odd(), ill()].map(|report| report.is_well()), [true, false, false]);
    }

    #[test]
    fn what_is_found_later_corrects_what_was_found_before() {
        let mut report = report(vec![Finding::ok(Probed::Key, ""), Finding::ok(Probed::Proxy, "")]);
        assert_eq!(report.next(), Some(Probed::Dns));

        report.correct(Finding::failed(Probed::Proxy, "locked"));

        assert_eq!(report.findings[1], Finding::failed(Probed::Proxy, "locked"));
        assert_eq!((report.next(), report.is_ok()), (Some(Probed::Dns), false));
    }

    #[test]
    fn a_row_shows_no_control_character_and_paints_its_result_alone() {
        let report = report(vec![
            Finding::failed(Probed::Tcp, "failed\u{1b}").took(Duration::from_millis(7)),
        ]);
        let look = |colour| TableStyle { width: None, colour };

        let rows = [false, true].map(|colour| table(std::slice::from_ref(&report), look(colour)));

        let header = "VENDOR   CHECK  RESULT   DETAIL\n";
        assert_eq!(rows[0], format!("{header}jd       tcp    failed   failed\\u{{1b}} (7 ms)\n"));
        let painted =
            format!("{header}jd       tcp    \x1b[31mfailed\x1b[0m   failed\\u{{1b}} (7 ms)\n");
        assert_eq!(rows[1], painted);
    }
}
