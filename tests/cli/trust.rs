//! Whom a run trusts: owners of files, other users' homes, programs that print secrets, a profile of a simulator.

#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};

use crate::prelude::*;

const RESUME: [&str; 3] = ["tencent", "resume", "8888_a"];
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn is_alive(process: &str) -> bool {
    Command::new("kill").args(["-0", process]).output().unwrap().status.success()
}

/// What a script writes into a file, once it has.
fn written(path: &Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => assert!(Instant::now() < deadline, "nothing was written"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn root_believes_no_file_of_another_user() {
    if !is_root() {
        return;
    }
    let (server, home) = RecordingServer::accepting().with_home();
    let path = home.path("livectl/config.toml");
    chown(&path, Some(NOBODY), None).unwrap();
    for args in [&RESUME[..], &["config", "check"], &["doctor"]] {
        let ran = home.run(args).exits(3);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        let command = format!("chown 0 '{}'", path.display());
        assert!(told.contains("belongs to another user (uid 65534)"), "{ran:?}");
        assert!(told.contains(&format!("`{command}`")), "{ran:?}");
    }
    assert!(server.received().is_empty());
    let repaired = Command::new("chown").arg("0").arg(&path).status().unwrap();
    assert!(repaired.success() && home.run(RESUME).code == Some(0));
}

#[test]
fn journal_of_another_user_is_refused() {
    if !is_root() {
        return;
    }
    let (server, home) = RecordingServer::accepting().with_home();
    home.run_line("tencent resume a --journal j").exits(0);
    chown(home.path("j"), Some(NOBODY), None).unwrap();
    for flag in ["", " --resume"] {
        let refused = home.run_line(&format!("tencent resume a --journal j{flag}"));
        refused.exits(2).reports("belongs to another user").reports("`chown 0 j && chmod 600 j`");
    }
    assert_eq!(server.operations().len(), 1);
}

#[test]
fn unreadable_default_file_counts_as_absent() {
    if !is_root() {
        return;
    }
    let (server, home) = RecordingServer::accepting().with_home();
    let folder = home.path("");
    let run = |mode: u32, args: &[&str], environment: &[(&str, &str)]| {
        fs::set_permissions(home.path("livectl"), fs::Permissions::from_mode(mode)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = home.process(args);
        command.uid(NOBODY).envs(environment.iter().copied());
        RunOutput::from(command.output().unwrap())
    };
    let url = server.url();
    let account = tencent_variables(&url);
    // The folder cannot be searched, or the file in it not be read.
    for mode in [0o700, 0o755] {
        let ran = run(mode, &RESUME, &account).exits(0);
        assert!(ran.stderr.contains("note: ") && ran.stderr.contains("config.toml cannot be read"));

        run(mode, &RESUME, &[]).exits(3).reports("config.toml cannot be read (permission denied)");
        // The folder belongs to root.
        let journalled = [&RESUME[..], &["--journal", "j"]].concat();
        run(mode, &journalled, &account)
            .exits(2)
            .reports("name a file that you can read and write");
        let named = run(mode, &[&RESUME[..], &["-p", "prod"]].concat(), &account).exits(3);
        assert!(named.stderr.contains("cannot be read: permission denied"), "{named:?}");
        let path = home.path("livectl/config.toml");
        let named = run(mode, &[&RESUME[..], &["-c", path.to_str().unwrap()]].concat(), &account);
        assert_eq!(named.code, Some(3), "{named:?}");
        assert!(named.stderr.contains("cannot be read: permission denied"), "{named:?}");

        let checked = run(mode, &["config", "check"], &account);
        assert!(checked.code == Some(0) && checked.stdout.contains("is ignored"), "{checked:?}");
    }
}

/// A profile whose Tencent key comes from a program that starts another and waits.
fn waiting(script: &str) -> TestHome {
    TestHome::with_config(&format!(
        "[profiles.prod.tencent]\napp_id = 1\napi_key = {{ command = [\"sh\", \"-c\", '{script}'] }}\n"
    ))
}

#[test]
fn signal_reaches_the_program_that_prints_a_secret() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        for args in [&RESUME[..], &["config", "check"], &["doctor"]] {
            let home = waiting("sleep 60 & echo $! > pid; wait; true");
            let mut process = home.process(args);
            process.env("PATH", std::env::var_os("PATH").unwrap());
            let child = process.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let sleeper = written(&home.path("pid"));
            let start = Instant::now();
            let signal = [format!("-{name}"), child.id().to_string()];
            assert!(Command::new("kill").args(signal).status().unwrap().success());
            let ended = child.wait_with_output().unwrap().status;
            assert_eq!(ended.signal(), Some(number), "{args:?} {ended:?}");
            assert!(start.elapsed() < Duration::from_secs(5));
            let deadline = Instant::now() + Duration::from_secs(2);
            while is_alive(&sleeper) && Instant::now() < deadline {
                thread::sleep(Duration::from_millis(10));
            }
            assert!(!is_alive(&sleeper), "{name} {args:?}");
        }
    }
}

#[test]
fn ignored_hangup_stays_ignored_while_a_program_runs() {
    let home = waiting("echo $$ > pid; sleep 1; echo key");
    let mut process = Command::new("sh");
    let line = format!("trap '' HUP; exec '{}' config check", env!("CARGO_BIN_EXE_livectl"));
    process.args(["-c", &line]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    process.env("HOME", home.path("")).env("XDG_CONFIG_HOME", home.path(""));
    let process = process.current_dir(home.path("")).stdout(Stdio::piped());
    let child = process.spawn().unwrap();
    written(&home.path("pid"));
    let signal = ["-HUP".to_owned(), child.id().to_string()];
    assert!(Command::new("kill").args(signal).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}

#[test]
fn check_is_ready_only_if_sendable() {
    let server = RecordingServer::accepting();
    let good = profile(&server.url());
    let ready = |config: &str| {
        let home = TestHome::with_config(config);
        let path = std::env::var("PATH").unwrap();
        let line = ["config", "check", "-o", "json"];
        let checked = home.run_with(&[("PATH", &*path)], line);
        let document = checked.json();
        let mut vendors = document["vendors"].as_array().unwrap().iter();
        let is_ready = vendors.any(|vendor| vendor["state"] == "ready");
        let ran = home.run(RESUME);
        assert_eq!(is_ready, ran.code == Some(0), "{checked:?} {ran:?}");
        assert_eq!(checked.code, Some(if is_ready { 0 } else { 3 }));
        checked
    };
    ready(&good);
    for broken in [
        good.replace("jcloud_00\"", "jcloud_00"),
        good.replace("[profiles.prod.shumei]", "[profiles.prod.shumei]\nnope = 1"),
        format!("{good}[profiles.other.jd]\nnope = 1\n"),
        format!("{good}[profiles.prod]\nca_file = \"gone.pem\"\n"),
        format!("{good}[profiles.prod]\nrate = -1\n"),
        format!("nope = 1\n{good}"),
    ] {
        ready(&broken);
    }
    let fetched = good.replace(&format!("\"{JD_SECRET}\""), "{ command = [\"echo\", \"k3y\"] }");
    let checked = ready(&fetched);
    let notes = checked.json()["notes"].to_string();
    assert_eq!(notes.matches("ran `echo` to fetch jd.secret_key").count(), 1);
}

#[test]
fn key_of_a_header_has_to_fit_it() {
    let (_server, home) = RecordingServer::accepting().with_newer_home();
    let good = home.read("livectl/config.toml");
    for (key, line) in
        [("access_key_id", "jd online --domain a.test -n"), ("secret_id", "tencent resume a -n")]
    {
        let start = good.find(&format!("{key} = \"")).unwrap() + key.len() + 4;
        home.write_config(&format!("{}é{}", &good[..start], &good[start..]));
        for line in [line, "config check"] {
            let output = home.run_line(line).exits(3);
            let told = output.stdout + &output.stderr;
            assert!(told.contains(key) && told.contains("sent in a header"), "{told}");
        }
    }
    home.write_config(&good);
    let token = [("LIVECTL_TENCENT_SECURITY_TOKEN", "tökn")];
    home.run_with(&token, ["config", "check"]).exits(3).assert_prints(&["security_token"]);
}

#[test]
fn ca_file_without_an_end_is_refused() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let config = home.read("livectl/config.toml");
    home.write_config(&format!("{config}[profiles.prod]\nca_file = \"/dev/zero\"\n"));
    home.run(RESUME).exits(3).reports("ca_file: /dev/zero larger than 4096 KiB");
}

#[test]
fn ca_file_writable_by_others_is_noted() {
    let (_server, home) = RecordingServer::accepting().with_home();
    let config = home.read("livectl/config.toml");
    home.write_config(&format!("{config}[profiles.prod]\nca_file = \"ca.pem\"\n"));
    let path = home.write("livectl/ca.pem", AUTHORITY.pem());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let output = home.run(RESUME).exits(0);
    let command = format!("chmod go-w '{}'", path.display());
    output.assert_reports(&["others can write this file", &command]);
}
