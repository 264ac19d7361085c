//! Errors of the profile file, and the commands of `livectl config`.

use super::{RESUME, refuses, run_with, tencent};
use crate::prelude::*;

const TENCENT: &str = "[profiles.prod.tencent]\n";

#[test]
fn file_error_names_the_place_only() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml").display().to_string();
    for (section, keys, place, words) in [
        (TENCENT, "app_id = 1\napi_kee = \"hunter2\"", "3:1", "unknown key \"api_kee\""),
        (TENCENT, "app_id = 1\napi_key = \"hunter2", "3:19", "string"),
        (TENCENT, "app_id = 1\napi_key = hunter2", "3:11", "quotes"),
        (TENCENT, "app_id = \"hunter2\"\napi_key = \"k3y\"", "2:10", "an app id is a number"),
        (TENCENT, "app_id = 1\napi_key = 12345672", "3:11", "api_key"),
        (TENCENT, "api_key = { vault = \"hunter2\" }", "2:11", "api_key"),
        (TENCENT, "endpoint = \"http://me:hunter2@a.cn\"", "2:12", "no user name and no password"),
        (TENCENT, "endpoint = \"ftp://hunter2\"", "2:12", "http:// or https://"),
        (TENCENT, "endpoint = \"http://a.example.com/?hunter2\"", "2:12", "path prefix"),
        (TENCENT, "sign_ttl = 0", "2:12", "1 to 86400"),
        (TENCENT, "sign_ttl = 86401", "2:12", "1 to 86400"),
        (TENCENT, "interface = \"hunter2\"", "2:13", "channel_manager"),
        ("[profiles.prod.jd]\n", "utc_offset = \"hunter2\"", "2:14", "+08:00"),
        ("[profiles.prod.shumei]\n", "cluster = \"hunter2\"", "2:11", "sh, sg (xjp), gg and yd"),
        ("[profiles.prod]\n", "rate = -1", "2:8", "rate"),
        ("[profiles.prod]\n", "proxy = \"hunter2 \"", "2:9", "proxy"),
        ("default_profile = \"hunter2\"\n", TENCENT, "1:19", "default_profile"),
        (TENCENT, "app_id = 1\napp_id = 2", "3:1", "further up"),
        ("", "allow_shard = true", "1:1", "unknown key"),
    ] {
        home.write_config(&format!("{section}{keys}\n"));
        let output = refuses(&home, &[], RESUME, &[&format!("{path}:{place}: "), words]);
        assert!(!output.stderr.contains("hunter2") || words.contains("hunter2"), "{output:?}");
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
        refuses(&home, &[], RESUME, &["config.toml:"]);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn init_writes_0600_and_never_overwrites() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml");
    home.run_line("config init").exits(0).prints(path.to_str().unwrap());
    let written = home.read("livectl/config.toml");
    for section in ["[profiles.prod.jd]", "[profiles.prod.tencent]", "[profiles.prod.shumei]"] {
        assert!(written.contains(section), "{written}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    home.write_config("mine");
    let output = home.run_line("config init").exits(3).reports("left as it is");
    assert_eq!((output.stdout.as_str(), home.read("livectl/config.toml")), ("", "mine".into()));

    home.run_line("config init -c new/other.toml").exits(0);
    assert_eq!(home.read("new/other.toml"), written);
}

#[test]
fn unfilled_init_file_sends_nothing() {
    let home = TestHome::empty();
    home.run_line("config init");
    refuses(&home, &[], RESUME, &["placeholder", "livectl config check"]);
    let output = home.run_line("config check").exits(3);
    let vendors = livectl::api::VENDORS.iter().count();
    assert_eq!(output.stdout.matches("not ready").count(), vendors, "{output:?}");
}

#[test]
fn check_lists_problems_and_readiness() {
    let jd = "[profiles.prod.jd]\nusername = \"u\"\nsecret_key = ";
    let good = format!("{TENCENT}app_id = 1\napi_key = \"hunter2\"\n");
    let bad = format!("{TENCENT}app_id = \"x\"\napi_key = \"hunter2\"\n");
    let config = format!("{jd}\"hunter2\"\nnope = 1\n{bad}[profiles.prod]\nrate = -3\n");
    let home = TestHome::with_config(&config);
    let output = home.run_line("config check").exits(3);
    output.assert_prints(&["config.toml:4:1: ", "config.toml:6:10: ", "config.toml:9:8: "]);
    assert!(!format!("{output:?}").contains("hunter2"));

    home.write_config(&format!("{jd}{{ env = \"NOT_SET\" }}\n{good}"));
    let checked = home.run_line("config check -o json").exits(3).json();
    let states = [0, 1, 2].map(|vendor: usize| checked["vendors"][vendor]["state"].clone());
    assert_eq!(states, ["not_ready", "ready", "not_configured"]);
    assert_eq!(checked["ok"], false);

    let output = TestHome::with_config(&good).run_line("config check").exits(0);
    let is_ready = |line: &str| line.split_whitespace().eq(["tencent", "ready"]);
    assert!(output.stdout.lines().any(is_ready), "{output:?}");
    output.assert_prints(&["plain http"]);
    TestHome::empty().run_line("config check").exits(3);
}

#[test]
fn show_prints_origins_without_secrets() {
    let (server, home) = RecordingServer::accepting().with_home();
    let environment = [("LIVECTL_JD_USERNAME", "from-the-environment")];
    let output = run_with(&home, &environment, "config show").exits(0);
    let row = |key: &str| {
        let line = output.stdout.lines().find(|line| line.starts_with(key)).unwrap();
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    };
    for (key, rest) in [
        ("jd.username", "from-the-environment | env LIVECTL_JD_USERNAME"),
        ("jd.secret_key", "set | config.toml:5"),
        ("jd.utc_offset", "+08:00 | default"),
        ("tencent.app_id", "1251234567 | config.toml:8"),
        ("tencent.endpoint", &format!("{} | config.toml:10", server.url())),
        ("shumei.cluster", "not set"),
        ("rate", "not set"),
        ("concurrency", "8 | default"),
    ] {
        assert_eq!(row(key), format!("{key} | {rest}"));
    }

    let document = run_with(&home, &environment, "config show -o json");
    let values = document.json()["values"].as_array().unwrap().clone();
    let key = values.iter().find(|row| row["key"] == "tencent.api_key").unwrap();
    assert_members(key, &json!({"value": "set", "secret": true, "origin": {"line": 9}}));
    for text in [&output, &document] {
        let shown = format!("{text:?}");
        let secrets = [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET];
        assert!(secrets.iter().all(|secret| !shown.contains(secret)));
    }
}

#[test]
fn path_prints_the_config_file() {
    let home = TestHome::empty();
    let path = home.path("livectl/config.toml");
    assert_eq!(home.run_line("config path").stdout, format!("{}\n", path.display()));
    assert_eq!(home.run_line("config path -c x.toml").stdout, "x.toml\n");
    let output = run_with(&home, &[("LIVECTL_CONFIG", "/y.toml")], "config path");
    assert_eq!(output.stdout, "/y.toml\n");
    assert_eq!(home.run_line("config path -o json").json(), json!({"path": path}));
}
