//! Errors of the profile file, and the commands of `livectl config`.

use super::{RESUME, refuses, run_with, tencent};
use crate::fixture::{JD_SECRET, SHUMEI_SECRET, TENCENT_SECRET};
use crate::prelude::*;

#[test]
fn file_error_names_the_place_only() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml").display().to_string();
    for (config, place, says) in [
        (
            "[profiles.prod.tencent]\napp_id = 1\napi_kee = \"hunter2\"\n",
            "3:1",
            "unknown key \"api_kee\"",
        ),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\n", "3:19", "string"),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = hunter2\n", "3:11", "quotes"),
        (
            "[profiles.prod.tencent]\napp_id = \"hunter2\"\napi_key = \"k3y\"\n",
            "2:10",
            "an app id is a number",
        ),
        ("[profiles.prod.tencent]\napp_id = 1\napi_key = 12345672\n", "3:11", "api_key"),
        ("[profiles.prod.tencent]\napi_key = { vault = \"hunter2\" }\n", "2:11", "api_key"),
        (
            "[profiles.prod.tencent]\nendpoint = \"http://me:hunter2@a.example.com\"\n",
            "2:12",
            "no user name and no password",
        ),
        ("[profiles.prod.tencent]\nendpoint = \"ftp://hunter2\"\n", "2:12", "http:// or https://"),
        (
            "[profiles.prod.tencent]\nendpoint = \"http://a.example.com/?hunter2\"\n",
            "2:12",
            "path prefix",
        ),
        ("[profiles.prod.tencent]\nsign_ttl = 0\n", "2:12", "1 to 86400"),
        ("[profiles.prod.tencent]\nsign_ttl = 86401\n", "2:12", "1 to 86400"),
        ("[profiles.prod.tencent]\ninterface = \"hunter2\"\n", "2:13", "channel_manager"),
        ("[profiles.prod.jd]\nutc_offset = \"hunter2\"\n", "2:14", "+08:00"),
        ("[profiles.prod.shumei]\ncluster = \"hunter2\"\n", "2:11", "sh, sg (xjp), gg and yd"),
        ("[profiles.prod]\nrate = -1\n", "2:8", "rate"),
        ("[profiles.prod]\nproxy = \"hunter2 \"\n", "2:9", "proxy"),
        ("default_profile = \"hunter2\"\n[profiles.prod.tencent]\n", "1:19", "default_profile"),
        ("[profiles.prod.tencent]\napp_id = 1\napp_id = 2\n", "3:1", "further up"),
        ("allow_shard = true\n", "1:1", "unknown key"),
    ] {
        home.write_config(config);
        let output = refuses(&home, &[], &RESUME, &[&format!("{path}:{place}: "), says]);
        assert!(!output.stderr.contains("hunter2") || says.contains("hunter2"), "{output:?}");
        assert!(!output.stdout.contains("hunter2"), "{output:?}");
    }
}

