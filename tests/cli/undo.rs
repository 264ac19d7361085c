//! `livectl undo`: what a run changed is put back, and what is not put back says why.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::fixture::{RunOutput, ServedSandbox, TestHome, VendorServer, lines, profile};
use super::log::{records, run_files};
use super::recording_server::{RecordingServer, accepted};

/// A served sandbox whose runs are remembered.
fn remembered() -> ServedSandbox {
    ServedSandbox::remembered()
}

/// The last four characters of the id of a run.
#[track_caller]
fn id(output: &RunOutput) -> String {
    let run = output.json()["run"].as_str().unwrap_or_else(|| panic!("{output:?}")).to_owned();
    run[run.len() - 4..].to_owned()
}

/// The states of these channels.
fn states(home: &TestHome, channels: &str) -> Vec<String> {
    let output = home.run_json(&format!("tencent status {channels} --max-targets 99"));
    let state = |result: &Value| result["state"].as_str().unwrap().to_owned();
    output.results().iter().map(state).collect()
}

#[test]
fn ban_is_lifted_and_set_again() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b c --for 2h");
    assert!(
        banned.stderr.contains(&format!("take it back: livectl undo {}\n", id(&banned))),
        "{banned:?}"
    );
    let planned = home.run_json(&format!("undo {} -n", id(&banned)));
    assert_eq!(planned.outcomes(), ["planned"; 3], "{planned:?}");
    assert!(planned.stderr.contains("does not ask"), "{planned:?}");
    assert_eq!(states(home, "a b c"), ["forbidden"; 3]);

    let undone = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!(
        (undone.code, undone.outcomes()),
        (Some(0), vec!["applied".into(); 3]),
        "{undone:?}"
    );
    assert_eq!(undone.operations()[0]["action"], "resume");
    assert_eq!(undone.operations()[0]["reason"], format!("undo of {}", id(&banned)));
    assert!(!states(home, "a b c").contains(&"forbidden".to_owned()));
    let log = home.run_json("log").json();
    assert!(log["runs"][1]["undoes"].as_str().unwrap().ends_with(&id(&banned)), "{log}");

    let again = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!((again.code, again.outcomes()), (Some(0), vec!["skipped done_before".into(); 3]));

    let redone = home.run_json(&format!("undo {}", id(&undone)));
    assert_eq!(
        (redone.code, redone.outcomes()),
        (Some(0), vec!["applied".into(); 3]),
        "{redone:?}"
    );
    assert_eq!(states(home, "a b c"), ["forbidden"; 3]);
    let end = |output: &RunOutput| output.operations()[0]["until"].clone();
    assert_eq!(end(&redone), end(&banned));
}

#[test]
fn earlier_ban_is_put_back_with_its_end() {
    let served = remembered();
    let home = &served.home;
    let first = home.run_json("tencent forbid a --for 9h");
    let second = home.run_json("tencent forbid a b --for 2h");
    let undone = home.run_json(&format!("undo {}", id(&second)));
    assert_eq!(undone.outcomes(), ["applied"; 2], "{undone:?}");
    let operations = undone.operations();
    assert_eq!(operations[0]["action"], "forbid");
    assert_eq!(operations[0]["until"], first.operations()[0]["until"]);
    assert_eq!(operations[1]["action"], "resume");
    assert_eq!(states(home, "a b")[0], "forbidden");
}

#[test]
fn named_targets_alone_are_put_back() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b c d --for 2h");
    let undone = home.run_json(&format!("undo {} b", id(&banned)));
    assert_eq!(undone.targets(), ["b"]);
    let undone = home.run_with_input(&format!("undo {} - -o json", id(&banned)), "c\nd\n");
    assert_eq!(undone.targets(), ["c", "d"], "{undone:?}");
    let strange = home.run_line(&format!("undo {} z", id(&banned)));
    assert_eq!(strange.code, Some(2), "{strange:?}");
    let later = home.run_line(&format!("undo {} --since 2099-01-01T00:00:00Z", id(&banned)));
    assert_eq!(later.code, Some(2), "{later:?}");
}

