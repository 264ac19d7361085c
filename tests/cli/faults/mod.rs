//! Every fault that a network, a proxy or a vendor can make, scripted: one table, a row a fault, run for each operation.

mod answers;
mod case;
mod connections;
mod outcomes;

use std::io::{self, Write as _};

use answers::{http_statuses, look_answers, newer_verdicts, sequences, verdicts};
use connections::{before_sending, while_waiting};

use crate::prelude::*;

use Op::{
    Ban, Close, Cut, Forbid, OpenapiDrop, OpenapiOnline, Permit, Resume, Status, Timeout, V3Forbid,
};
use Remote::Server;
use ServerStep::Send;

/// How many cases [`every_fault_has_its_outcome`] runs: each row, once for each of its operations.
pub fn case_count() -> usize {
    table().iter().map(|row| row.operations.len()).sum()
}

/// The arguments of one command for each operation that acts, at the legacy API.
pub fn commands() -> impl Iterator<Item = &'static [&'static str]> {
    ALL.iter().map(|op| op.args())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Timeout,
    Ban,
    Permit,
    Forbid,
    Resume,
    Cut,
    Close,
    OpenapiDrop,
    V3Forbid,
    Status,
    OpenapiOnline,
}

/// Those that act at a legacy API, whose replies are flat.
const ALL: &[Op] = &[Timeout, Ban, Permit, Forbid, Resume, Cut, Close];
const JD: &[Op] = &[Timeout, Ban, Permit];
const TENCENT: &[Op] = &[Forbid, Resume, Cut];
const SHUMEI: &[Op] = &[Close];
/// Those at a newer API: a PUT and a GET at JD's, a POST at Tencent's.
const NEWER: &[Op] = &[OpenapiDrop, OpenapiOnline, V3Forbid];
const OPENAPI: &[Op] = &[OpenapiDrop, OpenapiOnline];
const V3: &[Op] = &[V3Forbid];
/// Those at APIs whose quota is not by the minute; JD's `OpenAPI` takes minutes, which the engine's own tests have.
const BY_SECOND: &[Op] = &[Timeout, Ban, Permit, Forbid, Resume, Cut, Close, V3Forbid, Status];
/// All of these, and one that looks at a legacy API.
#[rustfmt::skip]
const EVERY: &[Op] = &[
    Timeout, Ban, Permit, Forbid, Resume, Cut, Close, OpenapiDrop, OpenapiOnline, V3Forbid, Status,
];

