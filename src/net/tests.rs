//! Faults of the network, each from a small hand-written server on loopback.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use super::client::{ClientOptions, HttpClient, Transport, connect_limit};
use super::probe::{Probe, ResponseHead};
use super::send_error::{Delivery, SendError};
use crate::error::Result;
use crate::net::message::{Method, Response, SignedRequest};
use crate::outcome::FaultKind;

const TIMEOUT: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(20);
const SIGNATURE: &str = "sign=5ecret5ignature";
const BODY: &str = r#"{"accessKey":"5ecretKey"}"#;

/// A server that hands each connection to `answer` on a thread of its own, and reports every request's head.
fn serve(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().take(8).map_while(Result::ok) {
            let answer = answer.clone();
            stream.set_read_timeout(Some(LONG)).unwrap();
            thread::spawn(move || answer(stream));
        }
    });
    address
}

/// A server that reads the request, says `reply` and closes.
fn reply(reply: impl Into<Vec<u8>>) -> SocketAddr {
    let reply = reply.into();
    serve(move |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(&reply);
        let _ = stream.shutdown(Shutdown::Write);
    })
}

/// Reads one request, body included, and returns its head.
fn request(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |n| n.parse().unwrap());
    let _ = stream.read_exact(&mut vec![0; length]);
    head
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

/// Sends a request that is error, and shows how: nothing of it may stand in what is shown.
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

fn plain(address: SocketAddr) -> String {
    format!("http://{address}")
}

#[test]
fn connect_limit_is_the_least_less_a_margin() {
    let seconds = Duration::from_secs;

    assert_eq!(connect_limit(seconds(8), seconds(30)), Duration::from_millis(2950));
    assert_eq!(connect_limit(seconds(1), seconds(30)), Duration::from_millis(950));
    assert_eq!(connect_limit(seconds(8), seconds(2)), Duration::from_millis(1950));
    assert_eq!(connect_limit(Duration::from_millis(10), seconds(2)), Duration::ZERO);
}

#[test]
fn any_status_is_a_response() {
    let (heads, seen) = channel();
    let heads = Mutex::new(heads);
    let server = serve(move |mut stream| {
        heads.lock().unwrap().send(request(&mut stream)).unwrap();
        stream
            .write_all(b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy")
            .unwrap();
    });

    let reply = send(&options(), &plain(server), TIMEOUT).unwrap();

    assert_eq!(
        (reply.status, reply.retry_after.as_deref(), &reply.body[..]),
        (503, Some("7"), &b"busy"[..])
    );
    assert!(!reply.oversized);
    let head = seen.recv().unwrap();
    assert!(head.starts_with(&format!("POST /live?channel=1&{SIGNATURE} HTTP/1.1\r\n")), "{head}");
    assert!(head.contains("content-type: application/json\r\n"), "{head}");
    assert!(
        head.contains(concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"), "\r\n")),
        "{head}"
    );
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[test]
fn connections_are_kept_for_the_next_request() {
    let server = serve(|mut stream| {
        let mut served = 0;
        while !request(&mut stream).is_empty() {
            served += 1;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{served}").unwrap();
        }
    });

    let replies = send_all(&options(), &[get(&plain(server)), get(&plain(server))], TIMEOUT);

    let bodies: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().body).collect();
    assert_eq!(bodies, ["1", "2"]);
}

#[test]
fn redirect_is_not_followed() {
    let (visits, seen) = channel();
    let visits = Mutex::new(visits);
    let target = serve(move |_| visits.lock().unwrap().send(()).unwrap());
    for status in [301, 302, 303, 307, 308] {
        let redirect = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: http://{target}/\r\nContent-Length: 0\r\n\r\n"
        );

        let reply = send(&options(), &plain(reply(redirect)), TIMEOUT).unwrap();

        assert_eq!(reply.status, status);
    }
    assert!(seen.try_recv().is_err());
}

#[test]
fn refused_port_is_not_sent() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    assert_eq!(failure(&options(), &plain(address)), "NotSent network: PEER refuses connections");
}

#[test]
fn unknown_name_is_not_sent() {
    let name = "a".repeat(64) + ".localhost";

    let error = failure(&options(), &format!("http://{name}:8080"));

    assert_eq!(error, format!("NotSent network: cannot resolve {name}"));
}

