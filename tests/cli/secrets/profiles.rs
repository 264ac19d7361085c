//! Secrets of profiles, the environment and the process list.

use super::{HOSTILE, assert_input_refused, leak, run_verbosely, searched};
use crate::faults::commands;
use crate::prelude::*;

/// Ways to break a profile file, each with a secret where the eye of a parser falls.
#[rustfmt::skip]
const BROKEN: &[(&str, &str)] = &[
    ("a string without an end", "api_key = \"canary-X1-4711aa"),
    ("a string without a beginning", "api_key = canary-X1-4711aa\""),
    ("no quotes", "api_key = canary-X1-4711aa"),
    ("no equals sign", "api_key \"canary-X1-4711aa\""),
    ("a colon", "api_key: canary-X1-4711aa"),
    ("nothing but the secret", "canary-X1-4711aa"),
    ("the secret as a key", "\"canary-X1-4711aa\" = \"api_key\""),
    ("the secret as a bare key", "canary-X1-4711aa = \"api_key\""),
    ("twice", "api_key = \"canary-X1-4711aa\"\napi_key = \"canary-X2-4711bb\""),
    ("an array", "api_key = [\"canary-X1-4711aa\"]"),
    ("an array without an end", "api_key = { command = [\"echo\", \"canary-X1-4711aa\""),
    ("a table without an end", "api_key = { env = \"X\", canary-X1-4711aa"),
    ("a form too many", "api_key = { env = \"X\", file = \"canary-X1-4711aa\" }"),
    ("an unknown form", "api_key = { value = \"canary-X1-4711aa\" }"),
    ("a form named after it", "api_key = { \"canary-X1-4711aa\" = 1 }"),
    ("itself as a variable's name", "api_key = { env = \"canary-X1-4711aa\" }"),
    ("an escape that is none", "api_key = \"canary-X1-4711aa\\q\""),
    ("a Windows path", "api_key = \"C:\\Users\\canary-X1-4711aa\""),
    ("two lines", "api_key = \"\"\"canary-X1-4711aa\ncanary-X2-4711bb\"\"\""),
    ("a control character", "api_key = \"canary-X1-4711aa\\u001b[31m\""),
    ("an invisible character", "api_key = \"canary-X1-4711aa\\u200b\""),
    ("a raw control character", "api_key = \"canary-X1-4711aa\x07\""),
    ("a key of nearly the name", "apikey = \"canary-X1-4711aa\""),
    ("a key inside the key", "api_key.canary-X1-4711aa = 1"),
    ("app id and key in each other's place", "app_id = \"canary-X1-4711aa\"\napi_key = \"1251234567\""),
    ("an endpoint with a password", "api_key = \"k\"\nendpoint = \"https://me:canary-X1-4711aa@vendor.test\""),
    ("an endpoint with a query", "api_key = \"k\"\nendpoint = \"https://vendor.test/?sign=canary-X1-4711aa\""),
    ("an interface", "api_key = \"k\"\ninterface = \"canary-X1-4711aa\""),
    ("a number", "api_key = \"k\"\nsign_ttl = \"canary-X1-4711aa\""),
    ("a header without an end", "api_key = \"canary-X1-4711aa\"\n[profiles.prod.jd\nsecret_key = \"canary-X2-4711bb\""),
    ("the wrong table", "api_key = \"k\"\n[profiles.prod]\nsecret_key = \"canary-X1-4711aa\""),
    ("a proxy that is none", "api_key = \"k\"\n[profiles.prod]\nproxy = \"http://me:canary-X1-4711aa@\""),
    ("a time-out", "api_key = \"k\"\n[profiles.prod]\ntimeout = \"canary-X1-4711aa\""),
    ("a username", "api_key = \"k\"\n[profiles.prod.jd]\nusername = \"canary-X1-4711aa\\n\"\nsecret_key = \"k\""),
    ("an offset", "api_key = \"k\"\n[profiles.prod.jd]\nusername = \"u\"\nsecret_key = \"k\"\nutc_offset = \"canary-X1-4711aa\""),
    ("a cluster", "api_key = \"k\"\n[profiles.prod.shumei]\naccess_key = \"k\"\ncluster = \"canary-X1-4711aa\""),
    ("a table in the secret's place", "[profiles.prod.tencent.api_key]\ncanary-X1-4711aa = \"canary-X2-4711bb\""),
    ("a comment that is none", "api_key = \"canary-X1-4711aa\" // canary-X2-4711bb"),
];

