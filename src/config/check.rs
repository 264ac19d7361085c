//! `config check`: every problem of the configuration, and the readiness of each vendor.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use strum::IntoStaticStr;

use super::account::Account;
use super::load::{ProfileSource, read_file, select};
use super::profile::Profile;
use super::section::{Key, Section};
use super::selector::ProfileSelector;
use crate::console::layout::{self, Columns};
use crate::error::Error;
use crate::net::{proxy, tls};
use crate::policy::rules::{Policy, Protection};
use crate::text::count;

/// A signature valid for longer than this, in seconds, is worth a note.
// The legacy signature covers no parameter: whoever reads one can send any request until it expires.
const LONG_TTL: i64 = 600;

/// The least width of the names of vendors.
const VENDOR_WIDTH: usize = 7;

/// The result of `config check`.
#[derive(Debug, Default)]
pub struct CheckReport {
    file: Option<PathBuf>,
    profile: Option<String>,
    problems: Vec<String>,
    vendors: Vec<VendorCheck>,
    notes: Vec<String>,
}

#[derive(Debug, Default)]
struct VendorCheck {
    vendor: &'static str,
    readiness: Readiness,
    /// Every reason why it is not ready, with its location.
    reasons: Vec<String>,
    /// Notes on keys of an odd length.
    length_notes: Vec<String>,
    /// Notes on what is allowed and yet risky, and on the programs that were run.
    notes: Vec<String>,
    /// Its endpoint is not on this machine.
    is_remote: bool,
}

/// Whether a run could use a vendor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
enum Readiness {
    Ready,
    NotReady,
    #[default]
    NotConfigured,
}

/// Checks everything, secrets included, and reports every problem at once.
#[must_use]
pub fn check(selector: &ProfileSelector) -> CheckReport {
    let file = selector.file().map(|(path, _)| path);
    let mut report = CheckReport { file, ..CheckReport::default() };
    let source = match read_file(selector) {
        Ok(source) => source,
        Err(error) => return report.with_error(&error),
    };
    let mut is_untrusted = false;
    if let ProfileSource::File(file) = &source {
        is_untrusted = file.is_untrusted;
        report.problems.clone_from(&file.problems);
    } else {
        report.file = None;
    }
    match select(selector, source) {
        Ok(profile) => report.inspect(&profile, selector, is_untrusted),
        // It follows from a problem that is reported already.
        Err(_) if !report.problems.is_empty() => {}
        Err(error) => report = report.with_error(&error),
    }
    report
}

impl CheckReport {
    fn with_error(mut self, error: &Error) -> Self {
        self.problems.extend(error.to_string().lines().map(str::to_owned));
        // The report has no place for a hint but the end of a problem.
        if let (Some(last), Some(hint)) = (self.problems.last_mut(), &error.hint) {
            last.push_str("; ");
            last.push_str(hint);
        }
        self
    }

    fn inspect(&mut self, profile: &Profile, selector: &ProfileSelector, is_untrusted: bool) {
        self.profile.clone_from(&profile.name);
        self.notes.extend_from_slice(&profile.notes);
        self.problems.extend(ca_file_problem(profile));
        self.problems.extend(profile.protection.unreadable.clone());
        self.notes.extend(policy_notes(&profile.protection));
        // A proxy stops only the runs that would use one.
        let proxy = proxy::check_run(profile.proxy.as_deref(), &|name| selector.variable(name));
        let proxy = proxy.err().map(|error| error.to_string());
        for section in selector.sections {
            let mut vendor = VendorCheck::of(profile, section, is_untrusted);
            // Of a line with a problem only a part may have been read.
            if self.problems.is_empty() {
                self.notes.append(&mut vendor.length_notes);
            }
            self.notes.append(&mut vendor.notes);
            if !self.problems.is_empty() || vendor.is_remote && proxy.is_some() {
                vendor.block();
            }
            self.vendors.push(vendor);
        }
        self.problems.extend(proxy.filter(|_| self.vendors.iter().any(|vendor| vendor.is_remote)));
        let is_absent = |vendor: &VendorCheck| vendor.readiness == Readiness::NotConfigured;
        if self.problems.is_empty() && self.vendors.iter().all(is_absent) {
            self.problems.push(no_vendor(selector.sections));
        }
    }

