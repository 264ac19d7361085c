//! Nothing leaks: every captured byte and every file written is searched for the canaries.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::fault_server::request::ReceivedRequest;
use super::fault_server::{FaultServer, ServerStep, http};
use super::faults::commands;
use super::fixture::{
    JD_SECRET, OPENAPI_SECRET, RunOutput, SHUMEI_SECRET, TENCENT_SECRET, TestHome, V3_SECRET,
    VendorServer, profile,
};
use super::recording_server::RecordingServer;
use super::vendor_messages::accept_after;

/// The password of a proxy that needs one.
pub const PROXY_PASSWORD: &str = "canary-proxy-PASSWORD-4714";

/// The secret in every encoding that it may be shown in; upper and lower case are alike to [`leak`].
pub fn encodings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    vec![
        secret.to_owned(),
        json.replace('/', r"\/"),
        json,
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        livectl::api::signing::percent_encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

/// The first of the canaries and of these signatures that a text holds.
pub fn leak(text: &str, signatures: &[String]) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let canaries =
        [JD_SECRET, TENCENT_SECRET, SHUMEI_SECRET, OPENAPI_SECRET, V3_SECRET].into_iter();
    let hidden = canaries.chain(signatures.iter().map(String::as_str)).flat_map(encodings);
    hidden.map(|encoding| encoding.to_ascii_lowercase()).find(|encoding| text.contains(encoding))
}

/// The first leak in the files of a folder, the profile files aside.
pub fn leak_in_files(folder: &Path, signatures: &[String]) -> Option<String> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "toml") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                if let Some(leak) = leak(&text, signatures) {
                    return Some(format!("{leak} in {}", path.display()));
                }
            }
        }
    }
    None
}

/// The first character that a terminal would obey, or that cannot be seen, line ends aside.
pub fn obeyed(text: &str) -> Option<char> {
    text.chars().find(|c| *c != '\n' && livectl::text::is_deceptive(*c))
}

/// Runs it as talkative as it can be, and searches whatever comes of it.
fn loud<A: AsRef<OsStr>>(home: &TestHome, args: impl IntoIterator<Item = A>) -> RunOutput {
    let mut command = home.livectl(["-vvv"]);
    command.args(args).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    searched(home, RunOutput::from(command.timeout(Duration::from_secs(30)).output().unwrap()))
}

fn searched(home: &TestHome, output: RunOutput) -> RunOutput {
    for text in [&output.stdout, &output.stderr] {
        assert_eq!(leak(text, &[PROXY_PASSWORD.to_owned()]), None, "{output:?}");
        assert_eq!(obeyed(text), None, "{output:?}");
    }
    assert_eq!(leak_in_files(home.folder.path(), &[]), None);
    assert!(
        !output.stderr.contains("livectl itself failed") && !output.stderr.contains("panicked"),
        "{output:?}"
    );
    output
}

fn answers(status: &'static str, headers: &str, body: impl AsRef<[u8]>) -> FaultServer {
    FaultServer::always([ServerStep::Send(http(status, headers, body))])
}

#[test]
fn redirect_target_receives_nothing() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
        "300 Choose",
        "201 Made",
    ] {
        let other = answers("200 OK", "", r#"{"ret":0,"status":0,"code":1100}"#);
        let there = format!("http://{}/elsewhere", other.address);
        let headers = format!(
            "Location: {there}\r\nRefresh: 0; url={there}\r\nContent-Location: {there}\r\nLink: <{there}>; rel=preload\r\n\
             Alt-Svc: h2=\"{}\"\r\n",
            other.address
        );
        let vendor = answers(
            status,
            &headers,
            format!("<meta http-equiv=refresh content='0; url={there}'>"),
        );
        let home = TestHome::new(&vendor.url());
        for command in commands() {
            let output = loud(&home, [&["-o", "json", "--attempts", "1"], command].concat());

            assert!([Some(4), Some(5)].contains(&output.code), "{status}: {output:?}");
        }
        assert_eq!(vendor.arrivals(), commands().count());
        assert_eq!(other.connections(), 0, "{status}");
    }
}

