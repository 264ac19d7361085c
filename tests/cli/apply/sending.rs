//! The requests of many operations: batches, vendors beside each other, memory.

use std::io::{BufRead, BufReader};

use super::{apply, line};
use crate::prelude::*;
use crate::vendor_messages::status;

#[test]
fn permits_are_batched_by_domain() {
    let server = RecordingServer::accepting();
    let permit = |number: usize| {
        let domain = ["one.example.com", "two.example.com"][number % 2];
        json!({"vendor": "jd", "action": "permit", "target": format!("live/c{number}"), "domain": domain}).to_string()
    };
    let lines: Vec<_> = (0..250).map(permit).collect();

    let output = apply(&server, "permits.jsonl", lines.join("\n"), &["-j", "1"]);

    assert_eq!(output.json()["summary"]["applied"], 250);
    let expected: Vec<_> = (0..250).map(|number| format!("live/c{number}")).collect();
    assert_eq!(output.targets(), expected);
    let mut requests: BTreeMap<usize, Vec<SentOperation>> = BTreeMap::new();
    for sent in server.operations() {
        requests.entry(sent.request).or_default().push(sent);
    }
    let mut sizes: Vec<_> = requests.values().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [25, 25, 100, 100]);
    let is_odd = |sent: &SentOperation| sent.target.ends_with(['1', '3', '5', '7', '9']);
    assert!(requests.values().all(|sent| sent.iter().all(is_odd) || !sent.iter().any(is_odd)));
}

/// When the last request of this vendor came, counted from the first request of all.
fn duration_of(server: &FaultServer, vendor: &str) -> Duration {
    let sent = server.operations();
    let of_vendor = sent.iter().filter(|operation| operation.action.starts_with(vendor));
    of_vendor.map(|operation| operation.at - sent[0].at).max().unwrap()
}

/// 60 lines each of two vendors, in turn.
fn two_vendors() -> String {
    let close = |number| {
        format!("{{\"vendor\":\"shumei\",\"action\":\"close\",\"target\":\"r{number}\"}}\n")
    };
    (0..60).map(|number| line(format!("c{number}")) + &close(number)).collect()
}

#[test]
fn dead_vendor_does_not_slow_others() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.method == "GET" { 3_000 } else { 5 }, request)
    });
    let flags = ["--timeout", "500ms", "--attempts", "1", "--max-failures", "10"];
    let output = apply(&server, "operations.jsonl", two_vendors(), &flags);
    let summary = &output.json()["summary"];
    assert_eq!((output.code, &summary["applied"]), (Some(4), &json!(60)), "{output:?}");
    assert!(summary["skipped"].as_u64().unwrap() >= 40, "it was not stopped: {summary}");
    let taken = duration_of(&server, "shumei");
    assert!(taken < Duration::from_millis(1_900), "{taken:?}: it waited for the dead one");
}

#[test]
fn throttled_vendor_does_not_slow_others() {
    let server = FaultServer::answering(|request| match request.method.as_str() {
        "GET" => status("429 Too Many Requests", "retry-after: 3\r\n"),
        _ => accept_after(5, request),
    });
    let output = apply(&server, "operations.jsonl", two_vendors(), &["--attempts", "2"]);
    assert_eq!(output.json()["summary"]["applied"], 60, "{output:?}");
    let taken = duration_of(&server, "shumei");
    assert!(taken < Duration::from_millis(2_500), "{taken:?}");
}

#[test]
fn slow_target_does_not_stall_others() {
    let server = FaultServer::answering(|request| {
        accept_after(if request.target() == "c0" { 4_000 } else { 5 }, request)
    });
    let lines: String = (0..80).map(|number| line(format!("c{number}"))).collect();
    let output = apply(&server, "operations.jsonl", lines, &["-j", "4"]);
    assert_eq!(output.json()["summary"]["applied"], 80);
    let taken = duration_of(&server, "tencent");
    assert!(taken < Duration::from_millis(3_500), "{taken:?}");
}

#[test]
fn results_are_printed_as_they_settle() {
    for format in ["jsonl", "table"] {
        let (_server, home) = late_for("slow", 2_000).with_home();
        let others: String = (0..150).map(|number| line(format!("c{number}"))).collect();
        home.write("many.jsonl", line("slow") + &others);
        let args = ["apply", "many.jsonl", "-o", format, "--rate", "0", "--max-targets", "200"];
        let mut child = home.process(args).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let applied = lines.filter(|line| line.contains("applied"));
        let arrivals: Vec<_> = applied.map(|line| (line, Instant::now())).collect();
        assert!(child.wait().unwrap().success());
        assert_eq!(arrivals.len(), 151, "{format}");
        let (line, last) = &arrivals[150];
        assert!(line.contains("slow"), "{format}: {line}");
        assert!(*last - arrivals[0].1 > Duration::from_secs(1), "{format}: all came at once");
    }
}

/// The most memory that a run over so many targets ever held, in KiB.
#[cfg(target_os = "linux")]
fn peak(targets: usize) -> usize {
    let (_server, home) = FaultServer::answering(accept).with_home();
    let lines = (0..targets).map(|number| line(format!("8888_channel_{number:06}")));
    home.write("many.jsonl", lines.collect::<String>());
    let line = "apply many.jsonl -o jsonl --rate 0 -j 16 --max-targets 100000";
    let mut child = home.process(line.split(' ')).stderr(Stdio::null()).spawn().unwrap();
    let (mut peak, mut settled) = (0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        assert!(line.unwrap().starts_with("{\"ok\":true"));
        settled += 1;
        // The pipe is read faster than it is filled, so the process is still there to be asked.
        if settled % 500 == 0 {
            let status =
                std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = mark.map_or(peak, |mark| mark.trim().trim_end_matches(" kB").parse().unwrap());
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(settled, targets);
    peak
}

/// Two smaller runs tell what each target costs, which is quicker than a debug build is with all of them.
#[test]
#[cfg(target_os = "linux")]
fn hundred_thousand_targets_fit_into_64_mib() {
    let (few, more) = (peak(3_000), peak(15_000));
    let each = more.saturating_sub(few) * 1024 / 12_000;
    let all = more + each * 85_000 / 1024;
    assert!(few > 0, "{few} KiB, then {more} KiB: {all} KiB, {each} bytes a target");
    assert!(all < 64 * 1024, "{few} KiB, then {more} KiB: {all} KiB, {each} bytes a target");
}
