//! Why a request brought no whole reply, in our own words: the library's hold the URL, and with it the signature.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::time::Duration;

use rustls::CertificateError;
use url::Url;

use super::tls::NoAuthorities;
use super::{Delivery, SendError};
use crate::outcome::{Fault, FaultKind};

/// Between whom a request travels, as messages name them.
pub(super) struct Route {
    origin: String,
    is_https: bool,
    proxy: Option<String>,
}

/// What the HTTP library says of an error by itself.
#[derive(Clone, Copy)]
pub(super) struct ErrorInfo<'a> {
    pub(super) cause: &'a (dyn Error + 'static),
    pub(super) is_dns: bool,
    pub(super) is_timeout: bool,
}

impl Route {
    pub(super) fn new(url: &Url, proxy: Option<String>) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        Self { origin: format!("{host}:{port}"), is_https: url.scheme() == "https", proxy }
    }

    /// The part of it that comes first: to the proxy, or to the endpoint where there is none.
    pub(super) fn before_tls(self) -> Self {
        Self { is_https: false, ..self }
    }

    /// Host and port of that machine.
    pub(super) fn first(&self) -> &str {
        self.proxy.as_deref().unwrap_or(&self.origin)
    }

    /// Whether a proxy passes requests on, rather than a tunnel to the endpoint.
    pub(super) fn is_relayed(&self) -> bool {
        self.proxy.is_some() && !self.is_https
    }

    /// The proxy wants a password; the request went no further.
    pub(super) fn no_password(&self) -> SendError {
        never(password(self.first()))
    }

    /// The attempt's time is over; nobody knows how far it came.
    pub(super) fn out_of_patience(&self, patience: Duration) -> SendError {
        maybe(Fault::new(
            FaultKind::Timeout,
            format!("no whole reply from {} within {:?}", self.origin, rounded(patience)),
        ))
    }

    /// A request that cannot be put into HTTP, which no second attempt mends.
    pub(super) fn unsendable(&self) -> SendError {
        let message = format!("the request to {} is too long for a URL", self.origin);
        SendError {
            retry: false,
            ..never(Fault::new(FaultKind::Network, message).hint("give a shorter target"))
        }
    }

    /// No connection, or no agreement on TLS: nothing was sent.
    pub(super) fn no_connection(&self, symptoms: ErrorInfo<'_>, limit: Duration) -> SendError {
        let tunnel = causes(symptoms.cause)
            .map(ToString::to_string)
            .find(|text| text.starts_with("tunnel error"));
        let peer = self.peer(tunnel.is_some());

        if let Some(error) = find::<rustls::Error>(symptoms.cause) {
            return SendError { retry: !is_final(error), ..never(tls(error, &peer)) };
        }
        if symptoms.is_timeout {
            return never(self.unconnected(limit));
        }
        let fault = match find::<io::Error>(symptoms.cause) {
            Some(error) if is_out_of_files(error) => {
                Fault::new(FaultKind::Network, format!("too many open files to connect to {peer}"))
                    .hint("lower --concurrency, or raise the limit with `ulimit -n`")
            }
            _ if symptoms.is_dns => {
                let host = peer.rsplit_once(':').map_or(peer.as_str(), |(host, _)| host);
                Fault::new(FaultKind::Network, format!("cannot resolve {host}"))
            }
            Some(error) => self.unreachable(error, &peer, tunnel.is_some()),
            None => self.untunnelled(tunnel.as_deref(), &peer),
        };
        // What the vendor's own address may be guilty of says nothing of a proxy.
        let is_to_blame = self.ends_at_proxy(tunnel.is_some()) && fault.hint.is_none();
        never(if is_to_blame {
            fault.hint("check the proxy in the profile or the environment")
        } else {
            fault
        })
    }

    fn unreachable(&self, error: &io::Error, peer: &str, in_tunnel: bool) -> Fault {
        use io::ErrorKind as Io;
        match error.kind() {
            Io::ConnectionRefused => {
                Fault::new(FaultKind::Network, format!("{peer} refuses connections"))
            }
            // Once TCP stands, only TLS is left to fail before the request leaves.
            Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe
                if self.is_https && !in_tunnel =>
            {
                Fault::new(
                    FaultKind::Tls,
                    format!("{peer} closes the connection before TLS is agreed"),
                )
                .hint("does the endpoint speak https on this port?")
            }
            kind => Fault::new(FaultKind::Network, format!("cannot connect to {peer}: {kind}")),
        }
    }

    fn unconnected(&self, limit: Duration) -> Fault {
        let through = self
            .proxy
            .as_ref()
            .map(|proxy| format!(" through the proxy {proxy}"))
            .unwrap_or_default();
        Fault::new(
            FaultKind::Timeout,
            format!("no connection to {}{through} within {:?}", self.origin, rounded(limit)),
        )
    }

    fn untunnelled(&self, tunnel: Option<&str>, peer: &str) -> Fault {
        match tunnel {
            Some(text) if text.ends_with("authorization required") => password(self.first()),
            Some(_) => {
                Fault::new(FaultKind::Network, format!("{peer} opens no way to {}", self.origin))
            }
            None => Fault::new(FaultKind::Network, format!("cannot connect to {peer}")),
        }
    }

    /// The connection stood, and the request may have arrived.
    pub(super) fn no_reply(&self, symptoms: ErrorInfo<'_>) -> SendError {
        let peer = self.peer(false);
        if let Some(error) = find::<rustls::Error>(symptoms.cause) {
            return maybe(tls(error, &peer));
        }
        if symptoms.is_timeout {
            return maybe(Fault::new(FaultKind::Timeout, format!("{peer} stopped answering")));
        }
        let is_malformed = find::<hyper::Error>(symptoms.cause).is_some_and(hyper::Error::is_parse)
            || find::<io::Error>(symptoms.cause).is_some_and(|error| {
                matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            });
        let is_reset = find::<io::Error>(symptoms.cause).is_some_and(|error| {
            matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
        });
        let message = match (is_malformed, is_reset) {
            (true, _) => format!("what {peer} sent is not whole HTTP"),
            (_, true) => format!("{peer} reset the connection before a whole reply came"),
            (false, false) => format!("{peer} closed the connection before a whole reply came"),
        };
        maybe(Fault::new(FaultKind::Network, message))
    }

    /// The machine at the other end of the socket: the proxy for plain HTTP and while a tunnel is dug.
    pub(super) fn peer(&self, in_tunnel: bool) -> String {
        match &self.proxy {
            Some(proxy) if self.ends_at_proxy(in_tunnel) => format!("the proxy {proxy}"),
            _ => self.origin.clone(),
        }
    }

    fn ends_at_proxy(&self, in_tunnel: bool) -> bool {
        self.is_relayed() || self.proxy.is_some() && in_tunnel
    }
}