#[test]
fn list_of_targets_is_read_like_any() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b c --for 2h");
    let line = format!("undo {} - -o json", id(&banned));
    let undone = home.run_with_input(&line, "\u{feff}a\r\n\r\n# c\r\nb\r\n");
    assert_eq!(undone.targets(), ["a", "b"], "{undone:?}");
    assert!(undone.stderr.contains("1 line that begins with # is a comment"), "{undone:?}");
    let empty = home.run_with_input(&line, "# c\n");
    assert_eq!(empty.code, Some(2), "{empty:?}");
}

#[test]
fn name_at_two_domains_is_refused() {
    let served = remembered();
    let home = &served.home;
    let line = |domain: &str| {
        format!(
            r#"{{"vendor":"jd","action":"forbid","target":"live/c","domain":"{domain}","permanent":true}}"#
        )
    };
    let lines = format!("{}\n{}\n", line("A.example.com"), line("b.example.com"));
    let banned = home.run_with_input("apply - -o json", lines);
    assert_eq!(banned.outcomes(), ["applied"; 2], "{banned:?}");
    let run = id(&banned);
    let bare = home.run_json(&format!("undo {run} live/c"));
    assert_eq!(bare.code, Some(2), "{bare:?}");
    let forms = r#""a.example.com/live/c", "b.example.com/live/c""#;
    assert!(bare.stderr.contains(forms), "{bare:?}");
    let one = home.run_json(&format!("undo {run} B.example.com/live/c"));
    assert_eq!(one.outcomes(), ["applied"], "{one:?}");
    assert_eq!(one.operations()[0]["domain"], "b.example.com");
    let both = home.run_json(&format!("undo {run}"));
    assert_eq!(both.outcomes(), ["applied", "skipped done_before"], "{both:?}");

    home.run_json("jd timeout Push.Example.com --seconds 30");
    let changed = home.run_json("jd timeout Push.Example.com --seconds 40");
    let back = home.run_json(&format!("undo {} Push.Example.com", id(&changed)));
    assert_eq!(back.outcomes(), ["applied"], "{back:?}");
}

/// The bans that the sandbox has at this vendor, each with its end; `None` for one that has none.
fn bans(served: &ServedSandbox, vendor: &str) -> Vec<(String, Option<DateTime<Utc>>)> {
    let state = served.state();
    let bans = state[vendor]["forbidden"].as_array().unwrap().iter();
    let ban = |ban: &Value| {
        let name = ban.get("channel").or(ban.get("stream")).unwrap();
        let end = ban["until"].as_str().map(|end| end.parse().unwrap());
        (name.as_str().unwrap().to_owned(), end)
    };
    bans.map(ban).collect()
}

/// Each ban by its name, its end in whole hours from now: JD counts a length from when it hears of it.
fn rounded(bans: &[(String, Option<DateTime<Utc>>)]) -> Vec<String> {
    let hours = |end: &DateTime<Utc>| ((*end - Utc::now()).num_minutes() + 30) / 60;
    let round = |(name, end): &(String, Option<_>)| format!("{name} {:?}", end.as_ref().map(hours));
    bans.iter().map(round).collect()
}

#[test]
fn bans_of_newer_apis_are_undone() {
    let served = remembered();
    let home = &served.home;
    for (vendor, forbid, lift, [a, b]) in [
        ("jd", "forbid --domain push.example.com", "permit", ["live/a", "live/b"]),
        ("tencent", "forbid --app live", "resume", ["a", "b"]),
    ] {
        let run = |line: String| {
            let output = home.run_json(&format!("{line} -p next"));
            assert_eq!(output.code, Some(0), "{output:?}");
            output
        };
        let standing = || rounded(&bans(&served, vendor));
        let first = run(format!("{vendor} {forbid} {a} --for 9h"));
        let second = run(format!("{vendor} {forbid} {a} {b} --for 2h"));
        assert_eq!(standing(), ["a Some(2)", "b Some(2)"]);

        let undone = run(format!("undo {}", id(&second)));
        let operations = undone.operations();
        assert_eq!([&operations[0]["action"], &operations[1]["action"]], ["forbid", lift]);
        assert_eq!(standing(), ["a Some(9)"]);

        let redone = run(format!("undo {}", id(&undone)));
        assert_eq!(redone.outcomes(), ["applied"; 2], "{redone:?}");
        assert_eq!(standing(), ["a Some(2)", "b Some(2)"]);

        let changed = home.run_json(&format!("undo {} -p next", id(&first)));
        assert_eq!(changed.outcomes(), ["skipped changed"], "{changed:?}");
        assert_eq!(standing(), ["a Some(2)", "b Some(2)"]);
        run(format!("undo {} --even-changed", id(&first)));
        assert_eq!(standing(), ["b Some(2)"]);
    }
}

