//! The way to a vendor and back: [`Transport`], and [`Https`], which is the network.
//!
//! The only module that knows the HTTP client. What comes back is data, whatever its status; what does not come back is
//! a [`SendError`], which knows whether the request may have arrived.

pub mod endpoint;
mod probe;
mod proxy;
mod send_error;
mod tls;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, redirect, retry};
use url::Url;

use crate::api::request::{Method, Response, SignedRequest};
use crate::error::{Error, Result};
use crate::outcome::Fault;
use crate::secret::Secret;
use proxy::Proxies;
use send_error::{ErrorInfo, Route};
use tls::ConnectionInfo;

pub use probe::{Head, Probe};
pub use proxy::{
    check as check_proxy, environment as environment_proxies,
    without_password as proxy_without_password,
};
pub use tls::check as check_ca_file;

/// How a request reaches a vendor and its reply comes back.
pub trait Transport {
    /// Sends a request once, and gives up when the whole of it, the reply's body included, takes longer than `patience`.
    fn send(
        &self,
        request: &SignedRequest,
        patience: Duration,
    ) -> impl Future<Output = Result<Response, SendError>>;

    /// What it sends of its own that nobody may see: the password of a proxy.
    fn secrets(&self) -> &[Secret] {
        &[]
    }
}

/// A request that brought no whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// Whether it may have arrived.
    pub sent: Delivery,
    /// What happened: of kind network, timeout or TLS.
    pub fault: Fault,
    /// Whether another attempt may fare better; it does not with a certificate that fails.
    pub retry: bool,
}

/// How far a lost request may have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not a byte of it left this machine.
    NotSent,
    /// It may have arrived.
    Unknown,
}

/// What the command line and the profile say about connections. It has no `Debug`: a proxy may hold a password.
#[derive(Clone)]
pub struct Options {
    /// The longest that name, TCP, proxy and TLS may take together; see [`connect_limit`].
    pub connect: Duration,
    /// A file of the only authorities to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// A proxy instead of the environment's.
    pub proxy: Option<String>,
}

/// The longest that connecting may take: short enough that a connect that fails is known never to have sent anything.
#[must_use]
pub fn connect_limit(timeout: Duration, deadline: Duration) -> Duration {
    const MOST: Duration = Duration::from_secs(3);
    const MARGIN: Duration = Duration::from_millis(50);
    MOST.min(timeout).min(deadline).saturating_sub(MARGIN)
}

/// HTTP/1.1 over TCP or TLS, directly or through a proxy.
pub struct Https {
    connect: Duration,
    direct: Client,
    detour: Option<(Client, Proxies)>,
    secrets: Vec<Secret>,
    agreed: ConnectionInfo,
}

impl Https {
    /// A transport; only a run with `any_remote` endpoint looks for proxies, because loopback never uses one.
    pub fn new(options: Options, any_remote: bool) -> Result<Self> {
        let Options { connect, ca_file, proxy } = options;
        let (tls, agreed) = tls::config(ca_file.as_deref())?;
        let client = || client(connect, tls.clone());
        let proxies = if any_remote { Proxies::new(proxy.as_deref())? } else { None };
        let secrets = proxies.as_ref().map(Proxies::secrets).unwrap_or_default();
        let detour = match proxies {
            Some(proxies) => Some((build(through(client(), &proxies)?)?, proxies)),
            None => None,
        };
        Ok(Self { connect, direct: build(client().no_proxy())?, detour, secrets, agreed })
    }

    /// Who carries a request to this URL, and through which proxy.
    fn client_for(&self, url: &Url) -> (&Client, Option<String>) {
        let detour = self.detour.as_ref();
        let detour =
            detour.and_then(|(client, proxies)| Some((client, proxies.on_the_way_to(url)?)));
        detour.map_or((&self.direct, None), |(client, proxy)| (client, Some(proxy)))
    }

    fn lost(&self, error: &reqwest::Error, way: &Route) -> SendError {
        let symptoms =
            ErrorInfo { cause: error, is_dns: error.is_dns(), is_timeout: error.is_timeout() };
        if error.is_builder() {
            way.unsendable()
        } else if error.is_connect() {
            way.no_connection(symptoms, self.connect)
        } else {
            way.no_reply(symptoms)
        }
    }
}

impl Transport for Https {
    async fn send(
        &self,
        request: &SignedRequest,
        patience: Duration,
    ) -> Result<Response, SendError> {
        let (client, proxy) = self.client_for(&request.url);
        let way = || Route::new(&request.url, proxy);
        match tokio::time::timeout(patience, exchange(client, request)).await {
            Ok(settled) => settled.map_err(|error| self.lost(&error, &way())),
            Err(_) => Err(way().out_of_patience(patience)),
        }
    }

    fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

/// The one place where clients come from: no redirect, no referrer, no retry of the library's own, no guess at encodings.
fn client(connect: Duration, tls: rustls::ClientConfig) -> ClientBuilder {
    /// Shorter than servers usually keep an idle connection, so that few requests meet one that is just being closed.
    const IDLE: Duration = Duration::from_secs(20);
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(connect)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .user_agent(concat!("livectl/", env!("CARGO_PKG_VERSION")))
}

fn through(client: ClientBuilder, proxies: &Proxies) -> Result<ClientBuilder> {
    let Some(chosen) = &proxies.chosen else { return Ok(client) };
    // Which requests go through it is decided in `send`, so that messages can name the proxy.
    let mut client = client.no_proxy();
    let proxies = [
        chosen.http.clone().map(reqwest::Proxy::http),
        chosen.https.clone().map(reqwest::Proxy::https),
    ];
    for proxy in proxies.into_iter().flatten() {
        client = client.proxy(proxy.map_err(|_| Error::config("the proxy cannot be used"))?);
    }
    Ok(client)
}

fn build(client: ClientBuilder) -> Result<Client> {
    client.build().map_err(|_| Error::internal(anyhow::anyhow!("the HTTP client cannot be built")))
}

/// Not an async function: the future of each row would keep what the request is built from.
fn call(
    client: &Client,
    request: &SignedRequest,
) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    };
    let mut call = client.request(method, request.url.clone());
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    if let Some(body) = &request.body {
        call = call.header(CONTENT_TYPE, "application/json").body(body.clone());
    }
    call.send()
}

async fn exchange(client: &Client, request: &SignedRequest) -> reqwest::Result<Response> {
    let mut response = call(client, request).await?;
    let status = response.status().as_u16();
    let header =
        |name: HeaderName| response.headers().get(name).map(|value| bounded(value.as_bytes()));
    let (retry_after, date) = (header(RETRY_AFTER), header(DATE));
    let mut body = BytesMut::new();
    let mut oversized = false;
    while let Some(chunk) = response.chunk().await? {
        let room = Response::LIMIT - body.len();
        oversized = chunk.len() > room;
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if oversized {
            break;
        }
    }
    Ok(Response { status, retry_after, date, body: body.freeze(), oversized })
}

/// A header as text; what is longer than any date is cut.
fn bounded(header: &[u8]) -> String {
    const MOST: usize = 200;
    String::from_utf8_lossy(&header[..header.len().min(MOST)]).into_owned()
}
