//! Every fault that a network, a proxy or a vendor can make, scripted: one table, a row a fault, run for each operation.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::fault_server::{AUTHORITY, Act, Blackhole, Certificate, FaultServer, Request, Step};
use super::secrets::{PROXY_PASSWORD, leak, leak_in_files, obeyed};
use super::stage::{Ran, Stage, profile};

use Certificate::{Early, Expired, Good, Late, SelfSigned, WrongHost};
use Op::{Close, Forbid, Permit, Resume, Timeout};
use Step::{Drip, Forever, Hang, Pause, Send};

/// How many cases [`every_fault_has_its_outcome`] runs: each row, once for each of its operations.
pub fn case_count() -> usize {
    table().iter().map(|row| row.operations.len()).sum()
}

/// The arguments of one command for each operation.
pub fn commands() -> impl Iterator<Item = &'static [&'static str]> {
    ALL.iter().map(|op| op.args())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Timeout,
    Permit,
    Forbid,
    Resume,
    Close,
}

const ALL: &[Op] = &[Timeout, Permit, Forbid, Resume, Close];
const JD: &[Op] = &[Timeout, Permit];
const TENCENT: &[Op] = &[Forbid, Resume];
const SHUMEI: &[Op] = &[Close];

impl Op {
    fn args(self) -> &'static [&'static str] {
        match self {
            Timeout => &["jd", "timeout", "push.example.com", "--seconds", "30"],
            Permit => &["jd", "permit", "live/cam1", "--domain", "push.example.com"],
            Forbid => &["tencent", "forbid", "8888_test123", "--for", "2h"],
            Resume => &["tencent", "resume", "8888_test123"],
            Close => &["shumei", "close", "1639825145166"],
        }
    }

    /// The text with the vendor's own words: `$v` for the field with the verdict, `$ok` for success, `$msg` for the field with
    /// the message, `$body` for a body that means success, `$len` for its length.
    fn fill(self, text: &str) -> String {
        let (verdict, ok, message, body) = match self {
            Timeout => ("status", "0", "msg", r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#),
            Permit => ("status", "0", "msg", r#"{"status":0,"msg":"","data":"push.example.com"}"#),
            Forbid | Resume => ("ret", "0", "message", r#"{"ret":0,"message":"success"}"#),
            Close => ("code", "1100", "message", r#"{"code":1100,"message":"成功","requestId":"1639825145166"}"#),
        };
        let text = text.replace("$body", body).replace("$len", &body.len().to_string());
        text.replace("$v", verdict).replace("$ok", ok).replace("$msg", message)
    }
}

/// Who answers, and how.
enum Scene {
    /// The vendor's server.
    Server(Vec<Act>),
    /// The vendor's server, over TLS.
    Tls(Certificate, Vec<Act>),
    /// An endpoint that begins with https, and a server that does not speak TLS.
    NoTls(Vec<Act>),
    /// An endpoint where no server of ours is.
    Address(&'static str),
    /// An endpoint by another name than its address.
    Named(&'static str, Vec<Act>),
    /// An address that does not answer.
    NoAnswer,
    /// A proxy on the way to an endpoint of this scheme.
    Proxy(&'static str, Vec<Act>),
    /// A proxy where no server of ours is.
    ProxyAt(&'static str, &'static str),
}

use Scene::{Address, Named, NoAnswer, NoTls, Proxy, ProxyAt, Server, Tls};

struct Row {
    name: &'static str,
    operations: &'static [Op],
    scene: Box<dyn Fn(Op) -> Scene + std::marker::Send + Sync>,
    expected: Expected,
    limits: &'static [&'static str],
}

/// What must come of it, at `--attempts 2`.
#[derive(Clone, Copy, Debug)]
struct Expected {
    outcome: &'static str,
    attempts: usize,
    /// One of several where the machine decides, divided by `|`.
    kind: &'static str,
    exit_code: i32,
}

fn applied(attempts: usize) -> Expected {
    Expected { outcome: "applied", attempts, kind: "", exit_code: 0 }
}

fn not_applied(attempts: usize, kind: &'static str) -> Expected {
    Expected { outcome: "not_applied", attempts, kind, exit_code: 5 }
}

fn unknown(attempts: usize, kind: &'static str) -> Expected {
    Expected { outcome: "unknown", attempts, kind, exit_code: 4 }
}

/// Nothing could be sent.
fn refused_by_us() -> Expected {
    Expected { outcome: "", attempts: 0, kind: "config", exit_code: 3 }
}

fn row<S>(name: &'static str, operations: &'static [Op], scene: S, expected: Expected) -> Row
where
    S: Fn(Op) -> Scene + std::marker::Send + Sync + 'static,
{
    Row { name, operations, scene: Box::new(scene), expected, limits: &[] }
}

impl Row {
    /// The fault is that time passes.
    fn hasty(self) -> Self {
        Self { limits: &["--timeout", "1s"], ..self }
    }

    fn is_hasty(&self) -> bool {
        !self.limits.is_empty()
    }
}

fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// One answer, with the vendor's own body for success.
fn reply(op: Op, status: &str, headers: &str) -> Act {
    Act::answer(vec![Send(http(status, headers, op.fill("$body")))])
}

fn success(op: Op) -> Act {
    reply(op, "200 OK", "")
}

/// A status that contradicts a body for success.
fn status(status: &'static str) -> impl Fn(Op) -> Scene {
    move |op| Server(vec![reply(op, status, "")])
}

fn status_with(status: &'static str, headers: &'static str) -> impl Fn(Op) -> Scene {
    move |op| Server(vec![reply(op, status, headers)])
}

/// HTTP 200 with this body.
fn says(body: &'static str) -> impl Fn(Op) -> Scene {
    move |op| Server(vec![Act::answer(vec![Send(http("200 OK", "", op.fill(body)))])])
}

fn says_bytes(body: impl Into<Vec<u8>>) -> impl Fn(Op) -> Scene {
    let body = body.into();
    move |_| Server(vec![Act::answer(vec![Send(http("200 OK", "", &body))])])
}

/// These bytes, whatever they are, and then the end of the connection.
fn sends(text: &'static str) -> impl Fn(Op) -> Scene {
    move |op| Server(vec![Act::answer(vec![Send(op.fill(text).into()), Step::Close])])
}

/// These bytes, and then something else.
fn sends_then(text: &'static str, step: Step) -> impl Fn(Op) -> Scene {
    move |op| Server(vec![Act::answer(vec![Send(op.fill(text).into()), step.clone()])])
}

fn unread(steps: Vec<Step>) -> impl Fn(Op) -> Scene {
    move |_| Server(vec![Act::Unread(steps.clone())])
}

/// The vendor refuses, in words made of the request.
fn repeats(words: fn(&Request) -> String) -> impl Fn(Op) -> Scene {
    move |op| {
        let answer = move |request: &Request| {
            let body = op.fill(r#"{"$v":31337,"$msg":$words,"deep":[{$words:1}]}"#);
            vec![Send(http("200 OK", "", body.replace("$words", &json!(words(request)).to_string())))]
        };
        Server(vec![Act::Answer(Box::new(answer))])
    }
}

/// No answer of the vendor's, made of the request.
fn portal(words: fn(&Request) -> String) -> impl Fn(Op) -> Scene {
    move |_| {
        let answer = move |request: &Request| vec![Send(http("200 OK", "", format!("<p>{}", words(request))))];
        Server(vec![Act::Answer(Box::new(answer))])
    }
}

fn proof(request: &Request) -> String {
    request.proof().unwrap()
}

fn dressed(request: &Request) -> String {
    super::secrets::dresses(&proof(request)).join(" ")
}

const MS: Duration = Duration::from_millis(1);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body";
const JUNK: &str = "0123456789abcdef";
const PAST: &str = "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
const FAR: &str = "Retry-After: Fri, 21 Nov 2098 10:00:00 GMT\r\n";
const HUGE: &str = "Retry-After: 99999999999999999999999999\r\n";

/// Every fault, with what must come of it.
fn table() -> Vec<Row> {
    [before_sending(), while_waiting(), of_http(), of_the_verdict(), one_after_another()]
        .into_iter()
        .flatten()
        .collect()
}

#[rustfmt::skip]
fn before_sending() -> Vec<Row> {
    vec![
        row("refused", ALL, |_| Address("http://127.0.0.1:1"), not_applied(2, "network")),
        row("dns_nxdomain", ALL, |_| Address("http://name.invalid"), not_applied(2, "network|timeout")),
        row("dns_wrong_family", ALL, |op| Named("localhost", vec![success(op)]), applied(1)),
        row("blackhole", ALL, |_| NoAnswer, not_applied(2, "timeout")).hasty(),
        row("connect_slow", ALL, |op| Tls(Late, vec![success(op)]), applied(1)),
        row("tls_good", ALL, |op| Tls(Good, vec![success(op)]), applied(1)),
        row("tls_self_signed", ALL, |op| Tls(SelfSigned, vec![success(op)]), not_applied(1, "tls")),
        row("tls_expired", ALL, |op| Tls(Expired, vec![success(op)]), not_applied(1, "tls")),
        row("tls_not_yet_valid", ALL, |op| Tls(Early, vec![success(op)]), not_applied(1, "tls")),
        row("tls_wrong_host", ALL, |op| Tls(WrongHost, vec![success(op)]), not_applied(1, "tls")),
        row("tls_old_version", ALL, |_| NoTls(vec![Act::Unread(vec![Send(vec![21, 3, 1, 0, 2, 2, 70]), Step::Close])]), not_applied(2, "tls")),
        row("tls_port_is_plain", ALL, |_| NoTls(vec![Act::Unread(vec![Send(http("400 Bad Request", "", "")), Step::Close])]), not_applied(2, "tls")),
        row("tls_port_is_ssh", ALL, |_| NoTls(vec![Act::Unread(vec![Send(b"SSH-2.0-OpenSSH_9.2\r\n".into()), Hang])]), not_applied(2, "tls")),
        row("tls_closed", ALL, |_| NoTls(vec![Act::Unread(vec![Step::Close])]), not_applied(2, "tls")),
        row("tls_reset", ALL, |_| NoTls(vec![Act::Unread(vec![Step::Reset])]), not_applied(2, "tls")),
        row("tls_hang", ALL, |_| NoTls(vec![Act::Unread(vec![Hang])]), not_applied(2, "timeout")).hasty(),
        row("proxy_works", ALL, |op| Proxy("http", vec![success(op)]), applied(1)),
        row("proxy_refused", ALL, |_| ProxyAt("http", "http://127.0.0.1:1"), not_applied(2, "network")),
        row("proxy_refused_tunnel", ALL, |_| ProxyAt("https", "http://127.0.0.1:1"), not_applied(2, "network")),
        row("proxy_407", ALL, |op| Proxy("http", vec![reply(op, "407 Proxy Authentication Required", "")]), not_applied(1, "http")),
        row("proxy_407_tunnel", ALL, |op| Proxy("https", vec![reply(op, "407 Proxy Authentication Required", "")]), not_applied(2, "network")),
        row("proxy_502_tunnel", ALL, |op| Proxy("https", vec![reply(op, "502 Bad Gateway", "")]), not_applied(2, "network")),
        row("proxy_junk_tunnel", ALL, |_| Proxy("https", vec![Act::answer(vec![Send(JUNK.into()), Step::Close])]), not_applied(2, "network")),
        row("proxy_closes_tunnel", ALL, |_| Proxy("https", vec![Act::answer(vec![Step::Close])]), not_applied(2, "network")),
        row("proxy_hangs_tunnel", ALL, |_| Proxy("https", vec![Act::answer(vec![Hang])]), not_applied(2, "timeout")).hasty(),
        row("proxy_tunnel_to_plain", ALL, |_| Proxy("https", vec![Act::answer(vec![Send(b"HTTP/1.1 200 OK\r\n\r\n".into()), Pause(MS * 300), Send(http("400 Bad Request", "", "")), Hang])]), not_applied(2, "tls")),
        row("proxy_repeats_it_all", ALL, |_| Proxy("http", vec![Act::Answer(Box::new(|request| vec![Send(http("200 OK", "", request.text()))]))]), unknown(2, "protocol")),
        row("proxy_malformed", ALL, |_| ProxyAt("http", "http://me:canary-proxy-PASSWORD-4714@"), refused_by_us()),
        row("proxy_of_another_kind", ALL, |_| ProxyAt("https", "socks5://me:canary-proxy-PASSWORD-4714@127.0.0.1:1"), refused_by_us()),
        row("port_is_ssh", ALL, unread(vec![Send(b"SSH-2.0-OpenSSH_9.2\r\n".into()), Hang]), unknown(2, "network")),
    ]
}

#[rustfmt::skip]
fn while_waiting() -> Vec<Row> {
    vec![
        row("reset_before_read", ALL, unread(vec![Step::Reset]), unknown(2, "network")),
        row("reset_after_read", ALL, sends_then("", Step::Reset), unknown(2, "network")),
        row("reset_in_the_body", ALL, sends_then("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Step::Reset), unknown(2, "network")),
        row("close_before_read", ALL, unread(vec![Step::Close]), unknown(2, "network")),
        row("close_no_reply", ALL, sends(""), unknown(2, "network")),
        row("hang_no_reply", ALL, sends_then("", Hang), unknown(2, "timeout")).hasty(),
        row("half_status_line", ALL, sends("HTTP/1.1 20"), unknown(2, "network")),
        row("half_headers", ALL, sends("HTTP/1.1 200 OK\r\nContent-Le"), unknown(2, "network")),
        row("slow_headers", ALL, sends_then("HTTP/1.1 200 OK\r\n", Forever(b"X: y\r\n".into(), MS * 100)), unknown(2, "timeout")).hasty(),
        row("headers_then_hang", ALL, sends_then("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n", Hang), unknown(2, "timeout")).hasty(),
        row("drip_1_byte", ALL, |op| Server(vec![Act::answer(vec![Drip(op.fill(OK).into(), MS * 200)])]), unknown(2, "timeout")).hasty(),
        row("body_short", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n$body"), unknown(2, "network")),
        row("body_short_and_hang", ALL, sends_then("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n$body", Hang), unknown(2, "timeout")).hasty(),
        row("body_long", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body{\"more\":1}"), applied(1)),
        row("body_cut", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n$body"), unknown(2, "protocol")),
        row("body_until_close", ALL, sends("HTTP/1.1 200 OK\r\n\r\n$body"), applied(1)),
        row("body_until_close_cut", ALL, sends("HTTP/1.1 200 OK\r\n\r\n{\"$v\":$ok"), unknown(2, "protocol")),
        row("http_1_0", ALL, sends("HTTP/1.0 200 OK\r\n\r\n$body"), applied(1)),
        row("chunks", ALL, |op| Server(vec![Act::answer(vec![Send(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", op.fill("$body").len(), op.fill("$body")).into())])]), applied(1)),
        row("chunk_cut", ALL, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n$body"), unknown(2, "network")),
        row("chunks_without_end", ALL, |op| Server(vec![Act::answer(vec![Send(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n", op.fill("$body").len(), op.fill("$body")).into()), Step::Close])]), unknown(2, "network")),
        row("chunk_size_is_junk", ALL, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n$body\r\n0\r\n\r\n"), unknown(2, "network")),
        row("chunk_size_is_huge", ALL, sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n$body\r\n0\r\n\r\n"), unknown(2, "network")),
        row("endless_body", ALL, sends_then("HTTP/1.1 200 OK\r\n\r\n", Forever(vec![b'x'; 65_536], Duration::ZERO)), unknown(2, "protocol")),
        row("endless_after_success", ALL, sends_then("HTTP/1.1 200 OK\r\n\r\n$body", Forever(vec![b' '; 65_536], Duration::ZERO)), unknown(2, "protocol")),
        row("endless_headers", ALL, sends_then("HTTP/1.1 200 OK\r\n", Forever(b"X-Padding: 0123456789abcdef0123456789abcdef\r\n".repeat(1000), Duration::ZERO)), unknown(2, "network")),
        row("gzip_bomb", ALL, |_| Server(vec![Act::answer(vec![Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03".into()), Forever(vec![0; 65_536], Duration::ZERO)])]), unknown(2, "protocol")),
        row("gzip_not_asked_for", ALL, status_with("200 OK", "Content-Encoding: gzip\r\n"), applied(1)),
        row("continue_then_hang", ALL, sends_then("HTTP/1.1 100 Continue\r\n\r\n", Hang), unknown(2, "timeout")).hasty(),
        row("continue_forever", ALL, sends_then("", Forever(b"HTTP/1.1 100 Continue\r\n\r\n".into(), MS)), unknown(2, "timeout")).hasty(),
        row("early_hints_then_success", ALL, sends("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: $len\r\n\r\n$body"), applied(1)),
        row("switching_protocols", ALL, sends("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n$body"), unknown(2, "http")),
        row("latency_jitter", ALL, |op| Server(vec![Act::answer(vec![Pause(MS * 150), Send(op.fill("HTTP/1.1 200 OK\r\nContent-Length: $len\r\n").into()), Pause(MS * 150), Send(op.fill("\r\n$body").into())])]), applied(1)),
        row("bandwidth_1k", ALL, |op| Server(vec![Act::answer(vec![Drip(op.fill(OK).into(), MS)])]), applied(1)),
        row("slicer", ALL, |op| Server(vec![Act::answer(vec![Drip(op.fill(OK).into(), Duration::ZERO)])]), applied(1)),
        row("junk", ALL, sends(JUNK), unknown(2, "network")),
        row("nul_bytes", ALL, sends("\0\0\0\0\r\n\r\n"), unknown(2, "network")),
        row("http_2", ALL, sends("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), unknown(2, "network")),
        row("two_content_lengths", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: $len\r\nContent-Length: 9\r\n\r\n$body"), unknown(2, "network")),
        row("negative_content_length", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n$body"), unknown(2, "network")),
        row("huge_content_length", ALL, sends("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n$body"), unknown(2, "network")),
        row("bad_header_name", ALL, sends("HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: $len\r\n\r\n$body"), unknown(2, "network")),
        row("bad_header_value", ALL, sends("HTTP/1.1 200 OK\r\nX: \x01\r\nContent-Length: $len\r\n\r\n$body"), unknown(2, "network")),
        row("tls_close_no_reply", ALL, |_| Tls(Good, vec![Act::answer(vec![Step::Close])]), unknown(2, "network")),
        row("tls_body_cut", ALL, |op| Tls(Good, vec![Act::answer(vec![Send(op.fill("HTTP/1.1 200 OK\r\n\r\n$body").into()), Step::Reset])]), unknown(2, "network|tls")),
    ]
}

#[rustfmt::skip]
fn of_http() -> Vec<Row> {
    vec![
        row("204_empty", ALL, sends("HTTP/1.1 204 No Content\r\n\r\n"), unknown(2, "protocol")),
        row("200_empty", ALL, says(""), unknown(2, "protocol")),
        row("201_success", ALL, status("201 Created"), applied(1)),
        row("301_other_host", ALL, status_with("301 Moved Permanently", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_other_host", ALL, status_with("302 Found", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("303_other_host", ALL, status_with("303 See Other", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("307_other_host", ALL, status_with("307 Temporary Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("308_other_host", ALL, status_with("308 Permanent Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_same_host", ALL, status_with("302 Found", "Location: /elsewhere\r\n"), not_applied(1, "redirect")),
        row("302_loop", ALL, status_with("302 Found", "Location: ?\r\n"), not_applied(1, "redirect")),
        row("302_nowhere", ALL, status("302 Found"), not_applied(1, "redirect")),
        row("302_https_to_http", ALL, |op| Tls(Good, vec![reply(op, "302 Found", "Location: http://127.0.0.1:1/\r\n")]), not_applied(1, "redirect")),
        row("304", ALL, status("304 Not Modified"), not_applied(1, "redirect")),
        row("400", ALL, status("400 Bad Request"), not_applied(1, "http")),
        row("401", ALL, status("401 Unauthorized"), not_applied(1, "credentials")),
        row("403", ALL, status("403 Forbidden"), not_applied(1, "http")),
        row("404", ALL, status("404 Not Found"), not_applied(1, "http")),
        row("405", ALL, status("405 Method Not Allowed"), not_applied(1, "http")),
        row("407_without_a_proxy", ALL, status("407 Proxy Authentication Required"), not_applied(1, "http")),
        row("408", ALL, status("408 Request Timeout"), unknown(2, "http")),
        row("409", ALL, status("409 Conflict"), not_applied(1, "http")),
        row("413", ALL, status("413 Content Too Large"), not_applied(1, "http")),
        row("418", ALL, status("418 I'm a teapot"), not_applied(1, "http")),
        row("429", ALL, status("429 Too Many Requests"), not_applied(2, "throttled")),
        row("429_in_0_s", ALL, status_with("429 Too Many Requests", "Retry-After: 0\r\n"), not_applied(2, "throttled")),
        row("429_in_the_past", ALL, status_with("429 Too Many Requests", PAST), not_applied(2, "throttled")),
        row("429_in_the_far_future", ALL, status_with("429 Too Many Requests", FAR), not_applied(1, "throttled")),
        row("429_in_an_hour", ALL, status_with("429 Too Many Requests", "Retry-After: 3600\r\n"), not_applied(1, "throttled")),
        row("429_in_aeons", ALL, status_with("429 Too Many Requests", HUGE), not_applied(1, "throttled")),
        row("429_in_junk", ALL, status_with("429 Too Many Requests", "Retry-After: -5 soon\r\n"), not_applied(2, "throttled")),
        row("500", ALL, status("500 Internal Server Error"), unknown(2, "http")),
        row("502", ALL, status("502 Bad Gateway"), unknown(2, "http")),
        row("503", ALL, status("503 Service Unavailable"), unknown(2, "http")),
        row("503_in_an_hour", ALL, status_with("503 Service Unavailable", "Retry-After: 3600\r\n"), unknown(1, "http")),
        row("503_in_junk", ALL, status_with("503 Service Unavailable", "Retry-After: soon\r\n"), unknown(2, "http")),
        row("504", ALL, status("504 Gateway Timeout"), unknown(2, "http")),
        row("520", ALL, status("520 Web Server Returned an Unknown Error"), unknown(2, "http")),
        row("522", ALL, status("522 Connection Timed Out"), unknown(2, "http")),
        row("524", ALL, status("524 A Timeout Occurred"), unknown(2, "http")),
        row("999", ALL, status("999 What"), unknown(2, "http")),
        row("captive_portal", ALL, says("<!doctype html><title>Log in</title><form action=/login>"), unknown(2, "protocol")),
        row("captive_portal_with_success", ALL, says("<script>x = $body</script>"), unknown(2, "protocol")),
        row("wrong_content_type", ALL, status_with("200 OK", "Content-Type: text/html; charset=gbk\r\n"), applied(1)),
    ]
}

#[rustfmt::skip]
fn of_the_verdict() -> Vec<Row> {
    vec![
        row("empty_object", ALL, says("{}"), unknown(2, "protocol")),
        row("array", ALL, says("[$body]"), unknown(2, "protocol")),
        row("null", ALL, says("null"), unknown(2, "protocol")),
        row("number", ALL, says("$ok"), unknown(2, "protocol")),
        row("word", ALL, says("\"ok\""), unknown(2, "protocol")),
        row("string_zero", ALL, says(r#"{"$v":"$ok"}"#), applied(1)),
        row("string_float", ALL, says(r#"{"$v":"$ok.0"}"#), unknown(2, "protocol")),
        row("string_blank", ALL, says(r#"{"$v":" $ok"}"#), unknown(2, "protocol")),
        row("float_zero", ALL, says(r#"{"$v":$ok.0}"#), unknown(2, "protocol")),
        row("exponent", ALL, says(r#"{"$v":$oke0}"#), unknown(2, "protocol")),
        row("leading_zero", ALL, says(r#"{"$v":0$ok}"#), unknown(2, "protocol")),
        row("huge_integer", ALL, says(r#"{"$v":99999999999999999999999}"#), unknown(2, "protocol")),
        row("true", ALL, says(r#"{"$v":true}"#), unknown(2, "protocol")),
        row("verdict_null", ALL, says(r#"{"$v":null}"#), unknown(2, "protocol")),
        row("verdict_array", ALL, says(r#"{"$v":[$ok]}"#), unknown(2, "protocol")),
        row("missing_field", ALL, says(r#"{"$msg":"success","data":null}"#), unknown(2, "protocol")),
        row("field_in_capitals", ALL, |op| says_bytes(op.fill(r#"{"$v":$ok}"#).to_uppercase())(op), unknown(2, "protocol")),
        row("duplicate_field", ALL, says(r#"{"$v":$ok,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_differs", ALL, says(r#"{"$v":31337,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_elsewhere", ALL, says(r#"{"$v":$ok,"data":{"a":1,"a":2}}"#), unknown(2, "protocol")),
        row("nested_only", ALL, says(r#"{"data":{"$v":$ok}}"#), unknown(2, "protocol")),
        row("jd_success", &[Forbid, Resume, Close], says(r#"{"status":0}"#), unknown(2, "protocol")),
        row("tencent_success", &[Timeout, Permit, Close], says(r#"{"ret":0}"#), unknown(2, "protocol")),
        row("shumei_success", &[Timeout, Permit, Forbid, Resume], says(r#"{"code":1100}"#), unknown(2, "protocol")),
        row("shumei_success_value", &[Timeout, Permit, Forbid, Resume], says(r#"{"$v":1100}"#), not_applied(1, "refused")),
        row("zero_is_no_success_value", SHUMEI, says(r#"{"code":0}"#), not_applied(1, "refused")),
        row("success_with_error_message", ALL, says(r#"{"$v":$ok,"$msg":"FATAL: no such channel"}"#), applied(1)),
        row("unknown_code", ALL, says(r#"{"$v":31337,"$msg":"what?"}"#), not_applied(1, "refused")),
        row("refusal_without_words", ALL, says(r#"{"$v":31337}"#), not_applied(1, "refused")),
        row("message_is_no_text", ALL, says(r#"{"$v":31337,"$msg":{"a":[1]}}"#), not_applied(1, "refused")),
        row("negative", &[Forbid, Resume, Close], says(r#"{"$v":-1}"#), not_applied(1, "refused")),
        row("jd_-1", JD, says(r#"{"status":-1}"#), unknown(2, "http")),
        row("jd_1", JD, says(r#"{"status":1}"#), not_applied(1, "refused")),
        row("jd_3", JD, says(r#"{"status":3}"#), not_applied(1, "credentials")),
        row("jd_7", JD, says(r#"{"status":7,"msg":"signature error"}"#), not_applied(1, "credentials")),
        row("jd_8", JD, says(r#"{"status":8}"#), unknown(2, "http")),
        row("jd_12", JD, says(r#"{"status":12}"#), not_applied(1, "refused")),
        row("jd_20", JD, says(r#"{"status":20}"#), not_applied(1, "credentials")),
        row("jd_echo_absent", JD, says(r#"{"status":0}"#), applied(1)),
        row("jd_echo_null", JD, says(r#"{"status":0,"data":null}"#), applied(1)),
        row("jd_echo_of_other_seconds", &[Timeout], says(r#"{"status":0,"data":{"PublishNormalTimeout":99}}"#), unknown(1, "echo")),
        row("jd_echo_in_other_words", &[Timeout], says(r#"{"status":0,"data":{"publishNormalTimeout":" 30 "}}"#), applied(1)),
        row("jd_echo_of_another_domain", &[Permit], says(r#"{"status":0,"data":"other.example.com"}"#), unknown(1, "echo")),
        row("jd_echo_in_capitals", &[Permit], says(r#"{"status":0,"data":" PUSH.example.com "}"#), applied(1)),
        row("jd_echo_is_hostile", &[Permit], says(r#"{"status":0,"data":"\u001b[2J\r\u202e"}"#), unknown(1, "echo")),
        row("tencent_20601", TENCENT, says(r#"{"ret":20601,"message":"channel does not exist"}"#), not_applied(1, "refused")),
        row("tencent_ret_and_retcode_differ", TENCENT, says(r#"{"ret":0,"retcode":7}"#), unknown(2, "protocol")),
        row("tencent_ret_and_retcode_agree", TENCENT, says(r#"{"ret":0,"retcode":"0"}"#), applied(1)),
        row("shumei_1101", SHUMEI, says(r#"{"code":1101}"#), unknown(2, "http")),
        row("shumei_1901", SHUMEI, says(r#"{"code":1901}"#), not_applied(2, "throttled")),
        row("shumei_1902", SHUMEI, says(r#"{"code":1902}"#), not_applied(1, "refused")),
        row("shumei_1903", SHUMEI, says(r#"{"code":1903}"#), unknown(2, "http")),
        row("shumei_1904", SHUMEI, says(r#"{"code":1904}"#), not_applied(1, "refused")),
        row("shumei_9100", SHUMEI, says(r#"{"code":9100}"#), not_applied(1, "refused")),
        row("shumei_9101", SHUMEI, says(r#"{"code":9101}"#), not_applied(1, "credentials")),
        row("gbk", ALL, |op| says_bytes([op.fill(r#"{"$v":$ok,"$msg":""#).as_bytes(), b"\xb3\xc9\xb9\xa6\"}"].concat())(op), unknown(2, "protocol")),
        row("utf_16", ALL, |op| says_bytes(op.fill("\u{feff}$body").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())(op), unknown(2, "protocol")),
        row("bom", ALL, says("\u{feff}$body"), unknown(2, "protocol")),
        row("blanks_around", ALL, says(" \r\n\t$body\r\n"), applied(1)),
        row("text_after", ALL, says("$body ok"), unknown(2, "protocol")),
        row("two_objects", ALL, says("$body$body"), unknown(2, "protocol")),
        row("cut_json", ALL, says(r#"{"$v":$ok"#), unknown(2, "protocol")),
        row("comment", ALL, says("/* */$body"), unknown(2, "protocol")),
        row("jsonp", ALL, says("callback($body)"), unknown(2, "protocol")),
        row("single_quotes", ALL, says("{'$v':$ok}"), unknown(2, "protocol")),
        row("nested_too_deeply", ALL, |op| says_bytes(op.fill(r#"{"$v":$ok,"x":"#) + &"[".repeat(50_000) + &"]".repeat(50_000) + "}")(op), unknown(2, "protocol")),
        row("control_characters", ALL, says("{\"$v\":31337,\"$msg\":\"\\u001b[31m\\r\\n\\u0007\\u009b2J\\u202e\\u200b\\u0000\"}"), not_applied(1, "refused")),
        row("raw_control_characters", ALL, says("{\"$v\":$ok,\"$msg\":\"\x1b[2J\"}"), unknown(2, "protocol")),
        row("portal_with_ansi", ALL, says("\x1b]0;owned\x07\x1b[2J\r\u{9b}1m\u{202e}"), unknown(2, "protocol")),
        row("message_of_almost_1_mib", ALL, |op| says_bytes(op.fill(r#"{"$v":31337,"$msg":""#) + &"长".repeat(349_000) + "\"}")(op), not_applied(1, "refused")),
        row("message_of_2_mib", ALL, |op| says_bytes(op.fill(r#"{"$v":$ok,"$msg":""#) + &"x".repeat(2 << 20) + "\"}")(op), unknown(2, "protocol")),
        row("repeats_the_request", ALL, repeats(Request::text), not_applied(1, "refused")),
        row("repeats_the_proof", ALL, repeats(proof), not_applied(1, "refused")),
        row("repeats_the_proof_in_every_dress", ALL, repeats(dressed), not_applied(1, "refused")),
        row("repeats_the_proof_in_capitals", ALL, repeats(|request| dressed(request).to_uppercase()), not_applied(1, "refused")),
        row("portal_repeats_the_request", ALL, portal(|request| request.text().split_off(20)), unknown(2, "protocol")),
        row("portal_repeats_the_proof", ALL, portal(proof), unknown(2, "protocol")),
        row("portal_repeats_the_proof_in_every_dress", ALL, portal(dressed), unknown(2, "protocol")),
        row("portal_repeats_the_proof_at_the_cut", ALL, portal(|request| "x".repeat(185) + &proof(request)), unknown(2, "protocol")),
    ]
}

#[rustfmt::skip]
fn one_after_another() -> Vec<Row> {
    vec![
        row("503_then_success", ALL, |op| Server(vec![reply(op, "503 Service Unavailable", ""), success(op)]), applied(2)),
        row("429_then_success", ALL, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), success(op)]), applied(2)),
        row("reset_then_success", ALL, |op| Server(vec![Act::Unread(vec![Step::Reset]), success(op)]), applied(2)),
        row("hang_then_success", ALL, |op| Server(vec![Act::answer(vec![Hang]), success(op)]), applied(2)).hasty(),
        row("portal_then_success", ALL, |op| Server(vec![Act::answer(vec![Send(http("200 OK", "", "<p>"))]), success(op)]), applied(2)),
        row("doubt_then_refusal", ALL, |op| Server(vec![Act::answer(vec![Step::Close]), Act::answer(vec![Send(http("200 OK", "", op.fill(r#"{"$v":31337}"#)))])]), unknown(2, "network")),
        row("doubt_then_404", ALL, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "404 Not Found", "")]), unknown(2, "http")),
        row("doubt_then_redirect", ALL, |op| Server(vec![Act::Unread(vec![Step::Reset]), reply(op, "302 Found", "")]), unknown(2, "network")),
        row("doubt_then_401", ALL, |op| Server(vec![Act::answer(vec![Send(http("200 OK", "", "<p>"))]), reply(op, "401 Unauthorized", "")]), unknown(2, "protocol")),
        row("doubt_then_429", ALL, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "429 Too Many Requests", "")]), unknown(2, "http")),
        row("429_then_doubt", ALL, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), Act::answer(vec![Step::Close])]), unknown(2, "network")),
        row("429_then_refusal", ALL, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), reply(op, "404 Not Found", "")]), not_applied(2, "http")),
        row("keepalive_reused", ALL, |op| Server(vec![reply(op, "503 Service Unavailable", "Connection: keep-alive\r\n"), success(op)]), applied(2)),
        row("keepalive_closed_while_idle", ALL, |op| Server(vec![Act::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), Step::Close]), success(op)]), applied(2)),
        row("keepalive_closed_on_reuse", ALL, |op| Server(vec![reply(op, "503 Service Unavailable", ""), Act::answer(vec![Step::Close])]), unknown(2, "network")),
        row("keepalive_reset_on_reuse", ALL, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), Act::answer(vec![Step::Reset])]), unknown(2, "network")),
        row("keepalive_with_an_answer_too_many", ALL, |op| Server(vec![Act::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), Send(op.fill(OK).into()), Hang]), reply(op, "404 Not Found", "")]), unknown(2, "http")),
    ]
}

/// A run of the program against one fault.
struct Case<'a> {
    row: &'a Row,
    op: Op,
    stage: Stage,
    server: Option<FaultServer>,
    proxy: Option<(&'static str, String)>,
}

static BLACKHOLE: LazyLock<Option<Blackhole>> = LazyLock::new(Blackhole::open);

impl<'a> Case<'a> {
    /// Nothing where this machine cannot play the fault.
    fn new(row: &'a Row, op: Op) -> Option<Self> {
        let mut proxy = None;
        let (endpoint, server) = match (row.scene)(op) {
            Server(acts) => Self::started(FaultServer::start(acts), str::to_owned),
            NoTls(acts) => Self::started(FaultServer::start(acts), |url| url.replace("http://", "https://")),
            Named(name, acts) => Self::started(FaultServer::start(acts), |url| url.replace("127.0.0.1", name)),
            Tls(certificate, acts) => Self::started(FaultServer::start_tls(certificate, acts), str::to_owned),
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
        let stage = Stage::new(&endpoint);
        let authority = stage.write("ca.pem", AUTHORITY.pem());
        stage.write_config(&format!("{}[profiles.prod]\nca_file = '{}'\n", profile(&endpoint), authority.display()));
        Some(Self { row, op, stage, server, proxy })
    }

    fn started(server: FaultServer, endpoint: impl Fn(&str) -> String) -> (String, Option<FaultServer>) {
        (endpoint(&server.url()), Some(server))
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.stage.livectl(args);
        command.args(["-o", "json", "-vvv", "--journal", "night.jsonl"]).args(self.op.args());
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        if let Some((scheme, url)) = &self.proxy {
            command.env(format!("{scheme}_proxy"), url);
        }
        Ran::from(command.timeout(Duration::from_secs(60)).output().unwrap())
    }

    /// All that is wrong with what the program did.
    fn problems(&self) -> Vec<String> {
        let ran = self.run(&[self.row.limits, &["--attempts", "2"]].concat());
        let mut problems = self.lies(&ran);
        problems.extend(self.leaks(&ran));
        let shown: String = format!("{ran:?}").chars().take(1500).collect();
        problems.iter().map(|problem| format!("{} {:?}: {problem}\n    {shown}", self.row.name, self.op)).collect()
    }

    fn lies(&self, ran: &Ran) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |what: &str, is: &Value, expected: Value| {
            if *is != expected {
                problems.push(format!("{what} is {is}, not {expected}"));
            }
        };
        let Expected { outcome, attempts, kind, exit_code } = self.row.expected;
        check("the exit code", &json!(ran.code), json!(exit_code));
        let document: Value = match serde_json::from_str(&ran.stdout) {
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
        check("that the kind is one of those expected", &json!(kind.split('|').any(|kind| kind == said)), json!(true));
        if let Some(server) = &self.server {
            check("the number of requests that arrived", &json!(server.arrivals()), json!(attempts));
            if outcome == "not_applied" && ["network", "timeout", "tls"].contains(&kind) && self.proxy.is_none() {
                check("what the vendor read", &json!(server.requests().len()), json!(0));
            }
        }
        check("what breaks the schema", &json!(broken_rule(&document)), json!(null));
        let has_crashed = ran.stderr.contains("livectl itself failed") || ran.stderr.contains("panicked");
        check("that it crashed", &json!(has_crashed), json!(false));
        problems
    }

    fn leaks(&self, ran: &Ran) -> Vec<String> {
        let requests = self.server.as_ref().map(FaultServer::requests).unwrap_or_default();
        let mut signatures: Vec<_> = requests.iter().filter_map(Request::proof).collect();
        signatures.push(PROXY_PASSWORD.to_owned());
        let mut problems = Vec::new();
        for (place, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
            problems.extend(leak(text, &signatures).map(|leak| format!("{place} shows {leak}")));
            problems.extend(obeyed(text).map(|c| format!("{place} holds a raw {c:?}")));
        }
        problems
            .extend(leak_in_files(self.stage.folder.path(), &signatures).map(|leak| format!("a file shows {leak}")));
        problems
    }
}

fn broken_rule(document: &Value) -> Option<String> {
    static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(include_str!("../../src/schema.json")).unwrap();
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
    let cases: Vec<_> = table.iter().flat_map(|row| row.operations.iter().map(move |op| (row, *op))).collect();
    let started = Instant::now();

    let problems = side_by_side(&cases, |(row, op)| {
        if let Some(case) = Case::new(row, *op) {
            return case.problems();
        }
        say_skipped(row.name);
        Vec::new()
    });

    complain(&problems);
    assert_eq!(cases.len(), case_count());
    assert!(started.elapsed() < Duration::from_secs(300), "{:?}", started.elapsed());
}

/// What `--deadline 2s` gives, and what a busy machine needs to start and end a process.
const ENOUGH: Duration = Duration::from_millis(2500 + 1000);

#[test]
fn a_deadline_ends_the_process_whatever_the_fault() {
    let table: Vec<_> = before_sending().into_iter().chain(while_waiting().into_iter().filter(Row::is_hasty)).collect();

    let problems = side_by_side(&table, |row| {
        let Some(case) = Case::new(row, Forbid) else { return Vec::new() };
        let started = Instant::now();
        let ran = case.run(&["--deadline", "2s", "--attempts", "5"]);
        let elapsed = started.elapsed();
        let document: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let outcome = document["results"][0]["outcome"].as_str().unwrap_or_default();
        let is_right = elapsed < ENOUGH && outcome == row.expected.outcome;
        if is_right { Vec::new() } else { vec![format!("{}: {outcome} after {elapsed:?}: {ran:?}", row.name)] }
    });

    complain(&problems);
}

#[test]
#[cfg(target_os = "linux")]
fn a_name_server_that_does_not_answer_holds_nothing_up() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:53");
    let stage = Stage::new("http://vendor.test");
    stage.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:10 attempts:3\n");
    let with_it = |program: &str, args: &[&str]| {
        let mut command = assert_cmd::Command::new("unshare");
        let script = "mount --bind resolv.conf /etc/resolv.conf && exec \"$@\"";
        command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh", program]).args(args);
        command.env_clear().env("PATH", env!("PATH")).env("XDG_CONFIG_HOME", stage.folder.path());
        command.current_dir(stage.folder.path()).timeout(Duration::from_secs(60)).output()
    };
    // Not everybody may listen on port 53 and mount over a file.
    let can_mount = with_it("true", &[]).is_ok_and(|output| output.status.success());
    if silent.is_err() || !can_mount {
        return say_skipped("dns_hang");
    }

    let started = Instant::now();
    let args = [&["-o", "json", "--deadline", "2s"], Forbid.args()].concat();
    let ran = Ran::from(with_it(env!("CARGO_BIN_EXE_livectl"), &args).unwrap());

    assert!(started.elapsed() < ENOUGH, "{:?}", started.elapsed());
    let result = &ran.json()["results"][0];
    assert_eq!((&result["outcome"], &result["error"]["kind"]), (&json!("not_applied"), &json!("timeout")), "{ran:?}");
    assert_eq!(ran.code, Some(5));
}

#[test]
fn there_are_at_least_four_hundred_cases_and_no_two_rows_of_one_name() {
    let mut names: Vec<_> = table().iter().map(|row| row.name).collect();
    names.sort_unstable();
    let rows = names.len();
    names.dedup();
    assert_eq!(names.len(), rows);
    assert!(case_count() >= 400, "{}", case_count());
}
