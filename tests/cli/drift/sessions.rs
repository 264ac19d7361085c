//! The sessions, command lines and profiles of README and docs run as printed.

use livectl::cli::Cli;
use livectl::output::run_id::RunId;

use super::example_sandbox::{ExampleSandbox, shell};
use super::{
    all_pages, blocks, blocks_of, is_blessing, page_names, project, schema, text, translation,
};
use crate::prelude::*;

/// A line of a session after its prompt, and the output below it.
#[derive(Debug)]
struct SessionStep {
    command: String,
    printed: String,
}

fn steps(session: &str) -> Vec<SessionStep> {
    let mut steps: Vec<SessionStep> = Vec::new();
    for line in session.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(SessionStep { command: command.to_owned(), printed: String::new() });
            }
            (None, Some(step)) => step.printed.push_str(&format!("{line}\n")),
            (None, None) => panic!("a session begins with a prompt: {line}"),
        }
    }
    steps
}

/// The text without what differs from run to run: ports, moments, durations.
fn settled(text: &str) -> String {
    let text = text.replace("\ntook less than 1 s", "\ntook 1 s");
    let mut settled = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        settled.push_str(before);
        if let Some(behind) = behind_run_id(from) {
            settled.push_str("RUN");
            rest = behind;
            continue;
        }
        let end =
            from.find(|c: char| !c.is_ascii_digit() && !"-:.TZ".contains(c)).unwrap_or(from.len());
        let run = from[..end].trim_end_matches(['-', ':', '.']);
        // The id of a run goes on with letters and digits.
        let run = run.split_once("Z-").map_or(run, |(moment, _)| &run[..=moment.len()]);
        // A table has the date of an end unless it is today's.
        let is_date = run.len() == "2026-11-21".len() && run.matches('-').count() == 2;
        if is_date && from[run.len()..].starts_with(' ') {
            rest = &from[run.len() + 1..];
            continue;
        }
        settled.push_str(match run {
            _ if run.len() == "10:00:00".len() && run.matches(':').count() == 2 => "CLOCK",
            _ if run.contains('T') && run.ends_with('Z') => "MOMENT",
            _ if run.starts_with("127.0.0.1:") => "ADDRESS",
            _ if settled.ends_with("elapsed_ms\":") => "ELAPSED",
            _ if settled.ends_with("\ntook ") => "ELAPSED",
            _ if run.len() == 10 && run.bytes().all(|b| b.is_ascii_digit()) => "SECOND",
            _ => run,
        });
        // The id of a run is a moment without colons and four letters or digits.
        let is_id = run.ends_with('Z') && !run.contains(':') && from[run.len()..].starts_with('-');
        rest = &from[run.len() + if is_id { "-7k2m".len() } else { 0 }..];
    }
    settled + rest
}

/// The text behind a run's id, when it begins with one.
fn behind_run_id(text: &str) -> Option<&str> {
    const LENGTH: usize = "20261121T100000Z-7k2m".len();
    RunId::parse(text.get(..LENGTH)?).map(|_| &text[LENGTH..])
}

/// JSON values one after another, when the text is nothing else.
fn documents(text: &str) -> Option<Vec<Value>> {
    let values: Vec<Value> =
        serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok()?;
    (!values.is_empty() && values.iter().all(Value::is_object)).then_some(values)
}

/// JSON may be wrapped in a page; any other output is compared as it is printed.
fn comparable(text: &str) -> String {
    match documents(text) {
        Some(values) => {
            let alike = values.into_iter().map(|value| without_machine(value).to_string());
            alike.map(|value| settled(&value) + "\n").collect()
        }
        None => settled(text),
    }
}

/// The document without what the machine decides.
fn without_machine(mut document: Value) -> Value {
    for key in ["by", "version", "config"] {
        if let Some(value) = document.get_mut(key) {
            *value = json!("MACHINE");
        }
    }
    document
}

/// A document as a page shows it; any other output as it is printed.
fn wrapped(output: &str) -> String {
    match documents(output) {
        Some(values) if values[0].get("results").is_some() => {
            values.iter().map(|value| serde_json::to_string_pretty(value).unwrap() + "\n").collect()
        }
        _ => output.to_owned(),
    }
}

/// The short ids of the runs of a page: as the page has them, and as they are now.
#[derive(Default)]
struct RunNames(Vec<(String, String)>);

impl RunNames {
    /// The id that a run is taken back by.
    fn of(output: &str) -> Option<&str> {
        output.split("take it back: livectl undo ").nth(1)?.get(.."7k2m".len())
    }

    fn learn(&mut self, printed: &str, output: &str) {
        let names = (Self::of(printed), Self::of(output));
        if let (Some(page), Some(now)) = names {
            self.0.push((page.to_owned(), now.to_owned()));
        }
    }

    fn in_command(&self, command: &str) -> String {
        self.0.iter().fold(command.to_owned(), |text, (page, now)| text.replace(page, now))
    }

    fn in_output(&self, output: String) -> String {
        self.0.iter().fold(output, |text, (page, now)| text.replace(now, page))
    }
}