fn never(fault: Fault) -> SendError {
    SendError { sent: Delivery::NotSent, fault, retry: true }
}

fn maybe(fault: Fault) -> SendError {
    SendError { sent: Delivery::Unknown, fault, retry: true }
}

/// Whole milliseconds: what is left of a deadline has nine digits.
fn rounded(time: Duration) -> Duration {
    Duration::new(time.as_secs(), time.subsec_millis() * 1_000_000)
}

fn password(proxy: &str) -> Fault {
    Fault::new(FaultKind::Network, format!("the proxy {proxy} wants a user name and a password"))
        .hint("write the proxy as http://USER:PASSWORD@HOST:PORT, with a login that it takes")
}

fn tls(error: &rustls::Error, peer: &str) -> Fault {
    const TRUST: &str =
        "name the authority's certificate with `ca_file` in the profile, or with SSL_CERT_FILE";
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error, peer, TRUST),
        rustls::Error::Other(other) if other.0.is::<NoAuthorities>() => Fault::new(
            FaultKind::Tls,
            format!("cannot check the certificate of {peer}: {}", other.0),
        )
        .hint(TRUST),
        rustls::Error::InvalidMessage(_) => {
            Fault::new(FaultKind::Tls, format!("{peer} does not speak TLS"))
                .hint("check the port, or whether the endpoint begins with http://")
        }
        error => Fault::new(FaultKind::Tls, format!("no agreement on TLS with {peer}: {error}")),
    }
}

fn certificate(error: &CertificateError, peer: &str, trust: &str) -> Fault {
    use CertificateError as Bad;
    let (what, hint) = match error {
        Bad::Expired | Bad::ExpiredContext { .. } => {
            ("has expired".to_owned(), "check this machine's clock")
        }
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            ("is not valid yet".to_owned(), "check this machine's clock")
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            ("is for another name".to_owned(), "check the endpoint's host")
        }
        // A bad signature is what an authority leaves that was made anew under its old name.
        Bad::UnknownIssuer | Bad::BadSignature => {
            ("comes from an authority that is not trusted here".to_owned(), trust)
        }
        Bad::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => (
            "is an authority's own".to_owned(),
            "the server needs one that an authority issued to it",
        ),
        other => (format!("fails: {other}"), trust),
    };
    Fault::new(FaultKind::Tls, format!("the certificate of {peer} {what}")).hint(hint)
}

/// Whether the handshake ends the same way however often it is tried.
fn is_final(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(_) => true,
        rustls::Error::Other(other) => other.0.is::<NoAuthorities>(),
        _ => false,
    }
}

fn is_out_of_files(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    cfg!(unix) && matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    // The innermost, because an `io::Error` often wraps another that knows more.
    causes(error).filter_map(|cause| cause.downcast_ref::<E>()).last()
}

/// An error and what caused it, down to what an `io::Error` wraps: its own `source` steps over that.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}