#[test]
fn drop_at_newer_apis_has_no_inverse() {
    let served = remembered();
    let home = &served.home;
    for line in ["jd drop live/a --domain push.example.com", "tencent drop a"] {
        let dropped = home.run_json(&format!("{line} -p next"));
        assert_eq!(dropped.outcomes(), ["applied"], "{dropped:?}");
        assert!(!dropped.stderr.contains("take it back"), "{dropped:?}");
        let undone = home.run_json(&format!("undo {}", id(&dropped)));
        assert_eq!(undone.outcomes(), ["skipped no_inverse"], "{undone:?}");
    }
}

#[test]
fn permanent_ban_at_openapi_is_undone() {
    let served = remembered();
    let home = &served.home;
    let line = "jd forbid live/a --domain push.example.com --permanent -p next";
    let banned = home.run_json(line);
    let undone = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!((undone.outcomes(), bans(&served, "jd")), (vec!["applied".into()], vec![]));
    let redone = home.run_json(&format!("undo {}", id(&undone)));
    assert_eq!(redone.outcomes(), ["applied"], "{redone:?}");
    assert_eq!(redone.operations()[0]["permanent"], true);
    assert_eq!(bans(&served, "jd"), [("a".to_owned(), None)]);
}

#[test]
fn setting_cannot_be_undone_at_another_api() {
    let served = remembered();
    let home = &served.home;
    home.run_json("jd timeout push.example.com --seconds 30");
    let changed = home.run_json("jd timeout push.example.com --seconds 40");
    let config = home.read("livectl/config.toml");
    let (_, next) = config.split_once("[profiles.next.jd]").unwrap();
    let (next, _) = next.split_once("[profiles.next.tencent]").unwrap();
    let (before, rest) = config.split_once("[profiles.local.jd]").unwrap();
    let (_, after) = rest.split_once("[profiles.local.tencent]").unwrap();
    home.write_config(&format!("{before}[profiles.local.jd]{next}[profiles.local.tencent]{after}"));
    let refused = home.run_line(&format!("undo {}", id(&changed)));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("jd.api is openapi, and was legacy"), "{refused:?}");
    assert_eq!(served.state()["jd"]["timeouts"]["push.example.com"], 40);
}

/// The records of a journal as they were before runs had ids.
fn without_runs(journal: &str) -> Vec<Value> {
    let records = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let kept =
        records.filter(|record| record["record"] == "intent" || record["record"] == "result");
    let strip = |mut record: Value| {
        record.as_object_mut().unwrap().remove("run");
        record
    };
    kept.map(strip).collect()
}

