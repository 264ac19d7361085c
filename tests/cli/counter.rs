//! A vendor for many requests at once: as quick as threads are, and it counts who asked what of whom, from the moment
//! that a request has arrived.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::mock::DONE;
use super::stage::Stage;

/// A running server.
pub struct Counter {
    address: SocketAddr,
    hits: Arc<Mutex<Vec<Hit>>>,
}

/// What one request asked of one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Such as `tencent forbid`.
    pub action: String,
    pub target: String,
    /// The end of a suspension, as a Unix second.
    pub end: Option<i64>,
    /// Which request it was, counted from 1; those that travelled together have the same.
    pub request: usize,
    pub at: Instant,
}

/// What is said to a request, and after which wait.
#[derive(Clone, Debug)]
pub struct Reply {
    pub wait: Duration,
    pub status: u16,
    pub head: &'static str,
    pub body: &'static str,
}

/// All is well.
pub const YES: Reply = Reply { wait: Duration::ZERO, status: 200, head: "", body: DONE };

/// Every vendor's word for a refusal.
pub const NO: Reply = Reply { body: r#"{"status":1,"ret":1,"code":1902}"#, ..YES };

impl Reply {
    pub const fn after(self, millis: u64) -> Self {
        Self { wait: Duration::from_millis(millis), ..self }
    }
}

impl Counter {
    /// Answers by a rule that is shown what the request asks, one hit for each target.
    pub fn start(rule: impl Fn(&[Hit]) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let counter = Self { address: listener.local_addr().unwrap(), hits: Arc::default() };
        let (hits, rule) = (Arc::clone(&counter.hits), Arc::new(rule));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (hits, rule) = (Arc::clone(&hits), Arc::clone(&rule));
                thread::spawn(move || attend(&stream, &hits, &*rule));
            }
        });
        counter
    }

    /// All is well, whoever asks.
    pub fn content() -> Self {
        Self::start(|_| YES)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A profile that reaches all vendors here.
    pub fn stage(&self) -> Stage {
        Stage::new(&self.url())
    }

    /// All that was asked, in the order of arrival.
    pub fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }

    /// The targets of all that was asked, in the order of arrival.
    pub fn targets(&self) -> Vec<String> {
        self.hits().into_iter().map(|hit| hit.target).collect()
    }

    /// Waits until so many targets were asked for.
    #[track_caller]
    pub fn wait_for(&self, hits: usize) {
        let start = Instant::now();
        while self.hits.lock().unwrap().len() < hits {
            assert!(start.elapsed() < Duration::from_secs(20), "only {:?} came", self.hits());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn attend(stream: &TcpStream, hits: &Mutex<Vec<Hit>>, rule: &dyn Fn(&[Hit]) -> Reply) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    while let Some((path, body)) = read(&mut reader) {
        let asked = {
            let mut hits = hits.lock().unwrap();
            let asked = parse(&path, &body, hits.last().map_or(1, |hit| hit.request + 1));
            hits.extend_from_slice(&asked);
            asked
        };
        let Reply { wait, status, head, body } = rule(&asked);
        thread::sleep(wait);
        let length = body.len();
        let reply =
            format!("HTTP/1.1 {status} Reply\r\ncontent-length: {length}\r\n{head}\r\n{body}");
        if { stream }.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// Path with query, and body; `None` when nobody asks any more.
fn read(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some((head.split(' ').nth(1)?.to_owned(), body))
}

fn parse(path: &str, body: &[u8], request: usize) -> Vec<Hit> {
    let hit = |action: String, target: String, end| Hit {
        action,
        target,
        end,
        request,
        at: Instant::now(),
    };
    if let Some(query) = path.strip_prefix("/common_access?") {
        let param = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs
                .find(|(known, _)| known == name)
                .map_or_else(String::new, |(_, value)| value.into_owned())
        };
        let action = param("Param.s.action");
        let end = (action == "forbid").then(|| param("Param.n.abstime_end").parse().unwrap());
        return vec![hit(format!("tencent {action}"), param("Param.s.channel_id"), end)];
    }
    let body: Value = serde_json::from_slice(body).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match path {
        "/finish_videostream/v4" => {
            vec![hit("shumei close".into(), text(&body["requestId"]), None)]
        }
        "/api/live/permitStream" => {
            let streams = body["deleteStreams"].as_array().unwrap().iter();
            let name =
                |stream: &Value| format!("{}/{}", text(&stream["app"]), text(&stream["stream"]));
            streams.map(|stream| hit("jd permit".into(), name(stream), None)).collect()
        }
        _ => vec![hit("jd timeout".into(), text(&body["domain"]), None)],
    }
}
