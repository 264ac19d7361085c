//! [`Probe`]: the steps of a connection to an endpoint, one by one, for `doctor`.
//!
//! Owns the order of the steps and sends nothing but a GET without credentials. The findings are `doctor`'s.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::select_ok;
use reqwest::header::DATE;
use reqwest::{Client, StatusCode};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::Url;

use super::client::{ClientOptions, HttpClient, bounded, send_error};
use super::endpoint::Endpoint;
use super::send_error::{ErrorInfo, Route, SendError};
use crate::error::Result;
use crate::outcome::fault::Fault;

/// The connection that a request to an endpoint would use.
pub struct Probe {
    /// The client of its requests, which is that of a run.
    pub client: HttpClient,
    /// The endpoint that it connects to.
    pub endpoint: Endpoint,
    url: Url,
}

/// The head of a response, whatever its status.
#[derive(Debug)]
pub struct ResponseHead {
    /// The machine that sent it: the endpoint, or a proxy that forwards requests and may respond itself.
    pub from: String,
    /// Its HTTP status.
    pub status: u16,
    /// The `Date` header as sent: the server's clock.
    pub date: Option<String>,
}

impl Probe {
    /// A probe of this endpoint; an error names the part of the configuration that is wrong.
    pub fn new(options: ClientOptions, endpoint: Endpoint) -> Result<Self> {
        Ok(Self {
            client: HttpClient::new(options, !endpoint.is_loopback())?,
            url: endpoint.join("/"),
            endpoint,
        })
    }

    /// The proxy that requests use, without user name and password.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        self.client.via_proxy.as_ref()?.1.url(&self.url)
    }

    /// Host and port of the first machine: the proxy, or the endpoint where there is none.
    #[must_use]
    pub fn first(&self) -> String {
        self.route().1.first().to_owned()
    }

    /// The addresses of the first machine.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>, Fault> {
        // Behind a proxy, the proxy resolves the endpoint's name; this machine resolves the proxy's.
        let found = self.within_limit(lookup_host(self.first())).await.map(Vec::from_iter);
        let found = match found {
            Ok(found) if found.is_empty() => Err(io::ErrorKind::NotFound.into()),
            found => found,
        };
        found.map_err(|error| self.fault(&error, true))
    }

    /// The first of these addresses that accepts a connection.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub async fn connect(&self, addresses: &[SocketAddr]) -> Result<SocketAddr, Fault> {
        // All at once: an address family without a route must not hide the other one.
        let attempts = addresses.iter().map(|address| Box::pin(TcpStream::connect(*address)));
        let connected =
            self.within_limit(select_ok(attempts)).await.and_then(|(stream, _)| stream.peer_addr());
        connected.map_err(|error| self.fault(&error, false))
    }

    /// Sends a GET without credentials to the endpoint, and returns the head of the response.
    pub async fn request(&self, limit: Duration) -> Result<ResponseHead, SendError> {
        let (client, route) = self.route();
        let response = match timeout(limit, client.get(self.url.clone()).send()).await {
            Ok(sent) => sent.map_err(|error| send_error(&error, &route, self.client.connect))?,
            Err(_) => return Err(route.timed_out(limit)),
        };
        let status = response.status();
        // A proxy that forwards plain HTTP answers itself, and its 407 looks like the endpoint's.
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED && route.is_relayed() {
            return Err(route.proxy_login_required());
        }
        Ok(ResponseHead {
            from: route.peer(false),
            status: status.as_u16(),
            date: response.headers().get(DATE).map(|date| bounded(date.as_bytes())),
        })
    }

    /// The negotiated version of TLS, such as `TLS 1.3`; `None` before a handshake.
    #[must_use]
    pub fn tls_version(&self) -> Option<String> {
        self.client.tls_version.get()
    }

    fn route(&self) -> (&Client, Route) {
        let (client, proxy) = self.client.client_for(&self.url);
        (client, Route::new(&self.url, proxy, self.client.trust))
    }

    async fn within_limit<T>(&self, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        timeout(self.client.connect, step)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    fn fault(&self, error: &io::Error, is_dns: bool) -> Fault {
        let is_timeout = error.kind() == io::ErrorKind::TimedOut;
        let info = ErrorInfo { cause: error, is_dns, is_timeout };
        self.route().1.before_tls().no_connection(info, self.client.connect).fault
    }
}
