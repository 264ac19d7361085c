//! The results of a run, and the list of bans.

use super::{check_schema, records, run_files, server};
use crate::prelude::*;

#[test]
fn log_of_a_run_prints_its_results() {
    let (_server, home) = server().with_home();
    let ran = home.run_json("tencent forbid a b_gone c_slow --for 2h");
    let id = ran.json()["run"].as_str().unwrap().to_owned();
    for name in [&*id, &id[..12], &id[id.len() - 4..], "last"] {
        let output = home.run_json(&format!("log {name}")).exits(0);
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
    home.run_with_input("apply - -n", operations.join("\n")).exits(0);
}

#[test]
fn banned_list_follows_the_records() {
    let (_server, home) = server().with_home();
    home.run_line("tencent forbid a b c_slow --for 2h --reason gala");
    home.run_line("tencent forbid d --for 1h");
    home.run_line("jd forbid live/p --domain push.example.com --permanent");
    home.run_line("tencent resume b");
    let output = home.run_json("log --banned");
    let document = output.json();
    check_schema("log", std::slice::from_ref(&document));
    let listed = |document: &Value| -> Vec<String> {
        let bans = document["banned"].as_array().unwrap();
        let row = |ban: &Value| format!("{} {}", ban["target"].as_str().unwrap(), ban["sure"]);
        bans.iter().map(row).collect()
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
    home.run_with_input("tencent resume - --exact", names.stdout).exits(4);
    let none = TestHome::empty().run_json("log --banned");
    assert_eq!((none.code, listed(&none.json()).len()), (Some(0), 0));
}

#[test]
fn urls_lose_their_secrets_in_records() {
    let (_server, home) = server().with_home();
    let reason = "see https://me:canary-pw@a.test/x?txSecret=canary-query";
    let line = ["tencent", "forbid", "a", "odd?txSecret=canary-name", "--for", "2h", "--exact"];
    let output = home.run(line.into_iter().chain(["--reason", reason, "-o", "json"])).exits(0);
    let text = fs::read_to_string(&run_files(&home)[0]).unwrap();
    assert!(!text.contains("canary-pw") && !text.contains("canary-query"), "{text}");
    let records = records(&run_files(&home)[0]);
    assert_eq!(records[1]["operation"]["reason"], "see https://a.test/x?***");
    assert!(records[0]["command"].as_str().unwrap().contains("odd?***"), "{}", records[0]);
    // `undo` needs the name of a target as it is.
    home.run_json("undo last -n").exits(2);
    let run = output.json()["run"].as_str().unwrap().to_owned();
    let planned = home.run_json(&format!("undo {run} -n"));
    assert_eq!(planned.targets(), ["a", "odd?txSecret=canary-name"], "{planned:?}");
}

#[test]
fn results_of_a_foreign_journal_may_lack_members() {
    let (_server, home) = server().with_home();
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
        let output = home.run_line(&format!("log last --from bare -o {format}")).exits(0);
        assert!(format == "targets" || output.stdout.contains("applied"), "{format}: {output:?}");
    }
}

#[test]
fn recorded_rows_are_those_of_the_run() {
    let (_server, home) = server().with_home();
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
    let (_server, home) = server().with_home();
    let file = fs::read_to_string(home.path("livectl/config.toml")).unwrap();
    let (_, profile) = file.split_once("[profiles.").unwrap();
    let other = format!("[profiles.{profile}")
        .replace("profiles.prod", "profiles.other")
        .replace("1251234567", "7");
    home.write("livectl/config.toml", format!("{file}\n{other}"));
    for profile in ["prod", "other"] {
        home.run_line(&format!("-p {profile} tencent forbid a --for 2h")).exits(0);
    }
    let both = home.run_line("log --banned -o targets");
    assert_eq!((both.code, &*both.stdout), (Some(2), ""), "{both:?}");
    let one = home.run_line("-p prod log --banned -o targets");
    assert_eq!((one.code, &*one.stdout), (Some(0), "a\n"), "{one:?}");
}

#[test]
fn name_with_a_byte_order_mark_is_omitted() {
    let (_server, home) = server().with_home();
    let mark = "\u{feff}x";
    home.run(["tencent", "forbid", mark, "y", "--for", "2h", "--exact"]).exits(0);
    for line in ["log last -o targets", "log --banned -o targets"] {
        let output = home.run_line(line).exits(5).reports("error: 1 name cannot be printed");
        assert_eq!(&*output.stdout, "y\n", "{output:?}");
    }
}

#[test]
fn last_run_is_the_newest_of_any_files() {
    let (_server, home) = server().with_home();
    home.run_line("tencent forbid a --for 2h");
    home.run_line("tencent forbid b --for 2h");
    let files: Vec<_> =
        run_files(&home).iter().map(|file| file.to_str().unwrap().to_owned()).collect();
    for [first, second] in [[&files[0], &files[1]], [&files[1], &files[0]]] {
        let last = home.run(["log", "last", "-o", "json", "--from", first, second]);
        assert_eq!(last.results()[0]["operation"]["target"], "b", "{last:?}");
    }
    home.run_line("log zzzz --from gone").exits(2).reports("gone cannot be read: not found");
}
