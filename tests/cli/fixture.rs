//! The fixture: a home folder with a profile that names the test's own server, and the command.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Output, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use jsonschema::Validator;
use livectl::api::VENDORS;
use livectl::cli::schema::schema;
use serde_json::Value;
use tempfile::TempDir;

use super::fault_server::FaultServer;
use super::fault_server::request::ReceivedRequest;
use super::recording_server::RecordingServer;
use super::vendor_messages::SentOperation;

/// Credentials that no output may ever hold.
pub const JD_SECRET: &str = "canary-jd-SECRET-4711/+=";
pub const TENCENT_SECRET: &str = "canary-tencent-SECRET-4712";
pub const SHUMEI_SECRET: &str = "canary+shumei/4713";
/// The same for the newer APIs.
pub const OPENAPI_SECRET: &str = "canary-openapi-SECRET-4715/+=";
pub const V3_SECRET: &str = "canary-v3-SECRET-4716";

/// The zone of tables, in the form of POSIX, which needs no files: eight hours before UTC.
pub const ZONE: &str = "CST-8";

/// A home folder, which is the working folder too, with a profile file in it.
pub struct TestHome {
    pub folder: TempDir,
}

impl TestHome {
    /// A profile `prod` whose three vendors are all reached at `endpoint`, such as `http://127.0.0.1:1234`.
    pub fn new(endpoint: &str) -> Self {
        let home = Self::empty();
        home.write_config(&profile(endpoint));
        home
    }

