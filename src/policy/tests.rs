mod printed_command;

use std::time::Duration;

use super::command_line::CommandLine;
use super::pattern::{Pattern, Reach, TargetForms};
use super::refusal::{CommandSource, RefusalContext};
use super::review::PolicyReview;
use super::rules::{BanLength, BanLimit, PlannedChange, Policy, Protection, ReasonSource};
use crate::outcome::effect::Effect;

const VENDORS: [&str; 3] = ["jd", "tencent", "shumei"];

fn policy(patterns: &[&str]) -> Policy {
    let protect = patterns.iter().zip(3..).map(|(text, line)| Protection {
        pattern: Pattern::parse(text, &VENDORS).unwrap(),
        location: format!("config.toml, line {line}"),
    });
    Policy { protect: protect.collect(), ..Policy::default() }
}

fn limited(days: u64) -> Policy {
    let length = Duration::from_secs(days * 86_400);
    let location = "config.toml, line 9".into();
    Policy { max_ban: Some(BanLimit { length, location }), ..Policy::default() }
}

fn ban(channel: &str) -> PlannedChange<'_> {
    let forms = TargetForms {
        vendor: "tencent",
        domain: None,
        app: None,
        name: channel,
        reach: Reach::Name,
    };
    PlannedChange {
        target: channel,
        forms,
        effect: Effect::OffAir,
        ban: Some(BanLength::For(Duration::from_hours(2))),
        counts_minutes: false,
        reason: ReasonSource::Absent,
        is_restored: false,
        line: None,
    }
}

fn command(text: &str) -> CommandLine {
    let takes_value = |flag: &str| {
        ["--for", "--until", "--reason", "--even-protected", "--format", "-p", "-o"].contains(&flag)
    };
    CommandLine::parse(text.split(' '), &takes_value)
}

fn context<'a>(command: &'a CommandLine, source: CommandSource<'a>) -> RefusalContext<'a> {
    RefusalContext { command, source }
}