#[test]
fn broken_profile_is_never_quoted() {
    for (what, lines) in BROKEN {
        let home = TestHome::empty();
        let head = if lines.contains("app_id") { "" } else { "app_id = 1251234567\n" };
        home.write_config(&format!("[profiles.prod.tencent]\n{head}{lines}\n"));
        for command in [
            &["tencent", "resume", "a"][..],
            &["-o", "json", "tencent", "resume", "a", "--dry-run"],
            &["config", "check"],
            &["config", "show"],
        ] {
            let output = run_verbosely(&home, command);

            let said = output.stdout.clone() + &output.stderr;
            assert!(!said.to_lowercase().contains("canary"), "{what}: {output:?}");
            if command[0] != "config" || command[1] == "check" {
                assert_eq!(output.code, Some(3), "{what}: {output:?}");
                assert!(said.contains("config.toml"), "{what}: {output:?}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn readable_profile_is_never_quoted() {
    let home = TestHome::new("http://127.0.0.1:1");
    for mode in [0o644, 0o666, 0o620] {
        let path = home.path("livectl/config.toml");
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        for command in commands() {
            run_verbosely(&home, command).exits(3).reports("chmod");
        }
    }
}

#[test]
fn invalid_utf_8_profile_is_never_quoted() {
    let home = TestHome::with_config("");
    let start = b"[profiles.prod.tencent]\napi_key = \"canary-X1-4711aa\xff";
    home.write("livectl/config.toml", [start, TENCENT_SECRET.as_bytes(), b"\"\n"].concat());
    let output = run_verbosely(&home, ["tencent", "resume", "a"]).exits(3);
    output.reports("config.toml:2:28").assert_omits("canary");
}

#[test]
fn bad_environment_secret_is_never_quoted() {
    let home = TestHome::empty();
    for secret in [
        "canary-X1-4711aa\n",
        "canary-X1-4711aa\u{200b}",
        " canary-X1-4711aa\ncanary-X2-4711bb",
        "\u{1b}[31mcanary-X1-4711aa",
    ] {
        let mut command = home.livectl(["-vvv", "-o", "json", "tencent", "resume", "a"]);
        command.env("LIVECTL_TENCENT_APP_ID", "1251234567").env("LIVECTL_TENCENT_API_KEY", secret);
        let output = searched(&home, RunOutput::from(command.output().unwrap())).exits(3);
        assert!(!(output.stdout.clone() + &output.stderr).contains("canary"), "{output:?}");
    }
}

#[test]
fn command_line_takes_no_secret() {
    let home = TestHome::new("http://127.0.0.1:1");
    for flag in
        ["--api-key", "--secret-key", "--access-key", "--key", "--secret", "--password", "--token"]
    {
        home.run(["tencent", "resume", "a", flag, "x"]).exits(2).reports("unexpected argument");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn process_list_shows_no_secret() {
    let server = FaultServer::answering(|request| accept_after(500, request));
    let home = TestHome::empty();
    let elsewhere = TestHome::empty();
    let key = elsewhere.write("key", TENCENT_SECRET);
    let command =
        format!(r#"{{ command = ["sh", "-c", "sleep 0.5; exec cat {}"] }}"#, key.display());
    home.write_config(&profile(&server.url()).replace(&format!("\"{TENCENT_SECRET}\""), &command));
    let mut command = home.process(["-o", "json", "tencent", "resume", "a"]);
    let mut running = command.env("PATH", "/usr/bin:/bin").spawn().unwrap();
    let own = format!("/proc/{}/cmdline", running.id());

    let (mut before, mut after) = (0, 0);
    while running.try_wait().unwrap().is_none() {
        let is_asked = server.arrivals() > 0;
        if fs::read(&own).is_ok_and(|line| !line.is_empty()) {
            *(if is_asked { &mut after } else { &mut before }) += 1;
        }
        for process in fs::read_dir("/proc").unwrap().map_while(Result::ok) {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            assert_eq!(leak(&String::from_utf8_lossy(&line), &[]), None);
        }
    }

    searched(&home, RunOutput::from(running.wait_with_output().unwrap())).exits(0);
    assert!(before > 0 && after > 0, "{before} {after}");
}

#[test]
fn hostile_profile_is_escaped() {
    let hostile = serde_json::Value::from(HOSTILE.replace('\u{7f}', "")).to_string();
    let vendor = "[profiles.prod.tencent]\napp_id = 1\napi_key = \"k\"\n";
    for lines in [
        format!("{hostile} = 1\n{vendor}"),
        format!("default_profile = {hostile}\n{vendor}"),
        format!("[profiles.{hostile}.tencent]\napp_id = 1\napi_key = \"k\""),
        format!("{vendor}{hostile} = 1"),
        format!("{vendor}endpoint = {hostile}"),
        format!("{vendor}interface = {hostile}"),
        format!("{vendor}endpoint = \"https://a\\u001b[31m.test\""),
        format!("[profiles.prod.tencent]\napp_id = {hostile}\napi_key = \"k\""),
        format!("[profiles.prod.tencent]\napp_id = 1\napi_key = {hostile}"),
        format!("[profiles.prod.tencent]\napp_id = 1\napi_key = {{ env = {hostile} }}"),
        format!("[profiles.prod.tencent]\napp_id = 1\napi_key = {{ file = {hostile} }}"),
        format!("[profiles.prod.tencent]\napp_id = 1\napi_key = {{ command = [{hostile}] }}"),
        r#"[profiles.prod.tencent]
app_id = 1
api_key = { command = ["sh", "-c", "printf '\u001b[31m'"] }"#
            .to_owned(),
        format!("{vendor}[profiles.prod]\nca_file = {hostile}"),
        format!("{vendor}[profiles.prod]\nproxy = {hostile}"),
        format!("{vendor}{HOSTILE}"),
    ] {
        let home = TestHome::with_config(&lines);
        assert_input_refused(&home, &["tencent", "resume", "a"]);
        for command in ["check", "show", "path"] {
            run_verbosely(&home, ["config", command]);
        }
    }
}

#[test]
fn secret_in_a_reason_is_refused() {
    let (server, home) = RecordingServer::accepting().with_home();
    let reason = format!("use {TENCENT_SECRET}");
    let output =
        home.run(["tencent", "forbid", "a", "--for", "2h", "--reason", &reason, "--journal", "j"]);
    assert_eq!(output.code, Some(2), "{}", output.code.unwrap_or_default());
    assert!(output.stderr.contains("`reason` of target 1 holds a secret of this run"));
    assert!(!output.stderr.contains(TENCENT_SECRET));
    assert!(server.requests().is_empty());
}
