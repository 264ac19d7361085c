//! A server on loopback that follows a script, one act a request, byte by byte where a fault asks for that.
//!
//! It records a request when it arrives, before it answers. It is bounded in every direction: connections, seconds,
//! bytes; and it stops when it is dropped. The tests of `src/net` share it.

pub mod certificates;
mod peer;
pub mod request;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ServerConfig;

use certificates::{AUTHORITY, CertificateKind};
use peer::Peer;
use request::ReceivedRequest;

/// The longest that a connection is served.
const MAX_DURATION: Duration = Duration::from_secs(15);
const MAX_CONNECTIONS: usize = 20_000;
/// The length of an endless reply: more than the client reads of a page of a list.
const MAX_BYTES: usize = 20 << 20;

/// One step of an answer.
#[derive(Clone, Debug)]
pub enum ServerStep {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes one by one, with this pause after each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again, with this pause after each, while anybody listens.
    Forever(Vec<u8>, Duration),
    /// Does nothing for so long.
    Pause(Duration),
    /// Does nothing until the other end is gone.
    Hang,
    /// Ends the connection in order.
    Close,
    /// Ends the connection with a reset.
    Reset,
    /// Speaks TLS from here on, as a tunnel's far end does.
    StartTls(Arc<ServerConfig>),
}

/// The answer to one request; after its steps the connection is kept for the next.
pub enum ServerAct {
    /// As soon as there is something to read, which stays unread.
    OnConnect(Vec<ServerStep>),
    /// After the whole request was read.
    OnRequest(Answer),
}

/// The steps that follow a request.
pub type Answer = Box<dyn Fn(&ReceivedRequest) -> Vec<ServerStep> + Send + Sync>;

impl ServerAct {
    /// The same answer to any request.
    pub fn answer(steps: Vec<ServerStep>) -> Self {
        Self::OnRequest(Box::new(move |_| steps.clone()))
    }
}

/// A whole HTTP reply; each header ends with a line end.
pub fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A running server.
pub struct FaultServer {
    pub address: SocketAddr,
    shared: Arc<SharedState>,
}

struct SharedState {
    acts: Vec<ServerAct>,
    tls: Option<Arc<ServerConfig>>,
    delay: Duration,
    arrivals: AtomicUsize,
    connections: AtomicUsize,
    requests: Mutex<Vec<ReceivedRequest>>,
    stopped: AtomicBool,
}

impl FaultServer {
    /// Serves plain HTTP; the last act answers all further requests.
    pub fn start(acts: Vec<ServerAct>) -> Self {
        Self::serve(acts, None, Duration::ZERO)
    }

    /// Answers every request by a rule.
    pub fn answering(
        rule: impl Fn(&ReceivedRequest) -> Vec<ServerStep> + Send + Sync + 'static,
    ) -> Self {
        Self::start(vec![ServerAct::OnRequest(Box::new(rule))])
    }

    /// Answers every request by these steps.
    pub fn always(steps: impl Into<Vec<ServerStep>>) -> Self {
        Self::start(vec![ServerAct::answer(steps.into())])
    }

    /// Serves over TLS, with a certificate of this kind.
    pub fn start_tls(kind: CertificateKind, acts: Vec<ServerAct>) -> Self {
        let is_late = kind == CertificateKind::Late;
        let delay = Duration::from_millis(if is_late { 300 } else { 0 });
        Self::serve(acts, Some(AUTHORITY.loopback(kind)), delay)
    }

    /// Serves over TLS as this configuration has it.
    pub fn with_tls(config: Arc<ServerConfig>, acts: Vec<ServerAct>) -> Self {
        Self::serve(acts, Some(config), Duration::ZERO)
    }

    fn serve(acts: Vec<ServerAct>, tls: Option<Arc<ServerConfig>>, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(SharedState {
            acts,
            tls,
            delay,
            arrivals: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().take(MAX_CONNECTIONS).map_while(Result::ok) {
                if state.stopped.load(Ordering::Relaxed) {
                    break;
                }
                state.connections.fetch_add(1, Ordering::Relaxed);
                let state = Arc::clone(&state);
                thread::spawn(move || state.attend(stream));
            }
        });
        Self { address, shared }
    }

    /// The endpoint that a profile names.
    pub fn url(&self) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// How many attempts came, including those that ended before anything of them was read.
    pub fn arrivals(&self) -> usize {
        self.shared.arrivals.load(Ordering::Relaxed)
    }

    /// The same, once there are so many: the program may end before the server knows of its last attempt.
    pub fn arrivals_up_to(&self, attempts: usize) -> usize {
        let started = Instant::now();
        while self.arrivals() < attempts && started.elapsed() < Duration::from_secs(2) {
            thread::sleep(Duration::from_millis(5));
        }
        self.arrivals()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// The requests that were read, in the order of arrival.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

impl SharedState {
    /// The act for the next attempt.
    fn next(&self) -> &ServerAct {
        let turn = self.arrivals.fetch_add(1, Ordering::Relaxed);
        &self.acts[turn.min(self.acts.len() - 1)]
    }

    fn attend(&self, stream: TcpStream) {
        let turn = self.arrivals.load(Ordering::Relaxed).min(self.acts.len() - 1);
        stream.set_read_timeout(Some(MAX_DURATION)).unwrap();
        stream.set_write_timeout(Some(MAX_DURATION)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut peer = Peer::new(stream);
        if let Some(config) = &self.tls {
            thread::sleep(self.delay);
            if peer.start_tls(config).is_err() {
                self.next();
                return;
            }
        }
        if let ServerAct::OnConnect(steps) = &self.acts[turn] {
            self.next();
            peer.wait();
            return peer.act(steps.clone()).unwrap_or_default();
        }
        while let Some((head, body)) = peer.read_request() {
            let request = {
                let mut requests = self.requests.lock().unwrap();
                let request = ReceivedRequest::new(requests.len() + 1, head, body);
                requests.push(request.clone());
                request
            };
            let steps = match self.next() {
                ServerAct::OnConnect(steps) => steps.clone(),
                ServerAct::OnRequest(answer) => answer(&request),
            };
            if peer.act(steps).is_err() {
                return;
            }
        }
    }
}

/// An address where connections are neither taken nor refused, because the queue of those that wait is full.
pub struct Blackhole {
    pub address: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Blackhole {
    /// Nothing where the system takes connections without end.
    pub fn open() -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let listener = {
            let _entered = runtime.enter();
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            socket.listen(1).unwrap().into_std().unwrap()
        };
        let address = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            waiting.push(stream);
            if waiting.len() > 100 {
                return None;
            }
        }
        Some(Self { address, _listener: listener, _waiting: waiting })
    }
}

/// An address where nothing listens.
pub fn closed_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
