//! A server that viewers play from: it answers each path by a script, one answer a request.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server on loopback.
pub struct PlayServer {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// One answer of a script.
#[derive(Clone, Debug)]
pub enum PlayAnswer {
    /// A live list of one segment, whose number grows with each request.
    Live,
    /// A status and a body.
    Status(&'static str, &'static str),
    /// An FLV stream of so many milliseconds, and the end of the connection.
    Flv(u64),
}

impl PlayServer {
    /// Each path begins with the first answer, and stays at the last one.
    pub fn start(script: impl Into<Vec<PlayAnswer>>) -> Self {
        let script = script.into();
        Self::answering(move |number, _| script[number.min(script.len()) - 1].clone())
    }

    /// Answers by the number of the request of its path, from 1, and the path with the query.
    pub fn answering(rule: impl Fn(usize, &str) -> PlayAnswer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (log, rule) = (Arc::clone(&requests), Arc::new(rule));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let path = path(&mut stream);
                let number = {
                    let mut log = log.lock().unwrap();
                    log.push(path.clone());
                    log.iter().filter(|other| **other == path).count()
                };
                let rule = Arc::clone(&rule);
                // A viewer may leave before the end.
                thread::spawn(move || drop(answer(&mut stream, number, &rule(number, &path))));
            }
        });
        Self { address, requests }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths with their queries, in the order of arrival.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn path(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        head.extend(byte);
    }
    String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned()
}

fn answer(stream: &mut TcpStream, number: usize, answer: &PlayAnswer) -> std::io::Result<()> {
    match answer {
        PlayAnswer::Live => whole(stream, "200 OK", &list(number)),
        PlayAnswer::Status(status, body) => whole(stream, status, body),
        PlayAnswer::Flv(millis) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            stream.write_all(b"FLV\x01\x05\0\0\0\x09\0\0\0\0")?;
            for _ in 0..millis.div_ceil(50) {
                stream.write_all(&[9; 64])?;
                thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        }
    }
}

fn list(number: usize) -> String {
    format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{number}\n#EXTINF:2,\n{number}.ts\n"
    )
}

fn whole(stream: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all((head + body).as_bytes())
}
