//! The probe against a server on loopback.

mod properties;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::hints;
use super::probe::PlayProbe;
use crate::engine::context::ViewerProbe;
use crate::net::client::{ClientOptions, HttpClient};
use crate::outcome::viewer::{Seen, ViewerState};

/// A server that answers each connection with what a script writes.
struct PlayServer {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// The number of the request of its path from 1 on, its path with the query, and the connection.
type Script = fn(usize, &str, &mut TcpStream);

impl PlayServer {
    fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = head(&mut stream);
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let mut log = log.lock().unwrap();
                log.push(request);
                let asks_same = |request: &&String| request.split(' ').nth(1) == Some(&*path);
                let number = log.iter().filter(asks_same).count();
                thread::spawn(move || script(number, &path, &mut stream));
            }
        });
        Self { address, requests }
    }

    fn probe(&self, path: &str) -> PlayProbe {
        probe(&format!("http://{}{path}", self.address))
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn probe(url: &str) -> PlayProbe {
    let options = ClientOptions { connect: Duration::from_secs(2), ca_file: None, proxy: None };
    let client = HttpClient::new(options, false).unwrap();
    PlayProbe::new(Rc::new(client), Url::parse(url).unwrap())
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    // The probe may have enough before the end.
    let _ = stream.write_all(head.as_bytes());
}

fn list(number: usize) -> String {
    format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{number}\n#EXTINF:2,\n{number}.ts\n"
    )
}

const HEADER: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nFLV\x01\x05\0\0\0\x09\0\0\0\0";

