//! The journal from outside: what stands in it and when, who may write it, and what a resumed run makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::counter::{Counter, Hit, NO, Reply, YES};
use super::stage::{JD_SECRET, Ran, SHUMEI_SECRET, Stage, TENCENT_SECRET};

const BUSY: Reply = Reply { status: 500, ..YES };

/// The records of a journal; a torn last line is left out.
fn records(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The targets of all records of this kind whose result, if they have one, is this outcome.
fn recorded(path: &Path, record: &str, outcome: Option<&str>) -> Vec<String> {
    let all = records(path).into_iter();
    let fits = all
        .filter(|line| line["record"] == record && line["result"]["outcome"].as_str() == outcome);
    fits.map(|line| line["operation"]["target"].as_str().unwrap().to_owned()).collect()
}

fn run(stage: &Stage, words: &str) -> Ran {
    let ran = stage.run(words.split(' ').chain(["--journal", "j.jsonl", "-o", "json"]));
    assert!(ran.code.is_some(), "{ran:?}");
    ran
}

fn outcomes(ran: &Ran) -> Vec<String> {
    let results = ran.json()["results"].as_array().unwrap().clone();
    let kind = |result: &Value| result["error"]["kind"].as_str().map(str::to_owned);
    results
        .iter()
        .map(|result| {
            kind(result).unwrap_or_else(|| result["outcome"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn ends(hits: &[Hit]) -> Vec<i64> {
    hits.iter().filter_map(|hit| hit.end).collect()
}

/// Long enough for an end counted from now to be another second.
fn wait_for_another_second() {
    thread::sleep(Duration::from_millis(1_100));
}

// What stands in it

#[test]
fn an_intent_is_on_disk_before_its_request_arrives() {
    let folder = tempfile::TempDir::new().unwrap();
    let journal = folder.path().join("j.jsonl");
    let missing: Arc<Mutex<Vec<Hit>>> = Arc::default();
    let (path, unrecorded) = (journal.clone(), Arc::clone(&missing));
    let counter = Counter::start(move |hits| {
        let intents = recorded(&path, "intent", None);
        let asked = |hit: &&Hit| !intents.contains(&hit.target);
        unrecorded.lock().unwrap().extend(hits.iter().filter(asked).cloned());
        YES
    });
    let stage = counter.stage();
    let permits = (0..40).map(|n| {
        format!(r#"{{"vendor":"jd","action":"permit","target":"live/{n}","domain":"a.cn"}}"#)
    });
    let closes =
        (0..40).map(|n| format!(r#"{{"vendor":"shumei","action":"close","target":"r{n}"}}"#));
    stage.write("many.jsonl", permits.chain(closes).collect::<Vec<_>>().join("\n"));

    let args = ["apply", "many.jsonl", "--rate", "0", "--max-targets", "100", "--journal"];
    let ran = Ran::from(stage.livectl(args).arg(&journal).output().unwrap());

    assert_eq!((ran.code, counter.hits().len()), (Some(0), 80), "{ran:?}");
    assert_eq!(*missing.lock().unwrap(), []);
}

#[test]
fn every_attempt_has_an_intent_and_every_target_a_result() {
    let tries = Mutex::new(0);
    let counter = Counter::start(move |_| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        if *tries < 3 { Reply { head: "retry-after: 0\r\n", ..BUSY } } else { YES }
    });
    let stage = counter.stage();

    let ran = run(&stage, "tencent forbid c1 --for 2h");

    let records = records(&stage.path("j.jsonl"));
    let steps: Vec<_> = records
        .iter()
        .map(|r| (r["record"].as_str().unwrap(), r["attempt"].as_u64().unwrap()))
        .collect();
    assert_eq!(steps, [("intent", 1), ("intent", 2), ("intent", 3), ("result", 3)]);
    assert_eq!(records[0]["schema"], "livectl-journal/1");
    assert_eq!(records[0]["profile"], "prod");
    assert_eq!(
        records[0]["asked"],
        json!({"vendor": "tencent", "action": "forbid", "target": "c1", "for": "2h"})
    );
    assert_eq!(records[0]["operation"], ran.json()["results"][0]["operation"]);
    assert_eq!(records[0]["result"], Value::Null);
    assert_eq!(records[3]["result"], ran.json()["results"][0]);
}

#[test]
fn it_holds_no_secret_and_no_signature() {
    let counter = Counter::start(|_| NO);
    let stage = counter.stage();
    run(&stage, "tencent forbid c1");
    run(&stage, "jd timeout a.cn --seconds 5");
    run(&stage, "shumei close r1");
    let text = fs::read_to_string(stage.path("j.jsonl")).unwrap();
    for secret in [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET, "sign", "accessKey", "secret_key"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn it_is_its_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    for umask in ["000", "022", "077"] {
        let stage = Counter::content().stage();
        let mut process = stage.process([""; 0]);
        let shell = format!("umask {umask}; exec \"$0\" tencent resume c1 --journal j.jsonl");
        let shell = Command::new("sh")
            .args(["-c", &shell])
            .arg(process.get_program())
            .current_dir(stage.folder.path())
            .env_clear()
            .envs(process.env("X", "").get_envs().filter_map(|(key, value)| Some((key, value?))))
            .output()
            .unwrap();
        assert!(shell.status.success(), "{shell:?}");
        let mode = fs::metadata(stage.path("j.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "umask {umask}");
    }
}

#[test]
fn a_dry_run_writes_nothing_and_yet_knows_what_was_done() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent resume c1 -n");
    assert!(!stage.path("j.jsonl").exists());

    run(&stage, "tencent resume c1");
    let before = fs::read(stage.path("j.jsonl")).unwrap();
    let ran = run(&stage, "tencent resume c1 c2 -n --resume");

    assert_eq!(outcomes(&ran), ["done_before", "planned"]);
    assert_eq!((ran.code, counter.hits().len()), (Some(0), 1));
    assert_eq!(fs::read(stage.path("j.jsonl")).unwrap(), before);
}

// Who may write it

#[test]
fn a_second_writer_is_refused_and_told_who_holds_it() {
    let counter = Counter::start(|_| YES.after(3_000));
    let stage = counter.stage();
    let mut first = stage.process(["tencent", "resume", "c1", "--journal", "j.jsonl"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    counter.wait_for(1);

    let start = Instant::now();
    let second = run(&stage, "tencent resume c2");

    assert!(start.elapsed() < Duration::from_secs(2), "it waited");
    assert_eq!((second.code, counter.hits().len()), (Some(75), 1), "{second:?}");
    assert_eq!(second.json()["error"]["kind"], "busy");
    if cfg!(target_os = "linux") {
        assert!(
            second.stderr.contains(&format!("is held by process {}", first.id())),
            "{second:?}"
        );
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(run(&stage, "tencent resume c2 -n").code, Some(0));
}

#[test]
fn a_torn_last_line_is_tolerated_wherever_it_is_torn() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent resume c1");
    run(&stage, "tencent resume c2");
    let whole = fs::read(stage.path("j.jsonl")).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let cuts = (last..whole.len()).step_by(61).chain([last + 1, whole.len() - 2, whole.len() - 1]);

    for cut in cuts {
        stage.write("j.jsonl", &whole[..cut]);
        let before = counter.hits().len();
        let ran = run(&stage, "tencent resume c1 c2 --resume");
        // Only a line that lacks nothing but its end still says what it said.
        let second = if cut == whole.len() - 1 { "done_before" } else { "applied" };
        assert_eq!(outcomes(&ran), ["done_before", second], "cut at {cut}");
        assert_eq!(counter.hits().len() - before, usize::from(second == "applied"));
        let text = fs::read_to_string(stage.path("j.jsonl")).unwrap();
        assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
        assert_eq!(outcomes(&run(&stage, "tencent resume c1 c2 --resume")), ["done_before"; 2]);
    }
}

#[test]
fn a_file_that_was_never_a_journal_is_not_cut() {
    let counter = Counter::content();
    let stage = counter.stage();
    for text in [
        "secret-key",
        r#"{"vendor":"tencent","action":"resume","target":"c1"}"#,
        "{\"schema\":\"other/1\"",
    ] {
        stage.write("j.jsonl", text);
        let ran = run(&stage, "tencent resume c1");
        assert_eq!(
            (ran.code, fs::read_to_string(stage.path("j.jsonl")).unwrap().as_str()),
            (Some(2), text),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("j.jsonl is no livectl journal"), "{ran:?}");
    }
    assert_eq!(counter.hits().len(), 0);
}

#[test]
fn resume_and_journal_may_stand_on_either_side_of_the_command() {
    let stage = Counter::content().stage();
    for line in [
        "--journal j tencent resume c1 --resume",
        "--resume tencent resume c1 --journal j",
        "tencent --resume resume --journal j c1",
        "--journal j tencent resume --resume -- c1",
    ] {
        let ran = stage.run(format!("-q {line}").split(' '));
        assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
    }
    let ran = stage.run("tencent resume c1 --resume".split(' '));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--journal FILE"), "{ran:?}");
}

#[test]
fn damage_elsewhere_is_refused_with_its_line_number() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent resume c1");
    run(&stage, "tencent resume c2");
    let whole = fs::read_to_string(stage.path("j.jsonl")).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    let sent = counter.hits().len();

    for (number, damage) in [
        (1, "{"),
        (2, ""),
        (3, "\0\0\0\0"),
        (2, r#"{"schema":"livectl-journal/2"}"#),
        (4, "{\"schema\":"),
        (1, "text"),
    ] {
        let mut damaged = lines.clone();
        damaged[number - 1] = damage;
        stage.write("j.jsonl", damaged.join("\n") + "\n");
        for flag in ["", " --resume", " --resume -n"] {
            let ran = run(&stage, &format!("tencent resume c3{flag}"));
            assert_eq!(
                (ran.code, ran.json()["error"]["kind"].as_str()),
                (Some(2), Some("input")),
                "{ran:?}"
            );
            assert!(
                ran.stderr.contains(&format!("line {number} of the journal")),
                "{damage:?}: {ran:?}"
            );
        }
    }
    assert_eq!(counter.hits().len(), sent);
}

#[test]
fn a_journal_that_cannot_be_opened_sends_nothing() {
    let counter = Counter::content();
    let stage = counter.stage();
    fs::create_dir(stage.path("folder")).unwrap();
    for name in ["missing/j.jsonl", "folder"] {
        let ran = stage.run(["tencent", "resume", "c1", "--journal", name, "-o", "json"]);
        assert_eq!(
            (ran.code, ran.json()["error"]["kind"].as_str()),
            (Some(2), Some("input")),
            "{ran:?}"
        );
        assert!(ran.stderr.contains(name), "{ran:?}");
    }
    assert_eq!(counter.hits(), []);
}

/// The largest file that a shell's process may write stands in for a disk that fills up half way.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_up_stops_the_run_with_nothing_sent_that_is_not_recorded() {
    let counter = Counter::content();
    let stage = counter.stage();
    let names = (0..60).map(|number| format!("c{number}"));
    stage.write("names", names.collect::<Vec<_>>().join("\n"));
    let program = env!("CARGO_BIN_EXE_livectl");
    let limit = "ulimit -f 16; exec \"$0\" tencent resume - --journal j.jsonl -o json --rate 0 --max-targets 100 <names";
    let home = stage.folder.path();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", limit, program])
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .current_dir(home);

    let ran = Ran::from(shell.output().unwrap());

    assert_eq!(ran.code, Some(6), "{ran:?}");
    let intended: BTreeSet<_> =
        recorded(&stage.path("j.jsonl"), "intent", None).into_iter().collect();
    let sent: BTreeSet<_> = counter.targets().into_iter().collect();
    assert!(
        sent.is_subset(&intended) && !sent.is_empty() && sent.len() < 60,
        "{sent:?} {intended:?}"
    );
    let summary = &ran.json()["summary"];
    assert_eq!(summary["applied"], sent.len(), "what was in flight was finished: {summary}");
    assert!(ran.stderr.contains(&format!("{} targets not tried", 60 - sent.len())), "{ran:?}");
    let text = fs::read_to_string(stage.path("j.jsonl")).unwrap();
    assert!(
        text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "the journal is valid"
    );
    let again = run(&stage, "tencent resume c0 --resume");
    assert_eq!(again.code, Some(0), "{again:?}");
}

// What a resumed run makes of it

#[test]
fn resume_skips_what_was_applied_and_says_when() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent resume c1");
    let applied_at = records(&stage.path("j.jsonl"))[1]["at"].as_str().unwrap()[..19].to_owned();

    let ran = run(&stage, "tencent resume c1 c2 --resume");

    assert_eq!(
        (ran.code, outcomes(&ran)),
        (Some(0), vec!["done_before".to_owned(), "applied".to_owned()])
    );
    let before = &ran.json()["results"][0];
    assert_eq!(
        (&before["ok"], &before["outcome"], &before["attempts"]),
        (&json!(true), &json!("skipped"), &json!(0))
    );
    assert!(before["error"]["message"].as_str().unwrap().contains(&applied_at), "{before}");
    assert_eq!(counter.targets(), ["c1", "c2"]);
    assert!(ran.stderr.contains("1 done before"), "{ran:?}");
}

#[test]
fn without_resume_everything_is_sent_again() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent resume c1");
    assert_eq!(outcomes(&run(&stage, "tencent resume c1")), ["applied"]);
    assert_eq!(counter.targets(), ["c1", "c1"]);
}

#[test]
fn resume_goes_by_the_last_run_also_when_that_did_not_resume() {
    let replies = Mutex::new([YES, BUSY, YES].into_iter());
    let counter = Counter::start(move |_| replies.lock().unwrap().next().unwrap());
    let stage = counter.stage();
    let forbid = "tencent forbid c1 --for 2h --attempts 1";
    for (flags, outcome) in
        [("", "applied"), ("", "http"), (" --resume", "applied"), (" --resume", "done_before")]
    {
        assert_eq!(outcomes(&run(&stage, &format!("{forbid}{flags}"))), [outcome]);
    }
    assert_eq!(counter.targets().len(), 3);
}

#[test]
fn resume_sends_again_what_failed_or_is_in_doubt() {
    let is_well = Arc::new(Mutex::new(false));
    let now_well = Arc::clone(&is_well);
    let counter =
        Counter::start(move |hits| match (*now_well.lock().unwrap(), hits[0].target.as_str()) {
            (true, _) | (_, "good") => YES,
            (_, "doubt") => BUSY,
            _ => NO,
        });
    let stage = counter.stage();
    let first = run(&stage, "tencent resume good doubt refused --attempts 1");
    assert_eq!(
        (first.code, outcomes(&first)),
        (Some(4), vec!["applied".into(), "http".into(), "refused".into()])
    );

    *is_well.lock().unwrap() = true;
    let second = run(&stage, "tencent resume good doubt refused --resume");

    assert_eq!(outcomes(&second), ["done_before", "applied", "applied"]);
    assert_eq!(
        outcomes(&run(&stage, "tencent resume good doubt refused --resume")),
        ["done_before"; 3]
    );
}

#[test]
fn resume_keeps_the_end_first_resolved() {
    for asked in ["tencent forbid c1 --for 2h", "tencent forbid c1"] {
        let counter = Counter::start(|hits| if hits[0].request == 1 { BUSY } else { YES });
        let stage = counter.stage();
        assert_eq!(run(&stage, &format!("{asked} --attempts 1")).code, Some(4));
        wait_for_another_second();

        let ran = run(&stage, &format!("{asked} --resume"));

        assert_eq!(ran.code, Some(0), "{ran:?}");
        let ends = ends(&counter.hits());
        assert_eq!((ends.len(), ends[0]), (2, ends[1]));
        let shown = ran.json()["results"][0]["operation"]["until"].as_str().unwrap().to_owned();
        assert_eq!(chrono::DateTime::parse_from_rfc3339(&shown).unwrap().timestamp(), ends[0]);
        assert_eq!(outcomes(&run(&stage, &format!("{asked} --resume"))), ["done_before"]);
    }
}

#[test]
fn an_end_that_has_passed_meanwhile_is_expired_not_moved() {
    let counter = Counter::start(|_| BUSY);
    let stage = counter.stage();
    run(&stage, "tencent forbid c1 --for 1s --attempts 1");
    thread::sleep(Duration::from_millis(1_200));
    let ran = run(&stage, "tencent forbid c1 --for 1s --resume");
    assert_eq!((ran.code, outcomes(&ran)), (Some(5), vec!["expired".to_owned()]), "{ran:?}");
    assert!(counter.hits().len() <= 1);
}

#[test]
fn settings_match_as_they_were_asked_not_as_they_were_sent() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent forbid c1 --for 2h");
    let same = ["--for 2h"];
    let others = ["--for 120m", "--for 3h", "--until 2099-01-01T00:00:00Z"];
    for asked in same {
        assert_eq!(
            outcomes(&run(&stage, &format!("tencent forbid c1 {asked} --resume"))),
            ["done_before"],
            "{asked}"
        );
    }
    for asked in others {
        assert_eq!(
            outcomes(&run(&stage, &format!("tencent forbid c1 {asked} --resume"))),
            ["applied"],
            "{asked}"
        );
    }
    run(&stage, "jd permit live/a --domain one.cn");
    assert_eq!(outcomes(&run(&stage, "jd permit live/a --domain two.cn --resume")), ["applied"]);
    // The stream of that name at another domain is another stream.
    assert_eq!(
        outcomes(&run(&stage, "jd permit live/a --domain one.cn --resume")),
        ["done_before"]
    );
}

#[test]
fn operations_match_whatever_line_they_stand_on_and_however_they_were_given() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent forbid c1 c2 --for 2h");
    stage
        .write("a.csv", "for,target,action,vendor\n2h,c3,forbid,tencent\n2h,c2,forbid,tencent\n2h,c1,Forbid,Tencent\n");

    let ran = run(&stage, "apply a.csv --resume");

    assert_eq!(outcomes(&ran), ["applied", "done_before", "done_before"]);
}

#[test]
fn another_action_in_between_makes_it_new_with_an_end_of_its_own() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "tencent forbid c1 --for 2h");
    assert_eq!(outcomes(&run(&stage, "tencent resume c1 --resume")), ["applied"]);
    wait_for_another_second();

    assert_eq!(outcomes(&run(&stage, "tencent forbid c1 --for 2h --resume")), ["applied"]);
    assert_eq!(outcomes(&run(&stage, "tencent forbid c1 --for 2h --resume")), ["done_before"]);

    let ends = ends(&counter.hits());
    assert!(ends.len() == 2 && ends[0] < ends[1], "{ends:?}");
}

#[test]
fn an_action_in_between_that_was_refused_changes_nothing() {
    let counter = Counter::start(|hits| if hits[0].action == "tencent resume" { NO } else { YES });
    let stage = counter.stage();
    run(&stage, "tencent forbid c1 --for 2h");
    run(&stage, "tencent resume c1");
    assert_eq!(outcomes(&run(&stage, "tencent forbid c1 --for 2h --resume")), ["done_before"]);
}

#[test]
fn profiles_are_kept_apart_and_the_sandbox_is_one_of_its_own() {
    let counter = Counter::content();
    let stage = counter.stage();
    run(&stage, "--sandbox tencent resume c1");
    assert_eq!(outcomes(&run(&stage, "--sandbox tencent resume c1 --resume")), ["done_before"]);
    assert_eq!(outcomes(&run(&stage, "tencent resume c1 --resume")), ["applied"]);

    let mut command = stage.livectl([
        "tencent",
        "resume",
        "c1",
        "--journal",
        "j.jsonl",
        "--resume",
        "-o",
        "json",
    ]);
    let alone =
        [("LIVECTL_TENCENT_APP_ID", "1"), ("LIVECTL_TENCENT_API_KEY", "canary-of-the-environment")];
    command
        .envs(alone)
        .env("LIVECTL_TENCENT_ENDPOINT", counter.url())
        .env("LIVECTL_CONFIG", "none.toml");
    fs::remove_file(stage.path("livectl/config.toml")).unwrap();
    command.env_remove("LIVECTL_CONFIG");
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(outcomes(&ran), ["applied"], "{ran:?}");
    assert_eq!(counter.hits().len(), 2);
    assert_eq!(records(&stage.path("j.jsonl")).last().unwrap()["profile"], Value::Null);
}

#[test]
fn resume_needs_a_journal_and_one_that_is_not_there_yet_is_noted() {
    let counter = Counter::content();
    let stage = counter.stage();
    let without = stage.run(["tencent", "resume", "c1", "--resume", "-o", "json"]);
    assert_eq!(
        (without.code, without.json()["error"]["kind"].as_str()),
        (Some(2), Some("usage")),
        "{without:?}"
    );
    assert!(without.stderr.contains("--journal"), "{without:?}");

    let ran = run(&stage, "tencent resume c1 --resume");
    assert_eq!((ran.code, outcomes(&ran)), (Some(0), vec!["applied".to_owned()]));
    assert!(ran.stderr.contains("note: ") && ran.stderr.contains("is not there yet"), "{ran:?}");
    assert_eq!(counter.targets(), ["c1"]);
}

// Killed at any moment

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
fn killed_at_any_of_two_hundred_moments_no_target_is_lost_or_sent_again_once_it_is_recorded() {
    let counter = Counter::start(|hits| {
        // Some answers never come in time, so that doubts are left behind too.
        if hits[0].request % 13 == 0 { BUSY } else { YES.after(hits[0].request as u64 % 4) }
    });
    let stage = counter.stage();
    let mut random = fastrand::Rng::with_seed(20_261_121);
    let (mut kills, mut round, mut recorded_first, mut torn) = (0, 0, 0, 0);
    while kills < KILLS {
        round += 1;
        let (lines, targets) = every_operation(round);
        let (file, journal) = (format!("{round}.jsonl"), format!("{round}.journal"));
        stage.write(&file, lines);
        let path = stage.path(&journal);
        let before = counter.hits().len();
        loop {
            let done: BTreeSet<_> =
                recorded(&path, "result", Some("applied")).into_iter().collect();
            let seen = counter.hits().len();
            let args = format!(
                "apply {file} --journal {journal} --resume --rate 0 -j 3 --max-failures 0 --max-targets 40"
            );
            let mut process = stage.process(args.split(' '));
            let mut child = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let patience = Duration::from_micros(random.u64(3_000..60_000));
            let ended = wait(&mut child, patience);
            if ended.is_none() {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
                torn += usize::from(
                    !fs::read(&path).unwrap_or_default().ends_with(b"\n") && path.exists(),
                );
            }
            recorded_first += done.len();
            let again: Vec<_> = counter
                .hits()
                .split_off(seen)
                .into_iter()
                .filter(|hit| done.contains(&hit.target))
                .collect();
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
        let hits = counter.hits().split_off(before);
        let sent: BTreeSet<_> = hits.iter().map(|hit| hit.target.clone()).collect();
        assert_eq!(sent, targets, "lost, in round {round}");
        assert_intended_and_unmoved(&hits, &records(&path));
    }
    assert!(
        recorded_first > KILLS,
        "the kills came too early to prove anything: {recorded_first}, {round} rounds, {torn} torn"
    );
}

/// Nothing was sent that was not intended before, and all ends of one target are the same.
fn assert_intended_and_unmoved(hits: &[Hit], records: &[Value]) {
    let mut intents: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records.iter().filter(|record| record["record"] == "intent") {
        *intents.entry(record["operation"]["target"].as_str().unwrap()).or_default() += 1;
    }
    let mut sent: BTreeMap<&str, Vec<Option<i64>>> = BTreeMap::new();
    hits.iter().for_each(|hit| sent.entry(&hit.target).or_default().push(hit.end));
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

/// The exit code of a process that ends by itself in time.
fn wait(child: &mut std::process::Child, patience: Duration) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < patience {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_micros(500));
    }
    None
}
