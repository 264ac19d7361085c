use super::*;

#[test]
fn readable_secret_is_refused_with_the_chmod() {
    for mode in [0o644, 0o640, 0o604] {
        let stage = Stage::new(GOOD);
        stage.mode("config.toml", mode);
        let path = stage.path();
        let command = stage.short(&format!("chmod 600 '{}'", path.display()));
        let error = stage.error();
        assert!(
            error.starts_with("config.toml: others can read this file, and it contains a secret"),
            "{error}"
        );
        assert!(error.contains(&format!("run `{command}`")), "{error}");
    }
}

#[test]
fn allow_shared_lifts_that() {
    let stage = Stage::new(format!("allow_shared = true\n{GOOD}"));
    stage.mode("config.toml", 0o644);
    assert!(stage.load().is_ok());
}

#[test]
fn file_without_secret_may_be_readable() {
    let stage = with_secret("{ env = \"A\" }");
    stage.mode("config.toml", 0o644);
    assert!(stage.load().is_ok());
}

#[test]
fn a_password_in_a_proxy_is_a_secret() {
    let stage = Stage::new("[profiles.a]\nproxy = \"http://u:hunter2@p\"\n");
    stage.mode("config.toml", 0o644);
    assert!(stage.error().contains("chmod 600"));
}

#[test]
fn writable_file_is_always_refused() {
    for mode in [0o620, 0o602] {
        let stage = Stage::new(format!("allow_shared = true\n{GOOD}"));
        stage.mode("config.toml", mode);
        assert!(
            stage.error().starts_with("config.toml: others can write this file; run `chmod go-w '")
        );
    }
    let stage = Stage::new(GOOD);
    stage.mode("config.toml", 0o666);
    assert!(stage.error().contains("chmod 600 '"));
}

#[test]
fn mode_is_reported_beside_other_problems() {
    let stage = Stage::new("[profiles.a.jd]\nsecret_key = \"canary-hunter2\nusername = 1\n");
    stage.mode("config.toml", 0o644);
    assert_eq!(stage.error().lines().count(), 3, "{}", stage.error());
}

#[test]
fn a_secrets_file_obeys_the_same_rule() {
    let stage = with_secret("{ file = \"jd.key\" }");
    stage.write("jd.key", CANARY);
    stage.mode("jd.key", 0o644);
    let error = jd_secret(&stage).unwrap_err();
    assert!(error.contains("others can read this file") && error.contains("jd.key'`"), "{error}");
    stage.mode("jd.key", 0o620);
    assert!(jd_secret(&stage).unwrap_err().contains("chmod go-w"));

    let stage = Stage::new(
        "allow_shared = true\n[profiles.a.jd]\nusername = \"u\"\nsecret_key = { file = \"jd.key\" }\n",
    );
    stage.write("jd.key", CANARY);
    stage.mode("jd.key", 0o644);
    assert_eq!(jd_secret(&stage).unwrap(), CANARY);
}

#[test]
fn quote_in_a_path_is_escaped() {
    let mut stage = Stage::new(GOOD);
    stage.config = Some(stage.write("it's.toml", GOOD));
    stage.mode("it's.toml", 0o644);
    assert!(stage.error().contains(r"it'\''s.toml'`"), "{}", stage.error());
}

/// Gives a file to another user, which only root can do.
fn give_away(path: &Path) -> bool {
    const NOBODY: u32 = 65534;
    rustix::process::geteuid().is_root()
        && std::os::unix::fs::chown(path, Some(NOBODY), None).is_ok()
}

#[test]
fn file_of_another_user_is_refused_with_the_chown() {
    let stage = Stage::new(format!("allow_shared = true\n{GOOD}"));
    if !give_away(&stage.path()) {
        return;
    }
    let error = stage.error();
    assert!(
        error.starts_with("config.toml: this file belongs to another user (uid 65534)"),
        "{error}"
    );
    assert!(error.contains("run `chown 0 '"), "{error}");

    let stage = with_secret("{ file = \"jd.key\" }");
    assert!(give_away(&stage.write("jd.key", CANARY)));
    assert!(jd_secret(&stage).unwrap_err().contains("jd.key: this file belongs to another user"));
}

#[test]
fn check_runs_nothing_from_a_file_of_another_user() {
    let stage = Stage::empty();
    fs::create_dir(stage.dir.path().join("livectl")).unwrap();
    let trace = stage.dir.path().join("ran");
    let command = format!("secret_key = {{ command = [\"touch\", '{}'] }}", trace.display());
    let path =
        stage.write("config.toml", format!("[profiles.a.jd]\nusername = \"u\"\n{command}\n"));
    if give_away(&path) {
        assert!(!stage.check().is_ok() && !trace.exists());
    }
}

#[test]
fn folder_that_others_can_write_is_a_note() {
    let stage = Stage::new(GOOD);
    let folder = stage.path().parent().unwrap().to_owned();
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let notes = stage.profile().notes().join("\n");
    assert!(notes.starts_with("others can write the folder "), "{notes}");
    assert!(notes.contains("run `chmod go-w '"), "{notes}");
    assert!(stage.check().is_ok() && stage.check().render().contains("others can write the"));
}

#[test]
fn profile_file_may_be_a_pipe() {
    let mut stage = Stage::empty();
    let pipe = stage.dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status();
    assert!(made.unwrap().success());
    stage.config = Some(pipe.clone());
    let writer = std::thread::spawn(move || fs::write(pipe, GOOD));
    assert!(stage.profile().account(&JD).is_ok());
    writer.join().unwrap().unwrap();
}