#[test]
fn whole_file_is_checked() {
    let server = RecordingServer::accepting();
    let home = TestHome::empty();
    let good = tencent("prod", 1, "\"key-1\"", &server);
    for bad in [
        "[profiles.prod.jd]\nnope = 1\n",
        "[profiles.other.shumei]\nendpoint = \"nowhere\"\n",
        "nope = 1\n",
    ] {
        let (top, rest) = if bad.starts_with("nope") { (bad, "") } else { ("", bad) };
        home.write_config(&format!("{top}default_profile = \"prod\"\n{good}{rest}"));
        refuses(&home, &[], &RESUME, &["config.toml:"]);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn init_writes_0600_and_never_overwrites() {
    let home = TestHome::empty();
    let output = home.run_line("config init");
    let path = home.path("livectl/config.toml");
    assert_eq!((output.code, output.stdout.trim_end()), (Some(0), path.to_str().unwrap()));
    let written = std::fs::read_to_string(&path).unwrap();
    for section in ["[profiles.prod.jd]", "[profiles.prod.tencent]", "[profiles.prod.shumei]"] {
        assert!(written.contains(section), "{written}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    home.write_config("mine");
    let output = home.run_line("config init");
    assert!(
        output.code == Some(3)
            && output.stdout.is_empty()
            && output.stderr.contains("left as it is"),
        "{output:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");

    assert_eq!(home.run_line("config init -c new/other.toml").code, Some(0));
    assert_eq!(std::fs::read_to_string(home.path("new/other.toml")).unwrap(), written);
}

#[test]
fn unfilled_init_file_sends_nothing() {
    let home = TestHome::empty();
    home.run_line("config init");
    refuses(&home, &[], &RESUME, &["placeholder", "livectl config check"]);
    let output = home.run_line("config check").exits(3);
    let vendors = livectl::api::VENDORS.iter().count();
    assert_eq!(output.stdout.matches("not ready").count(), vendors, "{output:?}");
}

#[test]
fn check_lists_problems_and_readiness() {
    let home = TestHome::with_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"hunter2\"\nnope = 1\n[profiles.prod.tencent]\napp_id = \"x\"\napi_key = \"hunter2\"\n[profiles.prod]\nrate = -3\n",
    );
    let output = home.run_line("config check").exits(3);
    for place in ["config.toml:4:1: ", "config.toml:6:10: ", "config.toml:9:8: "] {
        assert!(output.stdout.contains(place), "{place}: {output:?}");
    }
    assert!(!format!("{output:?}").contains("hunter2"));

    home.write_config(
        "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = { env = \"NOT_SET\" }\n[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n",
    );
    let checked = home.run_line("config check -o json");
    let readiness = |vendor: usize| checked.json()["vendors"][vendor]["state"].clone();
    assert_eq!(
        (readiness(0), readiness(1), readiness(2)),
        (json!("not_ready"), json!("ready"), json!("not_configured"))
    );
    assert_eq!((checked.code, &checked.json()["ok"]), (Some(3), &json!(false)));

    let home =
        TestHome::with_config("[profiles.prod.tencent]\napp_id = 1\napi_key = \"hunter2\"\n");
    let output = home.run_line("config check");
    let is_ready = |line: &str| line.split_whitespace().eq(["tencent", "ready"]);
    assert!(
        output.code == Some(0)
            && output.stdout.lines().any(is_ready)
            && output.stdout.contains("plain http"),
        "{output:?}"
    );
    assert_eq!(TestHome::empty().run_line("config check").code, Some(3));
}

#[test]
fn show_prints_origins_without_secrets() {
    let (server, home) = RecordingServer::accepting().with_home();
    let environment = [("LIVECTL_JD_USERNAME", "from-the-environment")];
    let output = run_with(&home, &environment, &["config", "show"]).exits(0);
    let row = |key: &str| -> Vec<String> {
        let line = output.stdout.lines().find(|line| line.starts_with(key)).unwrap();
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(
        row("jd.username"),
        ["jd.username", "from-the-environment", "env LIVECTL_JD_USERNAME"]
    );
    assert_eq!(row("jd.secret_key"), ["jd.secret_key", "set", "config.toml:5"]);
    assert_eq!(row("jd.utc_offset"), ["jd.utc_offset", "+08:00", "default"]);
    assert_eq!(row("tencent.app_id"), ["tencent.app_id", "1251234567", "config.toml:8"]);
    assert_eq!(row("tencent.endpoint"), ["tencent.endpoint", &*server.url(), "config.toml:10"]);
    assert_eq!(row("shumei.cluster"), ["shumei.cluster", "not set"]);
    assert_eq!(row("rate"), ["rate", "not set"]);
    assert_eq!(row("concurrency"), ["concurrency", "8", "default"]);

    let document = run_with(&home, &environment, &["config", "show", "-o", "json"]);
    let values = document.json()["values"].as_array().unwrap().clone();
    let key = values.iter().find(|row| row["key"] == "tencent.api_key").unwrap();
    assert_members(&key, &json!({"value": "set", "secret": true, "origin": {"line": 9}}));
    for text in [&output, &document] {
        assert!(
            [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET]
                .iter()
                .all(|secret| !format!("{text:?}").contains(secret))
        );
    }
}

#[test]
fn path_prints_the_config_file() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml");
    assert_eq!(home.run_line("config path").stdout, format!("{}\n", path.display()));
    assert_eq!(home.run_line("config path -c x.toml").stdout, "x.toml\n");
    assert_eq!(
        run_with(&home, &[("LIVECTL_CONFIG", "/y.toml")], &["config", "path"]).stdout,
        "/y.toml\n"
    );
    assert_eq!(home.run_line("config path -o json").json(), json!({"path": path}));
}
