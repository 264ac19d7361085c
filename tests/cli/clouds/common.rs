//! Clouds with the same six operations, each against the sandbox: what is banned, cut, let back and listed is so there too.

use livectl::api::spec::Vendor;

use crate::prelude::*;

/// The operations of a cloud.
const OPERATIONS: [&str; 6] = ["forbid", "resume", "drop", "status", "online", "forbidden"];

/// The clouds: the vendors that have these operations under these names, on streams `APP/STREAM` at a push domain.
fn clouds() -> Vec<&'static str> {
    let has = |vendor: &Vendor, name: &str| {
        let mut operations = vendor.operations.iter().filter(|spec| spec.name == name);
        operations.any(|spec| spec.is_list() || spec.target.has_application())
    };
    let clouds = VENDORS.iter().filter(|vendor| OPERATIONS.iter().all(|name| has(vendor, name)));
    let clouds: Vec<_> = clouds.map(|vendor| vendor.name.as_str()).collect();
    assert!(clouds.len() >= 3, "{clouds:?}");
    clouds
}

/// The clouds that take letters, digits, `_`, `-` and `.` alone in a name.
const PLAIN_NAMES: [&str; 1] = ["volcengine"];

const DOMAIN: &str = "--domain push.example.com";

/// The streams of a cloud in the sandbox's own document, each with its status.
fn streams(served: &ServedSandbox, cloud: &str) -> Value {
    let state = served.state();
    let rows = state[cloud]["streams"].as_array().unwrap().iter();
    let named = rows.map(|row| (row["stream"].as_str().unwrap().to_owned(), row["status"].clone()));
    named.collect::<serde_json::Map<_, _>>().into()
}

fn applied(output: &RunOutput) -> Value {
    let result = output.only_result();
    assert_eq!((output.code, &result["outcome"]), (Some(0), &json!("applied")), "{output:?}");
    result
}

#[test]
fn embedded_sandbox_bans_without_a_profile() {
    for cloud in clouds() {
        let home = TestHome::empty();
        let ran = home.run_json(&format!("--sandbox {cloud} forbid live/cam1 {DOMAIN} --for 2h"));
        let result = applied(&ran);
        assert_eq!(result["effect"], "off_air");
        assert_eq!(result["operation"]["domain"], "push.example.com");
        assert!(result["operation"]["until"].is_string(), "{result}");
        let looked = home.run_json(&format!("--sandbox {cloud} status live/cam1"));
        assert_eq!(looked.only_result()["state"], "live", "{looked:?}");
    }
}

#[test]
fn stream_is_banned_seen_and_let_back() {
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let run = |line: &str| served.home.run_json(&format!("{cloud} {line}"));
        let state = |line: &str| run(line).only_result()["state"].clone();
        let listed = |list: &str| {
            let output = run(&format!("{list} {DOMAIN}"));
            let items = output.only_result()["items"].as_array().unwrap().clone();
            items.iter().map(|item| item["target"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let banned = applied(&run(&format!("forbid live/cam1 {DOMAIN} --for 2h --verify")));
        assert_eq!((&banned["verified"], &banned["state"]), (&json!(true), &json!("forbidden")));
        assert_eq!(streams(&served, cloud), json!({"cam1": "forbidden"}));
        assert_eq!(state(&format!("status live/cam1 {DOMAIN}")), "forbidden");
        assert_eq!(state(&format!("status live/cam2 {DOMAIN}")), "live");
        assert_eq!(listed("forbidden"), ["live/cam1"]);
        assert_eq!(listed("online"), ["live/cam2", "live/cam3"]);
        assert_eq!(listed("online --app show"), [""; 0]);
        assert_eq!(listed("forbidden --app live"), ["live/cam1"]);
        assert_eq!(listed("forbidden --app show"), [""; 0]);
        let back = applied(&run(&format!("resume live/cam1 {DOMAIN} --verify")));
        assert_eq!((&back["verified"], &back["state"]), (&json!(true), &json!("live")), "{back}");
        assert_eq!(streams(&served, cloud), json!({"cam1": "live"}));
        let cut = applied(&run(&format!("drop live/cam2 {DOMAIN} --verify")));
        assert_eq!((&cut["effect"], &cut["verified"]), (&json!("cut_once"), &json!(true)));
        assert_eq!(listed("forbidden"), [""; 0]);
    }
}

#[test]
fn names_of_any_script_are_one_stream() {
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let name = "直播/晚会 主机位~1*/it's 100%";
        let line = ["forbid", name, "--for", "2h", "--verify", "-o", "json"];
        let ran = served.home.run([&[cloud], &line[..]].concat());
        if PLAIN_NAMES.contains(&cloud) {
            // The vendor decides, and no name is changed on the way.
            assert_eq!(ran.outcomes(), ["not_applied refused"], "{ran:?}");
            continue;
        }
        assert_eq!(applied(&ran)["verified"], true);
        let listed = served.home.run_line(&format!("{cloud} forbidden -o targets"));
        assert_eq!(listed.stdout, format!("{name}\n"), "{listed:?}");
    }
}

#[test]
fn refused_streams_and_keys_differ() {
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let home = &served.home;
        let ran = home.run_json(&format!("{cloud} forbid live/a live/b_gone {DOMAIN} --for 2h"));
        assert_eq!(ran.code, Some(5), "{ran:?}");
        assert_eq!(ran.outcomes(), ["applied", "not_applied refused"]);
        let foreign =
            home.run_json(&format!("{cloud} resume live/a --domain push-gone.example.com"));
        assert_eq!(foreign.outcomes(), ["not_applied refused"], "{foreign:?}");
        home.replace_in_config(&secret_of(home, cloud), "a-wrong-secret-of-30-characters");
        let ran = home.run_json(&format!("-j 1 {cloud} forbid live/a live/b {DOMAIN} --for 2h"));
        assert_eq!(ran.code, Some(5), "{ran:?}");
        assert_eq!(ran.outcomes(), ["not_applied credentials", "skipped stopped"]);
        assert!(!format!("{ran:?}").contains("a-wrong-secret"), "{ran:?}");
        home.run_line("doctor --signed").exits(3);
    }
}

