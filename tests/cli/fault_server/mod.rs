//! A server on loopback that follows a script, one act a request, byte by byte where a fault asks for that.
//!
//! It records a request when it arrives, before it answers. It is bounded in every direction: connections, seconds,
//! bytes; and it stops when it is dropped. The tests of `src/net` share it.

pub mod certificates;
pub mod request;

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use certificates::{AUTHORITY, CertificateKind};
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
        let mut peer = Peer { wire: Wire::Plain(stream), opened: Instant::now(), has_rest: false };
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

enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(bytes),
            Self::Tls(stream) => stream.read(bytes),
        }
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// The other end of a connection. The last byte of each request stays unread during the answer: the kernel sends a
/// reset when a socket with unread bytes is closed.
struct Peer {
    wire: Wire,
    opened: Instant,
    has_rest: bool,
}

impl Peer {
    /// Waits until the other end has sent something, which stays unread.
    fn wait(&mut self) {
        let _ = self.wire.socket().peek(&mut [0]);
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.wire.read(&mut byte), Ok(1)).then_some(byte[0])
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let (mut bytes, mut filled) = (vec![0; count], 0);
        while filled < count {
            match self.wire.read(&mut bytes[filled..]) {
                Ok(0) | Err(_) => return None,
                Ok(more) => filled += more,
            }
        }
        Some(bytes)
    }

    fn take_rest(&mut self) -> Option<()> {
        if std::mem::take(&mut self.has_rest) {
            self.byte()?;
        }
        Some(())
    }

    /// Head and body.
    fn read_request(&mut self) -> Option<(String, String)> {
        self.take_rest()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r") {
            head.push(self.byte()?);
        }
        let mut head = String::from_utf8_lossy(&head).into_owned();
        head.push('\n');
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().unwrap())
        });
        self.has_rest = true;
        let mut body = Vec::new();
        if let Some(length) = length.filter(|length| *length > 0) {
            self.byte()?;
            body = self.bytes(length - 1)?;
            // Every body of ours is a JSON object.
            body.push(b'}');
        }
        Some((head, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Fails when the connection is over.
    fn act(&mut self, steps: Vec<ServerStep>) -> io::Result<()> {
        for step in steps {
            if self.opened.elapsed() > MAX_DURATION {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match step {
                ServerStep::Send(bytes) => self.wire.send(&bytes)?,
                ServerStep::Drip(bytes, pause) => {
                    for byte in bytes {
                        self.wire.send(&[byte])?;
                        thread::sleep(pause);
                    }
                }
                ServerStep::Forever(bytes, pause) => self.forever(&bytes, pause)?,
                ServerStep::Pause(time) => thread::sleep(time),
                ServerStep::Hang => {
                    self.drain();
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                ServerStep::Close => {
                    if let Wire::Tls(stream) = &mut self.wire {
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                    let _ = self.wire.socket().shutdown(Shutdown::Write);
                    self.drain();
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                ServerStep::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
                ServerStep::StartTls(config) => self.start_tls(&config)?,
            }
        }
        Ok(())
    }

    fn start_tls(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        self.take_rest();
        let stream = self.wire.socket().try_clone()?;
        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        stream.conn.complete_io(&mut stream.sock)?;
        self.wire = Wire::Tls(Box::new(stream));
        Ok(())
    }

    fn forever(&mut self, bytes: &[u8], pause: Duration) -> io::Result<()> {
        let mut sent = 0;
        while sent < MAX_BYTES && self.opened.elapsed() < MAX_DURATION {
            self.wire.send(bytes)?;
            sent += bytes.len();
            if !pause.is_zero() {
                thread::sleep(pause);
            }
        }
        Ok(())
    }

    /// Reads until the other end is gone.
    fn drain(&mut self) {
        let mut bytes = [0; 4096];
        while self.opened.elapsed() < MAX_DURATION && matches!(self.wire.read(&mut bytes), Ok(1..))
        {
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
