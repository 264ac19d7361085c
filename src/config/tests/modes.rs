use super::*;

#[test]
fn readable_secret_is_refused_with_the_chmod() {
    for mode in [0o644, 0o640, 0o604] {
        let fixture = ConfigFixture::new(GOOD);
        fixture.mode("config.toml", mode);
        let path = fixture.path();
        let command = fixture.short(&format!("chmod 600 '{}'", path.display()));
        let error = fixture.error();
        assert!(
            error.starts_with("config.toml: others can read this file, and it contains a secret"),
            "{error}"
        );
        assert!(error.contains(&format!("run `{command}`")), "{error}");
    }
}

#[test]
fn allow_shared_lifts_that() {
    let fixture = ConfigFixture::new(format!("allow_shared = true\n{GOOD}"));
    fixture.mode("config.toml", 0o644);
    assert!(fixture.load().is_ok());
}

#[test]
fn file_without_secret_may_be_readable() {
    let fixture = with_secret("{ env = \"A\" }");
    fixture.mode("config.toml", 0o644);
    assert!(fixture.load().is_ok());
}

#[test]
fn password_in_a_proxy_is_a_secret() {
    let fixture = ConfigFixture::new("[profiles.a]\nproxy = \"http://u:hunter2@p\"\n");
    fixture.mode("config.toml", 0o644);
    assert!(fixture.error().contains("chmod 600"));
}

#[test]
fn writable_file_is_always_refused() {
    for mode in [0o620, 0o602] {
        let fixture = ConfigFixture::new(format!("allow_shared = true\n{GOOD}"));
        fixture.mode("config.toml", mode);
        assert!(
            fixture
                .error()
                .starts_with("config.toml: others can write this file; run `chmod go-w '")
        );
    }
    let fixture = ConfigFixture::new(GOOD);
    fixture.mode("config.toml", 0o666);
    assert!(fixture.error().contains("chmod 600 '"));
}

#[test]
fn mode_is_reported_beside_other_problems() {
    let fixture =
        ConfigFixture::new("[profiles.a.jd]\nsecret_key = \"canary-hunter2\nusername = 1\n");
    fixture.mode("config.toml", 0o644);
    assert_eq!(fixture.error().lines().count(), 3, "{}", fixture.error());
}

#[test]
fn secrets_file_obeys_the_same_rule() {
    let fixture = with_secret("{ file = \"jd.key\" }");
    fixture.write("jd.key", CANARY);
    fixture.mode("jd.key", 0o644);
    let error = jd_secret(&fixture).unwrap_err();
    assert!(error.contains("others can read this file") && error.contains("jd.key'`"), "{error}");
    fixture.mode("jd.key", 0o620);
    assert!(jd_secret(&fixture).unwrap_err().contains("chmod go-w"));

    let fixture = ConfigFixture::new(
        "allow_shared = true\n[profiles.a.jd]\nusername = \"u\"\nsecret_key = { file = \"jd.key\" }\n",
    );
    fixture.write("jd.key", CANARY);
    fixture.mode("jd.key", 0o644);
    assert_eq!(jd_secret(&fixture).unwrap(), CANARY);
}

#[test]
fn quote_in_a_path_is_escaped() {
    let mut fixture = ConfigFixture::new(GOOD);
    fixture.config = Some(fixture.write("it's.toml", GOOD));
    fixture.mode("it's.toml", 0o644);
    assert!(fixture.error().contains(r"it'\''s.toml'`"), "{}", fixture.error());
}

/// Gives a file to another user, which only root can do.
fn give_away(path: &Path) -> bool {
    const NOBODY: u32 = 65534;
    rustix::process::geteuid().is_root()
        && std::os::unix::fs::chown(path, Some(NOBODY), None).is_ok()
}

#[test]
fn foreign_file_is_refused_with_chown() {
    let fixture = ConfigFixture::new(format!("allow_shared = true\n{GOOD}"));
    if !give_away(&fixture.path()) {
        return;
    }
    let error = fixture.error();
    assert!(
        error.starts_with("config.toml: this file belongs to another user (uid 65534)"),
        "{error}"
    );
    assert!(error.contains("run `chown 0 '"), "{error}");

    let fixture = with_secret("{ file = \"jd.key\" }");
    assert!(give_away(&fixture.write("jd.key", CANARY)));
    assert!(jd_secret(&fixture).unwrap_err().contains("jd.key: this file belongs to another user"));
}

#[test]
fn check_runs_no_command_of_a_foreign_file() {
    let fixture = ConfigFixture::empty();
    fs::create_dir(fixture.dir.path().join("livectl")).unwrap();
    let trace = fixture.dir.path().join("ran");
    let command = format!("secret_key = {{ command = [\"touch\", '{}'] }}", trace.display());
    let path =
        fixture.write("config.toml", format!("[profiles.a.jd]\nusername = \"u\"\n{command}\n"));
    if give_away(&path) {
        assert!(!fixture.check().is_ok() && !trace.exists());
    }
}

#[test]
fn folder_that_others_can_write_is_a_note() {
    let fixture = ConfigFixture::new(GOOD);
    let folder = fixture.path().parent().unwrap().to_owned();
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let notes = fixture.profile().notes.join("\n");
    assert!(notes.starts_with("others can write the folder "), "{notes}");
    assert!(notes.contains("run `chmod go-w '"), "{notes}");
    assert!(
        fixture.check().is_ok() && fixture.check().render(None).contains("others can write the")
    );
}

#[test]
fn profile_file_may_be_a_pipe() {
    let mut fixture = ConfigFixture::empty();
    let pipe = fixture.dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status();
    assert!(made.unwrap().success());
    fixture.config = Some(pipe.clone());
    let writer = std::thread::spawn(move || fs::write(pipe, GOOD));
    assert!(fixture.profile().account(&JD).is_ok());
    writer.join().unwrap().unwrap();
}
