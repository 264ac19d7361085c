//! The files in the repository that the program prints or reads: the example profile and the completions.

use livectl::config::section::Key;

use super::{project, text};
use crate::prelude::*;

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
    stage.run(["-c", "new file.toml", "config", "init"]).exits(3);
}

#[test]
fn config_init_writes_the_named_profile() {
    for extra in [&[][..], &["--vendor", "tencent"]] {
        let stage = TestHome::empty();
        let args = [&["-c", "new.toml", "-p", "night shift", "config", "init"], extra].concat();
        let init = stage.run(args).exits(0);
        assert!(stage.read("new.toml").contains("default_profile = \"night shift\"\n"));
        // The advice leads to a check that finds the profile, and only its placeholders.
        let advice = init.stderr.trim_end().rsplit("run: livectl ").next().unwrap();
        assert_eq!(advice, "config check -c new.toml -p 'night shift'");
        let check = ["config", "check", "-c", "new.toml", "-p", "night shift", "-o", "json"];
        let report = stage.run(check).json();
        assert_eq!(report["problems"], json!([]), "{report}");
        assert!(report.to_string().contains("still a placeholder"), "{report}");
    }
    for name in ["sandbox", ""] {
        TestHome::empty().run(["-p", name, "config", "init"]).exits(2);
    }
}

#[test]
fn config_init_of_a_vendor_is_complete() {
    for vendor in VENDORS.iter() {
        for api in vendor.apis {
            let stage = TestHome::empty();
            let mut args = vec!["-c", "a.toml", "config", "init", "--vendor", vendor.name.as_str()];
            if !api.id.is_empty() {
                args.extend(["--api", api.id]);
            }
            assert_eq!(stage.run(&args).code, Some(0), "{args:?}");
            let text = stage.read("a.toml");
            // Huawei's has most keys: two of the key, its project, its region and the push domain.
            let most = if vendor.name.as_str() == "huawei" { 7 } else { 6 };
            assert!(text.lines().filter(|line| !line.is_empty()).count() <= most, "{text}");

            let filled = text.replace("YOUR_APP_ID", "1251234567").replace("YOUR_", "my-");
            stage.write("a.toml", filled);
            let report = stage.run(["-c", "a.toml", "config", "check", "-o", "json"]).json();
            let states = report["vendors"].as_array().unwrap();
            let found = states.iter().find(|state| state["vendor"] == vendor.name.as_str());
            assert_eq!(found.unwrap()["state"], "ready", "{text}\n{report}");
        }
        let stage = TestHome::empty();
        stage.run(["-c", "a.toml", "config", "init", "--vendor", vendor.name.as_str()]);
        let newest = vendor.apis.last().unwrap().id;
        assert!(stage.read("a.toml").contains(newest), "{newest}");
    }
}

#[test]
fn config_init_names_vendors_and_versions() {
    for (args, expected) in [
        (&["--vendor", "aws"][..], "the vendors are jd, tencent, shumei"),
        (&["--vendor", "jd", "--api", "v3"], "the versions are legacy, openapi"),
        (&["--vendor", "shumei", "--api", "v4"], "the vendor has one API"),
        (&["--api", "v3"], "--vendor"),
    ] {
        let stage = TestHome::empty();
        let ran = stage.run([&["-c", "a.toml", "config", "init"], args].concat());
        assert_eq!((ran.code, stage.path("a.toml").exists()), (Some(2), false), "{ran:?}");
        assert!(ran.stderr.contains(expected), "{ran:?}");
    }
}

#[test]
fn example_profile_lacks_the_user_values_only() {
    let stage = TestHome::empty();
    stage.write("example.toml", text("config.example.toml"));

    let ran = stage.run(["-c", "example.toml", "config", "check", "-o", "json"]);

    let report = ran.json();
    assert_eq!((ran.code, &report["problems"]), (Some(3), &json!([])), "{report}");
    for section in VENDORS.sections() {
        let mut vendors = report["vendors"].as_array().unwrap().iter();
        let vendor = vendors.find(|vendor| vendor["vendor"] == section.name).unwrap();
        let reasons = vendor["reasons"].as_array().unwrap();
        let api = section.keys.iter().find(|key| key.name == "api").and_then(|key| key.default);
        let is_used = |key: &&Key| key.required && (key.api.is_none() || key.api == api);
        let required: Vec<_> = section.keys.iter().filter(is_used).collect();
        assert_eq!(reasons.len(), required.len(), "{vendor}");
        for key in required {
            let path = format!("{}.{} ", section.name, key.name);
            let found = reasons.iter().filter_map(Value::as_str).find(|text| text.contains(&path));
            assert!(found.is_some_and(|text| text.contains("placeholder")), "{path}: {reasons:?}");
        }
    }
}

#[test]
fn completions_are_the_committed_scripts() {
    let scripts = [
        ("bash", "livectl.bash"),
        ("zsh", "_livectl"),
        ("fish", "livectl.fish"),
        ("powershell", "_livectl.ps1"),
        ("elvish", "livectl.elv"),
    ];
    for (shell, name) in scripts {
        let printed = TestHome::empty().run(["completions", shell]).stdout;
        assert_eq!(text(&format!("completions/{name}")), printed, "{shell}");
    }
    assert_eq!(fs::read_dir(project("completions")).unwrap().count(), scripts.len());
}