#[test]
fn echoed_secrets_are_redacted_in_every_format() {
    let server = FaultServer::answering(|request| {
        let signature = request.signature().unwrap();
        let words = format!("{signature} {} {}", request.text(), encodings(&signature).join(" "));
        let body = serde_json::json!({"ret": 7, "status": 1, "code": 1902, "message": words, "msg": words, "more": [words]});
        vec![ServerStep::Send(http("200 OK", "", body.to_string()))]
    });
    let home = TestHome::new(&server.url());
    for format in ["table", "json", "jsonl"] {
        for command in commands() {
            let output =
                loud(&home, [&["-o", format, "--journal", "night.jsonl"], command].concat());
            let signatures: Vec<_> =
                server.requests().iter().filter_map(ReceivedRequest::signature).collect();

            assert_eq!(output.code, Some(5), "{output:?}");
            assert!(output.stdout.contains("***"), "{output:?}");
            assert_eq!(leak(&output.stdout, &signatures), None);
            assert_eq!(leak(&output.stderr, &signatures), None);
            assert_eq!(leak_in_files(home.folder.path(), &signatures), None);
        }
    }
    assert_eq!(server.requests().len(), 3 * commands().count());
}

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
            let output = loud(&home, command);

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
            let output = loud(&home, command);

            assert_eq!(output.code, Some(3), "{mode:o}: {output:?}");
            assert!(output.stderr.contains("chmod"), "{mode:o}: {output:?}");
        }
    }
}

#[test]
fn invalid_utf_8_profile_is_never_quoted() {
    let home = TestHome::empty();
    home.write_config("");
    let text = [
        b"[profiles.prod.tencent]\napi_key = \"canary-X1-4711aa\xff",
        TENCENT_SECRET.as_bytes(),
        b"\"\n",
    ]
    .concat();
    home.write("livectl/config.toml", text);

    let output = loud(&home, ["tencent", "resume", "a"]);

    assert_eq!(output.code, Some(3), "{output:?}");
    assert!(
        output.stderr.contains("config.toml:2:28") && !output.stderr.contains("canary"),
        "{output:?}"
    );
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

        let output = searched(&home, RunOutput::from(command.output().unwrap()));

        assert_eq!(output.code, Some(3), "{output:?}");
        assert!(!(output.stdout.clone() + &output.stderr).contains("canary"), "{output:?}");
    }
}

#[test]
fn command_line_takes_no_secret() {
    let home = TestHome::new("http://127.0.0.1:1");
    for flag in
        ["--api-key", "--secret-key", "--access-key", "--key", "--secret", "--password", "--token"]
    {
        let output = home.run(["tencent", "resume", "a", flag, "x"]);

        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains("unexpected argument"), "{output:?}");
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

    let output = searched(&home, RunOutput::from(running.wait_with_output().unwrap()));
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(before > 0 && after > 0, "{before} {after}");
}

/// Whatever a terminal may be tricked with, and a row that is none.
const HOSTILE: &str = "\x1b[31mred\x1b]0;title\x07\r\nFAKE ROW applied\n\u{9b}2J\u{202e}live\u{2066}\u{200b}\u{2028}\u{feff}\0\u{7f}\x08\t";

#[test]
fn hostile_message_stays_in_its_row() {
    let body = serde_json::json!({
        "ret": 7, "status": 1, "code": 1902, "message": HOSTILE, "msg": HOSTILE, HOSTILE: [HOSTILE],
    });
    for (body, quotes) in
        [(body.to_string(), true), (format!("<p>{HOSTILE}"), true), (HOSTILE.repeat(20_000), false)]
    {
        let server = answers("200 OK", "", body);
        let home = TestHome::new(&server.url());
        for command in commands() {
            for (format, lines) in [("table", 2), ("json", 4), ("jsonl", 1)] {
                let args = ["-o", format, "--attempts", "1", "--journal", "night.jsonl"];
                let output = loud(&home, [&args, command].concat());

                assert_eq!(output.stdout.lines().count(), lines, "{output:?}");
                assert!(
                    !quotes || format != "table" || output.stdout.contains(r"\u{1b}[31mred"),
                    "{output:?}"
                );
                assert!(!output.stdout.lines().any(|line| line.starts_with("FAKE")), "{output:?}");
            }
        }
        let journal = fs::read_to_string(home.path("night.jsonl")).unwrap();
        // Three formats; of each run its first and last record, an intent and a result.
        assert_eq!((journal.lines().count(), obeyed(&journal)), (12 * commands().count(), None));
    }
}

#[test]
fn long_message_is_cut() {
    for letter in ["x", "长", "\u{1b}"] {
        let message = letter.repeat((400 << 10) / serde_json::json!(letter).to_string().len());
        let body = serde_json::json!({"ret": 7, "status": 1, "code": 1902, "message": message, "msg": message});
        let server = answers("200 OK", "", body.to_string());
        let home = TestHome::new(&server.url());
        for command in commands() {
            let table = loud(&home, command);
            let json = loud(&home, [&["-o", "json"], command].concat());

            assert!(table.stdout.len() + table.stderr.len() < 10_000, "{}", table.stdout.len());
            assert_eq!(table.stdout.lines().count(), 2);
            let shown = json.json()["results"][0]["message"].as_str().unwrap().to_owned();
            let left_out = shown.strip_prefix(&message).unwrap();
            assert!(left_out.ends_with("KiB is left out"), "{left_out}");
            assert_eq!(json.json()["results"][0]["response"], serde_json::Value::Null);
        }
    }
}

