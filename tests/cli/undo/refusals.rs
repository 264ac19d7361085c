//! Targets and runs that are refused.

use super::{id, remembered, states, undo};
use crate::log::{run_files, wait_for_intent};
use crate::prelude::*;

#[test]
fn only_named_targets_are_restored() {
    let served = remembered();
    let home = &served.home;
    let banned = home.run_json("tencent forbid a b c d --for 2h");
    let undone = undo(home, &banned, "b");
    assert_eq!(undone.targets(), ["b"]);
    let undone = home.run_with_input(&format!("undo {} - -o json", id(&banned)), "c\nd\n");
    assert_eq!(undone.targets(), ["c", "d"], "{undone:?}");
    home.run_line(&format!("undo {} z", id(&banned))).exits(2);
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
    home.run_with_input(&line, "# c\n").exits(2);
}

#[test]
fn name_at_two_domains_is_refused() {
    let served = remembered();
    let home = &served.home;
    let ban = r#""vendor":"jd","action":"forbid","target":"live/c","permanent":true"#;
    let line = |domain: &str| format!(r#"{{{ban},"domain":"{domain}"}}"#);
    let lines = format!("{}\n{}\n", line("A.example.com"), line("b.example.com"));
    let banned = home.run_with_input("apply - -o json", lines).with_outcomes(["applied"; 2]);
    let run = id(&banned);
    let bare = home.run_json(&format!("undo {run} live/c")).exits(2);
    let forms = r#""a.example.com/live/c", "b.example.com/live/c""#;
    assert!(bare.stderr.contains(forms), "{bare:?}");
    let one = home.run_json(&format!("undo {run} B.example.com/live/c")).with_outcomes(["applied"]);
    assert_eq!(one.operations()[0]["domain"], "b.example.com");
    home.run_json(&format!("undo {run}")).with_outcomes(["applied", "skipped done_before"]);
    home.run_json("jd timeout Push.Example.com --seconds 30");
    let changed = home.run_json("jd timeout Push.Example.com --seconds 40");
    undo(home, &changed, "Push.Example.com").with_outcomes(["applied"]);
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
    let refused = home.run_line(&format!("undo {}", id(&changed))).exits(2);
    assert!(refused.stderr.contains("jd.api is openapi, and was legacy"), "{refused:?}");
    assert_eq!(served.state()["jd"]["timeouts"]["push.example.com"], 40);
}

#[test]
fn refused_undo_sends_nothing() {
    let (server, home) = RecordingServer::accepting().with_home();
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
        home.run_line(&line).exits(code).reports(part);
    }
    let config = home.read("livectl/config.toml");
    for (from, to, code, part) in [
        ("app_id = 1251234567", "app_id = 1250000001", 2, "set app_id = \"1251234567\""),
        (&*server.url(), "http://127.0.0.1:9", 2, "set endpoint"),
        ("profiles.prod", "profiles.other", 3, "there is no profile"),
    ] {
        home.write_config(&config.replace(from, to).replace("default_profile = \"prod\"\n", ""));
        home.run_line(&format!("undo {run}")).exits(code).reports(part);
    }
    std::fs::remove_file(home.path("livectl/config.toml")).unwrap();
    home.run_line(&format!("undo {run}")).exits(3);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn run_that_goes_on_is_not_undone() {
    let (_server, home) = RecordingServer::delayed(Duration::from_secs(3), accepted).with_home();
    let mut child = home.process(["tencent", "forbid", "a", "--for", "2h"]).spawn().unwrap();
    wait_for_intent(&home);
    let name = run_files(&home)[0].file_stem().unwrap().to_str().unwrap().to_owned();
    home.run_line(&format!("undo {name}")).exits(75);
    child.kill().unwrap();
    child.wait().unwrap();
    home.run_json(&format!("undo {name} -n")).with_outcomes(["planned"]);
}

#[test]
fn protected_target_is_not_banned_by_an_undo() {
    let served = remembered();
    let home = &served.home;
    home.run_json("tencent forbid a b --for 9h");
    let lifted = home.run_json("tencent resume a b");
    let policy = "[policy]\nprotect = [\"tencent:a\"]\nmax_ban = \"1h\"\nrequire_reason = true\n";
    home.write_above_profiles(policy);
    let refused = home.run_line(&format!("undo {}", id(&lifted))).exits(2);
    assert!(!states(home, "a b").contains(&"forbidden".to_owned()));
    let command = |name: &str| {
        let line = refused.stderr.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{refused:?}")).to_owned()
    };
    let run = |command: String| home.run_printed(&command);
    run(command("the rest: ")).exits(0);
    assert_eq!(states(home, "b"), ["forbidden"]);
    run(command("accepted: ")).exits(0);
    assert_eq!(states(home, "a b"), ["forbidden"; 2]);
}