#[test]
fn doctor_makes_a_signed_call() {
    let served = ServedSandbox::start();
    let report = served.home.run_line("doctor --signed -o json").json();
    for cloud in clouds() {
        let vendors = report["vendors"].as_array().unwrap();
        let found = vendors.iter().find(|vendor| vendor["vendor"] == cloud).unwrap().to_string();
        assert!(found.contains(&format!("the key is accepted ({cloud} status)")), "{found}");
    }
}

#[test]
fn ban_needs_an_end_and_one_stream() {
    for cloud in clouds() {
        let run =
            |line: &str| TestHome::empty().run_line(&format!("--sandbox {cloud} {line} {DOMAIN}"));
        for (line, words) in [
            (
                "forbid live/cam1",
                "the end of the ban is missing; give --for DUR, --until TIME or --longest",
            ),
            ("forbid live/cam1 --permanent", "has no ban without an end; give --longest"),
            ("forbid live/cam1 --for 2h --longest", "cannot be used with"),
            ("forbid cam1 --for 2h", "a stream is written APP/STREAM"),
            ("resume */cam1", "name each stream"),
            ("resume live/*", "name each stream"),
            ("resume */cam1 --exact", "name each stream"),
            ("forbid live/* --for 2h --exact", "name each stream"),
            ("drop live/*", "name each stream"),
        ] {
            run(line).exits(2).reports(words);
        }
        for (line, note) in [
            ("forbid live/cam1 --longest", None),
            ("forbid live/cam1 --until 2099-01-01T00:00:00Z", Some("89 days from now")),
        ] {
            let ran = run(line).exits(0).reports(note.unwrap_or_default()).prints("in 89 d");
            assert_eq!(ran.stderr.contains("note: "), note.is_some(), "{ran:?}");
        }
    }
}

#[test]
fn apply_reads_lines_and_columns() {
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let home = &served.home;
        let line = |action: &str, target: &str, more: &str| {
            format!(
                "{{\"vendor\":\"{cloud}\",\"action\":\"{action}\",\"target\":\"{target}\"{more}}}\n"
            )
        };
        let text = [
            line("ban", "live/a", ",\"for\":\"2h\""),
            line("drop", "live/b", ",\"domain\":\"push.example.com\""),
            line("online", "push.example.com", ",\"app\":\"live\""),
        ];
        home.write("a.jsonl", text.concat());
        let ran = home.run_json("apply a.jsonl").with_outcomes(["applied", "applied", "read"]);
        assert_eq!(ran.operations()[0]["action"], "forbid");
        let columns =
            format!("vendor,action,target,domain\n{cloud},resume,live/a,push.example.com\n");
        home.write("a.csv", columns);
        let printed = home.run_line("apply a.csv -o csv").exits(0);
        assert!(printed.stdout.starts_with("vendor,action,target,domain,"), "{printed:?}");
        // The operation of a result is a line that does the same again.
        home.write("b.jsonl", ran.operations()[0].to_string());
        assert_eq!(home.run_json("apply b.jsonl").operations(), ran.operations()[..1]);
    }
}

#[test]
fn journal_resumes_and_undo_takes_back() {
    for cloud in clouds() {
        let served = ServedSandbox::remembered();
        let home = &served.home;
        let line = format!("{cloud} forbid live/a live/b --for 2h --journal j");
        let banned = home.run_json(&line).with_outcomes(["applied", "applied"]);
        let again = home.run_json(&format!("{line} --resume"));
        assert_eq!(again.outcomes(), ["skipped done_before", "skipped done_before"], "{again:?}");
        let known = home.run_line("log --banned -o targets");
        assert_eq!(known.stdout, "live/a\nlive/b\n", "{known:?}");

        let id = banned.json()["run"].as_str().unwrap().to_owned();
        assert_eq!(streams(&served, cloud), json!({"a": "forbidden", "b": "forbidden"}));
        // A stream that another has let back meanwhile is left alone.
        home.run_line(&format!("{cloud} resume live/b --no-log")).exits(0);
        let undone = home.run_json(&format!("undo {id} --verify"));
        assert_eq!(undone.outcomes(), ["applied", "skipped changed"], "{undone:?}");
        assert_eq!(undone.results()[0]["verified"], true);
        assert_eq!(streams(&served, cloud), json!({"a": "live", "b": "live"}));
    }
}

