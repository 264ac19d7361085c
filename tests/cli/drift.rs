//! What is written about the program is what it does: README, help, completions, the example profile, the schema.
//!
//! `BLESS=1 cargo test --test cli drift` rewrites the README's sessions and the completions from the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{CommandFactory, Parser};
use livectl::api::{OPERATIONS, SECTIONS};
use livectl::cli::Cli;
use livectl::config::{Key, SETTINGS, Section};
use livectl::error;
use livectl::outcome::{Effect, FaultKind, Status};
use serde_json::{Value, json};

use super::stage::{Ran, Stage};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap()
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

// ── Markdown ──

/// A fenced block of the README.
#[derive(Clone, Debug)]
struct Block {
    language: String,
    body: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```");
            let body = body.fold(String::new(), |body, line| body + line + "\n");
            blocks.push(Block { language: language.to_owned(), body });
        }
    }
    blocks
}

fn blocks_of(language: &str) -> Vec<Block> {
    blocks(&text("README.md")).into_iter().filter(|block| block.language == language).collect()
}

/// A line of a session after its prompt, and what is printed below it.
#[derive(Debug)]
struct Step {
    command: String,
    printed: String,
}

fn steps(session: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in session.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.to_owned(), printed: String::new() })
            }
            (None, Some(step)) => step.printed.push_str(&format!("{line}\n")),
            (None, None) => panic!("a session begins with a prompt: {line}"),
        }
    }
    steps
}

/// The text less what differs from run to run: ports, moments, durations.
fn settled(text: &str) -> String {
    let mut settled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        settled.push_str(before);
        let end =
            from.find(|c: char| !c.is_ascii_digit() && !"-:.TZ".contains(c)).unwrap_or(from.len());
        let run = from[..end].trim_end_matches(['-', ':', '.']);
        settled.push_str(match run {
            _ if run.contains('T') && run.ends_with('Z') => "MOMENT",
            _ if run.starts_with("127.0.0.1:") => "ADDRESS",
            _ if settled.ends_with("elapsed_ms\":") => "ELAPSED",
            _ if run.len() == 10 && run.bytes().all(|b| b.is_ascii_digit()) => "SECOND",
            _ => run,
        });
        rest = &from[run.len()..];
    }
    settled + rest
}

/// JSON values one after another, when the text is nothing else.
fn documents(text: &str) -> Option<Vec<Value>> {
    let values: Vec<Value> =
        serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok()?;
    (!values.is_empty() && values.iter().all(Value::is_object)).then_some(values)
}

/// What is compared: JSON may be wrapped to be read, anything else stands as it is printed.
fn comparable(text: &str) -> String {
    match documents(text) {
        Some(values) => values.iter().map(|value| settled(&value.to_string()) + "\n").collect(),
        None => settled(text),
    }
}

// ── The README ──

/// A line as a shell runs it, with the program on its path and standard error where standard output is.
#[cfg(unix)]
fn shell(folder: &Path, line: &str) -> Ran {
    let bin = Path::new(env!("CARGO_BIN_EXE_livectl")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let mut command = assert_cmd::Command::new("/bin/sh");
    command
        .env_clear()
        .env("HOME", folder)
        .env("PATH", path)
        .env("COLUMNS", "80")
        .current_dir(folder);
    command.args(["-c", &format!("exec 2>&1\n{line}")]);
    Ran::from(command.output().unwrap())
}

#[test]
#[cfg(unix)]
fn the_sessions_of_the_readme_run_as_printed() {
    let stage = Stage::empty();
    let mut readme = text("README.md");
    let mut code = None;
    let mut sandbox = None;
    for session in blocks_of("console") {
        let mut now = String::new();
        for Step { command, printed } in steps(&session.body) {
            let file = command
                .strip_prefix("cat ")
                .map(|name| stage.path(name))
                .filter(|path| !path.exists());
            let output = match file {
                // A file that is not there yet is one that the reader is to write.
                Some(path) => fs::write(path, &printed).map(|()| printed.clone()).unwrap(),
                None if command == "echo $?" => format!("{}\n", code.unwrap()),
                None if command.contains(" > sandbox.toml & sleep ") => {
                    sandbox = Some(Sandbox::start(&command, &stage));
                    String::new()
                }
                None => {
                    let ran = shell(stage.folder.path(), &command);
                    code = ran.code;
                    ran.stdout
                }
            };
            if !is_blessing() {
                assert_eq!(comparable(&printed), comparable(&output), "$ {command}");
            }
            now.push_str(&format!("$ {command}\n{}", wrapped(&output)));
        }
        if sandbox.is_some() {
            // Where it listens when nobody says otherwise.
            now = now.replace(&Sandbox::address(&stage), "127.0.0.1:8787");
        }
        readme = readme.replace(&session.body, &now);
    }
    assert_eq!(sandbox.map(Sandbox::stop), Some(Some(143)));
    if is_blessing() {
        fs::write(project("README.md"), readme).unwrap();
    }
}

/// A document as the README shows it; anything else stands as it is printed.
fn wrapped(output: &str) -> String {
    match documents(output) {
        Some(values) if values[0].get("results").is_some() => {
            values.iter().map(|value| serde_json::to_string_pretty(value).unwrap() + "\n").collect()
        }
        _ => output.to_owned(),
    }
}

#[test]
fn the_first_two_commands_of_the_readme_install_and_test() {
    let first = blocks(&text("README.md"))[0].clone();
    let [install, test] = first.body.lines().collect::<Vec<_>>()[..] else { panic!("{first:?}") };
    let (install, job) = install.split_once(" && ").unwrap();

    let (cargo, root) = install.split_once(" --root ").unwrap();
    assert_eq!(cargo, "cargo install --locked --path .");
    let args = job.strip_prefix(&format!("{root}/bin/livectl ")).unwrap();
    let ran = Stage::empty().run(args.split(' '));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(text(".ci/run").contains(&format!("run {test}\n")));
    assert!(text("README.md").contains(concat!(
        "Rust ",
        env!("CARGO_PKG_RUST_VERSION"),
        " or later"
    )));
}

#[test]
fn the_readme_counts_the_cases_of_the_table_of_faults() {
    let count = super::faults::case_count();
    assert!(text("README.md").contains(&format!("through {count} cases:")), "there are {count}");
}

#[test]
fn every_command_line_of_the_readme_is_one_that_the_program_takes() {
    let mut seen = 0;
    let readme = text("README.md");
    let inline =
        readme.split('`').filter(|text| text.starts_with("livectl -") && !text.contains('\n'));
    let blocks = blocks_of("sh");
    let lines = blocks.iter().flat_map(|block| block.body.lines()).chain(inline);
    for piece in lines.flat_map(|line| line.split(" | ")) {
        let words =
            piece.split_whitespace().take_while(|word| !["#", ">", ">>", "<"].contains(word));
        let words: Vec<_> =
            words.skip_while(|word| *word != "livectl" && !word.ends_with("/livectl")).collect();
        if !words.is_empty() {
            seen += 1;
            Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{piece}\n{error}"));
        }
    }
    assert!(seen > 10);
}

