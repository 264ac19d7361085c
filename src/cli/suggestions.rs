//! Suggestions for a command or a flag that is unknown.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::topics::TOPICS;
use super::typed_line::{TypedLine, takes_value};
use crate::api::spec::Vendors;
use crate::secret::redact::urls;
use crate::text::{shell_word, visible};

/// The most commands that a suggestion lists.
// A longer list names so many that it suggests none.
const MOST: usize = 4;

/// The error with suggestions that make sense, or none.
// clap's own are replaced: it compares spellings only, and proposes `sandbox` for `undo`, `--deadline` for `--domain`, and to
// pass any flag as a target. The commands are built for such an error only: help and `--version` are errors to clap too, and
// must not pay for that.
pub(super) fn improved(
    root: impl FnOnce() -> Command,
    vendors: Vendors,
    error: clap::Error,
    args: &[OsString],
) -> clap::Error {
    let tip = match error.kind() {
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => return error,
    };
    let Some(ContextValue::String(unknown)) = error.get(tip).cloned() else { return error };
    let mut root = root();
    root.build();
    let words: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into()).collect();
    let before =
        words.iter().position(|word| *word == unknown || word.starts_with(&format!("{unknown}=")));
    let line = TypedLine::read(&root, &words[..before.unwrap_or(words.len())]);
    let tip = match unknown.strip_prefix("--") {
        Some(flag) => {
            let early = before.and_then(|at| early_flag(&root, &words, at, flag));
            early.or_else(|| flag_tip(&root, vendors, &line, flag))
        }
        None if error.kind() == ErrorKind::InvalidSubcommand => command_tip(&root, &line, &unknown),
        None => None,
    };
    with_tip(error, &line, tip)
}

fn with_tip(mut error: clap::Error, line: &TypedLine<'_>, tip: Option<String>) -> clap::Error {
    for kind in
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::Suggested]
    {
        error.remove(kind);
    }
    // Without one, clap would print a blank line more.
    if let Some(tip) = tip {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    // clap writes the flag that it proposes into the usage.
    let usage = line.command.clone().render_usage();
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    error
}

/// The commands of this name elsewhere, else the nearest name here.
fn command_tip(root: &Command, line: &TypedLine<'_>, word: &str) -> Option<String> {
    if line.path.is_empty() && word == "version" {
        return Some("`livectl --version` prints the version".to_owned());
    }
    if line.path.is_empty()
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == word)
    {
        return Some(format!("`livectl help {}` prints that page", topic.name));
    }
    let elsewhere = names_called(root, word);
    if !elsewhere.is_empty() {
        return listed("did you mean", &elsewhere);
    }
    // `jd undo`: a command that belongs to no vendor.
    if let Some(alone) = root.find_subcommand(word).filter(|_| !line.path.is_empty()) {
        return Some(format!("did you mean `livectl {}`?", alone.get_name()));
    }
    let here = line.command.get_subcommands();
    let names: Vec<&str> =
        here.flat_map(|command| command.get_all_aliases().chain([command.get_name()])).collect();
    if let Some(near) = nearest(word, names.into_iter()) {
        let path = [&["livectl"], &line.path[..], &[near]].concat().join(" ");
        return Some(format!("did you mean `{path}`?"));
    }
    let near = nearest(word, root.get_subcommands().flat_map(all_names))?;
    listed("did you mean", &names_called(root, near))
}

/// Each name of the commands below this one.
fn all_names(group: &Command) -> impl Iterator<Item = &str> {
    let commands = group.get_subcommands();
    commands.flat_map(|command| command.get_all_aliases().chain([command.get_name()]))
}

/// The commands below a group of commands that a word names, each with the words that run it.
// By aliases too: `livectl help ban` lists every `forbid`.
pub(super) fn commands_called<'c>(root: &'c Command, word: &str) -> Vec<(String, &'c Command)> {
    let found = root.get_subcommands().filter_map(|group| {
        let command = group.find_subcommand(word)?;
        Some((format!("livectl {} {}", group.get_name(), command.get_name()), command))
    });
    found.collect()
}

fn names_called(root: &Command, word: &str) -> Vec<String> {
    commands_called(root, word).into_iter().map(|(name, _)| name).collect()
}

/// Words of other tools for flags, by those of ours that may be meant, the first that the command has.
const SYNONYMS: [(&str, &[&str]); 11] = [
    ("always endless forever indefinitely", &["permanent", "longest"]),
    ("at by end stop to", &["until"]),
    ("comment note", &["reason"]),
    ("dry simulate", &["dry-run"]),
    ("duration length period time ttl", &["for", "seconds"]),
    ("host", &["domain"]),
    ("jobs parallel threads", &["concurrency"]),
    ("max", &["max-targets"]),
    ("retries retry", &["attempts"]),
    ("silent", &["quiet"]),
    ("wait", &["timeout"]),
];

