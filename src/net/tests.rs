//! Faults of the network, each from a scripted server on loopback.

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

#[path = "../../tests/cli/fault_server/mod.rs"]
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

/// Sends a request that fails, and shows how: nothing of it may stand in what is shown.
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

#[test]
fn certificate_of_the_ca_file_is_accepted() {
    let trusting = TrustingClient::new();
    let server = serve_tls(trusting.authority.loopback(CertificateKind::Good));

    let reply = send(&trusting.options(), &server.url(), TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    assert!(server.requests()[0].head.starts_with("POST /live"));
}

#[test]
fn bad_certificate_is_final_and_not_sent() {
    let trusting = TrustingClient::new();
    let kind = |kind| trusting.authority.loopback(kind);
    let is_authority =
        |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let for_clients = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let untrusted = "comes from an authority that is not trusted here";
    for (config, problem) in [
        (kind(CertificateKind::SelfSigned), untrusted),
        (TestAuthority::new().loopback(CertificateKind::Good), untrusted),
        (kind(CertificateKind::WrongHost), "is for another name: other.test"),
        (kind(CertificateKind::Expired), "has expired: it was valid until 2020-01-01T00:00:00Z"),
        (kind(CertificateKind::NotYetValid), "is not valid yet, but from 2999-01-01T00:00:00Z on"),
        (
            trusting.authority.config("127.0.0.1", for_clients),
            "is not for servers: its extended key usage excludes them",
        ),
        (trusting.authority.config("127.0.0.1", is_authority), "is an authority's own"),
    ] {
        let server = serve_tls(config);

        let error = failure(&trusting.options(), &server.url());

        assert_eq!(error, format!("NotSent tls: the certificate of PEER {problem} (final)"));
        assert_eq!((server.arrivals_up_to(1), server.requests().len()), (1, 0));
    }
}

#[test]
fn unknown_authority_has_a_hint() {
    let server = serve_tls(TestAuthority::new().loopback(CertificateKind::Good));

    let hint = |options: &ClientOptions| {
        send(options, &server.url(), TIMEOUT).unwrap_err().fault.hint.unwrap()
    };
    let of_system = hint(&options());
    assert!(of_system.contains("`ca_file`") && of_system.contains("SSL_CERT_FILE"), "{of_system}");
    // One that names a `ca_file` already is not told to name one.
    assert_eq!(
        hint(&TrustingClient::new().options()),
        "the profile's `ca_file` has to contain the certificate of that authority"
    );
}

#[test]
fn only_an_unknown_authority_is_advised_to_trust() {
    let trusting = TrustingClient::new();
    for kind in [CertificateKind::WrongHost, CertificateKind::Expired, CertificateKind::NotYetValid]
    {
        let server = serve_tls(trusting.authority.loopback(kind));
        let fault = send(&trusting.options(), &server.url(), TIMEOUT).unwrap_err().fault;
        assert!(!fault.hint.unwrap().contains("ca_file"), "{kind:?}");
    }
}

#[test]
fn system_authorities_refuse_a_test_certificate() {
    let server = serve_tls(TestAuthority::new().loopback(CertificateKind::Good));

    let error = send(&options(), &server.url(), TIMEOUT).unwrap_err();

    assert_eq!(
        (error.sent, error.fault.kind, error.retry),
        (Delivery::NotSent, FaultKind::Tls, false)
    );
}

#[test]
fn older_tls_is_retried() {
    // A server that knows nothing newer than TLS 1.1 sends a fatal alert, "protocol version".
    let server = on_connect([ServerStep::Send(vec![21, 3, 1, 0, 2, 2, 70]), ServerStep::Close]);

    let error = failure(&options(), &format!("https://{}", server.address));

    assert_eq!(error, "NotSent tls: PEER speaks no TLS newer than 1.1");
}

fn through(proxy: SocketAddr) -> ClientOptions {
    ClientOptions { proxy: Some(format!("http://me:5ecretPassword@{proxy}")), ..options() }
}

#[test]
fn plain_http_uses_the_proxy_but_loopback_never() {
    let proxy = reply(http("200 OK", "Connection: close\r\n", ""));
    let direct = reply("HTTP/1.1 204 None\r\n\r\n");

    let replies = send_all(
        &through(proxy.address),
        &[get("http://vendor.test"), get(&direct.url())],
        TIMEOUT,
    );

    let statuses: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().status).collect();
    assert_eq!(statuses, [200, 204]);
    let requests = proxy.requests();
    let head = &requests[0].head;
    assert!(head.starts_with("GET http://vendor.test/live?"), "{head}");
    assert!(head.contains("proxy-authorization: Basic "), "{head}");
    assert_eq!(requests.len(), 1);
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
fn https_uses_a_tunnel() {
    let trusting = TrustingClient::new();
    let proxy = tunnel(trusting.authority.config("vendor.test", |_| {}));
    let options = ClientOptions { proxy: Some(proxy.address.to_string()), ..trusting.options() };

    let reply = send(&options, "https://vendor.test", TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    let heads = heads(&proxy);
    assert!(heads[0].starts_with("CONNECT vendor.test:443 HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[1].starts_with("POST /live?"), "{heads:?}");
}

#[test]
fn failing_proxy_is_named_and_nothing_sent() {
    let closing = reply("");
    let locked = reply(http("407 Proxy Authentication Required", "", ""));
    let forbidding = reply(http("403 Forbidden", "", ""));
    for (proxy, scheme, problem) in [
        (closed_address(), "http", "the proxy PROXY refuses connections"),
        (closed_address(), "https", "the proxy PROXY refuses connections"),
        (locked.address, "https", "the proxy PROXY requires a user name and a password"),
        (forbidding.address, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
        (closing.address, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
    ] {
        let error = failure(&through(proxy), &format!("{scheme}://vendor.test"));

        let error = error.replace("PEER", "vendor.test").replace(&proxy.to_string(), "PROXY");
        assert_eq!(error, format!("NotSent network: {problem}"), "{scheme}");
    }
}

#[test]
fn only_an_unreachable_proxy_has_a_proxy_hint() {
    let closed = closed_address();
    let hint =
        |options: &ClientOptions, url: &str| send(options, url, TIMEOUT).unwrap_err().fault.hint;
    for scheme in ["http", "https"] {
        let hint = hint(&through(closed), &format!("{scheme}://vendor.test")).unwrap();
        assert_eq!(hint, "check the proxy in the profile or the environment", "{scheme}");
    }
    assert_eq!(hint(&options(), &format!("http://{closed}")), None);
}

#[test]
fn proxy_login_is_redacted_in_halves() {
    let secrets = |proxy: &str| {
        let transport =
            HttpClient::new(ClientOptions { proxy: Some(proxy.to_owned()), ..options() }, true)
                .unwrap();
        let texts: std::collections::BTreeSet<_> =
            transport.secrets().iter().map(|secret| secret.expose().to_owned()).collect();
        texts.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(secrets("http://me:5ecret@proxy.test:1"), ["5ecret", "me:5ecret"]);
    assert_eq!(secrets("http://t0ken@proxy.test:1"), ["t0ken", "t0ken:"]);
    assert_eq!(secrets("http://me:x@proxy.test:1"), ["me:x", "x"]);
    assert_eq!(secrets("http://proxy.test:1"), Vec::<String>::new());
}

#[test]
fn tunnel_without_tls_is_an_endpoint_fault() {
    let proxy = reply("HTTP/1.1 200 Connected\r\n\r\n");
    let silent = on_connect([ServerStep::Hang]);
    let hurried = ClientOptions { connect: Duration::from_millis(200), ..through(silent.address) };

    let error = failure(&through(proxy.address), "https://vendor.test");
    let hung =
        failure(&hurried, "https://vendor.test").replace(&silent.address.to_string(), "PROXY");

    assert_eq!(error, "NotSent tls: PEER:443 closed the connection during the TLS handshake");
    assert_eq!(
        hung,
        "NotSent timeout: no connection to PEER:443 through the proxy PROXY within 200ms"
    );
}

#[test]
fn malformed_proxy_fails_only_where_used() {
    let options =
        ClientOptions { proxy: Some("socks5://me:5ecret@proxy.test".to_owned()), ..options() };

    let error = HttpClient::new(options.clone(), true).err().unwrap();

    assert_eq!(error.kind, crate::error::ErrorKind::Config);
    assert!(!format!("{error:?}").contains("5ecret"));
    assert!(HttpClient::new(options, false).is_ok());
}

/// Probes an endpoint; the proxy on the way there, and what came back.
fn probe(
    options: ClientOptions,
    url: &str,
) -> (Option<String>, Result<(ResponseHead, String), SendError>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let probe = Probe::new(options, url.parse().unwrap()).unwrap();
    let head = runtime.block_on(async {
        let addresses = probe.resolve().await.unwrap();
        assert!(addresses.contains(&probe.connect(&addresses).await.unwrap()));
        probe.request(TIMEOUT).await
    });
    (probe.proxy(), head.map(|head| (head, probe.tls_version().unwrap_or_default())))
}

#[test]
fn probe_sends_a_bare_get_and_names_tls() {
    let trusting = TrustingClient::new();
    for (version, name) in
        [(&rustls::version::TLS12, "TLS 1.2"), (&rustls::version::TLS13, "TLS 1.3")]
    {
        let server = serve_tls(trusting.authority.config_at(&[version], "127.0.0.1", |_| {}));

        let (proxy, head) = probe(trusting.options(), &format!("{}/prefix/", server.url()));

        let (head, tls) = head.unwrap();
        assert_eq!((proxy, head.status, head.date, tls.as_str()), (None, 200, None, name));
        let host = server.address.to_string();
        assert_eq!(head.from, host);
        // The connection that is only opened carries nothing.
        assert_eq!(server.arrivals_up_to(2), 2);
        let agent = concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            heads(&server),
            [format!(
                "GET /prefix/ HTTP/1.1\r\naccept: */*\r\naccept-encoding: identity\r\n{agent}\r\nhost: {host}\r\n\r\n"
            )]
        );
    }
}

#[test]
fn probe_uses_the_proxy_of_a_request() {
    let trusting = TrustingClient::new();
    let tunnel = tunnel(trusting.authority.config("vendor.test", |_| {}));
    let proxy = format!("http://me:5ecret@{}", tunnel.address);
    let options = ClientOptions { proxy: Some(proxy), ..trusting.options() };
    let locked = reply(http("407 Proxy Authentication Required", "", ""));

    let (proxy, head) = probe(options, "https://vendor.test");
    let (_, refused) = probe(through(locked.address), "http://vendor.test");

    assert_eq!(proxy, Some(tunnel.url()));
    assert_eq!(head.unwrap().1, "TLS 1.3");
    assert!(heads(&tunnel)[0].starts_with("CONNECT vendor.test:443 "));
    let refused = refused.unwrap_err();
    assert_eq!(refused.sent, Delivery::NotSent);
    assert_eq!(
        refused.fault.message,
        format!("the proxy {} requires a user name and a password", locked.address)
    );
}