#[test]
fn old_journal_of_several_profiles_is_refused() {
    let served = remembered();
    let home = &served.home;
    let config = home.read("livectl/config.toml");
    let (local, _) = config.split_once("[profiles.next").unwrap();
    let (_, local) = local.split_once("[profiles.local").unwrap();
    let other = format!("[profiles.local{local}").replace("profiles.local", "profiles.other");
    home.write_config(&format!("{config}\n{other}"));
    for line in ["tencent forbid a --for 2h -p local", "tencent forbid b --for 2h -p other"] {
        let banned = home.run_line(&format!("{line} --no-log --journal j"));
        assert_eq!(banned.code, Some(0), "{banned:?}");
    }
    home.write("old.jsonl", lines(without_runs(&home.read("j"))));
    let refused = home.run_line("undo --journal old.jsonl -p local");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("profile local, profile other"), "{refused:?}");
    assert_eq!(states(home, "a b -p local"), ["forbidden"; 2]);
    let command = refused.stderr.split('`').nth(1).unwrap_or_else(|| panic!("{refused:?}"));
    let script = format!("livectl() {{ \"$0\" \"$@\"; }}\n{command}");
    let undone = RunOutput::from(home.shell(&script).output().unwrap());
    assert_eq!(undone.code, Some(0), "{undone:?}");
    assert_eq!(states(home, "a -p local"), ["forbidden"]);
    assert_ne!(states(home, "b -p other"), ["forbidden"]);
}

#[test]
fn target_named_in_two_ways_is_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let config = home.read("livectl/config.toml");
    let domain = "domain = \"push.example.com\"";
    home.write_config(
        &config.replace("[profiles.prod.jd]", &format!("[profiles.prod.jd]\n{domain}")),
    );
    home.run_json("jd forbid live/a live/b --permanent --journal j --no-log");
    let mut records = without_runs(&home.read("j"));
    // Records from before a stream was its domain too.
    for record in records.clone().iter_mut().filter(|r| r["operation"]["target"] == "live/a") {
        record["operation"].as_object_mut().unwrap().remove("domain");
        records.insert(0, record.clone());
    }
    home.write("old.jsonl", lines(records));
    let sent = server.requests().len();
    let refused = home.run_line("undo --journal old.jsonl --no-log");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("names one target in several ways"), "{refused:?}");
    assert_eq!(server.requests().len(), sent);
    let run = home.run_json("log --from old.jsonl").json()["runs"][0]["run"].clone();
    let run = run.as_str().unwrap();
    let names = "push.example.com/live/a live/b --even-changed --journal old.jsonl --no-log";
    let undone = home.run_json(&format!("undo {run} {names}"));
    assert_eq!(undone.outcomes(), ["applied"; 2], "{undone:?}");
}

#[test]
fn state_without_operation_is_not_restored() {
    let served = remembered();
    let home = &served.home;
    home.run_json("tencent forbid a --for 9h");
    let file = &run_files(home)[0];
    let permanent = |mut record: Value| {
        if let Some(operation) = record["operation"].as_object_mut() {
            operation.retain(|name, _| name != "for" && name != "until");
            operation.insert("permanent".into(), true.into());
        }
        record
    };
    std::fs::write(file, lines(records(file).into_iter().map(permanent))).unwrap();
    let lifted = home.run_json("tencent resume a");
    for flags in ["", " --even-changed"] {
        let undone = home.run_json(&format!("undo {}{flags}", id(&lifted)));
        assert_eq!(
            (undone.code, undone.outcomes()),
            (Some(5), vec!["skipped no_inverse".into()]),
            "{undone:?}"
        );
        assert!(undone.stdout.contains("has no operation that sets"), "{undone:?}");
    }
}

#[cfg(unix)]
#[test]
fn records_that_everyone_can_write_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a --for 2h --journal j");
    let folder = home.path(".local/state/livectl/runs");
    let set_mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let by_run = format!("undo {}", id(&banned));
    let (file, journal) = (&run_files(home)[0], &home.path("j"));
    for (path, mode, line, code, command) in [
        (&folder, 0o777, &*by_run, 3, "`chmod o-w "),
        (&folder, 0o777, "undo --journal j", 3, "`chmod o-w "),
        (file, 0o602, &by_run, 3, "`chmod o-w "),
        (journal, 0o602, "undo --journal j", 2, "`chmod 600 "),
    ] {
        set_mode(path, mode);
        let refused = home.run_line(line);
        assert_eq!(refused.code, Some(code), "{refused:?}");
        let end = refused.stderr.split(command).nth(1).and_then(|rest| rest.split('`').next());
        assert!(path.ends_with(end.unwrap()), "{refused:?}");
        assert_eq!(states(home, "a"), ["forbidden"]);
        set_mode(path, if path == &folder { 0o775 } else { 0o600 });
    }
    let undone = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");
}

