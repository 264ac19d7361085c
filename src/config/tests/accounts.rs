use super::*;

#[test]
fn missing_section_names_the_next_command() {
    let fixture = ConfigFixture::new(GOOD);
    assert_eq!(
        fixture.shown(&fixture.profile().account(&SHUMEI).unwrap_err()),
        "config.toml: profile \"prod\" has no [profiles.prod.shumei] section, which needs access_key\n\
         > complete the file, or set LIVECTL_SHUMEI_ACCESS_KEY; then `livectl config check`"
    );
}

#[test]
fn missing_keys_are_located() {
    let mut fixture = ConfigFixture::new("\n  [profiles.\"my prod\".jd]\n").flag("my prod");
    fixture.config = Some(fixture.path());
    let error = fixture.shown(&fixture.profile().account(&JD).unwrap_err());
    let config = fixture.path();
    assert_eq!(
        error,
        format!(
            "config.toml:2:3: [profiles.\"my prod\".jd] of profile \"my prod\" has no username and no secret_key\n\
             > complete the file, then `livectl config check -c {} -p 'my prod'`",
            fixture.short(config.to_str().unwrap())
        )
    );
}

#[test]
fn placeholder_is_refused_when_used() {
    let fixture =
        ConfigFixture::new("[profiles.a.tencent]\napp_id = \"YOUR_APP_ID\"\napi_key = \"k\"\n");
    let error = fixture.shown(&fixture.profile().account(&TENCENT).unwrap_err());
    assert!(
        error.starts_with("config.toml:2:10: tencent.app_id of profile \"a\": still a placeholder"),
        "{error}"
    );
}

#[test]
fn secret_obeys_the_rule_of_its_key() {
    let fixture =
        ConfigFixture::new("[profiles.a.shumei]\naccess_key = \"canary-hunter2-canary-hunter2\"\n");
    let error = fixture.profile().account(&SHUMEI).unwrap().secret("access_key").unwrap_err();
    assert!(fixture.shown(&error).starts_with(
        "config.toml:2:14: shumei.access_key of profile \"a\": an access key has at most 20 characters\n"
    ));
}

#[test]
fn account_from_values_has_defaults() {
    let account = Account::made_up(&JD, "sandbox", &[("username", "demo"), ("secret_key", CANARY)]);
    assert_eq!(account.text("username"), Some("demo"));
    assert_eq!(account.text("utc_offset"), Some("+08:00"));
    assert_eq!(account.secret("secret_key").unwrap().expose(), CANARY);
}

#[test]
fn debug_shows_no_secret() {
    let profile = ConfigFixture::new(GOOD).profile();
    let account = profile.account(&JD).unwrap();
    let shown = format!("{profile:?}{account:?}{:?}", account.secret("secret_key").unwrap());
    assert!(!shown.contains(CANARY), "{shown}");
}
