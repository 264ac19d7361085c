//! [`Probe`]: the way to an endpoint, looked at step by step, with nothing sent over it but a bare GET.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::select_ok;
use reqwest::Client;
use reqwest::header::DATE;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::Url;

use super::send_error::{ErrorInfo, Route};
use super::{Https, Options, SendError, bounded};
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::outcome::Fault;

/// The way that a request to an endpoint would take.
pub struct Probe {
    https: Https,
    endpoint: Endpoint,
    url: Url,
}

/// The head of a reply, whatever it says.
#[derive(Debug)]
pub struct Head {
    /// Whose it is: the endpoint's, or that of a proxy which passes requests on and may answer itself.
    pub from: String,
    /// Its HTTP status.
    pub status: u16,
    /// The `Date` header as sent: the server's clock.
    pub date: Option<String>,
}

impl Probe {
    /// The way to this endpoint; an error says which part of the configuration is wrong.
    pub fn new(options: Options, endpoint: Endpoint) -> Result<Self> {
        Ok(Self {
            https: Https::new(options, !endpoint.is_loopback())?,
            url: endpoint.join("/"),
            endpoint,
        })
    }

    /// Where it leads.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The proxy on it, without user name and password.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        self.https.detour.as_ref()?.1.url_on_the_way_to(&self.url)
    }

    /// Host and port of the first machine on it: the proxy, or the endpoint where there is none.
    #[must_use]
    pub fn first(&self) -> String {
        self.way().1.first().to_owned()
    }

    /// That machine's addresses.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>, Fault> {
        let found = self.in_time(lookup_host(self.first())).await.map(Vec::from_iter);
        let nothing = || io::Error::from(io::ErrorKind::NotFound);
        let found =
            found.and_then(|found| if found.is_empty() { Err(nothing()) } else { Ok(found) });
        found.map_err(|error| self.fault(&error, true))
    }

    /// The one of its addresses that takes a connection first.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub async fn connect(&self, addresses: &[SocketAddr]) -> Result<SocketAddr, Fault> {
        let attempts = addresses.iter().map(|address| Box::pin(TcpStream::connect(*address)));
        let connected =
            self.in_time(select_ok(attempts)).await.and_then(|(stream, _)| stream.peer_addr());
        connected.map_err(|error| self.fault(&error, false))
    }

    /// Asks for the endpoint itself, with nothing that vouches for anybody, and hears the head of the reply.
    pub async fn ask(&self, patience: Duration) -> Result<Head, SendError> {
        /// What a proxy answers that wants a password.
        const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;
        let (client, way) = self.way();
        let response = match timeout(patience, client.get(self.url.clone()).send()).await {
            Ok(sent) => sent.map_err(|error| self.https.lost(&error, &way))?,
            Err(_) => return Err(way.out_of_patience(patience)),
        };
        let status = response.status().as_u16();
        if status == PROXY_AUTHENTICATION_REQUIRED && way.is_relayed() {
            return Err(way.no_password());
        }
        Ok(Head {
            from: way.peer(false),
            status,
            date: response.headers().get(DATE).map(|date| bounded(date.as_bytes())),
        })
    }

    /// The version of TLS that was agreed on the way, such as `TLS 1.3`; nothing as long as none was.
    #[must_use]
    pub fn tls(&self) -> Option<String> {
        self.https.agreed.version()
    }

    fn way(&self) -> (&Client, Route) {
        let (client, proxy) = self.https.client_for(&self.url);
        (client, Route::new(&self.url, proxy))
    }

    async fn in_time<T>(&self, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        timeout(self.https.connect, step)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    fn fault(&self, error: &io::Error, is_dns: bool) -> Fault {
        let symptoms =
            ErrorInfo { cause: error, is_dns, is_timeout: error.kind() == io::ErrorKind::TimedOut };
        self.way().1.before_tls().no_connection(symptoms, self.https.connect).fault
    }
}
