use super::*;

fn takes_value(flag: &str) -> bool {
    ["--for", "--reason", "--profile", "-p", "--output", "-o", "--even-protected"].contains(&flag)
}

fn parsed(text: &str) -> CommandLine {
    CommandLine::parse(text.split(' '), &takes_value)
}

#[test]
fn command_line_is_printed_as_typed() {
    for text in [
        "livectl tencent forbid a b --for 2h",
        "livectl -qp prod tencent forbid --for=2h - -ojson",
        "livectl tencent forbid --for 2h --reason --odd -- -a --for",
    ] {
        assert_eq!(parsed(text).to_string(), text);
    }
    let words = ["livectl", "tencent", "forbid", "a b", "it's\u{200b}"];
    assert_eq!(
        CommandLine::parse(words, &takes_value).to_string(),
        r#"livectl tencent forbid 'a b' "$(printf %b 'it\0047s\0342\0200\0213')""#
    );
}

#[test]
fn flag_is_removed_with_its_value() {
    for text in [
        "livectl jd forbid a --for 2h --permanent b",
        "livectl jd forbid a --for=2h --permanent b",
        "livectl jd --permanent forbid --for --permanent a b",
    ] {
        assert_eq!(
            parsed(text).without(&["--for", "--permanent"]).to_string(),
            "livectl jd forbid a b",
            "{text}"
        );
    }
}

#[test]
fn target_behind_a_separator_is_no_flag() {
    let line = parsed("livectl jd forbid --for 2h -- --for 2h");
    assert_eq!(line.clone().without(&["--for"]).to_string(), "livectl jd forbid -- --for 2h");
    assert_eq!(
        line.without(&["--for"]).with("--for", "7d").to_string(),
        "livectl jd forbid --for 7d -- --for 2h"
    );
    assert!(!parsed("livectl -- --for").has("--for"));
}

#[test]
fn value_that_begins_with_a_dash_is_joined() {
    let line = parsed("livectl jd forbid -- -x").with("--even-protected", "-x");
    assert_eq!(line.to_string(), "livectl jd forbid --even-protected=-x -- -x");
}

#[test]
fn value_of_a_short_flag_is_no_target() {
    for text in ["livectl -p x undo 7k2m", "livectl -px undo 7k2m", "livectl -qo json undo 7k2m"] {
        let words: Vec<_> = parsed(text).positionals().map(str::to_owned).collect();
        assert_eq!(words, ["livectl", "undo", "7k2m"], "{text}");
    }
}

#[test]
fn command_becomes_another() {
    let line = parsed("livectl -p prod tencent forbid --for 2h --odd a b");
    let look = line.retain(&|flag, _| flag == "-p").with_action("tencent", "status");
    assert_eq!(look.to_string(), "livectl -p prod tencent status a b");
    let resumed = parsed("livectl jd forbid -- -a").with_switch("--resume");
    assert_eq!(resumed.to_string(), "livectl jd forbid --resume -- -a");
}

#[test]
fn targets_are_replaced() {
    let line = parsed("livectl undo 7k2m a b -p prod c");
    assert_eq!(
        line.clone().with_positionals(3, ["d", "e"]).to_string(),
        "livectl undo 7k2m -p prod d e"
    );
    assert_eq!(line.with_positionals(3, ["-d"]).to_string(), "livectl undo 7k2m -p prod -- -d");
}