fn is_refused(home: &TestHome, args: &[impl AsRef<OsStr> + Debug]) {
    for format in ["table", "json", "jsonl"] {
        let all = args.iter().map(AsRef::as_ref).chain(["-o", format].map(OsStr::new));
        let output = loud(home, all);

        assert!([Some(2), Some(3)].contains(&output.code), "{args:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{args:?}: {output:?}");
        if format == "json" {
            assert_eq!(output.json()["ok"], false);
        } else {
            assert_eq!(output.stdout, "", "{args:?}");
        }
    }
}

#[test]
fn hostile_input_is_escaped() {
    let server = answers("200 OK", "", r#"{"ret":0,"status":0,"code":1100}"#);
    let home = TestHome::new(&server.url());
    let good = [
        ("vendor", "tencent"),
        ("action", "forbid"),
        ("target", "a"),
        ("for", "2h"),
        ("until", "2099-01-01T00:00:00Z"),
        ("domain", "a.example.com"),
        ("seconds", "9"),
        ("cluster", "sh"),
    ];
    for (key, _) in good {
        let mut line: serde_json::Map<_, _> =
            good[..3].iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        line.insert(key.to_owned(), HOSTILE.into());
        home.write("bad.jsonl", serde_json::Value::from(line.clone()).to_string());
        is_refused(&home, &["apply", "bad.jsonl"]);

        let quoted = |text: &str| format!("\"{text}\"");
        let header: Vec<_> = line.keys().map(String::as_str).collect();
        let cells: Vec<_> = line.values().map(|value| quoted(value.as_str().unwrap())).collect();
        home.write("bad.csv", format!("{}\n{}\n", header.join(","), cells.join(",")));
        is_refused(&home, &["apply", "bad.csv"]);
    }
    home.write("bad.jsonl", serde_json::json!({"vendor": "jd", HOSTILE: 1}).to_string());
    is_refused(&home, &["apply", "bad.jsonl"]);
    home.write("bad.jsonl", HOSTILE);
    is_refused(&home, &["apply", "bad.jsonl"]);
    home.write("bad.csv", format!("vendor,action,\"{HOSTILE}\"\n1,2,3\n"));
    is_refused(&home, &["apply", "bad.csv"]);
    home.write("bad.jsonl", "x".repeat(3 << 20));
    is_refused(&home, &["apply", "bad.jsonl"]);

    let hostile = &HOSTILE.replace('\0', "");
    for args in [
        &["tencent", "resume", hostile][..],
        &["tencent", "forbid", "a", "--for", hostile],
        &["tencent", "forbid", "a", "--until", hostile],
        &["jd", "timeout", "a.example.com", "--seconds", hostile],
        &["jd", "permit", "a/b", "--domain", hostile],
        &["shumei", "close", "a", "--cluster", hostile],
        &["apply", hostile],
        &["apply", hostile, "--format", "csv"],
        &["tencent", "resume", "a", "--config", hostile],
        &["tencent", "resume", "a", "--profile", hostile],
        &["tencent", "resume", "a", "--timeout", hostile],
        &["tencent", "resume", "a", "--journal", "/nowhere/\x1b[31m/x"],
        &["tencent", "resume", "a", "--color", hostile],
        &["tencent", hostile],
        &[hostile],
    ] {
        is_refused(&home, args);
    }
    assert_eq!(server.connections(), 0);
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
        let home = TestHome::empty();
        home.write_config(&lines);
        is_refused(&home, &["tencent", "resume", "a"]);
        for command in ["check", "show", "path"] {
            loud(&home, ["config", command]);
        }
    }
}

#[test]
fn secret_in_a_reason_is_refused() {
    let server = RecordingServer::accepting();
    let home = server.home();
    let reason = format!("use {}", super::fixture::TENCENT_SECRET);
    let output =
        home.run(["tencent", "forbid", "a", "--for", "2h", "--reason", &reason, "--journal", "j"]);
    assert_eq!(output.code, Some(2), "{}", output.code.unwrap_or_default());
    assert!(output.stderr.contains("`reason` of target 1 holds a secret of this run"));
    assert!(!output.stderr.contains(super::fixture::TENCENT_SECRET));
    assert!(server.requests().is_empty());
}
