//! Faults of the network, each from a scripted server on loopback.

mod certificates;
mod probe;
mod proxies;

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa};
use rustls::ServerConfig;

use super::client::{ClientOptions, HttpClient, Transport};
use super::connect_limit::connect_limit;
use super::probe::{Probe, ResponseHead};
use super::send_error::{Delivery, SendError};
use crate::error::Result;
use crate::net::message::{Method, Response, SignedRequest};
use crate::outcome::fault::FaultKind;
use fault_server::certificates::{CertificateKind, TestAuthority};
use fault_server::request::ReceivedRequest;
use fault_server::{FaultServer, ServerAct, ServerStep, closed_address, http};

#[path = "../../../tests/cli/fault_server/mod.rs"]
#[expect(dead_code, unreachable_pub, reason = "the tests of the binary use the rest of it")]
mod fault_server;

const TIMEOUT: Duration = Duration::from_secs(5);
const SIGNATURE: &str = "sign=5ecret5ignature";
const BODY: &str = r#"{"accessKey":"5ecretKey"}"#;

/// A server that reads the request, sends these bytes and closes.
fn reply(reply: impl Into<Vec<u8>>) -> FaultServer {
    FaultServer::always([ServerStep::Send(reply.into()), ServerStep::Close])
}

/// A server that follows these steps as soon as it is spoken to.
fn on_connect(steps: impl Into<Vec<ServerStep>>) -> FaultServer {
    FaultServer::start(vec![ServerAct::OnConnect(steps.into())])
}

/// A server that speaks TLS and answers with two letters.
fn serve_tls(config: Arc<ServerConfig>) -> FaultServer {
    FaultServer::with_tls(config, vec![answers_ok()])
}

fn answers_ok() -> ServerAct {
    ServerAct::answer(vec![
        ServerStep::Send(http("200 OK", "Connection: close\r\n", "ok")),
        ServerStep::Close,
    ])
}

fn options() -> ClientOptions {
    ClientOptions { connect: Duration::from_secs(2), ca_file: None, proxy: None }
}

fn get(url: &str) -> SignedRequest {
    SignedRequest {
        method: Method::Get,
        url: format!("{url}/live?channel=1&{SIGNATURE}").parse().unwrap(),
        headers: Vec::new(),
        body: None,
        response_limit: Response::LIMIT,
    }
}

fn post(url: &str) -> SignedRequest {
    SignedRequest { method: Method::Post, body: Some(BODY.into()), ..get(url) }
}

fn send_all(
    options: &ClientOptions,
    requests: &[SignedRequest],
    timeout: Duration,
) -> Vec<Result<Response, SendError>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let any_remote = options.proxy.is_some();
    let client = HttpClient::new(options.clone(), any_remote).unwrap();
    let replies =
        requests.iter().map(|request| runtime.block_on(client.send(request, timeout))).collect();
    runtime.shutdown_background();
    replies
}

fn send(options: &ClientOptions, url: &str, timeout: Duration) -> Result<Response, SendError> {
    send_all(options, &[post(url)], timeout).remove(0)
}

/// Sends a request that fails, and shows how: nothing of it may be in what is shown.
fn failure(options: &ClientOptions, url: &str) -> String {
    shown(&send(options, url, TIMEOUT).unwrap_err(), url)
}

fn shown(error: &SendError, url: &str) -> String {
    let debug = format!("{error:?}");
    assert!(!debug.contains("5ecret") && !debug.contains("/live"), "{debug}");
    let mut shown =
        format!("{:?} {}: {}", error.sent, error.fault.kind.as_str(), error.fault.message);
    if !error.retry {
        write!(shown, " (final)").unwrap();
    }
    let authority = url.split_once("://").unwrap().1;
    shown.replace(authority, "PEER")
}

/// Options that trust an authority, whose certificate is a file as a profile's `ca_file` is.
struct TrustingClient {
    authority: TestAuthority,
    folder: tempfile::TempDir,
}