/// The secret of this cloud in the profile of a sandbox.
fn secret_of(home: &TestHome, cloud: &str) -> String {
    let config = home.read("livectl/config.toml");
    let (_, section) = config.split_once(&format!(".{cloud}]\n")).unwrap();
    section.split_once("secret_access_key = \"").unwrap().1.split('"').next().unwrap().to_owned()
}

#[test]
fn policy_protects_streams() {
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let policy = format!("[policy]\nprotect = [\"{cloud}:push.example.com/live/gala*\"]\n");
        served.home.write_above_profiles(&policy);
        let run = |line: &str| served.home.run_line(&format!("{cloud} {line} {DOMAIN}"));
        for (line, code) in [
            ("forbid live/gala1 --for 2h", 2),
            ("drop live/gala1", 2),
            ("resume live/gala1", 0),
            ("status live/gala1", 0),
            ("forbid live/cam1 --for 2h", 0),
        ] {
            run(line).exits(code);
        }
    }
}

/// A pasted line of a dry run does what the run would have done, and holds neither secret nor signature.
#[test]
#[cfg(unix)]
fn curl_lines_are_accepted() {
    if !crate::operations::can_run_curl_lines() {
        return crate::faults::report_skipped("the lines of -o curl");
    }
    for cloud in clouds() {
        let served = ServedSandbox::start();
        let home = &served.home;
        let secret = secret_of(home, cloud);
        for (line, left) in [
            ("forbid live/cam1 --for 2h", json!({"cam1": "forbidden"})),
            ("resume live/cam1", json!({"cam1": "live"})),
            ("status live/cam1", json!({"cam1": "live"})),
            ("drop live/cam2", json!({"cam1": "live", "cam2": "idle"})),
        ] {
            let dry = home.run_line(&format!("{cloud} {line} {DOMAIN} -n -o curl")).exits(0);
            assert!(!dry.stdout.contains(&secret), "{dry:?}");
            let variable = format!("LIVECTL_{}_SECRET_ACCESS_KEY", cloud.to_uppercase());
            let ran = home.run_curl(&dry.stdout, &[(&variable, &secret)]);
            let is_refused = ran.stdout.contains("Code\"") || ran.stdout.contains("error");
            assert!(!is_refused, "{line}: {ran:?}\n{}", dry.stdout);
            assert_eq!(streams(&served, cloud), left, "{cloud} {line}: {ran:?}");
        }
    }
}

#[test]
fn first_profile_has_the_push_domain() {
    for cloud in clouds() {
        let home = TestHome::empty();
        home.run_line(&format!("config init --vendor {cloud}")).exits(0);
        assert!(home.read("livectl/config.toml").contains("\ndomain = "), "{cloud}");
    }
}

/// A key that operations need, and a value that the vendor does not document, are no problems: a run may do without.
#[test]
fn config_check_notes_what_operations_miss() {
    let served = ServedSandbox::start();
    let home = &served.home;
    let notes = || {
        let output = home.run_json("config check").exits(0);
        let notes = output.json()["notes"].as_array().unwrap().clone();
        notes.iter().map(|note| note.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let is_about = |notes: &[String], key: &str| notes.iter().any(|note| note.starts_with(key));
    let keys = ["alibaba.play_domain is not set: ", "volcengine.vhost is not set: `drop`"];
    assert!(!keys.iter().any(|key| is_about(&notes(), key)), "{:?}", notes());
    let config = home.read("livectl/config.toml");
    let kept: Vec<_> = config
        .lines()
        .filter(|line| !line.starts_with("play_domain") && !line.starts_with("vhost"))
        .collect();
    home.write_config(&kept.join("\n"));
    assert!(keys.iter().all(|key| is_about(&notes(), key)), "{:?}", notes());
    // An endpoint replaces the address of the region, so that nothing depends on it.
    let region = "huawei.region is not one that the vendor documents (cn-north-4, ";
    let odd = kept.join("\n").replace("\"cn-north-4\"", "\"cn-nroth-4\"");
    home.write_config(&odd);
    assert!(!is_about(&notes(), region), "{:?}", notes());
    let (before, huawei) = odd.split_once("project_id").unwrap();
    let (keys, _) = huawei.split_once("endpoint").unwrap();
    home.write_config(&format!("{before}project_id{keys}").replace("sandbox = true\n", ""));
    assert!(is_about(&notes(), region), "{:?}", notes());
}
