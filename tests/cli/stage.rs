//! The fixture: a profile that points at a server of the test's own, and the command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Credentials that no output may ever hold.
pub const JD_SECRET: &str = "canary-jd-SECRET-4711/+=";
pub const TENCENT_SECRET: &str = "canary-tencent-SECRET-4712";
pub const SHUMEI_SECRET: &str = "canary+shumei/4713";
/// The same for the later generations of the APIs.
pub const OPENAPI_SECRET: &str = "canary-openapi-SECRET-4715/+=";
pub const V3_SECRET: &str = "canary-v3-SECRET-4716";

/// A folder with a profile file in it, and nothing of the machine's own environment.
pub struct Stage {
    pub folder: TempDir,
}

impl Stage {
    /// A profile `prod` whose three vendors are all reached at `endpoint`, such as `http://127.0.0.1:1234`.
    pub fn new(endpoint: &str) -> Self {
        let stage = Self::empty();
        stage.write_config(&profile(endpoint));
        stage
    }

    /// A profile `prod` of the later generations, whose vendors are all reached at `endpoint`.
    pub fn later(endpoint: &str) -> Self {
        let stage = Self::empty();
        stage.write_config(&later_profile(endpoint));
        stage
    }

    /// No profile at all.
    pub fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder, readable by its owner alone.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).unwrap().write_all(content.as_ref()).unwrap();
        path
    }

    pub fn write_config(&self, content: &str) {
        std::fs::create_dir_all(self.path("livectl")).unwrap();
        self.write("livectl/config.toml", content);
    }

    /// The program with this folder as its home and working folder.
    pub fn livectl(&self, args: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) -> Command {
        let mut command = livectl(self.folder.path());
        command.args(args);
        command
    }

    /// The same, to be started and left running.
    pub fn process(
        &self,
        args: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>,
    ) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_livectl"));
        let home = self.folder.path();
        command
            .env_clear()
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home)
            .current_dir(home)
            .args(args);
        command
    }

    /// Runs it and takes what it left.
    pub fn run(&self, args: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) -> Ran {
        Ran::from(self.livectl(args).output().unwrap())
    }
}

/// The program with a clean environment.
pub fn livectl(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_livectl"));
    command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).current_dir(home);
    command
}

/// A profile `prod` whose three vendors are all reached at `endpoint`.
pub fn profile(endpoint: &str) -> String {
    format!(
        r#"
default_profile = "prod"
[profiles.prod.jd]
username = "jcloud_00"
secret_key = "{JD_SECRET}"
endpoint = "{endpoint}"
[profiles.prod.tencent]
app_id = 1251234567
api_key = "{TENCENT_SECRET}"
endpoint = "{endpoint}"
[profiles.prod.shumei]
access_key = "{SHUMEI_SECRET}"
endpoint = "{endpoint}"
"#
    )
}

/// A profile `prod` that speaks the later generation of each API that has one, at `endpoint`.
pub fn later_profile(endpoint: &str) -> String {
    format!(
        r#"
default_profile = "prod"
[profiles.prod.jd]
api = "openapi"
access_key_id = "JDC_4715"
secret_access_key = "{OPENAPI_SECRET}"
endpoint = "{endpoint}"
[profiles.prod.tencent]
api = "v3"
secret_id = "AKID4716"
secret_key = "{V3_SECRET}"
domain = "push.example.com"
endpoint = "{endpoint}"
[profiles.prod.shumei]
access_key = "{SHUMEI_SECRET}"
endpoint = "{endpoint}"
"#
    )
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The one document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The results on standard output, a line each.
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}
