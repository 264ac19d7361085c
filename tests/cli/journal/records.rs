//! The records of a run, and the moment of each.

use super::{busy, kinds, recorded, records, refused, run};
use crate::prelude::*;

#[test]
fn intent_is_on_disk_before_its_request() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("j.jsonl");
    let missing: Arc<Mutex<Vec<SentOperation>>> = Arc::default();
    let (path, unrecorded) = (journal.clone(), Arc::clone(&missing));
    let server = FaultServer::answering(move |request| {
        let intents = recorded(&path, "intent", None);
        let mut operations = request.operations();
        operations.retain(|operation| !intents.contains(&operation.target));
        unrecorded.lock().unwrap().extend(operations);
        accept(request)
    });
    let home = server.home();
    let permits = (0..40).map(|n| {
        format!(r#"{{"vendor":"jd","action":"permit","target":"live/{n}","domain":"a.cn"}}"#)
    });
    let closes =
        (0..40).map(|n| format!(r#"{{"vendor":"shumei","action":"close","target":"r{n}"}}"#));
    home.write("many.jsonl", permits.chain(closes).collect::<Vec<_>>().join("\n"));

    let args = ["apply", "many.jsonl", "--rate", "0", "--max-targets", "100", "--journal"];
    let output = RunOutput::from(home.livectl(args).arg(&journal).output().unwrap());

    assert_eq!((output.code, server.operations().len()), (Some(0), 80), "{output:?}");
    assert_eq!(*missing.lock().unwrap(), []);
}

#[test]
fn every_attempt_has_an_intent() {
    let server = RecordingServer::start(|request| match request.number {
        ..3 => busy().retry_now(),
        _ => accepted(request),
    });
    let home = server.home();

    let output = run(&home, "tencent forbid c1 --for 2h");

    let all = records(&home.path("j.jsonl"));
    let (first, last) = (all.first().unwrap(), all.last().unwrap());
    let expected = (&json!("run"), &json!("end"), &json!(0));
    assert_eq!((&first["record"], &last["record"], &last["exit"]), expected);
    assert_eq!(first["accounts"]["tencent"]["id"], "1251234567");
    assert!(all.iter().all(|record| record["run"] == output.json()["run"]), "{all:?}");
    let records = &all[1..all.len() - 1];
    let steps: Vec<_> = records
        .iter()
        .map(|r| (r["record"].as_str().unwrap(), r["attempt"].as_u64().unwrap()))
        .collect();
    assert_eq!(steps, [("intent", 1), ("intent", 2), ("intent", 3), ("result", 3)]);
    assert_eq!(records[0]["schema"], "livectl-journal/1");
    assert_eq!(records[0]["profile"], "prod");
    let expected = json!({"vendor": "tencent", "action": "forbid", "target": "c1", "for": "2h"});
    assert_eq!(records[0]["asked"], expected);
    assert_eq!(records[0]["operation"], output.json()["results"][0]["operation"]);
    assert_eq!(records[0]["result"], Value::Null);
    assert_eq!(records[3]["result"], output.json()["results"][0]);
}

#[test]
fn journal_contains_no_secret() {
    let (_server, home) = RecordingServer::start(refused).with_home();
    run(&home, "tencent forbid c1 --for 2h");
    run(&home, "jd timeout a.cn --seconds 5");
    run(&home, "shumei close r1");
    let text = fs::read_to_string(home.path("j.jsonl")).unwrap();
    for secret in [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET, "sign", "accessKey", "secret_key"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn journal_mode_is_0600() {
    use std::os::unix::fs::PermissionsExt;
    for umask in ["000", "022", "077"] {
        let (_server, home) = RecordingServer::accepting().with_home();
        let script = format!("umask {umask}; exec \"$0\" tencent resume c1 --journal j.jsonl");
        let shell = home.shell(&script).output().unwrap();
        assert!(shell.status.success(), "{shell:?}");
        let mode = fs::metadata(home.path("j.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "umask {umask}");
    }
}

#[test]
fn dry_run_reads_the_journal_only() {
    let (server, home) = RecordingServer::accepting().with_home();
    run(&home, "tencent resume c1 -n");
    assert!(!home.path("j.jsonl").exists());
    run(&home, "tencent resume c1");
    let before = fs::read(home.path("j.jsonl")).unwrap();
    let output = run(&home, "tencent resume c1 c2 -n --resume");
    assert_eq!(kinds(&output), ["done_before", "planned"]);
    assert_eq!((output.code, server.operations().len()), (Some(0), 1));
    assert_eq!(fs::read(home.path("j.jsonl")).unwrap(), before);
}