    /// Whether a run could start: no problem, at least one vendor ready, and none not ready.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        let any = |readiness| self.vendors.iter().any(|vendor| vendor.readiness == readiness);
        self.problems.is_empty() && any(Readiness::Ready) && !any(Readiness::NotReady)
    }

    /// The report for people, in a terminal of this width; `None` for a pipe.
    #[must_use]
    pub fn render(&self, width: Option<usize>) -> String {
        let mut text = layout::heading(self.file.as_deref(), self.profile.as_deref());
        if !self.problems.is_empty() {
            text.push_str("\nproblems\n");
            self.problems.iter().for_each(|problem| text += &layout::indented(problem, 2));
        }
        if !self.vendors.is_empty() {
            text.push('\n');
        }
        let vendor =
            self.vendors.iter().map(|check| check.vendor.len()).fold(VENDOR_WIDTH, usize::max);
        let columns = Columns { width, widths: vec![vendor] };
        for VendorCheck { vendor, readiness, reasons, .. } in &self.vendors {
            let word = readiness.into_str();
            let lines = std::iter::once(word.replace('_', " ")).chain(reasons.iter().cloned());
            text += &columns.row(&[vendor], &lines.collect::<Vec<_>>().join("\n"));
        }
        text + &layout::notes(&self.notes, width)
    }

    /// The report for programs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let vendor = |check: &VendorCheck| {
            let state = check.readiness.into_str();
            json!({ "vendor": check.vendor, "state": state, "reasons": check.reasons })
        };
        json!({
            "schema": "livectl-config-check/1",
            "ok": self.is_ok(),
            "file": self.file.as_deref().map(Path::to_string_lossy),
            "profile": self.profile,
            "problems": self.problems,
            "vendors": self.vendors.iter().map(vendor).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

impl VendorCheck {
    /// Fetches the vendor's secrets, and notes what is odd about its keys.
    fn of(profile: &Profile, section: &'static Section, is_untrusted: bool) -> Self {
        let mut check = Self { vendor: section.name, ..Self::default() };
        let Some(table) = profile.sections.get(section.name) else { return check };
        let (account, missing) = profile.gather(section);
        // The API version of a broken section, and with it its other values, may not be what its author meant.
        if !table.is_broken {
            check.is_remote = !account.endpoint().is_some_and(|endpoint| endpoint.is_loopback());
            check.notes.extend(advice(&account));
        }
        if is_untrusted {
            // Whoever can change the file would choose the programs that its reader runs.
            check.reasons.push("others can change its file, or read its secrets; see above".into());
        } else if table.is_broken {
            check.reasons.push("its section has a problem; see above".into());
        } else {
            check.notes.extend(commands(&account));
            check.reasons = missing;
            match account.fetched() {
                Ok(account) => check.length_notes = account.length_notes(),
                Err(error) => check.reasons.extend(error.to_string().lines().map(str::to_owned)),
            }
        }
        let is_ready = check.reasons.is_empty();
        check.readiness = if is_ready { Readiness::Ready } else { Readiness::NotReady };
        check
    }

    /// Makes it not ready for a problem outside its section.
    // Such a problem stops every run: the file counts as a whole.
    fn block(&mut self) {
        if self.readiness == Readiness::Ready {
            self.readiness = Readiness::NotReady;
            self.reasons.push("a run stops at the problems above".into());
        }
    }
}

/// The number of patterns, and those that protect every target.
fn policy_notes(policy: &Policy) -> Vec<String> {
    if policy.protect.is_empty() {
        return Vec::new();
    }
    let mut notes = vec![format!("policy: {}", count(policy.protect.len(), "protecting pattern"))];
    let all = policy.protect.iter().filter(|protection| protection.pattern.matches_everything());
    notes.extend(all.map(|Protection { pattern, location }| {
        format!("policy: {pattern} matches every target ({location})")
    }));
    notes
}

/// The programs that were run for the secrets of an account.
fn commands(account: &Account) -> Vec<String> {
    let vendor = account.section.name;
    let commands = account.commands();
    commands.map(|(key, program)| format!("ran `{program}` to fetch {vendor}.{key}")).collect()
}

fn ca_file_problem(profile: &Profile) -> Option<String> {
    // Read as a run does: a file without a certificate would pass as ready and stop the run.
    let (path, entry) = (profile.ca_file.as_deref()?, profile.settings.get("ca_file")?);
    tls::check(path).err().map(|error| format!("{}: {error}", entry.origin))
}

/// The message for a profile without any vendor.
#[must_use]
pub fn no_vendor(sections: &[&'static Section]) -> String {
    let names: Vec<_> = sections.iter().map(|section| section.name).collect();
    format!("no vendor is configured; add a section for one of {}", names.join(", "))
}

/// Notes on what is allowed and yet risky.
#[must_use]
pub fn advice(account: &Account) -> Vec<String> {
    let name = account.section.name;
    let is_used = |word| account.section.keys_of(account.api()).any(|key| key.name == word);
    let ttl = account
        .text("sign_ttl")
        .filter(|_| is_used("sign_ttl"))
        .and_then(|text| text.parse::<i64>().ok());
    let mut notes: Vec<_> = stale_endpoint(account).into_iter().collect();
    // Noted, not refused: the page of Tencent's legacy gateway gives an http URL alone.
    if let Some(endpoint) = account.endpoint()
        && endpoint.is_plain_http()
        && !endpoint.is_loopback()
    {
        let risk = ttl.map_or("read it and send it again".to_owned(), |ttl| {
            format!("replay its signature, for any request, until its `t`, {ttl} s after signing")
        });
        notes.push(format!(
            "{name}.endpoint is plain http: anyone on the way of a request can {risk}"
        ));
    }
    if let Some(ttl) = ttl.filter(|ttl| *ttl > LONG_TTL) {
        notes.push(format!(
            "{name}.sign_ttl is {ttl} s: a leaked signature stays valid that long; 60 is enough"
        ));
    }
    notes.extend(cluster_advice(account));
    notes.extend(account.section.keys_of(account.api()).filter_map(|key| key_advice(account, key)));
    notes
}

/// A key that some operations need and that is not set, or one whose value the vendor does not document.
fn key_advice(account: &Account, key: &Key) -> Option<String> {
    let name = format!("{}.{}", account.section.name, key.name);
    match account.text(key.name) {
        None => key.needed_for.map(|what| format!("{name} is not set: {what}")),
        // An endpoint that replaces the value makes it matter no more.
        Some(_) if key.replaced_by.is_some_and(|other| account.text(other).is_some()) => None,
        Some(value) if key.known.is_empty() || key.known.contains(&value) => None,
        Some(_) => Some(format!(
            "{name} is not one that the vendor documents ({}): check its spelling",
            key.known.join(", ")
        )),
    }
}

/// An endpoint that was left in place when the API version was changed.
fn stale_endpoint(account: &Account) -> Option<String> {
    let (name, api) = (account.section.name, account.api());
    // The template shows the endpoint of each version: whoever changes `api` may keep that of the other.
    let endpoint = account.text("endpoint")?;
    let other =
        account.section.keys.iter().find(|key| {
            key.name == "endpoint" && !key.serves(api) && key.default == Some(endpoint)
        });
    let other = other?.api?;
    Some(format!(
        "{name}.endpoint is the {other} API's, but {name}.api is {api}: change one of the two"
    ))
}

fn cluster_advice(account: &Account) -> Option<String> {
    let name = account.section.name;
    // Only Shumei has clusters, each with an endpoint, so one that is set leaves no cluster to choose.
    account.section.key("cluster")?;
    match (account.text("cluster"), account.text("endpoint")) {
        (None, None) => {
            Some(format!("{name} has neither cluster nor endpoint: each run must name a --cluster"))
        }
        (Some(_), Some(_)) => {
            Some(format!("{name}.endpoint is set, so {name}.cluster has no effect"))
        }
        (_, _) => None,
    }
}