impl TrustingClient {
    fn new() -> Self {
        let authority = TestAuthority::new();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        Self { authority, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn options(&self) -> ClientOptions {
        ClientOptions { ca_file: Some(self.path()), ..options() }
    }
}

fn through(proxy: SocketAddr) -> ClientOptions {
    ClientOptions { proxy: Some(format!("http://me:5ecretPassword@{proxy}")), ..options() }
}

/// A proxy that opens a tunnel, at the far end of which a server speaks TLS.
fn tunnel(config: Arc<ServerConfig>) -> FaultServer {
    let connected = b"HTTP/1.1 200 Connected\r\n\r\n".to_vec();
    let connect =
        ServerAct::answer(vec![ServerStep::Send(connected), ServerStep::StartTls(config)]);
    FaultServer::start(vec![connect, answers_ok()])
}

fn heads(server: &FaultServer) -> Vec<String> {
    server.requests().into_iter().map(|request: ReceivedRequest| request.head).collect()
}

#[test]
fn connect_limit_is_the_least_less_a_margin() {
    for (attempt, limit) in [(30_000, 2_950), (3_000, 2_950), (1_000, 950), (250, 200), (10, 0)] {
        let attempt = Duration::from_millis(attempt);
        assert_eq!(connect_limit(attempt), Duration::from_millis(limit), "{attempt:?}");
    }
}

#[test]
fn request_is_sent_as_signed_and_answered() {
    let server =
        FaultServer::always([ServerStep::Send(http("503 Busy", "Retry-After: 7\r\n", "busy"))]);

    let reply = send(&options(), &server.url(), TIMEOUT).unwrap();

    assert_eq!(
        (reply.status, reply.retry_after.as_deref(), &reply.body[..]),
        (503, Some("7"), &b"busy"[..])
    );
    assert!(!reply.oversized);
    let head = &server.requests()[0].head;
    assert!(head.starts_with(&format!("POST /live?channel=1&{SIGNATURE} HTTP/1.1\r\n")), "{head}");
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert!(
        head.contains(concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"), "\r\n")),
        "{head}"
    );
    assert!(head.contains("\r\naccept-encoding: identity\r\n"), "{head}");
}

#[test]
fn connection_is_reused_for_the_next_request() {
    let answer = |body: &str| ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", body))]);
    let server = FaultServer::start(vec![answer("1"), answer("2")]);

    let replies = send_all(&options(), &[get(&server.url()), get(&server.url())], TIMEOUT);

    let bodies: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().body).collect();
    assert_eq!(bodies, ["1", "2"]);
    assert_eq!(server.connections(), 1);
}

#[test]
fn redirect_is_returned_and_not_followed() {
    let target = reply("");
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/\r\n", target.url());
        let redirect = reply(http(&format!("{status} Moved"), &location, ""));

        let reply = send(&options(), &redirect.url(), TIMEOUT).unwrap();

        assert_eq!(reply.status, status);
    }
    assert_eq!(target.connections(), 0);
}

#[test]
fn refused_port_is_not_sent() {
    let url = format!("http://{}", closed_address());

    assert_eq!(failure(&options(), &url), "NotSent network: PEER refuses connections");
}

#[test]
fn unknown_host_is_not_sent() {
    let name = "a".repeat(64) + ".localhost";

    let error = failure(&options(), &format!("http://{name}:8080"));

    assert_eq!(error, format!("NotSent network: cannot resolve {name}"));
}

#[test]
fn hanging_handshake_is_a_connect_timeout() {
    let server = on_connect([ServerStep::Hang]);
    let options = ClientOptions { connect: Duration::from_millis(200), ..options() };

    let error = failure(&options, &format!("https://{}", server.address));

    assert_eq!(error, "NotSent timeout: no connection to PEER within 200ms");
}

#[test]
fn connect_ends_before_a_short_attempt_does() {
    let server = on_connect([ServerStep::Hang]);
    let url = format!("https://{}", server.address);

    let error = send(&options(), &url, Duration::from_millis(250)).unwrap_err();

    assert_eq!((error.sent, error.fault.kind), (Delivery::NotSent, FaultKind::Timeout));
    assert!(error.fault.message.ends_with(" within 200ms"), "{}", error.fault.message);
}

#[test]
fn port_without_tls_is_not_sent() {
    let no_tls = "NotSent tls: PEER does not speak TLS";
    for (steps, expected) in [
        (vec![ServerStep::Send(b"SSH-2.0-OpenSSH_9.2\r\n".into()), ServerStep::Hang], no_tls),
        (
            vec![ServerStep::Send(b"HTTP/1.1 400 Bad Request\r\n\r\n".into()), ServerStep::Close],
            no_tls,
        ),
        (
            vec![ServerStep::Close],
            "NotSent tls: PEER closed the connection during the TLS handshake",
        ),
    ] {
        let server = on_connect(steps);
        assert_eq!(failure(&options(), &format!("https://{}", server.address)), expected);
    }
}

#[test]
fn early_close_is_unknown() {
    let cut = "Unknown network: PEER closed the connection before a whole response arrived";
    for early in [
        "",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"ret\":0",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"re",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ] {
        assert_eq!(failure(&options(), &reply(early).url()), cut, "{early}");
    }
}

#[test]
fn reset_is_unknown() {
    let error = failure(&options(), &on_connect([ServerStep::Reset]).url());

    assert_eq!(error, "Unknown network: PEER reset the connection before a whole response arrived");
}

#[test]
fn close_on_reuse_is_unknown() {
    let first = ServerAct::answer(vec![ServerStep::Send(http("200 OK", "", ""))]);
    let server = FaultServer::start(vec![first, ServerAct::answer(vec![ServerStep::Close])]);
    let url = server.url();

    let mut replies = send_all(&options(), &[get(&url), post(&url)], TIMEOUT);

    let error = shown(&replies.remove(1).unwrap_err(), &url);
    assert_eq!(
        error,
        "Unknown network: PEER closed the connection before a whole response arrived"
    );
}

#[test]
fn broken_http_is_unknown() {
    for broken in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    ] {
        let error = failure(&options(), &reply(broken).url());
        assert_eq!(error, "Unknown network: the response of PEER is not valid HTTP", "{broken}");
    }
}

