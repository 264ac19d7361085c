//! A run of the program against one fault.

use std::sync::LazyLock;

use jsonschema::Validator;
use livectl::cli::schema::schema;

use super::{ExpectedOutcome, FaultRow, Op, Remote};
use crate::fault_server::Blackhole;
use crate::prelude::*;
use crate::secrets::{PROXY_PASSWORD, control_character};

use Op::{Cut, OpenapiDrop, OpenapiOnline, Status};
use Remote::{Address, Named, NoAnswer, NoTls, Proxy, ProxyAt, Server, Tls};

/// A run of the program against one fault.
pub struct FaultCase<'a> {
    row: &'a FaultRow,
    op: Op,
    home: TestHome,
    server: Option<FaultServer>,
    proxy: Option<(&'static str, String)>,
}

static BLACKHOLE: LazyLock<Option<Blackhole>> = LazyLock::new(Blackhole::open);

impl<'a> FaultCase<'a> {
    /// Nothing where this machine cannot play the fault.
    pub fn new(row: &'a FaultRow, op: Op) -> Option<Self> {
        let mut proxy = None;
        let (endpoint, server) = match (row.remote)(op) {
            Server(acts) => Self::started(FaultServer::start(acts), str::to_owned),
            NoTls(acts) => {
                Self::started(FaultServer::start(acts), |url| url.replace("http://", "https://"))
            }
            Named(name, acts) => {
                Self::started(FaultServer::start(acts), |url| url.replace("127.0.0.1", name))
            }
            Tls(certificate, acts) => {
                Self::started(FaultServer::start_tls(certificate, acts), str::to_owned)
            }
            Address(url) => (url.to_owned(), None),
            NoAnswer => (format!("http://{}", BLACKHOLE.as_ref()?.address), None),
            Proxy(scheme, acts) => {
                let server = FaultServer::start(acts);
                proxy = Some((scheme, format!("http://me:{PROXY_PASSWORD}@{}", server.address)));
                (format!("{scheme}://vendor.test"), Some(server))
            }
            ProxyAt(scheme, url) => {
                proxy = Some((scheme, url.to_owned()));
                (format!("{scheme}://vendor.test"), None)
            }
        };
        let home = TestHome::new(&endpoint);
        let authority = home.write("ca.pem", AUTHORITY.pem());
        let settings = format!("[profiles.prod]\nca_file = '{}'\n", authority.display());
        home.write_config(&(op.profile(&endpoint) + &settings));
        Some(Self { row, op, home, server, proxy })
    }

    fn started(
        server: FaultServer,
        endpoint: impl Fn(&str) -> String,
    ) -> (String, Option<FaultServer>) {
        (endpoint(&server.url()), Some(server))
    }

    pub fn run(&self, args: &[&str]) -> RunOutput {
        let mut command = self.home.livectl(args);
        command.args(["-o", "json", "-vvv", "--journal", "night.jsonl"]).args(self.op.args());
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        if let Some((scheme, url)) = &self.proxy {
            command.env(format!("{scheme}_proxy"), url);
        }
        RunOutput::from(command.timeout(Duration::from_mins(1)).output().unwrap())
    }

    /// All that is wrong with what the program did.
    pub fn problems(&self) -> Vec<String> {
        let output = self.run(&[self.row.limits, &["--attempts", "2"]].concat());
        let mut problems = self.mismatches(&output);
        problems.extend(self.leaked(&output));
        let shown: String = format!("{output:?}").chars().take(1500).collect();
        problems
            .iter()
            .map(|problem| format!("{} {:?}: {problem}\n    {shown}", self.row.name, self.op))
            .collect()
    }

    fn expected(&self) -> ExpectedOutcome {
        let expected = match self.op {
            Cut | OpenapiDrop => self.row.drop,
            _ => self.row.expected,
        };
        match (self.op, expected.outcome) {
            (Status | OpenapiOnline, "applied") => ExpectedOutcome { outcome: "read", ..expected },
            _ => expected,
        }
    }

    fn mismatches(&self, output: &RunOutput) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |what: &str, is: &Value, expected: Value| {
            if *is != expected {
                problems.push(format!("{what} is {is}, not {expected}"));
            }
        };
        let ExpectedOutcome { outcome, attempts, kind, exit_code } = self.expected();
        check("the exit code", &json!(output.code), json!(exit_code));
        let document: Value = match serde_json::from_str(&output.stdout) {
            Ok(document) => document,
            Err(error) => return vec![format!("no document: {error}")],
        };
        let (result, error) = match document["results"].as_array().map(Vec::as_slice) {
            Some([result]) => (result.clone(), result["error"].clone()),
            _ => (json!({"attempts": 0, "outcome": ""}), document["error"].clone()),
        };
        check("the outcome", &result["outcome"], json!(outcome));
        check("the number of attempts", &result["attempts"], json!(attempts));
        check("`ok`", &document["ok"], json!(exit_code == 0));
        let said = error["kind"].as_str().unwrap_or_default();
        let is_expected = kind.split('|').any(|kind| kind == said);
        check("that the kind is one of those expected", &json!(is_expected), json!(true));
        if let Some(server) = &self.server {
            let arrived = server.arrivals_up_to(attempts);
            check("the number of requests that arrived", &json!(arrived), json!(attempts));
            if outcome == "not_applied"
                && ["network", "timeout", "tls"].contains(&kind)
                && self.proxy.is_none()
            {
                check("what the vendor read", &json!(server.requests().len()), json!(0));
            }
        }
        check("what breaks the schema", &json!(broken_rule(&document)), json!(null));
        let has_crashed =
            output.stderr.contains("livectl itself failed") || output.stderr.contains("panicked");
        check("that it crashed", &json!(has_crashed), json!(false));
        problems
    }

    fn leaked(&self, output: &RunOutput) -> Vec<String> {
        let requests = self.server.as_ref().map(FaultServer::requests).unwrap_or_default();
        let mut signatures: Vec<_> =
            requests.iter().filter_map(ReceivedRequest::signature).collect();
        signatures.push(PROXY_PASSWORD.to_owned());
        let mut problems = Vec::new();
        for (place, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            problems.extend(leak(text, &signatures).map(|leak| format!("{place} shows {leak}")));
            problems.extend(control_character(text).map(|c| format!("{place} holds a raw {c:?}")));
        }
        let leak = leak_in_files(self.home.folder.path(), &signatures);
        problems.extend(leak.map(|leak| format!("a file shows {leak}")));
        problems
    }
}

fn broken_rule(document: &Value) -> Option<String> {
    static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(&schema(VENDORS, "results").unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    SCHEMA.validate(document).err().map(|error| error.to_string())
}
