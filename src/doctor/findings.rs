//! [`Finding`]: the result of one check, and how `doctor` prints them all.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use strum::IntoStaticStr;

use crate::config::account::Account;
use crate::console::layout::Columns;
use crate::net::endpoint::Endpoint;
use crate::output::table::TableStyle;
use crate::text::visible;

/// The `schema` of the document.
const SCHEMA: &str = "livectl-doctor/1";

const HEADER: [&str; 4] = ["VENDOR", "CHECK", "RESULT", "DETAIL"];

/// A check, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Check {
    Key,
    Proxy,
    Dns,
    Tcp,
    Tls,
    Http,
    Clock,
}

impl Check {
    const ALL: [Self; 7] =
        [Self::Key, Self::Proxy, Self::Dns, Self::Tcp, Self::Tls, Self::Http, Self::Clock];

    fn as_str(self) -> &'static str {
        self.into()
    }

    /// The advice where the fault itself has none.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Key => "fix it",
            Self::Proxy => "check that the proxy is up and may reach the endpoint",
            Self::Dns => "check the name, and this machine's name servers",
            Self::Tcp => "check host and port, and that no firewall is between",
            Self::Tls => "check the endpoint's scheme and port",
            Self::Http => "check the endpoint, and what is on the way to it",
            Self::Clock => "set this machine's clock, as with NTP",
        }
    }
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
enum CheckResult {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl CheckResult {
    fn as_str(self) -> &'static str {
        self.into()
    }

    /// The word in a table.
    fn word(self) -> &'static str {
        match self {
            Self::Skipped => "-",
            Self::Ok | Self::Warning | Self::Failed => self.as_str(),
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Ok => "\x1b[32m",
            Self::Warning => "\x1b[33m",
            Self::Failed => "\x1b[31m",
            Self::Skipped => "\x1b[2m",
        }
    }
}

/// One check and its result.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    check: Check,
    result: CheckResult,
    detail: String,
    elapsed: Option<Duration>,
    /// The seconds that this machine's clock is ahead.
    difference: Option<i64>,
}

impl Finding {
    pub(super) fn ok(check: Check, detail: impl Into<String>) -> Self {
        Self::new(check, CheckResult::Ok, detail)
    }

    pub(super) fn warning(check: Check, detail: impl Into<String>) -> Self {
        Self::new(check, CheckResult::Warning, detail)
    }

    pub(super) fn failed(check: Check, detail: impl Into<String>) -> Self {
        Self::new(check, CheckResult::Failed, detail)
    }

    pub(super) fn skipped(check: Check, detail: impl Into<String>) -> Self {
        Self::new(check, CheckResult::Skipped, detail)
    }

    fn new(check: Check, result: CheckResult, detail: impl Into<String>) -> Self {
        Self { check, result, detail: detail.into(), elapsed: None, difference: None }
    }

    pub(super) fn took(self, elapsed: Duration) -> Self {
        Self { elapsed: Some(elapsed), ..self }
    }

    pub(super) fn with_difference(self, seconds: i64) -> Self {
        Self { difference: Some(seconds), ..self }
    }

    fn to_json(&self) -> Value {
        let mut value = json!({
            "check": self.check.as_str(),
            "result": self.result.as_str(),
            "detail": self.detail,
            "ms": self.elapsed.map(millis),
        });
        if self.check == Check::Clock {
            value["difference_s"] = self.difference.into();
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

/// The findings of one vendor.
#[derive(Debug)]
pub(super) struct VendorFindings {
    vendor: &'static str,
    api: String,
    endpoint: Option<Endpoint>,
    findings: Vec<Finding>,
}

impl VendorFindings {
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
        self.findings.iter().all(|finding| finding.result != CheckResult::Failed)
    }

    /// Whether there is no warning either.
    pub(super) fn is_well(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| matches!(finding.result, CheckResult::Ok | CheckResult::Skipped))
    }

    fn fails_at(&self, check: Check) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.check == check && finding.result == CheckResult::Failed)
    }

    /// The next check.
    pub(super) fn next(&self) -> Option<Check> {
        Check::ALL.get(self.findings.len()).copied()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Replaces an earlier finding of the same check.
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

/// The exit code. A missing key goes first, since nothing else matters without one.
pub(super) fn exit_code(reports: &[VendorFindings]) -> u8 {
    if reports.iter().any(|report| report.fails_at(Check::Key)) {
        3
    } else if reports.iter().all(VendorFindings::is_ok) {
        0
    } else {
        5
    }
}

/// `-o json`.
pub(super) fn document(
    reports: &[VendorFindings],
    file: Option<&Path>,
    profile: Option<&str>,
    notes: &[String],
) -> Value {
    json!({
        "schema": SCHEMA,
        "ok": reports.iter().all(VendorFindings::is_ok),
        "file": file.map(Path::to_string_lossy),
        "profile": profile,
        "vendors": reports.iter().map(VendorFindings::to_json).collect::<Vec<_>>(),
        "notes": notes,
    })
}

/// `-o table`.
pub(super) fn table(reports: &[VendorFindings], style: TableStyle) -> String {
    /// The widest vendor, check and result.
    const WIDTHS: [usize; 3] = [7, 5, 7];
    let columns = Columns { width: style.width.map(usize::from), widths: WIDTHS.to_vec() };
    let row = |vendor: &str, finding: &Finding| {
        let word = finding.result.word();
        let row = columns.row(&[vendor, finding.check.as_str(), word], &finding.detail());
        if style.colour { painted(&row, finding.result) } else { row }
    };
    let [names @ .., detail] = HEADER;
    let mut text = columns.row(&names, detail);
    for report in reports {
        report.findings.iter().for_each(|finding| text += &row(report.vendor, finding));
    }
    text
}

/// The row with its result, the third word, in colour.
fn painted(row: &str, result: CheckResult) -> String {
    let word = result.word();
    row.replacen(&format!(" {word}"), &format!(" {}{word}\x1b[0m", result.colour()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(findings: Vec<Finding>) -> VendorFindings {
        VendorFindings { vendor: "jd", api: "legacy".into(), endpoint: None, findings }
    }

    #[test]
    fn exit_code_prefers_a_failed_key() {
        let well = || report(vec![Finding::ok(Check::Key, ""), Finding::skipped(Check::Proxy, "")]);
        let odd = || report(vec![Finding::warning(Check::Clock, "")]);
        let ill = || report(vec![Finding::failed(Check::Dns, "")]);
        let keyless =
            || report(vec![Finding::failed(Check::Key, ""), Finding::failed(Check::Tcp, "")]);

        assert_eq!(exit_code(&[well(), odd()]), 0);
        assert_eq!(exit_code(&[well(), ill()]), 5);
        assert_eq!(exit_code(&[ill(), keyless()]), 3);
        assert_eq!([well(), odd(), ill()].map(|report| report.is_well()), [true, false, false]);
    }

    #[test]
    fn later_finding_corrects_an_earlier_one() {
        let mut report = report(vec![Finding::ok(Check::Key, ""), Finding::ok(Check::Proxy, "")]);
        assert_eq!(report.next(), Some(Check::Dns));

        report.correct(Finding::failed(Check::Proxy, "locked"));

        assert_eq!(report.findings[1], Finding::failed(Check::Proxy, "locked"));
        assert_eq!((report.next(), report.is_ok()), (Some(Check::Dns), false));
    }

    #[test]
    fn row_paints_only_its_result() {
        let report = report(vec![
            Finding::failed(Check::Tcp, "failed\u{1b}").took(Duration::from_millis(7)),
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