#[test]
fn hanging_handshake_is_a_connect_timeout() {
    let server = serve(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let options = ClientOptions { connect: Duration::from_millis(200), ..options() };

    let error = failure(&options, &format!("https://{server}"));

    assert_eq!(error, "NotSent timeout: no connection to PEER within 200ms");
}

#[test]
fn port_without_tls_is_not_sent() {
    let ssh = serve(|mut stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let http = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let closing = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.shutdown(Shutdown::Both);
    });

    assert_eq!(
        failure(&options(), &format!("https://{ssh}")),
        "NotSent tls: PEER does not speak TLS"
    );
    assert_eq!(
        failure(&options(), &format!("https://{http}")),
        "NotSent tls: PEER does not speak TLS"
    );
    let closed = "NotSent tls: PEER closed the connection during the TLS handshake";
    assert_eq!(failure(&options(), &format!("https://{closing}")), closed);
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
        assert_eq!(failure(&options(), &plain(reply(early))), cut, "{early}");
    }
}

#[test]
fn reset_is_unknown() {
    // Closing with unread bytes makes the kernel send a reset.
    let server = serve(|mut stream| drop(stream.read(&mut [0; 1])));

    let error = failure(&options(), &plain(server));

    assert_eq!(error, "Unknown network: PEER reset the connection before a whole response arrived");
}

#[test]
fn broken_idle_connection_is_unknown() {
    let server = serve(|mut stream| {
        request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        request(&mut stream);
    });
    let url = plain(server);

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
        let error = failure(&options(), &plain(reply(broken)));
        assert_eq!(error, "Unknown network: the response of PEER is not valid HTTP", "{broken}");
    }
}

#[test]
fn timeout_covers_the_whole_reply() {
    let timeout = Duration::from_millis(300);
    let silent = serve(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let endless_hints = serve(|mut stream| {
        request(&mut stream);
        while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
    });
    let drip = serve(|mut stream| {
        request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").unwrap();
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    for server in [silent, endless_hints, drip] {
        let started = Instant::now();

        let error = send(&options(), &plain(server), timeout).unwrap_err();

        assert_eq!(
            shown(&error, &plain(server)),
            "Unknown timeout: no whole response from PEER within 300ms"
        );
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn endless_body_is_cut() {
    let server = serve(|mut stream| {
        request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        while stream.write_all(&[b' '; 10_000]).is_ok() {}
    });

    let reply = send(&options(), &plain(server), TIMEOUT).unwrap();

    assert!(reply.oversized);
    assert_eq!(reply.body.len(), Response::LIMIT);
}

#[test]
fn body_of_the_limit_is_whole() {
    let mut whole =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", Response::LIMIT).into_bytes();
    whole.resize(whole.len() + Response::LIMIT, b' ');

    let reply = send(&options(), &plain(reply(whole)), TIMEOUT).unwrap();

    assert!(!reply.oversized);
    assert_eq!(reply.body.len(), Response::LIMIT);
}

#[test]
fn a_long_retry_after_is_cut() {
    let long = format!(
        "HTTP/1.1 429 Slow\r\nRetry-After: {}\r\nContent-Length: 0\r\n\r\n",
        "9".repeat(5000)
    );

    let reply = send(&options(), &plain(reply(long)), TIMEOUT).unwrap();

    assert_eq!(reply.retry_after.unwrap().len(), 200);
}

#[test]
fn too_long_url_is_not_sent() {
    let mut request = get("http://127.0.0.1:9");
    request.url.set_path(&"x".repeat(70_000));

    let error = send_all(&options(), &[request], TIMEOUT).remove(0).unwrap_err();

    let shown = shown(&error, "http://127.0.0.1:9");
    assert_eq!(shown, "NotSent network: the request to PEER is too long for a URL (final)");
}

/// An authority of the tests' own, written to a file as a profile's `ca_file`.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test Authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn trusting(&self) -> ClientOptions {
        ClientOptions { ca_file: Some(self.path()), ..options() }
    }

    /// What a server needs to prove itself `name`.
    fn config(&self, name: &str, adjust: impl Fn(&mut CertificateParams)) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        adjust(&mut params);
        let certificate: Certificate = params.signed_by(&key, &self.issuer).unwrap();
        server_config(certificate.der().clone(), &key)
    }
}

fn server_config(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    server_config_at(rustls::DEFAULT_VERSIONS, certificate, key)
}

/// A server that speaks these versions of TLS.
fn server_config_at(
    versions: &[&'static rustls::SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

/// Answers one request over TLS and reports its head, empty when the handshake fails.
fn answer_tls(config: &Arc<ServerConfig>, stream: TcpStream) -> String {
    let connection = ServerConnection::new(config.clone()).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, stream);
    let head = request(&mut stream);
    let _ =
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    stream.conn.send_close_notify();
    let _ = stream.flush();
    head
}

/// A TLS server, and the heads of the requests that it came to read.
fn serve_tls(config: Arc<ServerConfig>) -> (String, Receiver<String>) {
    let (heads, seen) = channel();
    let heads = Mutex::new(heads);
    let address = serve(move |stream| {
        let head = answer_tls(&config, stream);
        let _ = heads.lock().unwrap().send(head);
    });
    (format!("https://{address}"), seen)
}

#[test]
fn certificate_from_ca_file_is_accepted() {
    let authority = Authority::new();
    let (url, seen) = serve_tls(authority.config("127.0.0.1", |_| {}));

    let reply = send(&authority.trusting(), &url, TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    assert!(seen.recv().unwrap().starts_with("POST /live"));
}

#[test]
fn invalid_certificate_is_final_and_not_sent() {
    let authority = Authority::new();
    let is_authority =
        |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let expired =
        |params: &mut CertificateParams| params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let early =
        |params: &mut CertificateParams| params.not_before = rcgen::date_time_ymd(2999, 1, 1);
    let key = KeyPair::generate().unwrap();
    let own =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    for (config, what) in [
        (
            server_config(own.der().clone(), &key),
            "comes from an authority that is not trusted here",
        ),
        (
            Authority::new().config("127.0.0.1", |_| {}),
            "comes from an authority that is not trusted here",
        ),
        (authority.config("other.test", |_| {}), "is for another name"),
        (authority.config("127.0.0.1", expired), "has expired"),
        (authority.config("127.0.0.1", early), "is not valid yet"),
        (authority.config("127.0.0.1", is_authority), "is an authority's own"),
    ] {
        let (url, seen) = serve_tls(config);

        let error = failure(&authority.trusting(), &url);

        assert_eq!(error, format!("NotSent tls: the certificate of PEER {what} (final)"));
        assert_eq!(seen.recv().unwrap(), "");
    }
}

#[test]
fn unknown_authority_has_a_hint() {
    let (url, _seen) = serve_tls(Authority::new().config("127.0.0.1", |_| {}));

    let error = send(&Authority::new().trusting(), &url, TIMEOUT).unwrap_err();

    let hint = error.fault.hint.unwrap();
    assert!(hint.contains("`ca_file`") && hint.contains("SSL_CERT_FILE"), "{hint}");
}

#[test]
fn system_does_not_trust_a_test_certificate() {
    let (url, _seen) = serve_tls(Authority::new().config("127.0.0.1", |_| {}));

    let error = send(&options(), &url, TIMEOUT).unwrap_err();

    assert_eq!(
        (error.sent, error.fault.kind, error.retry),
        (Delivery::NotSent, FaultKind::Tls, false)
    );
}

#[test]
fn old_tls_server_may_be_retried() {
    // What a server that knows nothing newer than TLS 1.1 says: a fatal alert, "protocol version".
    let server = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]);
    });

    let error = failure(&options(), &format!("https://{server}"));

    assert_eq!(
        error,
        "NotSent tls: the TLS handshake with PEER failed: received fatal alert: ProtocolVersion"
    );
}

