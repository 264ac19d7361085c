//! The files in the repository that the program prints or reads: the example profile and the completions.

use std::fs;

use livectl::api::VENDORS;
use livectl::config::section::Key;
use serde_json::json;

use super::{is_blessing, project, text};
use crate::fixture::TestHome;

#[test]
fn config_init_refuses_a_dry_run() {
    let stage = TestHome::empty();
    let ran = stage.run(["config", "init", "-n", "-c", "new.toml"]);
    assert_eq!((ran.code, stage.path("new.toml").exists()), (Some(2), false), "{ran:?}");
    assert!(ran.stderr.contains("leave out --dry-run"), "{ran:?}");
}

#[test]
fn config_init_leads_to_config_check() {
    let stage = TestHome::empty();
    let init = stage.run(["-c", "new file.toml", "config", "init"]);
    let hint = init.stderr.trim_end().rsplit("run: livectl ").next().unwrap();
    assert_eq!((init.code, init.stdout.as_str()), (Some(0), "new file.toml\n"));
    assert_eq!(hint, "config check -c 'new file.toml'");

    let again = stage.run(["-c", "new file.toml", "config", "init"]);
    assert_eq!(again.code, Some(3), "{again:?}");
}

#[test]
fn example_profile_lacks_the_user_values_only() {
    let stage = TestHome::empty();
    stage.write("example.toml", text("config.example.toml"));

    let ran = stage.run(["-c", "example.toml", "config", "check", "-o", "json"]);

    let report = ran.json();
    assert_eq!((ran.code, &report["problems"]), (Some(3), &json!([])), "{report}");
    for section in VENDORS.sections() {
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

#[test]
fn committed_completions_are_current() {
    let scripts = [
        ("bash", "livectl.bash"),
        ("zsh", "_livectl"),
        ("fish", "livectl.fish"),
        ("powershell", "_livectl.ps1"),
        ("elvish", "livectl.elv"),
    ];
    for (shell, name) in scripts {
        let printed = TestHome::empty().run(["completions", shell]).stdout;
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
