//! The manual pages: one for each command and each page of docs, without warnings, written safely.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use livectl::api::VENDORS;
use livectl::cli::topics::{Topic, topics};

use super::effect;
use super::help::all_commands;
use crate::fixture::TestHome;

fn pages(stage: &TestHome) -> Vec<(String, String)> {
    let ran = stage.run(["man", "pages"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let entries = fs::read_dir(stage.path("pages")).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_command_and_topic_has_a_page() {
    let stage = TestHome::empty();
    let pages = pages(&stage);
    let names: BTreeSet<_> = pages.iter().map(|(name, _)| name.clone()).collect();
    let commands = all_commands()
        .into_iter()
        .map(|command| format!("livectl {command}").trim().replace(' ', "-") + ".1");
    let topics = topics(VENDORS).filter(Topic::is_page);
    let topics = topics.map(|topic| format!("livectl-{}.7", topic.name));
    assert_eq!(names, commands.chain(topics).collect());
    let printed = stage.run(["man"]).exits(0);
    assert!(pages.contains(&("livectl.1".to_owned(), printed.stdout)));
}

#[test]
fn page_of_an_operation_has_effect_usage_examples() {
    let stage = TestHome::empty();
    let pages = pages(&stage);
    for action in VENDORS.operations() {
        let name = format!("livectl-{}.1", action.title().replace(' ', "-"));
        let page = &pages.iter().find(|(page, _)| *page == name).unwrap().1;
        let text = page.to_lowercase().replace('\n', " ");
        assert!(text.contains(&format!("\\- {}", effect(action.effect))), "{page}");
        assert!(page.contains(".SH \"EXAMPLES\"\n.RS 4\n.nf\nlivectl "), "{page}");
        let synopsis =
            page.split(".SH \"SYNOPSIS\"\n").nth(1).unwrap().split(".SH").next().unwrap();
        assert!(synopsis.contains("[OPTIONS]"), "{synopsis}");
        assert_eq!(synopsis.matches("livectl").count(), 1, "{synopsis}");
        assert_eq!(synopsis.contains(">..."), action.target.flag.is_none(), "{synopsis}");
    }
}

#[test]
fn global_options_are_in_livectl_1_only() {
    let stage = TestHome::empty();
    for (name, page) in pages(&stage).into_iter().filter(|(name, _)| name.ends_with(".1")) {
        let has = |section: &str| page.contains(&format!(".SH \"{section}\"\n"));
        let options = ["", "\\-j, "].map(|short| format!("\\fB{short}\\-\\-concurrency N\\fR\n"));
        let has_option = options.iter().any(|option| page.contains(option));
        assert_eq!(has_option, name == "livectl.1", "{name}");
        assert!(has("SYNOPSIS") && has("EXIT STATUS") && has("SEE ALSO"), "{name}");
        let offline = ["sandbox", "completions", "man", "schema", "help"];
        let is_offline = offline.iter().any(|command| name == format!("livectl-{command}.1"));
        assert_eq!(has("FILES") && has("ENVIRONMENT"), !is_offline, "{name}");
    }
}

#[test]
fn environment_of_a_vendor_page_is_its_own() {
    let stage = TestHome::empty();
    let pages = pages(&stage);
    let page = |name: &str| pages.iter().find(|(page, _)| page == name).unwrap().1.clone();
    let (shumei, apply) = (page("livectl-shumei-close.1"), page("livectl-apply.1"));
    assert!(shumei.contains("LIVECTL_SHUMEI_CLUSTER") && shumei.contains("LIVECTL_PROFILE"));
    assert!(!shumei.contains("LIVECTL_JD_"));
    assert!(apply.contains("LIVECTL_SHUMEI_CLUSTER") && apply.contains("LIVECTL_JD_USERNAME"));
}

/// Runs a formatter over every page and returns what it complains of; nothing where it is not installed.
fn complaints(stage: &TestHome, program: &str, args: &[&str]) -> String {
    let mut found = String::new();
    for (name, _) in pages(stage) {
        let mut command = Command::new(program);
        match command.args(args).arg(stage.path("pages").join(&name)).output() {
            Ok(output) => {
                let text = [output.stdout, output.stderr].concat();
                found.push_str(&String::from_utf8_lossy(&text));
            }
            Err(_) => return String::new(),
        }
    }
    found
}

#[test]
fn pages_pass_groff_and_mandoc() {
    let stage = TestHome::empty();
    assert_eq!(complaints(&stage, "groff", &["-man", "-Tutf8", "-ww", "-z"]), "");
    assert_eq!(complaints(&stage, "groff", &["-man", "-Tutf8", "-ww", "-z", "-rLL=60n"]), "");
    assert_eq!(complaints(&stage, "mandoc", &["-T", "lint", "-W", "style"]), "");
}

#[test]
fn title_lines_name_section_date_and_version() {
    let stage = TestHome::empty();
    for (name, page) in pages(&stage) {
        let (stem, section) = name.rsplit_once('.').unwrap();
        let title = page.lines().next().unwrap();
        let start = format!(".TH \"{}\" {section} 20", stem.to_uppercase().replace('-', "\\-"));
        let end = concat!("\"livectl ", env!("CARGO_PKG_VERSION"), "\" \"livectl\"");
        assert!(title.starts_with(&start) && title.ends_with(end), "{title}");
        let date = title.split(' ').nth(3).unwrap();
        let shape = date.replace(|c: char| c.is_ascii_digit(), "0");
        assert_eq!(shape, "0000-00-00", "{title}");
    }
}

#[test]
fn section_7_goes_beside_a_man1_folder() {
    let stage = TestHome::empty();
    stage.run(["man", "share/man/man1"]).exits(0);
    assert!(stage.path("share/man/man1/livectl.1").exists());
    assert!(stage.path("share/man/man7/livectl-output.7").exists());
    assert!(!stage.path("share/man/man1/livectl-output.7").exists());
}

#[test]
#[cfg(unix)]
fn man_replaces_planted_links() {
    let stage = TestHome::empty();
    stage.write("precious", "untouched");
    fs::create_dir(stage.path("pages")).unwrap();
    std::os::unix::fs::symlink(stage.path("precious"), stage.path("pages/livectl.1")).unwrap();
    let pages = pages(&stage);
    assert_eq!(fs::read_to_string(stage.path("precious")).unwrap(), "untouched");
    assert!(fs::symlink_metadata(stage.path("pages/livectl.1")).unwrap().is_file());
    assert!(pages.iter().all(|(name, _)| name.ends_with(".1") || name.ends_with(".7")));
}
