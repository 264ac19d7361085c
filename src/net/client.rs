//! [`HttpClient`]: sends a signed request once and reads the whole response. The only file that configures the HTTP
//! library.

use std::path::PathBuf;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderName,
    HeaderValue, RETRY_AFTER,
};
use reqwest::{Client, ClientBuilder, redirect, retry};
use tower_layer::layer_fn;
use url::Url;

use super::connect_limit::{ConnectLimit, connect_limit, within};
use super::proxy::Proxies;
use super::send_error::{ErrorInfo, Route, SendError};
use super::tls::{self, TlsVersion, TrustSource};
use crate::error::{Error, Result};
use crate::net::message::{Method, Response, SignedRequest};
use crate::secret::Secret;

/// Sends requests; the engine's tests replace the network with it.
pub trait Transport {
    /// Sends a request once, and gives up when all of it, the response's body included, takes longer than `timeout`.
    fn send(
        &self,
        request: &SignedRequest,
        timeout: Duration,
    ) -> impl Future<Output = Result<Response, SendError>>;

    /// The secrets that it sends itself: the password of a proxy.
    fn secrets(&self) -> &[Secret] {
        &[]
    }
}

/// The connection settings of the command line and the profile. It has no `Debug`: a proxy may have a password.
#[derive(Clone)]
pub struct ClientOptions {
    /// The longest that name, TCP, proxy and TLS may take together; see [`connect_limit`].
    pub connect: Duration,
    /// A file of the only authorities to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// A proxy instead of the environment's.
    pub proxy: Option<String>,
}

/// HTTP/1.1 over TCP or TLS, directly or through a proxy.
pub struct HttpClient {
    pub(super) connect: Duration,
    direct: Client,
    pub(super) via_proxy: Option<(Client, Proxies)>,
    secrets: Vec<Secret>,
    pub(super) tls_version: TlsVersion,
    pub(super) trust: TrustSource,
}

impl HttpClient {
    /// A client. Only a run with `any_remote` endpoint looks for proxies.
    pub fn new(options: ClientOptions, any_remote: bool) -> Result<Self> {
        let ClientOptions { connect, ca_file, proxy } = options;
        let (tls, tls_version) = tls::config(ca_file.as_deref())?;
        let trust = TrustSource::of(ca_file.as_deref());
        let client = || client(connect, tls.clone());
        // A malformed variable must not stop a run to loopback, which never uses a proxy.
        let proxies = if any_remote { Proxies::new(proxy.as_deref())? } else { None };
        let secrets = proxies.as_ref().map(Proxies::secrets).unwrap_or_default();
        let via_proxy = match proxies {
            Some(proxies) => Some((build(with_proxies(client(), &proxies)?)?, proxies)),
            None => None,
        };
        Ok(Self {
            connect,
            direct: build(client().no_proxy())?,
            via_proxy,
            secrets,
            tls_version,
            trust,
        })
    }

    /// The client for a URL, and the proxy that it uses.
    pub(super) fn client_for(&self, url: &Url) -> (&Client, Option<String>) {
        let via_proxy = self.via_proxy.as_ref();
        let via_proxy =
            via_proxy.and_then(|(client, proxies)| Some((client, proxies.authority(url)?)));
        via_proxy.map_or((&self.direct, None), |(client, proxy)| (client, Some(proxy)))
    }
}

impl Transport for HttpClient {
    async fn send(
        &self,
        request: &SignedRequest,
        timeout: Duration,
    ) -> Result<Response, SendError> {
        let (client, proxy) = self.client_for(&request.url);
        let route = || Route::new(&request.url, proxy, self.trust);
        // Below the attempt's limit, so that a failed connect is known to have sent nothing. The
        // library's own `timeout` covers the connect too and does not report which of them it was.
        let connect = self.connect.min(connect_limit(timeout));
        let exchange = within(connect, exchange(client, request));
        match tokio::time::timeout(timeout, exchange).await {
            Ok(response) => response.map_err(|error| send_error(&error, &route(), connect)),
            Err(_) => Err(route().timed_out(timeout)),
        }
    }

    fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

/// Why a request has no whole response; `connect` is the time that it had to connect.
pub(super) fn send_error(error: &reqwest::Error, route: &Route, connect: Duration) -> SendError {
    let info = ErrorInfo { cause: error, is_dns: error.is_dns(), is_timeout: error.is_timeout() };
    if error.is_builder() {
        route.unsendable()
    } else if error.is_connect() {
        route.no_connection(info, connect)
    } else {
        route.no_response(info)
    }
}

/// The settings of every client.
fn client(connect: Duration, tls: rustls::ClientConfig) -> ClientBuilder {
    // Shorter than servers usually keep an idle connection: a request on one that is being closed
    // may have arrived, and its outcome is unknown.
    const IDLE: Duration = Duration::from_secs(20);
    // Without this header some gateways compress the response, which is then no JSON.
    let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
    Client::builder()
        .default_headers(headers)
        .tls_backend_preconfigured(tls)
        .http1_only()
        // A redirect sends the signed request to another host, and turns POST into GET at a 302:
        // the other host's success would be believed.
        .redirect(redirect::Policy::none())
        // Sent to another host, the referrer would repeat the query string with the signature.
        .referer(false)
        // The library repeats a request up to twice by itself, which would be several under one attempt.
        .retry(retry::never())
        // For the probe, whose requests set no limit.
        .connect_timeout(connect)
        .connector_layer(layer_fn(ConnectLimit))
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .user_agent(concat!("livectl/", env!("CARGO_PKG_VERSION")))
}

fn with_proxies(client: ClientBuilder, proxies: &Proxies) -> Result<ClientBuilder> {
    // The client finds those of the system by itself.
    if proxies.system.is_some() {
        return Ok(client);
    }
    // Without the environment's proxies: `send` decides which requests use one, by rules that read
    // every notation of NO_PROXY, and can then name the proxy in messages.
    let mut client = client.no_proxy();
    let proxies = [
        proxies.http.clone().map(reqwest::Proxy::http),
        proxies.https.clone().map(reqwest::Proxy::https),
    ];
    for proxy in proxies.into_iter().flatten() {
        client = client.proxy(proxy.map_err(|_| Error::config("the proxy cannot be used"))?);
    }
    Ok(client)
}

fn build(client: ClientBuilder) -> Result<Client> {
    client.build().map_err(|_| Error::internal(anyhow::anyhow!("the HTTP client cannot be built")))
}

/// Starts a request.
// Not an async function: its future would keep the builder's parts for as long as the request runs.
fn call(
    client: &Client,
    request: &SignedRequest,
) -> impl Future<Output = reqwest::Result<reqwest::Response>> + use<> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut call = client.request(method, request.url.clone());
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    if let Some(body) = &request.body {
        call = call.header(CONTENT_TYPE, "application/json").body(body.clone());
    } else if request.method == Method::Post {
        // With its length of 0: some gateways refuse a POST without one (411).
        call = call.header(CONTENT_LENGTH, "0");
    }
    call.send()
}

async fn exchange(client: &Client, request: &SignedRequest) -> reqwest::Result<Response> {
    let mut response = call(client, request).await?;
    let status = response.status().as_u16();
    let header =
        |name: HeaderName| response.headers().get(name).map(|value| bounded(value.as_bytes()));
    let (retry_after, date) = (header(RETRY_AFTER), header(DATE));
    let content_encoding = header(CONTENT_ENCODING);
    // Chunk by chunk up to the limit. The library's `bytes()` has none, and took 300 MiB into
    // memory when a server sent them.
    let mut body = BytesMut::new();
    let mut oversized = false;
    while let Some(chunk) = response.chunk().await? {
        let room = request.response_limit - body.len();
        oversized = chunk.len() > room;
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if oversized {
            break;
        }
    }
    Ok(Response { status, retry_after, date, content_encoding, body: body.freeze(), oversized })
}

/// A header as text, cut where it is longer than any date.
pub(super) fn bounded(header: &[u8]) -> String {
    const LONGEST: usize = 200;
    String::from_utf8_lossy(&header[..header.len().min(LONGEST)]).into_owned()
}