#[test]
fn missing_journal_is_named() {
    let home = RecordingServer::accepting().home();
    home.run_json("tencent forbid a --for 2h --journal j");
    let gone = home.run_line("undo zzzz --journal gone");
    assert_eq!(gone.code, Some(2), "{gone:?}");
    assert!(gone.stderr.contains("gone cannot be read: not found"), "{gone:?}");
    let unknown = home.run_line("undo zzzz");
    assert!(!unknown.stderr.contains("--from"), "{unknown:?}");
}

#[test]
fn what_has_no_inverse_is_skipped() {
    let served = remembered();
    let home = &served.home;
    let config = home.read("livectl/config.toml");
    home.write_config(
        &config.replace("[profiles.local]\n", "[profiles.local]\nmax_targets = 20\n"),
    );
    let lines = [
        r#"{"vendor":"tencent","action":"forbid","target":"a","for":"2h"}"#,
        r#"{"vendor":"tencent","action":"drop","target":"b"}"#,
        r#"{"vendor":"shumei","action":"close","target":"r"}"#,
        r#"{"vendor":"jd","action":"timeout","target":"push.example.com","seconds":30}"#,
        r#"{"vendor":"jd","action":"permit","target":"live/a","domain":"push.example.com"}"#,
    ];
    let ran = home.run_with_input("apply - -o json", lines.join("\n"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let undone = home.run_json(&format!("undo {}", id(&ran)));
    assert_eq!(undone.code, Some(5), "{undone:?}");
    let mut outcomes: Vec<_> = undone.targets().into_iter().zip(undone.outcomes()).collect();
    outcomes.sort();
    let outcomes: Vec<_> =
        outcomes.iter().map(|(target, what)| format!("{target} {what}")).collect();
    assert_eq!(
        outcomes,
        [
            "a applied",
            "b skipped no_inverse",
            "live/a skipped no_inverse",
            "push.example.com skipped no_inverse",
            "r skipped no_inverse"
        ]
    );

    let changed = home.run_json("jd timeout push.example.com --seconds 40");
    let back = home.run_json(&format!("undo {}", id(&changed)));
    assert_eq!((back.code, &back.operations()[0]["seconds"]), (Some(0), &30.into()), "{back:?}");
}

#[test]
fn changed_target_is_left_alone() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b c --for 2h");
    let later = home.run_json("tencent forbid a --for 5h");
    home.run_json("tencent resume b --no-log");
    let undone = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!(undone.outcomes(), ["skipped changed", "skipped changed", "applied"], "{undone:?}");
    assert_eq!(undone.code, Some(5));
    let message =
        |row: usize| undone.results()[row]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message(0).contains(&id(&later)) && message(1).contains("vendor"), "{undone:?}");
    assert_eq!(states(home, "a b c")[0], "forbidden");

    let all = home.run_json(&format!("undo {} --even-changed", id(&banned)));
    assert_eq!(all.outcomes(), ["applied", "applied", "skipped done_before"], "{all:?}");
    assert!(!states(home, "a b c").contains(&"forbidden".to_owned()));
}

#[test]
fn permanent_ban_is_lifted_and_set_again() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("jd forbid live/a live/b --domain push.example.com --permanent");
    assert_eq!(banned.code, Some(0), "{banned:?}");
    let undone = home.run_json(&format!("undo {}", id(&banned)));
    assert_eq!(undone.outcomes(), ["applied"; 2], "{undone:?}");
    assert_eq!(undone.operations()[0]["action"], "permit");
    let redone = home.run_json(&format!("undo {}", id(&undone)));
    assert_eq!(redone.outcomes(), ["applied"; 2], "{redone:?}");
    assert_eq!(redone.operations()[0]["permanent"], true);
}

