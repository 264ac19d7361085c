use std::time::Instant;

use super::*;

fn printed(script: &str) -> std::result::Result<String, String> {
    jd_secret(&with_secret(&format!(
        "{{ command = [\"sh\", \"-c\", '''{script}''', \"hunter2\"] }}"
    )))
}

#[test]
fn output_loses_one_line_end() {
    assert_eq!(printed("printf canary-hunter2").unwrap(), CANARY);
    assert_eq!(printed("echo canary-hunter2").unwrap(), CANARY);
    assert_eq!(printed("printf 'canary-hunter2\\r\\n'").unwrap(), CANARY);
    assert!(
        printed("printf 'canary\\nhunter2\\n'")
            .unwrap_err()
            .contains("the output of `sh`: more than one line")
    );
}

#[test]
fn no_shell_reads_its_words() {
    let fixture = with_secret("{ command = [\"echo\", \"$HOME;`id`\"] }");
    assert_eq!(jd_secret(&fixture).unwrap(), "$HOME;`id`");
}

#[test]
fn command_has_no_stdin_and_hidden_stderr() {
    assert_eq!(printed("cat; echo hunter2 >&2; echo canary-hunter2").unwrap(), CANARY);
}

#[test]
fn failed_command_is_named_without_arguments() {
    for (script, why) in [
        ("echo canary-hunter2; exit 3", "`sh` failed (exit status: 3); run it by hand to see why"),
        ("kill -9 $$", "`sh` failed (signal: 9"),
        ("true", "`sh` prints nothing; run it by hand"),
        ("echo", "`sh` prints nothing; run it by hand"),
        ("printf 'hunter2\\377'", "the output of `sh` is not UTF-8 text; run it by hand"),
        ("head -c 70000 /dev/zero; sleep 30", "`sh` prints more than 64 KiB"),
    ] {
        let error = printed(script).unwrap_err();
        assert!(error.contains(why), "{script}: {error}");
    }
}

#[test]
fn missing_program_is_named() {
    let error = jd_secret(&with_secret("{ command = [\"/gone/pass\", \"hunter2\"] }")).unwrap_err();
    assert!(error.contains("`/gone/pass` cannot be run: not found"), "{error}");
}

#[test]
fn hanging_program_is_stopped() {
    for script in ["sleep 30", "echo hunter2; exec >&-; sleep 30", "sleep 30 & echo hunter2"] {
        let words = ["-c", script].map(str::to_owned);
        let start = Instant::now();
        let error =
            command::output(Path::new("sh"), &words, Duration::from_millis(300)).unwrap_err();
        assert!(error.contains("was stopped"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

/// Whether the process whose id a script wrote to the file lives.
fn is_alive(file: &Path) -> bool {
    let process = fs::read_to_string(file).unwrap();
    let found = std::process::Command::new("kill").args(["-0", process.trim()]).output().unwrap();
    found.status.success()
}

#[test]
fn processes_of_a_stopped_program_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    for script in [
        "sleep 60 & echo $! > \"$0\"; wait",
        "(trap '' TERM INT HUP; sleep 60; true) & echo $! > \"$0\"; wait",
        "sleep 60 & echo $! > \"$0\"; exit 3",
    ] {
        let words = ["-c", script, file.to_str().unwrap()].map(str::to_owned);
        command::output(Path::new("sh"), &words, Duration::from_millis(300)).unwrap_err();
        let deadline = Instant::now() + Duration::from_secs(2);
        while is_alive(&file) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!is_alive(&file), "{script}");
    }
}

#[test]
fn background_agent_survives_a_successful_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = "sleep 20 >/dev/null & echo $! > \"$0\"; echo key";
    let words = ["-c", script, file.to_str().unwrap()].map(str::to_owned);
    assert!(command::output(Path::new("sh"), &words, Duration::from_secs(5)).is_ok());
    assert!(is_alive(&file));
    let process = fs::read_to_string(&file).unwrap();
    assert!(std::process::Command::new("kill").arg(process.trim()).status().unwrap().success());
}
