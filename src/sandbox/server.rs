//! [`Sandbox`]: the HTTP/1.1 server. It accepts connections, reads each request whole, finds its route, and writes the
//! reply. The reply itself is computed by the vendors' [simulators](super::simulator).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::sandbox::demo;
use crate::sandbox::simulator::{
    SandboxCall, SandboxReply, SandboxRequest, SandboxRoute, Simulator,
};
use crate::sandbox::state::VendorState;
use crate::sandbox::stream_state::StreamKey;
use crate::text::{excerpt, visible};
use crate::time::Timestamp;

/// Where `livectl sandbox` listens by default.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8787));

/// The path of the simulator's own document: its state, with names and times and without credentials.
const STATE_PATH: &str = "/sandbox/state";

/// The longest body that is read, in bytes.
pub(super) const BODY_LIMIT: usize = 1 << 20;

/// The longest reply in a line of the log, in characters.
const LOGGED_REPLY: usize = 300;

/// How long to wait before accepting again.
// The system may have no socket left to give: without a pause, the loop would take a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The simulator, bound to its address and ready to serve.
#[derive(Debug)]
pub struct Sandbox {
    listener: TcpListener,
    address: SocketAddr,
    simulation: Simulation,
}

/// Takes a line for each request.
pub type RequestLog = fn(&str);

impl Sandbox {
    /// Binds to an address to simulate these vendors; port 0 takes a free port.
    pub async fn bind(
        listen: SocketAddr,
        simulators: Vec<&'static Simulator>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, simulation: Simulation::new(simulators, Utc::now()) })
    }

    /// Writes a line for each request to a log: method, path, operation, the streams that it changed, and the reply.
    // It has no credential: the query and the body of the request stay out.
    #[must_use]
    pub fn with_log(mut self, log: RequestLog) -> Self {
        self.simulation.log = Some(log);
        self
    }

    /// The address that it listens on, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A complete profile file for this sandbox, with the demo credentials.
    #[must_use]
    pub fn profile(&self) -> String {
        demo::profile(&self.simulation.simulators, reachable(self.address))
    }

    /// Serves until dropped, and drops its connections with it.
    pub async fn serve(self) {
        let simulation = Arc::new(self.simulation);
        let mut connections = JoinSet::new();
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&simulation)))),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
            // Without this, every connection that has ended would be kept until the server stops.
            while connections.try_join_next().is_some() {}
        }
    }
}

/// The address to call for one that is listened on: an unspecified address is called as loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// Serves one connection until the client closes it.
async fn serve(stream: TcpStream, simulation: Arc<Simulation>) {
    // Without it, small replies on a kept connection wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let reply = service_fn(|request| simulation.respond(request));
    // `half_close`: some clients close their side once the request is sent.
    // A client may close a connection at any time; that is no failure of the server.
    let _ =
        http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), reply).await;
}

/// The simulators, each with its state, shared by all connections.
#[derive(Debug)]
struct Simulation {
    simulators: Vec<&'static Simulator>,
    /// In the order of the simulators.
    states: Mutex<Vec<VendorState>>,
    log: Option<RequestLog>,
}

impl Simulation {
    fn new(simulators: Vec<&'static Simulator>, now: Timestamp) -> Self {
        let states = simulators.iter().map(|_| VendorState::new(now)).collect();
        Self { simulators, states: Mutex::new(states), log: None }
    }

    async fn respond(&self, request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        // The path alone: a query of Tencent's legacy API contains the signature.
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let Routed { operation, changed, reply, allowed } = self.reply(request).await?;
        if let Some(log) = self.log {
            let words = operation.into_iter().chain(changed.iter().map(StreamKey::to_string));
            let words: String = words.flat_map(|word| [" ".to_owned(), word]).collect();
            let (status, document) =
                (reply.0.as_u16(), excerpt(&reply.1.to_string(), LOGGED_REPLY));
            log(&format!("{method} {path}{}: {status} {document}", visible(&words)));
        }
        let mut response = response(reply);
        if let Some(allowed) = allowed.and_then(|allowed| HeaderValue::from_str(&allowed).ok()) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        Ok(response)
    }

