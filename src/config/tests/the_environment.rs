use super::*;

#[test]
fn environment_overrides_each_key_with_a_note() {
    let fixture = ConfigFixture::new(GOOD)
        .env("LIVECTL_JD_USERNAME", "other")
        .env("LIVECTL_JD_ENDPOINT", "https://e");

    let profile = fixture.profile();
    let account = profile.account(&JD).unwrap();

    assert_eq!(account.text("username"), Some("other"));
    assert_eq!(account.text("endpoint"), Some("https://e"));
    assert_eq!(account.secret("secret_key").unwrap().expose(), CANARY);
    assert_eq!(
        profile.notes,
        ["the environment overrides profile \"prod\": LIVECTL_JD_USERNAME, LIVECTL_JD_ENDPOINT"]
    );
}

#[test]
fn profile_flag_ignores_the_environment_with_a_note() {
    let fixture =
        ConfigFixture::new(GOOD).env("LIVECTL_JD_USERNAME", "other").env("LIVECTL_PROFILE", "prod");
    assert_eq!(fixture.profile().account(&JD).unwrap().text("username"), Some("other"));

    let fixture = fixture.flag("prod");
    let profile = fixture.profile();

    assert_eq!(profile.account(&JD).unwrap().text("username"), Some("jcloud_00"));
    assert_eq!(profile.notes, ["-p chooses profile \"prod\" alone; ignored: LIVECTL_JD_USERNAME"]);
}

#[test]
fn ignored_variables_are_not_checked() {
    let fixture = ConfigFixture::new(GOOD)
        .env("LIVECTL_JD_ENDPOINT", "nonsense")
        .env("LIVECTL_TENCENT_APP_ID", "12")
        .flag("prod");
    assert_eq!(
        fixture.shown(&fixture.profile().account(&TENCENT).unwrap_err()),
        "config.toml: profile \"prod\" has no [profiles.prod.tencent] section, which needs app_id and api_key\n\
         > complete the file, then `livectl config check -p prod`"
    );
}

#[test]
fn bad_variable_is_named_without_its_value() {
    let fixture = ConfigFixture::new(GOOD)
        .env("LIVECTL_JD_ENDPOINT", "hunter2")
        .env("LIVECTL_TENCENT_APP_ID", "hunter2");
    assert_eq!(
        fixture.error(),
        "environment variable LIVECTL_JD_ENDPOINT: an endpoint is a URL such as https://host or http://host:8080/prefix\n\
         environment variable LIVECTL_TENCENT_APP_ID: an app id is a number"
    );
}

#[cfg(unix)]
#[test]
fn invalid_utf_8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut fixture = ConfigFixture::new(GOOD);
    fixture.env.insert("LIVECTL_JD_SECRET_KEY".into(), OsString::from_vec(b"hunter2\xff".to_vec()));
    assert_eq!(fixture.error(), "environment variable LIVECTL_JD_SECRET_KEY: not UTF-8");
}

#[test]
fn environment_secret_obeys_the_same_rules() {
    let fixture = ConfigFixture::new(GOOD).env("LIVECTL_JD_SECRET_KEY", "changeme");
    assert_eq!(
        jd_secret(&fixture).unwrap_err(),
        "environment variable LIVECTL_JD_SECRET_KEY: jd.secret_key of profile \"prod\": still a placeholder; \
         put the real value in its place\n> fix it, then `livectl config check`"
    );
}
