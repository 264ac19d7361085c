//! [`Finding`]: the result of one check, and how `doctor` prints them all.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantArray};

use crate::config::account::Account;
use crate::console::layout::Columns;
use crate::net::endpoint::Endpoint;
use crate::output::table::TableStyle;
use crate::text::{count, visible};

/// The `schema` of the document.
const SCHEMA: &str = "livectl-doctor/1";

const HEADER: [&str; 4] = ["VENDOR", "CHECK", "RESULT", "DETAIL"];

/// A check, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub(super) enum Check {
    Key,
    Proxy,
    Dns,
    Tcp,
    Tls,
    Http,
    Clock,
    /// Only with `--signed`.
    Signed,
}

impl Check {
    /// All but the last.
    const UNSIGNED: &[Self] = Self::VARIANTS.split_at(Self::Signed as usize).0;

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
            Self::Signed => "check the key at the vendor's console",
        }
    }
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
enum CheckResult {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl CheckResult {
    /// The word in a table.
    fn word(self) -> &'static str {
        match self {
            Self::Skipped => "-",
            Self::Ok | Self::Warning | Self::Failed => self.into_str(),
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
    /// The key is missing or refused.
    is_about_key: bool,
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

    /// The vendor does not accept the key.
    pub(super) fn refused_key(detail: String) -> Self {
        Self { is_about_key: true, ..Self::failed(Check::Signed, detail) }
    }

    pub(super) fn skipped(check: Check, detail: impl Into<String>) -> Self {
        Self::new(check, CheckResult::Skipped, detail)
    }

    fn new(check: Check, result: CheckResult, detail: impl Into<String>) -> Self {
        Self {
            check,
            result,
            detail: detail.into(),
            elapsed: None,
            difference: None,
            is_about_key: check == Check::Key,
        }
    }

    pub(super) fn took(self, elapsed: Duration) -> Self {
        Self { elapsed: Some(elapsed), ..self }
    }

    pub(super) fn with_difference(self, seconds: i64) -> Self {
        Self { difference: Some(seconds), ..self }
    }

    fn to_json(&self) -> Value {
        let mut value = json!({
            "check": self.check.into_str(),
            "result": self.result.into_str(),
            "detail": self.detail,
            "ms": self.elapsed.map(millis),
        });
        // Null where the server sends no date.
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
pub struct VendorFindings {
    vendor: &'static str,
    api: String,
    endpoint: Option<Endpoint>,
    findings: Vec<Finding>,
    /// The checks to come, in their order.
    checks: &'static [Check],
}

impl VendorFindings {
    pub(super) fn new(account: &Account, endpoint: Option<&Endpoint>, is_signed: bool) -> Self {
        Self {
            vendor: account.section.name,
            api: account.api().to_owned(),
            endpoint: endpoint.cloned(),
            findings: Vec::new(),
            checks: if is_signed { Check::VARIANTS } else { Check::UNSIGNED },
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

    fn lacks_key(&self) -> bool {
        let is_fault = |finding: &Finding| finding.result == CheckResult::Failed;
        self.findings.iter().any(|finding| finding.is_about_key && is_fault(finding))
    }

    /// The next check.
    pub(super) fn next(&self) -> Option<Check> {
        self.checks.get(self.findings.len()).copied()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Replaces an earlier finding of the same check.
    pub(super) fn correct(&mut self, finding: Finding) {
        // Whether a proxy forwards is known only when a request has been answered.
        if let Some(before) = self.findings.iter_mut().find(|before| before.check == finding.check)
        {
            *before = finding;
        }
    }

    /// An element of `vendors` of the document.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "vendor": self.vendor,
            // Null for a vendor with one version of its API.
            "api": Some(&self.api).filter(|api| !api.is_empty()),
            "endpoint": self.endpoint.as_ref().map(Endpoint::as_str),
            "ok": self.is_ok(),
            "checks": self.findings.iter().map(Finding::to_json).collect::<Vec<_>>(),
        })
    }
}

/// The exit code.
// A missing or refused key goes first: without one no route helps.
#[must_use]
pub fn exit_code(reports: &[VendorFindings]) -> u8 {
    if reports.iter().any(VendorFindings::lacks_key) {
        3
    } else if reports.iter().all(VendorFindings::is_ok) {
        0
    } else {
        5
    }
}

/// `3 vendors: 1 well, 1 with a warning, 1 not (profile prod)`.
#[must_use]
pub fn summary(reports: &[VendorFindings], profile: Option<&str>) -> String {
    let number =
        |is: fn(&VendorFindings) -> bool| reports.iter().filter(|report| is(report)).count();
    let (well, ok) = (number(VendorFindings::is_well), number(VendorFindings::is_ok));
    // A warning is neither: a run may work with it.
    let parts = [(well, "well"), (ok - well, "with a warning"), (reports.len() - ok, "not")]
        .into_iter()
        .filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    let account = profile.map_or("credentials from the environment".to_owned(), |name| {
        format!("profile {}", visible(name))
    });
    format!("{}: {} ({account})", count(reports.len(), "vendor"), parts.join(", "))
}

/// `-o json`.
#[must_use]
pub fn document(
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
#[must_use]
pub fn table(reports: &[VendorFindings], style: TableStyle) -> String {
    /// The widest result.
    const WIDTH: usize = 7;
    let vendor = reports.iter().map(|report| report.vendor.len()).fold(WIDTH, usize::max);
    let checks = reports.iter().flat_map(|report| report.checks);
    let widest = checks.map(|check| check.into_str().len()).max().unwrap_or_default();
    let columns =
        Columns { width: style.width.map(usize::from), widths: vec![vendor, widest, WIDTH] };
    let row = |vendor: &str, finding: &Finding| {
        let word = finding.result.word();
        let row = columns.row(&[vendor, finding.check.into_str(), word], &finding.detail());
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
// After the layout, which would count the escapes as columns.
fn painted(row: &str, result: CheckResult) -> String {
    let word = result.word();
    row.replacen(&format!(" {word}"), &format!(" {}{word}\x1b[0m", result.colour()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(findings: Vec<Finding>) -> VendorFindings {
        let api = "legacy".into();
        VendorFindings { vendor: "jd", api, endpoint: None, findings, checks: Check::UNSIGNED }
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
        assert_eq!(exit_code(&[ill(), report(vec![Finding::refused_key(String::new())])]), 3);
        assert_eq!(exit_code(&[report(vec![Finding::failed(Check::Signed, "")])]), 5);
        assert_eq!([well(), odd(), ill()].map(|report| report.is_well()), [true, false, false]);
    }

    #[test]
    fn schema_lists_every_check_and_result() {
        let schema: Value = serde_json::from_str(include_str!("schema.json")).unwrap();
        let words = &schema["$defs"]["check"]["properties"];
        let checks = Check::VARIANTS.iter().map(Check::into_str);
        assert_eq!(words["check"]["enum"], checks.collect::<Value>());
        let results = CheckResult::VARIANTS.iter().map(CheckResult::into_str);
        assert_eq!(words["result"]["enum"], results.collect::<Value>());
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
