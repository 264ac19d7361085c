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
