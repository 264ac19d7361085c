//! Faults before a request is sent, and while its answer is awaited.

use std::time::Duration;

use super::{
    EVERY, ExpectedOutcome, FaultRow, OK, Op, Remote, applied, not_applied, reply, row, sends,
    status_with, success, unknown,
};
use crate::fault_server::certificates::CertificateKind;
use crate::fault_server::{ServerAct, ServerStep, http};

use CertificateKind::{Expired, Good, Late, NotYetValid, SelfSigned, WrongHost};
use Remote::{Address, Named, NoAnswer, NoTls, Proxy, ProxyAt, Server, Tls};
use ServerStep::{Drip, Forever, Hang, Pause, Send};

/// Nothing could be sent.
fn refused_by_us() -> ExpectedOutcome {
    ExpectedOutcome { outcome: "", attempts: 0, kind: "config", exit_code: 3 }
}

/// These bytes, and then something else.
fn sends_then(text: &'static str, step: ServerStep) -> impl Fn(Op) -> Remote {
    move |op| Server(vec![ServerAct::answer(vec![Send(op.fill(text).into()), step.clone()])])
}

fn unread(steps: Vec<ServerStep>) -> impl Fn(Op) -> Remote {
    move |_| Server(vec![ServerAct::OnConnect(steps.clone())])
}

const MS: Duration = Duration::from_millis(1);
const JUNK: &str = "0123456789abcdef";

#[rustfmt::skip]
pub fn before_sending() -> Vec<FaultRow> {
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
pub fn while_waiting() -> Vec<FaultRow> {
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
