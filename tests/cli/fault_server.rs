//! A server on loopback that does what its script says, one act a request, and remembers what it saw.
//!
//! It is bounded in every direction: so many connections, so many seconds, so many bytes; and it stops when it is dropped.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The longest that a connection is served.
const LIFE: Duration = Duration::from_secs(15);
/// The most connections that are served.
const MOST: usize = 32;
/// The most bytes that an endless reply is long.
const PLENTY: usize = 16 << 20;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct SeenRequest {
    pub head: String,
    pub body: String,
}

impl SeenRequest {
    /// The signature or the key that vouches for it.
    pub fn proof(&self) -> Option<String> {
        let value = |text: &str, before: &str, end: &[char]| {
            let (_, rest) = text.split_once(before)?;
            Some(rest.split(end).next()?.to_owned())
        };
        value(&self.head, "&sign=", &['&', ' '])
            .or_else(|| value(&self.head, "Signature=", &['\r']))
            .or_else(|| value(&self.body, r#""signature":""#, &['"']))
            .or_else(|| value(&self.body, r#""accessKey":""#, &['"']))
    }

    /// Head and body.
    pub fn text(&self) -> String {
        format!("{}{}", self.head, self.body)
    }
}

/// One thing that the server does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes one by one, so long apart.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again, so long apart, while anybody listens.
    Forever(Vec<u8>, Duration),
    /// Does nothing for so long.
    Pause(Duration),
    /// Does nothing until the other end is gone.
    Hang,
    /// Ends the connection in order.
    Close,
    /// Ends the connection with a reset.
    Reset,
}

/// What the server does about one request; when its steps are done, the connection is kept for the next.
pub enum Act {
    /// Before anything is read: as soon as the connection stands.
    ReadError(Vec<Step>),
    /// Once the request is there.
    Answer(Answer),
}

/// What the server does about the request that it is given.
pub type Answer = Box<dyn Fn(&SeenRequest) -> Vec<Step> + Send + Sync>;

impl Act {
    /// The same answer to any request.
    pub fn answer(steps: Vec<Step>) -> Self {
        Self::Answer(Box::new(move |_| steps.clone()))
    }
}

/// A running server.
pub struct FaultServer {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    acts: Vec<Act>,
    tls: Option<Arc<ServerConfig>>,
    delay: Duration,
    arrivals: AtomicUsize,
    connections: AtomicUsize,
    requests: Mutex<Vec<SeenRequest>>,
    stopped: AtomicBool,
}

impl FaultServer {
    /// Serves plain HTTP; the last act answers all further requests.
    pub fn start(acts: Vec<Act>) -> Self {
        Self::serve(acts, None, Duration::ZERO)
    }

    /// Serves over TLS.
    pub fn start_tls(certificate: Certificate, acts: Vec<Act>) -> Self {
        let delay = if certificate == Certificate::Late {
            Duration::from_millis(300)
        } else {
            Duration::ZERO
        };
        Self::serve(acts, Some(AUTHORITY.config(certificate)), delay)
    }

    fn serve(acts: Vec<Act>, tls: Option<Arc<ServerConfig>>, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
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
            for stream in listener.incoming().take(MOST).map_while(Result::ok) {
                if shared.stopped.load(Ordering::Relaxed) {
                    break;
                }
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let state = Arc::clone(&shared);
                thread::spawn(move || state.attend(stream));
            }
        });
        Self { address, state }
    }

    /// The endpoint that a profile names.
    pub fn url(&self) -> String {
        let scheme = if self.state.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// How many attempts were met, those included that were ended before anything of them was read.
    pub fn arrivals(&self) -> usize {
        self.state.arrivals.load(Ordering::Relaxed)
    }

    /// The same, once there are so many: the program may be gone before the server knows of its last attempt.
    pub fn arrivals_up_to(&self, attempts: usize) -> usize {
        let started = Instant::now();
        while self.arrivals() < attempts && started.elapsed() < Duration::from_secs(2) {
            thread::sleep(Duration::from_millis(5));
        }
        self.arrivals()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }

    /// The requests that were read.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.state.requests.lock().unwrap().clone()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

impl State {
    /// The act for the next attempt.
    fn next(&self) -> &Act {
        let turn = self.arrivals.fetch_add(1, Ordering::Relaxed);
        &self.acts[turn.min(self.acts.len() - 1)]
    }

    fn attend(&self, stream: TcpStream) {
        let turn = self.arrivals.load(Ordering::Relaxed).min(self.acts.len() - 1);
        stream.set_read_timeout(Some(LIFE)).unwrap();
        stream.set_write_timeout(Some(LIFE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut line = match &self.tls {
            None => Line::new(Wire::Plain(stream)),
            Some(config) => {
                thread::sleep(self.delay);
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                if stream.conn.complete_io(&mut stream.sock).is_err() {
                    self.next();
                    return;
                }
                Line::new(Wire::Tls(Box::new(stream)))
            }
        };
        if let Act::ReadError(steps) = &self.acts[turn] {
            self.next();
            line.wait();
            return line.act(steps.clone()).unwrap_or_default();
        }
        while let Some(request) = line.read_request() {
            self.requests.lock().unwrap().push(request.clone());
            let steps = match self.next() {
                Act::ReadError(steps) => steps.clone(),
                Act::Answer(answer) => answer(&request),
            };
            if line.act(steps).is_err() {
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

/// A connection, which leaves the last byte of each request unread while it acts: the kernel sends a reset when a socket
/// with unread bytes is closed.
struct Line {
    wire: Wire,
    opened: Instant,
    has_rest: bool,
}

impl Line {
    fn new(wire: Wire) -> Self {
        Self { wire, opened: Instant::now(), has_rest: false }
    }

    /// Waits until the other end has sent something, which stays unread.
    fn wait(&mut self) {
        let _ = self.wire.socket().peek(&mut [0]);
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        matches!(self.wire.read(&mut byte), Ok(1)).then_some(byte[0])
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        (0..count).map(|_| self.byte()).collect()
    }

    fn read_request(&mut self) -> Option<SeenRequest> {
        if std::mem::take(&mut self.has_rest) {
            self.byte()?;
        }
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
        Some(SeenRequest { head, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Fails when the connection is over.
    fn act(&mut self, steps: Vec<Step>) -> io::Result<()> {
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            if self.opened.elapsed() > LIFE {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match step {
                Step::Send(bytes) => self.wire.send(&bytes)?,
                Step::Drip(bytes, apart) => {
                    for byte in bytes {
                        self.wire.send(&[byte])?;
                        thread::sleep(apart);
                    }
                }
                Step::Forever(bytes, apart) => self.forever(&bytes, apart)?,
                Step::Pause(time) => thread::sleep(time),
                Step::Hang => {
                    self.drain();
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Step::Close => {
                    if let Wire::Tls(stream) = &mut self.wire {
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                    let _ = self.wire.socket().shutdown(Shutdown::Write);
                    self.drain();
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Step::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
            }
        }
        Ok(())
    }

    fn forever(&mut self, bytes: &[u8], apart: Duration) -> io::Result<()> {
        let mut sent = 0;
        while sent < PLENTY && self.opened.elapsed() < LIFE {
            self.wire.send(bytes)?;
            sent += bytes.len();
            if !apart.is_zero() {
                thread::sleep(apart);
            }
        }
        Ok(())
    }

    /// Reads until the other end is gone.
    fn drain(&mut self) {
        let mut bytes = [0; 4096];
        while self.opened.elapsed() < LIFE && matches!(self.wire.read(&mut bytes), Ok(1..)) {}
    }
}

/// What a TLS server shows for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// One that is right.
    Good,
    /// One that is right, after a while.
    Late,
    /// Signed by itself.
    SelfSigned,
    /// Over since long.
    Expired,
    /// From a time to come.
    Early,
    /// For another host.
    WrongHost,
}

/// The authority that signs them.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// Made once, since keys take their time.
pub static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority {
        issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
    }
});

impl Authority {
    /// What a profile's `ca_file` holds.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn config(&self, certificate: Certificate) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let host = if certificate == Certificate::WrongHost { "other.test" } else { "127.0.0.1" };
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        match certificate {
            Certificate::Expired => params.not_after = rcgen::date_time_ymd(2020, 1, 1),
            Certificate::Early => params.not_before = rcgen::date_time_ymd(2999, 1, 1),
            Certificate::Good
            | Certificate::Late
            | Certificate::SelfSigned
            | Certificate::WrongHost => {}
        }
        let signed = match certificate {
            Certificate::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.issuer),
        };
        server_config(signed.unwrap().der().clone(), &key)
    }
}

fn server_config(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

/// An address where connections are neither taken nor refused: the queue of those who wait is full.
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