fn through(proxy: SocketAddr) -> ClientOptions {
    ClientOptions { proxy: Some(format!("http://me:5ecretPassword@{proxy}")), ..options() }
}

#[test]
fn plain_http_uses_the_proxy_except_loopback() {
    let (heads, seen) = channel();
    let heads = Mutex::new(heads);
    let proxy = serve(move |mut stream| {
        heads.lock().unwrap().send(request(&mut stream)).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
    });
    let direct = reply("HTTP/1.1 204 None\r\n\r\n");

    let replies =
        send_all(&through(proxy), &[get("http://vendor.test"), get(&plain(direct))], TIMEOUT);

    let statuses: Vec<_> = replies.into_iter().map(|reply| reply.unwrap().status).collect();
    assert_eq!(statuses, [200, 204]);
    let head = seen.recv().unwrap();
    assert!(head.starts_with("GET http://vendor.test/live?"), "{head}");
    assert!(head.contains("proxy-authorization: Basic "), "{head}");
    assert!(seen.try_recv().is_err());
}

#[test]
fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let config = authority.config("vendor.test", |_| {});
    let (heads, seen) = channel();
    let heads = Mutex::new(heads);
    let proxy = serve(move |mut stream| {
        let connect = request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        heads.lock().unwrap().send((connect, answer_tls(&config, stream))).unwrap();
    });
    let options = ClientOptions { proxy: Some(proxy.to_string()), ..authority.trusting() };

    let reply = send(&options, "https://vendor.test", TIMEOUT).unwrap();

    assert_eq!(&reply.body[..], b"ok");
    let (connect, head) = seen.recv().unwrap();
    assert!(connect.starts_with("CONNECT vendor.test:443 HTTP/1.1\r\n"), "{connect}");
    assert!(head.starts_with("POST /live?"), "{head}");
}

