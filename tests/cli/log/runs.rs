//! The files of the memory, and the list of runs.

use super::{check_schema, records, run_files, server, wait_for_intent};
use crate::prelude::*;

#[test]
fn run_is_remembered_in_a_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, home) = server().with_home();
    let output = home.run_json("tencent forbid a b_gone --for 2h --reason x");
    let [file] = &run_files(&home)[..] else { panic!("{:?}", run_files(&home)) };
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let run = output.json()["run"].as_str().unwrap().to_owned();
    assert_eq!(file.file_stem().unwrap(), run.as_str());
    let records = records(file);
    check_schema("journal", &records);
    assert!(records.iter().all(|record| record["run"] == *run));
    let kinds: Vec<_> = records.iter().map(|record| record["record"].as_str().unwrap()).collect();
    assert_eq!((kinds[0], kinds[5], kinds.len()), ("run", "end", 6), "{kinds:?}");
    let expected = "livectl tencent forbid a b_gone --for 2h --reason x -o json";
    assert_eq!(records[0]["command"], expected);
    assert_eq!(records[0]["accounts"]["tencent"]["id"], "1251234567");
    assert_eq!(records[5]["exit"], 5);
    let result = records.iter().find(|record| record["record"] == "result").unwrap();
    assert_eq!(result["result"].get("response"), None, "{result}");
}

#[test]
fn run_that_sends_nothing_leaves_no_file() {
    let (_server, home) = server().with_home();
    for line in [
        "tencent forbid a --for 2h -n",
        "tencent forbid a",
        "tencent status a",
        "--sandbox tencent forbid a --for 2h",
        "tencent forbid a --for 2h --no-log",
    ] {
        home.run_line(line);
    }
    let forbid = "tencent forbid a --for 2h";
    home.run_with(&[("LIVECTL_LOG", "off")], forbid.split(' ')).exits(0);
    home.write_above_profiles("log = false\n");
    assert_eq!(home.run_line("tencent forbid a --for 2h").code, Some(0));
    assert_eq!(run_files(&home).len(), 0);
    home.run_with(&[("LIVECTL_LOG", "on")], forbid.split(' ')).exits(0);
    assert_eq!(run_files(&home).len(), 1);
    let sandbox = ServedSandbox::start();
    assert_eq!(sandbox.home.run_line("tencent forbid a --for 2h").code, Some(0));
    assert_eq!(run_files(&sandbox.home).len(), 0);
}

#[test]
fn unwritable_memory_is_one_note() {
    let (_server, home) = server().with_home();
    home.write(".local", "no folder");
    let output = home.run_json("tencent forbid a b --for 2h");
    assert_eq!((output.code, output.outcomes()), (Some(0), vec!["applied".into(); 2]));
    assert_eq!(output.stderr.matches("is not remembered").count(), 1, "{output:?}");
}

#[test]
fn shared_folder_serves_several_people() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, home) = server().with_home();
    home.write_above_profiles("log = \"../shared\"\n");
    home.run_line("tencent forbid a --for 2h").exits(0).reports("is not remembered");
    fs::create_dir(home.path("shared")).unwrap();
    assert_eq!(home.run_line("tencent forbid a --for 2h").code, Some(0));
    let files: Vec<_> = fs::read_dir(home.path("shared")).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o640);
    let banned = home.run_json("log --banned");
    assert_eq!(banned.json()["banned"][0]["target"], "a", "{banned:?}");
}

