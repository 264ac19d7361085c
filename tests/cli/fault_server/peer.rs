//! One connection of the server: plain or TLS, read byte by byte, answered step by step.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{MAX_BYTES, MAX_DURATION, ServerStep};

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
pub struct Peer {
    wire: Wire,
    opened: Instant,
    has_rest: bool,
}

impl Peer {
    pub fn new(stream: TcpStream) -> Self {
        Self { wire: Wire::Plain(stream), opened: Instant::now(), has_rest: false }
    }

    /// Waits until the other end has sent something, which stays unread.
    pub fn wait(&mut self) {
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
    pub fn read_request(&mut self) -> Option<(String, String)> {
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
    pub fn act(&mut self, steps: Vec<ServerStep>) -> io::Result<()> {
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

    pub fn start_tls(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
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
