use std::process::Command as Process;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::api::VENDORS;
use crate::api::operation_input::OperationInput;
use crate::cli::command::{Command as CliCommand, Config};
use crate::cli::operations::{LookLimits, OperationCommand, TargetSource};
use crate::input::lines::InputLine;
use crate::input::meant::TypedCommand;
use crate::input::plan::tests::planner;

/// The words of a printed command, as a shell reads them.
fn shell_words(command: &str) -> Vec<OsString> {
    let script = format!("livectl() {{ printf '%s\\0' livectl \"$@\"; }}; {command}");
    let output = Process::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(OsString::from).collect()
}

/// The command line as clap reads it.
fn read(words: &[OsString]) -> (Cli, OperationCommand) {
    let mut cli = Cli::read(words, VENDORS).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let command = std::mem::replace(&mut cli.command, CliCommand::Config(Config::Path));
    let CliCommand::Operations(command) = command else { panic!("{words:?}") };
    (cli, command)
}

/// The command that a refusal of this operation prints.
fn meant(words: &[OsString], operations: &[(OperationInput<'_>, InputLine)]) -> String {
    let syntax = CommandSyntax { vendors: VENDORS, args: words, root: OnceCell::new() };
    let mut planner = planner().typed(TypedCommand::new(&syntax));
    for (input, place) in operations {
        planner.add(input, *place);
    }
    let error = planner.finish().err().expect("a target in a wrapping is refused").to_string();
    let (_, command) =
        error.split_once("probably meant: ").unwrap_or_else(|| panic!("{words:?}: {error}"));
    command.lines().next().unwrap().to_owned()
}

fn flags(
    all: &'static [&'static [&'static str]],
) -> impl Strategy<Value = Vec<&'static [&'static str]>> {
    subsequence(all.to_vec(), 0..=all.len()).prop_shuffle()
}

/// Flags of every command, of which each may be given once.
const GLOBAL: &[&[&str]] = &[
    &["-n"],
    &["-vq"],
    &["-qpprod"],
    &["-j", "3"],
    &["--output=json"],
    &["--journal", "apply"],
    &["--even-protected", "-n"],
    &["--even-protected", "ops.jsonl"],
    &["--even-protected=live/cam1"],
    &["-c=ops.jsonl"],
];

/// Flags of `apply` and of what acts.
const OWN: &[&[&str]] = &[
    &["--verify", "--verify-timeout=5s"],
    &["--format", "jsonl"],
    &["--hold", "30s"],
    &["--shard=1/2"],
];

const REASONS: &[&[&str]] = &[
    &[],
    &["--reason", "true"],
    &["--reason", "-n"],
    &["--reason=--"],
    &["--reason", "ops.jsonl"],
    &["--reason", "live/cam1,"],
];

/// The vendor, the action and the settings of a line.
type WrittenOperation = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Lines as people and programs write them.
const LINES: &[WrittenOperation] = &[
    ("jd", "forbid", &[("domain", "a.cn"), ("for", "2h")]),
    ("JD", "Ban", &[("permanent", "true"), ("domain", "ops.jsonl"), ("reason", "-n")]),
    ("jd", "permit", &[("domain", "a.cn"), ("reason", "true"), ("profile", "prod")]),
    ("jd", "status", &[("domain", "-")]),
    ("alibaba", "forbid", &[("domain", "a.cn"), ("longest", "true"), ("reason", "it's")]),
    ("huawei", "drop", &[("domain", "a.cn"), ("reason", "apply")]),
];

fn input((vendor, action, settings): WrittenOperation) -> OperationInput<'static> {
    let input = OperationInput::new(vendor, action);
    settings.iter().fold(input, |input, (key, value)| input.with(key, *value))
}

fn given(input: &OperationInput<'_>) -> Vec<(String, String)> {
    let own = input.values().filter(|(key, _)| !["profile", "reason"].contains(key));
    let mut given: Vec<_> = own.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    given.sort();
    given
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Whatever flags are around the file: the printed command does what the line does.
    #[test]
    fn command_of_a_line_does_that_line(
        before in flags(&GLOBAL[..5]),
        between in flags(OWN),
        behind in flags(&GLOBAL[5..]),
        reason in select(REASONS.to_vec()),
        is_reason_first in any::<bool>(),
        is_escaped in any::<bool>(),
        line in select(LINES.to_vec()),
        name in select(vec!["live/cam1", "-live/cam1", "live/it's"]),
    ) {
        let (first, last) = if is_reason_first { (reason, &[][..]) } else { (&[][..], reason) };
        let mut words = vec!["/usr/bin/livectl"];
        words.extend(before.concat());
        words.push("apply");
        words.extend(between.concat());
        words.extend(first);
        if !is_escaped {
            words.push("ops.jsonl");
        }
        words.extend(behind.concat());
        words.extend(last);
        words.extend(is_escaped.then_some(["--", "ops.jsonl"]).into_iter().flatten());
        let words: Vec<_> = words.iter().map(OsString::from).collect();
        let (typed, apply) = read(&words);

        let input = input(line);
        let wrapped = format!("\"{name}\"");
        let printed = meant(&words, &[(input.on(&wrapped), InputLine::Line(2))]);
        let (cli, command) = read(&shell_words(&printed));
        let TargetSource::Targets(targets, own) = &command.source else { panic!("{printed}") };
        prop_assert_eq!(&targets[..], [name], "{}", printed);
        prop_assert_eq!(given(own), given(&input), "{}", printed);
        let spec = VENDORS.find(&input).unwrap();
        prop_assert_eq!((&*own.vendor, &*own.action), (spec.vendor.as_str(), spec.name));
        let reason = input.get("reason").or(apply.reason.as_deref());
        prop_assert_eq!(command.reason.as_deref(), reason.filter(|_| spec.takes("reason")));
        let hold = apply.looks.hold.filter(|_| spec.effect.takes_off_air());
        let looks = Some(LookLimits { hold, ..apply.looks }).filter(|_| spec.has_verify);
        prop_assert_eq!(command.looks, looks.unwrap_or_default());
        prop_assert!(command.shard.is_none() && !command.is_followed);
        let even: Vec<_> =
            typed.global.even_protected.iter().filter(|own| *own == name).cloned().collect();
        let expected = GlobalOptions { even_protected: even, ..typed.global };
        prop_assert_eq!(format!("{:?}", cli.global), format!("{expected:?}"), "{}", printed);
    }

    /// Whatever flags are around the targets: the printed command differs in the wrapped target alone.
    #[test]
    fn command_of_targets_keeps_all_else(
        before in flags(&GLOBAL[..5]),
        behind in flags(&GLOBAL[5..]),
        reason in select(REASONS.to_vec()),
        is_escaped in any::<bool>(),
        other in select(vec!["live/b", "live/x y", "-live/b"]),
    ) {
        let mut words = vec!["livectl"];
        words.extend(before.concat());
        words.extend(["jd", "forbid", "--for", "2h"]);
        let is_escaped = is_escaped || other.starts_with('-');
        if !is_escaped {
            words.extend(["live/cam1,", other]);
        }
        words.extend(behind.concat());
        words.extend(reason);
        words.extend(["--domain=b.cn", "--play", "https://play.b.cn/live/cam1,.m3u8"]);
        if is_escaped {
            words.extend(["--", "live/cam1,", other]);
        }
        let words: Vec<_> = words.iter().map(OsString::from).collect();
        let (typed, forbid) = read(&words);
        let TargetSource::Targets(targets, asked) = &forbid.source else { unreachable!() };
        let operations: Vec<_> =
            targets.iter().map(|target| (asked.on(target), InputLine::Arguments)).collect();
        let printed = meant(&words, &operations);
        let (cli, command) = read(&shell_words(&printed));
        let TargetSource::Targets(targets, own) = &command.source else { panic!("{printed}") };
        prop_assert_eq!(&targets[..], ["live/cam1", other], "{}", printed);
        prop_assert_eq!(given(own), given(asked), "{}", printed);
        prop_assert_eq!((command.reason, command.looks), (forbid.reason, forbid.looks));
        prop_assert_eq!(command.play, forbid.play);
        prop_assert_eq!(format!("{:?}", cli.global), format!("{:?}", typed.global));
    }
}

/// Each flag takes a value in all commands or in none, so that a line can be read before its command is known.
#[test]
fn flag_takes_a_value_everywhere_or_nowhere() {
    fn collect(command: &Command, flags: &mut Vec<(String, bool)>) {
        for arg in command.get_arguments() {
            let takes = arg.get_action().takes_values();
            flags.extend(arg.get_long().map(|long| (format!("--{long}"), takes)));
            flags.extend(arg.get_short().map(|short| (format!("-{short}"), takes)));
        }
        command.get_subcommands().for_each(|command| collect(command, flags));
    }
    let mut root = Cli::command(VENDORS);
    root.build();
    let mut flags = Vec::new();
    collect(&root, &mut flags);
    assert!(flags.len() > 100, "{flags:?}");
    for (flag, takes) in &flags {
        let is_other =
            |(other, other_takes): &&(String, bool)| other == flag && other_takes != takes;
        assert_eq!(flags.iter().find(is_other), None, "{flag}");
    }
}
