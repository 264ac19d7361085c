//! [`Profile`]: the settings and the vendors' keys of one run.
//!
//! Which profile that is, is decided in [`super::load`].

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::account::Account;
use super::env::EnvironmentKeys;
use super::file::{ProfileFile, ProfileTable, SectionTable, header};
use super::placeholder;
use super::policy::{LogSetting, PolicyTable};
use super::secret_source::{FilePolicy, SecretSource};
use super::section::Section;
use super::selector::ProfileSelector;
use super::settings::SANDBOX_ENDPOINT;
use super::value::{Entries, Entry, Value};
use crate::error::{Error, Result};
use crate::files;
use crate::policy::rules::Policy;
use crate::text::{visible, visible_path};
use crate::time;

/// The profile of a run.
#[derive(Default)]
pub struct Profile {
    /// Its name; `None` when everything comes from the environment.
    pub name: Option<String>,
    /// The file that contains it.
    pub file: Option<PathBuf>,
    /// A file of the only authorities to trust, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy to use instead of the environment's.
    pub proxy: Option<String>,
    /// Requests a second to one vendor.
    pub rate: Option<u32>,
    /// Requests in flight.
    pub concurrency: Option<usize>,
    /// The longest that one attempt may take.
    pub timeout: Option<Duration>,
    /// The most targets of a run.
    pub max_targets: Option<usize>,
    /// It is for a simulator on this machine, and its results are marked as such.
    pub is_sandbox: bool,
    /// The protected targets and other rules.
    pub protection: Policy,
    /// Where runs are remembered.
    pub log: LogSetting,
    pub(super) settings: Entries,
    pub(super) sections: BTreeMap<&'static str, SectionTable>,
    policy: FilePolicy,
    /// Whether the environment's credentials count, so that hints may recommend them.
    env_counts: bool,
    /// The command that checks the configuration.
    check: String,
    /// Notes for standard error, such as what overrides what.
    pub notes: Vec<String>,
}

impl Profile {
    /// The environment alone.
    pub(super) fn of_environment(
        selector: &ProfileSelector,
        sections: BTreeMap<&'static str, Entries>,
    ) -> Self {
        let check = selector.command("config check");
        let mut profile = Self { env_counts: true, check, ..Self::default() };
        profile.extend(sections);
        profile
    }

    /// A profile of the file, overridden by the environment.
    pub(super) fn of_file(
        selector: &ProfileSelector,
        file: &ProfileFile,
        name: String,
        table: ProfileTable,
        environment: EnvironmentKeys,
    ) -> Self {
        let mut profile = Self {
            file: Some(file.path.to_path_buf()),
            env_counts: selector.profile.is_none(),
            policy: file_policy(selector, file),
            ..Self::of_environment(selector, BTreeMap::new())
        };
        profile = profile.ruled_by(selector, file, &table.policy);
        profile.notes.clone_from(&file.notes);
        profile.apply_settings(table.settings);
        profile.notes.extend(profile.ca_file.as_deref().and_then(ca_file_note));
        profile.sections = table.sections;
        profile.override_by(&name, environment);
        let entries = profile.sections.values_mut().flat_map(|table| table.entries.values_mut());
        entries.for_each(|entry| read_variable(entry, selector));
        profile.name = Some(name);
        profile
    }

    /// The same under the rules at the top of a file, and these beside them.
    pub(super) fn ruled_by(
        mut self,
        selector: &ProfileSelector,
        file: &ProfileFile,
        own: &PolicyTable,
    ) -> Self {
        let files = file_policy(selector, file);
        let vendors: Vec<_> = selector.sections.iter().map(|section| section.name).collect();
        let load = |table: &PolicyTable| table.load(&vendors, &|path| files.resolve(path));
        self.protection = load(&file.rules.policy).and(load(own));
        self.log = match &file.rules.log {
            LogSetting::Shared(path) => LogSetting::Shared(files.resolve(path)),
            log @ (LogSetting::OfUser | LogSetting::Off) => log.clone(),
        };
        self
    }

    /// Takes over the settings, which the parser has checked.
    fn apply_settings(&mut self, settings: Entries) {
        let text = |key| settings.get(key).and_then(Entry::text);
        let number = |key| text(key).and_then(|digits| digits.parse::<u32>().ok());
        let count = |key| number(key).and_then(|number| usize::try_from(number).ok());
        self.ca_file = text("ca_file").map(|path| self.policy.resolve(Path::new(path)));
        self.proxy = text("proxy").map(str::to_owned);
        self.rate = number("rate");
        self.concurrency = count("concurrency");
        self.timeout = text("timeout").and_then(|text| time::duration(text).ok());
        self.max_targets = count("max_targets");
        self.is_sandbox = text("sandbox") == Some("true");
        self.settings = settings;
    }

