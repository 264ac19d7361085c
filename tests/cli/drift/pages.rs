//! README and docs name every command, flag, default, key, variable, field, kind and exit code.

use std::fs;
use std::path::{Path, PathBuf};

use livectl::api::VENDORS;
use livectl::cli::Cli;
use livectl::config::section::ValueKind;
use livectl::config::settings::SETTINGS;
use serde_json::Value;

use super::help::{commands, flags, help, variables};
use super::{
    all_pages, cells, contains, effect, effects, error_kinds, kinds, page_names, project, row,
    rows, statuses, text, vendor_pages,
};
use crate::fixture::TestHome;

#[test]
fn readme_is_short() {
    assert!(text("README.md").len() <= 10_000);
}

#[test]
fn contributing_counts_the_fault_cases() {
    let count = crate::faults::case_count();
    let page = text("CONTRIBUTING.md");
    assert!(page.contains(&format!("{count} cases")), "there are {count}");
}

#[test]
fn contributing_lists_every_part_of_src() {
    let page = text("CONTRIBUTING.md");
    let layout = page.split("## Layout").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: Vec<_> = rows(layout)
        .skip(1)
        .flat_map(|row| cells(row)[0].split(", ").map(str::to_owned).collect::<Vec<_>>())
        .map(|path| path.trim_matches(['`', '/']).to_owned())
        .collect();
    for path in &listed {
        assert!(project(path).exists(), "{path} is gone");
    }
    for entry in fs::read_dir(project("src")).unwrap() {
        let path = format!("src/{}", entry.unwrap().file_name().to_str().unwrap());
        assert!(listed.contains(&path), "{path} is not in the layout of CONTRIBUTING.md");
    }
}

/// The page with the commands of a vendor: its own, else the README.
fn page_of(vendor: &str) -> String {
    let own = format!("docs/vendors/{vendor}.md");
    text(if vendor_pages().contains(&own) { &own } else { "README.md" })
}

#[test]
fn readme_leads_to_the_pages_of_vendors() {
    let (readme, pages) = (text("README.md"), vendor_pages());
    for vendor in VENDORS.iter().filter(|vendor| vendor.page.is_some()) {
        let row =
            rows(&readme).find(|row| row.contains(&format!("`livectl {} ", vendor.name.as_str())));
        let row = row.unwrap_or_else(|| panic!("{}", vendor.full_name));
        assert!(pages.iter().any(|page| row.contains(&format!("]({page})"))), "{row}");
        assert!(vendor.operations.iter().all(|spec| contains(row, spec.name)), "{row}");
    }
}

#[test]
fn readme_lists_every_command() {
    let readme = text("README.md");
    for command in commands() {
        let is_listed = match command.split_once(' ') {
            Some(("config", action)) => {
                row(&readme, "config").is_some() && contains(&readme, action)
            }
            Some((vendor, _)) => page_of(vendor).contains(&format!("| `livectl {command} ")),
            None if VENDORS.operations().any(|action| action.vendor.as_str() == command) => true,
            None => {
                readme.contains(&format!("`livectl {command} "))
                    || readme.contains(&format!("`livectl {command}`"))
            }
        };
        assert!(is_listed, "{command}");
    }
    for action in VENDORS.operations() {
        let start = format!("| `livectl {}", action.title());
        let page = page_of(action.vendor.as_str());
        let row = page.lines().find(|line| line.starts_with(&start)).unwrap();
        assert!(row.contains(&format!("| {}", effect(action.effect))), "{row}");
    }
}

#[test]
fn configuration_lists_global_flags_and_defaults() {
    let page = text("docs/configuration.md");
    for argument in Cli::command(VENDORS).get_arguments() {
        let flag = format!("--{}", argument.get_long().unwrap());
        let row = rows(&page).find(|row| contains(row, &flag)).unwrap_or_else(|| panic!("{flag}"));
        let help = argument.get_help().unwrap().to_string();
        let default =
            argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        let stated = help.split("[default: ").nth(1).and_then(|rest| rest.split_once(']'));
        let stated = stated.map(|(value, _)| value.to_owned());
        if let Some(default) = default.filter(|value| value != "false" && value != "0").or(stated) {
            assert_eq!(cells(row)[1].trim_matches('`'), default, "{row}");
        }
        for variable in variables(&help) {
            assert!(row.contains(&variable), "{variable}: {row}");
        }
    }
}

#[test]
fn pages_name_every_flag() {
    let pages = all_pages();
    for command in commands() {
        for flag in flags(&help(&command)) {
            assert!(pages.contains(&flag), "{command} {flag}");
        }
    }
}

