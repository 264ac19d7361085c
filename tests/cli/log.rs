//! `livectl log`: what a run leaves in the memory, and what is read from it.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use super::fixture::{RunOutput, ServedSandbox, TestHome, VendorServer};
use super::recording_server::{RecordingServer, accepted, response};

/// The files of the memory of a home, in the order of their runs.
pub fn run_files(home: &TestHome) -> Vec<PathBuf> {
    let folder = home.path(".local/state/livectl/runs");
    let mut files: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The records of a file.
pub fn records(path: &PathBuf) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Checks each of these documents against a schema of the program.
#[track_caller]
pub fn check_schema(name: &str, documents: &[Value]) {
    let schema = TestHome::empty().run(["schema", name]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for document in documents {
        let errors: Vec<_> =
            validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{document}");
    }
}

/// Every channel is banned; one that ends in `_gone` is refused, one that ends in `_slow` is left in doubt.
fn server() -> RecordingServer {
    RecordingServer::start(|request| {
        let text = request.text();
        if text.contains("_gone") {
            response(200, r#"{"ret":20601,"message":"channel does not exist"}"#)
        } else if text.contains("_slow") {
            response(503, "").retry_now()
        } else {
            accepted(request)
        }
    })
}

#[test]
fn run_is_remembered_in_a_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let server = server();
    let home = server.home();
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
    assert_eq!(
        records[0]["command"],
        "livectl tencent forbid a b_gone --for 2h --reason x -o json"
    );
    assert_eq!(records[0]["accounts"]["tencent"]["id"], "1251234567");
    assert_eq!(records[5]["exit"], 5);
    let result = records.iter().find(|record| record["record"] == "result").unwrap();
    assert_eq!(result["result"].get("response"), None, "{result}");
}

#[test]
fn run_that_sends_nothing_leaves_no_file() {
    let server = server();
    let home = server.home();
    for line in [
        "tencent forbid a --for 2h -n",
        "tencent forbid a",
        "tencent status a",
        "--sandbox tencent forbid a --for 2h",
        "tencent forbid a --for 2h --no-log",
    ] {
        home.run_line(line);
    }
    let mut off = home.livectl(["tencent", "forbid", "a", "--for", "2h"]);
    off.env("LIVECTL_LOG", "off").assert().success();
    let config = home.read("livectl/config.toml");
    home.write_config(&format!("log = false\n{config}"));
    assert_eq!(home.run_line("tencent forbid a --for 2h").code, Some(0));
    assert_eq!(run_files(&home).len(), 0);
    let mut on = home.livectl(["tencent", "forbid", "a", "--for", "2h"]);
    on.env("LIVECTL_LOG", "on").assert().success();
    assert_eq!(run_files(&home).len(), 1);
    let sandbox = ServedSandbox::start();
    assert_eq!(sandbox.home.run_line("tencent forbid a --for 2h").code, Some(0));
    assert_eq!(run_files(&sandbox.home).len(), 0);
}

#[test]
fn unwritable_memory_is_one_note() {
    let server = server();
    let home = server.home();
    home.write(".local", "no folder");
    let output = home.run_json("tencent forbid a b --for 2h");
    assert_eq!((output.code, output.outcomes()), (Some(0), vec!["applied".into(); 2]));
    assert_eq!(output.stderr.matches("is not remembered").count(), 1, "{output:?}");
}

#[test]
fn shared_folder_serves_several_people() {
    use std::os::unix::fs::PermissionsExt;
    let server = server();
    let home = server.home();
    let config = home.read("livectl/config.toml");
    home.write_config(&format!("log = \"../shared\"\n{config}"));
    let missing = home.run_line("tencent forbid a --for 2h");
    assert_eq!(missing.code, Some(0));
    assert!(missing.stderr.contains("is not remembered"), "{missing:?}");
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
    let server = server();
    let home = server.home();
    home.run_line("tencent forbid a b_gone c_slow --for 2h");
    home.run_line("jd permit live/a --domain push.example.com");
    let output = home.run_json("log");
    assert_eq!(output.code, Some(0), "{output:?}");
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
        let refused = home.run_line(line);
        assert_eq!(refused.code, Some(2), "{line}: {refused:?}");
        assert!(refused.stderr.contains("the vendors are jd, tencent"), "{refused:?}");
    }
}

#[test]
fn log_of_a_run_prints_its_results() {
    let server = server();
    let home = server.home();
    let ran = home.run_json("tencent forbid a b_gone c_slow --for 2h");
    let id = ran.json()["run"].as_str().unwrap().to_owned();
    for name in [&*id, &id[..12], &id[id.len() - 4..], "last"] {
        let output = home.run_json(&format!("log {name}"));
        assert_eq!(output.code, Some(0), "{name}: {output:?}");
        check_schema("log", &[output.json()]);
        let mut outcomes = output.outcomes();
        outcomes.sort();
        assert_eq!(outcomes, ["applied", "not_applied refused", "unknown http"], "{name}");
    }
    let lines = home.run_line("log last -o jsonl").lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(home.run_line("log last -o targets").stdout, "a\n");
    assert_eq!(home.run_line("log last -o csv").stdout.lines().count(), 4);
    assert_eq!(home.run_line("log last --target gone").stdout.lines().count(), 2);
    // The row is that of the run: the end in this machine's zone, and how long that is.
    let table = home.run_line("log last").stdout;
    let row = table.lines().find(|line| line.contains("  a  ")).unwrap();
    assert!(row.contains("  until ") && row.ends_with(" +08:00, in 2 h"), "{row}");
    assert_eq!(home.run_line("log nope").code, Some(2));
    // What is recorded goes back into `apply`.
    let operations: Vec<_> = lines.iter().map(|line| line["operation"].to_string()).collect();
    let again = home.run_with_input("apply - -n", operations.join("\n"));
    assert_eq!(again.code, Some(0), "{again:?}");
}

#[test]
fn killed_run_did_not_end() {
    let server = RecordingServer::delayed(std::time::Duration::from_secs(5), accepted);
    let home = server.home();
    let mut run = home.process(["tencent", "forbid", "a", "--for", "2h"]).spawn().unwrap();
    let start = std::time::Instant::now();
    while run_files(&home).is_empty() {
        assert!(start.elapsed().as_secs() < 20);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let output = home.run_json("log --failed");
    assert_eq!(output.json()["runs"][0]["exit"], Value::Null);
    assert_eq!(output.json()["runs"][0]["counts"]["unknown"], 1);
    assert!(home.run_line("log").stdout.contains("1 unknown, did not end"));
    let results = home.run_json("log last");
    assert_eq!(results.outcomes(), ["unknown interrupted"]);
    check_schema("log", &[results.json()]);
    let banned = home.run_json("log --banned");
    assert_eq!(banned.json()["banned"][0]["sure"], false, "{banned:?}");
}

#[test]
fn banned_list_follows_the_records() {
    let server = server();
    let home = server.home();
    home.run_line("tencent forbid a b c_slow --for 2h --reason gala");
    home.run_line("tencent forbid d --for 1h");
    home.run_line("jd forbid live/p --domain push.example.com --permanent");
    home.run_line("tencent resume b");
    let output = home.run_json("log --banned");
    let document = output.json();
    check_schema("log", std::slice::from_ref(&document));
    let listed = |document: &Value| -> Vec<String> {
        let bans = document["banned"].as_array().unwrap();
        bans.iter()
            .map(|ban| format!("{} {}", ban["target"].as_str().unwrap(), ban["sure"]))
            .collect()
    };
    assert_eq!(listed(&document)[0], "d true");
    assert_eq!(listed(&document)[3], "live/p true");
    let mut between = listed(&document)[1..3].to_vec();
    between.sort();
    assert_eq!(between, ["a true", "c_slow false"]);
    let first = &document["banned"][0];
    assert_eq!((&first["permanent"], &first["profile"]), (&json!(false), &json!("prod")));
    assert_eq!(document["banned"][3]["domain"], "push.example.com");
    assert_eq!(document["banned"][1]["reason"], "gala");
    assert_eq!(listed(&home.run_json("log --banned --within 90m").json()), ["d true"]);
    assert_eq!(listed(&home.run_json("log --banned --vendor jd").json()), ["live/p true"]);
    assert_eq!(home.run_line("log --banned -o targets").code, Some(2));
    let names = home.run_line("log --banned --vendor tencent -o targets");
    assert_eq!((names.code, names.stdout.lines().count()), (Some(0), 3), "{names:?}");
    let back = home.run_with_input("tencent resume - --exact", names.stdout);
    assert_eq!(back.code, Some(0).map(|_| 4), "{back:?}");
    let none = TestHome::empty().run_json("log --banned");
    assert_eq!((none.code, listed(&none.json()).len()), (Some(0), 0));
}

#[test]
fn strange_files_are_noted() {
    let server = server();
    let home = server.home();
    home.run_line("tencent forbid a --for 2h");
    let whole = fs::read_to_string(&run_files(&home)[0]).unwrap();
    let folder = home.path(".local/state/livectl/runs");
    fs::write(folder.join("20200101T000000Z-aaaa.jsonl"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.join("shopping.jsonl"), "milk\n").unwrap();
    fs::create_dir(folder.join("folder.jsonl")).unwrap();
    let output = home.run_json("log");
    assert_eq!(output.code, Some(0), "{output:?}");
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
    let server = RecordingServer::delayed(std::time::Duration::from_millis(300), accepted);
    let home = server.home();
    let child = home
        .process(["tencent", "forbid", "a", "b", "--for", "2h", "-j", "1"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    server.wait_for(1);
    let output = home.run_json("log");
    let runs = output.json();
    assert_eq!(runs["runs"][0]["exit"], Value::Null, "{output:?}");
    let ran = RunOutput::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(0));
    assert_eq!(home.run_json("log").json()["runs"][0]["exit"], 0);
}

#[test]
fn urls_lose_their_secrets_in_records() {
    let server = server();
    let home = server.home();
    let reason = "see https://me:canary-pw@a.test/x?txSecret=canary-query";
    let line = ["tencent", "forbid", "a", "odd?txSecret=canary-name", "--for", "2h", "--exact"];
    let output = home.run(line.into_iter().chain(["--reason", reason, "-o", "json"]));
    assert_eq!(output.code, Some(0), "{output:?}");
    let text = fs::read_to_string(&run_files(&home)[0]).unwrap();
    assert!(!text.contains("canary-pw") && !text.contains("canary-query"), "{text}");
    let records = records(&run_files(&home)[0]);
    assert_eq!(records[1]["operation"]["reason"], "see https://a.test/x?***");
    assert!(records[0]["command"].as_str().unwrap().contains("odd?***"), "{}", records[0]);
    // `undo` needs the name of a target as it is.
    let undone = home.run_json("undo last -n");
    assert_eq!(undone.code, Some(2));
    let run = output.json()["run"].as_str().unwrap().to_owned();
    let planned = home.run_json(&format!("undo {run} -n"));
    assert_eq!(planned.targets(), ["a", "odd?txSecret=canary-name"], "{planned:?}");
}

#[test]
fn results_of_a_foreign_journal_may_lack_members() {
    let server = server();
    let home = server.home();
    home.run_line("tencent forbid a c_slow --for 2h --journal j");
    let text = fs::read_to_string(home.path("j")).unwrap();
    let bare = text.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        if let Some(result) = record.get_mut("result").and_then(Value::as_object_mut) {
            result.retain(|name, _| ["ok", "outcome"].contains(&name.as_str()));
        }
        format!("{record}\n")
    });
    home.write("bare", bare.collect::<String>());
    for format in ["table", "json", "jsonl", "csv", "targets"] {
        let output = home.run_line(&format!("log last --from bare -o {format}"));
        assert_eq!(output.code, Some(0), "{format}: {output:?}");
        assert!(format == "targets" || output.stdout.contains("applied"), "{format}: {output:?}");
    }
}

#[test]
fn recorded_rows_are_those_of_the_run() {
    let server = server();
    let home = server.home();
    let printed =
        home.run_line("tencent forbid a b_gone c_slow --for 2h -o csv --attempts 1").stdout;
    let mut printed: Vec<_> = printed.lines().map(str::to_owned).collect();
    let recorded = home.run_line("log last -o csv").stdout;
    let mut recorded: Vec<_> = recorded.lines().map(str::to_owned).collect();
    assert_eq!(recorded[0], printed[0]);
    printed.sort_unstable();
    recorded.sort_unstable();
    assert_eq!(recorded, printed);
}

#[test]
fn banned_names_of_several_profiles_are_refused() {
    let server = server();
    let home = server.home();
    let file = fs::read_to_string(home.path("livectl/config.toml")).unwrap();
    let (_, profile) = file.split_once("[profiles.").unwrap();
    let other = format!("[profiles.{profile}")
        .replace("profiles.prod", "profiles.other")
        .replace("1251234567", "7");
    home.write("livectl/config.toml", format!("{file}\n{other}"));
    for profile in ["prod", "other"] {
        let output = home.run_line(&format!("-p {profile} tencent forbid a --for 2h"));
        assert_eq!(output.code, Some(0), "{output:?}");
    }
    let both = home.run_line("log --banned -o targets");
    assert_eq!((both.code, &*both.stdout), (Some(2), ""), "{both:?}");
    let one = home.run_line("-p prod log --banned -o targets");
    assert_eq!((one.code, &*one.stdout), (Some(0), "a\n"), "{one:?}");
}

#[test]
fn name_with_a_byte_order_mark_is_left_out() {
    let server = server();
    let home = server.home();
    let mark = "\u{feff}x";
    let output = home.run(["tencent", "forbid", mark, "y", "--for", "2h", "--exact"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    for line in ["log last -o targets", "log --banned -o targets"] {
        let output = home.run_line(line);
        assert_eq!((output.code, &*output.stdout), (Some(5), "y\n"), "{output:?}");
        assert!(output.stderr.contains("error: 1 name cannot be printed"), "{output:?}");
    }
}

#[test]
fn last_run_is_the_newest_of_any_files() {
    let server = server();
    let home = server.home();
    home.run_line("tencent forbid a --for 2h");
    home.run_line("tencent forbid b --for 2h");
    let files: Vec<_> =
        run_files(&home).iter().map(|file| file.to_str().unwrap().to_owned()).collect();
    for [first, second] in [[&files[0], &files[1]], [&files[1], &files[0]]] {
        let last = home.run(["log", "last", "-o", "json", "--from", first, second]);
        assert_eq!(last.results()[0]["operation"]["target"], "b", "{last:?}");
    }
    let missing = home.run_line("log zzzz --from gone");
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(missing.stderr.contains("gone cannot be read: not found"), "{missing:?}");
}