#[test]
fn timeout_covers_the_whole_reply() {
    let timeout = Duration::from_millis(300);
    let hint = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
    for steps in [
        vec![ServerStep::Hang],
        vec![ServerStep::Forever(hint, Duration::from_millis(1))],
        vec![ServerStep::Send(head), ServerStep::Forever(b" ".into(), Duration::from_millis(20))],
    ] {
        let server = FaultServer::always(steps);
        let started = Instant::now();

        let error = send(&options(), &server.url(), timeout).unwrap_err();

        assert_eq!(
            shown(&error, &server.url()),
            "Unknown timeout: no whole response from PEER within 300ms"
        );
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn endless_body_is_cut_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let server = FaultServer::always([
        ServerStep::Send(head),
        ServerStep::Forever(vec![b' '; 10_000], Duration::ZERO),
    ]);

    let reply = send(&options(), &server.url(), TIMEOUT).unwrap();

    assert!(reply.oversized);
    assert_eq!(reply.body.len(), Response::LIMIT);
}

#[test]
fn body_of_the_limit_is_whole() {
    let server = reply(http("200 OK", "", vec![b' '; Response::LIMIT]));

    let reply = send(&options(), &server.url(), TIMEOUT).unwrap();

    assert!(!reply.oversized);
    assert_eq!(reply.body.len(), Response::LIMIT);
}

#[test]
fn long_retry_after_is_cut() {
    let server = reply(http("429 Slow", &format!("Retry-After: {}\r\n", "9".repeat(5000)), ""));

    let reply = send(&options(), &server.url(), TIMEOUT).unwrap();

    assert_eq!(reply.retry_after.unwrap().len(), 200);
}

#[test]
fn overlong_url_is_not_sent() {
    let mut request = get("http://127.0.0.1:9");
    request.url.set_path(&"x".repeat(70_000));

    let error = send_all(&options(), &[request], TIMEOUT).remove(0).unwrap_err();

    let shown = shown(&error, "http://127.0.0.1:9");
    assert_eq!(shown, "NotSent network: the request to PEER is too long for a URL (final)");
}
