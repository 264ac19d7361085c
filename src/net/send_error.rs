//! [`SendError`]: why a request has no whole response, and whether it may have arrived.
//!
//! An error before the connection is established, TLS included, is the one proof that nothing was sent; every later error
//! leaves the outcome unknown. Owns the messages of both. Whether another attempt is made is the engine's decision.

use std::error::Error;
use std::io::{self, ErrorKind as Io};
use std::iter::successors;
use std::time::Duration;

use url::Url;

use super::certificate::{is_final, tls_fault};
use super::tls::TrustSource;
use crate::outcome::fault::{Fault, FaultKind};

/// Why a request has no whole response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// Whether it may have arrived.
    pub sent: Delivery,
    /// The fault, of kind network, timeout or TLS.
    pub fault: Fault,
    /// Whether another attempt may succeed; it cannot with a certificate that fails.
    pub retry: bool,
    /// Whether this process has no file left for a connection, which another request may close.
    pub out_of_files: bool,
}

/// Whether a failed request reached the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not a byte of it left this machine.
    NotSent,
    /// It may have arrived.
    Unknown,
}

/// The endpoint and the proxy of a request, as messages name them.
pub(super) struct Route {
    origin: String,
    is_https: bool,
    proxy: Option<String>,
    /// The source of the trusted authorities.
    trust: TrustSource,
}

/// The HTTP library's own classification of an error.
#[derive(Clone, Copy)]
pub(super) struct ErrorInfo<'a> {
    pub(super) cause: &'a (dyn Error + 'static),
    pub(super) is_dns: bool,
    pub(super) is_timeout: bool,
}

impl Route {
    pub(super) fn new(url: &Url, proxy: Option<String>, trust: TrustSource) -> Self {
        // Host and port alone, here and in every message: the URL contains the signature, and the
        // library's own texts repeat the URL.
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        Self { origin: format!("{host}:{port}"), is_https: url.scheme() == "https", proxy, trust }
    }

    /// The part of it before TLS: to the proxy, or to the endpoint where there is none.
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

    /// The proxy requires a password; the request went no further.
    pub(super) fn proxy_login_required(&self) -> SendError {
        not_sent(login_required(self.first()))
    }

    /// The attempt's time is over, and it may have arrived.
    pub(super) fn timed_out(&self, timeout: Duration) -> SendError {
        // The connect has its own, shorter limit: this one fires after it.
        unknown(Fault::new(
            FaultKind::Timeout,
            format!("no whole response from {} within {:?}", self.origin, rounded(timeout)),
        ))
    }

    /// A request that cannot be written as HTTP.
    pub(super) fn unsendable(&self) -> SendError {
        // The library takes no URL of more than 65,534 bytes, and refuses it before it connects.
        let fault = network(format!("the request to {} is too long for a URL", self.origin));
        SendError { retry: false, ..not_sent(fault.hint("use a shorter target")) }
    }

    /// No connection, or no TLS: nothing was sent.
    pub(super) fn no_connection(&self, info: ErrorInfo<'_>, limit: Duration) -> SendError {
        // The error of a tunnel has a type that the library keeps to itself; its text is all there is.
        let mut texts = causes(info.cause).map(ToString::to_string);
        let tunnel = texts.find(|text| text.starts_with("tunnel error"));
        let peer = self.peer(tunnel.is_some());
        if let Some(error) = find::<rustls::Error>(info.cause) {
            return SendError {
                // A certificate that fails does so every time; a handshake that broke off may succeed.
                retry: !is_final(error),
                ..not_sent(tls_fault(error, &peer, self.trust))
            };
        }
        // The connect's own limit. A timeout of the whole attempt would not show whether the request had left.
        if info.is_timeout {
            return not_sent(self.connect_timeout(limit));
        }
        let cause = find::<io::Error>(info.cause);
        // Kept apart from a network that fails: it passes as soon as another request has ended.
        if cause.is_some_and(is_out_of_files) {
            let fault = network(format!("too many open files to connect to {peer}"))
                .hint("lower --concurrency, or raise the limit with `ulimit -n`");
            return SendError { out_of_files: true, ..not_sent(fault) };
        }
        let fault = match cause {
            _ if info.is_dns => {
                // The port has no part in resolving a name.
                let host = peer.rsplit_once(':').map_or(peer.as_str(), |(host, _)| host);
                network(format!("cannot resolve {host}"))
            }
            Some(error) => self.unreachable(error, &peer, tunnel.is_some()),
            None => self.tunnel_refused(tunnel.as_deref(), &peer),
        };
        // By the end of the connection, not by the words of the library: those name the endpoint's
        // trouble and the proxy's alike.
        if self.ends_at_proxy(tunnel.is_some()) && fault.hint.is_none() {
            return not_sent(fault.hint("check the proxy in the profile or the environment"));
        }
        not_sent(fault)
    }

