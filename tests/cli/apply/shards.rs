//! `--shard`: workers that share a list.

use super::line;
use crate::prelude::*;

/// The operations of a list, each target in it once.
fn list_of(targets: usize) -> String {
    (0..targets).map(|number| line(format!("8888_{number}"))).collect()
}

#[test]
fn shards_share_a_list() {
    let server = RecordingServer::accepting();
    let list = list_of(60);
    let mut targets = Vec::new();
    for worker in 0..3 {
        let shard = format!("{worker}/3");
        // The limit counts the worker's part.
        let flags = ["--shard", &shard, "--max-targets", "40"];
        let output = apply_lines(&server, &list, &flags).exits(0);
        assert!(output.targets().len() < 40);
        targets.extend(output.targets());
    }
    targets.sort();
    let mut all: Vec<_> = (0..60).map(|number| format!("8888_{number}")).collect();
    all.sort();
    assert_eq!(targets, all);
    apply_lines(&server, &list, &["--shard", "0/3", "--max-targets", "10"]).exits(2);
}

/// Runs `apply` on these lines, without a limit of its own.
fn apply_lines(server: &impl VendorServer, content: &str, flags: &[&str]) -> RunOutput {
    let home = server.home();
    home.write("lines.jsonl", content);
    let args = ["apply", "lines.jsonl", "-o", "json", "--rate", "0"];
    home.run(args.iter().chain(flags))
}

#[test]
fn empty_shard_is_a_valid_document() {
    let (server, home) = RecordingServer::accepting().with_home();
    home.write("one.jsonl", line("8888_test123"));
    // The hash 0x570920435c36b425 is 1 modulo 4.
    for (format, stdout) in [
        ("json", None),
        ("jsonl", Some("")),
        ("targets", Some("")),
        ("table", Some("")),
        (
            "csv",
            Some(
                "vendor,action,target,profile,result.ok,result.outcome,result.kind,result.code,result.message,result.state,result.started_at\n",
            ),
        ),
    ] {
        let output = home.run_line(&format!("apply one.jsonl --shard 0/4 -o {format}")).exits(0);
        if let Some(stdout) = stdout {
            assert_eq!(output.stdout, stdout, "{format}");
        } else {
            let document = output.json();
            assert_eq!((&document["ok"], &document["results"]), (&json!(true), &json!([])));
        }
    }
    assert_eq!(server.operations(), []);
    let output = home.run_line("apply one.jsonl --shard 1/4 -o json");
    assert_eq!((output.code, server.operations().len()), (Some(0), 1), "{output:?}");
}

#[test]
fn every_worker_checks_all_lines() {
    let server = RecordingServer::accepting();
    for worker in 0..2 {
        let shard = format!("{worker}/2");
        let list = format!("{}{}", list_of(8), "{\"vendor\":\"tencent\"}\n");
        apply_lines(&server, &list, &["--shard", &shard]).exits(2);
    }
    assert_eq!(server.operations(), []);
    let output = apply_lines(&server, &list_of(1), &["--shard", "2/2"]).exits(2);
    assert!(output.stderr.contains("of 2 workers, the first is 0 and the last is 1"), "{output:?}");
}