#[test]
fn the_profiles_of_the_readme_are_read() {
    let mut seen = BTreeSet::new();
    let profiles = blocks_of("toml");
    for profile in &profiles {
        let stage = Stage::empty();
        stage.write("livectl.toml", &profile.body);

        let report = stage.run(["-c", "livectl.toml", "config", "check", "-o", "json"]).json();

        assert_eq!(report["problems"], json!([]));
        for vendor in report["vendors"].as_array().unwrap() {
            let name = vendor["vendor"].as_str().unwrap();
            assert_eq!(
                vendor["state"] != "not_configured",
                profile.body.contains(&format!(".{name}]\n")),
                "{vendor}"
            );
            // Of what the file itself holds, nothing is missing; the secrets stand elsewhere.
            for reason in vendor["reasons"].as_array().unwrap() {
                assert!(!reason.as_str().unwrap().contains(" has no "), "{reason}");
            }
        }
        let shown = stage.run(["-c", "livectl.toml", "config", "show", "-o", "json"]).json();
        for row in
            shown["values"].as_array().unwrap().iter().filter(|row| row["origin"]["kind"] == "file")
        {
            seen.insert(row["key"].as_str().unwrap().to_owned());
        }
    }
    for section in SECTIONS {
        for key in section.keys.iter().filter(|key| key.required) {
            let path = format!("{}.{}", section.name, key.name);
            assert!(seen.contains(&path), "{path}: {seen:?}");
        }
    }
}

