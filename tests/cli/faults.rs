//! Every fault that a network, a proxy or a vendor can make, scripted: one table, a row a fault, run for each operation.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jsonschema::Validator;
use livectl::api::VENDORS;
use livectl::cli::schema::schema;
use serde_json::{Value, json};

use super::fault_server::certificates::{AUTHORITY, CertificateKind};
use super::fault_server::request::ReceivedRequest;
use super::fault_server::{Blackhole, FaultServer, ServerAct, ServerStep, http};
use super::fixture::{RunOutput, TestHome, newer_profile, profile};
use super::secrets::{PROXY_PASSWORD, leak, leak_in_files, obeyed};

use CertificateKind::{Expired, Good, Late, NotYetValid, SelfSigned, WrongHost};
use Op::{
    Ban, Close, Cut, Forbid, OpenapiDrop, OpenapiOnline, Permit, Resume, Status, Timeout, V3Forbid,
};
use ServerStep::{Drip, Forever, Hang, Pause, Send};

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

use Remote::{Address, Named, NoAnswer, NoTls, Proxy, ProxyAt, Server, Tls};

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

fn is_read(attempts: usize) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "read", attempts, kind: "", exit_code: 0 }
}

fn not_applied(attempts: usize, kind: &'static str) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "not_applied", attempts, kind, exit_code: 5 }
}

fn unknown(attempts: usize, kind: &'static str) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "unknown", attempts, kind, exit_code: 4 }
}

/// Nothing could be sent.
fn refused_by_us() -> ExpectedOutcome {
    ExpectedOutcome { outcome: "", attempts: 0, kind: "config", exit_code: 3 }
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

fn replies_bytes(body: impl Into<Vec<u8>>) -> impl Fn(Op) -> Remote {
    let body = body.into();
    move |_| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", &body))])])
}

/// These bytes, whatever they are, and then the end of the connection.
fn sends(text: &'static str) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![ServerAct::answer(vec![Send(op.fill(text).into()), ServerStep::Close])])
}

/// These bytes, and then something else.
fn sends_then(text: &'static str, step: ServerStep) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![ServerAct::answer(vec![Send(op.fill(text).into()), step.clone()])])
}

fn unread(steps: Vec<ServerStep>) -> impl Fn(Op) -> Remote {
    move |_| Server(vec![ServerAct::OnConnect(steps.clone())])
}

/// The vendor refuses, in words made of the request.
fn repeats(words: fn(&ReceivedRequest) -> String) -> impl Fn(Op) -> Remote {
    move |op| {
        let answer = move |request: &ReceivedRequest| {
            let body = op.fill(r#"{"$v":31337,"$msg":$words,"deep":[{$words:1}]}"#);
            vec![Send(http(
                "200 OK",
                "",
                body.replace("$words", &json!(words(request)).to_string()),
            ))]
        };
        Server(vec![ServerAct::OnRequest(Box::new(answer))])
    }
}

/// No answer of the vendor's, made of the request.
fn portal(words: fn(&ReceivedRequest) -> String) -> impl Fn(Op) -> Remote {
    move |_| {
        let answer = move |request: &ReceivedRequest| {
            vec![Send(http("200 OK", "", format!("<p>{}", words(request))))]
        };
        Server(vec![ServerAct::OnRequest(Box::new(answer))])
    }
}

fn signature(request: &ReceivedRequest) -> String {
    request.signature().unwrap()
}

fn encoded(request: &ReceivedRequest) -> String {
    super::secrets::encodings(&signature(request)).join(" ")
}

const MS: Duration = Duration::from_millis(1);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body";
const JUNK: &str = "0123456789abcdef";
const PAST: &str = "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
const FAR: &str = "Retry-After: Fri, 21 Nov 2098 10:00:00 GMT\r\n";
const HUGE: &str = "Retry-After: 99999999999999999999999999\r\n";

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

#[rustfmt::skip]
fn before_sending() -> Vec<FaultRow> {
    vec![
        row("refused", EVERY, |_| Address("http://127.0.0.1:1"), not_applied(2, "network")),
        row("dns_nxdomain", EVERY, |_| Address("http://name.invalid"), not_applied(2, "network|timeout")),
        row("dns_wrong_family", EVERY, |op| Named("localhost", vec![success(op)]), applied(1)),
        row("blackhole", EVERY, |_| NoAnswer, not_applied(2, "timeout")).hasty(),
        row("connect_slow", EVERY, |op| Tls(Late, vec![success(op)]), applied(1)),
        row("tls_good", EVERY, |op| Tls(Good, vec![success(op)]), applied(1)),
        row("tls_self_signed", EVERY, |op| Tls(SelfSigned, vec![success(op)]), not_applied(1, "tls")),
        row("tls_expired", EVERY, |op| Tls(Expired, vec![success(op)]), not_applied(1, "tls")),
        row("tls_not_yet_valid", EVERY, |op| Tls(NotYetValid, vec![success(op)]), not_applied(1, "tls")),
        row("tls_wrong_host", EVERY, |op| Tls(WrongHost, vec![success(op)]), not_applied(1, "tls")),
        row("tls_old_version", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![Send(vec![21, 3, 1, 0, 2, 2, 70]), ServerStep::Close])]), not_applied(2, "tls")),
        row("tls_port_is_plain", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![Send(http("400 Bad Request", "", "")), ServerStep::Close])]), not_applied(2, "tls")),
        row("tls_port_is_ssh", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![Send(b"SSH-2.0-OpenSSH_9.2\r\n".into()), Hang])]), not_applied(2, "tls")),
        row("tls_closed", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![ServerStep::Close])]), not_applied(2, "tls")),
        row("tls_reset", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![ServerStep::Reset])]), not_applied(2, "tls")),
        row("tls_hang", EVERY, |_| NoTls(vec![ServerAct::OnConnect(vec![Hang])]), not_applied(2, "timeout")).hasty(),
        row("proxy_works", EVERY, |op| Proxy("http", vec![success(op)]), applied(1)),
        row("proxy_refused", EVERY, |_| ProxyAt("http", "http://127.0.0.1:1"), not_applied(2, "network")),
        row("proxy_refused_tunnel", EVERY, |_| ProxyAt("https", "http://127.0.0.1:1"), not_applied(2, "network")),
        row("proxy_407", EVERY, |op| Proxy("http", vec![reply(op, "407 Proxy Authentication Required", "")]), not_applied(1, "http")),
        row("proxy_407_tunnel", EVERY, |op| Proxy("https", vec![reply(op, "407 Proxy Authentication Required", "")]), not_applied(2, "network")),
        row("proxy_502_tunnel", EVERY, |op| Proxy("https", vec![reply(op, "502 Bad Gateway", "")]), not_applied(2, "network")),
        row("proxy_junk_tunnel", EVERY, |_| Proxy("https", vec![ServerAct::answer(vec![Send(JUNK.into()), ServerStep::Close])]), not_applied(2, "network")),
        row("proxy_closes_tunnel", EVERY, |_| Proxy("https", vec![ServerAct::answer(vec![ServerStep::Close])]), not_applied(2, "network")),
        row("proxy_hangs_tunnel", EVERY, |_| Proxy("https", vec![ServerAct::answer(vec![Hang])]), not_applied(2, "timeout")).hasty(),
        row("proxy_tunnel_to_plain", EVERY, |_| Proxy("https", vec![ServerAct::answer(vec![Send(b"HTTP/1.1 200 OK\r\n\r\n".into()), Pause(MS * 300), Send(http("400 Bad Request", "", "")), Hang])]), not_applied(2, "tls")),
        row("proxy_repeats_it_all", EVERY, |_| Proxy("http", vec![ServerAct::OnRequest(Box::new(|request| vec![Send(http("200 OK", "", request.text()))]))]), unknown(2, "protocol")),
        row("proxy_malformed", EVERY, |_| ProxyAt("http", "http://me:canary-proxy-PASSWORD-4714@"), refused_by_us()),
        row("proxy_of_another_kind", EVERY, |_| ProxyAt("https", "socks5://me:canary-proxy-PASSWORD-4714@127.0.0.1:1"), refused_by_us()),
        row("port_is_ssh", EVERY, unread(vec![Send(b"SSH-2.0-OpenSSH_9.2\r\n".into()), Hang]), unknown(2, "network")),
    ]
}