#[test]
fn refused_undo_sends_nothing() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let banned = home.run_json("tencent forbid a --for 2h");
    let other = TestHome::empty();
    other.write("other.toml", profile(&server.url()));
    let run = id(&banned);
    for (line, code, part) in [
        ("undo last".to_owned(), 2, "no `undo last`"),
        ("undo".to_owned(), 2, "RUN"),
        ("undo none".to_owned(), 2, "no run is called"),
        (format!("undo {run} --sandbox"), 2, "does not use --sandbox"),
        (format!("undo {run} --resume --journal j"), 2, "does not use --resume"),
        (format!("undo {run} -p other"), 2, "-p names another"),
        (format!("undo {run} -c {}", other.path("other.toml").display()), 2, "-c names another"),
        (format!("undo {run} --even-protected a --reason x"), 2, "no target of this run"),
    ] {
        let output = home.run_line(&line);
        assert_eq!(output.code, Some(code), "{line}: {output:?}");
        assert!(output.stderr.contains(part), "{line}: {output:?}");
    }
    let config = home.read("livectl/config.toml");
    for (from, to, code, part) in [
        ("app_id = 1251234567", "app_id = 1250000001", 2, "set app_id = \"1251234567\""),
        (&*server.url(), "http://127.0.0.1:9", 2, "set endpoint"),
        ("profiles.prod", "profiles.other", 3, "there is no profile"),
    ] {
        home.write_config(&config.replace(from, to).replace("default_profile = \"prod\"\n", ""));
        let output = home.run_line(&format!("undo {run}"));
        assert_eq!(output.code, Some(code), "{to}: {output:?}");
        assert!(output.stderr.contains(part), "{to}: {output:?}");
    }
    std::fs::remove_file(home.path("livectl/config.toml")).unwrap();
    let gone = home.run_line(&format!("undo {run}"));
    assert_eq!(gone.code, Some(3), "{gone:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn run_that_goes_on_is_not_undone() {
    let server = RecordingServer::delayed(Duration::from_secs(3), accepted);
    let home = server.home();
    let mut child = home.process(["tencent", "forbid", "a", "--for", "2h"]).spawn().unwrap();
    while run_files(&home).is_empty() {
        thread::sleep(Duration::from_millis(2));
    }
    let name = run_files(&home)[0].file_stem().unwrap().to_str().unwrap().to_owned();
    let busy = home.run_line(&format!("undo {name}"));
    assert_eq!(busy.code, Some(75), "{busy:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    let planned = home.run_json(&format!("undo {name} -n"));
    assert_eq!(planned.outcomes(), ["planned"], "{planned:?}");
}

#[test]
fn protected_target_is_not_banned_by_an_undo() {
    let served = remembered();
    let home = &served.home;
    home.run_json("tencent forbid a b --for 9h");
    let lifted = home.run_json("tencent resume a b");
    let config = home.read("livectl/config.toml");
    home.write_config(&config.replacen(
        "[profiles.local]",
        "[policy]\nprotect = [\"tencent:a\"]\nmax_ban = \"1h\"\nrequire_reason = true\n[profiles.local]",
        1,
    ));
    let refused = home.run_line(&format!("undo {}", id(&lifted)));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(!states(home, "a b").contains(&"forbidden".to_owned()));
    let command = |name: &str| {
        let line = refused.stderr.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{refused:?}")).to_owned()
    };
    let run = |command: String| {
        let script = format!("livectl() {{ \"$0\" \"$@\"; }}\n{command}");
        RunOutput::from(home.shell(&script).output().unwrap())
    };
    let rest = run(command("the rest: "));
    assert_eq!(rest.code, Some(0), "{rest:?}");
    assert_eq!(states(home, "b"), ["forbidden"]);
    let all = run(command("accepted: "));
    assert_eq!(all.code, Some(0), "{all:?}");
    assert_eq!(states(home, "a b"), ["forbidden"; 2]);
}

#[test]
fn journal_says_where_the_run_is() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b --for 2h --no-log --journal j");
    let hint = format!("take it back: livectl undo {} --journal j", id(&banned));
    assert!(banned.stderr.contains(&hint), "{banned:?}");
    assert_eq!(run_files(home).len(), 0);
    let undone = home.run_json("undo --journal j --no-log");
    assert_eq!(undone.outcomes(), ["applied"; 2], "{undone:?}");
    let again = home.run_json("undo --journal j --no-log");
    assert_eq!(again.outcomes(), ["skipped done_before"; 2], "{again:?}");
    home.run_json("tencent forbid c --for 2h --journal j");
    let several = home.run_line("undo --journal j");
    assert_eq!(several.code, Some(2), "{several:?}");
    assert!(several.stderr.contains("several runs"), "{several:?}");
}