/// The flag of this command that a word of other tools means.
fn synonym(line: &TypedLine<'_>, flag: &str) -> Option<String> {
    let args = || line.command.get_arguments().filter(|arg| !arg.is_hide_set());
    let has = |name: &str| args().any(|arg| arg.get_long() == Some(name));
    let output = args().find(|arg| arg.get_long() == Some("output"))?;
    if output.get_possible_values().iter().any(|format| format.matches(flag, true)) {
        return Some(format!("-o {flag}"));
    }
    let (_, meant) =
        SYNONYMS.iter().find(|(words, _)| words.split(' ').any(|word| word == flag))?;
    meant.iter().find(|name| has(name)).map(|name| format!("--{name}"))
}

/// The command with a flag moved behind the words that name it, where it is before them.
// Only flags of every command may come first: others belong to the command that is not named yet.
fn early_flag(root: &Command, words: &[String], at: usize, flag: &str) -> Option<String> {
    let is_joined = words[at].contains('=');
    let has_value = |command: &Command| {
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(flag))?;
        Some(takes_value(arg))
    };
    // The value may look like the name of a command, so both ways are tried.
    [1, 2].into_iter().find_map(|length| {
        let moved = words.get(at..at + length)?;
        let rest = [&words[..at], &words[at + length..]].concat();
        let command = TypedLine::read(root, &rest).command;
        let is_whole = length == if has_value(command)? && !is_joined { 2 } else { 1 };
        is_whole.then(|| {
            let end = rest.iter().position(|word| word == "--").unwrap_or(rest.len());
            let words = [&rest[..end], moved, &rest[end..]].concat();
            let words = words.iter().map(|word| shell_word(&urls(word)));
            let line: Vec<_> = ["livectl".to_owned()].into_iter().chain(words).collect();
            format!("the option goes after the command: `{}`", line.join(" "))
        })
    })
}

/// The flag that was meant, or the commands that have it.
fn flag_tip(root: &Command, vendors: Vendors, line: &TypedLine<'_>, flag: &str) -> Option<String> {
    let own = || line.command.get_arguments().filter(|arg| !arg.is_hide_set());
    let takers = commands_with(root, flag);
    if line.path == ["apply"] && vendors.params().contains(&flag) {
        return Some(format!("in the file it is the key `{flag}` of a line"));
    }
    if !takers.is_empty() {
        return listed("this flag belongs to", &takers);
    }
    if let Some(meant) = synonym(line, flag) {
        return Some(format!("did you mean `{meant}`?"));
    }
    if let Some(near) = nearest(flag, own().filter_map(clap::Arg::get_long)) {
        return Some(format!("did you mean `--{near}`?"));
    }
    let is_of_targets = line.command.get_positionals().any(|arg| arg.get_id() == "targets");
    is_of_targets.then(|| format!("if it is a target: `-- --{}`", visible(flag)))
}

/// The commands that have this flag.
fn commands_with(root: &Command, flag: &str) -> Vec<String> {
    let has = |command: &Command| {
        command.get_arguments().any(|arg| arg.get_long() == Some(flag) && !arg.is_hide_set())
    };
    let mut found = Vec::new();
    for command in root.get_subcommands() {
        let name = command.get_name();
        found.extend(has(command).then(|| format!("livectl {name}")));
        let below = command.get_subcommands().filter(|command| has(command));
        found.extend(below.map(|command| format!("livectl {name} {}", command.get_name())));
    }
    found
}

/// `did you mean `a` or `b`?`; nothing where there are too many to help. A command of three vendors or more is one.
fn listed(lead: &str, commands: &[String]) -> Option<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for command in commands {
        let (group, name) = command.rsplit_once(' ')?;
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, among)) => among.push(group),
            None => groups.push((name, vec![group])),
        }
    }
    let commands: Vec<_> =
        groups.iter().flat_map(|(name, among)| alternatives(name, among)).collect();
    if commands.is_empty() || commands.len() > MOST {
        return None;
    }
    let end = if lead.starts_with("did") { "?" } else { "" };
    Some(format!("{lead} {}{end}", commands.join(" or ")))
}

/// The commands of this name in these groups.
fn alternatives(name: &str, groups: &[&str]) -> Vec<String> {
    if groups.len() < 3 {
        return groups.iter().map(|group| format!("`{group} {name}`")).collect();
    }
    let vendors: Vec<_> =
        groups.iter().map(|group| group.rsplit(' ').next().unwrap_or_default()).collect();
    vec![format!("`livectl VENDOR {name}` ({})", vendors.join(", "))]
}