    fn override_by(&mut self, name: &str, environment: EnvironmentKeys) {
        if environment.variables.is_empty() {
            return;
        }
        let variables = environment.variables.join(", ");
        let name = visible(name);
        // No run mixes two accounts.
        if !self.env_counts {
            self.notes.push(format!("-p chooses profile \"{name}\" alone; ignored: {variables}"));
            return;
        }
        self.notes.push(format!("the environment overrides profile \"{name}\": {variables}"));
        self.extend(environment.sections);
    }

    fn extend(&mut self, sections: BTreeMap<&'static str, Entries>) {
        for (section, entries) in sections {
            self.sections.entry(section).or_default().entries.extend(entries);
        }
    }

    /// Whether the file or the environment sets any key of a vendor.
    #[must_use]
    pub fn is_configured(&self, section: &Section) -> bool {
        self.sections.contains_key(section.name)
    }

    /// The version of the vendor's API that the profile or the environment chooses.
    #[must_use]
    pub fn api(&self, section: &'static Section) -> &str {
        static NOTHING: Entries = Entries::new();
        section.api(self.sections.get(section.name).map_or(&NOTHING, |table| &table.entries))
    }

    /// A vendor's keys, or an error that names all that is missing and the next command to type.
    pub fn account(&self, section: &'static Section) -> Result<Account> {
        let (account, missing) = self.gather(section);
        if missing.is_empty() {
            return Ok(account);
        }
        Err(Error::config(missing.join("\n")).hint(self.remedy(section)))
    }

    /// A vendor's keys as far as they are set, and what is missing.
    #[must_use]
    pub fn gather(&self, section: &'static Section) -> (Account, Vec<String>) {
        let table = self.sections.get(section.name);
        let account = Account {
            section,
            profile: self.name.clone(),
            entries: table.map(|table| table.entries.clone()).unwrap_or_default(),
            policy: self.policy.clone(),
            check: self.check.clone(),
            is_sandbox: self.is_sandbox,
        };
        let account = account.with_defaults();
        let required = || section.keys_of(account.api()).filter(|key| key.required);
        let is_set = |name| account.entries.contains_key(name);
        let absent: Vec<_> = required()
            .filter(|key| !is_set(key.name) && !key.replaced_by.is_some_and(is_set))
            .map(|key| key.name)
            .collect();
        let mut missing = Vec::new();
        if !absent.is_empty() {
            missing.push(self.missing(section, &absent));
        }
        missing.extend(section.keys_of(account.api()).filter_map(|key| {
            // Not in the parser: the template must parse before it is filled in.
            let why = placeholder::text_problem(account.text(key.name)?)?;
            Some(account.problem(key.name, &why))
        }));
        // The parser has checked what the file sets; this is for defaults, clusters and the environment.
        if self.is_sandbox && !account.endpoint().is_some_and(|endpoint| endpoint.is_loopback()) {
            missing.push(account.problem("endpoint", SANDBOX_ENDPOINT));
        }
        (account, missing)
    }

    fn missing(&self, section: &Section, absent: &[&str]) -> String {
        let keys = absent.join(" and no ");
        let (Some(name), Some(file)) = (&self.name, &self.file) else {
            let vendor = section.name;
            return format!(
                "the environment has no {vendor} account: no {keys}, and there is no profile"
            );
        };
        let table = header(&[name, section.name]);
        let profile = visible(name);
        let found = self.sections.get(section.name).and_then(|table| table.location.as_ref());
        if let Some(location) = found {
            return format!("{location}: {table} of profile \"{profile}\" has no {keys}");
        }
        let (file, keys) = (visible_path(file), absent.join(" and "));
        format!("{file}: profile \"{profile}\" has no {table} section, which needs {keys}")
    }

    fn remedy(&self, section: &'static Section) -> String {
        let variables: Vec<_> = section
            .keys_of(self.api(section))
            .filter(|key| key.required && key.env)
            .map(|key| section.variable(key))
            .collect();
        let variables = variables.join(" and ");
        let check = &self.check;
        match (&self.file, self.env_counts) {
            (None, _) => format!(
                "set {variables}, or write a profile file with `livectl config init`, then `{check}`"
            ),
            (Some(_), true) => format!("complete the file, or set {variables}; then `{check}`"),
            // With `-p` the variables are ignored.
            (Some(_), false) => format!("complete the file, then `{check}`"),
        }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// How the files that a profile file names are found and trusted.
pub(super) fn file_policy(selector: &ProfileSelector, file: &ProfileFile) -> FilePolicy {
    let base = file.path.parent().unwrap_or(Path::new("")).to_owned();
    FilePolicy { base, home: selector.home(), shared: file.allow_shared }
}

/// Reads the environment variable that an entry of the file names.
fn read_variable(entry: &mut Entry, selector: &ProfileSelector) {
    if let Value::Secret(SecretSource::Env { name, value }) = &mut entry.value {
        *value = selector
            .variable(name)
            .map(|text| text.into_string().map(Zeroizing::new).map_err(drop));
    }
}

/// A note on a `ca_file` that others can change.
// They could have a server of theirs trusted.
fn ca_file_note(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    let why = files::permission_problem(path, &metadata, false)?;
    Some(format!("ca_file {}: {why}", visible_path(path)))
}