    async fn reply(&self, request: Request<Incoming>) -> hyper::Result<Routed> {
        let path = request.uri().path();
        if path == STATE_PATH {
            let is_get = request.method() == Method::GET;
            let show = || Routed::reply((StatusCode::OK, self.show(Utc::now())));
            return Ok(if is_get { show() } else { Routed::method_not_allowed(&["GET"]) });
        }
        let marked = |(_, route): &(usize, &SandboxRoute)| route.is_marked(request.headers());
        let mut routes: Vec<_> = self.routes(path).filter(marked).collect();
        // First those that the header chose: several vendors serve `/`, and JD all of `/v1/`.
        routes.sort_by_key(|(_, route)| route.header.is_none());
        let accepted = routes.iter().find(|(_, route)| route.accepts(request.method()));
        let Some(&(index, route)) = accepted else {
            let not_found = || error(StatusCode::NOT_FOUND, "no vendor's operation has this path");
            return Ok(routes.first().map_or_else(
                || Routed::reply(not_found()),
                |(_, route)| Routed::method_not_allowed(route.methods),
            ));
        };
        let Some(request) = read_whole(request).await? else {
            let message = "a body holds at most 1 MiB";
            return Ok(Routed::reply(error(StatusCode::PAYLOAD_TOO_LARGE, message)));
        };
        // A request whose handler panicked must not end the simulator for all others.
        // The handlers never wait, so no other connection does while the states are locked.
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        // The moment is taken under the lock, so that the order of the calls is that of their moments.
        let mut call =
            SandboxCall { state: &mut states[index], request: &request, now: Utc::now() };
        let reply = (route.handler)(&mut call);
        let operation = (self.simulators[index].operation)(&request);
        let changed = states[index].streams.take_touched();
        Ok(Routed { operation, changed, ..Routed::reply(reply) })
    }

    /// The routes of a path in order, each with the index of its simulator.
    fn routes(&self, path: &str) -> impl Iterator<Item = (usize, &'static SandboxRoute)> {
        self.simulators.iter().enumerate().flat_map(move |(index, simulator)| {
            let routes = simulator.routes.iter().filter(|route| route.matches(path));
            routes.map(move |route| (index, route))
        })
    }

    /// The state of every vendor, for people who want to see what their requests did.
    fn show(&self, now: Timestamp) -> Value {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let vendors = self.simulators.iter().zip(&*states);
        vendors
            .map(|(simulator, state)| (simulator.vendor.to_owned(), (simulator.show)(state, now)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

/// The reply to a request: a document with its status and headers.
struct Routed {
    /// The operation, for the log.
    operation: Option<String>,
    /// The streams that it changed, for the log.
    changed: Vec<StreamKey>,
    reply: SandboxReply,
    /// The methods of the path, where the request's is another.
    allowed: Option<String>,
}

impl Routed {
    fn reply(reply: SandboxReply) -> Self {
        Self { operation: None, changed: Vec::new(), reply, allowed: None }
    }

    fn method_not_allowed(methods: &[&str]) -> Self {
        let allowed = methods.join(", ");
        let message = format!("this path takes {allowed}");
        let reply = error(StatusCode::METHOD_NOT_ALLOWED, &message);
        Self { allowed: Some(allowed), ..Self::reply(reply) }
    }
}

/// The request with its body, or `None` when that is too long.
async fn read_whole(request: Request<Incoming>) -> hyper::Result<Option<SandboxRequest>> {
    let (head, body) = request.into_parts();
    // A body that announces its length is refused before it is read.
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Ok(None);
    }
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(Some(Request::from_parts(head, body.to_bytes()))),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => error.downcast().map_or(Ok(None), |broken| Err(*broken)),
    }
}

fn error(status: StatusCode, message: &str) -> SandboxReply {
    (status, json!({ "error": message }))
}

fn response((status, document): SandboxReply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    if status != StatusCode::NO_CONTENT {
        *response.body_mut() = Full::from(document.to_string());
        // Without a charset: Tencent's SDK overlooks an error whose type names one.
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unspecified_address_is_called_as_loopback() {
        for (listen, endpoint) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.1.2.3:80", "10.1.2.3:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), endpoint);
        }
    }
}