/// The name that a word is a slip of: one letter in four may differ, at least one in a word of three.
// Shorter words are near to everything. Longer ones than a name are no slip, and would take long to compare.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let word = word.to_lowercase();
    let most = match word.len() {
        0..3 => 0,
        length => (length / 4).max(1),
    };
    let distance = |name: &'n str| (strsim::damerau_levenshtein(&word, name), name);
    let (distance, name) = names.filter(|_| word.len() <= 64).map(distance).min()?;
    (distance <= most).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::api::spec::Vendor;
    use crate::cli::Cli;

    /// The suggestion for a command line.
    fn tip(line: &str) -> Option<String> {
        let args: Vec<OsString> =
            ["livectl"].into_iter().chain(line.split(' ')).map(Into::into).collect();
        let error = Cli::read_fully(&args, VENDORS).unwrap_err();
        let text = improved(|| Cli::command(VENDORS), VENDORS, error, &args).to_string();
        assert!(!text.contains("similar") && !text.contains("as a value"), "{text}");
        assert!(!text.contains("\n\n\n"), "{text}");
        text.lines().find_map(|line| line.trim().strip_prefix("tip: ").map(str::to_owned))
    }

    #[test]
    fn suggestion_makes_sense_or_is_missing() {
        let of = |name: &str| {
            let offering =
                |vendor: &&Vendor| vendor.operations.iter().any(|spec| spec.name == name);
            let vendors = VENDORS.iter().filter(offering).map(|vendor| vendor.name.as_str());
            let vendors: Vec<_> = vendors.collect();
            if vendors.len() > 2 {
                return format!("`livectl VENDOR {name}` ({})", vendors.join(", "));
            }
            let commands = vendors.iter().map(|vendor| format!("`livectl {vendor} {name}`"));
            commands.collect::<Vec<_>>().join(" or ")
        };
        let meant = |name: &str| format!("did you mean {}?", of(name));
        let [forbid, drop, forbidden] = ["forbid", "drop", "forbidden"].map(meant);
        let flag_of = format!("this flag belongs to {}", of("forbid"));
        for (line, expected) in [
            ("ban x", Some(&*forbid)),
            ("forbid x --for 2h", Some(&*forbid)),
            ("kick x", Some(&*drop)),
            ("timeout", Some("did you mean `livectl jd timeout`?")),
            ("close 1", Some("did you mean `livectl shumei close`?")),
            ("bann x", Some(&*forbid)),
            ("shumei forbid x", Some(&*forbid)),
            ("tencent forbidden", Some(&*forbidden)),
            ("tencent forbd a", Some("did you mean `livectl tencent forbid`?")),
            ("tencent unbann a", Some("did you mean `livectl tencent unban`?")),
            ("tencnt forbid a", Some("did you mean `livectl tencent`?")),
            ("chek", Some("did you mean `livectl config check`?")),
            ("init", Some("did you mean `livectl config init`?")),
            ("config chek", Some("did you mean `livectl config check`?")),
            ("version", Some("`livectl --version` prints the version")),
            ("exit-codes", Some("`livectl help exit-codes` prints that page")),
            ("undone", None),
            ("list", None),
            ("login", None),
            ("x", None),
            ("jd forbid a/b --at 10m", Some("did you mean `--until`?")),
            ("jd forbid a/b --forever", Some("did you mean `--permanent`?")),
            ("tencent forbid a --forever", Some("did you mean `--longest`?")),
            ("tencent resume a --forever", Some("if it is a target: `-- --forever`")),
            ("tencent forbid a --time 2h", Some("did you mean `--for`?")),
            ("jd timeout a.cn --time 30", Some("did you mean `--seconds`?")),
            ("jd forbid a/b --json", Some("did you mean `-o json`?")),
            ("doctor --json", Some("did you mean `-o json`?")),
            ("jd undo x", Some("did you mean `livectl undo`?")),
            ("jd close x", Some("did you mean `livectl shumei close`?")),
            (
                "--reason x jd forbid a/b --for 2h",
                Some(
                    "the option goes after the command: `livectl jd forbid a/b --for 2h --reason x`",
                ),
            ),
            (
                "--reason=x jd forbid a/b --for 2h -- -c/d",
                Some(
                    "the option goes after the command: `livectl jd forbid a/b --for 2h --reason=x -- -c/d`",
                ),
            ),
            (
                "jd --domain forbid forbid a/b",
                Some("the option goes after the command: `livectl jd forbid a/b --domain forbid`"),
            ),
            (
                "tencent --verify drop a",
                Some("the option goes after the command: `livectl tencent drop a --verify`"),
            ),
            ("jd forbid a/b --rat 5", Some("did you mean `--rate`?")),
            ("tencent forbid a --untill x", Some("did you mean `--until`?")),
            ("tencent forbid a --duration 2h", Some("did you mean `--for`?")),
            ("tencent forbid a --weird", Some("if it is a target: `-- --weird`")),
            ("config show --domain d", None),
            ("config show --seconds 3", Some("this flag belongs to `livectl jd timeout`")),
            ("doctor --verify", None),
            ("schema --verify", None),
            ("schema --seconds=3", Some("this flag belongs to `livectl jd timeout`")),
            ("tencent status a --for 2h", Some(&*flag_of)),
            ("apply x --for 2h", Some("in the file it is the key `for` of a line")),
            (
                "jd timeout d --seconds 3 --cluster sh",
                Some("this flag belongs to `livectl shumei close`"),
            ),
            ("tencent resume a --reson x", Some("did you mean `--reason`?")),
        ] {
            assert_eq!(tip(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn usage_names_no_suggested_flag() {
        let args = ["livectl", "config", "show", "--domain", "d"].map(OsString::from);
        let error = Cli::read_fully(&args, VENDORS).unwrap_err();
        let text = improved(|| Cli::command(VENDORS), VENDORS, error, &args).to_string();
        assert!(text.contains("Usage: livectl config show [OPTIONS]"), "{text}");
    }
}
