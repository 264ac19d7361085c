//! `--help` and `livectl help`: short phrases, examples that run, topics that are the pages of docs.

use livectl::cli::Cli;
use livectl::cli::topics::{TOPICS, Topic, topics};

use super::example_sandbox::{ExampleSandbox, shell};
use super::{effect, text, vendor_pages};
use crate::prelude::*;

/// The help of a command, given its words; at 80 columns.
pub(super) fn help(command: &str) -> String {
    printed(&format!("{command} --help"))
}

/// Standard output of a command that succeeds at 80 columns and prints nothing else.
fn printed(command: &str) -> String {
    let stage = TestHome::empty();
    let ran = stage.run_with(&[("COLUMNS", "80")], command.split_whitespace());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{command}");
    ran.stdout
}

/// Every command that the help leads to, the program itself first, as an empty text.
pub(super) fn all_commands() -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while let Some(command) = found.get(next).cloned() {
        next += 1;
        let help = help(&command);
        let section = help.split("\nCommands:\n").nth(1).unwrap_or_default();
        let lines = section.lines().take_while(|line| !line.is_empty());
        let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        // A line that continues a description is indented further. The `help` of a group of commands is clap's.
        let names =
            names.filter(|name| !name.is_empty() && (*name != "help" || command.is_empty()));
        found.extend(names.map(|name| format!("{command} {name}").trim().to_owned()));
    }
    found
}

pub(super) fn commands() -> Vec<String> {
    all_commands().split_off(1)
}

pub(super) fn flags(help: &str) -> Vec<String> {
    let lines = help.lines().filter(|line| line.trim_start().starts_with('-'));
    let long = lines
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with("--") && *word != "--help" && *word != "--version");
    long.map(|word| word.trim_end_matches(|c: char| !c.is_ascii_lowercase()).to_owned()).collect()
}