#[rustfmt::skip]
fn while_waiting() -> Vec<FaultRow> {
    vec![
        row("reset_before_read", EVERY, unread(vec![ServerStep::Reset]), unknown(2, "network")),
        row("reset_after_read", EVERY, sends_then("", ServerStep::Reset), unknown(2, "network")),
        row("reset_in_the_body", EVERY, sends_then("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", ServerStep::Reset), unknown(2, "network")),
        row("close_before_read", EVERY, unread(vec![ServerStep::Close]), unknown(2, "network")),
        row("close_no_reply", EVERY, sends(""), unknown(2, "network")),
        row("hang_no_reply", EVERY, sends_then("", Hang), unknown(2, "timeout")).hasty(),
        row("half_status_line", EVERY, sends("HTTP/1.1 20"), unknown(2, "network")),
        row("half_headers", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Le"), unknown(2, "network")),
        row("slow_headers", EVERY, sends_then("HTTP/1.1 200 OK\r\n", Forever(b"X: y\r\n".into(), MS * 100)), unknown(2, "timeout")).hasty(),
        row("headers_then_hang", EVERY, sends_then("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n", Hang), unknown(2, "timeout")).hasty(),
        row("drip_1_byte", EVERY, |op| Server(vec![ServerAct::answer(vec![Drip(op.fill(OK).into(), MS * 200)])]), unknown(2, "timeout")).hasty(),
        row("body_short", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n$body"), unknown(2, "network")),
        row("body_short_and_hang", EVERY, sends_then("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n$body", Hang), unknown(2, "timeout")).hasty(),
        row("body_long", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body{\"more\":1}"), applied(1)),
        row("body_cut", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n$body"), unknown(2, "protocol")),
        row("body_until_close", EVERY, sends("HTTP/1.1 200 OK\r\n\r\n$body"), applied(1)),
        row("body_until_close_cut", EVERY, sends("HTTP/1.1 200 OK\r\n\r\n{\"$v\":$ok"), unknown(2, "protocol")),
        row("http_1_0", EVERY, sends("HTTP/1.0 200 OK\r\n\r\n$body"), applied(1)),
        row("chunks", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", op.fill("$body").len(), op.fill("$body")).into())])]), applied(1)),
        row("chunk_cut", EVERY, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n$body"), unknown(2, "network")),
        row("chunks_without_end", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n", op.fill("$body").len(), op.fill("$body")).into()), ServerStep::Close])]), unknown(2, "network")),
        row("chunk_size_is_junk", EVERY, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n$body\r\n0\r\n\r\n"), unknown(2, "network")),
        row("chunk_size_is_huge", EVERY, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n$body\r\n0\r\n\r\n"), unknown(2, "network")),
        row("endless_body", EVERY, sends_then("HTTP/1.1 200 OK\r\n\r\n", Forever(vec![b'x'; 65_536], Duration::ZERO)), unknown(2, "protocol")),
        row("endless_after_success", EVERY, sends_then("HTTP/1.1 200 OK\r\n\r\n$body", Forever(vec![b' '; 65_536], Duration::ZERO)), unknown(2, "protocol")),
        row("endless_headers", EVERY, sends_then("HTTP/1.1 200 OK\r\n", Forever(b"X-Padding: 0123456789abcdef0123456789abcdef\r\n".repeat(1000), Duration::ZERO)), unknown(2, "network")),
        row("gzip_bomb", EVERY, |_| Server(vec![ServerAct::answer(vec![Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03".into()), Forever(vec![0; 65_536], Duration::ZERO)])]), unknown(2, "protocol")),
        row("gzip_not_asked_for", EVERY, status_with("200 OK", "Content-Encoding: gzip\r\n"), applied(1)),
        row("continue_then_hang", EVERY, sends_then("HTTP/1.1 100 Continue\r\n\r\n", Hang), unknown(2, "timeout")).hasty(),
        row("continue_forever", EVERY, sends_then("", Forever(b"HTTP/1.1 100 Continue\r\n\r\n".into(), MS)), unknown(2, "timeout")).hasty(),
        row("early_hints_then_success", EVERY, sends("HTTP/1.1 103 NotYetValid Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body"), applied(1)),
        row("switching_protocols", EVERY, sends("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n$body"), unknown(2, "http")),
        row("latency_jitter", EVERY, |op| Server(vec![ServerAct::answer(vec![Pause(MS * 150), Send(op.fill("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n").into()), Pause(MS * 150), Send(op.fill("\r\n$body").into())])]), applied(1)),
        row("bandwidth_1k", EVERY, |op| Server(vec![ServerAct::answer(vec![Drip(op.fill(OK).into(), MS)])]), applied(1)),
        row("slicer", EVERY, |op| Server(vec![ServerAct::answer(vec![Drip(op.fill(OK).into(), Duration::ZERO)])]), applied(1)),
        row("junk", EVERY, sends(JUNK), unknown(2, "network")),
        row("nul_bytes", EVERY, sends("\0\0\0\0\r\n\r\n"), unknown(2, "network")),
        row("http_2", EVERY, sends("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), unknown(2, "network")),
        row("two_content_lengths", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: $len\r\nContent-Length: 9\r\n\r\n$body"), unknown(2, "network")),
        row("negative_content_length", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n$body"), unknown(2, "network")),
        row("huge_content_length", EVERY, sends("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n$body"), unknown(2, "network")),
        row("bad_header_name", EVERY, sends("HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: $len\r\n\r\n$body"), unknown(2, "network")),
        row("bad_header_value", EVERY, sends("HTTP/1.1 200 OK\r\nX: \x01\r\nContent-Length: $len\r\n\r\n$body"), unknown(2, "network")),
        row("tls_close_no_reply", EVERY, |_| Tls(Good, vec![ServerAct::answer(vec![ServerStep::Close])]), unknown(2, "network")),
        row("tls_body_cut", EVERY, |op| Tls(Good, vec![ServerAct::answer(vec![Send(op.fill("HTTP/1.1 200 OK\r\n\r\n$body").into()), ServerStep::Reset])]), unknown(2, "network|tls")),
    ]
}

#[rustfmt::skip]
fn http_statuses() -> Vec<FaultRow> {
    vec![
        row("204_empty", EVERY, sends("HTTP/1.1 204 No Content\r\n\r\n"), unknown(2, "protocol")),
        row("200_empty", EVERY, replies(""), unknown(2, "protocol")),
        row("201_success", EVERY, status("201 Created"), applied(1)),
        row("301_other_host", EVERY, status_with("301 Moved Permanently", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_other_host", EVERY, status_with("302 Found", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("303_other_host", EVERY, status_with("303 See Other", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("307_other_host", EVERY, status_with("307 Temporary Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("308_other_host", EVERY, status_with("308 Permanent Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_same_host", EVERY, status_with("302 Found", "Location: /elsewhere\r\n"), not_applied(1, "redirect")),
        row("302_loop", EVERY, status_with("302 Found", "Location: ?\r\n"), not_applied(1, "redirect")),
        row("302_nowhere", EVERY, status("302 Found"), not_applied(1, "redirect")),
        row("302_https_to_http", EVERY, |op| Tls(Good, vec![reply(op, "302 Found", "Location: http://127.0.0.1:1/\r\n")]), not_applied(1, "redirect")),
        row("304", EVERY, status("304 Not Modified"), not_applied(1, "redirect")),
        row("400", EVERY, status("400 Bad Request"), not_applied(1, "http")),
        row("401", EVERY, status("401 Unauthorized"), not_applied(1, "credentials")),
        row("403", EVERY, status("403 Forbidden"), not_applied(1, "http")),
        row("404", EVERY, status("404 Not Found"), not_applied(1, "http")),
        row("405", EVERY, status("405 Method Not Allowed"), not_applied(1, "http")),
        row("407_without_a_proxy", EVERY, status("407 Proxy Authentication Required"), not_applied(1, "http")),
        row("408", EVERY, status("408 Request Timeout"), unknown(2, "http")),
        row("409", EVERY, status("409 Conflict"), not_applied(1, "http")),
        row("413", EVERY, status("413 Content Too Large"), not_applied(1, "http")),
        row("418", EVERY, status("418 I'm a teapot"), not_applied(1, "http")),
        row("429", BY_SECOND, status("429 Too Many Requests"), not_applied(2, "throttled")),
        row("429_in_0_s", BY_SECOND, status_with("429 Too Many Requests", "Retry-After: 0\r\n"), not_applied(2, "throttled")),
        row("429_in_the_past", BY_SECOND, status_with("429 Too Many Requests", PAST), not_applied(2, "throttled")),
        row("429_in_the_far_future", EVERY, status_with("429 Too Many Requests", FAR), not_applied(1, "throttled")),
        row("429_in_an_hour", EVERY, status_with("429 Too Many Requests", "Retry-After: 3600\r\n"), not_applied(1, "throttled")),
        row("429_in_aeons", EVERY, status_with("429 Too Many Requests", HUGE), not_applied(1, "throttled")),
        row("429_in_junk", BY_SECOND, status_with("429 Too Many Requests", "Retry-After: -5 soon\r\n"), not_applied(2, "throttled")),
        row("500", EVERY, status("500 Internal Server Error"), unknown(2, "http")),
        row("502", EVERY, status("502 Bad Gateway"), unknown(2, "http")),
        row("503", EVERY, status("503 Service Unavailable"), unknown(2, "http")),
        row("503_in_an_hour", EVERY, status_with("503 Service Unavailable", "Retry-After: 3600\r\n"), unknown(1, "http")),
        row("503_in_junk", EVERY, status_with("503 Service Unavailable", "Retry-After: soon\r\n"), unknown(2, "http")),
        row("504", EVERY, status("504 Gateway Timeout"), unknown(2, "http")),
        row("520", EVERY, status("520 Web Server Returned an Unknown Error"), unknown(2, "http")),
        row("522", EVERY, status("522 Connection Timed Out"), unknown(2, "http")),
        row("524", EVERY, status("524 A Timeout Occurred"), unknown(2, "http")),
        row("999", EVERY, status("999 What"), unknown(2, "http")),
        row("captive_portal", EVERY, replies("<!doctype html><title>Log in</title><form action=/login>"), unknown(2, "protocol")),
        row("captive_portal_with_success", EVERY, replies("<script>x = $body</script>"), unknown(2, "protocol")),
        row("wrong_content_type", EVERY, status_with("200 OK", "Content-Type: text/html; charset=gbk\r\n"), applied(1)),
    ]
}

#[rustfmt::skip]
fn verdicts() -> Vec<FaultRow> {
    vec![
        row("empty_object", EVERY, replies("{}"), unknown(2, "protocol")),
        row("array", EVERY, replies("[$body]"), unknown(2, "protocol")),
        row("null", EVERY, replies("null"), unknown(2, "protocol")),
        row("number", ALL, replies("$ok"), unknown(2, "protocol")),
        row("word", EVERY, replies("\"ok\""), unknown(2, "protocol")),
        row("string_zero", ALL, replies(r#"{"$v":"$ok"}"#), applied(1)),
        row("string_float", ALL, replies(r#"{"$v":"$ok.0"}"#), unknown(2, "protocol")),
        row("string_blank", ALL, replies(r#"{"$v":" $ok"}"#), unknown(2, "protocol")),
        row("float_zero", ALL, replies(r#"{"$v":$ok.0}"#), unknown(2, "protocol")),
        row("exponent", ALL, replies(r#"{"$v":$oke0}"#), unknown(2, "protocol")),
        row("leading_zero", ALL, replies(r#"{"$v":0$ok}"#), unknown(2, "protocol")),
        row("huge_integer", ALL, replies(r#"{"$v":99999999999999999999999}"#), unknown(2, "protocol")),
        row("true", ALL, replies(r#"{"$v":true}"#), unknown(2, "protocol")),
        row("verdict_null", ALL, replies(r#"{"$v":null}"#), unknown(2, "protocol")),
        row("verdict_array", ALL, replies(r#"{"$v":[$ok]}"#), unknown(2, "protocol")),
        row("missing_field", ALL, replies(r#"{"$msg":"success","data":null}"#), unknown(2, "protocol")),
        row("field_in_capitals", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok}"#).to_uppercase())(op), unknown(2, "protocol")),
        row("duplicate_field", ALL, replies(r#"{"$v":$ok,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_differs", ALL, replies(r#"{"$v":31337,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_elsewhere", ALL, replies(r#"{"$v":$ok,"data":{"a":1,"a":2}}"#), unknown(2, "protocol")),
        row("nested_only", ALL, replies(r#"{"data":{"$v":$ok}}"#), unknown(2, "protocol")),
        row("jd_success", &[Forbid, Resume, Cut, Close, OpenapiDrop, V3Forbid], replies(r#"{"status":0}"#), unknown(2, "protocol")),
        row("tencent_success", &[Timeout, Ban, Permit, Close, OpenapiDrop, V3Forbid], replies(r#"{"ret":0}"#), unknown(2, "protocol")),
        row("shumei_success", &[Timeout, Ban, Permit, Forbid, Resume, Cut, OpenapiDrop, V3Forbid], replies(r#"{"code":1100}"#), unknown(2, "protocol")),
        row("shumei_success_value", &[Timeout, Permit, Forbid, Resume], replies(r#"{"$v":1100}"#), not_applied(1, "refused")),
        row("zero_is_no_success_value", SHUMEI, replies(r#"{"code":0}"#), not_applied(1, "refused")),
        row("success_with_error_message", ALL, replies(r#"{"$v":$ok,"$msg":"FATAL: no such channel"}"#), applied(1)),
        row("unknown_code", ALL, replies(r#"{"$v":31337,"$msg":"what?"}"#), not_applied(1, "refused")),
        row("refusal_without_words", ALL, replies(r#"{"$v":31337}"#), not_applied(1, "refused")),
        row("message_is_no_text", ALL, replies(r#"{"$v":31337,"$msg":{"a":[1]}}"#), not_applied(1, "refused")),
        row("negative", &[Forbid, Resume, Close], replies(r#"{"$v":-1}"#), not_applied(1, "refused")),
        row("jd_-1", JD, replies(r#"{"status":-1}"#), unknown(2, "http")),
        row("jd_1", JD, replies(r#"{"status":1}"#), not_applied(1, "refused")),
        row("jd_3", JD, replies(r#"{"status":3}"#), not_applied(1, "credentials")),
        row("jd_7", JD, replies(r#"{"status":7,"msg":"signature error"}"#), not_applied(1, "credentials")),
        row("jd_8", JD, replies(r#"{"status":8}"#), unknown(2, "http")),
        row("jd_12", JD, replies(r#"{"status":12}"#), not_applied(1, "refused")),
        row("jd_20", JD, replies(r#"{"status":20}"#), not_applied(1, "credentials")),
        row("jd_echo_absent", JD, replies(r#"{"status":0}"#), applied(1)),
        row("jd_echo_null", JD, replies(r#"{"status":0,"data":null}"#), applied(1)),
        row("jd_echo_of_other_seconds", &[Timeout], replies(r#"{"status":0,"data":{"PublishNormalTimeout":99}}"#), unknown(1, "echo")),
        row("jd_echo_in_other_words", &[Timeout], replies(r#"{"status":0,"data":{"publishNormalTimeout":" 30 "}}"#), applied(1)),
        row("jd_echo_of_another_domain", &[Ban, Permit], replies(r#"{"status":0,"data":"other.example.com"}"#), unknown(1, "echo")),
        row("jd_echo_in_capitals", &[Permit], replies(r#"{"status":0,"data":" PUSH.example.com "}"#), applied(1)),
        row("jd_echo_is_hostile", &[Permit], replies(r#"{"status":0,"data":"\u001b[2J\r\u202e"}"#), unknown(1, "echo")),
        row("tencent_20601", TENCENT, replies(r#"{"ret":20601,"message":"channel does not exist"}"#), not_applied(1, "refused")),
        row("tencent_ret_and_retcode_differ", TENCENT, replies(r#"{"ret":0,"retcode":7}"#), unknown(2, "protocol")),
        row("tencent_ret_and_retcode_agree", TENCENT, replies(r#"{"ret":0,"retcode":"0"}"#), applied(1)),
        row("shumei_1101", SHUMEI, replies(r#"{"code":1101}"#), unknown(2, "http")),
        row("shumei_1901", SHUMEI, replies(r#"{"code":1901}"#), not_applied(2, "throttled")),
        row("shumei_1902", SHUMEI, replies(r#"{"code":1902}"#), not_applied(1, "refused")),
        row("shumei_1903", SHUMEI, replies(r#"{"code":1903}"#), unknown(2, "http")),
        row("shumei_1904", SHUMEI, replies(r#"{"code":1904}"#), not_applied(1, "refused")),
        row("shumei_9100", SHUMEI, replies(r#"{"code":9100}"#), not_applied(1, "refused")),
        row("shumei_9101", SHUMEI, replies(r#"{"code":9101}"#), not_applied(1, "credentials")),
        row("gbk", ALL, |op| replies_bytes([op.fill(r#"{"$v":$ok,"$msg":""#).as_bytes(), b"\xb3\xc9\xb9\xa6\"}"].concat())(op), unknown(2, "protocol")),
        row("utf_16", EVERY, |op| replies_bytes(op.fill("\u{feff}$body").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())(op), unknown(2, "protocol")),
        row("bom", EVERY, replies("\u{feff}$body"), unknown(2, "protocol")),
        row("blanks_around", EVERY, replies(" \r\n\t$body\r\n"), applied(1)),
        row("text_after", EVERY, replies("$body ok"), unknown(2, "protocol")),
        row("two_objects", EVERY, replies("$body$body"), unknown(2, "protocol")),
        row("cut_json", ALL, replies(r#"{"$v":$ok"#), unknown(2, "protocol")),
        row("comment", EVERY, replies("/* */$body"), unknown(2, "protocol")),
        row("jsonp", EVERY, replies("callback($body)"), unknown(2, "protocol")),
        row("single_quotes", ALL, replies("{'$v':$ok}"), unknown(2, "protocol")),
        row("nested_too_deeply", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok,"x":"#) + &"[".repeat(50_000) + &"]".repeat(50_000) + "}")(op), unknown(2, "protocol")),
        row("control_characters", ALL, replies("{\"$v\":31337,\"$msg\":\"\\u001b[31m\\r\\n\\u0007\\u009b2J\\u202e\\u200b\\u0000\"}"), not_applied(1, "refused")),
        row("raw_control_characters", ALL, replies("{\"$v\":$ok,\"$msg\":\"\x1b[2J\"}"), unknown(2, "protocol")),
        row("portal_with_ansi", EVERY, replies("\x1b]0;owned\x07\x1b[2J\r\u{9b}1m\u{202e}"), unknown(2, "protocol")),
        row("message_of_almost_1_mib", ALL, |op| replies_bytes(op.fill(r#"{"$v":31337,"$msg":""#) + &"长".repeat(349_000) + "\"}")(op), not_applied(1, "refused")),
        row("message_of_2_mib", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok,"$msg":""#) + &"x".repeat(2 << 20) + "\"}")(op), unknown(2, "protocol")),
        row("repeats_the_request", ALL, repeats(ReceivedRequest::text), not_applied(1, "refused")),
        row("repeats_the_signature", ALL, repeats(signature), not_applied(1, "refused")),
        row("repeats_the_signature_in_every_encoding", ALL, repeats(encoded), not_applied(1, "refused")),
        row("repeats_the_signature_in_capitals", ALL, repeats(|request| encoded(request).to_uppercase()), not_applied(1, "refused")),
        row("portal_repeats_the_request", EVERY, portal(|request| request.text().split_off(20)), unknown(2, "protocol")),
        row("portal_repeats_the_signature", EVERY, portal(signature), unknown(2, "protocol")),
        row("portal_repeats_the_signature_in_every_encoding", EVERY, portal(encoded), unknown(2, "protocol")),
        row("portal_repeats_the_signature_at_the_cut", EVERY, portal(|request| "x".repeat(185) + &signature(request)), unknown(2, "protocol")),
    ]
}

#[rustfmt::skip]
fn newer_verdicts() -> Vec<FaultRow> {
    let with = |status: &'static str, body: &'static str| move |_: Op| Server(vec![ServerAct::answer(vec![Send(http(status, "", body))])]);
    vec![
        row("newer_refusal", NEWER, replies("$no"), not_applied(1, "refused")),
        row("newer_id_is_no_text", NEWER, replies(r#"{"requestId":7,"result":{},"Response":{"RequestId":7}}"#), unknown(2, "protocol")),
        row("newer_id_is_null", NEWER, replies(r#"{"requestId":null,"result":{},"Response":{"RequestId":null}}"#), unknown(2, "protocol")),
        row("newer_id_is_missing", NEWER, replies(r#"{"result":{},"Response":{}}"#), unknown(2, "protocol")),
        row("newer_id_stands_twice", NEWER, replies(r#"{"requestId":"r","requestId":"r","Response":{"RequestId":"r","RequestId":"r"}}"#), unknown(2, "protocol")),
        row("newer_error_is_empty", NEWER, replies(r#"{"requestId":"r","error":{},"Response":{"RequestId":"r","Error":{}}}"#), unknown(2, "protocol")),
        row("newer_error_is_a_text", NEWER, replies(r#"{"requestId":"r","error":"no","Response":{"RequestId":"r","Error":"no"}}"#), unknown(2, "protocol")),
        row("newer_code_of_the_other_kind", NEWER, replies(r#"{"requestId":"r","error":{"code":"404"},"Response":{"RequestId":"r","Error":{"Code":404}}}"#), unknown(2, "protocol")),
        row("newer_error_beside_a_result", NEWER, replies(r#"{"requestId":"r","result":{},"error":{"code":400},"Response":{"RequestId":"r","Error":{"Code":"X"}}}"#), not_applied(1, "refused")),
        row("openapi_in_an_array", OPENAPI, replies(r#"[{"requestId":"r","result":{}}]"#), unknown(2, "protocol")),
        row("openapi_error_is_null", &[OpenapiDrop], replies(r#"{"requestId":"r","error":null,"result":null}"#), applied(1)),
        row("openapi_401", OPENAPI, with("401 Unauthorized", r#"{"requestId":"r","error":{"code":401,"status":"UNAUTHENTICATED","message":"no"}}"#), not_applied(1, "credentials")),
        row("openapi_403", OPENAPI, with("403 Forbidden", r#"{"requestId":"r","error":{"code":403,"status":"PERMISSION_DENIED","message":"no"}}"#), not_applied(1, "refused")),
        row("openapi_404", OPENAPI, with("404 Not Found", r#"{"requestId":"r","error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#), not_applied(1, "refused")),
        row("openapi_404_of_somebody_else", OPENAPI, with("404 Not Found", r#"{"error":{"code":404}}"#), not_applied(1, "http")),
        row("openapi_500_in_a_200", OPENAPI, replies(r#"{"requestId":"r","error":{"code":500,"status":"INTERNAL","message":"no"}}"#), unknown(2, "http")),
        row("openapi_success_with_a_500", OPENAPI, with("500 Internal Server Error", r#"{"requestId":"r","result":{}}"#), unknown(2, "http")),
        row("v3_error_is_null", V3, replies(r#"{"Response":{"RequestId":"r","Error":null}}"#), unknown(2, "protocol")),
        row("v3_without_its_frame", V3, replies(r#"{"RequestId":"r"}"#), unknown(2, "protocol")),
        row("v3_signature_failure", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"}}}"#), not_applied(1, "credentials")),
        row("v3_signature_expired", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureExpire","Message":"no"}}}"#), not_applied(1, "credentials")),
        row("v3_limit_exceeded", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"RequestLimitExceeded.UinLimitExceeded","Message":"no"}}}"#), not_applied(2, "throttled")),
        row("v3_internal_error", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"InternalError.UpdateDataError","Message":"no"}}}"#), unknown(2, "http")),
        row("v3_hostile_code", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"\u001b[2J\r\u202e","Message":"\u0007"}}}"#), not_applied(1, "refused")),
        row("v3_repeats_the_signature", V3, |_| Server(vec![ServerAct::OnRequest(Box::new(|request| {
            let words = encoded(request);
            let error = json!({"Response": {"RequestId": words, "Error": {"Code": words, "Message": words}}});
            vec![Send(http("200 OK", "", error.to_string()))]
        }))]), not_applied(1, "refused")),
        row("openapi_repeats_the_signature", OPENAPI, |_| Server(vec![ServerAct::OnRequest(Box::new(|request| {
            let words = encoded(request);
            let error = json!({"requestId": words, "error": {"code": 400, "status": words, "message": words}});
            vec![Send(http("400 Bad Request", "", error.to_string()))]
        }))]), not_applied(1, "refused")),
    ]
}

#[rustfmt::skip]
fn look_answers() -> Vec<FaultRow> {
    vec![
        row("status_refused", &[Status], replies(r#"{"ret":7,"message":"no"}"#), not_applied(1, "refused")),
        row("status_never_pushed", &[Status], replies(r#"{"ret":20601,"message":"no"}"#), applied(1)),
        row("status_without_output", &[Status], replies(r#"{"ret":0}"#), unknown(2, "protocol")),
        row("status_of_nothing", &[Status], replies(r#"{"ret":0,"output":[]}"#), unknown(2, "protocol")),
        row("status_is_new", &[Status], replies(r#"{"ret":0,"output":[{"status":9}]}"#), unknown(2, "protocol")),
        row("status_is_a_word", &[Status], replies(r#"{"ret":0,"output":[{"status":"live"}]}"#), unknown(2, "protocol")),
        row("status_is_hostile", &[Status], replies(r#"{"ret":0,"output":"\u001b[2J"}"#), unknown(2, "protocol")),
        row("list_is_empty", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":0,"onlineStreamInfos":[]}}"#), applied(1)),
        row("list_without_a_result", &[OpenapiOnline], replies(r#"{"requestId":"r"}"#), unknown(2, "protocol")),
        row("list_without_a_total", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"onlineStreamInfos":[]}}"#), unknown(2, "protocol")),
        row("list_with_a_negative_total", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":-1,"onlineStreamInfos":[]}}"#), unknown(2, "protocol")),
        row("list_with_a_total_in_quotes", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":"0","onlineStreamInfos":[]}}"#), applied(1)),
        row("list_that_is_none", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":{"0":{}}}}"#), unknown(2, "protocol")),
        row("list_of_nothings", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":[null]}}"#), unknown(2, "protocol")),
        row("list_of_hostile_names", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":[{"appName":"\u001b[2J","\u202e":"\r"}]}}"#), applied(1)),
        row("list_that_stops_short", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":7,"onlineStreamInfos":[]}}"#), is_read(1)),
    ]
}

#[rustfmt::skip]
fn sequences() -> Vec<FaultRow> {
    vec![
        row("503_then_success", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", ""), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("429_then_success", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), success(op)]), applied(2)),
        row("reset_then_success", EVERY, |op| Server(vec![ServerAct::OnConnect(vec![ServerStep::Reset]), success(op)]), applied(2)).drop(unknown(1, "network")),
        row("hang_then_success", EVERY, |op| Server(vec![ServerAct::answer(vec![Hang]), success(op)]), applied(2)).hasty().drop(unknown(1, "timeout")),
        row("portal_then_success", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", "<p>"))]), success(op)]), applied(2)).drop(unknown(1, "protocol")),
        row("doubt_then_refusal", EVERY, |op| Server(vec![ServerAct::answer(vec![ServerStep::Close]), ServerAct::answer(vec![Send(http("200 OK", "", op.fill("$no")))])]), unknown(2, "network")),
        row("doubt_then_404", EVERY, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "404 Not Found", "")]), unknown(2, "http")),
        row("doubt_then_redirect", EVERY, |op| Server(vec![ServerAct::OnConnect(vec![ServerStep::Reset]), reply(op, "302 Found", "")]), unknown(2, "network")),
        row("doubt_then_401", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", "<p>"))]), reply(op, "401 Unauthorized", "")]), unknown(2, "protocol")),
        row("doubt_then_429", BY_SECOND, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "429 Too Many Requests", "")]), unknown(2, "http")),
        row("429_then_doubt", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), ServerAct::answer(vec![ServerStep::Close])]), unknown(2, "network")).drop(unknown(2, "network")),
        row("429_then_refusal", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), reply(op, "404 Not Found", "")]), not_applied(2, "http")),
        row("keepalive_reused", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", "Connection: keep-alive\r\n"), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("keepalive_closed_while_idle", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), ServerStep::Close]), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("keepalive_closed_on_reuse", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", ""), ServerAct::answer(vec![ServerStep::Close])]), unknown(2, "network")).drop(unknown(1, "http")),
        row("keepalive_reset_on_reuse", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), ServerAct::answer(vec![ServerStep::Reset])]), unknown(2, "network")).drop(unknown(2, "network")),
        row("keepalive_with_an_answer_too_many", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), Send(op.fill(OK).into()), Hang]), reply(op, "404 Not Found", "")]), unknown(2, "http")),
    ]
}

/// A run of the program against one fault.
struct FaultCase<'a> {
    row: &'a FaultRow,
    op: Op,
    home: TestHome,
    server: Option<FaultServer>,
    proxy: Option<(&'static str, String)>,
}

static BLACKHOLE: LazyLock<Option<Blackhole>> = LazyLock::new(Blackhole::open);

impl<'a> FaultCase<'a> {
    /// Nothing where this machine cannot play the fault.
    fn new(row: &'a FaultRow, op: Op) -> Option<Self> {
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
        home.write_config(&format!(
            "{}[profiles.prod]\nca_file = '{}'\n",
            op.profile(&endpoint),
            authority.display()
        ));
        Some(Self { row, op, home, server, proxy })
    }

    fn started(
        server: FaultServer,
        endpoint: impl Fn(&str) -> String,
    ) -> (String, Option<FaultServer>) {
        (endpoint(&server.url()), Some(server))
    }

    fn run(&self, args: &[&str]) -> RunOutput {
        let mut command = self.home.livectl(args);
        command.args(["-o", "json", "-vvv", "--journal", "night.jsonl"]).args(self.op.args());
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        if let Some((scheme, url)) = &self.proxy {
            command.env(format!("{scheme}_proxy"), url);
        }
        RunOutput::from(command.timeout(Duration::from_mins(1)).output().unwrap())
    }

    /// All that is wrong with what the program did.
    fn problems(&self) -> Vec<String> {
        let output = self.run(&[self.row.limits, &["--attempts", "2"]].concat());
        let mut problems = self.lies(&output);
        problems.extend(self.leaks(&output));
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

    fn lies(&self, output: &RunOutput) -> Vec<String> {
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
        check(
            "that the kind is one of those expected",
            &json!(kind.split('|').any(|kind| kind == said)),
            json!(true),
        );
        if let Some(server) = &self.server {
            check(
                "the number of requests that arrived",
                &json!(server.arrivals_up_to(attempts)),
                json!(attempts),
            );
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

    fn leaks(&self, output: &RunOutput) -> Vec<String> {
        let requests = self.server.as_ref().map(FaultServer::requests).unwrap_or_default();
        let mut signatures: Vec<_> =
            requests.iter().filter_map(ReceivedRequest::signature).collect();
        signatures.push(PROXY_PASSWORD.to_owned());
        let mut problems = Vec::new();
        for (place, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            problems.extend(leak(text, &signatures).map(|leak| format!("{place} shows {leak}")));
            problems.extend(obeyed(text).map(|c| format!("{place} holds a raw {c:?}")));
        }
        problems.extend(
            leak_in_files(self.home.folder.path(), &signatures)
                .map(|leak| format!("a file shows {leak}")),
        );
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

/// Does the work on several threads, since the program mostly waits.
fn side_by_side<T: Sync>(items: &[T], work: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = work(item);
                    problems.lock().unwrap().extend(found);
                }
            });
        }
    });
    problems.into_inner().unwrap()
}

/// Not with `eprintln!`, which the test harness keeps to itself.
pub fn say_skipped(what: &str) {
    let _ = writeln!(io::stderr(), "skipped: {what}, which this machine cannot play");
}

fn complain(problems: &[String]) {
    let mut text = format!("{} problems:\n", problems.len());
    problems.iter().for_each(|problem| writeln!(text, "- {problem}").unwrap());
    assert!(problems.is_empty(), "{text}");
}

#[test]
fn every_fault_has_its_outcome() {
    let table = table();
    let cases: Vec<_> =
        table.iter().flat_map(|row| row.operations.iter().map(move |op| (row, *op))).collect();
    let started = Instant::now();

    let problems = side_by_side(&cases, |(row, op)| {
        if let Some(case) = FaultCase::new(row, *op) {
            return case.problems();
        }
        say_skipped(row.name);
        Vec::new()
    });

    complain(&problems);
    assert_eq!(cases.len(), case_count());
    assert!(started.elapsed() < Duration::from_mins(5), "{:?}", started.elapsed());
}

/// What `--deadline 2s` gives, and what a busy machine needs to start and end a process.
const ENOUGH: Duration = Duration::from_millis(2500 + 1000);

#[test]
fn deadline_ends_the_process() {
    let table: Vec<_> = before_sending()
        .into_iter()
        .chain(while_waiting().into_iter().filter(FaultRow::is_hasty))
        .collect();

    let problems = side_by_side(&table, |row| {
        let Some(case) = FaultCase::new(row, Forbid) else { return Vec::new() };
        let started = Instant::now();
        let output = case.run(&["--deadline", "2s", "--attempts", "5"]);
        let elapsed = started.elapsed();
        let document: Value = serde_json::from_str(&output.stdout).unwrap_or_default();
        let outcome = document["results"][0]["outcome"].as_str().unwrap_or_default();
        let is_right = elapsed < ENOUGH && outcome == row.expected.outcome;
        if is_right {
            Vec::new()
        } else {
            vec![format!("{}: {outcome} after {elapsed:?}: {output:?}", row.name)]
        }
    });

    complain(&problems);
}

#[test]
#[cfg(target_os = "linux")]
fn silent_name_server_delays_nothing() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:53");
    let home = TestHome::new("http://vendor.test");
    home.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:10 attempts:3\n");
    let with_it = |program: &str, args: &[&str]| {
        let mut command = assert_cmd::Command::new("unshare");
        let script = "mount --bind resolv.conf /etc/resolv.conf && exec \"$@\"";
        command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh", program]).args(args);
        command.env_clear().env("PATH", env!("PATH")).env("HOME", home.folder.path());
        command.env("XDG_CONFIG_HOME", home.folder.path());
        command.current_dir(home.folder.path()).timeout(Duration::from_mins(1)).output()
    };
    // Not everybody may listen on port 53 and mount over a file.
    let can_mount = with_it("true", &[]).is_ok_and(|output| output.status.success());
    if silent.is_err() || !can_mount {
        return say_skipped("dns_hang");
    }

    let started = Instant::now();
    let args = [&["-o", "json", "--deadline", "2s"], Forbid.args()].concat();
    let output = RunOutput::from(with_it(env!("CARGO_BIN_EXE_livectl"), &args).unwrap());

    assert!(started.elapsed() < ENOUGH, "{:?}", started.elapsed());
    let result = &output.json()["results"][0];
    assert_eq!(
        (&result["outcome"], &result["error"]["kind"]),
        (&json!("not_applied"), &json!("timeout")),
        "{output:?}"
    );
    assert_eq!(output.code, Some(5));
}

#[test]
fn fault_names_are_unique() {
    let mut names: Vec<_> = table().iter().map(|row| row.name).collect();
    names.sort_unstable();
    let rows = names.len();
    names.dedup();
    assert_eq!(names.len(), rows);
    assert!(case_count() >= 400, "{}", case_count());
}