/// The error of these operations, if they are refused.
fn refusal(
    policy: &Policy,
    line: &str,
    source: CommandSource<'_>,
    changes: &[PlannedChange<'_>],
) -> Option<(String, String)> {
    let command = command(line);
    let words: Vec<_> = line.split(' ').collect();
    let given: Vec<_> = words
        .windows(2)
        .filter(|pair| pair[0] == "--even-protected")
        .map(|pair| pair[1].to_owned())
        .collect();
    let mut review = PolicyReview::new(policy, &given);
    for change in changes {
        review.admit(change);
    }
    let error = review.finish(&context(&command, source)).err()?;
    Some((error.to_string(), error.hint.unwrap_or_default()))
}

#[test]
fn protected_target_is_refused_with_its_pattern() {
    let policy = policy(&["jd:other", "tencent:8888_gala*"]);
    let changes = [ban("8888_gala1"), ban("8888_x")];
    let (message, hint) = refusal(
        &policy,
        "livectl tencent forbid 8888_gala1 8888_x --for 2h",
        CommandSource::Targets,
        &changes,
    )
    .unwrap();
    assert_eq!(
        message,
        "1 target is protected:\n  8888_gala1: tencent:8888_gala* (config.toml, line 4)"
    );
    assert_eq!(
        hint,
        "nothing was sent\naccepted: livectl tencent forbid 8888_gala1 8888_x --for 2h --even-protected 8888_gala1 --reason '…'"
    );
}

#[test]
fn policy_restricts_only_harmful_operations() {
    use Effect as E;
    let policy = Policy { require_reason: Some("here".into()), ..policy(&["*:*"]) };
    for (effect, is_refused) in [
        (E::OffAir, true),
        (E::CutOnce, true),
        (E::ModerationEnded, true),
        (E::DomainSetting, true),
        (E::OnAir, false),
        (E::None, false),
    ] {
        let change = PlannedChange { effect, ..ban("a") };
        let refused = refusal(&policy, "livectl", CommandSource::Targets, &[change]);
        assert_eq!(refused.is_some(), is_refused, "{effect:?}");
    }
}

#[test]
fn override_needs_a_reason_of_the_operator() {
    let policy = policy(&["tencent:a"]);
    let line = "livectl tencent forbid a --for 2h --even-protected a";
    for (reason, is_refused) in
        [(ReasonSource::Absent, true), (ReasonSource::Undo, true), (ReasonSource::Operator, false)]
    {
        let change = PlannedChange { reason, ..ban("a") };
        let refused = refusal(&policy, line, CommandSource::Targets, &[change]);
        assert_eq!(refused.is_some(), is_refused, "{reason:?}");
        if let Some((message, hint)) = refused {
            assert_eq!(message, "a reason is required by --even-protected: a");
            assert!(
                hint.ends_with(
                    "accepted: livectl tencent forbid a --for 2h --even-protected a --reason '…'"
                ),
                "{hint}"
            );
        }
    }
}

#[test]
fn override_names_its_protection() {
    let policy = policy(&["tencent:a\u{e9}*"]);
    let given = ["a\u{e9}\\u{200b}".to_owned()];
    let mut review = PolicyReview::new(&policy, &given);
    let change = PlannedChange { reason: ReasonSource::Operator, ..ban("a\u{e9}\u{200b}") };
    assert!(review.admit(&change));
    let protection = policy.protection_of(&change.forms).unwrap();
    assert_eq!(protection.pattern.to_string(), "tencent:a\u{e9}*");
    assert!(review.finish(&context(&command("livectl"), CommandSource::Targets)).is_ok());
}

#[test]
fn override_that_hits_nothing_is_refused() {
    let line = "livectl tencent forbid a --for 2h --even-protected a --even-protected b";
    let change = PlannedChange { reason: ReasonSource::Operator, ..ban("a") };
    let (message, hint) =
        refusal(&policy(&["tencent:a"]), line, CommandSource::Targets, &[change]).unwrap();
    assert_eq!(message, "--even-protected b: no target of this run is protected under that name");
    assert!(hint.contains("forbid a --for 2h --even-protected a --reason '…'"), "{hint}");
}

#[test]
fn required_reason_is_asked_for_once() {
    let policy = Policy { require_reason: Some("config.toml, line 7".into()), ..Policy::default() };
    let line = "livectl tencent forbid a b --for 2h";
    let (message, hint) =
        refusal(&policy, line, CommandSource::Targets, &[ban("a"), ban("b")]).unwrap();
    assert_eq!(message, "a reason is required (config.toml, line 7): a, b");
    assert!(hint.ends_with("accepted: livectl tencent forbid a b --for 2h --reason '…'"), "{hint}");
    let of_undo = PlannedChange { reason: ReasonSource::Undo, ..ban("a") };
    assert_eq!(refusal(&policy, line, CommandSource::Targets, &[of_undo]), None);
}

#[test]
fn ban_longer_than_the_limit_is_refused() {
    let policy = limited(7);
    let days = |days: u64, more: u64| BanLength::For(Duration::from_secs(days * 86_400 + more));
    for (length, is_refused) in [
        (BanLength::Permanent, true),
        (days(89, 0), true),
        (days(7, 2), true),
        (days(7, 1), false),
        (days(7, 0), false),
        (days(0, 60), false),
    ] {
        let change = PlannedChange { ban: Some(length), ..ban("a") };
        let line = "livectl jd forbid a --permanent --domain a.cn";
        let refused = refusal(&policy, line, CommandSource::Targets, &[change]);
        assert_eq!(refused.is_some(), is_refused, "{length:?}");
        if let Some((message, hint)) = refused {
            assert_eq!(message, "a ban is at most 7d long (config.toml, line 9): a");
            assert!(
                hint.ends_with("accepted: livectl jd forbid a --domain a.cn --for 7d"),
                "{hint}"
            );
        }
        let restored = PlannedChange { is_restored: true, ..change };
        assert_eq!(refusal(&policy, "livectl", CommandSource::Targets, &[restored]), None);
    }
}

#[test]
fn ban_is_rounded_down_to_api_minutes() {
    let length = Duration::from_secs(150);
    let policy =
        Policy { max_ban: Some(BanLimit { length, location: "l".into() }), ..Policy::default() };
    for (counts_minutes, printed) in [(true, "--for 2m"), (false, "--for 2m30s")] {
        let change = PlannedChange { counts_minutes, ban: Some(BanLength::Permanent), ..ban("a") };
        let line = "livectl jd forbid a --permanent";
        let (_, hint) = refusal(&policy, line, CommandSource::Targets, &[change]).unwrap();
        assert!(hint.ends_with(printed), "{hint}");
    }
}

#[test]
fn file_is_filtered_for_the_rest() {
    let policy = policy(&["tencent:gala*"]);
    let at = |name, line| PlannedChange { line: Some(line), ..ban(name) };
    let changes = [at("gala1", 17), at("a", 18), at("gala2", 40)];
    for (line, path, is_csv, rest) in [
        (
            "livectl apply ops.jsonl",
            "ops.jsonl",
            false,
            "sed '17d;40d' ops.jsonl | livectl apply -",
        ),
        (
            "livectl apply ops.csv -p x",
            "ops.csv",
            true,
            "sed '17d;40d' ops.csv | livectl apply -p x - --format csv",
        ),
        ("livectl apply -", "-", false, "sed '17d;40d' | livectl apply -"),
    ] {
        let source = CommandSource::File { path, is_csv };
        let (message, hint) = refusal(&policy, line, source, &changes).unwrap();
        assert!(
            message.contains("\n  line 17: gala1: tencent:gala* (config.toml, line 3)\n"),
            "{message}"
        );
        let flags = "--even-protected gala1 --even-protected gala2 --reason '…'";
        assert_eq!(hint, format!("nothing was sent\naccepted: {line} {flags}\nthe rest: {rest}"));
    }
}

#[test]
fn bans_of_a_file_are_shortened_by_name() {
    let change = PlannedChange { ban: Some(BanLength::Permanent), line: Some(3), ..ban("a\"b") };
    let refused = |path, is_csv| {
        let source = CommandSource::File { path, is_csv };
        let changes = [change, PlannedChange { line: Some(4), ..ban("allowed") }];
        refusal(&limited(7), &format!("livectl apply {path}"), source, &changes).unwrap().1
    };
    assert_eq!(
        refused("ops.jsonl", false),
        "nothing was sent\n\
         accepted: jq -c 'if .target|IN(\"a\\\"b\") then del(.until,.longest,.permanent)|.for=\"7d\" else . end' ops.jsonl | livectl apply -\n\
         the rest: sed '3d' ops.jsonl | livectl apply -"
    );
    assert!(!refused("ops.csv", true).contains("accepted"));
}

#[test]
fn undo_names_the_targets_that_are_not_protected() {
    let policy = policy(&["tencent:gala"]);
    let change = PlannedChange { reason: ReasonSource::Undo, is_restored: true, ..ban("gala") };
    let channels: Vec<_> = (0..40).map(|n| format!("c{n}")).collect();
    let mut targets: Vec<_> = channels[..2].iter().map(|name| (&**name, &**name)).collect();
    targets.extend([("c2", "tencent:c2"), ("gala", "gala")]);
    let source = CommandSource::Undo { run: "7k2m", targets: &targets };
    let other = PlannedChange { reason: ReasonSource::Undo, is_restored: true, ..ban("c0") };
    let changes = [change, other];
    let (_, hint) = refusal(&policy, "livectl undo 7k2m -p prod", source, &changes).unwrap();
    assert_eq!(
        hint,
        "nothing was sent\n\
         accepted: livectl undo 7k2m -p prod --even-protected gala --reason '…'\n\
         the rest: livectl undo -p prod 7k2m c0 c1 tencent:c2"
    );
    targets.extend(channels[3..].iter().map(|name| (&**name, &**name)));
    let source = CommandSource::Undo { run: "7k2m", targets: &targets };
    let (_, hint) = refusal(&policy, "livectl undo 7k2m", source, &changes).unwrap();
    let rest = "| grep -vxF -e gala | livectl undo 7k2m -";
    assert!(hint.ends_with(rest), "{hint}");
}

#[test]
fn run_of_hits_alone_leaves_nothing() {
    let policy = policy(&["tencent:gala"]);
    let change = PlannedChange { line: Some(1), ..ban("gala") };
    let source = CommandSource::File { path: "ops.jsonl", is_csv: false };
    let (_, hint) = refusal(&policy, "livectl apply ops.jsonl", source, &[change]).unwrap();
    assert!(hint.contains("accepted: ") && !hint.contains("the rest: "), "{hint}");
}

#[test]
fn too_many_hits_are_listed_without_a_command() {
    let policy = policy(&["tencent:*"]);
    let names: Vec<_> = (0..21).map(|n| format!("c{n}")).collect();
    let changes: Vec<_> = names.iter().map(|name| ban(name)).collect();
    let refused =
        |most| refusal(&policy, "livectl", CommandSource::Targets, &changes[..most]).unwrap();
    assert!(refused(20).1.contains("accepted"));
    let (message, hint) = refused(21);
    assert!(!hint.contains("accepted"), "{hint}");
    assert_eq!(message.lines().count(), 22);
}

#[test]
fn unreadable_patterns_refuse_what_they_could_protect() {
    let policy = Policy { unreadable: Some("protect.txt is missing".into()), ..Policy::default() };
    let command = command("livectl");
    for (effect, code) in [(Effect::OffAir, Some(3)), (Effect::OnAir, None), (Effect::None, None)] {
        let mut review = PolicyReview::new(&policy, &[]);
        review.admit(&PlannedChange { effect, ..ban("a") });
        let error = review.finish(&context(&command, CommandSource::Targets)).err();
        assert_eq!(error.map(|error| error.kind.exit_code()), code, "{effect:?}");
    }
}

#[test]
fn profile_loosens_no_rule_of_the_top() {
    let top = Policy { require_reason: Some("top".into()), ..policy(&["jd:a"]) };
    for (one, other) in [(3, 7), (7, 3)] {
        let max_ban = |days| limited(days).max_ban;
        let both = Policy { max_ban: max_ban(one), ..top.clone() }
            .and(Policy { max_ban: max_ban(other), ..policy(&["jd:b"]) });
        assert_eq!(both.max_ban.unwrap().length, Duration::from_hours(72));
        assert_eq!(both.require_reason.as_deref(), Some("top"));
        let patterns: Vec<_> = both.protect.iter().map(|p| p.pattern.to_string()).collect();
        assert_eq!(patterns, ["jd:a", "jd:b"]);
    }
}