/// The variables that the help of a flag names.
pub(super) fn variables(help: &str) -> Vec<String> {
    let names =
        help.split("[env: ").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn examples(help: &str) -> Vec<String> {
    let section = help.split("\nExamples:\n").nth(1).unwrap_or_default();
    section.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn version_names_commit_target_and_libc() {
    let short = TestHome::empty().run(["-V"]).stdout;
    assert_eq!(short, concat!("livectl ", env!("CARGO_PKG_VERSION"), "\n"));
    let long = TestHome::empty().run(["--version"]).stdout;
    let rest = long.strip_prefix(&short).unwrap();
    let keys: Vec<_> = rest.lines().map(|line| line.split_once(": ").unwrap()).collect();
    assert_eq!(keys.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["commit", "target", "libc"]);
    assert!(keys[1].1.starts_with(std::env::consts::ARCH), "{long}");
    let linkage = if cfg!(target_feature = "crt-static") { "static" } else { "dynamic" };
    assert!(keys[2].1.ends_with(linkage), "{long}");
}

#[test]
fn help_fits_a_narrow_terminal() {
    for command in all_commands() {
        for line in help(&command).lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn short_help_is_one_screen() {
    assert!(help("").starts_with("Block, restore and disconnect live streams"));
    for command in all_commands() {
        let (short, long) = (printed(&format!("{command} -h")), help(&command));
        assert!(short.lines().count() <= 24, "{command}: {short}");
        assert!(short.lines().all(|line| line.chars().count() <= 80), "{command}: {short}");
        assert_eq!(short.lines().next(), long.lines().next());
        assert!(short.contains("see more with '--help'"), "{short}");
        for flag in flags(&long).iter().filter(|flag| !short.contains(*flag)) {
            let is_global = Cli::command(VENDORS)
                .get_arguments()
                .any(|arg| format!("--{}", arg.get_long().unwrap()) == *flag);
            assert!(is_global, "{command}: {flag} is missing in {short}");
        }
    }
}

#[test]
fn help_finds_operations_by_any_of_their_words() {
    for word in ["ban", "forbid", "block"] {
        let found = printed(&format!("help {word}"));
        for command in ["livectl jd forbid ", "livectl tencent forbid "] {
            assert!(found.contains(command), "{word}: {found}");
        }
        assert!(found.contains("`livectl help jd forbid`"), "{found}");
    }
    assert!(printed("help init").contains("livectl config init"));
}

#[test]
fn help_begins_like_the_list_of_commands() {
    for command in commands() {
        let parent = command.rsplit_once(' ').map_or("", |(parent, _)| parent);
        let listed = help(parent).split_whitespace().collect::<Vec<_>>().join(" ");
        let own = help(&command);
        let about: Vec<_> = own.split("\n\n").next().unwrap().split_whitespace().collect();
        assert!(listed.contains(&about.join(" ")), "{command}: {about:?}");
    }
}

#[test]
fn help_uses_phrases_and_capital_values() {
    fn check(command: &clap::Command) {
        let name = command.get_name();
        assert!(!command.get_about().unwrap().to_string().ends_with('.'), "{name}");
        for argument in command.get_arguments() {
            assert!(!argument.get_help().unwrap().to_string().ends_with('.'), "{name} {argument}");
            for value in argument.get_value_names().unwrap_or_default() {
                assert!(!value.chars().any(char::is_lowercase), "{name} {value}");
            }
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command(VENDORS));
}

#[test]
fn help_of_an_operation_leads_with_its_effect() {
    for action in VENDORS.operations() {
        let help = help(&action.title());
        let first = help.lines().next().unwrap().to_lowercase();
        assert!(first.starts_with(effect(action.effect)), "{first}");
    }
}

#[test]
#[cfg(unix)]
fn examples_of_the_help_run() {
    let operations =
        "vendor,action,target\ntencent,resume,8888_test123\nshumei,close,1639825145166\n";
    let lines = r#"{"vendor":"tencent","action":"forbid","target":"8888_test123","for":"2h"}"#;
    for command in all_commands() {
        let examples = examples(&help(&command));
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            assert!(example.starts_with("livectl "), "{command}: {example}");
            assert!(example.contains(&command), "{command}: {example}");
            let stage = TestHome::empty();
            stage.write("operations.csv", operations);
            stage.write("operations.jsonl", lines);
            if example.starts_with("livectl sandbox") {
                assert_eq!(ExampleSandbox::start(&example, &stage).stop(), Some(143), "{example}");
                continue;
            }
            if example.contains("undo ") {
                let operation = r#"{"vendor":"tencent","action":"forbid","target":"8888_test123","until":"2099-01-01T00:00:00Z"}"#;
                let result =
                    format!(r#"{{"ok":true,"outcome":"applied","operation":{operation}}}"#);
                stage.write("night.jsonl", format!(
                    r#"{{"schema":"livectl-journal/1","record":"result","at":"2026-11-21T10:00:00Z","profile":"prod","asked":{operation},"operation":{operation},"attempt":1,"result":{result}}}"#
                ));
                fs::create_dir_all(stage.path(".config/livectl")).unwrap();
                stage.write(".config/livectl/config.toml", profile("http://127.0.0.1:9"));
            }
            if example.contains("config ") && !example.contains("config init") {
                fs::create_dir_all(stage.path(".config/livectl")).unwrap();
                stage.write(".config/livectl/config.toml", profile("http://127.0.0.1:9"));
            }
            let line = example.replace("livectl ", "XDG_CONFIG_HOME=$HOME/.config livectl ");
            shell(stage.folder.path(), &line).exits(0);
        }
    }
}

#[test]
fn livectl_alone_prints_the_first_steps() {
    let ran = TestHome::empty().run([""; 0]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!((8..=12).contains(&ran.stderr.lines().count()), "{}", ran.stderr);
    assert!(ran.stderr.lines().all(|line| line.len() <= 80), "{}", ran.stderr);
    for line in ran.stderr.lines().filter(|line| !line.starts_with("Usage")) {
        let words: Vec<_> = line.split_whitespace().skip_while(|word| *word != "livectl").collect();
        if words.get(1).is_some_and(|word| *word != "blocks," && *word != "help") {
            let parsed = Cli::read_fully(&words, VENDORS);
            assert!(parsed.is_ok() || words[1] == "--help", "{line}");
        }
    }
    for topic in &TOPICS {
        assert!(ran.stderr.contains(topic.name), "{}", topic.name);
    }
    let json = TestHome::empty().run_with(&[("LIVECTL_OUTPUT", "json")], [""; 0]);
    assert_eq!(json.json()["error"]["kind"], "usage");
}

#[test]
fn flags_without_effect_are_refused() {
    for (command, flag) in [
        ("--sandbox config show", "--sandbox"),
        ("--journal j config check", "--journal"),
        ("config path --resume", "--resume"),
        ("schema --rate 5", "--rate"),
        ("-n doctor", "--dry-run"),
        ("doctor --attempts 2", "--attempts"),
        ("sandbox -j 3", "--concurrency"),
        ("man -o jsonl", "--output"),
        ("completions bash --max-targets 7", "--max-targets"),
        ("help --deadline 3s", "--deadline"),
    ] {
        let ran = TestHome::empty().run_line(command).exits(2);
        assert_eq!(ran.reports(&format!("does not use {flag}\n")).stdout, "", "{command}");
    }
    for command in ["-p x -c y -q -v --color never schema", "--sandbox doctor --timeout 2s -o json"]
    {
        TestHome::empty().run_line(command).exits(0);
    }
}

#[test]
fn wrong_numbers_are_refused_with_their_unit() {
    for (flag, value, expected) in [
        ("--rate", "0.5", "a whole number of requests a second"),
        ("--rate", "20/s", "a whole number of requests a second"),
        ("--attempts", "9", "a whole number from 1 to 5"),
        ("--attempts", "0", "a whole number from 1 to 5"),
        ("-j", "0", "a whole number of at least 1"),
        ("--max-targets", "1k", "a whole number of at least 1"),
        ("--max-failures", "ten", "a whole number of failures"),
        ("--timeout", "8", "90s"),
        ("--timeout", "-1", "90s"),
        ("--rate", "-1", "a whole number of requests a second"),
    ] {
        let line = format!("--sandbox tencent status a {flag} {value}");
        TestHome::empty().run_line(&line).exits(2).reports(expected).omits("invalid digit");
    }
}

// ── livectl help ──

#[test]
fn help_of_a_command_is_its_own() {
    for command in all_commands() {
        let printed = printed(&format!("help {command}"));
        assert!(printed.starts_with(&help(&command)), "{command}");
    }
    assert_eq!(printed("help tencent forbid"), help("tencent forbid"));
}

#[test]
fn topics_are_listed_where_help_is_sought() {
    let names: Vec<_> = TOPICS.iter().map(|topic| topic.name).collect();
    let list = names.join(", ");
    let joined = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined(help("")).contains(&list));
    assert!(joined(help("help")).contains(&list));
    let (all, wrong) = (printed("help"), TestHome::empty().run(["help", "exitcodes"]));
    assert_eq!(wrong.code, Some(2));
    for topic in topics(VENDORS) {
        assert!(all.contains(&format!("  {:<15}{}\n", topic.name, topic.about)), "{all}");
        assert!(wrong.stderr.contains(&format!("  {:<15}{}\n", topic.name, topic.about)));
        assert!(text("README.md").contains(&format!("`livectl help {}`", topic.name)));
    }
}

/// The words of a page without its Markdown.
fn words(page: &str) -> Vec<String> {
    let page = page.replace(['`', '|', '*', '#', '\\'], " ");
    page.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn topics_print_the_pages_of_docs() {
    let commands = commands();
    for topic in topics(VENDORS) {
        let own = format!("docs/vendors/{}.md", topic.name);
        let source = match topic.name {
            "environment" => "docs/configuration.md".to_owned(),
            "exit-codes" => "docs/output.md".to_owned(),
            _ if vendor_pages().contains(&own) => own,
            name => format!("docs/{name}.md"),
        };
        let page = words(&text(&source));
        let mut body = printed(&format!("help {}", topic.name));
        if commands.iter().any(|command| command == topic.name) {
            body = body.strip_prefix(&help(topic.name)).unwrap().to_owned();
        }
        // Tables and prose break at blanks only, so each word is one of the page, but for the marks between the cells
        // of a wide table. A link names its topic.
        let is_known = |word: &String| {
            let bare = word.trim_end_matches([';', ':']);
            page.iter().any(|known| known == word || known == bare)
                || ["livectl", "help"].contains(&bare)
        };
        let body = words(&body);
        let strange: Vec<_> = body.iter().filter(|word| !is_known(word)).collect();
        assert!(strange.len() <= body.len() / 50, "{}: {strange:?}", topic.name);
        assert!(topic.is_page() == (body.len() * 10 > page.len() * 9), "{}", topic.name);
    }
}

#[test]
fn topics_fit_a_narrow_terminal() {
    for topic in topics(VENDORS).filter(Topic::is_page) {
        let is_code = |line: &&str| line.starts_with("  ");
        for line in printed(&format!("help {}", topic.name)).lines().filter(|line| !is_code(line)) {
            assert!(line.chars().count() <= 80, "{}: {line}", topic.name);
        }
    }
}

#[test]
#[cfg(unix)]
fn reference_texts_survive_a_closed_pipe() {
    let stage = TestHome::empty();
    for command in ["--help", "help", "help output", "man", "schema", "completions bash", "-V"] {
        // The reader is gone before the first byte is written.
        let line = format!("{{ sleep 0.1; livectl {command}; echo code $? >&2; }} | true");
        let ran = shell(stage.folder.path(), &format!("{{ {line}; }} 2>&1; sleep 0.3"));
        assert_eq!(ran.stdout, "code 0\n", "{command}");
    }
}
