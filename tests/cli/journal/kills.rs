//! Runs that are killed at any moment.

use super::{recorded, records, wait};
use crate::prelude::*;
use crate::vendor_messages::status;

const KILLS: usize = 200;

/// Five operations, some of each, no two on one target; `permit` in groups.
fn every_operation(round: usize) -> (String, BTreeSet<String>) {
    let mut lines = Vec::new();
    for n in 0..8 {
        lines.push(json!({"vendor": "jd", "action": "timeout", "target": format!("d{n}.r{round}.cn"), "seconds": 30}));
        lines.push(json!({"vendor": "tencent", "action": "forbid", "target": format!("f{n}_{round}"), "for": "2h"}));
        lines.push(
            json!({"vendor": "tencent", "action": "resume", "target": format!("u{n}_{round}")}),
        );
        lines.push(
            json!({"vendor": "shumei", "action": "close", "target": format!("r{n}_{round}")}),
        );
        let domain = format!("push{}.cn", n / 3);
        lines
            .push(json!({"vendor": "jd", "action": "permit", "target": format!("live/{n}_{round}"), "domain": domain}));
    }
    let targets = lines.iter().map(|line| line["target"].as_str().unwrap().to_owned()).collect();
    (lines.iter().map(|line| format!("{line}\n")).collect(), targets)
}

#[test]
fn killed_runs_lose_and_repeat_nothing() {
    let server = FaultServer::answering(|request| {
        // Some answers never come in time, so that doubts are left behind too.
        match request.number {
            number if number % 13 == 0 => status("500 Internal Server Error", ""),
            number => accept_after(number as u64 % 4, request),
        }
    });
    let home = server.home();
    let mut random = fastrand::Rng::with_seed(20_261_121);
    let (mut kills, mut round, mut recorded_first, mut torn) = (0, 0, 0, 0);
    while kills < KILLS {
        round += 1;
        let (lines, targets) = every_operation(round);
        let (file, journal) = (format!("{round}.jsonl"), format!("{round}.journal"));
        home.write(&file, lines);
        let path = home.path(&journal);
        let before = server.operations().len();
        loop {
            let done: BTreeSet<_> =
                recorded(&path, "result", Some("applied")).into_iter().collect();
            let seen = server.operations().len();
            let args = format!(
                "apply {file} --journal {journal} --resume --rate 0 -j 3 --max-failures 0 --max-targets 40"
            );
            let mut process = home.process(args.split(' '));
            let mut child = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let delay = Duration::from_micros(random.u64(3_000..60_000));
            let ended = wait(&mut child, delay);
            if ended.is_none() {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
                let content = fs::read(&path);
                torn += usize::from(content.is_ok_and(|content| !content.ends_with(b"\n")));
            }
            recorded_first += done.len();
            let mut again = server.operations().split_off(seen);
            again.retain(|sent| done.contains(&sent.target));
            assert_eq!(again, [], "recorded as applied and sent again, in round {round}");
            if let Some(code) = ended {
                assert!(code == 0 || code == 4, "round {round} ended with {code}");
                if code == 0 {
                    break;
                }
            }
        }
        let applied: BTreeSet<_> = recorded(&path, "result", Some("applied")).into_iter().collect();
        assert_eq!(applied, targets, "not recorded, in round {round}");
        let operations = server.operations().split_off(before);
        let sent: BTreeSet<_> = operations.iter().map(|sent| sent.target.clone()).collect();
        assert_eq!(sent, targets, "lost, in round {round}");
        assert_intended_and_unmoved(&operations, &records(&path));
    }
    assert!(
        recorded_first > KILLS,
        "the kills came too early to prove anything: {recorded_first}, {round} rounds, {torn} torn"
    );
}

/// Nothing was sent that was not intended before, and all ends of one target are the same.
fn assert_intended_and_unmoved(operations: &[SentOperation], records: &[Value]) {
    let mut intents: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| record["record"] == "intent") {
        *intents.entry(record["operation"]["target"].as_str().unwrap()).or_default() += 1;
    }
    let mut sent: BTreeMap<&str, Vec<Option<i64>>> = BTreeMap::new();
    for operation in operations {
        sent.entry(&operation.target).or_default().push(operation.end);
    }
    for (target, ends) in sent {
        assert!(ends.len() <= intents[target], "{target}: {ends:?}");
        assert!(ends.iter().all(|end| *end == ends[0]), "the end of {target} moved: {ends:?}");
        let until = records.iter().rfind(|record| record["operation"]["target"] == target).unwrap();
        let until = until["operation"]["until"].as_str();
        let until =
            until.map(|text| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp());
        assert_eq!(until, ends[0], "{target}: the journal says otherwise than the vendor was told");
    }
}