#[test]
fn the_json_of_the_readme_is_that_of_the_schema() {
    let (document, result) = (validator("document"), validator("result"));
    let mut seen = BTreeSet::new();
    for session in blocks_of("console") {
        for value in
            steps(&session.body).iter().filter_map(|step| documents(&step.printed)).flatten()
        {
            let (kind, validator, value) = if value.get("results").is_some() {
                ("document", &document, &value)
            } else if value.get("record").is_some_and(|record| record == "result") {
                ("journal", &result, &value["result"])
            } else if value.get("outcome").is_some() {
                ("line", &result, &value)
            } else {
                continue;
            };
            seen.insert(kind);
            let errors: Vec<_> =
                validator.iter_errors(value).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{value}");
        }
    }
    assert!(seen.contains("document") && seen.contains("journal"), "{seen:?}");
}

/// The README's table rows whose first cell holds the word as code.
fn has_row(readme: &str, word: &str) -> bool {
    readme
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .any(|row| row.split(" | ").next().is_some_and(|cell| holds(cell, word)))
}

/// Whether the text holds the word between backticks, alone or as one of the words there.
fn holds(text: &str, word: &str) -> bool {
    text.split('`')
        .skip(1)
        .step_by(2)
        .any(|code| code == word || code.split([' ', '|']).any(|part| part == word))
}

#[test]
fn the_readme_tells_every_command() {
    let readme = text("README.md");
    for command in commands() {
        let told = match command.split_once(' ') {
            Some(("config", action)) => has_row(&readme, "config") && holds(&readme, action),
            Some(_) => readme.contains(&format!("| `livectl {command} ")),
            None if OPERATIONS.iter().any(|action| action.vendor.as_str() == command) => true,
            None => {
                readme.contains(&format!("`livectl {command} "))
                    || readme.contains(&format!("`livectl {command}`"))
            }
        };
        assert!(told, "{command}");
    }
    for action in OPERATIONS {
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| `livectl {}", action.title())))
            .unwrap();
        assert!(row.contains(&format!("| {}", effect(action.effect))), "{row}");
    }
}

#[test]
fn the_readme_tells_every_flag_and_its_default() {
    let readme = text("README.md");
    for argument in Cli::command().get_arguments() {
        let flag = format!("--{}", argument.get_long().unwrap());
        let row = readme.lines().find(|line| line.starts_with("| `") && holds(line, &flag));
        let row = row.unwrap_or_else(|| panic!("{flag}"));
        let help = argument.get_help().unwrap().to_string();
        let default =
            argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        let told = help
            .split("[default: ")
            .nth(1)
            .and_then(|rest| rest.split(']').next())
            .map(str::to_owned);
        if let Some(default) = default.filter(|value| value != "false" && value != "0").or(told) {
            assert!(
                row.split(" | ").nth(1).unwrap().trim_matches('`') == default,
                "{default}: {row}"
            );
        }
        for variable in variables(&help) {
            assert!(row.contains(&variable), "{variable}: {row}");
        }
    }
    for command in commands() {
        for flag in flags(&help(&command)) {
            assert!(readme.contains(&flag), "{command} {flag}");
        }
    }
}