/// Runs the sessions of a page one after another in one folder, and returns the page with their output.
#[cfg(unix)]
fn replayed(page: &str) -> String {
    let stage = TestHome::empty();
    let mut now = page.to_owned();
    let mut code = None;
    let mut sandbox = None;
    let mut runs = RunNames::default();
    for session in blocks_of(page, "console") {
        let mut output_of_session = String::new();
        for SessionStep { command, printed } in steps(&session.body) {
            let file = command
                .strip_prefix("cat ")
                .map(|name| stage.path(name))
                .filter(|path| !path.exists());
            let output = match file {
                // A file that does not exist yet is one that the reader is to write.
                Some(path) => fs::write(path, &printed).map(|()| printed.clone()).unwrap(),
                None if command == "echo $?" => format!("{}\n", code.unwrap()),
                None if command.contains(" > sandbox.toml & sleep ") => {
                    sandbox = Some(ExampleSandbox::start(&command, &stage));
                    String::new()
                }
                None => {
                    let ran = shell(stage.folder.path(), &runs.in_command(&command));
                    code = ran.code;
                    runs.learn(&printed, &ran.stdout);
                    runs.in_output(ran.stdout)
                }
            };
            let is_current = comparable(&printed) == comparable(&output);
            if !is_blessing() {
                assert!(is_current, "$ {command}\n{printed}\nis now\n{output}");
            }
            // Times and ports alone are no reason to change a page.
            let shown = if is_current { printed } else { wrapped(&output) };
            output_of_session.push_str(&format!("$ {command}\n{shown}"));
        }
        if sandbox.is_some() {
            // The address that it has without --listen.
            output_of_session =
                output_of_session.replace(&ExampleSandbox::address(&stage), "127.0.0.1:8787");
        }
        now = now.replace(&session.body, &output_of_session);
    }
    assert_eq!(sandbox.map_or(Some(143), ExampleSandbox::stop), Some(143));
    now
}

#[test]
#[cfg(unix)]
fn sessions_run_as_printed() {
    let mut seen = 0;
    for path in page_names() {
        let page = text(&path);
        seen += blocks_of(&page, "console").len();
        let now = replayed(&page);
        if is_blessing() {
            fs::write(project(&path), now).unwrap();
        }
    }
    if is_blessing() {
        translation::renew();
    }
    assert!(seen > 5);
}

#[test]
fn first_two_commands_install_and_test() {
    let first = blocks(&text("README.md"))[0].clone();
    let [install, test] = first.body.lines().collect::<Vec<_>>()[..] else { panic!("{first:?}") };
    let (install, job) = install.split_once(" && ").unwrap();
    let (cargo, root) = install.split_once(" --root ").unwrap();
    assert_eq!(cargo, "cargo install --locked --path .");
    let args = job.strip_prefix(&format!("{root}/bin/livectl ")).unwrap();
    TestHome::empty().run(args.split(' ')).exits(0);
    assert!(text(".ci/run").contains(&format!("run {test}\n")));
    let version = concat!("Rust ", env!("CARGO_PKG_RUST_VERSION"), " or later");
    assert!(text("README.md").contains(version));
}

#[test]
fn command_lines_parse() {
    let mut seen = 0;
    let others = ["CONTRIBUTING.md", "benches/README.md"].map(str::to_owned);
    for page in page_names().iter().chain(&others).map(|name| text(name)) {
        let inline = page.split('`').skip(1).step_by(2).filter(|code| {
            let is_placeholder = |word: &str| {
                word.contains(['[', '(', '\u{2026}'])
                    || word.ends_with("...")
                    || word.to_uppercase() == word
            };
            let mut words = code.split(' ').filter(|word| !word.starts_with('-'));
            code.starts_with("livectl ") && !words.any(is_placeholder)
        });
        let blocks = blocks_of(&page, "sh");
        let lines = blocks.iter().flat_map(|block| block.body.lines()).chain(inline);
        for piece in lines.flat_map(|line| line.split(" | ")) {
            let words =
                piece.split_whitespace().take_while(|word| !["#", ">", ">>", "<"].contains(word));
            let words: Vec<_> = words
                .skip_while(|word| *word != "livectl" && !word.ends_with("/livectl"))
                .collect();
            if !words.is_empty() {
                seen += 1;
                Cli::read_fully(&words, VENDORS).unwrap_or_else(|error| panic!("{piece}\n{error}"));
            }
        }
    }
    assert!(seen > 20);
}

#[test]
fn profiles_are_complete() {
    let mut seen = BTreeSet::new();
    for profile in blocks_of(&all_pages(), "toml") {
        let stage = TestHome::empty();
        stage.write("livectl.toml", &profile.body);

        let report = stage.run(["-c", "livectl.toml", "config", "check", "-o", "json"]).json();

        assert_eq!(report["problems"], json!([]));
        for vendor in report["vendors"].as_array().unwrap() {
            let name = vendor["vendor"].as_str().unwrap();
            let expected = profile.body.contains(&format!(".{name}]\n"));
            assert_eq!(vendor["state"] != "not_configured", expected, "{vendor}");
            // The file lacks no key; only its secrets are kept elsewhere.
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
    for section in VENDORS.sections() {
        for key in section.keys.iter().filter(|key| key.required) {
            let path = format!("{}.{}", section.name, key.name);
            assert!(seen.contains(&path), "{path}: {seen:?}");
        }
    }
}

#[test]
fn json_matches_the_schema() {
    let (document, result) = (schema::validator("document"), schema::validator("result"));
    let mut seen = BTreeSet::new();
    for session in blocks_of(&all_pages(), "console") {
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
