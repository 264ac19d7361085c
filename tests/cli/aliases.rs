//! The words of other clouds for the same operations. Results and journals have the real word.

use crate::prelude::*;

/// Vendor, alias and the real word, with the settings of a command line and of a line of `apply`.
const ALIASES: &[(&str, &str, &str)] = &[
    ("jd", "ban", "forbid"),
    ("jd", "block", "forbid"),
    ("tencent", "ban", "forbid"),
    ("tencent", "block", "forbid"),
    ("jd", "unban", "permit"),
    ("jd", "unblock", "permit"),
    ("jd", "allow", "permit"),
    ("jd", "resume", "permit"),
    ("tencent", "unban", "resume"),
    ("tencent", "unblock", "resume"),
    ("tencent", "allow", "resume"),
    ("tencent", "permit", "resume"),
    ("tencent", "kick", "drop"),
    ("jd", "kick", "drop"),
];

#[test]
fn alias_does_the_real_operation() {
    for (vendor, alias, real) in ALIASES {
        let (_server, home) = RecordingServer::accepting().with_newer_home();
        let ban = if *real == "forbid" { " --for 1h" } else { "" };
        let jd = if *vendor == "jd" { " --domain push.example.com" } else { "" };
        let target = if *vendor == "jd" { "live/a" } else { "a" };
        let line = format!("{vendor} {alias} {target}{jd}{ban} --journal j --resume");
        let output = home.run_json(&line).with_outcomes(["applied"]);
        assert_eq!(output.only_result()["operation"]["action"], *real);
        let again = home.run_json(&line.replace(&format!(" {alias} "), &format!(" {real} ")));
        assert_eq!(again.outcomes(), ["skipped done_before"], "{line}");
        assert!(home.read("j").contains(&format!("\"action\":\"{real}\"")));
        assert!(!home.read("j").contains(&format!("\"action\":\"{alias}\"")));

        let mut operation =
            json!({"vendor": vendor, "action": alias, "target": format!("{target}2")});
        if *real == "forbid" {
            operation["for"] = "1h".into();
        }
        if *vendor == "jd" {
            operation["domain"] = "push.example.com".into();
        }
        let output = home.run_with_input("apply - -o json", operation.to_string());
        assert_eq!(output.outcomes(), ["applied"], "{operation}: {output:?}");
        assert_eq!(output.only_result()["operation"]["action"], *real);
    }
}

#[test]
fn aliases_are_hidden_in_help() {
    let home = super::fixture::TestHome::empty();
    for vendor in ["jd", "tencent"] {
        let help = home.run_line(&format!("{vendor} --help")).stdout;
        for word in ["ban", "kick", "unblock", "allow"] {
            let is_listed = help.lines().any(|line| line.trim_start().starts_with(word));
            assert!(!is_listed, "{word} is listed in {help}");
        }
    }
}

#[test]
fn unknown_word_has_a_sensible_suggestion() {
    let home = super::fixture::TestHome::empty();
    for (line, suggestion) in [
        ("tencent forbit a --for 1h", Some("forbid")),
        ("jd timeot a.cn --seconds 5", Some("timeout")),
        ("undoo", Some("undo")),
        ("tencent zzz a", None),
    ] {
        let output = home.run_line(line).exits(2);
        match suggestion {
            Some(word) if word != "undo" => assert!(output.stderr.contains(word), "{output:?}"),
            Some(_) => assert!(!output.stderr.contains("'sandbox'"), "{output:?}"),
            None => assert!(!output.stderr.contains("similar"), "{output:?}"),
        }
    }
}
