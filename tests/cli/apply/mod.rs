//! Many operations from a file: what is read, what is refused, and that no vendor waits for another.

mod reading;
mod refusals;
mod sending;
mod shards;

use crate::prelude::*;

/// All five operations, one a line.
const FIVE: &str = r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":30}
{"vendor":"jd","action":"permit","target":"live/cam1","domain":"push.example.com"}
{"vendor":"tencent","action":"forbid","target":"8888_a","for":"2h"}
{"vendor":"tencent","action":"resume","target":"8888_b"}
{"vendor":"shumei","action":"close","target":"request1"}
"#;

/// Runs `apply` on a file of this name and content.
fn apply(
    server: &impl VendorServer,
    name: &str,
    content: impl AsRef<[u8]>,
    flags: &[&str],
) -> RunOutput {
    let home = server.home();
    home.write(name, content);
    let args = ["apply", name, "-o", "json", "--rate", "0", "--max-targets", "100000"];
    home.run(args.iter().chain(flags))
}

/// Every message that `apply` has for this file, from which nothing is sent.
#[track_caller]
fn input_errors(name: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let server = RecordingServer::accepting();
    let output = apply(&server, name, content, &[]).exits(2);
    assert_eq!(server.operations(), []);
    let error = &output.json()["error"];
    assert_eq!(error["kind"], "input", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(output.stderr.contains(message), "{output:?}");
    message.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_beginnings(messages: &[String], beginnings: &[&str]) {
    let fits = |(message, beginning): (&String, &&str)| message.starts_with(beginning);
    assert!(messages.len() == beginnings.len(), "{messages:#?}");
    assert!(messages.iter().zip(beginnings).all(fits), "{messages:#?}");
}

fn line(target: impl std::fmt::Display) -> String {
    format!("{{\"vendor\":\"tencent\",\"action\":\"resume\",\"target\":\"{target}\"}}\n")
}