    /// A profile `prod` of the newer APIs, whose vendors are all reached at `endpoint`.
    pub fn newer(endpoint: &str) -> Self {
        let home = Self::empty();
        home.write_config(&newer_profile(endpoint));
        home
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

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write_config(&self, content: &str) {
        std::fs::create_dir_all(self.path("livectl")).unwrap();
        self.write("livectl/config.toml", content);
    }

    /// The program with this folder as its home and working folder.
    pub fn livectl(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::from_std(self.command(env!("CARGO_BIN_EXE_livectl")));
        command.args(args);
        command
    }

    /// The program, to be started and left running, its output in pipes.
    pub fn process(
        &self,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> std::process::Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_livectl"));
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A shell in this home that runs a script, in which `$0` is the program.
    pub fn shell(&self, script: &str) -> std::process::Command {
        let mut command = self.command("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_livectl")]);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Any program with this folder as its home and working folder, and nothing else of the environment.
    pub fn command(&self, program: &str) -> std::process::Command {
        restore_default_signals();
        let home = self.folder.path();
        let mut command = std::process::Command::new(program);
        command.env_clear().env("HOME", home).env("XDG_CONFIG_HOME", home).current_dir(home);
        command.env("TZ", ZONE);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> RunOutput {
        RunOutput::from(self.livectl(args).output().unwrap())
    }

    /// Runs a command line whose words are divided by blanks.
    pub fn run_line(&self, line: &str) -> RunOutput {
        self.run(line.split_whitespace())
    }

    /// Runs a command line with `-o json`.
    pub fn run_json(&self, line: &str) -> RunOutput {
        self.run_line(&format!("{line} -o json"))
    }

    /// Runs a command line with this text on standard input.
    pub fn run_with_input(&self, line: &str, input: impl Into<Vec<u8>>) -> RunOutput {
        let mut command = self.livectl(line.split_whitespace());
        RunOutput::from(command.write_stdin(input).output().unwrap())
    }
}

/// `livectl sandbox` on a port of its own, and a home with the profile that it prints.
pub struct ServedSandbox {
    child: Child,
    pub address: String,
    pub home: TestHome,
    /// The profile of the newer APIs that it prints too.
    newer: String,
}

impl ServedSandbox {
    pub fn start() -> Self {
        let home = TestHome::empty();
        let mut child = home.process(["sandbox", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let address = lines.next().unwrap().strip_prefix("# Listening on ").unwrap().to_owned();
        // A profile ends with the endpoint of the last vendor.
        let mut profile = || {
            let mut profile = String::new();
            while profile.matches("endpoint = ").count() < VENDORS.iter().count() {
                profile.push_str(&lines.next().unwrap());
                profile.push('\n');
            }
            profile
        };
        home.write_config(&profile());
        let newer = profile();
        Self { child, address, home, newer }
    }

    /// One whose runs are remembered, since its profiles are not marked as those of a sandbox: `local` and, for the newer
    /// APIs, `next`.
    pub fn remembered() -> Self {
        let served = Self::start();
        let config = served.home.read("livectl/config.toml") + &served.newer;
        served.home.write_config(&config.replace("sandbox = true\n", ""));
        served
    }

    /// The state of all streams.
    pub fn state(&self) -> Value {
        let mut stream = TcpStream::connect(self.address.trim_start_matches("http://")).unwrap();
        let request = "GET /sandbox/state HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {response}"))
    }
}

impl Drop for ServedSandbox {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Gives children the default action of signals that the caller of the tests ignores, as `cargo test &` in a script does.
///
/// A child inherits an ignored signal, and livectl rightly keeps ignoring it. A signal that this process handles is
/// reset in a child by the system itself; so the tests handle the ones that are ignored.
#[cfg(unix)]
pub fn restore_default_signals() {
    use tokio::signal::unix::{SignalKind, signal};
    static DONE: std::sync::Once = std::sync::Once::new();
    DONE.call_once(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        for kind in kinds {
            let script = format!("kill -{} $$; exit 0", kind.as_raw_value());
            let shell = std::process::Command::new("sh").args(["-c", &script]).status().unwrap();
            if shell.success() {
                // Registered for the life of the process.
                drop(signal(kind).unwrap());
            }
        }
    });
}

#[cfg(not(unix))]
pub fn restore_default_signals() {}

/// A test server that plays every vendor.
pub trait VendorServer {
    /// The endpoint that a profile names.
    fn endpoint(&self) -> String;

    /// The requests that came, in the order of arrival.
    fn received(&self) -> Vec<ReceivedRequest>;

    /// A profile that reaches all vendors here.
    fn home(&self) -> TestHome {
        TestHome::new(&self.endpoint())
    }

    /// A profile of the newer APIs that reaches all vendors here.
    fn newer_home(&self) -> TestHome {
        TestHome::newer(&self.endpoint())
    }

    /// All operations that were asked for, one a target, in the order of arrival.
    fn operations(&self) -> Vec<SentOperation> {
        self.received().iter().flat_map(ReceivedRequest::operations).collect()
    }

    /// The targets of these operations.
    fn targets(&self) -> Vec<String> {
        self.operations().into_iter().map(|operation| operation.target).collect()
    }

    /// Waits until so many requests came.
    #[track_caller]
    fn wait_for(&self, requests: usize) {
        let start = Instant::now();
        while self.received().len() < requests {
            assert!(start.elapsed() < Duration::from_secs(20), "only {:?} came", self.received());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl VendorServer for RecordingServer {
    fn endpoint(&self) -> String {
        self.url()
    }

    fn received(&self) -> Vec<ReceivedRequest> {
        self.requests()
    }
}

impl VendorServer for FaultServer {
    fn endpoint(&self) -> String {
        self.url()
    }

    fn received(&self) -> Vec<ReceivedRequest> {
        self.requests()
    }
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
{}"#,
        shumei_section(endpoint)
    )
}

fn shumei_section(endpoint: &str) -> String {
    format!("[profiles.prod.shumei]\naccess_key = \"{SHUMEI_SECRET}\"\nendpoint = \"{endpoint}\"\n")
}

/// A profile `prod` that uses the newer API of each vendor that has one, at `endpoint`.
pub fn newer_profile(endpoint: &str) -> String {
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
{}"#,
        shumei_section(endpoint)
    )
}

/// The output of a run of the program.
#[derive(Debug)]
pub struct RunOutput {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for RunOutput {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Checks the document of a command other than a run against its schema. Those of runs have tests of their own.
fn check_report(document: &Value) {
    static VALIDATORS: LazyLock<Vec<(String, Validator)>> = LazyLock::new(|| {
        let validator = |name: &str| {
            let schema = schema(VENDORS, name).unwrap();
            let schema: Value = serde_json::from_str(&schema).unwrap();
            let id = schema["title"].as_str().unwrap().to_owned();
            (id, jsonschema::validator_for(&schema).unwrap())
        };
        ["config-check", "config-show", "doctor"].map(validator).into()
    });
    let validators = VALIDATORS.iter().filter(|(id, _)| document["schema"] == id.as_str());
    for (_, validator) in validators {
        let errors: Vec<_> =
            validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{document}");
    }
}

impl RunOutput {
    /// The one document on standard output.
    pub fn json(&self) -> Value {
        let document = serde_json::from_str(&self.stdout);
        let document = document.unwrap_or_else(|error| panic!("{error}: {self:?}"));
        check_report(&document);
        document
    }

    /// The results on standard output, a line each.
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The results of the document.
    pub fn results(&self) -> Vec<Value> {
        self.json()["results"].as_array().unwrap_or_else(|| panic!("{self:?}")).clone()
    }

    /// The one result of the document.
    #[track_caller]
    pub fn only_result(&self) -> Value {
        let results = self.results();
        assert_eq!(results.len(), 1, "{self:?}");
        results[0].clone()
    }

    /// The targets of the results.
    pub fn targets(&self) -> Vec<String> {
        let target = |result: &Value| result["operation"]["target"].as_str().unwrap().to_owned();
        self.results().iter().map(target).collect()
    }

    /// The operations of the results, as `apply` reads them.
    pub fn operations(&self) -> Vec<Value> {
        self.results().iter().map(|result| result["operation"].clone()).collect()
    }

    /// Each outcome, with the kind of its error where it has one, such as `skipped done_before`.
    pub fn outcomes(&self) -> Vec<String> {
        self.results().iter().map(outcome).collect()
    }
}

/// A result's outcome, with the kind of its error where it has one.
pub fn outcome(result: &Value) -> String {
    let outcome = result["outcome"].as_str().unwrap();
    match result["error"]["kind"].as_str() {
        Some(kind) => format!("{outcome} {kind}"),
        None => outcome.to_owned(),
    }
}

/// One a line, as lists and `apply` are read.
pub fn lines(items: impl IntoIterator<Item = impl ToString>) -> String {
    let lines: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    lines.join("\n")
}