    fn unreachable(&self, error: &io::Error, peer: &str, in_tunnel: bool) -> Fault {
        match error.kind() {
            Io::ConnectionRefused => network(format!("{peer} refuses connections")),
            // After TCP, only the TLS handshake can fail before the request leaves.
            Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe
                if self.is_https && !in_tunnel =>
            {
                let message = format!("{peer} closed the connection during the TLS handshake");
                Fault::new(FaultKind::Tls, message)
                    .hint("does the endpoint speak https on this port?")
            }
            kind => network(format!("cannot connect to {peer}: {kind}")),
        }
    }

    fn connect_timeout(&self, limit: Duration) -> Fault {
        let through = self.proxy.as_ref().map(|proxy| format!(" through the proxy {proxy}"));
        let (to, through) = (&self.origin, through.unwrap_or_default());
        let message = format!("no connection to {to}{through} within {:?}", rounded(limit));
        Fault::new(FaultKind::Timeout, message)
    }

    fn tunnel_refused(&self, tunnel: Option<&str>, peer: &str) -> Fault {
        match tunnel {
            // The library reads the 407 of a tunnel and gives only this text.
            Some(text) if text.ends_with("authorization required") => login_required(self.first()),
            Some(_) => network(format!("{peer} refused a tunnel to {}", self.origin)),
            None => network(format!("cannot connect to {peer}")),
        }
    }

    /// The connection broke after it was established, so the request may have arrived.
    pub(super) fn no_response(&self, info: ErrorInfo<'_>) -> SendError {
        let peer = self.peer(false);
        // TLS can fail after the handshake too, for instance by a record that was altered.
        if let Some(error) = find::<rustls::Error>(info.cause) {
            return unknown(tls_fault(error, &peer, self.trust));
        }
        if info.is_timeout {
            return unknown(Fault::new(FaultKind::Timeout, format!("{peer} stopped responding")));
        }
        let is_malformed = find::<hyper::Error>(info.cause).is_some_and(hyper::Error::is_parse);
        // Only the wording differs: whatever arrived, it is no whole response.
        let verb = match find::<io::Error>(info.cause).map(io::Error::kind) {
            Some(Io::InvalidData | Io::InvalidInput) => None,
            _ if is_malformed => None,
            Some(Io::ConnectionReset | Io::BrokenPipe) => Some("reset"),
            Some(_) | None => Some("closed"),
        };
        unknown(network(match verb {
            Some(verb) => format!("{peer} {verb} the connection before a whole response arrived"),
            None => format!("the response of {peer} is not valid HTTP"),
        }))
    }

    /// The machine at the other end of the socket: the proxy for plain HTTP and while a tunnel is opened.
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

fn network(message: String) -> Fault {
    Fault::new(FaultKind::Network, message)
}

fn not_sent(fault: Fault) -> SendError {
    SendError { sent: Delivery::NotSent, fault, retry: true, out_of_files: false }
}

fn unknown(fault: Fault) -> SendError {
    SendError { sent: Delivery::Unknown, ..not_sent(fault) }
}

/// Whole milliseconds; the rest of a deadline has nine digits.
fn rounded(time: Duration) -> Duration {
    Duration::new(time.as_secs(), time.subsec_millis() * 1_000_000)
}

fn login_required(proxy: &str) -> Fault {
    network(format!("the proxy {proxy} requires a user name and a password"))
        .hint("write the proxy as http://USER:PASSWORD@HOST:PORT, with a login that it accepts")
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