#[test]
fn the_readme_tells_every_exit_code() {
    let readme = text("README.md");
    let section = readme.split("## Exit codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<_> = section.lines().filter_map(|line| line.strip_prefix("| ")).collect();
    let told: Vec<u8> = rows
        .iter()
        .filter_map(|row| row.split(" |").next())
        .flat_map(|cell| cell.split(", "))
        .filter_map(|code| code.parse().ok())
        .collect();
    assert_eq!(told, [0, 1, 2, 3, 4, 5, 6, 129, 130, 143]);
    for kind in error_kinds() {
        assert!(told.contains(&kind.exit_code()));
    }
}

#[test]
fn the_readme_tells_every_outcome_effect_and_kind() {
    let readme = text("README.md");
    for status in statuses() {
        assert!(has_row(&readme, status.as_str()), "{status:?}");
    }
    for kind in kinds() {
        assert!(has_row(&readme, kind.as_str()), "{kind:?}");
    }
    for effect in effects() {
        assert!(holds(&readme, effect.as_str()), "{effect:?}");
    }
    for kind in error_kinds() {
        assert!(holds(&readme, kind.as_str()), "{kind:?}");
    }
}

#[test]
fn the_readme_tells_every_field_of_a_result_and_of_a_journal_record() {
    let readme = text("README.md");
    let stage = Stage::empty();
    let args = ["--sandbox", "-o", "json", "tencent", "resume", "8888_a", "--journal", "j"];
    let document = stage.run(args).json();
    let record: Value =
        serde_json::from_str(fs::read_to_string(stage.path("j")).unwrap().lines().next().unwrap())
            .unwrap();
    let plan = stage.run(["--sandbox", "-n", "-o", "json", "tencent", "resume", "8888_a"]).json();
    for object in [&document, &document["results"][0], &plan["results"][0], &record] {
        for field in object.as_object().unwrap().keys() {
            assert!(has_row(&readme, field), "{field}");
        }
    }
}

#[test]
fn the_readme_tells_every_key_of_the_profile() {
    let readme = text("README.md");
    for section in SECTIONS {
        for key in section.keys {
            let path = format!("{}.{}", section.name, key.name);
            let row = readme.lines().find(|line| line.starts_with(&format!("| `{path}`")));
            let row = row.unwrap_or_else(|| panic!("{path}"));
            if let Some(default) = key.default {
                assert!(row.contains(&format!("`{default}`")), "{row}");
            }
            assert_eq!(row.contains(&variable(section, key.name)), key.env, "{row}");
        }
    }
    for key in SETTINGS.keys.iter().map(|key| key.name).chain(["default_profile", "allow_shared"]) {
        assert!(has_row(&readme, key), "{key}");
    }
}

fn variable(section: &Section, key: &str) -> String {
    format!("LIVECTL_{}_{key}", section.name).to_uppercase()
}

#[test]
fn the_readme_tells_every_environment_variable() {
    let readme = text("README.md");
    let declared = SECTIONS.iter().flat_map(|section| {
        section
            .keys
            .iter()
            .filter(|key| key.env)
            .map(|key| variable(section, key.name))
            .collect::<Vec<_>>()
    });
    let mentioned = sources(&project("src"))
        .into_iter()
        .flat_map(|path| quoted_variables(&fs::read_to_string(path).unwrap()));
    for name in declared.chain(mentioned) {
        assert!(holds(&readme, &name) || readme.contains(&format!("`${name}`")), "{name}");
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The variables that a source file names as whole string literals.
fn quoted_variables(source: &str) -> Vec<String> {
    let is_name = |text: &&str| {
        ["LIVECTL_", "SSL_CERT_FILE", "NO_COLOR", "CLICOLOR_FORCE"]
            .iter()
            .any(|start| text.starts_with(start))
            && text.len() > "LIVECTL_".len()
            && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    };
    source.split('"').filter(is_name).map(str::to_owned).collect()
}

// ── Help ──

/// The help of a command, given its words; at 80 columns.
fn help(command: &str) -> String {
    let stage = Stage::empty();
    let ran = Ran::from(
        stage
            .livectl(command.split_whitespace())
            .arg("--help")
            .env("COLUMNS", "80")
            .output()
            .unwrap(),
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{command}");
    ran.stdout
}

/// Every command that the help leads to, the program itself first, as an empty text.
fn all_commands() -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while let Some(command) = found.get(next).cloned() {
        next += 1;
        let help = help(&command);
        let section = help
            .split("\nCommands:\n")
            .nth(1)
            .and_then(|rest| rest.split("\n\n").next())
            .unwrap_or_default();
        let names =
            section.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
        let names: Vec<_> =
            names.filter(|name| *name != "help").map(|name| format!("{command} {name}")).collect();
        found.extend(names.iter().map(|name| name.trim().to_owned()));
    }
    found
}

fn commands() -> Vec<String> {
    all_commands().split_off(1)
}

fn flags(help: &str) -> Vec<String> {
    let words = help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'))
        .flat_map(str::split_whitespace);
    let long =
        words.filter(|word| word.starts_with("--") && *word != "--help" && *word != "--version");
    long.map(|word| word.trim_end_matches(|c: char| !c.is_ascii_lowercase()).to_owned()).collect()
}

fn variables(help: &str) -> Vec<String> {
    let names =
        help.split("[env: ").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn examples(help: &str) -> Vec<String> {
    let section = help.split("\nExamples:\n").nth(1).unwrap_or_default();
    section.lines().map(|line| line.trim().to_owned()).collect()
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
fn help_is_short_phrases_and_values_are_in_capitals() {
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
    check(&Cli::command());
}

#[test]
fn the_help_of_an_operation_leads_with_what_it_does_to_the_stream() {
    for action in OPERATIONS {
        let help = help(&action.title());
        let first = help.lines().next().unwrap().to_lowercase();
        assert!(first.starts_with(effect(action.effect)), "{first}");
    }
}

/// What an operation does, in the words that help, plan and result share.
fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::OffAir => "takes streams off air",
        Effect::OnAir => "puts streams back on air",
        Effect::DomainSetting => "changes a whole domain",
        Effect::ModerationEnded => "ends moderation only; the stream itself stays on air",
        Effect::CutOnce => "cuts streams once",
        Effect::None => "changes nothing",
    }
}

#[test]
#[cfg(unix)]
fn every_example_of_the_help_works() {
    let operations =
        "vendor,action,target\ntencent,resume,8888_test123\nshumei,close,1639825145166\n";
    let lines = r#"{"vendor":"tencent","action":"forbid","target":"8888_test123","for":"2h"}"#;
    for command in all_commands() {
        let examples = examples(&help(&command));
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            assert!(
                example.starts_with("livectl ") && example.contains(&command),
                "{command}: {example}"
            );
            let stage = Stage::empty();
            stage.write("operations.csv", operations);
            stage.write("operations.jsonl", lines);
            if example.starts_with("livectl sandbox") {
                assert_eq!(Sandbox::start(&example, &stage).stop(), Some(143), "{example}");
                continue;
            }
            if example.contains("config ") && !example.ends_with("init") {
                fs::create_dir_all(stage.path(".config/livectl")).unwrap();
                stage.write(
                    ".config/livectl/config.toml",
                    super::stage::profile("http://127.0.0.1:9"),
                );
            }
            let ran = shell(
                stage.folder.path(),
                &example.replace("livectl ", "XDG_CONFIG_HOME=$HOME/.config livectl "),
            );
            assert_eq!(ran.code, Some(0), "{example}: {ran:?}");
        }
    }
}

// ── The sandbox and the profile file ──

/// `livectl sandbox` while it serves.
#[cfg(unix)]
struct Sandbox(std::process::Child);

#[cfg(unix)]
impl Sandbox {
    /// Starts it as the example says, on a free port, and waits for its profile in `sandbox.toml`.
    fn start(example: &str, stage: &Stage) -> Self {
        let words = example.split(" > ").next().unwrap().split(" --listen").next().unwrap();
        let file = fs::File::create(stage.path("sandbox.toml")).unwrap();
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_livectl"))
            .args(words.split(' ').skip(1))
            .args(["--listen", "127.0.0.1:0"])
            .env_clear()
            .current_dir(stage.folder.path())
            .stdout(file)
            .stderr(std::process::Stdio::null())
            .spawn();
        let sandbox = Self(child.unwrap());
        let is_printed = || {
            fs::read_to_string(stage.path("sandbox.toml")).unwrap().matches("endpoint = ").count()
                == 6
        };
        for _ in 0..1000 {
            if is_printed() {
                return sandbox;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it prints no profile")
    }

    fn address(stage: &Stage) -> String {
        let profile = fs::read_to_string(stage.path("sandbox.toml")).unwrap();
        profile.split("endpoint = \"http://").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    fn stop(mut self) -> Option<i32> {
        let number = self.0.id().to_string();
        std::process::Command::new("/bin/sh")
            .args(["-c", &format!("kill -TERM {number}")])
            .status()
            .unwrap();
        self.0.wait().unwrap().code()
    }
}

#[cfg(unix)]
impl Drop for Sandbox {
    /// One that has been stopped is left alone by both.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg(unix)]
fn what_the_sandbox_prints_is_a_profile_to_save_and_use() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::empty();
    let sandbox = Sandbox::start("livectl sandbox", &stage);
    fs::set_permissions(stage.path("sandbox.toml"), fs::Permissions::from_mode(0o644)).unwrap();

    let check = stage.run(["-c", "sandbox.toml", "config", "check"]);
    let resume = stage.run(["-c", "sandbox.toml", "tencent", "resume", "8888_test123"]);

    assert_eq!(sandbox.stop(), Some(143));
    assert_eq!((check.code, resume.code), (Some(0), Some(0)), "{check:?}\n{resume:?}");
}

#[test]
fn config_init_writes_nothing_in_a_dry_run() {
    let stage = Stage::empty();
    let ran = stage.run(["config", "init", "-n", "-c", "new.toml"]);
    assert_eq!((ran.code, stage.path("new.toml").exists()), (Some(2), false), "{ran:?}");
    assert!(ran.stderr.contains("leave out --dry-run"), "{ran:?}");
}

#[test]
fn config_init_leads_to_config_check() {
    let stage = Stage::empty();
    let init = stage.run(["-c", "new file.toml", "config", "init"]);
    let hint = init.stderr.trim_end().rsplit("run: livectl ").next().unwrap();
    assert_eq!((init.code, init.stdout.as_str()), (Some(0), "new file.toml\n"));
    assert_eq!(hint, "config check -c 'new file.toml'");

    let again = stage.run(["-c", "new file.toml", "config", "init"]);
    assert_eq!(again.code, Some(3), "{again:?}");
}

#[test]
fn the_example_profile_lacks_nothing_but_what_only_its_user_knows() {
    let stage = Stage::empty();
    stage.write("example.toml", text("config.example.toml"));

    let ran = stage.run(["-c", "example.toml", "config", "check", "-o", "json"]);

    let report = ran.json();
    assert_eq!((ran.code, &report["problems"]), (Some(3), &json!([])), "{report}");
    for section in SECTIONS {
        let vendor = report["vendors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|vendor| vendor["vendor"] == section.name)
            .unwrap();
        let reasons = vendor["reasons"].as_array().unwrap();
        let api = section.keys.iter().find(|key| key.name == "api").and_then(|key| key.default);
        let is_used = |key: &&Key| key.required && (key.api.is_none() || key.api == api);
        let required: Vec<_> = section.keys.iter().filter(is_used).collect();
        assert_eq!(reasons.len(), required.len(), "{vendor}");
        for (reason, key) in reasons.iter().zip(required) {
            let reason = reason.as_str().unwrap();
            assert!(
                reason.contains(&format!("{}.{}", section.name, key.name))
                    && reason.contains("placeholder"),
                "{reason}"
            );
        }
    }
}

// ── For the shell, for man, for programs ──

#[test]
fn the_completions_are_those_of_the_program() {
    let scripts = [
        ("bash", "livectl.bash"),
        ("zsh", "_livectl"),
        ("fish", "livectl.fish"),
        ("powershell", "_livectl.ps1"),
        ("elvish", "livectl.elv"),
    ];
    for (shell, name) in scripts {
        let printed = Stage::empty().run(["completions", shell]).stdout;
        let path = format!("completions/{name}");
        if is_blessing() {
            fs::write(project(&path), &printed).unwrap();
        }
        assert!(
            text(&path) == printed,
            "{path} is old; `livectl completions {shell} > {path}` renews it"
        );
    }
    assert_eq!(fs::read_dir(project("completions")).unwrap().count(), scripts.len());
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let stage = Stage::empty();
    let page = stage.run(["man"]);
    let pages = stage.run(["man", "pages"]);

    assert_eq!((page.code, pages.code, pages.stdout.as_str()), (Some(0), Some(0), ""));
    assert_eq!(page.stdout, fs::read_to_string(stage.path("pages/livectl.1")).unwrap());
    let names = fs::read_dir(stage.path("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let expected = all_commands()
        .into_iter()
        .map(|command| format!("livectl {command}").trim().replace(' ', "-") + ".1");
    assert_eq!(names.collect::<BTreeSet<_>>(), expected.collect());
    for action in OPERATIONS {
        let page = fs::read_to_string(
            stage.path(&format!("pages/livectl-{}.1", action.title().replace(' ', "-"))),
        )
        .unwrap();
        assert!(page.to_lowercase().contains(&format!("\\- {}", effect(action.effect))), "{page}");
        assert!(page.contains(".SH EXAMPLES\n.nf\nlivectl "), "{page}");
    }
}

fn schema() -> Value {
    let ran = Stage::empty().run(["schema"]);
    assert_eq!(ran.code, Some(0));
    ran.json()
}

/// A validator of the whole document, or of one of the schema's definitions.
fn validator(of: &str) -> jsonschema::Validator {
    let mut schema = schema();
    if of != "document" {
        schema = json!({ "$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": format!("#/$defs/{of}") });
    }
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_schema_names_the_words_of_the_program() {
    let schema = schema();
    let words = |pointer: &str| -> BTreeSet<String> {
        let words = schema
            .pointer(pointer)
            .and_then(Value::as_array)
            .unwrap_or_else(|| panic!("{pointer}"));
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let set = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let result = "/$defs/result/properties";
    assert_eq!(
        words(&format!("{result}/outcome/enum")),
        set(statuses().iter().map(|status| status.as_str()).collect())
    );
    assert_eq!(
        words(&format!("{result}/effect/enum")),
        set(effects().iter().map(|effect| effect.as_str()).collect())
    );
    assert_eq!(
        words(&format!("{result}/error/anyOf/1/properties/kind/enum")),
        set(kinds().iter().map(|kind| kind.as_str()).collect())
    );
    assert_eq!(
        words("/properties/error/anyOf/1/properties/kind/enum"),
        set(error_kinds().iter().map(|kind| kind.as_str()).collect())
    );
    let operation = "/$defs/operation/properties";
    assert_eq!(
        words(&format!("{operation}/vendor/enum")),
        set(OPERATIONS.iter().map(|action| action.vendor.as_str()).collect())
    );
    assert_eq!(
        words(&format!("{operation}/action/enum")),
        set(OPERATIONS.iter().map(|action| action.name).collect())
    );
    let keys = OPERATIONS
        .iter()
        .flat_map(|action| action.keys)
        .chain(&["vendor", "action", "target", "reason"]);
    let told: BTreeSet<_> =
        schema.pointer(operation).unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(told, set(keys.copied().collect()));
    assert_eq!(
        words("/$defs/result/required").len() + 1,
        schema.pointer(result).unwrap().as_object().unwrap().len()
    );
}

/// All members of an enumeration, by a function that names each one's successor and does not compile when one is missing.
fn all<T: Copy>(first: T, successor: impl Fn(T) -> Option<T>) -> Vec<T> {
    std::iter::successors(Some(first), |member| successor(*member)).collect()
}

fn statuses() -> Vec<Status> {
    all(Status::Applied, |status| match status {
        Status::Applied => Some(Status::NotApplied),
        Status::NotApplied => Some(Status::Unknown),
        Status::Unknown => Some(Status::Skipped),
        Status::Skipped => Some(Status::Planned),
        Status::Planned => None,
    })
}

fn effects() -> Vec<Effect> {
    all(Effect::OffAir, |effect| match effect {
        Effect::OffAir => Some(Effect::OnAir),
        Effect::OnAir => Some(Effect::DomainSetting),
        Effect::DomainSetting => Some(Effect::ModerationEnded),
        Effect::ModerationEnded => Some(Effect::CutOnce),
        Effect::CutOnce => Some(Effect::None),
        Effect::None => None,
    })
}

fn kinds() -> Vec<FaultKind> {
    all(FaultKind::Refused, |kind| match kind {
        FaultKind::Refused => Some(FaultKind::Credentials),
        FaultKind::Credentials => Some(FaultKind::Throttled),
        FaultKind::Throttled => Some(FaultKind::Network),
        FaultKind::Network => Some(FaultKind::Timeout),
        FaultKind::Timeout => Some(FaultKind::Tls),
        FaultKind::Tls => Some(FaultKind::Redirect),
        FaultKind::Redirect => Some(FaultKind::Http),
        FaultKind::Http => Some(FaultKind::Protocol),
        FaultKind::Protocol => Some(FaultKind::Echo),
        FaultKind::Echo => Some(FaultKind::Unverified),
        FaultKind::Unverified => Some(FaultKind::Stopped),
        FaultKind::Stopped => Some(FaultKind::Expired),
        FaultKind::Expired => Some(FaultKind::DoneBefore),
        FaultKind::DoneBefore => Some(FaultKind::Interrupted),
        FaultKind::Interrupted => Some(FaultKind::Internal),
        FaultKind::Internal => None,
    })
}

fn error_kinds() -> Vec<error::ErrorKind> {
    all(error::ErrorKind::Usage, |kind| match kind {
        error::ErrorKind::Usage => Some(error::ErrorKind::Input),
        error::ErrorKind::Input => Some(error::ErrorKind::Config),
        error::ErrorKind::Config => Some(error::ErrorKind::Internal),
        error::ErrorKind::Internal => None,
    })
}