#[test]
fn output_lists_every_exit_code() {
    let page = text("docs/output.md");
    let section = page.split("## Exit codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: Vec<u8> = rows(section)
        .flat_map(|row| cells(row)[0].split(", ").map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|code| code.parse().ok())
        .collect();
    assert_eq!(listed, [0, 1, 2, 3, 4, 5, 6, 75, 129, 130, 143]);
    for kind in error_kinds() {
        assert!(listed.contains(&kind.exit_code()));
    }
}

#[test]
fn output_lists_every_outcome_effect_and_kind() {
    let page = text("docs/output.md");
    for status in statuses() {
        assert!(row(&page, status.as_str()).is_some(), "{status:?}");
    }
    for kind in kinds() {
        assert!(row(&page, kind.as_str()).is_some(), "{kind:?}");
    }
    for effect in effects() {
        assert!(contains(&page, effect.as_str()), "{effect:?}");
    }
    for kind in error_kinds() {
        assert!(contains(&page, kind.as_str()), "{kind:?}");
    }
}

#[test]
fn pages_list_fields_of_results_and_records() {
    let stage = TestHome::empty();
    let args = ["--sandbox", "-o", "json", "tencent", "resume", "8888_a", "--journal", "j"];
    let document = stage.run(args).json();
    let journal = fs::read_to_string(stage.path("j")).unwrap();
    let records: Vec<Value> =
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 4, "{journal}");
    let plan = stage.run(["--sandbox", "-n", "-o", "json", "tencent", "resume", "8888_a"]).json();
    let (output, journal) = (text("docs/output.md"), text("docs/journal.md"));
    let of_journal = records.iter().map(|record| (&journal, record));
    for (page, object) in
        [(&output, &document), (&output, &document["results"][0]), (&output, &plan["results"][0])]
            .into_iter()
            .chain(of_journal)
    {
        for field in object.as_object().unwrap().keys() {
            assert!(row(page, field).is_some(), "{field}");
        }
    }
}

#[test]
fn doctor_lists_every_check_and_exit_code() {
    let page = text("docs/doctor.md");
    let report = TestHome::empty().run(["--sandbox", "doctor", "-o", "json"]).json();
    let checks = report["vendors"][0]["checks"].as_array().unwrap();
    let names: Vec<_> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
    let listed: Vec<_> =
        rows(&page).map(|row| cells(row)[0].trim_matches('`').to_owned()).collect();
    assert_eq!(listed[1..=names.len()], names);
    assert!(["0", "3", "5"].iter().all(|code| listed.iter().any(|cell| cell == code)));
}

#[test]
fn journal_lists_every_key_of_apply() {
    let page = text("docs/journal.md");
    let params = VENDORS.operations().flat_map(|action| action.params).map(|param| param.name);
    for key in params.chain(["vendor", "action", "target"]) {
        assert!(row(&page, key).is_some(), "{key}");
    }
}

#[test]
fn configuration_lists_keys_defaults_and_variables() {
    let page = text("docs/configuration.md");
    for section in VENDORS.sections() {
        for key in section.keys {
            let path = format!("{}.{}", section.name, key.name);
            let row = rows(&page).find(|line| line.starts_with(&format!("| `{path}` ")));
            let row = row.unwrap_or_else(|| panic!("{path}"));
            if let Some(default) = key.default {
                assert!(row.contains(&format!("`{default}`")), "{row}");
            }
            let variable = format!("LIVECTL_{}_{}", section.name, key.name).to_uppercase();
            let of_variable = rows(&page).find(|row| cells(row)[0] == format!("`{variable}`"));
            assert_eq!(of_variable.is_some(), key.env, "{variable}");
            assert!(of_variable.is_none_or(|row| contains(&cells(row)[1], &path)), "{variable}");
        }
    }
    for key in SETTINGS.keys.iter().map(|key| key.name).chain(["default_profile", "allow_shared"]) {
        assert!(row(&page, key).is_some(), "{key}");
    }
}

/// Each secret of each vendor has a row on how it is used, and the secret that signs has one on its curl lines.
#[test]
fn pages_describe_every_secret() {
    let (configuration, output) = (text("docs/configuration.md"), text("docs/output.md"));
    let mut count = 0;
    for vendor in VENDORS.iter() {
        for key in vendor.section.keys.iter().filter(|key| key.kind == ValueKind::Secret) {
            count += 1;
            let title = format!("| {}", vendor.name.title());
            let name = format!("`{}`", key.name);
            let is_row = |row: &str| row.starts_with(&title) && row.contains(&name);
            assert!(rows(&configuration).any(is_row), "{title}: {name}");
            let variable = format!("LIVECTL_{}_{}", vendor.name.as_str(), key.name).to_uppercase();
            let is_named = rows(&output).any(|row| row.contains(&format!("`${variable}`")));
            assert!(is_named || key.name == "security_token", "{variable}");
        }
    }
    assert!(count >= 13, "{count}");
}

#[test]
fn configuration_lists_variables_of_the_source() {
    let page = text("docs/configuration.md");
    let names: Vec<_> = sources(&project("src"))
        .into_iter()
        .flat_map(|path| quoted_variables(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(names.len() > 5);
    for name in names {
        assert!(row(&page, &name).is_some(), "{name}");
    }
}

pub fn sources(folder: &Path) -> Vec<PathBuf> {
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

/// Pages with links beside those that have sessions.
const LINKING_PAGES: [&str; 4] =
    ["README.zh-CN.md", "CONTRIBUTING.md", "RELEASING.md", "benches/README.md"];

#[test]
fn links_lead_to_files_and_headings() {
    let mut seen = 0;
    for path in page_names().into_iter().chain(LINKING_PAGES.map(str::to_owned)) {
        let page = text(&path);
        let folder = Path::new(&path).parent().unwrap();
        let targets = page.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for target in targets.filter(|target| !target.starts_with("http")) {
            seen += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { PathBuf::from(&path) } else { folder.join(file) };
            assert!(project(file.to_str().unwrap()).exists(), "{path}: {target}");
            let is_heading = |line: &str| {
                line.starts_with('#')
                    && line.trim_start_matches(['#', ' ']).to_lowercase().replace(' ', "-")
                        == anchor
            };
            assert!(
                anchor.is_empty() || text(file.to_str().unwrap()).lines().any(is_heading),
                "{path}: {target}"
            );
        }
    }
    assert!(seen > 10);
}
