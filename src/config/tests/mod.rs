//! The rules of the profile file and the environment, by topic.

mod accounts;
mod api_versions;
#[cfg(unix)]
mod modes;
mod play_urls;
#[cfg(unix)]
mod programs;
mod reports;
mod secrets;
mod templates;
mod the_environment;
mod the_file;
mod which_file_and_profile;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use tempfile::TempDir;

use super::account::Account;
use super::check::{CheckReport, check};
use super::init::{FIRST_PROFILE, init, template};
use super::load::load;
use super::profile::Profile;
use super::section::{API, Key, Section, ValueKind};
use super::selector::ProfileSelector;
use super::settings::SETTINGS;
use super::show::{ProfileListing, show};
use super::value::Origin;
use super::{command, parser};
use crate::api::jd::SECTION as JD;
use crate::api::shumei::SECTION as SHUMEI;
use crate::api::tencent::SECTION as TENCENT;
use crate::error::{Error, Result};

/// The profile file to fill in, as it is in the repository.
const TEMPLATE: &str = include_str!("../../../config.example.toml");

/// The sections of three vendors, one of them without versions of its API.
static SECTIONS: &[&Section] = &[&JD, &TENCENT, &SHUMEI];

/// The sections of all of livectl's vendors.
static ALL_SECTIONS: LazyLock<Vec<&Section>> = LazyLock::new(|| crate::api::VENDORS.sections());

const CANARY: &str = "canary-hunter2";

const GOOD: &str = r#"
[profiles.prod.jd]
username = "jcloud_00"
secret_key = "canary-hunter2"
"#;

/// A folder with a profile file, an environment, and the flags.
struct ConfigFixture {
    dir: TempDir,
    env: HashMap<String, OsString>,
    config: Option<PathBuf>,
    profile: Option<String>,
    sections: &'static [&'static Section],
}

impl ConfigFixture {
    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir, env: HashMap::new(), config: None, profile: None, sections: SECTIONS }
    }

    /// A profile file with the sections of all vendors.
    fn of_all_vendors(text: impl AsRef<[u8]>) -> Self {
        Self { sections: &ALL_SECTIONS, ..Self::new(text) }
    }

    fn new(text: impl AsRef<[u8]>) -> Self {
        let fixture = Self::empty();
        fs::create_dir(fixture.dir.path().join("livectl")).unwrap();
        fixture.write("config.toml", text);
        fixture
    }

    /// Puts a file beside the profile file, readable by its owner alone.
    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join("livectl").join(name);
        fs::write(&path, text).unwrap();
        self.mode(name, 0o600);
        path
    }

    fn mode(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = self.dir.path().join("livectl").join(name);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        #[cfg(not(unix))]
        let _ = (name, mode);
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("livectl").join("config.toml")
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    fn flag(mut self, profile: &str) -> Self {
        self.profile = Some(profile.into());
        self
    }

    fn selected<T>(&self, what: impl FnOnce(&ProfileSelector) -> T) -> T {
        let env = |name: &str| self.env.get(name).cloned();
        what(&ProfileSelector {
            config: self.config.clone(),
            profile: self.profile.clone(),
            env: &env,
            default_dir: Some(self.dir.path().to_owned()),
            sections: self.sections,
        })
    }

    fn load(&self) -> Result<Profile> {
        self.selected(load)
    }

    fn profile(&self) -> Profile {
        self.load().unwrap()
    }

    /// The error of a load that fails, without the folder; it is of the right kind and has no secret.
    fn error(&self) -> String {
        self.shown(&self.load().unwrap_err())
    }

    fn shown(&self, error: &Error) -> String {
        assert_eq!(error.kind.exit_code(), 3);
        let hint = error.hint.as_ref().map(|hint| format!("\n> {hint}")).unwrap_or_default();
        self.short(&format!("{error}{hint}"))
    }

    fn short(&self, text: &str) -> String {
        assert!(!text.contains(CANARY) && !text.contains("hunter2"), "{text}");
        text.replace(&format!("{}/livectl/", self.dir.path().display()), "")
    }

    fn check(&self) -> CheckReport {
        let report = self.selected(check);
        self.short(&report.render(None));
        self.short(&report.to_json().to_string());
        report
    }

    fn show(&self) -> ProfileListing {
        let listing = self.selected(show).unwrap();
        self.short(&listing.render(None));
        self.short(&listing.to_json().to_string());
        listing
    }
}

/// The secret of the profile's JD account.
fn jd_secret(fixture: &ConfigFixture) -> std::result::Result<String, String> {
    let secret = fixture.profile().account(&JD).and_then(|account| account.secret("secret_key"));
    secret.map(|secret| secret.expose().to_owned()).map_err(|error| fixture.shown(&error))
}

fn with_secret(form: &str) -> ConfigFixture {
    ConfigFixture::new(format!("[profiles.prod.jd]\nusername = \"u\"\nsecret_key = {form}\n"))
}