/// Writes a picture's bytes so many times, ten a second.
fn pictures(stream: &mut TcpStream, count: usize) {
    for _ in 0..count {
        if stream.write_all(&[9; 100]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

const ON: (Option<ViewerState>, Option<&str>) = (Some(ViewerState::On), None);
const OFF: (Option<ViewerState>, Option<&str>) = (Some(ViewerState::Off), None);

/// The next changes, each within 15 s.
async fn changes(
    probe: &mut PlayProbe,
    count: usize,
) -> Vec<(Option<ViewerState>, Option<&'static str>)> {
    let mut changes = Vec::new();
    for _ in 0..count {
        let limit = Duration::from_secs(15);
        let Seen { state, hint, .. } = tokio::time::timeout(limit, probe.change()).await.unwrap();
        changes.push((state, hint));
    }
    changes
}

async fn first(script: Script, path: &str) -> (Option<ViewerState>, Option<&'static str>) {
    changes(&mut PlayServer::start(script).probe(path), 1).await[0]
}

#[tokio::test]
async fn playlist_goes_off_and_comes_back() {
    let server = PlayServer::start(|number, _, stream| match number {
        1 => answer(stream, "200 OK", &list(1)),
        2 | 4 => answer(stream, "404 Not Found", "gone"),
        _ => answer(stream, "200 OK", &list(number)),
    });
    let mut probe = server.probe("/live/cam1.m3u8?sig=1");
    assert_eq!(changes(&mut probe, 4).await, [ON, OFF, ON, OFF]);
    let requests = server.requests();
    let is_fresh = |request: &String| request.to_lowercase().contains("cache-control: no-cache");
    assert!(requests.iter().all(is_fresh), "{requests:?}");
}

#[tokio::test]
async fn master_is_followed_to_its_first_variant() {
    let server = PlayServer::start(|number, path, stream| match (path, number) {
        ("/cam1.m3u8", _) => answer(
            stream,
            "200 OK",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720/list.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nother.m3u8\n",
        ),
        ("/720/list.m3u8", 1 | 2) => answer(stream, "200 OK", &list(number)),
        _ => answer(stream, "410 Gone", ""),
    });
    assert_eq!(changes(&mut server.probe("/cam1.m3u8"), 2).await, [ON, OFF]);
    assert!(!server.requests().iter().any(|request| request.contains("other")));
}

#[tokio::test]
async fn redirects_stay_on_the_host() {
    let followed = first(
        |_, path, stream| match path {
            "/a.m3u8" => answer(stream, "302 Found\r\nLocation: /b.m3u8?x=1", ""),
            "/b.m3u8?x=1" => answer(stream, "307 Temporary Redirect\r\nLocation: c.m3u8", ""),
            _ => answer(stream, "200 OK", &list(1)),
        },
        "/a.m3u8",
    );
    assert_eq!(followed.await, ON);
    let elsewhere: Script =
        |_, _, stream| answer(stream, "302 Found\r\nLocation: http://localhost:1/login", "");
    assert_eq!(first(elsewhere, "/a.m3u8").await, (None, Some(hints::REDIRECT)));
    let round: Script = |_, _, stream| answer(stream, "302 Found\r\nLocation: /a.m3u8", "");
    assert_eq!(first(round, "/a.m3u8").await, (None, Some(hints::REDIRECT)));
}

#[tokio::test]
async fn what_proves_nothing_is_not_known() {
    let cases: [(Script, &str, &str); 8] = [
        (|_, _, stream| answer(stream, "404 Not Found", ""), "/a.m3u8", hints::NEVER_SEEN),
        (|_, _, stream| answer(stream, "403 Forbidden", ""), "/a.m3u8", hints::NEVER_SEEN),
        (|_, _, stream| answer(stream, "403 Forbidden", ""), "/a.m3u8?k=1", hints::SIGNATURE),
        (|_, _, stream| answer(stream, "401 Unauthorized", ""), "/a.m3u8", hints::LOGIN),
        (|_, _, stream| answer(stream, "200 OK", "<html>log in</html>"), "/a.m3u8", hints::PAGE),
        (|_, _, stream| answer(stream, "200 OK", "<html>log in</html>"), "/a.flv", hints::PAGE),
        (|_, _, stream| answer(stream, "502 Bad Gateway", "#EXTM3U"), "/a.m3u8", hints::ERROR),
        (|_, _, _| {}, "/a.m3u8", hints::UNREACHABLE),
    ];
    for (script, path, hint) in cases {
        assert_eq!(first(script, path).await, (None, Some(hint)), "{path}");
    }
    let closed = changes(&mut probe("http://127.0.0.1:1/a.m3u8"), 1).await;
    assert_eq!(closed, [(None, Some(hints::UNREACHABLE))]);
}

#[tokio::test]
async fn single_failed_first_look_is_a_blip() {
    let script: Script = |number, _, stream| match number {
        1 => answer(stream, "502 Bad Gateway", ""),
        _ => answer(stream, "200 OK", &list(number)),
    };
    assert_eq!(first(script, "/a.m3u8").await, ON);
}

#[tokio::test]
async fn look_reads_no_endless_list() {
    let endless: Script = |_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n#EXTM3U\n");
        while stream.write_all(&[b'\n'; 4096]).is_ok() {}
    };
    assert_eq!(first(endless, "/a.m3u8").await, (None, Some(hints::LONG_LIST)));
}

#[tokio::test]
async fn flv_ends_with_its_connection() {
    let server = PlayServer::start(|number, path, stream| match (path, number) {
        // The first bytes at a name without ending lead to a second request.
        ("/live/cam1.flv", 1 | 3) | ("/live/cam2?k=1", 1 | 2 | 4) => {
            stream.write_all(HEADER).unwrap();
            pictures(stream, 8);
        }
        _ => answer(stream, "404 Not Found", ""),
    });
    for path in ["/live/cam1.flv", "/live/cam2?k=1"] {
        let start = Instant::now();
        assert_eq!(changes(&mut server.probe(path), 3).await, [ON, OFF, ON], "{path}");
        assert!(start.elapsed() < Duration::from_secs(8));
    }
}

#[tokio::test]
async fn silent_flv_ends_after_five_seconds() {
    // Also where a second connection is answered: what counts is the one that was watched.
    let silent: Script = |number, _, stream| {
        if number == 1 {
            stream.write_all(HEADER).unwrap();
            pictures(stream, 1);
        }
        thread::sleep(Duration::from_secs(12));
    };
    let each_time: Script = |_, _, stream| {
        stream.write_all(HEADER).unwrap();
        pictures(stream, 1);
        thread::sleep(Duration::from_secs(12));
    };
    for script in [silent, each_time] {
        let server = PlayServer::start(script);
        let mut probe = server.probe("/live/cam1.flv");
        assert_eq!(changes(&mut probe, 1).await, [ON]);
        let start = Instant::now();
        assert_eq!(changes(&mut probe, 1).await, [OFF]);
        let silence = start.elapsed();
        let (least, most) = (Duration::from_secs(4), Duration::from_secs(8));
        assert!(silence > least && silence < most, "{silence:?}");
    }
}

#[tokio::test]
async fn silence_of_an_unreachable_server_proves_nothing() {
    // Its one connection is silent, and no one listens any more.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/live/cam1.flv", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        head(&mut stream);
        stream.write_all(HEADER).unwrap();
        pictures(&mut stream, 1);
        thread::sleep(Duration::from_secs(12));
    });
    let changes = changes(&mut probe(&url), 2).await;
    assert_eq!(changes, [ON, (None, Some(hints::UNREACHABLE))]);
}

#[tokio::test]
async fn fast_flv_is_read_at_its_live_edge() {
    let server = PlayServer::start(|_, _, stream| {
        stream.write_all(HEADER).unwrap();
        while stream.write_all(&[9; 4096]).is_ok() {}
    });
    let mut probe = server.probe("/live/cam1.flv");
    assert_eq!(changes(&mut probe, 1).await, [ON]);
    let more = tokio::time::timeout(Duration::from_millis(1800), probe.change()).await;
    assert!(more.is_err(), "{more:?}");
    let connections = server.requests().len();
    assert!((3..=6).contains(&connections), "{connections}");
}