#[test]
fn settings_are_taken_back_to_recorded_values() {
    let served = remembered();
    let home = &served.home;
    let limit = "a setting goes back to the value that an earlier run recorded\n";
    let first = home.run_json("jd timeout push.example.com --seconds 30");
    assert!(first.stderr.contains(&format!("{}\n{limit}", id(&first))), "{first:?}");
    let undone = home.run_json(&format!("undo {}", id(&first)));
    assert_eq!(undone.outcomes(), ["skipped no_inverse"], "{undone:?}");
    let second = home.run_json("jd timeout push.example.com --seconds 40");
    let undone = home.run_json(&format!("undo {}", id(&second)));
    assert_eq!(undone.outcomes(), ["applied"], "{undone:?}");

    let other = home.run_json("jd timeout b.example.com --seconds 40 --no-log --journal j");
    let line = format!("take it back: livectl undo {} --journal j\n{limit}", id(&other));
    assert!(other.stderr.contains(&line), "{other:?}");
}

#[test]
fn moved_records_are_not_offered() {
    let server = RecordingServer::delayed(Duration::from_millis(700), accepted);
    let home = server.home();
    let folder = home.path(".local/state/livectl/runs");
    for (flags, moved, code) in [("--no-log --journal j", home.path("j"), 6), ("", folder, 0)] {
        let line = format!("tencent forbid a --for 2h {flags}");
        let child = home.process(line.split_whitespace()).stderr(Stdio::piped()).spawn().unwrap();
        let is_begun = || match std::fs::metadata(&moved) {
            Ok(metadata) if metadata.is_dir() => !run_files(&home).is_empty(),
            metadata => metadata.is_ok_and(|journal| journal.len() > 0),
        };
        while !is_begun() {
            thread::sleep(Duration::from_millis(2));
        }
        std::fs::rename(&moved, moved.with_extension("moved")).unwrap();
        let output = RunOutput::from(child.wait_with_output().unwrap());
        assert_eq!(output.code, Some(code), "{output:?}");
        assert!(!output.stderr.contains("take it back"), "{output:?}");
    }
}

/// Kills an undo at so many moments, and runs it again each time.
fn kill_and_repeat(points: u64) {
    let served = remembered();
    let home = &served.home;
    let channels: Vec<_> = (0..8).map(|n| format!("c{n}")).collect();
    let channels = channels.join(" ");
    for point in 0..points {
        let banned = home.run_json(&format!("tencent forbid {channels} --for 2h"));
        assert_eq!(banned.code, Some(0), "{banned:?}");
        let run = id(&banned);
        let args = ["undo", &*run, "--rate", "60", "-j", "2"];
        let mut child = home.process(args).spawn().unwrap();
        thread::sleep(Duration::from_millis(20 + point * 280 / points));
        child.kill().unwrap();
        child.wait().unwrap();
        let undone = home.run_json(&format!("undo {run}"));
        assert_eq!(undone.code, Some(0), "{point}: {undone:?}");
        let states = states(home, &channels);
        assert!(!states.contains(&"forbidden".to_owned()), "{point}: {states:?}");
        let again = home.run_json(&format!("undo {run}"));
        assert_eq!(again.outcomes(), ["skipped done_before"; 8], "{point}: {again:?}");
    }
}

#[test]
fn killed_undo_is_finished_by_the_next() {
    kill_and_repeat(8);
}

#[test]
#[ignore = "takes minutes; run by hand"]
fn killed_undo_is_finished_at_200_points() {
    kill_and_repeat(200);
}