#[test]
fn log_lists_runs_and_counts() {
    let (_server, home) = server().with_home();
    home.run_line("tencent forbid a b_gone c_slow --for 2h");
    home.run_line("jd permit live/a --domain push.example.com");
    let output = home.run_json("log").exits(0);
    let document = output.json();
    check_schema("log", std::slice::from_ref(&document));
    let runs = document["runs"].as_array().unwrap();
    let counts = |run: &Value| {
        ["applied", "not_applied", "unknown"].map(|word| run["counts"][word].as_u64().unwrap())
    };
    assert_eq!(runs.iter().map(counts).collect::<Vec<_>>(), [[1, 1, 1], [1, 0, 0]]);
    assert_eq!(runs[0]["exit"], 4);
    assert_eq!(runs[0]["profile"], "prod");

    let lines = home.run_line("log -o jsonl").lines();
    assert_eq!(&lines, runs);
    let table = home.run_line("log").stdout;
    let rows: Vec<_> = table.lines().collect();
    assert!(rows[0].starts_with("RUN ") && rows.len() == 3, "{table}");
    assert!(rows[1].contains("1 applied, 1 not_applied, 1 unknown"), "{table}");
    assert!(rows[2].ends_with("livectl jd permit live/a --domain push.example.com"), "{table}");
    let csv = home.run_line("log -o csv").stdout;
    assert!(csv.starts_with("run,at,user,") && csv.lines().count() == 3, "{csv}");

    for (filter, expected) in [
        ("--failed", 1),
        ("--vendor jd", 1),
        ("--target live/a", 1),
        ("--target c_slow", 1),
        ("--since 1h", 2),
        ("--since 2099-01-01T00:00:00Z", 0),
        ("--since 00:00", 2),
        ("-p prod", 2),
        ("-p other", 0),
    ] {
        let output = home.run_json(&format!("log {filter}"));
        assert_eq!(output.json()["runs"].as_array().unwrap().len(), expected, "{filter}");
    }
    for (line, code) in [
        ("log --since noon", 2),
        ("log -o targets", 2),
        ("log --sandbox", 2),
        ("log --within 1h", 2),
    ] {
        assert_eq!(home.run_line(line).code, Some(code), "{line}");
    }
    for line in ["log --vendor foo", "log --banned --vendor foo", "log last --vendor foo"] {
        home.run_line(line).exits(2).reports("the vendors are jd, tencent");
    }
}

#[test]
fn killed_run_did_not_end() {
    let (_server, home) = RecordingServer::delayed(Duration::from_secs(5), accepted).with_home();
    let mut run = home.process(["tencent", "forbid", "a", "--for", "2h"]).spawn().unwrap();
    wait_for_intent(&home);
    run.kill().unwrap();
    run.wait().unwrap();
    let output = home.run_json("log --failed");
    assert_eq!(output.json()["runs"][0]["exit"], Value::Null);
    assert_eq!(output.json()["runs"][0]["counts"]["unknown"], 1);
    assert!(home.run_line("log").stdout.contains("1 unknown, did not end"));
    let results = home.run_json("log last").with_outcomes(["unknown interrupted"]);
    check_schema("log", &[results.json()]);
    let banned = home.run_json("log --banned");
    assert_eq!(banned.json()["banned"][0]["sure"], false, "{banned:?}");
}

#[test]
fn strange_files_are_noted() {
    let (_server, home) = server().with_home();
    home.run_line("tencent forbid a --for 2h");
    let whole = fs::read_to_string(&run_files(&home)[0]).unwrap();
    let folder = home.path(".local/state/livectl/runs");
    fs::write(folder.join("20200101T000000Z-aaaa.jsonl"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.join("shopping.jsonl"), "milk\n").unwrap();
    fs::create_dir(folder.join("folder.jsonl")).unwrap();
    let output = home.run_json("log").exits(0);
    assert_eq!(output.json()["runs"].as_array().unwrap().len(), 1, "{output:?}");
    for note in ["the last line is incomplete", "is no livectl journal", "not a regular file"] {
        assert!(output.stderr.contains(note), "{note}: {output:?}");
    }
}

#[test]
fn old_journals_are_read() {
    let home = TestHome::empty();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut seen = 0;
    for entry in fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        let path = path.to_str().unwrap();
        let output = home.run(["log", "-o", "json", "--from", path]);
        assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{path}");
        let runs = output.json()["runs"].as_array().unwrap().len();
        assert_eq!(runs, 1, "{path}: {output:?}");
        let results = home.run(["log", "last", "-o", "json", "--from", path]);
        check_schema("log", &[results.json()]);
        let counts = &results.json()["runs"][0]["counts"];
        assert_eq!(counts["total"], results.results().len(), "{path}");
        let records: Vec<Value> = records(&path.into());
        check_schema("journal", &records);
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn log_reads_a_folder_that_is_being_written() {
    let (server, home) = RecordingServer::delayed(Duration::from_millis(300), accepted).with_home();
    let mut process = home.process("tencent forbid a b --for 2h -j 1".split(' '));
    let child = process.stdout(Stdio::null()).spawn().unwrap();
    server.wait_for(1);
    assert_eq!(home.run_json("log").json()["runs"][0]["exit"], Value::Null);
    wait_for_end(child).exits(0);
    assert_eq!(home.run_json("log").json()["runs"][0]["exit"], 0);
}