#[test]
fn failing_proxy_is_named_and_not_sent() {
    let refusing = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closing = reply("");
    let locked = reply("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let forbidding = reply("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    for (proxy, scheme, what) in [
        (refusing, "http", "the proxy PROXY refuses connections"),
        (refusing, "https", "the proxy PROXY refuses connections"),
        (locked, "https", "the proxy PROXY requires a user name and a password"),
        (forbidding, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
        (closing, "https", "the proxy PROXY refused a tunnel to vendor.test:443"),
    ] {
        let error = failure(&through(proxy), &format!("{scheme}://vendor.test"));

        let error = error.replace("PEER", "vendor.test").replace(&proxy.to_string(), "PROXY");
        assert_eq!(error, format!("NotSent network: {what}"), "{scheme}");
    }
}

#[test]
fn unreachable_proxy_gets_its_own_hint() {
    let refusing = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hint =
        |options: &ClientOptions, url: &str| send(options, url, TIMEOUT).unwrap_err().fault.hint;
    for scheme in ["http", "https"] {
        let told = hint(&through(refusing), &format!("{scheme}://vendor.test")).unwrap();
        assert_eq!(told, "check the proxy in the profile or the environment", "{scheme}");
    }
    assert_eq!(hint(&options(), &plain(refusing)), None);
}

#[test]
fn proxy_login_is_redacted() {
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
fn tunnel_without_tls_blames_the_endpoint() {
    let proxy = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n");
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.shutdown(Shutdown::Both);
    });
    let silent = serve(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let hurried = ClientOptions { connect: Duration::from_millis(200), ..through(silent) };

    let error = failure(&through(proxy), "https://vendor.test");
    let hung = failure(&hurried, "https://vendor.test").replace(&silent.to_string(), "PROXY");

    assert_eq!(error, "NotSent tls: PEER:443 closed the connection during the TLS handshake");
    assert_eq!(
        hung,
        "NotSent timeout: no connection to PEER:443 through the proxy PROXY within 200ms"
    );
}

#[test]
fn malformed_proxy_stops_only_its_users() {
    let options =
        ClientOptions { proxy: Some("socks5://me:5ecret@proxy.test".to_owned()), ..options() };

    let error = HttpClient::new(options.clone(), true).err().unwrap();

    assert_eq!(error.kind, crate::error::ErrorKind::Config);
    assert!(!format!("{error:?}").contains("5ecret"));
    assert!(HttpClient::new(options, false).is_ok());
}

/// Goes the whole way to an endpoint, and says which proxy is on it, and what came back.
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
fn probe_reports_tls_version_of_a_bare_get() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority.issuer).unwrap();
    for (version, said) in
        [(&rustls::version::TLS12, "TLS 1.2"), (&rustls::version::TLS13, "TLS 1.3")]
    {
        let (url, seen) = serve_tls(server_config_at(&[version], certificate.der().clone(), &key));

        let (proxy, head) = probe(authority.trusting(), &format!("{url}/prefix/"));

        let (head, tls) = head.unwrap();
        assert_eq!((proxy, head.status, head.date, tls.as_str()), (None, 200, None, said));
        assert_eq!(head.from, url.trim_start_matches("https://"));
        // The connection that is only opened carries nothing.
        let heads: Vec<_> = seen.iter().take(2).filter(|head| !head.is_empty()).collect();
        let agent = concat!("user-agent: livectl/", env!("CARGO_PKG_VERSION"));
        let host = url.trim_start_matches("https://");
        assert_eq!(
            heads,
            [format!("GET /prefix/ HTTP/1.1\r\naccept: */*\r\n{agent}\r\nhost: {host}\r\n\r\n")]
        );
    }
}

#[test]
fn probe_uses_the_proxy_of_a_request() {
    let authority = Authority::new();
    let config = authority.config("vendor.test", |_| {});
    let tunnel = serve(move |mut stream| {
        if request(&mut stream).starts_with("CONNECT vendor.test:443 ") {
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
            answer_tls(&config, stream);
        }
    });
    let options =
        ClientOptions { proxy: Some(format!("http://me:5ecret@{tunnel}")), ..authority.trusting() };
    let locked = reply("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");

    let (proxy, head) = probe(options, "https://vendor.test");
    let (_, refused) = probe(through(locked), "http://vendor.test");

    assert_eq!(proxy, Some(format!("http://{tunnel}")));
    assert_eq!(head.unwrap().1, "TLS 1.3");
    let refused = refused.unwrap_err();
    assert_eq!(refused.sent, Delivery::NotSent);
    assert_eq!(
        refused.fault.message,
        format!("the proxy {locked} requires a user name and a password")
    );
}