impl Op {
    fn args(self) -> &'static [&'static str] {
        match self {
            Timeout => &["jd", "timeout", "push.example.com", "--seconds", "30"],
            Ban => &["jd", "forbid", "live/cam1", "--domain", "push.example.com", "--for", "30m"],
            Permit => &["jd", "permit", "live/cam1", "--domain", "push.example.com"],
            Forbid | V3Forbid => &["tencent", "forbid", "8888_test123", "--for", "2h"],
            Resume => &["tencent", "resume", "8888_test123"],
            Cut => &["tencent", "drop", "8888_test123"],
            Status => &["tencent", "status", "8888_test123"],
            Close => &["shumei", "close", "1639825145166"],
            OpenapiDrop => &["jd", "drop", "live/cam1", "--domain", "push.example.com"],
            OpenapiOnline => &["jd", "online", "--domain", "push.example.com"],
        }
    }

    fn profile(self, endpoint: &str) -> String {
        if NEWER.contains(&self) { newer_profile(endpoint) } else { profile(endpoint) }
    }

    /// The text with the vendor's own words: `$v` for the field with the verdict, `$ok` for success, `$msg` for the field with
    /// the message, `$body` for a body that means success, `$len` for its length, `$no` for a body that refuses.
    fn fill(self, text: &str) -> String {
        let (verdict, ok, message, body) = match self {
            Timeout => (
                "status",
                "0",
                "msg",
                r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#,
            ),
            Ban | Permit => {
                ("status", "0", "msg", r#"{"status":0,"msg":"","data":"push.example.com"}"#)
            }
            Forbid | Resume | Cut => ("ret", "0", "message", r#"{"ret":0,"message":"success"}"#),
            Status => {
                ("ret", "0", "message", r#"{"ret":0,"message":"success","output":[{"status":1}]}"#)
            }
            Close => (
                "code",
                "1100",
                "message",
                r#"{"code":1100,"message":"成功","requestId":"1639825145166"}"#,
            ),
            OpenapiDrop => ("code", "0", "message", r#"{"requestId":"r-1","result":{}}"#),
            OpenapiOnline => {
                let body = r#"{"requestId":"r-1","result":{"totalCount":1,"onlineStreamInfos":[{"appName":"live"}]}}"#;
                ("code", "0", "message", body)
            }
            V3Forbid => ("Code", "0", "Message", r#"{"Response":{"RequestId":"r-1"}}"#),
        };
        let refusal = match self {
            OpenapiDrop | OpenapiOnline => {
                r#"{"requestId":"r-1","error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#
            }
            V3Forbid => {
                r#"{"Response":{"RequestId":"r-1","Error":{"Code":"InvalidParameter","Message":"no"}}}"#
            }
            _ => r#"{"$v":31337}"#,
        };
        let text = text
            .replace("$no", refusal)
            .replace("$body", body)
            .replace("$len", &body.len().to_string());
        text.replace("$v", verdict).replace("$ok", ok).replace("$msg", message)
    }
}

/// Who answers, and how.
enum Remote {
    /// The vendor's server.
    Server(Vec<ServerAct>),
    /// The vendor's server, over TLS.
    Tls(CertificateKind, Vec<ServerAct>),
    /// An endpoint that begins with https, and a server that does not speak TLS.
    NoTls(Vec<ServerAct>),
    /// An endpoint where no server of ours is.
    Address(&'static str),
    /// An endpoint by another name than its address.
    Named(&'static str, Vec<ServerAct>),
    /// An address that does not answer.
    NoAnswer,
    /// A proxy on the way to an endpoint of this scheme.
    Proxy(&'static str, Vec<ServerAct>),
    /// A proxy where no server of ours is.
    ProxyAt(&'static str, &'static str),
}

struct FaultRow {
    name: &'static str,
    operations: &'static [Op],
    remote: Box<dyn Fn(Op) -> Remote + std::marker::Send + Sync>,
    expected: ExpectedOutcome,
    /// What must come of a drop, which is not sent again once it is in doubt.
    drop: ExpectedOutcome,
    limits: &'static [&'static str],
}

/// What must come of it, at `--attempts 2`.
#[derive(Clone, Copy, Debug)]
struct ExpectedOutcome {
    outcome: &'static str,
    attempts: usize,
    /// One of several where the machine decides, divided by `|`.
    kind: &'static str,
    exit_code: i32,
}

fn applied(attempts: usize) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "applied", attempts, kind: "", exit_code: 0 }
}

fn not_applied(attempts: usize, kind: &'static str) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "not_applied", attempts, kind, exit_code: 5 }
}

fn unknown(attempts: usize, kind: &'static str) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "unknown", attempts, kind, exit_code: 4 }
}

fn row<S>(
    name: &'static str,
    operations: &'static [Op],
    remote: S,
    expected: ExpectedOutcome,
) -> FaultRow
where
    S: Fn(Op) -> Remote + std::marker::Send + Sync + 'static,
{
    let drop = match expected.outcome {
        "unknown" => ExpectedOutcome { attempts: 1, ..expected },
        _ => expected,
    };
    FaultRow { name, operations, remote: Box::new(remote), expected, drop, limits: &[] }
}

impl FaultRow {
    fn drop(self, drop: ExpectedOutcome) -> Self {
        Self { drop, ..self }
    }

    /// The fault is that time passes.
    fn hasty(self) -> Self {
        Self { limits: &["--timeout", "1s"], ..self }
    }

    fn is_hasty(&self) -> bool {
        !self.limits.is_empty()
    }
}

/// One answer, with the vendor's own body for success.
fn reply(op: Op, status: &str, headers: &str) -> ServerAct {
    ServerAct::answer(vec![Send(http(status, headers, op.fill("$body")))])
}

fn success(op: Op) -> ServerAct {
    reply(op, "200 OK", "")
}

/// A status that contradicts a body for success.
fn status(status: &'static str) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![reply(op, status, "")])
}

fn status_with(status: &'static str, headers: &'static str) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![reply(op, status, headers)])
}

/// HTTP 200 with this body.
fn replies(body: &'static str) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", op.fill(body)))])])
}

/// These bytes, whatever they are, and then the end of the connection.
fn sends(text: &'static str) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![ServerAct::answer(vec![Send(op.fill(text).into()), ServerStep::Close])])
}

fn signature(request: &ReceivedRequest) -> String {
    request.signature().unwrap()
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body";

/// Every fault, with what must come of it.
fn table() -> Vec<FaultRow> {
    [
        before_sending(),
        while_waiting(),
        http_statuses(),
        verdicts(),
        newer_verdicts(),
        look_answers(),
        sequences(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Not with `eprintln!`, which the test harness keeps to itself.
pub fn report_skipped(what: &str) {
    let _ = writeln!(io::stderr(), "skipped: {what}, which this machine cannot play");
}
