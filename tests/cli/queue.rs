//! `contrib/nats/consumer.py` between a queue and `apply --follow`: which messages it acknowledges.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use crate::prelude::*;

const CONSUMER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/nats/consumer.py");

/// Serves one client of NATS: sends the messages when it asks for some, and returns the answer to each by its number.
fn serve(listener: &TcpListener, messages: &[String]) -> BTreeMap<usize, String> {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    stream.write_all(b"INFO {}\r\nPING\r\n").unwrap();
    let (mut answers, mut unsent) = (BTreeMap::new(), messages.iter().enumerate());
    while answers.len() < messages.len() {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it left after {answers:?}");
        let words: Vec<_> = line.split_whitespace().collect();
        if words[0] != "PUB" {
            continue;
        }
        let mut payload = vec![0; words[words.len() - 1].parse::<usize>().unwrap() + 2];
        lines.read_exact(&mut payload).unwrap();
        let payload = String::from_utf8(payload).unwrap().trim_end().to_owned();
        let parts: Vec<_> = words[1].split('.').collect();
        if parts[1] == "ACK" {
            answers.insert(parts[5].parse().unwrap(), payload);
        } else if parts[4] == "NEXT" {
            for (number, message) in unsent.by_ref() {
                let reply = format!("$JS.ACK.VERDICTS.worker-0.1.{number}.1.1795913018147132374.0");
                let head = format!("MSG {} 1 {reply} {}", words[2], message.len());
                stream.write_all(format!("{head}\r\n{message}\r\n").as_bytes()).unwrap();
            }
        }
    }
    answers
}

#[test]
fn consumer_acknowledges_what_need_not_come_again() {
    if Command::new("python3").arg("--version").output().is_err() {
        report_skipped("the consumer of NATS, which needs python3");
        return;
    }
    let server = RecordingServer::start(|request| match &request.query {
        query if query.contains("busy") => response(503, ""),
        query if query.contains("refused") => response(200, r#"{"ret":20601,"message":"gone"}"#),
        _ => accepted(request),
    });
    let home = TestHome::empty();
    let policy = "[policy]\nprotect = [\"*:*_gala\"]\n";
    home.write_config(&(profile(&server.url()) + "\n" + policy));
    let forbid = |target: &str| {
        format!(r#"{{"vendor":"tencent","action":"forbid","target":"{target}","for":"2h"}}"#)
    };
    let rows = [
        (forbid("8888_a"), "+ACK"),
        (forbid("8888_refused"), "+ACK"),
        (forbid("8888_busy"), "-NAK"),
        (forbid("8888_gala"), "+ACK"),
        (forbid("https://example.com/a"), "+ACK"),
        ("no JSON".to_owned(), "+ACK"),
        ("[1]".to_owned(), "+ACK"),
        (r#"{"vendor":NaN,"id":"mine"}"#.to_owned(), "+ACK"),
        (forbid("\\ud800"), "+ACK"),
        ("[".repeat(100_000), "+ACK"),
        (format!(r#"{{"vendor":{}1{}}}"#, "[".repeat(400), "]".repeat(400)), "+ACK"),
        (forbid("8888_b"), "+ACK"),
    ];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let follow = "apply --follow - --max-targets 100 --attempts 1 --rate 0 --journal a.jsonl";
    let mut consumer = home.command("python3");
    consumer.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    consumer.args([CONSUMER, &address, "VERDICTS", "worker-0", env!("CARGO_BIN_EXE_livectl")]);
    let mut consumer = consumer.args(follow.split(' ')).stderr(Stdio::null()).spawn().unwrap();

    let (sender, receiver) = mpsc::channel();
    let messages: Vec<_> = rows.iter().map(|(message, _)| message.clone()).collect();
    thread::spawn(move || sender.send(serve(&listener, &messages)));
    let answers = receiver.recv_timeout(Duration::from_secs(30));
    let code = consumer.wait().unwrap().code();

    let answers: Vec<_> = answers.unwrap().into_values().collect();
    let answers: Vec<_> = answers.iter().map(|answer| answer.split(' ').next().unwrap()).collect();
    assert_eq!((answers, code), (rows.iter().map(|(_, answer)| *answer).collect(), Some(4)));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn consumer_has_at_most_forty_lines() {
    assert!(std::fs::read_to_string(CONSUMER).unwrap().lines().count() <= 40);
}
